"""Take in an official OEWS workbook or an AAPC edition, or check the project's tables against a workbook."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from analysis.published.agreement import check_official_tables
from analysis.published.package import (
    dictionary_text,
    read_package,
    refresh_hashes,
    resource_of,
    write_package,
)
from analysis.published.raw_tables import (
    apply_corrections,
    load_aapc,
    load_oews,
    load_table,
    read_csv,
)
from analysis.published.rules import empty_cell_reasons
from common.errors import InputError
from intake.workbooks import read_workbook

AAPC = "aapc-surveys.csv"
_READING = ["edition", "dimension", "category", "statistic"]
_ZIPS = {
    "oews-national.csv": "nat",
    "oews-state.csv": "st",
    "oews-area.csv": "ma",
    "oews-sector.csv": "in4",
}
_HEADLINES = {
    "annual_median": "OEWS median",
    "annual_mean": "OEWS mean",
    "annual_p10": "OEWS 10th percentile",
    "annual_p90": "OEWS 90th percentile",
}


@dataclass(frozen=True)
class Update:
    """What taking in a file would do."""

    cells: pd.DataFrame
    """The new and the differing cells: table, row, column, held (missing in a new row), given."""
    notes: list[str]
    """Judgements kept as data that the new figures touch."""
    contents: dict[Path, bytes]
    """Every file that would be written, as it would be."""


@dataclass(frozen=True)
class Verification:
    """How the project's rows compare with an official workbook."""

    rows: int
    cells: int
    not_in_copy: int
    """Cells left out: the workbook has them, the copy that the project could read did not."""
    differences: pd.DataFrame
    """Table, row, column, held, given."""


def plan_update(path: Path, root: Path) -> Update:
    """What a file adds to the project and changes in it, tried out on a copy of the project's tables.

    Args:
        path: an official OEWS workbook or zip, or a CSV with the columns of `aapc-surveys.csv`.
        root: the project's folder; nothing in it is written.

    Raises:
        InputError: the file cannot be read or breaks a rule, or the tables would break one with it.
    """
    raw = root / "data" / "raw"
    from_aapc = path.suffix.lower() == ".csv"
    given = {AAPC: read_csv(path, AAPC, raw)} if from_aapc else _by_table(path, raw)
    cells = _compare({table: _lined_up(table, raw) for table in given}, given, raw).dropna(
        subset="given"
    )
    news = cells[cells["held"] != cells["given"]]
    if news.empty:
        return Update(news, [], {})
    with TemporaryDirectory() as temporary:
        copy = Path(shutil.copytree(raw, Path(temporary) / "raw"))
        notes = []
        for table, new in news.groupby("table"):
            notes += _take_in(table, given[table], set(new["row"]), path, copy)
        package = refresh_hashes(read_package(copy), copy)
        write_package(package, copy)
        notes += _judgements_to_review(given, copy)
        contents = {raw / file.name: file.read_bytes() for file in sorted(copy.iterdir())}
        entry = _entry(path, news, _moves(_headlines(raw), _headlines(copy)))
    dictionary, revisions = root / "docs" / "data-dictionary.md", root / "docs" / "revisions.md"
    contents[dictionary] = dictionary_text(package).encode()
    contents[revisions] = revisions.read_bytes() + entry.encode()
    changed = {file: content for file, content in contents.items() if file.read_bytes() != content}
    return Update(news, notes, changed)


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Replace all of these files, or leave all of them as they are.

    Raises:
        InputError: one of them cannot be written.
    """
    before = {path: path.read_bytes() for path in contents}
    parts = {path: path.with_name(f".{path.name}.part") for path in contents}
    replaced = []
    try:
        for path, content in contents.items():
            parts[path].write_bytes(content)
        for path, part in parts.items():
            part.replace(path)
            replaced.append(path)
    except BaseException as error:
        for path in replaced:
            path.write_bytes(before[path])
        if isinstance(error, OSError):
            raise InputError(f"{error}; expected to write it. Every file is as it was") from error
        raise
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def verify_workbook(path: Path, root: Path) -> Verification:
    """Compare the project's rows with an official workbook of their year and kind of area.

    Raises:
        InputError: the file cannot be read, or the project has no row of its year and kind of area.
    """
    raw = root / "data" / "raw"
    given = _by_table(path, raw)
    scope = ["year", "area_type"]
    held = {}
    for table, rows in given.items():
        ours = load_table(table, raw)
        held[table] = ours[
            pd.MultiIndex.from_frame(ours[scope]).isin(pd.MultiIndex.from_frame(rows[scope]))
        ]
    cells = _compare(held, given, raw).dropna(subset="held")
    if cells.empty:
        raise InputError(
            f"{path.name}: the project has no row of its year and kind of area to compare"
        )
    gone = cells["given"].isna()
    cells.loc[gone, ["column", "held", "given"]] = ["row", "present", "missing"]
    absent = (cells["held"] == "not_in_copy") & (cells["given"] != "not_in_copy")
    return Verification(
        rows=sum(map(len, held.values())),
        cells=int((~absent & ~gone).sum()),
        not_in_copy=int(absent.sum()),
        differences=cells[~absent & (cells["held"] != cells["given"])].drop_duplicates(),
    )


def described(cells: pd.DataFrame) -> Iterator[str]:
    """Lines that show the cells of an `Update` or `Verification`: a new row as a whole, else cell by cell."""
    for table, in_table in cells.groupby("table"):
        new = in_table["held"].isna()
        yield f"{table}: {in_table.loc[new, 'row'].nunique()} new rows, {(~new).sum()} different cells"
        for row, of_row in in_table[new].groupby("row"):
            given = [f"{cell.column} {_shown(cell.given)}" for cell in of_row.itertuples()]
            yield f"  + {row}: {', '.join(given)}"
        for cell in in_table[~new].itertuples():
            yield f"  ~ {cell.row}, {cell.column}: {_shown(cell.held)} -> {_shown(cell.given)}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,.10g}"


def _by_table(path: Path, raw: Path) -> dict[str, pd.DataFrame]:
    """The rows of a workbook that belong in the project's tables: those of the occupations each table has."""
    rows = read_workbook(path)
    rows = rows[rows["group"] == "detailed"].drop(columns="group")
    if rows.empty:
        raise InputError(f"{path.name}: no row of a detailed occupation (O_GROUP); expected some")
    wide = rows["area_type"].isin(["national", "state"])
    level = np.select([rows["naics"] != "000000", wide], ["sector", rows["area_type"]], "area")
    tables = {}
    for name, given in rows.groupby(level):
        table = f"oews-{name}.csv"
        held = load_table(table, raw)
        given = given[given["soc_code"].isin(held["soc_code"])]
        # OEWS's national figures leave out Puerto Rico, Guam and the Virgin Islands; so does this table.
        tables[table] = (
            given[given["area_code"].isin(held["area_code"])] if name == "state" else given
        )
    return tables


