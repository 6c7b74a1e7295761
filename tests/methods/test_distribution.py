import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.stats import norm

from analysis.methods.distribution import (
    CELLS,
    FIVE,
    THREE,
    PayDistribution,
    accuracy,
    curve_points,
    mean_range,
    place,
    published_points,
    top_shares,
)
from common.errors import InputError

MAY_2023 = [35_080, 39_620, 48_780, 61_960, 77_810]
MAY_2024 = [35_780, 41_600, 50_250, 64_070, 80_950]
FLOOR = 15_080

knots = st.sampled_from([THREE, FIVE])
steps = st.lists(st.floats(0.02, 0.6), min_size=5, max_size=5)


@st.composite
def distributions(draw):
    probabilities = draw(knots)
    logs = np.cumsum([math.log(draw(st.floats(18_000, 60_000))), *draw(steps)])[
        : len(probabilities)
    ]
    return PayDistribution(probabilities, np.exp(logs))


def three(wages):
    return PayDistribution(THREE, [wages[0], wages[2], wages[4]])


@given(distributions(), st.floats(0.005, 0.995), st.floats(0.005, 0.995))
def test_rank_undoes_quantile_and_both_rise(pay, low, high):
    low, high = sorted([low, high])
    assert pay.rank(pay.quantile(low)) == pytest.approx(low, abs=1e-9)
    assert pay.quantile(low) <= pay.quantile(high)
    assert pay.rank(30_000) <= pay.rank(50_000)


@given(distributions())
def test_quantile_goes_through_the_published_percentiles(pay):
    assert pay.quantile(pay.probabilities) == pytest.approx(pay.wages)
    assert pay.share_above(pay.wages) == pytest.approx(1 - pay.probabilities)


@given(distributions())
def test_mean_is_the_area_under_the_quantile_curve(pay):
    z = np.linspace(-7.5, 7.5, 20_001)
    curve = pay.quantile(norm.cdf(z)) * norm.pdf(z)
    assert trapezoid(curve, z) == pytest.approx(pay.mean(), rel=1e-5)
    lowest = z <= norm.ppf(1 / 3)
    assert 3 * trapezoid(curve[lowest], z[lowest]) == pytest.approx(
        pay.slice_mean(0, 1 / 3), rel=2e-3
    )


@given(distributions(), st.floats(0.1, 10))
@example(three(MAY_2024), 1 / 100_000)
def test_everything_scales_with_pay(pay, factor):
    scaled = PayDistribution(pay.probabilities, factor * pay.wages)
    assert scaled.mean() == pytest.approx(factor * pay.mean())
    assert scaled.quantile(0.3) == pytest.approx(factor * pay.quantile(0.3))
    assert scaled.rank(40_000 * factor) == pytest.approx(pay.rank(40_000))


@given(distributions(), st.lists(st.floats(0.01, 0.99), min_size=1, max_size=4, unique=True))
def test_slices_average_back_to_the_mean(pay, cuts):
    ends = [0, *sorted(cuts), 1]
    parts = [pay.slice_mean(low, high) * (high - low) for low, high in itertools.pairwise(ends)]
    assert sum(parts) == pytest.approx(pay.mean())


@given(distributions(), st.floats(10_000, 300_000))
def test_sharp_bounds_hold_the_model(pay, wage):
    low, high = pay.rank_bounds(wage)
    assert low - 1e-12 <= pay.rank(wage) <= high + 1e-12
    low, high = pay.mean_bounds(0.0, 1e9)
    assert low <= pay.mean() <= high


def test_batch_gives_what_each_row_gives():
    batch = PayDistribution(FIVE, [MAY_2023, MAY_2024])
    rows = [PayDistribution(FIVE, wages) for wages in (MAY_2023, MAY_2024)]
    assert batch.mean() == pytest.approx([row.mean() for row in rows])
    assert batch.rank([64_710, 62_110]) == pytest.approx(
        [rows[0].rank(64_710), rows[1].rank(62_110)]
    )
    grid = np.array([[0.2], [0.5], [0.95]])
    assert batch.quantile(grid) == pytest.approx(
        np.transpose([row.quantile(grid[:, 0]) for row in rows])
    )
    for end in (0, 1):
        bounds = [row.mean_bounds(FLOOR, 239_200)[end] for row in rows]
        assert batch.mean_bounds(FLOOR, 239_200)[end] == pytest.approx(bounds)


