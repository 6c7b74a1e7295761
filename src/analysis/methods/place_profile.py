"""One place: what stands beside it, and what AAPC's averages would make of its pay."""

import numpy as np
import pandas as pd

from analysis.methods.credentials import COUNTS
from analysis.methods.distribution import CELLS, PayDistribution, mean_range
from analysis.methods.occupations import CODERS, OCCUPATIONS, check_occupation
from analysis.methods.places import at_national_prices, cautions, choose, rank_by_value
from analysis.published.pay_statistics import (
    PAY_COLUMNS,
    PERCENTILES,
    STATISTICS,
    check_yearly_pay,
)
from analysis.published.rules import empty_cell_reasons
from common.errors import InputError, nearest

NATION = "US"
MOST_YEARS = 60
_KINDS = ["national", "state", "metropolitan", "nonmetropolitan"]
_WORDS = {
    "employment": "the number of jobs",
    "location_quotient": "the location quotient",
    "annual_mean": "the mean",
    "mean_rse": "the relative standard error of the mean",
    **{PAY_COLUMNS[name]: f"the {STATISTICS[name]}" for name in PERCENTILES},
}
_REASONS = {
    "suppressed": "withheld by BLS",
    "top_coded": "above the highest wage that BLS prints",
    "below_half_percent": "below half a percent",
    "not_published": "not published by BLS for such places",
    "not_in_copy": "not in the copy of the table that could be read",
}
# Areas of OEWS that lie in no state, by the FIPS code that theirs begins with.
_TERRITORIES = {"66": "GU", "72": "PR", "78": "VI"}


def of_one_may(oews: pd.DataFrame) -> pd.DataFrame:
    """The rows of the newest May that is held whole.

    Where one table of a new May comes first, it would stand beside older ones of other places.

    Args:
        oews: rows of OEWS tables of all levels; see `analysis.published.raw_tables.load_oews`.
    """
    return oews[oews["year"] == max(_whole_mays(oews), default=0)]


def _whole_mays(oews: pd.DataFrame) -> set[int]:
    """The Mays with a median of the nation, of states and of areas in each occupation compared."""
    published = oews[oews[PAY_COLUMNS["median"]].notna() & oews["soc_code"].isin([*OCCUPATIONS])]
    held = published[["year", "area_type", "soc_code"]].drop_duplicates()
    held = held[held["area_type"].isin(_KINDS)]
    kinds = held["year"].value_counts()
    return {*kinds.index[kinds == len(_KINDS) * len(OCCUPATIONS)]}


def newest_may(oews: pd.DataFrame, area: str, occupation: str) -> int:
    """The newest May in which a place can be set beside the nation: a whole one, if it is in one.

    So a place that BLS no longer has keeps its last May, and is ranked in that.

    Args:
        oews: rows of OEWS tables, the nation's among them.
        area: such as `US-NJ` or `CBSA-35620`.
        occupation: such as `29-2072`.

    Raises:
        InputError: there is no such place, or the nation lacks all Mays that it has.
    """
    rows = oews[oews["soc_code"] == occupation]
    title = find_place(rows[rows["area_type"] != "national"], area)["area_title"]
    own, national = (set(rows.loc[rows["area_code"] == code, "year"]) for code in (area, NATION))
    if not own & national:
        mays = ", ".join(f"May {year}" for year in sorted(own))
        raise InputError(
            f"area: {area!r} ({title}) is held for {mays} alone, for which the nation is not; "
            "take in the national table too"
        )
    return max(own & national & _whole_mays(oews) or own & national)


def comparable_places(oews: pd.DataFrame) -> pd.DataFrame:
    """The rows of `of_one_may`, the nation by its full name, with `caution`; see `places.cautions`.

    Args:
        oews: as of `of_one_may`.
    """
    rows = of_one_may(oews).replace({"area_title": {"U.S.": "the United States"}})
    return rows.assign(caution=cautions(rows))


def find_place(places: pd.DataFrame, area: str) -> pd.Series:
    """The row of a place by its code.

    Args:
        places: OEWS rows of one occupation.
        area: such as `US-NJ` or `CBSA-35620`.

    Raises:
        InputError: no such place publishes the occupation.
    """
    found = places[places["area_code"] == area]
    if found.empty:
        names = places.set_index("area_code")["area_title"].to_dict()
        near = nearest(area, names, names=names)
        raise InputError(
            f"area: {area!r} is not the code of a place that publishes the occupation{near}"
        )
    return found.iloc[0]


def check_person(wage: int, credentials: int, years: int) -> None:
    """Refuses what no reader can mean.

    Args:
        wage: US dollars a year, 0 for none.
        credentials: 0 to 3.
        years: of experience, -1 for none given.

    Raises:
        InputError: one of them is out of its range.
    """
    check_yearly_pay("wage", wage)
    if credentials not in (0, *COUNTS):
        raise InputError(
            f"credentials: found {credentials}, expected 1, 2, 3 for three or more, or 0"
        )
    if not -1 <= years <= MOST_YEARS:
        raise InputError(
            f"years: found {years}, expected 0 to {MOST_YEARS}, or -1 to leave experience out"
        )


