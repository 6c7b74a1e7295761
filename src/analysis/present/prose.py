"""Numbers in prose: formatted, never typed, and each published one linked to its row in the ledger."""

from html import escape

import pandas as pd

from common.errors import InputError, nearest

LEDGER = "../report/ledger.html"
"""As seen from a notebook; the pages of the report lie beside the ledger."""


def usd(value: float, signed: bool = False) -> str:
    """US dollars without cents: `$4,910`, or signed `+$4,910`, `−$568`."""
    sign = "−" if round(value) < 0 else "+" if signed else ""
    return f"{sign}${abs(value):,.0f}"


def usd_range(low: float, high: float) -> str:
    """A range of pay: `$40,000–$52,000`, or `$80,000+` where the high end is missing."""
    return f"{usd(low)}–{usd(high)}" if high == high else f"{usd(low)}+"


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 as percent: `0.327` gives `33%`."""
    return f"{100 * share:.{decimals}f}%"


def derived(text: str) -> str:
    """A number computed on this page, as HTML.

    The element keeps two dollar signs apart, which JupyterLab would otherwise take for mathematics.
    """
    return f'<span class="derived">{escape(text)}</span>'


def to_ledger(figure_id: str, text: str, title: str = "") -> str:
    """A published figure as a link to its row in the ledger; `title` is what it says when pointed at."""
    said = f' title="{escape(title)}"' if title else ""
    return f'<a class="figure" href="{LEDGER}#{escape(figure_id)}"{said}>{escape(text)}</a>'


class Ledger:
    """The published figures by `figure_id`; looking one up gives it as a link to its row in the ledger."""

    def __init__(self, figures: pd.DataFrame) -> None:
        self._figures = figures.set_index("figure_id")

    def __getitem__(self, figure_id: str) -> str:
        """The figure as a link.

        Raises:
            InputError: no figure has this id; the message names the nearest.
        """
        if figure_id not in self:
            known = self._figures.index
            raise InputError(
                f"figures.csv has no figure_id {figure_id!r}{nearest(figure_id, known)}"
            )
        row = self._figures.loc[figure_id]
        plus = "+" if row["open_ended"] else ""
        text = (
            usd(row["value"])
            if row["unit"] == "USD per year"
            else _with_unit(row["value"], row["unit"])
        )
        return to_ledger(
            figure_id, text + plus, f"{row['statistic']}, {row['population']}, {row['period']}"
        )

    def __contains__(self, figure_id: str) -> bool:
        return figure_id in self._figures.index


def _with_unit(value: float, unit: str) -> str:
    return f"{value:g}%" if unit == "percent" else f"{value:g} {unit}"
