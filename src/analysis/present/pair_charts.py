"""Charts of pairs: two figures of one row, each in its colour, joined by a line."""

from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.present import style
from analysis.present.chart_frame import (
    KeyEntry,
    Plot,
    Words,
    frame,
    scale_axis,
    text_width,
    write_beside,
)
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of
from analysis.present.formats import percent, usd
from analysis.present.row_charts import (
    RowLook,
    area_links,
    chart_of_rows,
    label_column_width,
    place_rows,
    write_labels,
)
from analysis.present.style import Width

_GAP = 9
_LONG_LIST = 12


@dataclass(frozen=True)
class _Side:
    """One of the two figures of each row."""

    column: str
    colour: str
    marker: str


def claimed_and_official(
    pairs: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per place: the guide's figure and the official one, joined by a line.

    Example:
        charts.claimed_and_official(five, "Four of five states are wrong", source="the guide; BLS")

    Args:
        pairs: `label`, `claimed`, `official`, and the sampling interval of the official figure,
            `low` and `high`. All numbers but `claimed` may be missing.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    sides = (
        _Side("claimed", style.ROLES["guide"], "o"),
        _Side("official", style.ROLES["bls"], "D"),
    )
    key = (
        KeyEntry("the guide", style.ROLES["guide"], "o"),
        KeyEntry("BLS", style.ROLES["bls"], "D"),
        KeyEntry("its sampling error", style.ROLES["bls"], "band"),
    )
    rows = pairs.assign(between="", emphasis=False)
    return _pair_chart("claimed-and-official", rows, sides, key, Words(title, note), wording, pairs)


def editions(
    pairs: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per edition of AAPC's survey: its mean and BLS's of that year, in dollars.

    Example:
        charts.editions(compared, "Mean against mean, the gap is a tenth", source="BLS; AAPC")

    Args:
        pairs: `label`, and two means in US dollars a year, `bls` and `aapc`; either may be missing.
            Between them stands by how much AAPC's is above.
        title: the finding.
        note: population and period.
        **wording: see `Wording`.
    """
    sides = (_Side("bls", style.ROLES["bls"], "D"), _Side("aapc", style.ROLES["aapc"], "D"))
    key = (
        KeyEntry("BLS, mean of all jobs", style.ROLES["bls"], "D"),
        KeyEntry("AAPC, mean of certified respondents", style.ROLES["aapc"], "D"),
    )
    above = pairs["aapc"] / pairs["bls"] - 1
    between = above.map(lambda share: f"{'−' if share < 0 else '+'}{percent(abs(share))}")
    rows = pairs.assign(
        between=between.where(above.notna(), ""), low=None, high=None, emphasis=False
    )
    data = pairs[["label", "bls", "aapc"]]
    return _pair_chart("editions", rows, sides, key, Words(title, note), wording, data)


def moves(
    rows: pd.DataFrame,
    title: str,
    note: str = "",
    before: str = "before",
    after: str = "after",
    heading: str = "",
    **wording: Unpack[Wording],
) -> DrawnChart:
    """One row per item: a hollow mark at `before`, joined to a full one at `value`.

    Example:
        charts.moves(climbs, "At equal prices Ohio climbs 20 places", heading="Rank")

    Args:
        rows: also `label`, `text`, `statistic` (the same of all), and `role`: `guide` for rows of
            the guide's places, `nation` for the nation's; `area_code` as of `row_chart`.
        title: the finding.
        note: units and population.
        before: what the hollow mark is, for the key.
        after: what the full one is.
        heading: of the texts.
        **wording: see `Wording`.
    """
    mark = style.STATISTIC_MARKERS.get(rows["statistic"].iloc[0], "o")
    key = [KeyEntry(before, style.MUTED, "hollow"), KeyEntry(after, style.MUTED, mark)]
    if rows["role"].eq("guide").any():
        key += [KeyEntry("named by the guide", style.ROLES["guide"], mark)]
    look = RowLook(compact=True, key=key, heading=heading)
    return chart_of_rows("moves", rows, Words(title, note), look, wording, rows)


def _pair_chart(
    kind: str,
    rows: pd.DataFrame,
    sides: tuple[_Side, _Side],
    key: tuple[KeyEntry, ...],
    words: Words,
    wording: Wording,
    data: pd.DataFrame,
) -> DrawnChart:
    numbers = [side.column for side in sides] + ["low", "high"]
    rows = rows.reset_index(drop=True)
    rows = rows.assign(**{name: rows[name].astype(float) for name in numbers})
    texts = [
        " and ".join(usd(pair[side.column]) for side in sides if pd.notna(pair[side.column]))
        for _, pair in rows.iterrows()
    ]
    return chart_of(
        kind,
        lambda width, worded: _draw_pairs(rows, sides, key, width, worded),
        words,
        wording,
        data,
        rows.assign(text=texts),
        area_links(rows.assign(text=texts)),
    )


def _draw_pairs(
    rows: pd.DataFrame,
    sides: tuple[_Side, _Side],
    key: tuple[KeyEntry, ...],
    width: Width,
    words: Words,
) -> Figure:
    """Lay the rows out, join the marks, and write each figure on its outer side."""
    first, second = (side.column for side in sides)
    spaced = rows.drop(columns=["low", "high"]).assign(
        value=rows[first], before=rows[second].where(rows["between"].ne(""))
    )
    placed = place_rows(spaced, width, RowLook()).assign(low=rows["low"], high=rows["high"])
    left = 8 if width.phone else label_column_width(placed, width) + 12
    plot = Plot(
        height=placed["foot"].iloc[-1],
        left=left,
        right=8,
        key=key,
        ticks_above=True,
        ticks_below=len(rows) > _LONG_LIST,
    )
    figure, axes = frame(width, words, plot)
    numbers = placed[[first, second, "low", "high"]]
    low, high = numbers.min().min(), numbers.max().max()
    room = width.pixels - plot.left - plot.right
    aside = text_width("$999,999", width.label, bold=True) + _GAP + 8
    unit = ((high - low) or high) / (room - 2 * aside)
    axes.set(xlim=(low - aside * unit, high + aside * unit), ylim=(plot.height, 0), yticks=[])
    scale_axis(axes, "usd", width, plot)
    write_labels(axes, placed, width, plot, beside=width.phone)
    middle = placed["middle"]
    axes.hlines(middle, placed[first], placed[second], style.MUTED, linewidth=1.4)
    axes.hlines(middle, placed["low"], placed["high"], sides[1].colour, linewidth=8, alpha=0.4)
    _write_pairs(axes, placed, sides, width)
    axes.set(xlabel="", ylabel="")
    return figure


def _write_pairs(
    axes: Axes, placed: pd.DataFrame, sides: tuple[_Side, _Side], width: Width
) -> None:
    """Draw both marks with seaborn, and write their figures and what stands between them."""
    words: dict[str, Any] = {"fontsize": width.label, "weight": "bold"}
    first, second = (side.column for side in sides)
    outer_low = placed[[first, second, "low", "high"]].min(axis=1)
    outer_high = placed[[first, second, "low", "high"]].max(axis=1)
    for side, other in (sides, sides[::-1]):
        marks = placed.dropna(subset=side.column)
        sns.scatterplot(
            marks,
            x=side.column,
            y="middle",
            color=side.colour,
            marker=side.marker,
            s=54,
            linewidth=0,
            ax=axes,
            zorder=4,
            legend=False,
        )
        for row in marks.itertuples():
            value, beside = getattr(row, side.column), getattr(row, other.column)
            left = value < beside or (value == beside and side is sides[0])
            edge = outer_low[row.Index] if left else outer_high[row.Index]
            offset, ha = (-_GAP, "right") if left else (_GAP, "left")
            write_beside(
                axes, usd(value), (edge, row.middle), (offset, 0), ha=ha, color=side.colour, **words
            )
    for row in placed[placed["between"] != ""].itertuples():
        place = ((getattr(row, first) + getattr(row, second)) / 2, row.middle - 7)
        look = {"ha": "center", "va": "bottom", "color": style.INK}
        write_beside(axes, row.between, place, (0, 0), **words | look)
