"""Which places are compared, what their pay buys, and which of their ranks can be told apart."""

import re
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import norm, studentized_range

from analysis.methods.occupations import CODERS
from analysis.published.ledger import oews_figure_ids
from analysis.published.pay_statistics import PAY_COLUMNS, PERCENTILES, STATISTICS
from common.errors import InputError, nearest

CONFIDENCE = 0.9
INTERVAL = float(norm.ppf((1 + CONFIDENCE) / 2))
"""Standard errors to either side of a mean that nine in ten samples keep within."""
FEW_JOBS = 100
"""BLS prints an area's pay from 30 jobs on. With fewer than 100, ten people are a tenth of them:
one percentile can be one employer's pay."""
LARGE_ERROR = 5.0
"""Relative standard error of the mean, in percent. BLS prints means with errors of up to 30; with
more than 5 the 90% interval is over 8 percent to either side, and half of the states have means
within 8 percent of the nation's (May 2023)."""
STATE_COLUMNS = [
    *("year", "area_code", "area_title", "soc_code", "statistic", "value"),
    *("annual_mean", "mean_rse", "low", "high", "rank", "rank_low", "rank_high"),
    *("employment", "location_quotient", "price_parity", "price_year", "price_adjusted"),
    *("price_rank", "price_rank_low", "price_rank_high", "caution"),
]
"""What is written down of each state."""
AREA_COLUMNS = [
    *("area_type", "state", "year", "area_code", "area_title", "soc_code", "statistic", "value"),
    *("rank", "employment", "location_quotient", "price_parity", "price_year", "price_adjusted"),
    *("price_rank", "price_rank_low", "price_rank_high", "caution"),
]
"""What is written down of each area, whose state is `state_of`."""
_IN_FULL = ["employment", "annual_mean"]
_RANKED = ["low", "high", "rank", "rank_low", "rank_high", "pair_low", "pair_high"]
_PRICED = ["price_parity", "price_year", "price_adjusted", *(f"price_{name}" for name in _RANKED)]
_ADDED = ["statistic", "value", "relative_error", "figure_id", *_RANKED, "caution", *_PRICED]


def of_mays_in_full(
    places: pd.DataFrame, nation: pd.DataFrame, occupation: str, year: int = 0
) -> pd.DataFrame:
    """The rows of the Mays that can be set beside the nation.

    In those, the nation and some place publish the jobs and the mean of the occupation. Where only
    one of the two tables of a new May is held, that May waits for the other.

    Args:
        places: rows of an OEWS table.
        nation: rows of the national table.
        occupation: its code, such as `29-2072`.
        year: of a May that has to be among them; 0 is none.

    Raises:
        InputError: `year` is held, and not among them.
    """
    own, national = (
        set(rows.loc[rows["soc_code"] == occupation].dropna(subset=_IN_FULL)["year"])
        for rows in (places, nation)
    )
    if year not in own & national and year in places["year"].array:
        lacking = "the nation" if year in own else "the places"
        held = ", ".join(f"May {other}" for other in sorted(own & national))
        raise InputError(
            f"year: of May {year} the jobs and the mean of {occupation} are not held for {lacking};"
            f" held for both: {held or 'no May'}"
        )
    return places[places["year"].isin(own & national)]


