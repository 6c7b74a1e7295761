"""Whatever fails, at whatever moment: 0 means every byte, nothing is left, a rerun heals."""

import os
import random
import re
import resource
import secrets
import select
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import psutil
import pytest
from three_pages import MARK, ThreePages, alive, gone, runs

# Takes commands line by line, so that the server which pages are forked from stays warm.
COMMANDS = """import sys
for line in sys.stdin:
    sys.argv, code = ["coderpay", *line.split()], 0
    try:
        c.main()
    except SystemExit as end:
        code = end.code
    print("ended", code, flush=True)
"""
MOMENTS = 12
"""For each kind of fault; of these the first is in the fast tests where it costs no new start."""
TOO_LATE = 0.2
"""Seconds before its end in which a batch has had its last look at its files."""


class Commands:
    """A process that runs `coderpay` again and again in one project."""

    def __init__(self, pages):
        self.pages, self.mark, self.process = pages, secrets.token_hex(8), None
        self.said = ""
        self.log = pages.desk.base / "log"

    def begin(self, *arguments):
        if self.process is None or self.process.poll() is not None:
            self.end()
            assert gone(self.mark), alive(self.mark)
            with self.log.open("a") as log:
                self.process = self.pages.desk.start(
                    environment={MARK: self.mark},
                    program=COMMANDS,
                    stdin=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                )
        self.log.write_text("")
        self.said = ""
        self.process.stdin.write(f"report --jobs 2 {' '.join(arguments)}\n")
        self.process.stdin.flush()

    def code(self, seconds):
        """The exit code of the command; None while it runs."""
        stream, end = self.process.stdout.fileno(), time.monotonic() + seconds
        while select.select([stream], [], [], max(end - time.monotonic(), 0))[0]:
            said = os.read(stream, 1000)
            if not said:
                return self.process.wait(60)
            self.said += said.decode()
            if found := re.search(r"^ended (\d+)\n", self.said, re.MULTILINE):
                return int(found[1])
        return None

    def run(self, *arguments):
        self.begin(*arguments)
        return self.code(300)

    def members(self):
        """The process and what it has started, the server that it keeps among them."""
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]

    def servers(self):
        """The processes that have started others; the one that pages are forked from."""
        return [one for one in children(psutil.Process(self.process.pid)) if children(one)]

    def making(self):
        """The processes that make pages and have not ended."""
        return [page for server in self.servers() for page in children(server) if runs(page)]

    def running_cells(self):
        """The processes that run the cells of pages."""
        return [cells for page in self.making() for cells in children(page)]

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


def children(process):
    """Those of a process that may end at any moment."""
    with suppress(psutil.NoSuchProcess):
        return process.children()
    return []


def limit(kind, most, more):
    """Bring a limit of every process down to `most` and a little more until the batch ends."""

    def starve(commands, chance):
        before = resource.getrlimit(kind)
        for member in commands.members():
            with suppress(psutil.Error):
                member.rlimit(kind, (most(member) + chance.randrange(more), before[1]))

        def lift():
            """Of a server too that was started meanwhile."""
            for member in commands.members():
                with suppress(psutil.Error):
                    member.rlimit(kind, before)

        return lift

    return starve


def kill_one(find, number):
    def kill(commands, chance):
        end = time.monotonic() + 10
        while not (found := find(commands)) and time.monotonic() < end:
            time.sleep(0.001)
        if found:
            chance.choice(found).send_signal(number)

    return kill


def send(number):
    return lambda commands, chance: os.killpg(commands.process.pid, number)


def cut(*patterns):
    """Cut a file of these off at some byte."""

    def act(commands, chance):
        root = commands.pages.root
        files = [path for pattern in patterns for path in root.glob(pattern) if path.is_file()]
        if files:
            path = chance.choice(sorted(files))
            with suppress(FileNotFoundError):
                os.truncate(path, chance.randrange(path.stat().st_size or 1))

    return act


def remove(name):
    def act(commands, chance):
        path = commands.pages.root / name
        with suppress(FileNotFoundError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return commands.pages.write_input

    return act


FAULTS = {
    "a page's process killed": kill_one(Commands.making, signal.SIGKILL),
    "a page's process told to end": kill_one(Commands.making, signal.SIGTERM),
    "the cells stopped": kill_one(Commands.running_cells, signal.SIGSTOP),
    "the server of pages killed": kill_one(Commands.servers, signal.SIGKILL),
    "the batch killed": kill_one(lambda commands: commands.members()[:1], signal.SIGKILL),
    "the batch told to end": kill_one(lambda commands: commands.members()[:1], signal.SIGTERM),
    "the terminal closed": send(signal.SIGHUP),
    "Ctrl-C": send(signal.SIGINT),
    "no memory": limit(resource.RLIMIT_AS, lambda one: one.memory_info().vms, 2**20),
    "no room on the disk": limit(resource.RLIMIT_FSIZE, lambda one: 0, 10_000),
    "no more open files": limit(resource.RLIMIT_NOFILE, lambda one: one.num_fds(), 5),
    "an input removed": remove("data/raw/a.csv"),
    "the report removed": remove("report"),
    "the cache removed": remove(".cache"),
    "passing files removed": remove(".cache/scratch"),
    "a file of the report cut": cut("report/**/*", "data/[abc].csv"),
    "a record cut": cut(".cache/pages/*.json"),
    "the manifest cut": cut("report/manifest.json", "report/run.json"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Commands for a project of three pages, what they make undisturbed, and how quickly."""
    pages = ThreePages(tmp_path_factory.mktemp("f") / "d", time_limit=5)
    commands = Commands(pages)
    seconds = []
    for _ in range(3):
        pages.clean()
        begun = time.monotonic()
        assert commands.run() == 0
        seconds.append(time.monotonic() - begun)
    yield commands, pages.made(), seconds[-1]
    commands.end()
    assert gone(commands.mark)


def disturbed(commands, act, chance, seconds, options):
    """The exit code of a batch in which something happened; None if it ended before."""
    moment = chance.uniform(0, seconds)
    commands.begin(*options)
    if commands.code(moment) is not None:
        return None
    mend = act(commands, chance)
    happened = time.monotonic()
    code = commands.code(200)
    if mend:
        mend()
    assert code is not None, commands.log.read_text()
    return None if code == 0 and time.monotonic() - happened < TOO_LATE else code


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MOMENTS))
@pytest.mark.parametrize("fault", FAULTS)
def test_a_batch_that_is_disturbed(whole, fault, number):
    commands, undisturbed, seconds = whole
    chance = random.Random(f"{fault} {number}")
    code = None
    while code is None:
        options = ["--fresh"] if number % 2 else []
        if not options:
            commands.pages.clean()
        code = disturbed(commands, FAULTS[fault], chance, seconds, options)
        seconds *= 0.8
    said = commands.log.read_text()
    if code == 0:
        assert commands.pages.made() == undisturbed, said
    assert code != 2 or "Error: " in said
    assert commands.run() == 0, commands.log.read_text()
    assert commands.pages.made() == undisturbed
    assert commands.pages.left() == []
    assert [one for one in alive(commands.mark) if one not in commands.members()] == []
    assert commands.making() == []
