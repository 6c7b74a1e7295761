"""The charts: each takes a tidy table and returns a figure.

Every chart has a `title`, which states the finding, and a `note` with its units, marks and axis.
"""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.present import style
from analysis.present.prose import percent, usd, usd_range

_TITLE_CHARACTERS = 40
_NOTE_CHARACTERS = 64
_LABEL_CHARACTERS = 52
_TICKS = {
    "usd": lambda value, _: (
        f"{'−' if value < 0 else ''}${abs(value) / 1000:g}{'k' if value else ''}"
    ),
    "percent": lambda value, _: percent(value),
    "count": lambda value, _: f"{value:.0f}",
    "ratio": lambda value, _: f"{value:.2f}",
}


def _canvas(title: str, note: str, height: float, axis: str = "usd") -> tuple[Figure, Axes]:
    style.apply()
    figure = Figure(figsize=(style.WIDTH, height))
    axes = figure.subplots()
    figure.suptitle(fill(title, _TITLE_CHARACTERS), x=0.01, ha="left")
    figure.supxlabel(
        fill(note, _NOTE_CHARACTERS), x=0.01, ha="left", fontsize=8.5, color=style.MUTED
    )
    axes.xaxis.set_major_formatter(FuncFormatter(_TICKS[axis]))
    axes.xaxis.set_major_locator(
        MaxNLocator(5, steps=[1, 2.5, 5, 10] if axis == "percent" else [1, 2, 5, 10])
    )
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def _row_canvas(
    labels: list[str], title: str, note: str, row_height: float, axis: str = "usd"
) -> tuple[Figure, Axes]:
    """A row a label, top to bottom, with the label above its mark so that a narrow page can hold it."""
    wrapped = [fill(label, _LABEL_CHARACTERS) for label in labels]
    row_height += 0.15 * max(label.count("\n") for label in wrapped)
    figure, axes = _canvas(title, note, 1.5 + row_height * len(labels), axis)
    axes.set_ylim(len(labels) - 0.45, -0.75)
    axes.set_yticks([])
    for row, label in enumerate(wrapped):
        axes.annotate(
            label,
            (0, row - 0.06 / row_height),
            xycoords=("axes fraction", "data"),
            va="bottom",
            in_layout=False,
            fontsize=9.5,
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5},
        )
    return figure, axes


def _text_height(title: str, note: str) -> float:
    """Inches that the title and the note take, with the space around them."""
    lines = fill(title, _TITLE_CHARACTERS).count("\n"), fill(note, _NOTE_CHARACTERS).count("\n")
    return 0.75 + 0.2 * lines[0] + 0.15 * lines[1]


def _compact_canvas(labels: list[str], title: str, note: str, axis: str) -> tuple[Figure, Axes]:
    """A row a label, as low as its text, with the labels before the axis; for long lists."""
    figure, axes = _canvas(title, note, _text_height(title, note) + 0.3 + 0.19 * len(labels), axis)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def waterfall(bridge: pd.DataFrame, title: str, note: str) -> Figure:
    """A bridge from one published figure to another, a row a step, coloured by grade of evidence.

    bridge: one scenario of `bridge.csv` in order, with `title` for its steps; the first and last rows are
    the published figures. Values in US dollars a year. A `residual` step is hatched.
    """
    figure, axes = _row_canvas(bridge["title"].tolist(), title, note, row_height=0.5)
    ends = {bridge.index[0], bridge.index[-1]}
    before = bridge["running_total_usd"].shift(fill_value=0)
    for row, (index, step) in enumerate(bridge.iterrows()):
        total, effect, height = step["running_total_usd"], step["effect_usd"], row + 0.15
        below = 1 if row + 1 < len(bridge) else 0
        axes.plot([total, total], [height, height + below], color=style.MUTED, linewidth=0.8)
        if index in ends:
            axes.plot(total, height, "D", color=style.INK, markersize=8)
            _beside(axes, total, height, style.INK)
        elif pd.isna(effect):
            _beside(axes, total, height, style.MUTED, text="not published")
        else:
            colour = style.GRADE_COLOURS[step["grade"]]
            unknown = step["grade"] == "residual"
            axes.barh(
                height,
                effect,
                left=before[index],
                height=0.36,
                color="none" if unknown else colour,
                edgecolor=colour,
                hatch="////" if unknown else None,
            )
            _beside(axes, max(total, before[index]), height, colour, text=usd(effect, signed=True))
    _room_beside(axes, bridge[["running_total_usd"]], left=0.06, right=0.2)
    return figure


