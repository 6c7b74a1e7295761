"""Published pay from year to year, as printed and at the prices of one May.

A price index says what the same pay would buy; it does not make one series of surveys that are
none. Each series brings its caution.
"""

import pandas as pd

from analysis.methods.grades import reading_grades
from analysis.published.ledger import oews_figure_ids
from analysis.published.pay_statistics import PAY_COLUMNS
from common.errors import InputError, nearest

SINCE = 2021
"""The first May of OEWS for 29-2072, whose code holds other jobs before."""


def follow_pay(
    series: pd.DataFrame,
    oews: pd.DataFrame,
    figures: pd.DataFrame,
    sources: pd.DataFrame,
    prices: pd.DataFrame,
    since: int = SINCE,
) -> pd.DataFrame:
    """Pay by year, nominal and at the prices of the newest OEWS May.

    At those prices, pay of a year is multiplied by the index of that May over the index of the
    year's own May. AAPC does not say in which month it asks; May stands for its year too.

    Args:
        series: the columns of `pay-series.csv`. One with a soc_code is of OEWS, one with a category
            of AAPC's national means. A mean and a median are two series.
        oews: the national OEWS table.
        figures: the columns of the ledger.
        sources: see `package.sources`.
        prices: the columns of `consumer-price-index.csv`.
        since: the first year, `SINCE` or later.

    Returns:
        One row per series and year in which it was read, to the last May that the index reaches:
        series, label, statistic, year, figure_id, reading (`published` or `quoted`), nominal_usd,
        real_usd (to the dollar), prices_of (a year: its May) and caution; in the order of `series`,
        oldest first.

    Raises:
        InputError: the index of a May is missing, or no May follows the first year.
    """
    index = prices.set_index("month")["consumer_price_index"].dropna()
    national = oews["area_code"].eq("US") & oews["naics"].eq("000000")
    last = _last_may(index)
    official = oews[national & oews["year"].le(last)]
    newest = int(official["year"].max())
    if not SINCE <= since < newest:
        raise InputError(f"since: found {since}, expected {SINCE} to {newest - 1}")
    read = [
        _official(row, official) if row["soc_code"] else _surveyed(row, figures)
        for _, row in series.iterrows()
    ]
    paths = pd.concat(read, ignore_index=True).query("@since <= year <= @last")
    factor = _may(index, newest) / paths["year"].map(lambda year: _may(index, year))
    paths = paths.assign(
        reading=reading_grades(paths["source_id"], sources),
        real_usd=(paths["nominal_usd"] * factor).round(),
        prices_of=newest,
    ).merge(series[["series", "label", "statistic", "caution"]], on="series", how="left")
    columns = ["series", "label", "statistic", "year", "figure_id", "reading"]
    return paths[[*columns, "nominal_usd", "real_usd", "prices_of", "caution"]]


def _official(row: pd.Series, official: pd.DataFrame) -> pd.DataFrame:
    """One series of OEWS, oldest first."""
    cell = PAY_COLUMNS[row["statistic"]]
    rows = official[official["soc_code"] == row["soc_code"]].dropna(subset=cell)
    rows = rows.sort_values("year")
    return pd.DataFrame(
        {
            "series": row["series"],
            "year": rows["year"],
            "figure_id": oews_figure_ids(rows, row["statistic"]),
            "source_id": rows["source_id"],
            "nominal_usd": rows[cell],
        }
    )


def _surveyed(row: pd.Series, figures: pd.DataFrame) -> pd.DataFrame:
    """One series of AAPC's editions, oldest first; of two readings of an edition the first."""
    own = (
        figures["period"].str.fullmatch(r"\d{4} survey")
        & figures["subject"].eq("national")
        & figures["category"].eq(row["category"])
        & figures["statistic"].eq(row["statistic"])
    )
    rows = figures[own].drop_duplicates("period").sort_values("period")
    return pd.DataFrame(
        {
            "series": row["series"],
            "year": rows["period"].str[:4].astype(int),
            "figure_id": rows["figure_id"],
            "source_id": rows["source_id"],
            "nominal_usd": rows["value"],
        }
    )


def _last_may(index: pd.Series) -> int:
    """The year of the last May that the index reaches."""
    month = index.index.max()
    return int(month[:4]) - (month[5:] < "05")


def _may(index: pd.Series, year: int) -> float:
    """The price index of one May."""
    month = f"{year}-05"
    if pd.isna(index.get(month)):
        held = index.dropna().index
        mays = held[held.str.endswith("-05")]
        raise InputError(f"consumer-price-index.csv: no index for {month}{nearest(month, mays)}")
    return float(index[month])


def change_over_time(paths: pd.DataFrame) -> pd.DataFrame:
    """How far each series moved from its first year to its last.

    Args:
        paths: from `follow_pay`.

    Returns:
        One row per series, in its order: series, label, statistic, first_year, last_year, first_usd
        and last_usd (nominal), first_real_usd (at the prices of the newest May), nominal_change and
        real_change (as a share of the first), years (the first and the last, in words), caution.
    """
    by_series = paths.groupby("series", sort=False)
    first, last = by_series.first(), by_series.last()
    table = first[["label", "statistic"]].assign(
        first_year=first["year"],
        last_year=last["year"],
        first_usd=first["nominal_usd"],
        last_usd=last["nominal_usd"],
        first_real_usd=first["real_usd"],
        nominal_change=last["nominal_usd"] / first["nominal_usd"] - 1,
        real_change=last["real_usd"] / first["real_usd"] - 1,
        years=first["year"].astype(str) + " to " + last["year"].astype(str),
        caution=first["caution"],
    )
    return table.reset_index()


def median_beside_mean(paths: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """The years that have both the median and the mean of one occupation, oldest first.

    Args:
        paths: from `follow_pay`.
        own: the names of the two series of the occupation.

    Returns:
        `year`, and `figure_id`, `nominal_usd` and `real_usd` of each: `figure_id_median`,
        `figure_id_mean` and so on.
    """
    rows = paths[paths["series"].isin(own)]
    columns = ["figure_id", "nominal_usd", "real_usd"]
    wide = rows.pivot(index="year", columns="statistic", values=columns).dropna().infer_objects()
    wide.columns = wide.columns.map("_".join)
    return wide.reset_index()


def at_both_prices(path: pd.DataFrame) -> pd.DataFrame:
    """One series as printed, then at the prices of the newest May, as rows of two lines.

    Args:
        path: rows of `follow_pay` of one series.

    Returns:
        `year`, `value` (US dollars a year), `series` (the line's name) and `at_constant_prices`.
    """
    names = {"nominal_usd": "As printed", "real_usd": f"At prices of {path['prices_of'].iloc[0]}"}
    rows = path.melt("year", [*names], var_name="prices")
    return rows.assign(
        series=rows["prices"].map(names), at_constant_prices=rows["prices"].eq("real_usd")
    ).drop(columns="prices")
