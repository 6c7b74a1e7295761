"""What every chart has: title, note, key, axes and source, laid out pixel by pixel.

Nothing is left to an automatic layout, which differs in its last digits between processors and is
slow: texts are measured in one font that comes with matplotlib, and everything has its place.
"""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import Affine2D, Transform

from analysis.present import style
from analysis.present.chart_svg import HALO
from analysis.present.formats import percent
from analysis.present.style import Width

LINE = 1.3
"""The height of a line of text, as a multiple of its size."""
DAGGER, DASH = "†", "–"
"""Stand beside a figure that is to be taken with care, and in place of one that is missing."""
_MARGIN = 2
_KEY_MARK = 18
_TICK_GAP = 12
"""Pixels between the labels of an axis, at least."""
_TICKS_UP = 9
"""Pixels from the axes to the labels of their ticks."""


@dataclass(frozen=True)
class KeyEntry:
    """An entry of a chart's key: what a mark of this look means."""

    meaning: str
    colour: str
    mark: str
    """A marker of matplotlib, `DAGGER`, `DASH`, or one of `bar`, `band`, `pale`, `hatch`,
    `counter`, `line`, `dashes` and `hollow`."""


@dataclass(frozen=True)
class Words:
    """What stands around the marks of a chart."""

    title: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Plot:
    """The part of a chart that holds its marks, in pixels."""

    height: float
    left: float = _MARGIN
    right: float = _MARGIN
    key: Sequence[KeyEntry] = field(default_factory=tuple)
    ticks_above: bool = False
    ticks_below: bool = True
    heading: str = ""
    """Of a column of texts on the right."""
    axis_title: str = ""
    """What the horizontal axis shows, where the note does not say it."""


def thousands(value: float) -> str:
    """US dollars on an axis: `$0`, `$50k`, `−$2.5k`."""
    if not value:
        return "$0"
    return f"{'−' if value < 0 else ''}${abs(value) / 1000:g}k"


TICKS: dict[str, Callable[[float], str]] = {
    "usd": thousands,
    "percent": percent,
    "count": "{:.0f}".format,
    "ratio": "{:.2f}".format,
}
"""How a value of each kind is written on an axis."""


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text in pixels, in a font at least as wide as those of a page."""
    words = text.split(" ")
    spaces = (len(words) - 1) * _width_of_word(" ", bold)
    return size * (spaces + sum(_width_of_word(word, bold) for word in words))


@functools.lru_cache(maxsize=50_000)  # fonts are slow, and charts repeat their words
def _width_of_word(word: str, bold: bool) -> float:
    """The width of a word in a font of size 1."""
    font = FontProperties(family=style.MEASURED_FONT, size=1, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(word, font, ismath=False)[0])


def wrap(text: str, width: float, size: float, bold: bool = False) -> str:
    """Break a text into lines of at most this width; a word that is wider is broken, too."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, bold) <= width:
            lines[-1] = longer
            continue
        lines += [word]
        while text_width(lines[-1], size, bold) > width and len(lines[-1]) > 1:
            fits = _fitting(lines[-1], width, size, bold)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return "\n".join(line for line in lines if line)


def _fitting(word: str, width: float, size: float, bold: bool) -> int:
    """How many letters of a word fit, at least one."""
    count = len(word)
    while count > 1 and text_width(word[:count], size, bold) > width:
        count -= 1
    return count


def line_count(text: str) -> int:
    """The number of lines of a wrapped text; none for an empty one."""
    return text.count("\n") + 1 if text else 0


def pixels(figure: Figure) -> Transform:
    """From pixels, counted from the lower left corner, to where they are drawn."""
    return Affine2D().scale(1 / 72) + figure.dpi_scale_trans


def axis_height(width: Width) -> float:
    """The height of the labels of an axis."""
    return width.small * LINE + 4


