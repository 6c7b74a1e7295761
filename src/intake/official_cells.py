"""What a cell of an official file may hold, defined once; everything else is refused."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from common.errors import InputError
from intake.official_columns import BLS_COLUMNS, LABELS, VALUES

SHOWN = 20
"""How many problems of one table a message lists."""
_PROBLEMS = 1000
"""After so many problems the rest of a table is not read."""
LARGEST = 1_000_000_000
"""No figure of OEWS is as large: the nation has some 155 million jobs."""
_LONGEST = 300
"""Characters; BLS's longest title has about 150."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
REASONS = {
    "*": "suppressed",
    "**": "suppressed",
    "#": "top_coded",
    "~": "below_half_percent",
    "": "not_published",
}
"""Why a cell has no number, by what BLS prints in its place."""
_AREA_TYPES = {
    "1": "national",
    "2": "state",
    "3": "territory",
    "4": "metropolitan",
    "6": "nonmetropolitan",
}
_LEVELS = "cross-industry", "sector", "3-digit", "4-digit", "5-digit", "6-digit"
# AREA of a state, its FIPS 5-2 code, to the postal code that PRIM_STATE gives only from May 2020.
_STATES = (
    "01:AL 02:AK 04:AZ 05:AR 06:CA 08:CO 09:CT 10:DE 11:DC 12:FL 13:GA 15:HI 16:ID 17:IL "
    "18:IN 19:IA 20:KS 21:KY 22:LA 23:ME 24:MD 25:MA 26:MI 27:MN 28:MS 29:MO 30:MT 31:NE "
    "32:NV 33:NH 34:NJ 35:NM 36:NY 37:NC 38:ND 39:OH 40:OK 41:OR 42:PA 44:RI 45:SC 46:SD "
    "47:TN 48:TX 49:UT 50:VT 51:VA 53:WA 54:WV 55:WI 56:WY 66:GU 72:PR 78:VI"
)
_POSTAL_CODES = dict(pair.split(":") for pair in _STATES.split())
NATION = "99"
"""AREA of the nation."""
TERRITORIES = "66", "72", "78"
ALL_INDUSTRIES = frozenset({"000000", "0"})
"""NAICS of all industries, as text and as a number."""
_CODES = {
    "area_code": (r"[0-9]{1,7}", "the code of an area, such as 34 or 35620"),
    "naics": (r"[0-9A-Z-]{1,6}", "the code of an industry, such as 62 or 622000"),
    "own_code": (r"[0-9]{1,4}", "the code of an ownership, such as 1235"),
    "soc_code": (r"[0-9]{2}-[0-9]{4}", "the code of an occupation, such as 29-2072"),
}


@dataclass(frozen=True)
class Refused:
    """A cell that holds what no cell may: an Excel error, TRUE, a formula without a value."""

    found: str

    def __repr__(self) -> str:
        return self.found


Cell = str | float | Refused
"""A cell as found: text, a number, or what is refused in any column."""


class CellError(ValueError):
    """A cell holds what its column may not; the message is what was expected."""


@dataclass
class RowReader:
    """Takes rows of cells, one after the other, and keeps what can be read and what cannot."""

    place: str
    """The file and sheet, as messages name it."""
    year: int
    records: list[list[str | float | None]] = field(default_factory=list)
    """Rows in the columns of `RECORD`."""
    problems: list[str] = field(default_factory=list)
    """A line for each cell that is refused."""

    def add(self, number: int, cells: Mapping[str, Cell]) -> None:
        """Read one row.

        Args:
            number: of the row in the file.
            cells: by BLS's columns; one that is left out is empty.

        Raises:
            InputError: so much is refused that reading on makes no sense.
        """
        if all(isinstance(cell, str) and not cell.strip() for cell in cells.values()):
            return
        found: dict[str, str | float | None] = {}
        for column, official in BLS_COLUMNS.items():
            cell = cells.get(official, "")
            try:
                found[column] = figure(cell) if column in VALUES else label(column, cell)
            except CellError as error:
                self.refuse(number, official, repr(cell), str(error))
                if column in VALUES:  # the others of the row are looked at all the same
                    found[column] = "*"
        if any(column not in found for column in BLS_COLUMNS):
            return
        labels = {column: str(found[column]) for column in LABELS}
        try:
            found["area_code"] = area_code(labels["area_type"], labels["area_code"])
        except CellError as error:
            self.refuse(number, "AREA", repr(cells["AREA"]), str(error))
            return
        is_whole = labels["naics"] in ALL_INDUSTRIES
        if is_whole != (labels["industry_group"] == "cross-industry"):
            expected = "000000 where I_GROUP is cross-industry, and only there"
            self.refuse(number, "NAICS", repr(cells["NAICS"]), expected)
            return
        self.records.append(self._record(number, found))

    def refuse(self, number: int, column: str, found: str, expected: str) -> None:
        """Note a cell that cannot be read."""
        self.problems.append(
            f"{self.place}, row {number}, column {column}: found {found}, expected {expected}"
        )
        if len(self.problems) > _PROBLEMS:
            raise InputError(
                "\n".join([*self.problems[:SHOWN], "and so on: the rest of the table was not read"])
            )

    def _record(self, number: int, found: dict[str, str | float | None]) -> list:
        found["area_type"] = _AREA_TYPES[str(found["area_type"])]
        if found["naics"] in ALL_INDUSTRIES:
            found["naics"] = "000000"
        marks = tuple(REASONS.get(str(found[column]), "") for column in VALUES)
        numbers = [found[column] if isinstance(found[column], float) else None for column in VALUES]
        labels = [found[column] for column in LABELS]
        return [number, self.year, *labels, *numbers, _in_words(marks)]


