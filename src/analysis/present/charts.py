"""The charts: each takes a tidy table and returns a figure.

Every chart has a `title`, which states the finding, and a `note` with its units, marks and axis.
Amounts are US dollars a year and shares run from 0 to 1, unless a chart says otherwise.
"""

from collections.abc import Callable
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.present import style
from analysis.present.formats import percent, usd, usd_range
from common.notebook_contract import NOT_PUBLISHED

_TITLE_CHARACTERS = 40
_NOTE_CHARACTERS = 64
_LABEL_CHARACTERS = 52
_OF_WIDTH = ("axes fraction", "data")
_ON_PAPER = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5}
_NAMES = ["label", "text", "colour", "emphasis", "statistic"]
_NUMBERS = ["value", "before", "low", "high", "outer_low", "outer_high"]


def _thousands(value: float) -> str:
    """US dollars on an axis: `$0`, `$50k`, `−$2.5k`."""
    if not value:
        return "$0"
    return f"{'−' if value < 0 else ''}${abs(value) / 1000:g}k"


_TICKS: dict[str, Callable[[float], str]] = {
    "usd": _thousands,
    "percent": percent,
    "count": "{:.0f}".format,
    "ratio": "{:.2f}".format,
}


def _canvas(title: str, note: str, height: float, axis: str = "usd") -> tuple[Figure, Axes]:
    """An empty chart, `height` inches tall."""
    style.apply()
    figure = Figure(figsize=(style.WIDTH, height))
    axes = figure.subplots()
    figure.suptitle(fill(title, _TITLE_CHARACTERS), x=0.01, ha="left")
    note = fill(note, _NOTE_CHARACTERS)
    figure.supxlabel(note, x=0.01, ha="left", fontsize=8.5, color=style.MUTED)
    steps = [1, 2.5, 5, 10] if axis == "percent" else [1, 2, 5, 10]
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=steps))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _TICKS[axis](value)))
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def _row_canvas(
    labels: list[str], title: str, note: str, row_height: float, axis: str = "usd"
) -> tuple[Figure, Axes]:
    """One row per label, which stands above its mark so that a narrow page can hold it."""
    wrapped = [fill(label, _LABEL_CHARACTERS) for label in labels]
    row_height += 0.15 * max(label.count("\n") for label in wrapped)
    figure, axes = _canvas(title, note, 1.5 + row_height * len(labels), axis)
    axes.set_ylim(len(labels) - 0.45, -0.75)
    axes.set_yticks([])
    for row, label in enumerate(wrapped):
        place = (0, row - 0.06 / row_height)
        text = axes.annotate(label, place, xycoords=_OF_WIDTH, va="bottom", fontsize=9.5)
        text.set(in_layout=False, bbox=_ON_PAPER)
    return figure, axes


def _text_height(title: str, note: str) -> float:
    """Inches that the title and the note take, with the space around them."""
    lines = fill(title, _TITLE_CHARACTERS).count("\n"), fill(note, _NOTE_CHARACTERS).count("\n")
    return 0.75 + 0.2 * lines[0] + 0.15 * lines[1]


def _compact_canvas(labels: list[str], title: str, note: str, axis: str) -> tuple[Figure, Axes]:
    """One row per label, as low as its text, with the labels before the axis; for long lists."""
    figure, axes = _canvas(title, note, _text_height(title, note) + 0.3 + 0.19 * len(labels), axis)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def _write(
    axes: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **look: Any
) -> Annotation:
    """Write a text near a place in the data, `offset` points away."""
    look = {"fontsize": 9.5} | look
    return axes.annotate(text, place, offset, textcoords="offset points", **look)


def _beside(
    axes: Axes, text: str, value: float, row: float, colour: str, right: bool = True, **look: Any
) -> Annotation:
    """Write a text to the right or left of a value, in the colour of its mark."""
    offset, side = (8, "left") if right else (-8, "right")
    look |= {"ha": side, "va": "center", "color": colour, "weight": "bold"}
    return _write(axes, text, (value, row), (offset, 0), **look)


