"""The charts of places at any parameters of their notebook: no text lies on another, none leaves the page."""

import itertools

import nbformat
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.figures import outputs
from analysis.figures.paths import ROOT
from analysis.figures.tables import load_oews
from analysis.methods.places import STATISTICS
from analysis.present import display, style, tables

CELLS = [
    cell
    for cell in nbformat.read(ROOT / "notebooks" / "04-compare-places.ipynb", as_version=4).cells
    if cell.cell_type == "code"
]
COVERING = [
    {},
    {"statistic": "p25", "price_adjusted": True, "minimum_employment": 20_000},
    {"year": 2024, "statistic": "p10", "occupation": "43-3021"},
    {"year": 2025, "statistic": "p90", "occupation": "29-9021", "price_adjusted": True},
    {"year": 2025, "statistic": "median", "price_adjusted": True, "minimum_employment": 1_000},
]


def every_choice():
    states = load_oews("state")
    for (occupation, year), rows in states.groupby(["soc_code", "year"]):
        for statistic in STATISTICS:
            if rows[f"annual_{statistic}"].notna().any():
                for priced in (False, True):
                    yield {
                        "occupation": occupation,
                        "year": year,
                        "statistic": statistic,
                        "price_adjusted": priced,
                    }


def charts_of(monkeypatch, **parameters):
    """Each chart that the notebook shows with these parameters, by name."""
    drawn = {}
    monkeypatch.setattr(display, "show_chart", lambda figure, name, *_: drawn.update({name: figure}))
    monkeypatch.setattr(display, "say", lambda *_: None)
    monkeypatch.setattr(tables, "show_table", lambda *_, **__: None)
    monkeypatch.setattr(outputs, "save_table", lambda *_: "")
    values: dict = {}
    for cell in CELLS:
        exec(cell.source, values)
        if "parameters" in cell.metadata.get("tags", []):
            values |= parameters
    return drawn


def texts(figure):
    """Each text that is drawn, tick labels included, with its box on the page in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    axes = figure.axes[0]
    ticks = [tick for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_major_ticks()]
    labels = {id(label) for tick in ticks for label in (tick.label1, tick.label2)}
    kept = {
        id(tick.label1)
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    return [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and (id(text) not in labels or id(text) in kept)
    ]


def assert_legible(figure):
    found = texts(figure)
    for text, box in found:
        assert box.x0 >= -1, f"cut on the left: {text!r}"
        assert box.x1 <= figure.bbox.width + 1, f"cut on the right: {text!r}"
        assert box.y0 >= -1, f"cut at the foot: {text!r}"
        assert box.y1 <= figure.bbox.height + 1, f"cut at the top: {text!r}"
    for (one, box), (other, beside) in itertools.combinations(found, 2):
        across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        down = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        assert min(across, down) < 1, f"{one!r} lies on {other!r}"


def check(monkeypatch, **parameters):
    drawn = charts_of(monkeypatch, **parameters)
    assert {"ranked", "map", "states", "prices", "jobs", "years"} <= drawn.keys()
    for figure in drawn.values():
        assert figure.get_figwidth() == style.WIDTH
        assert_legible(figure)


@pytest.mark.parametrize("parameters", COVERING, ids=str)
def test_charts_are_legible(monkeypatch, parameters):
    check(monkeypatch, **parameters)


@pytest.mark.slow
@pytest.mark.parametrize("parameters", list(every_choice()), ids=str)
def test_charts_are_legible_at_every_choice(monkeypatch, parameters):
    check(monkeypatch, **parameters)
