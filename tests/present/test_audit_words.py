"""The short answer of page 02."""

import math

import pandas as pd
import pytest

from analysis.present.audit_words import corrected, headline, named
from analysis.present.values import Figures
from analysis.published.processed import load_figures

RIGHT = ("confirmed", 0.0, math.nan)
NEAR = ("contradicted", -20.0, 500.0)
FAR = ("contradicted", 10_450.0, 1_345.0)
WITHOUT_MARGIN = ("contradicted", 70.0, math.nan)


@pytest.mark.parametrize(
    "rows, said",
    [
        ([], "No BLS figure in the guide can be checked."),
        ([RIGHT], "Of 1 BLS figure that can be checked none is wrong."),
        ([RIGHT, FAR], "Of 2 BLS figures that can be checked 1 is wrong."),
        ([RIGHT, WITHOUT_MARGIN], "Of 2 BLS figures that can be checked 1 is wrong."),
        (
            [RIGHT, FAR, NEAR, NEAR],
            "Of 4 BLS figures that can be checked 3 are wrong, "
            "2 by less than BLS's own margin of error.",
        ),
    ],
)
def test_headline(rows, said):
    checked = pd.DataFrame(rows, columns=["verdict", "difference", "margin"])
    assert str(headline(checked)) == said


def test_a_correction_has_both_figures():
    rows = pd.DataFrame([{"label": "New Jersey, mean", "claimed": 73350.0, "official": 62900.0}])
    assert [*map(str, corrected(rows))] == ["New Jersey, mean $73,350 (BLS: $62,900)"]


def test_a_published_figure_leads_to_its_row_from_either_side():
    figures = Figures(load_figures())
    official = figures["oews-2023-us-29-2072-median"]
    rows = pd.DataFrame(
        {"label": ["median"], "claimed": [figures["guide-bls-median"]], "official": [official]},
        dtype=object,
    )
    traced = [part for part in corrected(rows)[0].parts if "figure_id" in part]
    assert [part["figure_id"] for part in traced] == [
        "guide-bls-median",
        "oews-2023-us-29-2072-median",
    ]


def test_a_name_is_given_once_and_leads_to_its_row_if_there_is_one():
    rows = pd.DataFrame(
        {"label": ["median", "top states", "top states"], "figure_id": ["guide-bls-median", "", ""]}
    )
    median, states = named(rows, Figures(load_figures()))
    assert (median["text"], median["figure_id"]) == ("median", "guide-bls-median")
    assert states == "top states"
