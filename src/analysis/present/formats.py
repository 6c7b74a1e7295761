"""How numbers are written, `$4,910`, `−$568`, `33%`, and headings of columns."""

import re
from collections.abc import Callable
from functools import partial

import pandas as pd

from common.errors import InputError, nearest


def usd(value: float, signed: bool = False) -> str:
    """US dollars without cents: `$4,910`, or signed `+$4,910`, `−$568`."""
    sign = "+" if signed else ""
    if round(value) < 0:
        sign = "−"
    return f"{sign}${abs(value):,.0f}"


def usd_range(low: float, high: float) -> str:
    """A range of pay: `$40,000–$52,000`, or `$80,000+` where the high end is missing."""
    return f"{usd(low)}+" if pd.isna(high) else f"{usd(low)}–{usd(high)}"


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 as percent: `0.327` gives `33%`, `-0.08` gives `−8%`."""
    return minus(f"{100 * share:.{decimals}f}%")


def number(value: float) -> str:
    """As many digits as it has, up to ten, with commas: `2,080`, `−0.25`."""
    return minus(f"{value:,.10g}")


def minus(text: str) -> str:
    """A written number with the sign for minus that print uses."""
    return text.replace("-", "−")


FORMATS: dict[str, Callable[[float], str]] = {
    "usd": usd,
    "signed_usd": partial(usd, signed=True),
    "percent": percent,
    "percent1": partial(percent, decimals=1),
    "percent2": partial(percent, decimals=2),
    "ratio": lambda value: minus(f"{value:.2f}"),
    "number": number,
    "year": "{:.0f}".format,
}
"""How a number can be written, by the name that a field or a column asks for."""


def written(value: float, name: str, where: str) -> str:
    """A number in a format.

    Args:
        value: a number.
        name: one of `FORMATS`.
        where: who asks, for the message.

    Raises:
        InputError: there is no such format, or the value is no number.
    """
    if name not in FORMATS:
        raise InputError(f"{where}: there is no format {name!r}{nearest(name, FORMATS)}")
    try:
        return FORMATS[name](float(value))
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: found {value!r}, expected a number to be {name}") from error


def readable(column: str) -> str:
    """A column's name as a heading: `effect_usd` gives "Effect USD"."""
    words = str(column).replace("_", " ")
    for acronym in ("usd", "oews", "lmdi", "soc"):
        words = re.sub(rf"\b{acronym}\b", acronym.upper(), words)
    return words[0].upper() + words[1:]
