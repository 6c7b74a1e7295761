"""What was brought in agrees with itself, by identities that BLS's own arithmetic keeps."""

import pandas as pd
import pytest

from analysis.published.ledger import as_places, industry_figures, oews_figures
from analysis.published.raw_tables import load_aapc, load_oews, load_table

CODER = "29-2072"
SIX = {"11-9111", "13-1041", CODER, "29-9021", "43-1011", "43-3021"}


@pytest.fixture(scope="module")
def oews() -> dict[str, pd.DataFrame]:
    levels = ("national", "state", "area", "sector", "industry")
    return {level: load_oews(level) for level in levels}


@pytest.fixture(scope="module")
def places(oews) -> pd.DataFrame:
    """Every state, territory and area of May 2025."""
    return pd.concat([oews["state"], oews["area"]], ignore_index=True).query("year == 2025")


def test_may_2025_is_held_in_full(oews, places):
    whole = pd.concat([places, *(oews[level].query("year == 2025") for level in ("national",))])
    assert not whole["empty_cells"].str.contains("not_in_copy").any()
    assert {
        kind: set(rows["soc_code"]) for kind, rows in whole.groupby("area_type")
    } == dict.fromkeys(["metropolitan", "national", "nonmetropolitan", "state", "territory"], SIX)
    assert whole.query("soc_code == @CODER").groupby("area_type").size().to_dict() == {
        "metropolitan": 375,
        "national": 1,
        "nonmetropolitan": 132,
        "state": 51,
        "territory": 2,
    }


def test_a_mean_lies_between_the_10th_and_the_90th_percentile_but_for_two_skewed_cells(oews):
    known = pd.concat(oews.values()).dropna(subset=["annual_mean", "annual_p10", "annual_p90"])
    outside = known[~known["annual_mean"].between(known["annual_p10"], known["annual_p90"])]
    cells = outside[["year", "naics", "soc_code"]].itertuples(index=False, name=None)
    assert sorted(cells) == [(2022, "42", CODER), (2025, "722511", "13-1041")]


def test_jobs_per_thousand_say_the_same_of_all_jobs_of_a_place_whatever_the_occupation(places):
    known = places.dropna(subset=["employment", "jobs_per_thousand"])
    low = 1000 * (known["employment"] - 5) / (known["jobs_per_thousand"] + 0.0005)
    high = 1000 * (known["employment"] + 5) / (known["jobs_per_thousand"] - 0.0005)
    assert (low.groupby(known["area_code"]).max() <= high.groupby(known["area_code"]).min()).all()


def test_location_quotients_say_the_same_of_the_nation_whatever_the_place(places):
    known = places.dropna(subset=["jobs_per_thousand", "location_quotient"])
    low = (known["jobs_per_thousand"] - 0.0005) / (known["location_quotient"] + 0.005)
    high = (known["jobs_per_thousand"] + 0.0005) / (known["location_quotient"] - 0.005)
    assert (low.groupby(known["soc_code"]).max() <= high.groupby(known["soc_code"]).min()).all()
    quotients = known.query("soc_code == @CODER").set_index("area_code")["location_quotient"]
    assert (quotients["US-CT"], quotients["US-ND"]) == (0.52, 0.97)


def test_an_industry_holds_the_jobs_of_its_owners(oews):
    jobs = oews["industry"].query("year == 2025 and soc_code == @CODER").set_index("naics")
    hospitals = jobs.loc[["622002", "622003", "622005"], "employment"].sum()
    assert abs(hospitals - jobs.loc["622000", "employment"]) <= 20
    government = jobs.loc[["999101", "999201", "999301"], "employment"].sum()
    assert abs(government - jobs.loc["999001", "employment"]) <= 20


def test_industries_of_one_level_do_not_overlap(oews):
    one = oews["industry"].query("industry_group == '3-digit'")
    key = ["year", "soc_code"]
    jobs = one.groupby(key)["employment"].sum()
    nation = oews["national"].set_index(key)["employment"]
    assert (jobs <= nation.reindex(jobs.index) + 500).all()
    assert not oews["industry"].duplicated([*key, "naics"]).any()


