"""A distribution of pay from a few published percentiles, and how far such a distribution can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from common.errors import InputError

CELLS = {
    0.10: "annual_p10",
    0.25: "annual_p25",
    0.50: "annual_median",
    0.75: "annual_p75",
    0.90: "annual_p90",
}
THREE = (0.10, 0.50, 0.90)
FIVE = tuple(CELLS)
_SPLITS, _SEED = 300, 2072


@dataclass(frozen=True, eq=False)
class PayDistribution:
    """Piecewise lognormal through published percentiles; the end pieces are extended.

    Between two knots the log of pay is linear in the standard normal quantile. Three knots give the two-piece
    lognormal. probabilities: (k,) rising inside (0, 1). wages: (..., k), USD a year, one row of percentiles
    for each occupation or area (the batch); equal neighbours, which OEWS prints at times, are a mass point.
    Arguments of the methods broadcast against the batch shape.
    Raises InputError for a missing, non-positive or falling percentile, naming the row and the percentile.
    """

    probabilities: NDArray[np.float64]
    wages: NDArray[np.float64]

    def __init__(self, probabilities: ArrayLike, wages: ArrayLike) -> None:
        p, w = np.asarray(probabilities, float), np.asarray(wages, float)
        if p.ndim != 1 or len(p) < 2 or not (np.diff([0, *p, 1]) > 0).all():
            raise InputError(
                f"percentiles {p.tolist()}: expected at least two, rising, between 0 and 1"
            )
        if w.shape[-1:] != p.shape:
            raise InputError(
                f"wages have shape {w.shape}; expected {len(p)} in the last axis, one a percentile"
            )
        _check(w > 0, w, p, "a wage above 0 (a suppressed percentile cannot be used)")
        _check(np.diff(w, prepend=0) >= 0, w, p, "at least the percentile before it")
        object.__setattr__(self, "probabilities", p)
        object.__setattr__(self, "wages", w)

    @classmethod
    def from_table(
        cls, table: pd.DataFrame, probabilities: Sequence[float] = FIVE
    ) -> "PayDistribution":
        """One distribution for each row of a table in the OEWS schema (columns annual_p10 and so on)."""
        return cls(probabilities, table[[CELLS[p] for p in probabilities]].to_numpy(float))

    @property
    def _z(self) -> NDArray[np.float64]:
        return norm.ppf(self.probabilities)

    @property
    def _slopes(self) -> NDArray[np.float64]:
        return np.diff(np.log(self.wages)) / np.diff(self._z)

    def quantile(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Pay in USD a year below which a share `probability` of workers stands."""
        p = np.asarray(probability, float)
        if not ((p > 0) & (p < 1)).all():
            raise InputError(f"probability {p.tolist()}: expected above 0 and below 1")
        z = norm.ppf(p)
        piece = (p[..., None] >= self.probabilities[1:-1]).sum(axis=-1)
        return np.exp(
            self._pick(np.log(self.wages), piece)
            + self._pick(self._slopes, piece) * (z - self._z[piece])
        )

    def rank(self, wage: ArrayLike) -> NDArray[np.float64]:
        """Share of workers at or below a wage (USD a year), in [0, 1]."""
        wage = np.asarray(wage, float)
        if not (wage > 0).all():
            raise InputError(f"wage {wage.min():,.0f} USD: expected a wage above 0")
        piece = (wage[..., None] >= self.wages[..., 1:-1]).sum(axis=-1)
        distance = np.log(wage) - self._pick(np.log(self.wages), piece)
        # On a mass point at either end the slope is zero: all of the mass is at or below its own wage.
        with np.errstate(divide="ignore", invalid="ignore"):
            z = self._z[piece] + distance / self._pick(self._slopes, piece)
        return norm.cdf(np.where(np.isnan(z), np.inf, z))

    def share_above(self, wage: ArrayLike) -> NDArray[np.float64]:
        """Share of workers above a wage (USD a year)."""
        return 1 - self.rank(wage)

    def mean(self) -> NDArray[np.float64]:
        """Mean pay, USD a year."""
        return self.slice_mean(0, 1)

    def slice_mean(self, low: float, high: float) -> NDArray[np.float64]:
        """Mean pay of the workers between two probabilities, USD a year; 0 and 1/3 for the lowest third.

        Sum over the pieces of exp(mu + s^2 / 2) [Phi(b - s) - Phi(a - s)], over the slice's share, where log
        pay = mu + s z on a piece and a, b are the piece's ends in z, cut to the slice.
        """
        if not 0 <= low < high <= 1:
            raise InputError(f"slice {low} to {high}: expected 0 <= low < high <= 1")
        ends = np.concatenate([[-np.inf], self._z[1:-1], [np.inf]])
        ends = np.clip(ends, norm.ppf(low), norm.ppf(high))
        s = self._slopes
        mu = np.log(self.wages[..., :-1]) - s * self._z[:-1]
        pieces = np.exp(mu + s**2 / 2) * (norm.cdf(ends[1:] - s) - norm.cdf(ends[:-1] - s))
        return pieces.sum(axis=-1) / (high - low)

    def mean_bounds(self, floor: float, ceiling: float = np.inf) -> tuple[NDArray, NDArray]:
        """Lowest and highest mean (USD a year) that any distribution with these percentiles can have.

        floor, ceiling: least and greatest pay possible. Sharp: between two percentiles every worker may stand
        at the lower, or every worker at the upper.
        """
        padded = self._padded(floor, ceiling)
        widths = np.diff([0, *self.probabilities, 1])
        return (padded[..., :-1] * widths).sum(axis=-1), (padded[..., 1:] * widths).sum(axis=-1)

    def rank_bounds(self, wage: ArrayLike) -> tuple[NDArray, NDArray]:
        """Lowest and highest rank a wage can have: the published percentiles beside it; no model."""
        wage = np.asarray(wage, float)[..., None]
        padded = np.concatenate([[0], self.probabilities, [1]])
        return padded[(self.wages <= wage).sum(axis=-1)], padded[
            (self.wages < wage).sum(axis=-1) + 1
        ]

    def top_share(self, target: float, mean: float) -> float:
        """Largest share of the occupation whose best-paid average `target` (USD a year); one distribution.

        The curve is scaled to the published mean, and the share is taken strictly from the top.
        """
        goal = target * float(self.mean()) / mean
        if target <= mean:
            return 1.0
        return float(brentq(lambda share: self.slice_mean(1 - share, 1) - goal, 1e-9, 1))

    def top_share_bound(self, target: float, mean: float, floor: float) -> float:
        """Largest share whose mean can be `target`, whatever the distribution; one distribution, USD a year.

        Given the published mean, these percentiles and the least pay possible. The rest, 1 - c, must hold at
        least the pay of a worker at the percentile below each of them, so the top c cannot average more than
        what is left (trimming bound, Horowitz and Manski 1995).
        """
        low, high = (float(bound) for bound in self.mean_bounds(floor))
        if not low <= mean <= high:
            raise InputError(f"mean {mean:,.0f}: these percentiles allow {low:,.0f} to {high:,.0f}")
        if target <= mean:
            return 1.0
        p = np.array([0, *self.probabilities, 1])
        least = np.concatenate([[0], np.cumsum(self._padded(floor, np.inf)[:-1] * np.diff(p))])
        spare = mean - least - (1 - p) * target
        spare[-1] = mean - low  # which the line above may round to less than nothing
        crossing = np.flatnonzero(spare >= 0)[0]
        return float(
            1 - np.interp(0, spare[crossing - 1 : crossing + 1], p[crossing - 1 : crossing + 1])
        )

    def _padded(self, floor: float, ceiling: float) -> NDArray[np.float64]:
        if (self.wages[..., 0] < floor).any() or (self.wages[..., -1] > ceiling).any():
            raise InputError(
                f"floor {floor:,.0f} and ceiling {ceiling:,.0f} USD: published percentiles run from "
                f"{self.wages.min():,.0f} to {self.wages.max():,.0f}; expected floor and ceiling around them"
            )
        shape = (*self.wages.shape[:-1], 1)
        return np.concatenate([np.full(shape, floor), self.wages, np.full(shape, ceiling)], axis=-1)

    def _pick(self, values: NDArray, piece: NDArray) -> NDArray:
        """The value of each case's piece; `piece` broadcasts against the batch."""
        shape = np.broadcast_shapes(piece.shape, values.shape[:-1])
        values = np.broadcast_to(values, (*shape, values.shape[-1]))
        return np.take_along_axis(values, np.broadcast_to(piece, shape)[..., None], axis=-1)[..., 0]


