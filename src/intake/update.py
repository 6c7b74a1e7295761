"""Take in an official OEWS workbook or an AAPC edition, or check the tables against a workbook."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from analysis.published.agreement import check_official_tables, misses_to_look_into
from analysis.published.dictionary import dictionary_text, refreshed_package
from analysis.published.package import PACKAGE, Source, parse_package, resource_of, sources
from analysis.published.raw_tables import (
    apply_corrections,
    load_aapc,
    load_oews,
    load_table,
    read_csv,
)
from analysis.published.rules import empty_cell_reasons
from common.errors import InputError
from common.safe_files import digest
from intake.download import OEWS_URL
from intake.editions import AAPC, PROPOSED, VINTAGES, propose_vintages, read_edition
from intake.journal import Contents, Journal
from intake.official_columns import VALUES
from intake.workbooks import flat_data, read_workbook

_READING = ["edition", "dimension", "category", "statistic"]
_GROUPS = "total", "major", "minor", "broad", "detailed"
_ZIPS = {
    "oews-national.csv": "nat",
    "oews-state.csv": "st",
    "oews-area.csv": "ma",
    "oews-sector.csv": "in4",
    "oews-industry.csv": "in4",
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
    contents: Contents
    """Every file that would be written, as it would be."""
    before: Contents
    """The same files as they were when this was worked out."""


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
    """What a file adds to the project and changes in it, tried out on a copy of its tables.

    Args:
        path: an official OEWS workbook or zip, or a CSV with the columns of `aapc-surveys.csv`.
        root: the project's folder; nothing in it is written.

    Raises:
        InputError: the file cannot be read or breaks a rule, or the tables would break one with it.
    """
    raw = root / "data" / "raw"
    docs = [root / "docs" / name for name in ("data-dictionary.md", "revisions.md")]
    with TemporaryDirectory() as temporary:
        tables = {raw / name: (raw / name).read_bytes() for name in _tables(raw)}
        held, copy = (_written(tables, Path(temporary) / name) for name in ("held", "raw"))
        known = {**tables, **{doc: doc.read_bytes() for doc in docs}}
        from_aapc = path.suffix.lower() == ".csv"
        given = {AAPC: read_edition(path, held)} if from_aapc else _by_table(path, held)
        news = _news({table: _lined_up(table, held) for table in given}, given, held)
        if news.empty and not from_aapc:
            return Update(news, [], {}, {})
        added, notes = _take_in_all(given, news, path, copy)
        proposed, lacking, source = _take_in_proposals(given, copy)
        news, notes = pd.concat([news, proposed], ignore_index=True), notes + lacking
        if news.empty:
            return Update(news, notes, {}, {})
        package = refreshed_package(copy, added | source, check_all=False)
        (copy / PACKAGE).write_bytes(package)
        notes += _judgements_to_review(given, copy)
        contents = {file: (copy / file.name).read_bytes() for file in tables}
        entry = _entry(path, news, _moves(_headlines(held), _headlines(copy)))
    contents[docs[0]] = dictionary_text(parse_package(package)).encode()
    contents[docs[1]] = known[docs[1]] + entry.encode()
    changed = {file: content for file, content in contents.items() if known[file] != content}
    return Update(news, notes, changed, {file: known[file] for file in changed})


def write_update(path: Path, root: Path) -> Update:
    """Take a file in: after this call, however it ends, the project has all of it or nothing.

    Raises:
        InputError: as in `plan_update`, or a table was changed by somebody else meanwhile.
    """
    journal = Journal(root)
    with journal.held():
        planned = plan_update(path, root)
        if planned.contents:
            journal.write(path.name, planned.before, planned.contents)
    return planned


def verify_workbook(path: Path, root: Path) -> Verification:
    """Compare the project's rows with an official workbook of their year and kind of area.

    Raises:
        InputError: the file cannot be read, or the project has no row of its year and kind of area.
    """
    raw = root / "data" / "raw"
    given = _by_table(path, raw)
    held = {}
    for table, rows in given.items():
        ours = load_table(table, raw)
        scope = [name for name in ("year", "area_type", "industry_group") if name in rows]
        held[table] = ours.merge(rows[scope].drop_duplicates(), on=scope)
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
    """Lines that show cells of an `Update` or `Verification`: new rows whole, others by cell."""
    for table, in_table in cells.groupby("table"):
        new = in_table["held"].isna()
        rows = in_table[new].groupby("row")
        yield f"{table}: {len(rows)} new rows, {(~new).sum()} different cells"
        for row, of_row in rows:
            given = [f"{cell.column} {_shown(cell, cell.given)}" for cell in of_row.itertuples()]
            yield f"  + {row}: {', '.join(given)}"
        for cell in in_table[~new].itertuples():
            held, new = _shown(cell, cell.held), _shown(cell, cell.given)
            yield f"  ~ {cell.row}, {cell.column}: {held} -> {new}"


def _shown(cell: Any, value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.10g}" if cell.column == "year" else f"{value:,.10g}"


def _by_table(path: Path, raw: Path) -> dict[str, pd.DataFrame]:
    """The rows of an official file that belong in each table: of the occupations that it has."""
    held = {table: load_table(table, raw) for table in _ZIPS}
    occupations = set().union(*(table["soc_code"] for table in held.values()))
    rows = read_workbook(path, occupations)
    if unknown := sorted(set(rows["group"]) - set(_GROUPS)):
        raise InputError(
            f"{path.name}: the level of an occupation (O_GROUP) is {unknown[0]!r}; expected one of "
            f"{', '.join(_GROUPS)}"
        )
    rows = rows[rows["group"] == "detailed"].drop(columns="group")
    if rows.empty:
        raise InputError(f"{path.name}: no row of a detailed occupation (O_GROUP); expected some")
    tables = {}
    for table, known in held.items():
        given = _of_table(table, rows)
        if len(known):
            given = given[given["soc_code"].isin(known["soc_code"])]
        if len(given):
            tables[table] = given.reindex(columns=known.columns.drop("correction"))
    if not tables:
        found = ", ".join(sorted(set(rows["industry_group"])))
        raise InputError(f"{path.name}: its rows are of {found}; no table of the project has such")
    return tables


def _of_table(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table's kind of area and industry."""
    level, kind = rows["industry_group"], rows["area_type"]
    whole = level == "cross-industry"
    belongs = {
        "oews-national.csv": whole & (kind == "national"),
        "oews-state.csv": whole & (kind == "state"),
        "oews-area.csv": whole & ~kind.isin(["national", "state"]),
        "oews-sector.csv": level == "sector",
        "oews-industry.csv": ~whole,
    }
    # BLS lists an industry that it does not divide at two levels, with the same figures.
    key = ["naics", "own_code", "area_code", "soc_code"]
    once = rows[belongs[table]].drop_duplicates([*key, *VALUES, "empty_cells"])
    again = once.loc[once.duplicated(key), [*key, "source_id"]]
    if len(again):
        *of, file = again.iloc[0]
        raise InputError(
            f"{file}: {', '.join(of)} has other figures at another level of industry (I_GROUP); "
            "expected the same"
        )
    return once


