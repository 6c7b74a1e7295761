"""Writes an update whole: cut off at any moment, it is finished by the next run; and undoes it.

An update lies in `.updates/` with every file as it was before and as it is after. It counts from
the moment its folder is called `pending`; once its files are in place the folder gets a number.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError
from common.safe_files import digest, locked, put_all_in_place

Contents = Mapping[Path, bytes]
"""All of each file, by its path."""
FOLDER = ".updates"
_PENDING, _PREPARING, _ENTRY = "pending", "preparing", "entry.json"


@dataclass(frozen=True)
class Entry:
    """An update: every file that it wrote, before and after, in the order of their names."""

    name: str
    """Of the file taken in."""
    before: Contents
    after: Contents
    number: str


class Journal:
    """The updates of a project; to be used by one process at a time, which holds its lock."""

    def __init__(self, root: Path) -> None:
        """Take the project's folder."""
        self._root = root
        self._folder = root / FOLDER

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other updates waiting, and finish the one that was cut off, if there is one.

        Raises:
            InputError: it cannot be finished.
        """
        with locked(self._root):
            self._finish()
            yield

    def write(self, name: str, before: Contents, after: Contents, undone: str = "") -> None:
        """Put the files of an update in place and keep what was there.

        Args:
            name: of the file taken in.
            before: the files as they were when the update was worked out.
            after: the same files as they are to be.
            undone: the number of the entry that this one takes back.

        Raises:
            InputError: a file has changed since, or cannot be written; all are as they were.
        """
        preparing = self._folder / _PREPARING
        shutil.rmtree(preparing, ignore_errors=True)
        for side, contents in (("before", before), ("after", after)):
            for path, content in contents.items():
                kept = preparing / side / path.relative_to(self._root)
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(content)
        entry = {"name": name, "undone": undone}
        (preparing / _ENTRY).write_text(json.dumps(entry) + "\n", encoding="utf-8")
        if changed := self._changed(preparing, ["before"]):
            raise InputError(
                f"{changed}: changed by somebody else while {name} was being taken in; nothing "
                "was written, so run the update again"
            )
        preparing.rename(self._folder / _PENDING)
        try:
            self._finish()
        except InputError:
            self._drop(_PENDING)
            raise

    def last(self) -> Entry:
        """The last update that has not been undone.

        Raises:
            InputError: there is none.
        """
        number = self._last_number()
        if not number:
            raise InputError("no update is left to undo")
        folder = self._folder / number
        name = json.loads((folder / _ENTRY).read_text(encoding="utf-8"))["name"]
        before, after = (
            {path: kept.read_bytes() for path, kept in self._files(folder / side).items()}
            for side in ("before", "after")
        )
        return Entry(name, before, after, number)

    def _finish(self) -> None:
        """Put the files of the pending update in place, if there is one."""
        pending = self._folder / _PENDING
        if not pending.exists():
            return
        entry = json.loads((pending / _ENTRY).read_text(encoding="utf-8"))
        if changed := self._changed(pending, ["before", "after"]):
            raise InputError(
                f"{changed}: edited after the update from {entry['name']} was cut off, which has "
                f"to be finished first. Put back the copy in {FOLDER}/{_PENDING}/before, run any "
                "command to finish it, then edit again"
            )
        after = self._files(pending / "after")
        put_all_in_place({path: kept.read_bytes() for path, kept in after.items()}, self._root)
        if entry["undone"]:
            self._drop(entry["undone"])
            self._drop(_PENDING)
        else:
            pending.rename(self._folder / f"{int(self._last_number() or 0) + 1:04}")

    def _changed(self, entry: Path, sides: list[str]) -> str:
        """The files of an update that are not as they were on one of its sides."""
        known = [self._files(entry / side) for side in sides]
        return ", ".join(
            path.relative_to(self._root).as_posix()
            for path in known[0]
            if digest(path) not in [digest(files[path]) for files in known]
        )

    def _files(self, side: Path) -> dict[Path, Path]:
        """By the place of each file in the project, the copy of it on one side of an update."""
        kept = sorted(path for path in side.rglob("*") if path.is_file())
        return {self._root / path.relative_to(side): path for path in kept}

    def _last_number(self) -> str:
        return max(
            (path.name for path in self._folder.glob("*") if path.name.isdigit()), default=""
        )

    def _drop(self, name: str) -> None:
        """Remove an entry: in one step it counts no more, then its files go."""
        preparing = self._folder / _PREPARING
        shutil.rmtree(preparing, ignore_errors=True)
        if (self._folder / name).exists():
            (self._folder / name).rename(preparing)
        shutil.rmtree(preparing, ignore_errors=True)


def finish_interrupted(root: Path) -> None:
    """Finish the update of a project that was cut off, if there is one.

    Raises:
        InputError: it cannot be finished.
    """
    if (root / FOLDER / _PENDING).exists():
        with Journal(root).held():
            return
