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

    def tables(self) -> list[str]:
        """What was written below `data/` and `report/`, as paths below the project."""
        for path in self._databases & self._read.keys():
            if digest(Path(self._root, path)) != self._read[path]:
                self._written.add(path)
        return sorted(path for path in self._written if path.startswith(_TABLES))

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
            elif event == "os.rename":
                self._add(arguments[1], writes=True)
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
        elif below not in self._written and below not in self._read:
            self._read[below] = digest(Path(found))
        return below


def _is_below_another(path: Any) -> bool:
    """Whether what `os.open` is given may be a name in a folder that is open, not in this one."""
    return isinstance(path, str) and not (Path(path).is_absolute() or Path(path).exists())


def _holds_modules(folder: Any) -> bool:
    """Whether Python lists a folder to find modules in it."""
    return folder in sys.path or os.getcwd() == folder  # noqa: PTH109