def _check(valid: NDArray, wages: NDArray, probabilities: NDArray, expected: str) -> None:
    if not valid.all():
        *row, knot = (int(index) for index in np.argwhere(~valid)[0])
        where = f"row {row[0]}, " if row else ""
        found = wages[(*row, knot)]
        raise InputError(
            f"{where}percentile {probabilities[knot] * 100:g}: {found:,.0f}; expected {expected}"
        )


def accuracy(table: pd.DataFrame) -> pd.DataFrame:
    """How well the distribution foretells what OEWS publishes, over the occupations of one workbook.

    table: detailed occupations in the OEWS schema; a row with a suppressed mean or percentile is left out.
    The mean is foretold from three and from five percentiles; then one percentile is hidden and its rank
    foretold from the others. Columns: quantity, percentiles, unit (percent of the published mean, or points
    of rank), occupations, bias (mean error), median_absolute_error, band_90 (90th percentile of the absolute
    error on one half of the occupations), held_out_coverage (percent of the other half inside that band); the
    last two are averages over random halves. Raises InputError with fewer than 20 complete occupations.
    """
    table = table.dropna(subset=["annual_mean", *CELLS.values()])
    if len(table) < 20:
        raise InputError(
            f"{len(table)} occupations have a mean and five percentiles; expected 20 or more"
        )
    published = table["annual_mean"].to_numpy(float)
    cases = [
        ("mean", "percent", used, PayDistribution.from_table(table, used).mean() / published - 1)
        for used in (THREE, FIVE)
    ]
    for hidden, used in (
        (0.25, THREE),
        (0.75, THREE),
        (0.5, (0.1, 0.25, 0.75, 0.9)),
        (0.9, (0.1, 0.25, 0.5, 0.75)),
    ):
        rank = PayDistribution.from_table(table, used).rank(table[CELLS[hidden]].to_numpy(float))
        cases.append((f"rank of p{hidden * 100:g}", "points", used, rank - hidden))
    halves = np.random.default_rng(_SEED).permuted(
        np.tile(np.arange(len(table)), (_SPLITS, 1)), axis=1
    )
    rows = [
        {
            "quantity": quantity,
            "percentiles": " ".join(f"{p * 100:g}" for p in used),
            "unit": unit,
            "occupations": len(table),
            **_summary(100 * error, halves),
        }
        for quantity, unit, used, error in cases
    ]
    return pd.DataFrame(rows)


