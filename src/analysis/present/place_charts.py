"""Charts of places: rankings, their certainty, and a map of tiles."""

from typing import Any, Unpack

import numpy as np
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
    frame,
    text_width,
)
from analysis.present.drawn_chart import DrawnChart, Wording, chart_of
from analysis.present.formats import usd
from analysis.present.pay_charts import MEAN, MEDIAN, dollars
from analysis.present.row_charts import RowLook, chart_of_rows, ranged
from analysis.present.style import Width
from common.notebook_contract import AREA_LINK

_GUIDE = KeyEntry("named by the guide", style.ROLES["guide"], "o")
_FIFTHS = 5


def _numbered(places: pd.DataFrame) -> pd.Series:
    return places["rank"].astype(str) + ". " + places["area_title"]


def _guide_role(places: pd.DataFrame) -> pd.Series:
    """Places that `emphasis` marks are the guide's, unless a `role` says otherwise."""
    marked = places["emphasis"].eq(True).map({True: "guide", False: "bls"})
    return places.get("role", marked)


def ranked_places(
    places: pd.DataFrame,
    title: str,
    note: str = "",
    compact: bool = True,
    **wording: Unpack[Wording],
) -> DrawnChart:
    """One row per place, in the order given: the mark of its statistic, and a range as a bar.

    Example:
        charts.ranked_places(ranked, "New Jersey pays most", source="BLS OEWS, May 2025")

    Args:
        places: `area_title`, `rank`, `statistic`, `value`, `low`, `high` (the last two may be
            missing) and `emphasis` for the guide's places; a `role` of `style.ROLES` replaces it.
        title: the finding.
        note: units, population, period and what the range is.
        compact: as of `row_chart`.
        **wording: see `Wording`.
    """
    rows = places.assign(
        label=_numbered(places), text=dollars(places["value"]), role=_guide_role(places)
    )
    statistics = set(places["statistic"])
    key = [entry for entry in (MEDIAN, MEAN) if entry.meaning in statistics]
    key += [_GUIDE] if rows["role"].eq("guide").any() else []
    heading = next(iter(statistics)).capitalize() if len(statistics) == 1 and compact else ""
    look = RowLook(compact=compact, heading=heading, key=key)
    return chart_of_rows("ranked-places", rows, Words(title, note), look, wording, places)


