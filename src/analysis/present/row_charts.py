"""Charts of rows: one row per figure, with its mark, its ranges and its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.present import style
from analysis.present.chart_frame import (
    LINE,
    KeyEntry,
    Plot,
    Words,
    axis_height,
    frame,
    line_count,
    scale_axis,
    text_width,
    wrap,
    write_beside,
)
from analysis.present.chart_svg import HALO
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of
from analysis.present.style import Width
from common.notebook_contract import AREA_LINK

_TEXTS = ["label", "text", "colour", "emphasis", "statistic", "role", "area_code"]
_NUMBERS = ["value", "second", "before", "low", "high", "outer_low", "outer_high"]
_GAP = 8
_LONG_LIST = 12
_SCREEN = 17
"""Rows of a compact chart between two of its axes, so that one is always within sight."""


@dataclass(frozen=True)
class RowLook:
    """How a chart of rows is laid out."""

    axis: str = "usd"
    zero: float | None = None
    compact: bool = False
    heading: str = ""
    key: Sequence[KeyEntry] = ()
    line: float | None = None
    """A value that a dashed line shows across all rows."""


def row_chart(
    rows: pd.DataFrame,
    title: str,
    note: str = "",
    axis: str = "usd",
    zero: float | None = None,
    compact: bool = False,
    heading: str = "",
    key: Sequence[KeyEntry] = (),
    **wording: Unpack[Wording],
) -> DrawnChart:
    """One row per figure: a mark at its value, a bar over its range, and its text at the mark.

    Example:
        charts.row_chart(rows, "Nurses earn more", source="BLS OEWS, May 2025")

    Args:
        rows: `label` and `text`. Any of the others may be absent or missing: `value` and
            `statistic` for the mark (one symbol per statistic); `second` for a
            mean beside it; `low` and `high` for the bar;
            `outer_low` and `outer_high` for a thin line; `before` for a hollow mark that a thin
            line joins to the other; `role`, one of `style.ROLES`, or `colour`, else teal where
            `emphasis` is true and blue where it is not; `area_code` of the place that a row is of,
            to whose page it leads.
        title: the finding.
        note: units, population and period, below the title.
        axis: `usd`, `percent` (of shares from 0 to 1), `count` or `ratio`.
        zero: where to draw a line to compare with.
        compact: one short line per row, its label before the axis and its text behind.
        heading: of the texts of a compact chart.
        key: what the marks and colours mean.
        **wording: see `Wording`.
    """
    look = RowLook(axis, zero, compact, heading, key)
    return chart_of_rows("rows", rows, Words(title, note), look, wording, rows)


def chart_of_rows(
    kind: str,
    rows: pd.DataFrame,
    words: Words,
    look: RowLook,
    wording: Wording,
    data: pd.DataFrame,
) -> DrawnChart:
    """The chart of rows of one of the functions here, which shows `data` as its table."""
    drawn = _complete(rows)
    return chart_of(
        kind,
        lambda width, worded: draw_rows(drawn, width, worded, look),
        words,
        wording,
        data,
        drawn,
        area_links(drawn),
    )


def area_links(rows: pd.DataFrame) -> dict[str, str]:
    """By the address of the place of each row, what its link says: `label` and `text`."""
    if "area_code" not in rows:
        return {}
    return {
        f"{AREA_LINK}{row.area_code}": f"{row.label}: {row.text}"
        for row in rows.dropna(subset="area_code").itertuples()
    }


def _complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with every column that is drawn, and a colour each."""
    rows = rows.reset_index(drop=True).reindex(columns=[*_TEXTS, *_NUMBERS])
    rows[_NUMBERS] = rows[_NUMBERS].astype(float)
    by_emphasis = np.where(rows["emphasis"].eq(True), style.ROLES["here"], style.BLUE)
    roles = rows["role"].map(style.ROLES)
    rows["colour"] = rows["colour"].astype(object).fillna(roles.astype(object))
    rows["colour"] = rows["colour"].where(rows["colour"].notna(), by_emphasis)
    rows["text"] = rows["text"].fillna("").astype(str)
    return rows


