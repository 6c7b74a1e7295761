"""A comparison in words never contradicts its amounts, nor what is written of them."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.present.comparisons import (
    apart,
    apart_over,
    number_of,
    side_of,
    side_of_range,
    waiting,
    years_apart,
)

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


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_range_lies_on_one_side_or_holds_the_amount(one, two, other):
    low, high = sorted([one, two])
    said = side_of_range(low, high, other)
    assert (said == "above") == (low > other)
    assert (said == "below") == (high < other)
    assert (said == "on both sides of") == (low <= other <= high)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=4))
def test_several_distances_are_said_from_the_least_to_the_most(pairs):
    ones, others = (pd.Series(amounts, dtype=float) for amounts in zip(*pairs, strict=True))
    said = str(apart_over(ones, others))
    changes = 100 * (ones / others - 1)
    expected = sorted({changes.min(), changes.max()})
    if said.startswith("from "):
        ends = said.removeprefix("from ").split(" to ")
        told = [as_percent(end) for end in ends]
        assert told == pytest.approx(expected, abs=0.51)
        assert told[0] <= told[1]
    elif " to " in said:
        near, far, side = re.fullmatch(r"([\d,]+)% to ([\d,]+)% (above|below)", said).groups()
        told = [float(share.replace(",", "")) for share in (near, far)]
        assert told == pytest.approx(sorted(map(abs, expected)), abs=0.51)
        assert told[0] < told[1]
        assert {side} == {"above" if change > 0 else "below" for change in expected}
    else:
        assert as_percent(said) == pytest.approx(expected[0], abs=0.51)
        assert as_percent(said) == pytest.approx(expected[-1], abs=0.51)


def as_percent(said):
    if said == "level with":
        return 0.0
    share, side = said.split("% ")
    return float(share.replace(",", "")) * (1 if side == "above" else -1)


@pytest.mark.parametrize(
    ("one", "said"), [(2024, "a year before"), (2025, "the same as"), (2027, "2 years after")]
)
def test_a_year_is_before_or_after_another(one, said):
    assert years_apart(one, 2025) == said


def test_a_newer_may_that_waits_is_named_with_what_it_waits_for():
    held = pd.DataFrame({"year": [2025, 2026]})
    assert [str(said) for said in waiting(held, 2025, "the nation and all states")] == [
        "May 2026 is held in part only, and shown once the nation and all states of that May are "
        "held."
    ]
    assert waiting(held, 2026, "the nation") == []