def choose(
    oews: pd.DataFrame,
    occupation: str = CODERS,
    year: int | None = None,
    statistic: str = "median",
    minimum_employment: int = 0,
) -> pd.DataFrame:
    """The places that publish one statistic of one occupation in one May.

    The default is the one answer for a place: the newest median. It is the figure that most workers
    can find themselves in, and the only one that OEWS prints for nearly every area.

    Args:
        oews: rows of an OEWS table; see `analysis.published.raw_tables.load_oews`.
        occupation: its code, such as `29-2072`.
        year: of the May; None is the newest that has the statistic. A guide's claims about May
            2023 are set against May 2023.
        statistic: `mean`, `median` or a percentile such as `p10`.
        minimum_employment: jobs; above 0, a place whose employment is not known is left out too.

    Returns:
        The rows with `statistic`, `value` (US dollars a year), its `relative_error` (a share;
        missing for all but means, for which alone OEWS publishes it) and its `figure_id`.

    Raises:
        InputError: one of the parameters is not held; the message names it and what is.
    """
    if statistic not in STATISTICS:
        options = nearest(statistic, STATISTICS)
        raise InputError(f"statistic: {statistic!r} is none of {', '.join(STATISTICS)}{options}")
    column = PAY_COLUMNS[statistic]
    of_occupation = _only(oews, "soc_code", occupation, "occupation")
    year = _newest(of_occupation, column) if year is None else year
    of_year = _only(of_occupation, "year", year, "year")
    rows = of_year.dropna(subset=column)
    if rows.empty:
        years = of_occupation.dropna(subset=column)["year"].unique()
        held = ", ".join(f"May {other}" for other in sorted(years)) or "no year"
        others = [name for name in STATISTICS if of_year[PAY_COLUMNS[name]].notna().any()]
        raise InputError(
            f"statistic: found {statistic!r}, which is held for {held} and not for May {year}; "
            f"for May {year} there are {', '.join(others)}"
        )
    large = rows[rows["employment"].fillna(0) >= minimum_employment]
    if large.empty:
        most = rows.loc[rows["employment"].idxmax()]
        raise InputError(
            f"minimum_employment: found {minimum_employment:,}, expected at most "
            f"{most['employment']:,.0f}, the jobs in {most['area_title']}"
        )
    return large.assign(
        statistic=statistic,
        value=large[column],
        relative_error=large["mean_rse"] / 100 if statistic == "mean" else np.nan,
        figure_id=oews_figure_ids(large, statistic),
    )


def _newest(rows: pd.DataFrame, column: str) -> int:
    """The newest year that has a column; the newest of all where none has."""
    years = rows.loc[rows[column].notna(), "year"]
    return int((rows["year"] if years.empty else years).max())


def _only(rows: pd.DataFrame, column: str, value: object, parameter: str) -> pd.DataFrame:
    """The rows with a value that a parameter asks for; there must be some."""
    chosen = rows[rows[column] == value]
    if chosen.empty:
        options = nearest(value, sorted(rows[column].unique()))
        raise InputError(f"{parameter}: OEWS is not held for {value!r}{options}")
    return chosen


def at_national_prices(places: pd.DataFrame, parities: pd.DataFrame) -> pd.DataFrame:
    """What pay buys at the nation's prices: pay divided by the local price level.

    Args:
        places: from `choose`.
        parities: `year`, `area_code` and `price_parity` (United States = 100). For each place the
            year nearest to that of its pay is taken.

    Returns:
        The places that have a parity, with `price_parity` and `price_year`; `value` and the annual
        columns are divided by it, and `figure_id` is "". Relative errors are those of pay: parities
        have none.
    """
    held = parities[["area_code", "year", "price_parity"]].rename(columns={"year": "price_year"})
    priced = places.merge(held, on="area_code", how="inner", validate="1:m")
    apart = (priced["price_year"] - priced["year"]).abs()
    priced = priced.iloc[apart.argsort(kind="stable")].drop_duplicates("area_code").sort_index()
    pay = ["value", *PAY_COLUMNS.values()]
    return priced.assign(figure_id="", **priced[pay].div(priced["price_parity"] / 100, axis=0))


def cautions(places: pd.DataFrame) -> pd.Series:
    """Why a place's pay rests on little, in words to stand beside it; "" where nothing says so.

    Three signs: fewer than `FEW_JOBS` jobs; two neighbouring percentiles that are equal, so that
    one pay level is a large part of the jobs; a standard error of the mean above `LARGE_ERROR`.

    Args:
        places: rows of an OEWS table.
    """
    jobs = places["employment"].astype(float)
    few = jobs.map("only {:,.0f} jobs".format, na_action="ignore").where(jobs < FEW_JOBS)
    error = places["mean_rse"].astype(float)
    large = error.map("a standard error of {:.1f}%".format, na_action="ignore")
    signs = [few, _equal_percentiles(places), large.where(error > LARGE_ERROR)]
    return pd.concat(signs, axis=1).apply(lambda row: "; ".join(row.dropna()), axis=1).astype(str)


