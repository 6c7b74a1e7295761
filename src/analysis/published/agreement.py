"""Do the official tables agree with each other, within what BLS's rounding allows?

BLS rounds employment and annual wages to 10 and hourly wages to a cent, and counts 2,080 hours a
year (https://www.bls.gov/oes/oes_ques.htm). A tolerance is the largest difference that rounding
alone can make, so a miss has another cause. It is never widened: `known-misses.csv` has each miss
that was looked into, its size and what explains it.
"""

from pathlib import Path

import pandas as pd

from analysis.published.paths import RAW
from analysis.published.pay_statistics import HOURS_A_YEAR
from analysis.published.raw_tables import load_oews, load_table

_ROUNDED_TO_TEN = 5.0
_ROUNDED_TO_A_CENT = 0.005
_CELL = ["year", "soc_code"]
_OWNERS = ["000001", "999001"]
"""All private industries, and all government with its schools, hospitals and post offices."""
_IN_62 = ["621000", "622000", "623000", "624000"]
"""The parts of health care and social assistance."""
_COLUMNS = [
    *("name", *_CELL, "found", "expected", "difference", "tolerance", "holds", "missing"),
    "explanation",
]
NOT_EXPLAINED = "Nobody has looked into it yet."
"""What the tables say of a miss that `known-misses.csv` does not have, or has of another size."""


def check_official_tables(folder: Path = RAW) -> pd.DataFrame:
    """Every cross-check of the official tables, and what is known of each miss.

    Returns:
        One row per check, year and occupation, in jobs or in US dollars a year: name, year,
        soc_code, found, expected, difference (found less expected), tolerance, holds, missing
        (codes of the areas or sectors without a value), explanation ("" where the check holds,
        `NOT_EXPLAINED` of a miss that nobody has explained in its size).
    """
    national, state, sector, area, industry = (
        load_oews(level, folder) for level in ("national", "state", "sector", "area", "industry")
    )
    owners = industry[industry["naics"].isin(_OWNERS)]
    health_care, parts = (industry[industry["naics"].isin(codes)] for codes in (["62"], _IN_62))
    checks = [
        employment_sums(national, state, "area_code").assign(name="state_employment"),
        employment_sums(national, sector, "naics").assign(name="sector_employment"),
        weighted_means(national, state).assign(name="state_mean"),
        annual_wages(national).assign(name="annual_wage_national"),
        annual_wages(state).assign(name="annual_wage_state"),
        annual_wages(sector).assign(name="annual_wage_sector"),
        annual_wages(area).assign(name="annual_wage_area"),
        annual_wages(industry).assign(name="annual_wage_industry"),
        employment_sums(national, owners, "naics").assign(name="ownership_employment"),
        employment_sums(health_care, parts, "naics").assign(name="health_care_employment"),
    ]
    return explain_misses(
        pd.concat(checks, ignore_index=True), load_table("known-misses.csv", folder)
    )


def employment_sums(whole: pd.DataFrame, parts: pd.DataFrame, code: str) -> pd.DataFrame:
    """The employment of the parts, told apart by the column `code`, sums to the whole one."""
    known = parts.dropna(subset="employment")
    groups = known.groupby(_CELL)["employment"]
    tolerance = _ROUNDED_TO_TEN * (groups.size() + 1)
    sums = pd.DataFrame(
        {"found": groups.sum(), "tolerance": tolerance, "missing": _missing(parts, known, code)}
    )
    return _beside(whole, "employment", sums)


