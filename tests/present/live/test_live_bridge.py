import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.methods.bridge import choose_steps, walk
from analysis.methods.simulation import (
    central_case,
    check_assumptions,
    replace_inputs,
    run_scenario,
)
from analysis.present import live
from common.errors import InputError

MODELS = ("arithmetic", "normal", "bridge_model")
MEDIAN = "aapc_is_a_median"


@pytest.fixture(scope="module")
def part(bridge_tables):
    return make(bridge_tables)


def make(tables, **changes):
    chosen = {
        "steps": tables["bridge-steps"],
        "inputs": tables["inputs"],
        "assumptions": tables["assumptions"],
        "scenarios": tables["scenarios"],
        "source": "BLS & AAPC",
    }
    return live.bridge(**(chosen | changes))


@pytest.fixture(scope="module")
def compute(modules, part):
    """Ask the JavaScript: `compute(choices, "central")`, one answer per choice."""
    page = modules(MODELS, ["makeBridge"])
    ask = """([data, choices, what]) => {
      const bridge = tested.makeBridge(data);
      return choices.map((choice) => bridge[what](choice));
    }"""
    return lambda choices, what: page.evaluate(ask, [part.content["data"], choices, what])


@pytest.mark.parametrize(
    "formula",
    [
        "a - b - 2 + 0.5",
        "a / b / 2 * 3",
        "-a ** 2 + b ** -1",
        "2 ** 3 ** 0.5 * -b",
        "(a + b) * (1 + a) ** b - --a",
        "a * (b - (2 - a)) / 1e3 + .25 + 3. - 2e-1",
        "a+b*a-b/a",
    ],
)
def test_a_formula_gives_what_python_makes_of_it(modules, formula):
    page = modules(("arithmetic",), ["compile"])
    values = {"a": 1.7, "b": -0.6}
    found = page.evaluate("([f, v]) => tested.compile(f)(v)", [formula, values])
    assert found == pytest.approx(eval(formula, {}, values), rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("a +", "found 'its end', expected a value"),
        ("a * * b", "found '*', expected a value"),
        ("(a + 1", "a bracket is not closed"),
        ("a b", "'b' follows its end"),
        ("a; b", "cannot be read at character 2"),
        ("a + c", "'c' is no input"),
        ("", "found 'its end'"),
    ],
)
def test_what_is_no_formula_is_refused(modules, formula, said):
    page = modules(("arithmetic",), ["compile"])
    ask = """([formula]) => {
      try { return tested.compile(formula)({ a: 1, b: 2 }); } catch (e) { return e.message; }
    }"""
    assert said in page.evaluate(ask, [formula])


def random_choices(part, count):
    generator = np.random.default_rng(2072)
    shown = part.content["data"]["assumptions"]
    held = [
        {
            name: generator.uniform(one["least"], one["most"])
            for name, one in shown.items()
            if generator.random() < 0.7
        }
        for _ in range(count)
    ]
    return [{"held": one, "reading": ["", MEDIAN][place % 2]} for place, one in enumerate(held)]


def python_effects(tables, choices):
    """What `walk` gives for each choice: start, target and effects."""
    steps = choose_steps(tables["bridge-steps"], "illustrative")
    central = central_case(tables["inputs"], check_assumptions(tables["assumptions"]))
    rows = central.loc[[0] * len(choices)].reset_index(drop=True)
    rows.update(pd.DataFrame([choice["held"] for choice in choices]))
    scenarios, parts = tables["scenarios"], []
    for reading, group in rows.groupby(pd.Series([choice["reading"] for choice in choices])):
        changes = scenarios[scenarios["scenario"] == (reading or "illustrative")]
        start, target, effects = walk(steps, replace_inputs(group, changes))
        parts.append(effects.assign(start=start, target=target))
    return pd.concat(parts).sort_index()


def check_central(tables, part, compute, count):
    choices = random_choices(part, count)
    expected = python_effects(tables, choices)
    answers = compute(choices, "central")
    found = pd.DataFrame(
        [{**one["effects"], "start": one["start"], "target": one["target"]} for one in answers]
    )
    assert set(found) == set(expected)
    assert (found[expected.columns] - expected).abs().max().max() < 1e-6
    assert len(found) == count


def test_every_choice_gives_the_effects_that_python_gives(bridge_tables, part, compute):
    check_central(bridge_tables, part, compute, 300)


@pytest.mark.slow
def test_ten_thousand_choices_give_the_effects_that_python_gives(bridge_tables, part, compute):
    check_central(bridge_tables, part, compute, 10_000)


