"""What published means say about unpublished shares: every split that agrees with them, no more.

Means are in US dollars a year, and shares run from 0 to 1.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

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
    """The splits of members over groups for which a weighted sum is smallest and largest.

    Shares are not negative, sum to 1 and give the overall mean. Found by linear programming.

    Args:
        weights: by group, such as the number of credentials; a group without one weighs nothing.
        means: of each group.
        overall: the mean of all.
        at_least: pairs (larger, smaller) of groups whose order of size is taken as known.

    Returns:
        Two splits, each with the share of every group.

    Raises:
        InputError: a group is unknown, or no split can give the overall mean.
    """
    groups = list(means)
    for name in [*weights, *chain.from_iterable(at_least)]:
        if name not in means:
            raise InputError(f"group '{name}' has no published mean{nearest(name, groups)}")
    pay = np.array([means[group] for group in groups], dtype=float)
    if not (np.isfinite(pay).all() and pay.min() <= overall <= pay.max()):
        raise InputError(f"overall mean {overall:,.0f}: expected between group means {dict(means)}")
    objective = pd.Series(weights, index=groups, dtype=float).fillna(0).to_numpy()
    order = np.zeros((len(at_least), len(groups)))
    for row, (larger, smaller) in enumerate(at_least):
        order[row, groups.index(smaller)] = 1
        order[row, groups.index(larger)] = -1
    splits = []
    for sign in (1, -1):
        result = linprog(
            sign * objective,
            A_ub=order,
            b_ub=np.zeros(len(at_least)),
            A_eq=[np.ones(len(groups)), pay / overall],
            b_eq=[1, 1],
            bounds=(0, 1),
        )
        if not result.success:
            raise InputError(f"no split of {groups} gives {overall:,.0f} with {list(at_least)}")
        splits.append(pd.Series(result.x, index=groups))
    smallest, largest = splits
    return smallest, largest


def feasible_shares(
    means: Mapping[str, float], overall: float, at_least: Sequence[tuple[str, str]] = ()
) -> pd.DataFrame:
    """The smallest and the largest share of each group; otherwise as `feasible_range`.

    Returns:
        `low` and `high` by group. Not every combination inside them is feasible.
    """
    rows = {}
    for group in means:
        low, high = feasible_range({group: 1}, means, overall, at_least)
        rows[group] = (low[group], high[group])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"])


def largest_share(mean: float, overall: float, others: float) -> float:
    """The largest share a group can have, if all others average no further away than `others`.

    It is the share for which share x mean + (1 - share) x others = overall.

    Raises:
        InputError: the overall mean does not lie between the other two.
    """
    if mean == others or not min(mean, others) <= overall <= max(mean, others):
        raise InputError(
            f"overall mean {overall:,.0f}: expected between {mean:,.0f} and {others:,.0f}"
        )
    # Without `abs` a share of nobody could be -0.0, and would be printed so.
    return abs((overall - others) / (mean - others))


def implied_base_pay(
    holder_mean: float, means: Mapping[str, float], overall: float, base: str
) -> tuple[float, float]:
    """The pay of holders of one credential alone, if holders stack credentials as all members do.

    Members with more credentials keep their group's mean, so the base group must earn what is left:
    since overall = sum of share x mean, this is means[base] + (holder_mean - overall) / share.

    Args:
        holder_mean: the mean of everyone who holds the credential.
        means: of each group, by number of credentials.
        overall: the mean of all members.
        base: the group with this credential alone.

    Returns:
        The lowest and the highest over all feasible splits.
    """
    shares = feasible_shares(means, overall).loc[base]
    ends = sorted(means[base] + (holder_mean - overall) / shares)
    return float(ends[0]), float(ends[1])
