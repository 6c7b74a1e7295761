"""The short answer of page 02."""

import math
import re

import pandas as pd
import pytest

from analysis.methods import audit, audit_list
from analysis.present import audit_words
from analysis.present.audit_words import corrected, headline, named
from analysis.present.values import Figures
from analysis.published.ledger import read_printed
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_aapc, load_oews, load_places, load_table

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


LEDGER = load_figures()
FIGURES = Figures(LEDGER)
GUIDE = "data/raw/guide-figures.csv"


@pytest.fixture(scope="module")
def judge():
    """The list that page 02 shows of a guide, with its printed figures and sentences."""
    oews = load_places()
    oews = oews[oews["soc_code"].isin(["29-2072", "43-3021"])]
    names, prices = load_table("place-names.csv"), load_table("regional-price-parities.csv")
    held = audit.collect_evidence(oews, load_aapc(), names, prices, load_oews("industry"))
    rules, reasons = load_table("audit-rules.csv"), load_table("audit-reasons.csv")

    def listed(printed):
        statements = audit.read_statements(GUIDE)
        found = audit.audit(printed, held, rules, reasons, statements)
        claims = audit_list.list_claims(found, printed, statements, held, LEDGER)
        return found, audit_words.with_values(claims, FIGURES), held.periods

    return listed


def guide_times(factor):
    """The guide with every amount so many times as high."""
    guide = read_printed(GUIDE)
    texts = guide["as_published"].str.replace(
        r"\$([\d,]+)",
        lambda found: f"${round(float(found[1].replace(',', '')) * factor, -1):,.0f}",
        regex=True,
    )
    return guide.assign(as_published=texts)


@pytest.fixture(scope="module", params=[0.9, 1.0, 1.003, 1.3])
def judged(request, judge):
    printed = guide_times(request.param)
    return (printed, *judge(printed))


def test_what_is_said_in_brief_is_what_the_claims_have(judged):
    _, found, listed, _ = judged
    once = found.claims.drop_duplicates("statement_id").set_index("statement_id")
    cells = found.claims[
        found.claims["publisher"].eq("BLS")
        & found.claims["reference_figure_id"].str.startswith("oews-2023-us")
        & found.claims["verdict"].isin(["confirmed", "contradicted"])
    ]
    wrong = cells[cells["verdict"] == "contradicted"]
    close = wrong["reason"].str.contains("inside BLS's own sampling error")
    said = " ".join(str(audit_words.in_brief(listed, FIGURES)).split())
    known, bad = re.search(r"Of (\d+) BLS figures that can be checked (\d+|none)", said).groups()
    places = found.claims["reference_figure_id"].str.startswith("oews-2023-cbsa") & (
        found.claims["publisher"].eq("BLS")
        & found.claims["verdict"].isin(["confirmed", "contradicted"])
    )
    beyond_error = found.claims[places & found.claims["verdict"].eq("contradicted")]
    assert int(known) == len(cells) + places.sum()
    assert bad == str(len(wrong) + len(beyond_error) or "none")
    near = re.search(r", (\d+) by less than BLS's own margin", said)
    of_areas = beyond_error["reason"].str.contains("inside BLS's own sampling error")
    assert int(near[1] if near else 0) == close.sum() + of_areas.sum()
    unknown = once["verdict"].eq("unverifiable").sum()
    assert f"not the same as false:** {unknown} claim" in said
    title = audit_words.score_title(listed)
    should_not = once["verdict"].isin(audit.WRONG).sum()
    assert title == (
        f"Of {len(once)} claims in a salary guide {should_not} should not be repeated; "
        f"{unknown} cannot be checked"
    )
    score = audit_list.score_by_source(listed)
    assert score.groupby("verdict")["claims"].sum().to_dict() == (
        once["verdict"].value_counts().to_dict()
    )


def test_each_line_of_the_brief_has_its_own_verdict(judged):
    listed = judged[2]
    verdicts = listed.groupby("label")["verdict"].agg(set)
    kinds = {
        "Wrong": "contradicted",
        "Wrong, but within BLS's margin of error": "contradicted",
        "Not so": "contradicted",
        "Right": "confirmed",
    }
    for line in str(audit_words.in_brief(listed, FIGURES)).split("\n- ")[1:-1]:
        kind, items = re.fullmatch(r"\*\*(.+):\*\* (.+)", line).groups()
        for item in items.split("; "):
            label = re.sub(r" \$[\d,]+ \(BLS: \$[\d,]+\)$", "", item)
            allowed = {kinds[kind]} if kind in kinds else {*audit.WRONG[1:]}
            assert verdicts[label] & allowed


def test_the_list_begins_with_the_contradicted_the_furthest_off_on_top(judged):
    listed = judged[2]
    ranks = listed["verdict"].map(audit.PRECEDENCE.index)
    assert ranks.is_monotonic_increasing
    off = (listed["difference"] / listed["reference"]).abs()[listed["verdict"] == "contradicted"]
    assert off.dropna().is_monotonic_decreasing


def test_the_table_that_judges_is_that_of_the_may_that_is_quoted(judged):
    printed, _, listed, periods = judged
    said = " ".join(str(audit_words.judged_by(listed, printed, periods)).split())
    assert "for this guide May 2023, though BLS's table of May 2025 is out." in said
    assert "though" not in str(audit_words.judged_by(listed, printed, ["May 2022", "May 2023"]))
    later = printed.assign(period=printed["period"].str.replace("May 2023", "May 2026"))
    assert "for this guide May 2026. What" in " ".join(
        str(audit_words.judged_by(listed, later, periods)).split()
    )
    none = listed[listed["publisher"] != "BLS"]
    assert str(audit_words.judged_by(none, printed, periods)) == (
        "No figure of this guide is quoted from BLS."
    )


def test_findings_and_checked_sentences_are_counted(judged):
    _, found, listed, _ = judged
    at_odds = found.claims[found.claims["verdict"] == "inconsistent"]
    claims, findings = re.fullmatch(
        r"Claims that are inconsistent: (\d+), by (\d+) findings?\.",
        str(audit_words.findings_at_odds(listed)),
    ).groups()
    assert int(claims) == at_odds["statement_id"].nunique()
    assert int(findings) == at_odds["finding_id"].nunique()
    said = listed[listed["statement_id"].isin(audit.read_statements(GUIDE)["figure_id"])]
    all_of_them, checked = re.findall(r"\d+", str(audit_words.checked_in_words(said)))
    assert int(all_of_them) == len(said) == 6
    assert int(checked) == said["verdict"].ne("unverifiable").sum()


def test_claims_and_what_is_none_are_counted_apart():
    claims, asides = pd.DataFrame(index=range(3)), pd.DataFrame(index=range(2))
    assert str(audit_words.claims_made(claims, asides)) == (
        "The guide makes 3 claims; beside them stand 2 definitions and examples."
    )


def test_one_claim_is_one_claim():
    one = pd.DataFrame({"verdict": ["confirmed"]})
    assert audit_words.score_title(one) == (
        "Of 1 claim in a salary guide 0 should not be repeated; 0 cannot be checked"
    )
