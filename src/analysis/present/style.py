"""One look for every chart: what each colour and mark means, fonts, and the two widths.

A chart is laid out in CSS pixels: a point is a pixel where the page shows a drawing at the width
that it was made for.
"""

from dataclasses import dataclass

import seaborn as sns

from common.notebook_contract import PALETTE

PAPER = PALETTE["paper"]
INK = PALETTE["ink"]
MUTED = PALETTE["muted"]
RULE = PALETTE["rule"]
STEPS = [PALETTE[f"step{number}"] for number in range(1, 6)]
"""Fifths of a map, from the lowest; their text is in `STEP_INKS`."""
STEP_INKS = [INK, INK, INK, PAPER, PAPER]
ROLES = {
    "bls": PALETTE["blue"],
    "aapc": PALETTE["orange"],
    "guide": PALETTE["violet"],
    "here": PALETTE["teal"],
    "assumed": PALETTE["purple"],
    "residual": MUTED,
    "other": MUTED,
    "good": PALETTE["green"],
    "bad": PALETTE["red"],
    "nation": INK,
    "offer": INK,
}
"""What each colour means, on every page.

BLS's figures are blue, AAPC's orange, the guide's violet. The place in question is teal, the nation
ink. What this project assumes is purple; what nothing explains is grey and hatched. A claim that
holds is green, one that does not is red. An offer is told from the nation by its own mark, a dashed
line across the chart.
"""
BLUE = ROLES["bls"]
PURPLE = ROLES["assumed"]
GRADE_COLOURS = {
    "published": BLUE,
    "quoted": BLUE,
    "bounded": PURPLE,
    "assumed": PURPLE,
    "residual": MUTED,
}
"""By the evidence of a step; `quoted` and `bounded` are drawn paler."""
STATISTIC_MARKERS = {"mean": "D", "median": "|", "low": "<", "high": ">"}
MEASURED_FONT = "DejaVu Sans"
"""Comes with matplotlib; it is wider than the fonts of `FONTS`, so what fits in it fits in them."""
FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"


@dataclass(frozen=True)
class Width:
    """A width that every chart is drawn for, in pixels, and the sizes of its texts."""

    pixels: int
    title: float
    label: float
    small: float
    phone: bool


WIDE = Width(pixels=704, title=18, label=13, small=12, phone=False)
PHONE = Width(pixels=328, title=15.5, label=12, small=11.5, phone=True)


def apply() -> None:
    """Set matplotlib's and seaborn's defaults, so that the same data give the same SVG bytes."""
    sns.set_theme(
        style="ticks",
        rc={
            "figure.dpi": 72,
            "figure.facecolor": PAPER,
            "axes.facecolor": "none",
            "font.family": [MEASURED_FONT],
            "axes.labelcolor": MUTED,
            "axes.edgecolor": RULE,
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.spines.bottom": False,
            "grid.color": RULE,
            "grid.linewidth": 0.8,
            "hatch.linewidth": 1,
            "text.color": INK,
            "text.hinting": "none",
            "text.parse_math": False,
            "xtick.bottom": False,
            "xtick.labelcolor": MUTED,
            "ytick.left": False,
            "ytick.labelcolor": MUTED,
            "svg.fonttype": "none",
        },
    )
