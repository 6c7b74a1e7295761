"""What stated assumptions do to the bridge: ranges, the tornado of the residual, scenarios.

Here `inputs` are from `bridge.vintage_inputs`, `steps` are those of one bridge, and `cases` has one
row per case and one column per input. Pay and effects are in US dollars a year.
"""

import numpy as np
import pandas as pd

from analysis.methods.bridge import (
    bridge_table,
    choose_steps,
    evaluate,
    formula_inputs,
    residual_step,
    walk,
)
from common.errors import InputError, nearest

DRAWS = 200_000
SEED = 2072


def check_assumptions(assumptions: pd.DataFrame) -> pd.DataFrame:
    """The table of assumptions, indexed by assumption, with low, mode and high as numbers.

    Args:
        assumptions: the columns of `assumptions.csv`.

    Raises:
        InputError: a value is missing, the three do not rise, a share is outside 0 to 1, or the
            highs of the shares of one whole (`part_of`) exceed 1 together.
    """
    table = assumptions.set_index("assumption")
    ends = ["low", "mode", "high"]
    table[ends] = table[ends].apply(pd.to_numeric, errors="coerce")
    for name, row in table.iterrows():
        low, mode, high = (float(row[end]) for end in ends)
        found = f"assumption '{name}': low {low:g}, mode {mode:g}, high {high:g}"
        if not low <= mode <= high:
            raise InputError(f"{found}; expected three numbers with low <= mode <= high")
        if row["unit"] == "share" and not (low >= 0 and high <= 1):
            raise InputError(f"{found}; expected a share between 0 and 1")
    for whole, total in table[table["part_of"] != ""].groupby("part_of")["high"].sum().items():
        if total > 1:
            found = f"assumptions that are parts of '{whole}': highs sum to {total:g}"
            raise InputError(f"{found}; expected at most 1")
    return table


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
        `low_usd` and `high_usd`, by step, rounded to cents. An effect that no case moves has no
        row, since nothing states how far it could be off.
    """
    _, _, effects = walk(steps, cases)
    ranges = effects.quantile([0.05, 0.95]).T.set_axis(["low_usd", "high_usd"], axis=1)
    return ranges[effects.max() - effects.min() > 0.01].round(2)


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
    chosen = choose_steps(steps, str(changes["bridge"].iloc[0]))
    checked = check_assumptions(assumptions)
    # Where a scenario sets an assumption, what a step gives is not published any more.
    moved = set(changes["input"]) & set(checked.index)
    moves = [step for step, names in _inputs_of_steps(chosen).items() if moved & names]
    published = chosen["grade"].eq("published") & chosen.index.isin(moves)
    chosen["grade"] = chosen["grade"].mask(published, "assumed")
    central = replace_inputs(central_case(inputs, checked), changes)
    cases = replace_inputs(draw(inputs, checked, draws), changes)
    table = bridge_table(chosen, central)
    ranges = assumption_ranges(chosen, cases).reindex(table["step"])
    table.insert(0, "scenario", scenario)
    after_effect = table.columns.get_loc("effect_usd") + 1
    table.insert(after_effect, "low_usd", ranges["low_usd"].to_numpy())
    table.insert(after_effect + 1, "high_usd", ranges["high_usd"].to_numpy())
    return table


def _inputs_of_steps(steps: pd.DataFrame) -> dict[str, set[str]]:
    """The inputs that each step's formula uses; the residual has no formula."""
    formulas = steps.loc[steps["kind"] != "residual", "formula"]
    return {str(step): set(formula_inputs(str(text))) for step, text in formulas.items()}


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
    used = set().union(*_inputs_of_steps(steps).values())
    table = checked.loc[checked.index.isin(used), ["label", "low", "high"]]
    for end in ("low", "high"):
        cases = pd.DataFrame([modes | {name: value} for name, value in table[end].items()])
        _, _, effects = walk(steps, cases)
        table[f"residual_at_{end}"] = effects[residual_step(steps)].to_numpy()
    table["swing"] = (table["residual_at_high"] - table["residual_at_low"]).abs()
    return table.sort_values("swing", ascending=False, kind="stable")
