from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.methods.audit import PRECEDENCE, WRONG, audit, count_claims
from analysis.methods.audit_evidence import collect_evidence, read_statements
from analysis.methods.audit_findings import printed_unit
from analysis.published.ledger import read_printed
from analysis.published.raw_tables import load_aapc, load_oews, load_places, load_table
from common.errors import InputError

SECOND = str(Path(__file__).with_name("second-guide.csv"))


# As BLS's area tables have them: 29-2072, annual mean and its relative standard error in percent.
MEANS = {
    (2023, "CBSA-35620"): (64_790, 2.4),
    (2025, "CBSA-35620"): (66_990, 3.2),
    (2025, "CBSA-41940"): (97_430, 3.0),
    (2025, "CBSA-45940"): (60_310, 3.3),
    (2025, "CBSA-41860"): (75_570, 3.0),
    (2025, "CBSA-40900"): (76_110, 3.0),
}
# By employer, May 2025: industry, title and annual mean of 29-2072.
EMPLOYERS = {
    "622000": ("Hospitals", 61_920),
    "621100": ("Offices of Physicians", 50_060),
    "621400": ("Outpatient Care Centers", 58_070),
    "524114": ("Direct Health and Medical Insurance Carriers", 66_090),
    "551100": ("Management of Companies and Enterprises", 64_590),
    "611300": ("Colleges, Universities, and Professional Schools", 66_820),
    "999100": ("Federal Executive Branch", 64_330),
}


def with_area_means(oews):
    """The tables with the means of areas that the guide lists, whichever of them are held."""
    coders = oews[(oews["soc_code"] == "29-2072") & oews["area_code"].str.startswith("CBSA-")]
    newest = coders[coders["year"] == 2025].set_index("area_code", drop=False)
    rows = [
        newest.loc[code].to_dict() | {"year": year, "annual_mean": mean, "mean_rse": error}
        for (year, code), (mean, error) in MEANS.items()
    ]
    pays = [column for column in oews if column.startswith("annual_p")] + ["annual_median"]
    rows = [row | (dict.fromkeys(pays) if row["year"] == 2023 else {}) for row in rows]
    key = ["year", "area_code", "soc_code"]
    return pd.concat([oews, pd.DataFrame(rows)], ignore_index=True).drop_duplicates(
        key, keep="last"
    )


@pytest.fixture(scope="module")
def oews():
    return with_area_means(load_places())


@pytest.fixture(scope="module")
def evidence(oews):
    industries = pd.DataFrame(
        [
            {"naics": code, "naics_title": title, "annual_mean": mean}
            for code, (title, mean) in EMPLOYERS.items()
        ]
    ).assign(year=2025, soc_code="29-2072")
    parities = load_table("regional-price-parities.csv")
    names = load_table("place-names.csv")
    return collect_evidence(oews, load_aapc(), names, parities, industries)


@pytest.fixture(scope="module")
def of_coders(evidence):
    """The evidence on the coders' own occupation and AAPC's: all that a guide's claims rest on."""
    figures = evidence.figures
    return replace(evidence, figures=figures[figures["soc_code"].isin(["29-2072", ""])])


@pytest.fixture(scope="module")
def rules():
    return load_table("audit-rules.csv")


@pytest.fixture(scope="module")
def reasons():
    return load_table("audit-reasons.csv")


@pytest.fixture(scope="module")
def judge(evidence, rules, reasons):
    def claims(printed, evidence=evidence):
        return audit(printed, evidence, rules, reasons).claims.set_index("claim_id")

    return claims


@pytest.fixture(scope="module")
def guide():
    return read_printed("data/raw/guide-figures.csv")


@pytest.fixture(scope="module")
def verdicts(judge, guide):
    return judge(guide)


def changed(before, after):
    assert list(before.index) == list(after.index)
    return after.loc[before["verdict"] != after["verdict"], "verdict"].to_dict()


def with_value(evidence, figure_id, value):
    figures = evidence.figures.copy()
    figures.loc[figure_id, "value"] = value
    return replace(evidence, figures=figures)


def printed_as(guide, **expressions):
    """The guide with other expressions; `bls_median="$1"` is for the row guide-bls-median."""
    ids = {f"guide-{name.replace('_', '-')}": text for name, text in expressions.items()}
    assert set(ids) <= set(guide["figure_id"])
    return guide.assign(as_published=guide["figure_id"].map(ids).fillna(guide["as_published"]))


def small_guide(*rows, **same):
    """A guide with ids third-1, third-2...; a row says where it is not BLS's national median."""
    usual = {
        "subject": "national",
        "category": "all workers",
        "statistic": "median",
        "as_published": "$48,780",
        "unit": "USD per year",
        "period": "May 2023",
        "population": "Medical Records Specialists, employees",
        "rank": float("nan"),
        "locator": "page 1",
        "publisher": "BLS",
        "source_id": "third",
    }
    return pd.DataFrame(
        [{"figure_id": f"third-{at}"} | usual | same | row for at, row in enumerate(rows, 1)]
    )


def states_listed(*states, period="May 2023"):
    rows = [
        {"category": name, "as_published": f"${value:,.0f}", "rank": float(rank)}
        for rank, (name, value) in enumerate(states, 1)
    ]
    return small_guide(*rows, subject="state", statistic="mean", period=period)


CAPITAL, SECOND_STATE = ("District of Columbia", 70_900), ("Washington", 64_250)
AAPC = {"statistic": "mean", "publisher": "AAPC"}
BANDS = {"subject": "experience", "statistic": "range", "period": "2024", "publisher": ""}


