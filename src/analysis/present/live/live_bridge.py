"""The bridge with every assumption in the reader's hand."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.methods.bridge import choose_steps, formula_inputs, residual_step
from analysis.methods.simulation import check_assumptions, run_scenario
from analysis.present.formats import usd
from analysis.present.live.live_part import LivePart, script_of, style
from common.errors import InputError, nearest
from common.notebook_contract import NOT_PUBLISHED, Drawn, Live

_MODULES = ("arithmetic", "normal", "elements", "bridge_model", "bridge")
_LABELS = {"": "With AAPC's figure read as a mean, as AAPC says"}
_DIGITS = 4


def bridge(
    steps: pd.DataFrame,
    inputs: pd.DataFrame,
    assumptions: pd.DataFrame,
    scenarios: pd.DataFrame,
    *,
    source: str,
    scenario: str = "illustrative",
    readings: Mapping[str, str] | None = None,
    name: str = "live-bridge",
) -> LivePart:
    """A bridge whose assumptions and reading of AAPC's figure a reader can move.

    Args:
        steps: the columns of `bridge-steps.csv`.
        inputs: from `methods.bridge.vintage_inputs`.
        assumptions: the columns of `assumptions.csv`.
        scenarios: the columns of `scenarios.csv`.
        source: where the figures come from.
        scenario: the central case; a name in `scenarios`.
        readings: what a reader can choose instead, as scenarios of the same bridge and their
            labels; by default that AAPC's figure is a median.
        name: a slug, unique in the notebook; it begins the address of a link.

    Raises:
        InputError: a scenario is unknown or of another bridge, or a table has something wrong.
    """
    offered = readings or {"aapc_is_a_median": "If AAPC's figure were a median"}
    central = run_scenario(scenarios, scenario, steps, inputs, assumptions)
    walked = str(scenarios.loc[scenarios["scenario"] == scenario, "bridge"].iloc[0])
    chosen = choose_steps(steps, walked)
    used = _used(chosen, scenarios, [scenario, *offered])
    checked = check_assumptions(assumptions)
    moved = checked[checked.index.isin(used)]
    data = {
        "steps": _steps(chosen),
        "published": {
            str(key): _published(row) for key, row in inputs.iterrows() if str(key) in used
        },
        "assumptions": {str(key): _assumption(row, checked) for key, row in moved.iterrows()},
        "readings": {key: _changes(scenarios, key or scenario, walked) for key in ("", *offered)},
        "labels": _LABELS | dict(offered),
        "source": source,
    }
    content = Live(
        kind="bridge",
        name=name,
        label="The bridge, with assumptions to move",
        script=script_of(_MODULES),
        style=style(),
        data=data,
        text=[_sentence(central, residual_step(chosen)), source],
        table=_table(central, chosen),
    )
    return LivePart(content)


def _used(steps: pd.DataFrame, scenarios: pd.DataFrame, changing: Sequence[str]) -> set[str]:
    """The inputs that the steps or the changes of scenarios need."""
    changed = scenarios.loc[scenarios["scenario"].isin(changing), ["input", "formula"]]
    changed = changed[changed["input"] != ""]
    formulas = [*steps.loc[steps["kind"] != "residual", "formula"], *changed["formula"]]
    named = {name for text in formulas for name in formula_inputs(str(text))}
    return named | set(changed["input"])


def _steps(steps: pd.DataFrame) -> list[dict[str, str]]:
    columns = ["step", "kind", "formula", "title"]
    return steps.reset_index()[columns].astype(str).to_dict("records")


def _published(row: pd.Series) -> dict[str, object]:
    """A published input: null for what is not published, an error of 0 for one not known."""
    return {
        "value": None if pd.isna(row["value"]) else float(row["value"]),
        "error": 0.0 if pd.isna(row["standard_error"]) else float(row["standard_error"]),
        "figure": row["figure_id"],
    }


def _assumption(row: pd.Series, assumptions: pd.DataFrame) -> dict[str, object]:
    """An assumption with its range, and how far a reader may move it.

    A share reaches from none to all; one that is a part of a whole reaches to an equal part of it,
    so that the parts cannot exceed the whole. Others reach once their range beyond it.
    """
    low, mode, high = (float(row[end]) for end in ("low", "mode", "high"))
    least, most = max(low - (high - low), min(low, 0)), high + (high - low)
    if row["unit"] == "years":
        least = low - (high - low)
    if row["unit"] == "share":
        parts = (assumptions["part_of"] == row["part_of"]).sum() if row["part_of"] else 1
        least, most = 0.0, max(high, 1 / parts)
    return {
        "label": row["label"],
        "unit": row["unit"],
        "low": low,
        "mode": mode,
        "high": high,
        "least": round(least, _DIGITS),
        "most": int(most * 10**_DIGITS) / 10**_DIGITS,
    }


def _changes(scenarios: pd.DataFrame, scenario: str, bridge: str) -> list[dict[str, str]]:
    """The inputs that a scenario replaces, with their formulas."""
    rows = scenarios[scenarios["scenario"] == scenario]
    if rows.empty or set(rows["bridge"]) != {bridge}:
        known = scenarios.loc[scenarios["bridge"] == bridge, "scenario"].unique()
        raise InputError(
            f"reading '{scenario}' is no scenario of bridge '{bridge}'{nearest(scenario, known)}"
        )
    return rows.loc[rows["input"] != "", ["input", "formula"]].to_dict("records")


def _sentence(central: pd.DataFrame, residual: str) -> str:
    """What the central case leaves unexplained."""
    gap = central["running_total_usd"].iloc[-1] - central["running_total_usd"].iloc[0]
    left = central[central["step"] == residual].iloc[0]
    return (
        f"On the central assumptions, {usd(left['effect_usd'])} of the gap of {usd(gap)} is not "
        f"explained; its assumption range is {usd(left['low_usd'])} to {usd(left['high_usd'])}."
    )


def _table(central: pd.DataFrame, steps: pd.DataFrame) -> Drawn:
    """The central case, one row per step."""
    rows: list[list[str | float | bool | None]] = []
    for row in central.to_dict("records"):
        effect, low, high = (row[key] for key in ("effect_usd", "low_usd", "high_usd"))
        level = steps.at[row["step"], "kind"] in ("start", "target")
        amount = row["running_total_usd"] if level else effect
        ends = "" if pd.isna(low) else f"{usd(low)} to {usd(high)}"
        rows.append([str(steps.at[row["step"], "title"]), _amount(amount), ends])
    return Drawn(columns=["Step", "US dollars a year", "Assumption range"], rows=rows)


def _amount(value: float) -> str:
    return NOT_PUBLISHED if pd.isna(value) else usd(value)
