import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.shares import feasible_range, feasible_shares, implied_base_pay, largest_share
from common.errors import InputError

MEANS = {"one": 62_110, "two": 71_535, "three or more": 79_933}


def vertices(means, overall):
    """Every split with at most two groups: the corners of the feasible set."""
    names = list(means)
    for low, high in itertools.permutations(names, 2):
        if means[low] <= overall <= means[high] and means[low] < means[high]:
            share = (means[high] - overall) / (means[high] - means[low])
            yield {**dict.fromkeys(names, 0.0), low: share, high: 1 - share}


@given(
    st.lists(st.integers(20_000, 150_000), min_size=2, max_size=5, unique=True),
    st.floats(0.01, 0.99),
)
def test_shares_run_between_the_corners(pay, position):
    means = {f"group {number}": value for number, value in enumerate(pay)}
    overall = min(pay) + position * (max(pay) - min(pay))
    assume(all(abs(overall - value) > 1 for value in pay))
    corners = list(vertices(means, overall))
    found = feasible_shares(means, overall)
    for group in means:
        expected = [min(c[group] for c in corners), max(c[group] for c in corners)]
        assert found.loc[group].tolist() == pytest.approx(expected, abs=1e-6)
    for split in feasible_range(dict(zip(means, range(len(means)), strict=True)), means, overall):
        assert split.sum() == pytest.approx(1)
        assert sum(split[group] * means[group] for group in means) == pytest.approx(overall)


def test_published_credential_means_leave_a_segment():
    shares = feasible_shares(MEANS, 64_710)
    assert shares.loc["one"].round(3).tolist() == [0.724, 0.854]
    known_order = feasible_shares(MEANS, 64_710, [("two", "three or more")])
    assert known_order.loc["one"].round(3).tolist() == [0.724, 0.809]
    assert known_order.loc["two", "low"] == pytest.approx(known_order.loc["three or more", "high"])
    counts = {"one": 1, "two": 2, "three or more": 3}
    low, high = feasible_range(counts, MEANS, 64_710)
    mean_count = [sum(split[group] * counts[group] for group in counts) for split in (low, high)]
    assert mean_count == pytest.approx([1.276, 1.292], abs=5e-4)


def test_base_pay_follows_from_every_split():
    ends = {c["one"]: c for c in vertices(MEANS, 64_710)}.values()
    pay = sorted(
        (63_095 - c["two"] * 71_535 - c["three or more"] * 79_933) / c["one"] for c in ends
    )
    assert implied_base_pay(63_095, MEANS, 64_710, "one") == pytest.approx([pay[0], pay[-1]])


@pytest.mark.parametrize(("mean", "percent"), [(81_034, 13.7), (82_367, 12.8)])
def test_a_dear_credential_can_only_be_held_by_few(mean, percent):
    share = largest_share(mean, 64_710, 62_110)
    assert 100 * share == pytest.approx(percent, abs=0.05)
    assert np.average([mean, 62_110], weights=[share, 1 - share]) == pytest.approx(64_710)


def test_impossible_means_stop():
    with pytest.raises(InputError, match="overall mean 90,000"):
        feasible_shares(MEANS, 90_000)
    with pytest.raises(InputError, match=r"'too' has no published mean.*two"):
        feasible_range({"too": 1}, MEANS, 64_710)
    with pytest.raises(InputError, match="no split"):
        feasible_shares(MEANS, 64_710, [("three or more", "one")])
    with pytest.raises(InputError, match="overall mean 64,710"):
        largest_share(60_000, 64_710, 62_110)
