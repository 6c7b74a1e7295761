"""The list that page 02 shows, of the project's guide and of made ones."""

import pytest

from analysis.methods import audit
from analysis.methods.audit_list import list_claims, name_claims
from analysis.published.ledger import read_printed
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_aapc, load_places, load_table

GUIDE = "data/raw/guide-figures.csv"


@pytest.fixture(scope="module")
def evidence():
    oews = load_places()
    return audit.collect_evidence(oews, load_aapc(), load_table("place-names.csv"))


@pytest.fixture(scope="module")
def judge(evidence):
    rules, reasons = load_table("audit-rules.csv"), load_table("audit-reasons.csv")

    def found(printed, statements):
        return audit.audit(printed, evidence, rules, reasons, statements)

    return found


@pytest.fixture(scope="module")
def guide():
    return read_printed(GUIDE), audit.read_statements(GUIDE)


@pytest.fixture(scope="module")
def listed(guide, judge, evidence):
    return list_claims(judge(*guide), *guide, evidence, load_figures())


def test_has_a_row_for_each_claim_as_printed_the_gravest_first(guide, judge, listed):
    claims = judge(*guide).claims
    assert len(claims) > len(listed)
    assert set(listed["statement_id"]) == set(claims["statement_id"])
    assert listed["statement_id"].is_unique
    assert listed["verdict"].map(audit.PRECEDENCE.index).is_monotonic_increasing
    assert listed["claim_id"].iloc[0] == "guide-state-new-jersey"


def test_leads_only_to_rows_of_the_ledger_that_have_the_figure_shown(listed):
    values = load_figures().set_index("figure_id")["value"]
    for own, shown in (("figure_id", "claimed"), ("compared_id", "reference")):
        linked = listed[listed[own] != ""]
        assert len(linked) > 5
        assert (linked[own].map(values) == linked[shown]).all()


def test_another_guide_does_not_borrow_the_rows_of_ours(guide, judge, evidence):
    printed = guide[0].query("figure_id == 'guide-bls-median'").assign(as_published="$48,790")
    none = guide[1][:0]
    other = list_claims(judge(printed, none), printed, none, evidence, load_figures())
    median = other[other["claim_id"] == "guide-bls-median"]
    assert median["figure_id"].tolist() == [""]
    assert median["compared_id"].tolist() == ["oews-2023-us-29-2072-median"]


def test_the_margin_is_that_of_nine_in_ten_samples(listed, evidence):
    row = listed.set_index("claim_id").loc["guide-state-new-jersey"]
    error = evidence.standard_errors["oews-2023-us-nj-29-2072-mean"]
    assert row["margin"] == pytest.approx(1.645 * error, rel=1e-3)


@pytest.mark.parametrize(
    "claim_id, label, claim",
    [
        ("guide-bls-p90", "90th percentile", "BLS, 90th percentile: $80,090"),
        ("guide-state-hawaii", "Hawaii, mean", "BLS, Hawaii, mean: $62,940"),
        ("guide-glassdoor-mean", "Glassdoor, mean", "Glassdoor, mean: $54,890"),
        (
            "guide-credentials-one",
            "AAPC, number of credentials, one, mean",
            "AAPC, number of credentials, one, mean: $62,110",
        ),
        (
            "guide-says-hospitals",
            "hospitals pay best",
            "The guide: hospitals are typically the best-paying employers",
        ),
        ("guide-top-states", "top states", "BLS, top states: top 5"),
    ],
)
def test_a_claim_can_be_read_alone(listed, claim_id, label, claim):
    row = listed.set_index("claim_id").loc[claim_id]
    assert (row["label"], row["claim"]) == (label, claim)


def test_a_guide_without_figures_has_no_rows(guide, judge, evidence):
    empty = [table[:0] for table in guide]
    found = judge(*empty)
    assert list_claims(found, *empty, evidence, load_figures()).empty
    assert name_claims(found.asides, *empty).empty
