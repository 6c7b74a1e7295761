"""BLS's official workbooks, read row by row in little memory.

A workbook of all of BLS's data has 12 million cells. Of a sheet, only the rows that can be of use
are parsed at all: the others are passed over as text.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, islice
from string import ascii_uppercase
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from common.errors import InputError, nearest
from common.zip_files import opened_member
from intake.official_cells import (
    ALL_INDUSTRIES,
    NATION,
    Cell,
    Refused,
    RowReader,
    is_code,
    number_of,
)
from intake.official_columns import BLS_COLUMNS, EARLIEST, EXPECTED, OTHER_NAMES

WORKBOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedStrings.xml"
_BLOCK = 2**20
_LONGEST_ROW = 2**18
"""Bytes of a row in a sheet; BLS's have two thousand."""
_SHORTEST_ROW = 100
"""Bytes that a row takes at the least, so that what comes before a row can be told."""
_LAST_COLUMN = 52
_MOST_ROWS = 2**20
"""Rows of a sheet that Excel allows; BLS's largest has some four hundred thousand."""
_MOST_STRINGS, _MOST_TEXT = 300_000, 40 * 2**20
"""Texts of a workbook and the bytes they take; in BLS's largest, some tens of thousands."""
_YEAR = re.compile(r"(?:M_?|May )(20[0-9][0-9])")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{1,9})""")
_CELL_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)[0-9]""")
_ERROR = re.compile(rb"""t\s*=\s*["'][be]""")
"""The type of a cell with an Excel error or TRUE. A word boundary before it would take twenty times
as long to look for."""
_CODE_CELL = (
    rb'<(?:\w+:)?c r="%b[0-9]+"(?: s="[0-9]+")?(?: t="s"><(?:\w+:)?v>([0-9]+)<'
    rb'|(?: t="inlineStr"><(?:\w+:)?is><(?:\w+:)?t>| t="str"><(?:\w+:)?v>)([^<&]*)<'
    rb'|(?: t="n")?><(?:\w+:)?v>([0-9]{1,9})<)'
)
"""The cell of a column as programs write it: the number of a shared text, a text, or a number."""
_PLACE = re.compile(r"([A-Za-z]*)([0-9]*)")
_WHOLE = re.compile(r"[0-9]{1,9}")

_Row = dict[int, Cell]
_Sieve = Callable[[bytes], bool]


@dataclass(frozen=True)
class Wanted:
    """Which rows are of use: of some occupations everywhere, or of all in the nation as a whole."""

    soc_codes: frozenset[str] | None = None
    """The occupations, such as 29-2072; none given are all."""
    nation_only: bool = False
    """Whether only rows of the nation and all its industries are of use."""

    def codes(self) -> dict[str, frozenset[str]]:
        """By column, those that a row of use may have."""
        codes = {} if self.soc_codes is None else {"soc_code": self.soc_codes}
        nation = {"area_code": frozenset({NATION}), "naics": ALL_INDUSTRIES}
        return codes | nation if self.nation_only else codes

    def takes(self, cells: dict[str, Cell]) -> bool:
        """Whether a row is of use, or may be: one with a refused cell is looked at closely."""
        return any(isinstance(cell, Refused) for cell in cells.values()) or not any(
            _is_another(column, _text(cells.get(BLS_COLUMNS[column])), codes)
            for column, codes in self.codes().items()
        )


def read_sheets(name: str, archive: zipfile.ZipFile, wanted: Wanted) -> RowReader:
    """The rows of a workbook's table, and a line for each cell that cannot be read.

    Args:
        name: what messages call the workbook.
        archive: the workbook, which is a zip.
        wanted: which rows to read; one with an Excel error is always read.

    Raises:
        InputError: it is no workbook of OEWS, or of no year that is taken.
    """
    try:
        return _Book(name, archive).read(wanted)
    except ParseError as error:
        raise InputError(f"{name} cannot be read ({error}); expected {EXPECTED}") from error


