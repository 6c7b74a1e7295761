"""Checks of the audit that set a guide's claims against each other, or against a definition."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise, permutations
from math import inf, isfinite, nan
from typing import NamedTuple

from analysis.methods.audit_evidence import Evidence
from analysis.methods.audit_findings import (
    Claim,
    Claims,
    Finding,
    Parameters,
    contradiction,
    printed_unit,
)


def judge_order(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Statistics of one population rise in a known order, such as p10, median, p90."""
    printed = {claim["statistic"]: claim for claim in claims}
    ranked = [printed[name] for name in parameters["order"].split() if name in printed]
    for lower, upper in pairwise(ranked):
        if (lower["statistic"], upper["statistic"]) == ("low", "high"):
            continue
        outcome = "falls" if lower["value"] > upper["value"] else "rises"
        facts = {"lower": lower, "upper": upper}
        name = contradiction(lower, upper)
        yield Finding(lower, outcome, facts, contradiction=name)
        yield Finding(upper, outcome, facts, contradiction=name)


class _Band(NamedTuple):
    """A range for one level, from the claim `first` to the claim `last`.

    Both are the same claim where the band has no upper end; `high` is then infinite.
    """

    level: int
    low: float
    high: float
    first: Claim
    last: Claim


def judge_bands(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Ranges for levels that follow one another: said twice alike, no overlap, no hole."""
    bands = _read_bands(claims, parameters["order"].split("<"))
    for band, other in permutations(bands, 2):
        if band.level == other.level:
            yield from _differing(band, other)
        elif band.level < other.level and band.high > other.low:
            above, below = {"other": other.first}, {"other": band.first}
            name = contradiction(band.first, other.first)
            yield Finding(band.last, "overlaps", above, nan, other.first["figure_id"], name)
            yield Finding(other.first, "overlaps", below, nan, band.last["figure_id"], name)
    yield from _neighbouring(bands)


def _read_bands(claims: Claims, levels: list[str]) -> list[_Band]:
    """The bands that are printed as one range or one open end, in the order of the claims."""
    printed: dict[str, Claims] = defaultdict(list)
    for claim in claims:
        if claim["category"] in levels:
            printed[claim["statement"]].append(claim)
    bands = []
    for ends in printed.values():
        first, last = ends[0], ends[-1]
        high = inf if len(ends) == 1 else last["value"]
        bands.append(_Band(levels.index(first["category"]), first["value"], high, first, last))
    return bands


def _differing(band: _Band, other: _Band) -> Iterator[Finding]:
    """The ends in which two bands for the same level are not alike."""
    facts = {"other": other.first}
    name = contradiction(band.first, other.first)
    if band.low != other.low:
        yield Finding(band.first, "differs", facts, other.low, other.first["figure_id"], name)
    if band.high != other.high:
        comparable = isfinite(band.high) and isfinite(other.high)
        high = other.high if comparable else nan
        yield Finding(band.last, "differs", facts, high, other.last["figure_id"], name)


def _neighbouring(bands: list[_Band]) -> Iterator[Finding]:
    """Whether each level meets the one below it, or lies at most one unit of the print above."""
    for level, following in pairwise(sorted({band.level for band in bands})):
        lower = max((band for band in bands if band.level == level), key=lambda band: band.high)
        upper = min((band for band in bands if band.level == following), key=lambda band: band.low)
        if upper.low >= lower.high:
            outcome = "hole" if upper.low - lower.high > printed_unit(upper.low) else "follows"
            facts = {"lower": lower.first, "upper": upper.first}
            name = contradiction(lower.first, upper.first)
            yield Finding(lower.last, outcome, facts, contradiction=name)
            yield Finding(upper.first, outcome, facts, contradiction=name)


def judge_nothing(claims: Claims, _: Evidence, __: Parameters) -> Iterator[Finding]:
    """Nothing held here can check the claim; the words say what would."""
    for claim in claims:
        yield Finding(claim, "unchecked")


def judge_beyond(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Pay by experience above the range that the guide quotes from its source for everybody.

    All that lies above one range is one contradiction, named for that range.
    """
    ends = {
        claim["statistic"]: claim
        for claim in claims
        if (claim["subject"], claim["publisher"]) == ("national", parameters["publisher"])
    }
    if not {"low", "high"} <= set(ends):
        return
    for claim in claims:
        if claim["subject"] == "experience" and claim["value"] > ends["high"]["value"]:
            facts = {"range": ends["high"], "most": _below_claim(claim, claims, parameters["most"])}
            top, name = ends["high"]["figure_id"], contradiction(ends["high"])
            yield Finding(claim, "above", facts, ends["high"]["value"], top, name)


def _below_claim(claim: Claim, claims: Claims, group: str) -> str:
    """What the guide says of its best-paid group, where even that is below a claim; else ""."""
    means = [other["value"] for other in claims if other["category"] == group]
    if not means or means[0] >= claim["value"]:
        return ""
    return f"Even members with {group} credentials average ${means[0]:,.0f}."


def judge_around(claims: Claims, _: Evidence, __: Parameters) -> Iterator[Finding]:
    """A range of the guide's own, against the averages that it quotes for the same people."""
    centres = [
        claim for claim in claims if claim["publisher"] and claim["statistic"] in ("mean", "median")
    ]
    ends = {claim["statistic"]: claim for claim in claims if not claim["publisher"]}
    if not centres or not {"low", "high"} <= set(ends):
        return
    low, high = ends["low"], ends["high"]
    outside = [claim for claim in centres if not low["value"] <= claim["value"] <= high["value"]]
    outcome = "misses" if outside else "holds"
    quoted = " and ".join(
        f"${claim['value']:,.0f} ({claim['publisher']})" for claim in outside or centres
    )
    for claim in (low, high):
        name = contradiction(low)
        yield Finding(claim, outcome, {"quoted": quoted}, contradiction=name)


def judge_length(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A length of time that a definition or a published rule fixes, in the claim's unit."""
    fixed = float(parameters["length"])
    for claim in claims:
        yield Finding(claim, "equal" if claim["value"] == fixed else "different", {}, fixed)


def judge_benefits(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Benefits as a share of pay, against what employers pay for each dollar of wages.

    The parameters are US dollars an hour worked: `wages`; `listed`, the benefits that the guide
    lists without bonuses; `bonuses`; and `every`, all benefits.
    """
    costs = {name: float(text) for name, text in parameters.items()}
    low = 100 * costs["listed"] / costs["wages"]
    high = 100 * (costs["listed"] + costs["bonuses"]) / costs["wages"]
    every = 100 * costs["every"] / costs["wages"]
    values = [claim["value"] for claim in claims]
    short = "As total compensation it is too low: all" if max(values) < every else "All"
    facts = {
        "low": low,
        "high": high,
        "every": every,
        "total": f"{short} benefits were {every:.0f}%.",
    }
    outcome = "reached" if min(values) <= high and max(values) >= low else "missed"
    for claim in claims:
        yield Finding(claim, outcome, facts)


def judge_aside(claims: Claims, _: Evidence, __: Parameters) -> Iterator[Finding]:
    """What is no claim, but a definition or an example."""
    for claim in claims:
        yield Finding(claim, "aside")
