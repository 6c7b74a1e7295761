"""Reads CSV files that a project names in `report.yml`."""

import csv
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

from common.errors import InputError, nearest, repeated


def read_csv_rows(
    root: Path, path: str, where: str, columns: Iterable[str]
) -> dict[int, dict[str, str]]:
    """The rows of a CSV file as text, cells by the heading of their column.

    Rows are numbered as a spreadsheet numbers them: the heading is row 1, and blank ones count.

    Args:
        root: the project's folder.
        path: of the file, relative to it.
        where: the place in `report.yml` that names it, for messages.
        columns: those that it must have.

    Raises:
        InputError: the file cannot be read, lacks a column or has it twice, or a row has more cells
            than the heading.
    """
    try:
        with (root / path).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            headings = next(reader, [])
            rows = {number: cells for number, cells in enumerate(reader, start=2) if cells}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{where}: {path} cannot be read: {reason}") from error
    for name in columns:
        if name not in headings:
            raise InputError(f"{where}: {path} has no column {name!r}{nearest(name, headings)}")
    if again := repeated(headings):
        raise InputError(f"{where}: {path} has the column {again!r} twice; expected it once")
    for number, cells in rows.items():
        if len(cells) > len(headings):
            raise InputError(
                f"{where}: {path}, row {number} has more cells than the heading; expected "
                f"{len(headings)} (a comma within a cell needs quotation marks around it)"
            )
    return {
        number: dict(zip_longest(headings, cells, fillvalue="")) for number, cells in rows.items()
    }
