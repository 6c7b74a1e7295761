"""What a notebook and the page made of it agree upon: how charts, tables and links travel."""

import json
from html import escape
from typing import Any, NotRequired, TypedDict

CHART_MIME = "application/vnd.coderpay.chart+json"
"""A `Chart`, beside its drawing as `image/svg+xml`."""
TABLE_MIME = "application/vnd.coderpay.table+json"
"""A `Table`, beside what JupyterLab shows of it as `text/html`."""
LIVE_MIME = "application/vnd.coderpay.live+json"
"""A `Live` part, beside what JupyterLab shows of it as `text/html`."""
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
}
"""The colours of charts by name. A page draws each as the CSS variable of that name.

They are Okabe and Ito's hues, which stay apart under every common form of colour blindness,
darkened until small text in them has a contrast of 4.5 to 1 on paper.
"""


class Drawn(TypedDict):
    """The data of a chart as a table: headings, and a row a mark."""

    columns: list[str]
    rows: list[list[str | float | bool | None]]


class Chart(TypedDict):
    """What a page needs to make a chart accessible and its data readable."""

    name: str
    """A slug, unique in the notebook; it names the downloads."""
    alt: str
    source: str
    table: Drawn


class Column(TypedDict):
    """A column of a table."""

    heading: str
    numeric: bool
    """Whether its cells are numbers, aligned on the right."""
    folded: NotRequired[bool]
    """Whether only the first sentence of a cell is shown, until a reader unfolds the rest."""


class Cell(TypedDict):
    """A cell of a table."""

    text: str
    figure_id: NotRequired[str]
    """Of the published figure that it shows."""


class Table(TypedDict):
    """A table as a page shows it; its first column heads the rows."""

    name: str
    title: str
    source: str
    columns: list[Column]
    rows: list[list[Cell]]
    filter_by: NotRequired[str]
    """The heading of a column by whose values a reader can choose rows."""


class Live(TypedDict):
    """A part that works in the page by a script of its own."""

    kind: str
    """What the script looks for: elements with this in `data-live`."""
    name: str
    """A slug, unique in the notebook; the anchor of the part."""
    label: str
    """What the part is, for those who cannot see it."""
    script: str
    """A JavaScript module without imports; parts of one kind have the same."""
    style: str
    data: Any
    """What the script works on, as JSON."""
    text: list[str]
    """Paragraphs that stand there without the script."""
    table: NotRequired[Drawn]
    """A table below them."""


def live_html(live: Live, address: bool) -> str:
    """A live part as an element: its text and table, and its data beside them.

    Args:
        live: the part.
        address: whether it may keep its state in the page's address.
    """
    data = json.dumps(live["data"], separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in live["text"])
    return (
        f'<section class="live" id="{escape(live["name"])}" aria-label="{escape(live["label"])}" '
        f'data-live="{escape(live["kind"])}"{" data-address" if address else ""}>'
        f"{text}{_drawn_html(live)}"
        f'<script type="application/json">{data}</script></section>'
    )


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