@dataclass
class _Book:
    name: str
    archive: zipfile.ZipFile

    def read(self, wanted: Wanted) -> RowReader:
        title, part, header = self._find_table()
        place = f"{self.name}, sheet {title}"
        reader = RowReader(place, self._year(title))
        _check_columns(place, header)
        columns = {
            at: column for at, column in header.items() if column in set(BLS_COLUMNS.values())
        }
        sieve = _sieve(self._strings, wanted, columns)
        for number, row in islice(self._rows(part, sieve), 1, None):
            cells: dict[str, Cell] = {
                columns[at]: cell for at, cell in row.items() if at in columns
            }
            if wanted.takes(cells):
                reader.add(number, cells)
        return reader

    def _sheets(self) -> Iterator[tuple[str, str, bool]]:
        """The name and the part of each sheet, and whether it can be seen."""
        targets = {}
        for link in self._elements("xl/_rels/workbook.xml.rels", "Relationship"):
            target = link.get("Target", "")
            targets[link.get("Id")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
        for sheet in self._elements(WORKBOOK, "sheet"):
            link_id = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            seen = sheet.get("state", "visible") == "visible"
            if link_id in targets:
                yield sheet.get("name", ""), targets[link_id], seen

    def _find_table(self) -> tuple[str, str, dict[int, str]]:
        """The one sheet that has most of the columns: its name, its part, its columns by place."""
        sheets = list(self._sheets())
        found: list[tuple[str, str, dict[int, str]]] = []
        hidden: list[tuple[str, str, dict[int, str]]] = []
        for title, part, seen in sheets:
            _, first = next(self._rows(part), (1, {}))
            names = {at: _text(cell).upper().replace(" ", "_") for at, cell in first.items()}
            header = {at: OTHER_NAMES.get(column, column) for at, column in names.items()}
            if len(set(header.values()) & set(BLS_COLUMNS.values())) > len(BLS_COLUMNS) / 2:
                (found if seen else hidden).append((title, part, header))
        if len(found) == 1:
            return found[0]
        if found or hidden:
            titles = " and ".join(title for title, *_ in found or hidden)
            what = "the table stands in" if found else "the table is hidden, in"
            raise InputError(
                f"{self.name}: {what} {titles}; expected one sheet with it, and not a hidden one"
            )
        raise InputError(
            f"{self.name} is no OEWS workbook: no sheet ({', '.join(name for name, *_ in sheets)}) "
            f"has the columns {', '.join(list(BLS_COLUMNS.values())[:10])} and so on"
        )

    def _year(self, title: str) -> int:
        """The May of a workbook, from the names of its sheet and file and its descriptions."""
        texts = [title, self.name]
        for name, part, _ in self._sheets():
            if name == "Field Descriptions":
                _, first = next(self._rows(part), (1, {}))
                texts += map(_text, first.values())
        years = set(_YEAR.findall(" ".join(texts)))
        place = f"{self.name}, sheet {title}"
        if len(years) != 1:
            raise InputError(
                f"{place}: file name, sheet name and descriptions say "
                f"{' and '.join(sorted(years)) or 'no year'}; expected one year, as in "
                "national_M2024_dl.xlsx"
            )
        return known_year(place, int(years.pop()))

    @cached_property
    def _strings(self) -> list[str]:
        """The texts that cells refer to by number."""
        texts: list[str] = []
        if _STRINGS not in self.archive.namelist():
            return texts
        if self.archive.getinfo(_STRINGS).file_size > _MOST_TEXT:
            raise InputError(f"{self.name} has more than {_MOST_TEXT:,} bytes of text in its cells")
        for element in self._elements(_STRINGS, "si"):
            texts.append(_content(element))
            if len(texts) > _MOST_STRINGS:
                raise InputError(f"{self.name} has more than {_MOST_STRINGS:,} texts in its cells")
        return texts

    def _elements(self, part: str, tag: str) -> Iterator[Element]:
        """Each element of a name in a small part, emptied once it was looked at."""
        parser: XMLPullParser[Element] = XMLPullParser(["start", "end"])
        root = None
        with opened_member(self.name, self.archive, part, EXPECTED) as stream:
            while block := stream.read(_BLOCK):
                self._feed(parser, block)
                for event, element in _events(parser):
                    root = element if root is None else root
                    if event == "end" and _local(element) == tag:
                        yield element
                        root.clear()
        parser.close()

    def _feed(self, parser: XMLPullParser, block: bytes) -> None:
        if b"<!DOCTYPE" in block:
            raise InputError(f"{self.name} defines words of its own (DOCTYPE); expected {EXPECTED}")
        parser.feed(block)

    def _rows(self, part: str, sieve: _Sieve | None = None) -> Iterator[tuple[int, _Row]]:
        """Rows as their number and their cells by column: the first, then those let through.

        Without a sieve, every row.
        """
        with opened_member(self.name, self.archive, part, EXPECTED) as stream:
            try:
                yield from self._parsed(f"{self.name} ({part})", stream, sieve)
            except ParseError:
                while stream.read(_BLOCK):  # to its end, which tells whether it is damaged
                    pass
                raise

    def _parsed(
        self, place: str, stream: IO[bytes], sieve: _Sieve | None
    ) -> Iterator[tuple[int, _Row]]:
        parser: XMLPullParser[Element] = XMLPullParser(["end"])
        number = 0
        for at, text in enumerate(_row_texts(place, stream)):
            if at > _MOST_ROWS:
                raise InputError(f"{place} has more than {_MOST_ROWS:,} rows, the most in Excel")
            if at and sieve and not sieve(text):
                continue
            self._feed(parser, text)
            for _, element in _events(parser):
                if _local(element) == "mergeCell":
                    merged = element.get("ref")
                    raise InputError(f"{place} has merged cells, {merged}; expected none")
                if _local(element) == "row":
                    before, number = number, _row_number(element, number)
                    if number <= before:
                        raise InputError(
                            f"{place} has a row {number} behind row {before}; expected each row "
                            "once and in order"
                        )
                    yield number, _cells(f"{place}, row {number}", element, self._strings)
                    element.clear()
        parser.close()


def known_year(place: str, year: int) -> int:
    """A year that there can be figures of.

    Raises:
        InputError: it is before May 2019 or has not been yet.
    """
    latest = date.today().year + 1
    if not EARLIEST <= year <= latest:
        raise InputError(
            f"{place}: found May {year}, expected May {EARLIEST} to {latest}; earlier files have "
            "other columns and occupations"
        )
    return year


def _check_columns(place: str, header: dict[int, str]) -> None:
    names = list(header.values())
    lines = [
        f"{place}, row 1: expected each column once, "
        f"found {names.count(column)} of {column}{nearest(column, names)}"
        for column in BLS_COLUMNS.values()
        if names.count(column) != 1
    ]
    if lines:
        raise InputError("\n".join(lines))


def _sieve(strings: list[str], wanted: Wanted, columns: dict[int, str]) -> _Sieve:
    """Tells whether the text of a row may be of use: whether it does not say that it is another's.

    A code that is written in another way (`&#45;`, CDATA, in runs), that is none or that is missing
    says nothing.
    """
    sought = []
    for column, codes in wanted.codes().items():
        [place] = [at for at, name in columns.items() if name == BLS_COLUMNS[column]]
        others = {
            str(at).encode()
            for at, string in enumerate(strings)
            if _is_another(column, string.strip(), codes)
        }
        sought.append((re.compile(_CODE_CELL % _letters(place)), column, codes, others))

    def may_be_of_use(text: bytes) -> bool:
        if b"<!" in text or _ERROR.search(text):
            return True
        for pattern, column, codes, others in sought:
            for shared, plain, number in pattern.findall(text):
                code = str(int(number)) if number else plain.decode(errors="replace").strip()
                if shared in others or _is_another(column, code, codes):
                    return False
        return True

    return may_be_of_use


def _is_another(column: str, text: str, codes: frozenset[str]) -> bool:
    """Whether a text is a code of its column, and none of those that are sought."""
    return text not in codes and is_code(column, text)


def _row_texts(place: str, stream: IO[bytes]) -> Iterator[bytes]:
    """The text of a sheet, cut behind each row; the first has what stands before the table too."""
    size, rest = 0, b""
    while block := stream.read(_BLOCK):
        size += len(block)
        *texts, rest = _cut(rest + block)
        for text in texts:
            _refuse_far_cells(place, text, size)
            yield text
        if len(rest) > _LONGEST_ROW:
            raise InputError(f"{place} has a row of more than {_LONGEST_ROW:,} bytes")
    _refuse_far_cells(place, rest, size)
    yield rest


def _cut(text: bytes) -> list[bytes]:
    start, texts = 0, []
    for end in _ROW_END.finditer(text):
        texts.append(text[start : end.end()])
        start = end.end()
    return [*texts, text[start:]]


def _refuse_far_cells(place: str, text: bytes, size: int) -> None:
    """Refuse a cell right of any table, or too far down for its bytes to hold the rows before."""
    last = _CELL_PLACE.search(text, max(text.rfind(b"<c "), text.rfind(b":c ")))
    if last and _column(last[1].decode()) > _LAST_COLUMN:
        raise InputError(
            f"{place} has a cell at {last[0].split(b'=')[1].strip()[1:].decode()}...; "
            "expected no column beyond AZ"
        )
    number = _ROW_NUMBER.search(text)
    if number and int(number[1]) > max(size, _LONGEST_ROW) / _SHORTEST_ROW:
        raise InputError(
            f"{place} has a cell in row {number[1].decode()}; expected the rows before it as well"
        )


def _cells(place: str, row: Element, strings: list[str]) -> _Row:
    """The cells of a row by column; the first is 1."""
    cells: _Row = {}
    column = 0
    for element in row:
        if _local(element) == "extLst":
            continue
        if _local(element) != "c":
            raise InputError(f"{place} holds {_local(element)!r}; expected cells")
        named = _PLACE.match(element.get("r", ""))
        column = _column(named[1]) if named and named[1] else column + 1
        if column > _LAST_COLUMN:
            raise InputError(f"{place} has a cell beyond column AZ")
        if column in cells:
            raise InputError(f"{place} has two cells in column {column}; expected one")
        cells[column] = _cell(element, strings)
    return cells


def _cell(element: Element, strings: list[str]) -> Cell:
    """What a cell holds (ECMA-376, part 1, 18.3.1.4)."""
    parts = {_local(part): part for part in element}
    kind, value = element.get("t", "n"), parts.get("v")
    other = "v" if kind == "inlineStr" else "is"
    if other in parts or len(element) > len(parts):
        return Refused(f"a value in another place than one of the type {kind!r}")
    if kind == "inlineStr":
        return _content(parts["is"]) if "is" in parts else ""
    if value is None or value.text is None:
        if "f" in parts:
            return Refused("a formula without a value")
        return "" if kind in ("n", "str") else Refused(f"nothing, of the type {kind!r}")
    if kind == "s":
        number = value.text.strip()
        if _WHOLE.fullmatch(number) and int(number) < len(strings):
            return strings[int(number)]
        return Refused(f"the text number {value.text}, which the file lacks")
    if kind == "b":
        return Refused("FALSE" if value.text.strip() == "0" else "TRUE")
    if kind == "str":
        return value.text
    if kind == "n":
        return number_of(value.text.strip())
    return Refused(value.text)


def _column(letters: str) -> int:
    """The place of a column: 1 for A, 27 for AA."""
    place = 0
    for letter in letters.upper():
        place = 26 * place + ord(letter) - ord("A") + 1
    return place


def _letters(place: int) -> bytes:
    """The letters of a column up to AZ."""
    return f"{'A' * ((place - 1) // 26)}{ascii_uppercase[(place - 1) % 26]}".encode()


def _row_number(row: Element, before: int) -> int:
    number = row.get("r", "")
    return int(number) if _WHOLE.fullmatch(number) else before + 1


def _content(element: Element) -> str:
    """All text of a cell's content, its phonetic guide left out."""
    runs = [part for part in element if _local(part) in ("t", "r")]
    texts = chain.from_iterable(run.iter() for run in runs)
    return "".join(text.text or "" for text in texts if _local(text) == "t")


def _events(parser: XMLPullParser) -> Iterator[tuple[str, Element]]:
    return cast("Iterator[tuple[str, Element]]", parser.read_events())


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(cell: Cell | None) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell or "").strip()
