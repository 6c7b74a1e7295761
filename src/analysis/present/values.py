"""Numbers that know where they come from: a row of the ledger, arithmetic, a method, a count.

`figures["a"] - figures["b"]` is a float like any other, and a page shows "62,110 − 55,970" with a
link at each. pandas keeps that knowledge in columns of the type `object`, such as those that
`Figures.column` gives, through `+ - * /` and `sum`; what pandas makes of them otherwise are plain
numbers, of which a page can only say which code made them.
"""

import math
from collections.abc import Iterable, Sized
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.present.formats import FORMATS, minus, number, usd
from analysis.published.ledger import oews_figure_ids
from analysis.published.paths import ROOT
from analysis.published.pay_statistics import PAY_COLUMNS
from analysis.published.processed import load_figures
from common.errors import InputError, nearest
from common.notebook_contract import Origin, Traced

USD = "USD per year"
_SUM, _PRODUCT, _ATOM = 1, 2, 3  # how closely a term's own arithmetic holds together
_LONGEST = 40


class Value(float):
    """A number with its origin; see `Figures`, `modelled`, `counted` and `given` for the first."""

    origin: Origin
    unit: str
    """`USD per year`, `percent` and the like; "" of a ratio or where it is not known."""
    binding: int
    """How closely its own arithmetic holds together, as a part of another's."""
    open_ended: bool
    """Whether it is published as `80,000+`."""

    def __new__(
        cls,
        amount: float,
        origin: Origin,
        unit: str = "",
        binding: int = _ATOM,
        open_ended: bool = False,
    ) -> "Value":
        """Take the number and its attributes; it cannot be changed afterwards."""
        value = super().__new__(cls, amount)
        value.__dict__.update(origin=origin, unit=unit, binding=binding, open_ended=open_ended)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a value cannot be changed: {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (float(self), *self.__dict__.values())

    def __str__(self) -> str:
        """As it is written by its unit: `$48,780`, `$80,000+`, `34%`, `2 years`."""
        plus = "+" if self.open_ended else ""
        if self.unit == USD:
            return usd(self) + plus
        if self.unit == "percent":
            return f"{number(self)}{plus}%"
        return f"{number(self)}{plus} {self.unit}".rstrip()

    def __format__(self, name: str) -> str:
        """Text in one of our formats, or in one of Python's: `f"{gap:usd}"`, `f"{gap:.2f}"`."""
        if not name:
            return str(self)
        if name not in FORMATS:
            return format(float(self), name)
        is_percent = self.unit == "percent" and name.startswith("percent")
        return FORMATS[name](self / 100 if is_percent else self)

    def traced(self, text: str = "") -> Traced:
        """What a page is told of it, shown as this text or by its unit."""
        return Traced(text=text or str(self), **self.origin)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *sides: Any, **options: Any) -> Any:
        """Keep the origin beside single numbers of numpy and columns of values, but no others."""
        arrays = [side for side in sides if isinstance(side, np.ndarray)]
        plain = len(sides) == 1 or any(array.dtype != object for array in arrays)
        as_numpy = float if plain else partial(np.asarray, dtype=object)
        numbers = [as_numpy(side) if isinstance(side, Value) else side for side in sides]
        return getattr(ufunc, method)(*numbers, **options)

    def __add__(self, other: Any) -> Any:
        return _combined(self, " + ", other, _SUM)

    def __radd__(self, other: Any) -> Any:
        return self if _is_zero(other) else _combined(other, " + ", self, _SUM)

    def __sub__(self, other: Any) -> Any:
        return _combined(self, " − ", other, _SUM)

    def __rsub__(self, other: Any) -> Any:
        return _combined(other, " − ", self, _SUM)

    def __mul__(self, other: Any) -> Any:
        return _combined(self, " × ", other, _PRODUCT)

    def __rmul__(self, other: Any) -> Any:
        return _combined(other, " × ", self, _PRODUCT)

    def __truediv__(self, other: Any) -> Any:
        return _combined(self, " / ", other, _PRODUCT)

    def __rtruediv__(self, other: Any) -> Any:
        return _combined(other, " / ", self, _PRODUCT)

    def __neg__(self) -> "Value":
        return _computed(-float(self), ["−", *_terms(self, _PRODUCT)], self.unit, _SUM)

    def __abs__(self) -> "Value":
        return self if self >= 0 else _computed(-float(self), _turned(self), self.unit, _SUM)

    def __round__(self, digits: Any = None) -> Any:
        """The number rounded, its origin kept."""
        return Value(round(float(self), digits or 0), self.origin, self.unit, self.binding)