def _equal_percentiles(places: pd.DataFrame) -> pd.Series:
    """Which neighbouring percentiles are equal, in words; missing where all differ."""
    pay = places[[PAY_COLUMNS[name] for name in PERCENTILES]].astype(float)
    equal = pay.diff(axis=1).iloc[:, 1:] == 0
    equal.columns = pd.Index([f"{a} = {b}" for a, b in pairwise(PERCENTILES)])
    words = equal.apply(lambda row: ", ".join(row.index[row]), axis=1).astype(str)
    return ("equal percentiles (" + words + ")").where(words != "")


def rank_by_value(places: pd.DataFrame) -> pd.DataFrame:
    """The places by rank, and how far sampling error lets each rank reach.

    Two estimates are told apart when they differ by more standard errors of their difference than
    chance allows. A rank then reaches from 1 + the number of places told to be higher, to the
    number of places less those told to be lower. Estimates are taken to be independent and normal.

    Jointly, the limit is that of Tukey's honest significant difference: in at least nine of ten
    samples every true rank lies in its interval (Al Mohamad, Goeman and van Zwet 2022, Biometrics
    78; conservative where errors differ, Hayter 1984). It serves as the joint region of Klein,
    Wright and Wieczorek (2020, J. R. Stat. Soc. C 69) does, from differences in place of intervals.
    Pair by pair, the limit is that of one 90% test, as in the Census Bureau's ranking tables.

    Args:
        places: from `choose`.

    Returns:
        The places, highest first, with `rank` (ties share one); `low` and `high`, the 90% interval
        of `value`, which is value x (1 -/+ 1.645 x relative error) as BLS describes it; `rank_low`
        and `rank_high`, joint; and `pair_low` and `pair_high`, pair by pair. All but the rank are
        missing where there is no error.
    """
    ranked = places.sort_values(["value", "area_code"], ascending=[False, True], ignore_index=True)
    error = ranked["value"] * ranked["relative_error"]
    joint = _joint_reach(max(len(ranked), 2)) if error.notna().any() else np.nan
    return ranked.assign(
        rank=ranked["value"].rank(method="min", ascending=False).astype(int),
        low=(ranked["value"] - INTERVAL * error).round(),
        high=(ranked["value"] + INTERVAL * error).round(),
        **_rank_interval(ranked["value"], error, joint, "rank"),
        **_rank_interval(ranked["value"], error, INTERVAL, "pair"),
    )


@cache
def _joint_reach(count: int) -> float:
    """By how many errors of their difference two of so many places differ by chance at most."""
    return float(studentized_range.ppf(CONFIDENCE, count, np.inf)) / 2**0.5


def _rank_interval(
    values: pd.Series, errors: pd.Series, reach: float, name: str
) -> dict[str, pd.Series]:
    """The ends of each rank, where places further apart than `reach` errors are told apart."""
    value, error = values.to_numpy(), errors.to_numpy()
    above = value[:, None] - value > reach * np.hypot(error[:, None], error)
    ends = pd.DataFrame(
        {f"{name}_low": 1 + above.sum(axis=0), f"{name}_high": len(value) - above.sum(axis=1)}
    )
    return dict(ends.where(errors.notna(), axis=0).astype("Int64"))


