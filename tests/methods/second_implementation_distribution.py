"""A distribution of pay through percentiles, a second time: plain Python, and nothing of `src/`."""

import bisect
import csv
import math
from pathlib import Path
from statistics import NormalDist

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
PROBABILITIES = [0.10, 0.25, 0.50, 0.75, 0.90]
COLUMNS = ["annual_p10", "annual_p25", "annual_median", "annual_p75", "annual_p90"]
NORMAL = NormalDist()
PIECES = 4


def published():
    """Every national row that has a mean and five percentiles: (year, code), mean, percentiles."""
    with (RAW / "oews-national.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cells = [row["annual_mean"], *(row[column] for column in COLUMNS)]
            if all(cells):
                mean, *wages = map(float, cells)
                yield (int(row["year"]), row["soc_code"]), mean, wages


def line(wages, piece):
    """Level and slope of the logarithm of pay over z on one piece."""
    left, right = (NORMAL.inv_cdf(p) for p in PROBABILITIES[piece : piece + 2])
    slope = math.log(wages[piece + 1] / wages[piece]) / (right - left)
    return math.log(wages[piece]) - slope * left, slope


def rank(wages, wage):
    piece = min(bisect.bisect_right(wages[1:-1], wage), PIECES - 1)
    level, slope = line(wages, piece)
    return NORMAL.cdf((math.log(wage) - level) / slope)


def quantile(wages, probability):
    piece = min(bisect.bisect_right(PROBABILITIES[1:-1], probability), PIECES - 1)
    level, slope = line(wages, piece)
    return math.exp(level + slope * NORMAL.inv_cdf(probability))


def mean_between(wages, low, high):
    """The mean of the workers between two ranks, piece by piece."""
    total = 0.0
    borders = [0.0, *PROBABILITIES[1:-1], 1.0]
    for piece in range(PIECES):
        left, right = max(low, borders[piece]), min(high, borders[piece + 1])
        if left < right:
            level, slope = line(wages, piece)
            upper = 1.0 if right == 1 else NORMAL.cdf(NORMAL.inv_cdf(right) - slope)
            lower = 0.0 if left == 0 else NORMAL.cdf(NORMAL.inv_cdf(left) - slope)
            total += math.exp(level + slope**2 / 2) * (upper - lower)
    return total / (high - low)


def top_share(wages, target):
    """The share at the top whose mean is the target, by halving."""
    low, high = 1e-9, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if mean_between(wages, 1 - middle, 1) > target:
            low = middle
        else:
            high = middle
    return low


def top_share_bound(wages, target, mean, floor):
    """The largest share at the top that can average the target, by halving.

    All others earn the percentile below them, or the floor.
    """

    def affordable(share):
        least, before = 0.0, 0.0
        for border, wage in zip([*PROBABILITIES, 1.0], [floor, *wages], strict=True):
            least += max(0.0, min(border, 1 - share) - before) * wage
            before = border
        return least + share * target <= mean

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if affordable(middle) else (low, middle)
    return low


def mean_limits(wages, floor, ceiling):
    widths = [b - a for a, b in zip([0, *PROBABILITIES], [*PROBABILITIES, 1], strict=True)]
    lowest = sum(w * pay for w, pay in zip(widths, [floor, *wages], strict=True))
    highest = sum(w * pay for w, pay in zip(widths, [*wages, ceiling], strict=True))
    return lowest, highest
