"""Pay from year to year, in dollars as printed and at the prices of the newest May."""

import pandas as pd
import pytest

from analysis.methods.pay_over_time import (
    at_both_prices,
    change_over_time,
    follow_pay,
    median_beside_mean,
)
from analysis.published.package import sources
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table
from common.errors import InputError

SERIES, PRICES = load_table("pay-series.csv"), load_table("consumer-price-index.csv")


@pytest.fixture(scope="module")
def paths():
    return follow_pay(SERIES, load_oews("national"), load_figures(), sources(), PRICES)


def point(paths, series, year):
    return paths.query("series == @series and year == @year").iloc[0]


def test_pay_is_carried_by_the_index_of_the_two_mays(paths):
    """46,660 in May 2021, when the index stood at 269.195; 321.465 in May 2025."""
    old = point(paths, "records_median", 2021)
    assert (old["nominal_usd"], old["real_usd"], old["prices_of"]) == (46_660, 55_720, 2025)
    assert old["real_usd"] == round(46_660 * 321.465 / 269.195)
    newest = paths[paths["year"] == 2025]
    assert newest["nominal_usd"].equals(newest["real_usd"])


def test_each_series_has_one_statistic_of_one_population(paths):
    ids = paths.set_index("series")["figure_id"]
    assert (ids["records_mean"].str.endswith("29-2072-mean")).all()
    assert (ids["billers_median"].str.endswith("43-3021-median")).all()
    assert (ids["technologists_mean"].str.endswith("29-9021-mean")).all()
    assert ids["aapc_certified"].str.contains("guide-aapc-mean|certified$").all()
    assert not paths.duplicated(["series", "year"]).any()
    assert paths["year"].min() == 2021
    assert paths["caution"].str.len().gt(40).all()


def test_each_point_says_whether_it_was_read_or_quoted(paths):
    assert set(paths.query("series == 'records_mean'")["reading"]) == {"published"}
    assert point(paths, "aapc_certified", 2021)["reading"] == "published"
    assert point(paths, "aapc_certified", 2024)["reading"] == "quoted"
    assert point(paths, "aapc_certified", 2025)["reading"] == "quoted"


def test_values_are_those_of_the_ledger(paths):
    values = load_figures().set_index("figure_id")["value"]
    assert paths["nominal_usd"].tolist() == values[paths["figure_id"]].tolist()


def test_the_change_is_from_the_first_year_to_the_last(paths):
    change = change_over_time(paths).set_index("series")
    assert change["real_change"].round(3)[["records_median", "aapc_certified"]].tolist() == [
        -0.082,
        -0.063,
    ]
    assert change.at["records_median", "nominal_change"] == pytest.approx(51_140 / 46_660 - 1)
    billers = change.loc["billers_median"]
    assert billers["real_change"] > 0 > change.at["records_mean", "real_change"]
    assert (billers["first_year"], billers["last_year"]) == (2021, 2025)
    assert change.index.tolist() == SERIES["series"].tolist()


def test_a_may_without_an_index_stops():
    prices = PRICES[~PRICES["month"].isin(["2023-05"])]
    with pytest.raises(InputError, match=r"no index for 2023-05; the nearest are: 20\d\d-05"):
        follow_pay(SERIES, load_oews("national"), load_figures(), sources(), prices)
    empty = PRICES.assign(
        consumer_price_index=PRICES["consumer_price_index"].mask(PRICES["month"] == "2021-05")
    )
    with pytest.raises(InputError, match="no index for 2021-05"):
        follow_pay(SERIES, load_oews("national"), load_figures(), sources(), empty)


def test_of_two_readings_of_an_edition_the_first_counts_and_an_unsure_year_does_not():
    series = pd.DataFrame(
        [("x", "X", "", "certified", "mean", "c", "s")],
        columns=[*SERIES.columns.drop("correction")],
    )
    figures = pd.DataFrame(
        [
            ("a", "national", "certified", "mean", 60.0, "2022 survey", "s"),
            ("b", "national", "certified", "mean", 61.0, "2022 survey", "s"),
            ("c", "national", "certified", "mean", 62.0, "2023 or 2024 survey", "s"),
            ("d", "national", "certified", "median", 63.0, "2023 survey", "s"),
        ],
        columns=["figure_id", "subject", "category", "statistic", "value", "period", "source_id"],
    )
    found = follow_pay(series, load_oews("national"), figures, sources(), PRICES)
    assert found["figure_id"].tolist() == ["a"]


def test_the_first_year_can_be_a_later_one_that_another_follows(paths):
    tables = SERIES, load_oews("national"), load_figures(), sources(), PRICES
    later = follow_pay(*tables, since=2023)
    assert later["year"].min() == 2023
    expected = paths[paths["year"] >= 2023].reset_index(drop=True)
    pd.testing.assert_frame_equal(later.reset_index(drop=True), expected)
    for year in (2020, 2025):
        with pytest.raises(InputError, match=f"since: found {year}, expected 2021 to 2024"):
            follow_pay(*tables, since=year)


def test_median_and_mean_stand_side_by_side_where_both_are_published(paths):
    own = pd.Series(["records_median", "records_mean"])
    gone = paths["series"].eq("records_mean") & paths["year"].eq(2021)
    pair = median_beside_mean(paths[~gone], own)
    assert pair["year"].tolist() == [2022, 2023, 2024, 2025]
    first = pair.iloc[0]
    assert (first["nominal_usd_median"], first["nominal_usd_mean"]) == (47_180, 51_090)
    assert first["figure_id_median"] == "oews-2022-us-29-2072-median"


def test_a_series_becomes_two_lines(paths):
    lines = at_both_prices(paths.query("series == 'records_median'"))
    assert lines["series"].unique().tolist() == ["As printed", "At prices of 2025"]
    real = lines[lines["at_constant_prices"]].set_index("year")["value"]
    printed = lines[~lines["at_constant_prices"]].set_index("year")["value"]
    assert (real[2021], printed[2021], real[2025]) == (55_720, 46_660, 51_140)