def states_of(places: pd.DataFrame, states: pd.DataFrame) -> pd.Series:
    """The states in which each place lies.

    Args:
        places: `area_code` and `area_title`. The title of a metropolitan area ends in the letters
            of its states; the code of a nonmetropolitan area begins with its state's FIPS code.
        states: the table `states.csv`.

    Returns:
        A set of postal letters for each `area_code`.

    Raises:
        InputError: a title does not end in such letters.
    """
    by_fips = states.set_index("fips")["area_code"].str.removeprefix("US-").to_dict() | _TERRITORIES
    rural = places["area_code"].str.extract(r"NONMETRO-(\d\d)", expand=False).map(by_fips)
    own = places["area_code"].str.extract(r"^US-(\w\w)$", expand=False)
    urban = places["area_title"].str.extract(r", ([A-Z-]+)$", expand=False)
    letters = own.fillna(rural).fillna(urban)
    if nowhere := [*places["area_title"][letters.isna()]]:
        raise InputError(
            f"area_title: found {nowhere[0]!r}, expected one that ends in the letters of its "
            "states, such as 'Trenton-Princeton, NJ'"
        )
    return letters.str.split("-").map(set).set_axis(places["area_code"])


def neighbours(places: pd.DataFrame, states: pd.DataFrame, area: str) -> pd.DataFrame:
    """The place and those beside it: states of its census division, or areas that share its state.

    Args:
        places: one row per place, states and areas.
        states: the table `states.csv`.
        area: a code in `places`.
    """
    if area in set(states["area_code"]):
        division = states.set_index("area_code")["census_division"]
        return places[places["area_code"].map(division) == division[area]]
    if area.startswith("US-"):  # a territory
        return places[places["area_code"] == area]
    areas = places[~places["area_type"].isin(["state", "territory"])]
    within = states_of(areas, states)
    return areas[[not letters.isdisjoint(within[area]) for letters in within]]


def answer(
    oews: pd.DataFrame,
    parities: pd.DataFrame,
    states: pd.DataFrame,
    area: str,
    occupation: str = CODERS,
) -> pd.Series:
    """The one answer for a place and an occupation: its median, with what stands beside it.

    It is of the May that `newest_may` gives.

    Args:
        oews: rows of OEWS tables, the nation's among them; see `raw_tables.load_oews`.
        parities: see `places.at_national_prices`.
        states: the table `states.csv`.
        area: such as `US-NJ` or `CBSA-35620`.
        occupation: such as `29-2072`.

    Returns:
        `area_code`, `area_title`, `area_type`, `soc_code`, `wording` (of the occupation), `year`,
        `median`, `figure_id`, `employment`, `caution` (see `places.cautions`), `nation` and
        `nation_id` (the nation's median of the same May), `over_nation` (a share), `rank` among
        `places` of its `area_type`, `neighbour_rank` among `neighbours`, `price_parity`,
        `price_year`, `price_adjusted`, and `price_rank` among `price_places`. What is not
        published is missing.

    Raises:
        InputError: the occupation or the place is not held.
    """
    wording = check_occupation(occupation).wording
    year = newest_may(oews, area, occupation)
    held = oews.query("soc_code == @occupation and year == @year")
    local = held[held["area_type"] != "national"]
    here = find_place(local, area)
    published = choose(local, occupation, year)
    medians = rank_by_value(published[published["area_type"] == here["area_type"]])
    beside = neighbours(local, states, area)["area_code"]
    near = rank_by_value(published[published["area_code"].isin(beside)])
    priced = rank_by_value(at_national_prices(medians, parities))
    nation = choose(held[held["area_code"] == NATION], occupation, year).iloc[0]
    own, bought = _row_or_missing(medians, area), _row_or_missing(priced, area)
    return pd.Series(
        {
            **here[["area_code", "area_title", "area_type", "soc_code", "year", "employment"]],
            "wording": wording,
            "median": here["annual_median"],
            "figure_id": own["figure_id"],
            "caution": cautions(here.to_frame().T).iloc[0],
            "nation": nation["value"],
            "nation_id": nation["figure_id"],
            "over_nation": here["annual_median"] / nation["value"] - 1,
            "rank": own["rank"],
            "places": len(medians),
            "neighbour_rank": _row_or_missing(near, area)["rank"],
            "neighbours": len(near),
            "price_parity": bought["price_parity"],
            "price_year": bought["price_year"],
            "price_adjusted": bought["value"],
            "price_rank": bought["rank"],
            "price_places": len(priced),
        }
    )


def _row_or_missing(ranked: pd.DataFrame, area: str) -> pd.Series:
    """The row of a place; all missing where it is not among those ranked."""
    return ranked.set_index("area_code").reindex([area]).iloc[0]