def _room_beside(axes: Axes, values: pd.DataFrame, left: float, right: float) -> None:
    """Leave room for text beside the marks, as shares of what the values span."""
    low, high = values.min().min(), values.max().max()
    span = (high - low) or abs(high) or 1
    axes.set_xlim(low - left * span, high + right * span)


def waterfall(bridge: pd.DataFrame, title: str, note: str) -> Figure:
    """A bridge from one published figure to another, one row per step, coloured by its evidence.

    Args:
        bridge: one scenario of `bridge.csv` in order, with a `title` for each step; the first and
            last rows are the published figures. A step of grade `residual` is hatched.
    """
    figure, axes = _row_canvas(bridge["title"].tolist(), title, note, row_height=0.5)
    last = len(bridge) - 1
    before = bridge["running_total_usd"].shift(fill_value=0)
    for row, (step, start) in enumerate(zip(bridge.itertuples(), before, strict=True)):
        total, effect, height = step.running_total_usd, step.effect_usd, row + 0.15
        foot = height if row == last else height + 1
        axes.plot([total, total], [height, foot], color=style.MUTED, linewidth=0.8)
        if row in (0, last):
            axes.plot(total, height, "D", color=style.INK, markersize=8)
            _beside(axes, usd(total), total, height, style.INK)
        elif pd.isna(effect):
            _beside(axes, NOT_PUBLISHED, total, height, style.MUTED)
        else:
            colour = style.GRADE_COLOURS[step.grade]
            look: dict[str, Any] = {"color": colour}
            if step.grade == "residual":
                look = {"color": "none", "hatch": "////"}
            axes.barh(height, effect, left=start, height=0.36, edgecolor=colour, **look)
            _beside(axes, usd(effect, signed=True), max(total, start), height, colour)
    _room_beside(axes, bridge[["running_total_usd"]], left=0.06, right=0.2)
    return figure


