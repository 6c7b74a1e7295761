"""Calls in processes of their own; a batch that ends, killed or not, takes all of them along."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from common.errors import InputError
from pages.batch import Batch
from pages.failures import (
    CallFailedError,
    OutOfMemoryError,
    OutOfTimeError,
    ProcessLostError,
)
from pages.processes import Processes, call_in_copy, within_time_to_start

CELLS = """import os, subprocess
child = subprocess.Popen(["sleep", "60"])
for pid in (os.getpid(), child.pid):
    open(f"../pid-{pid}", "w")"""
# A shell has what it starts in the background ignore Ctrl-C, these tests for instance.
HEED_CTRL_C = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
ANOTHER_THREAD_GETS_CTRL_C = """import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
"""


@pytest.fixture
def slow(project):
    """A project with a quick page, and three that note their process, then take a minute."""
    project.notebook("a")
    for name in ("b", "c", "d"):
        project.notebook(name, CELLS, "import time; time.sleep(60)")
    project.plan({name: {} for name in "abcd"})
    return project


@pytest.fixture
def batch(slow, request):
    """The batch of that project, a process, when two pages run; the parameter is run before it."""
    batch = (
        f"import pathlib, analysis.cli as c; c.ROOT = pathlib.Path({str(slow.root)!r}); c.main()"
    )
    program = HEED_CTRL_C + request.param + batch
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", program, "report", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: len(noted(slow)) == 4)
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def noted(project):
    return {int(path.name.removeprefix("pid-")) for path in project.root.glob("pid-*")}


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def family(process):
    return [process, *process.children(recursive=True)]


def no_longer(found):
    return all(
        not member.is_running() or member.status() == psutil.STATUS_ZOMBIE for member in found
    )


@pytest.mark.parametrize(
    ("batch", "number", "code"),
    [
        ("", signal.SIGKILL, -9),
        ("", signal.SIGINT, 130),
        (ANOTHER_THREAD_GETS_CTRL_C, signal.SIGINT, 130),
    ],
    indirect=["batch"],
    ids=["killed", "Ctrl-C", "Ctrl-C that another thread gets"],
)
def test_a_batch_that_ends_takes_all_its_processes_along_and_the_next_goes_on(
    slow, batch, number, code
):
    everything = family(psutil.Process(batch.pid)) + [psutil.Process(pid) for pid in noted(slow)]
    assert len(everything) >= 8
    # A terminal sends Ctrl-C to the whole group.
    (os.killpg if number == signal.SIGINT else os.kill)(batch.pid, number)
    try:
        assert batch.wait(10) == code
    except subprocess.TimeoutExpired:
        batch.send_signal(signal.SIGABRT)  # on which it says where each of its threads is
        pytest.fail(batch.communicate()[0])
    wait_for(lambda: no_longer(everything), seconds=5)
    assert "Traceback" not in batch.stdout.read()
    made = slow.made()
    assert {"a.html", "ledger-a.html", "notebooks/a.ipynb"} == made.keys()
    assert made["a.html"].endswith(b"</html>\n")
    slow.ran()
    for name in ("b", "c", "d"):
        slow.notebook(name)
    outcomes = Batch(slow.root).run(jobs=2)
    assert [outcome.status for outcome in outcomes] == ["kept", "made", "made", "made"]
    assert slow.ran() == ["b", "c", "d"]


def test_a_page_takes_along_what_it_started(project):
    project.notebook("a", CELLS)
    project.plan({"a": {}})
    Batch(project.root).run()
    assert len(noted(project)) == 2
    wait_for(
        lambda: no_longer(
            [psutil.Process(pid) for pid in noted(project) if psutil.pid_exists(pid)]
        ),
        5,
    )


DAEMON = """import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        open(f"../pid-{os.getpid()}", "w")
        while True:
            time.sleep(1)
    os._exit(0)
while not any(name.startswith("pid-") for name in os.listdir("..")):
    time.sleep(0.05)"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a daemon's page is not known")
@pytest.mark.parametrize("ending", ["print(1)", "import time; time.sleep(60)", "os._exit(3)"])
def test_a_page_takes_along_its_daemons(project, ending):
    project.notebook("a", DAEMON, ending)
    project.plan({"a": {"time_limit": 3}})
    (outcome,) = Batch(project.root).run()
    assert outcome.status == ("made" if ending == "print(1)" else "failed")
    (daemon,) = noted(project)
    wait_for(lambda: not psutil.pid_exists(daemon) or no_longer([psutil.Process(daemon)]), 5)


CHILDREN = """import os, time
for number in range(3):
    if not os.fork():
        held = os.urandom(150_000_000)
        time.sleep(60)
time.sleep(60)"""


