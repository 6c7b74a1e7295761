"""How a notebook can end a page: each way is told, stops no other page, and is tried again."""

import json
from dataclasses import dataclass

import nbformat
import pytest

from pages.batch import Batch

CATCHES_ALL = "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass"
# One call in C, at the end of which alone Python would look for signals.
LOOPS_IN_C = "import itertools\nall(itertools.repeat(True))"
KILLS_ITS_PAGE = (
    "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time; time.sleep(9)"
)
SELF = "import os, signal\nos.kill(os.getpid(), signal."
SO_FAR = "print('so', 'far')"
HALF_A_CHART = (
    "from IPython.display import display\n"
    "display({'application/vnd.coderpay.chart+json': {'name': 'x'}, 'text/plain': 'x'}, raw=True)"
)


@dataclass
class Way:
    """A way to fail."""

    source: str
    message: str
    shows: tuple[str, ...] = ("so far",)
    limits: tuple[tuple[str, int], ...] = ()


SHORT = (("time_limit", 1),)
WAYS = {
    "an error": Way("1 / 0", "ZeroDivisionError: division by zero", ("so far", "1 1 / 0")),
    "an error without words": Way("raise RuntimeError", "RuntimeError"),
    "no memory": Way("raise MemoryError", "MemoryError"),
    "no input": Way("raise EOFError()", "EOFError"),
    "input": Way(
        "input()",
        "StdinNotImplementedError: raw_input was called, but this frontend does not support "
        "input requests.",
    ),
    "an error in what shows a value": Way(
        "class R:\n  def __repr__(self): raise ValueError('r')\nR()", "ValueError: r"
    ),
    "a group of errors": Way(
        "raise ExceptionGroup('g', [ValueError('v')])", "ExceptionGroup: g (1 sub-exception)"
    ),
    "an error of IPython's user": Way("%nosuchmagic", "UsageError: Line magic function"),
    "a syntax error": Way("def f(:", "SyntaxError: invalid syntax"),
    "a script that fails": Way(
        "%%bash\nexit 3", "CalledProcessError: Command 'b'exit 3\\n'' returned non-zero"
    ),
    "sys.exit()": Way("import sys; sys.exit()", "SystemExit"),
    "sys.exit(0)": Way("import sys; sys.exit(0)", "SystemExit: 0"),
    "sys.exit(3)": Way("import sys; sys.exit(3)", "SystemExit: 3"),
    "exit()": Way("exit()", "DeadKernelError: a cell ended the notebook with exit or quit"),
    "os._exit": Way(
        "import os; os._exit(3)", "ProcessLostError: its process ended with exit code 3"
    ),
    "os._exit(0)": Way(
        "import os; os._exit(0)", "ProcessLostError: its process ended with exit code 0"
    ),
    "abort": Way("import os; os.abort()", "ProcessLostError: its process ended with exit code -6"),
    "a crash": Way(SELF + "SIGSEGV)", "ProcessLostError: its process ended with exit code -11"),
    "a kill": Way(SELF + "SIGKILL)", "ProcessLostError: its process ended with exit code -9"),
    "a kill of the page's process": Way(
        KILLS_ITS_PAGE, "ProcessLostError: its process ended with exit code -9", ()
    ),
    "too much memory": Way(
        "x = bytearray(3_000_000_000)", "MemoryError", limits=(("memory_limit", 2000),)
    ),
    "too much time": Way(
        "import time; time.sleep(60)",
        "TimeLimitError: the page is over its time limit of 1 seconds",
        ("so far", "1 import time; time.sleep"),
        SHORT,
    ),
    "too much time, caught": Way(
        CATCHES_ALL, "TimeLimitError: the page is over its time limit of 1 seconds", limits=SHORT
    ),
    "too much time in C": Way(
        LOOPS_IN_C, "TimeLimitError: the page is over its time limit of 1 seconds", limits=SHORT
    ),
    "too much time, awaiting": Way(
        "import asyncio; await asyncio.sleep(60)",
        "TimeLimitError: the page is over its time limit of 1 seconds",
        limits=SHORT,
    ),
    "an output that cannot be shown": Way(HALF_A_CHART, "KeyError: 'table'", ()),
}


