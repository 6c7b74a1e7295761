"""Which claims of a guide hold: each is judged by official figures and by the guide's other claims.

The rules are data. A row of `audit-rules.csv` names a check of `audit_checks`, the claims it is
for and its parameters. A row of `audit-reasons.csv` has the verdict and the words for one outcome
of one rule. A claim is what is printed once: both ends of a range have one verdict, the gravest of
all findings on them. Claims at odds with each other count as one finding.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from analysis.methods.audit_checks import CHECKS
from analysis.methods.audit_evidence import Evidence, collect_evidence, read_statements
from analysis.methods.audit_findings import Claim, Finding
from analysis.published.ledger import tidy_figures
from analysis.published.pay_statistics import STATISTICS
from common.errors import InputError, nearest

__all__ = [
    "ASIDES",
    "PRECEDENCE",
    "WRONG",
    "Audit",
    "audit",
    "collect_evidence",
    "count_claims",
    "read_statements",
]

WRONG = ("contradicted", "inconsistent", "implausible", "suspect")
"""The verdicts on what should not be repeated, gravest first."""
ASIDES = ("definition", "example")
"""What is no claim."""
PRECEDENCE = (*WRONG, "confirmed", "plausible", *ASIDES, "unverifiable")
"""The verdicts, gravest first; one that says more comes before one that says less."""
_SELECTORS = ("subject", "category", "statistic", "unit", "period", "publisher")
_PUBLISHERS = {
    "BLS": r"BLS|OEWS|OES|.*\bBureau of Labor Statistics\b.*",
    "AAPC": r"AAPC|.*\bAmerican Academy of Professional Coders\b.*",
}
"""Publishers whose own figures are held, and the names that a guide may give them."""
_CLAIM = ["claim_id", "subject", "category", "claimed", "reference", "reference_figure_id"]
_COLUMNS = [*_CLAIM, "difference", "verdict", "reason", "statement_id", "finding_id", "publisher"]

Option = TypeVar("Option")


class Audit(NamedTuple):
    """What an audit finds, in the guide's order with its lists, name and gap last.

    Attributes:
        claims: the table of `claims.csv`, one row per number: claim_id, subject, category, claimed,
            reference, reference_figure_id, difference (claimed less reference, in the claim's
            unit), verdict, reason, statement_id (what was printed once; the two ends of a range
            share it), finding_id (claims at odds with each other share it) and publisher (whom the
            guide names; "" for its own).
        instead: claim_id and say_instead, in the order of `claims`.
        asides: what is no claim, a definition or an example, in the columns of `claims`.
    """

    claims: pd.DataFrame
    instead: pd.DataFrame
    asides: pd.DataFrame


def audit(
    printed: pd.DataFrame,
    evidence: Evidence,
    rules: pd.DataFrame,
    reasons: pd.DataFrame,
    statements: pd.DataFrame | None = None,
) -> Audit:
    """One verdict for each claim of a guide.

    Args:
        printed: the columns of `guide-figures.csv`; see `ledger.read_printed`.
        evidence: see `collect_evidence`.
        rules: the columns of `audit-rules.csv`, its index + 2 being the row in that file.
        reasons: the columns of `audit-reasons.csv`, likewise.
        statements: what the guide says without a figure; see `read_statements`.

    Raises:
        InputError: a printed figure cannot be read, a rule or its words name what does not exist,
            or no rule speaks on a figure.
    """
    records = _read_claims(printed, statements)
    wording = {f"{row['rule_id']} {row['outcome']}": row for _, row in reasons.iterrows()}
    found: dict[str, list[dict]] = {claim["statement"]: [] for claim in records}
    for at, rule in rules.iterrows():
        for finding in _findings(records, evidence, rule, f"audit-rules.csv, row {at + 2}"):
            found.setdefault(finding.claim["statement"], []).append(_row(finding, rule, wording))
    silent = [name for name, rows in found.items() if not rows]
    if silent:
        raise InputError(
            f"audit-rules.csv: no rule speaks on {', '.join(silent)}; expected a last resort"
        )
    judged = [row for rows in found.values() for row in _judge(rows, records)]
    table = pd.DataFrame(judged, columns=[*_COLUMNS, "say_instead"])
    aside = table["verdict"].isin(ASIDES)
    claims = table[~aside].reset_index(drop=True)
    return Audit(
        claims[_COLUMNS],
        claims[["claim_id", "say_instead"]],
        table.loc[aside, _COLUMNS].reset_index(drop=True),
    )


def count_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """How many claims have each verdict, counted as they are printed.

    Args:
        claims: see `Audit`.

    Returns:
        One row per verdict that a claim can have, gravest first: `verdict`, `claims` (printed
        statements; a range is one) and `findings` (claims at odds with each other are one).
    """
    counts = claims.groupby("verdict")[["statement_id", "finding_id"]].nunique()
    verdicts = pd.Index([name for name in PRECEDENCE if name not in ASIDES], name="verdict")
    renamed = counts.set_axis(["claims", "findings"], axis=1)
    return renamed.reindex(verdicts, fill_value=0).reset_index()


def _read_claims(printed: pd.DataFrame, statements: pd.DataFrame | None) -> list[Claim]:
    """The numbers that a guide prints, then what it says without one."""
    own = printed.set_index("figure_id")
    records = tidy_figures(printed, "guide").to_dict("records")
    for record in records:
        name = record["figure_id"]
        if name not in own.index:  # one end of a range
            name = name.rpartition("-")[0]
        record |= {
            "statement": name,
            "rank": own.at[name, "rank"],
            "publisher": _known_publisher(own.at[name, "publisher"]),
            "statistic_name": STATISTICS.get(record["statistic"], record["statistic"]),
        }
    said = [] if statements is None else statements.to_dict("records")
    none = {"statistic": "statement", "statistic_name": "statement", "value": nan, "rank": nan}
    return records + [
        row | none | {"statement": row["figure_id"], "unit": "", "open_ended": False}
        for row in said
    ]


def _known_publisher(name: str) -> str:
    """A publisher under the name that the rules have for it."""
    for known, pattern in _PUBLISHERS.items():
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return known
    return name


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
    facts = finding.claim | {"reference": finding.reference} | finding.facts
    return {
        "claim": finding.claim,
        "reference": finding.reference,
        "reference_figure_id": finding.reference_figure_id,
        "verdict": words["verdict"],
        "reason": " ".join(_fill(words, "reason", facts).split()),
        "say_instead": _fill(words, "say_instead", facts),
        "last_resort": rule["check"] == "nothing",
        "finding_id": finding.contradiction or finding.claim["statement"],
    }


def _fill(words: pd.Series, column: str, facts: Mapping[str, Any]) -> str:
    """The words of a row of `audit-reasons.csv`, with the facts that they name in braces."""
    where = f"audit-reasons.csv, row {words.name + 2}, column {column}"
    try:
        return words[column].format_map(facts)
    except KeyError as error:
        name = str(error.args[0])
        raise InputError(f"{where}: there is no fact {name!r}{nearest(name, facts)}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"{where}: {error}; expected facts in braces, and braces that are words doubled"
        ) from error


def _judge(found: list[dict[str, Any]], records: Sequence[Claim]) -> Iterator[dict[str, Any]]:
    """The numbers of one printed statement, with its gravest verdict and every reason.

    Of the last resorts only the first counts, and only where nothing else decides. A number is
    compared with what its own gravest finding is.
    """
    ranked = sorted(found, key=lambda row: PRECEDENCE.index(row["verdict"]))
    kept = [row for row in ranked if not row["last_resort"]]
    if ranked[0]["verdict"] == "unverifiable":
        kept += [row for row in ranked if row["last_resort"]][:1]
    deciding = [row for row in kept if row["verdict"] == kept[0]["verdict"]]
    shared = {
        "verdict": kept[0]["verdict"],
        "reason": " ".join(dict.fromkeys(row["reason"] for row in kept)),
        "say_instead": next((row["say_instead"] for row in deciding if row["say_instead"]), ""),
        "finding_id": kept[0]["finding_id"] if kept[0]["verdict"] in WRONG else "",
    }
    name = found[0]["claim"]["statement"]
    own = [claim for claim in records if claim["statement"] == name] or [found[0]["claim"]]
    for claim in own:
        beside = [row for row in kept if row["claim"]["figure_id"] == claim["figure_id"]]
        compared = beside[0] if beside else {"reference": nan, "reference_figure_id": ""}
        yield shared | {
            "claim_id": claim["figure_id"],
            "subject": claim["subject"],
            "category": claim["category"],
            "claimed": claim["value"],
            "reference": compared["reference"],
            "reference_figure_id": compared["reference_figure_id"],
            "difference": claim["value"] - compared["reference"],
            "statement_id": name,
            "finding_id": shared["finding_id"] or name,
            "publisher": claim["publisher"],
        }