def figure(cell: Cell) -> float | str:
    """The number in a cell, or the mark that BLS prints in its place.

    Raises:
        CellError: it is neither, or beyond any figure of OEWS.
    """
    text = cell.strip() if isinstance(cell, str) else cell
    if isinstance(text, str) and text in REASONS:
        return text
    if isinstance(text, str) and _NUMBER.fullmatch(text):
        text = float(text)
    if not isinstance(text, float):
        raise CellError("a number, or *, **, # or ~")
    if not abs(text) < LARGEST:
        raise CellError(f"a number below {LARGEST:,}")
    return text


def number_of(text: str) -> Cell:
    """The number that a file writes so, or a refusal."""
    return float(text) if _NUMBER.fullmatch(text) else Refused(repr(text))


def label(column: str, cell: Cell) -> str:
    """The text of a cell that says what its row is of.

    A code is the same whether Excel holds it as text ("62") or as a number (62).

    Raises:
        CellError: it is not of the column's form.
    """
    if isinstance(cell, Refused):
        raise CellError(_CODES[column][1] if column in _CODES else "text")
    text = f"{cell:.15g}" if isinstance(cell, float) else cell.strip()
    if column == "area_type" and text not in _AREA_TYPES:
        raise CellError("1, 2, 3, 4 or 6")
    if column == "industry_group" and text.partition(",")[0] not in _LEVELS:
        raise CellError(f"one of {', '.join(_LEVELS)}")
    if column in _CODES and not is_code(column, text):
        raise CellError(_CODES[column][1])
    if len(text) > _LONGEST:
        raise CellError(f"at most {_LONGEST} characters")
    if has_controls(text):
        raise CellError("text without control characters")
    return text


def has_controls(text: str) -> bool:
    """Whether letters of a text are no letters to read: line breaks, NUL, bidirectional marks."""
    return any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs") for letter in text)


def is_code(column: str, text: str) -> bool:
    """Whether a text has the form of the codes of a column."""
    return bool(re.fullmatch(_CODES[column][0], text))


def area_code(area_type: str, area: str) -> str:
    """The project's code of an area, from BLS's AREA_TYPE and AREA.

    Raises:
        CellError: it is the code of no area of this type.
    """
    if area_type == "1":
        if area != NATION:
            raise CellError(f"{NATION}, the nation, where AREA_TYPE is 1")
        return "US"
    if area_type == "4":
        return "CBSA-" + area.lstrip("0").zfill(5)
    if area_type == "6":
        if area.zfill(7)[:2] not in _POSTAL_CODES:
            raise CellError("the code of a nonmetropolitan area, such as 3400001")
        return "NONMETRO-" + area.zfill(7)
    state = area.zfill(2)
    if area_type == "3" and state not in TERRITORIES:
        raise CellError("the FIPS code of a territory, such as 72, where AREA_TYPE is 3")
    if area_type == "2" and (state not in _POSTAL_CODES or state in TERRITORIES):
        raise CellError("the FIPS code of a state, such as 34, where AREA_TYPE is 2")
    return "US-" + _POSTAL_CODES[state]


@cache  # a file has few patterns of empty cells
def _in_words(reasons: tuple[str, ...]) -> str:
    """What `empty_cells` says of a row: the reason of each of `VALUES`, "" where it is filled."""
    columns: dict[str, list[str]] = {}
    for column, reason in zip(VALUES, reasons, strict=True):
        columns.setdefault(reason, []).append(column)
    columns.pop("", None)
    return "; ".join(f"{reason}: {' '.join(columns[reason])}" for reason in sorted(columns))