def _summary(error: NDArray, halves: NDArray) -> dict[str, float]:
    size = np.abs(error)
    first, second = np.array_split(size[halves], 2, axis=1)
    band = np.quantile(first, 0.9, axis=1)
    return {
        "bias": error.mean(),
        "median_absolute_error": np.median(size),
        "band_90": band.mean(),
        "held_out_coverage": 100 * (second <= band[:, None]).mean(),
    }


def mean_range(distribution: PayDistribution, measured: pd.DataFrame) -> tuple[NDArray, NDArray]:
    """Modelled mean, less and plus the widest measured 90% band for its percentiles; USD a year.

    measured: tables of `accuracy`. Empirical: nine in ten occupations of a BLS workbook lie inside.
    Raises InputError when the percentiles were never measured.
    """
    used = " ".join(f"{p * 100:g}" for p in distribution.probabilities)
    rows = measured[measured["quantity"].eq("mean") & measured["percentiles"].eq(used)]
    if rows.empty:
        raise InputError(f"no band was measured for the mean from percentiles {used}")
    band = rows["band_90"].max() / 100
    return distribution.mean() * (1 - band), distribution.mean() * (1 + band)


def place(distribution: PayDistribution, wages: pd.Series, measured: pd.DataFrame) -> pd.DataFrame:
    """Where each wage (USD a year) stands in one distribution, by share of workers at or below it.

    measured: tables of `accuracy`. Columns rank; certain_low, certain_high (the published percentiles beside
    it, no model); likely_low, likely_high (rank less and plus the widest measured 90% band, cut to what is
    certain). A mean's rank is only a place on the scale: no worker need earn it.
    """
    rank = distribution.rank(wages)
    low, high = distribution.rank_bounds(wages)
    band = measured.loc[measured["unit"] == "points", "band_90"].max() / 100
    columns = {
        "rank": rank,
        "certain_low": low,
        "certain_high": high,
        "likely_low": np.clip(rank - band, low, high),
        "likely_high": np.clip(rank + band, low, high),
    }
    return pd.DataFrame(columns, index=wages.index)
