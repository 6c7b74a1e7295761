"""Checks of the audit that set a claim against BLS's tables, or against another publisher's."""

import re
from collections.abc import Iterator

import pandas as pd

from analysis.methods.audit_evidence import Evidence
from analysis.methods.audit_findings import (
    Claim,
    Claims,
    Finding,
    Parameters,
    printed_unit,
    statement,
)
from analysis.methods.distribution import PayDistribution
from analysis.published.pay_statistics import PERCENTILES
from common.errors import nearest


def judge_cell(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Equality with the official cell, within the rounding of the print and of the table."""
    for claim in claims:
        national = claim["subject"] not in evidence.places
        known = evidence.places.get(claim["subject"], {})
        code = "US" if national else known.get(claim["category"])
        if code is None:
            yield Finding(claim, "unknown_place", {"near": nearest(claim["category"], known)})
        else:
            yield _beside_cell(claim, evidence, parameters, code)


def _beside_cell(claim: Claim, evidence: Evidence, parameters: Parameters, code: str) -> Finding:
    """What one claim is beside the cell of its place."""
    soc = parameters["soc"]
    official = evidence.cell(claim["period"], code, soc, claim["statistic"])
    if official is None:
        return Finding(
            claim, "not_held", {"standing": _standing(evidence, code, soc, claim["statistic"])}
        )
    difference = claim["value"] - official["value"]
    tolerance = max(printed_unit(claim["value"]), float(parameters["rounding"])) / 2
    error = evidence.standard_errors.get(official.name)
    if abs(difference) <= tolerance or (claim["open_ended"] and difference < 0):
        outcome = "equal"
    elif error is not None and abs(difference) <= float(parameters["margin"]) * error:
        outcome = "within_error"
    else:
        outcome = "different"
    facts = {
        "official": official,
        "size": _size(difference, official["value"], error),
        "other_years": _other_years(claim, evidence, code, soc, tolerance),
    }
    return Finding(claim, outcome, facts, official["value"], official.name)


def _size(difference: float, reference: float, error: float | None) -> str:
    """A difference in dollars, in percent and in standard errors."""
    errors = "BLS publishes no standard error for it"
    if error is not None:
        errors = f"{abs(difference) / error:.2g} of BLS's standard errors"
    way = "high" if difference > 0 else "low"
    return f"${abs(difference):,.0f} too {way} ({100 * abs(difference) / reference:.2g}%; {errors})"


def _other_years(claim: Claim, evidence: Evidence, code: str, soc: str, tolerance: float) -> str:
    """Whether a claim is the same cell of another year's table."""
    others = {}
    for period in evidence.periods:
        cell = evidence.cell(period, code, soc, claim["statistic"])
        if cell is not None and period != claim["period"]:
            others[period] = cell["value"]
    same = [period for period, value in others.items() if abs(value - claim["value"]) <= tolerance]
    if same:
        return f"It is BLS's figure for {' and '.join(same)}."
    return f"Nor is it in BLS's other tables held here ({', '.join(others)})." if others else ""


def _standing(evidence: Evidence, code: str, soc: str, statistic: str) -> str:
    """Where an area stands in the newest table that has the statistic, else by its median.

    It gives an order, never a difference from another statistic or May.
    """
    for name in dict.fromkeys([statistic, "median"]):
        for period in reversed(evidence.periods):
            areas = evidence.areas(code, soc, name, period)
            if code in areas.index:
                value = areas.at[code, "value"]
                rank = (areas["value"] > value).sum() + 1
                return (
                    f"number {rank} of {len(areas)} areas by its {name} in {period}, ${value:,.0f}"
                )
    return "in no other table held here"


def judge_ranking(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A list of the best-paid places, by the guide's `rank`, against the official order.

    A table of fewer than `least` places is not the whole order, so it decides nothing.
    """
    ranked = [claim for claim in claims if claim["rank"] > 0]
    listed = sorted(ranked, key=lambda claim: claim["rank"])
    if len(listed) < 2:
        return
    first, soc, top = listed[0], parameters["soc"], len(listed)
    claim = statement(first, parameters["claim"], f"top {top}")
    known = evidence.places[first["subject"]]
    unknown = [place["category"] for place in listed if place["category"] not in known]
    if unknown:
        yield Finding(claim, "unknown", {"unknown": " and ".join(unknown)})
        return
    codes = [known[place["category"]] for place in listed]
    areas = evidence.areas(codes[0], soc, first["statistic"], first["period"])
    if set(codes) <= set(areas.index) and len(areas) >= int(parameters["least"]):
        yield _beside_order(claim, codes, areas)
        return
    standing = [
        f"{place['category']}: {_standing(evidence, code, soc, place['statistic'])}"
        for place, code in zip(listed, codes, strict=True)
    ]
    yield Finding(claim, "not_held", {"standing": "; ".join(standing), "top": top})


def _beside_order(claim: Claim, codes: list[str], areas: pd.DataFrame) -> Finding:
    """What a list of areas, best paid first, is beside the official order of all areas."""
    top = len(codes)
    order = areas.sort_values(["value", "category"], ascending=[False, True]).head(top)
    rank = areas["value"].rank(ascending=False, method="min").astype(int)
    outside = [
        f"{areas.at[code, 'category']} is number {rank[code]}" for code in codes if rank[code] > top
    ]
    facts = {
        "official": ", ".join(f"{row.category} (${row.value:,.0f})" for row in order.itertuples()),
        "outside": " and ".join(outside) or "only the order differs",
        "top": top,
    }
    same = areas.loc[codes, "value"].tolist() == order["value"].tolist()
    return Finding(claim, "same" if same else "different", facts)


def judge_renamed(claims: Claims, evidence: Evidence, _: Parameters) -> Iterator[Finding]:
    """A place under a name that the survey no longer uses."""
    for claim in claims:
        if claim["category"] in evidence.present_names:
            present = evidence.present_names[claim["category"]]
            yield Finding(claim, "renamed", {"present": present})


def judge_title(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """The occupation's name, as the population of a figure gives it, against the table's title."""
    official = evidence.cell(claims[0]["period"], "US", parameters["soc"], "mean")
    if official is None:
        return
    printed, title = claims[0]["population"].partition(",")[0], official["soc_title"]
    if printed.casefold() == title.casefold():
        outcome = "same"
    elif printed.casefold() == parameters["older_title"].casefold():
        outcome = "older"
    else:
        outcome = "different"
    claim = statement(claims[0], parameters["claim"], printed)
    yield Finding(claim, outcome, {"title": title})


def judge_gap(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A survey's mean less an official median, against the survey's mean less the official mean."""
    printed = {f"{claim['category']} {claim['statistic']}": claim for claim in claims}
    mean, median = printed.get(parameters["mean"]), printed.get(parameters["median"])
    if mean is None or median is None:
        return
    official = evidence.cell(median["period"], "US", parameters["soc"], "mean")
    if official is not None:
        gap = mean["value"] - median["value"]
        claim = statement(mean, parameters["claim"], "mean less median", gap)
        facts = {"mean": mean, "median": median, "official": official, "apart": abs(gap)}
        facts |= _mean_beside_mean(mean, official)
        yield Finding(claim, "mixed", facts, mean["value"] - official["value"], official.name)


def _mean_beside_mean(mean: Claim, official: pd.Series) -> dict[str, str]:
    """How far a survey's mean is from the official one, and how many years lie between them."""
    distance = mean["value"] - official["value"]
    side = "above" if distance > 0 else "below"
    years = [int(year) for year in re.findall(r"\d{4}", f"{mean['period']} {official['period']}")]
    between = max(years) - min(years)
    passed = "the year" if between == 1 else f"the {between} years"
    return {
        "against": f"${abs(distance):,.0f} {side}" if distance else "the same as",
        "years": f", of which a part may be {passed} between them" if between else "",
        "unlike": "years and people" if between else "people",
    }


def judge_elsewhere(
    claims: Claims, evidence: Evidence, parameters: Parameters
) -> Iterator[Finding]:
    """The same figure from another publisher, unless chance would explain it.

    Of n figures spread over a span, one meets a figure printed to some unit with a chance of at
    most n x unit / span.
    """
    published = evidence.published_by(parameters["published"])
    keys = ["subject", "statistic", "unit"]
    for claim in claims:
        if not (published["value"] == claim["value"]).any():
            continue
        kind = published[(published[keys] == [claim[key] for key in keys]).all(axis=1)]
        hits = kind[kind["value"] == claim["value"]]
        if hits.empty:
            continue
        span = kind["value"].max() - kind["value"].min()
        chance = len(kind) * printed_unit(claim["value"]) / max(span, 1)
        if chance < float(parameters["chance"]):
            facts = {"hit": hits.iloc[0], "one_in": 1 / chance}
            yield Finding(claim, "found", facts, claim["value"], str(hits.index[0]))


def judge_rank(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """How many jobs of the occupation pay less, by the official percentiles."""
    soc, period = parameters["soc"], parameters["period"]
    cells = [evidence.cell(period, "US", soc, name) for name in PERCENTILES]
    wages = [cell["value"] for cell in cells if cell is not None]
    if len(wages) < len(PERCENTILES):
        return
    pay = PayDistribution(list(PERCENTILES.values()), wages)
    for claim in claims:
        share = float(pay.rank(claim["value"]))
        yield Finding(claim, "placed", {"soc": soc, "period": period, "share": share})


def judge_change(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A place's claim whose own table is not held, against the same place in another May.

    The change that the claim would need is set against those of all places held in both Mays; with
    fewer than `least` of them nothing is said.
    """
    soc = parameters["soc"]
    for claim in claims:
        code = evidence.places.get(claim["subject"], {}).get(claim["category"], "")
        if evidence.cell(claim["period"], code, soc, claim["statistic"]) is not None:
            continue
        for period in reversed(evidence.periods):
            other = evidence.cell(period, code, soc, claim["statistic"])
            if other is None:
                continue
            changes = evidence.changes(claim["period"], period, soc, claim["statistic"])
            if len(changes) >= int(parameters["least"]):
                yield _beside_changes(claim, other, changes)
                break


def _beside_changes(claim: Claim, other: pd.Series, changes: pd.Series) -> Finding:
    """Whether places changed as much between two Mays as a claim needs its own to have done.

    The place furthest out at either end is left aside, so that no verdict hangs on one cell.
    """
    change = other["value"] / claim["value"] - 1
    changes = changes.sort_values().iloc[1:-1]
    facts = {
        "other": other,
        "change": change,
        "least": changes.min(),
        "most": changes.max(),
        "count": len(changes) + 2,
    }
    outcome = "near" if changes.min() <= change <= changes.max() else "far"
    return Finding(claim, outcome, facts, reference_figure_id=other.name)


def judge_unnamed(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A national figure without a publisher that is a cell of the official table of some May."""
    for claim in claims:
        for period in reversed(evidence.periods):
            cell = evidence.cell(period, "US", parameters["soc"], claim["statistic"])
            if cell is not None and cell["value"] == claim["value"]:
                yield Finding(claim, "found", {"official": cell}, cell["value"], cell.name)
                break
