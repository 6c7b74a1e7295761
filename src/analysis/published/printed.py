"""From a printed figure to numbers: `"$53,674 and $69,963"` to 53,674 and 69,963 US dollars."""

import re
from dataclasses import dataclass

from common.errors import InputError

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10}
_NUMBER = rf"(?:[0-9]+(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?|{'|'.join(_WORDS)}"
_EXPRESSION = re.compile(
    rf"""
    (?:(?P<floor>over|more\ than|above|at\ least|surpass)\s+|(?:around|about|approximately)\s+)?
    (?P<dollar>\$)?(?P<low>{_NUMBER})
    (?:\s*(?:-|–|—|\bto\b|\band\b)\s*\$?(?P<high>{_NUMBER}))?
    (?:(?P<percent>%)|[\s-]?(?P<time>years?|months?))?
    (?P<plus>\+|\s+or\s+(?:higher|more))?
    (?:\s*(?P<time_after>years?|months?))?
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Expression:
    """A printed figure: one number, or the low and high end of a range.

    `open_ended` is for figures such as "80,000+".
    """

    low: float
    high: float | None
    open_ended: bool
    mark: str
    """What the print says of the unit: `$`, `%`, `year`, `month`, or nothing."""


def parse_expression(text: str) -> Expression:
    """Read a printed figure such as `$80,000+`, `over $10,000`, `3-6%`, `0-2 Years` or `two-year`.

    Raises:
        InputError: `text` is not one figure or one range, or its low end is above its high end.
    """
    match = _EXPRESSION.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"cannot read {text!r} as a figure; expected one number or one range, "
            "such as $53,674, 3-6%, $80,000+, over $10,000 or 0-2 Years"
        )
    low, high = _number(match["low"]), _number(match["high"]) if match["high"] else None
    if high is not None and low > high:
        raise InputError(
            f"the range {text!r} runs from {low:g} down to {high:g}; expected the low end first"
        )
    time = match["time"] or match["time_after"] or ""
    return Expression(
        low,
        high,
        open_ended=bool(match["floor"] or match["plus"]),
        mark=match["dollar"] or match["percent"] or time.lower().removesuffix("s"),
    )


def _number(text: str) -> float:
    return float(_WORDS.get(text.lower()) or text.replace(",", ""))
