"""The bridge between two published averages: titled effects that add up to the gap, to the cent.

Steps are data: each has a formula over named inputs. The chain is walked up from the first published figure
and down from the second; what is left between the two walks is the residual, a line of its own. The form
follows BEA's reconciliation of the CPI with the PCE price index.
"""

import ast
import math

import numpy as np
import pandas as pd

from common.errors import InputError, nearest

KINDS = ("start", "up", "residual", "down", "target")
GRADES = ("published", "bounded", "assumed", "residual")


def formula_inputs(formula: str) -> list[str]:
    """The input names a formula uses, without `running` (the pay reached before the step), sorted.

    Raises InputError when the formula cannot be read.
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except SyntaxError as error:
        raise InputError(f"formula '{formula}' cannot be read: {error.msg}") from error
    return sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"running"})


def evaluate(formula: str, inputs: pd.DataFrame) -> pd.Series:
    """A formula's value in every row of `inputs`, one column an input; pay in USD a year.

    One formula serves the central row and every row of a simulation. NaN where an input is not published.
    Raises InputError for a name that is no input, and for what is no arithmetic.
    """
    for name in formula_inputs(formula):
        if name not in inputs:
            raise InputError(
                f"formula '{formula}': '{name}' is no input{nearest(name, inputs.columns)}"
            )
    try:
        return pd.Series(inputs.eval(formula, engine="python"), index=inputs.index, dtype=float)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise InputError(f"formula '{formula}' cannot be computed: {error}") from error


def choose_steps(steps: pd.DataFrame, bridge: str) -> pd.DataFrame:
    """One bridge's steps in order, indexed by step: columns order, kind, formula, grade, basis and others.

    Raises InputError for an unknown bridge, kind or grade, or when the kinds do not run
    start, up..., residual, down..., target.
    """
    chosen = steps[steps["bridge"] == bridge].sort_values("order").set_index("step")
    if chosen.empty:
        raise InputError(
            f"bridge '{bridge}' has no steps{nearest(bridge, steps['bridge'].unique())}"
        )
    for column, valid in (("kind", KINDS), ("grade", GRADES)):
        for step, value in chosen.loc[~chosen[column].isin(valid), column].items():
            raise InputError(
                f"bridge '{bridge}', step '{step}': {column} '{value}'{nearest(value, valid)}"
            )
    kinds = chosen["kind"].tolist()
    once = all(kinds.count(kind) == 1 for kind in ("start", "residual", "target"))
    if not once or kinds != sorted(kinds, key=KINDS.index):
        raise InputError(
            f"bridge '{bridge}': kinds run {', '.join(kinds)}; expected one start, any up, one residual, any "
            "down, one target"
        )
    return chosen


def walk(steps: pd.DataFrame, inputs: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Start, target and effects (USD a year) of a bridge for every row of inputs.

    steps: from `choose_steps`. inputs: rows are cases (one, or one a draw), columns are inputs; a column of
    NaN is a figure that is not published. Returns start (rows,), target (rows,) and effects (rows, steps),
    where a step that needs an unpublished figure is NaN and its dollars stay in the residual.
    Raises InputError when start, target or any level of pay is missing or not above zero.
    """
    start = evaluate(_formula(steps, "start"), inputs)
    target = evaluate(_formula(steps, "target"), inputs)
    up, reached_up = _accumulate(steps[steps["kind"] == "up"], inputs, start, 1)
    down, reached_down = _accumulate(steps[steps["kind"] == "down"].iloc[::-1], inputs, target, -1)
    residual = steps.index[steps["kind"] == "residual"][0]
    effects = pd.DataFrame({**up, residual: reached_down - reached_up, **down})
    effects = effects[[step for step in steps.index if step in effects]]
    assert np.allclose(start + effects.sum(axis=1), target, rtol=0, atol=1e-6)
    return start, target, effects


def _formula(steps: pd.DataFrame, kind: str) -> str:
    return str(steps.loc[steps["kind"] == kind, "formula"].item())


def _accumulate(
    steps: pd.DataFrame, inputs: pd.DataFrame, running: pd.Series, sign: int
) -> tuple[dict[str, pd.Series], pd.Series]:
    """Effects of consecutive steps, and the pay reached after the last."""
    _check_pay(running, "the first level")
    effects = {}
    for step, formula in steps["formula"].items():
        effects[str(step)] = evaluate(str(formula), inputs.assign(running=running))
        running = running + sign * effects[str(step)].fillna(0)
        _check_pay(running, f"step '{step}'")
    return effects, running


def _check_pay(pay: pd.Series, where: str) -> None:
    if not (pay > 0).all():
        raise InputError(
            f"bridge: {where} leads to a pay of {pay.min():,.0f} USD; expected above 0"
        )


def lmdi(start: float, effects: pd.Series) -> pd.Series:
    """Each effect as its log share of the gap: L ln(after / before), L the logarithmic mean of both ends.

    USD; free of order and exact: the column sums to the gap. Logarithmic mean Divisia index, Ang (2004).
    """
    factors = _factors(start, effects)
    target = start * factors.prod()
    scale = start if math.isclose(target, start) else (target - start) / math.log(target / start)
    return scale * np.log(factors)