def lattice(tables, held):
    """The 2,003 cases in Python: unknowns in order, figures first."""
    inputs, assumptions = tables["inputs"], check_assumptions(tables["assumptions"])
    figures = sorted(inputs.loc[inputs["standard_error"] > 0, "figure_id"].unique())
    names = [*figures, *assumptions.index]
    vector = [pow(136, place, 2003) for place in range(len(names))]
    share = (np.outer(np.arange(2003), vector) % 2003 + 0.5) / 2003
    share = pd.DataFrame(share, columns=names)
    cases = {}
    for name, row in inputs.iterrows():
        noise = norm.ppf(share[row["figure_id"]]) if row["standard_error"] > 0 else 0
        error = row["standard_error"] if row["standard_error"] > 0 else 0
        cases[name] = np.full(2003, row["value"]) + error * noise
    for name, row in assumptions.iterrows():
        low, mode, high = (row[end] for end in ("low", "mode", "high"))
        rising = low + np.sqrt(share[name] * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - share[name]) * (high - low) * (high - mode))
        drawn = np.where(share[name] < (mode - low) / (high - low), rising, falling)
        cases[name] = held.get(name, drawn)
    return pd.DataFrame(cases)


@pytest.mark.parametrize("reading", ["", MEDIAN])
@pytest.mark.parametrize("held", [{}, {"certified_share": 0.0, "survey_lag": 0.25}])
def test_ranges_are_those_of_the_lattice(bridge_tables, compute, held, reading):
    scenarios = bridge_tables["scenarios"]
    changes = scenarios[scenarios["scenario"] == (reading or "illustrative")]
    steps = choose_steps(bridge_tables["bridge-steps"], "illustrative")
    _, _, effects = walk(steps, replace_inputs(lattice(bridge_tables, held), changes))
    expected = effects.loc[:, effects.max() - effects.min() > 0.01].quantile([0.05, 0.95])
    [found] = compute([{"held": held, "reading": reading}], "ranges")
    assert set(found) == set(expected)
    for step, ends in found.items():
        assert ends == pytest.approx(expected[step].tolist(), abs=0.001)


@pytest.mark.parametrize(("reading", "scenario"), [("", "illustrative"), (MEDIAN, MEDIAN)])
def test_ranges_are_near_those_of_two_hundred_thousand_draws(
    bridge_tables, compute, reading, scenario
):
    tables = (bridge_tables[name] for name in ("bridge-steps", "inputs", "assumptions"))
    expected = run_scenario(bridge_tables["scenarios"], scenario, *tables).set_index("step")
    [found] = compute([{"held": {}, "reading": reading}], "ranges")
    for step, (low, high) in found.items():
        assert low == pytest.approx(expected.at[step, "low_usd"], abs=75)
        assert high == pytest.approx(expected.at[step, "high_usd"], abs=75)


def test_what_an_edition_does_not_publish_stays_in_the_residual(bridge_tables, modules):
    inputs = bridge_tables["inputs"].copy()
    inputs.loc["aapc_one_credential_mean", "value"] = np.nan
    part = make(bridge_tables, inputs=inputs)
    page = modules(MODELS, ["makeBridge"])
    ask = "(data) => tested.makeBridge(data).central({held: {}, reading: ''})"
    found = page.evaluate(ask, part.content["data"])["effects"]
    steps = choose_steps(bridge_tables["bridge-steps"], "illustrative")
    cases = central_case(inputs, check_assumptions(bridge_tables["assumptions"]))
    expected = walk(steps, cases)[2].iloc[0]
    assert np.isnan(found["first_credential"])
    assert found == pytest.approx(expected.to_dict(), abs=1e-6, nan_ok=True)


def amount(page, title):
    line = page.locator(".live-steps li", has_text=title).locator("b").inner_text()
    return int(re.sub(r"[^\d−]", "", line).replace("−", "-"))


def test_a_reader_moves_an_assumption_and_goes_back(bridge_tables, part, show):
    page = show(part)
    central = python_effects(bridge_tables, [{"held": {}, "reading": ""}]).iloc[0]
    assert amount(page, "First credential") == round(central["first_credential"])
    assert "on the central assumptions" in page.get_by_role("status").inner_text()
    box = page.get_by_role("spinbutton", name="Share of BLS's jobs")
    box.fill("0")
    moved = python_effects(bridge_tables, [{"held": {"certified_share": 0}, "reading": ""}]).iloc[0]
    page.get_by_text("on these assumptions").wait_for()
    assert amount(page, "First credential") == round(moved["first_credential"])
    assert page.get_by_role("slider", name="Share of BLS's jobs").input_value() == "0"
    box.press("Tab")
    assert page.url.endswith("#live-bridge?certified_share=0")
    page.get_by_role("button", name="Back to the central case").click()
    page.get_by_text("on the central assumptions").wait_for()
    assert amount(page, "First credential") == round(central["first_credential"])
    assert box.input_value() == "55"
    assert page.url.endswith("#live-bridge")


