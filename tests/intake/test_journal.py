"""An update is written whole or not at all, whatever ends its process and whenever."""

import pytest
from killed import killed_at

from common.errors import InputError
from intake.journal import Journal, finish_interrupted

FILES = {"data/raw/a.csv": (b"1", b"2"), "data/raw/b.csv": (b"3", b"4"), "docs/c.md": (b"", b"5")}


def side(root, number):
    return {root / name: contents[number] for name, contents in FILES.items()}


def held(root):
    return {path: path.read_bytes() for path in side(root, 0)}


@pytest.fixture
def project(tmp_path):
    for path, content in side(tmp_path, 0).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def write(root):
    journal = Journal(root)
    with journal.held():
        journal.write("new.xlsx", side(root, 0), side(root, 1))


def undo(root):
    journal = Journal(root)
    with journal.held():
        entry = journal.last()
        journal.write(entry.name, entry.after, entry.before, undone=entry.number)


@pytest.mark.parametrize(("act", "before", "after"), [(write, 0, 1), (undo, 1, 0)])
def test_killed_at_any_call_the_next_run_finds_all_of_it_or_nothing(project, act, before, after):
    call, ends = 1, []
    while True:
        if act is undo:
            write(project)
        if not killed_at(call, act, project):
            break
        finish_interrupted(project)
        found = held(project)
        assert found in (side(project, before), side(project, after)), call
        ends.append(found == side(project, after))
        if not ends[-1]:
            act(project)
        assert held(project) == side(project, after)
        if act is write:
            undo(project)
        call += 1
    assert call > 20
    assert ends == sorted(ends) and {*ends} == {False, True}


def test_each_update_is_undone_in_turn_and_then_there_is_none(project):
    write(project)
    with Journal(project).held():
        Journal(project).write("next.xlsx", side(project, 1), side(project, 0))
    assert Journal(project).last().name == "next.xlsx"
    undo(project)
    assert held(project) == side(project, 1)
    undo(project)
    assert held(project) == side(project, 0)
    assert [path for path in (project / ".updates").rglob("*") if path.is_file()] == []
    with pytest.raises(InputError, match=r"^no update is left to undo$"):
        undo(project)


def test_what_a_killed_update_left_is_no_part_of_the_next(project):
    left = project / ".updates" / "preparing"
    call = 1
    while not (left / "after" / "docs" / "c.md").exists():
        assert killed_at(call, write, project)
        call += 1
    table = project / "data/raw/a.csv"
    with Journal(project).held():
        Journal(project).write("next.xlsx", {table: b"1"}, {table: b"9"})
    assert held(project) == side(project, 0) | {table: b"9"}
    assert {*Journal(project).last().after} == {table}


def test_a_file_that_somebody_changes_meanwhile_is_not_overwritten(project):
    (project / "data/raw/b.csv").write_bytes(b"mine")
    with pytest.raises(InputError) as error:
        write(project)
    assert str(error.value) == (
        "data/raw/b.csv: changed by somebody else while new.xlsx was being taken in; nothing was "
        "written, so run the update again"
    )
    assert held(project) == side(project, 0) | {project / "data/raw/b.csv": b"mine"}
    (project / "docs/c.md").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"^data/raw/b\.csv, docs/c\.md: changed by somebody"):
        write(project)


def test_a_file_edited_before_a_cut_off_update_is_finished_is_not_overwritten(project):
    call = 1
    while not (project / ".updates" / "pending").exists():
        assert killed_at(call, write, project)
        call += 1
    (project / "docs/c.md").write_bytes(b"mine")
    with pytest.raises(InputError) as error:
        finish_interrupted(project)
    assert str(error.value) == (
        "docs/c.md: edited after the update from new.xlsx was cut off, which has to be finished "
        "first. Put back the copy in .updates/pending/before, run any command to finish it, then "
        "edit again"
    )
    assert (project / "docs/c.md").read_bytes() == b"mine"
    (project / "docs/c.md").write_bytes(
        (project / ".updates" / "pending" / "before" / "docs" / "c.md").read_bytes()
    )
    finish_interrupted(project)
    assert held(project) == side(project, 1)
