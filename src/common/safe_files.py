"""Files are put in place whole or not at all; what a killed process leaves is cleared away."""

import hashlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from common.errors import InputError


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


def scratch(root: Path) -> Path:
    """Where this machine's processes keep passing files: on the same disk as the project."""
    return root / ".cache" / "scratch" / platform.node()


def scratch_name() -> str:
    """How the names of this process's passing files begin, so that `clear_leftovers` knows them."""
    return f"coderpay-{os.getpid()}-"


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
        scratch(root).mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=scratch_name(), dir=scratch(root)) as folder,
            ExitStack() as undo,
        ):
            parts = {path: Path(folder) / str(number) for number, path in enumerate(contents)}
            for path, part in parts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                part.write_bytes(contents[path])
            for path, part in parts.items():
                before = path.read_bytes() if path.is_file() else None
                part.replace(path)
                undo.callback(_restore, path, before)
            undo.pop_all()
    except OSError as error:
        names = ", ".join(map(str, contents))
        raise InputError(
            f"{names} cannot be written ({error}); what was there is as it was"
        ) from error


def clear_leftovers(folder: Path) -> None:
    """Remove what processes that are gone left in a folder, known by `scratch_name`."""
    for left in folder.glob("coderpay-*"):
        process = re.match(r"coderpay-(\d+)-", left.name)
        if process is None or not _is_gone(int(process[1])):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)


def _is_gone(process: int) -> bool:
    import psutil  # type: ignore[import-untyped]  # takes as long as a batch with nothing to do

    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
