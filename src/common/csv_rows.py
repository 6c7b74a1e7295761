"""Reads CSV files that a project names in `report.yml`."""

import csv
from collections.abc import Iterable
from pathlib import Path

from common.errors import InputError, nearest, repeated


def read_csv_rows(
    root: Path, path: str, where: str, columns: Iterable[str]
) -> list[dict[str, str]]:
    """The rows of a CSV file as text, cells by the heading of their column.

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
            reader = csv.DictReader(lines, restval="", strict=True)
            headings = [*(reader.fieldnames or [])]
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{where}: {path} cannot be read: {reason}") from error
    for name in columns:
        if name not in headings:
            raise InputError(f"{where}: {path} has no column {name!r}{nearest(name, headings)}")
    if again := repeated(headings):
        raise InputError(f"{where}: {path} has the column {again!r} twice; expected it once")
    for number, row in enumerate(rows, start=2):
        if len(row) > len(headings):
            raise InputError(
                f"{where}: {path}, row {number} has more cells than the heading; expected "
                f"{len(headings)} (a comma within a cell needs quotation marks around it)"
            )
    return rows
