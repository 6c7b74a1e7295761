"""The charts of places can be read at any parameters of their notebook."""

import pytest
from legible import assert_legible, charts_of

from analysis.methods.places import STATISTICS
from analysis.published.raw_tables import load_oews

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


def check(monkeypatch, **parameters):
    drawn = charts_of(monkeypatch, "04-compare-places", **parameters)
    assert {"ranked", "map", "states", "prices", "jobs", "years"} <= drawn.keys()
    for chart in drawn.values():
        assert_legible(chart)


@pytest.mark.parametrize("parameters", COVERING, ids=str)
def test_charts_are_legible(monkeypatch, parameters):
    check(monkeypatch, **parameters)


@pytest.mark.slow
@pytest.mark.parametrize("parameters", list(every_choice()), ids=str)
def test_charts_are_legible_at_every_choice(monkeypatch, parameters):
    check(monkeypatch, **parameters)
