"""The last update is taken back, and what was edited since stays."""

import pytest
from checkout import tables_and_documents
from hypothesis import given
from hypothesis import strategies as st

from analysis.published.dictionary import dictionary_text, untraced_rows, write_dictionary
from analysis.published.package import read_package, recorded_hash, resource_of
from analysis.published.raw_tables import load_oews
from common.errors import InputError
from intake.journal import FOLDER
from intake.undo import undo_last, without_edit
from intake.update import write_update


def test_every_byte_is_as_it_was(project, official):
    before = tables_and_documents(project)
    write_update(official(), project)
    assert tables_and_documents(project) != before
    entry = undo_last(project)
    assert entry.name == "national_M2026_dl.xlsx"
    assert tables_and_documents(project) == before
    assert [path for path in (project / FOLDER).rglob("*") if path.is_file()] == []
    with pytest.raises(InputError, match="no update is left to undo"):
        undo_last(project)


def test_edits_made_before_it_stay(project, official):
    revisions = project / "docs" / "revisions.md"
    revisions.write_text(revisions.read_text() + "\nMine.\n")
    before = tables_and_documents(project)
    write_update(official(), project)
    undo_last(project)
    assert tables_and_documents(project) == before


def test_edits_made_since_stay_in_the_same_files_too(project, official):
    raw, revisions = project / "data" / "raw", project / "docs" / "revisions.md"
    before = tables_and_documents(project)
    write_update(official(), project)
    table, questions = raw / "oews-national.csv", raw / "questions.csv"
    table.write_text(table.read_text().replace("\n2021,", "\n2020,", 1))
    questions.write_text(questions.read_text().replace("?", "??", 1))
    revisions.write_text(revisions.read_text() + "\nMine.\n")
    undo_last(project)
    assert revisions.read_bytes() == before[revisions] + b"\nMine.\n"
    assert table.read_bytes() == before[table].replace(b"\n2021,", b"\n2020,", 1)
    assert questions.read_bytes() == before[questions].replace(b"?", b"??", 1)
    assert load_oews("national", raw)["year"].min() == 2020
    assert untraced_rows(raw).empty
    for name in (table.name, questions.name):
        assert resource_of(name, raw).hash == recorded_hash((raw / name).read_bytes())
    assert (project / "docs" / "data-dictionary.md").read_text() == dictionary_text(
        read_package(raw)
    )


def test_what_is_recorded_and_documented_of_ones_own_rows_stays_too(project, official):
    raw = project / "data" / "raw"
    write_update(official(), project)
    table = raw / "oews-national.csv"
    header, first, *rows = table.read_text().splitlines(keepends=True)
    mine = first.replace("2021,", "2020,", 1)
    table.write_text("".join([header, mine, first, *rows]))
    write_dictionary(project)
    undo_last(project)
    assert table.read_text() == "".join([header, mine, first, *rows[:-1]])
    assert resource_of(table.name, raw).hash == recorded_hash(table.read_bytes())
    assert (project / "docs" / "data-dictionary.md").read_text() == dictionary_text(
        read_package(raw)
    )


def test_an_edit_of_what_it_wrote_stops_it(project, official):
    write_update(official(), project)
    table = project / "data" / "raw" / "oews-national.csv"
    row = len(table.read_text().splitlines())
    table.write_text(table.read_text().replace("190000,1.1", "190010,1.1"))
    edited = tables_and_documents(project)
    with pytest.raises(InputError) as error:
        undo_last(project)
    assert str(error.value) == (
        f"data/raw/oews-national.csv, row {row}: edited since the update that wrote it; nothing "
        "was undone. Take your edit of this row back first"
    )
    assert tables_and_documents(project) == edited


@pytest.mark.parametrize(
    ("before", "after", "now", "expected"),
    [
        (b"a\nb\n", b"a\nu\nb\n", b"A\nu\nb\n", b"A\nb\n"),  # the row above its own
        (b"a\nb\n", b"a\nu\nb\n", b"a\nu\nB\n", b"a\nB\n"),  # the row below
        (b"a\nz\nb\n", b"a\nb\n", b"a\ny\nb\n", b"a\ny\nz\nb\n"),  # where it took rows away
        (b"a\ny\nb\n", b"a\nb\n", b"a\nz\nb\n", b"a\nz\ny\nb\n"),
        # Many rows that are alike, of which no row tells where another belongs.
        (b"=\n" * 300, b"=\n" * 301, b"-\n" + b"=\n" * 301, b"-\n" + b"=\n" * 300),
    ],
)
def test_an_edit_beside_that_of_an_update_is_none_of_it(before, after, now, expected):
    assert without_edit(before, after, now, "a.csv") == expected


@given(
    st.lists(st.integers(0, 30), max_size=9, unique=True),
    st.lists(st.integers(100, 130), max_size=9, unique=True),
    st.lists(st.integers(200, 230), max_size=9, unique=True),
)
def test_two_edits_that_do_not_meet_are_independent(held, added, mine):
    """Rows added by an update at one end and by a user at the other."""
    kept = [9999, *held]
    sides = (kept, [*kept, *added], [*mine, *kept, *added], [*mine, *kept])
    before, after, now, expected = (b"".join(b"%d\n" % row for row in rows) for rows in sides)
    assert without_edit(before, after, now, "a.csv") == expected