def test_every_figure_of_the_guide_has_one_verdict_and_a_reason_or_is_no_claim(
    guide, evidence, rules, reasons
):
    ranges = (guide["statistic"] == "range").sum()
    assert len(guide) + ranges == 71
    found = audit(guide, evidence, rules, reasons)
    claims = found.claims.set_index("claim_id")
    assert len(claims) + len(found.asides) == 71 + 4
    assert claims.index.is_unique and not set(claims.index) & set(found.asides["claim_id"])
    lists = ["guide-top-states", "guide-top-metros", "guide-occupation-name", "guide-gap"]
    assert claims.index[-4:].tolist() == lists
    assert (claims["reason"] != "").all()
    kinds = found.asides.set_index("claim_id")["verdict"]
    assert (kinds[kinds.index.str.contains("years")] == "definition").all()
    assert kinds.value_counts().to_dict() == {"definition": 12, "example": 6}
    assert list(PRECEDENCE).index("unverifiable") == len(PRECEDENCE) - 1


def test_of_the_claims_that_can_be_made_some_twenty_numbers_stay_unverifiable(verdicts):
    left = verdicts.index[verdicts["verdict"] == "unverifiable"]
    sites = [name for name in left if "salary-com" in name or "payscale" in name]
    assert len(sites) == 6
    assert set(left) - set(sites) == {
        f"guide-{name}"
        for name in (
            "table-mid-pay-low",
            "table-mid-pay-high",
            "bonus-share",
            "bonus-mean",
            "training-certificate-low",
            "training-certificate-high",
            "credential-coc",
            "credential-crc",
            "role-auditor",
            "metro-san-jose",
            "metro-san-francisco",
            "metro-sacramento",
            "top-metros",
        )
    }


def test_claims_are_counted_as_printed_and_a_contradiction_once(verdicts):
    counts = count_claims(verdicts.reset_index()).set_index("verdict")
    assert counts.loc["inconsistent"].tolist() == [6, 3]
    assert counts["claims"].sum() == verdicts["statement_id"].nunique()
    entry = verdicts.loc[verdicts["statement_id"].str.contains("entry"), "finding_id"]
    assert set(entry) == {"guide-table-entry-pay and guide-takeaway-entry"}
    above = verdicts[verdicts["finding_id"] == "guide-payscale-range"]
    assert set(above.index[above["verdict"] == "inconsistent"]) == {
        "guide-takeaway-specialized",
        "guide-table-senior-pay-low",
        "guide-table-senior-pay-high",
        "guide-table-expert-pay",
    }
    ends = verdicts.groupby("statement_id")["verdict"].nunique()
    assert (ends == 1).all()


@pytest.mark.parametrize(
    ("claim", "verdict", "words"),
    [
        ("training-associate-low", "confirmed", "by definition"),
        ("training-bachelor-high", "confirmed", "by definition"),
        ("training-apprentice", "plausible", "Incomplete: "),
        ("benefit-total-low", "plausible", "were 26% of wages"),
        ("benefit-total-high", "plausible", "all benefits were 42%"),
        ("takeaway-certified-low", "plausible", "$64,710 (AAPC) and $61,003 (Salary.com)"),
        ("aapc-mean", "plausible", "lies between AAPC's figures of other editions"),
        ("credential-cpc", "plausible", "lies between AAPC's figures of other editions"),
        ("credential-cic", "suspect", "It is 1.25 times the mean of all certified members"),
        ("credentials-one", "plausible", "Consistent: "),
        ("education-premium", "plausible", "$11,074, which agrees"),
        ("metro-new-york", "contradicted", "$4,170 too high (6.4%; 2.7 of BLS's standard errors)"),
        ("metro-trenton", "implausible", "is $60,310, a change of -23.2% from the claim"),
        ("metro-sacramento", "unverifiable", "a change of +5.9% from the claim"),
    ],
)
def test_what_looked_unverifiable_is_judged_by_rule(claim, verdict, words, verdicts):
    row = verdicts.loc[f"guide-{claim}"]
    assert row["verdict"] == verdict and words in row["reason"]


def test_what_a_guide_says_without_a_figure_is_set_against_tables(evidence, rules, reasons, guide):
    said = read_statements("data/raw/guide-figures.csv")
    claims = audit(guide, evidence, rules, reasons, said).claims.set_index("claim_id")
    says = claims[claims.index.str.contains("-says-")]
    assert says["verdict"].to_dict() == {
        "guide-says-billers-and-coders": "contradicted",
        "guide-says-southeast": "confirmed",
        "guide-says-midwest": "confirmed",
        "guide-says-cost-of-living": "plausible",
        "guide-says-hospitals": "contradicted",
        "guide-says-certification": "unverifiable",
    }
    assert "$49,963; the nation's is $53,690" in says.at["guide-says-southeast", "reason"]
    assert "$52,348" in says.at["guide-says-midwest", "reason"]
    assert "a correlation of 0.77" in says.at["guide-says-cost-of-living", "reason"]
    hospitals = says.at["guide-says-hospitals", "reason"]
    assert "$61,920 in May 2025, is above those of Outpatient Care Centers" in hospitals
    assert "but below those of Colleges, Universities, and Professional Schools" in hospitals
    assert read_statements("my-guide.csv").empty


def test_what_a_guide_says_is_unverifiable_where_its_table_is_not_held(oews, rules, reasons, guide):
    nation = oews[oews["area_type"] == "national"]
    nation = nation[nation["soc_code"] == "29-2072"]
    alone = collect_evidence(nation, load_aapc(), load_table("place-names.csv"))
    said = read_statements("data/raw/guide-figures.csv")
    claims = audit(guide, alone, rules, reasons, said).claims.set_index("claim_id")
    says = claims.loc[claims.index.str.contains("-says-"), "verdict"]
    assert len(says) == 6 and set(says) == {"unverifiable"}


def test_employers_are_set_beside_each_other_in_the_newest_may_that_has_them(evidence):
    names = ["622000", "621100", "999100"]
    federal = evidence.industries.query("naics == '999100'").assign(year=2026)
    held = pd.concat([evidence.industries, federal])
    with_more = replace(evidence, industries=held)
    assert with_more.employers("29-2072", names)["year"].unique().tolist() == [2025]
    every = evidence.industries.assign(year=2026)
    whole = replace(evidence, industries=pd.concat([held, every]).drop_duplicates())
    assert whole.employers("29-2072", names)["year"].unique().tolist() == [2026]


