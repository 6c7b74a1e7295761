"""Averages by credential and the guide's bands, from small tables."""

import pandas as pd
import pytest

from analysis.figures.errors import InputError
from analysis.methods.credentials import further_credentials, pay_bands, survey_means

ROWS = [
    ("one", "credential_count", "one", "mean", 60.0, "2024 survey"),
    ("three", "credential_count", "three or more", "mean", 80.0, "2024 survey"),
    ("two", "credential_count", "two", "mean", 72.0, "2024 survey"),
    ("cpc", "credential", "CPC", "mean", 63.0, "2024 survey"),
    ("cpc-median", "credential", "CPC", "median", 61.0, "2024 survey"),
    ("all", "national", "certified", "mean", 64.0, "2024 survey"),
    ("old", "credential_count", "two", "mean", 65.0, "2019 survey"),
    ("none", "national", "certified", "mean", 59.0, "2021 survey"),
]
FIGURES = pd.DataFrame(ROWS, columns=["figure_id", "subject", "category", "statistic", "value", "period"])


def test_means_of_one_survey_hold_no_median_and_no_other_survey():
    means = survey_means(FIGURES, 2024)
    assert means["figure_id"].tolist() == ["one", "cpc", "all", "two", "three"]
    assert means["label"].tolist() == [
        "one credential",
        "CPC",
        "everyone certified",
        "two credentials",
        "three or more credentials",
    ]


def test_a_survey_without_the_overall_mean_still_has_its_groups():
    assert survey_means(FIGURES, 2019)["figure_id"].tolist() == ["old"]


def test_a_survey_without_groups_is_refused_with_those_that_have_some():
    with pytest.raises(InputError, match=r"survey: no average by credential is held for 2021; .*2024"):
        survey_means(FIGURES, 2021)


def test_steps_go_from_one_number_of_credentials_to_the_next():
    steps = further_credentials(survey_means(FIGURES, 2024))
    assert steps["value"].tolist() == [60.0, 72.0, 80.0]
    assert steps["step"].tolist()[1:] == [12.0, 8.0]
    assert pd.isna(steps["step"].iloc[0])


def test_an_open_band_has_no_high_end():
    rows = [
        ("guide-takeaway-entry-low", "entry level", "low", 38.0),
        ("guide-takeaway-entry-high", "entry level", "high", 45.0),
        ("guide-table-expert-pay", "expert", "low", 80.0),
        ("guide-table-entry-pay-low", "entry level", "low", 40.0),
        ("guide-table-entry-pay-high", "entry level", "high", 52.0),
    ]
    figures = pd.DataFrame(rows, columns=["figure_id", "category", "statistic", "value"]).assign(
        source_id="guide", subject="experience", unit="USD per year"
    )
    bands = pay_bands(figures)
    assert bands["label"].tolist() == ["entry level (summary)", "entry level (table)", "expert (table)"]
    assert bands["high"].tolist()[:2] == [45.0, 52.0]
    assert pd.isna(bands["high"].iloc[2])
