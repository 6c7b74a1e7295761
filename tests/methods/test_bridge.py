import itertools
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.methods.bridge import (
    bridge_table,
    choose_steps,
    lmdi,
    order_range,
    round_effects,
    shapley,
    start_from,
    vintage_inputs,
    walk,
)
from analysis.methods.formulas import formula_inputs
from analysis.published.paths import RAW
from analysis.published.rules import validate
from common.errors import InputError

STEPS = pd.read_csv(RAW / "bridge-steps.csv", keep_default_na=False)
MODES = pd.read_csv(RAW / "assumptions.csv").set_index("assumption")["mode"]
# As published: OEWS 29-2072 and 43-3021, May 2023 and May 2024; the guide's AAPC means.
PUBLISHED = {
    "bls_median": 48_780,
    "bls_mean": 53_690,
    "bls_median_survey": 50_250,
    "bls_mean_survey": 55_970,
    "bls_mean_2024": 55_970,
    "billing_clerk_mean": 49_490,
    "billing_clerk_median": 47_170,
    "aapc_certified_mean": 64_710,
    "aapc_noncertified_mean": math.nan,
    "aapc_one_credential_mean": 62_110,
}
CENTRAL = pd.DataFrame([{**PUBLISHED, **MODES}])
SPLIT = choose_steps(STEPS, "illustrative")


def effects_of(bridge, inputs=CENTRAL):
    return bridge_table(choose_steps(STEPS, bridge), inputs).set_index("step")["effect_usd"]


def test_published_bridge_needs_only_subtraction():
    assert effects_of("published").dropna().to_dict() == {
        "statistic": 53_690 - 48_780,
        "vintage": 55_970 - 53_690,
        "unidentified": 62_110 - 55_970,
        "further_credentials": 64_710 - 62_110,
    }


def test_the_date_may_come_before_the_statistic():
    assert effects_of("median_first").dropna().to_dict() == {
        "vintage": 50_250 - 48_780,
        "statistic": 55_970 - 50_250,
        "unidentified": 62_110 - 55_970,
        "further_credentials": 64_710 - 62_110,
    }


def test_illustrative_split_by_hand():
    effects = effects_of("illustrative")
    pay = 55_970 * 1.015 * 0.99
    ratio = 1.21 * 62_110 / 64_710
    certified = pay * ratio / (0.45 + 0.55 * 1.21)
    scope = 0.12 * (49_490 - certified) + 0.08 * (82_000 - certified) + 0.05 * (90_000 - certified)
    assert effects["pay_and_hours"] == pytest.approx(pay - 55_970, abs=0.01)
    assert effects["first_credential"] == pytest.approx(certified - pay, abs=0.01)
    assert effects["job_scope"] == pytest.approx(scope, abs=0.01)
    assert effects["residual"] == pytest.approx(62_110 - certified - scope, abs=0.02)
    assert effects.round().loc["pay_and_hours":"residual"].tolist() == [271, 2313, 2360, 1195]


@pytest.mark.parametrize("bridge", ["published", "median_first", "illustrative", "backcast"])
def test_every_column_sums_to_the_gap_and_orders_agree(bridge):
    table = bridge_table(choose_steps(STEPS, bridge), CENTRAL)
    for column in ("effect_usd", "lmdi_usd", "shapley_usd"):
        assert table[column].sum() == pytest.approx(15_930, abs=1e-6)
    assert (table["lmdi_usd"] - table["shapley_usd"]).abs().max() < 10
    assert table["running_total_usd"].iloc[[0, -1]].tolist() == [48_780, 64_710]
    assert (table["grade"] == "residual").sum() == 1


def test_first_credential_holds_no_further_credentials():
    """If every job were held by the certified, only AAPC's own ratio would be left of the step."""
    effects = effects_of("illustrative", CENTRAL.assign(certified_share=1.0))
    assert effects["first_credential"] == pytest.approx(
        56_241.4545 * (62_110 / 64_710 - 1), abs=0.01
    )


def test_step_without_its_input_joins_the_residual_and_says_so():
    table = bridge_table(SPLIT, CENTRAL.assign(aapc_one_credential_mean=math.nan)).set_index("step")
    missing = table.loc[["first_credential", "further_credentials"]]
    assert missing["effect_usd"].isna().all()
    assert missing["grade"].eq("residual").all()
    assert set(missing["basis"]) == {
        "This edition does not publish: aapc_one_credential_mean. Counted in the line 'residual'."
    }
    assert table["effect_usd"].sum() == pytest.approx(15_930)


def test_a_step_without_several_inputs_names_them_all():
    table = bridge_table(SPLIT, CENTRAL.assign(auditor_pay=math.nan, billing_clerk_mean=math.nan))
    assert table.set_index("step").at["job_scope", "basis"] == (
        "This edition does not publish: auditor_pay, billing_clerk_mean. "
        "Counted in the line 'residual'."
    )