def test_figures_that_bls_does_not_print_are_contradicted_by_the_cell(verdicts):
    median = verdicts.loc["guide-bls-median"]
    assert (median["verdict"], median["difference"]) == ("confirmed", 0)
    references = {
        "bls-p10": 35_080,
        "bls-p90": 77_810,
        "state-new-jersey": 62_900,
        "state-district-of-columbia": 70_900,
        "state-california": 64_070,
        "state-maryland": 62_930,
        "state-hawaii": 62_920,
    }
    for name, reference in references.items():
        row = verdicts.loc[f"guide-{name}"]
        assert (row["verdict"], row["reference"]) == ("contradicted", reference)
        assert row["difference"] == row["claimed"] - reference
    new_jersey = verdicts.loc["guide-state-new-jersey"]
    assert new_jersey["reference_figure_id"] == "oews-2023-us-nj-29-2072-mean"
    # 10,450 of 62,900 is 16.6 percent; the standard error is 1.3 percent of 62,900, 817.70.
    assert "$10,450 too high (17%; 13 of BLS's standard errors)" in new_jersey["reason"]
    assert "sampling error" not in new_jersey["reason"]
    assert "inside BLS's own sampling error" in verdicts.at["guide-state-hawaii", "reason"]


@pytest.mark.parametrize(
    ("also", "years"),
    [({}, "May 2024"), ({"oews-2022-us-29-2072-median": 50_250}, "May 2022 and May 2024")],
)
def test_a_figure_of_another_may_is_recognised_within_rounding(also, years, judge, evidence):
    for figure_id, value in also.items():
        evidence = with_value(evidence, figure_id, value)
    found = judge(small_guide({"as_published": "$50,255"}), evidence)
    assert found.at["third-1", "reason"] == (
        "BLS's median (U.S., May 2023) is $48,780; the claim is $1,475 too high (3%; "
        f"BLS publishes no standard error for it). It is BLS's figure for {years}."
    )


def test_where_one_table_has_the_cell_no_others_are_named(judge):
    metro = {
        "subject": "metro",
        "category": "Vallejo, CA",
        "period": "May 2025",
        "as_published": "$99,999",
    }
    assert judge(small_guide(metro)).at["third-1", "reason"] == (
        "BLS's median (Vallejo, CA, May 2025) is $82,230; the claim is $17,769 too high (22%; "
        "BLS publishes no standard error for it)."
    )


def test_a_difference_of_the_whole_margin_is_inside_the_sampling_error(judge, evidence):
    errors = evidence.standard_errors.copy()
    errors["oews-2023-us-29-2072-mean"] = 1_000
    found = judge(
        small_guide({"as_published": "$55,335"}, {"as_published": "$55,336"}, statistic="mean"),
        replace(evidence, standard_errors=errors),
    )
    assert (found["reference"] + 1_645).tolist()[:2] == [55_335, 55_335]
    inside = found["reason"].str.contains("inside BLS's own sampling error")
    assert inside[["third-1", "third-2"]].tolist() == [True, False]


def test_the_list_of_states_is_set_against_the_official_order(verdicts):
    row = verdicts.loc["guide-top-states"]
    assert row["verdict"] == "contradicted"
    order = ["District of Columbia", "Washington", "California", "Connecticut", "Maryland"]
    found = [row["reason"].index(state) for state in order]
    assert found == sorted(found)
    assert "New Jersey is number 7 and Hawaii is number 6" in row["reason"]


def test_a_list_in_the_wrong_order_is_told_so(judge):
    row = judge(states_listed(SECOND_STATE, CAPITAL)).loc["third-top-states"]
    assert (row["verdict"], row["category"]) == ("contradicted", "top 2")
    assert row["reason"] == (
        "BLS's top 2 in May 2023 are District of Columbia ($70,900), Washington ($64,250); "
        "only the order differs."
    )


def test_states_of_equal_pay_are_listed_by_name_and_share_a_rank(judge, evidence):
    level = with_value(evidence, "oews-2023-us-wa-29-2072-mean", 70_900)
    row = judge(states_listed(CAPITAL, SECOND_STATE), level).loc["third-top-states"]
    assert row["verdict"] == "confirmed"
    assert row["reason"].endswith("District of Columbia ($70,900), Washington ($70,900).")
    # Maryland is number 5 with 62,930; now three are.
    for code in ("hi", "nj"):
        evidence = with_value(evidence, f"oews-2023-us-{code}-29-2072-mean", 62_930)
    row = judge(states_listed(CAPITAL, ("Maryland", 62_930)), evidence).loc["third-top-states"]
    assert row["reason"].endswith("; Maryland is number 5.")


def test_a_list_can_hold_every_state(judge, evidence):
    states = evidence.areas("US-WA", "29-2072", "mean", "May 2023").sort_values(
        "value", ascending=False
    )
    listed = states_listed(*zip(states["category"], states["value"], strict=True))
    found = judge(listed[::-1])  # what counts is the rank, not the row
    assert found.at["third-top-states", "verdict"] == "confirmed"
    assert found.at["third-top-states", "category"] == "top 51"


def test_a_list_with_an_unknown_place_is_not_judged(judge):
    row = judge(states_listed(("Washingtun", 80_000), CAPITAL, ("Oregano", 1))).loc[
        "third-top-states"
    ]
    assert row["verdict"] == "unverifiable"
    assert row["reason"] == "The tables held here have no state called Washingtun and Oregano."


def test_the_words_on_a_list_can_say_how_long_it_is_and_what_stands_first(evidence, rules, reasons):
    lists = reasons["rule_id"] == "top-states"
    words = reasons.assign(
        reason=reasons["reason"].mask(lists, "{top} states, first {as_published}.")
    )
    for states, period, verdict in (
        ((CAPITAL, SECOND_STATE), "May 2023", "confirmed"),
        ((SECOND_STATE, CAPITAL), "May 2023", "contradicted"),
        ((CAPITAL, SECOND_STATE), "May 2019", "unverifiable"),
    ):
        found = audit(states_listed(*states, period=period), evidence, rules, words)[0].set_index(
            "claim_id"
        )
        row = found.loc["third-top-states"]
        assert row["verdict"] == verdict
        assert row["reason"] == f"2 states, first ${states[0][1]:,}."


