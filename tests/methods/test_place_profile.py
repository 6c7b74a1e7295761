import numpy as np
import pandas as pd
import pytest

from analysis.methods import place_profile
from analysis.methods.places import state_of
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_places, load_table
from common.errors import InputError

STATES = load_table("states.csv")


@pytest.fixture(scope="module")
def oews():
    return load_places()


@pytest.fixture(scope="module")
def coders(oews):
    newest = place_profile.of_one_may(oews)
    return newest.query("soc_code == '29-2072' and area_type != 'national'")


def of_may(oews, year, *kinds):
    """The rows of May 2025 of some kinds of places, as if of another May."""
    rows = oews[oews["area_type"].isin(kinds) & oews["year"].eq(2025)]
    return rows.assign(year=year)


EVERY_KIND = ["national", "state", "territory", "metropolitan", "nonmetropolitan"]


class TestOfOneMay:
    @pytest.mark.parametrize("kind", ["national", "state", "metropolitan", "nonmetropolitan"])
    def test_a_may_without_one_kind_of_place_waits_for_it(self, oews, kind):
        others = [one for one in EVERY_KIND if one != kind]
        held = pd.concat([oews, of_may(oews, 2026, *others)])
        assert set(place_profile.of_one_may(held)["year"]) == {2025}

    def test_a_may_with_one_occupation_waits_for_the_others(self, oews):
        coders = of_may(oews, 2026, *EVERY_KIND).query("soc_code == '29-2072'")
        assert set(place_profile.of_one_may(pd.concat([oews, coders]))["year"]) == {2025}

    def test_a_whole_may_is_taken(self, oews):
        held = pd.concat([oews, of_may(oews, 2026, *EVERY_KIND)])
        assert set(place_profile.of_one_may(held)["year"]) == {2026}


class TestNewestMay:
    def test_is_the_whole_one_though_the_place_has_a_newer(self, oews):
        held = pd.concat([oews, of_may(oews, 2026, "national", "state")])
        assert place_profile.newest_may(held, "US-NJ", "29-2072") == 2025

    def test_is_the_last_of_a_place_that_no_longer_is(self, oews):
        gone = oews["area_code"].eq("CBSA-35620") & oews["year"].eq(2025)
        assert place_profile.newest_may(oews[~gone], "CBSA-35620", "29-2072") == 2023

    def test_a_place_of_a_may_that_the_nation_lacks_is_refused_with_what_to_do(self, oews):
        new = of_may(oews, 2026, "metropolitan").replace({"area_code": {"CBSA-35620": "CBSA-99"}})
        with pytest.raises(InputError) as refused:
            place_profile.newest_may(pd.concat([oews, new]), "CBSA-99", "29-2072")
        assert str(refused.value) == (
            "area: 'CBSA-99' (New York-Newark-Jersey City, NY-NJ) is held for May 2026 alone, for "
            "which the nation is not; take in the national table too"
        )


def test_places_to_compare_have_a_caution_and_the_nation_its_name(oews):
    held = place_profile.comparable_places(oews)
    assert held["year"].nunique() == 1
    nation = held[held["area_code"] == "US"]
    assert set(nation["area_title"]) == {"the United States"}
    few = held[held["employment"] < 100]
    assert few["caution"].str.startswith("only ").all()


class TestFindPlace:
    @pytest.mark.parametrize("area", ["US-NJ", "CBSA-35620", "US-GU"])
    def test_finds_a_place_by_its_code(self, coders, area):
        assert place_profile.find_place(coders, area)["area_code"] == area

    @pytest.mark.parametrize(
        ("area", "near"),
        [
            ("Trenton", "CBSA-45940 (Trenton-Princeton, NJ)"),
            ("Boston", "CBSA-14460 (Boston-Cambridge-Newton, MA-NH)"),
            ("New York", "US-NY (New York)"),
            ("us-nj", "US-NJ (New Jersey)"),
            ("NJ", "US-NJ (New Jersey)"),
            ("35620", "CBSA-35620 (New York-Newark-Jersey City, NY-NJ)"),
            ("New Jerzey", "US-NJ (New Jersey)"),
            ("US-XX", "US-"),
            ("", "US-AK (Alaska)"),
        ],
    )
    def test_an_unknown_code_is_answered_with_the_nearest_names(self, coders, area, near):
        with pytest.raises(InputError) as refused:
            place_profile.find_place(coders, area)
        found, _, nearest = str(refused.value).partition("; ")
        assert found == f"area: {area!r} is not the code of a place that publishes the occupation"
        assert nearest.partition(": ")[2].startswith(near)


