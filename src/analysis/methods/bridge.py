"""The bridge between two published averages: titled effects that add up to the gap, to the cent.

Steps are data: each has a formula over named inputs; see `formulas`. The chain is walked up from
the first published figure and down from the second. What is left between the two walks is the
residual, a line of its own. The form follows BEA's reconciliation of the CPI with the PCE index.

Here `steps` are those of one bridge, from `choose_steps`, and `inputs` has one row per case and one
column per input. Pay and effects are in US dollars a year.
"""

import math
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.methods.formulas import Values, formula_inputs, value_of
from analysis.methods.grades import reading_grades
from analysis.published.ledger import oews_figure_ids
from common.errors import InputError, nearest

KINDS = ("start", "up", "residual", "down", "target")
"""The kinds of step, in the order in which they stand in a bridge."""


def choose_steps(steps: pd.DataFrame, bridge: str) -> pd.DataFrame:
    """The steps of one bridge, in order.

    Args:
        steps: the columns of `bridge-steps.csv`.
        bridge: a name in its column `bridge`.

    Returns:
        Rows of `steps`, indexed by step.

    Raises:
        InputError: the bridge is unknown, or its kinds of step do not run as in `KINDS`, with one
            start, one residual and one target.
    """
    chosen = steps[steps["bridge"] == bridge].sort_values("order").set_index("step")
    if chosen.empty:
        raise InputError(
            f"bridge '{bridge}' has no steps{nearest(bridge, steps['bridge'].unique())}"
        )
    kinds = chosen["kind"].tolist()
    once = all(kinds.count(kind) == 1 for kind in ("start", "residual", "target"))
    if not once or kinds != sorted(kinds, key=KINDS.index):
        raise InputError(
            f"bridge '{bridge}': kinds run {', '.join(kinds)}; "
            "expected one start, any up, one residual, any down, one target"
        )
    return chosen