def test_an_area_that_no_table_has_is_said_to_be_in_none(judge, evidence):
    figures = evidence.figures
    elsewhere = replace(evidence, figures=figures[figures["area_code"] != "CBSA-10540"])
    metro = {"subject": "metro", "category": "Albany, OR", "statistic": "mean"}
    reason = judge(small_guide(metro), elsewhere).at["third-1", "reason"]
    assert (
        "No May 2023 mean for this area is held here; elsewhere: in no other table held here."
        in reason
    )


@pytest.mark.parametrize(
    ("population", "verdict", "reason"),
    [
        (
            "Medical Records Specialists, employees, all industries",
            "confirmed",
            "BLS's May 2023 table has the same title, Medical Records Specialists.",
        ),
        (
            "medical coders, employees",
            "contradicted",
            "BLS's May 2023 table calls the occupation Medical Records Specialists.",
        ),
    ],
)
def test_the_occupations_name_is_what_stands_before_the_first_comma(
    population, verdict, reason, judge
):
    row = judge(small_guide({"population": population})).loc["third-occupation-name"]
    assert (row["verdict"], row["reason"]) == (verdict, reason)
    assert row["category"] == population.split(",")[0]


def test_metro_means_are_never_set_against_medians(judge, guide, evidence):
    figures = evidence.figures
    means = (figures["subject"] == "metro") & (figures["statistic"] == "mean")
    found = judge(guide, replace(evidence, figures=figures[~means]))
    metros = found[found["subject"] == "metro"]
    assert set(metros["verdict"]) == {"unverifiable"}
    assert metros["reference"].isna().all() and metros["difference"].isna().all()
    reasons = metros["reason"]
    assert "number 1 of 374 areas by its median in May 2025" in reasons["guide-metro-san-jose"]
    assert "number 66 of 374" in reasons["guide-metro-trenton"]
    assert "now calls this area Trenton-Princeton, NJ" in reasons["guide-metro-trenton"]
    assert "now calls" not in reasons["guide-metro-san-jose"]


def test_a_list_of_areas_is_not_judged_by_a_part_of_the_table(judge):
    # Of May 2023 the table of New York State alone is held; another area could come first.
    listed = small_guide(
        {"category": "New York-Newark-Jersey City, NY-NJ-PA", "as_published": "$64,790"},
        {"category": "Albany-Schenectady-Troy, NY", "as_published": "$56,930"},
        subject="metro",
        statistic="mean",
    ).assign(rank=[1.0, 2.0])
    found = judge(listed)
    assert found.at["third-top-metros", "verdict"] == "unverifiable"


def test_a_figure_of_another_publisher_is_suspect(verdicts):
    suspect = verdicts[verdicts["verdict"] == "suspect"]
    assert suspect["reference_figure_id"].to_dict() == {
        "guide-glassdoor-mean": "aapc-2019-all",
        "guide-credential-cic": "aapc-2018-cic",
    }


def test_a_figure_of_another_subject_is_no_match(judge):
    # AAPC's average of 2021 for the certified; here the lower end of what experts are paid.
    band = {"category": "expert", "statistic": "low", "as_published": "$60,097"}
    assert judge(small_guide(BANDS | band)).at["third-1", "verdict"] == "unverifiable"


def test_bands_that_clash_are_inconsistent(verdicts):
    clashing = verdicts[
        (verdicts["verdict"] == "inconsistent") & verdicts["finding_id"].str.contains("entry")
    ]
    assert clashing["reference_figure_id"].to_dict() == {
        "guide-takeaway-entry-low": "guide-table-entry-pay-low",
        "guide-takeaway-entry-high": "guide-table-entry-pay-high",
        "guide-table-entry-pay-low": "guide-takeaway-entry-low",
        "guide-table-entry-pay-high": "guide-takeaway-entry-high",
    }
    assert clashing["difference"].dropna().tolist() == [-2_000, -7_000, 2_000, 7_000]


def test_averages_by_credential_are_consistent_and_say_how_tightly(verdicts):
    aapc = verdicts[verdicts["subject"].isin(["credential", "credential_count", "role"])]
    assert len(aapc) == 8
    for name in ("aapc-mean", "credentials-one", "credentials-two", "credentials-three"):
        assert "72.4% to 85.4% of members" in verdicts.at[f"guide-{name}", "reason"]
    assert "above the $79,933" in verdicts.at["guide-credential-cic", "reason"]
    assert "at most 13.7%" in verdicts.at["guide-credential-cic", "reason"]
    assert "above the $79,933" in verdicts.at["guide-role-auditor", "reason"]
    assert (
        "other groups' ratios moved by 0.06 at most"
        in verdicts.at["guide-credential-cic", "reason"]
    )
    assert "at most 28.9%" in verdicts.at["guide-credential-coc", "reason"]
    assert "above the" not in verdicts.at["guide-credential-coc", "reason"]


@pytest.mark.parametrize(("other", "found"), [(60_137, False), (60_138, True)])
def test_a_match_that_chance_makes_in_one_of_twenty_cases_is_none(other, found, judge, evidence):
    # Two figures and one printed to the dollar: by chance they meet in 2 of 40, or of 41, cases.
    two = ["aapc-2021-certified", "aapc-2025-certified"]
    ids = evidence.figures.index
    figures = evidence.figures[~ids.str.startswith("aapc-") | ids.isin(two)].copy()
    figures.loc[two, "value"] = [60_097, other]
    claim = {"statistic": "mean", "as_published": "$60,097", "publisher": "Payscale"}
    reason = judge(small_guide(claim), replace(evidence, figures=figures)).at["third-1", "reason"]
    assert ("AAPC" in reason) == found


