"""Checks of the audit on what a guide says without a figure, such as who pays best."""

from collections.abc import Iterator

import pandas as pd

from analysis.methods.audit_evidence import Evidence
from analysis.methods.audit_findings import Claim, Claims, Finding, Parameters


def judge_scope(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Whether an occupation holds jobs that the official table lists as an occupation of its own.

    `soc` is the occupation named, `apart` the one that the jobs have.
    """
    for claim in claims:
        whole, apart = (
            evidence.cell(claim["period"], "US", parameters[name], "mean")
            for name in ("soc", "apart")
        )
        if whole is None or apart is None:
            yield Finding(claim, "not_held")
        else:
            yield Finding(claim, "apart", {"whole": whole, "apart": apart})


def judge_region(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Whether states pay less than the nation: their means, weighted by jobs, against its mean."""
    soc, codes = parameters["soc"], ["US-" + letters for letters in parameters["states"].split()]
    for claim in claims:
        states = evidence.areas("US-XX", soc, "mean", claim["period"]).reindex(codes)
        nation = evidence.cell(claim["period"], "US", soc, "mean")
        jobs = evidence.jobs(claim["period"], soc).reindex(codes)
        if nation is None or states["value"].isna().any() or jobs.isna().any():
            yield Finding(claim, "not_held")
            continue
        mean = float((states["value"] * jobs).sum() / jobs.sum())
        facts = {"official": nation, "mean": mean}
        outcome = "below" if mean < nation["value"] else "above"
        yield Finding(claim, outcome, facts, nation["value"], nation.name)


def judge_prices(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Whether states with high prices pay more: the correlation of means with price parities.

    A correlation of `least` or more agrees; it is not a cause.
    """
    for claim in claims:
        states = evidence.areas("US-XX", parameters["soc"], "mean", claim["period"])
        prices = evidence.prices(claim["period"]).reindex(states.index)
        if states.empty or prices.isna().any():
            yield Finding(claim, "not_held")
            continue
        correlation = float(states["value"].corr(prices))
        outcome = "together" if correlation >= float(parameters["least"]) else "apart"
        yield Finding(claim, outcome, {"correlation": correlation, "count": len(states)})


def judge_employers(
    claims: Claims, evidence: Evidence, parameters: Parameters
) -> Iterator[Finding]:
    """Whether one kind of employer pays best, by the newest means of several kinds.

    `best` is the industry that is said to pay best, `others` are those set beside it.
    """
    codes = [parameters["best"], *parameters["others"].split()]
    for claim in claims:
        found = evidence.employers(parameters["soc"], codes)
        if set(codes) - set(found["naics"]):
            yield Finding(claim, "not_held")
        else:
            yield _beside_employers(claim, found, parameters["best"])


def _beside_employers(claim: Claim, found: pd.DataFrame, best: str) -> Finding:
    """What a claim about the best-paying employer is beside the means of all that are compared."""
    means = found.set_index("naics")["annual_mean"]
    more = found[found["annual_mean"] > means[best]]
    less = found[found["annual_mean"] < means[best]]
    facts = {
        "mean": means[best],
        "more": _listed(more),
        "less": _listed(less),
        "year": found["year"].iloc[0],
    }
    return Finding(claim, "first" if more.empty else "not_first", facts)


def _listed(found: pd.DataFrame) -> str:
    """Employers with their means, the best-paying first; "none" where there are none."""
    rows = found.sort_values("annual_mean", ascending=False)
    listed = [f"{row.naics_title} (${row.annual_mean:,.0f})" for row in rows.itertuples()]
    return ", ".join(listed) or "none"
