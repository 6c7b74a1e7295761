"""Which claims of a guide hold: each is judged by official figures and by the guide's other claims.

The rules are data. A row of `audit-rules.csv` names a check of `audit_checks`, the claims it is
for and its parameters. A row of `audit-reasons.csv` has the verdict and the words for one outcome
of one rule. The gravest finding on a claim decides its verdict.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd

from analysis.methods.audit_checks import CHECKS, Claim, Finding
from analysis.methods.audit_evidence import Evidence, collect_evidence
from analysis.published.ledger import tidy_figures
from analysis.published.pay_statistics import STATISTICS
from common.errors import InputError, nearest

__all__ = ["PRECEDENCE", "audit", "collect_evidence"]

PRECEDENCE = ("contradicted", "suspect", "inconsistent", "confirmed", "unverifiable")
"""The verdicts, gravest first."""
_SELECTORS = ("subject", "category", "statistic", "unit", "period", "source")

Option = TypeVar("Option")


def audit(
    printed: pd.DataFrame, evidence: Evidence, rules: pd.DataFrame, reasons: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One verdict for each figure of a guide, and for what it says beyond single figures.

    Args:
        printed: the columns of `guide-figures.csv`; see `ledger.read_printed`.
        evidence: see `collect_evidence`.
        rules: the columns of `audit-rules.csv`, its index + 2 being the row in that file.
        reasons: the columns of `audit-reasons.csv`, likewise.

    Returns:
        The table of `claims.csv`, in the guide's order with its lists, name and gap last: claim_id,
        subject, category, claimed, reference, reference_figure_id, difference (claimed less
        reference, in the claim's unit), verdict, reason. And a table of claim_id and say_instead.

    Raises:
        InputError: a printed figure cannot be read, a rule or its words name what does not exist,
            or no rule speaks on a figure.
    """
    claims = tidy_figures(printed, "guide").merge(
        printed[["figure_id", "rank"]], "left", on="figure_id"
    )
    claims = claims.assign(
        statistic_name=claims["statistic"].replace(STATISTICS), source=claims["source_id"]
    )
    wording = {f"{row['rule_id']} {row['outcome']}": row for _, row in reasons.iterrows()}
    found: dict[str, list[dict]] = {claim_id: [] for claim_id in claims["figure_id"]}
    records = claims.to_dict("records")
    for at, rule in rules.iterrows():
        for finding in _findings(records, evidence, rule, f"audit-rules.csv, row {at + 2}"):
            found.setdefault(finding.claim["figure_id"], []).append(_row(finding, rule, wording))
    silent = [claim_id for claim_id, rows in found.items() if not rows]
    if silent:
        raise InputError(
            f"audit-rules.csv: no rule speaks on {', '.join(silent)}; expected a last resort"
        )
    table = pd.DataFrame([_verdict(rows) for rows in found.values()])
    return table.drop(columns=["say_instead", "last_resort"]), table[["claim_id", "say_instead"]]


def _findings(
    claims: Sequence[Claim], evidence: Evidence, rule: pd.Series, where: str
) -> Iterator[Finding]:
    """What a rule's check finds on the claims that the rule is for, group by group."""
    check = _look_up(CHECKS, rule["check"], f"{where}, column check")
    given = dict(pair.split("=", 1) for pair in rule["parameters"].split(";") if pair)
    parameters = {
        name: _look_up(given, name, f"{where}, column parameters") for name in check.parameters
    }
    patterns = {column: rule[column] for column in _SELECTORS if rule[column]}
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if all(re.fullmatch(pattern, claim[column]) for column, pattern in patterns.items()):
            groups[tuple(claim[column] for column in rule["group_by"].split())].append(claim)
    for group in groups.values():
        yield from check.find(group, evidence, parameters)


def _look_up(options: Mapping[str, Option], name: str, where: str) -> Option:
    """The option of that name; an InputError says where it was asked for, and the nearest names."""
    if name not in options:
        raise InputError(f"{where}: there is no {name!r}{nearest(name, options)}")
    return options[name]


def _row(finding: Finding, rule: pd.Series, wording: Mapping[str, pd.Series]) -> dict[str, Any]:
    """A finding with its verdict and words, as a row of the table of claims."""
    key = f"{rule['rule_id']} {finding.outcome}"
    words = _look_up(wording, key, "audit-reasons.csv, rule_id and outcome")
    claim = finding.claim
    facts = claim | {"reference": finding.reference} | finding.facts
    return {
        "claim_id": claim["figure_id"],
        "subject": claim["subject"],
        "category": claim["category"],
        "claimed": claim["value"],
        "reference": finding.reference,
        "reference_figure_id": finding.reference_figure_id,
        "difference": claim["value"] - finding.reference,
        "verdict": words["verdict"],
        "reason": _fill(words, "reason", facts).strip(),
        "say_instead": _fill(words, "say_instead", facts),
        "last_resort": rule["check"] == "nothing",
    }


def _fill(words: pd.Series, column: str, facts: Mapping[str, Any]) -> str:
    """The words of a row of `audit-reasons.csv`, with the facts that they name in braces."""
    try:
        return words[column].format_map(facts)
    except KeyError as error:
        name = str(error.args[0])
        where = f"audit-reasons.csv, row {words.name + 2}, column {column}"
        raise InputError(f"{where}: there is no fact {name!r}{nearest(name, facts)}") from error


def _verdict(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The gravest finding on a claim, with every reason.

    Of the last resorts only the first counts, and only where nothing else decides.
    """
    ranked = sorted(found, key=lambda row: PRECEDENCE.index(row["verdict"]))
    kept = [row for row in ranked if not row["last_resort"]]
    if ranked[0]["verdict"] == "unverifiable":
        kept += [row for row in ranked if row["last_resort"]][:1]
    gravest = kept[0]
    instead = [row["say_instead"] for row in kept if row["verdict"] == gravest["verdict"]]
    reasons = dict.fromkeys(row["reason"] for row in kept)
    return gravest | {
        "reason": " ".join(reasons),
        "say_instead": next((said for said in instead if said), ""),
    }
