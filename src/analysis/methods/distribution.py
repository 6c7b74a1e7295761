"""A distribution of pay from a few published percentiles, and how far it can be trusted.

Pay is in US dollars a year throughout, and a share or rank runs from 0 to 1.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from analysis.published.pay_statistics import PAY_COLUMNS, PERCENTILES
from common.errors import InputError

CELLS = {probability: PAY_COLUMNS[name] for name, probability in PERCENTILES.items()}
"""The column of an OEWS table that holds each percentile, by its probability."""
THREE = (0.10, 0.50, 0.90)
FIVE = tuple(CELLS)
_USED_FOR_HIDDEN = {
    0.25: THREE,
    0.75: THREE,
    0.50: (0.10, 0.25, 0.75, 0.90),
    0.90: (0.10, 0.25, 0.50, 0.75),
}
_SPLITS = 300
_SEED = 2072


class PayDistribution:
    """A piecewise lognormal distribution through published percentiles.

    Between two percentiles the logarithm of pay is linear in the standard normal quantile; the end
    pieces go on beyond the lowest and the highest percentile. Three percentiles give the two-piece
    lognormal. Arguments of the methods broadcast against the shape of the batch.

    Attributes:
        probabilities: (k,), rising, each above 0 and below 1.
        wages: (..., k), one row of percentiles for each occupation or area of the batch. Equal
            neighbours, which OEWS prints at times, mean that many jobs pay the same.
    """

    def __init__(self, probabilities: ArrayLike, wages: ArrayLike) -> None:
        """Checks and keeps the percentiles.

        Raises:
            InputError: a percentile is missing, not above 0, or below the one before it; the
                message names its row.
        """
        p, w = np.asarray(probabilities, float), np.asarray(wages, float)
        if p.ndim != 1 or len(p) < 2 or not (np.diff([0, *p, 1]) > 0).all():
            raise InputError(
                f"percentiles {p.tolist()}: expected at least two, rising, between 0 and 1"
            )
        if w.shape[-1:] != p.shape:
            found = f"wages have shape {w.shape}"
            raise InputError(f"{found}; expected {len(p)} percentiles in the last axis")
        _check(w > 0, w, p, "a wage above 0 (a suppressed percentile cannot be used)")
        _check(np.diff(w, prepend=0) >= 0, w, p, "at least the percentile before it")
        self.probabilities, self.wages = p, w
        self._z, self._logs = norm.ppf(p), np.log(w)
        self._slopes = np.diff(self._logs) / np.diff(self._z)

    @classmethod
    def from_table(
        cls, table: pd.DataFrame | pd.Series, probabilities: Sequence[float] = FIVE
    ) -> "PayDistribution":
        """One distribution for each row of an OEWS table, or for one row, from its percentiles."""
        return cls(probabilities, table[[CELLS[p] for p in probabilities]].to_numpy(float))

    def quantile(self, probability: ArrayLike) -> NDArray[np.float64]:
        """The pay below which a share `probability` of workers stands."""
        p = np.asarray(probability, float)
        if not ((p > 0) & (p < 1)).all():
            raise InputError(f"probability {p.tolist()}: expected above 0 and below 1")
        z = norm.ppf(p)
        piece = (p[..., None] >= self.probabilities[1:-1]).sum(axis=-1)
        rise = self._pick(self._slopes, piece) * (z - self._z[piece])
        return np.exp(self._pick(self._logs, piece) + rise)

    def rank(self, wage: ArrayLike) -> NDArray[np.float64]:
        """The share of workers at or below a wage."""
        wage = np.asarray(wage, float)
        if not (wage > 0).all():
            raise InputError(f"wage {wage.min():,.0f} USD: expected a wage above 0")
        piece = (wage[..., None] >= self.wages[..., 1:-1]).sum(axis=-1)
        distance = np.log(wage) - self._pick(self._logs, piece)
        slope = self._pick(self._slopes, piece)
        # Where the slope is zero, all jobs of the piece pay one wage, so all are at or below it.
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = np.where((slope == 0) & (distance == 0), np.inf, distance / slope)
        return norm.cdf(self._z[piece] + beyond)

    def share_above(self, wage: ArrayLike) -> NDArray[np.float64]:
        """The share of workers above a wage."""
        return 1 - self.rank(wage)

    def mean(self) -> NDArray[np.float64]:
        """The mean pay of all workers."""
        return self.slice_mean(0, 1)

    def slice_mean(self, low: float, high: float) -> NDArray[np.float64]:
        """The mean pay of the workers between two ranks: of the lowest third between 0 and 1/3.

        On a piece the logarithm of pay is mu + s z. The mean is the sum over the pieces of
        exp(mu + s^2 / 2) [Phi(b - s) - Phi(a - s)], where a and b are the ends of the piece in z,
        cut to the slice, divided by the share of workers in the slice.
        """
        if not 0 <= low < high <= 1:
            raise InputError(f"slice {low} to {high}: expected 0 <= low < high <= 1")
        ends = np.concatenate([[-np.inf], self._z[1:-1], [np.inf]])
        ends = np.clip(ends, norm.ppf(low), norm.ppf(high))
        s = self._slopes
        mu = self._logs[..., :-1] - s * self._z[:-1]
        pieces = np.exp(mu + s**2 / 2) * (norm.cdf(ends[1:] - s) - norm.cdf(ends[:-1] - s))
        return pieces.sum(axis=-1) / (high - low)

    def mean_bounds(self, floor: float, ceiling: float = np.inf) -> tuple[NDArray, NDArray]:
        """The lowest and the highest mean that any distribution with these percentiles can have.

        Between two percentiles every worker may stand at the lower, or every worker at the upper.

        Args:
            floor: the least pay possible.
            ceiling: the greatest pay possible.

        Raises:
            InputError: a percentile lies outside these limits.
        """
        padded = self._padded(floor, ceiling)
        widths = np.diff([0, *self.probabilities, 1])
        lowest, highest = padded[..., :-1] * widths, padded[..., 1:] * widths
        return lowest.sum(axis=-1), highest.sum(axis=-1)

    def rank_bounds(self, wage: ArrayLike) -> tuple[NDArray, NDArray]:
        """The lowest and the highest rank a wage can have, by the percentiles beside it alone."""
        wage = np.asarray(wage, float)[..., None]
        padded = np.concatenate([[0], self.probabilities, [1]])
        reached, passed = (self.wages <= wage).sum(axis=-1), (self.wages < wage).sum(axis=-1)
        return padded[reached], padded[passed + 1]

    def top_share(self, target: float, mean: float) -> float:
        """The share of workers, taken from the top, whose mean is `target`; one distribution only.

        The curve is scaled to `mean`, the published mean of all.
        """
        if target <= mean:
            return 1.0
        goal = target * float(self.mean()) / mean
        return float(brentq(lambda share: self.slice_mean(1 - share, 1) - goal, 1e-9, 1))

    def top_share_bound(self, target: float, mean: float, floor: float) -> float:
        """The largest share whose mean can be `target`, whatever lies between the percentiles.

        All others earn at least the percentile below each of them, so the share at the top cannot
        average more than what is left (trimming bound, Horowitz and Manski 1995). One distribution
        only.

        Args:
            target: the mean of the share.
            mean: the published mean of all.
            floor: the least pay possible.

        Raises:
            InputError: no distribution with these percentiles has this mean.
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
        piece = slice(crossing - 1, crossing + 1)
        return float(1 - np.interp(0, spare[piece], p[piece]))

    def _padded(self, floor: float, ceiling: float) -> NDArray[np.float64]:
        """The percentiles with the floor before them and the ceiling after them."""
        if (self.wages < floor).any() or (self.wages > ceiling).any():
            raise InputError(
                f"floor {floor:,.0f} and ceiling {ceiling:,.0f} USD: expected both around the "
                f"published percentiles, {self.wages.min():,.0f} to {self.wages.max():,.0f}"
            )
        shape = (*self.wages.shape[:-1], 1)
        return np.concatenate([np.full(shape, floor), self.wages, np.full(shape, ceiling)], axis=-1)

    def _pick(self, values: NDArray, piece: NDArray) -> NDArray:
        """The value at each case's piece; `piece` broadcasts against the batch."""
        shape = np.broadcast_shapes(piece.shape, values.shape[:-1])
        values = np.broadcast_to(values, (*shape, values.shape[-1]))
        return np.take_along_axis(values, np.broadcast_to(piece, shape)[..., None], axis=-1)[..., 0]


