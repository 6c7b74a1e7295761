"""Files are put in place whole or not at all, and what a killed process leaves is swept away."""

import os
import platform
import re
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from common.errors import InputError


def scratch(root: Path) -> Path:
    """Where this machine's processes write for the time being: beside the project's files, on their disk."""
    return root / ".cache" / "scratch" / platform.node()


def temporary() -> Path:
    """The user's temporary folder, or one of a short name: a socket's can have a hundred characters."""
    folder = tempfile.gettempdir()
    return Path(folder if len(folder) < 50 else "/tmp")  # noqa: S108


def scratch_name() -> str:
    """How the name begins of what this process writes for the time being; `sweep` knows whose it is."""
    return f"coderpay-{os.getpid()}-"


def put_in_place(path: Path, content: bytes, root: Path) -> None:
    """Write a file, and its folder if there is none, or leave what was there.

    Args:
        path: a file of the project.
        content: all of it.
        root: the project's folder.

    Raises:
        InputError: it cannot be written.
    """
    part = scratch(root) / f"{scratch_name()}{threading.get_ident()}.part"
    try:
        for folder in (part.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error}); what was there is as it was"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def sweep(folder: Path) -> None:
    """Remove what processes that are gone have left in a folder, under names that begin as `scratch_name`."""
    for left in folder.glob("coderpay-*"):
        process = re.match(r"coderpay-(\d+)-", left.name)
        if process and _is_gone(int(process[1])):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(
                missing_ok=True
            )


def _is_gone(process: int) -> bool:
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
