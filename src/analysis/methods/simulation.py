"""What stated assumptions do to the bridge: ranges, the tornado of the residual, named scenarios."""

import numpy as np
import pandas as pd

from analysis.methods.bridge import bridge_table, choose_steps, evaluate, formula_inputs, walk
from common.errors import InputError, nearest

DRAWS = 200_000
SEED = 2072


def check_assumptions(assumptions: pd.DataFrame) -> pd.DataFrame:
    """The assumption table indexed by assumption, with low, mode and high as numbers.

    Raises InputError naming the row for a value that is missing, low > mode, mode > high, a share outside
    0 to 1, or shares of one whole (column part_of) whose highs exceed 1 together.
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
            raise InputError(
                f"assumptions that are parts of '{whole}': highs sum to {total:g}; expected at most 1"
            )
    return table


def central_case(inputs: pd.DataFrame, assumptions: pd.DataFrame) -> pd.DataFrame:
    """One row: every published value, and every assumption at its mode.

    inputs: from `vintage_inputs`. assumptions: from `check_assumptions`.
    """
    return (
        pd.concat([inputs["value"], assumptions["mode"]])
        .astype(float)
        .to_frame()
        .T.reset_index(drop=True)
    )


def draw(inputs: pd.DataFrame, assumptions: pd.DataFrame, draws: int = DRAWS) -> pd.DataFrame:
    """Draws of every input, shape (draws, inputs): assumptions triangular, independent of each other.

    A published mean is normal with its standard error, one draw for all inputs that are the same figure. A
    published value without a standard error stays as published: its error is unknown, not zero.
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
        columns[name] = (
            generator.triangular(low, mode, high, draws) if low < high else np.full(draws, mode)
        )
    return pd.DataFrame(columns)


def replace_inputs(cases: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Cases with a scenario's changes: each input becomes its formula over the inputs as they were.

    changes: columns input and formula; a row with no input ("") changes nothing.
    Raises InputError for an unknown input.
    """
    changes = changes[changes["input"] != ""]
    for name in changes["input"]:
        if name not in cases:
            raise InputError(f"scenario: '{name}' is no input{nearest(name, cases.columns)}")
    values = {row.input: evaluate(str(row.formula), cases) for row in changes.itertuples()}
    return cases.assign(**values)


def assumption_ranges(steps: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """5th and 95th percentile of every effect over the draws: columns low_usd, high_usd, in cents.

    Assumption ranges, never confidence intervals. Empty for an effect that no draw moves: nothing states how
    far it could be off.
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
    """One scenario of one vintage: bridge and assumption ranges, in the columns of bridge.csv but vintage.

    scenarios, steps, assumptions: the tables of data/raw; inputs: from `vintage_inputs`. USD a year.
    Raises InputError for an unknown scenario and whatever the tables have wrong.
    """
    changes = scenarios[scenarios["scenario"] == scenario]
    if changes.empty:
        raise InputError(
            f"scenario '{scenario}' is unknown{nearest(scenario, scenarios['scenario'].unique())}"
        )
    chosen = choose_steps(steps, str(changes["bridge"].iloc[0]))
    checked = check_assumptions(assumptions)
    moved = set(changes["input"]) & set(checked.index)
    # Where a scenario sets an assumption, what a step gives is not published any more.
    set_here = chosen["formula"].map(
        lambda formula: bool(formula) and not moved.isdisjoint(formula_inputs(formula))
    )
    chosen["grade"] = chosen["grade"].mask(chosen["grade"].eq("published") & set_here, "assumed")
    central = replace_inputs(central_case(inputs, checked), changes)
    cases = replace_inputs(draw(inputs, checked, draws), changes)
    table = bridge_table(chosen, central).join(assumption_ranges(chosen, cases), on="step")
    table.insert(0, "scenario", scenario)
    before = [
        "scenario",
        "order",
        "step",
        "effect_usd",
        "low_usd",
        "high_usd",
        "grade",
        "running_total_usd",
    ]
    return table[[*before, "lmdi_usd", "shapley_usd", "basis"]]


def tornado(steps: pd.DataFrame, inputs: pd.DataFrame, assumptions: pd.DataFrame) -> pd.DataFrame:
    """The residual (USD a year) with each assumption at its low and its high, all others at the mode.

    steps: from `choose_steps`. assumptions: the table of data/raw. Index assumption; columns label, low, high
    (of the assumption), residual_at_low, residual_at_high, swing; largest swing first. Assumptions that the
    bridge does not use are left out.
    """
    checked = check_assumptions(assumptions)
    central = central_case(inputs, checked)
    used = {
        name
        for formula in steps.loc[steps["kind"] != "residual", "formula"]
        for name in formula_inputs(str(formula))
    }
    checked = checked[checked.index.isin(used)]
    residual = steps.index[steps["kind"] == "residual"][0]
    table = checked[["label", "low", "high"]].copy()
    for end in ("low", "high"):
        cases = pd.concat([central] * len(checked), ignore_index=True)
        for row, name in enumerate(checked.index):
            cases.loc[row, name] = checked.loc[name, end]
        table[f"residual_at_{end}"] = walk(steps, cases)[2][residual].to_numpy()
    table["swing"] = (table["residual_at_high"] - table["residual_at_low"]).abs()
    return table.sort_values("swing", ascending=False, kind="stable")
