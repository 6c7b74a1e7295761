"""What a notebook and the page made of it agree upon: how charts, tables and links travel."""

import json
import re
from html import escape
from typing import Any, NotRequired, TypedDict

CHART_MIME = "application/vnd.coderpay.chart+json"
"""A `Chart`, beside its drawing for a wide column as `image/svg+xml`."""
TABLE_MIME = "application/vnd.coderpay.table+json"
"""A `Table`, beside what JupyterLab shows of it as `text/html`."""
PROSE_MIME = "application/vnd.coderpay.prose+json"
"""A `Prose`, beside what JupyterLab shows of it as `text/markdown`."""
LIVE_MIME = "application/vnd.coderpay.live+json"
"""The `LiveCode` of a live part, beside what JupyterLab shows as `text/html`, its element in it."""
LEDGER = "../report/ledger.html#"
"""Where a notebook links to the row of a published figure: this and its `figure_id`."""
NOT_PUBLISHED = "not published"
PALETTE = {
    "paper": "#fdfdfb",
    "ink": "#1f2933",
    "muted": "#5c6670",
    "rule": "#d5dae0",
    "blue": "#0072b2",
    "orange": "#b84e00",
    "green": "#2a7d3c",
    "purple": "#c03f8f",
    "violet": "#5a35b8",
    "teal": "#005f73",
    "red": "#8c1029",
    "step1": "#e3eef6",
    "step2": "#b5d3e8",
    "step3": "#7fb2d6",
    "step4": "#2776aa",
    "step5": "#0b4f7d",
}
"""The colours of charts by name. A page draws each as the CSS variable of that name.

The first are Okabe and Ito's hues, darkened until small text in them has a contrast of 4.5 to 1 on
paper; all stay apart under every common form of colour blindness. The steps are a scale.
"""
_LIVE_BEGINS, _LIVE_ENDS = '<section class="live"', "</section>"
ROWS_WRITTEN = " rows written to "
"""Between the number of rows and the path of a table, where a notebook says what it wrote."""
AREA_LINK = "area:"
"""A drawing links to the page of a place by this and its `area_code`; a page knows the file."""


def section_anchor(heading: str) -> str:
    """The anchor of a section, in plain letters that chat programs do not cut."""
    return re.sub(r"[^\w]+", "-", heading).strip("-")


class Origin(TypedDict, total=False):
    """Where a number comes from, in one of these ways; none of them is known of a plain one."""

    figure_id: str
    """It is published; the row of the ledger."""
    meaning: str
    """Of a published one, its statistic, population and period."""
    arithmetic: list["str | Traced"]
    """It was made of others: `62,110`, ` − `, `55,970`."""
    method: str
    """A method made it; the section of the methodology that describes it."""
    inputs: list["Traced"]
    """What the method was given, or which row of the table it is."""
    table: str
    """It stands in this table of the project, by path, or in one of these with "; " between."""
    counted: str
    """It is a number of these things."""
    given: str
    """It is the value of this parameter."""
    code: str
    """The code of its cell made it; what it is called there."""


class Traced(Origin):
    """A text, most often a number, and where it comes from."""

    text: str
    area: NotRequired[str]
    """The code of the place that the text names; a page leads to the page of that place."""


def in_words(origin: Origin) -> str:
    """An origin in a line of plain text: `62,110 − 55,970`; "" where none is known."""
    if "arithmetic" in origin:
        return "".join(_text_of(part) for part in origin["arithmetic"])
    if "method" in origin:
        inputs = ", ".join(map(_text_of, origin.get("inputs", [])))
        return f"{origin['method']}{inputs and f', from {inputs}'}"
    if "table" in origin:
        inputs = ", ".join(map(_text_of, origin.get("inputs", [])))
        return f"{origin['table']}{inputs and f', {inputs}'}"
    if "counted" in origin:
        return f"the number of {origin['counted']}"
    if "given" in origin:
        return f"the parameter {origin['given']}"
    return origin.get("meaning", "")


def _text_of(part: str | Traced) -> str:
    return part if isinstance(part, str) else part["text"]


class Prose(TypedDict):
    """Sentences: Markdown by the author of a notebook, and texts that are no markup."""

    parts: list[str | Traced]


class Drawn(TypedDict):
    """The data of a chart as a table: headings, and a row a mark."""

    columns: list[str]
    rows: list[list[str | float | bool | None]]
    origins: NotRequired[list[list[Origin]]]
    """Of each value of `rows`."""


class Chart(TypedDict):
    """What a page needs to make a chart accessible and its data readable."""

    name: str
    """A slug, unique in the notebook; it names the downloads."""
    alt: str
    source: str
    table: Drawn
    phone: NotRequired[str]
    """The same chart as SVG for a column of 328 pixels."""


class Column(TypedDict):
    """A column of a table."""

    heading: str
    numeric: bool
    """Whether its cells are numbers, aligned on the right."""
    folded: NotRequired[bool]
    """Whether only the first sentence of a cell is shown, until a reader unfolds the rest."""


class Table(TypedDict):
    """A table as a page shows it; its first column heads the rows."""

    name: str
    title: str
    source: str
    columns: list[Column]
    rows: list[list[Traced]]
    filter_by: NotRequired[str]
    """The heading of a column by whose values a reader can choose rows."""


class LiveCode(TypedDict):
    """What makes a live part work; its element is in what JupyterLab shows."""

    kind: str
    """What the script looks for: elements with this in `data-live`."""
    name: str
    """A slug, unique in the notebook; the anchor of the part."""
    script: str
    """A JavaScript module without imports; parts of one kind have the same."""
    style: str


class Live(LiveCode):
    """A part that works in the page by a script of its own."""

    label: str
    """What the part is, for those who cannot see it."""
    data: Any
    """What the script works on, as JSON."""
    text: list[str]
    """Paragraphs that stand there without the script."""
    table: NotRequired[Drawn]
    """A table below them."""


def live_html(live: Live) -> str:
    """A live part as an element: its text and table, and its data beside them."""
    data = json.dumps(live["data"], separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in live["text"])
    return (
        f'{_LIVE_BEGINS} id="{escape(live["name"])}" aria-label="{escape(live["label"])}" '
        f'data-live="{escape(live["kind"])}">{text}{_drawn_html(live)}'
        f'<script type="application/json">{data}</script>{_LIVE_ENDS}'
    )


def live_element(shown: str) -> str:
    """The element of a live part, which in a page may keep its state in the page's address.

    Args:
        shown: what JupyterLab shows, with the element from `live_html` in it.
    """
    element = shown[shown.index(_LIVE_BEGINS) :].partition(_LIVE_ENDS)[0] + _LIVE_ENDS
    return element.replace(_LIVE_BEGINS, f"{_LIVE_BEGINS} data-address", 1)


def _drawn_html(live: Live) -> str:
    """The table of a live part, or nothing."""
    if "table" not in live:
        return ""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in live["table"]["columns"])
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in live["table"]["rows"]
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
