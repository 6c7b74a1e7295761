import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.bridge import choose_steps, walk
from analysis.methods.simulation import (
    assumption_ranges,
    central_case,
    check_assumptions,
    draw,
    replace_inputs,
    run_scenario,
    tornado,
)
from analysis.published.paths import RAW
from common.errors import InputError

STEPS = pd.read_csv(RAW / "bridge-steps.csv", keep_default_na=False)
ASSUMPTIONS = pd.read_csv(RAW / "assumptions.csv", keep_default_na=False)
SCENARIOS = pd.read_csv(RAW / "scenarios.csv", keep_default_na=False)
CHECKED = check_assumptions(ASSUMPTIONS)
SPLIT = choose_steps(STEPS, "illustrative")
INPUTS = pd.DataFrame(
    [
        ("bls_median", 48_780, math.nan, "a"),
        ("bls_mean", 53_690, 0.004 * 53_690, "b"),
        ("bls_median_survey", 50_250, math.nan, "c"),
        ("bls_mean_survey", 55_970, 0.006 * 55_970, "d"),
        ("bls_mean_2024", 55_970, 0.006 * 55_970, "d"),
        ("billing_clerk_mean", 49_490, 0.003 * 49_490, "e"),
        ("billing_clerk_median", 47_170, math.nan, "f"),
        ("aapc_certified_mean", 64_710, math.nan, "g"),
        ("aapc_noncertified_mean", math.nan, math.nan, ""),
        ("aapc_one_credential_mean", 62_110, math.nan, "h"),
    ],
    columns=["input", "value", "standard_error", "figure_id"],
).set_index("input")
DRAWS = 20_000


def _changed(values):
    """The assumptions with another low, mode and high for some of them."""
    table = ASSUMPTIONS.set_index("assumption")
    for name, ends in values.items():
        table.loc[name, ["low", "mode", "high"]] = [float(end) for end in ends]
    return table.reset_index()


def run(scenario, inputs=INPUTS):
    table = run_scenario(SCENARIOS, scenario, STEPS, inputs, ASSUMPTIONS, draws=DRAWS)
    return table.set_index("step")


def chain(median, mean, survey, one, certified, a):
    """The illustrative bridge written out, for one draw or many; returns effects in order."""
    dated = survey * (1 + a["wage_growth"]) ** a["survey_lag"]
    paid = dated * (1 + a["supplements_rate"]) * (1 - a["hours_rate"])
    mix = 1 - a["certified_share"] + a["certified_share"] * a["certified_ratio"]
    single = paid * a["certified_ratio"] * one / certified / mix
    later = (1 + a["wage_growth"]) ** a["survey_lag"]
    jobs = [(a["biller_share"], a["billing_clerk_mean"]), (a["auditor_share"], a["auditor_pay"])]
    jobs.append((a["manager_share"], a["manager_pay"]))
    scope = sum(share * (pay * later - single) for share, pay in jobs)
    walked = [mean - median, dated - mean, paid - dated, single - paid, scope]
    return [*walked, one - median - sum(walked), certified - one]


def test_every_draw_is_the_chain_and_closes():
    cases = draw(INPUTS, CHECKED, DRAWS)
    start, target, effects = walk(SPLIT, cases)
    expected = chain(48_780, cases["bls_mean"], cases["bls_mean_survey"], 62_110, 64_710, cases)
    for step, values in zip(effects, expected, strict=True):
        assert np.allclose(effects[step], values)
    assert np.allclose(effects.to_numpy().sum(axis=1), 15_930)
    assert (target - start).eq(15_930).all()


def test_ranges_are_the_middle_ninety_percent_and_empty_where_nothing_moves():
    table = run("illustrative")
    cases = draw(INPUTS, CHECKED, DRAWS)
    residual = chain(48_780, cases["bls_mean"], cases["bls_mean_survey"], 62_110, 64_710, cases)[5]
    inside = residual.between(table.loc["residual", "low_usd"], table.loc["residual", "high_usd"])
    assert inside.mean() == pytest.approx(0.9, abs=1e-3)
    spread = 1.645 * 0.004 * 53_690
    statistic = table.loc["statistic", ["low_usd", "high_usd"]].to_numpy(float)
    assert statistic == pytest.approx([4_910 - spread, 4_910 + spread], abs=20)
    assert table.loc["further_credentials", ["low_usd", "high_usd"]].isna().all()
    assert table.equals(run("illustrative"))


def test_draws_follow_their_triangles():
    cases = draw(INPUTS, CHECKED, DRAWS)
    for name, low, mode, high in CHECKED[["low", "mode", "high"]].itertuples():
        assert cases[name].between(low, high).all()
        assert cases[name].mean() == pytest.approx((low + mode + high) / 3, abs=0.02 * (high - low))
    drawn = cases[list(CHECKED.index)].corr().to_numpy()
    assert np.abs(drawn - np.eye(len(CHECKED))).max() < 0.05


def test_inputs_from_one_cell_share_its_error():
    same = INPUTS.copy()
    same.loc[["bls_mean", "bls_mean_survey"], ["value", "standard_error", "figure_id"]] = (
        50_000.0,
        200.0,
        "one",
    )
    cases = draw(same, CHECKED, DRAWS)
    assert cases["bls_mean"].equals(cases["bls_mean_survey"])
    assert cases["bls_mean"].std() == pytest.approx(200, rel=0.03)


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [
        ("fielded_autumn_2023", {"survey_lag": -0.6}),
        ("fielded_2024", {}),
        ("fielded_late_2024", {"survey_lag": 0.5}),
        ("none_certified", {"certified_share": 0}),
        ("all_certified", {"certified_share": 1}),
        ("no_job_scope", {"biller_share": 0, "auditor_share": 0, "manager_share": 0}),
    ],
)
def test_scenario_by_hand(scenario, changes):
    case = {**CHECKED["mode"], "billing_clerk_mean": 49_490, **changes}
    expected = chain(48_780, 53_690, 55_970, 62_110, 64_710, case)
    effects = run(scenario)["effect_usd"].dropna()
    assert effects.tolist() == pytest.approx(expected, abs=0.03)
    assert effects.sum() == pytest.approx(15_930, abs=1e-6)


