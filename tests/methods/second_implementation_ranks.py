"""Ranks with their intervals in plain Python, written apart from `src/`: no pandas, no scipy.

The critical value of the studentized range is found from its definition: for k independent standard
normal variables, the chance that their range is at most q is k times the integral of
phi(z) (Phi(z + q) - Phi(z))^(k - 1) over z.
"""

import csv
from math import erf, exp, pi, sqrt
from pathlib import Path

CONFIDENCE = 0.9
STEPS = 2_000


def read_states(folder: Path, year: str, occupation: str) -> dict[str, tuple[float, float]]:
    """The mean of each state and its standard error, NaN where none is held, in dollars a year."""
    with (folder / "oews-state.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if (row["year"], row["soc_code"]) == (year, occupation) and row["annual_mean"]
        ]
    means = {row["area_code"]: (row["annual_mean"], row["mean_rse"]) for row in rows}
    return {
        code: (float(mean), float(mean) * float(error or "nan") / 100)
        for code, (mean, error) in means.items()
    }


def at_national_prices(
    means: dict[str, tuple[float, float]], folder: Path, year: str
) -> dict[str, tuple[float, float]]:
    """Means and errors divided by the state's price level, which is taken as without error."""
    with (folder / "regional-price-parities.csv").open(encoding="utf-8", newline="") as file:
        prices = {
            row["area_code"]: float(row["price_parity"]) / 100
            for row in csv.DictReader(file)
            if row["year"] == year
        }
    return {
        code: (mean / prices[code], error / prices[code]) for code, (mean, error) in means.items()
    }


def rank_intervals(means: dict[str, tuple[float, float]]) -> dict[str, tuple[int, int, int]]:
    """For each place its rank, and the lowest and the highest rank that the errors allow it."""
    reach = critical_range(len(means)) / sqrt(2)
    found = {}
    for code, (mean, error) in means.items():
        rank, surely_above, surely_below = 1, 0, 0
        for other, (value, other_error) in means.items():
            if other == code:
                continue
            rank += value > mean
            margin = reach * sqrt(error**2 + other_error**2)
            surely_above += value - mean > margin
            surely_below += mean - value > margin
        found[code] = (rank, 1 + surely_above, len(means) - surely_below)
    return found


def critical_range(count: int) -> float:
    """The range that `count` standard normal variables keep within in nine samples of ten."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if chance_within(middle, count) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chance_within(reach: float, count: int) -> float:
    """The chance that `count` standard normal variables have a range of at most `reach`."""
    total, width = 0.0, 16 / STEPS
    for step in range(STEPS + 1):
        z = -8 + step * width
        inside = (normal_share(z + reach) - normal_share(z)) ** (count - 1)
        weight = 1 if step in (0, STEPS) else 4 if step % 2 else 2  # Simpson's rule
        total += weight * exp(-z * z / 2) / sqrt(2 * pi) * inside
    return count * total * width / 3


def normal_share(z: float) -> float:
    """The share of a standard normal distribution below z."""
    return (1 + erf(z / sqrt(2))) / 2