def compare(
    oews: pd.DataFrame,
    parities: pd.DataFrame,
    occupation: str = CODERS,
    year: int | None = None,
    statistic: str = "median",
    minimum_employment: int = 0,
) -> pd.DataFrame:
    """The places ranked twice, as published and at the nation's prices, each with its error.

    Prices are taken as without error, for BEA publishes none for its parities; so the intervals of
    price-adjusted ranks are, if anything, too narrow.

    Args:
        oews: rows of an OEWS table of one kind of place, such as states.
        parities: see `at_national_prices`.
        occupation: see `choose`, as for the other three.
        year: of the May; None is the newest.
        statistic: such as `median`.
        minimum_employment: jobs.

    Returns:
        As `rank_by_value` has it, with `caution` (see `cautions`), `price_parity`, `price_year`,
        `price_adjusted` (US dollars a year) and, with `price_` before their names, the other
        columns that `rank_by_value` adds; all missing where there is no parity. A rank at the
        nation's prices is one among the places that have a parity.
    """
    nominal = rank_by_value(choose(oews, occupation, year, statistic, minimum_employment))
    bought = rank_by_value(at_national_prices(nominal, parities))
    added = {name: f"price_{name}" for name in _RANKED} | {"value": "price_adjusted"}
    columns = ["area_code", "price_parity", "price_year", *added]
    priced = nominal.assign(caution=cautions(nominal)).merge(
        bought[columns].rename(columns=added), "left", on="area_code", validate="1:1"
    )
    return priced.astype({"price_rank": "Int64", "price_year": "Int64"})


def by_price(compared: pd.DataFrame) -> pd.DataFrame:
    """The places that `compare` gives, ranked by what their pay buys at the nation's prices.

    Returns:
        The places that have a parity, highest first; `value`, its interval, its ranks and the
        annual columns are those at the nation's prices, and `figure_id` is "".
    """
    priced = compared.dropna(subset="price_adjusted")
    pay = [*PAY_COLUMNS.values()]
    return priced.assign(
        **priced[pay].div(priced["price_parity"] / 100, axis=0),
        **{name: priced[f"price_{name}"] for name in _RANKED},
        value=priced["price_adjusted"],
        figure_id="",
    ).sort_values(["value", "area_code"], ascending=[False, True], ignore_index=True)


def compare_kinds(
    areas: pd.DataFrame,
    parities: pd.DataFrame,
    occupation: str = CODERS,
    statistic: str = "median",
    minimum_employment: int = 0,
) -> pd.DataFrame:
    """Metropolitan and other areas as `compare` has them, in one May, kind by kind.

    It is the newest of the Mays with the most kinds: one that is held for some kinds alone waits
    for the others. Nonmetropolitan areas and territories have no price parity, and so are not
    ranked with others.

    Returns:
        The areas of each `area_type`, highest first; no row where no area has the figure.
    """
    published = areas.query("soc_code == @occupation").dropna(subset=PAY_COLUMNS[statistic])
    held = published.groupby("year")["area_type"].transform("nunique")
    whole = published[held == held.max()]
    newest = whole[whole["year"] == whole["year"].max()]
    large = newest[newest["employment"].fillna(0) >= minimum_employment]
    kinds = [
        compare(rows, parities, occupation, None, statistic, minimum_employment)
        for _, rows in large.groupby("area_type")
    ]
    if not kinds:
        return large.reindex(columns=[*large, *_ADDED])
    return pd.concat(kinds, ignore_index=True)


def over_years(oews: pd.DataFrame, occupation: str, statistic: str) -> pd.DataFrame:
    """One statistic of one occupation in every May that has it.

    Args:
        oews: rows of an OEWS table.
        occupation: its code, such as `29-2072`.
        statistic: `mean`, `median` or a percentile such as `p10`.

    Returns:
        The places that publish it in the first and in the last May: `area_code`, `area_title`, one
        column per year (US dollars a year), `first`, `last` and `change`.
    """
    column = PAY_COLUMNS[statistic]
    rows = oews[oews["soc_code"] == occupation].dropna(subset=column)
    years = sorted(rows["year"].unique())
    wide = rows.pivot(index=["area_code", "area_title"], columns="year", values=column)
    wide = wide.dropna(subset=[years[0], years[-1]]).reset_index().rename_axis(columns=None)
    first, last = wide[years[0]], wide[years[-1]]
    return wide.assign(first=first, last=last, change=last - first).rename(columns=str)


def beside_nation_over_years(
    states: pd.DataFrame, nation: pd.DataFrame, occupation: str, statistic: str
) -> pd.DataFrame:
    """The nation and states as `over_years` has them, with `statistic`.

    Args:
        states: rows of the table of states; their Mays with the occupation are taken.
        nation: rows of the national table.
        occupation: see `over_years`, as for `statistic`.
        statistic: such as `median`.
    """
    years = states.query("soc_code == @occupation")["year"]
    both = pd.concat([states, nation])
    rows = both[both["year"].isin(years)]
    return over_years(rows, occupation, statistic).assign(statistic=statistic)