def draw_rows(rows: pd.DataFrame, width: Width, words: Words, look: RowLook) -> Figure:
    """Lay the rows out from the top, draw their marks and write their texts."""
    placed = place_rows(rows, width, look)
    gutter = column_width(rows["text"], width.label, bold=True) if look.compact else 0
    beside = width.phone and not look.compact
    label_column = 0 if beside else label_column_width(placed, width)
    heading = max(gutter, text_width(look.heading, width.small)) if gutter else 0
    long = len(rows) > _LONG_LIST
    plot = Plot(
        height=placed["foot"].iloc[-1] if len(placed) else 0,
        left=label_column + 8,
        right=heading + (24 if look.heading else 8),
        key=look.key,
        ticks_above=True,
        ticks_below=long,
        heading=look.heading,
    )
    figure, axes = frame(width, words, plot)
    axes.set_ylim(plot.height, 0)
    axes.set_yticks([])
    _limit(axes, placed, width, plot, look)
    scale_axis(axes, look.axis, width, plot)
    _repeat_axis(axes, placed, width)
    if look.zero is not None:
        axes.axvline(look.zero, color=style.INK, linewidth=1)
    if look.line is not None:
        axes.axvline(look.line, color=style.ROLES["offer"], linewidth=1.6, linestyle="--")
    write_labels(axes, placed, width, plot, beside)
    axes.set(xlabel=" ", ylabel=" ")  # or seaborn would read all ticks to choose titles itself
    _draw_marks(axes, placed, look.compact)
    for row in placed.itertuples():
        _write_text(axes, row, width, plot, look)
    axes.set(xlabel="", ylabel="")
    return figure


def label_column_width(placed: pd.DataFrame, width: Width) -> float:
    """The width of the widest line of the labels."""
    return max(
        text_width(line, width.label, row.bold)
        for row in placed.itertuples()
        for line in row.label.split("\n")
    )


def column_width(texts: pd.Series, size: float, bold: bool = False) -> float:
    """The width of a column of texts."""
    return max((text_width(text, size, bold) for text in texts), default=0)


def place_rows(rows: pd.DataFrame, width: Width, look: RowLook) -> pd.DataFrame:
    """Wrap the labels and give each row its `top`, `middle` and `foot`, in pixels from the top."""
    rows = rows.reindex(columns=[*dict.fromkeys([*rows, *_NUMBERS])])
    label_width = {
        (False, False): 250,
        (False, True): 250,
        (True, False): width.pixels - 8,
        (True, True): 150,
    }[width.phone, look.compact]
    bold = rows["emphasis"].eq(True)
    wrapped = [
        wrap(label, label_width, width.label, strong)
        for label, strong in zip(rows["label"], bold, strict=True)
    ]
    rows = rows.assign(label=wrapped, bold=bold)
    lines = rows["label"].map(line_count)
    line = width.label * LINE
    ranged = rows["value"].notna() & rows[["low", "outer_low", "before", "second"]].notna().any(
        axis=1
    )
    rows["end"] = rows[_NUMBERS].max(axis=1)
    rows["above"] = ranged & ~look.compact
    over = np.where(rows["above"], line + 3, 0)
    if look.compact:
        heights = (lines * line + 5).to_numpy()
        middles = heights / 2
    elif width.phone:
        heights = lines * line + over + 24
        middles = lines * line + over + 10
    else:
        heights = np.maximum(lines * line + 10, over + 26)
        middles = np.maximum(heights / 2, over + 10)
        heights = np.maximum(heights, middles + 14)
    rows["break"] = _breaks(len(rows)) if look.compact else False
    rows["foot"] = np.cumsum(heights + np.where(rows["break"], axis_height(width), 0))
    rows["top"] = rows["foot"] - heights
    rows["middle"] = rows["top"] + middles
    return rows


