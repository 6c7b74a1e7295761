"""The raw tables, read: codes stay text, rules are checked, known problems are corrected."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Literal

import pandas as pd

from analysis.published.package import recorded_hash, resource_of
from analysis.published.paths import RAW
from analysis.published.rules import validate
from common.errors import InputError, nearest

Level = Literal["national", "state", "area", "sector", "industry"]


def load_oews(level: Level, folder: Path = RAW) -> pd.DataFrame:
    """OEWS employment and wages of the nation, states, other areas, or the nation's industries.

    `sector` has medical records specialists over several years; `industry` has every level of
    industry and ownership, in the newest Mays. Territories are among the other areas.

    Returns:
        One row per year, area, industry and occupation. Wages in US dollars per hour or year,
        relative standard errors in percent; an empty cell is NaN and `empty_cells` says why.
        `correction` as in `load_table`.
    """
    return load_table(f"oews-{level}.csv", folder)


def load_places(folder: Path = RAW) -> pd.DataFrame:
    """OEWS of every place: the nation, the states, then the other areas; as `load_oews` has it."""
    levels: tuple[Level, ...] = ("national", "state", "area")
    return pd.concat([load_oews(level, folder) for level in levels], ignore_index=True)


def load_aapc(folder: Path = RAW) -> pd.DataFrame:
    """AAPC's figures, corrected: one row per edition, dimension, category and statistic."""
    return load_table("aapc-surveys.csv", folder)


def load_table(file: str, folder: Path = RAW) -> pd.DataFrame:
    """A raw table, known to keep its rules and corrected.

    Returns:
        The table's columns, typed as in `read_csv`, and `correction`: why a row is flagged or
        overridden, "" for the others.

    Raises:
        InputError: cells break the table's rules, or a correction does not find what it expects.
    """
    corrections = read_csv(folder / "corrections.csv", "corrections.csv", folder)
    return apply_corrections(read_csv(folder / file, file, folder), file, corrections)


def read_csv(path: Path, table: str, folder: Path = RAW, shown: str = "") -> pd.DataFrame:
    """A file in the columns of a raw table, known to keep its rules and not corrected.

    The data package records a sha256 only of tables that keep their rules: a file with those bytes
    is read without checking it again.

    Args:
        path: the file.
        table: the raw table whose rules hold, such as `oews-state.csv`.
        folder: where the data package is.
        shown: what messages call the file; by default its name.

    Returns:
        Integers as int64, numbers as float64 (an empty cell is NaN), text as str (an empty cell
        is "").

    Raises:
        InputError: it is no table, or cells break the table's rules.
    """
    resource = resource_of(table, folder)
    content = path.read_bytes()
    if resource.hash == recorded_hash(content):
        types = resource.rules.types
        empty = {column: [""] for column, kind in types.items() if kind is not str}
        with suppress(ValueError):  # the fields were changed since: it is checked below
            return pd.read_csv(
                BytesIO(content),
                dtype=types,
                usecols=list(types),
                keep_default_na=False,
                na_values=empty,
            )
    return check_csv(path, table, folder, shown)


def check_csv(path: Path, table: str, folder: Path = RAW, shown: str = "") -> pd.DataFrame:
    """As `read_csv`, but each rule of the table is checked, whatever the data package records."""
    shown = shown or path.name
    try:
        text = pd.read_csv(BytesIO(path.read_bytes()), dtype=str, keep_default_na=False)
    except ValueError as error:  # empty, not UTF-8, or rows of different lengths
        found = f"{shown}: not a table of comma-separated values in UTF-8 ({error})"
        raise InputError(f"{found}; expected the columns of {table}") from error
    if not isinstance(text.index, pd.RangeIndex):  # pandas takes the cells too many for row labels
        raise InputError(f"{shown}: its rows have more cells than its header")
    return validate(text, table, shown, folder)


def apply_corrections(table: pd.DataFrame, file: str, corrections: pd.DataFrame) -> pd.DataFrame:
    """The table corrected: cells overridden, rows dropped, the reasons in a column `correction`.

    Args:
        table: typed, as `load_table` describes it without `correction`.
        file: the table's name in `corrections`.
        corrections: the columns of `corrections.csv`, its index + 2 being the row in that file.

    Raises:
        InputError: a correction fits no row or several, or its cell does not hold what it expects.
    """
    corrected = table.assign(correction="")
    for at, correction in corrections[corrections["file"] == file].iterrows():
        where = f"corrections.csv, row {at + 2}"
        column, row = correction["column"], _row_of(correction, table, where)
        found = _as_printed(table.at[row, column])
        if found != correction["expects"]:
            raise InputError(
                f"{where}: expected {correction['expects']!r} in {file}, row {row + 2}, "
                f"column {column}, found {found!r}; remove the correction if the source no longer "
                "needs it"
            )
        if correction["action"] == "drop":
            corrected = corrected.drop(index=row)
            continue
        corrected.loc[row, "correction"] = correction["reason"]
        if correction["action"] == "override":
            corrected.loc[row, column] = _as_type(
                table[column].dtype.type, correction["value"], where
            )
    return corrected.reset_index(drop=True)


def _row_of(correction: pd.Series, table: pd.DataFrame, where: str) -> int:
    key = dict(pair.split("=") for pair in correction["key"].split(";"))
    for column in [*key, correction["column"]]:
        if column not in table:
            raise InputError(
                f"{where}: {correction['file']} has no column {column!r}{nearest(column, table)}"
            )
    fits = table.index
    for column, value in key.items():
        fits = fits[table.loc[fits, column].astype(str) == value]
    if len(fits) != 1:
        raise InputError(
            f"{where}: {correction['key']} fits {len(fits)} rows of {correction['file']}, not one"
        )
    return fits[0]


def _as_type(kind: type, text: str, where: str) -> object:
    try:
        return kind(text)
    except ValueError as error:
        raise InputError(f"{where}, column value: found {text!r}, expected a number") from error


def _as_printed(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else f"{value:.15g}"
