"""Charts of a distribution of pay: figures on its curve, and offers against its percentiles."""

from typing import Any, Unpack

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
    frame,
    line_count,
    scale_axis,
    text_width,
    wrap,
    write_beside,
)
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of, columns_held
from analysis.present.formats import percent, usd
from analysis.present.pay_charts import MEDIAN, MIDDLE_HALF, MOST, roles_by_name
from analysis.present.row_charts import column_width
from analysis.present.style import Width
from analysis.present.values import published_pay

_SHARE = "Share of jobs paid up to this wage"
_LEFT, _RIGHT = 44, 14
_LEADER = 14
"""Pixels from a mark to its label."""
_NARROWEST = 110
"""Pixels that a label needs beside its mark."""
_ON_LINE = {"facecolor": style.PAPER, "linewidth": 0, "pad": 1}
"""The paper below a text that the dashed line of an offer may cross."""
_PERCENTILES = ("p10", "p25", "median", "p75", "p90")


def pay_curve(
    curve: pd.DataFrame,
    knots: pd.DataFrame,
    marks: pd.DataFrame,
    title: str,
    note: str = "",
    **wording: Unpack[Wording],
) -> DrawnChart:
    """The share of workers paid up to each wage, and figures that are placed on this curve.

    Example:
        charts.pay_curve(curve, knots, placed, "AAPC's average stands above 69% of jobs")

    Args:
        curve: `wage` and `rank`, a share, in order.
        knots: the published percentiles, same columns and `label`.
        marks: up to about ten figures to place on the curve, same columns, `label` and `statistic`;
            a `role` of `style.ROLES` colours a mark, else its label does, by its publisher.
        title: the finding.
        note: population and period.
        **wording: see `Wording`.
    """
    said = marks.assign(text=marks["rank"].map(lambda rank: f"above {percent(rank)}"))
    return chart_of(
        "pay-curve",
        lambda width, words: _draw_curve(curve, knots, marks, width, words),
        Words(title, note),
        wording,
        marks,
        said,
    )


def _draw_curve(
    curve: pd.DataFrame, knots: pd.DataFrame, marks: pd.DataFrame, width: Width, words: Words
) -> Figure:
    """The curve by seaborn, its percentiles, and the marks with labels on its empty sides."""
    roles = marks.get("role", roles_by_name(marks["label"]))
    key = [
        KeyEntry("percentile that BLS publishes", style.ROLES["bls"], "o"),
        KeyEntry("between them, a model", style.ROLES["bls"], "line"),
    ]
    named = marks.assign(colour=roles.map(style.ROLES))
    limits = _curve_limits(curve, named)
    labels = _label_texts(knots, named, limits, width)
    height = max(300 if width.phone else 360, 1.7 * labels["height"].sum())
    plot = Plot(
        height=height,
        left=_LEFT,
        right=_RIGHT,
        key=key,
        axis_title=_SHARE,
    )
    figure, axes = frame(width, words, plot)
    axes.set(ylim=(0, 1), xlim=limits)
    sns.lineplot(curve, x="wage", y="rank", color=style.BLUE, linewidth=1.6, errorbar=None, ax=axes)
    sns.scatterplot(
        knots,
        x="wage",
        y="rank",
        color=style.BLUE,
        s=52,
        linewidth=0,
        ax=axes,
        legend=False,
        zorder=3,
    )
    scale_axis(axes, "usd", width, plot)
    axes.yaxis.set_major_formatter(lambda value, _: percent(value))
    axes.grid(axis="y")
    axes.set(xlabel="", ylabel="")
    for mark in named.itertuples():
        marker = style.STATISTIC_MARKERS.get(mark.statistic, "o")
        look = {"markersize": 13, "markeredgewidth": 2.6} if marker == "|" else {"markersize": 8}
        axes.plot(mark.wage, mark.rank, marker, color=mark.colour, zorder=4, **look)
    _write_labels(axes, labels, width, plot)
    return figure


def _curve_limits(curve: pd.DataFrame, marks: pd.DataFrame) -> tuple[float, float]:
    """The wages that the axis spans: those of the curve, and of marks that lie beyond it."""
    wages = pd.concat([curve["wage"], marks["wage"]])
    span = wages.max() - wages.min()
    return wages.min() - 0.03 * span, wages.max() + 0.03 * span