def rank_intervals(
    places: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per place, in the order given: its rank, with a narrow and a wide interval.

    Example:
        charts.rank_intervals(ranked, "Any of nine states may be first")

    Args:
        places: `area_title`, `rank`, `pair_low`, `pair_high` (the bar), `rank_low`, `rank_high`
            (the line) and `emphasis`, as of `ranked_places`.
        title: the finding.
        note: population, period and confidence.
        **wording: see `Wording`.
    """
    text = places["rank_low"].astype(str) + "–" + places["rank_high"].astype(str)
    rows = places.assign(
        label=_numbered(places),
        text=text,
        value=places["rank"],
        statistic="",
        role=_guide_role(places),
    )
    key = [
        KeyEntry("pair by pair", style.MUTED, "band"),
        KeyEntry("all together", style.MUTED, "line"),
        *([_GUIDE] if rows["role"].eq("guide").any() else []),
    ]
    look = RowLook("count", compact=True, heading="Can be", key=key)
    rows = ranged(rows, bar="pair", line="rank")
    return chart_of_rows("rank-intervals", rows, Words(title, note), look, wording, places)


def tile_map(
    tiles: pd.DataFrame,
    title: str,
    note: str = "",
    nation: float | None = None,
    axis: str = "usd",
    **wording: Unpack[Wording],
) -> DrawnChart:
    """The states as tiles, bluer from fifth to fifth of their values; one without a value is empty.

    On a page a tile leads to the page of its state, where the report has one.

    Example:
        charts.tile_map(tiles, "The Pacific pays most", nation=48_780, source="BLS OEWS")

    Args:
        tiles: `area_code`, `tile_row` and `tile_column` (from the top left), `value`, its `text`,
            and `emphasis`, true for tiles to frame; `area_title` where tiles should say it.
        title: the finding.
        note: units, population and period.
        nation: the same statistic of the nation, named in the key.
        axis: of the values in the key: `usd`, `percent`, `count` or `ratio`.
        **wording: see `Wording`.
    """
    tiles = tiles.reset_index(drop=True)
    fifth = np.ceil(_FIFTHS * tiles["value"].rank(pct=True)).fillna(0).astype(int)
    drawn = tiles.assign(fifth=fifth, label=tiles.get("area_title", tiles["area_code"]))
    links = {
        f"{AREA_LINK}{code}": f"{label}: {text}"
        for code, label, text in zip(drawn["area_code"], drawn["label"], drawn["text"], strict=True)
    }
    ordered = drawn.sort_values("value", ascending=False)
    return chart_of(
        "tile-map",
        lambda width, words: _draw_tiles(drawn, nation, axis, width, words),
        Words(title, note),
        wording,
        tiles,
        ordered,
        links,
    )


def _draw_tiles(
    tiles: pd.DataFrame, nation: float | None, axis: str, width: Width, words: Words
) -> Figure:
    """The key as a row of steps, and a square per state."""
    columns, rows = tiles["tile_column"].max() + 1, tiles["tile_row"].max() + 1
    cell = min((width.pixels - 4) / columns, 56)
    scale = 2 * width.small * LINE + 26
    framed = tiles["emphasis"].eq(True)
    key = [KeyEntry("named by the guide", style.ROLES["guide"], "s")] if framed.any() else []
    side = (width.pixels - cell * columns) / 2
    plot = Plot(height=cell * rows + scale, left=side, right=side, ticks_below=False, key=key)
    figure, axes = frame(width, words, plot)
    axes.set_axis_off()
    axes.set(xlim=(0, cell * columns), ylim=(plot.height, 0))
    at = tiles.assign(
        x=(tiles["tile_column"] + 0.5) * cell, y=(tiles["tile_row"] + 0.5) * cell + scale
    )
    palette = dict(enumerate([style.PAPER, *style.STEPS]))
    size = cell - 3
    points = {"x": "x", "y": "y", "ax": axes, "marker": "s", "legend": False}
    sns.scatterplot(at, hue="fifth", palette=palette, s=size**2, linewidth=0, **points)
    outline: dict[str, Any] = {"marker": "s", "facecolor": "none", "s": (size - 2) ** 2}
    empty, named = at[at["fifth"] == 0], at[framed]
    axes.scatter(empty["x"], empty["y"], edgecolor=style.RULE, linewidth=1, **outline)
    axes.scatter(named["x"], named["y"], edgecolor=style.ROLES["guide"], linewidth=3, **outline)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    for tile in at.itertuples():
        _write_tile(axes, tile, size, width)
    _draw_scale(axes, tiles, nation, axis, width)
    return figure


def _write_tile(axes: Axes, tile: Any, size: float, width: Width) -> None:
    """Write a state's letters and value on its tile, and lay its link over it."""
    colour = style.STEP_INKS[tile.fifth - 1] if tile.fifth else style.MUTED
    code = tile.area_code.removeprefix("US-")
    fits = text_width(tile.text, width.small) <= size and size >= 2.4 * width.small
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": colour}
    lift = 0.6 * width.small if fits else 0
    axes.text(tile.x, tile.y - lift, code, fontsize=width.small, weight="bold", **look)
    if fits:
        axes.text(tile.x, tile.y + lift + 1, tile.text, fontsize=width.small, **look)
    corner = (tile.x - size / 2, tile.y - size / 2)
    link = axes.add_patch(Rectangle(corner, size, size, facecolor="none", edgecolor="none"))
    link.set_url(f"{AREA_LINK}{tile.area_code}")


def _draw_scale(
    axes: Axes, tiles: pd.DataFrame, nation: float | None, axis: str, width: Width
) -> None:
    """Draw the five steps with the values where they begin, and where the nation stands."""
    known = tiles[tiles["fifth"] > 0].groupby("fifth")["value"]
    if not known.ngroups:
        return
    edges = [*known.min(), known.max().iloc[-1]]
    step, top = (56 if width.phone else 72), width.small * LINE + 4
    left = 20
    look: dict[str, Any] = {"fontsize": width.small, "color": style.MUTED, "ha": "center"}
    look["va"] = "center_baseline"
    for number, fifth in enumerate(known.groups):
        corner = (left + number * step, top)
        axes.add_patch(Rectangle(corner, step, 9, facecolor=style.STEPS[fifth - 1], linewidth=0))
    places = [left + number * step for number in range(len(edges))]
    for place, edge in zip(places, edges, strict=True):
        axes.text(
            place,
            top + 17,
            TICKS[axis](_rounded(edge, axis)),
            **look,
        )
    if nation is not None:
        across = float(np.interp(nation, edges, places))
        axes.plot([across, across], [top - 2, top + 9], color=style.ROLES["nation"], linewidth=2)
        words = f"nation {_in_words(nation, axis)}"
        shift = max(text_width(words, width.small) / 2 + 8 - across, 0)  # bold is wider
        look |= {"color": style.ROLES["nation"], "weight": "bold"}
        axes.text(across + shift, top - 9, words, **look)


def _rounded(value: float, axis: str) -> float:
    return round(value, -2) if axis == "usd" else value


def _in_words(value: float, axis: str) -> str:
    return usd(value) if axis == "usd" else TICKS[axis](value)