def ends_and_emphasis(ranked: pd.DataFrame, highest: int, lowest: int) -> pd.DataFrame:
    """The first and the last places of a ranking and those that are emphasised between them.

    Args:
        ranked: highest first; `rank`, `emphasis`, and the 10th and 90th percentile of pay.
        highest: how many of the first.
        lowest: how many of the last.

    Returns:
        Those places by their rank; `low` and `high` are the two percentiles.
    """
    parts = [ranked.head(highest), ranked[ranked["emphasis"]], ranked.tail(lowest)]
    chosen = pd.concat(parts).drop_duplicates("area_code").sort_values("rank")
    return chosen.assign(low=chosen["annual_p10"], high=chosen["annual_p90"])


def with_states(areas: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The areas, highest first, with `state` (see `state_of`) and `state_code`, "" for none.

    Args:
        areas: from `compare_kinds`.
        states: `area_code` and `area_title` of each state.
    """
    codes = states.set_index("area_title")["area_code"]
    named = areas.assign(state=state_of(areas, states))
    named["state_code"] = named["state"].map(codes).fillna("")
    return named.sort_values(["value", "area_code"], ascending=[False, True], ignore_index=True)


def state_of(areas: pd.DataFrame, states: pd.DataFrame) -> pd.Series:
    """The state that an area's title names: the first of several, "a territory" if none.

    Args:
        areas: `area_title`, such as `Boston-Cambridge-Newton, MA-NH` or `North Georgia
            nonmetropolitan area`.
        states: `area_code` and `area_title` of each state.
    """
    by_code = states.set_index("area_code")["area_title"]
    names = "|".join(map(re.escape, by_code))
    named = areas["area_title"].str.extract(rf"\b({names})\b", expand=False)
    postal = "US-" + areas["area_title"].str.extract(r", ([A-Z]{2})\b", expand=False)
    return postal.map(by_code).fillna(named).fillna("a territory")


def claimed_places(figures: pd.DataFrame, names: pd.DataFrame, subject: str) -> pd.DataFrame:
    """The guide's figures for places with their area codes, in the order the guide lists them.

    Args:
        figures: the columns of `figures.csv`.
        names: `place_name` and `area_code`, one row for each name that some source uses.
        subject: `state` or `metro`.

    Returns:
        `figure_id`, `category`, `statistic`, `period`, `claimed` (US dollars a year), `area_code`.

    Raises:
        InputError: a place has no area code; the message names the nearest known names.
    """
    printed = figures["source_id"].str.startswith("guide") & (figures["subject"] == subject)
    claimed = figures[printed].rename(columns={"value": "claimed"})
    codes = names.set_index("place_name")["area_code"]
    for place in claimed["category"]:
        if place not in codes.index:
            raise InputError(f"place-names.csv has no place {place!r}{nearest(place, codes.index)}")
    columns = ["figure_id", "category", "statistic", "period", "claimed"]
    area_code = claimed["category"].map(codes)
    return claimed[columns].assign(area_code=area_code).reset_index(drop=True)


def beside_official(claimed: pd.DataFrame, oews: pd.DataFrame) -> pd.DataFrame:
    """A guide's figures for places beside the official ones of the same May, jobs and statistic.

    Args:
        claimed: from `claimed_places`, all about one May.
        oews: rows of an OEWS table of such places.

    Returns:
        The columns of `claimed`, its `figure_id` renamed `claim_id`, and of `rank_by_value`, in
        which the official figures are ranked; missing where there is none.
    """
    period, statistic = claimed[["period", "statistic"]].iloc[0]
    year = int(period.removeprefix("May "))
    official = rank_by_value(choose(oews, CODERS, year, statistic))
    claims = claimed.drop(columns="statistic").rename(columns={"figure_id": "claim_id"})
    return claims.merge(official, on="area_code", how="left", validate="1:1")
