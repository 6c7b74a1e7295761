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


def waiting(
    held: pd.DataFrame, shown: int, lacking: str = "the nation, the states and all areas"
) -> list[Passage]:
    """That a newer May is held than the one shown, and what it waits for; nothing where none is.

    Args:
        held: rows of OEWS tables.
        shown: the year of the newest May that can be shown.
        lacking: what has to be taken in first, such as "the nation and all states".
    """
    newest = int(held["year"].max())
    text = "May {newest:year} is held in part only, and shown once {lacking} of that May are held."
    return [words(text, newest=newest, lacking=lacking)] if newest > shown else []


def side_of_range(
    low: float, high: float, other: float, sides: tuple[str, str] = ("above", "below")
) -> str:
    """On which side of an amount a whole range lies; "on both sides of" where it holds it."""
    if low <= other <= high:
        return "on both sides of"
    return sides[int(high < other)]


def apart_over(ones: pd.Series, others: pd.Series, form: str = "percent") -> Passage:
    """The distances of several pairs of amounts, nearest and furthest: "16% to 24% above".

    Args:
        ones: amounts above 0.
        others: what each is compared with.
        form: as of `apart`.
    """
    ratios = ones / others
    ends = [apart(ratio, 1, form, alike="level with") for ratio in (ratios.min(), ratios.max())]
    if str(ends[0]) == str(ends[1]):
        return ends[0]
    sides = {str(end).rpartition(" ")[2] for end in ends}
    if len(sides) > 1:
        return words("from {least} to {most}", least=ends[0], most=ends[1])
    near, far = sorted((ratios.min() - 1, ratios.max() - 1), key=abs)
    distances = words(f"{{near:{form}}} to {{far:{form}}}", near=abs(near), far=abs(far))
    return words("{distances} {side}", distances=distances, side=sides.pop())


def years_apart(one: int, other: int) -> str:
    """How long before or after another year one is: "a year before", "the same as"."""
    if one == other:
        return "the same as"
    years = "a year" if abs(one - other) == 1 else f"{abs(one - other)} years"
    return f"{years} {side_of(one, other, ('after', 'before'))}"
