"""The checks that a rule of the audit can name, and what each finds on a guide's claims.

A check takes the claims of one group, the evidence and the parameters of its rule, and yields
findings. The verdict and the words for each outcome are in `audit-reasons.csv`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from math import inf, isfinite, nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.audit_evidence import Evidence
from analysis.methods.distribution import PayDistribution
from analysis.methods.shares import feasible_range, largest_share
from analysis.published.pay_statistics import PERCENTILES
from common.errors import nearest

Claim = dict[str, Any]
"""A row of the guide's figures: `figure_id`, `subject`, `category`, `value` and the others."""
Claims = list[Claim]
Parameters = Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """What one check found on one claim.

    Attributes:
        claim: the claim that is judged.
        outcome: the name under which `audit-reasons.csv` has the verdict and the words.
        facts: what the words need to know beside the claim.
        reference: what the claim is set against, in its unit; NaN where no figure is comparable.
        reference_figure_id: the figure it is set against; "" where there is none.
    """

    claim: Claim
    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)
    reference: float = nan
    reference_figure_id: str = ""


class Check(NamedTuple):
    """A check, and the parameters that a rule has to give it."""

    find: Callable[[Claims, Evidence, Parameters], Iterator[Finding]]
    parameters: tuple[str, ...]


def printed_unit(value: float) -> float:
    """The unit a figure is printed to: 10 for 48,780, 1,000 for 38,000; two digits always count."""
    unit = 1.0
    while value % (10 * unit) == 0 and value >= 100 * unit:
        unit *= 10
    return unit


def _statement(claim: Claim, name: str, category: str, value: float = nan) -> Claim:
    """A claim that is no single figure, such as a list, made from one of its figures."""
    guide = claim["source_id"].partition("-quoting-")[0]
    return claim | {"figure_id": f"{guide}-{name}", "category": category, "value": value}


