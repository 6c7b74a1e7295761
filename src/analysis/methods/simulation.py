"""What stated assumptions do to the bridge: ranges, the tornado of the residual, scenarios.

Here `inputs` are from `bridge.vintage_inputs`, `steps` are those of one bridge, and `cases` has one
row per case and one column per input. Pay and effects are in US dollars a year.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.methods.assumptions import check_assumptions
from analysis.methods.bridge import bridge_table, choose_steps, residual_step, walk
from analysis.methods.formulas import evaluate, formula_inputs
from analysis.methods.grades import grade_steps, weakest
from common.errors import InputError, nearest

DRAWS = 200_000
SEED = 2072
RANGE_UNIT = 10
"""US dollars to which simulated ends are rounded: another seed moves them by about as much."""
READINGS = {"published_base_may": "bls_mean", "published": "bls_mean_survey"}
"""The scenarios that read AAPC's unknown date, and the input from whose May each has it."""
TRIED = 201
"""Values of an assumption at which the residual is computed in search of its zero."""
DRAWN = 51
"""Points of the line that shows the residual over an assumption."""


def central_case(inputs: pd.DataFrame, assumptions: pd.DataFrame) -> pd.DataFrame:
    """One case, in one row: every published value, and every assumption at its mode."""
    values = pd.concat([inputs["value"], assumptions["mode"]])
    return pd.DataFrame([values.astype(float).to_dict()])


def draw(inputs: pd.DataFrame, assumptions: pd.DataFrame, draws: int = DRAWS) -> pd.DataFrame:
    """Cases drawn at random, the same every time; `assumptions` are from `check_assumptions`.

    Assumptions are triangular and independent of each other. A published mean is normal with its
    standard error, with one draw for all inputs that are the same figure. A published value without
    a standard error stays as published: its error is unknown, not zero.
    """
    generator = np.random.default_rng(SEED)
    known = inputs[inputs["standard_error"] > 0]
    noise = {
        figure: generator.standard_normal(draws) for figure in sorted(known["figure_id"].unique())
    }
    columns = {str(name): np.full(draws, value) for name, value in inputs["value"].items()}
    for name, value, error, figure in known[["value", "standard_error", "figure_id"]].itertuples():
        columns[name] = value + error * noise[figure]
    for name, low, mode, high in assumptions[["low", "mode", "high"]].itertuples():
        if low < high:
            columns[name] = generator.triangular(low, mode, high, draws)
        else:
            columns[name] = np.full(draws, mode)
    return pd.DataFrame(columns)