def _lined_up(table: str, raw: Path) -> pd.DataFrame:
    """A raw table with the corrections that change its cells; each row stays where it is in the file."""
    corrections = read_csv(raw / "corrections.csv", "corrections.csv", raw)
    return apply_corrections(
        read_csv(raw / table, table, raw), table, corrections[corrections["action"] != "drop"]
    )


def _key(file: str, raw: Path) -> list[str]:
    return resource_of(file, raw)["schema"]["primaryKey"]


def _row(table: pd.DataFrame, key: list[str]) -> pd.Series:
    """What each row is of: its key in words."""
    return table[key].astype(str).agg(" ".join, axis=1)


def _compare(
    held: Mapping[str, pd.DataFrame], given: Mapping[str, pd.DataFrame], raw: Path
) -> pd.DataFrame:
    """Each cell of two sets of tables: table, row, column, held, given; missing where there is no such row.

    An empty cell reads as the reason it is empty, so that a suppressed wage differs from a top-coded one.
    """
    parts = []
    for file in given:
        key, sides = _key(file, raw), []
        aside = {*key, "empty_cells", "correction", "source_id"}
        for table in (held[file], given[file]):
            cells = table.astype(object)
            if "empty_cells" in table:
                reasons = pd.DataFrame(
                    table["empty_cells"].map(empty_cell_reasons).tolist(), index=table.index
                )
                cells = cells.where(table.notna(), reasons)
            cells = cells[[column for column in cells if column not in aside]].set_axis(
                _row(table, key)
            )
            sides.append(cells.rename_axis(index="row", columns="column").stack())
        parts.append(
            pd.concat(sides, axis=1, keys=["held", "given"]).reset_index().assign(table=file)
        )
    return pd.concat(parts, ignore_index=True)


def _take_in(table: str, given: pd.DataFrame, news: set[str], path: Path, copy: Path) -> list[str]:
    """Write the rows named in `news` into the copy of their table, with their source.

    Returns:
        A note for each correction that is dropped because the row it corrected is replaced.
    """
    key = _key(table, copy)
    taken = given[_row(given, key).isin(news)]
    package = read_package(copy)
    sources = {
        source["name"]: source
        for resource in package["resources"]
        for source in resource["sources"]
    }
    resource = next(resource for resource in package["resources"] if resource["path"] == table)
    new = _sources(resource["title"], table, taken, path)
    if table != AAPC:
        [source] = new
        if sources.get(source["name"], source).get("sha256") != source["sha256"]:
            source["name"] += f"-{source['sha256'][:8]}"
        taken = taken.assign(source_id=source["name"])
    resource["sources"] += [source for source in new if source["name"] not in sources]
    write_package(package, copy)

    replaced = _row(_lined_up(table, copy), key).isin(news)
    text = _text(copy / table)
    rows = pd.concat(
        [text[~replaced], _text(StringIO(taken.to_csv(index=False, float_format="%.15g")))]
    )
    corrections = _text(copy / "corrections.csv")
    keys_of = corrections.loc[corrections["file"] == table, "key"]
    moot = keys_of[[_fits(words, text[replaced]) for words in keys_of]]
    _save(rows.sort_values(key, kind="stable"), copy / table)
    _save(corrections.drop(index=moot.index), copy / "corrections.csv")
    return [
        f"corrections.csv: the correction of {table}, {words}, goes with the row it corrected"
        for words in moot
    ]


