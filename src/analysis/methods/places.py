"""Places: which official row a named place is, where it ranks, how far sampling error reaches."""

import pandas as pd
from scipy.stats import norm

from analysis.figures.errors import InputError, nearest

INTERVAL = float(norm.ppf(0.95))
"""Standard errors to either side of a mean that nine in ten samples keep within."""


def in_year(places: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows of one OEWS year.

    Raises:
        InputError: no row is held for this year; the message names the years that are.
    """
    chosen = places[places["year"] == year]
    if chosen.empty:
        raise InputError(f"year: OEWS is not held for {year}{nearest(year, sorted(places['year'].unique()))}")
    return chosen


def rank_by(places: pd.DataFrame, column: str) -> pd.DataFrame:
    """The places that publish `column`, highest first, with `rank` 1 for the highest; ties share a rank.

    Args:
        places: one row a place.
        column: what to rank by, in any unit.
    """
    ranked = places.dropna(subset=column).sort_values([column, "area_code"], ascending=[False, True])
    return ranked.assign(rank=ranked[column].rank(method="min", ascending=False).astype(int))


def with_interval(places: pd.DataFrame) -> pd.DataFrame:
    """The places with `low` and `high`, the 90% sampling interval of their mean (US dollars a year).

    mean x (1 -/+ 1.645 x relative standard error), as BLS describes for OEWS; missing where it publishes no
    relative standard error.
    """
    reach = INTERVAL * places["mean_rse"] / 100
    return places.assign(
        low=places["annual_mean"] * (1 - reach), high=places["annual_mean"] * (1 + reach)
    ).round({"low": 0, "high": 0})


def indistinguishable(ranked: pd.DataFrame, position: int) -> pd.DataFrame:
    """The places whose mean cannot be told from that of the place at `position` (from 0), which is included.

    Two means differ when they are further apart than 1.645 standard errors of their difference, which is the
    root of the sum of the squared standard errors. A place without a published error is never included.
    """
    errors = ranked["annual_mean"] * ranked["mean_rse"] / 100
    apart = (ranked["annual_mean"] - ranked["annual_mean"].iloc[position]).abs()
    return ranked[apart <= INTERVAL * (errors**2 + errors.iloc[position] ** 2) ** 0.5]


def claimed_places(figures: pd.DataFrame, names: pd.DataFrame, subject: str) -> pd.DataFrame:
    """The guide's figures for places with their area codes, in the order the guide lists them.

    Args:
        figures: the columns of `figures.csv`.
        names: `place_name` and `area_code`, a row a name that some source uses.
        subject: `state` or `metro`.

    Returns:
        `figure_id`, `category`, `claimed` (US dollars a year) and `area_code`.

    Raises:
        InputError: a place has no area code; the message names the nearest known names.
    """
    claimed = figures[(figures["subject"] == subject) & figures["source_id"].str.startswith("guide")]
    codes = names.set_index("place_name")["area_code"]
    for place in claimed["category"]:
        if place not in codes.index:
            raise InputError(f"place-names.csv has no place {place!r}{nearest(place, codes.index)}")
    return (
        claimed[["figure_id", "category", "value"]]
        .rename(columns={"value": "claimed"})
        .assign(area_code=claimed["category"].map(codes))
        .reset_index(drop=True)
    )