def test_sectors_are_the_same_in_both_tables(oews):
    key = ["year", "naics", "own_code", "soc_code"]
    sectors = oews["industry"].query("industry_group == 'sector' and soc_code == @CODER")
    both = oews["sector"].merge(sectors, on=key, suffixes=("", "_of_industries"))
    assert both["year"].value_counts().to_dict() == {2024: 13, 2025: 14}
    for column in ("employment", "annual_mean"):
        pd.testing.assert_series_equal(
            both[column], both[f"{column}_of_industries"], check_names=False
        )


def test_employers_of_may_2025_are_as_bls_prints_them(oews):
    rows = oews["industry"].query("year == 2025 and soc_code == @CODER").set_index("naics")
    cells = rows[["employment", "annual_mean", "annual_median"]]
    assert cells.loc["622000"].tolist() == [55_530, 61_920, 59_120]
    assert cells.loc["621100"].tolist() == [34_860, 50_060, 47_120]
    assert cells.loc["999100"].tolist() == [5_320, 64_330, 63_880]


def test_the_guide_s_new_york_has_a_published_mean(oews):
    areas = oews["area"].set_index(["year", "area_code", "soc_code"])
    new_york = areas.loc[(2023, "CBSA-35620", CODER)]
    assert (new_york["annual_mean"], new_york["mean_rse"]) == (64_790, 2.4)


def test_computed_percentiles_of_states_are_2080_hours_and_said_to_be(oews):
    states = oews["state"].query("year == 2023")
    off = (states["annual_p10"] - 2080 * states["hourly_p10"]).abs()
    assert (off.dropna() <= 5.5).all()
    figures = oews_figures(states).set_index("figure_id")
    computed = figures.loc["oews-2023-us-al-29-2072-p10"]
    assert (computed["value"], computed["as_published"]) == (28_390, "13.65 an hour")
    assert computed["locator"] == "US-AL, 29-2072, 2,080 times H_P10"
    assert figures.loc["oews-2023-us-al-29-2072-p25", "as_published"] == "32290"


def test_the_ledger_takes_of_areas_only_the_occupations_that_pages_show(oews):
    figures = oews_figures(pd.concat([oews["national"], oews["area"]]))
    occupations = figures["population"].str[:7].groupby(figures["subject"]).agg(set)
    assert occupations.to_dict() == {"national": SIX, "metro": {CODER, "29-9021", "43-3021"}}


def test_employers_are_in_the_ledger_as_places_are(oews):
    rows = oews["industry"].query("year == 2025 and soc_code == @CODER")
    figures = industry_figures(rows).set_index("figure_id")
    hospitals = figures.loc["oews-2025-us-622000-29-2072-mean"]
    assert (hospitals["subject"], hospitals["category"]) == ("industry", "Hospitals")
    assert hospitals["value"] == 61_920
    assert as_places(rows)["area_code"].is_unique


def test_parts_of_employer_costs_add_up():
    costs = load_table("employer-costs.csv")
    group = ["month", "worker_group"]
    parts = costs.groupby([*group, "part_of"])["value"].agg(["sum", "size"])
    whole = costs.set_index([*group, "component"])["value"].rename_axis([*group, "part_of"])
    both = parts.join(whole, how="inner")
    assert len(both) == 7
    assert ((both["sum"] - both["value"]).abs() <= 0.005 * (both["size"] + 1)).all()


def test_the_means_of_2022_are_17_7_percent_apart_by_the_larger():
    means = load_aapc().query("edition == '2022'").set_index("category")["value"]
    less = 1 - means["non-certified"] / means["certified"]
    assert round(100 * less, 1) == means["non-certified below certified"]
    assert means["certified"] / means["non-certified"] == pytest.approx(1.215, abs=5e-4)


def test_the_guide_s_state_means_are_those_of_no_other_may():
    guide = load_table("guide-figures.csv").query("publisher == 'BLS' and subject == 'state'")
    claimed = guide["as_published"].str.replace(r"[$,]", "", regex=True).astype(float)
    others = load_table("oews-state-means.csv")["annual_mean"]
    assert not set(claimed) & set(others)


def test_each_figure_of_the_guide_names_its_publisher_or_is_its_own():
    guide = load_table("guide-figures.csv")
    assert set(guide["publisher"]) == {"", "AAPC", "BLS", "Glassdoor", "Payscale", "Salary.com"}
    assert (guide["publisher"] == "").equals(guide["source_id"] == "guide")