def _text(file: Path | StringIO) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _save(text: pd.DataFrame, path: Path) -> None:
    text.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _fits(words: str, rows: pd.DataFrame) -> bool:
    """Whether a correction's key, such as `year=2025;area_code=US-VT`, is of one of the rows."""
    pairs = pd.Series(dict(pair.split("=") for pair in words.split(";")))
    return bool((rows[pairs.index] == pairs).all(axis=1).any())


def _sources(title: str, table: str, rows: pd.DataFrame, path: Path) -> list[dict[str, str]]:
    """Entries of the data package for rows of a file given by the user, which carries no date of its own."""
    given = {
        "published": "not established",
        "obtained": f"{path.name}, given as a file by the user.",
        "accessed": "not recorded",
        "sha256": _sha256(path),
    }
    if table == AAPC:
        period = ", ".join(sorted(set(rows["reference_period"])))
        confidence = min(rows["confidence"], key=["low", "medium", "high"].index)
        facts = {
            "title": path.name,
            "path": path.name,
            "publisher": "AAPC",
            "reference_period": period,
        }
        names = sorted(set(rows["source_id"]))
    else:
        year = rows["year"].max()
        confidence = "high"
        facts = {
            "title": f"{title}, May {year}",
            "path": f"https://www.bls.gov/oes/special-requests/oesm{year % 100:02}{_ZIPS[table]}.zip",
            "publisher": "U.S. Bureau of Labor Statistics",
            "reference_period": f"May {year}",
        }
        names = [f"bls-{table.removesuffix('.csv')}-{year}"]
    return [{"name": name, **facts, **given, "confidence": confidence} for name in names]


def _judgements_to_review(tables: Iterable[str], raw: Path) -> list[str]:
    """Known misses to look at again; a table that breaks its rules or its corrections stops here."""
    for table in tables:
        rows = load_table(table, raw)
    if table == AAPC and (again := rows.duplicated(_READING, keep=False)).any():
        readings = [f"{row.value:g} ({row.source_id})" for row in rows[again].itertuples()]
        raise InputError(
            f"{AAPC} would have two readings of {', '.join(rows.loc[again, _READING].iloc[0])}: "
            f"{', '.join(readings)}; first give the one that does not hold a `drop` in corrections.csv"
        )
    try:
        check_official_tables(raw)
    except InputError as error:
        return str(error).splitlines()
    return []


def _headlines(raw: Path) -> pd.Series:
    """The headline numbers in US dollars a year, by figure and period."""
    nation = load_oews("national", raw).query("soc_code == '29-2072'")
    wages = nation.assign(period="May " + nation["year"].astype(str)).set_index("period")[
        [*_HEADLINES]
    ]
    members = load_aapc(raw).query(
        "dimension == 'certification' and category == 'certified' and statistic == 'mean' "
        "and edition.str.isdigit()"
    )
    members = members.set_index("edition")[["value"]].rename(
        columns={"value": "AAPC certified average"}
    )
    return pd.concat([wages.rename(columns=_HEADLINES).unstack(), members.unstack()]).dropna()


def _moves(before: pd.Series, after: pd.Series) -> list[str]:
    """A line of a Markdown table for each headline number that a file moves."""
    lines = []
    for (figure, period), value in after.items():
        known = before[figure]
        earlier = (
            period if period in known else max((p for p in known.index if p < period), default=None)
        )
        if earlier is None:
            lines.append(f"| {figure} | {period} | | {value:,.0f} | | first figure |")
        elif earlier != period or known[period] != value:
            why = "revised" if earlier == period else f"new; before is {earlier}"
            change = f"{value - known[earlier]:+,.0f} ({value / known[earlier] - 1:+.1%})"
            lines.append(
                f"| {figure} | {period} | {known[earlier]:,.0f} | {value:,.0f} | {change} | {why} |"
            )
    return lines


def _entry(path: Path, news: pd.DataFrame, moves: list[str]) -> str:
    """What a file does, as a section of `docs/revisions.md`."""
    head = "| figure | period | before | after | change | why |\n| --- | --- | ---: | ---: | ---: | --- |\n"
    counts = " ".join(f"{line}." for line in described(news) if not line.startswith(" "))
    body = head + "\n".join(moves) if moves else "No headline number moves."
    return f"\n## {path.name}\n\nsha256 `{_sha256(path)}`. {counts}\n\n{body}\n"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
