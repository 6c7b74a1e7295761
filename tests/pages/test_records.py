from pathlib import Path

import pytest

from common.errors import InputError
from pages.records import digest, write


def test_a_file_is_put_in_place_whole_or_not_at_all(tmp_path, monkeypatch):
    write(tmp_path, "report/a.html", b"before")

    def half(path, content):
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(InputError, match=r"a\.html cannot be written \(the disk is full\)"):
        write(tmp_path, "report/a.html", b"afterwards")
    assert (tmp_path / "report" / "a.html").read_bytes() == b"before"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.html"]


def test_the_same_content_is_not_written_again(tmp_path):
    write(tmp_path, "a.html", b"same")
    before = (tmp_path / "a.html").stat().st_mtime_ns
    write(tmp_path, "a.html", b"same")
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
