"""How files are put in place, what counts as a change of them, and what is left of old records."""

from pathlib import Path

import pytest

from common.errors import InputError
from common.safe_files import digest
from pages.page_records import LOOKS, Excerpts, Record, Records, as_json, write_if_changed
from pages.plan import Page

VERSIONS = {"python": "3", "looks": "1"}
EXCERPTS = Excerpts(card={"Median": "$5"}, figures={"a": ["n1"]}, highlighted=["n1"])
PAGE = Page(name="a", notebook="notebooks/a.ipynb", title="A", time_limit=1.0)


def record(**changes):
    given = {
        "status": "made",
        "notebook": "notebooks/a.ipynb",
        "parameters": {},
        "title": "A",
        "summary": "",
        "error": "",
        "traceback": "",
        "inputs": {},
        "versions": VERSIONS,
        "outputs": {},
        "tables": [],
        "excerpts": Excerpts(),
    }
    return Record(**given | changes)


def test_a_file_is_put_in_place_whole_or_not_at_all(tmp_path, monkeypatch):
    write_if_changed(tmp_path, "report/a.html", b"before")

    def half(path, content):
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(InputError, match=r"a\.html cannot be written \(the disk is full\)"):
        write_if_changed(tmp_path, "report/a.html", b"afterwards")
    assert (tmp_path / "report" / "a.html").read_bytes() == b"before"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.html"]


def test_the_same_content_is_not_written_again(tmp_path):
    write_if_changed(tmp_path, "a.html", b"same")
    before = (tmp_path / "a.html").stat().st_mtime_ns
    write_if_changed(tmp_path, "a.html", b"same")
    assert (tmp_path / "a.html").stat().st_mtime_ns == before


def test_a_folder_has_the_digest_of_its_names_and_nothing_has_none(tmp_path):
    (tmp_path / "a").write_text("1")
    before = digest(tmp_path)
    (tmp_path / "a").write_text("2")
    (tmp_path / ".hidden").write_text("")
    assert digest(tmp_path) == before
    (tmp_path / "b").write_text("")
    assert digest(tmp_path) != before
    assert digest(tmp_path / "c") == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"status": "failed"}, "failed last time"),
        ({"status": "skipped"}, "skipped last time"),
        ({"parameters": {"year": 2024}}, "parameters changed: year 2024 -> None"),
        ({"inputs": {"data/a.csv": "0" * 64}}, "changed: data/a.csv"),
        ({"inputs": {"data/none.csv": ""}}, ""),
        ({"parameters": {"a": 1, "b": 2}}, "parameters changed: a 1 -> None, b 2 -> None"),
        ({"inputs": {"data/a.csv": "0", "data/b.csv": "0"}}, "changed: data/a.csv, data/b.csv"),
        ({"outputs": {"a": "0", "b": "0"}}, "no longer as it was written: a, b"),
        ({"outputs": {"report/a.html": "0" * 64}}, "no longer as it was written: report/a.html"),
        ({"versions": VERSIONS | {"python": "2"}}, "changed: python"),
        ({"versions": VERSIONS | {"looks": "0"}}, LOOKS),
        ({"title": "Before"}, LOOKS),
    ],
)
def test_a_page_is_made_for_a_reason(tmp_path, changes, reason):
    changes = {"parameters": {}} | changes
    parameters = dict.fromkeys(changes["parameters"])
    page = Page(
        name="a", notebook="notebooks/a.ipynb", title="A", time_limit=1.0, parameters=parameters
    )
    assert Records(tmp_path, VERSIONS).reason(page, record(**changes)) == reason


def test_a_page_without_a_record_is_new(tmp_path):
    assert Records(tmp_path, VERSIONS).reason(PAGE, None) == "new"


def test_a_record_comes_back_as_it_was_kept(tmp_path):
    Records(tmp_path, VERSIONS).save("a", record(excerpts=EXCERPTS))
    assert Records(tmp_path, VERSIONS).load("a") == record(excerpts=EXCERPTS)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"status": "made"}'])
def test_a_damaged_record_or_one_of_another_version_is_none(tmp_path, text):
    Records(tmp_path, VERSIONS).save("a", record())
    (tmp_path / ".cache" / "pages" / "a.json").write_text(text)
    assert Records(tmp_path, VERSIONS).load("a") is None


def test_what_lies_outside_the_report_is_never_removed(tmp_path):
    records = Records(tmp_path, VERSIONS)
    paths = ("report/a.html", "data/a.csv", "report/../data/b.csv")
    outputs = {path: write_if_changed(tmp_path, path, b"1") for path in paths}
    records.save("a", record(outputs=outputs))
    records.keep_only([])
    assert [(tmp_path / path).exists() for path in paths] == [False, True, True]
    assert records.load("a") is None


def test_pages_that_are_gone_are_forgotten_though_their_record_is_damaged_or_their_file_gone(
    tmp_path,
):
    records = Records(tmp_path, VERSIONS)
    records.save("a", record(outputs={"report/a.html": "0"}))
    records.save("b", record())
    (tmp_path / ".cache" / "pages" / "b.json").write_text("{")
    records.save("c", record())
    records.keep_only(["c"])
    kept = [path.name for path in (tmp_path / ".cache" / "pages").iterdir()]
    assert kept == ["c.json"]


def test_the_manifest_says_what_a_card_shows_and_nothing_else_of_what_others_show():
    entry = record(excerpts=EXCERPTS, outputs={"report/a.html": "1"}).entry()
    assert entry["card"] == {"Median": "$5"}
    assert entry["outputs"] == {"report/a.html": "1"}
    assert "excerpts" not in entry


def test_json_is_sorted_and_indented_so_that_a_change_is_a_line_of_a_comparison():
    assert as_json({"b": 1, "a": [2]}) == b'{\n  "a": [\n    2\n  ],\n  "b": 1\n}\n'


def test_files_that_were_written_are_known_as_they_are_now(tmp_path):
    records = Records(tmp_path, VERSIONS)
    for path in ("report/a.html", "report/b.html"):
        assert records.digest(path) == ""
    written = records.write({"report/b.html": b"2", "report/a.html": b"1"})
    assert list(written) == ["report/a.html", "report/b.html"]
    assert (tmp_path / "report" / "b.html").read_bytes() == b"2"
    for path, known in written.items():
        assert records.digest(path) == known == digest(tmp_path / path)
    (tmp_path / "report" / "b.html").write_bytes(b"of another")  # which the end of a batch notices
    records.write({"report/a.html": b"3"})
    assert records.digest("report/b.html") == written["report/b.html"]