def _label_texts(
    knots: pd.DataFrame, marks: pd.DataFrame, limits: tuple[float, float], width: Width
) -> pd.DataFrame:
    """The labels of the percentiles and the marks, each wrapped for its side of the curve.

    A curve that rises leaves the left of its upper half and the right of its lower half empty.
    """
    percentiles = knots.assign(colour=style.BLUE, weight="normal")
    named = pd.concat([percentiles, marks.assign(weight="bold")], ignore_index=True)
    room = width.pixels - _LEFT - _RIGHT
    across = (named["wage"] - limits[0]) / (limits[1] - limits[0]) * room
    left = (named["rank"].gt(0.5) & across.ge(_NARROWEST)) | (room - across).lt(_NARROWEST)
    free = across.where(left, room - across) - _LEADER - 2
    texts = [
        wrap(label, min(wide, 250), width.small, weight == "bold")
        for label, wide, weight in zip(named["label"], free, named["weight"], strict=True)
    ]
    height = [line_count(text) * width.small * LINE + 3 for text in texts]
    return named.assign(across=across, left=left, text=texts, height=height)


def _write_labels(axes: Axes, labels: pd.DataFrame, width: Width, plot: Plot) -> None:
    """Write each label beside its mark, with a thin line to it.

    Labels that would lie on each other move away from the curve.
    """
    room = width.pixels - plot.left - plot.right
    spots = labels.assign(down=(1 - labels["rank"]) * plot.height)
    for right_side, group in spots.groupby(~spots["left"]):
        moved = _spread(
            group.sort_values("down", ascending=bool(right_side)), bool(right_side), plot
        )
        for spot in moved.itertuples():
            _write_label(axes, spot, room, plot.height, width)


def _spread(spots: pd.DataFrame, downwards: bool, plot: Plot) -> pd.DataFrame:
    """Move labels so that none lies on the one before it, and back where they leave the plot."""
    middles: list[float] = []
    sign = 1 if downwards else -1
    heights = spots["height"].tolist()
    for spot, height in zip(spots.itertuples(), heights, strict=True):
        wanted = spot.down + sign * 6
        if middles:
            gap = (height + heights[len(middles) - 1]) / 2
            nearest = middles[-1] + sign * gap
            wanted = max(wanted, nearest) if downwards else min(wanted, nearest)
        middles.append(wanted)
    limit = plot.height if downwards else 0.0
    for number in reversed(range(len(middles))):
        half = heights[number] / 2
        inner = limit - sign * half
        middles[number] = min(middles[number], inner) if downwards else max(middles[number], inner)
        limit = middles[number] - sign * half
    return spots.assign(middle=middles)


def _write_label(axes: Axes, spot: Any, room: float, height: float, width: Width) -> None:
    """Write the lines of a label and join it with its mark."""
    side = -1 if spot.left else 1
    lines = spot.text.split("\n")
    start = (spot.across + side * _LEADER) / room
    first = spot.middle - (len(lines) - 1) / 2 * width.small * LINE
    axes.annotate(
        "",
        (spot.across / room, 1 - spot.down / height),
        (start, 1 - spot.middle / height),
        "axes fraction",
        "axes fraction",
        arrowprops={"arrowstyle": "-", "color": spot.colour, "linewidth": 0.8, "shrinkA": 1},
    )
    for number, line in enumerate(lines):
        place = (start, 1 - (first + number * width.small * LINE) / height)
        write_beside(
            axes,
            line,
            place,
            (side * 2, 0),
            xycoords="axes fraction",
            ha="right" if spot.left else "left",
            fontsize=width.small,
            weight=spot.weight,
            color=spot.colour,
        )


