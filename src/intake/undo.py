"""Takes the last update back; what was edited since, in the same files too, stays."""

import re
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.published.dictionary import dictionary_text, refreshed_package
from analysis.published.package import PACKAGE, parse_package
from common.errors import InputError
from intake.journal import Contents, Entry, Journal

_RECORDED = re.compile(rb'"(bytes|hash)": ("[^"]*"|\d+)')
"""What the data package records of each table's bytes."""
Edit = tuple[int, int, list[bytes]]
"""From which line to which, and the lines that stand there instead."""


def undo_last(root: Path) -> Entry:
    """Take the last update of a project back.

    Returns:
        What was undone.

    Raises:
        InputError: there is no update to undo, or a line that it wrote was edited since; nothing
            is written then.
    """
    journal = Journal(root)
    with journal.held():
        entry = journal.last()
        now = {path: path.read_bytes() for path in entry.after}
        restored = entry.before if now == entry.after else _without(entry, now, root)
        journal.write(entry.name, now, restored, undone=entry.number)
    return entry


def without_edit(before: bytes, after: bytes, now: bytes, name: str) -> bytes:
    """A text as it is now without the edit that led from `before` to `after`.

    Raises:
        InputError: a line of that edit was edited since; `name` is what the message calls the file.
    """
    lines = after.splitlines(keepends=True)
    back, since = (_edits(lines, other.splitlines(keepends=True)) for other in (before, now))
    for first in back:
        for second in since:
            if first != second and first[0] < second[1] and second[0] < first[1]:
                raise InputError(
                    f"{name}, row {max(first[0], second[0]) + 1}: edited since the update that "
                    "wrote it; nothing was undone. Take your edit of this row back first"
                )
    edits = [*back, *(edit for edit in since if edit not in back)]
    for start, end, replaced in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        lines[start:end] = replaced
    return b"".join(lines)


def _edits(old: list[bytes], new: list[bytes]) -> list[Edit]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(a, b, new[c:d]) for kind, a, b, c, d in codes if kind != "equal"]


def _without(entry: Entry, now: Contents, root: Path) -> Contents:
    """The files of an update without it but with what was edited since."""
    package, raw = root / "data" / "raw" / PACKAGE, root / "data" / "raw"
    dictionary = root / "docs" / "data-dictionary.md"
    restored = {}
    for path in now.keys() - {dictionary}:
        before, after, current = entry.before[path], entry.after[path], now[path]
        if path == package:  # what it records is recorded again below
            before, after, current = (
                _RECORDED.sub(rb'"\1": ""', side) for side in (before, after, current)
            )
        name = path.relative_to(root).as_posix()
        restored[path] = without_edit(before, after, current, name)
    with TemporaryDirectory() as temporary:
        copy = Path(temporary)
        for path in [*raw.glob("*.csv"), package]:
            (copy / path.name).write_bytes(restored.get(path) or path.read_bytes())
        restored[package] = refreshed_package(copy, check_all=False)
    restored[dictionary] = dictionary_text(parse_package(restored[package])).encode()
    return {path: restored[path] for path in now}
