"""Every calculation printed in docs/methodology.md is right, and is what the code computes."""

import math
import re

import pandas as pd
import pytest
from scipy.stats import norm

from analysis.methods.assumptions import check_assumptions
from analysis.methods.bridge import bridge_table, choose_steps, lmdi, walk
from analysis.methods.compensation import supplements_share, total_compensation
from analysis.methods.credentials import certified_over_all
from analysis.methods.distribution import FIVE, THREE, PayDistribution
from analysis.methods.pay_over_time import change_over_time, follow_pay
from analysis.methods.shares import feasible_shares, implied_base_pay, largest_share
from analysis.methods.simulation import central_case
from analysis.published.package import sources
from analysis.published.paths import RAW, ROOT
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table

PAGE = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
LINES = re.findall(r"^(\w+) {2,}(\S.*?) += (-?[\d,.]+)$", PAGE, flags=re.MULTILINE)
# As published: OEWS 29-2072 and 43-3021, May 2023 and 2024; AAPC's means.
PUBLISHED = {
    "bls_median": 48_780,
    "bls_mean": 53_690,
    "bls_median_survey": 50_250,
    "bls_mean_survey": 55_970,
    "bls_mean_2024": 55_970,
    "billing_clerk_mean": 49_490,
    "aapc_certified_mean": 64_710,
    "aapc_one_credential_mean": 62_110,
}
CREDENTIALS = {"one": 62_110, "two": 71_535, "three or more": 79_933}


def date_and_order(steps, inputs):
    """Both readings of the date, and the order that goes from median to median first."""
    first = choose_steps(steps, "published")
    base_may = inputs.assign(bls_mean_survey=inputs["bls_mean"])
    values = {}
    for may, case in ((2023, base_may), (2024, inputs)):
        effects = walk(first, case)[2].iloc[0]
        values[f"left_may_{may}"] = effects.pop("unidentified")
        values[f"known_may_{may}"] = effects.sum()
    start, _, effects = walk(first, inputs)
    median_first = walk(choose_steps(steps, "median_first"), inputs)[2].iloc[0]
    return values | {
        "median_to_median": median_first["vintage"],
        "later_statistic": median_first["statistic"],
        "lmdi_known": lmdi(start[0], effects.iloc[0]).drop("unidentified").sum(),
    }


def pay_and_costs():
    """Pay over time and total compensation."""
    prices = load_table("consumer-price-index.csv")
    series = load_table("pay-series.csv")
    paths = follow_pay(series, load_oews("national"), load_figures(), sources(), prices)
    change = change_over_time(paths).set_index("series")
    costs = load_table("employer-costs.csv")
    shares = total_compensation(costs, 50_000, "2023-12").set_index("part")["share_of_wages"]
    kinds = ["guide_list", "with_bonuses", "not_required", "all_benefits"]
    return shares[kinds].to_dict() | {
        "median_2021_real": change.at["records_median", "first_real_usd"],
        "median_change": change.at["records_median", "real_change"],
        "certified_change": change.at["aapc_certified", "real_change"],
        "supplements_high": supplements_share(costs, "2023-12"),
    }


@pytest.fixture(scope="module")
def computed():
    steps = pd.read_csv(RAW / "bridge-steps.csv", keep_default_na=False)
    assumptions = check_assumptions(pd.read_csv(RAW / "assumptions.csv", keep_default_na=False))
    limits = pd.read_csv(RAW / "pay-limits.csv").set_index("limit")["value"]
    inputs = central_case(pd.DataFrame({"value": PUBLISHED}), assumptions)
    values = {}
    for bridge in ("published", "illustrative"):
        table = bridge_table(choose_steps(steps, bridge), inputs)
        values |= table.set_index("step")["effect_usd"].dropna().to_dict()
    start, target, effects = walk(choose_steps(steps, "published"), inputs)
    five = PayDistribution(FIVE, [35_080, 39_620, 48_780, 61_960, 77_810])
    later = PayDistribution(FIVE, [35_780, 41_600, 50_250, 64_070, 80_950])
    three = PayDistribution(THREE, five.wages[[0, 2, 4]])
    slope_low, slope_high = (
        float(norm.ppf(0.9) ** -1 * math.log(b / a))
        for a, b in zip(three.wages, three.wages[1:], strict=False)
    )
    lowest, highest = five.mean_bounds(limits["floor"], limits["ceiling"])
    one = feasible_shares(CREDENTIALS, 64_710).loc["one"]
    alone = implied_base_pay(63_095, CREDENTIALS, 64_710, "one")
    over_all = certified_over_all(pd.read_csv(RAW / "assumptions.csv"))
    values |= date_and_order(steps, inputs) | pay_and_costs()
    return values | {
        "certified_over_all": over_all,
        "one_over_all": over_all * 62_110 / 64_710,
        "gap": target[0] - start[0],
        "published": effects.drop(columns="unidentified").iloc[0].sum(),
        "lmdi_scale": (target[0] - start[0]) / math.log(target[0] / start[0]),
        "lmdi_statistic": lmdi(start[0], effects.iloc[0])["statistic"],
        "slope_low": slope_low,
        "slope_high": slope_high,
        "mean_of_three": float(three.mean()),
        "lowest_mean": float(lowest),
        "highest_mean": float(highest),
        "largest_share": later.top_share_bound(64_710, 55_970, limits["floor"]),
        "one_credential_low": one["low"],
        "one_credential_high": one["high"],
        "largest_share_cic": largest_share(81_034, 64_710, 62_110),
        "largest_share_cpma": largest_share(82_367, 64_710, 62_110),
        "cpc_alone_low": alone[0],
        "cpc_alone_high": alone[1],
        "ratio_2021": 60_097 / 48_310,
        "ratio_2024": 64_710 / 55_970,
        "ratio_2025": 67_260 / 56_790,
    }


@pytest.mark.parametrize(("name", "expression", "result"), LINES)
def test_printed_calculation(computed, name, expression, result):
    functions = {"log": math.log, "exp": math.exp, "Phi": norm.cdf}
    half_a_digit = 0.5 * 10.0 ** -len(result.partition(".")[2]) + 1e-9
    printed = float(result.replace(",", ""))
    by_hand = eval(re.sub(r"(?<=\d),(?=\d{3})", "", expression), {"__builtins__": {}}, functions)
    assert by_hand == pytest.approx(printed, abs=half_a_digit)
    assert computed[name] == pytest.approx(printed, abs=half_a_digit)


def test_every_computed_value_is_printed(computed):
    assert sorted(name for name, _, _ in LINES) == sorted(computed)
