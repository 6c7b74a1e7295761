"""Where two versions of a made file differ: a table by row and column, a notebook by cell."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

_AROUND = 40
"""Characters shown before and after the first that differs."""
_MISSING = "(missing)"


@dataclass(frozen=True)
class Difference:
    """A place in a file where what was expected is not what was found."""

    file: str
    place: str
    expected: str
    found: str


def differences(file: str, expected: bytes | None, found: bytes | None) -> Iterator[Difference]:
    """Where two versions of a file differ.

    Which Python ran a notebook is no difference; its cells and what they show are compared.

    Args:
        file: its path; the ending decides how it is compared.
        expected: all of it, or nothing where there should be no such file.
        found: as above.
    """
    if expected is None or found is None:
        yield Difference(file, "the file", *(_there(content) for content in (expected, found)))
        return
    if expected == found:
        return
    match file.rpartition(".")[2]:
        case "csv":
            places = _in_tables(expected.decode(), found.decode())
        case "ipynb":
            places = _in_parts("", *(json.loads(content)["cells"] for content in (expected, found)))
        case "html" | "svg" | "json":
            places = _in_lines(expected.decode(), found.decode())
        case _:
            places = iter(())
    named = [Difference(file, place, *_excerpts(*values)) for place, *values in places]
    if not named and not file.endswith(".ipynb"):
        named = [Difference(file, "its bytes", _there(expected), f"{_there(found)}, others")]
    yield from named


def _there(content: bytes | None) -> str:
    return _MISSING if content is None else f"{len(content):,} bytes"


def _in_tables(expected: str, found: str) -> Iterator[tuple[str, str, str]]:
    before, after = (list(csv.reader(text.splitlines(keepends=True))) for text in (expected, found))
    header = before[0] if before else []
    for number, rows in enumerate(zip_longest(before, after, fillvalue=None), 1):
        one, other = rows
        if one is None or other is None:
            texts = [_MISSING if row is None else ",".join(row) for row in rows]
            yield f"row {number}", texts[0], texts[1]
            continue
        for column, cells in enumerate(zip_longest(one, other, fillvalue=_MISSING)):
            name = header[column] if column < len(header) else f"number {column + 1}"
            if cells[0] != cells[1]:
                yield f"row {number}, column {name}", *cells


def _in_lines(expected: str, found: str) -> Iterator[tuple[str, str, str]]:
    pairs = zip_longest(expected.splitlines(), found.splitlines(), fillvalue=_MISSING)
    for number, (before, after) in enumerate(pairs, 1):
        if before != after:
            yield f"row {number}", before, after


def _in_parts(place: str, expected: Any, found: Any) -> Iterator[tuple[str, str, str]]:
    """Where two pieces of JSON differ, each place as the way to it."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = list(dict.fromkeys([*expected, *found]))
        pairs = [(f"{place}.{name}", expected.get(name), found.get(name)) for name in names]
    elif isinstance(expected, list) and isinstance(found, list):
        numbered = enumerate(zip_longest(expected, found))
        pairs = [(f"{place}[{number}]", *pair) for number, pair in numbered]
    else:
        if expected != found:
            yield f"cells{place}", _as_text(expected), _as_text(found)
        return
    for way, before, after in pairs:
        yield from _in_parts(way, before, after)


def _as_text(part: Any) -> str:
    return part if isinstance(part, str) else json.dumps(part)


def _excerpts(expected: str, found: str) -> tuple[str, str]:
    """The two around their first difference, short enough for a line."""
    pairs = enumerate(zip(expected, found, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), 0)
    start, end = max(0, same - _AROUND), same + _AROUND
    before, after = (text[start:end].replace("\n", "\\n") for text in (expected, found))
    lead = "…" if start else ""
    return lead + before, lead + after
