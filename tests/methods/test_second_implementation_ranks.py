"""Ranks and their intervals, as published and at the nation's prices, are found a second way."""

import math

import pytest
from methods import second_implementation_ranks as second
from scipy.stats import studentized_range

from analysis.methods.places import compare
from analysis.published.paths import RAW
from analysis.published.raw_tables import load_oews, load_table

OCCUPATIONS = ["29-2072", "43-3021", "29-9021"]


@pytest.mark.parametrize("occupation", OCCUPATIONS)
def test_both_rankings_agree_with_the_second_implementation(occupation):
    parities = load_table("regional-price-parities.csv")
    ranked = compare(load_oews("state"), parities, occupation, 2023, "mean")
    ranked = ranked.set_index("area_code")
    means = second.read_states(RAW, "2023", occupation)
    priced = second.at_national_prices(means, RAW, "2023")
    for prefix, own in (("", means), ("price_", priced)):
        columns = [f"{prefix}{name}" for name in ("rank", "rank_low", "rank_high")]
        found = ranked[columns].dropna().astype(int).apply(tuple, axis=1).to_dict()
        known = {code for code, (_, error) in own.items() if not math.isnan(error)}
        ranks = second.rank_intervals(own)
        assert found == {code: ranks[code] for code in known}


@pytest.mark.parametrize("count", [2, 3, 51])
def test_the_critical_range_is_that_of_tukey(count):
    expected = studentized_range.ppf(0.9, count, float("inf"))
    assert second.critical_range(count) == pytest.approx(expected, abs=1e-6)
