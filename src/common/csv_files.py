"""Reads CSV files that a project names in `report.yml`."""

import csv
from collections.abc import Iterable
from pathlib import Path

from common.errors import InputError, nearest, repeated


class CsvFiles:
    """The CSV files of a project, each read once."""

    def __init__(self, root: Path) -> None:
        """Take the project's folder."""
        self.root = root
        self._files: dict[str, tuple[list[str], dict[int, list[str]]]] = {}

    def rows(self, path: str, where: str, columns: Iterable[str]) -> dict[int, dict[str, str]]:
        """The rows of a file: of each, the cells of some columns as text, by their heading.

        Rows are numbered as a spreadsheet numbers them: the heading is row 1, and blank ones count.

        Args:
            path: of the file, relative to the project's folder.
            where: the place in `report.yml` that names it, for messages.
            columns: those that it must have.

        Raises:
            InputError: the file cannot be read, lacks a column or has it twice, or a row has more
                cells than the heading.
        """
        if path not in self._files:
            self._files[path] = _read(self.root / path, f"{where}: {path}")
        headings, rows = self._files[path]
        for name in columns:
            if name not in headings:
                raise InputError(f"{where}: {path} has no column {name!r}{nearest(name, headings)}")
        if again := repeated(headings):
            raise InputError(f"{where}: {path} has the column {again!r} twice; expected it once")
        places = {name: headings.index(name) for name in columns}
        return {
            number: {name: cells[at] for name, at in places.items()}
            for number, cells in rows.items()
        }


def _read(path: Path, place: str) -> tuple[list[str], dict[int, list[str]]]:
    """The headings of a file, and as many cells of each row by its number."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            headings = next(reader, [])
            rows = {number: cells for number, cells in enumerate(reader, start=2) if cells}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{place} cannot be read: {reason}") from error
    for number, cells in rows.items():
        if len(cells) > len(headings):
            raise InputError(
                f"{place}, row {number} has more cells than the heading; expected "
                f"{len(headings)} (a comma within a cell needs quotation marks around it)"
            )
        cells += [""] * (len(headings) - len(cells))
    return headings, rows