def _lined_up(table: str, raw: Path) -> pd.DataFrame:
    """A raw table with its cells corrected and no row dropped: each is where it is in the file."""
    corrections = read_csv(raw / "corrections.csv", "corrections.csv", raw)
    kept = corrections[corrections["action"] != "drop"]
    return apply_corrections(read_csv(raw / table, table, raw), table, kept)


def _key(file: str, raw: Path) -> list[str]:
    return resource_of(file, raw).rules.primary_key


def _row(table: pd.DataFrame, key: list[str]) -> pd.Series:
    """What each row is of: its key in words."""
    return table[key].astype(str).agg(" ".join, axis=1)


def _compare(
    held: Mapping[str, pd.DataFrame], given: Mapping[str, pd.DataFrame], raw: Path
) -> pd.DataFrame:
    """Each cell of two sets of tables: table, row, column, held, given.

    A value is missing where there is no such row.
    """
    parts = []
    for table in given:
        key = _key(table, raw)
        sides = [_cells(held[table], key), _cells(given[table], key)]
        beside = pd.concat(sides, axis=1, keys=["held", "given"])
        parts.append(beside.reset_index().assign(table=table))
    return pd.concat(parts, ignore_index=True)


def _cells(table: pd.DataFrame, key: list[str]) -> pd.Series:
    """The cells of a table by row and column; an empty cell reads as the reason it is empty.

    So a suppressed wage differs from a top-coded one.
    """
    cells = table.astype(object)
    if "empty_cells" in table:
        reasons = table["empty_cells"].map(empty_cell_reasons).tolist()
        cells = cells.where(table.notna(), pd.DataFrame(reasons, index=table.index))
    aside = [*key, "empty_cells", "correction", "source_id"]
    cells = cells.drop(columns=aside, errors="ignore").set_axis(_row(table, key))
    return cells.rename_axis(index="row", columns="column").stack()


