"""Numbers in prose of the first edition, as HTML; to be deleted with its last call."""

import re
from html import escape

import pandas as pd

from analysis.present.formats import percent, usd, usd_range
from common.errors import InputError, nearest
from common.notebook_contract import LEDGER

__all__ = ["Ledger", "dollars_apart", "percent", "to_ledger", "usd", "usd_range"]

# A tag, or an amount of dollars that does not stand directly after one.
_TAG_OR_DOLLARS = re.compile(r"<[^>]+>|(?<![>+−])[+−]?\$\d+(?:,\d{3})*\+?")


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
