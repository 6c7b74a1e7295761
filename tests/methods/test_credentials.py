"""Averages by credential, the guide's bands and pay by sector, from small tables."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.credentials import (
    averages_by,
    by_sector,
    certified_over_all,
    further_credentials,
    guide_bands,
    pay_by_credentials,
    place_bands,
    stacking_limits,
    steps_between,
    survey_means,
)
from analysis.methods.distribution import FIVE, PayDistribution
from common.errors import InputError

ROWS = [
    ("one", "credential_count", "one", "mean", 60.0, "2024 survey"),
    ("three", "credential_count", "three or more", "mean", 80.0, "2024 survey"),
    ("two", "credential_count", "two", "mean", 72.0, "2024 survey"),
    ("cpc", "credential", "CPC", "mean", 63.0, "2024 survey"),
    ("cpc-median", "credential", "CPC", "median", 61.0, "2024 survey"),
    ("all", "national", "certified", "mean", 64.0, "2024 survey"),
    ("old", "credential_count", "two", "mean", 65.0, "2019 survey"),
    ("none", "national", "certified", "mean", 59.0, "2021 survey"),
    ("undated", "credential", "CIC", "mean", 57.0, "unknown survey"),
]
FIGURES = pd.DataFrame(
    ROWS, columns=["figure_id", "subject", "category", "statistic", "value", "period"]
)


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


def test_averages_of_a_subject_are_means_alone_the_oldest_edition_first():
    found = averages_by(FIGURES, "credential_count")
    assert found["figure_id"].tolist() == ["old", "one", "two", "three"]
    assert found["edition"].tolist() == ["2019", "2024", "2024", "2024"]
    assert averages_by(FIGURES, "credential")["figure_id"].tolist() == ["cpc", "undated"]


def test_of_two_readings_of_the_overall_mean_the_first_is_taken():
    again = FIGURES[FIGURES["figure_id"] == "all"].assign(figure_id="all-2")
    means = survey_means(pd.concat([FIGURES, again]), 2024)
    assert means["figure_id"].tolist() == ["one", "cpc", "all", "two", "three"]


def test_a_survey_without_the_overall_mean_still_has_its_groups():
    assert survey_means(FIGURES, 2019)["figure_id"].tolist() == ["old"]


def test_a_survey_without_groups_is_refused_with_those_that_have_some():
    with pytest.raises(
        InputError, match=r"survey: no average by credential is held for 2021; .*2024"
    ):
        survey_means(FIGURES, 2021)
    with pytest.raises(InputError, match=r"for example: 2019, 2024$"):
        survey_means(FIGURES, 7777)


def test_steps_go_from_one_number_of_credentials_to_the_next():
    steps = further_credentials(survey_means(FIGURES, 2024))
    assert steps["value"].tolist() == [60.0, 72.0, 80.0]
    assert steps["step"].tolist()[1:] == [12.0, 8.0]
    assert pd.isna(steps["step"].iloc[0])


BY_COUNT = {"one": 60.0, "two": 72.0, "three or more": 80.0}


def limits_of(averages, by_count=BY_COUNT):
    """The limits of averages by credential beside those by number of credentials."""
    rows = [("credential_count", name, value) for name, value in by_count.items()]
    rows += [("credential", name, value) for name, value in averages.items()]
    return stacking_limits(pd.DataFrame(rows, columns=["subject", "category", "value"])).set_index(
        "category"
    )


def test_what_no_number_of_credentials_reaches_is_told_from_what_one_may():
    limits = limits_of({"COC": 64.0, "CIC": 85.0, "CPC-A": 57.0})
    assert limits["above_one"].tolist() == [4.0, 25.0, -3.0]
    assert limits["at_most"].tolist() == [4.0, 20.0, 0.0]
    assert limits["beyond"].tolist() == [0.0, 5.0, -3.0]


def test_an_average_within_reach_says_how_many_would_hold_several():
    limits = limits_of({"COC": 64.0, "CIC": 85.0})
    assert limits.loc["COC", "further_low"] == pytest.approx(
        4 / 20
    )  # all of them with three or more
    assert limits.loc["COC", "further_high"] == pytest.approx(4 / 12)  # all of them with two
    assert limits.loc["CIC", ["further_low", "further_high"]].isna().all()


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_any_mix_of_numbers_is_within_reach_and_its_share_within_the_limits(weights):
    shares = [weight / sum(weights) for weight in weights]
    mixed = sum(share * mean for share, mean in zip(shares, BY_COUNT.values(), strict=True))
    row = limits_of({"mixed": mixed}).loc["mixed"]
    assert row["beyond"] == 0
    assert row["further_low"] - 1e-6 <= 1 - shares[0] <= row["further_high"] + 1e-6


@pytest.mark.parametrize("missing", BY_COUNT)
def test_without_one_of_the_numbers_there_are_no_limits(missing):
    known = {name: value for name, value in BY_COUNT.items() if name != missing}
    assert limits_of({"COC": 64.0}, known).empty


GUIDE = [
    ("guide-takeaway-entry-low", "entry level", "low", 38.0, "USD per year"),
    ("guide-takeaway-entry-high", "entry level", "high", 45.0, "USD per year"),
    ("guide-table-expert-pay", "expert", "low", 80.0, "USD per year"),
    ("guide-table-entry-pay-low", "entry level", "low", 40.0, "USD per year"),
    ("guide-table-entry-pay-high", "entry level", "high", 52.0, "USD per year"),
    ("guide-table-mid-pay-low", "mid-career", "low", 50.0, "USD per year"),
    ("guide-table-mid-pay-high", "mid-career", "high", 80.0, "USD per year"),
    ("guide-list-senior-years", "senior", "low", 10.0, "years"),
    ("guide-list-mid-years-low", "mid-career", "low", 3.0, "years"),
    ("guide-list-mid-years-high", "mid-career", "high", 9.0, "years"),
]
PRINTED = pd.DataFrame(
    GUIDE, columns=["figure_id", "category", "statistic", "value", "unit"]
).assign(source_id="guide", subject="experience")
QUOTED = PRINTED.assign(source_id="guide-quoting-aapc", figure_id="guide-other")


def test_bands_are_the_guides_own_lowest_first_and_an_open_one_has_no_high_end():
    bands = guide_bands(pd.concat([PRINTED, QUOTED]), "USD per year")
    assert bands["label"].tolist() == [
        "entry level (summary)",
        "entry level (table)",
        "mid-career (table)",
        "expert (table)",
    ]
    assert bands["high"].tolist()[:3] == [45.0, 52.0, 80.0]
    assert bands["high_id"].tolist()[0] == "guide-takeaway-entry-high"
    assert bands.loc[3, ["high", "high_id"]].isna().all()


def test_bands_of_pay_and_of_years_are_apart():
    years = guide_bands(PRINTED, "years")
    assert years["label"].tolist() == ["mid-career (list)", "senior (list)"]
    assert years["low"].tolist() == [3.0, 10.0]


def test_steps_join_neighbours_of_one_place_and_say_whether_they_overlap():
    steps = steps_between(guide_bands(PRINTED, "USD per year"))
    assert steps[["label", "next_label", "apart"]].to_numpy().tolist() == [
        ["entry level (table)", "mid-career (table)", -2.0],
        ["mid-career (table)", "expert (table)", 0.0],
    ]
    assert steps["next_low_id"].tolist() == ["guide-table-mid-pay-low", "guide-table-expert-pay"]
    assert steps.index.tolist() == [0, 1]
    assert list(steps) == [
        "place",
        "label",
        "next_label",
        "high",
        "high_id",
        "next_low",
        "next_low_id",
        "apart",
    ]


WAGES = (35_080.0, 39_620.0, 48_780.0, 61_960.0, 77_810.0)
PAY = PayDistribution(FIVE, WAGES)
MEASURED = pd.DataFrame({"unit": ["percent", "points"], "band_90": [3.0, 6.0]})


def test_bands_that_end_at_published_percentiles_hold_shares_that_are_certain():
    bands = pd.DataFrame({"low": [WAGES[1], WAGES[4]], "high": [WAGES[3], float("nan")]})
    placed = place_bands(bands, PAY, MEASURED)
    assert placed["share"].tolist() == pytest.approx([0.5, 0.1])
    assert placed["share_low"].tolist() == pytest.approx([0.5, 0.1])
    assert placed["share_high"].tolist() == pytest.approx([0.5, 0.1])
    assert placed["rank_high"].iloc[1] == 1


def test_of_a_band_between_two_percentiles_only_the_most_that_it_holds_is_certain():
    placed = place_bands(pd.DataFrame({"low": [40_000.0], "high": [45_000.0]}), PAY, MEASURED)
    assert placed[["share_low", "share_high"]].to_numpy().tolist() == [[0, 0.25]]


@given(st.lists(st.floats(20_000, 120_000), min_size=2, max_size=6, unique=True))
def test_shares_of_bands_add_up_and_lie_within_their_limits(ends):
    ends = sorted(ends)
    bands = pd.DataFrame({"low": ends, "high": [*ends[1:], float("nan")]})
    placed = place_bands(bands, PAY, MEASURED)
    assert placed["share"].sum() == pytest.approx(1 - placed["rank_low"].iloc[0])
    assert (placed["share"] >= placed["share_low"] - 1e-9).all()
    assert (placed["share"] <= placed["share_high"] + 1e-9).all()
    assert (placed["likely_low"] <= placed["rank_low"] + 1e-9).all()
    assert (placed["likely_high"] >= placed["rank_high"] - 1e-9).all()


SECTORS = pd.DataFrame(
    [
        (2023, "81", "Other Services (except Public Administration)", 10.0, 200.0, 10.0),
        (2024, "81", "Other Services (except Public Administration)", float("nan"), 220.0, 10.0),
        (2024, "99", "Federal, State, and Local Government, excluding schools", 30.0, 300.0, 1.0),
        (2024, "62", "Health Care and Social Assistance", 60.0, 250.0, float("nan")),
    ],
    columns=["year", "naics", "naics_title", "employment", "annual_mean", "mean_rse"],
)
NATION = pd.DataFrame({"year": [2023, 2024], "employment": [40.0, 120.0]})


def test_sectors_of_the_newest_year_come_with_their_share_of_the_nations_jobs():
    rows = by_sector(SECTORS, NATION, 0)
    assert rows["label"].tolist() == [
        "Health Care and Social Assistance",
        "Federal, State, and Local Government",
        "Other Services",
    ]
    assert rows["share"].tolist()[:2] == [0.5, 0.25]
    assert pd.isna(rows["share"].iloc[2])


def test_sectors_without_a_number_of_jobs_come_last_in_the_order_of_their_codes():
    codes = SECTORS.assign(
        year=2024, employment=[20.0, *[float("nan")] * 3], naics=["81", "62", "99", "23"]
    )
    assert by_sector(codes, NATION, 2024)["naics"].tolist() == ["81", "23", "62", "99"]


def test_the_interval_of_a_sectors_mean_is_one_of_ninety_percent():
    rows = by_sector(SECTORS, NATION, 2023)
    assert rows["low"].tolist() == pytest.approx([200 - 1.645 * 20], abs=0.01)
    assert rows["high"].tolist() == pytest.approx([200 + 1.645 * 20], abs=0.01)
    assert by_sector(SECTORS, NATION, 2024).loc[0, ["low", "high"]].isna().all()


def test_the_newest_of_several_years_of_sectors_is_taken_by_default():
    years = [SECTORS.assign(year=year) for year in (2022, 2023, 2024)]
    assert set(by_sector(pd.concat(years), NATION, 0)["year"]) == {2024}


def test_a_year_without_sectors_is_refused_with_those_that_have_some():
    with pytest.raises(
        InputError, match=r"sector_year: pay by sector is not held for 2021; .*2024"
    ):
        by_sector(SECTORS, NATION, 2021)


ASSUMED = pd.DataFrame({"assumption": ["certified_ratio", "certified_share"], "mode": [1.21, 0.55]})


def test_the_certified_are_set_over_all_jobs_and_not_over_the_others():
    assert certified_over_all(ASSUMED) == pytest.approx(1.21 / (0.45 + 0.55 * 1.21))
    assert certified_over_all(ASSUMED.assign(mode=[1.21, 1.0])) == pytest.approx(1)
    assert certified_over_all(ASSUMED.assign(mode=[1.0, 0.3])) == pytest.approx(1)


def test_a_ratio_to_certified_members_is_never_set_on_the_mean_of_all_jobs():
    """One credential over all certified is 0.96, so on a mean of all jobs it would be below it."""
    ratios = pd.DataFrame(
        [
            ("one", 62_110 / 64_710, 62_110 / 55_970),
            ("two", 71_535 / 64_710, 71_535 / 55_970),
            ("two", 1.16, float("nan")),
        ],
        columns=["category", "over_members", "over_bls"],
    )
    mean = pd.Series({"mean": 50_000.0, "low": 49_000.0, "high": 51_000.0})
    found = pay_by_credentials(ratios, mean, ASSUMED).set_index("category")
    step = 1.21 / (0.45 + 0.55 * 1.21)
    assert found.index.tolist() == ["one", "two"]
    assert found.at["one", "low"] == pytest.approx(49_000 * step * 62_110 / 64_710)
    assert found.at["one", "low"] > mean["mean"]
    assert found.at["one", "high"] == pytest.approx(51_000 * 62_110 / 55_970)
    assert found.at["two", "low"] == pytest.approx(49_000 * step * 71_535 / 64_710)
    assert found.at["two", "high"] == pytest.approx(51_000 * 71_535 / 55_970)


def test_sectors_wait_for_the_nation_of_their_may():
    ahead = pd.concat([SECTORS, SECTORS.assign(year=2030)])
    assert by_sector(ahead, NATION, 0).equals(by_sector(SECTORS, NATION, 0))
    with pytest.raises(InputError, match="not held for 2030"):
        by_sector(ahead, NATION, 2030)
