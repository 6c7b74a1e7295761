"""Files are written whole or not at all, and passing files go with their process."""

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import InputError
from common.safe_files import (
    clear_leftovers,
    digest,
    digest_of,
    put_all_in_place,
    put_in_place,
    scratch,
    scratch_name,
)


@pytest.fixture
def ended():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_is_left_of_processes_that_are_x_and_nothing_else(tmp_path, ended):
    (tmp_path / f"coderpay-{ended}-a").mkdir()
    (tmp_path / f"coderpay-{ended}-a" / "b").write_text("left")
    (tmp_path / f"coderpay-{ended}-1.part").write_text("left")
    kept = [
        f"{scratch_name()}mine.part",
        f"other-{ended}-1.part",
        "coderpay-notes",
        "coderpay-1x-notes",
    ]
    for name in kept:
        (tmp_path / name).write_text("mine")
    clear_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_what_is_left_of_a_process_that_nobody_waited_for_is_removed_too(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    (tmp_path / f"coderpay-{process.pid}-a").write_text("left")
    clear_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []
    process.wait()


def test_what_is_written_for_the_time_being_lies_in_the_cache_by_machine(tmp_path):
    assert scratch(tmp_path) == tmp_path / ".cache" / "scratch" / platform.node()


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path):
    put_in_place(tmp_path / "new" / "a.csv", b"1", tmp_path)
    put_in_place(tmp_path / "new" / "a.csv", b"2", tmp_path)
    assert (tmp_path / "new" / "a.csv").read_bytes() == b"2"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "new" / "a.csv"]


def test_a_file_that_cannot_be_put_there_says_why_and_leaves_nothing(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError) as error:
        put_in_place(tmp_path / "a.csv", b"1", tmp_path)
    assert str(error.value).startswith(f"{tmp_path / 'a.csv'} cannot be written ([Errno ")
    assert str(error.value).endswith("); what was there is as it was")
    assert list(scratch(tmp_path).iterdir()) == []


def full_at(name, monkeypatch):
    """Let the disk be full when the file of this name is put in place."""
    replace = Path.replace

    def replace_or_fail(path, target):
        if target.name == name:
            raise OSError(28, "No space left on device", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_or_fail)


def test_of_several_files_all_are_written(tmp_path):
    put_all_in_place({tmp_path / "a.csv": b"1", tmp_path / "new" / "b.csv": b"2"}, tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == b"1"
    assert (tmp_path / "new" / "b.csv").read_bytes() == b"2"
    assert list(scratch(tmp_path).iterdir()) == []


def test_of_several_files_none_is_written_if_one_cannot_be(tmp_path, monkeypatch):
    old, new, failing = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    old.write_bytes(b"before")
    full_at("c.csv", monkeypatch)
    with pytest.raises(InputError) as error:
        put_all_in_place({old: b"1", new: b"2", failing: b"3"}, tmp_path)
    assert str(error.value) == (
        f"{old}, {new}, {failing} cannot be written ([Errno 28] No space left on device: "
        f"'{failing}'); what was there is as it was"
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [old]
    assert old.read_bytes() == b"before"


def test_a_digest_is_of_a_files_bytes_or_of_the_names_in_a_folder(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"1\n")
    assert digest(tmp_path / "a.csv") == digest_of(b"1\n")
    assert digest_of(b"1\n") == hashlib.sha256(b"1\n").hexdigest()
    before = digest(tmp_path)
    (tmp_path / "a.csv").write_bytes(b"2\n")
    (tmp_path / ".hidden").write_bytes(b"")
    assert digest(tmp_path) == before
    (tmp_path / "b.csv").write_bytes(b"")
    assert digest(tmp_path) not in (before, "")
    assert digest(tmp_path / "no.csv") == ""