def _combined(left: Any, sign: str, right: Any, binding: int) -> Any:
    """The result of an operation, with its arithmetic if both sides are numbers."""
    try:
        one, other = float(left), float(right)
    except (TypeError, ValueError):
        return NotImplemented
    amount = _RESULTS[sign](one, other)
    after = binding + 1 if sign in (" − ", " / ") else binding
    arithmetic = [*_terms(left, binding), sign, *_terms(right, after)]
    return _computed(amount, arithmetic, _unit(left, sign, right), binding)


_RESULTS = {
    " + ": float.__add__,
    " − ": float.__sub__,
    " × ": float.__mul__,
    " / ": float.__truediv__,
}


def _computed(amount: float, arithmetic: list["str | Traced"], unit: str, binding: int) -> Value:
    if len(arithmetic) > _LONGEST:
        left_out = len(arithmetic) - _LONGEST
        arithmetic = [*arithmetic[: _LONGEST - 2], f" … and {left_out} more … ", arithmetic[-1]]
    return Value(amount, Origin(arithmetic=arithmetic), unit, binding)


def _unit(left: Any, sign: str, right: Any) -> str:
    """The unit of a result, as far as it follows from those of both sides."""
    units = [getattr(side, "unit", "") for side in (left, right)]
    if sign in (" + ", " − "):
        return units[0] if units[0] == units[1] else ""
    if sign == " × ":
        return units[0] or units[1] if "" in units else ""
    return units[0] if units[1] == "" else ""


def _terms(side: Any, binding: int) -> list[str | Traced]:
    """One side of an operation, in brackets where it would fall apart without."""
    if not isinstance(side, Value):
        text = _plain(float(side))
        return [f"({text})" if float(side) < 0 else text]
    arithmetic = side.origin.get("arithmetic")
    if not arithmetic:
        return [side.traced(_plain(side))]
    return ["(", *arithmetic, ")"] if side.binding < binding else [*arithmetic]


def _turned(value: Value) -> list[str | Traced]:
    """The arithmetic of a negative value as that of its amount: `a − b` as `b − a`."""
    arithmetic = value.origin.get("arithmetic", [])
    depth, signs = 0, []
    for place, part in enumerate(arithmetic):
        depth += (part == "(") - (part == ")")
        if depth == 0 and part in (" + ", " − "):
            signs.append(place)
    if len(signs) == 1 and arithmetic[signs[0]] == " − ":
        return [*arithmetic[signs[0] + 1 :], " − ", *arithmetic[: signs[0]]]
    return ["−", *_terms(value, _PRODUCT)]


def _plain(amount: float) -> str:
    """A number in arithmetic, without its unit: `62,110`, `0.3271`, `1,234.57`."""
    amount = float(amount)  # a value would write its amount by arithmetic, and that by this
    if math.isnan(amount) or amount == round(amount):
        return minus(f"{amount:,.0f}")
    return minus(f"{amount:,.2f}" if abs(amount) >= 100 else f"{amount:.4g}")


def _is_zero(other: Any) -> bool:
    """Whether it is what `sum` begins with."""
    return isinstance(other, int) and other == 0


