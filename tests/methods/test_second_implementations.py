"""Bridge, shares and distribution agree with a second implementation that shares no code."""

import random

import pandas as pd
import pytest
from methods import second_implementation_bridge as other_bridge
from methods import second_implementation_distribution as other_curve
from methods import second_implementation_shares as other_shares

from analysis.methods import bridge, distribution, shares, simulation
from analysis.published.package import sources
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table

DRAWS, FEWER = 5_000, 1_000
CENT = 0.0151  # each side rounds to a cent, and the residual takes what rounding leaves
FLOOR, CEILING = 15_080, 239_200


@pytest.fixture(scope="module")
def tables():
    names = ("bridge-vintages", "bridge-steps", "scenarios", "assumptions")
    return {name: load_table(f"{name}.csv") for name in names}


@pytest.fixture(scope="module")
def editions(tables):
    vintages, oews, figures = tables["bridge-vintages"], load_oews("national"), load_figures()
    return {
        edition: bridge.vintage_inputs(vintages, edition, oews, figures, sources())
        for edition in vintages["vintage"].unique()
    }


def test_the_bridge_of_every_edition_and_scenario_agrees_to_the_cent(tables, editions):
    _, steps, scenarios, assumptions = tables.values()
    for edition, inputs in editions.items():
        for number, scenario in enumerate(scenarios["scenario"].unique()):
            table = simulation.run_scenario(scenarios, scenario, steps, inputs, assumptions, DRAWS)
            again = other_bridge.bridge_of(edition, scenario, FEWER, seed=number)
            compare(table, again, f"{edition} {scenario}")


def compare(table, again, where):
    assert table["step"].tolist() == [row["step"] for row in again], where
    assert table["grade"].tolist() == [row["grade"] for row in again], where
    for row, other in zip(table.itertuples(), again, strict=True):
        for column in ("effect_usd", "lmdi_usd", "shapley_usd", "running_total_usd"):
            found, expected = getattr(row, column), other[column]
            assert pd.isna(found) == (expected is None), (where, row.step, column)
            if expected is not None:
                assert found == pytest.approx(expected, abs=CENT), (where, row.step, column)
        assert pd.isna(row.low_usd) == (other["ends"] is None), (where, row.step)
        if other["ends"] is not None:
            for found, (low, high) in zip((row.low_usd, row.high_usd), other["ends"], strict=True):
                unit = simulation.RANGE_UNIT
                assert low - unit <= found <= high + unit, (where, row.step)


def test_shares_agree():
    generator = random.Random(2072)
    means = {"one": 62_110, "two": 71_535, "three or more": 79_933}
    cases = [(means, 64_710)]
    for _ in range(12):
        pay = sorted(generator.sample(range(30_000, 120_000), 3))
        cases.append((dict(zip(means, pay, strict=True)), generator.uniform(pay[0] + 50, pay[1])))
    for groups, overall in cases:
        pay = tuple(groups.values())
        found = shares.feasible_shares(groups, overall).loc["one"]
        assert found.tolist() == pytest.approx(other_shares.limits_of_first(pay, overall), abs=1e-6)
        ordered = shares.feasible_shares(groups, overall, [("two", "three or more")]).loc["one"]
        assert ordered.tolist() == pytest.approx(
            other_shares.limits_of_first(pay, overall, second_at_least_third=True), abs=1e-6
        )
    alone = shares.implied_base_pay(63_095, means, 64_710, "one")
    assert alone == pytest.approx(
        other_shares.pay_of_first_alone(63_095, tuple(means.values()), 64_710), abs=0.01
    )
    assert shares.largest_share(81_034, 64_710, 62_110) == pytest.approx(
        other_shares.largest_share(81_034, 64_710, 62_110)
    )


@pytest.mark.parametrize(("key", "mean", "wages"), [*other_curve.published()], ids=str)
def test_the_distribution_of_every_published_year_agrees(key, mean, wages):
    curve = distribution.PayDistribution(distribution.FIVE, wages)
    assert float(curve.mean()) == pytest.approx(other_curve.mean_between(wages, 0, 1), abs=0.01)
    assert float(curve.slice_mean(0, 1 / 3)) == pytest.approx(
        other_curve.mean_between(wages, 0, 1 / 3), abs=0.01
    )
    for wage in (20_000, 40_000, *wages, 64_710, 150_000):
        assert float(curve.rank(wage)) == pytest.approx(other_curve.rank(wages, wage), abs=1e-9)
    for probability in (0.01, 0.1, 0.25, 0.4, 0.6, 0.95):
        assert float(curve.quantile(probability)) == pytest.approx(
            other_curve.quantile(wages, probability), abs=0.01
        )
    assert [float(end) for end in curve.mean_bounds(FLOOR, CEILING)] == pytest.approx(
        other_curve.mean_limits(wages, FLOOR, CEILING), abs=0.01
    )
    target = mean * 1.15
    found = distribution.top_shares(curve, target, mean, FLOOR)
    own_mean = other_curve.mean_between(wages, 0, 1)
    assert found["on_curve"] == pytest.approx(other_curve.top_share(wages, target), abs=1e-7)
    assert found["on_scaled_curve"] == pytest.approx(
        other_curve.top_share(wages, target * own_mean / mean), abs=1e-7
    )
    assert found["at_most"] == pytest.approx(
        other_curve.top_share_bound(wages, target, mean, FLOOR), abs=1e-7
    )
