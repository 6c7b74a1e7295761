"""All tables of a report as one workbook that a screen reader can follow.

It keeps to the British government's guidance for statistics in spreadsheets: a table to a sheet,
from the first column, under a title, with its source; sheets of contents, notes and sources; no
merged cells, no empty rows within a table, nothing told by colour alone.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from common.safe_files import digest_of, put_in_place
from pages.package_descriptions import DescribedTable

_CREATED = datetime(2000, 1, 1)
"""What the workbook says of its making: no clock may be in it."""
_MOST_ROWS, _WIDEST, _LONGEST_NAME = 100_000, 60, 31
_ROWS_TO_MEASURE = 200
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
_ABOUT = (
    "Every table that the report was made from or that it made, each on a sheet of its own.",
    "The same tables are in the folder of this workbook as CSV files.",
    "An empty cell: the value is not published, or the column does not apply to the row.",
)


@dataclass(frozen=True)
class SheetTable:
    """A table as the workbook shows it."""

    file: str
    """Its path, relative to the project."""
    title: str
    notes: Sequence[str]
    """Lines between the title and the table: what it holds, where it is from, its licence."""
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: frozenset[str] = frozenset()
    """Columns that hold text though it may look like numbers, such as codes."""


def workbook_of(
    title: str,
    tables: Mapping[str, bytes],
    described: Mapping[str, DescribedTable],
    makers: Mapping[str, str],
    root: Path,
) -> bytes:
    """The workbook of these tables; that of the batch before, where nothing in it would change.

    Args:
        title: of the report.
        tables: CSV files by path, relative to the project.
        described: what the data package says of a table, by the same path.
        makers: by path, the title of the page that made a table.
        root: the project's folder, whose cache keeps the last workbook.
    """
    parts = [repr((title, path, described.get(path), makers.get(path))) for path in sorted(tables)]
    parts += [digest_of(tables[path]) for path in sorted(tables)]
    parts += [digest_of(Path(__file__).read_bytes()), version("xlsxwriter")]
    kept = root / ".cache" / "workbook" / f"{digest_of(''.join(parts).encode())}.xlsx"
    if kept.is_file():
        return kept.read_bytes()
    sheets = [
        sheet
        for path in sorted(tables, key=lambda path: (path in described, Path(path).name))
        if (sheet := _sheet(path, tables[path], described.get(path), makers.get(path, "")))
    ]
    content = _written(title, sheets, described)
    for old in kept.parent.glob("*.xlsx"):
        old.unlink()
    put_in_place(kept, content, root)
    return content


def _sheet(
    path: str, content: bytes, described: DescribedTable | None, maker: str
) -> SheetTable | None:
    """A CSV file as a table; none if it is empty or too long for a workbook."""
    header, *rows = list(csv.reader(content.decode(errors="replace").splitlines(True))) or [[]]
    if not header or not rows or len(rows) > _MOST_ROWS:
        return None
    header += [""] * (max(map(len, rows)) - len(header))
    name = Path(path).name
    if not described:
        title = Path(path).stem.replace("-", " ").capitalize()
        made = f"Source: made by the page “{maker}” of this report ({name})."
        return SheetTable(path, title, [made if maker else f"Source: {name}."], header, rows)
    publishers = dict.fromkeys(source["publisher"] for source in described["sources"])
    source = f"Source: {', '.join(publishers)}; see the sheet Sources." if publishers else ""
    licence = f"Licence: {described['licence']} ({name})."
    return SheetTable(
        path,
        described["title"],
        [line for line in (described["description"], source, licence) if line],
        header,
        rows,
        frozenset(field["name"] for field in described["fields"] if field["type"] == "string"),
    )


def _written(
    title: str, sheets: Sequence[SheetTable], described: Mapping[str, DescribedTable]
) -> bytes:
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "subject": "Tables", "created": _CREATED})
        writer = _Writer(book)
        names = _sheet_names(sheets)
        writer.add("Contents", _contents(title, sheets), links=names)
        writer.add("Notes", _notes(sheets, names, described))
        writer.add("Sources", _sources(described))
        for sheet, name in zip(sheets, names, strict=True):
            writer.add(name, sheet)
    return buffer.getvalue()


def _sheet_names(sheets: Iterable[SheetTable]) -> list[str]:
    """A name for each sheet, of letters that Excel allows, in at most 31 of them, each once."""
    names: list[str] = []
    taken = {"contents", "notes", "sources", "history"}
    for sheet in sheets:
        stem = re.sub(r"[^\w-]+", "-", Path(sheet.file).stem)
        name, count = stem[:_LONGEST_NAME], 1
        while name.lower() in taken:
            count += 1
            name = f"{stem[: _LONGEST_NAME - 4]}-{count}"
        taken.add(name.lower())
        names.append(name)
    return names


def _contents(title: str, sheets: Sequence[SheetTable]) -> SheetTable:
    rows = [["", sheet.title, sheet.file, str(len(sheet.rows))] for sheet in sheets]
    return SheetTable("", title, _ABOUT, ["sheet", "table", "file", "rows"], rows)


def _notes(
    sheets: Sequence[SheetTable],
    names: Sequence[str],
    described: Mapping[str, DescribedTable],
) -> SheetTable:
    rows = [
        [name, field["name"], field["unit"], field["description"]]
        for sheet, name in zip(sheets, names, strict=True)
        for field in (described[sheet.file]["fields"] if sheet.file in described else ())
    ]
    about = ["What the columns of the tables mean that were read from publications."]
    return SheetTable("", "Notes", about, ["sheet", "column", "unit", "meaning"], rows)


def _sources(described: Mapping[str, DescribedTable]) -> SheetTable:
    kinds = ("name", "title", "publisher", "published", "accessed", "confidence", "path")
    found = {source["name"]: source for table in described.values() for source in table["sources"]}
    rows = [[found[name].get(kind, "") for kind in kinds] for name in sorted(found)]
    header = ["source_id", *kinds[1:-1], "where"]
    about = ["Where the published figures were read; tables name a source by its source_id."]
    return SheetTable("", "Sources", about, header, rows, frozenset(header))


class _Writer:
    """Writes tables as sheets of a workbook, all of one look."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._tables = 0
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._cell = book.add_format({"valign": "top"})

    def add(self, name: str, table: SheetTable, links: Sequence[str] = ()) -> None:
        """Write a table below its title and notes; `links` are sheets that its rows lead to."""
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, table.title, self._title)
        for row, note in enumerate(table.notes, start=1):
            sheet.write_string(row, 0, note)
        top = len(table.notes) + 1
        if name != "Contents":
            sheet.write_url(top, 0, "internal:'Contents'!A1", string="Back to the contents")
            top += 1
        last = top + max(1, len(table.rows)), len(table.header) - 1
        self._tables += 1
        heads = [{"header": head, "header_format": self._head} for head in _each_once(table.header)]
        look = {"columns": heads, "name": f"table_{self._tables}", "style": "Table Style Light 1"}
        sheet.add_table(top, 0, *last, look | {"banded_rows": False})
        for column, head in enumerate(table.header):
            cells = [row[column] if column < len(row) else "" for row in table.rows]
            self._write_column(sheet, top + 1, column, cells, head in table.texts)
            sheet.set_column(column, column, _width(head, cells))
        for row, link in enumerate(links, start=top + 1):
            sheet.write_url(row, 0, f"internal:'{link}'!A1", string=link)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_last_cell(*last)}"})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)

    def _write_column(
        self, sheet: Any, top: int, column: int, cells: Sequence[str], is_text: bool
    ) -> None:
        """Write cells as numbers where all are, and else as text, which nothing reckons with."""
        numeric = not is_text and all(_NUMBER.fullmatch(cell) for cell in cells if cell)
        look = self._text if any(len(cell) > _WIDEST for cell in cells) else self._cell
        for row, cell in enumerate(cells, start=top):
            if cell and numeric:
                sheet.write_number(row, column, float(cell), look)
            elif cell:
                sheet.write_string(row, column, cell, look)


def _each_once(header: Iterable[str]) -> list[str]:
    """Headings as a table of Excel's wants them: none empty, none twice."""
    heads: list[str] = []
    for place, head in enumerate(header, start=1):
        lower = {other.lower() for other in heads}
        heads.append(head if head and head.lower() not in lower else f"{head or 'column'} {place}")
    return heads


def _width(head: str, cells: Sequence[str]) -> int:
    longest = max([len(head) + 3, *(len(cell) for cell in cells[:_ROWS_TO_MEASURE])])
    return min(max(longest + 1, 8), _WIDEST)


def _last_cell(row: int, column: int) -> str:
    return xlsxwriter.utility.xl_rowcol_to_cell(row, column)
