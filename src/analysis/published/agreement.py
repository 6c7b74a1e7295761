"""Do the official tables agree with each other, within what BLS's rounding allows?

BLS rounds employment and annual wages to 10 and hourly wages to a cent, and counts 2,080 hours a year
(https://www.bls.gov/oes/oes_ques.htm). A tolerance is the largest difference that rounding alone can make, so
a miss has another cause. It is never widened: `known-misses.csv` has each, its size and what explains it.
"""

from pathlib import Path

import pandas as pd

from analysis.published.paths import RAW
from analysis.published.raw_tables import load_oews, load_table
from common.errors import InputError

HOURS_A_YEAR = 2080
_ROUNDED_TO_TEN = 5.0
_ROUNDED_TO_A_CENT = 0.005
_CELL = ["year", "soc_code"]
_COLUMNS = [
    "name",
    *_CELL,
    "found",
    "expected",
    "difference",
    "tolerance",
    "holds",
    "missing",
    "explanation",
]


def check_official_tables(folder: Path = RAW) -> pd.DataFrame:
    """Every cross-check of the official tables, and what is known of each miss.

    Returns:
        One row a check, year and occupation: name, year, soc_code, found, expected, difference (found less
        expected), tolerance, holds, missing (codes of the areas or sectors without a value), explanation (""
        where the check holds or nobody has explained the miss). In jobs, or in US dollars a year.

    Raises:
        InputError: a known miss has changed its size or is none any more.
    """
    national, state, sector = (
        load_oews(level, folder) for level in ("national", "state", "sector")
    )
    checks = [
        employment_sums(national, state, "area_code").assign(name="state_employment"),
        employment_sums(national, sector, "naics").assign(name="sector_employment"),
        weighted_means(national, state).assign(name="state_mean"),
        annual_wages(national).assign(name="annual_wage_national"),
        annual_wages(state).assign(name="annual_wage_state"),
        annual_wages(sector).assign(name="annual_wage_sector"),
    ]
    return explain_misses(
        pd.concat(checks, ignore_index=True), load_table("known-misses.csv", folder)
    )


def employment_sums(national: pd.DataFrame, parts: pd.DataFrame, code: str) -> pd.DataFrame:
    """The employment of the states or sectors, told apart by the column `code`, sums to the national one."""
    known = parts.dropna(subset="employment")
    groups = known.groupby(_CELL)["employment"]
    tolerance = _ROUNDED_TO_TEN * (groups.size() + 1)
    sums = pd.DataFrame(
        {"found": groups.sum(), "tolerance": tolerance, "missing": _missing(parts, known, code)}
    )
    return _beside(national, "employment", sums)


def weighted_means(national: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The states' annual means, weighted by their employment, give the national mean.

    Rounding moves each mean by at most 5 dollars, and 5 jobs more or less in a state move the weighted mean
    by 5 times the state's distance from it over all jobs (to first order).
    """
    known = states.dropna(subset=["employment", "annual_mean"])
    weight = known["employment"] / known.groupby(_CELL)["employment"].transform("sum")
    known = known.assign(part=weight * known["annual_mean"])
    parts = known.groupby(_CELL)["part"]
    distance = (known["annual_mean"] - parts.transform("sum")).abs()
    moves = known.assign(move=_ROUNDED_TO_TEN * distance * weight / known["employment"]).groupby(
        _CELL
    )["move"]
    means = pd.DataFrame(
        {
            "found": parts.sum(),
            "tolerance": 2 * _ROUNDED_TO_TEN + moves.sum(),
            "missing": _missing(states, known, "area_code"),
        }
    )
    return _beside(national, "annual_mean", means)


def annual_wages(table: pd.DataFrame) -> pd.DataFrame:
    """An annual wage is 2,080 hourly ones: the cell that is furthest off, for each year and occupation."""
    statistics = [name.removeprefix("hourly_") for name in table if name.startswith("hourly_")]
    cells = pd.concat(
        [
            table[_CELL].assign(
                found=table[f"annual_{statistic}"],
                expected=table[f"hourly_{statistic}"] * HOURS_A_YEAR,
            )
            for statistic in statistics
        ],
        ignore_index=True,
    ).dropna()
    furthest = (
        (cells["found"] - cells["expected"]).abs().groupby([cells[key] for key in _CELL]).idxmax()
    )
    tolerance = _ROUNDED_TO_TEN + _ROUNDED_TO_A_CENT * HOURS_A_YEAR
    return cells.loc[furthest].assign(tolerance=tolerance, missing="")


def explain_misses(checks: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The checks with the difference, whether it holds, and the explanation of a known miss.

    Args:
        checks: name, year, soc_code, found, expected, tolerance, missing.
        known: the columns of `known-misses.csv`, its index + 2 being the row in that file.

    Raises:
        InputError: a known miss has changed its size, to a tenth, or is none any more.
    """
    difference = checks["found"] - checks["expected"]
    checks = checks.assign(
        difference=difference, holds=difference.abs() <= checks["tolerance"], explanation=""
    )
    problems = []
    for row, miss in known.iterrows():
        same = (
            (checks["name"] == miss["check"])
            & (checks[_CELL] == miss[_CELL]).all(axis=1)
            & ~checks["holds"]
        )
        differences = checks.loc[same, "difference"].round(1).tolist()
        if differences != [miss["expects"]]:
            found = (
                f"is {differences[0]:g}"
                if differences
                else "is within rounding or cannot be checked"
            )
            problems.append(
                f"known-misses.csv, row {row + 2}: {miss['check']} of {miss['soc_code']} in {miss['year']} "
                f"{found}, expected {miss['expects']:g}; look again, then correct or remove the row"
            )
        checks.loc[same, "explanation"] = miss["explanation"]
    if problems:
        raise InputError("\n".join(problems))
    return checks[_COLUMNS]


def _beside(national: pd.DataFrame, column: str, parts: pd.DataFrame) -> pd.DataFrame:
    """The figures made from the parts beside the national ones, where there are both."""
    return (
        national[[*_CELL, column]]
        .rename(columns={column: "expected"})
        .merge(parts.reset_index(), on=_CELL)
    )


def _missing(parts: pd.DataFrame, known: pd.DataFrame, code: str) -> pd.Series:
    """The codes that have no value, of all that the table ever has."""
    return known.groupby(_CELL)[code].agg(
        lambda codes: " ".join(sorted(set(parts[code]) - set(codes)))
    )