def _cell(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
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
        return Finding(claim, "not_held", {"standing": _standing(evidence, code, soc)})
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


def _standing(evidence: Evidence, code: str, soc: str) -> str:
    """Where an area's median stands in the newest table that has it.

    It gives an order, never a difference from a mean.
    """
    for period in reversed(evidence.periods):
        areas = evidence.areas(code, soc, "median", period)
        if code in areas.index:
            value = areas.at[code, "value"]
            rank = (areas["value"] > value).sum() + 1
            return f"number {rank} of {len(areas)} areas by its median in {period}, ${value:,.0f}"
    return "in no other table held here"


def _ranking(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A list of the best-paid places, by the guide's `rank`, against the official order."""
    ranked = [claim for claim in claims if claim["rank"] > 0]
    listed = sorted(ranked, key=lambda claim: claim["rank"])
    if len(listed) < 2:
        return
    first, soc, top = listed[0], parameters["soc"], len(listed)
    claim = _statement(first, parameters["claim"], f"top {top}")
    known = evidence.places[first["subject"]]
    unknown = [place["category"] for place in listed if place["category"] not in known]
    if unknown:
        yield Finding(claim, "unknown", {"unknown": " and ".join(unknown)})
        return
    codes = [known[place["category"]] for place in listed]
    areas = evidence.areas(codes[0], soc, first["statistic"], first["period"])
    if set(codes) <= set(areas.index):
        yield _beside_order(claim, codes, areas)
        return
    standing = [
        f"{place['category']}: {_standing(evidence, known[place['category']], soc)}"
        for place in listed
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


def _renamed(claims: Claims, evidence: Evidence, _: Parameters) -> Iterator[Finding]:
    """A place under a name that the survey no longer uses."""
    for claim in claims:
        if claim["category"] in evidence.present_names:
            present = evidence.present_names[claim["category"]]
            yield Finding(claim, "renamed", {"present": present})


def _title(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
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
    claim = _statement(claims[0], parameters["claim"], printed)
    yield Finding(claim, outcome, {"title": title})


def _gap(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A survey's mean less an official median, against the survey's mean less the official mean."""
    printed = {f"{claim['category']} {claim['statistic']}": claim for claim in claims}
    mean, median = printed.get(parameters["mean"]), printed.get(parameters["median"])
    if mean is None or median is None:
        return
    official = evidence.cell(median["period"], "US", parameters["soc"], "mean")
    if official is not None:
        gap = mean["value"] - median["value"]
        claim = _statement(mean, parameters["claim"], "mean less median", gap)
        facts = {"mean": mean, "median": median, "official": official}
        yield Finding(claim, "mixed", facts, mean["value"] - official["value"], official.name)


def _elsewhere(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
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


def _groups(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """An overall mean lies between the means of its groups, and limits the share of each."""
    overall = [claim for claim in claims if claim["category"] == parameters["overall"]]
    groups = [claim for claim in claims if claim["subject"] == parameters["groups"]]
    means = {claim["category"]: claim["value"] for claim in groups}
    if not overall or set(means) != set(parameters["all"].split("|")):
        return
    whole = overall[0]
    mean, highest = whole["value"], max(means.values())
    base = min(means, key=lambda group: means[group])
    facts = {"overall": mean, "base": base, "lowest": means[base], "highest": highest}
    outcome = "outside"
    if means[base] <= mean <= highest:
        outcome = "inside"
        least, most = feasible_range({base: 1}, means, mean)
        facts |= {"share_low": least[base], "share_high": most[base]}
    for claim in (whole, *groups):
        yield Finding(claim, outcome, facts)
    if outcome == "inside":
        subjects = (whole["subject"], parameters["groups"])
        holders = [claim for claim in claims if claim["subject"] not in subjects]
        yield from _holders(holders, mean, means[base], highest)


def _holders(claims: Claims, mean: float, lowest: float, highest: float) -> Iterator[Finding]:
    """How many can hold one credential at most, given its holders' mean and that of everyone.

    The others are taken to average no less than the lowest group, or no more than the highest.
    """
    for claim in claims:
        above = claim["value"] > mean
        others = lowest if above else highest
        if claim["value"] != others:
            facts = {
                "highest": highest,
                "others": others,
                "bound": "less" if above else "more",
                "share": largest_share(claim["value"], mean, others),
            }
            yield Finding(claim, "above" if claim["value"] > highest else "below", facts)


def _order(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Statistics of one population rise in a known order, such as p10, median, p90."""
    printed = {claim["statistic"]: claim for claim in claims}
    ranked = [printed[name] for name in parameters["order"].split() if name in printed]
    for lower, upper in pairwise(ranked):
        if (lower["statistic"], upper["statistic"]) == ("low", "high"):
            continue
        outcome = "falls" if lower["value"] > upper["value"] else "rises"
        facts = {"lower": lower, "upper": upper}
        yield Finding(lower, outcome, facts)
        yield Finding(upper, outcome, facts)


class _Band(NamedTuple):
    """A range for one level, from the claim `first` to the claim `last`.

    Both are the same claim where the band has no upper end; `high` is then infinite.
    """

    level: int
    low: float
    high: float
    first: Claim
    last: Claim


def _bands(claims: Claims, _: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Ranges for levels that follow one another: said twice alike, no overlap, no hole."""
    bands = _read_bands(claims, parameters["order"].split("<"))
    for band, other in permutations(bands, 2):
        if band.level == other.level:
            yield from _differing(band, other)
        elif band.level < other.level and band.high > other.low:
            above, below = {"other": other.first}, {"other": band.first}
            yield Finding(band.last, "overlaps", above, nan, other.first["figure_id"])
            yield Finding(other.first, "overlaps", below, nan, band.last["figure_id"])
    yield from _neighbouring(bands)


def _read_bands(claims: Claims, levels: list[str]) -> list[_Band]:
    """The bands that are printed as one range or one open end, in the order of the claims."""
    printed: dict[str, Claims] = defaultdict(list)
    for claim in claims:
        if claim["category"] in levels:
            printed[claim["figure_id"].removesuffix("-low").removesuffix("-high")].append(claim)
    bands = []
    for ends in printed.values():
        first, last = ends[0], ends[-1]
        high = inf if len(ends) == 1 else last["value"]
        bands.append(_Band(levels.index(first["category"]), first["value"], high, first, last))
    return bands


def _differing(band: _Band, other: _Band) -> Iterator[Finding]:
    """The ends in which two bands for the same level are not alike."""
    facts = {"other": other.first}
    if band.low != other.low:
        yield Finding(band.first, "differs", facts, other.low, other.first["figure_id"])
    if band.high != other.high:
        comparable = isfinite(band.high) and isfinite(other.high)
        high = other.high if comparable else nan
        yield Finding(band.last, "differs", facts, high, other.last["figure_id"])


def _neighbouring(bands: list[_Band]) -> Iterator[Finding]:
    """Whether each level meets the one below it, or lies at most one unit of the print above."""
    for level, following in pairwise(sorted({band.level for band in bands})):
        lower = max((band for band in bands if band.level == level), key=lambda band: band.high)
        upper = min((band for band in bands if band.level == following), key=lambda band: band.low)
        if upper.low >= lower.high:
            outcome = "hole" if upper.low - lower.high > printed_unit(upper.low) else "follows"
            facts = {"lower": lower.first, "upper": upper.first}
            yield Finding(lower.last, outcome, facts)
            yield Finding(upper.first, outcome, facts)


def _editions(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Equality with the claim's own edition of the survey, or the nearest ones if it was not read.

    A category is also known by its name in brackets, and by a former name.
    """
    former = dict(pair.split(":") for pair in parameters["former"].split())
    figures = evidence.published_by(parameters["published"])
    figures = figures[figures["period"].str.fullmatch(r"\d{4} survey")]
    for claim in claims:
        names = [claim["category"], claim["category"].rpartition("(")[2].rstrip(")")]
        names += [former[name] for name in names if name in former]
        same = figures[
            figures["category"].isin(names) & (figures["statistic"] == claim["statistic"])
        ]
        editions = {int(row["period"][:4]): row for _, row in same.iterrows()}
        year = int(claim["period"][:4])
        if year in editions:
            own = editions[year]
            equal = abs(claim["value"] - own["value"]) <= printed_unit(claim["value"]) / 2
            yield Finding(claim, "equal" if equal else "different", {}, own["value"], own.name)
        else:
            yield _between_editions(claim, year, editions)


def _between_editions(claim: Claim, year: int, editions: dict[int, pd.Series]) -> Finding:
    """A claim beside the editions before and after its own, and the straight line between them.

    A value on that line is plausible, no more.
    """
    earlier = [edition for edition in editions if edition < year]
    later = [edition for edition in editions if edition > year]
    facts: dict[str, Any] = {}
    if earlier:
        facts["before"] = editions[max(earlier)]
    if later:
        facts["after"] = editions[min(later)]
    outcome = " and ".join(facts) or "none"
    if earlier and later:
        ends = [facts["before"]["value"], facts["after"]["value"]]
        facts["line"] = np.interp(year, [max(earlier), min(later)], ends)
    return Finding(claim, outcome, facts)


def _difference(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A difference between two groups, against the last edition of the survey that has both."""
    pay = evidence.published_by(parameters["published"]).pivot_table("value", "period", "category")
    pay = pay.reindex(columns=[parameters["more"], parameters["less"]]).dropna()
    if pay.empty:
        return
    gap = pay[parameters["more"]].iloc[-1] - pay[parameters["less"]].iloc[-1]
    for claim in claims:
        outcome = "reached" if gap >= claim["value"] else "missed"
        yield Finding(claim, outcome, {"gap": gap, "edition": pay.index[-1]})


def _rank(claims: Claims, evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
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


def _nothing(claims: Claims, _: Evidence, __: Parameters) -> Iterator[Finding]:
    """Nothing held here can check the claim; the words say what would."""
    for claim in claims:
        yield Finding(claim, "unchecked")


CHECKS = {
    "cell": Check(_cell, ("soc", "rounding", "margin")),
    "ranking": Check(_ranking, ("soc", "claim")),
    "renamed": Check(_renamed, ()),
    "title": Check(_title, ("soc", "claim", "older_title")),
    "gap": Check(_gap, ("soc", "claim", "mean", "median")),
    "elsewhere": Check(_elsewhere, ("published", "chance")),
    "groups": Check(_groups, ("overall", "groups", "all")),
    "order": Check(_order, ("order",)),
    "bands": Check(_bands, ("order",)),
    "editions": Check(_editions, ("published", "former")),
    "difference": Check(_difference, ("published", "more", "less")),
    "rank": Check(_rank, ("soc", "period")),
    "nothing": Check(_nothing, ()),
}
"""Every check, by the name that `audit-rules.csv` gives it."""
