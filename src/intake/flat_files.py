"""BLS's flat files of OEWS (https://download.bls.gov/pub/time.series/oe/oe.txt).

`oe.data.0.Current` has a line for each published figure, 6.0 million in May 2025; its series id
says of which area, industry, occupation and datatype. `oe.area` and its sisters name these.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO

from common.errors import InputError, nearest, repeated
from intake.official_cells import NATION, TERRITORIES, Cell, Refused, RowReader
from intake.official_columns import LABELS
from intake.sheets import Wanted, known_year

MAPS = ("area", "industry", "occupation", "datatype", "footnote")
FLAT_FILE = re.compile(rf"oe\.(data\..+?|{'|'.join(MAPS)})(\.txt)?")
"""The names of the flat files; a browser may have added `.txt`."""
_BLOCK = 4 * 2**20
_MAP_LIMIT = 4 * 2**20
"""Bytes of a map; BLS's largest, the occupations', has a quarter of a million."""
_HEADER = ["series_id", "year", "period", "value", "footnote_codes"]
_AREA = rb"(?:N0{7}|S[0-9]{2}0{5}|M(?![0-9]{2}0{5})[0-9]{7})"
_SERIES = re.compile(rb"OEU%b[0-9A-Z-]{6}[0-9]{8} *\t[^\n]*\n" % _AREA)
_ALL_SERIES = re.compile(rb"(?:%b)*+" % _SERIES.pattern)
_LINE = re.compile(
    rb"OEU(?P<area>%b)(?P<industry>[0-9A-Z-]{6})(?P<occupation>[0-9]{6})"
    rb"(?P<datatype>[0-9]{2}) *\t(?P<year>[0-9]{4}) *\t(?P<period>[A-Z][0-9]{2}) *"
    rb"\t *(?P<value>[^\s]+) *\t *(?P<footnotes>[0-9A-Za-z,]*) *\r?" % _AREA
)
_DATATYPES = {
    "Employment": "TOT_EMP",
    "Employment percent relative standard error": "EMP_PRSE",
    "Hourly mean wage": "H_MEAN",
    "Annual mean wage": "A_MEAN",
    "Wage percent relative standard error": "MEAN_PRSE",
    "Hourly 10th percentile wage": "H_PCT10",
    "Hourly 25th percentile wage": "H_PCT25",
    "Hourly median wage": "H_MEDIAN",
    "Hourly 75th percentile wage": "H_PCT75",
    "Hourly 90th percentile wage": "H_PCT90",
    "Annual 10th percentile wage": "A_PCT10",
    "Annual 25th percentile wage": "A_PCT25",
    "Annual median wage": "A_MEDIAN",
    "Annual 75th percentile wage": "A_PCT75",
    "Annual 90th percentile wage": "A_PCT90",
    "Employment per 1,000 jobs": "JOBS_1000",
    "Location Quotient": "LOC_QUOTIENT",
}
_MARKS = {
    "estimate not released": "*",
    "reported either as hourly wages or annual salaries": "*",
    "equal to or greater than": "#",
}
"""What the workbooks print where the flat files have a dash, by words of its footnote."""
_INSTEAD = "estimate not released", "equal to or greater than"
"""Words of footnotes that stand where there is no number, and never beside one."""
_LEVELS = {"0": "cross-industry", "3": "3-digit", "4": "4-digit", "5": "5-digit"}
_OWNED = {"State Government Owned": "2", "Local Government Owned": "3", "Privately Owned": "5"}
_OWNERS = [
    ("000000", "1235"),
    ("000001", "5"),
    ("9991..|491.00", "1"),
    ("9992..", "2"),
    ("9993..", "3"),
    ("99.*", "123"),
    ("61|61..00|622.00", "235"),
    ("62", "58"),
    ("48-49", "59"),
    ("71|72|713.00|7132..|721.00|721120", "57"),
]
"""OWN_CODE of the workbooks, which the flat files lack, by industry; all others are private, 5."""

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


def read_flat_files(name: str, files: Mapping[str, Opener], wanted: Wanted) -> RowReader:
    """The rows of the flat files as the workbooks have them.

    Args:
        name: of the folder or zip.
        files: opens each file, by its name.
        wanted: which rows to read.

    Returns:
        The rows; the number of each is that of its first line.

    Raises:
        InputError: a file is missing, is not BLS's, or was cut short.
    """
    found: dict[str, str] = {}
    for file in sorted(files):
        if match := FLAT_FILE.fullmatch(file):
            if match[1] in found:
                raise InputError(
                    f"{name}: found {found[match[1]]} and {file}; expected one of them"
                )
            found[match[1]] = file
    data = [file for key, file in sorted(found.items()) if key.startswith("data.")]
    if len(data) > 1 and "data.0.Current" not in found:
        raise InputError(f"{name}: found {' and '.join(data)}; expected oe.data.0.Current")
    missing = [f"oe.{part}" for part in MAPS if part not in found] + ["oe.data.0.Current"] * (
        not data
    )
    if missing:
        raise InputError(
            f"{name}: expected the flat files oe.data.0.Current, oe.{', oe.'.join(MAPS)}; "
            f"found no {', '.join(missing)}"
        )
    maps = {part: _map(f"{name}: {found[part]}", files[found[part]]) for part in MAPS}
    series = _Series(f"{name}: {data[0]}", maps, wanted)
    with files[data[0]]() as stream:
        series.read(stream)
    return series.reader()


def _map(place: str, opener: Opener) -> dict[str, dict[str, str]]:
    """A table of names, by the code that the file is of."""
    with opener() as stream:
        content = stream.read(_MAP_LIMIT + 1)
    if len(content) > _MAP_LIMIT:
        raise InputError(f"{place} has more than {_MAP_LIMIT:,} bytes")
    try:
        *lines, rest = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{place} is not in UTF-8 ({error})") from error
    if rest.strip():
        raise InputError(f"{place} ends with no line break; it may be cut short")
    columns = [column.strip() for column in lines[0].rstrip().split("\t")] if lines else []
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines[1:]]
    code = place.rpartition("oe.")[2].removesuffix(".txt") + "_code"
    if code not in columns:
        raise InputError(f"{place}, row 1: found no column {code}{nearest(code, columns)}")
    for number, row in enumerate(rows, start=2):
        if any(row) and (len(row) < len(columns) or any(row[len(columns) :])):
            raise InputError(
                f"{place}, row {number}: found {len(row)} cells, expected {len(columns)} as in row "
                "1; it may be cut short"
            )
    at = columns.index(code)
    filled = [row for row in rows if any(row)]
    if again := repeated(columns) or repeated(row[at] for row in filled):
        raise InputError(f"{place}: found {again!r} twice; expected it once")
    return {row[at]: dict(zip(columns, row, strict=False)) for row in filled}


@dataclass
class _Series:
    """Gathers the figures of one row, which stand on up to 17 lines."""

    place: str
    maps: dict[str, dict[str, dict[str, str]]]
    wanted: Wanted
    lines: int = 1
    areas: set[bytes] = field(default_factory=set)
    rows: dict[tuple[str, ...], dict[str, Cell]] = field(default_factory=dict)
    numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    periods: set[tuple[str, str]] = field(default_factory=set)

    def read(self, stream: IO[bytes]) -> None:
        header = stream.readline(1000).decode("utf-8-sig", "replace")
        if [column.strip() for column in header.split("\t")] != _HEADER:
            raise InputError(
                f"{self.place}, row 1: found {header[:80].strip()!r}, expected the columns "
                f"{', '.join(_HEADER)}"
            )
        pattern = self._pattern()
        for block in self._blocks(stream):
            end, start = self.lines, 0
            for match in pattern.finditer(block):
                end += block.count(b"\n", start, match.start())
                start = match.start()
                self._take(end + 1, match[0])
            self.lines += block.count(b"\n")

    def _pattern(self) -> re.Pattern[bytes]:
        """What the lines that are wanted look like."""
        if self.wanted.nation_only:
            return re.compile(rb"OEUN[0-9]{7}000000[^\n]*")
        codes = self.wanted.soc_codes
        of = "[0-9]{6}" if codes is None else "|".join(code.replace("-", "") for code in codes)
        return re.compile(rb"OEU.{14}(?:%b)[0-9]{2}[^\n]*" % of.encode())

    def _blocks(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Whole lines, each known to be of a series."""
        rest, lines = b"", 1
        while block := stream.read(_BLOCK):
            text, end, rest = (rest + block).rpartition(b"\n")
            whole = text + end
            if not _ALL_SERIES.fullmatch(whole):
                wrong, line = next(
                    (at, line)
                    for at, line in enumerate(whole.split(b"\n"))
                    if not _SERIES.fullmatch(line + b"\n")
                )
                raise self._no_series(lines + wrong + 1, line)
            lines += whole.count(b"\n")
            if len(rest) > _BLOCK:
                break
            yield whole
        if rest:
            raise self._no_series(lines + 1, rest)

    def _no_series(self, number: int, line: bytes) -> InputError:
        return InputError(
            f"{self.place}, row {number}: found {line[:60]!r}, expected a whole line of a series, "
            "which begins with its id, such as OEUN000000000000029207204, and ends with a line "
            "break; the file may be cut short"
        )

    def _take(self, number: int, line: bytes) -> None:
        match = _LINE.fullmatch(line)
        if not match:
            raise self._no_series(number, line)
        parts = {name: part.decode("utf-8", "replace") for name, part in match.groupdict().items()}
        key = parts["area"], parts["industry"], parts["occupation"]
        self.periods.add((parts["year"], parts["period"]))
        column = _DATATYPES.get(self._named("datatype", parts["datatype"], number))
        if column is None:
            raise InputError(
                f"{self.place}, row {number}: datatype {parts['datatype']} is "
                f"{self._named('datatype', parts['datatype'], number)!r}, which is not known"
            )
        row = self.rows.setdefault(key, {})
        self.numbers.setdefault(key, number)
        if column in row:
            raise InputError(f"{self.place}, row {number}: found {line[:25]!r} again")
        row[column] = self._value(parts, number)

    def _value(self, parts: dict[str, str], number: int) -> Cell:
        words = " ".join(
            self._named("footnote", code, number, "footnote_text")
            for code in parts["footnotes"].split(",")
            if code or parts["value"] == "-"
        ).lower()
        if parts["value"] == "-":
            cell = next((mark for text, mark in _MARKS.items() if text in words), None)
        else:
            cell = None if any(text in words for text in _INSTEAD) else parts["value"]
        return cell or Refused(f"{parts['value']} with the footnote {words!r}")

    def _named(self, part: str, code: str, number: int, column: str = "") -> str:
        """What a code stands for."""
        names = self.maps[part].get(code)
        if names is None:
            raise InputError(
                f"{self.place}, row {number}: found the {part} {code!r}, which oe.{part} lacks"
            )
        return names.get(column or f"{part}_name", "")

    def reader(self) -> RowReader:
        """All rows, checked."""
        if len(self.periods) != 1 or next(iter(self.periods))[1] != "A01":
            found = ", ".join(" ".join(period) for period in sorted(self.periods)) or "nothing"
            raise InputError(f"{self.place}: found {found}, expected the A01 of one year")
        reader = RowReader(self.place, known_year(self.place, int(next(iter(self.periods))[0])))
        for key, figures in self.rows.items():
            reader.add(self.numbers[key], self._labels(key) | figures)
        return reader

    def _labels(self, key: tuple[str, ...]) -> dict[str, Cell]:
        area, industry, occupation = key
        number = self.numbers[key]
        title = self._named("industry", industry, number)
        level = self.maps["industry"][industry].get("display_level", "")
        naics = _naics(industry)
        area_type, code = _area(area)
        return {
            LABELS["area_type"]: area_type,
            LABELS["area_code"]: code,
            LABELS["area_title"]: "U.S."
            if area_type == "1"
            else self._named("area", area[1:], number),
            LABELS["naics"]: naics,
            LABELS["naics_title"]: "Cross-industry"
            if naics == "000000"
            else re.sub(r"^Sectors? [0-9, and]+ - ", "", title),
            LABELS["own_code"]: _owner(naics, title),
            LABELS["industry_group"]: _level(naics, level, title),
            LABELS["soc_code"]: f"{occupation[:2]}-{occupation[2:]}",
            LABELS["soc_title"]: self._named("occupation", occupation, number),
            LABELS["group"]: self._group(occupation),
        }

    def _group(self, occupation: str) -> str:
        level = self.maps["occupation"][occupation].get("display_level", "")
        if occupation == "000000":
            return "total"
        return {"0": "major", "1": "minor", "2": "broad", "3": "detailed"}.get(level, level)


