"""Files are put in place whole or not at all; what a killed process leaves is cleared away."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from common.errors import InputError

try:
    import fcntl
except ModuleNotFoundError:  # on Windows: nothing is locked there, and no leftover is known
    fcntl = None  # type: ignore[assignment]


def digest_of(content: bytes) -> str:
    """The SHA-256 of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest(path: Path) -> str:
    """The SHA-256 of a file, or of the names in a folder; "" where there is neither."""
    if path.is_dir():
        names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
        return digest_of("\n".join(names).encode())
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, waiting while another process holds it.

    The system frees it once this process and its forks have ended, in whatever way. A file system
    that locks no folders, as some on other machines, keeps nobody waiting.
    """
    if not fcntl:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def scratch(root: Path) -> Path:
    """Where the processes of a project keep passing files."""
    return root / ".cache" / "scratch"


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """A folder for passing files, locked as long as this process or a fork of it is using it."""
    with ExitStack() as stack:
        scratch(root).mkdir(parents=True, exist_ok=True)
        with locked(scratch(root)):  # or the folder could be taken for a leftover
            made = TemporaryDirectory(prefix="coderpay-", dir=scratch(root))
            folder = Path(stack.enter_context(made))
            stack.enter_context(locked(folder))
        yield folder


def clear_leftovers(root: Path) -> None:
    """Remove the scratch folders of a project that no process has locked."""
    if not (fcntl and scratch(root).is_dir()):
        return
    with locked(scratch(root)):
        for folder in scratch(root).glob("coderpay-*"):
            if folder.is_dir() and _is_free(folder):
                shutil.rmtree(folder, ignore_errors=True)


def put_in_place(path: Path, content: bytes, root: Path) -> None:
    """Write one file as `put_all_in_place` does."""
    put_all_in_place({path: content}, root)


def put_all_in_place(contents: Mapping[Path, bytes], root: Path) -> None:
    """Write several files and their folders: all of them, or none if one cannot be written.

    Args:
        contents: all of each file, by its path.
        root: the project's folder.

    Raises:
        InputError: one of them cannot be written.
    """
    try:
        with scratch_folder(root) as folder, ExitStack() as undo:
            parts = {path: folder / str(number) for number, path in enumerate(contents)}
            for path, part in parts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                part.write_bytes(contents[path])
            for path, part in parts.items():
                before = path.read_bytes() if path.is_file() else None
                _move(part, path)
                undo.callback(_restore, path, before)
            undo.pop_all()
    except OSError as error:
        names = ", ".join(map(str, contents))
        raise InputError(
            f"{names} cannot be written ({error}); what was there is as it was"
        ) from error


def _lock(descriptor: int, wait: bool) -> bool:
    """Whether a folder that is open here is locked here now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _is_free(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # somebody else's
        return False
    try:
        return _lock(descriptor, wait=False)
    finally:
        os.close(descriptor)


def _move(part: Path, path: Path) -> None:
    """Put a file in the place of another in one step, be it on another disk."""
    try:
        part.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = path.with_name(f".{digest_of(path.name.encode())[:16]}.part")
        shutil.copyfile(part, beside)
        beside.replace(path)


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)
