"""An audit as a list to be read: one row per claim as printed, the gravest first."""

import pandas as pd

from analysis.methods.audit import PRECEDENCE, Audit
from analysis.methods.audit_evidence import Evidence
from analysis.methods.places import INTERVAL
from analysis.published.ledger import tidy_figures
from analysis.published.pay_statistics import STATISTICS

_OFFICIAL = "BLS"
_EVERYBODY = "all workers"
_SUBJECTS = {"bonus": "bonus", "credential_count": "number of credentials"}
"""What has to be said before a category, so that it can be understood alone."""


def list_claims(
    found: Audit,
    printed: pd.DataFrame,
    statements: pd.DataFrame,
    evidence: Evidence,
    ledger: pd.DataFrame,
) -> pd.DataFrame:
    """The claims of a guide in the order of gravity, within a verdict the furthest off first.

    Args:
        found: see `audit.audit`.
        printed: what was audited; see `ledger.read_printed`.
        statements: what the guide says without a figure; see `audit.read_statements`.
        evidence: what it was judged by.
        ledger: the columns of `figures.csv`.

    Returns:
        One row per claim as printed, of a range the end that was compared: the columns of
        `Audit.claims`, then say_instead, those of `name_claims`, margin (BLS's sampling error of
        the reference at 90 %, in US dollars a year; missing where none is published), figure_id
        (of the claim) and compared_id (of the reference), both "" where no row of the ledger has
        that figure.
    """
    known = tidy_figures(printed, "guide").merge(ledger)["figure_id"]
    values = ledger.set_index("figure_id")["value"]
    claims = name_claims(found.claims, printed, statements).merge(found.instead, on="claim_id")
    compared = claims["reference_figure_id"]
    claims = claims.assign(
        margin=INTERVAL * compared.map(evidence.standard_errors),
        figure_id=claims["claim_id"].where(claims["claim_id"].isin(known), ""),
        compared_id=compared.where(compared.map(values) == claims["reference"], ""),
        gravity=claims["verdict"].map(PRECEDENCE.index),
        nearness=-(claims["difference"] / claims["reference"]).abs(),
    )
    ranked = claims.sort_values(["gravity", "nearness"], kind="stable")
    once = ranked.drop_duplicates("statement_id", ignore_index=True)
    return once.drop(columns=["gravity", "nearness"])


def quoted_from_bls(listed: pd.DataFrame) -> pd.DataFrame:
    """The figures quoted from BLS that a cell of its tables confirms or contradicts.

    Args:
        listed: from `list_claims`.
    """
    return listed[
        listed["publisher"].eq("BLS")
        & listed["verdict"].isin(["confirmed", "contradicted"])
        & listed["compared_id"].str.startswith("oews-")
        & listed["claimed"].notna()
    ]


def score_by_source(listed: pd.DataFrame) -> pd.DataFrame:
    """How many claims have each verdict, by whom the guide names: claims_of, verdict and claims."""
    known = {"BLS": "BLS", "AAPC": "AAPC", "": "The guide itself"}
    claims_of = listed["publisher"].map(known).fillna("Job sites and other sources")
    counts = listed.assign(claims_of=claims_of).groupby(["claims_of", "verdict"], sort=False).size()
    return counts.rename("claims").reset_index()


def with_what_to_say(listed: pd.DataFrame) -> pd.DataFrame:
    """The claims, their reasons followed by what to say instead, if anything."""
    instead = (" Say instead: " + listed["say_instead"]).where(listed["say_instead"] != "", "")
    return listed.assign(reason=listed["reason"] + instead)


def name_claims(
    claims: pd.DataFrame, printed: pd.DataFrame, statements: pd.DataFrame
) -> pd.DataFrame:
    """Claims with words that can be read alone.

    Args:
        claims: `Audit.claims` or `Audit.asides`.
        printed: what was audited.
        statements: what the guide says without a figure.

    Returns:
        The same rows with `label` ("New Jersey, mean" of BLS; "AAPC, CIC, mean" of others) and
        `claim` ("BLS, New Jersey, mean: $73,350").
    """
    said = pd.concat([printed, statements]).set_index("figure_id")
    by_claim = said.reindex(claims["statement_id"]).set_axis(claims.index)
    statistic = by_claim["statistic"].map(STATISTICS)
    about = claims["subject"].map(_SUBJECTS).add(", ").fillna("") + claims["category"]
    label = about + (", " + statistic).fillna("")
    of_everybody = (claims["category"] == _EVERYBODY) & by_claim["statistic"].notna()
    label = label.mask(of_everybody, statistic.fillna(by_claim["statistic"]))
    # A list, a name and a gap are read from the guide's other rows; they have none of their own.
    own = claims["statement_id"].str.replace("^[^-]+-", "", regex=True).str.replace("-", " ")
    label = label.mask(by_claim["as_published"].isna(), own)
    named = claims["publisher"].replace("", "The guide") + ", " + label
    claim = named + ": " + by_claim["as_published"].fillna(claims["category"])
    in_words = claims["statement_id"].isin(statements["figure_id"])
    return claims.assign(
        label=label.where(claims["publisher"].isin(["", _OFFICIAL]), named),
        claim=claim.mask(in_words, "The guide: " + by_claim["as_published"]),
    )
