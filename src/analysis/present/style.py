"""One look for every chart: ink, colours that colour-blind readers can tell apart, sizes for a phone."""

import seaborn as sns

PAPER = "#fdfdfb"
INK = "#1f2933"
MUTED = "#5c6670"
RULE = "#d5dae0"
# Okabe and Ito's hues, which stay apart under every common form of colour blindness, darkened until small
# text in them has a contrast of 4.5 to 1.
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#b84e00", "#2a7d3c", "#c03f8f"
GRADE_COLOURS = {"published": BLUE, "bounded": GREEN, "assumed": PURPLE, "residual": MUTED}
STATISTIC_MARKERS = {"mean": "D", "median": "|", "low": "<", "high": ">"}
WIDTH = 4.6
"""Inches. In the 328 pixels that a phone leaves a chart, a 10 point label is then still 10 pixels tall."""


def apply() -> None:
    """Set matplotlib's and seaborn's defaults; the same data then give the same SVG bytes everywhere."""
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
