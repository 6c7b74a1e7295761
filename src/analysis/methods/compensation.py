"""What an employer spends on top of pay, from BLS's Employer Costs for Employee Compensation."""

import pandas as pd

from common.errors import InputError, nearest

WAGES = "wages and salaries"
GUIDE_LIST = ("paid leave", "insurance", "retirement and savings")
"""What the salary guide counts as benefits: time off, insurance, retirement plans."""
REQUIRED = "legally required benefits"
SUPPLEMENTS = ("nonproduction bonuses", "overtime and premium pay", "shift differentials")
"""What OEWS leaves out of pay."""


def total_compensation(
    costs: pd.DataFrame, pay: float, month: str, worker_group: str = "private industry"
) -> pd.DataFrame:
    """Pay and what employers add to it, as shares of wages and in dollars of one pay.

    The shares are those of all jobs of the group, not of medical coders: no costs of one occupation
    are published.

    Args:
        costs: the columns of `employer-costs.csv`, US dollars per hour worked.
        pay: US dollars a year.
        month: such as `2023-12`, one whose benefits are published by kind.
        worker_group: such as `private industry`.

    Returns:
        One row each for `pay`, `guide_list` (the kinds that the guide lists), `with_bonuses` (they
        and nonproduction bonuses), `not_required` (all but what the law requires), `required` and
        `all_benefits`, the sum of the two before it; then `total` (pay and all benefits) and
        `total_not_required`. Columns: part, share_of_wages (0 to 1) and usd (to the dollar).

    Raises:
        InputError: the month, the group or a component is not held.
    """
    by_component = _costs_of(costs, month, worker_group)
    wages, required = by_component[WAGES], by_component[REQUIRED]
    listed = sum(by_component[kind] for kind in GUIDE_LIST)
    benefits = by_component["total benefits"]
    parts = {
        "pay": wages,
        "guide_list": listed,
        "with_bonuses": listed + by_component["nonproduction bonuses"],
        "not_required": benefits - required,
        "required": required,
        "all_benefits": benefits,
        "total": wages + benefits,
        "total_not_required": wages + benefits - required,
    }
    shares = pd.Series(parts) / wages
    table = pd.DataFrame({"share_of_wages": shares, "usd": (shares * pay).round()})
    return table.rename_axis("part").reset_index()


def with_benefits(bases: pd.DataFrame, low: float, high: float) -> pd.DataFrame:
    """Pay with a range of benefits on top.

    Args:
        bases: `value`, US dollars a year.
        low: of the range, in percent of pay.
        high: as `low`.

    Returns:
        The rows with `low` and `high`, US dollars a year.
    """
    return bases.assign(
        low=bases["value"] * (1 + low / 100), high=bases["value"] * (1 + high / 100)
    )


def stacks(usd: pd.Series) -> pd.DataFrame:
    """What an employer pays for, stacked three ways: the guide's list, without the law's, all.

    Args:
        usd: of `total_compensation`, by its `part`.

    Returns:
        `label`, `part` and `amount_usd`, in the order to stack; together the totals, to the dollar.
    """
    parts = {
        "wages": usd["pay"],
        "the guide's list": usd["guide_list"],
        "bonuses": usd["with_bonuses"] - usd["guide_list"],
        "overtime, shifts": usd["total_not_required"] - usd["pay"] - usd["with_bonuses"],
        "required by law": usd["total"] - usd["total_not_required"],
    }
    counts = {"As the guide lists them": 2, "All but what the law requires": 4, "All benefits": 5}
    rows = [
        (label, part, amount)
        for label, count in counts.items()
        for part, amount in [*parts.items()][:count]
    ]
    return pd.DataFrame(rows, columns=["label", "part", "amount_usd"])


def supplements_share(
    costs: pd.DataFrame, month: str, worker_group: str = "private industry"
) -> float:
    """What OEWS leaves out of pay as a share of wages; arguments as in `total_compensation`."""
    by_component = _costs_of(costs, month, worker_group)
    return float(sum(by_component[kind] for kind in SUPPLEMENTS) / by_component[WAGES])


def _costs_of(costs: pd.DataFrame, month: str, worker_group: str) -> pd.Series:
    """The costs of one month and group by component, every one that is used among them."""
    held = costs[costs["component"] == REQUIRED]
    for column, value in (("month", month), ("worker_group", worker_group)):
        if value not in set(held[column]):
            raise InputError(
                f"{column}: employer costs by kind are not held for {value!r}"
                f"{nearest(value, sorted(set(held[column])))}"
            )
        held = held[held[column] == value]
    chosen = costs[costs["month"].eq(month) & costs["worker_group"].eq(worker_group)]
    by_component = chosen.set_index("component")["value"]
    for kind in (WAGES, "total benefits", *GUIDE_LIST, *SUPPLEMENTS):
        if kind not in by_component:
            raise InputError(f"employer-costs.csv: {month}, {worker_group} has no {kind!r}")
    return by_component