def test_steps_down_are_walked_from_the_target():
    steps = pd.DataFrame(
        [
            ("start", "start", "low"),
            ("left", "residual", ""),
            ("half", "down", "running * 0.5"),
            ("tenth", "down", "running * 0.1"),
            ("target", "target", "high"),
        ],
        columns=["step", "kind", "formula"],
    ).set_index("step")
    start, target, effects = walk(steps, pd.DataFrame([{"low": 50.0, "high": 100.0}]))
    assert (start[0], target[0]) == (50, 100)
    # From 100 down by a tenth of it to 90, and by half of that to 45: 5 below the start.
    assert effects.iloc[0].to_dict() == {"left": -5, "half": 45, "tenth": 10}


positive = st.floats(1_000, 500_000)
share = st.floats(0, 0.3)


@given(
    st.fixed_dictionaries(dict.fromkeys(PUBLISHED, positive)),
    st.fixed_dictionaries(
        {name: share for name in MODES.index if name.endswith(("share", "rate", "growth"))}
    ),
    st.permutations(["statistic", "vintage", "pay_and_hours", "first_credential"]),
)
def test_identity_holds_for_any_inputs_in_any_order(published, shares, order):
    steps = SPLIT.loc[["start", *order, "job_scope", "residual", "further_credentials", "target"]]
    inputs = pd.DataFrame([{**CENTRAL.iloc[0], **published, **shares}])
    try:
        start, target, effects = walk(steps, inputs)
    except InputError as error:
        assert "above 0" in str(error)
        return
    assert start[0] + math.fsum(effects.iloc[0]) == pytest.approx(target[0])
    assert list(effects) == [*order, "job_scope", "residual", "further_credentials"]


factors = st.lists(st.floats(0.5, 2), min_size=1, max_size=6)


def effects_from(start, values):
    levels = [start * math.prod(values[:count]) for count in range(len(values) + 1)]
    return pd.Series([after - before for before, after in itertools.pairwise(levels)])


@given(st.floats(1_000, 100_000), factors)
def test_shapley_is_the_average_over_every_order(start, values):
    totals = [0.0] * len(values)
    orders = list(itertools.permutations(range(len(values))))
    for order in orders:
        level = start
        for item in order:
            totals[item] += level * (values[item] - 1) / len(orders)
            level *= values[item]
    found = shapley(start, effects_from(start, values))
    assert found.tolist() == pytest.approx(totals, abs=start * 1e-8)


@given(st.floats(1_000, 100_000), factors)
def test_lmdi_integrates_the_constant_growth_path(start, values):
    end = start * math.prod(values)
    scale = quad(lambda t: start ** (1 - t) * end**t, 0, 1)[0]
    found = lmdi(start, effects_from(start, values))
    assert found.tolist() == pytest.approx(
        [scale * math.log(value) for value in values], abs=start * 1e-6
    )
    assert found.sum() == pytest.approx(end - start, abs=start * 1e-8)


@given(st.floats(1_000, 100_000), factors)
def test_order_range_is_what_the_orders_can_give(start, values):
    found = order_range(start, effects_from(start, values))
    assert found.columns.tolist() == ["low_usd", "high_usd"]
    for item, value in enumerate(values):
        others = values[:item] + values[item + 1 :]
        marginal = [
            start * math.prod(subset) * (value - 1)
            for size in range(len(others) + 1)
            for subset in itertools.combinations(others, size)
        ]
        assert found.loc[item].tolist() == pytest.approx(
            [min(marginal), max(marginal)], abs=start * 1e-8
        )


def test_order_range_takes_in_an_order_that_needs_other_figures():
    """From median to median first is 1,470, and then from median to mean 5,720."""
    start, sequence = 48_780, effects_of("published").dropna()
    median_first = effects_of("median_first")[["vintage", "statistic"]]
    alone, both = order_range(start, sequence), order_range(start, sequence, median_first)
    assert alone.loc["vintage", "low_usd"] > 2_000
    assert alone.loc["statistic", "high_usd"] < 6_000
    assert both.loc["vintage", "low_usd"] == pytest.approx(1_470)
    latest = 64_710 * (1 - 50_250 / 55_970)
    assert both.loc["statistic", "high_usd"] == pytest.approx(latest)
    assert both.loc["statistic", "low_usd"] == pytest.approx(4_910)
    assert both.index.tolist() == sequence.index.tolist()


def test_rounded_effects_still_add():
    effects = pd.Series({"a": 104.0, "b": 104.0, "residual": 12.0})
    assert round_effects(effects, "residual", 10).to_dict() == {"a": 100, "b": 100, "residual": 20}


@pytest.mark.parametrize(
    ("step", "column", "value", "message"),
    [
        ("statistic", "kind", "upp", "column kind: found 'upp', expected one of .*up"),
        ("statistic", "grade", "publshed", "column grade: found 'publshed', .* of published"),
        ("statistic", "kind", "down", "expected one start"),
        ("vintage", "kind", "residual", "expected one start"),
    ],
)
def test_steps_that_make_no_chain_stop(step, column, value, message):
    steps = STEPS.copy()
    steps.loc[steps["step"] == step, column] = value
    with pytest.raises(InputError, match=message):
        choose_steps(validate(steps, "bridge-steps.csv"), "published")
    with pytest.raises(InputError, match=r"'ilustrative'.*illustrative"):
        choose_steps(STEPS, "ilustrative")


