"""What is written for the time being is gone with the process that wrote it, or with the next run."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import InputError
from common.files import put_in_place, scratch, scratch_name, sweep, temporary


@pytest.fixture
def ended():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_is_left_of_processes_that_are_gone_is_swept_and_nothing_else(tmp_path, ended):
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
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_what_is_left_of_a_process_that_nobody_waited_for_is_swept_too(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    (tmp_path / f"coderpay-{process.pid}-a").write_text("left")
    sweep(tmp_path)
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


def test_a_long_name_of_the_temporary_folder_leaves_room_for_that_of_a_socket(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/short")
    assert temporary() == Path("/short")
    monkeypatch.setattr("tempfile.tempdir", "/" + "long/" * 20)
    assert temporary() == Path("/tmp")