class TestCheckPerson:
    @pytest.mark.parametrize("person", [(0, 0, -1), (62_000, 1, 0), (1000, 3, 60)])
    def test_lets_pass_what_can_be_meant(self, person):
        place_profile.check_person(*person)

    @pytest.mark.parametrize(
        ("person", "message"),
        [
            ((-5, 0, -1), "wage: found -5, expected US dollars a year, or 0 for none"),
            ((0, 9, -1), "credentials: found 9, expected 1, 2, 3 for three or more, or 0"),
            ((0, -1, -1), "credentials: found -1, expected 1, 2, 3 for three or more, or 0"),
            ((0, 0, 80), "years: found 80, expected 0 to 60, or -1 to leave experience out"),
            ((0, 0, -2), "years: found -2, expected 0 to 60, or -1 to leave experience out"),
        ],
    )
    def test_names_the_parameter_and_what_it_may_be(self, person, message):
        with pytest.raises(InputError, match=f"^{message}$"):
            place_profile.check_person(*person)


class TestStatesOf:
    def test_reads_titles_and_codes(self, coders):
        within = place_profile.states_of(coders, STATES)
        assert within["US-DC"] == {"DC"}
        assert within["CBSA-37980"] == {"PA", "NJ", "DE", "MD"}
        assert within["NONMETRO-5400001"] == {"WV"}
        assert within["NONMETRO-7200006"] == within["CBSA-41980"] == {"PR"}
        assert within["US-GU"] == {"GU"}

    def test_a_title_without_letters_is_named(self):
        places = pd.DataFrame({"area_code": ["CBSA-1"], "area_title": ["Trenton NJ"]})
        with pytest.raises(InputError, match=r"^area_title: found 'Trenton NJ', expected one that"):
            place_profile.states_of(places, STATES)

    def test_a_nonmetropolitan_code_agrees_with_the_state_in_the_title(self, coders):
        rural = coders[coders["area_type"] == "nonmetropolitan"].set_index("area_code")
        named = state_of(rural, STATES)
        titles = STATES.set_index("area_code")["area_title"]
        coded = place_profile.states_of(rural.reset_index(), STATES).map(
            lambda letters: titles.get(f"US-{min(letters)}")
        )
        known = named != "a territory"
        assert known.sum() == len(rural) - 1
        assert coded[known].tolist() == named[known].tolist()


class TestNeighbours:
    def test_of_a_state_are_those_of_its_division(self, coders):
        found = place_profile.neighbours(coders, STATES, "US-NJ")
        assert set(found["area_code"]) == {"US-NJ", "US-NY", "US-PA"}

    def test_of_an_area_share_a_state_with_it(self, coders):
        found = set(place_profile.neighbours(coders, STATES, "CBSA-45940")["area_code"])
        assert {"CBSA-45940", "CBSA-35620", "CBSA-37980"} <= found
        assert not {"US-NJ", "CBSA-14460", "NONMETRO-3600001"} & found

    def test_hold_both_kinds_of_area(self, coders):
        found = place_profile.neighbours(coders, STATES, "NONMETRO-7200006")
        assert set(found["area_type"]) == {"metropolitan", "nonmetropolitan"}

    def test_of_a_place_on_its_own_is_itself(self, coders):
        assert place_profile.neighbours(coders, STATES, "US-GU")["area_title"].tolist() == ["Guam"]


@pytest.mark.parametrize(
    ("area", "count", "expected"),
    [("b", 3, "abc"), ("e", 3, "abe"), ("c", 3, "abc"), ("x", 3, "abc"), ("a", 9, "abcde")],
)
def test_leading_always_holds_the_place(area, count, expected):
    ranked = pd.DataFrame({"area_code": list("abcde")})
    assert "".join(place_profile.leading(ranked, area, count)["area_code"]) == expected