def _tables(raw: Path) -> list[str]:
    """The raw tables and the data package; what else lies in the folder is somebody else's."""
    return sorted([*(path.name for path in raw.glob("*.csv")), PACKAGE])


def _written(contents: Contents, folder: Path) -> Path:
    folder.mkdir()
    for path, content in contents.items():
        (folder / path.name).write_bytes(content)
    return folder


def _news(
    held: Mapping[str, pd.DataFrame], given: Mapping[str, pd.DataFrame], raw: Path
) -> pd.DataFrame:
    """The cells given that are new or differ from those held."""
    cells = _compare(held, given, raw).dropna(subset="given")
    return cells[cells["held"] != cells["given"]]


def _take_in_all(
    given: Mapping[str, pd.DataFrame], news: pd.DataFrame, path: Path, copy: Path
) -> tuple[dict[str, list[Source]], list[str]]:
    """Write the rows that bring news into the copy; their new sources by table, and notes."""
    added: dict[str, list[Source]] = {}
    notes: list[str] = []
    for table, new in news.groupby("table"):
        rows = given[table][_row(given[table], _key(table, copy)).isin(new["row"])]
        rows, added[table] = _with_sources(table, rows, path, copy)
        notes += _take_in(table, rows, copy)
    return added, notes


def _take_in_proposals(
    given: Mapping[str, pd.DataFrame], copy: Path
) -> tuple[pd.DataFrame, list[str], dict[str, list[Source]]]:
    """Write what is proposed for the bridge into the copy: new cells, notes, a new source."""
    editions = given[AAPC]["edition"].unique() if AAPC in given else []
    rows, notes = propose_vintages(editions, copy)
    held, text = read_csv(copy / VINTAGES, VINTAGES, copy), _text(copy / VINTAGES)
    news = _news({VINTAGES: held}, {VINTAGES: rows.mask(rows.eq(""))}, copy)
    if news.empty:
        return news, notes, {}
    new = _text(StringIO(rows.to_csv(index=False, float_format="%.15g")))
    kept = pd.concat([text[text["source_id"] != PROPOSED.name], new])
    _save(kept.sort_values("vintage", kind="stable"), copy / VINTAGES)
    is_known = PROPOSED.name in sources(copy).index
    return news, notes, {} if is_known else {VINTAGES: [PROPOSED]}


def _take_in(table: str, rows: pd.DataFrame, copy: Path) -> list[str]:
    """Write rows into the copy of their table, in place of those with the same key.

    Returns:
        A note for each correction that is dropped because the row it corrected is replaced.
    """
    key = _key(table, copy)
    replaced = _row(_lined_up(table, copy), key).isin(_row(rows, key))
    text = _text(copy / table)
    new = _text(StringIO(rows.to_csv(index=False, float_format="%.15g")))
    _save(pd.concat([text[~replaced], new]).sort_values(key, kind="stable"), copy / table)
    corrections = _text(copy / "corrections.csv")
    keys_of = corrections.loc[corrections["file"] == table, "key"]
    moot = keys_of[[_fits(words, text[replaced]) for words in keys_of]]
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


