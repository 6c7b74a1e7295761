"""The chart of an audit's verdicts."""

from typing import Any, Unpack

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.present import style
from analysis.present.chart_frame import (
    LINE,
    KeyEntry,
    Plot,
    Words,
    fill_bar,
    frame,
    line_count,
    text_width,
    wrap,
    write_beside,
)
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of
from analysis.present.style import Width

_LOOKS = {
    "confirmed": ("good", "bar"),
    "plausible": ("good", "pale"),
    "suspect": ("bad", "pale"),
    "implausible": ("bad", "counter"),
    "inconsistent": ("bad", "hatch"),
    "contradicted": ("bad", "bar"),
}
"""The role and the bar of each verdict on what can be checked, from right to wrong."""
_UNCHECKED = "unverifiable"
_BAR = 20


def scoreboard(
    score: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One bar per source of claims, stacked by verdict; what cannot be checked is counted beside.

    Example:
        charts.scoreboard(score, "Of eight checkable BLS figures one is right", source="the audit")

    Args:
        score: `verdict` and `claims`, and by whose figures they are, `claims_of`, in the order to
            show; without that column there is one bar.
        title: the finding.
        note: what was counted.
        **wording: see `Wording`.
    """
    rows = score if "claims_of" in score else score.assign(claims_of="All claims")
    counts = rows.pivot_table("claims", "claims_of", "verdict", "sum", 0, sort=False)
    counts = counts.reindex(columns=[*_LOOKS, _UNCHECKED], fill_value=0)
    said = [
        ", ".join(f"{count:.0f} {verdict}" for verdict, count in row.items() if count)
        for _, row in counts.iterrows()
    ]
    return chart_of(
        "scoreboard",
        lambda width, words: _draw_scoreboard(counts, width, words),
        Words(title, note),
        wording,
        score,
        pd.DataFrame({"label": counts.index, "text": said}),
    )


def _draw_scoreboard(counts: pd.DataFrame, width: Width, words: Words) -> Figure:
    """A heading and a bar per source; the axis ends with the longest bar, so none is shown."""
    checked = counts[[*_LOOKS]]
    key = [
        KeyEntry(verdict, style.ROLES[role], mark)
        for verdict, (role, mark) in _LOOKS.items()
        if checked[verdict].any()
    ]
    labels = [_heading(source, row, width) for source, row in counts.iterrows()]
    heights = [line_count(label) * width.label * LINE + _BAR + 16 for label in labels]
    plot = Plot(height=sum(heights), key=key, left=4, right=4, ticks_below=False)
    figure, axes = frame(width, words, plot)
    longest = max(checked.sum(axis=1).max(), 1)
    axes.set(xlim=(0, longest), ylim=(plot.height, 0), xticks=[], yticks=[])
    room = width.pixels - 8
    top = 0.0
    for label, height, (_, row) in zip(labels, heights, counts.iterrows(), strict=True):
        for number, line in enumerate(label.split("\n")):
            middle = top + (number + 0.5) * width.label * LINE
            write_beside(axes, line, (0, middle), (0, 0), fontsize=width.label)
        top += height
        _stack(axes, row, top - 14 - _BAR / 2, room / longest, width)
    return figure


def _heading(source: Any, row: pd.Series, width: Width) -> str:
    """Whose claims a bar counts, and how many of them can be checked."""
    label = f"{source}: {row[[*_LOOKS]].sum():.0f} can be checked"
    label += f", {row[_UNCHECKED]:.0f} cannot" if row[_UNCHECKED] else ""
    return wrap(label, width.pixels - 8, width.label)


def _stack(axes: Any, row: pd.Series, middle: float, unit: float, width: Width) -> None:
    """Draw a bar of verdicts, each with its count where that has room."""
    start = 0.0
    for verdict, (role, mark) in _LOOKS.items():
        count, colour = row[verdict], style.ROLES[role]
        if not count:
            continue
        box = Rectangle((start, middle - _BAR / 2), count, _BAR, linewidth=1)
        fill_bar(box, colour, mark)
        axes.add_patch(box)
        text = f"{count:.0f}"
        if text_width(text, width.label, bold=True) + 6 < count * unit:
            look = {"ha": "center", "fontsize": width.label, "weight": "bold"}
            place = (start + count / 2, middle)
            if mark == "bar":
                axes.annotate(text, place, va="center_baseline", color=style.PAPER, **look)
            else:
                write_beside(axes, text, place, (0, 0), color=colour, **look)
        start += count
