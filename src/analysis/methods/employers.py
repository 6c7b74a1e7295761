"""What kinds of employers pay in one occupation, and which pay more than hospitals."""

import pandas as pd

from analysis.methods.places import INTERVAL

HOSPITALS, PHYSICIANS = "622000", "621100"
OWNERS = {"622002": "state", "622003": "local", "622005": "private"}
"""Hospitals by owner, in OEWS's own codes."""
_LEAST_SHARE = 0.01


def newest_industries(industries: pd.DataFrame, occupation: str) -> pd.DataFrame:
    """The rows of one occupation in the newest May that has hospitals and four-digit industries.

    BLS publishes each level of industry in a file of its own; a May of which some are not held yet
    waits for them.
    """
    own = industries[industries["soc_code"] == occupation]
    known = own.dropna(subset=["annual_mean", "mean_rse"])
    hospitals = known.loc[known["naics"] == HOSPITALS, "year"]
    finer = known.loc[known["industry_group"] == "4-digit", "year"]
    return own[own["year"] == max({*hospitals} & {*finer}, default=0)]


def by_employer(industries: pd.DataFrame, jobs: float) -> pd.DataFrame:
    """The kinds of employers with one job in a hundred or more, highest mean first.

    Hospitals are one row, whoever owns them; the others are four-digit industries.

    Args:
        industries: from `newest_industries`.
        jobs: of the occupation in the nation.

    Returns:
        The rows that have a mean, with `label`, `emphasis` (hospitals), `low` and `high` (the 90%
        sampling interval of the mean, US dollars a year), and `pays_more` and `pays_less`, true
        where that interval lies clear of that of hospitals.
    """
    finer = industries["industry_group"].eq("4-digit") & ~industries["naics"].str.startswith("622")
    hospitals = industries["naics"].eq(HOSPITALS)
    large = finer & (industries["employment"] >= _LEAST_SHARE * jobs)
    kinds = industries[large | hospitals].dropna(subset=["annual_mean", "mean_rse"])
    error = INTERVAL * kinds["annual_mean"] * kinds["mean_rse"] / 100
    kinds = kinds.assign(
        label=kinds["naics_title"].str.replace(r" \(.*\)", "", regex=True),
        emphasis=kinds["naics"] == HOSPITALS,
        low=kinds["annual_mean"] - error,
        high=kinds["annual_mean"] + error,
    ).sort_values(["annual_mean", "naics"], ascending=[False, True], ignore_index=True)
    own = kinds[kinds["emphasis"]].iloc[0]
    return kinds.assign(pays_more=kinds["low"] > own["high"], pays_less=kinds["high"] < own["low"])


def sector_rows(sectors: pd.DataFrame, industries: pd.DataFrame, occupation: str) -> pd.DataFrame:
    """The occupation's rows by sector: of the sector table, else of the industry table.

    Args:
        sectors: rows of the table `sector`, which holds one occupation.
        industries: rows of the table `industry`; of its Mays those with medians are taken.
        occupation: its code.
    """
    own = sectors[sectors["soc_code"] == occupation]
    if len(own):
        return own
    rows = industries[
        industries["soc_code"].eq(occupation) & industries["industry_group"].eq("sector")
    ]
    return rows[rows["year"].isin(rows.loc[rows["annual_median"].notna(), "year"])]