def _with_sources(
    table: str, rows: pd.DataFrame, path: Path, raw: Path
) -> tuple[pd.DataFrame, list[Source]]:
    """Rows of a file given by the user with their `source_id`, and the sources that are new."""
    sha256, known = digest(flat_data(path)), sources(raw)
    if table == AAPC:
        title, place, publisher = path.name, path.name, "AAPC"
        period = ", ".join(sorted(set(rows["reference_period"])))
        confidence = min(rows["confidence"], key=["low", "medium", "high"].index)
    else:
        year, publisher = rows["year"].max(), "U.S. Bureau of Labor Statistics"
        title = f"{resource_of(table, raw).title}, May {year}"
        place = f"{OEWS_URL}/oesm{year % 100:02}{_ZIPS[table]}.zip"
        period, confidence = f"May {year}", "high"
        name = f"bls-{table.removesuffix('.csv')}-{year}"
        if name in known.index and known.loc[name, "sha256"] != sha256:
            name += f"-{sha256[:8]}"
        rows = rows.assign(source_id=name)
    new = [
        Source(
            name=name,
            title=title,
            path=place,
            publisher=publisher,
            reference_period=period,
            published="not established",
            obtained=f"{path.name}, given as a file by the user.",
            accessed="not recorded",
            confidence=confidence,
            sha256=sha256,
        )
        for name in sorted(set(rows["source_id"]) - set(known.index))
    ]
    return rows, new


def _judgements_to_review(tables: Iterable[str], raw: Path) -> list[str]:
    """Misses to look into; a table whose corrections no longer fit stops here."""
    for table in tables:
        load_table(table, raw)
    surveys = load_aapc(raw)
    again = surveys[surveys.duplicated(_READING, keep=False)]
    if len(again):
        readings = [f"{row.value:g} ({row.source_id})" for row in again.itertuples()]
        raise InputError(
            f"{AAPC} would have two readings of {', '.join(again[_READING].iloc[0])}: "
            f"{', '.join(readings)}; first give the one that does not hold a `drop` in "
            "corrections.csv"
        )
    return misses_to_look_into(check_official_tables(raw), load_table("known-misses.csv", raw))


def _headlines(raw: Path) -> pd.Series:
    """The headline numbers in US dollars a year, by figure and period."""
    nation = load_oews("national", raw).query("soc_code == '29-2072'")
    wages = nation.set_index("May " + nation["year"].astype(str))[list(_HEADLINES)]
    members = load_aapc(raw).query(
        "dimension == 'certification' and category == 'certified' and statistic == 'mean' "
        "and edition.str.isdigit()"
    )
    average = members.set_index("edition")[["value"]].set_axis(["AAPC certified average"], axis=1)
    return pd.concat([wages.rename(columns=_HEADLINES).unstack(), average.unstack()]).dropna()


def _moves(before: pd.Series, after: pd.Series) -> list[str]:
    """A line of a Markdown table for each headline number that a file moves."""
    lines = []
    for (figure, period), value in after.items():
        known = before[figure]
        earlier = max((other for other in known.index if other <= period), default=None)
        if earlier is None:
            lines.append(f"| {figure} | {period} | | {value:,.0f} | | first figure |")
            continue
        if earlier == period and known[period] == value:
            continue
        old, why = known[earlier], "revised" if earlier == period else f"new; before is {earlier}"
        change = f"{value - old:+,.0f} ({value / old - 1:+.1%})"
        lines.append(f"| {figure} | {period} | {old:,.0f} | {value:,.0f} | {change} | {why} |")
    return lines


def _entry(path: Path, news: pd.DataFrame, moves: list[str]) -> str:
    """What a file does, as a section of `docs/revisions.md`."""
    head = [
        "| figure | period | before | after | change | why |",
        "| --- | --- | ---: | ---: | ---: | --- |",
    ]
    counts = " ".join(f"{line}." for line in described(news) if not line.startswith(" "))
    body = "\n".join(head + moves) if moves else "No headline number moves."
    return f"\n## {path.name}\n\nsha256 `{digest(flat_data(path))}`. {counts}\n\n{body}\n"
