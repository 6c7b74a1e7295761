"""What was read at its publisher, and what is only quoted."""

import pandas as pd

from analysis.methods.grades import reading_grades, weakest
from analysis.published.package import sources

SOURCES = sources()


def test_the_least_known_counts():
    assert weakest(["published", "assumed", "quoted"]) == "assumed"
    assert weakest(["published"]) == "published"


def test_a_figure_is_quoted_where_its_source_quotes_another_body():
    read = reading_grades(
        pd.Series(["bls-oews-national-2023", "guide-quoting-aapc", "aapc-2022-report", ""]), SOURCES
    )
    assert read.tolist() == ["published", "quoted", "published", "published"]


def test_every_source_of_aapcs_figures_but_aapc_says_whom_it_quotes():
    others = SOURCES[SOURCES["file"].eq("aapc-surveys.csv") & SOURCES["publisher"].ne("AAPC")]
    assert others.index[others["quotes"] != "AAPC"].tolist() == []
    guide = SOURCES[SOURCES["file"] == "guide-figures.csv"]
    named = guide.index.str.startswith("guide-quoting-")
    assert (guide["quotes"].ne("") == named).all()
