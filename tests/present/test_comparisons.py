"""A comparison in words never contradicts its amounts, nor what is written of them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.present.comparisons import apart, number_of, side_of, waiting

AMOUNTS = st.integers(1_000, 300_000)


@given(AMOUNTS, AMOUNTS, st.sampled_from(["percent", "percent1"]))
def test_the_side_is_that_of_the_amounts_and_nothing_is_zero_percent_away(one, other, form):
    said = str(apart(one, other, form))
    if said == "about the same as":
        assert abs(one / other - 1) < {"percent": 0.00501, "percent1": 0.000501}[form]
    else:
        share, side = said.split("% ")
        assert side == ("above" if one > other else "below")
        assert float(share.replace(",", "")) == pytest.approx(
            abs(100 * one / other - 100), abs=0.51
        )
        assert float(share.replace(",", "")) > 0


@given(AMOUNTS, AMOUNTS)
def test_a_side_alone_tells_equal_amounts_apart_from_others(one, other):
    expected = "equal to" if one == other else "above" if one > other else "below"
    assert side_of(one, other) == expected


@pytest.mark.parametrize(("count", "noun"), [(0, "areas"), (1, "area"), (2, "areas")])
def test_a_noun_is_in_its_number(count, noun):
    assert number_of(count, "area", "areas") == noun


def test_a_newer_may_that_waits_is_named_with_what_it_waits_for():
    held = pd.DataFrame({"year": [2025, 2026]})
    assert [str(said) for said in waiting(held, 2025, "the nation and all states")] == [
        "May 2026 is held in part only, and shown once the nation and all states of that May are "
        "held."
    ]
    assert waiting(held, 2026, "the nation") == []
