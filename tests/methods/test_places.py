"""Ranks, intervals and names of places; the official ranking of May 2023."""

import pandas as pd
import pytest

from analysis.figures.errors import InputError
from analysis.figures.tables import load_oews
from analysis.methods.places import claimed_places, in_year, indistinguishable, rank_by, with_interval

PLACES = pd.DataFrame(
    {
        "year": [2023, 2023, 2023, 2024],
        "area_code": ["US-B", "US-A", "US-C", "US-A"],
        "annual_mean": [50_000.0, 50_000.0, None, 70_000.0],
        "mean_rse": [2.0, None, 1.0, 1.0],
    }
)


def test_ties_share_a_rank_and_a_place_without_the_figure_has_none():
    ranked = rank_by(in_year(PLACES, 2023), "annual_mean")
    assert ranked[["area_code", "rank"]].values.tolist() == [["US-A", 1], ["US-B", 1]]


def test_the_interval_is_missing_where_the_error_is():
    # 1.645 standard errors of 2 percent, as BLS rounds the factor.
    low, high = with_interval(PLACES)[["low", "high"]].iloc[0]
    assert (low, high) == (pytest.approx(50_000 - 1645, abs=1), pytest.approx(50_000 + 1645, abs=1))
    assert with_interval(PLACES)[["low", "high"]].iloc[1].isna().all()


def test_a_year_that_is_not_held_is_refused_with_those_that_are():
    with pytest.raises(InputError, match=r"year: OEWS is not held for 2019; .*2024"):
        in_year(PLACES, 2019)


def test_a_place_without_a_code_is_refused_with_the_nearest_name():
    figures = pd.DataFrame(
        {
            "figure_id": ["x"],
            "category": ["New Jersy"],
            "value": [1.0],
            "subject": ["state"],
            "source_id": ["guide"],
        }
    )
    names = pd.DataFrame({"place_name": ["New Jersey", "Ohio"], "area_code": ["US-NJ", "US-OH"]})
    with pytest.raises(InputError, match="no place 'New Jersy'; the nearest are: New Jersey"):
        claimed_places(figures, names, "state")


def test_the_official_order_of_may_2023():
    states = load_oews("state").query("soc_code == '29-2072'")
    ranked = rank_by(in_year(states, 2023), "annual_mean").set_index("area_code")
    assert ranked.index[:5].tolist() == ["US-DC", "US-WA", "US-CA", "US-CT", "US-MD"]
    assert ranked.loc["US-NJ", "rank"] == 7
    assert len(ranked) == 51


def test_means_within_the_error_of_their_difference_cannot_be_told_apart():
    ranked = pd.DataFrame(
        {
            "area_code": ["far", "one", "near", "beyond", "unknown"],
            "annual_mean": [70_000.0, 60_000.0, 59_000.0, 58_500.0, 59_900.0],
            "mean_rse": [1.0, 1.0, 1.0, 0.1, None],
        }
    )
    # The difference of one and near has an error of about 841: 1,000 is within 1.645 of them.
    assert indistinguishable(ranked, 1)["area_code"].tolist() == ["one", "near"]


def test_of_may_2023_new_jersey_cannot_be_told_from_the_second():
    states = load_oews("state").query("soc_code == '29-2072'")
    alike = indistinguishable(rank_by(in_year(states, 2023), "annual_mean"), 1)
    assert alike["area_code"].tolist()[:6] == ["US-WA", "US-CA", "US-CT", "US-MD", "US-HI", "US-NJ"]