def leading(ranked: pd.DataFrame, area: str, count: int) -> pd.DataFrame:
    """The first `count` rows; should `area` come later, it takes the place of the last of them."""
    first = ranked.head(count)
    later = ranked.iloc[count:]
    own = later[later["area_code"] == area]
    return first if own.empty else pd.concat([first.head(count - 1), own])


def missing_cells(row: pd.Series) -> str:
    """Which of a place's jobs and annual pay are missing and why, in words; "" if none is.

    Args:
        row: of an OEWS table.
    """
    reasons = empty_cell_reasons(row["empty_cells"])
    by_reason: dict[str, list[str]] = {}
    for cell, words in _WORDS.items():
        if cell in reasons:
            by_reason.setdefault(_REASONS[reasons[cell]], []).append(words)
    return "; ".join(f"{', '.join(cells)}: {reason}" for reason, cells in by_reason.items())


def mean_pay(row: pd.Series, measured: pd.DataFrame) -> pd.Series:
    """The mean of a place: as published, else that of the distribution through its percentiles.

    Args:
        row: of an OEWS table.
        measured: tables of `analysis.methods.distribution.accuracy`.

    Returns:
        `mean`, and `low` and `high`, which are less and plus the measured error of the
        distribution; US dollars a year. A published mean is all three. All are missing where the
        mean and a percentile are.
    """
    if pd.notna(row["annual_mean"]):
        return pd.Series(row["annual_mean"], ["mean", "low", "high"])
    percentiles = row[list(CELLS.values())].astype(float)
    if percentiles.isna().any():
        return pd.Series(np.nan, ["mean", "low", "high"])
    pay = PayDistribution(list(CELLS), percentiles)
    low, high = mean_range(pay, measured)
    return pd.Series({"mean": float(pay.mean()), "low": float(low), "high": float(high)})


def credential_ratios(
    figures: pd.DataFrame, vintages: pd.DataFrame, nation: pd.DataFrame, credentials: int = 0
) -> pd.DataFrame:
    """AAPC's means by number of credentials, divided by two other means, edition by edition.

    Args:
        figures: the columns of `figures.csv`.
        vintages: `bridge-vintages.csv`, which pairs an edition with the OEWS May of its survey.
        nation: national rows of OEWS for the occupation.
        credentials: the number of `COUNTS` that is asked for; 0 is every one.

    Returns:
        One row per number of credentials and edition, fewest first and oldest first: `category`,
        `period`, `figure_id`, `value` (US dollars a year), `over_members` (divided by the mean of
        all certified members) and `over_bls` (divided by the OEWS mean of the survey's May); a
        ratio is missing where its other mean is.
    """
    means = figures[(figures["statistic"] == "mean") & figures["period"].str.endswith(" survey")]
    certified = means[means["category"] == "certified"].drop_duplicates("period")
    members = certified.set_index("period")["value"]
    paired = vintages[vintages["input"] == "bls_mean_survey"]
    official = paired["year"].map(nation.set_index("year")["annual_mean"])
    official = official.set_axis(paired["vintage"].astype(str) + " survey")
    order = {name: count for count, name in COUNTS.items()}
    asked = [COUNTS[credentials]] if credentials else [*order]
    rows = means[(means["subject"] == "credential_count") & means["category"].isin(asked)]
    rows = rows.sort_values(["category", "period"], key=lambda column: column.replace(order))
    return rows[["category", "period", "figure_id", "value"]].assign(
        over_members=rows["value"] / rows["period"].map(members),
        over_bls=rows["value"] / rows["period"].map(official),
    )


def wages_to_place(nation: pd.Series, offer: float) -> pd.DataFrame:
    """The wages that are placed among the jobs of a place: an offer, then marks of the nation.

    Args:
        nation: its row of OEWS.
        offer: US dollars a year; 0 for none.

    Returns:
        `what` each is, and its `wage` in US dollars a year; none that is not published.
    """
    wages = {"the offer": offer, "the nation's median": nation[PAY_COLUMNS["median"]]}
    wages |= {f"the nation's {end}": nation[PAY_COLUMNS[end]] for end in ("p10", "p90")}
    return pd.DataFrame(
        [(what, wage) for what, wage in wages.items() if wage > 0], columns=["what", "wage"]
    )


def experience_band(figures: pd.DataFrame, years: int) -> pd.Series:
    """The guide's band of pay for so many years of experience, from its table.

    Args:
        figures: the columns of `figures.csv`.
        years: 0 or more.

    Returns:
        `category`, and the `figure_id` of `low` and of `high`, "" where the band is open.
    """
    own = figures[figures["figure_id"].str.startswith("guide-table-")]
    in_years = own[own["unit"] == "years"].pivot(
        index="category", columns="statistic", values="value"
    )
    below_high = in_years["high"].isna() | (in_years["high"] >= years)
    fits = below_high & (in_years["low"] <= years)
    category = in_years.index[fits][0]
    pay = own[(own["unit"] == "USD per year") & (own["category"] == category)]
    ends = pay.set_index("statistic")["figure_id"]
    return pd.Series({"category": category, "low": ends["low"], "high": ends.get("high", "")})