def frame(width: Width, words: Words, plot: Plot) -> tuple[Figure, Axes]:
    """A figure with its words and key, and empty axes of the size asked for."""
    style.apply()
    column = width.pixels - 2 * _MARGIN
    title = wrap(words.title, column, width.title, bold=True)
    note = wrap(words.note, column, width.small)
    source = wrap(f"Source: {words.source}" if words.source else "", column, width.small)
    rows = _key_rows(plot.key, column, width.small)
    head = 2 + line_count(title) * width.title * LINE
    note_at = head + 4
    head = note_at + line_count(note) * width.small * LINE
    key_at = head + (8 if rows else 0)
    head = key_at + len(rows) * 20 + 8
    ticks = axis_height(width)
    head += ticks * plot.ticks_above + (ticks + 8) * bool(plot.axis_title)
    foot = 6 + plot.ticks_below * ticks + line_count(source) * width.small * LINE + 12
    height = math.ceil(head + plot.height + foot)
    figure = Figure(figsize=(width.pixels / 72, height / 72), dpi=72)
    FigureCanvasAgg(figure)
    _write(figure, title, height - 2, width.title, style.INK, weight="bold")
    _write(figure, note, height - note_at, width.small, style.MUTED)
    _write(figure, source, line_count(source) * width.small * LINE + 2, width.small, style.MUTED)
    _draw_key(figure, rows, height - key_at, width.small)
    box = [plot.left, height - head - plot.height, column + 2 * _MARGIN, plot.height]
    box[2] -= plot.left + plot.right
    axes = figure.add_axes(
        (box[0] / width.pixels, box[1] / height, box[2] / width.pixels, box[3] / height)
    )
    axes.tick_params(labelsize=width.small, pad=3)
    _title_axes(axes, plot, width)
    return figure, axes


def _write(figure: Figure, text: str, top: float, size: float, colour: str, **look: Any) -> None:
    """Write lines of text, the first below this height."""
    for number, line in enumerate(text.splitlines()):
        place = top - (number + 1) * size * LINE + 0.3 * size
        figure.text(
            _MARGIN, place, line, transform=pixels(figure), fontsize=size, color=colour, **look
        )


def _title_axes(axes: Axes, plot: Plot, width: Width) -> None:
    """Write what the axis and the column on the right show, above them."""
    above = 10 + plot.ticks_above * (width.small * LINE + 4)
    look: dict[str, Any] = {
        "fontsize": width.small,
        "color": style.MUTED,
        "textcoords": "offset points",
    }
    if plot.axis_title:
        axes.annotate(
            plot.axis_title, (0, 1), (-plot.left + _MARGIN, above), "axes fraction", **look
        )
    if plot.heading:
        place = (plot.right - _MARGIN, _TICKS_UP)
        axes.annotate(plot.heading, (1, 1), place, "axes fraction", ha="right", va="bottom", **look)


def _key_rows(
    key: Sequence[KeyEntry], column: float, size: float
) -> list[list[tuple[float, KeyEntry]]]:
    """The entries of a key in lines, each with its place from the left."""
    rows: list[list[tuple[float, KeyEntry]]] = []
    across = math.inf
    for entry in key:
        needed = _KEY_MARK + 5 + text_width(entry.meaning, size) + 14
        if across + needed - 14 > column:
            rows, across = [*rows, []], _MARGIN
        rows[-1].append((across, entry))
        across += needed
    return rows


def _draw_key(
    figure: Figure, rows: Sequence[Sequence[tuple[float, KeyEntry]]], top: float, size: float
) -> None:
    for number, row in enumerate(rows):
        middle = top - 20 * number - 10
        for across, entry in row:
            _draw_key_mark(figure, across, middle, entry)
            place = (across + _KEY_MARK + 5, middle - 0.36 * size)
            figure.text(
                *place,
                entry.meaning,
                transform=pixels(figure),
                fontsize=size,
                color=style.MUTED,
            )