def _area(area: str) -> tuple[str, str]:
    """AREA_TYPE and AREA, as the workbooks have them."""
    kind, code = area[0], area[1:]
    if kind == "N":
        return "1", NATION
    if kind == "S":
        return ("3" if code[:2] in TERRITORIES else "2"), code[:2]
    return ("4", code) if code.startswith("00") else ("6", code)


def _naics(industry: str) -> str:
    """NAICS of a sector, which the flat files name by its first code and the one behind its last.

    `31--34` is 31-33, `62--63` is 62, `99-100` is 99.
    """
    sector = re.fullmatch(r"([0-9]{2})--?([0-9]{2,3})", industry)
    if not sector:
        return industry
    first, last = int(sector[1]), int(sector[2]) - 1
    return str(first) if last <= first else f"{first}-{last}"


def _owner(naics: str, title: str) -> str:
    for words, code in _OWNED.items():
        if title.endswith(words):
            return code
    return next((code for form, code in _OWNERS if re.fullmatch(form, naics)), "5")


def _level(naics: str, level: str, title: str) -> str:
    """I_GROUP: how fine an industry is, and whether it is of one kind of owner."""
    if len(naics) < 6:
        return "sector"
    if naics == "000001" or re.fullmatch("999.01", naics):
        return "cross-industry, ownership"
    owned = title.endswith(tuple(_OWNED))
    if owned:
        return f"{3 if naics[3] == '0' else 4}-digit, ownership"
    return "6-digit" if level == "5" and naics[5] != "0" else _LEVELS.get(level, level)
