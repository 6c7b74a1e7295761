"""Charts over the years."""

from typing import Any, Unpack

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from analysis.present import style
from analysis.present.chart_frame import (
    LINE,
    KeyEntry,
    Plot,
    Words,
    frame,
    line_count,
    text_width,
    thousands,
    wrap,
    write_beside,
)
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of
from analysis.present.formats import usd
from analysis.present.style import Width
from common.errors import InputError

_PRICES = (
    KeyEntry("as published", style.MUTED, "line"),
    KeyEntry("at constant prices", style.MUTED, "dashes"),
)
_DASHES: dict[bool, Any] = {False: "", True: (4, 2)}
_COLUMNS = {"year", "value", "series", "role", "at_constant_prices"}


def pay_over_time(
    lines: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """Pay by year, one line per series with its name at its end; dashed at constant prices.

    Example:
        charts.pay_over_time(lines, "Pay rose, but not what it buys", source="BLS OEWS, CPI-U")

    Args:
        lines: `year`, `value` (US dollars a year), `series` (a name), `role` of `style.ROLES` for
            the colour, and `at_constant_prices`, true for series that are price-adjusted; a year
            without a value breaks no line, it has no mark.
        title: the finding.
        note: statistic, population, and what is not comparable.
        **wording: see `Wording`.

    Raises:
        InputError: a column is missing.
    """
    missing = sorted(_COLUMNS - {*lines})
    if missing:
        raise InputError(f"pay_over_time: lines has no column {', '.join(missing)}")
    known = lines.dropna(subset="value").sort_values(["series", "year"])
    ends = known.groupby("series", sort=False)["value"].agg(["first", "last"])
    text = ends["first"].map(usd) + " to " + ends["last"].map(usd)
    marks = pd.DataFrame({"label": ends.index, "text": text})
    return chart_of(
        "pay-over-time",
        lambda width, words: _draw_lines(known, width, words),
        Words(title, note),
        wording,
        lines,
        marks,
    )


def _draw_lines(lines: pd.DataFrame, width: Width, words: Words) -> Figure:
    """Seaborn's lines, and behind each its name and last value."""
    names = lines.drop_duplicates("series", keep="last").reset_index(drop=True)
    room = 118 if width.phone else 210
    labels = [
        wrap(f"{row.series} {usd(row.value)}", room, width.small, bold=True)
        for row in names.itertuples()
    ]
    tall = sum(line_count(label) * width.small * LINE + 4 for label in labels)
    behind = max(
        text_width(line, width.small, bold=True) for label in labels for line in label.split("\n")
    )
    key = _PRICES if lines["at_constant_prices"].any() else ()
    height = max(260 if width.phone else 320, 1.1 * tall)
    plot = Plot(height=height, left=56, right=behind + 16, key=key)
    figure, axes = frame(width, words, plot)
    palette = {row.series: style.ROLES[row.role] for row in names.itertuples()}
    sns.lineplot(
        lines,
        x="year",
        y="value",
        hue="series",
        style="at_constant_prices",
        palette=palette,
        dashes=_DASHES,
        markers={False: "o", True: "o"},
        markersize=6,
        markeredgewidth=0,
        linewidth=2,
        errorbar=None,
        legend=False,
        ax=axes,
    )
    _scale_years(axes, lines, width, room=width.pixels - plot.left - plot.right)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: thousands(value)))
    axes.grid(axis="y")
    axes.set(xlabel="", ylabel="")
    _write_names(axes, names.assign(label=labels), width, plot)
    return figure


def _scale_years(axes: Axes, lines: pd.DataFrame, width: Width, room: float) -> None:
    """Mark as many years as have room, the last one among them."""
    years = sorted(lines["year"].unique())
    every = 1
    while len(years) > 1 and len(years[::-every]) * (text_width("2025", width.small) + 10) > room:
        every += 1
    axes.xaxis.set_major_locator(FixedLocator(years[::-every]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def _write_names(axes: Axes, names: pd.DataFrame, width: Width, plot: Plot) -> None:
    """Write the series' names at their ends, moved until none lies on another."""
    low, high = axes.get_ylim()
    spots: list[tuple[float, Any]] = []
    edge = 0.0
    for row in names.sort_values("value", ascending=False).itertuples():
        height = line_count(row.label) * width.small * LINE + 4
        wanted = (high - row.value) / (high - low) * plot.height
        middle = max(wanted, edge + height / 2)
        edge = middle + height / 2
        spots.append((middle, row))
    over = max(edge - plot.height - 8, 0)
    right = names["year"].max()
    for middle, row in spots:
        lines = row.label.split("\n")
        colour = style.ROLES[row.role]
        first = middle - over - (len(lines) - 1) / 2 * width.small * LINE
        for number, text in enumerate(lines):
            place = (right, 1 - (first + number * width.small * LINE) / plot.height)
            write_beside(
                axes,
                text,
                place,
                (10, 0),
                xycoords=("data", "axes fraction"),
                fontsize=width.small,
                weight="bold",
                color=colour,
            )
