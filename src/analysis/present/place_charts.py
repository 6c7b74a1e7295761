"""Charts of places: rankings, their certainty, and a map of tiles."""

from typing import Any, Unpack

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from analysis.present import style
from analysis.present.chart_frame import (
    DAGGER,
    DASH,
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
from analysis.present.pair_charts import moves
from analysis.present.pay_charts import MEAN, MEDIAN, dollars
from analysis.present.row_charts import RowLook, area_links, chart_of_rows, ranged
from analysis.present.style import Width
from common.notebook_contract import AREA_LINK

_GUIDE = KeyEntry("named by the guide", style.ROLES["guide"], "o")
_CARE = KeyEntry("take with care; the table says why", style.MUTED, DAGGER)
_MISSING = KeyEntry("not published or left out", style.MUTED, DASH)
_FRAME = KeyEntry("named by the guide", style.ROLES["guide"], "s")
_FIFTHS = 5
_TILE_GAP = 3
_TILE_TEXTS = {"usd": lambda value: f"{value / 1000:.1f}", "ratio": TICKS["ratio"]}


def _numbered(places: pd.DataFrame) -> pd.Series:
    return places["rank"].astype(str) + ". " + places["area_title"] + _daggers(places)


def _daggers(places: pd.DataFrame) -> pd.Series:
    """A dagger for each place with a `caution`, "" for the others."""
    cautious = places.get("caution", pd.Series("", places.index)).fillna("") != ""
    return cautious.map({True: f" {DAGGER}", False: ""})


def _data(places: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """What a chart shows as its table: those columns that hold anything; `pay` is `value`."""
    known = [name for name in columns if name in places and places[name].notna().any()]
    names = ["area_title", *(name for name in known if name != "value" or "pay" not in known)]
    return places.reindex(columns=names).rename(
        columns={"pay": "value", "bought": "at the nation's prices"}
    )


def _key(places: pd.DataFrame, *entries: KeyEntry, guide: KeyEntry = _GUIDE) -> list[KeyEntry]:
    """The entries given, and those for the guide's places and for cautions where there are any."""
    key = [*entries, *([guide] if _guide_role(places).eq("guide").any() else [])]
    return key + ([_CARE] if _daggers(places).ne("").any() else [])


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
            A place with a `caution` is marked; one with an `area_code` leads to its page.
        title: the finding.
        note: units, population, period and what the range is.
        compact: as of `row_chart`.
        **wording: see `Wording`.
    """
    rows = places.assign(
        label=_numbered(places), text=dollars(places["value"]), role=_guide_role(places)
    )
    statistics = set(places["statistic"])
    key = _key(places, *(entry for entry in (MEDIAN, MEAN) if entry.meaning in statistics))
    heading = next(iter(statistics)).capitalize() if len(statistics) == 1 and compact else ""
    look = RowLook(compact=compact, heading=heading, key=key)
    data = _data(places, "rank", "pay", "value", "low", "high", "caution")
    return chart_of_rows("ranked-places", rows, Words(title, note), look, wording, data)


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
    key = _key(
        places,
        KeyEntry("pair by pair", style.MUTED, "band"),
        KeyEntry("all together", style.MUTED, "line"),
    )
    look = RowLook("count", compact=True, heading="Can be", key=key)
    rows = ranged(rows, bar="pair", line="rank")
    data = _data(places, "rank", "rank_low", "rank_high", "pair_low", "pair_high", "caution")
    return chart_of_rows("rank-intervals", rows, Words(title, note), look, wording, data)


def price_moves(
    places: pd.DataFrame, title: str, note: str = "", count: int = 12, **wording: Unpack[Wording]
) -> DrawnChart:
    """The places whose rank changes most at the nation's prices: their pay before and after.

    Example:
        charts.price_moves(compared, "At equal prices Ohio climbs from 23 to 8", source="BLS; BEA")

    Args:
        places: from `places.compare`, with `emphasis` for the guide's places.
        title: the finding.
        note: units, population and period.
        count: of places.
        **wording: see `Wording`.
    """
    priced = places.dropna(subset="price_rank").assign(
        climb=lambda rows: rows["rank"] - rows["price_rank"]
    )
    furthest = _furthest(priced, "climb", count)
    ranks = furthest["rank"].astype(str) + " → " + furthest["price_rank"].astype(str)
    rows = furthest.assign(
        label=furthest["area_title"],
        before=furthest["value"],
        value=furthest["price_adjusted"],
        text=ranks,
        role=_guide_role(furthest),
    )
    data = _data(furthest, "price_parity", "pay", "value", "bought", "rank", "price_rank")
    after = f"at the nation's prices of {furthest['price_year'].iloc[0]}"
    words = {"data": data} | wording
    return moves(rows, title, note, before="as published", after=after, heading="Rank", **words)


def pay_changes(
    history: pd.DataFrame, title: str, note: str = "", count: int = 12, **wording: Unpack[Wording]
) -> DrawnChart:
    """The places whose pay changed most from the first year to the last, and the nation.

    Example:
        charts.pay_changes(history, "Ten states publish a lower median", source="BLS OEWS")

    Args:
        history: from `places.beside_nation_over_years`, with `emphasis` for the guide's places.
        title: the finding.
        note: units and population.
        count: of places beside the nation.
        **wording: see `Wording`.
    """
    years = [name for name in history if name.isdigit()]
    nation = history["area_code"] == "US"
    furthest = pd.concat([_furthest(history[~nation], "change", count), history[nation]])
    rows = furthest.assign(
        label=furthest["area_title"].replace("U.S.", "United States"),
        before=furthest["first"],
        value=furthest["last"],
        text=furthest["change"].map(lambda change: usd(change, signed=True)),
        role=_guide_role(furthest).mask(furthest["area_code"] == "US", "nation"),
    ).sort_values("change", kind="stable", ascending=False)
    words = {"data": history[["area_title", *years, "change"]]} | wording
    before, after = (f"May {year}" for year in (years[0], years[-1]))
    return moves(rows, title, note, before=before, after=after, heading="Change", **words)


def _furthest(rows: pd.DataFrame, column: str, count: int) -> pd.DataFrame:
    """The rows with the largest amounts of either sign, from the highest to the lowest."""
    far = rows.sort_values(column, key=abs, ascending=False, kind="stable").head(count)
    return far.sort_values(column, ascending=False, kind="stable")


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
        tiles: `area_code`, `tile_row` and `tile_column` (from the top left), `value`, which may be
            missing, and `emphasis`, true for the guide's, which are framed; `area_title` where
            tiles should say it, and `caution` for those to mark.
        title: the finding.
        note: units, population and period.
        nation: the same statistic of the nation, named in the key.
        axis: of the values: `usd`, which tiles show in thousands, or `ratio`.
        **wording: see `Wording`.
    """
    tiles = tiles.reset_index(drop=True)
    fifth = np.ceil(_FIFTHS * tiles["value"].rank(pct=True)).fillna(0).astype(int)
    drawn = tiles.assign(
        fifth=fifth,
        emphasis=tiles["emphasis"].eq(True),
        label=tiles.get("area_title", tiles["area_code"]),
        text=tiles["value"].map(_TILE_TEXTS[axis], na_action="ignore").fillna(DASH),
    )
    ordered = drawn.sort_values("value", ascending=False)
    return chart_of(
        "tile-map",
        lambda width, words: _draw_tiles(drawn, nation, axis, width, words),
        Words(title, note),
        wording,
        _data(ordered, "census_division", "pay", "value", "caution"),
        ordered,
        area_links(drawn),
    )


def _draw_tiles(
    tiles: pd.DataFrame, nation: float | None, axis: str, width: Width, words: Words
) -> Figure:
    """The key as a row of steps, and a square per state."""
    columns, rows = tiles["tile_column"].max() + 1, tiles["tile_row"].max() + 1
    cell = min((width.pixels - 4) / columns, 56)
    scale = 2 * width.small * LINE + 26
    key = _key(tiles, guide=_FRAME) + ([_MISSING] if tiles["value"].isna().any() else [])
    side = (width.pixels - cell * columns) / 2
    plot = Plot(height=cell * rows + scale, left=side, right=side, ticks_below=False, key=key)
    figure, axes = frame(width, words, plot)
    axes.set_axis_off()
    _draw_squares(axes, tiles, Affine2D().scale(cell).translate(0, scale))
    axes.set(xlim=(0, cell * columns), ylim=(plot.height, 0), xlabel="", ylabel="")
    at = tiles.assign(
        letters=tiles["area_code"].str.removeprefix("US-") + _daggers(tiles).str.strip(),
        x=(tiles["tile_column"] + 0.5) * cell,
        y=(tiles["tile_row"] + 0.5) * cell + scale,
    )
    for tile in at.itertuples():
        _write_tile(axes, tile, cell - _TILE_GAP, width)
    _draw_scale(axes, tiles, nation, axis, width)
    return figure


def _draw_squares(axes: Axes, tiles: pd.DataFrame, to_pixels: Affine2D) -> None:
    """Draw the fifths as a heat map, whose squares are one unit wide before `to_pixels`."""
    grid = tiles.pivot_table("fifth", "tile_row", "tile_column")
    sns.heatmap(
        grid.reindex(range(grid.index.max() + 1)).reindex(columns=range(grid.columns.max() + 1)),
        cmap=ListedColormap([style.PAPER, *style.STEPS]),
        vmin=0,
        vmax=_FIFTHS,
        cbar=False,
        xticklabels=False,
        yticklabels=False,
        ax=axes,
    )
    axes.collections[0].set_transform(to_pixels + axes.transData)


def _write_tile(axes: Axes, tile: Any, size: float, width: Width) -> None:
    """Write a state's letters and value on its tile, and lay its link and its rim over it."""
    colour = style.STEP_INKS[tile.fifth - 1] if tile.fifth else style.MUTED
    fits = text_width(tile.text, width.small) <= size and size >= 2.4 * width.small
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": colour}
    lift = 0.6 * width.small if fits else 0
    narrow = DAGGER in tile.letters and not fits
    letters: dict[str, Any] = {"fontsize": width.small, "weight": "normal" if narrow else "bold"}
    axes.text(tile.x, tile.y - lift, tile.letters, **letters, **look)
    if fits:
        axes.text(tile.x, tile.y + lift + 1, tile.text, fontsize=width.small, **look)
    if tile.emphasis:
        rim, line, side = style.ROLES["guide"], 2.5, size + 1
    elif tile.fifth:
        rim, line, side = style.PAPER, _TILE_GAP, size + _TILE_GAP
    else:
        rim, line, side = style.RULE, 1, size
    corner = (tile.x - side / 2, tile.y - side / 2)
    link = Rectangle(corner, side, side, facecolor="none", edgecolor=rim, linewidth=line)
    link.set_zorder(2 if tile.emphasis else 1)
    axes.add_patch(link)
    link.set_url(f"{AREA_LINK}{tile.area_code}")


def _draw_scale(
    axes: Axes, tiles: pd.DataFrame, nation: float | None, axis: str, width: Width
) -> None:
    """Draw the five steps with the values where they begin, and where the nation stands."""
    known = tiles[tiles["fifth"] > 0].groupby("fifth")["value"]
    if not known.ngroups:
        return
    edges = [*known.min(), known.max().iloc[-1]]
    written = [TICKS[axis](_rounded(edge, axis)) for edge in edges]
    left = max(text_width(text, width.small) for text in written) / 2 + 1
    step = min(72, (axes.get_xlim()[1] - 2 * left) / len(known))
    top = width.small * LINE + 4
    look: dict[str, Any] = {"fontsize": width.small, "color": style.MUTED, "ha": "center"}
    look["va"] = "center_baseline"
    for number, fifth in enumerate(known.groups):
        corner = (left + number * step, top)
        axes.add_patch(Rectangle(corner, step, 9, facecolor=style.STEPS[fifth - 1], linewidth=0))
    places = [left + number * step for number in range(len(edges))]
    for place, text in zip(places, written, strict=True):
        axes.text(place, top + 17, text, **look)
    if nation is not None:
        across = float(np.interp(nation, edges, places))
        axes.plot([across, across], [top - 2, top + 9], color=style.ROLES["nation"], linewidth=2)
        words = f"nation {_in_words(nation, axis)}"
        shift = max(text_width(words, width.small) / 2 + 8 - across, 0)  # bold is wider
        look |= {"color": style.ROLES["nation"], "weight": "bold"}
        axes.text(across + shift, top - 11, words, **look)


def _rounded(value: float, axis: str) -> float:
    return round(value, -2) if axis == "usd" else value


def _in_words(value: float, axis: str) -> str:
    return usd(value) if axis == "usd" else TICKS[axis](value)
