"""The assumptions of the bridge: what they must keep, and how a reader replaces them."""

from collections.abc import Mapping
from numbers import Real

import pandas as pd

from common.errors import InputError, nearest

ENDS = ("low", "mode", "high")
"""The lowest, the most likely and the highest value of an assumption."""


def check_assumptions(assumptions: pd.DataFrame) -> pd.DataFrame:
    """The table of assumptions, indexed by assumption, with low, mode and high as numbers.

    Args:
        assumptions: the columns of `assumptions.csv`.

    Raises:
        InputError: a value is missing, the three do not rise, a share is outside 0 to 1, or the
            highs of the shares of one whole (`part_of`) exceed 1 together.
    """
    table = assumptions.set_index("assumption")
    table[[*ENDS]] = table[[*ENDS]].apply(pd.to_numeric, errors="coerce")
    for name, row in table.iterrows():
        low, mode, high = (float(row[end]) for end in ENDS)
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


def override_assumptions(
    assumptions: pd.DataFrame, overrides: Mapping[str, object]
) -> pd.DataFrame:
    """The table of assumptions with a reader's own values; the table given stays as it is.

    Args:
        assumptions: the columns of `assumptions.csv`.
        overrides: by assumption, its mode, within the low and the high of the table; or a mapping
            of `low`, `mode` and `high`, of which those left out stay as they are.

    Returns:
        The columns of `assumptions.csv`. A row replaced is graded `assumed`, and its basis says
        what it stood at.

    Raises:
        InputError: an assumption is unknown, or a value is no number or out of bounds.
    """
    table = assumptions.set_index("assumption", drop=False)
    for name, given in overrides.items():
        if name not in table.index:
            raise InputError(
                f"assumptions: there is no '{name}'{nearest(name, table.index.tolist())}"
            )
        ends = given if isinstance(given, Mapping) else {"mode": given}
        _check_given(table.loc[name], ends, only_mode=ends is not given)
        low, mode, high = (f"{table.at[name, end]:g}" for end in ENDS)
        table.loc[name, [*ends]] = [float(str(value)) for value in ends.values()]
        table.loc[name, ["grade", "basis"]] = [
            "assumed",
            f"Given for this run, in place of {mode} ({low} to {high}).",
        ]
    changed = table.reset_index(drop=True)
    check_assumptions(changed)
    return changed


def _check_given(row: pd.Series, ends: Mapping[str, object], only_mode: bool) -> None:
    """Stops at a value for one assumption that cannot be meant."""
    where = f"assumptions, '{row['assumption']}'"
    for end, value in ends.items():
        if end not in ENDS:
            raise InputError(f"{where}: there is no '{end}'{nearest(end, ENDS)}")
        if not isinstance(value, Real) or isinstance(value, bool):
            raise InputError(f"{where}: {end} is {value!r}; expected a number ({row['unit']})")
        if only_mode and not row["low"] <= float(value) <= row["high"]:
            raise InputError(
                f"{where}: found {float(value):g}, expected {row['low']:g} to {row['high']:g}; "
                "to go beyond, give low, mode and high"
            )
