"""Makes the picture that other sites show beside a link to the report."""

import textwrap
import warnings
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from common.notebook_contract import PALETTE

_INCHES, _DOTS = (12, 6.3), 100
_LONGEST = 260


def preview(title: str, text: str) -> bytes:
    """A picture of 1200 by 630 pixels as PNG: a title and the answer below it.

    A letter that the font lacks is drawn as a box.

    Args:
        title: of the report.
        text: its first sentences; what does not fit is left out.
    """
    figure = Figure(figsize=_INCHES, dpi=_DOTS, facecolor=PALETTE["paper"])
    FigureCanvasAgg(figure)
    look: dict[str, Any] = {"va": "top", "family": "DejaVu Sans", "parse_math": False}
    figure.text(0.06, 0.9, textwrap.fill(title, 34), fontsize=38, weight="bold", **look)
    answer = textwrap.fill(textwrap.shorten(text, _LONGEST, placeholder=" …"), 62)
    figure.text(0.06, 0.58, answer, fontsize=22, color=PALETTE["muted"], linespacing=1.5, **look)
    picture = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()