def test_the_memory_of_a_page_is_counted_with_that_of_its_children(project):
    project.notebook("a", CHILDREN)
    project.plan({"a": {"memory_limit": 400}})
    (outcome,) = Batch(project.root).run()
    assert outcome.failure.message == (
        "MemoryError: the page and what it started are over its limit of 400 megabytes"
    )
    assert outcome.seconds < 55


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    with Processes(list, tmp_path_factory.mktemp("scratch")) as running:
        yield running


class TestCall:
    def test_gives_what_the_function_gives(self, processes):
        assert processes.call("os.path:basename", "a/b") == "b"

    def test_raises_what_the_function_raises_with_its_traceback(self, processes):
        with pytest.raises(CallFailedError, match=r"FileNotFoundError: .*none") as error:
            processes.call("os:stat", "none")
        assert "Traceback (most recent call last)" in error.value.failure.traceback

    def test_whose_process_ends_says_so_and_the_next_works(self, processes):
        for code in (7, 0):
            with pytest.raises(ProcessLostError, match=f"its process ended with exit code {code}"):
                processes.call("os:_exit", code)
        with pytest.raises(ProcessLostError, match="its process ended with exit code -6"):
            processes.call("os:abort")
        assert processes.call("os.path:basename", "a/b") == "b"

    def test_is_ended_when_it_takes_too_long(self, processes):
        with pytest.raises(OutOfTimeError, match=r"it took longer than 0\.5 seconds"):
            processes.call("time:sleep", 60, seconds=0.5)

    def test_that_has_no_memory_left_says_so(self, processes):
        with pytest.raises(OutOfMemoryError, match="a process of the batch has no memory left"):
            processes.call("operator:mul", "x", 2**62)

    def test_of_no_function_or_one_whose_answer_cannot_travel_says_so(self, processes):
        with pytest.raises((ProcessLostError, AttributeError)):
            processes.call("os:none")
        with pytest.raises(ProcessLostError):
            processes.call("threading:Lock")

    def test_after_the_batch_is_over_is_refused(self, tmp_path):
        with Processes(list, tmp_path) as over:
            pass
        with pytest.raises(ProcessLostError, match="the batch is over"):
            over.call("os:getpid")

    def test_leaves_the_environment_as_it_was(self, processes):
        before = dict(os.environ)
        processes.call("os:getpid")
        assert dict(os.environ) == before


class TestCallInCopy:
    def test_changes_nothing_here(self):
        held = [1]
        assert call_in_copy(lambda: (held.append(2), held)[1]) == [1, 2]
        assert held == [1]

    def test_raises_what_the_function_raises(self):
        def fail():
            raise InputError("year: no")

        with pytest.raises(InputError, match="year: no"):
            call_in_copy(fail)

    def test_whose_process_ends_says_so(self):
        with pytest.raises(ProcessLostError, match="its process ended with exit code 3"):
            call_in_copy(os._exit, 3)

    def test_is_ended_when_it_takes_too_long_though_it_heeds_no_signal(self):
        def deaf():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)

        with pytest.raises(OutOfTimeError, match=r"it took longer than 0\.5 seconds"):
            call_in_copy(deaf, seconds=0.5)

    def test_does_not_wait_for_what_the_function_has_started(self):
        def starts():
            return subprocess.Popen(["sleep", "30"], start_new_session=True).pid

        begun = time.monotonic()
        started = psutil.Process(call_in_copy(starts))
        assert time.monotonic() - begun < 20
        started.kill()


def test_a_batch_leaves_no_process_when_it_is_done(project):
    project.notebook("a")
    project.plan({"a": {}})
    Batch(project.root).run()
    named = [
        process for process in psutil.Process().children(recursive=True) if process.is_running()
    ]
    commands = [
        " ".join(process.cmdline()) for process in named if process.status() != psutil.STATUS_ZOMBIE
    ]
    assert [
        text for text in commands if "forkserver" not in text and "resource_tracker" not in text
    ] == []
    assert len([text for text in commands if "forkserver" in text]) <= 1


def test_half_written_files_lie_where_nothing_reads_them(project):
    project.notebook("a")
    project.plan({"a": {}})
    (project.root / ".cache").mkdir()
    Path(project.root / ".cache" / "1-1.part").write_text("half")
    Batch(project.root).run()
    assert not [
        path for path in project.made() if path.endswith(".part") or Path(path).name.startswith(".")
    ]


def test_a_thread_that_cannot_begin_ends_the_batch_with_a_message(monkeypatch):
    monkeypatch.setattr("pages.processes._SECONDS_TO_START", 1)
    before = signal.getsignal(signal.SIGALRM)
    with (
        pytest.raises(OutOfMemoryError, match="no memory for another thread"),
        within_time_to_start(),
    ):
        threading.Event().wait(30)  # as Python waits for a thread that died before it could say so
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.alarm(0) == 0