def weighted_means(national: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The states' annual means, weighted by their employment, give the national mean.

    Rounding moves each mean by at most 5 dollars. 5 jobs more or less in a state move the weighted
    mean by 5 times the state's distance from it over all jobs (to first order).
    """
    known = states.dropna(subset=["employment", "annual_mean"])
    weight = known["employment"] / known.groupby(_CELL)["employment"].transform("sum")
    known = known.assign(part=weight * known["annual_mean"])
    parts = known.groupby(_CELL)["part"]
    distance = (known["annual_mean"] - parts.transform("sum")).abs()
    known = known.assign(move=_ROUNDED_TO_TEN * distance * weight / known["employment"])
    tolerance = 2 * _ROUNDED_TO_TEN + known.groupby(_CELL)["move"].sum()
    missing = _missing(states, known, "area_code")
    means = pd.DataFrame({"found": parts.sum(), "tolerance": tolerance, "missing": missing})
    return _beside(national, "annual_mean", means)


def annual_wages(table: pd.DataFrame) -> pd.DataFrame:
    """An annual wage is 2,080 hourly ones: the cell furthest off, by year and occupation."""
    pairs = []
    for hourly in table.columns[table.columns.str.startswith("hourly_")]:
        found, expected = table[hourly.replace("hourly", "annual")], table[hourly] * HOURS_A_YEAR
        pairs.append(table[_CELL].assign(found=found, expected=expected))
    cells = pd.concat(pairs, ignore_index=True).dropna()
    cells["off"] = (cells["found"] - cells["expected"]).abs()
    furthest = cells.loc[cells.groupby(_CELL)["off"].idxmax()].drop(columns="off")
    tolerance = _ROUNDED_TO_TEN + _ROUNDED_TO_A_CENT * HOURS_A_YEAR
    return furthest.assign(tolerance=tolerance, missing="")


def explain_misses(checks: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The checks with the difference, whether it holds, and the explanation of a known miss.

    Args:
        checks: name, year, soc_code, found, expected, tolerance, missing.
        known: the columns of `known-misses.csv`; one whose size, to a tenth, is another explains
            nothing.
    """
    difference = checks["found"] - checks["expected"]
    holds = difference.abs() <= checks["tolerance"]
    key = ["name", *_CELL]
    by_check = known.rename(columns={"check": "name"})[[*key, "expects", "explanation"]]
    beside = checks[key].merge(by_check, on=key, how="left")
    is_known = difference.round(1) == beside["expects"]
    explanation = beside["explanation"].where(is_known, NOT_EXPLAINED).mask(holds, "")
    return checks.assign(difference=difference, holds=holds, explanation=explanation)[_COLUMNS]


def misses_to_look_into(checks: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    """What `known-misses.csv` no longer says rightly of the checks, or does not say yet.

    Args:
        checks: what `check_official_tables` returns.
        known: the columns of `known-misses.csv`, its index + 2 being the row in that file.
    """
    found = checks[~checks["holds"]].set_index(["name", *_CELL])["difference"].round(1)
    notes = []
    for row, miss in known.iterrows():
        name = (miss["check"], miss["year"], miss["soc_code"])
        now = found.get(name)
        if now != miss["expects"]:
            is_now = "is within rounding or cannot be checked" if now is None else f"is {now:g}"
            notes.append(
                f"known-misses.csv, row {row + 2}: {_in_words(name)} {is_now}, expected "
                f"{miss['expects']:g}; look again, then correct or remove the row"
            )
    for name in found.index.difference(pd.MultiIndex.from_frame(known[["check", *_CELL]])):
        notes.append(
            f"known-misses.csv has no row yet for a miss: {_in_words(name)} is {found[name]:g}; "
            "look into it, then add what explains it"
        )
    return notes


def _in_words(check: tuple[str, int, str]) -> str:
    name, year, soc_code = check
    return f"{name} of {soc_code} in {year}"


def _beside(national: pd.DataFrame, column: str, parts: pd.DataFrame) -> pd.DataFrame:
    """The figures made from the parts beside the national ones, where there are both."""
    expected = national[[*_CELL, column]].rename(columns={column: "expected"})
    return expected.merge(parts.reset_index(), on=_CELL)


def _missing(parts: pd.DataFrame, known: pd.DataFrame, code: str) -> pd.Series:
    """The codes that have no value, of all that the table ever has."""
    return known.groupby(_CELL)[code].agg(
        lambda codes: " ".join(sorted(set(parts[code]) - set(codes)))
    )
