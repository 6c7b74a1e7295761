"""A batch killed at any moment: nothing survives or is left, and the next makes it whole."""

import os
import random
import secrets
import shutil
import signal
import time

import psutil
import pytest
from desk import Desk

MOMENTS = 50
QUICK = 5
MARK = "CODERPAY_TEST_MARK"
"""In the environment of every process of a batch."""
READ = (
    "text = open('../data/raw/a.csv').read()\nopen('../data/{name}.csv', 'w').write(text * 10_000)"
)
WAIT = "import time; time.sleep(0.2)\nprint(len(text))"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A desk with a project of three pages, what its batch makes undisturbed, and how quickly."""
    desk = Desk(tmp_path_factory.mktemp("c") / "d")
    desk.project.write("data/raw/a.csv", "a,b\n1,2\n")
    for name in "abc":
        desk.project.notebook(name, READ.format(name=name), WAIT)
    desk.project.plan({"a": {}, "b": {"needs": ["a"]}, "c": {}})
    seconds = []
    for _ in range(2):  # the first one also compiles and warms the disk
        clean(desk)
        begun = time.monotonic()
        run(desk)
        seconds.append(time.monotonic() - begun)
    return desk, made(desk), seconds[-1]


def clean(desk):
    for folder in ("report", ".cache"):
        shutil.rmtree(desk.root / folder, ignore_errors=True)
    for name in "abc":
        (desk.root / "data" / f"{name}.csv").unlink(missing_ok=True)


def run(desk, *options):
    batch = desk.start("report", "--jobs", "2", *options)
    _, said = batch.communicate(timeout=300)
    assert batch.returncode == 0, said


def made(desk):
    tables = {path.name: path.read_bytes() for path in (desk.root / "data").glob("*.csv")}
    return desk.project.made() | tables


def left(desk):
    """Files of a passing kind: half written ones, and those in the folders for them."""
    places = [desk.base / "tmp", desk.root / ".cache" / "scratch"]
    files = {path for place in places for path in place.rglob("*") if path.is_file()}
    return sorted(files | set(desk.base.rglob("*.part")))


def alive(mark):
    """The processes that carry a mark and still run."""
    found = []
    for process in psutil.process_iter():
        try:
            carries = process.environ().get(MARK) == mark
            if carries and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone(mark, seconds=60):
    end = time.monotonic() + seconds
    while alive(mark) and time.monotonic() < end:
        time.sleep(0.05)
    return alive(mark) == []


@pytest.mark.parametrize(
    "number",
    [
        *range(QUICK),
        *(pytest.param(number, marks=pytest.mark.slow) for number in range(QUICK, MOMENTS)),
    ],
)
def test_a_batch_killed_at_any_moment(whole, number):
    desk, undisturbed, seconds = whole
    over_an_older_report, with_its_group = number % 2 == 1, number // 2 % 2 == 1
    if not over_an_older_report:
        clean(desk)
    mark = secrets.token_hex(8)
    options = ["--fresh"] if over_an_older_report else []
    batch = desk.start(
        "report", "--jobs", "2", *options, environment={MARK: mark}, start_new_session=True
    )
    time.sleep(random.Random(number).uniform(0, seconds))
    (os.killpg if with_its_group else os.kill)(batch.pid, signal.SIGKILL)
    batch.communicate(timeout=60)
    assert gone(mark), alive(mark)
    run(desk)
    assert made(desk) == undisturbed
    assert left(desk) == []
