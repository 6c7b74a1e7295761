"""What a notebook shows: a chart with its words and data; sentences with numbers."""

import html
import re
from typing import TYPE_CHECKING

import pandas as pd
from IPython.display import display

from analysis.present.prose import dollars_apart

if TYPE_CHECKING:
    from analysis.present.drawn_chart import DrawnChart

_TAG = re.compile(r"<[^>]+>")


def show_chart(chart: "DrawnChart", name: str, alt: str, source: str, data: pd.DataFrame) -> None:
    """Show a chart with these words, where it is not the last line of its cell.

    Args:
        chart: from `analysis.present.charts`.
        name: a slug, unique in the notebook; it names the downloads.
        alt: the finding in one or two sentences, for those who cannot see the chart.
        source: where the data come from.
        data: what is drawn, one row per mark; `effect_usd` becomes the heading "Effect USD".
    """
    display(chart.reworded(name=name, alt=alt, source=source, data=data))


def say(*paragraphs: str) -> None:
    """Show sentences as notebooks of the first edition do; to be deleted with their last call.

    Args:
        paragraphs: HTML, with numbers from `analysis.present.prose`.
    """
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    plain = html.unescape(_TAG.sub("", text.replace("</p><p>", "\n\n")))
    display({"text/html": dollars_apart(text), "text/plain": plain}, raw=True)
