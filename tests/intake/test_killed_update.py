"""An update or its undoing, killed at any of its calls, is there or is not, and heals."""

import shutil

import pytest
from checkout import tables_and_documents
from killed import killed_at

from analysis.published.paths import ROOT
from common.safe_files import clear_leftovers
from conftest import official_row, write_workbook
from intake.journal import finish_interrupted
from intake.undo import undo_last
from intake.update import write_update

MOST = {"update": 230, "undo": 130}
"""Neither makes as many calls."""
QUICK = {"update": (166, 190), "undo": (84, 98)}
"""For the fast tests: before it counts, and while files are put in place."""
CASES = [
    pytest.param(what, call, marks=[] if call in QUICK[what] else pytest.mark.slow)
    for what, most in MOST.items()
    for call in range(1, most)
]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    return write_workbook(folder / "national_M2026_dl.xlsx", [official_row()])


@pytest.fixture(scope="module")
def states(workbook, tmp_path_factory):
    """A project before an update, and with it."""
    without, updated = (tmp_path_factory.mktemp(name) / "p" for name in ("without", "updated"))
    for folder in ("data", "docs"):
        shutil.copytree(ROOT / folder, without / folder)
    shutil.copytree(without, updated)
    write_update(workbook, updated)
    return without, updated


@pytest.fixture
def begun(states, workbook, tmp_path):
    """A project before an update or before its undoing, and by name the two changes to it."""

    def of(what):
        project = shutil.copytree(states[what == "undo"], tmp_path / "p")
        return project, {
            "update": lambda: write_update(workbook, project),
            "undo": lambda: undo_last(project),
        }

    return of


def contents(project):
    held = tables_and_documents(project)
    return {path.relative_to(project).as_posix(): content for path, content in held.items()}


@pytest.mark.parametrize(("what", "call"), CASES)
def test_it_is_there_or_is_not_and_heals(begun, states, what, call):
    project, changes = begun(what)
    without, updated = map(contents, states)
    first, last = (without, updated) if what == "update" else (updated, without)
    killed = killed_at(call, changes[what])
    finish_interrupted(project)
    found = contents(project)
    assert found in ([first, last] if killed else [last])
    if found == first:
        changes[what]()
    assert contents(project) == last
    changes[({*changes} - {what}).pop()]()
    assert contents(project) == first
    clear_leftovers(project)
    assert [*(project / ".cache" / "scratch").iterdir()] == []


@pytest.mark.parametrize("what", [pytest.param("update", marks=pytest.mark.slow), "undo"])
def test_no_call_is_left_out(begun, what):
    assert not killed_at(MOST[what], begun(what)[1][what])
