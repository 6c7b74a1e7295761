import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.assumptions import check_assumptions
from analysis.methods.bridge import choose_steps, walk
from analysis.methods.simulation import (
    assumption_ranges,
    central_case,
    date_readings,
    draw,
    replace_inputs,
    run_scenario,
    tornado,
    walks_of,
    what_would_change,
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
OWN = INPUTS.index.str.startswith("aapc_")
INPUTS = INPUTS.assign(
    may=INPUTS.index.map(lambda name: 2023 if name in ("bls_median", "bls_mean") else 2024),
    reading=["quoted" if own else "published" for own in OWN],
)
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
    assert inside.mean() == pytest.approx(0.9, abs=2e-3)
    assert (table[["low_usd", "high_usd"]].stack().dropna() % 10 == 0).all()
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
        ("fielded_autumn_before", {"survey_lag": -0.6}),
        ("fielded_may", {}),
        ("fielded_november", {"survey_lag": 0.5}),
        ("none_certified", {"certified_share": 0}),
        ("all_certified", {"certified_share": 1}),
        ("to_the_letter", {"biller_share": 0, "auditor_share": 0, "manager_share": 0}),
    ],
)
def test_scenario_by_hand(scenario, changes):
    case = {**CHECKED["mode"], "billing_clerk_mean": 49_490, **changes}
    expected = chain(48_780, 53_690, 55_970, 62_110, 64_710, case)
    effects = run(scenario)["effect_usd"].dropna()
    assert effects.tolist() == pytest.approx(expected, abs=0.03)
    assert effects.sum() == pytest.approx(15_930, abs=1e-6)


def test_to_the_letter_leaves_what_the_job_scope_would_have_taken():
    effects = run("to_the_letter")["effect_usd"]
    assert effects["job_scope"] == 0
    assert effects["residual"] == pytest.approx(3_555.21)


def test_a_step_is_graded_by_the_weakest_of_what_it_rests_on():
    assert run("illustrative")["grade"].to_dict() == {
        "start": "published",
        "statistic": "published",
        "vintage": "published",
        "pay_and_hours": "assumed",
        "first_credential": "assumed",
        "job_scope": "assumed",
        "residual": "residual",
        "further_credentials": "quoted",
        "target": "quoted",
    }
    at_publisher = run("published", INPUTS.assign(reading="published"))["grade"]
    assert at_publisher[["further_credentials", "target"]].tolist() == ["published"] * 2


def test_a_published_step_is_assumed_once_an_assumption_moves_it():
    assert run("fielded_autumn_before").at["vintage", "grade"] == "assumed"
    assert run("fielded_may").at["vintage", "grade"] == "published"
    assert run("none_certified").at["vintage", "grade"] == "published"


def test_an_input_that_a_scenario_replaces_is_read_as_those_it_is_made_of():
    scenarios = pd.DataFrame(
        [("own", "published", "", "bls_mean", "aapc_certified_mean")],
        columns=["scenario", "bridge", "title", "input", "formula"],
    )
    table = run_scenario(scenarios, "own", STEPS, INPUTS, ASSUMPTIONS, draws=100)
    assert table.set_index("step").at["statistic", "grade"] == "quoted"


def test_both_readings_of_the_date_stand_side_by_side():
    rows = {name: run(name).reset_index() for name in ("published", "published_base_may")}
    found = date_readings(rows, INPUTS).set_index("may")
    assert found["known_usd"].to_dict() == {2023: 7_510, 2024: 9_790}
    assert found["left_usd"].to_dict() == {2023: 8_420, 2024: 6_140}
    assert found["known_share"].round(3).to_dict() == {2023: 0.471, 2024: 0.615}
    assert found.at[2024, "known_lmdi_usd"] == pytest.approx(10_062, abs=0.5)
    for may, scenario in ((2023, "published_base_may"), (2024, "published")):
        low, high = run(scenario).loc["unidentified", ["low_usd", "high_usd"]]
        assert found.loc[may, ["left_low_usd", "left_high_usd"]].tolist() == [low, high]


def test_an_edition_paired_with_one_may_has_one_reading():
    rows = {name: run(name).reset_index() for name in ("published", "published_base_may")}
    assert date_readings(rows, INPUTS.assign(may=2024))["scenario"].tolist() == ["published"]


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


def test_the_value_that_leaves_no_residual_leaves_none():
    found = what_would_change(SPLIT, INPUTS, ASSUMPTIONS)
    assert found["zero_at"].notna().to_dict() == {
        "survey_lag": True,
        "wage_growth": False,
        "supplements_rate": True,
        "hours_rate": False,
        "certified_share": True,
        "certified_ratio": True,
        "biller_share": False,
        "auditor_share": True,
        "auditor_pay": False,
        "manager_share": True,
        "manager_pay": True,
    }
    for name, value in found["zero_at"].dropna().items():
        case = {**CHECKED["mode"], "billing_clerk_mean": 49_490, name: value}
        assert chain(48_780, 53_690, 55_970, 62_110, 64_710, case)[5] == pytest.approx(0, abs=1e-6)
        assert found.at[name, "low"] <= value <= found.at[name, "high"]


def test_of_two_values_that_leave_no_residual_the_nearer_one_is_named():
    steps = pd.DataFrame(
        [
            ("start", "start", "10"),
            ("up", "up", "(a - 1) * (a - 4)"),
            ("left", "residual", ""),
            ("target", "target", "10"),
        ],
        columns=["step", "kind", "formula"],
    ).set_index("step")
    assumptions = pd.DataFrame(
        [("a", "A", "rate", 0.0, 3.0, 5.0, "")],
        columns=["assumption", "label", "unit", "low", "mode", "high", "part_of"],
    )
    inputs = pd.DataFrame({"value": pd.Series(dtype=float)})
    assert what_would_change(steps, inputs, assumptions)["zero_at"].tolist() == [pytest.approx(4)]


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


def test_the_central_case_is_one_row_of_the_inputs_and_the_assumptions():
    central = central_case(INPUTS, CHECKED)
    assert central.columns.tolist() == [*INPUTS.index, *CHECKED.index]
    assert central.index.tolist() == [0]
    assert central.at[0, "bls_median"] == 48_780
    assert central.at[0, "certified_share"] == 0.55


def test_walks_of_several_vintages_stand_side_by_side_step_by_step():
    more = INPUTS.assign(value=INPUTS["value"] * 1.5)
    vintages = {"now": INPUTS, "then": more}
    walks = walks_of(vintages, "backcast", SCENARIOS, STEPS, ASSUMPTIONS)
    between = STEPS.query("bridge == 'backcast' and kind not in ['start', 'target']")
    assert walks.columns.tolist() == ["step", "now", "then"]
    assert walks["step"].tolist() == between["title"].tolist()
    for name, inputs in vintages.items():
        gap = inputs["value"]["aapc_certified_mean"] - inputs["value"]["bls_median"]
        assert walks[name].sum() == pytest.approx(gap, abs=0.01)


def test_unknown_names_stop():
    with pytest.raises(InputError, match=r"'ilustrative' is unknown.*illustrative"):
        run("ilustrative")
    changes = pd.DataFrame({"input": ["survy_lag"], "formula": ["0"]})
    with pytest.raises(InputError, match=r"'survy_lag' is no input.*survey_lag"):
        replace_inputs(central_case(INPUTS, CHECKED), changes)