def walk(steps: pd.DataFrame, inputs: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Walks a bridge from both ends, in every case; a column of NaN is an unpublished figure.

    Returns:
        The start and the target, one value per case, and the effects, one row per case and one
        column per step. The effect of a step that needs an unpublished figure is NaN, and its
        dollars stay in the residual.

    Raises:
        InputError: the start, the target or a level of pay between them is missing or not above 0.
    """
    values = {str(name): column.to_numpy(dtype=float) for name, column in inputs.items()}
    ends = [value_of(_formula(steps, kind), values) for kind in ("start", "target")]
    up, reached_up = _accumulate(steps[steps["kind"] == "up"], values, ends[0], 1)
    down, reached_down = _accumulate(steps[steps["kind"] == "down"].iloc[::-1], values, ends[1], -1)
    residual = reached_down - reached_up
    effects = pd.DataFrame({**up, residual_step(steps): residual, **down}, index=inputs.index)
    effects = effects[[step for step in steps.index if step in effects]]
    start, target = (pd.Series(end, index=inputs.index) for end in ends)
    assert np.allclose(start + effects.sum(axis=1), target, rtol=0, atol=1e-6)
    return start, target, effects


def residual_step(steps: pd.DataFrame) -> str:
    """The name of the step that takes what the others leave."""
    return str(steps.index[steps["kind"] == "residual"].item())


def _formula(steps: pd.DataFrame, kind: str) -> str:
    """The formula of the start or of the target."""
    return str(steps.loc[steps["kind"] == kind, "formula"].item())


def _accumulate(
    steps: pd.DataFrame, inputs: Mapping[str, Values], running: Values, sign: int
) -> tuple[dict[str, Values], Values]:
    """Effects of consecutive steps, and the pay reached after the last."""
    _check_pay(running, "the first level")
    effects = {}
    for step, formula in steps["formula"].items():
        effect = value_of(str(formula), {**inputs, "running": running})
        effects[str(step)] = effect
        running = running + sign * np.where(np.isnan(effect), 0, effect)
        _check_pay(running, f"step '{step}'")
    return effects, running


def _check_pay(pay: Values, where: str) -> None:
    """Stops at pay that is missing or not above 0."""
    if not (pay > 0).all():
        raise InputError(
            f"bridge: {where} leads to a pay of {pd.Series(pay).min():,.0f} USD; expected above 0"
        )


def lmdi(start: float, effects: pd.Series) -> pd.Series:
    """Each effect as its logarithmic share of the gap, whatever the order of the steps.

    It is L ln(after / before), where L is the logarithmic mean of both ends of the bridge: the
    logarithmic mean Divisia index, Ang (2004). The results sum to the gap.

    Args:
        start: pay at the start of the bridge.
        effects: of each step, in the order of the bridge.
    """
    factors = _factors(start, effects)
    target = start * factors.prod()
    scale = start if math.isclose(target, start) else (target - start) / math.log(target / start)
    return scale * np.log(factors)


def shapley(start: float, effects: pd.Series) -> pd.Series:
    """Each effect averaged over every order of the steps (Shorrocks 2013); arguments as in `lmdi`.

    A step multiplies pay by the same factor in each order. The average over n! orders needs only
    the elementary symmetric polynomials of the other factors, weighted by how many orders put m of
    them first. The results sum to the gap.
    """
    factors = _factors(start, effects)
    count = len(factors)
    weights = [1 / (count * math.comb(count - 1, before)) for before in range(count)]
    averages = {
        step: start * (factor - 1) * np.dot(weights, np.atleast_1d(np.poly(-factors.drop(step))))
        for step, factor in factors.items()
    }
    return pd.Series(averages, dtype=float)


def order_range(start: float, effects: pd.Series, *leading: pd.Series) -> pd.DataFrame:
    """The smallest and the largest effect of each step over all orders.

    Args:
        start: pay at the start of the bridge.
        effects: of each step, in the order of the bridge.
        leading: effects of its first steps in another order that needs other figures. The date may
            come before the statistic, from median to median; its factors are then others.

    Returns:
        `low_usd` and `high_usd`, by step.
    """
    sequences = [effects, *(pd.concat([first, effects.drop(first.index)]) for first in leading)]
    ends = pd.concat([_ends_over_orders(start, sequence) for sequence in sequences])
    return ends.groupby(level=0).agg({"low_usd": "min", "high_usd": "max"}).loc[effects.index]


def orders_of(table: pd.DataFrame, median_first: pd.DataFrame) -> pd.DataFrame:
    """The effects of a bridge beside what they are without an order, and over all orders.

    Args:
        table: one scenario, as `bridge_table` has it.
        median_first: the bridge that takes the date before the statistic.

    Returns:
        The rows that have an effect, with `least` and `most`; see `order_range`.
    """
    effects = table.set_index("step")["effect_usd"].dropna()
    leading = median_first.set_index("step")["effect_usd"][["vintage", "statistic"]]
    ends = order_range(float(table["running_total_usd"].iloc[0]), effects, leading)
    ends = ends.set_axis(["least", "most"], axis=1)
    return table.join(ends, on="step").dropna(subset="least")


def _ends_over_orders(start: float, effects: pd.Series) -> pd.DataFrame:
    """The ends of each effect over all orders, its factor held; arguments as in `lmdi`."""
    factors = _factors(start, effects)
    rows = {}
    for step, factor in factors.items():
        others = factors.drop(step)
        alone = start * (factor - 1)
        ends = [alone * others.clip(upper=1).prod(), alone * others.clip(lower=1).prod()]
        rows[step] = sorted(ends)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low_usd", "high_usd"])


def _factors(start: float, effects: pd.Series) -> pd.Series:
    """What each step multiplies pay by."""
    after = start + effects.cumsum()
    return after / (after - effects)


def round_effects(effects: pd.Series, residual: str, unit: float) -> pd.Series:
    """Effects rounded to `unit` US dollars that still add up: the residual takes what is left."""
    rounded = (effects / unit).round() * unit
    rounded[residual] = round(effects.sum() / unit) * unit - rounded.drop(residual).sum()
    return rounded.round(2)


def bridge_table(steps: pd.DataFrame, inputs: pd.DataFrame) -> pd.DataFrame:
    """The central case of a bridge, the one row of `inputs`, as a table.

    Returns:
        One row per step, start and target included: order, step, effect_usd, grade,
        running_total_usd, lmdi_usd, shapley_usd, basis; rounded to cents. The three columns of
        effects are empty for start, target and a step whose input is not published; each of the
        three sums to the gap.
    """
    starts, _, effects = walk(steps, inputs)
    start, known = starts.iloc[0], effects.iloc[0].dropna()
    residual = residual_step(steps)
    effect = round_effects(known, residual, 0.01).reindex(steps.index)
    columns = {
        "order": steps["order"],
        "step": steps.index,
        "effect_usd": effect,
        "grade": steps["grade"],
        "running_total_usd": (start + effect.fillna(0).cumsum()).round(2),
        "lmdi_usd": round_effects(lmdi(start, known), residual, 0.01),
        "shapley_usd": round_effects(shapley(start, known), residual, 0.01),
        "basis": steps["basis"],
    }
    table = pd.DataFrame(columns, index=steps.index)
    unpublished = set(inputs.columns[inputs.iloc[0].isna()])
    for step in effects.columns.difference(known.index):
        names = formula_inputs(str(steps.at[step, "formula"]))
        missing = ", ".join(name for name in names if name in unpublished)
        basis = f"This edition does not publish: {missing}. Counted in the line '{residual}'."
        table.loc[step, ["grade", "basis"]] = ["residual", basis]
    return table.reset_index(drop=True)


def start_from(vintages: pd.DataFrame, year: int) -> pd.DataFrame:
    """The table of vintages with every bridge starting from OEWS of one May; 0 changes nothing."""
    if year == 0:
        return vintages
    base = vintages["input"].isin(["bls_median", "bls_mean"])
    return vintages.assign(year=vintages["year"].mask(base, year))


def vintage_inputs(
    vintages: pd.DataFrame,
    vintage: int,
    oews: pd.DataFrame,
    figures: pd.DataFrame,
    sources: pd.DataFrame,
) -> pd.DataFrame:
    """The published inputs of one vintage, an edition of the survey with its paired OEWS tables.

    Args:
        vintages: the columns of `bridge-vintages.csv`. An input is either a cell of OEWS (year,
            soc_code, cell) or a figure_id; both are "" where the edition does not publish it.
        vintage: the year of the edition.
        oews: the national OEWS table.
        figures: the columns figure_id, value and source_id.
        sources: see `package.sources`.

    Returns:
        value, standard_error, figure_id, may (the year of an OEWS cell) and reading (`published`
        or `quoted`, see `grades.reading_grades`), indexed by input; what is not published is NaN.
        A standard error is in the unit of its value, and only OEWS's means have one. Inputs with
        the same figure_id are one published number and share its error.

    Raises:
        InputError: the vintage, a cell or a figure is unknown, or the cell is empty.
    """
    chosen = vintages[vintages["vintage"] == vintage]
    if chosen.empty:
        raise InputError(
            f"vintage {vintage} is unknown{nearest(vintage, vintages['vintage'].unique())}"
        )
    national = oews[oews["area_code"].eq("US") & oews["naics"].eq("000000")]
    cells = national.set_index(["year", "soc_code"], drop=False)
    ledger = figures.set_index("figure_id")
    rows = {row["input"]: _published_input(row, cells, ledger) for _, row in chosen.iterrows()}
    inputs = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "standard_error", "figure_id", "source_id"]
    ).rename_axis("input")
    years = chosen.set_index("input")["year"]
    read = reading_grades(inputs["source_id"], sources)
    return inputs.drop(columns="source_id").assign(may=years, reading=read)


def open_documents(documents: pd.DataFrame, inputs: pd.DataFrame) -> pd.DataFrame:
    """The documents that would settle a step, without those whose answer this edition publishes.

    Args:
        documents: the columns of `missing-documents.csv`.
        inputs: from `vintage_inputs`.
    """
    read = inputs.index[inputs["value"].notna() & inputs["reading"].eq("published")]
    return documents[~documents["input"].isin(read)]


def edition_means(
    vintages: pd.DataFrame, oews: pd.DataFrame, figures: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """The OEWS mean of the survey's own May and AAPC's mean of the certified, by edition.

    Arguments as in `vintage_inputs`.

    Returns:
        edition (a year), label, bls and aapc, in US dollars a year.
    """
    names = ["bls_mean_survey", "aapc_certified_mean"]
    means = {
        edition: vintage_inputs(vintages, edition, oews, figures, sources).loc[names, "value"]
        for edition in vintages["vintage"].unique()
    }
    table = pd.DataFrame(means).T.set_axis(["bls", "aapc"], axis=1)
    table = table.rename_axis("edition").reset_index()
    table.insert(1, "label", "AAPC " + table["edition"].astype(str) + " survey")
    return table


def _published_input(
    row: pd.Series, cells: pd.DataFrame, ledger: pd.DataFrame
) -> tuple[float, float, str, str]:
    """The value, standard error, figure_id and source_id that one row of vintages names."""
    where = f"vintage {row['vintage']}, input '{row['input']}'"
    figure_id, error = row["figure_id"], math.nan
    if row["cell"]:
        key = (int(row["year"]), row["soc_code"])
        if key not in cells.index:
            raise InputError(f"{where}: OEWS has no row {key}{nearest(key, cells.index)}")
        value, source_id = float(cells.at[key, row["cell"]]), cells.at[key, "source_id"]
        statistic = row["cell"].removeprefix("annual_")
        figure_id = oews_figure_ids(cells.loc[[key]], statistic).item()
        if statistic == "mean":
            error = value * float(cells.at[key, "mean_rse"]) / 100
    elif figure_id:
        if figure_id not in ledger.index:
            raise InputError(f"{where}: no figure '{figure_id}'{nearest(figure_id, ledger.index)}")
        edition = re.match(r"aapc-(\d{4})-", figure_id)
        if edition and int(edition[1]) != row["vintage"]:
            raise InputError(
                f"{where}: '{figure_id}' is a figure of edition {edition[1]}, expected one of "
                f"edition {row['vintage']}"
            )
        value, source_id = float(ledger.at[figure_id, "value"]), ledger.at[figure_id, "source_id"]
    else:
        return math.nan, math.nan, "", ""
    if math.isnan(value):
        raise InputError(f"{where}: the published cell is empty; expected a number")
    return value, error, figure_id, source_id
