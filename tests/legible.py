"""The charts of a notebook at given parameters, and whether their texts can be read."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.present import style

SMALLEST = 11
"""Pixels, at the width that a drawing is made for."""
READABLE = {style.PAPER, *style.ROLES.values()}
"""The colours of texts; `test_style` measures their contrast in both themes."""


def texts(figure):
    """Each text that is drawn, tick labels included, with its box on the page in pixels."""
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    unseen = set()
    for axis in itertools.chain.from_iterable((axes.xaxis, axes.yaxis) for axes in figure.axes):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                unseen |= {tick.label1, tick.label2}
    return [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in unseen
    ]


def assert_legible(chart):
    """In both drawings no text is small, lies on another, leaves the figure or is pale."""
    for width, figure in ((style.WIDE, chart.figure), (style.PHONE, chart.phone_figure)):
        assert figure.get_figwidth() * 72 == width.pixels
        _assert_texts_have_room(figure)
        for text in figure.findobj(Text):
            if text.get_text().strip() and text.get_visible():
                assert text.get_fontsize() >= SMALLEST, f"too small: {text.get_text()!r}"
                assert text.get_color() in READABLE, f"no colour of texts: {text.get_text()!r}"


def _assert_texts_have_room(figure):
    found = texts(figure)
    for text, box in found:
        assert min(box.x0, box.y0) >= -1, f"cut on the left or at the foot: {text!r}"
        assert box.x1 <= figure.bbox.width + 1, f"cut on the right: {text!r}"
        assert box.y1 <= figure.bbox.height + 1, f"cut at the top: {text!r}"
    for (one, box), (other, beside) in itertools.combinations(found, 2):
        across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        down = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        assert min(across, down) < 1, f"{one!r} lies on {other!r}"
