"""An update or its undoing, killed at any of its calls, is there or is not, and heals."""

import json
import shutil
from functools import cache

import pytest
from checkout import tables_and_documents
from kept_folders import KeptFolders
from killed import killed_at, seen_before_each_call

from analysis.published.paths import ROOT
from common.safe_files import clear_leftovers
from conftest import official_row, write_workbook
from intake.journal import finish_interrupted
from intake.undo import undo_last
from intake.update import write_update

QUICK = {"update": (166, 190), "undo": (84, 98)}
"""Before it counts, and while files are put in place."""
CASES = [(what, call) for what, calls in QUICK.items() for call in calls]
OTHER = {"update": "undo", "undo": "update"}


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
def test_killed_it_is_there_or_is_not_and_heals(begun, states, what, call):
    project, changes = begun(what)
    without, updated = map(contents, states)
    first, last = (without, updated) if what == "update" else (updated, without)
    assert killed_at(call, changes[what])
    finish_interrupted(project)
    found = contents(project)
    assert found in [first, last]
    if found == first:
        changes[what]()
    assert contents(project) == last
    changes[OTHER[what]]()
    assert contents(project) == first
    clear_leftovers(project)
    assert [*(project / ".cache" / "scratch").iterdir()] == []


def moments(kept, project, change):
    """The states that a project is in before each call of a change, and within what it writes.

    What a process has written, the system keeps when it is killed. Of a file that was opened it
    may be nothing, or half.
    """
    log = project.with_name("moments")

    def look(opened):
        state = kept.state(project)
        found = [state]
        name = opened.removeprefix(f"{project}/")
        if written := dict(state).get(name):
            content = kept.content(written)
            found += [
                kept.with_file(state, name, part) for part in (b"", content[: len(content) // 2])
            ]
        with log.open("a") as lines:
            lines.writelines(json.dumps(one) + "\n" for one in found)

    seen_before_each_call(look, change)
    return [tuple(map(tuple, json.loads(line))) for line in log.read_text().splitlines()]


def tables_of(state):
    return [entry for entry in state if entry[0].startswith(("data/", "docs/"))]


@pytest.mark.slow
@pytest.mark.parametrize("what", OTHER)
def test_killed_at_every_call_in_turn(begun, states, what, tmp_path, record_property):
    """As above; what was done to one state is not done again to its equal."""
    kept = KeptFolders(tmp_path / "kept")
    project, changes = begun(what)
    changes |= {"finish": lambda: finish_interrupted(project)}
    changes |= {"clear": lambda: clear_leftovers(project)}

    @cache
    def after(change, state):
        kept.lay_out(state, project)
        changes[change]()
        return kept.state(project)

    without, updated = (tables_of(kept.state(each)) for each in states)
    first, last = (without, updated) if what == "update" else (updated, without)
    seen = moments(kept, project, changes[what])
    for moment, state in enumerate(seen):
        state = after("finish", state)
        assert tables_of(state) in (first, last), moment
        if tables_of(state) == first:
            state = after(what, state)
        assert tables_of(state) == last, moment
        state = after("clear", after(OTHER[what], state))
        assert tables_of(state) == first, moment
        assert not any(path.startswith(".cache/scratch/") for path, _ in state), moment
    ends = [tables_of(after("finish", state)) == last for state in seen]
    assert ends == sorted(ends) and {*ends} == {False, True}
    record_property("moments", len(seen))