def test_two_percentiles_give_a_lognormal():
    pay = PayDistribution([0.10, 0.90], [30_000, 120_000])
    spread = math.log(4) / 2 / norm.ppf(0.9)
    assert pay.quantile(0.5) == pytest.approx(60_000)
    assert pay.mean() == pytest.approx(60_000 * math.exp(spread**2 / 2))


def test_mass_points_keep_their_mass():
    pay = PayDistribution(FIVE, [30_000, 30_000, 40_000, 50_000, 50_000])
    assert pay.rank([29_999, 30_000, 49_999.99, 50_000]) == pytest.approx(
        [0, 0.25, 0.75, 1], abs=1e-5
    )
    assert pay.mean_bounds(30_000, 50_000) == pytest.approx((37_500, 42_500))


def test_published_occupation():
    """29-2072, May 2023; its published mean is 53,690 and OEWS's top code 239,200."""
    assert three(MAY_2023).mean() == pytest.approx(53_569, abs=1)
    assert three(MAY_2023).mean_bounds(FLOOR, 239_200) == pytest.approx((42_833, 78_064))
    pay = PayDistribution(FIVE, MAY_2023)
    assert pay.mean_bounds(FLOOR, 239_200) == pytest.approx((45_945, 72_727.5))
    assert pay.rank_bounds(64_710) == (0.75, 0.9)
    assert pay.slice_mean(0, 1 / 3) == pytest.approx(36_800, abs=50)


@pytest.mark.parametrize(
    ("wages", "mean", "bound", "sorted_share"),
    [
        # By hand: those left out have the floor, then the 10th percentile, then (in 2023) the 25th.
        (
            MAY_2023,
            53_690,
            (53_690 - 0.1 * FLOOR - 0.15 * 35_080 - 0.75 * 39_620) / (64_710 - 39_620),
            0.577,
        ),
        (MAY_2024, 55_970, (55_970 - 0.1 * FLOOR - 0.9 * 35_780) / (64_710 - 35_780), 0.669),
    ],
)
def test_share_that_ranking_can_lift_to_the_aapc_mean(wages, mean, bound, sorted_share):
    pay = PayDistribution(FIVE, wages)
    assert pay.top_share_bound(64_710, mean, FLOOR) == pytest.approx(bound)
    assert pay.top_share(64_710, mean) == pytest.approx(sorted_share, abs=5e-4)
    assert pay.top_share_bound(50_000, mean, FLOOR) == pay.top_share(50_000, mean) == 1

    workers = (np.arange(200_000) + 0.5) / 200_000
    least = np.array([FLOOR, *wages])[np.searchsorted(FIVE, workers)]
    left = mean - np.concatenate([[0], np.cumsum(least)[:-1]]) / len(workers)
    shares = 1 - np.arange(200_000) / 200_000
    assert shares[left / shares >= 64_710].max() == pytest.approx(bound, abs=5e-4)

    top = pay.quantile(workers) * mean / pay.mean()
    best = np.cumsum(top[::-1]) / np.arange(1, 200_001)
    assert workers[best >= 64_710].max() == pytest.approx(sorted_share, abs=1e-3)


def test_the_share_that_can_be_lifted_lies_in_the_end_that_the_target_asks_for():
    pay = PayDistribution(FIVE, MAY_2023)
    # By hand: nearly everyone is in, and those left out have the floor.
    assert pay.top_share_bound(54_690, 53_690, FLOOR) == pytest.approx(
        (53_690 - FLOOR) / (54_690 - FLOOR)
    )
    # Half a dollar more than the least mean lifts only a few, from the 90th percentile.
    least = float(pay.mean_bounds(FLOOR)[0])
    assert pay.top_share_bound(90_000, least + 0.5, FLOOR) == pytest.approx(0.5 / (90_000 - 77_810))
    assert pay.top_share_bound(90_000, least, FLOOR) == 0


ABOVE_0 = "expected a wage above 0 (a suppressed percentile cannot be used)"


@pytest.mark.parametrize(
    ("wages", "message"),
    [
        ([30_000, math.nan, 50_000], f"percentile 50: nan; {ABOVE_0}"),
        ([0, 40_000, 50_000], f"percentile 10: 0; {ABOVE_0}"),
        (
            [30_000, 29_000, 50_000],
            "percentile 50: 29,000; expected at least the percentile before it",
        ),
        ([[30_000, 40_000, 50_000], [30_000, 40_000, -1]], f"row 1, percentile 90: -1; {ABOVE_0}"),
        ([30_000, 40_000], "wages have shape (2,); expected 3 percentiles in the last axis"),
    ],
)
def test_wages_that_make_no_sense_stop(wages, message):
    with pytest.raises(InputError) as refused:
        PayDistribution(THREE, wages)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "percentiles", [[0.5], [0.5, 0.1], [0.1, 0.1, 0.9], [0.0, 0.5, 0.9], [0.1, 0.5, 1.0]]
)
def test_percentiles_that_make_no_sense_stop(percentiles):
    with pytest.raises(InputError) as refused:
        PayDistribution(percentiles, [*range(30_000, 30_000 + len(percentiles))])
    assert str(refused.value) == (
        f"percentiles {percentiles}: expected at least two, rising, between 0 and 1"
    )