def test_the_sentence_says_what_the_numbers_are(bridge_tables, part, show):
    page = show(part)
    said = page.get_by_role("status").inner_text()
    central = python_effects(bridge_tables, [{"held": {}, "reading": ""}]).iloc[0]
    gap, left = central["target"] - central["start"], central["residual"]
    assert (
        f"account for ${gap - left:,.0f} of the gap of ${gap:,.0f} and leave ${left:,.0f}" in said
    )
    box = page.get_by_role("spinbutton", name="Mean pay of auditors")
    note = page.locator(f"#{box.get_attribute('aria-describedby')}").inner_text()
    assert note == "central 82,000, range 71,560 to 88,000 USD"


def hundreds(amount):
    """As the page writes the end of a range: `−$900`, which no line parts."""
    rounded = np.floor(amount / 100 + 0.5) * 100
    sign = "−\u2060" if rounded < 0 else ""
    return f"{sign}${abs(rounded):,.0f}"


@pytest.mark.parametrize("held", [{}, {"certified_share": 0}], ids=["up", "up and down"])
def test_the_bars_and_their_ranges_are_drawn_where_the_numbers_are(
    bridge_tables, part, compute, show, held
):
    page = show(part, "#live-bridge" + "".join(f"?{name}={held[name]}" for name in held))
    choice = [{"held": held, "reading": ""}]
    central = python_effects(bridge_tables, choice).iloc[0]
    assert (central["residual"] < 0) == bool(held)
    [ranges] = compute(choice, "ranges")
    bars = page.locator(".live-steps li").evaluate_all(
        """(all) => all.map((line) => [...line.querySelectorAll(".live-track span")].map(
          ({ style }) => [parseFloat(style.left), parseFloat(style.width)]))"""
    )
    steps = [one["step"] for one in part.content["data"]["steps"]]
    levels = [central["start"], central["start"]]
    levels += list(central["start"] + central[steps[1:-1]].cumsum())
    ends = [*levels, central["target"]]
    for place, step in enumerate(steps):
        ends += [levels[place] + end for end in ranges.get(step, ())]
    least, most = min(ends), max(ends)
    for place, step in enumerate(steps[1:-1], start=1):
        low, high = sorted((levels[place], levels[place + 1]))
        assert bars[place][0] == pytest.approx(
            [100 * (low - least) / (most - least), 100 * (high - low) / (most - least)], abs=0.01
        )
        if step in ranges:
            low, high = (levels[place] + end for end in ranges[step])
            assert bars[place][1] == pytest.approx(
                [100 * (low - least) / (most - least), 100 * (high - low) / (most - least)],
                abs=0.01,
            )
            said = page.locator(".live-steps li").nth(place).inner_text()
            assert f"about {' to '.join(map(hundreds, ranges[step]))}" in said


def test_steps_that_come_to_more_than_the_gap_are_said_to(bridge_tables, part, show):
    page = show(part, "#live-bridge?certified_share=0")
    [effects] = python_effects(
        bridge_tables, [{"held": {"certified_share": 0}, "reading": ""}]
    ).to_dict("records")
    assert effects["residual"] < 0
    said = page.get_by_role("status").inner_text()
    assert f"the steps come to ${-effects['residual']:,.0f} more than the gap" in said


def test_the_keyboard_moves_a_slider_and_chooses_a_reading(part, show):
    page = show(part)
    slider = page.get_by_role("slider", name="Share of BLS's jobs")
    slider.focus()
    slider.press("ArrowRight")
    box = page.get_by_role("spinbutton", name="Share of BLS's jobs")
    assert box.input_value() == "56"
    page.get_by_role("radio", name="If AAPC's figure were a median").press("Space")
    page.get_by_text("If AAPC's figure were a median: on these assumptions").wait_for()
    assert "reading=aapc_is_a_median" in page.url