def _check(valid: NDArray, wages: NDArray, probabilities: NDArray, expected: str) -> None:
    """Stops at the first percentile that is not valid, and says which it is."""
    if not valid.all():
        *row, knot = (int(index) for index in np.argwhere(~valid)[0])
        where = f"row {row[0]}, " if row else ""
        found = wages[(*row, knot)]
        raise InputError(
            f"{where}percentile {probabilities[knot] * 100:g}: {found:,.0f}; expected {expected}"
        )


def accuracy(table: pd.DataFrame) -> pd.DataFrame:
    """How well the distribution foretells what OEWS publishes of many occupations.

    The mean is foretold from three and from five percentiles. Then one percentile is hidden, and
    its rank foretold from the others.

    Args:
        table: detailed occupations in the columns of an OEWS table; a row without a mean or a
            percentile is left out.

    Returns:
        One row per test: quantity, percentiles, unit (percent of the published mean, or points of
        rank), occupations, bias (the mean error), median_absolute_error, band_90 (the 90th
        percentile of the absolute error on one half of the occupations) and held_out_coverage
        (percent of the other half inside that band). The last two are averages over random halves.

    Raises:
        InputError: fewer than 20 occupations are complete.
    """
    table = table.dropna(subset=[PAY_COLUMNS["mean"], *CELLS.values()])
    if len(table) < 20:
        raise InputError(
            f"{len(table)} occupations have a mean and five percentiles; expected 20 or more"
        )
    published = table[PAY_COLUMNS["mean"]].to_numpy(float)
    errors = []
    for used in (THREE, FIVE):
        mean = PayDistribution.from_table(table, used).mean()
        errors.append(("mean", "percent", used, mean / published - 1))
    for hidden, used in _USED_FOR_HIDDEN.items():
        rank = PayDistribution.from_table(table, used).rank(table[CELLS[hidden]].to_numpy(float))
        errors.append((f"rank of p{hidden * 100:g}", "points", used, rank - hidden))
    orders = np.tile(np.arange(len(table)), (_SPLITS, 1))
    halves = np.random.default_rng(_SEED).permuted(orders, axis=1)
    rows = []
    for quantity, unit, used, error in errors:
        row = {"quantity": quantity, "percentiles": _names(used), "unit": unit}
        rows.append(row | {"occupations": len(table)} | _summary(100 * error, halves))
    return pd.DataFrame(rows)