def test_the_shares_are_those_of_the_group_that_earns_least(judge):
    groups = small_guide(
        {"category": "certified", "as_published": "$70,000"},
        {"subject": "credential_count", "category": "one", "as_published": "$79,933"},
        {"subject": "credential_count", "category": "two", "as_published": "$62,110"},
        {"subject": "credential_count", "category": "three or more", "as_published": "$71,535"},
        **AAPC | {"period": "2024 survey"},
    )
    lies = (
        "lies between $62,110 and $79,933, "
        "and that needs 16.3% to 55.7% of members to hold two credentials."
    )
    assert judge(groups)["reason"].str.contains(lies, regex=False).all()


def test_groups_are_judged_only_when_all_of_them_are_printed(judge):
    counts = {"one": "$62,110", "two": "$71,535", "three or more": "$79,933"}
    groups = small_guide(
        {"category": "certified", "as_published": "$72,000"},
        *(
            {"subject": "credential_count", "category": name, "as_published": counts[name]}
            for name in counts
        ),
        **AAPC | {"period": "2024 survey"},
    )
    consistent = "Consistent: the average of all, $72,000, lies between $62,110 and $79,933"
    assert judge(groups)["reason"].str.contains(consistent, regex=False).all()
    # What is left would lie on one side of $72,000, but those who are missing need not.
    for missing in ("certified", "three or more"):
        found = judge(groups[groups["category"] != missing])
        assert not found["reason"].str.contains("Consistent|no mix").any()


@pytest.mark.parametrize(
    ("printed", "share", "others"),
    [
        ({"credential_cic": "$79,933"}, "14.6%", "less than $62,110"),
        ({"credential_cic": "$64,710"}, "100.0%", "more than $79,933"),
        ({"credential_cic": "$74,013", "aapc_mean": "$79,933"}, "0.0%", "more than $79,933"),
        ({"credential_cic": "$74,013", "aapc_mean": "$62,110"}, "0.0%", "less than $62,110"),
    ],
)
def test_a_credential_at_the_edge_of_the_groups_is_not_above_them(
    printed, share, others, judge, guide
):
    reason = judge(printed_as(guide, **printed)).at["guide-credential-cic", "reason"]
    words = f"Consistent if at most {share} of members hold it (the others averaging no {others})."
    assert words in reason


def test_a_credential_is_found_under_its_former_name(verdicts):
    assert (
        "The last AAPC average before it is $56,466 (2012"
        in verdicts.at["guide-credential-coc", "reason"]
    )


@pytest.mark.parametrize(
    ("printed", "words"), [("$11,074", "which agrees"), ("over $12,000", "which is less")]
)
def test_a_difference_by_education_is_set_against_the_last_edition_with_both(
    printed, words, judge, evidence
):
    premium = {"subject": "education", "category": "bachelor's degree over high school"}
    guide = small_guide(
        AAPC | premium | {"statistic": "difference", "as_published": printed, "period": "2024"}
    )
    row = judge(guide).loc["third-1"]
    assert row["reason"].startswith(
        f"AAPC's 2009 survey had a difference of $11,074, {words}; "
        "for a later year nothing was readable."
    )
    one_group = replace(evidence, figures=evidence.figures.drop("aapc-2009-high-school-diploma"))
    row = judge(guide, one_group).loc["third-1"]
    assert row["verdict"] == "unverifiable" and "difference of" not in row["reason"]


def test_a_gap_between_a_mean_and_a_median_is_set_against_that_of_the_means(verdicts):
    gap = verdicts.loc["guide-gap"]
    assert gap["verdict"] == "inconsistent"
    assert (gap["claimed"], gap["reference"]) == (64_710 - 48_780, 64_710 - 53_690)


def test_what_nothing_can_check_says_what_would(verdicts):
    left = verdicts[verdicts["verdict"] == "unverifiable"]
    assert left["reason"].str.contains("would (?:check|settle) it", regex=True).all()
    assert "$11,074" in verdicts.at["guide-education-premium", "reason"]
    assert verdicts.at["guide-occupation-name", "verdict"] == "contradicted"


def test_each_claim_comes_with_what_to_say_instead(evidence, rules, reasons, guide):
    claims, instead, _ = audit(guide, evidence, rules, reasons)
    assert instead["claim_id"].tolist() == claims["claim_id"].tolist()
    wrong = claims["verdict"].isin(WRONG)
    assert (instead.loc[wrong, "say_instead"] != "").all()
    said = instead.set_index("claim_id")["say_instead"]
    for part in ("10th percentile", "29-2072", "wage and salary jobs", "May 2023", "$35,080"):
        assert part in said["guide-bls-p10"]


def test_where_no_words_say_so_nothing_is_said_instead(evidence, rules, reasons):
    claims, instead, _ = audit(
        small_guide(AAPC), evidence, rules[rules["check"] == "rank"], reasons
    )
    assert claims["verdict"].tolist() == ["unverifiable"]
    assert instead["say_instead"].tolist() == [""]


def test_other_occupations_decide_no_claim(verdicts, judge, guide, of_coders):
    assert judge(guide, of_coders)["verdict"].equals(verdicts["verdict"])


def test_every_referenced_cell_decides_its_claim_and_no_other(verdicts, judge, guide, of_coders):
    official = verdicts[
        verdicts["reference_figure_id"].str.startswith("oews-2023")
        & (verdicts.index != "guide-gap")
    ]
    assert len(official) == 9
    for claim_id, row in official.iterrows():
        agreeing = judge(guide, with_value(of_coders, row["reference_figure_id"], row["claimed"]))
        expected = {} if row["verdict"] == "confirmed" else {claim_id: "confirmed"}
        assert changed(verdicts, agreeing) == expected
        off = judge(guide, with_value(of_coders, row["reference_figure_id"], row["claimed"] + 6))
        expected = {claim_id: "contradicted"} if row["verdict"] == "confirmed" else {}
        assert changed(verdicts, off) == expected
        rounded = judge(
            guide, with_value(of_coders, row["reference_figure_id"], row["claimed"] - 5)
        )
        assert rounded.at[claim_id, "verdict"] == "confirmed"


