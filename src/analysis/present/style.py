"""One look for every chart: colours, marks, and sizes for a phone."""

import seaborn as sns

from common.notebook_contract import PALETTE

PAPER = PALETTE["paper"]
INK = PALETTE["ink"]
MUTED = PALETTE["muted"]
RULE = PALETTE["rule"]
BLUE = PALETTE["blue"]
ORANGE = PALETTE["orange"]
GREEN = PALETTE["green"]
PURPLE = PALETTE["purple"]
GRADE_COLOURS = {
    "published": BLUE,
    "quoted": BLUE,
    "bounded": GREEN,
    "assumed": PURPLE,
    "residual": MUTED,
}
STATISTIC_MARKERS = {"mean": "D", "median": "|", "low": "<", "high": ">"}
WIDTH = 4.6
"""Inches. In the 328 pixels of a phone, a 10 point label is then 10 pixels tall."""


def apply() -> None:
    """Set matplotlib's and seaborn's defaults, so that the same data give the same SVG bytes."""
    sns.set_theme(
        style="ticks",
        rc={
            "figure.constrained_layout.use": True,
            "figure.constrained_layout.h_pad": 0.06,
            "figure.figsize": (WIDTH, 3.6),
            "figure.titlesize": 12,
            "figure.titleweight": "bold",
            "font.family": ["DejaVu Sans"],
            "font.size": 10,
            "axes.labelsize": 9.5,
            "axes.labelcolor": MUTED,
            "axes.edgecolor": RULE,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "grid.color": RULE,
            "text.color": INK,
            "text.parse_math": False,
            "xtick.color": RULE,
            "xtick.labelcolor": MUTED,
            "xtick.labelsize": 9.5,
            "ytick.left": False,
            "ytick.labelcolor": INK,
            "ytick.labelsize": 10,
            "svg.fonttype": "none",
        },
    )