def claimed_and_official(pairs: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a place: the guide's figure and the official one, joined by a line as long as their difference.

    pairs: columns `label`, `claimed`, `official` and the sampling interval of the official figure, `low`
    and `high`; US dollars a year. All but `claimed` may be missing.
    """
    figure, axes = _row_canvas(pairs["label"].tolist(), title, note, row_height=0.5)
    middle = [row + 0.12 for row in range(len(pairs))]
    axes.hlines(middle, pairs["claimed"], pairs["official"], color=style.MUTED, linewidth=1.2)
    axes.hlines(middle, pairs["low"], pairs["high"], color=style.BLUE, linewidth=6, alpha=0.35)
    axes.plot(pairs["claimed"], middle, "o", color=style.ORANGE, markersize=8)
    axes.plot(pairs["official"], middle, "D", color=style.BLUE, markersize=7)
    for row, pair in zip(middle, pairs.itertuples(), strict=True):
        drawn = [end for end in (pair.claimed, pair.official, pair.low, pair.high) if end == end]
        claimed_right = not pair.claimed < pair.official
        edges = (min(drawn), max(drawn))
        _beside(axes, edges[claimed_right], row, style.ORANGE, claimed_right, usd(pair.claimed))
        if pair.official == pair.official:
            _beside(
                axes,
                edges[not claimed_right],
                row,
                style.BLUE,
                not claimed_right,
                usd(pair.official),
            )
    _room_beside(axes, pairs[["claimed", "official", "low", "high"]], left=0.3, right=0.3)
    return figure


def row_chart(
    rows: pd.DataFrame,
    title: str,
    note: str,
    axis: str = "usd",
    zero: float | None = None,
    compact: bool = False,
) -> Figure:
    """A row a figure: a mark at its value, a bar over its range, a thin line over a wider one, and its text.

    Args:
        rows: `label`, `text`, `colour`; `value` and `statistic` for the mark (one symbol a statistic); `low`
            and `high` for the bar; `outer_low` and `outer_high` for the thin line; `before` for a hollow mark
            that a thin line joins to the other. Any but label, text and colour may be absent or missing.
        axis: `usd`, `percent` (values are shares from 0 to 1), `count` or `ratio`.
        zero: where to draw a line to compare with.
        compact: one short line a row, its label before the axis and its text behind; for long lists.
    """
    names = ["label", "text", "colour", "statistic"]
    ends = ["value", "before", "low", "high", "outer_low", "outer_high"]
    rows = rows.reset_index(drop=True).reindex(columns=[*names, *ends])
    labels, numbers = rows["label"].tolist(), rows[ends].astype(float)
    if compact:
        figure, axes = _compact_canvas(labels, title, note, axis)
    else:
        figure, axes = _row_canvas(labels, title, note, row_height=0.44, axis=axis)
    drop, thick, scale = (0, 4, 0.75) if compact else (0.12, 6, 1)
    _room_beside(axes, numbers, left=0.04, right=0.04 if compact else 0.26)
    if zero is not None:
        axes.axvline(zero, color=style.INK, linewidth=0.9)
    for row in rows.itertuples():
        height = row.Index + drop
        axes.plot([row.outer_low, row.outer_high], [height] * 2, color=row.colour, linewidth=1.2)
        axes.plot([row.before, row.value], [height] * 2, color=row.colour, linewidth=1.2)
        axes.plot(
            [row.low, row.high],
            [height] * 2,
            color=row.colour,
            linewidth=thick,
            solid_capstyle="butt",
            alpha=0.55,
        )
        axes.plot(
            row.before, height, "o", color=style.PAPER, markeredgecolor=row.colour, markersize=4.5
        )
        marker = style.STATISTIC_MARKERS.get(row.statistic, "o")
        axes.plot(
            row.value,
            height,
            marker,
            color=row.colour,
            markersize=scale * (12 if marker == "|" else 7),
            markeredgewidth=2.5 if marker == "|" else 0,
        )
        end = numbers.loc[row.Index].max()
        where = (
            (1, "axes fraction")
            if compact
            else (end, "data")
            if end == end
            else (0, "axes fraction")
        )
        text = _beside(axes, where[0], height, row.colour, text=row.text, coordinate=where[1])
        if zero is not None:  # or the line would strike it out
            text.set_bbox({"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5})
    return figure


def scoreboard(score: pd.DataFrame, title: str, note: str) -> Figure:
    """A bar a verdict, as long as its number of claims.

    score: `verdict` and `claims`, in the order to show.
    """
    colours = {"confirmed": style.GREEN, "unverifiable": style.MUTED}
    rows = pd.DataFrame(
        {
            "label": score["verdict"],
            "low": 0,
            "high": score["claims"],
            "text": score["claims"].astype(str),
            "colour": score["verdict"].map(colours).fillna(style.ORANGE),
        }
    )
    return row_chart(rows, title, note, axis="count")


def tornado(swings: pd.DataFrame, centre: float, title: str, note: str) -> Figure:
    """How far each assumption moves a result, most first, with a line at the central result.

    Args:
        swings: `label`, `residual_at_low`, `residual_at_high` (US dollars a year); a label's part after a
            comma or a colon is left out.
        centre: the result with every assumption at its centre.
    """
    ends = swings[["residual_at_low", "residual_at_high"]]
    rows = pd.DataFrame(
        {
            "label": swings["label"].str.replace("[,:].*", "", regex=True),
            "low": ends.min(axis=1),
            "high": ends.max(axis=1),
            "colour": style.PURPLE,
        }
    )
    rows["text"] = [f"{usd(low)} to {usd(high)}" for low, high in rows[["low", "high"]].to_numpy()]
    return row_chart(rows, title, note, zero=centre)


def effects(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row an account: its effect as a dot, its range as a bar, with a line at zero.

    rows: `label`, `effect_usd`, `low_usd`, `high_usd`, US dollars a year.
    """
    named = rows.rename(columns={"effect_usd": "value", "low_usd": "low", "high_usd": "high"})
    text = named["value"].map(lambda effect: usd(effect, signed=True))
    return row_chart(named.assign(text=text, colour=style.PURPLE), title, note, zero=0)


def share_ranges(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a group: the least and greatest share it can have (`label`, `low`, `high`, from 0 to 1)."""
    text = [
        f"{percent(low, 1)}–{percent(high, 1)}" for low, high in rows[["low", "high"]].to_numpy()
    ]
    return row_chart(rows.assign(text=text, colour=style.BLUE), title, note, axis="percent")


def published_answers(answers: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a source: its median as a tick or its mean as a diamond, its range as a bar, sorted by value.

    answers: `label`, `median`, `mean`, `low`, `high` in US dollars a year, any of them missing.
    """
    rows = answers.assign(
        value=answers["median"].fillna(answers["mean"]),
        statistic=answers["median"].notna().map({True: "median", False: "mean"}),
        colour=answers["label"].str.startswith("BLS").map({True: style.INK, False: style.BLUE}),
    ).sort_values("value")
    text = rows["value"].map(usd, na_action="ignore").fillna("range only")
    return row_chart(rows.assign(text=text), title, note)


def ranks(placed: pd.DataFrame, title: str, note: str) -> Figure:
    """Where figures stand in a distribution: the rank, its likely and its certain range, sorted by rank.

    placed: `label`, `statistic`, `value` (US dollars a year), `emphasis` (true or false) and the columns
    of `analysis.methods.distribution.place`.
    """
    rows = pd.DataFrame(
        {
            "label": placed["label"],
            "text": placed["value"].map(usd),
            "colour": placed["emphasis"].map({True: style.ORANGE, False: style.BLUE}),
            "statistic": placed["statistic"],
            "value": placed["rank"],
            "low": placed["likely_low"],
            "high": placed["likely_high"],
            "outer_low": placed["certain_low"],
            "outer_high": placed["certain_high"],
        }
    )
    return row_chart(rows.sort_values("value"), title, note, axis="percent")


def ratios(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a comparison of two means: their ratio (`label`, `ratio`)."""
    named = rows.assign(
        value=rows["ratio"], text=rows["ratio"].map("{:.3f}".format), statistic="mean"
    )
    return row_chart(named.assign(colour=style.BLUE), title, note, axis="ratio")


def group_means(groups: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a group with its mean, highest first; the overall mean in ink, credential counts in orange.

    groups: `label`, `value` (US dollars a year) and `subject` as in `figures.csv`.
    """
    colours = {"national": style.INK, "credential_count": style.ORANGE}
    rows = groups.assign(
        text=groups["value"].map(usd),
        colour=groups["subject"].map(colours).fillna(style.BLUE),
        statistic="mean",
    )
    return row_chart(rows.sort_values("value", ascending=False), title, note)


def bands(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a band of pay; an open band is an arrow, and those with `emphasis` are orange.

    rows: `label`, `low`, `high` (US dollars a year, `high` missing where open) and `emphasis`.
    """
    open_ended = rows["low"].where(rows["high"].isna())
    text = [usd_range(low, high) for low, high in rows[["low", "high"]].to_numpy()]
    colour = rows["emphasis"].map({True: style.ORANGE, False: style.BLUE})
    return row_chart(
        rows.assign(value=open_ended, statistic="high", text=text, colour=colour), title, note
    )


def stacking(limits: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a group: its distance from the one-credential mean, a bar over what credentials can be of it.

    limits: from `analysis.methods.credentials.stacking_limits`; groups beyond any number are orange.
    """
    beyond = limits["beyond"] != 0
    colours = limits["subject"].map({"national": style.INK}).fillna(style.BLUE)
    further = limits["label"] + ": " + limits["beyond"].map(usd) + " beyond"
    rows = pd.DataFrame(
        {
            "label": limits["label"].mask(beyond, further),
            "text": limits["above_one"].map(lambda distance: usd(distance, signed=True)),
            "colour": colours.mask(beyond, style.ORANGE),
            "statistic": "mean",
            "value": limits["above_one"],
            "low": 0,
            "high": limits["at_most"],
            "outer_low": limits["at_most"],
            "outer_high": limits["above_one"],
        }
    )
    return row_chart(rows, title, note, zero=0)


def band_ranks(placed: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a band of pay: a bar over its place among all jobs, a thin line over its likely ends.

    placed: from `analysis.methods.credentials.place_bands`, with `label` and `emphasis`, true for orange.
    """
    ends = {
        "rank_low": "low",
        "rank_high": "high",
        "likely_low": "outer_low",
        "likely_high": "outer_high",
    }
    pay = pd.Series(
        [usd_range(low, high) for low, high in placed[["low", "high"]].to_numpy()], placed.index
    )
    rows = placed[[*ends]].rename(columns=ends)
    rows = rows.assign(
        label=placed["label"] + ", " + pay,
        text=placed["share"].map(percent) + " of jobs",
        colour=placed["emphasis"].map({True: style.ORANGE, False: style.BLUE}),
    )
    return row_chart(rows, title, note, axis="percent")


def on_top(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a base: the mark of its statistic, joined to a bar over what it comes to with something on top.

    rows: `label`, `statistic`, `value`, and the two ends with what is on top, `low` and `high`; US dollars.
    """
    text = [usd_range(low, high) for low, high in rows[["low", "high"]].to_numpy()]
    joined = rows.assign(outer_low=rows["value"], outer_high=rows["low"])
    return row_chart(joined.assign(text=text, colour=style.BLUE), title, note)


def _ranked_rows(places: pd.DataFrame, text: pd.Series) -> pd.DataFrame:
    return places.assign(
        label=places["rank"].astype(str) + ". " + places["area_title"],
        text=text,
        colour=places["emphasis"].map({True: style.ORANGE, False: style.BLUE}),
    )


def ranked_places(places: pd.DataFrame, title: str, note: str, compact: bool = True) -> Figure:
    """A row a place, in the order given: its value as the mark of its statistic, a range as a bar.

    places: `area_title`, `rank`, `statistic`, `value`, `low`, `high` (US dollars a year, the last two may be
    missing) and `emphasis`, true for places to colour orange.
    """
    return row_chart(_ranked_rows(places, places["value"].map(usd)), title, note, compact=compact)


def rank_intervals(places: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a place, in the order given: its rank, a bar over its interval, a thin line over a wider one.

    places: `area_title`, `rank`, `pair_low`, `pair_high`, `rank_low`, `rank_high` and `emphasis`.
    """
    text = places["rank_low"].astype(str) + "–" + places["rank_high"].astype(str)
    ends = {
        "pair_low": "low",
        "pair_high": "high",
        "rank_low": "outer_low",
        "rank_high": "outer_high",
    }
    rows = _ranked_rows(places, text)[["label", "text", "colour", "rank", *ends]]
    return row_chart(
        rows.rename(columns=ends | {"rank": "value"}), title, note, axis="count", compact=True
    )


def moves(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row an item: a hollow mark at `before`, joined to a full one at `value`; US dollars a year.

    rows: also `label`, `text`, `statistic`, and `kind`: `guide` for orange rows, `nation` for rows in ink.
    """
    colour = rows["kind"].map({"guide": style.ORANGE, "nation": style.INK}).fillna(style.BLUE)
    return row_chart(rows.assign(colour=colour), title, note, compact=True)


def tile_map(tiles: pd.DataFrame, title: str, note: str) -> Figure:
    """The states as tiles, bluer from fifth to fifth of their values; one without a value is empty.

    tiles: `area_code`, `tile_row`, `tile_column` (from the top left), `value`, its `text`, and `emphasis`,
    true for tiles to frame.
    """
    count = tiles["tile_row"].max() + 1
    figure, axes = _canvas(title, note, _text_height(title, note) + 0.42 * count)
    axes.set_axis_off()
    axes.set(xlim=(-0.5, tiles["tile_column"].max() + 0.5), ylim=(count - 0.5, -0.5))
    fifths = np.ceil(5 * tiles["value"].rank(pct=True)).fillna(0)
    for tile, fifth in zip(tiles.itertuples(), fifths, strict=True):
        middle = (tile.tile_column, tile.tile_row)
        frame = (style.ORANGE, 2) if tile.emphasis else (style.RULE, 0.6)
        for face, edge, width in (((style.BLUE, fifth / 10), "none", 0), ("none", *frame)):
            corner = (middle[0] - 0.46, middle[1] - 0.46)
            axes.add_patch(
                Rectangle(corner, 0.92, 0.92, facecolor=face, edgecolor=edge, linewidth=width)
            )
        axes.annotate(
            tile.area_code.removeprefix("US-"),
            middle,
            (0, 1),
            textcoords="offset points",
            va="bottom",
            ha="center",
            weight="bold",
            fontsize=9.5,
        )
        axes.annotate(
            tile.text,
            middle,
            (0, -1),
            textcoords="offset points",
            va="top",
            ha="center",
            fontsize=8.5,
        )
    return figure


def spreads(rows: pd.DataFrame, offer: int, title: str, note: str) -> Figure:
    """A row a distribution: its median as a tick, its quartiles as a bar, tenth to ninetieth percentile thin.

    Args:
        rows: `label`, `emphasis` (true for rows to colour orange) and OEWS columns, US dollars a year; where
            there is no median the row says so.
        offer: a wage to show in a row of its own and as a hollow mark in the others, US dollars a year; 0 for
            none.
    """
    drawn = rows.assign(
        value=rows["annual_median"],
        low=rows["annual_p25"],
        high=rows["annual_p75"],
        outer_low=rows["annual_p10"],
        outer_high=rows["annual_p90"],
        statistic="median",
        text=rows["annual_median"].map(usd, na_action="ignore").fillna("not available"),
        colour=rows["emphasis"].map({True: style.ORANGE, False: style.BLUE}),
    )
    if offer:
        drawn["before"] = drawn["value"].where(drawn["value"].isna(), offer)
        mark = {"label": "The offer", "before": offer, "text": usd(offer), "colour": style.INK}
        drawn = pd.concat([pd.DataFrame([mark]), drawn])
    return row_chart(drawn, title, note)


def mean_ranges(rows: pd.DataFrame, title: str, note: str) -> Figure:
    """A row a mean: as a diamond where it is known, in ink, or as the bar of its range.

    rows: `label`, `value`, `low`, `high` in US dollars a year.
    """
    text = [
        usd(mean) if mean == mean else usd_range(low, high)
        for mean, low, high in rows[["value", "low", "high"]].to_numpy(float)
    ]
    colour = rows["value"].notna().map({True: style.INK, False: style.PURPLE})
    return row_chart(rows.assign(statistic="mean", text=text, colour=colour), title, note)


def pay_curve(
    curve: pd.DataFrame, knots: pd.DataFrame, marks: pd.DataFrame, title: str, note: str
) -> Figure:
    """The share of workers paid up to each wage: published percentiles as dots, the interpolation thinner.

    Args:
        curve: `wage` (US dollars a year) and `rank` (0 to 1), in order.
        knots: the published percentiles, same columns and `label`.
        marks: figures to place on the curve, same columns, `label` and `statistic`.
    """
    figure, axes = _canvas(title, note, height=4.6)
    axes.plot(curve["wage"], curve["rank"], color=style.MUTED, linewidth=1.1)
    axes.plot(knots["wage"], knots["rank"], "o", color=style.INK, markersize=7)
    for knot in knots.itertuples():
        axes.annotate(
            knot.label,
            (knot.wage, knot.rank),
            (-8, 3),
            textcoords="offset points",
            ha="right",
            fontsize=9.5,
        )
    for mark in marks.itertuples():
        axes.plot(
            mark.wage,
            mark.rank,
            style.STATISTIC_MARKERS[mark.statistic],
            color=style.ORANGE,
            markersize=8,
        )
        axes.annotate(
            mark.label,
            (mark.wage, mark.rank),
            (9, -7),
            textcoords="offset points",
            va="center",
            color=style.ORANGE,
            weight="bold",
            fontsize=9.5,
        )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axes.set_ylabel("Share of jobs paid up to this wage")
    axes.tick_params(axis="y", labelcolor=style.MUTED, labelsize=9.5)
    axes.set_ylim(0, 1)
    axes.set_xlim(curve["wage"].min() - 12_000, curve["wage"].max() + 9_000)
    return figure


def _beside(
    axes: Axes,
    value: float,
    row: float,
    colour: str,
    right: bool = True,
    text: str = "",
    coordinate: str = "data",
) -> Annotation:
    return axes.annotate(
        text or usd(value),
        (value, row),
        (8 if right else -8, 0),
        xycoords=(coordinate, "data"),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        color=colour,
        weight="bold",
        fontsize=9.5,
    )


def _room_beside(axes: Axes, values: pd.DataFrame, left: float, right: float) -> None:
    """Leave room for text beside the marks, as shares of what the values span."""
    low, high = values.min().min(), values.max().max()
    span = (high - low) or abs(high) or 1
    axes.set_xlim(low - left * span, high + right * span)