def test_cells_that_no_claim_rests_on_change_no_verdict(verdicts, judge, guide, evidence):
    rests = evidence.figures.index.isin(verdicts["reference_figure_id"])
    figures = evidence.figures
    for step in (10, -10):
        moved = figures.assign(value=figures["value"].where(rests, figures["value"] + step))
        assert changed(verdicts, judge(guide, replace(evidence, figures=moved))) == {}


def test_a_suspect_match_rests_on_the_other_publishers_figure(verdicts, judge, guide, evidence):
    moved = judge(guide, with_value(evidence, "aapc-2019-all", 54_900))
    assert changed(verdicts, moved) == {"guide-glassdoor-mean": "unverifiable"}


@pytest.mark.slow
def test_a_claim_moved_beyond_rounding_changes_its_own_verdict_only(
    verdicts, judge, guide, of_coders
):
    weaker = {"confirmed": "contradicted"}
    single = guide[guide["as_published"].str.fullmatch(r"\$[\d,]+")]
    assert len(single) == 25
    for figure_id, text in zip(single["figure_id"], single["as_published"], strict=True):
        value = int(text.strip("$").replace(",", "")) + 11
        moved = guide.assign(
            as_published=guide["as_published"].where(guide["figure_id"] != figure_id, f"${value:,}")
        )
        verdict = verdicts.at[figure_id, "verdict"]
        expected = {figure_id: weaker[verdict]} if verdict in weaker else {}
        expected |= {figure_id: "unverifiable"} if figure_id == "guide-glassdoor-mean" else {}
        assert changed(verdicts, judge(moved, of_coders)) == expected


def test_bands_that_agree_are_not_inconsistent(verdicts, judge, guide):
    entry = changed(verdicts, judge(printed_as(guide, takeaway_entry="$40,000 to $52,000")))
    assert entry == dict.fromkeys(
        [
            f"guide-{name}-{end}"
            for name in ("takeaway-entry", "table-entry-pay")
            for end in ("low", "high")
        ],
        "unverifiable",
    )
    one_end = changed(verdicts, judge(printed_as(guide, takeaway_entry="$40,000 to $45,000")))
    assert one_end == {}


@pytest.mark.parametrize("pay", ["$51,000 - $68,000", "$60,000 - $68,000"])
def test_bands_that_overlap_or_leave_a_hole_are_inconsistent(pay, verdicts, judge, guide):
    found = changed(verdicts, judge(printed_as(guide, table_mid_pay=pay)))
    assert found == dict.fromkeys(
        ["guide-table-mid-pay-low", "guide-table-mid-pay-high"], "inconsistent"
    )


def test_bands_that_overlap_name_each_others_ends(judge):
    found = judge(
        small_guide(
            {"category": "entry level", "as_published": "$40,000 to $55,000"},
            {"category": "mid-career", "as_published": "$53,000 to $68,000"},
            **BANDS,
        )
    )
    clashing = found[found["verdict"] == "inconsistent"]
    assert clashing["reference_figure_id"].to_dict() == {
        "third-1-low": "",
        "third-1-high": "third-2-low",
        "third-2-low": "third-1-high",
        "third-2-high": "",
    }


def test_a_band_without_an_upper_end_goes_on_for_ever(judge):
    open_end = {"category": "senior", "statistic": "low", "as_published": "$69,000+"}
    higher = {"category": "expert", "statistic": "low", "as_published": "$80,000+"}
    found = judge(small_guide(open_end, higher, **BANDS))
    assert found["verdict"].tolist() == ["inconsistent", "inconsistent"]
    assert found.at["third-1", "reason"].startswith(
        "$69,000+ (senior) and $80,000+ (expert) overlap, so one coder fits both."
    )
    closed = {"category": "senior", "as_published": "$69,000 to $80,000"}
    found = judge(small_guide(open_end, closed, **BANDS))
    assert found["verdict"].to_dict() == {
        "third-1": "inconsistent",
        "third-2-low": "inconsistent",
        "third-2-high": "inconsistent",
    }
    assert found["reference"].isna().all() and found["difference"].isna().all()


@pytest.mark.parametrize("mean", ["$62,000", "$80,000"])
def test_an_overall_mean_outside_its_groups_is_inconsistent_with_all_of_them(
    mean, verdicts, judge, guide
):
    found = changed(verdicts, judge(printed_as(guide, aapc_mean=mean)))
    groups = [
        "guide-aapc-mean",
        *(f"guide-credentials-{count}" for count in ("one", "two", "three")),
    ]
    assert {name: found.get(name) for name in groups} == dict.fromkeys(groups, "inconsistent")
    assert not {"guide-bls-median", "guide-state-hawaii", "guide-takeaway-entry-low"} & set(found)


def test_a_centre_outside_its_own_range_is_inconsistent(verdicts, judge, guide):
    found = changed(verdicts, judge(printed_as(guide, payscale_mean="$36,001")))
    assert found == {
        "guide-payscale-mean": "inconsistent",
        "guide-payscale-range-low": "inconsistent",
        "guide-payscale-range-high": "inconsistent",
    }
    found = changed(verdicts, judge(printed_as(guide, salary_com_median="$70,001")))
    assert found == {
        "guide-salary-com-median": "inconsistent",
        "guide-salary-com-range-low": "inconsistent",
        "guide-salary-com-range-high": "inconsistent",
        "guide-takeaway-certified-low": "inconsistent",
        "guide-takeaway-certified-high": "inconsistent",
    }
    assert changed(verdicts, judge(printed_as(guide, payscale_mean="$37,000"))) == {}


