"""How one amount compares with another, in words that cannot contradict the amounts."""

import pandas as pd

from analysis.present.formats import FORMATS
from analysis.present.sentences import Passage, words


def apart(
    one: float,
    other: float,
    form: str = "percent",
    sides: tuple[str, str] = ("above", "below"),
    alike: str = "about the same as",
) -> Passage:
    """The distance between two amounts as a share of the second: "4% below".

    Args:
        one: such as the median of a place; above 0.
        other: what it is compared with, in the same unit.
        form: how the share is written.
        sides: what to say where it is more, and where it is less.
        alike: what to say where the share is written as zero.
    """
    share = one / other - 1
    if FORMATS[form](abs(float(share))) == FORMATS[form](0.0):
        return words(alike)
    return words(f"{{share:{form}}} {sides[int(share < 0)]}", share=abs(share))


def side_of(
    one: float, other: float, sides: tuple[str, str] = ("above", "below"), alike: str = "equal to"
) -> str:
    """On which side of another an amount lies; arguments as of `apart`."""
    if one == other:
        return alike
    return sides[int(one < other)]


def number_of(count: int, one: str, several: str) -> str:
    """A noun in its number: "1 area", "3 areas"; the word alone."""
    return one if count == 1 else several


def waiting(held: pd.DataFrame, shown: int, lacking: str) -> list[Passage]:
    """That a newer May is held than the one shown, and what it waits for; nothing where none is.

    Args:
        held: rows of OEWS tables.
        shown: the year of the newest May that can be shown.
        lacking: what has to be taken in first, such as "the nation and all states".
    """
    newest = int(held["year"].max())
    text = "May {newest:year} is held in part only, and shown once {lacking} of that May are held."
    return [words(text, newest=newest, lacking=lacking)] if newest > shown else []
