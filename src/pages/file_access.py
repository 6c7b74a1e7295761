"""Notes which of the project's files a process reads and writes.

What Python opens is seen; what other programs and libraries in C open, and whether a file merely
exists, is not.
"""

import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from common.plan_file import PLAN_NAME
from common.safe_files import digest

_WRITES = os.O_WRONLY | os.O_RDWR
_LISTS = ("os.listdir", "os.scandir")
_PROGRAMS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.exec")
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.truncate", "os.link", "os.symlink")
_TABLES = ("data" + os.sep, "report" + os.sep)


class FileAccess:
    """The files of a project that this process has read, written and listed since `start`."""

    def __init__(self, root: Path, parameters: Iterable[Any] = ()) -> None:
        """Take the project's folder; hidden folders, code and the plan do not count.

        Of these the batch knows what a page is made from: its code and its parameters.

        Args:
            root: the project's folder.
            parameters: the page's. A file that one of them names counts, read or not and wherever
                it is, for what reads it need not be Python.
        """
        self._root = os.path.join(root, "")  # noqa: PTH118
        self._named = [text for text in parameters if isinstance(text, str) and Path(text).suffix]
        self._busy = threading.local()
        self._read: dict[str, str] = {}
        self._written: set[str] = set()
        self._left: dict[str, str] = {}
        self._unsettled: set[str] = set()
        self._programs = False
        self._databases: set[str] = set()

    def start(self) -> None:
        """FileAccess from now on; there is no end to it but that of the process."""
        for name in self._named:
            places = [Path(self._root, name), Path(self._root, "notebooks", name)]
            place = next((place for place in places if place.is_file()), places[0])
            below = Path(os.path.relpath(place, self._root)).as_posix()
            self._read[below] = digest(place)
        sys.addaudithook(self._note)

    def reads(self) -> dict[str, str]:
        """By path below the project the digest when first read, "" where there was no file.

        Of a folder in which this process has written it is the digest afterwards.
        """
        for module in list(sys.modules.values()):
            self._add(getattr(module, "__file__", None), writes=False)
        folders = {os.path.dirname(path) for path in self._written} & self._read.keys()  # noqa: PTH120
        self._read |= {path: digest(Path(self._root, path)) for path in folders}
        return dict(sorted(self._read.items()))

    def settle(self) -> None:
        """Note what has been written; to be called after each cell, so that others are noticed.

        What a process of this page may still be writing waits.
        """
        if not (self._programs or self._unsettled):
            return
        import psutil  # type: ignore[import-untyped]  # most cells write nothing

        process = psutil.Process()
        if self._programs:
            self._unsettled |= self._written
            self._programs = bool(process.children(recursive=True))
        if not self._programs:
            held = {file.path for file in process.open_files()} | _mapped()
            for path in {one for one in self._unsettled if self._root + one not in held}:
                self._left[path] = digest(Path(self._root, path))
                self._unsettled.remove(path)

    def tables(self) -> dict[str, str]:
        """What was written below `data/` and `report/`: by path below the project, its digest.

        That is the one after the cell that wrote it last. What the page removed is left out.
        """
        self.settle()
        for path in self._databases & self._read.keys():
            if digest(Path(self._root, path)) != self._read[path]:
                self._unsettled.add(path)
        last = {path: digest(Path(self._root, path)) for path in self._unsettled}
        left = sorted((self._left | last).items())
        return {path: known for path, known in left if path.startswith(_TABLES) and known}

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            if event == "open":
                path, mode, flags = arguments
                writes = bool(flags & _WRITES)
                if writes or mode is not None or not _is_below_another(path):
                    self._add(path, writes)
            elif event in _CHANGES:
                self._unsettled |= self._written
                if event == "os.rename":
                    self._add(arguments[1], writes=True)
            elif event in _PROGRAMS:
                self._programs = True
            elif event == "sqlite3.connect":
                self._databases.add(self._add(arguments[0], writes=False))
            elif event in _LISTS and not _holds_modules(arguments[0]):
                self._add(arguments[0], writes=False)
        finally:
            self._busy.now = False

    def _add(self, path: Any, writes: bool) -> str:
        """Note a file; its path below the project, or "" where it does not count."""
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        found = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
        if not found.startswith(self._root):
            return ""
        below = found.removeprefix(self._root)
        parts = Path(below).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in parts)
        if hidden or parts[0] in ("src", PLAN_NAME):
            return ""
        if writes:
            self._written.add(below)
            self._unsettled.add(below)
        elif below not in self._written and below not in self._read:
            self._read[below] = digest(Path(found))
        return below


def _mapped() -> set[str]:
    """The files that are mapped into this process's memory, where the system says so."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text(encoding="utf-8").splitlines() if maps.exists() else []
    return {line.partition("/")[1] + line.partition("/")[2] for line in lines}


def _is_below_another(path: Any) -> bool:
    """Whether what `os.open` is given may be a name in a folder that is open, not in this one."""
    return isinstance(path, str) and not (Path(path).is_absolute() or Path(path).exists())


def _holds_modules(folder: Any) -> bool:
    """Whether Python lists a folder to find modules in it."""
    return folder in sys.path or os.getcwd() == folder  # noqa: PTH109