@pytest.fixture(scope="module")
def ended(project_of):
    """A batch of all the ways: its project, outcomes by page, and what a second batch would do."""
    project = project_of("ended")
    pages = {}
    for number, way in enumerate(WAYS.values()):
        project.notebook(f"p{number}", SO_FAR, way.source, "print('nev' + 'er')")
        pages[f"p{number}"] = dict(way.limits)
    project.notebook("whole")
    project.plan(pages | {"whole": {}})
    outcomes = {outcome.page.name: outcome for outcome in Batch(project.root).run(jobs=4)}
    reasons = {page.name: reason for page, reason in Batch(project.root).reasons()}
    return project, outcomes, reasons


@pytest.mark.parametrize("name", WAYS)
def test_a_page_that_ends_early_has_failed_and_says_how(ended, name):
    project, outcomes, reasons = ended
    way, page = WAYS[name], f"p{list(WAYS).index(name)}"
    assert outcomes[page].status == "failed"
    assert outcomes[page].failure.message.startswith(way.message)
    assert not outcomes[page].failure.users_mistake
    assert reasons[page] == "failed last time"
    html = (project.root / "report" / f"{page}.html").read_text(encoding="utf-8")
    assert "This page failed." in html
    assert "never" not in html
    for text in way.shows:
        assert text in html
    if way.shows:
        assert 'id="stopped"' in html


def test_the_other_pages_are_made(ended):
    project, outcomes, reasons = ended
    assert outcomes["whole"].status == "made"
    assert "whole" not in reasons
    record = json.loads(project.read("report/manifest.json"))["pages"]["p0"]
    assert (record["status"], record["error"]) == ("failed", "ZeroDivisionError: division by zero")


def test_the_executed_notebook_of_a_failed_page_can_be_opened(ended):
    project, outcomes, _ = ended
    for name in outcomes:
        path = project.root / "report" / "notebooks" / f"{name}.ipynb"
        nbformat.validate(nbformat.read(path, as_version=4))


def test_exit_in_the_last_cell_is_no_success_either(project):
    project.notebook("a", "import sys; sys.exit(0)")
    project.notebook("b", "exit()")
    project.plan({"a": {}, "b": {}})
    assert [outcome.status for outcome in Batch(project.root).run()] == ["failed", "failed"]


def test_a_failed_page_is_made_again_once_it_is_mended(project):
    project.notebook("a", SO_FAR, "import os; os.abort()")
    project.plan({"a": {}})
    for status in ("failed", "failed"):
        (outcome,) = Batch(project.root).run()
        assert (outcome.status, project.ran()) == (status, ["a"])
    project.notebook("a", SO_FAR)
    (outcome,) = Batch(project.root).run()
    assert (outcome.status, outcome.failure) == ("made", None)
    assert "failed" not in project.read("report/a.html").split("<main")[1]
    assert Batch(project.root).run()[0].status == "kept"


def test_a_mistake_of_the_users_that_a_page_finds_has_no_traceback(project):
    project.notebook("a", "from common.errors import InputError\nraise InputError('year: no')")
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert outcome.failure.message == "InputError: year: no"
    assert (outcome.failure.traceback, outcome.failure.users_mistake) == ("", True)


def test_a_failure_has_the_traceback_of_its_cell(project):
    project.notebook("a", "def f():\n    raise KeyError('k')", "f()")
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert "----> 1 f()" in outcome.failure.traceback
    assert outcome.failure.traceback.endswith("KeyError: 'k'")
    assert "\x1b" not in outcome.failure.traceback


def test_an_error_that_a_cell_is_said_to_raise_is_no_failure(project):
    project.notebook("a", "1 / 0", "print('af' + 'ter')")
    content = json.loads(project.read("notebooks/a.ipynb"))
    content["cells"][2]["metadata"]["tags"] = ["raises-exception"]
    project.write("notebooks/a.ipynb", json.dumps(content))
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert (outcome.status, outcome.failure) == ("made", None)
    assert "after" in project.read("report/a.html")


def test_a_parameter_goes_into_a_cell_of_its_own(project):
    project.notebook("a", "print(year)", parameters="year: int = 2024")
    project.plan({"a": {"parameters": {"year": 2023}}})
    Batch(project.root).run()
    cells = json.loads(project.read("report/notebooks/a.ipynb"))["cells"]
    assert [cell["id"] for cell in cells] == ["c0", "c1", "injected-parameters", "c2", "c3"]
    assert "".join(cells[2]["source"]) == "# Parameters\nyear = 2023\n"
    assert cells[4]["outputs"][0]["text"] == ["2023\n"]