def offers(
    places: pd.DataFrame,
    offered: pd.DataFrame,
    title: str,
    note: str = "",
    **wording: Unpack[Wording],
) -> DrawnChart:
    """The distribution of pay in one or two places, with one or two offers across it.

    Example:
        charts.offers(beside, offered, "The offer is above six in ten jobs in Ohio")

    Args:
        places: `label`, `role` (`here` or `nation`), and `annual_p10`, `annual_p25`,
            `annual_median`, `annual_p75`, `annual_p90`, of which any may be missing.
        offered: `label`, which says where it stands, and `wage`, US dollars a year.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    said = [
        ", ".join(
            f"{name} {usd(getattr(row, f'annual_{name}'))}"
            for name in _PERCENTILES
            if pd.notna(getattr(row, f"annual_{name}"))
        )
        for row in places.itertuples()
    ]
    marks = pd.concat(
        [
            offered.assign(text=offered["wage"].map(usd))[["label", "text"]],
            places.assign(text=said)[["label", "text"]],
        ]
    )
    known = ("wage", "rank", "likely_low", "likely_high", "certain_low", "certain_high")
    pay = [f"annual_{name}" for name in _PERCENTILES]
    data = columns_held(published_pay(places), "label", *known, *pay)
    return chart_of(
        "offers",
        lambda width, words: _draw_offers(places, offered, width, words),
        Words(title, note),
        wording,
        data,
        marks,
    )


def _draw_offers(places: pd.DataFrame, offered: pd.DataFrame, width: Width, words: Words) -> Figure:
    """The offers' names on top, then each place's name, ranges and percentiles."""
    line = width.label * LINE
    names = [
        wrap(f"{offer.label}: {usd(offer.wage)}", width.pixels - 60, width.label, bold=True)
        for offer in offered.itertuples()
    ]
    head = sum(line_count(name) for name in names) * line + 8
    step = 2 * line + 40
    plot = Plot(
        height=head + step * len(places),
        left=30,
        right=30,
        ticks_above=True,
        ticks_below=False,
        key=(MEDIAN, MIDDLE_HALF, MOST),
    )
    figure, axes = frame(width, words, plot)
    cells = places[[f"annual_{name}" for name in _PERCENTILES]].astype(float)
    wages = pd.concat([cells.stack(), offered["wage"].astype(float)])
    span = (wages.max() - wages.min()) or wages.max()
    axes.set(
        xlim=(wages.min() - 0.02 * span, wages.max() + 0.02 * span),
        ylim=(plot.height, 0),
        yticks=[],
    )
    scale_axis(axes, "usd", width, plot)
    _write_offers(axes, offered, names, width, plot)
    for number, place in enumerate(places.itertuples()):
        _draw_place(axes, place, head + number * step, width, plot)
    return figure


def _write_offers(
    axes: Axes, offered: pd.DataFrame, names: list[str], width: Width, plot: Plot
) -> None:
    """Draw a dashed line per offer, with its name at the top of the line."""
    room = width.pixels - plot.left - plot.right
    top, line = 0.0, width.label * LINE
    for offer, name in zip(offered.itertuples(), names, strict=True):
        lines = name.split("\n")
        low, high = axes.get_xlim()
        across = (offer.wage - low) / (high - low) * room
        wide = column_width(pd.Series(lines), width.label, bold=True)
        right = across + wide + 8 <= room + plot.right
        start = 6.0 if right else -min(wide + 6, across + plot.left - 2)
        free = right or start == -wide - 6
        ends = [top if free else top + len(lines) * line, plot.height]
        axes.plot([offer.wage] * 2, ends, "--", color=style.ROLES["offer"], linewidth=1.6)
        for number, text in enumerate(lines):
            place = (offer.wage, top + (number + 0.5) * line)
            write_beside(
                axes,
                text,
                place,
                (start, 0),
                fontsize=width.label,
                weight="bold",
                color=style.ROLES["offer"],
            )
        top += len(lines) * line


def _draw_place(axes: Axes, place: Any, top: float, width: Width, plot: Plot) -> None:
    """Draw a place's name, ranges and median, and the values below that have room."""
    colour, line = style.ROLES[place.role], width.label * LINE
    middle = top + line + 12
    name = {"fontsize": width.label, "weight": "bold", "color": colour, "bbox": _ON_LINE}
    write_beside(
        axes,
        place.label,
        (0, top + line / 2),
        (2 - plot.left, 0),
        xycoords=("axes fraction", "data"),
        **name,
    )
    axes.hlines(middle, place.annual_p10, place.annual_p90, colour, linewidth=1.6)
    axes.hlines(middle, place.annual_p25, place.annual_p75, colour, linewidth=12, alpha=0.4)
    axes.plot(place.annual_median, middle, "|", color=colour, markersize=18, markeredgewidth=3)
    low, high = axes.get_xlim()
    room = width.pixels - plot.left - plot.right
    free: dict[float, float] = {}
    for percentile in ("median", "p10", "p90", "p25", "p75"):
        value = getattr(place, f"annual_{percentile}")
        across = (value - low) / (high - low) * room
        half = text_width(usd(value), width.small) / 2 + 3 if pd.notna(value) else 0
        if half and all(abs(across - other) >= half + own for other, own in free.items()):
            free[across] = half
            write_beside(
                axes,
                usd(value),
                (value, middle + 18),
                (0, 0),
                ha="center",
                fontsize=width.small,
                color=style.MUTED,
                bbox=_ON_LINE,
            )