def _names(probabilities: Sequence[float] | NDArray) -> str:
    """The percentiles in one text: `10 50 90`."""
    return " ".join(f"{probability * 100:g}" for probability in probabilities)


def _summary(error: NDArray, halves: NDArray) -> dict[str, float]:
    """The size of the errors, and how many of one half lie inside the band of the other."""
    size = np.abs(error)
    first, second = np.array_split(size[halves], 2, axis=1)
    band = np.quantile(first, 0.9, axis=1)
    return {
        "bias": error.mean(),
        "median_absolute_error": np.median(size),
        "band_90": band.mean(),
        "held_out_coverage": 100 * (second <= band[:, None]).mean(),
    }


def top_shares(
    distribution: PayDistribution, target: float, mean: float, floor: float
) -> pd.Series:
    """How large a share of workers, the best paid, can average `target`: three answers.

    Args:
        distribution: one, not a batch.
        target: the mean of the share, in US dollars a year.
        mean: the published mean of all.
        floor: the least pay possible.

    Returns:
        `at_most`, whatever lies between the percentiles; `on_scaled_curve`, on the curve raised or
        lowered as a whole so that its mean is the published one; `on_curve`, on the curve as it
        runs through the percentiles.
    """
    return pd.Series(
        {
            "at_most": distribution.top_share_bound(target, mean, floor),
            "on_scaled_curve": distribution.top_share(target, mean),
            "on_curve": distribution.top_share(target, float(distribution.mean())),
        }
    )


def mean_range(distribution: PayDistribution, measured: pd.DataFrame) -> tuple[NDArray, NDArray]:
    """The modelled mean, less and plus its error in `measured`, tables of `accuracy`.

    The error is the widest 90% band for the same percentiles: nine in ten occupations of a BLS
    workbook lie inside.

    Raises:
        InputError: no error was measured for these percentiles.
    """
    used = _names(distribution.probabilities)
    rows = measured[measured["quantity"].eq("mean") & measured["percentiles"].eq(used)]
    if rows.empty:
        raise InputError(f"no band was measured for the mean from percentiles {used}")
    band = rows["band_90"].max() / 100
    return distribution.mean() * (1 - band), distribution.mean() * (1 + band)


def place(distribution: PayDistribution, wages: pd.Series, measured: pd.DataFrame) -> pd.DataFrame:
    """Where each wage stands in one distribution, by the share of workers at or below it.

    A mean's rank is only a place on the scale: no worker need earn it.

    Args:
        distribution: one, not a batch.
        wages: those to place.
        measured: tables of `accuracy`.

    Returns:
        Indexed as `wages`: rank; certain_low and certain_high, by the published percentiles alone;
        likely_low and likely_high, the rank less and plus the widest measured 90% band, cut to what
        is certain.
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


def curve_points(distribution: PayDistribution) -> pd.DataFrame:
    """The curve of one distribution from the 3rd to the 97.5th percentile: `rank` and `wage`."""
    ranks = np.arange(6, 196) / 200
    return pd.DataFrame({"rank": ranks, "wage": distribution.quantile(ranks)})


def published_points(distribution: PayDistribution) -> pd.DataFrame:
    """The percentiles that a curve runs through: `rank`, `wage` and `label`, such as "p10"."""
    ranks = distribution.probabilities
    labels = ["median" if rank == 0.5 else f"p{rank * 100:g}" for rank in ranks]
    return pd.DataFrame({"rank": ranks, "wage": distribution.wages, "label": labels})
