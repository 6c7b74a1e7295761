"""Charts over the years."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

from analysis.present import style
from analysis.present.chart_frame import (
    LINE,
    KeyEntry,
    Plot,
    Words,
    axis_height,
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
_LINES: dict[str, Any] = {
    "x": "year",
    "y": "value",
    "style": "at_constant_prices",
    "dashes": _DASHES,
    "markers": {False: "o", True: "o"},
    "markeredgewidth": 0,
    "linewidth": 2,
    "errorbar": None,
    "legend": False,
}
"""How seaborn draws lines whose style says at what prices they are."""
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
        lines.drop(columns="role"),
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
    sns.lineplot(lines, hue="series", palette=palette, markersize=6, ax=axes, **_LINES)
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


def pay_panels(
    paths: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """A small panel per series, all on one scale: as published, and dashed at constant prices.

    Example:
        charts.pay_panels(paths, "At constant prices most pay fell", source="BLS OEWS; BLS CPI-U")

    Args:
        paths: from `analysis.methods.pay_over_time.follow_pay`, with `role` of `style.ROLES` for
            the colour and `text`, which stands under the name of its series.
        title: the finding.
        note: statistic, population, and what is not comparable.
        **wording: see `Wording`.
    """
    prices = {"nominal_usd": False, "real_usd": True}
    lines = paths.melt(["label", "year", "role", "text"], [*prices], "prices")
    lines = lines.assign(at_constant_prices=lines["prices"].map(prices))
    return chart_of(
        "pay-panels",
        lambda width, words: _draw_panels(lines, width, words),
        Words(title, note),
        wording,
        paths[["label", "year", *prices]],
        paths.drop_duplicates("label")[["label", "text"]],
    )


_PANEL_HEIGHT, _BETWEEN_PANELS = 96, 14


def _draw_panels(lines: pd.DataFrame, width: Width, words: Words) -> Figure:
    """Seaborn's lines in a small panel each, all on the same axes."""
    names = lines.drop_duplicates("label")
    columns = 2 if width.phone else 4
    plot = Plot(height=0, left=40, right=10, key=_PRICES, ticks_below=False)
    across = (width.pixels - plot.left - plot.right - _BETWEEN_PANELS * (columns - 1)) / columns
    heads = [_panel_head(row.label, row.text, across, width) for row in names.itertuples()]
    rows = [heads[first : first + columns] for first in range(0, len(heads), columns)]
    above = [max(map(len, row)) * width.small * LINE + 4 for row in rows]
    below = _PANEL_HEIGHT + axis_height(width) + _BETWEEN_PANELS
    figure, whole = frame(width, words, replace(plot, height=sum(above) + below * len(rows)))
    top = whole.get_position().y1 * figure.bbox.height
    whole.remove()
    shared: dict[str, Any] = {}
    for number, drawn in enumerate(names.itertuples()):
        row, column = divmod(number, columns)
        left = plot.left + column * (across + _BETWEEN_PANELS)
        foot = top - sum(above[: row + 1]) - row * below - _PANEL_HEIGHT
        box = Bbox.from_bounds(left, foot, across, _PANEL_HEIGHT)
        axes = figure.add_axes(box.transformed(figure.transFigure.inverted()).bounds, **shared)
        shared = shared or {"sharex": axes, "sharey": axes}
        palette = {drawn.label: style.ROLES[drawn.role]}
        own = lines[lines["label"] == drawn.label]
        sns.lineplot(own, hue="label", palette=palette, markersize=4, ax=axes, **_LINES)
        _write_head(axes, heads[number], style.ROLES[drawn.role], width)
        _scale_panel(axes, lines["year"], column == 0, width)
    return figure


def _panel_head(name: str, text: str, across: float, width: Width) -> list[tuple[str, bool]]:
    """The lines above a panel, the lowest first, and whether each is of its name."""
    named = [(line, True) for line in wrap(name, across, width.small, bold=True).split("\n")]
    told = [(line, False) for line in wrap(text, across, width.small).split("\n")]
    return [*reversed(named + told)]


def _write_head(axes: Axes, head: Sequence[tuple[str, bool]], colour: str, width: Width) -> None:
    """Write the lines above a panel."""
    for number, (line, of_name) in enumerate(head):
        look: dict[str, Any] = {"weight": "bold", "color": colour}
        look = look if of_name else {"color": style.MUTED}
        above = (0, 8 + number * width.small * LINE)
        write_beside(
            axes, line, (0, 1), above, xycoords="axes fraction", fontsize=width.small, **look
        )


def _scale_panel(axes: Axes, years: pd.Series, first: bool, width: Width) -> None:
    """Mark the first and the last year, and in the first column round amounts."""
    axes.set(xlabel="", ylabel="")
    axes.margins(y=0.15)  # the words above stay clear of the lines
    axes.xaxis.set_major_locator(FixedLocator([years.min(), years.max()]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.tick_params(labelsize=width.small, pad=3, labelleft=first)
    for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=True):
        label.set(ha=side)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: thousands(value)))
    axes.grid(axis="y")