def replace_inputs(cases: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """The cases with the changes of a scenario.

    Args:
        cases: those to change.
        changes: `input`, and the `formula` over the inputs as they were that replaces it; a row
            without an input ("") changes nothing.

    Raises:
        InputError: an input is unknown.
    """
    changes = changes[changes["input"] != ""]
    for name in changes["input"]:
        if name not in cases:
            raise InputError(f"scenario: '{name}' is no input{nearest(name, cases.columns)}")
    values = {row.input: evaluate(str(row.formula), cases) for row in changes.itertuples()}
    return cases.assign(**values)


def assumption_ranges(steps: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """The 5th and the 95th percentile of every effect; never to be called confidence intervals.

    Returns:
        `low_usd` and `high_usd`, by step, rounded to `RANGE_UNIT`. An effect that no case moves
        has no row, since nothing states how far it could be off.
    """
    _, _, effects = walk(steps, cases)
    ranges = effects.quantile([0.05, 0.95]).T.set_axis(["low_usd", "high_usd"], axis=1)
    moved = effects.max() - effects.min() > 0.01
    return (ranges[moved] / RANGE_UNIT).round() * RANGE_UNIT


def run_scenario(
    scenarios: pd.DataFrame,
    scenario: str,
    steps: pd.DataFrame,
    inputs: pd.DataFrame,
    assumptions: pd.DataFrame,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """One scenario of one vintage: its bridge and its assumption ranges.

    Args:
        scenarios: the columns of `scenarios.csv`.
        scenario: a name in its column `scenario`.
        steps: the columns of `bridge-steps.csv`.
        inputs: from `bridge.vintage_inputs`.
        assumptions: the columns of `assumptions.csv`.
        draws: how many the ranges rest on.

    Returns:
        The columns of `bridge.csv` without `vintage`.

    Raises:
        InputError: the scenario is unknown, or a table has something wrong.
    """
    changes = scenarios[scenarios["scenario"] == scenario]
    if changes.empty:
        raise InputError(
            f"scenario '{scenario}' is unknown{nearest(scenario, scenarios['scenario'].unique())}"
        )
    checked = check_assumptions(assumptions)
    return _scenario_table(changes, steps, inputs, checked, draw(inputs, checked, draws))


def walks_of(
    inputs: Mapping[str, pd.DataFrame],
    scenario: str,
    scenarios: pd.DataFrame,
    steps: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """What each step of a scenario adds in several vintages, side by side.

    Args:
        inputs: those of each vintage, by its name.
        scenario: see `run_scenario`, as for the tables.
        scenarios: the columns of `scenarios.csv`.
        steps: the columns of `bridge-steps.csv`.
        assumptions: the columns of `assumptions.csv`.

    Returns:
        One row per step between the ends: its title as `step`, and what it adds, in US dollars a
        year, in a column named after each vintage.
    """
    walked = {
        name: run_scenario(scenarios, scenario, steps, one, assumptions).set_index("step")
        for name, one in inputs.items()
    }
    effects = pd.DataFrame({name: walk["effect_usd"] for name, walk in walked.items()})
    bridge = scenarios.loc[scenarios["scenario"] == scenario, "bridge"].iloc[0]
    titles = choose_steps(steps, bridge).query("kind not in ['start', 'target']")["title"]
    return effects.loc[titles.index].assign(step=titles)[["step", *inputs]].reset_index(drop=True)


def _scenario_table(
    changes: pd.DataFrame,
    steps: pd.DataFrame,
    inputs: pd.DataFrame,
    checked: pd.DataFrame,
    drawn: pd.DataFrame,
) -> pd.DataFrame:
    """The table of one scenario from its changes to cases that were drawn."""
    chosen = choose_steps(steps, str(changes["bridge"].iloc[0]))
    central = replace_inputs(central_case(inputs, checked), changes)
    readings = _replaced_readings(inputs["reading"], changes)
    chosen["grade"] = grade_steps(chosen, central, readings, checked.index)
    cases = replace_inputs(drawn, changes)
    table = bridge_table(chosen, central)
    ranges = assumption_ranges(chosen, cases).reindex(table["step"])
    table.insert(0, "scenario", changes["scenario"].iloc[0])
    after_effect = table.columns.get_loc("effect_usd") + 1
    table.insert(after_effect, "low_usd", ranges["low_usd"].to_numpy())
    table.insert(after_effect + 1, "high_usd", ranges["high_usd"].to_numpy())
    return table


def run_scenarios(
    scenarios: pd.DataFrame,
    steps: pd.DataFrame,
    inputs: pd.DataFrame,
    assumptions: pd.DataFrame,
    draws: int = DRAWS,
) -> dict[str, pd.DataFrame]:
    """Every scenario by its name, over the same draws; arguments as in `run_scenario`."""
    checked = check_assumptions(assumptions)
    drawn = draw(inputs, checked, draws)
    return {
        str(name): _scenario_table(changes, steps, inputs, checked, drawn)
        for name, changes in scenarios.groupby("scenario", sort=False)
    }


def residuals_of(
    rows: Mapping[str, pd.DataFrame], scenarios: pd.DataFrame, bridge: str, paired: int
) -> pd.DataFrame:
    """What each scenario of a bridge leaves unexplained.

    Args:
        rows: from `run_scenarios`.
        scenarios: the columns of `scenarios.csv`; titles may name `{paired}` and `{before}`, and
            other words in braces are words.
        bridge: a name in their column `bridge`.
        paired: the May inside the survey's year.

    Returns:
        Indexed by scenario: label, effect_usd, low_usd and high_usd of the residual.
    """
    named = scenarios[scenarios["bridge"] == bridge].drop_duplicates("scenario")
    tables = pd.concat([rows[name] for name in named["scenario"]])
    left = tables[tables["step"] == "residual"].set_index("scenario")
    titles = named.set_index("scenario")["title"]
    for field, year in {"{paired}": paired, "{before}": paired - 1}.items():
        titles = titles.str.replace(field, str(year), regex=False)
    return left.assign(label=titles)[["label", "effect_usd", "low_usd", "high_usd"]]


def _replaced_readings(readings: pd.Series, changes: pd.DataFrame) -> pd.Series:
    """How inputs were read, one that a scenario replaces being read as those of its formula."""
    made = changes[changes["input"].isin(readings.index)]
    replaced = {
        row.input: weakest(["published", *readings[formula_inputs(str(row.formula))]])
        for row in made.itertuples()
    }
    return pd.Series({**readings, **replaced})


def date_readings(rows: Mapping[str, pd.DataFrame], inputs: pd.DataFrame) -> pd.DataFrame:
    """What published figures account for if AAPC asked about the one May or about the other.

    Args:
        rows: tables of `run_scenario`, by scenario, those of `READINGS` among them.
        inputs: from `bridge.vintage_inputs`.

    Returns:
        One row per reading, earliest first, and only one where both are the same May: scenario,
        may (a year), known_usd (the steps but the residual), left_usd (the residual), left_low_usd
        and left_high_usd (its assumption range), known_share (of the gap, 0 to 1) and
        known_lmdi_usd (the same steps without an order; see `bridge.lmdi`).
    """
    readings = []
    for scenario, dated_by in READINGS.items():
        table = rows[scenario]
        left = table[table["grade"].eq("residual") & table["effect_usd"].notna()].iloc[0]
        gap = table["effect_usd"].sum()
        readings.append(
            {
                "scenario": scenario,
                "may": int(inputs.at[dated_by, "may"]),
                "known_usd": gap - left["effect_usd"],
                "left_usd": left["effect_usd"],
                "left_low_usd": left["low_usd"],
                "left_high_usd": left["high_usd"],
                "known_share": 1 - left["effect_usd"] / gap,
                "known_lmdi_usd": gap - left["lmdi_usd"],
            }
        )
    return (
        pd.DataFrame(readings)
        .drop_duplicates("may", keep="last")
        .sort_values("may", ignore_index=True)
    )


def _used_assumptions(steps: pd.DataFrame, checked: pd.DataFrame) -> pd.DataFrame:
    """The rows of the assumptions that the formulas of a bridge use; the residual has none."""
    formulas = steps.loc[steps["kind"] != "residual", "formula"]
    used = {name for formula in formulas for name in formula_inputs(str(formula))}
    return checked[checked.index.isin(used)]


def what_would_change(
    steps: pd.DataFrame, inputs: pd.DataFrame, assumptions: pd.DataFrame
) -> pd.DataFrame:
    """For each assumption, the value that would leave no residual, all others at the mode.

    Arguments as in `tornado`.

    Returns:
        For each assumption that the bridge uses: label, unit, low, mode, high and zero_at, missing
        where no value from low to high gives a residual of zero. Of several, the one nearest to
        the mode.
    """
    checked = check_assumptions(assumptions)
    modes = central_case(inputs, checked)
    table = _used_assumptions(steps, checked)[["label", "unit", "low", "mode", "high"]]
    zeros = [_zero_of_residual(steps, modes, str(row.Index), row) for row in table.itertuples()]
    return table.assign(zero_at=zeros)


def _zero_of_residual(steps: pd.DataFrame, modes: pd.DataFrame, assumption: str, row: Any) -> float:
    """Where the residual crosses zero as one assumption runs from low to high; NaN if nowhere."""

    def residual(values: NDArray[np.float64]) -> NDArray[np.float64]:
        cases = modes.loc[[0] * len(values)].reset_index(drop=True)
        _, _, effects = walk(steps, cases.assign(**{assumption: values}))
        return effects[residual_step(steps)].to_numpy()

    tried = np.linspace(row.low, row.high, TRIED)
    sign = np.sign(residual(tried))
    crossings = np.flatnonzero(sign[:-1] * sign[1:] <= 0)
    if not len(crossings):
        return math.nan
    zeros = [
        brentq(lambda value: residual(np.array([value]))[0], tried[at], tried[at + 1])
        for at in crossings
    ]
    return float(min(zeros, key=lambda zero: abs(zero - row.mode)))


def residual_over(
    steps: pd.DataFrame, inputs: pd.DataFrame, assumptions: pd.DataFrame, assumption: str
) -> pd.DataFrame:
    """What is left as one assumption goes from its low to its high, all others at the mode.

    Args:
        steps: from `bridge.choose_steps`.
        inputs: from `bridge.vintage_inputs`.
        assumptions: the columns of `assumptions.csv`.
        assumption: the name of the one that moves.

    Returns:
        `assumption`, its values in order, and `residual_usd`.
    """
    checked = check_assumptions(assumptions)
    low, high = checked.loc[assumption, ["low", "high"]]
    tried = np.linspace(low, high, DRAWN)
    modes = central_case(inputs, checked).drop(columns=assumption)
    _, _, effects = walk(steps, modes.merge(pd.Series(tried, name=assumption), how="cross"))
    return pd.DataFrame({"assumption": tried, "residual_usd": effects[residual_step(steps)]})


def tornado(steps: pd.DataFrame, inputs: pd.DataFrame, assumptions: pd.DataFrame) -> pd.DataFrame:
    """The residual with one assumption at its low or its high, and all others at the mode.

    Args:
        steps: from `bridge.choose_steps`.
        inputs: from `bridge.vintage_inputs`.
        assumptions: the columns of `assumptions.csv`.

    Returns:
        For each assumption that the bridge uses: label, low and high (of the assumption),
        residual_at_low, residual_at_high and swing; largest swing first.
    """
    checked = check_assumptions(assumptions)
    modes = central_case(inputs, checked).iloc[0].to_dict()
    table = _used_assumptions(steps, checked)[["label", "low", "high"]]
    for end in ("low", "high"):
        cases = pd.DataFrame([modes | {name: value} for name, value in table[end].items()])
        _, _, effects = walk(steps, cases)
        table[f"residual_at_{end}"] = effects[residual_step(steps)].to_numpy()
    table["swing"] = (table["residual_at_high"] - table["residual_at_low"]).abs()
    return table.sort_values("swing", ascending=False, kind="stable")
