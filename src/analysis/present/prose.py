"""Numbers in prose: formatted, never typed, and each published one linked to its ledger row."""

import re
from html import escape

import pandas as pd

from common.errors import InputError, nearest
from common.notebook_contract import LEDGER

# A tag, or an amount of dollars that does not stand directly after one.
_TAG_OR_DOLLARS = re.compile(r"<[^>]+>|(?<![>+−])[+−]?\$\d+(?:,\d{3})*\+?")


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
    """A share from 0 to 1 as percent: `0.327` gives `33%`."""
    return f"{100 * share:.{decimals}f}%"


def to_ledger(figure_id: str, text: str, title: str = "") -> str:
    """Link a text to the row of a published figure in the ledger.

    Args:
        figure_id: of the published figure, or "" for a text that shows none.
        text: what to show; it is escaped.
        title: what the link says when pointed at.

    Returns:
        The link as HTML, or the escaped text where there is no figure.
    """
    if not figure_id:
        return escape(text)
    said = f' title="{escape(title)}"' if title else ""
    return f'<a class="figure" href="{LEDGER}{escape(figure_id)}"{said}>{escape(text)}</a>'


def dollars_apart(html: str) -> str:
    """HTML in which each amount that follows other text is in an element of its own.

    JupyterLab takes what stands between two dollar signs of a text for mathematics.
    """
    return _TAG_OR_DOLLARS.sub(_in_its_own_element, html)


def _in_its_own_element(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f"<span>{found[0]}</span>"


class Ledger:
    """The published figures by `figure_id`; each is given as a link to its row in the ledger."""

    def __init__(self, figures: pd.DataFrame) -> None:
        self._figures = figures.set_index("figure_id")

    def __getitem__(self, figure_id: str) -> str:
        """The figure as a link.

        Raises:
            InputError: no figure has this id; the message names the nearest.
        """
        if figure_id not in self:
            near = nearest(figure_id, self._figures.index)
            raise InputError(f"figures.csv has no figure_id {figure_id!r}{near}")
        row = self._figures.loc[figure_id]
        plus = "+" if row["open_ended"] else ""
        meaning = f"{row['statistic']}, {row['population']}, {row['period']}"
        return to_ledger(figure_id, _with_unit(row["value"], row["unit"]) + plus, meaning)

    def __contains__(self, figure_id: str) -> bool:
        return figure_id in self._figures.index


def _with_unit(value: float, unit: str) -> str:
    if unit == "USD per year":
        return usd(value)
    return f"{value:g}%" if unit == "percent" else f"{value:g} {unit}"
