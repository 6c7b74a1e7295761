"""The charts of places can be read at any parameters of their notebook."""

import itertools
import re

import pytest
from legible import assert_legible, texts
from notebook_runs import NotebookRuns

from analysis.methods.places import STATISTICS
from analysis.present.chart_frame import DAGGER
from analysis.published.raw_tables import load_oews

DEFAULTS = {
    "year": 0,
    "statistic": "median",
    "price_adjusted": False,
    "minimum_employment": 0,
    "occupation": "29-2072",
}
COVERING = [
    {},
    {"statistic": "p25", "price_adjusted": True, "minimum_employment": 20_000},
    {"year": 2024, "statistic": "p10", "occupation": "43-3021"},
    {"year": 2025, "statistic": "p90", "occupation": "29-9021", "price_adjusted": True},
    {"year": 2025, "statistic": "median", "price_adjusted": True, "minimum_employment": 1_000},
    {"year": 2023, "statistic": "mean", "minimum_employment": 19_000},
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


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The notebook, which shows its charts at given parameters and writes outside the project."""
    runs = NotebookRuns("04-compare-places")
    folder = str(tmp_path_factory.mktemp("places"))
    yield lambda parameters: runs.show(**DEFAULTS | {"output_dir": folder} | parameters).charts
    runs.close()


def check(drawn):
    assert {"ranked", "map", "states", "prices", "jobs"} <= drawn.keys()
    for chart in drawn.values():
        assert_legible(chart)


@pytest.mark.parametrize("parameters", COVERING, ids=str)
def test_charts_are_legible(notebook, parameters):
    check(notebook(parameters))


@pytest.mark.slow
@pytest.mark.parametrize("parameters", list(every_choice()), ids=str)
def test_charts_are_legible_at_every_choice(notebook, parameters):
    check(notebook(parameters))


def test_the_axis_of_a_long_list_is_never_further_away_than_a_screen(notebook):
    chart = notebook({})["ranked"]
    for figure in (chart.figure, chart.phone_figure):
        ticks = [box.y0 for text, box in texts(figure) if re.fullmatch(r"\$\d+k", text)]
        axis = sorted({round(height) for height in ticks})
        gaps = [above - below for below, above in itertools.pairwise(axis)]
        assert len(axis) == 4
        assert max(gaps) < 500


def test_a_place_that_rests_on_little_is_marked_and_others_are_not(notebook):
    drawn = notebook({"year": 2025, "statistic": "mean"})
    words = [text for text, _ in texts(drawn["ranked"].figure)]
    assert f"1. District of Columbia {DAGGER}" in words
    assert "2. California" in words
    assert {"DC†", "CA", "NJ†"} <= {text for text, _ in texts(drawn["map"].figure)}


def test_labels_and_tiles_lead_to_their_places(notebook):
    drawn = notebook({})
    for name in ("ranked", "rank-intervals", "map", "prices", "states", "jobs", "years", "metros"):
        svg = drawn[name]._repr_mimebundle_()["image/svg+xml"]
        leads = set(drawn[name].links)
        assert leads
        assert all(f'href="{address}"' in svg for address in leads)
    assert "area:US-DC" in drawn["ranked"].links
    assert "area:CBSA-45940" in drawn["metros"].links