class TestMissingCells:
    def test_says_which_and_why(self):
        row = pd.Series(
            {"empty_cells": "suppressed: annual_median hourly_p90; top_coded: annual_p90"}
        )
        assert place_profile.missing_cells(row) == (
            "the median: withheld by BLS; "
            "the 90th percentile: above the highest wage that BLS prints"
        )

    def test_says_several_of_one_reason_together(self):
        row = pd.Series({"empty_cells": "suppressed: annual_p10 annual_p90; not_in_copy: mean_rse"})
        assert place_profile.missing_cells(row) == (
            "the relative standard error of the mean: "
            "not in the copy of the table that could be read; "
            "the 10th percentile, the 90th percentile: withheld by BLS"
        )

    def test_says_nothing_of_a_complete_row(self):
        assert place_profile.missing_cells(pd.Series({"empty_cells": ""})) == ""

    def test_knows_every_reason_that_the_tables_hold(self, oews):
        said = [place_profile.missing_cells(row) for _, row in oews.iterrows()]
        assert sum(map(bool, said)) > 200


class TestMeanPay:
    measured = load_table("percentile-accuracy.csv")

    def test_is_the_published_one(self, coders):
        mean = place_profile.mean_pay(place_profile.find_place(coders, "US-NJ"), self.measured)
        assert mean.to_dict() == {"mean": 54490, "low": 54490, "high": 54490}

    def test_is_else_that_of_the_percentiles_with_its_error(self, coders):
        blind = coders.assign(annual_mean=np.nan)
        mean = place_profile.mean_pay(place_profile.find_place(blind, "CBSA-35620"), self.measured)
        assert mean["low"] < mean["mean"] < mean["high"]
        assert mean["high"] / mean["mean"] - 1 == pytest.approx(0.02793)

    def test_comes_near_the_published_means_of_states(self, coders):
        states = coders[coders["area_type"] == "state"]
        blind = states.assign(annual_mean=np.nan)
        means = [place_profile.mean_pay(row, self.measured)["mean"] for _, row in blind.iterrows()]
        off = np.abs(np.array(means) / states["annual_mean"] - 1)
        assert np.quantile(off, 0.9) < 0.04

    def test_is_missing_where_percentiles_are(self, coders):
        mean = place_profile.mean_pay(place_profile.find_place(coders, "CBSA-21300"), self.measured)
        assert mean.index.tolist() == ["mean", "low", "high"]
        assert mean.isna().all()


@pytest.fixture
def ratios(oews):
    nation = oews.query("area_type == 'national' and soc_code == '29-2072'")
    return place_profile.credential_ratios(
        load_figures(), load_table("bridge-vintages.csv"), nation
    )


class TestCredentialRatios:
    def test_are_those_of_published_means(self, ratios):
        two = ratios.set_index(["category", "period"]).loc["two"]
        assert two.at["2024 survey", "over_members"] == pytest.approx(71_535 / 64_710)
        assert two.at["2024 survey", "over_bls"] == pytest.approx(71_535 / 55_970)
        assert two.at["2025 survey", "over_bls"] == pytest.approx(74_557 / 56_790)
        assert two.at["2019 survey", "over_members"] == pytest.approx(64_890 / 55_923)

    def test_are_missing_where_a_mean_is(self, ratios):
        early = ratios[ratios["period"] == "2015 survey"]
        assert len(early) == 3
        assert early[["over_members", "over_bls"]].isna().all(axis=None)

    def test_leave_out_medians_other_periods_and_a_second_reading_of_the_same_mean(self):
        rows = [
            ("one", "credential_count", "one", "mean", 60.0, "2024 survey"),
            ("one-median", "credential_count", "one", "median", 58.0, "2024 survey"),
            ("one-dated", "credential_count", "one", "mean", 61.0, "May 2024"),
            ("all", "national", "certified", "mean", 64.0, "2024 survey"),
            ("all-again", "national", "certified", "mean", 65.0, "2024 survey"),
        ]
        columns = ["figure_id", "subject", "category", "statistic", "value", "period"]
        vintages = pd.DataFrame({"vintage": [2024], "input": ["bls_mean_survey"], "year": [2024]})
        nation = pd.DataFrame({"year": [2024], "annual_mean": [50.0]})
        found = place_profile.credential_ratios(
            pd.DataFrame(rows, columns=columns), vintages, nation
        )
        assert found["figure_id"].tolist() == ["one"]
        assert found[["over_members", "over_bls"]].to_numpy().tolist() == [[60 / 64, 60 / 50]]

    @pytest.mark.parametrize(("credentials", "category"), [(1, "one"), (3, "three or more")])
    def test_are_those_of_the_number_that_is_asked_for(self, ratios, credentials, category):
        nation = load_oews("national").query("soc_code == '29-2072'")
        vintages = load_table("bridge-vintages.csv")
        one = place_profile.credential_ratios(load_figures(), vintages, nation, credentials)
        expected = ratios[ratios["category"] == category]
        assert len(one) > 1
        assert one["figure_id"].tolist() == expected["figure_id"].tolist()

    def test_go_from_one_to_three_and_from_old_to_new(self, ratios):
        assert ratios["category"].drop_duplicates().tolist() == ["one", "two", "three or more"]
        assert all(rows["period"].is_monotonic_increasing for _, rows in ratios.groupby("category"))


