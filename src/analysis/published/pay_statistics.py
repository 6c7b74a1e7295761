"""The statistics of annual pay that OEWS publishes, and what annual pay can be."""

from common.errors import InputError

STATISTICS = {
    "mean": "mean",
    "median": "median",
    "p10": "10th percentile",
    "p25": "25th percentile",
    "p75": "75th percentile",
    "p90": "90th percentile",
}
"""Each statistic in words."""

PAY_COLUMNS = {statistic: f"annual_{statistic}" for statistic in STATISTICS}
"""The column of an OEWS table that holds each statistic, in US dollars a year."""

PERCENTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
"""The share of jobs that pay at most each percentile, lowest first."""

HOURS_A_YEAR = 2080
"""By which OEWS makes hourly pay annual."""
_HOURLY = 1000
_MOST_AN_HOUR = 200


def check_yearly_pay(name: str, amount: float) -> None:
    """Refuse what can be no pay of a year.

    Args:
        name: of the parameter that holds it.
        amount: US dollars a year, 0 for none.

    Raises:
        InputError: it is below 0, or so low that pay of an hour must be meant.
    """
    if amount < 0:
        raise InputError(f"{name}: found {amount:g}, expected US dollars a year, or 0 for none")
    if 0 < amount < _HOURLY:
        raise InputError(
            f"{name}: found {amount:g}, expected US dollars a year, or 0 for none; "
            f"did you mean {amount:g} an hour, {amount * HOURS_A_YEAR:,.0f} a year?"
        )


def yearly_pay(name: str, amount: float) -> float:
    """Pay of a year from that of an hour or a year, whichever an amount must be.

    BLS prints no wage above 115 dollars an hour, and a job of all year pays more than 1,000.

    Args:
        name: of the parameter that holds it.
        amount: US dollars, an hour if below 200; 0 for none.

    Returns:
        US dollars a year; 0 for none.

    Raises:
        InputError: it is below 0, or can be pay of neither an hour nor a year.
    """
    if not (0 <= amount < _MOST_AN_HOUR or amount >= _HOURLY):
        raise InputError(
            f"{name}: found {amount:g}, expected US dollars an hour (below {_MOST_AN_HOUR}) or a "
            f"year ({_HOURLY:,} or more), or 0 for none"
        )
    return amount * HOURS_A_YEAR if amount < _MOST_AN_HOUR else amount
