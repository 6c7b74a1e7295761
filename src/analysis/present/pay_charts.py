"""Charts of rows of pay: answers, groups, bands, ranges, employers, total compensation."""

from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

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
from analysis.present.formats import percent, usd, usd_range
from analysis.present.row_charts import RowLook, chart_of_rows, ranged
from analysis.present.style import Width
from analysis.present.values import published_pay
from analysis.published.pay_statistics import PAY_COLUMNS, PERCENTILES
from common.notebook_contract import NOT_PUBLISHED

MEDIAN = KeyEntry("median", style.MUTED, "|")
MEAN = KeyEntry("mean", style.MUTED, "D")
MIDDLE_HALF = KeyEntry("middle half (p25 to p75)", style.MUTED, "band")
MOST = KeyEntry("p10 to p90", style.MUTED, "line")
OFFER = KeyEntry("the offer", style.ROLES["offer"], "dashes")
_PARTS = style.STEPS[::-1]


def dollars(values: pd.Series, missing: str = NOT_PUBLISHED) -> pd.Series:
    """Amounts in words; `missing` where there is none."""
    return values.map(usd, na_action="ignore").fillna(missing)


def _pay_ranges(rows: pd.DataFrame) -> list[str]:
    """The range of pay of each row, from its `low` to its `high`."""
    return [usd_range(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]


def roles_by_name(labels: pd.Series) -> pd.Series:
    """The role of a figure whose label begins with its publisher."""
    publisher = labels.str.extract(r"^(BLS|AAPC|The guide)", expand=False)
    roles = {"BLS": "bls", "AAPC": "aapc", "The guide": "guide"}
    return publisher.map(roles).fillna("other")


def share_ranges(
    rows: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per group: the least and the greatest share that it can have.

    Example:
        charts.share_ranges(feasible, "Few hold three credentials", source="AAPC")

    Args:
        rows: `label`, `low` and `high`, the last two as shares.
        title: the finding.
        note: population and period.
        **wording: see `Wording`.
    """
    low, high = (rows[end].map(lambda share: percent(share, 1)) for end in ("low", "high"))
    drawn = rows.assign(text=low + "–" + high, role="assumed")
    look = RowLook("percent")
    return chart_of_rows("share-ranges", drawn, Words(title, note), look, wording, rows)


def published_answers(
    answers: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per source, by value: a tick at its median or a diamond at its mean, a bar as range.

    Example:
        charts.published_answers(answers, "Ten answers, a third apart", source="as named")

    Args:
        answers: `label`, `median`, `mean`, `low` and `high`; any of the numbers may be missing. A
            `role` of `style.ROLES` colours a row; without the column, labels that begin with BLS or
            AAPC have those colours.
        title: the finding.
        note: units and periods.
        **wording: see `Wording`.
    """
    value = answers["median"].fillna(answers["mean"])
    statistic = np.where(answers["median"].notna(), "median", "mean")
    role = answers.get("role", roles_by_name(answers["label"]))
    rows = answers.assign(value=value, statistic=statistic, role=role)
    rows["text"] = dollars(value, "range only")
    key = (
        MEDIAN,
        MEAN,
        KeyEntry("range", style.MUTED, "band"),
        *(
            KeyEntry(meaning, style.ROLES[name], "o")
            for name, meaning in (("bls", "BLS"), ("aapc", "AAPC"), ("guide", "the guide"))
            if role.eq(name).any()
        ),
    )
    look = RowLook(key=key)
    rows = rows.sort_values("value")
    return chart_of_rows("answers", rows, Words(title, note), look, wording, answers)


def group_means(
    groups: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per group with its mean, highest first.

    Example:
        charts.group_means(means, "CPMA holders earn most", source="AAPC 2024 survey")

    Args:
        groups: `label`, `value` and `subject` as in `figures.csv`; means by credential or role are
            AAPC's orange, the `national` one and those by `credential_count` are set in bold.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    emphasis = groups["subject"].isin(["national", "credential_count"])
    rows = groups.assign(
        text=dollars(groups["value"]), role="aapc", emphasis=emphasis, statistic="mean"
    ).sort_values("value", ascending=False)
    data = groups[["label", "value"]]
    return chart_of_rows("group-means", rows, Words(title, note), RowLook(), wording, data)


def bands(rows: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]) -> DrawnChart:
    """One row per band of pay; an open band is an arrow.

    Example:
        charts.bands(pay_bands, "Levels overlap", source="the guide")

    Args:
        rows: `label`, `low`, `high` (missing where the band is open) and `emphasis`, in bold.
        title: the finding.
        note: units.
        **wording: see `Wording`.
    """
    open_end = rows["low"].where(rows["high"].isna())
    closed = rows["low"].where(rows["high"].notna())
    drawn = rows.assign(
        value=open_end, low=closed, statistic="high", text=_pay_ranges(rows), role="guide"
    )
    data = rows[["label", "low", "high"]]
    return chart_of_rows("bands", drawn, Words(title, note), RowLook(), wording, data)


def stacking(
    limits: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per group: its distance from the one-credential mean, and what credentials can be.

    Example:
        charts.stacking(limits, "Two averages exceed any number of credentials")

    Args:
        limits: from `analysis.methods.credentials.stacking_limits`; groups beyond what any number
            of credentials gives are in bold, with how far beyond. A column `mean` is no mark, and
            is among the data of the chart.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    beyond = limits["beyond"] != 0
    further = limits["label"] + ": " + limits["beyond"].map(usd) + " beyond"
    rows = limits.assign(
        label=limits["label"].mask(beyond, further),
        text=[usd(distance, signed=True) for distance in limits["above_one"]],
        role="aapc",
        emphasis=beyond,
        statistic="mean",
        value=limits["above_one"],
        low=0,
        high=limits["at_most"],
        outer_low=limits["at_most"],
        outer_high=limits["above_one"],
    )
    key = (
        MEAN,
        KeyEntry("what credentials can account for", style.ROLES["aapc"], "band"),
        KeyEntry("what they cannot", style.ROLES["aapc"], "line"),
    )
    look = RowLook(zero=0, key=key)
    data = columns_held(limits, "label", "mean", "above_one", "at_most", "beyond")
    return chart_of_rows("stacking", rows, Words(title, note), look, wording, data)


def band_ranks(
    placed: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per band of pay: a bar over its place among all jobs, a line over its likely ends.

    Example:
        charts.band_ranks(placed, "Entry level starts above a third of jobs")

    Args:
        placed: from `analysis.methods.credentials.place_bands`, with `label` and `emphasis`.
        title: the finding.
        note: population and period.
        **wording: see `Wording`.
    """
    label = placed["label"] + ", " + _pay_ranges(placed)
    text = placed["share"].map(percent) + " of jobs"
    rows = ranged(placed.assign(label=label, text=text, role="guide"), bar="rank", line="likely")
    key = (
        KeyEntry("the band", style.ROLES["guide"], "band"),
        KeyEntry("likely error of its ends", style.ROLES["guide"], "line"),
    )
    look = RowLook("percent", key=key)
    shares = ("share", "share_low", "share_high")
    ends = [f"{kind}_{end}" for kind in ("rank", "likely") for end in ("low", "high")]
    data = columns_held(placed, "label", "low", "high", *ends, *shares)
    return chart_of_rows("band-ranks", rows, Words(title, note), look, wording, data)


def on_top(
    rows: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per base, joined to a bar over what it comes to with something on top.

    Example:
        charts.on_top(totals, "Benefits add a third", source="the guide; BLS OEWS")

    Args:
        rows: `label`, `statistic` and `value` of the base; `low` and `high` with what is on top.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    joined = rows.assign(outer_low=rows["value"], outer_high=rows["low"], text=_pay_ranges(rows))
    both = KeyEntry("with what is on top", style.MUTED, "band")
    look = RowLook(key=(MEAN, MEDIAN, both))
    data = rows[["label", "statistic", "value", "low", "high"]]
    return chart_of_rows("on-top", joined, Words(title, note), look, wording, data)


def mean_ranges(
    rows: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per mean: a diamond where it is published, or the bar of the range it can have.

    Example:
        charts.mean_ranges(drawn, "AAPC's ratios move $60,000 by a third")

    Args:
        rows: `label`, `value`, `low` and `high`.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    known = rows["value"].notna()
    text = dollars(rows["value"])
    text[~known] = _pay_ranges(rows[~known])
    role = np.where(known, "bls", "assumed")
    drawn = rows.assign(statistic="mean", text=text, role=role)
    key = (
        KeyEntry("mean", style.ROLES["bls"], "D"),
        KeyEntry("range by assumption", style.ROLES["assumed"], "band"),
    )
    look = RowLook(key=key)
    return chart_of_rows("mean-ranges", drawn, Words(title, note), look, wording, rows)


def spreads(
    rows: pd.DataFrame, title: str, note: str = "", offer: float = 0, **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per distribution: a tick at the median, a bar p25 to p75, a line p10 to p90.

    Example:
        charts.spreads(sectors, "Hospitals pay more", offer=62_000, source="BLS OEWS, May 2024")

    Args:
        rows: `label`, `emphasis` (the place or occupation in question) and OEWS columns; a row
            without a median says so. A `role` of `style.ROLES` replaces `emphasis`.
        title: the finding.
        note: units, population and period.
        offer: a wage to show in a row of its own and as a line across the others; 0 for none.
        **wording: see `Wording`.
    """
    drawn = rows.assign(
        value=rows["annual_median"],
        low=rows["annual_p25"],
        high=rows["annual_p75"],
        outer_low=rows["annual_p10"],
        outer_high=rows["annual_p90"],
        statistic="median",
        text=dollars(rows["annual_median"], "not available"),
    )
    key = [MEDIAN, MIDDLE_HALF, MOST]
    if "role" in rows:
        named = {"here": "here", "nation": "United States"}
        key += [
            KeyEntry(meaning, style.ROLES[role], "o")
            for role, meaning in named.items()
            if rows["role"].eq(role).any()
        ]
    if offer:
        mark = {"label": "The offer", "value": offer, "text": usd(offer), "role": "offer"}
        drawn = pd.concat([pd.DataFrame([mark]), drawn])
        key += [OFFER]
    look = RowLook(key=key, line=offer or None)
    shown = {PAY_COLUMNS[name]: name for name in PERCENTILES}
    data = published_pay(rows)[["label", *shown]].rename(columns=shown)
    return chart_of_rows("spreads", drawn, Words(title, note), look, wording, data)


def employers(
    rows: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One row per kind of employer: the mean as a diamond, its error as a bar, p10 to p90 a line.

    Example:
        charts.employers(industries, "Insurers pay most", source="BLS OEWS, May 2025")

    Args:
        rows: `label`, `annual_mean`, `low` and `high` (its sampling interval), `annual_p10`,
            `annual_p90`; any number may be missing. `emphasis` or `role` as of `row_chart`.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    drawn = rows.assign(
        value=rows["annual_mean"],
        outer_low=rows["annual_p10"],
        outer_high=rows["annual_p90"],
        statistic="mean",
        text=dollars(rows["annual_mean"]),
    )
    error = KeyEntry("90% sampling error", style.MUTED, "band")
    look = RowLook(key=(MEAN, error, MOST))
    ends = ("low", "high", "annual_p10", "annual_p90")
    data = columns_held(rows, "label", "employment", "annual_mean", *ends)
    return chart_of_rows("employers", drawn, Words(title, note), look, wording, data)


def total_compensation(
    parts: pd.DataFrame, title: str, note: str = "", **wording: Unpack[Wording]
) -> DrawnChart:
    """One bar per group, stacked of what an employer pays for: wages, then each benefit.

    Example:
        charts.total_compensation(parts, "Benefits add three tenths", source="BLS ECEC")

    Args:
        parts: `label`, `part` and `amount_usd`, at most five parts, in the order to stack; none
            below zero.
        title: the finding.
        note: units, population and period.
        **wording: see `Wording`.
    """
    totals = parts.groupby("label", sort=False)["amount_usd"].sum()
    marks = pd.DataFrame({"label": totals.index, "text": dollars(totals).to_numpy()})
    return chart_of(
        "total-compensation",
        lambda width, words: _draw_stacks(parts, totals, width, words, "usd"),
        Words(title, note),
        wording,
        parts,
        marks,
    )


def _draw_stacks(
    parts: pd.DataFrame, totals: pd.Series, width: Width, words: Words, axis: str
) -> Figure:
    """Bars of parts, each labelled above itself, with its total behind."""
    names = parts["part"].unique()
    colours = dict(zip(names, _PARTS, strict=False))
    key = [KeyEntry(name, colours[name], "bar") for name in names]
    wrapped = [wrap(label, width.pixels - 8, width.label) for label in totals.index]
    line = width.label * LINE
    heights = [line_count(label) * line + 32 for label in wrapped]
    plot = Plot(
        height=sum(heights), key=key, ticks_above=True, ticks_below=False, left=12, right=20
    )
    figure, axes = frame(width, words, plot)
    room = width.pixels - plot.left - plot.right
    behind = max(text_width(usd(total), width.label, bold=True) for total in totals) + 10
    axes.set(xlim=(0, totals.max() * room / (room - behind)), ylim=(plot.height, 0), yticks=[])
    scale_axis(axes, axis, width, plot)
    top = 0.0
    for label, text, height in zip(totals.index, wrapped, heights, strict=True):
        for number, words_of_line in enumerate(text.split("\n")):
            write_beside(
                axes,
                words_of_line,
                (0, top + (number + 0.5) * line),
                (2 - plot.left, 0),
                fontsize=width.label,
            )
        middle = top + height - 20
        start = 0.0
        for part in parts[parts["label"] == label].itertuples():
            box = Rectangle((start, middle - 9), part.amount_usd, 18, linewidth=1)
            box.set(facecolor=colours[part.part], edgecolor=style.PAPER)
            axes.add_patch(box)
            start += part.amount_usd
        look: dict[str, Any] = {"fontsize": width.label, "weight": "bold"}
        write_beside(axes, usd(start), (start, middle), (6, 0), **look)
        top += height
    return figure
