"""What published means say about unpublished shares: every split that agrees with them, nothing more."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from common.errors import InputError, nearest


def feasible_range(
    weights: Mapping[str, float],
    means: Mapping[str, float],
    overall: float,
    at_least: Sequence[tuple[str, str]] = (),
) -> tuple[pd.Series, pd.Series]:
    """The two splits of members over groups that make a weighted sum of shares smallest and largest.

    means: each group's mean (USD a year); overall: the mean of all. Shares are not negative, sum to 1 and
    give the overall mean. at_least: pairs (larger, smaller) of groups whose order of size is taken as known.
    weights: by group, such as the number of credentials; a missing group weighs nothing.
    Returns two series of shares by group. Linear programming (scipy's HiGHS).
    Raises InputError for an unknown group or an overall mean that no split can give.
    """
    groups = list(means)
    for name in [*weights, *(name for pair in at_least for name in pair)]:
        if name not in means:
            raise InputError(f"group '{name}' has no published mean{nearest(name, groups)}")
    pay = np.array([means[group] for group in groups], dtype=float)
    if not (np.isfinite(pay).all() and pay.min() <= overall <= pay.max()):
        raise InputError(f"overall mean {overall:,.0f}: expected between group means {dict(means)}")
    objective = np.array([weights.get(group, 0.0) for group in groups])
    order = np.array(
        [[(g == small) - (g == large) for g in groups] for large, small in at_least], dtype=float
    )
    ends = []
    for sign in (1, -1):
        result = linprog(
            sign * objective,
            A_ub=order if len(order) else None,
            b_ub=np.zeros(len(order)) if len(order) else None,
            A_eq=[np.ones(len(groups)), pay / overall],
            b_eq=[1, 1],
            bounds=(0, 1),
        )
        if not result.success:
            raise InputError(f"no split of {groups} gives {overall:,.0f} with {list(at_least)}")
        ends.append(pd.Series(result.x, index=groups))
    return ends[0], ends[1]


def feasible_shares(
    means: Mapping[str, float], overall: float, at_least: Sequence[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Smallest and largest share of each group, given group means and the overall mean: columns low, high.

    Arguments and errors as in `feasible_range`. Not every combination inside the ranges is feasible.
    """
    rows = {}
    for group in means:
        low, high = feasible_range({group: 1}, means, overall, at_least)
        rows[group] = (low[group], high[group])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"])


def largest_share(mean: float, overall: float, others: float) -> float:
    """Largest share a group can have when those outside it average no further away than `others`; USD a year.

    share x mean + (1 - share) x others = overall. Raises InputError unless overall lies between the two.
    """
    if mean == others or not min(mean, others) <= overall <= max(mean, others):
        raise InputError(
            f"overall mean {overall:,.0f}: expected between {mean:,.0f} and {others:,.0f}"
        )
    return abs(
        (overall - others) / (mean - others)
    )  # or a share of nobody would be printed as -0.0%


def implied_base_pay(
    holder_mean: float, means: Mapping[str, float], overall: float, base: str
) -> tuple[float, float]:
    """Pay of holders of one credential alone, if holders stack credentials as all members do; USD a year.

    holder_mean: mean of everyone who holds it. Members with more credentials keep their group's mean, so the
    base group must earn what is left. Returns the lowest and the highest over all feasible splits.
    Since members give overall = sum of share x mean, this is means[base] + (holder_mean - overall) / share.
    """
    shares = feasible_shares(means, overall).loc[base]
    ends = sorted(means[base] + (holder_mean - overall) / shares)
    return float(ends[0]), float(ends[1])
