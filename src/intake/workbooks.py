"""BLS's official OEWS workbooks, read as published (https://www.bls.gov/oes/tables.htm).

`national_M2024_dl.xlsx`, `state_`, `MSA_`, `BOS_` (nonmetropolitan), `natsector_`,
`all_data_M_2024.xlsx` and the zip files they come in, from May 2019. Nothing is unpacked to disk,
and nothing a file says of itself is trusted.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from analysis.published.rules import validate
from common.errors import InputError, nearest

SIZE_LIMIT = 2 * 1024**3
"""Bytes a file may unpack to; BLS's largest workbook, `all_data`, takes about a third of it."""
SHOWN = 20
"""How many problems of one sheet a message lists."""

BLS_COLUMNS = {
    "area_type": "AREA_TYPE",
    "area_code": "AREA",
    "area_title": "AREA_TITLE",
    "naics": "NAICS",
    "naics_title": "NAICS_TITLE",
    "own_code": "OWN_CODE",
    "soc_code": "OCC_CODE",
    "soc_title": "OCC_TITLE",
    "group": "O_GROUP",
    "industry_group": "I_GROUP",
    "employment": "TOT_EMP",
    "employment_rse": "EMP_PRSE",
    "jobs_per_thousand": "JOBS_1000",
    "location_quotient": "LOC_QUOTIENT",
    "hourly_mean": "H_MEAN",
    "annual_mean": "A_MEAN",
    "mean_rse": "MEAN_PRSE",
    "hourly_p10": "H_PCT10",
    "hourly_p25": "H_PCT25",
    "hourly_median": "H_MEDIAN",
    "hourly_p75": "H_PCT75",
    "hourly_p90": "H_PCT90",
    "annual_p10": "A_PCT10",
    "annual_p25": "A_PCT25",
    "annual_median": "A_MEDIAN",
    "annual_p75": "A_PCT75",
    "annual_p90": "A_PCT90",
}
_OTHER_NAMES = {"LOC_Q": "LOC_QUOTIENT", "OCC_GROUP": "O_GROUP", "JOBS_1000_ORIG": "JOBS_1000"}
_LABELS, _VALUES = list(BLS_COLUMNS)[:9], list(BLS_COLUMNS)[10:]
_REASONS = {
    "*": "suppressed",
    "**": "suppressed",
    "#": "top_coded",
    "~": "below_half_percent",
    "": "not_published",
}
_AREA_TYPES = {
    "1": "national",
    "2": "state",
    "3": "territory",
    "4": "metropolitan",
    "6": "nonmetropolitan",
}
_PLACE_CODES = {
    "area_type": "1, 2, 3, 4 or 6",
    "area_code": "the FIPS code of a state, such as 34",
}
"""What is expected in the columns that say where."""
# AREA of a state, its FIPS 5-2 code, to the postal code that PRIM_STATE gives only from May 2020.
_STATES = (
    "01:AL 02:AK 04:AZ 05:AR 06:CA 08:CO 09:CT 10:DE 11:DC 12:FL 13:GA 15:HI 16:ID 17:IL "
    "18:IN 19:IA 20:KS 21:KY 22:LA 23:ME 24:MD 25:MA 26:MI 27:MN 28:MS 29:MO 30:MT 31:NE "
    "32:NV 33:NH 34:NJ 35:NM 36:NY 37:NC 38:ND 39:OH 40:OK 41:OR 42:PA 44:RI 45:SC 46:SD "
    "47:TN 48:TX 49:UT 50:VT 51:VA 53:WA 54:WV 55:WI 56:WY 66:GU 72:PR 78:VI"
)
_POSTAL_CODES = dict(pair.split(":") for pair in _STATES.split())
_YEAR = re.compile(r"(?:M_?|May )(20\d\d)")
_OWN_NAMES = re.compile(rf"\b({'|'.join(_VALUES)})\b")
_EXPECTED = "an OEWS workbook (.xlsx) or zip file as BLS publishes it"
_IS_WORKBOOK = "xl/workbook.xml"
_SIGNATURES = {
    b"": "empty (0 bytes)",
    b"PK": "a zip file cut short",
    b"\xd0\xcf": "an old (.xls) or password-protected Excel file",
}
_FAR_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]{3,}\d|[B-Z][A-Z]\d|[A-Z]*\d{8})""")
_LOW_CELL = re.compile(rb"""\sr\s*=\s*["'][A-Z]+(\d{6,})["']""")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
"""What Python raises for a zip; `NotImplementedError` is for a way of packing it does not know."""
_ROW_SIZE = 100
"""Bytes that a row takes at the least; BLS's take ten times as many."""


def read_workbook(path: Path) -> pd.DataFrame:
    """The rows of an official workbook or zip, for all industries and the sectors.

    Industries below the sectors and single ownerships are left out: no table of ours has them.

    Returns:
        The columns of the OEWS tables and `group`, the level of the occupation: total, major,
        minor, broad or detailed. BLS repeats some occupations under two levels, so the tables' key
        is unique only within one. Wages in US dollars per hour or year, relative standard errors
        in percent; `source_id` names the file.

    Raises:
        InputError: the file is no such workbook, or cells of a sheet break the tables' rules; all
            of them are counted, the first `SHOWN` are listed.
    """
    frames = [_read_sheet(name, content) for name, content in _workbooks(path)]
    rows = pd.concat(frames, ignore_index=True).assign(source_id=path.name)
    if rows.empty:
        raise InputError(
            f"{path.name}: no row is for all industries or a sector; expected {_EXPECTED}"
        )
    key = ["year", "area_code", "naics", "own_code", "soc_code", "group"]
    again = rows.loc[rows.duplicated(key), key].astype(str)
    if len(again):
        raise InputError(
            f"{path.name}: {', '.join(again.iloc[0])} stands in two of its workbooks; "
            "give one of them by itself"
        )
    return rows


def _workbooks(path: Path) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each workbook in the file."""
    content = path.read_bytes()
    with _open_zip(path.name, content) as archive:
        if _IS_WORKBOOK in archive.namelist():
            yield path.name, content
            return
        # Each of BLS's zips holds a `file_descriptions.xlsx` as well.
        members = [
            name
            for name in archive.namelist()
            if re.search(r"(?<!descriptions)\.xlsx$", name, re.I)
        ]
        if not members:
            found = ", ".join(archive.namelist()[:5]) or "nothing"
            raise InputError(f"{path.name} holds no workbook, only {found}; expected {_EXPECTED}")
        for member in members:
            name, workbook = f"{path.name}: {Path(member).name}", archive.read(member)
            _open_zip(name, workbook).close()
            yield name, workbook


def _open_zip(name: str, content: bytes) -> zipfile.ZipFile:
    """Open a zip (a workbook is one too) once all of it is known to be intact and of sane size."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        found = _SIGNATURES.get(content[:2], f"no Excel or zip file (it begins {content[:20]!r})")
        raise InputError(f"{name} is {found}; expected {_EXPECTED}") from error
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > SIZE_LIMIT:
        raise InputError(f"{name} unpacks to {unpacked:,} bytes; expected at most {SIZE_LIMIT:,}")
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise InputError(f"{name} is encrypted ({member.filename}); expected {_EXPECTED}")
        if member.filename.lower().endswith(".zip"):
            raise InputError(
                f"{name} holds another zip, {member.filename}; unpack it and give that one"
            )
        try:
            _read_through(name, archive, member.filename)
        except InputError:
            raise
        except _DAMAGED as error:
            raise InputError(
                f"{name} is damaged ({member.filename}: {error}); expected {_EXPECTED}"
            ) from error
    return archive


def _read_through(name: str, archive: zipfile.ZipFile, member: str) -> None:
    """Read a part to its end, which proves its length and checksum, and refuse far cells.

    The Excel reader reserves memory for the rectangle up to the last cell: one stray cell could
    exhaust it.
    """
    with archive.open(member) as part:
        end, size = b"", 0
        while block := part.read(2**20):
            size += len(block)
            if member.endswith(".xml"):
                _refuse_far_cells(f"{name} ({member})", end + block, size)
            end = block[-32:]


def _refuse_far_cells(place: str, text: bytes, size: int) -> None:
    """Refuse a cell right of any table, or too far down for its bytes to hold the rows before."""
    far = _FAR_CELL.search(text)
    if far:
        raise InputError(
            f"{place} has a cell at {far[1].decode()}...; expected no column beyond AZ"
        )
    lowest = max(map(int, _LOW_CELL.findall(text)), default=0)
    if lowest > size / _ROW_SIZE:
        raise InputError(f"{place} has a cell in row {lowest}; expected the rows before it as well")


def _read_sheet(name: str, content: bytes) -> pd.DataFrame:
    """One workbook's table, in the project's columns, checked."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet, header = _find_table(name, workbook)
        year = _year(name, sheet.name, workbook)
    except CalamineError as error:
        raise InputError(f"{name} cannot be read ({error}); expected {_EXPECTED}") from error
    place = f"{name}, sheet {sheet.name}"
    wanted = list(BLS_COLUMNS.values())
    wrong = [column for column in wanted if header.count(column) != 1]
    if wrong:
        lines = [
            f"{place}, row 1: expected each column once, "
            f"found {header.count(column)} of {column}{nearest(column, header)}"
            for column in wrong
        ]
        raise InputError("\n".join(lines))
    pick = itemgetter(*map(header.index, wanted))
    rows = map(pick, islice(sheet.iter_rows(), 1, None))
    cells = pd.DataFrame(rows, columns=list(BLS_COLUMNS), dtype=object)
    cells = cells[cells["industry_group"].isin(["cross-industry", "sector"])]
    return _checked(*_tidy(cells, year, place), place) if len(cells) else pd.DataFrame()


def _checked(frame: pd.DataFrame, problems: list[str], place: str) -> pd.DataFrame:
    """The rows once they keep the tables' rules and have no other problems."""
    levels = []
    for group, level in frame.groupby("group"):
        try:
            valid = validate(level.drop(columns="group"), "oews-national.csv", place)
            levels.append(valid.assign(group=group))
        except InputError as error:
            problems += _OWN_NAMES.sub(lambda own: BLS_COLUMNS[own[0]], str(error)).splitlines()
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise InputError("\n".join([*problems[:SHOWN], *more]))
    return pd.concat(levels).sort_index()


def _find_table(name: str, workbook: CalamineWorkbook) -> tuple[CalamineSheet, list[str]]:
    """The first sheet with most of the columns, and its column names as BLS spells them now."""
    for sheet in map(workbook.get_sheet_by_name, workbook.sheet_names):
        first = next(iter(sheet.iter_rows()), [])
        names = [str(cell).strip().upper().replace(" ", "_") for cell in first]
        header = [_OTHER_NAMES.get(column, column) for column in names]
        if len(set(header) & set(BLS_COLUMNS.values())) > len(BLS_COLUMNS) / 2:
            return sheet, header
    raise InputError(
        f"{name} is no OEWS workbook: no sheet ({', '.join(workbook.sheet_names)}) has the columns "
        f"{', '.join(list(BLS_COLUMNS.values())[:10])} and so on"
    )


def _year(name: str, sheet: str, workbook: CalamineWorkbook) -> int:
    """The May of a workbook, from the names of its sheet and file or else its descriptions."""
    found = set(_YEAR.findall(f"{sheet} {name}"))
    if not found and "Field Descriptions" in workbook.sheet_names:
        title = workbook.get_sheet_by_name("Field Descriptions").to_python()[:1]
        found = set(_YEAR.findall(str(title)))
    if len(found) != 1:
        years = " and ".join(sorted(found)) or "no year"
        raise InputError(
            f"{name}, sheet {sheet}: the names of the file and the sheet say {years}; "
            "expected one year, as in national_M2024_dl.xlsx"
        )
    return int(found.pop())


def _tidy(cells: pd.DataFrame, year: int, place: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows in the project's columns, and a line for each cell that cannot be read."""
    frame = _labels(cells)
    frame.insert(0, "year", year)
    problems = [
        (column, row, expected)
        for column, expected in _PLACE_CODES.items()
        for row in frame.index[frame[column].isna()]
    ]
    reasons = pd.DataFrame("", index=cells.index, columns=_VALUES)
    for column in _VALUES:
        numbers = pd.to_numeric(cells[column], errors="coerce").astype(float)
        frame[column] = numbers.where(np.isfinite(numbers))
        marks = cells.loc[frame[column].isna(), column].astype(str).str.strip()
        unknown = marks.index[~marks.isin(list(_REASONS))]
        problems += [(column, row, "a number, or *, **, # or ~") for row in unknown]
        reasons.loc[marks.index, column] = marks.map(_REASONS).fillna("suppressed")
    frame["empty_cells"] = [_in_words(row) for row in reasons.itertuples(index=False, name=None)]
    frame["source_id"] = place
    lines = [
        f"{place}, row {row + 2}, column {BLS_COLUMNS[column]}: "
        f"found {cells.at[row, column]!r}, expected {expected}"
        for column, row, expected in problems
    ]
    return frame.dropna(subset=list(_PLACE_CODES)), lines


def _labels(cells: pd.DataFrame) -> pd.DataFrame:
    """The columns that say what a row is of; a kind or code of area nobody knows is missing."""
    # A code is the same whether Excel holds it as text ("62") or as a number (62).
    frame = cells[_LABELS].map(
        lambda cell: f"{cell:.0f}" if isinstance(cell, float) else str(cell).strip()
    )
    area, kind = frame["area_code"], frame["area_type"]
    frame["area_type"] = kind.map(_AREA_TYPES)
    frame["area_code"] = np.select(
        [kind == "1", kind.isin(["2", "3"]), kind == "4"],
        [
            "US",
            "US-" + area.str.zfill(2).map(_POSTAL_CODES),
            "CBSA-" + area.str.lstrip("0").str.zfill(5),
        ],
        "NONMETRO-" + area.str.zfill(7),
    )
    frame["naics"] = frame["naics"].replace("0", "000000")
    return frame


@cache  # a workbook has few patterns of empty cells
def _in_words(reasons: tuple[str, ...]) -> str:
    """What `empty_cells` says of a row: the reason of each of `_VALUES`, "" where it is filled."""
    columns: dict[str, list[str]] = {}
    for column, reason in zip(_VALUES, reasons, strict=True):
        columns.setdefault(reason, []).append(column)
    columns.pop("", None)
    return "; ".join(f"{reason}: {' '.join(columns[reason])}" for reason in sorted(columns))
