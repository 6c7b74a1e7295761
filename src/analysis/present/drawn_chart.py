"""A chart as an object that shows itself, in two widths, with its words and its data."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.present.chart_frame import Words
from analysis.present.chart_svg import svg_of
from analysis.present.style import PHONE, WIDE, Width
from analysis.present.tables import drawn
from common.notebook_contract import CHART_MIME, Chart

_SUMMED_UP = 8


class Wording(TypedDict, total=False):
    """What a notebook may say of any chart; each has a default."""

    source: str
    """Where the data come from; it stands at the foot of the chart."""
    name: str
    """A slug, unique in the notebook, that names the downloads; by default the chart's kind."""
    alt: str
    """The finding, for those who cannot see it; by default the title and the first marks."""
    data: pd.DataFrame
    """What is shown as the chart's table; by default what was drawn."""


@dataclass(frozen=True)
class DrawnChart:
    """A chart that a cell ends with.

    `chart.axes` are the matplotlib axes of the wide drawing, `chart.phone_axes` of the narrow one;
    of small panels the first's. Change them and show the chart again, or do the same to all axes of
    both with `chart.change`.
    """

    draw: Callable[[Width, Words], Figure]
    words: Words
    name: str
    alt: str
    data: pd.DataFrame
    links: Mapping[str, str] = field(default_factory=dict)
    """By the address of each link that is drawn, what it says."""

    @functools.cached_property
    def figure(self) -> Figure:
        """The drawing for a wide column, 704 pixels."""
        return self.draw(WIDE, self.words)

    @functools.cached_property
    def phone_figure(self) -> Figure:
        """The drawing for a phone, 328 pixels."""
        return self.draw(PHONE, self.words)

    @property
    def axes(self) -> Axes:
        """The axes of the wide drawing."""
        return self.figure.axes[0]

    @property
    def phone_axes(self) -> Axes:
        """The axes of the drawing for a phone."""
        return self.phone_figure.axes[0]

    def change(self, do: Callable[[Axes], Any]) -> "DrawnChart":
        """Do the same to all axes of both: `chart.change(lambda axes: axes.axvline(60_000))`."""
        for axes in (*self.figure.axes, *self.phone_figure.axes):
            do(axes)
        return self

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What JupyterLab and GitHub show, and beside it what a page needs."""
        phone = svg_of(self.phone_figure, f"{self.name}-phone", self.alt, self.links)
        chart = Chart(
            name=self.name,
            alt=self.alt,
            source=self.words.source,
            table=drawn(self.data),
            phone=phone,
        )
        wide = svg_of(self.figure, self.name, self.alt, self.links)
        return {"image/svg+xml": wide, CHART_MIME: chart, "text/plain": self.alt}


def columns_held(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Those columns that there are, to be the table of a chart."""
    return rows[[name for name in names if name in rows]]


def sum_up(title: str, rows: pd.DataFrame) -> str:
    """A chart in words: its title, and the label and text of the first rows."""
    if not {"label", "text"} <= {*rows}:
        return title
    said = [f"{row.label}: {row.text}" for row in rows.head(_SUMMED_UP).itertuples()]
    more = len(rows) - _SUMMED_UP
    said += [f"and {more} more"] if more > 0 else []
    return f"{title}. {'; '.join(said)}."


def chart_of(
    kind: str,
    draw: Callable[[Width, Words], Figure],
    words: Words,
    wording: Wording,
    data: pd.DataFrame,
    marks: pd.DataFrame | None = None,
    links: Mapping[str, str] | None = None,
) -> DrawnChart:
    """A chart, with what its notebook says of it and defaults for what it does not.

    Args:
        kind: the slug of its function.
        draw: makes the figure for a width.
        words: title and note.
        wording: from the notebook.
        data: what the chart was given.
        marks: the `label` and the `text` of each mark, for those who cannot see it.
        links: by the address of each link that is drawn, what it says.
    """
    return DrawnChart(
        draw=draw,
        words=replace(words, source=wording.get("source", "")),
        name=wording.get("name", kind),
        alt=wording.get("alt") or sum_up(words.title, data if marks is None else marks),
        data=wording.get("data", data),
        links=links or {},
    )
