"""Whether the texts of charts can be read: as they are drawn, and as a browser shows them."""

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


_UNREADABLE = r"""() => {
  const channels = (colour) => colour.match(/^rgba?\(/) && colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((value) =>
      value <= 10.3 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const boxOf = (element) => {
    const { x, y, width, height } = element.getBBox();
    const at = element.getScreenCTM();
    const corner = new DOMPoint(x, y).matrixTransform(at);
    return new DOMRect(corner.x, corner.y, width * at.a, height * at.d);
  };
  const groundBelow = (place, shapes, text) => {
    let ground = [255, 255, 255];
    for (const { shape, box, fill, opacity } of shapes) {
      if (!(text.compareDocumentPosition(shape) & Node.DOCUMENT_POSITION_PRECEDING)) break;
      const inside = place.x > box.left && place.x < box.right;
      if (!inside || place.y < box.top || place.y > box.bottom) continue;
      ground = ground.map((value, part) => value + (fill[part] - value) * opacity);
    }
    return ground;
  };
  const wrong = [];
  const drawings = [...document.querySelectorAll("figure.chart svg")];
  for (const svg of drawings.filter((one) => one.checkVisibility())) {
    const edge = svg.getBoundingClientRect();
    const filled = [...svg.querySelectorAll("path, use")].map((shape) => {
      const { fill, fillOpacity, opacity } = getComputedStyle(shape);
      return { shape, fill: channels(fill), opacity: fillOpacity * opacity };
    });
    const shapes = filled.filter((one) => one.fill && !one.shape.closest("defs"));
    for (const one of shapes) one.box = boxOf(one.shape);
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
    const known = texts.map((text) => ({ text, box: boxOf(text), words: text.textContent }));
    const tell = (what, words) =>
      wrong.push(`${svg.closest("figure").id}: ${what}: ${words}`);
    known.forEach(({ text, box, words }, place) => {
      const { fontSize, fill, stroke } = getComputedStyle(text);
      if (Number.parseFloat(fontSize) * text.getScreenCTM().d < 10.99) tell("small", words);
      if (box.left < edge.left - 1 || box.right > edge.right + 1) tell("cut", words);
      if (box.top < edge.top - 1 || box.bottom > edge.bottom + 1) tell("cut", words);
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const ground = channels(stroke) ?? groundBelow(middle, shapes, text);
      if (contrast(channels(fill), ground) < 4.5) tell("pale", words);
      for (const other of known.slice(place + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (Math.min(across, down) >= 1) tell("overlaps", `${words} and ${other.words}`);
      }
    });
  }
  return wrong;
}"""


def unreadable(page):
    """What cannot be read in the charts that a page of a browser shows; none of them is folded."""
    return page.evaluate(_UNREADABLE)