def test_arguments_that_make_no_sense_stop():
    pay = three(MAY_2023)
    for call, message in (
        (lambda: pay.quantile(1.2), "probability 1.2"),
        (lambda: pay.rank(math.nan), "wage nan"),
        (lambda: pay.rank(0), "^wage 0 USD: expected a wage above 0$"),
        (lambda: pay.slice_mean(0.5, 0.2), "slice 0.5 to 0.2"),
        (lambda: pay.slice_mean(0.5, 0.5), "slice 0.5 to 0.5"),
        (lambda: pay.slice_mean(0.5, 1.5), "slice 0.5 to 1.5"),
        (lambda: pay.mean_bounds(40_000), "floor 40,000"),
        (lambda: pay.mean_bounds(FLOOR, 70_000), "ceiling 70,000"),
        (lambda: pay.top_share_bound(64_710, 20_000, FLOOR), "mean 20,000"),
    ):
        with pytest.raises(InputError, match=message):
            call()


@pytest.fixture(scope="module")
def occupations():
    """600 two-piece lognormal occupations whose published mean is off by a normal 2 percent."""
    generator = np.random.default_rng(1)
    median = np.exp(generator.normal(11, 0.4, 600))
    low, high = generator.uniform(0.15, 0.5, (2, 600))
    z = {0.10: -1.2815516, 0.25: -0.6744898, 0.50: 0.0, 0.75: 0.6744898, 0.90: 1.2815516}
    table = pd.DataFrame(
        {CELLS[p]: median * np.exp(np.where(v < 0, low, high) * v) for p, v in z.items()}
    )
    error = generator.normal(0.01, 0.02, 600)
    table["annual_mean"] = PayDistribution.from_table(table, THREE).mean() / (1 + error)
    table.attrs["error"] = error
    return table


def test_accuracy_recovers_a_known_error(occupations):
    found = accuracy(occupations)
    assert found[["quantity", "percentiles", "unit"]].to_numpy().tolist() == [
        ["mean", "10 50 90", "percent"],
        ["mean", "10 25 50 75 90", "percent"],
        ["rank of p25", "10 50 90", "points"],
        ["rank of p75", "10 50 90", "points"],
        ["rank of p50", "10 25 75 90", "points"],
        ["rank of p90", "10 25 50 75", "points"],
    ]
    error = 100 * occupations.attrs["error"]
    for row in found[found["quantity"] == "mean"].itertuples():
        assert row.bias == pytest.approx(error.mean(), abs=0.01)
        assert row.median_absolute_error == pytest.approx(np.median(abs(error)), abs=0.01)
        assert row.band_90 == pytest.approx(np.quantile(abs(error), 0.9), abs=0.1)
        assert row.held_out_coverage == pytest.approx(90, abs=0.5)
    hidden = found[found["quantity"].isin(["rank of p25", "rank of p75"])]
    assert hidden["band_90"].max() < 1e-3
    assert accuracy(occupations).equals(found)


def test_accuracy_tries_random_halves_whatever_the_order_of_the_occupations(occupations):
    in_order = occupations.iloc[np.argsort(np.abs(occupations.attrs["error"]))]
    found = accuracy(in_order).query("quantity == 'mean'")
    assert found["held_out_coverage"].tolist() == pytest.approx([90, 90], abs=1)


def test_accuracy_leaves_out_suppressed_rows(occupations):
    table = occupations.copy()
    table.loc[:99, "annual_p90"] = math.nan
    assert accuracy(table)["occupations"].eq(500).all()
    with pytest.raises(InputError, match="10 occupations"):
        accuracy(occupations.head(10))
    assert accuracy(occupations.head(20))["occupations"].eq(20).all()


def test_accuracy_needs_no_other_cell_of_an_occupation(occupations):
    table = occupations.assign(employment=math.nan)
    assert accuracy(table)["occupations"].eq(600).all()