def _breaks(count: int) -> np.ndarray:
    """Before which rows of a long list its axis is repeated."""
    order = np.arange(count)
    return (order % _SCREEN == 0) & (order > 0) & (count - order > _SCREEN // 2)


def _repeat_axis(axes: Axes, rows: pd.DataFrame, width: Width) -> None:
    """Write the ticks again where a long list has room for them."""
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    written = axes.xaxis.get_major_formatter()
    for top in rows.loc[rows["break"], "top"]:
        for tick in ticks:
            place = (tick, top - axis_height(width) / 2)
            look = {"ha": "center", "color": style.MUTED, "fontsize": width.small}
            write_beside(axes, written(tick), place, (0, 0), **look)


def _limit(axes: Axes, rows: pd.DataFrame, width: Width, plot: Plot, look: RowLook) -> None:
    """Make the axis span the values, and the texts that stand right of them."""
    numbers = rows[_NUMBERS]
    low, high = numbers.min().min(), numbers.max().max()
    if pd.isna(low):
        low, high = 0, 1
    if look.zero is not None:
        low, high = min(low, look.zero), max(high, look.zero)
    span = (high - low) or abs(high) or 1
    start = low - 0.03 * span
    room = width.pixels - plot.left - plot.right
    ends = [high + 0.03 * span]
    for end, text in _texts_behind(rows, look):
        needed = text_width(text, width.label, bold=True) + _GAP + 6
        ends += [start + (end - start) * room / max(room - needed, 0.3 * room)]
    axes.set_xlim(start, max(ends))


def _texts_behind(rows: pd.DataFrame, look: RowLook) -> list[tuple[float, str]]:
    """The texts that stand right of the last mark of their rows, and where that is."""
    if look.compact:
        return []
    behind = rows[rows["end"].notna() & ~rows["above"]]
    return list(zip(behind["end"], behind["text"], strict=True))


def write_labels(axes: Axes, rows: pd.DataFrame, width: Width, plot: Plot, beside: bool) -> None:
    """Write each label before the axis, or above its mark where that has no room."""
    for row in rows.itertuples():
        lines = row.label.split("\n")
        middle = row.middle if not beside else row.top + len(lines) * width.label * LINE / 2
        first = middle - (len(lines) - 1) / 2 * width.label * LINE
        for number, line in enumerate(lines):
            place = (0, first + number * width.label * LINE)
            text = write_beside(
                axes,
                line,
                place,
                (2 - plot.left, 0),
                xycoords=("axes fraction", "data"),
                fontsize=width.label,
                weight="bold" if row.bold else "normal",
                gid=HALO if beside else "",
            )
            if pd.notna(area := getattr(row, "area_code", None)):
                text.set_url(f"{AREA_LINK}{area}")


def _draw_marks(axes: Axes, rows: pd.DataFrame, compact: bool) -> None:
    """Draw the thin lines and the bars, and with seaborn the points, one marker per statistic."""
    thick, size = (5, 34) if compact else (8, 52)
    middle, colours = rows["middle"], rows["colour"]
    axes.hlines(middle, rows["outer_low"], rows["outer_high"], colours, linewidth=1.4)
    axes.hlines(middle, rows["before"], rows["value"], colours, linewidth=1.4)
    axes.hlines(middle, rows["low"], rows["high"], colours, linewidth=thick, alpha=0.4)
    hollow = rows[rows["before"].notna()]
    axes.scatter(
        hollow["before"],
        hollow["middle"],
        s=0.7 * size,
        facecolor=style.PAPER,
        edgecolor=hollow["colour"],
        linewidth=1.4,
        zorder=3,
    )
    marks = rows[rows["value"].notna()]
    means = rows.assign(value=rows["second"])
    _draw_points(axes, means[means["value"].notna()], "D", 0.6 * size)
    for statistic, group in marks.groupby("statistic", dropna=False, sort=False):
        _draw_points(axes, group, style.STATISTIC_MARKERS.get(statistic, "o"), size)


def _draw_points(axes: Axes, rows: pd.DataFrame, marker: str, size: float) -> None:
    if rows.empty:
        return
    tick = marker == "|"
    sns.scatterplot(
        rows,
        x="value",
        y="middle",
        hue="colour",
        palette={colour: colour for colour in rows["colour"]},
        marker=marker,
        s=5 * size if tick else size,
        linewidth=2.6 if tick else 0,
        legend=False,
        zorder=4,
        ax=axes,
    )


def _write_text(axes: Axes, row: Any, width: Width, plot: Plot, look: RowLook) -> None:
    """Write the text of a row above its mark, behind its end, or in the column on the right."""
    words: dict[str, Any] = {"color": row.colour, "weight": "bold", "fontsize": width.label}
    if look.compact:
        look_of = {"ha": "right", "xycoords": ("axes fraction", "data"), "gid": ""}
        write_beside(axes, row.text, (1, row.middle), (plot.right - 2, 0), **look_of, **words)
    elif row.above:
        _write_above(axes, row, width, plot, look.zero, words)
    elif pd.notna(row.end):
        write_beside(axes, row.text, (row.end, row.middle), (_GAP, 0), **words)
    else:
        place = (0, row.middle)
        write_beside(axes, row.text, place, (0, 0), xycoords=("axes fraction", "data"), **words)


def _write_above(
    axes: Axes, row: Any, width: Width, plot: Plot, zero: float | None, words: dict[str, Any]
) -> None:
    """Write the text of a row over its mark, moved off the line at zero and into the chart."""
    low, high = axes.get_xlim()
    room = width.pixels - plot.left - plot.right
    at = (row.value - low) / (high - low) * room
    half = text_width(row.text, width.label, bold=True) / 2
    shift = max(half - at - plot.left + 2, 0) if width.phone else max(half - at, 0)
    if zero is not None:
        line = (zero - low) / (high - low) * room
        if row.value >= zero:
            shift = max(shift, line + _GAP / 2 - (at - half))
        else:
            shift -= max(at + half + shift - (line - _GAP / 2), 0)
    shift -= max(at + half - room - plot.right + 2, 0)
    place = (row.value, row.middle - 10)
    write_beside(axes, row.text, place, (shift, 0), ha="center", **words | {"va": "bottom"})


def ranged(rows: pd.DataFrame, bar: str, line: str) -> pd.DataFrame:
    """Give a chart of rows its bar and its thin line, each from a `_low` and a `_high` column."""
    ends = {"low": f"{bar}_low", "high": f"{bar}_high"}
    ends |= {"outer_low": f"{line}_low", "outer_high": f"{line}_high"}
    return rows.assign(**{end: rows[column] for end, column in ends.items()})
