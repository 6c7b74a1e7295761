"""Checks of the audit on what a guide quotes from a survey of members, such as AAPC's."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.methods.audit_evidence import Evidence
from analysis.methods.audit_findings import (
    Claim,
    Claims,
    Finding,
    Parameters,
    contradiction,
    printed_unit,
)
from analysis.methods.shares import feasible_range, largest_share


def judge_groups(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """An overall mean lies between the means of its groups, and limits the share of each."""
    overall = [claim for claim in claims if claim["category"] == parameters["overall"]]
    groups = [claim for claim in claims if claim["subject"] == parameters["groups"]]
    means = {claim["category"]: claim["value"] for claim in groups}
    if not overall or set(means) != set(parameters["all"].split("|")):
        return
    whole = overall[0]
    mean, highest = whole["value"], max(means.values())
    base = min(means, key=lambda group: means[group])
    top = max(means, key=lambda group: means[group])
    facts = {"overall": mean, "lowest": means[base], "highest": highest, "base": _held(base)}
    outcome = "outside"
    if means[base] <= mean <= highest:
        outcome = "inside"
        least, most = feasible_range({base: 1}, means, mean)
        facts |= {"share_low": least[base], "share_high": most[base]}
    for claim in (whole, *groups):
        yield Finding(claim, outcome, facts, contradiction=contradiction(whole))
    if outcome == "inside":
        subjects = (whole["subject"], parameters["groups"])
        holders = [claim for claim in claims if claim["subject"] not in subjects]
        yield from _holders(holders, mean, means[base], {"highest": highest, "top": _held(top)})


def _held(group: str) -> str:
    """A number of credentials as members hold them: "one credential", "two credentials"."""
    return f"{group} credential{'' if group == 'one' else 's'}"


def _holders(
    claims: Claims, mean: float, lowest: float, best: Mapping[str, Any]
) -> Iterator[Finding]:
    """How many can hold one credential at most, given its holders' mean and that of everyone.

    The others are taken to average no less than the lowest group, or no more than the highest;
    `best` are the facts on this one, `highest` being its mean.
    """
    highest = best["highest"]
    for claim in claims:
        above = claim["value"] > mean
        others = lowest if above else highest
        if claim["value"] != others:
            facts = {
                **best,
                "others": others,
                "bound": "less" if above else "more",
                "share": largest_share(claim["value"], mean, others),
            }
            yield Finding(claim, "above" if claim["value"] > highest else "below", facts)


def judge_editions(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Equality with the claim's own edition of the survey, or the nearest ones if it was not read.

    A category is also known by its name in brackets, and by a former name.
    """
    for claim in claims:
        editions = _editions(claim, evidence, parameters)
        year = int(claim["period"][:4])
        if year in editions:
            own = editions[year]
            equal = abs(claim["value"] - own["value"]) <= printed_unit(claim["value"]) / 2
            yield Finding(claim, "equal" if equal else "different", {}, own["value"], own.name)
        else:
            yield _between_editions(claim, year, editions, float(parameters["beyond"]) / 100)


def _editions(claim: Claim, evidence: Evidence, parameters: Parameters) -> dict[int, pd.Series]:
    """The same average in other editions of the survey, by year: each one's first reading."""
    former = dict(pair.split(":") for pair in parameters["former"].split())
    figures = evidence.published_by(parameters["published"])
    figures = figures[figures["period"].str.fullmatch(r"\d{4} survey")]
    names = [claim["category"], claim["category"].rpartition("(")[2].rstrip(")")]
    names += [former[name] for name in names if name in former]
    same = figures[figures["category"].isin(names) & (figures["statistic"] == claim["statistic"])]
    first = same.drop_duplicates("period")
    return {int(row["period"][:4]): row for _, row in first.iterrows()}


def _between_editions(
    claim: Claim, year: int, editions: dict[int, pd.Series], beyond: float
) -> Finding:
    """A claim beside the editions before and after its own.

    Between them it is plausible, no more; beyond both by a larger share than `beyond` it is not.
    """
    earlier = [edition for edition in editions if edition < year]
    later = [edition for edition in editions if edition > year]
    facts: dict[str, Any] = {}
    if earlier:
        facts["before"] = editions[max(earlier)]
    if later:
        facts["after"] = editions[min(later)]
    if not (earlier and later):
        return Finding(claim, " and ".join(facts) or "none", facts)
    low, high = sorted(facts[side]["value"] for side in ("before", "after"))
    outcome = "near"
    if low <= claim["value"] <= high:
        outcome = "between"
    elif not low * (1 - beyond) <= claim["value"] <= high * (1 + beyond):
        outcome = "far"
    return Finding(claim, outcome, facts)


def judge_ratio(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A group's mean over that of all, against the same ratio in the last edition with both.

    A ratio that moved by more than `most` is told apart, with how far the others moved.
    """
    wholes = [claim for claim in claims if claim["category"] == parameters["overall"]]
    compared = [
        found
        for claim in claims
        if wholes and claim is not wholes[0]
        for found in _ratios(claim, wholes[0], evidence, parameters)
    ]
    for facts in compared:
        others = [abs(other["moved"]) for other in compared if other is not facts]
        most = float(parameters["most"])
        if abs(facts["moved"]) > most:
            added = {"others": max(others, default=0.0)}
            other = facts["other"].name
            yield Finding(facts["claim"], "moved", facts | added, reference_figure_id=other)
        else:
            yield Finding(facts["claim"], "steady", facts)


def _ratios(
    claim: Claim, whole: Claim, evidence: Evidence, parameters: Parameters
) -> Iterator[dict[str, Any]]:
    """A claim's ratio to the mean of all, now and in the last edition that has both, if any."""
    editions, base = (_editions(one, evidence, parameters) for one in (claim, whole))
    both = [year for year in editions if year in base and year < int(whole["period"][:4])]
    if both:
        other = editions[max(both)]
        ratio, before = claim["value"] / whole["value"], other["value"] / base[max(both)]["value"]
        facts = {"claim": claim, "whole": whole, "other": other}
        yield facts | {"ratio": ratio, "before": before, "moved": ratio - before}


def judge_difference(
    claims: Claims, evidence: Evidence, parameters: Parameters
) -> Iterator[Finding]:
    """A difference between two groups, against the last edition of the survey that has both."""
    pay = evidence.published_by(parameters["published"]).pivot_table("value", "period", "category")
    pay = pay.reindex(columns=[parameters["more"], parameters["less"]]).dropna()
    if pay.empty:
        return
    gap = pay[parameters["more"]].iloc[-1] - pay[parameters["less"]].iloc[-1]
    for claim in claims:
        outcome = "reached" if gap >= claim["value"] else "missed"
        yield Finding(claim, outcome, {"gap": gap, "edition": pay.index[-1]})