def test_accuracy_foretells_the_mean_and_each_rank_from_the_percentiles_named(occupations):
    curve = PayDistribution.from_table(occupations, THREE)
    table = occupations.assign(annual_mean=curve.mean(), annual_p25=curve.quantile(0.30))
    found = accuracy(table).set_index(["quantity", "percentiles"])
    assert found.loc[("mean", "10 50 90"), "bias"] == pytest.approx(0, abs=1e-9)
    five = PayDistribution.from_table(table, FIVE).mean() / table["annual_mean"] - 1
    assert found.loc[("mean", "10 25 50 75 90"), "bias"] == pytest.approx(100 * five.mean())
    assert five.mean() > 0.001
    off = found.loc[("rank of p25", "10 50 90"), ["bias", "median_absolute_error", "band_90"]]
    assert off.tolist() == pytest.approx([5, 5, 5])


def test_accuracy_judges_no_occupation_by_a_band_that_it_helped_to_draw(occupations):
    """Of twenty occupations one is off: where it sets the band, all others lie inside.

    Where it does not, it lies outside.
    Among ten it lifts the 90th percentile from 0 to a tenth of its own error.
    """
    table = occupations.head(20).reset_index(drop=True)
    table["annual_mean"] = PayDistribution.from_table(table, THREE).mean()
    table.loc[7, "annual_mean"] /= 1.5
    found = accuracy(table).iloc[0]
    times_inside = found["band_90"] / 5
    assert times_inside == pytest.approx(0.5, abs=0.1)
    assert found["held_out_coverage"] == pytest.approx(90 + 10 * times_inside)


MEASURED = pd.DataFrame(
    [
        ("mean", "10 50 90", "percent", 3.0),
        ("mean", "10 50 90", "percent", 2.9),
        ("rank of p75", "", "points", 6.0),
    ],
    columns=["quantity", "percentiles", "unit", "band_90"],
)


def test_mean_range_takes_the_widest_band():
    pay = three(MAY_2023)
    assert np.array(mean_range(pay, MEASURED)) / pay.mean() == pytest.approx([0.97, 1.03])
    with pytest.raises(InputError, match="percentiles 10 25 50 75 90"):
        mean_range(PayDistribution(FIVE, MAY_2023), MEASURED)


def test_place_is_cut_to_what_is_certain():
    wages = pd.Series({"aapc": 64_710, "median": 48_780, "entry": 20_000})
    placed = place(PayDistribution(FIVE, MAY_2023), wages, MEASURED)
    assert placed.loc["aapc", ["certain_low", "certain_high"]].tolist() == [0.75, 0.9]
    assert placed.loc["aapc", "rank"] == pytest.approx(0.785, abs=1e-3)
    assert placed.loc["aapc", "likely_low"] == 0.75
    assert placed.loc["aapc", "likely_high"] == pytest.approx(placed.loc["aapc", "rank"] + 0.06)
    assert placed.loc["median", ["rank", "likely_low", "likely_high"]].tolist() == pytest.approx(
        [0.5] * 3
    )
    assert placed.loc["entry", ["certain_low", "certain_high"]].tolist() == [0, 0.1]
    top = place(PayDistribution(FIVE, MAY_2023), pd.Series([90_000.0, 39_000.0]), MEASURED)
    assert top.loc[0, ["certain_low", "certain_high"]].tolist() == [0.9, 1]
    assert top.loc[1, "likely_high"] == 0.25 > top.loc[1, "rank"]


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_no_wage_has_none_or_all_below_it(share):
    with pytest.raises(InputError, match="expected above 0 and below 1"):
        three(MAY_2023).quantile(share)


def test_the_share_at_the_top_is_named_by_what_it_rests_on():
    """May 2024 and AAPC's mean: the curve's own mean is a little below the published one."""
    pay = PayDistribution(FIVE, [35_780, 41_600, 50_250, 64_070, 80_950])
    found = top_shares(pay, 64_710, 55_970, 15_080)
    assert found.round(3).to_dict() == {
        "at_most": 0.769,
        "on_scaled_curve": 0.669,
        "on_curve": 0.639,
    }
    assert pay.slice_mean(1 - found["on_curve"], 1) == pytest.approx(64_710)


def test_a_curve_is_drawn_through_its_published_points():
    pay = PayDistribution(FIVE, [35_080, 39_620, 48_780, 61_960, 77_810])
    points = published_points(pay)
    assert points["label"].tolist() == ["p10", "p25", "median", "p75", "p90"]
    line = curve_points(pay)
    assert line["rank"].iloc[[0, -1]].tolist() == [0.03, 0.975]
    drawn = line.set_index("rank")["wage"]
    assert [drawn[rank] for rank in points["rank"]] == pytest.approx(points["wage"])