def test_a_range_can_stand_between_other_statistics(evidence, rules, reasons):
    order = rules["parameters"].mask(
        rules["rule_id"] == "median-in-range", "order=p10 low high p90"
    )
    printed = small_guide(
        {"statistic": "p10", "as_published": "$40,000"},
        {"statistic": "range", "as_published": "$45,000 to $60,000"},
        {"statistic": "p90", "as_published": "$55,000"},
        publisher="Payscale",
    )
    found = audit(printed, evidence, rules.assign(parameters=order), reasons)[0].set_index(
        "claim_id"
    )
    assert found["verdict"].to_dict() == {
        "third-1": "unverifiable",
        "third-2-low": "inconsistent",
        "third-2-high": "inconsistent",
        "third-3": "inconsistent",
    }


def test_another_guide_is_audited_by_the_same_rules(judge):
    found = judge(read_printed(SECOND))
    assert found["verdict"].to_dict() == {
        "second-median": "contradicted",
        "second-mean": "confirmed",
        "second-state-first": "confirmed",
        "second-state-second": "confirmed",
        "second-metro-vallejo": "confirmed",
        "second-metro-unknown": "unverifiable",
        "second-certified": "confirmed",
        "second-site": "suspect",
        "second-entry-low": "inconsistent",
        "second-entry-high": "inconsistent",
        "second-entry-again-low": "inconsistent",
        "second-entry-again-high": "inconsistent",
        "second-training-low": "unverifiable",
        "second-training-high": "unverifiable",
        "second-top-states": "confirmed",
        "second-occupation-name": "confirmed",
        "second-gap": "inconsistent",
    }
    assert "It is BLS's figure for May 2024" in found.at["second-median", "reason"]
    assert "the nearest are: Vallejo, CA" in found.at["second-metro-unknown", "reason"]


@pytest.mark.parametrize("path", ["data/raw/guide-figures.csv", SECOND])
def test_the_order_of_a_guides_rows_changes_no_verdict(path, judge):
    printed = read_printed(path)
    assert judge(printed[::-1])["verdict"].to_dict() == judge(printed)["verdict"].to_dict()


def test_a_ranking_rests_on_every_state_that_could_enter_it(judge, evidence):
    second = read_printed(SECOND)
    second = second[second["figure_id"].str.startswith("second-state")]
    states = evidence.areas("US-WA", "29-2072", "mean", "May 2023")["category"]
    assert len(states) == 51
    figures = evidence.figures
    in_states = figures["area_code"].isin(states.index) & (figures["soc_code"] == "29-2072")
    of_states = replace(evidence, figures=figures[in_states & (figures["period"] == "May 2023")])
    for code, name in states.items():
        figure_id = of_states.cell("May 2023", code, "29-2072", "mean").name
        found = judge(second, with_value(of_states, figure_id, 64_250 + 10))["verdict"]
        wrong = {"second-top-states"} if name != "Washington" else {"second-state-second"}
        wrong |= {"second-state-first"} if name == "District of Columbia" else set()
        # The capital would still be the best paid, by 10 dollars.
        wrong -= {"second-top-states"} if name == "District of Columbia" else set()
        assert set(found[found == "contradicted"].index) == wrong


def test_an_edition_that_was_read_decides_a_claim_about_it(judge):
    second = read_printed(SECOND).query("figure_id == 'second-certified'")
    assert (
        judge(second.assign(as_published="$60,100")).at["second-certified", "verdict"]
        == "confirmed"
    )
    wrong = judge(second.assign(as_published="$61,097")).loc["second-certified"]
    assert (wrong["verdict"], wrong["difference"]) == ("contradicted", 1_000)
    assert wrong["reference_figure_id"] == "aapc-2021-certified"


@pytest.mark.parametrize(("value", "verdict"), [(60_050, "confirmed"), (60_049, "contradicted")])
def test_an_edition_and_a_claim_agree_within_half_the_unit_printed(value, verdict, judge, evidence):
    claim = AAPC | {"category": "certified", "as_published": "$60,100", "period": "2021 survey"}
    found = judge(small_guide(claim), with_value(evidence, "aapc-2021-certified", value))
    assert found.at["third-1", "verdict"] == verdict


def test_editions_around_a_claim_are_named_after_one_that_was_read(judge):
    found = judge(
        small_guide(
            {"period": "2021 survey", "as_published": "$60,097"},
            {"period": "2024 survey", "as_published": "$64,710"},
            category="certified",
            **AAPC,
        )
    )
    assert found["verdict"].tolist() == ["confirmed", "plausible"]
    between = "It lies between AAPC's figures of other editions, $56,290 (2022 survey) and $67,260"
    assert found.at["third-2", "reason"].startswith(between)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(67_260, "plausible"), (73_986, "unverifiable"), (73_987, "implausible")],
)
def test_a_claim_far_beyond_neighbouring_editions_is_implausible(value, verdict, judge):
    claim = {"category": "certified", "period": "2024 survey", "as_published": f"${value:,}"}
    assert judge(small_guide(AAPC | claim)).at["third-1", "verdict"] == verdict


def test_a_place_is_looked_up_among_places_of_its_kind(judge):
    state = read_printed(SECOND).query("figure_id == 'second-state-second'")
    found = judge(state.assign(subject="metro")).loc["second-state-second"]
    assert found["verdict"] == "unverifiable" and "no area of this name" in found["reason"]


def test_places_are_kept_apart_by_kind():
    oews = pd.concat([load_oews("national"), load_oews("state")])
    places = collect_evidence(oews, load_aapc(), load_table("place-names.csv")).places
    assert places["state"]["Washington"] == "US-WA" and len(places["state"]) == 51
    assert places["metro"]["Trenton, NJ"] == "CBSA-45940"
    assert {code[:5] for code in places["metro"].values()} == {"CBSA-"}


def test_the_crosswalk_agrees_with_the_newest_area_table():
    names = load_table("place-names.csv")
    tables = pd.concat([load_oews("state"), load_oews("area")])
    newest = tables[tables["year"] == tables["year"].max()]
    titles = newest.drop_duplicates("area_code").set_index("area_code")["area_title"]
    assert names["area_code"].map(titles).tolist() == names["current_name"].tolist()


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (48_780, 10),
        (54_890, 10),
        (38_000, 1_000),
        (60_000, 1_000),
        (61_003, 1),
        (100, 10),
        (20, 1),
        (0, 1),
    ],
)
def test_the_unit_of_print_keeps_two_digits(value, unit):
    assert printed_unit(value) == unit