class Figures:
    """The published figures by `figure_id`, each a `Value` that leads to its row of the ledger."""

    def __init__(self, table: pd.DataFrame) -> None:
        """Take the columns of `figures.csv`; see `processed.load_figures`."""
        told = ("statistic", "population", "period", "value", "unit", "open_ended")
        rows = zip(*(table[column].to_numpy().tolist() for column in told), strict=True)
        self._rows = dict(zip(table["figure_id"].to_numpy().tolist(), rows, strict=True))

    def __getitem__(self, figure_id: str) -> Value:
        """The figure.

        Raises:
            InputError: no figure has this id; the message names the nearest.
        """
        if figure_id not in self._rows:
            near = nearest(figure_id, self._rows)
            raise InputError(f"figures.csv has no figure_id {figure_id!r}{near}")
        statistic, population, period, value, unit, open_ended = self._rows[figure_id]
        meaning = f"{statistic}, {population}, {period}"
        origin = Origin(figure_id=figure_id, meaning=meaning)
        return Value(value, origin, unit, open_ended=open_ended)

    def __contains__(self, figure_id: object) -> bool:
        return figure_id in self._rows

    def get(self, figure_id: str) -> float:
        """The figure, or NaN where none of this id is published."""
        if figure_id not in self:
            return math.nan
        return self[figure_id]

    def called(self, figure_id: str, text: str) -> Traced:
        """A text, such as the name of a claim, that leads to the row of a figure; a field of `say`.

        Raises:
            InputError: no figure has this id.
        """
        return self[figure_id].traced(text)

    def column(self, figure_ids: pd.Series) -> pd.Series:
        """The figures of a column of ids; missing where there is none (""), or no such figure.

        Args:
            figure_ids: such as `ledger.oews_figure_ids` gives.

        Returns:
            Values, in a column of the type `object`, with the same index.
        """
        values = [self.get(name) for name in figure_ids]
        return pd.Series(values, index=figure_ids.index, dtype=object, name=figure_ids.name)


def published_pay(rows: pd.DataFrame) -> pd.DataFrame:
    """OEWS rows whose annual pay is published figures, where the ledger has the same number.

    Args:
        rows: OEWS columns; rows of an industry, and those without `year`, `area_code` or
            `soc_code`, stay as they are.
    """
    if not {"year", "area_code", "soc_code"} <= {*rows}:
        return rows
    figures = _ledger()
    everywhere = rows.get("naics", pd.Series("000000", rows.index)).eq("000000")
    stem, found = oews_figure_ids(rows, ""), {}
    for name, column in PAY_COLUMNS.items():
        if column in rows:
            values = figures.column(stem + name)
            same = everywhere & (values.astype(float) == rows[column].astype(float))
            found[column] = values.where(same, rows[column].astype(object))
    return rows.assign(**found)


@cache
def _ledger() -> Figures:
    return Figures(load_figures())


def modelled(amount: float, method: str, inputs: Iterable[float] = (), unit: str = "") -> Value:
    """A number that a method made.

    Args:
        amount: the number.
        method: the heading of the section of `docs/methodology.md` that describes it.
        inputs: what the method was given, best as values that know where they come from.
        unit: such as `values.USD`, for sums with others and for how it is written.

    Raises:
        InputError: the methodology has no such section; the message names the nearest.
    """
    if method not in _methodology_sections():
        near = nearest(method, _methodology_sections())
        raise InputError(f"docs/methodology.md has no section {method!r}{near}")
    traced = [
        one.traced() if isinstance(one, Value) else Traced(text=_plain(one)) for one in inputs
    ]
    return Value(amount, Origin(method=method, inputs=traced), unit)


@cache
def _methodology_sections() -> tuple[str, ...]:
    lines = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8").splitlines()
    return tuple(line.lstrip("# ") for line in lines if line.startswith("##"))


def counted(things: int | Sized, what: str) -> Value:
    """A number of things.

    Args:
        things: how many, or a table of them.
        what: what they are, such as "claims of the guide that are contradicted".
    """
    return Value(things if isinstance(things, int) else len(things), Origin(counted=what))


def given(amount: float, parameter: str, unit: str = "") -> Value:
    """A number that the notebook was given as a parameter."""
    return Value(amount, Origin(given=parameter), unit)
