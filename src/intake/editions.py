"""AAPC editions: reads one from a CSV file, and proposes the rows that let the bridge reach it."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.published.ledger import aapc_figures
from analysis.published.package import Source, resource_of
from analysis.published.raw_tables import load_aapc, load_oews, read_csv
from common.errors import InputError
from intake.official_cells import has_controls

AAPC = "aapc-surveys.csv"
VINTAGES = "bridge-vintages.csv"
TEMPLATE = "docs/aapc-edition.csv"
PROPOSED = Source(
    name="proposed-bridge-vintages",
    title="Proposal of coderpay update",
    path="docs/updating.md",
    publisher="coderpay",
    reference_period="",
    published="not published",
    obtained="Proposed in the form of the newest edition that was judged; see docs/updating.md.",
    accessed="not recorded",
    confidence="medium",
)
"""Where rows come from that nobody has judged; they follow the tables until somebody does."""
_EARLIEST = 2000
"""The oldest edition known is that of 2006."""
_OWN_MAY = "The edition is compared with the May of its own survey year."
_MEANS = {
    "aapc_certified_mean": ("national", "certified"),
    "aapc_noncertified_mean": ("national", "non-certified"),
    "aapc_one_credential_mean": ("credential_count", "one"),
}
"""By input of the bridge, the subject and category of AAPC's mean in the ledger."""


def read_edition(path: Path, raw: Path) -> pd.DataFrame:
    """The rows of an AAPC edition.

    Args:
        path: a CSV file with the columns of `aapc-surveys.csv`.
        raw: the folder of the raw tables, whose rules hold.

    Raises:
        InputError: it is no such table, or a cell breaks a rule.
    """
    try:
        rows = read_csv(path, AAPC, raw)
    except InputError as error:
        columns = list(resource_of(AAPC, raw).rules.types)
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            found = next(csv.reader(lines), [])
        if sorted(found) == sorted(columns):
            raise
        raise InputError(
            f"{error}\nexpected the columns {', '.join(columns)}; {TEMPLATE} is a template, and "
            "docs/updating.md says what they mean"
        ) from error
    if odd := [*_odd_cells(path.name, rows)]:
        raise InputError("\n".join(odd))
    return rows


def _odd_cells(name: str, rows: pd.DataFrame) -> Iterator[str]:
    """A line for each text that a table takes and nobody means: a year to come, stray spaces."""
    latest = date.today().year + 1
    for column in rows.select_dtypes("str"):
        for at, text in rows[column].items():
            expected = ""
            if text != text.strip():
                expected = "no space at either end"
            elif has_controls(text):
                expected = "text on one line, without control characters"
            elif column == "edition" and any(
                not _EARLIEST <= int(year) <= latest for year in re.findall("[0-9]{4}", text)
            ):
                expected = f"a year from {_EARLIEST} to {latest}"
            if expected:
                yield f"{name}, row {at + 2}, column {column}: found {text!r}, expected {expected}"


def propose_vintages(editions: Iterable[str], raw: Path) -> tuple[pd.DataFrame, list[str]]:
    """Rows of `bridge-vintages.csv` for editions that nobody has judged.

    They are those of the newest edition judged to go with the May of its own year, with the May, or
    the newest before it, and AAPC's means of their own edition.

    Args:
        editions: years; those proposed before are proposed anew.
        raw: the folder of the raw tables, in which the editions are.

    Returns:
        The rows, and a line for each edition that is not reached, or with an older May.
    """
    vintages = read_csv(raw / VINTAGES, VINTAGES, raw)
    proposed = vintages["source_id"] == PROPOSED.name
    again = {str(vintage) for vintage in vintages.loc[proposed, "vintage"]}
    judged = vintages[~proposed]
    own = judged["input"].eq("bls_mean") & judged["year"].eq(judged["vintage"])
    pattern = judged[judged["vintage"] == judged.loc[own, "vintage"].max()]
    wanted = {*filter(str.isdecimal, editions), *again} - set(judged["vintage"].astype(str))
    rows, notes = [vintages.head(0)], []
    for edition in sorted(map(int, wanted)):
        try:
            rows.append(_rows_of(edition, pattern, raw))
        except InputError as error:
            notes.append(f"{VINTAGES}: the bridge does not reach edition {edition}: {error}")
            continue
        may = int(rows[-1]["year"].max())
        if may < edition:
            notes.append(
                f"{VINTAGES}: edition {edition} is compared with May {may}, the newest that the "
                f"tables have; once May {edition} is taken in, with that"
            )
    return pd.concat(rows, ignore_index=True), notes


def _rows_of(edition: int, pattern: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """The rows of an edition, in the form of those of another.

    Raises:
        InputError: it lacks a figure.
    """
    may = _newest_may(edition, pattern, raw)
    own = pattern["vintage"].iloc[0]
    rows = pattern.assign(
        vintage=edition,
        year=pattern["year"].mask(pattern["year"] == own, may),
        source_id=PROPOSED.name,
    )
    if may != edition:
        older = f"The newest May before the survey year that the tables had: {may}."
        rows["note"] = rows["note"].mask(rows["note"] == _OWN_MAY, older)
    figures = aapc_figures(load_aapc(raw)).query("statistic == 'mean' and unit == 'USD per year'")
    figures = figures[figures["period"] == f"{edition} survey"]
    for at in rows.index[rows["input"].isin([*_MEANS])]:
        subject, category = _MEANS[rows.at[at, "input"]]
        of_members = figures["subject"].eq(subject) & figures["category"].eq(category)
        found = figures.loc[of_members, "figure_id"].tolist()
        if not found and category == "certified":
            raise InputError(
                f"{AAPC} lacks its mean of certified members (dimension certification, category "
                "certified, statistic mean, unit USD per year)"
            )
        missing = f"No mean of members of the category '{category}' was found for this edition."
        rows.loc[at, ["figure_id", "note"]] = [found[0], ""] if found else ["", missing]
    return rows


def _newest_may(edition: int, pattern: pd.DataFrame, raw: Path) -> int:
    """The newest May up to an edition's year in which OEWS has every cell that a bridge needs."""
    national = load_oews("national", raw).query("area_code == 'US' and naics == '000000'")
    cells = pattern.loc[pattern["cell"] != "", ["soc_code", "cell"]].drop_duplicates()
    values = national.set_index(["year", "soc_code"])[sorted(set(cells["cell"]))].stack().dropna()
    complete = [
        int(year)
        for year, of_year in values.groupby(level="year")
        if {(soc, cell) for _, soc, cell in of_year.index} >= {*_pairs(cells)} and year <= edition
    ]
    if not complete:
        needed = ", ".join(f"{cell} of {soc}" for soc, cell in _pairs(cells))
        raise InputError(f"oews-national.csv has no May up to {edition} with {needed}")
    return max(complete)


def _pairs(cells: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    return zip(cells["soc_code"], cells["cell"], strict=True)
