"""A batch that ends, killed or not: no process survives, nothing is half written, the next run goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from pages import processes
from pages.batch import Batch

KERNEL = """import os, subprocess
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
    """A project with a quick page, and three that note their kernel's process and then take a minute."""
    project.notebook("a")
    for name in ("b", "c", "d"):
        project.notebook(name, KERNEL, "import time; time.sleep(60)")
    project.plan({name: {} for name in "abcd"})
    return project


@pytest.fixture
def batch(slow, request):
    """The batch of that project as a process, when two kernels run; the parameter is run before it."""
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
    wait_for(lambda: len(kernels(slow)) == 4)
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def kernels(project):
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
    everything = family(psutil.Process(batch.pid)) + [psutil.Process(pid) for pid in kernels(slow)]
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
    project.notebook("a", KERNEL)
    project.plan({"a": {}})
    Batch(project.root).run()
    assert len(kernels(project)) == 2
    wait_for(
        lambda: no_longer(
            [psutil.Process(pid) for pid in kernels(project) if psutil.pid_exists(pid)]
        ),
        5,
    )


def test_a_call_whose_process_is_killed_says_so_and_the_next_works():
    with pytest.raises(ChildProcessError, match="its process ended with exit code 7"):
        processes.call("os:_exit", 7)
    assert processes.call("os.path:basename", "a/b") == "b"
    processes.stop()


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