@pytest.mark.parametrize(
    ("years", "category", "ends"),
    [
        (0, "entry level", ("guide-table-entry-pay-low", "guide-table-entry-pay-high")),
        (2, "entry level", ("guide-table-entry-pay-low", "guide-table-entry-pay-high")),
        (3, "mid-career", ("guide-table-mid-pay-low", "guide-table-mid-pay-high")),
        (19, "senior", ("guide-table-senior-pay-low", "guide-table-senior-pay-high")),
        (60, "expert", ("guide-table-expert-pay", "")),
    ],
)
def test_the_guide_has_a_band_for_every_number_of_years(years, category, ends):
    band = place_profile.experience_band(load_figures(), years)
    assert (band["category"], (band["low"], band["high"])) == (category, ends)


@pytest.fixture(scope="module")
def answer(oews):
    """The answer for an area and an occupation."""
    parities = load_table("regional-price-parities.csv")

    def of(area, occupation="29-2072"):
        return place_profile.answer(oews, parities, STATES, area, occupation)

    return of


class TestTheAnswerForAPlace:
    def test_is_its_newest_median_beside_the_nation_and_its_kind(self, answer):
        found = answer("US-NJ")
        assert found[["year", "median", "nation"]].tolist() == [2025, 50_240, 51_140]
        assert found["over_nation"] == pytest.approx(50_240 / 51_140 - 1)
        assert found[["rank", "places"]].tolist() == [33, 51]
        assert found[["neighbour_rank", "neighbours"]].tolist() == [2, 3]
        assert found["price_adjusted"] == pytest.approx(50_240 / 1.08805)
        assert found["wording"] == "medical records specialists, the occupation that holds coders"
        assert found["figure_id"] == "oews-2025-us-nj-29-2072-median"

    @pytest.mark.parametrize("occupation", ["43-3021", "29-9021"])
    def test_other_occupations_are_answered_as_fully(self, answer, occupation):
        found = answer("US-NJ", occupation)
        assert found["soc_code"] == occupation
        assert found.notna().all()
        assert found["figure_id"] == f"oews-2025-us-nj-{occupation}-median"

    def test_an_area_is_ranked_among_areas_of_its_type(self, answer):
        found = answer("CBSA-46700")
        assert found["area_type"] == "metropolitan"
        assert (found["rank"], found["caution"]) == (2, "equal percentiles (median = p75)")

    def test_a_place_without_a_parity_or_with_few_jobs_says_so(self, answer):
        guam = answer("US-GU")
        assert pd.isna(guam["price_adjusted"]) and pd.isna(guam["price_rank"])
        assert guam["caution"].startswith("only 70 jobs")

    def test_what_is_not_held_is_refused(self, answer):
        with pytest.raises(InputError, match=r"^occupation: '29-20' is none of"):
            answer("US-NJ", "29-20")
        with pytest.raises(InputError, match=r"^area: 'US-XX' is not the code"):
            answer("US-XX")


@pytest.mark.parametrize(("offer", "first"), [(62_000, "the offer"), (0, "the nation's median")])
def test_wages_to_place_begin_with_the_offer_and_leave_out_what_is_not_published(offer, first):
    nation = pd.Series({"annual_median": 50_000.0, "annual_p10": 30_000.0, "annual_p90": np.nan})
    wages = place_profile.wages_to_place(nation, offer)
    assert wages["what"].iloc[0] == first
    assert wages["wage"].tolist() == [*[offer][: bool(offer)], 50_000, 30_000]