def claimed_and_official(pairs: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per place: the guide's figure and the official one, joined by a line.

    Args:
        pairs: `label`, `claimed`, `official`, and the sampling interval of the official figure,
            `low` and `high`. All numbers but `claimed` may be missing.
    """
    figure, axes = _row_canvas(pairs["label"].tolist(), title, note, row_height=0.5)
    numbers = pairs[["claimed", "official", "low", "high"]].astype(float)
    middle = [row + 0.12 for row in range(len(pairs))]
    axes.hlines(middle, pairs["claimed"], pairs["official"], color=style.MUTED, linewidth=1.2)
    axes.hlines(middle, pairs["low"], pairs["high"], color=style.BLUE, linewidth=6, alpha=0.35)
    axes.plot(pairs["claimed"], middle, "o", color=style.ORANGE, markersize=8)
    axes.plot(pairs["official"], middle, "D", color=style.BLUE, markersize=7)
    left, right = numbers.min(axis=1), numbers.max(axis=1)
    claimed_first = numbers["claimed"] < numbers["official"]
    claimed_at, official_at = left.where(claimed_first, right), right.where(claimed_first, left)
    for row, first, pair in zip(middle, claimed_first, numbers.itertuples(), strict=True):
        claimed, official = usd(pair.claimed), pair.official
        _beside(axes, claimed, claimed_at[pair.Index], row, style.ORANGE, right=not first)
        if pd.notna(official):
            _beside(axes, usd(official), official_at[pair.Index], row, style.BLUE, right=first)
    _room_beside(axes, numbers, left=0.3, right=0.3)
    return figure


def row_chart(
    rows: pd.DataFrame,
    title: str,
    note: str,
    axis: str = "usd",
    zero: float | None = None,
    compact: bool = False,
) -> Figure:
    """One row per figure: a mark at its value, a bar over its range, and its text.

    Args:
        rows: `label` and `text`. Any of the others may be absent or missing: `value` and
            `statistic` for the mark (one symbol per statistic); `low` and `high` for the bar;
            `outer_low` and `outer_high` for a thin line; `before` for a hollow mark that a thin
            line joins to the other; `colour`, else orange where `emphasis` is true and blue where
            it is not.
        axis: `usd`, `percent` (of shares from 0 to 1), `count` or `ratio`.
        zero: where to draw a line to compare with.
        compact: one short line per row, its label before the axis and its text behind.
    """
    rows = rows.reset_index(drop=True).reindex(columns=[*_NAMES, *_NUMBERS])
    by_emphasis = np.where(rows["emphasis"].eq(True), style.ORANGE, style.BLUE)
    rows["colour"] = rows["colour"].astype(object).where(rows["colour"].notna(), by_emphasis)
    labels, numbers = rows["label"].tolist(), rows[_NUMBERS].astype(float)
    if compact:
        figure, axes = _compact_canvas(labels, title, note, axis)
    else:
        figure, axes = _row_canvas(labels, title, note, row_height=0.44, axis=axis)
    _room_beside(axes, numbers, left=0.04, right=0.04 if compact else 0.26)
    if zero is not None:
        axes.axvline(zero, color=style.INK, linewidth=0.9)
    for row, end in zip(rows.itertuples(), numbers.max(axis=1), strict=True):
        height = row.Index if compact else row.Index + 0.12
        _draw_marks(axes, row, height, compact)
        if compact:
            text = _beside(axes, row.text, 1, height, row.colour, xycoords=_OF_WIDTH)
        elif pd.isna(end):
            text = _beside(axes, row.text, 0, height, row.colour, xycoords=_OF_WIDTH)
        else:
            text = _beside(axes, row.text, end, height, row.colour)
        if zero is not None:  # or the line would strike it out
            text.set_bbox(_ON_PAPER)
    return figure


def _draw_marks(axes: Axes, row: Any, height: float, compact: bool) -> None:
    """Draw the lines, the bar and the marks of a row of `row_chart`."""
    colour, level = row.colour, [height, height]
    thick, scale = (4, 0.75) if compact else (6, 1)
    marker = style.STATISTIC_MARKERS.get(row.statistic, "o")
    size, edge = (12, 2.5) if marker == "|" else (7, 0)
    axes.plot([row.outer_low, row.outer_high], level, color=colour, linewidth=1.2)
    axes.plot([row.before, row.value], level, color=colour, linewidth=1.2)
    bar = axes.plot([row.low, row.high], level, color=colour, linewidth=thick, alpha=0.55)
    bar[0].set_solid_capstyle("butt")
    hollow = axes.plot(row.before, height, "o", color=style.PAPER, markersize=4.5)
    hollow[0].set_markeredgecolor(colour)
    full = axes.plot(row.value, height, marker, color=colour, markersize=scale * size)
    full[0].set_markeredgewidth(edge)


def _dollars(values: pd.Series, missing: str = NOT_PUBLISHED) -> pd.Series:
    return values.map(usd, na_action="ignore").fillna(missing)


def _pay_ranges(rows: pd.DataFrame) -> list[str]:
    """The range of pay of each row, from its `low` to its `high`."""
    return [usd_range(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]


def _ranged(rows: pd.DataFrame, bar: str, line: str) -> pd.DataFrame:
    """Give a chart of rows its bar and its thin line, each from a `_low` and a `_high` column."""
    ends = {"low": f"{bar}_low", "high": f"{bar}_high"}
    ends |= {"outer_low": f"{line}_low", "outer_high": f"{line}_high"}
    return rows.assign(**{end: rows[column] for end, column in ends.items()})


def scoreboard(score: pd.DataFrame, title: str, note: str) -> Figure:
    """One bar per verdict, as long as its number of claims.

    Args:
        score: `verdict` and `claims`, in the order to show.
    """
    colours = {"confirmed": style.GREEN, "unverifiable": style.MUTED}
    colour = score["verdict"].map(colours).fillna(style.ORANGE)
    claims = score["claims"]
    rows = score.assign(label=score["verdict"], low=0, high=claims, text=claims.astype(str))
    return row_chart(rows.assign(colour=colour), title, note, axis="count")


def tornado(swings: pd.DataFrame, centre: float, title: str, note: str) -> Figure:
    """How far each assumption moves a result, most first, with a line at the central result.

    Args:
        swings: `label`, `residual_at_low` and `residual_at_high`; what a label says after a comma
            or a colon is left out.
        centre: the result with every assumption at its centre.
    """
    ends = swings[["residual_at_low", "residual_at_high"]]
    low, high = ends.min(axis=1), ends.max(axis=1)
    label = swings["label"].str.replace("[,:].*", "", regex=True)
    text = low.map(usd) + " to " + high.map(usd)
    rows = pd.DataFrame({"label": label, "low": low, "high": high, "text": text})
    return row_chart(rows.assign(colour=style.PURPLE), title, note, zero=centre)


def effects(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per account: its effect as a dot, its range as a bar, with a line at zero.

    Args:
        rows: `label`, `effect_usd`, `low_usd` and `high_usd`.
    """
    named = rows.rename(columns={"effect_usd": "value", "low_usd": "low", "high_usd": "high"})
    text = [usd(effect, signed=True) for effect in named["value"]]
    return row_chart(named.assign(text=text, colour=style.PURPLE), title, note, zero=0)


def share_ranges(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per group: the least and the greatest share that it can have.

    Args:
        rows: `label`, `low` and `high`, the last two as shares.
    """
    low, high = (rows[end].map(lambda share: percent(share, 1)) for end in ("low", "high"))
    return row_chart(rows.assign(text=low + "–" + high), title, note, axis="percent")


def published_answers(answers: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per source, by value: a tick at its median or a diamond at its mean, a bar as range.

    Args:
        answers: `label`, `median`, `mean`, `low` and `high`; any of the numbers may be missing.
    """
    value = answers["median"].fillna(answers["mean"])
    statistic = np.where(answers["median"].notna(), "median", "mean")
    colour = np.where(answers["label"].str.startswith("BLS"), style.INK, style.BLUE)
    rows = answers.assign(value=value, statistic=statistic, colour=colour)
    rows["text"] = _dollars(value, "range only")
    return row_chart(rows.sort_values("value"), title, note)


def ranks(placed: pd.DataFrame, title: str, note: str) -> Figure:
    """Where figures stand in a distribution: the rank, its likely and its certain range, by rank.

    Args:
        placed: `label`, `statistic`, `value`, `emphasis`, and the columns of
            `analysis.methods.distribution.place`.
    """
    rows = _ranged(placed, bar="likely", line="certain")
    rows = rows.assign(text=placed["value"].map(usd), value=placed["rank"])
    return row_chart(rows.sort_values("value"), title, note, axis="percent")


def ratios(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per comparison of two means.

    Args:
        rows: `label` and `ratio`, one mean divided by the other.
    """
    text = rows["ratio"].map("{:.3f}".format)
    means = rows.assign(value=rows["ratio"], text=text, statistic="mean")
    return row_chart(means, title, note, axis="ratio")


def group_means(groups: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per group with its mean, highest first.

    Args:
        groups: `label`, `value` and `subject` as in `figures.csv`; the `national` mean is in ink,
            those by `credential_count` are orange.
    """
    colours = {"national": style.INK, "credential_count": style.ORANGE}
    colour = groups["subject"].map(colours).fillna(style.BLUE)
    rows = groups.assign(text=_dollars(groups["value"]), colour=colour, statistic="mean")
    return row_chart(rows.sort_values("value", ascending=False), title, note)


def bands(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per band of pay; an open band is an arrow.

    Args:
        rows: `label`, `low`, `high` (missing where the band is open) and `emphasis`.
    """
    open_end = rows["low"].where(rows["high"].isna())
    rows = rows.assign(value=open_end, statistic="high", text=_pay_ranges(rows))
    return row_chart(rows, title, note)


def stacking(limits: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per group: its distance from the one-credential mean, and what credentials can be.

    Args:
        limits: from `analysis.methods.credentials.stacking_limits`; groups beyond what any number
            of credentials gives are orange.
    """
    beyond = limits["beyond"] != 0
    colours = limits["subject"].map({"national": style.INK}).fillna(style.BLUE)
    further = limits["label"] + ": " + limits["beyond"].map(usd) + " beyond"
    rows = limits.assign(
        label=limits["label"].mask(beyond, further),
        text=[usd(distance, signed=True) for distance in limits["above_one"]],
        colour=colours.mask(beyond, style.ORANGE),
        statistic="mean",
        value=limits["above_one"],
        low=0,
        high=limits["at_most"],
        outer_low=limits["at_most"],
        outer_high=limits["above_one"],
    )
    return row_chart(rows, title, note, zero=0)


def band_ranks(placed: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per band of pay: a bar over its place among all jobs, a line over its likely ends.

    Args:
        placed: from `analysis.methods.credentials.place_bands`, with `label` and `emphasis`.
    """
    label = placed["label"] + ", " + _pay_ranges(placed)
    text = placed["share"].map(percent) + " of jobs"
    rows = _ranged(placed.assign(label=label, text=text), bar="rank", line="likely")
    return row_chart(rows, title, note, axis="percent")


def on_top(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per base, joined to a bar over what it comes to with something on top.

    Args:
        rows: `label`, `statistic` and `value` of the base; `low` and `high` with what is on top.
    """
    joined = rows.assign(outer_low=rows["value"], outer_high=rows["low"], text=_pay_ranges(rows))
    return row_chart(joined, title, note)


def _numbered(places: pd.DataFrame) -> pd.Series:
    return places["rank"].astype(str) + ". " + places["area_title"]


def ranked_places(places: pd.DataFrame, title: str, note: str, compact: bool = True) -> Figure:
    """One row per place, in the order given: the mark of its statistic, and a range as a bar.

    Args:
        places: `area_title`, `rank`, `statistic`, `value`, `low`, `high` (the last two may be
            missing) and `emphasis`.
        compact: as of `row_chart`.
    """
    rows = places.assign(label=_numbered(places), text=_dollars(places["value"]))
    return row_chart(rows, title, note, compact=compact)


def rank_intervals(places: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per place, in the order given: its rank, with a narrow and a wide interval.

    Args:
        places: `area_title`, `rank`, `pair_low`, `pair_high` (the bar), `rank_low`, `rank_high`
            (the line) and `emphasis`.
    """
    text = places["rank_low"].astype(str) + "–" + places["rank_high"].astype(str)
    rows = places.assign(label=_numbered(places), text=text, value=places["rank"], statistic="")
    rows = _ranged(rows, bar="pair", line="rank")
    return row_chart(rows, title, note, axis="count", compact=True)


def moves(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per item: a hollow mark at `before`, joined to a full one at `value`.

    Args:
        rows: also `label`, `text`, `statistic`, and `kind`: `guide` for orange rows, `nation` for
            rows in ink.
    """
    colour = rows["kind"].map({"guide": style.ORANGE, "nation": style.INK}).fillna(style.BLUE)
    return row_chart(rows.assign(colour=colour), title, note, compact=True)


def tile_map(tiles: pd.DataFrame, title: str, note: str) -> Figure:
    """The states as tiles, bluer from fifth to fifth of their values; one without a value is empty.

    Args:
        tiles: `area_code`, `tile_row` and `tile_column` (from the top left), `value`, its `text`,
            and `emphasis`, true for tiles to frame.
    """
    count = tiles["tile_row"].max() + 1
    figure, axes = _canvas(title, note, _text_height(title, note) + 0.42 * count)
    axes.set_axis_off()
    axes.set(xlim=(-0.5, tiles["tile_column"].max() + 0.5), ylim=(count - 0.5, -0.5))
    fifths = np.ceil(5 * tiles["value"].rank(pct=True)).fillna(0)
    for tile, fifth in zip(tiles.itertuples(), fifths, strict=True):
        column, row = tile.tile_column, tile.tile_row
        edge, width = (style.ORANGE, 2) if tile.emphasis else (style.RULE, 0.6)
        face = Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, linewidth=0, edgecolor="none")
        face.set_facecolor((style.BLUE, fifth / 10))
        frame = Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, linewidth=width, edgecolor=edge)
        frame.set_facecolor("none")
        axes.add_patch(face)
        axes.add_patch(frame)
        code = tile.area_code.removeprefix("US-")
        _write(axes, code, (column, row), (0, 1), ha="center", va="bottom", weight="bold")
        _write(axes, tile.text, (column, row), (0, -1), ha="center", va="top", fontsize=8.5)
    return figure


def spreads(rows: pd.DataFrame, offer: int, title: str, note: str) -> Figure:
    """One row per distribution: a tick at the median, a bar p25 to p75, a line p10 to p90.

    Args:
        rows: `label`, `emphasis` and OEWS columns; a row without a median says so.
        offer: a wage to show in a row of its own and as a hollow mark in the others; 0 for none.
    """
    drawn = rows.assign(
        value=rows["annual_median"],
        low=rows["annual_p25"],
        high=rows["annual_p75"],
        outer_low=rows["annual_p10"],
        outer_high=rows["annual_p90"],
        statistic="median",
        text=_dollars(rows["annual_median"], "not available"),
    )
    if offer:
        drawn["before"] = drawn["value"].where(drawn["value"].isna(), offer)
        mark = {"label": "The offer", "before": offer, "text": usd(offer), "colour": style.INK}
        drawn = pd.concat([pd.DataFrame([mark]), drawn])
    return row_chart(drawn, title, note)


def mean_ranges(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """One row per mean: as a diamond where it is known, in ink, or as the bar of its range.

    Args:
        rows: `label`, `value`, `low` and `high`.
    """
    text = [
        usd_range(row.low, row.high) if pd.isna(row.value) else usd(row.value)
        for row in rows.itertuples()
    ]
    colour = np.where(rows["value"].notna(), style.INK, style.PURPLE)
    return row_chart(rows.assign(statistic="mean", text=text, colour=colour), title, note)


def pay_curve(
    curve: pd.DataFrame, knots: pd.DataFrame, marks: pd.DataFrame, title: str, note: str
) -> Figure:
    """The share of workers paid up to each wage: a curve through the published percentiles.

    Args:
        curve: `wage` and `rank`, a share, in order.
        knots: the published percentiles, same columns and `label`.
        marks: figures to place on the curve, same columns, `label` and `statistic`.
    """
    figure, axes = _canvas(title, note, height=4.6)
    axes.plot(curve["wage"], curve["rank"], color=style.MUTED, linewidth=1.1)
    axes.plot(knots["wage"], knots["rank"], "o", color=style.INK, markersize=7)
    for knot in knots.itertuples():
        _write(axes, knot.label, (knot.wage, knot.rank), (-8, 3), ha="right")
    for mark in marks.itertuples():
        look = {"va": "center", "color": style.ORANGE, "weight": "bold"}
        marker = style.STATISTIC_MARKERS[mark.statistic]
        axes.plot(mark.wage, mark.rank, marker, color=style.ORANGE, markersize=8)
        _write(axes, mark.label, (mark.wage, mark.rank), (9, -7), **look)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axes.set_ylabel("Share of jobs paid up to this wage")
    axes.tick_params(axis="y", labelcolor=style.MUTED, labelsize=9.5)
    axes.set_ylim(0, 1)
    axes.set_xlim(curve["wage"].min() - 12_000, curve["wage"].max() + 9_000)
    return figure
