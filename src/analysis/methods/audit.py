"""Which claims of a guide hold: each is set beside the official figures and beside the guide's other claims.

The rules are data. A row of `audit-rules.csv` names a check of this module, the claims it is for and its
parameters; a row of `audit-reasons.csv` has the verdict and the words for one outcome of one rule. A check is
a pure function that yields findings; the gravest finding on a claim decides its verdict.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, permutations
from math import inf, isfinite, nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.distribution import FIVE, PayDistribution
from analysis.methods.shares import feasible_range, largest_share
from analysis.published.ledger import aapc_figures, oews_figures, tidy_figures
from common.errors import InputError, nearest

PRECEDENCE = ("contradicted", "suspect", "inconsistent", "confirmed", "unverifiable")
_SELECTORS = ("subject", "category", "statistic", "unit", "period", "source")
_PERCENTILES = ("p10", "p25", "median", "p75", "p90")

Claim = dict[str, Any]
Parameters = Mapping[str, str]


class _Lookup(dict):
    """A dictionary that says where it is from when it has no such key."""

    def __init__(self, items: Any, where: str) -> None:
        super().__init__(items)
        self.where = where

    def __missing__(self, key: str) -> Any:
        raise InputError(f"{self.where}: there is no {key!r}{nearest(key, self)}")


@dataclass(frozen=True, eq=False)
class Evidence:
    """What claims are judged by; see `collect_evidence`.

    figures: the columns of `figures.csv`, indexed by figure_id, then area_code, soc_code and soc_title, which
    are "" for AAPC.
    standard_errors: of OEWS means, in USD a year, by figure_id.
    places: by subject (state or metro), the area code of every name that OEWS or the crosswalk knows.
    present_names: for a name that OEWS no longer uses, the present one.
    """

    figures: pd.DataFrame
    standard_errors: pd.Series
    places: Mapping[str, Mapping[str, str]]
    present_names: Mapping[str, str]

    @cached_property
    def _cells(self) -> dict[tuple[str, ...], str]:
        keys = self.figures[["period", "area_code", "soc_code", "statistic"]]
        return dict(zip(keys.itertuples(index=False, name=None), self.figures.index, strict=True))

    def cell(self, period: str, area_code: str, soc_code: str, statistic: str) -> pd.Series | None:
        """The figure of an OEWS cell, its name the figure_id; None where the tables held do not have it."""
        figure_id = self._cells.get((period, area_code, soc_code, statistic))
        return None if figure_id is None else self.figures.loc[figure_id]

    @cached_property
    def periods(self) -> list[str]:
        """The periods of the OEWS tables held, oldest first."""
        return sorted(self.figures.loc[self.figures["area_code"] != "", "period"].unique())

    @cached_property
    def _tables(self) -> dict[tuple[str, ...], pd.DataFrame]:
        kind = self.figures["area_code"].map(_kind)
        return dict(list(self.figures.groupby([kind, "soc_code", "statistic", "period"])))

    def areas(self, area_code: str, soc_code: str, statistic: str, period: str) -> pd.DataFrame:
        """A figure of all areas of one area's kind (states, metropolitan areas), indexed by area code."""
        key = (_kind(area_code), soc_code, statistic, period)
        return self._tables.get(key, self.figures.head(0)).set_index("area_code")

    def published_by(self, prefix: str) -> pd.DataFrame:
        """Figures whose id starts with `prefix`: `oews-` or `aapc-`."""
        return self.figures[self.figures.index.str.startswith(prefix)]


def _kind(area_code: str) -> str:
    """`US-` of a state, `CBSA-` of a metropolitan area; nothing of the nation."""
    return area_code[: area_code.find("-") + 1]


def collect_evidence(oews: pd.DataFrame, surveys: pd.DataFrame, names: pd.DataFrame) -> Evidence:
    """The official figures and AAPC's, ready to judge claims by.

    Args:
        oews: cross-industry OEWS rows of the nation, states and areas; see `tables.load_oews`.
        surveys: see `tables.load_aapc`.
        names: the columns of `place-names.csv`.
    """
    official = oews_figures(oews)
    where = official["locator"].str.split(", ", expand=True)
    official = official.assign(
        area_code=where[0],
        soc_code=where[1],
        soc_title=official["population"].str.extract(r"^\S+ (.*), ", expand=False),
    )
    aapc = aapc_figures(surveys).assign(area_code="", soc_code="", soc_title="")
    # BLS prints the error of a mean in percent of it: in dollars, the errors are an OEWS table of their own.
    errors = oews_figures(oews.assign(annual_mean=oews["annual_mean"] * oews["mean_rse"] / 100))
    codes = pd.concat(
        [oews.set_index("area_title")["area_code"], names.set_index("place_name")["area_code"]]
    )
    present = names.set_index("place_name")["current_name"]
    return Evidence(
        figures=pd.concat([official, aapc]).set_index("figure_id"),
        standard_errors=errors[errors["statistic"] == "mean"].set_index("figure_id")["value"],
        places={
            "state": codes[codes.str.startswith("US-")].to_dict(),
            "metro": codes[~codes.str.startswith("US")].to_dict(),
        },
        present_names=present[present != present.index].to_dict(),
    )