def test_steps_out_of_order_are_shown_beside_what_is_expected():
    steps = STEPS.copy()
    steps.loc[steps["step"] == "statistic", "kind"] = "down"
    with pytest.raises(InputError) as raised:
        choose_steps(steps, "published")
    assert str(raised.value) == (
        "bridge 'published': kinds run start, down, up, residual, down, target; "
        "expected one start, any up, one residual, any down, one target"
    )


def test_pay_that_falls_to_nothing_stops():
    with pytest.raises(InputError, match=r"step 'pay_and_hours'.*above 0"):
        walk(SPLIT, CENTRAL.assign(hours_rate=1.0))
    with pytest.raises(InputError) as raised:
        walk(SPLIT, CENTRAL.assign(bls_median=0))
    assert str(raised.value) == "bridge: the first level leads to a pay of 0 USD; expected above 0"


VINTAGES = pd.DataFrame(
    [
        (2024, "bls_mean", 2023, "29-2072", "annual_mean", ""),
        (2024, "bls_median", 2023, "29-2072", "annual_median", ""),
        (2024, "aapc", math.nan, "", "", "guide-aapc-mean"),
        (2024, "unpublished", math.nan, "", "", ""),
    ],
    columns=["vintage", "input", "year", "soc_code", "cell", "figure_id"],
)
OEWS = pd.DataFrame(
    [
        (2023, "US", "000000", "29-2072", 53_690, 48_780, 0.4),
        (2023, "US", "62", "29-2072", 51_970, 47_590, 0.5),
    ],
    columns=["year", "area_code", "naics", "soc_code", "annual_mean", "annual_median", "mean_rse"],
).assign(source_id="workbook")
FIGURES = pd.DataFrame(
    {"figure_id": ["guide-aapc-mean"], "value": [64_710], "source_id": ["guide-quoting-aapc"]}
)
SOURCES = pd.DataFrame({"quotes": ["", "AAPC"]}, index=["workbook", "guide-quoting-aapc"])


def test_vintage_inputs_come_from_their_cells():
    inputs = vintage_inputs(VINTAGES, 2024, OEWS, FIGURES, SOURCES)
    assert inputs["value"].dropna().to_dict() == {
        "bls_mean": 53_690,
        "bls_median": 48_780,
        "aapc": 64_710,
    }
    assert inputs["standard_error"].dropna().to_dict() == {
        "bls_mean": pytest.approx(53_690 * 0.004)
    }
    assert inputs.index.name == "input"
    assert inputs["figure_id"].to_dict() == {
        "bls_mean": "oews-2023-us-29-2072-mean",
        "bls_median": "oews-2023-us-29-2072-median",
        "aapc": "guide-aapc-mean",
        "unpublished": "",
    }
    assert inputs["reading"].drop("unpublished").to_dict() == {
        "bls_mean": "published",
        "bls_median": "published",
        "aapc": "quoted",
    }
    assert inputs["may"].dropna().to_dict() == {"bls_mean": 2023, "bls_median": 2023}


@pytest.mark.parametrize(
    ("vintage", "column", "value", "message"),
    [
        (2042, "year", 2023, "vintage 2042 is unknown.*2024"),
        (2024, "year", 2019, "input 'bls_mean': OEWS has no row"),
        (2024, "figure_id", "guide-aapc-maen", "no figure 'guide-aapc-maen'.*guide-aapc-mean"),
    ],
)
def test_vintage_that_cannot_be_found_stops(vintage, column, value, message):
    vintages = VINTAGES.assign(**{column: VINTAGES[column].replace(VINTAGES[column].max(), value)})
    with pytest.raises(InputError, match=message):
        vintage_inputs(vintages, vintage, OEWS, FIGURES, SOURCES)


def test_empty_published_cell_stops():
    with pytest.raises(InputError, match=r"'bls_mean'.*empty"):
        vintage_inputs(VINTAGES, 2024, OEWS.assign(annual_mean=math.nan), FIGURES, SOURCES)


def test_every_vintage_gives_every_input_of_every_formula():
    vintages = pd.read_csv(RAW / "bridge-vintages.csv", keep_default_na=False)
    needed = {name for formula in STEPS["formula"] if formula for name in formula_inputs(formula)}
    for _, rows in vintages.groupby("vintage"):
        assert needed <= {*rows["input"], *MODES.index}


def test_a_bridge_can_start_from_another_may_and_by_default_from_its_own():
    vintages = pd.DataFrame(
        {"input": ["bls_median", "bls_mean", "bls_mean_survey"], "year": [2023.0, 2023.0, 2024.0]}
    )
    assert start_from(vintages, 0)["year"].tolist() == [2023, 2023, 2024]
    assert start_from(vintages, 2025)["year"].tolist() == [2025, 2025, 2024]