def test_a_step_that_a_scenario_sets_by_an_assumption_is_no_published_one():
    grades = run("fielded_autumn_2023")["grade"]
    assert grades[["statistic", "vintage", "further_credentials"]].tolist() == [
        "published",
        "assumed",
        "published",
    ]
    assert run("none_certified").at["vintage", "grade"] == "published"


def test_median_scenario_never_uses_a_mean():
    pay = {
        name: CHECKED.at[name, "mode"] * 50_250 / 55_970 for name in ("auditor_pay", "manager_pay")
    }
    case = {**CHECKED["mode"], "billing_clerk_mean": 47_170, **pay}
    expected = chain(48_780, 48_780, 50_250, 62_110, 64_710, case)
    assert run("aapc_is_a_median")["effect_usd"].dropna().tolist() == pytest.approx(
        expected, abs=0.03
    )


def test_tornado_moves_one_assumption_at_a_time():
    found = tornado(SPLIT, INPUTS, ASSUMPTIONS)
    for name in ("certified_share", "manager_pay", "survey_lag"):
        for end in ("low", "high"):
            case = {**CHECKED["mode"], "billing_clerk_mean": 49_490, name: CHECKED.loc[name, end]}
            residual = chain(48_780, 53_690, 55_970, 62_110, 64_710, case)[5]
            assert found.loc[name, f"residual_at_{end}"] == pytest.approx(residual)
    apart = (found["residual_at_high"] - found["residual_at_low"]).abs()
    assert found["swing"].equals(apart.rename("swing"))
    assert found["swing"].is_monotonic_decreasing
    assert set(found.index) == set(CHECKED.index)
    assert "auditor_pay" not in tornado(choose_steps(STEPS, "backcast"), INPUTS, ASSUMPTIONS).index


triangles = st.lists(
    st.lists(st.floats(0, 0.3), min_size=3, max_size=3).map(sorted), min_size=11, max_size=11
)


@settings(max_examples=25)
@given(triangles)
def test_identity_holds_for_any_assumptions(values):
    other = _changed(dict(zip(CHECKED.index, values, strict=True)))
    cases = draw(INPUTS, check_assumptions(other), 50).assign(certified_ratio=1.2)
    start, target, effects = walk(SPLIT, cases)
    assert np.allclose(start + effects.to_numpy().sum(axis=1), target)
    ranges = assumption_ranges(SPLIT, cases).dropna()
    assert (ranges["low_usd"] <= ranges["high_usd"]).all()


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("certified_share", (0.6, 0.5, 0.8), "'certified_share': low 0.6, mode 0.5.*low <= mode"),
        ("certified_share", (0.3, 0.9, 0.8), "mode 0.9, high 0.8.*mode <= high"),
        ("certified_share", (0.3, 0.5, 1.2), "high 1.2.*share between 0 and 1"),
        ("certified_share", (-0.1, 0.5, 0.8), "low -0.1.*share between 0 and 1"),
        ("certified_share", (0.3, math.nan, 0.8), "mode nan.*three numbers"),
        ("biller_share", (0.1, 0.2, 0.9), "'respondents': highs sum to 1.22"),
    ],
)
def test_assumptions_that_make_no_sense_stop(name, values, message):
    with pytest.raises(InputError, match=message):
        check_assumptions(_changed({name: values}))


def test_a_word_in_place_of_a_number_stops():
    table = ASSUMPTIONS.astype({"mode": object})
    table.loc[table["assumption"] == "certified_share", "mode"] = "half"
    with pytest.raises(InputError) as refused:
        check_assumptions(table)
    assert str(refused.value) == (
        "assumption 'certified_share': low 0.3, mode nan, high 0.8; "
        "expected three numbers with low <= mode <= high"
    )


def test_a_share_may_be_all_and_parts_may_make_up_their_whole():
    values = {
        "certified_share": (0.3, 0.5, 1),
        "biller_share": (0, 0.25, 0.5),
        "auditor_share": (0, 0.125, 0.25),
        "manager_share": (0, 0.125, 0.25),
    }
    checked = check_assumptions(_changed(values))
    assert checked.loc[list(values), "high"].tolist() == [1, 0.5, 0.25, 0.25]


def test_the_central_case_is_one_row_of_the_inputs_and_the_assumptions():
    central = central_case(INPUTS, CHECKED)
    assert central.columns.tolist() == [*INPUTS.index, *CHECKED.index]
    assert central.index.tolist() == [0]
    assert central.at[0, "bls_median"] == 48_780
    assert central.at[0, "certified_share"] == 0.55


def test_unknown_names_stop():
    with pytest.raises(InputError, match=r"'ilustrative' is unknown.*illustrative"):
        run("ilustrative")
    changes = pd.DataFrame({"input": ["survy_lag"], "formula": ["0"]})
    with pytest.raises(InputError, match=r"'survy_lag' is no input.*survey_lag"):
        replace_inputs(central_case(INPUTS, CHECKED), changes)