@dataclass(frozen=True)
class Finding:
    """What one check found on one claim: the outcome, and the facts that its words need.

    reference: what the claim is set against, in its unit; NaN where no figure is comparable.
    """

    claim: Claim
    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)
    reference: float = nan
    reference_figure_id: str = ""


def audit(
    printed: pd.DataFrame, evidence: Evidence, rules: pd.DataFrame, reasons: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One verdict for each figure of a guide, and for what it says beyond single figures.

    Args:
        printed: the columns of `guide-figures.csv`; see `tidy.read_printed`.
        evidence: see `collect_evidence`.
        rules: the columns of `audit-rules.csv`, its index + 2 being the row in that file.
        reasons: the columns of `audit-reasons.csv`, likewise.

    Returns:
        The table of `claims.csv`, in the guide's order with its lists, name and gap last: claim_id, subject,
        category, claimed, reference, reference_figure_id, difference (claimed less reference, in the claim's
        unit), verdict, reason. And a table of claim_id and say_instead.

    Raises:
        InputError: a printed figure cannot be read, a rule or its words name what does not exist, or no rule
            speaks on a figure.
    """
    claims = tidy_figures(printed, "guide").merge(
        printed[["figure_id", "rank"]], "left", on="figure_id"
    )
    percentile = claims["statistic"].str.replace(r"^p(\d+)$", r"\1th percentile", regex=True)
    claims = claims.assign(statistic_name=percentile, source=claims["source_id"])
    wording = _Lookup(
        {f"{row['rule_id']} {row['outcome']}": (at, row) for at, row in reasons.iterrows()},
        "audit-reasons.csv, rule_id and outcome",
    )
    found: dict[str, list[dict]] = {claim_id: [] for claim_id in claims["figure_id"]}
    for at, rule in rules.iterrows():
        for finding in _findings(claims, evidence, rule, f"audit-rules.csv, row {at + 2}"):
            found.setdefault(finding.claim["figure_id"], []).append(_row(finding, rule, wording))
    if silent := [claim_id for claim_id, rows in found.items() if not rows]:
        raise InputError(
            f"audit-rules.csv: no rule speaks on {', '.join(silent)}; expected a last resort"
        )
    table = pd.DataFrame([_verdict(rows) for rows in found.values()])
    return table.drop(columns=["say_instead", "last_resort"]), table[["claim_id", "say_instead"]]


def printed_unit(value: float) -> float:
    """The unit a figure is printed to: 10 for 48,780 and 1,000 for 38,000; two digits always count."""
    unit = 1.0
    while value % (10 * unit) == 0 and value >= 100 * unit:
        unit *= 10
    return unit


def _findings(
    claims: pd.DataFrame, evidence: Evidence, rule: pd.Series, where: str
) -> Iterator[Finding]:
    for column in filter(rule.get, _SELECTORS):
        claims = claims[claims[column].str.fullmatch(rule[column])]
    groups = defaultdict(list)
    for claim in claims.to_dict("records"):
        groups[tuple(claim[column] for column in rule["group_by"].split())].append(claim)
    pairs = (pair.split("=", 1) for pair in rule["parameters"].split(";") if pair)
    parameters = _Lookup(pairs, f"{where}, column parameters")
    for group in groups.values():
        yield from _Lookup(_CHECKS, f"{where}, column check")[rule["check"]](
            group, evidence, parameters
        )


def _row(finding: Finding, rule: pd.Series, wording: Mapping[str, Any]) -> dict[str, Any]:
    at, words = wording[f"{rule['rule_id']} {finding.outcome}"]
    claim = finding.claim
    facts = _Lookup(
        claim | {"reference": finding.reference} | finding.facts,
        f"audit-reasons.csv, row {at + 2}, facts",
    )
    return {
        "claim_id": claim["figure_id"],
        "subject": claim["subject"],
        "category": claim["category"],
        "claimed": claim["value"],
        "reference": finding.reference,
        "reference_figure_id": finding.reference_figure_id,
        "difference": claim["value"] - finding.reference,
        "verdict": words["verdict"],
        "reason": words["reason"].format_map(facts).strip(),
        "say_instead": words["say_instead"].format_map(facts),
        "last_resort": rule["check"] == "nothing",
    }


def _verdict(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The gravest finding on a claim, with every reason; of the last resorts the first, and only in need."""
    ranked = sorted(found, key=lambda row: PRECEDENCE.index(row["verdict"]))
    kept = [row for row in ranked if not row["last_resort"]]
    if ranked[0]["verdict"] == PRECEDENCE[-1]:
        kept += [row for row in ranked if row["last_resort"]][:1]
    said = (row["say_instead"] for row in kept if row["verdict"] == kept[0]["verdict"])
    reasons = dict.fromkeys(row["reason"] for row in kept)
    return kept[0] | {"reason": " ".join(reasons), "say_instead": next(filter(None, said), "")}


def _statement(claim: Claim, name: str, category: str, value: float = nan) -> Claim:
    """A claim that is no single figure, such as a list, made from one of its figures."""
    guide = claim["source_id"].partition("-quoting-")[0]
    return claim | {"figure_id": f"{guide}-{name}", "category": category, "value": value}


def _cell(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Equality with the official cell, within the rounding of the print and of the table."""
    soc = parameters["soc"]
    for claim in claims:
        known = evidence.places.get(claim["subject"], {claim["category"]: "US"})
        code = known.get(claim["category"])
        if code is None:
            yield Finding(claim, "unknown_place", {"near": nearest(claim["category"], known)})
            continue
        official = evidence.cell(claim["period"], code, soc, claim["statistic"])
        if official is None:
            yield Finding(claim, "not_held", {"standing": _standing(evidence, code, soc)})
            continue
        difference = claim["value"] - official["value"]
        tolerance = max(printed_unit(claim["value"]), float(parameters["rounding"])) / 2
        error = evidence.standard_errors.get(official.name)
        outcome = "different"
        if abs(difference) <= tolerance or (claim["open_ended"] and difference < 0):
            outcome = "equal"
        elif error is not None and abs(difference) <= float(parameters["margin"]) * error:
            outcome = "within_error"
        facts = {
            "official": official,
            "size": _size(difference, official["value"], error),
            "other_years": _other_years(claim, evidence, code, soc, tolerance),
        }
        yield Finding(claim, outcome, facts, official["value"], official.name)


def _size(difference: float, reference: float, error: float | None) -> str:
    errors = "BLS publishes no standard error for it"
    if error is not None:
        errors = f"{abs(difference) / error:.2g} of BLS's standard errors"
    way = "high" if difference > 0 else "low"
    return f"${abs(difference):,.0f} too {way} ({100 * abs(difference) / reference:.2g}%; {errors})"


def _other_years(claim: Claim, evidence: Evidence, code: str, soc: str, tolerance: float) -> str:
    """Whether a claim is the same cell of another year's table."""
    others = {
        period: cell["value"]
        for period in evidence.periods
        if (cell := evidence.cell(period, code, soc, claim["statistic"])) is not None
        and period != claim["period"]
    }
    same = [period for period, value in others.items() if abs(value - claim["value"]) <= tolerance]
    if same:
        return f"It is BLS's figure for {' and '.join(same)}."
    return f"Nor is it in BLS's other tables held here ({', '.join(others)})." if others else ""


def _standing(evidence: Evidence, code: str, soc: str) -> str:
    """Where an area's median stands in the newest table with it: an order, never a difference from a mean."""
    for period in reversed(evidence.periods):
        areas = evidence.areas(code, soc, "median", period)
        if code in areas.index:
            value = areas.at[code, "value"]
            rank = (areas["value"] > value).sum() + 1
            return f"number {rank} of {len(areas)} areas by its median in {period}, ${value:,.0f}"
    return "in no other table held here"


def _ranking(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A list of the best-paid places against the official order; the guide's order is its `rank`."""
    listed = sorted(
        (claim for claim in claims if claim["rank"] > 0), key=lambda claim: claim["rank"]
    )
    if len(listed) < 2:
        return
    first, soc, top = listed[0], parameters["soc"], len(listed)
    claim = _statement(first, parameters["claim"], f"top {top}")
    known = evidence.places[first["subject"]]
    if unknown := [place["category"] for place in listed if place["category"] not in known]:
        yield Finding(claim, "unknown", {"unknown": " and ".join(unknown)})
        return
    codes = [known[place["category"]] for place in listed]
    areas = evidence.areas(codes[0], soc, first["statistic"], first["period"])
    if not set(codes) <= set(areas.index):
        places = [
            f"{place['category']}: {_standing(evidence, code, soc)}"
            for place, code in zip(listed, codes, strict=True)
        ]
        yield Finding(claim, "not_held", {"standing": "; ".join(places), "top": top})
        return
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
    yield Finding(claim, "same" if same else "different", facts)


def _renamed(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A place under a name that the survey no longer uses."""
    for claim in claims:
        if present := evidence.present_names.get(claim["category"]):
            yield Finding(claim, "renamed", {"present": present})


def _title(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """The occupation's name, as the population of a figure gives it, against the table's title."""
    official = evidence.cell(claims[0]["period"], "US", parameters["soc"], "mean")
    if official is not None:
        printed, title = claims[0]["population"].partition(",")[0], official["soc_title"]
        outcomes = {parameters["older_title"].casefold(): "older", title.casefold(): "same"}
        claim = _statement(claims[0], parameters["claim"], printed)
        yield Finding(claim, outcomes.get(printed.casefold(), "different"), {"title": title})


def _gap(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """A survey's mean beside an official median: their gap is set against the gap between the two means."""
    printed = {f"{claim['category']} {claim['statistic']}": claim for claim in claims}
    mean, median = printed.get(parameters["mean"]), printed.get(parameters["median"])
    if not mean or not median:
        return
    official = evidence.cell(median["period"], "US", parameters["soc"], "mean")
    if official is not None:
        claim = _statement(
            mean, parameters["claim"], "mean less median", mean["value"] - median["value"]
        )
        facts = {"mean": mean, "median": median, "official": official}
        yield Finding(claim, "mixed", facts, mean["value"] - official["value"], official.name)


def _elsewhere(
    claims: list[Claim], evidence: Evidence, parameters: Parameters
) -> Iterator[Finding]:
    """The same figure from another publisher, unless chance would explain it.

    Of n figures spread over a span, one meets a figure printed to some unit with a chance of at most
    n x unit / span.
    """
    keys = ["subject", "statistic", "unit"]
    kinds = dict(list(evidence.published_by(parameters["published"]).groupby(keys)))
    for claim in claims:
        kind = kinds.get(tuple(claim[key] for key in keys), evidence.figures.head(0))
        hits = kind[kind["value"] == claim["value"]]
        if len(hits):
            span = kind["value"].max() - kind["value"].min()
            chance = len(kind) * printed_unit(claim["value"]) / max(span, 1)
            if chance < float(parameters["chance"]):
                facts = {"hit": hits.iloc[0], "one_in": 1 / chance}
                yield Finding(claim, "found", facts, claim["value"], str(hits.index[0]))


def _groups(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """An overall mean lies between the means of its groups; what that says of the groups' shares.

    Of one credential's holders it says how many they can be at most, if the others average no less than the
    lowest group (or no more than the highest).
    """
    overall = next((claim for claim in claims if claim["category"] == parameters["overall"]), None)
    groups = [claim for claim in claims if claim["subject"] == parameters["groups"]]
    if overall is None or {claim["category"] for claim in groups} != {
        *parameters["all"].split("|")
    }:
        return
    mean = overall["value"]
    means = {claim["category"]: claim["value"] for claim in groups}
    base, highest = min(means, key=means.__getitem__), max(means.values())
    facts = {"overall": mean, "base": base, "lowest": means[base], "highest": highest}
    inside = means[base] <= mean <= highest
    if inside:
        least, most = feasible_range({base: 1}, means, mean)
        facts |= {"share_low": least[base], "share_high": most[base]}
    yield from (
        Finding(claim, "inside" if inside else "outside", facts) for claim in (overall, *groups)
    )
    for claim in claims if inside else ():
        others = means[base] if claim["value"] > mean else highest
        if (
            claim["subject"] not in (overall["subject"], parameters["groups"])
            and claim["value"] != others
        ):
            facts = {
                "highest": highest,
                "others": others,
                "bound": "less" if claim["value"] > mean else "more",
            }
            facts |= {"share": largest_share(claim["value"], mean, others)}
            yield Finding(claim, "above" if claim["value"] > highest else "below", facts)


def _order(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Statistics of one population rise in a known order, such as p10, median, p90."""
    printed = {claim["statistic"]: claim for claim in claims}
    ranked = [printed[name] for name in parameters["order"].split() if name in printed]
    for lower, upper in pairwise(ranked):
        if (lower["statistic"], upper["statistic"]) == ("low", "high"):
            continue
        outcome = "falls" if lower["value"] > upper["value"] else "rises"
        yield from (
            Finding(claim, outcome, {"lower": lower, "upper": upper}) for claim in (lower, upper)
        )


class _Band(NamedTuple):
    """A range for a level, from the claim `first` to the claim `last`: the same one where it is open."""

    level: int
    low: float
    high: float
    first: Claim
    last: Claim


def _bands(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Ranges for levels that follow one another: said twice alike, without overlap, without a hole.

    Bands may meet in one point, or lie one unit of the print apart.
    """
    levels = parameters["order"].split("<")
    printed: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim["category"] in levels:
            printed[claim["figure_id"].removesuffix("-low").removesuffix("-high")].append(claim)
    bands = []
    for first, *_, last in ([ends[0], *ends] for ends in printed.values()):
        high = last["value"] if last is not first else inf
        bands.append(_Band(levels.index(first["category"]), first["value"], high, first, last))
    for band, other in permutations(bands, 2):
        facts = {"other": other.first}
        if band.level == other.level:
            if band.low != other.low:
                yield Finding(band.first, "differs", facts, other.low, other.first["figure_id"])
            if band.high != other.high:
                high = other.high if isfinite(band.high + other.high) else nan
                yield Finding(band.last, "differs", facts, high, other.last["figure_id"])
        elif band.level < other.level and band.high > other.low:
            yield Finding(band.last, "overlaps", facts, nan, other.first["figure_id"])
            yield Finding(
                other.first, "overlaps", {"other": band.first}, nan, band.last["figure_id"]
            )
    for level, following in pairwise(sorted({band.level for band in bands})):
        lower = max((band for band in bands if band.level == level), key=lambda band: band.high)
        upper = min((band for band in bands if band.level == following), key=lambda band: band.low)
        if upper.low >= lower.high:
            outcome = "hole" if upper.low - lower.high > printed_unit(upper.low) else "follows"
            facts = {"lower": lower.first, "upper": upper.first}
            yield from (Finding(claim, outcome, facts) for claim in (lower.last, upper.first))


def _editions(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Equality with the claim's own edition of the survey, or the nearest editions if it was not readable.

    A value on the straight line between two editions is plausible, no more. A category is also known by its
    name in brackets, and by a former name.
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
            continue
        near = {
            "before": max((at for at in editions if at < year), default=0),
            "after": min((at for at in editions if at > year), default=0),
        }
        facts: dict[str, Any] = {name: editions[at] for name, at in near.items() if at}
        outcome = " and ".join(facts) or "none"
        if len(facts) == 2:
            facts["line"] = np.interp(
                year, [*near.values()], [row["value"] for row in facts.values()]
            )
        yield Finding(claim, outcome, facts)


def _difference(
    claims: list[Claim], evidence: Evidence, parameters: Parameters
) -> Iterator[Finding]:
    """A difference between two groups, against the last edition of the survey that has both."""
    pay = evidence.published_by(parameters["published"]).pivot_table("value", "period", "category")
    pay = pay.reindex(columns=[parameters["more"], parameters["less"]]).dropna()
    gaps = pay[parameters["more"]] - pay[parameters["less"]]
    for claim in claims if len(gaps) else ():
        outcome = "reached" if gaps.iloc[-1] >= claim["value"] else "missed"
        yield Finding(claim, outcome, {"gap": gaps.iloc[-1], "edition": gaps.index[-1]})


def _rank(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """How many jobs of the occupation pay less, by the official percentiles."""
    cells = [
        evidence.cell(parameters["period"], "US", parameters["soc"], name) for name in _PERCENTILES
    ]
    wages = [cell["value"] for cell in cells if cell is not None]
    if len(wages) < len(FIVE):
        return
    distribution = PayDistribution(FIVE, wages)
    for claim in claims:
        yield Finding(
            claim, "placed", {**parameters, "share": float(distribution.rank(claim["value"]))}
        )


def _nothing(claims: list[Claim], evidence: Evidence, parameters: Parameters) -> Iterator[Finding]:
    """Nothing held here can check the claim; the words say what would."""
    yield from (Finding(claim, "unchecked") for claim in claims)


_CHECKS = {
    check.__name__.removeprefix("_"): check
    for check in (
        *(_cell, _ranking, _renamed, _title, _gap, _elsewhere, _groups),
        *(_order, _bands, _editions, _difference, _rank, _nothing),
    )
}
