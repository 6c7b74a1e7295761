"""Reads CSV files that a project names in `report.yml`."""

import csv
from collections.abc import Iterable
from pathlib import Path

from common.errors import InputError, nearest


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
        InputError: the file cannot be read, or lacks a column.
    """
    try:
        with (root / path).open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{where}: {path} cannot be read: {reason}") from error
    for name in columns:
        if rows and name not in rows[0]:
            raise InputError(f"{where}: {path} has no column {name!r}{nearest(name, rows[0])}")
    return rows
