"""Files are written whole or not at all, and passing files go with their process."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from common.errors import InputError
from common.safe_files import (
    clear_leftovers,
    digest,
    digest_of,
    locked,
    put_all_in_place,
    put_in_place,
    scratch,
    scratch_folder,
)


def names(folder):
    return [path.name for path in folder.iterdir()]


USING = """
import sys, time
from pathlib import Path
from common.safe_files import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def using(tmp_path):
    """A process that uses a scratch folder, and the folder."""
    arguments = [sys.executable, "-c", USING, str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_the_folder_of_a_process_that_was_killed_goes_and_that_of_one_that_runs_stays(
    tmp_path, using
):
    process, folder = using
    clear_leftovers(tmp_path)
    assert folder.parent == scratch(tmp_path) and folder.is_dir()
    process.kill()
    process.wait()
    clear_leftovers(tmp_path)
    assert not folder.exists()


def test_a_scratch_folder_goes_when_it_is_no_longer_used(tmp_path):
    with scratch_folder(tmp_path) as folder:
        (folder / "passing").write_text("file")
    assert not folder.exists()


def test_a_fork_that_outlives_its_process_keeps_the_folder(tmp_path):
    ours, theirs = os.pipe()
    if not os.fork():
        with scratch_folder(tmp_path):
            if not os.fork():
                os.read(ours, 1)
            os._exit(0)
    os.wait()
    clear_leftovers(tmp_path)
    assert len(list(scratch(tmp_path).glob("coderpay-*"))) == 1
    os.write(theirs, b".")
    for _ in range(100):
        clear_leftovers(tmp_path)
        if not list(scratch(tmp_path).glob("coderpay-*")):
            break
        time.sleep(0.1)
    assert list(scratch(tmp_path).glob("coderpay-*")) == []


def test_where_nothing_was_left_there_is_nothing_to_clear(tmp_path):
    clear_leftovers(tmp_path)
    assert names(tmp_path) == []


def test_a_folder_that_may_not_be_opened_is_left_alone(tmp_path, monkeypatch):
    folder = scratch(tmp_path) / "coderpay-theirs"
    folder.mkdir(parents=True)
    opened = os.open

    def refuse(path, flags):
        if path == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    clear_leftovers(tmp_path)
    assert folder.is_dir()


def test_what_is_no_scratch_folder_is_left_alone(tmp_path):
    scratch(tmp_path).mkdir(parents=True)
    for name in ("coderpay-notes", "mine.part"):
        (scratch(tmp_path) / name).write_text("mine")
    clear_leftovers(tmp_path)
    assert sorted(names(scratch(tmp_path))) == ["coderpay-notes", "mine.part"]


def test_a_lock_is_waited_for(tmp_path):
    order = []

    def second():
        with locked(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(tmp_path):
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_file_gets_to_another_disk_whole(tmp_path):
    with TemporaryDirectory(dir="/dev/shm") as elsewhere:
        if Path(elsewhere).stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("/dev/shm is no other disk here")
        (tmp_path / "report").symlink_to(elsewhere)
        put_in_place(tmp_path / "report" / "a.csv", b"1", tmp_path)
        put_in_place(tmp_path / "report" / "a.csv", b"2", tmp_path)
        assert names(Path(elsewhere)) == ["a.csv"]
        assert Path(elsewhere, "a.csv").read_bytes() == b"2"


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path):
    path = tmp_path / "new" / "newer" / "a.csv"
    put_in_place(path, b"1", tmp_path)
    put_in_place(path, b"2", tmp_path)
    assert path.read_bytes() == b"2"
    assert names(path.parent) == ["a.csv"]


def test_a_file_that_cannot_be_put_there_says_why_and_leaves_nothing(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError) as error:
        put_in_place(tmp_path / "a.csv", b"1", tmp_path)
    assert str(error.value).startswith(f"{tmp_path / 'a.csv'} cannot be written ([Errno ")
    assert str(error.value).endswith("); what was there is as it was")
    assert names(scratch(tmp_path)) == []


def test_the_message_names_what_was_lacking_and_no_disk_if_it_was_none(tmp_path):
    """In a process of its own, which may open hardly a file."""
    program = (
        "import resource, sys; from pathlib import Path; from common.safe_files import put_in_place"
        "\nresource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))"
        "\nput_in_place(Path(sys.argv[1], 'a.csv'), b'1', Path(sys.argv[1]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=False
    )
    said = ended.stderr.splitlines()[-1]
    assert said.startswith(f"common.errors.InputError: {tmp_path / 'a.csv'} cannot be written (")
    assert "Too many open files" in said
    assert "disk" not in said


def test_a_folder_that_went_is_made_again(tmp_path):
    put_in_place(tmp_path / "report" / "a.csv", b"1", tmp_path)
    shutil.rmtree(tmp_path / "report")
    shutil.rmtree(tmp_path / ".cache")
    put_in_place(tmp_path / "report" / "a.csv", b"1", tmp_path)
    assert (tmp_path / "report" / "a.csv").read_bytes() == b"1"


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
    assert names(scratch(tmp_path)) == []


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
    assert {*names(tmp_path)} == {".cache", "a.csv"}
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