def shapley(start: float, effects: pd.Series) -> pd.Series:
    """Each effect averaged over every order of the steps, factors held at their sequential values; USD.

    Exact: sums to the gap (Shorrocks 2013). The average over n! orders needs only the elementary symmetric
    polynomials of the other factors, weighted by how many orders put m of them first.
    """
    factors = _factors(start, effects)
    count = len(factors)
    weights = [1 / (count * math.comb(count - 1, before)) for before in range(count)]
    averages = {
        step: start * (factor - 1) * np.dot(weights, np.atleast_1d(np.poly(-factors.drop(step))))
        for step, factor in factors.items()
    }
    return pd.Series(averages, dtype=float)


def order_range(start: float, effects: pd.Series) -> pd.DataFrame:
    """Smallest and largest effect (USD) a step can have over all orders: columns low_usd, high_usd."""
    factors = _factors(start, effects)
    rows = {}
    for step, factor in factors.items():
        others = factors.drop(step)
        alone = start * (factor - 1)
        rows[step] = sorted(
            [alone * others.clip(upper=1).prod(), alone * others.clip(lower=1).prod()]
        )
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low_usd", "high_usd"])


def _factors(start: float, effects: pd.Series) -> pd.Series:
    after = start + effects.cumsum()
    return after / (after - effects)


def round_effects(effects: pd.Series, residual: str, unit: float) -> pd.Series:
    """Effects rounded to `unit` USD that still add: the residual is solved last and takes the rest."""
    rounded = (effects / unit).round() * unit
    rounded[residual] = round(effects.sum() / unit) * unit - rounded.drop(residual).sum()
    return rounded.round(2)


def bridge_table(steps: pd.DataFrame, inputs: pd.DataFrame) -> pd.DataFrame:
    """The central case as a table, one row a step, start and target included; USD, rounded to cents.

    steps: from `choose_steps`. inputs: one row. Columns order, step, effect_usd, grade, running_total_usd,
    lmdi_usd, shapley_usd, basis. The three effect columns are empty for start and target and for a step whose
    input is not published; each of the three sums to the gap.
    """
    start, _, effects = walk(steps, inputs)
    residual = str(steps.index[steps["kind"] == "residual"][0])
    known = effects.iloc[0].dropna()
    first = start.iloc[0]
    columns = {
        "effect_usd": known,
        "lmdi_usd": lmdi(first, known),
        "shapley_usd": shapley(first, known),
    }
    table = steps[["order", "grade", "basis"]].assign(
        **{name: round_effects(values, residual, 0.01) for name, values in columns.items()}
    )
    table["running_total_usd"] = (first + table["effect_usd"].fillna(0).cumsum()).round(2)
    unknown = inputs.columns[inputs.iloc[0].isna()]
    for step in effects.columns[effects.iloc[0].isna()]:
        names = [
            name for name in formula_inputs(str(steps.loc[step, "formula"])) if name in unknown
        ]
        table.loc[step, ["grade", "basis"]] = [
            "residual",
            f"This edition does not publish: {', '.join(names)}. Counted in the line '{residual}'.",
        ]
    order = [
        "order",
        "step",
        "effect_usd",
        "grade",
        "running_total_usd",
        "lmdi_usd",
        "shapley_usd",
        "basis",
    ]
    return table.reset_index()[order]


def start_from(vintages: pd.DataFrame, year: int) -> pd.DataFrame:
    """The vintage table with every bridge starting from OEWS May `year`; 0 leaves the paired May."""
    base = vintages["input"].isin(["bls_median", "bls_mean"]) & (year > 0)
    return vintages.assign(year=vintages["year"].mask(base, year))


def vintage_inputs(
    vintages: pd.DataFrame, vintage: int, oews: pd.DataFrame, figures: pd.DataFrame
) -> pd.DataFrame:
    """The published inputs of one vintage: index input, columns value, standard_error and figure_id.

    vintages: rows vintage, input and either year, soc_code, cell (an OEWS cell) or figure_id; both empty ("")
    where the edition does not publish the input, which is then NaN. oews: the national OEWS table. figures:
    columns figure_id and value. A standard error (same unit) comes from OEWS's relative standard error of a
    mean; inputs with the same `figure_id` are one published number and share its error.
    Raises InputError for an unknown vintage, OEWS cell or figure, or an empty cell.
    """
    chosen = vintages[vintages["vintage"] == vintage]
    if chosen.empty:
        raise InputError(
            f"vintage {vintage} is unknown{nearest(vintage, vintages['vintage'].unique())}"
        )
    cells = oews[oews["area_code"].eq("US") & oews["naics"].eq("000000")].set_index(
        ["year", "soc_code"]
    )
    values = figures.set_index("figure_id")["value"]
    rows = {}
    for row in chosen.itertuples():
        where = f"vintage {vintage}, input '{row.input}'"
        value, error, figure_id = math.nan, math.nan, row.figure_id
        if row.cell:
            key = (int(row.year), row.soc_code)
            if key not in cells.index:
                raise InputError(f"{where}: OEWS has no row {key}{nearest(key, cells.index)}")
            value = float(cells.loc[key, row.cell])
            figure_id = f"oews-{row.year:.0f}-us-{row.soc_code}-{row.cell.removeprefix('annual_')}"
            if row.cell == "annual_mean":
                error = value * float(cells.loc[key, "mean_rse"]) / 100
        elif row.figure_id:
            if row.figure_id not in values:
                raise InputError(
                    f"{where}: no figure '{row.figure_id}'{nearest(row.figure_id, values.index)}"
                )
            value = float(values[row.figure_id])
        if math.isnan(value) and figure_id:
            raise InputError(f"{where}: the published cell is empty; expected a number")
        rows[row.input] = (value, error, figure_id)
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "standard_error", "figure_id"]
    ).rename_axis("input")
