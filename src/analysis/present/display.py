"""What a notebook shows: a chart with its alternative text, source and data; a sentence with its numbers."""

import html
import re
from io import StringIO

import matplotlib as mpl
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

CHART_MIME = "application/vnd.coderpay.chart+json"
# Matplotlib numbers the groups of each picture from one, so two pictures on a page would share their ids.
_UNUSED_IDS = re.compile(r' id="[A-Za-z][\w.]*_\d+"')


def show_chart(figure: Figure, name: str, alt: str, source: str, data: pd.DataFrame) -> None:
    """Show a chart as SVG, with what a page needs to make it accessible and its data to be read as a table.

    Args:
        figure: from `analysis.present.charts`.
        name: a slug, unique in the notebook; names the downloads.
        alt: the finding in one or two sentences, for those who cannot see the chart.
        source: where the data come from.
        data: what is drawn, one row a mark; `effect_usd` becomes the heading "Effect USD".
    """
    svg = _svg(figure, name, alt)
    table = {
        "columns": [readable(column) for column in data.columns],
        "rows": data.astype(object).where(data.notna(), None).values.tolist(),
    }
    chart = {"name": name, "alt": alt, "source": source, "table": table}
    display({"image/svg+xml": svg, CHART_MIME: chart, "text/plain": alt}, raw=True)


def readable(column: str) -> str:
    """A column's name as a heading: `effect_usd` gives `Effect USD`, `annual_p10` gives `Annual p10`."""
    words = str(column).replace("_", " ")
    for acronym in ("usd", "oews", "lmdi"):
        words = re.sub(rf"\b{acronym}\b", acronym.upper(), words)
    return words[0].upper() + words[1:]


def _svg(figure: Figure, name: str, alt: str) -> str:
    buffer = StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(
            buffer,
            format="svg",
            transparent=True,
            metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")),
        )
    svg = _UNUSED_IDS.sub("", buffer.getvalue())
    svg = svg[svg.index("<svg") :]
    label = f'<svg role="img" aria-label="{html.escape(alt)}"'
    return re.sub(r"\n\s*", "\n", svg.replace("<svg", label, 1))


def say(*paragraphs: str) -> None:
    """Show sentences whose numbers were computed; each paragraph is HTML, its numbers from `prose`."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    plain = html.unescape(re.sub(r"<[^>]+>", "", text.replace("</p><p>", "\n\n")))
    display({"text/html": text, "text/plain": plain}, raw=True)