@pytest.mark.parametrize(
    ("table", "cells", "message"),
    [
        (
            "rules",
            {"check": "cel"},
            r"audit-rules.csv, row 2, column check: there is no 'cel'; .*: cell",
        ),
        (
            "reasons",
            {"say_instead": "{official[soc]}"},
            r"audit-reasons.csv, row 2, column say_instead: there is no fact 'soc'",
        ),
        (
            "rules",
            {"parameters": "sock=1"},
            r"row 2, column parameters: there is no 'soc'; the nearest are: sock",
        ),
        (
            "reasons",
            {"outcome": "equals"},
            r"^audit-reasons.csv, rule_id and outcome: "
            r"there is no 'official-cell equal'; .*cell equals",
        ),
        (
            "reasons",
            {"reason": "{referense}"},
            r"audit-reasons.csv, row 2, column reason: .* 'referense'.*: reference",
        ),
        (
            "reasons",
            {"reason": "{reference"},
            r"audit-reasons.csv, row 2, column reason: expected '}' .*; expected facts in braces",
        ),
        (
            "reasons",
            {"reason": "{period.year}"},
            r"audit-reasons.csv, row 2, column reason: .* no attribute 'year'; expected facts",
        ),
        (
            "reasons",
            {"reason": "{official:,}"},
            r"audit-reasons.csv, row 2, column reason: unsupported format .*; expected facts",
        ),
    ],
)
def test_a_rule_that_names_nothing_is_an_error_that_says_where(
    table, cells, message, guide, evidence, rules, reasons
):
    tables = {"rules": rules.copy(), "reasons": reasons.copy()}
    for column, value in cells.items():
        tables[table].loc[0, column] = value
    with pytest.raises(InputError, match=message):
        audit(guide, evidence, **tables)


def test_a_claim_that_no_rule_speaks_on_is_not_dropped(guide, evidence, rules, reasons):
    with pytest.raises(InputError, match=r"no rule speaks on .*guide-training-certificate"):
        audit(guide, evidence, rules[rules["check"] != "nothing"], reasons)
    with pytest.raises(InputError) as raised:
        audit(small_guide({}, {}), evidence, rules[:0], reasons)
    silent = "audit-rules.csv: no rule speaks on third-1, third-2; expected a last resort"
    assert str(raised.value) == silent


def test_a_figure_that_cannot_be_read_is_an_error_that_says_which(evidence, rules, reasons):
    with pytest.raises(InputError, match=r"^guide row 3 \(third-2\), column as_published: "):
        audit(small_guide({}, {"as_published": "n/a"}), evidence, rules, reasons)


def test_a_parameter_of_a_rule_can_hold_an_equals_sign(evidence, rules, reasons):
    older = rules["parameters"].str.replace(r"older_title=.*", "older_title=A = B = C", regex=True)
    printed = small_guide({"population": "A = B = C, employees"})
    found = audit(printed, evidence, rules.assign(parameters=older), reasons)[0].set_index(
        "claim_id"
    )
    assert "an older BLS publication" in found.at["third-occupation-name", "reason"]


class TestGuidesFromAnyone:
    """No guide may break the audit: the five made guides, and those with nothing to say."""

    ALL_RIGHT = (
        {"as_published": "$48,780"},
        {"statistic": "p10", "as_published": "$35,080"},
        {"subject": "state", "category": "Ohio", "statistic": "mean", "as_published": "$51,070"},
    )

    def test_all_right(self, judge, evidence):
        ohio = evidence.cell("May 2023", "US-OH", "29-2072", "mean")["value"]
        printed = small_guide(*self.ALL_RIGHT)
        printed.loc[2, "as_published"] = f"${ohio:,.0f}"
        assert set(judge(printed)["verdict"]) == {"confirmed"}

    def test_all_wrong(self, judge):
        printed = small_guide(*self.ALL_RIGHT, population="coders, employees")
        printed["as_published"] = ["$50,000", "$40,000", "$99,990"]
        found = judge(printed)
        assert len(found) == 4 and set(found["verdict"]) == {"contradicted"}

    def test_one_row(self, judge):
        found = judge(small_guide({"population": "Medical Records Specialists"}))
        assert found["verdict"].tolist() == ["confirmed", "confirmed"]

    def test_other_publishers(self, judge):
        rows = [{"publisher": name} for name in ("Payscale", "ZipRecruiter", "Indeed")]
        found = judge(small_guide(*rows, as_published="$51,235", period="2026"))
        assert found["verdict"].tolist() == ["unverifiable"] * 3

    def test_only_ranges(self, judge):
        rows = [
            {"category": "entry level", "as_published": "$30,000 - $40,000"},
            {"category": "mid-career", "as_published": "$41,000 - $60,000"},
        ]
        found = judge(small_guide(*rows, **BANDS))
        assert found["verdict"].tolist() == ["unverifiable"] * 4
        assert found["statement_id"].nunique() == 2

    def test_a_heading_and_no_rows(self, evidence, rules, reasons):
        found = audit(small_guide({})[:0], evidence, rules, reasons)
        assert found.claims.empty and found.asides.empty and found.instead.empty
        assert "finding_id" in found.claims
        assert count_claims(found.claims)["claims"].sum() == 0

    @pytest.mark.parametrize(
        "publisher", ["BLS", "bls", "U.S. Bureau of Labor Statistics", "OEWS", ""]
    )
    def test_the_exact_median_of_the_nation_is_confirmed_whoever_prints_it(self, publisher, judge):
        row = {"publisher": publisher, "source_id": "anyone"}
        assert judge(small_guide(row)).at["third-1", "verdict"] == "confirmed"

    def test_under_another_publishers_name_it_is_suspect(self, judge):
        row = {"publisher": "Payscale", "as_published": "$48,780"}
        assert judge(small_guide(row)).at["third-1", "verdict"] == "suspect"
