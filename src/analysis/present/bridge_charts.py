"""Charts of the bridge from BLS's figure to AAPC's, and of what its residual depends on."""

from typing import Any, Unpack

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.present import style
from analysis.present.chart_frame import (
    LINE,
    TICKS,
    KeyEntry,
    Plot,
    Words,
    fill_bar,
    frame,
    scale_axis,
    text_width,
    write_beside,
)
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of
from analysis.present.formats import usd
from analysis.present.row_charts import (
    RowLook,
    chart_of_rows,
    column_width,
    label_column_width,
    place_rows,
    write_labels,
)
from analysis.present.style import Width
from common.errors import InputError
from common.notebook_contract import NOT_PUBLISHED

_BARS = {
    "published": "bar",
    "quoted": "pale",
    "bounded": "pale",
    "assumed": "bar",
    "residual": "hatch",
}
_MEANINGS = {
    "published": "from published figures",
    "quoted": "published, read where it is quoted",
    "bounded": "bounded by published figures",
    "assumed": "assumed",
    "residual": "not explained",
}


def waterfall(
    bridge: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """A bridge from one published figure to another, one row per step, coloured by its evidence.

    Example:
        charts.waterfall(steps, "A third of the gap is explained", source="BLS OEWS; AAPC")

    Args:
        bridge: one scenario of `bridge.csv` in order, with a `title` for each step; the first and
            last rows are the published figures. `low_usd` and `high_usd`, where present, are drawn
            as whiskers. A column `reading` splits it into several bridges, one under the other, as
            for two readings of a date: each begins and ends with its published figures.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    amounts = [name for name in bridge if name.endswith("_usd")]
    steps = bridge.reset_index(drop=True).astype(dict.fromkeys(amounts, float))
    texts = [_effect_text(step) for step in steps.itertuples()]
    return chart_of(
        "waterfall",
        lambda width, words: _draw_waterfall(steps, width, words),
        Words(title, note),
        wording,
        bridge[[name for name in _WATERFALL if name in bridge]],
        steps.assign(label=steps["title"], text=texts),
    )


_WATERFALL = (
    "reading",
    "title",
    "effect_usd",
    "low_usd",
    "high_usd",
    "running_total_usd",
    "grade",
)


def _effect_text(step: Any) -> str:
    if pd.isna(step.effect_usd):
        ends = step.grade != "residual"
        return usd(step.running_total_usd) if ends else NOT_PUBLISHED
    return usd(step.effect_usd, signed=True)


def _draw_waterfall(steps: pd.DataFrame, width: Width, words: Words) -> Figure:
    """Rows of labels, bars that begin where the last one ended, connectors and whiskers."""
    readings = steps.get("reading", pd.Series("", steps.index))
    begins = readings.ne(readings.shift())
    ends = readings.ne(readings.shift(-1))
    named = steps["title"].mask(begins & readings.ne(""), readings + ": " + steps["title"])
    rows = steps.assign(
        label=named, emphasis=begins | ends, start=steps["running_total_usd"].shift()
    )
    rows = rows.assign(begins=begins, ends=ends)
    rows["text"] = [_effect_text(step) for step in steps.itertuples()]
    placed = place_rows(rows, width, RowLook())
    grades = [grade for grade in _BARS if grade in set(steps["grade"][~(begins | ends)])]
    key = [KeyEntry(_MEANINGS[grade], style.GRADE_COLOURS[grade], _BARS[grade]) for grade in grades]
    whiskers = {"low_usd", "high_usd"} <= {*steps} and steps["low_usd"].notna().any()
    key += [KeyEntry("range of a step", style.INK, "line")] if whiskers else []
    left = 8 if width.phone else label_column_width(placed, width) + 12
    plot = Plot(
        height=placed["foot"].iloc[-1],
        left=left,
        right=8,
        key=key,
        ticks_above=True,
        ticks_below=False,
    )
    figure, axes = frame(width, words, plot)
    reach = _reaches(placed, whiskers)
    behind = column_width(placed["text"], width.label, bold=True) + 14
    room = width.pixels - plot.left - plot.right
    low, high = reach["left"].min(), reach["right"].max()
    unit = ((high - low) or high) / (room - behind - 10)
    axes.set(xlim=(low - 10 * unit, high + behind * unit), ylim=(plot.height, 0), yticks=[])
    scale_axis(axes, "usd", width, plot)
    write_labels(axes, placed, width, plot, beside=width.phone)
    for step, (_, ends_at) in zip(placed.itertuples(), reach.iterrows(), strict=True):
        _draw_step(axes, step, ends_at, width, whiskers)
    return figure


def _reaches(placed: pd.DataFrame, whiskers: bool) -> pd.DataFrame:
    """How far to the left and right each step is drawn; its whisker hangs on its start."""
    edges = placed[["start", "running_total_usd"]].mask(placed["begins"], axis=0)
    edges["running_total_usd"] = placed["running_total_usd"]
    if whiskers:
        inner = ~(placed["begins"] | placed["ends"])
        edges["low"] = (placed["start"] + placed["low_usd"]).where(inner)
        edges["high"] = (placed["start"] + placed["high_usd"]).where(inner)
    drawn = edges.drop(columns="start").join(edges["start"].where(placed["effect_usd"].notna()))
    return pd.DataFrame({"left": drawn.min(axis=1), "right": drawn.max(axis=1)})


def _draw_step(axes: Axes, step: Any, reach: pd.Series, width: Width, whiskers: bool) -> None:
    """Draw a bar or the mark of a published figure, what joins it to the next, and its text."""
    total, middle = step.running_total_usd, step.middle
    words: dict[str, Any] = {"fontsize": width.label, "weight": "bold"}
    if not step.ends:
        foot = step.foot + (-4 if width.phone else 14)  # on a phone the next label is below
        axes.plot([total, total], [middle, foot], color=style.MUTED, linewidth=0.8, zorder=0.5)
    if step.begins or step.ends:
        axes.plot(total, middle, "D", color=style.INK, markersize=8)
        write_beside(axes, step.text, (total, middle), (9, 0), color=style.INK, **words)
    elif pd.isna(step.effect_usd):
        write_beside(axes, step.text, (total, middle), (6, 0), color=style.MUTED, **words)
    else:
        colour = style.GRADE_COLOURS[step.grade]
        bar = Rectangle((step.start, middle - 8), step.effect_usd, 16, linewidth=1)
        fill_bar(bar, colour, _BARS[step.grade])
        axes.add_patch(bar)
        if whiskers and pd.notna(step.low_usd):
            ends = [step.start + step.low_usd, step.start + step.high_usd]
            axes.plot(ends, [middle, middle], color=style.INK, linewidth=1.4, marker="|")
        write_beside(axes, step.text, (reach["right"], middle), (7, 0), color=colour, **words)


def tornado(
    swings: pd.DataFrame, centre: float, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """How far each assumption moves a result, most first, with a line at the central result.

    Example:
        charts.tornado(swings, 1_270, "No assumption settles the residual", source="this project")

    Args:
        swings: `label`, `residual_at_low` and `residual_at_high`.
        centre: the result with every assumption at its centre.
        title: the finding.
        note: units and period.
        **wording: see `Wording`.
    """
    ends = swings[["residual_at_low", "residual_at_high"]]
    low, high = ends.min(axis=1), ends.max(axis=1)
    text = low.map(usd) + " to " + high.map(usd)
    rows = swings.assign(low=low, high=high, text=text, role="assumed")
    key = (
        KeyEntry("as the assumption goes from low to high", style.ROLES["assumed"], "band"),
        KeyEntry("all at their centres", style.INK, "line"),
    )
    look = RowLook(zero=centre, key=key)
    return chart_of_rows("tornado", rows, Words(title, note), look, wording, swings)


def effects(
    rows: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per account: its effect as a dot, its range as a bar, with a line at zero.

    Example:
        charts.effects(scenarios, "Unexplained: from −$3,000 to $6,000", source="this project")

    Args:
        rows: `label`, `effect_usd`, `low_usd` and `high_usd`; a `role` of `style.ROLES` colours a
            row, else it is assumed.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    named = rows.rename(columns={"effect_usd": "value", "low_usd": "low", "high_usd": "high"})
    text = [usd(effect, signed=True) for effect in named["value"]]
    drawn = named.assign(text=text, role=rows.get("role", "assumed"))
    look = RowLook(zero=0)
    return chart_of_rows("effects", drawn, Words(title, note), look, wording, rows)


def residual_over_assumption(
    line: pd.DataFrame,
    marks: pd.DataFrame,
    title: str,
    note: str = "",
    axis: str = "percent",
    **wording: Unpack[Wording],
) -> DrawnChart:
    """What one assumption would have to be for nothing to be left: the residual as it changes.

    Example:
        charts.residual_over_assumption(line, marks, "At 62% certified nothing is left")

    Args:
        line: `assumption` in order, and the `residual_usd` there; its range, `low_usd` and
            `high_usd`, may be absent.
        marks: values to name on the line: `assumption`, `residual_usd` and `label`.
        title: the finding.
        note: what the assumption is, and units.
        axis: of the assumption: `usd`, `percent`, `count` or `ratio`.
        **wording: see `Wording`.

    Raises:
        InputError: the line has fewer than two points.
    """
    if len(line) < 2:
        raise InputError(f"residual_over_assumption: line has {len(line)} rows; expected 2 or more")
    texts = marks["residual_usd"].map(lambda value: usd(value, signed=True))
    return chart_of(
        "residual-over-assumption",
        lambda width, words: _draw_residual(line, marks, axis, width, words),
        Words(title, note),
        wording,
        line,
        marks.assign(text=texts),
    )


def _draw_residual(
    line: pd.DataFrame, marks: pd.DataFrame, axis: str, width: Width, words: Words
) -> Figure:
    """A line over its range, zero, and the values named on it."""
    ranged = {"low_usd", "high_usd"} <= {*line}
    key = [KeyEntry("not explained", style.ROLES["residual"], "line")]
    key += [KeyEntry("its assumption range", style.ROLES["residual"], "band")] if ranged else []
    plot = Plot(height=240 if width.phone else 300, left=56, right=16, key=key)
    figure, axes = frame(width, words, plot)
    points = {"x": "assumption", "y": "residual_usd", "ax": axes, "legend": False}
    if ranged:
        axes.fill_between(
            line["assumption"],
            line["low_usd"],
            line["high_usd"],
            color=style.MUTED,
            alpha=0.2,
            linewidth=0,
        )
    sns.lineplot(line, **points, color=style.MUTED, linewidth=2.2, errorbar=None)
    axes.margins(x=0)
    scale_axis(axes, axis, width, plot)
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(lambda value, _: TICKS["usd"](value))
    axes.axhline(0, color=style.INK, linewidth=1)
    sns.scatterplot(marks, **points, color=style.ROLES["assumed"], s=60, linewidth=0, zorder=4)
    axes.set(xlabel="", ylabel="")
    _name_marks(axes, marks, width, plot)
    return figure


def _name_marks(axes: Axes, marks: pd.DataFrame, width: Width, plot: Plot) -> None:
    """Name each mark above the line where it falls away, on the side that has room."""
    low, high = axes.get_xlim()
    room = width.pixels - plot.left - plot.right
    top, taken = axes.get_ylim()[1], -1.0
    for mark in marks.sort_values("assumption").itertuples():
        across = (mark.assumption - low) / (high - low) * room
        half = text_width(mark.label, width.small, bold=True) / 2
        shift = max(half - across, 0) - max(across + half - room - 12, 0)
        taken = (taken + 1) % 3
        offset = -(width.small * LINE) * (taken + 0.7)
        foot = top + (offset - 0.6 * width.small * LINE) / plot.height * (top - axes.get_ylim()[0])
        ends = [mark.residual_usd, max(foot, mark.residual_usd)]
        axes.plot([mark.assumption] * 2, ends, color=style.MUTED, linewidth=0.8)
        write_beside(
            axes,
            mark.label,
            (mark.assumption, top),
            (shift, offset),
            ha="center",
            fontsize=width.small,
            weight="bold",
            color=style.ROLES["assumed"],
        )
    axes.set_ylim(top=top)
