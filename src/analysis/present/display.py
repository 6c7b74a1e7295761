"""What a notebook shows: a chart with its alternative text and data; sentences with numbers."""

import html
import re
from io import StringIO

import matplotlib as mpl
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from analysis.present.prose import dollars_apart
from analysis.present.tables import drawn
from common.notebook_contract import CHART_MIME, Chart

# Matplotlib numbers the groups of each picture from one: two pictures on a page would share ids.
_UNUSED_IDS = re.compile(r' id="[A-Za-z][\w.]*_\d+"')
_ID = re.compile(r'<\w+ id="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")


def show_chart(figure: Figure, name: str, alt: str, source: str, data: pd.DataFrame) -> None:
    """Show a chart as SVG, with what a page needs to make it accessible and its data readable.

    Args:
        figure: from `analysis.present.charts`.
        name: a slug, unique in the notebook; it names the downloads.
        alt: the finding in one or two sentences, for those who cannot see the chart.
        source: where the data come from.
        data: what is drawn, one row per mark; `effect_usd` becomes the heading "Effect USD".
    """
    chart = Chart(name=name, alt=alt, source=source, table=drawn(data))
    bundle = {"image/svg+xml": _svg(figure, name, alt), CHART_MIME: chart, "text/plain": alt}
    display(bundle, raw=True)


def _svg(figure: Figure, name: str, alt: str) -> str:
    buffer = StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    svg = _numbered(_UNUSED_IDS.sub("", buffer.getvalue()), name)
    svg = svg[svg.index("<svg") :]
    label = f'<svg role="img" aria-label="{html.escape(alt)}"'
    return re.sub(r"\n\s*", "\n", svg.replace("<svg", label, 1))


def _numbered(svg: str, name: str) -> str:
    """The picture with its ids numbered in their order.

    Matplotlib makes ids of the layout's last digits, which differ between processors.
    """
    prefix = re.sub(r"\W", "-", name)
    for number, given in enumerate(_ID.findall(svg), start=1):
        svg = re.sub(rf"\b{re.escape(given)}\b", f"{prefix}.{number}", svg)
    return svg


def say(*paragraphs: str) -> None:
    """Show sentences as notebooks of the first edition do; to be deleted with their last call.

    Args:
        paragraphs: HTML, with numbers from `analysis.present.prose`.
    """
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    plain = html.unescape(_TAG.sub("", text.replace("</p><p>", "\n\n")))
    display({"text/html": dollars_apart(text), "text/plain": plain}, raw=True)
