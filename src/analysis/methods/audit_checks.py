"""Every check that a rule of the audit can name.

A check takes the claims of one group, the evidence and the parameters of its rule, and yields
findings. The verdict and the words for each outcome are in `audit-reasons.csv`.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from analysis.methods import audit_consistency as consistency
from analysis.methods import audit_official as official
from analysis.methods import audit_statements as statements
from analysis.methods import audit_surveys as surveys
from analysis.methods.audit_evidence import Evidence
from analysis.methods.audit_findings import Claims, Finding, Parameters


class Check(NamedTuple):
    """A check, and the parameters that a rule has to give it."""

    find: Callable[[Claims, Evidence, Parameters], Iterator[Finding]]
    parameters: tuple[str, ...]


CHECKS = {
    "around": Check(consistency.judge_around, ()),
    "aside": Check(consistency.judge_aside, ()),
    "bands": Check(consistency.judge_bands, ("order",)),
    "benefits": Check(consistency.judge_benefits, ("wages", "listed", "bonuses", "every")),
    "beyond": Check(consistency.judge_beyond, ("publisher", "most")),
    "cell": Check(official.judge_cell, ("soc", "rounding", "margin")),
    "change": Check(official.judge_change, ("soc", "least")),
    "difference": Check(surveys.judge_difference, ("published", "more", "less")),
    "editions": Check(surveys.judge_editions, ("published", "former", "beyond")),
    "elsewhere": Check(official.judge_elsewhere, ("published", "chance")),
    "employers": Check(statements.judge_employers, ("soc", "best", "others")),
    "gap": Check(official.judge_gap, ("soc", "claim", "mean", "median")),
    "groups": Check(surveys.judge_groups, ("overall", "groups", "all")),
    "length": Check(consistency.judge_length, ("length",)),
    "nothing": Check(consistency.judge_nothing, ()),
    "order": Check(consistency.judge_order, ("order",)),
    "prices": Check(statements.judge_prices, ("soc", "least")),
    "rank": Check(official.judge_rank, ("soc", "period")),
    "ranking": Check(official.judge_ranking, ("soc", "claim", "least")),
    "ratio": Check(surveys.judge_ratio, ("published", "former", "overall", "most")),
    "region": Check(statements.judge_region, ("soc", "states")),
    "renamed": Check(official.judge_renamed, ()),
    "scope": Check(statements.judge_scope, ("soc", "apart")),
    "title": Check(official.judge_title, ("soc", "claim", "older_title")),
    "unnamed": Check(official.judge_unnamed, ("soc",)),
}
"""Every check, by the name that `audit-rules.csv` gives it."""