_HATCHES = {"hatch": "////", "counter": "\\\\\\\\"}
_STROKES: dict[str, dict[str, Any]] = {
    "line": {"linewidth": 1.4},
    "dashes": {"linewidth": 1.6, "linestyle": "--"},
    "band": {"linewidth": 7, "alpha": 0.4},
}


def _draw_key_mark(figure: Figure, across: float, middle: float, entry: KeyEntry) -> None:
    """Draw the mark of an entry, `_KEY_MARK` pixels wide."""
    place = pixels(figure)
    if entry.mark in _STROKES:
        ends = [across, across + _KEY_MARK]
        line = Line2D(ends, [middle] * 2, color=entry.colour, transform=place)
        line.set(**_STROKES[entry.mark], solid_capstyle="butt")
        figure.add_artist(line)
    elif entry.mark in (DAGGER, DASH):
        look: dict[str, Any] = {"fontsize": 13, "color": entry.colour, "ha": "center"}
        figure.text(across + _KEY_MARK / 2, middle - 5, entry.mark, transform=place, **look)
    elif entry.mark in ("bar", "pale", *_HATCHES):
        box = Rectangle((across, middle - 5), _KEY_MARK, 10, transform=place, linewidth=1)
        fill_bar(box, entry.colour, entry.mark)
        figure.add_artist(box)
    else:
        marker, hollow = ("o", True) if entry.mark == "hollow" else (entry.mark, False)
        dot = Line2D([across + _KEY_MARK / 2], [middle], transform=place, linestyle="none")
        dot.set(marker=marker, markersize=12 if marker == "|" else 7, color=entry.colour)
        dot.set(markeredgewidth=2.5 if marker == "|" else 1.4)
        dot.set(markerfacecolor=style.PAPER if hollow else entry.colour)
        figure.add_artist(dot)


def fill_bar(box: Rectangle, colour: str, mark: str) -> None:
    """Give a bar its look: full (`bar`), an outline with a tint (`pale`), or hatched."""
    box.set(edgecolor=colour, facecolor=colour)
    if mark == "pale":
        box.set_facecolor((colour, 0.25))
    if mark in _HATCHES:
        box.set(facecolor="none", hatch=_HATCHES[mark])


def scale_axis(axes: Axes, kind: str, width: Width, plot: Plot) -> None:
    """Give the horizontal axis its ticks, lines and labels; its limits are set before.

    There are as many ticks as their labels have room for; one that would leave the chart is left
    out.
    """
    low, high = axes.get_xlim()
    room = width.pixels - plot.left - plot.right

    def written(value: float, _: int | None) -> str:
        text = TICKS[kind](value) if kind != "percent" or value < 1.001 else ""
        across = (value - low) / (high - low) * room
        half = text_width(text, width.small) / 2 + 1
        fits = half - plot.left <= across <= room + plot.right - half
        return text if fits else ""

    steps = [1, 2, 2.5, 5, 10] if kind == "percent" else [1, 2, 5, 10]
    axes.xaxis.set_major_locator(MaxNLocator(5 if width.phone else 6, steps=steps))
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high and written(tick, None)]
    needed = max((text_width(written(tick, None), width.small) for tick in ticks), default=0)
    needed += _TICK_GAP
    apart = room / (high - low) * (ticks[1] - ticks[0]) if len(ticks) > 1 else needed
    if apart < needed:
        axes.xaxis.set_major_locator(FixedLocator(ticks[:: math.ceil(needed / apart)]))
    axes.xaxis.set_major_formatter(FuncFormatter(written))
    axes.tick_params(axis="x", labeltop=plot.ticks_above, labelbottom=plot.ticks_below)
    axes.grid(axis="x")


def write_beside(
    axes: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **look: Any
) -> Annotation:
    """Write a text near a place in the data, `offset` pixels away, with a rim of paper.

    `gid=""` leaves the rim out, where no line can lie below.
    """
    defaults: dict[str, Any] = {"va": "center_baseline", "annotation_clip": False, "gid": HALO}
    return axes.annotate(text, place, offset, textcoords="offset points", **defaults | look)