def test_a_link_shows_what_its_sender_saw(bridge_tables, part, show):
    page = show(part, "#live-bridge?reading=aapc_is_a_median&certified_share=0.6&hours_rate=0.02")
    choice = {"held": {"certified_share": 0.6, "hours_rate": 0.02}, "reading": MEDIAN}
    expected = python_effects(bridge_tables, [choice]).iloc[0]
    assert amount(page, "Residual") == round(expected["residual"])
    assert page.get_by_role("spinbutton", name="Share of BLS's jobs").input_value() == "60"


def test_a_link_that_makes_no_sense_shows_the_central_case(part, show):
    address = "#live-bridge?reading=constructor&certified_share=x&toString=1&hours_rate=&nothing=3"
    page = show(part, address)
    assert "on the central assumptions" in page.get_by_role("status").inner_text()


def test_a_value_beyond_what_is_possible_is_drawn_back(part, show):
    page = show(part)
    box = page.get_by_role("spinbutton", name="Share of BLS's jobs")
    box.fill("140")
    box.press("Tab")
    assert box.input_value() == "100"
    box.fill("")
    box.press("Tab")
    assert box.input_value() == "55"


def test_parts_of_a_whole_cannot_exceed_it(part):
    shown = part.content["data"]["assumptions"]
    parts = [shown[name]["most"] for name in ("biller_share", "auditor_share", "manager_share")]
    assert sum(parts) <= 1
    assert shown["certified_share"] | {"label": ""} == {
        **{"label": "", "unit": "share", "low": 0.3, "mode": 0.55, "high": 0.8},
        **{"least": 0.0, "most": 1.0},
    }
    assert shown["survey_lag"]["least"] == -1.9
    assert shown["hours_rate"]["least"] == 0


def test_without_a_script_the_central_case_stands_there(part, show):
    page = show(part, java_script_enabled=False)
    text = page.locator("main").inner_text()
    assert "$1,195 of the gap of $15,930 is not explained" in text
    left = part.content["table"]["rows"][-3]
    assert left[0] == "Residual: not explained"
    assert left[2].startswith("−$") and left[2] in text
    assert "BLS & AAPC" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"readings": {"aapc_is_median": "x"}}, "nearest are: aapc_is_a_median"),
        ({"readings": {"backcast": "x"}}, "is no scenario of bridge 'illustrative'"),
        ({"scenario": "ilustrative"}, "nearest are: illustrative"),
    ],
)
def test_a_wrong_scenario_is_refused(bridge_tables, changes, said):
    with pytest.raises(InputError, match=said):
        make(bridge_tables, **changes)


def test_steps_from_the_top_run_downwards_and_a_reading_reads_the_inputs_as_they_were(modules):
    formulas = [("start", "a"), ("residual", ""), ("down", "running * 0.1"), ("down", "b")]
    steps = [
        {"step": f"{kind} {place}", "kind": kind, "formula": formula, "title": ""}
        for place, (kind, formula) in enumerate([*formulas, ("target", "c")])
    ]
    values = {"a": 10, "b": 20, "c": 100}
    published = {name: {"value": value, "error": 0, "figure": ""} for name, value in values.items()}
    swap = [{"input": "a", "formula": "b"}, {"input": "b", "formula": "a"}]
    data = {"steps": steps, "published": published, "assumptions": {}, "readings": {"swap": swap}}
    page = modules(MODELS, ["makeBridge"])
    ask = "(data) => tested.makeBridge(data).central({ held: {}, reading: 'swap' })"
    found = page.evaluate(ask, data)
    assert found["start"] == 20
    assert found["effects"] == {"down 3": 10, "down 2": 9, "residual 1": 61}


def test_a_range_is_said_however_narrow_and_none_of_what_is_sure(modules):
    formulas = [("start", "a"), ("up", "x"), ("up", "2"), ("residual", ""), ("target", "c")]
    steps = [
        {"step": f"{kind} {place}", "kind": kind, "formula": formula, "title": ""}
        for place, (kind, formula) in enumerate(formulas)
    ]
    published = {
        name: {"value": value, "error": 0, "figure": ""} for name, value in [("a", 10), ("c", 99)]
    }
    data = {"steps": steps, "published": published, "readings": {"": []}}
    data["assumptions"] = {"x": {"low": 1, "mode": 1.5, "high": 2}}
    page = modules(MODELS, ["makeBridge"])
    ask = "(data) => tested.makeBridge(data).ranges({ held: {}, reading: '' })"
    found = page.evaluate(ask, data)
    assert found.keys() == {"up 1", "residual 3"}
    # A twentieth of a triangle from 1 to 2 lies below 1 + sqrt(0.05 / 2).
    assert found["up 1"] == pytest.approx([1.158, 1.842], abs=0.001)
