"""A project of three pages to be disturbed: what its batch makes, and what may not be left."""

import shutil
import time

import psutil
from desk import Desk

MARK = "CODERPAY_TEST_MARK"
"""In the environment of every process of a batch."""
READ = (
    "text = open('../data/raw/a.csv').read()\nopen('../data/{name}.csv', 'w').write(text * 10_000)"
)
WAIT = "import time; time.sleep(0.2)\nprint(len(text))"


class ThreePages:
    """A desk with a project of the pages a, b and c; b needs a."""

    def __init__(self, base, **limits):
        """Take a folder for the desk, and the limits of the pages."""
        self.desk = Desk(base)
        self.root = self.desk.root
        self.write_input()
        for name in "abc":
            self.desk.project.notebook(name, READ.format(name=name), WAIT)
        self.desk.project.plan({"a": limits, "b": {"needs": ["a"], **limits}, "c": limits})

    def write_input(self):
        self.desk.project.write("data/raw/a.csv", "a,b\n1,2\n")

    def clean(self):
        for folder in ("report", ".cache"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
        for name in "abc":
            (self.root / "data" / f"{name}.csv").unlink(missing_ok=True)

    def made(self):
        tables = {path.name: path.read_bytes() for path in (self.root / "data").glob("*.csv")}
        return self.desk.project.made() | tables

    def left(self):
        """Files of a passing kind: half written ones, and those in the folders for them."""
        places = [self.desk.base / "tmp", self.root / ".cache" / "scratch"]
        files = {path for place in places for path in place.rglob("*") if path.is_file()}
        return sorted(files | set(self.desk.base.rglob("*.part")))


def runs(process):
    """Whether a process has not ended; one that nobody has asked about since is still listed."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def alive(mark):
    """The processes that carry a mark and still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and runs(process):
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone(mark, seconds=60):
    end = time.monotonic() + seconds
    while alive(mark) and time.monotonic() < end:
        time.sleep(0.05)
    return alive(mark) == []
