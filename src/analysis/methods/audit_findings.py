"""What a check of the audit takes and gives: claims, findings, and the unit that a print keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

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
        contradiction: the name of what a guide says twice and differently, so that claims at odds
            with each other count as one; "" where a claim stands alone.
    """

    claim: Claim
    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)
    reference: float = nan
    reference_figure_id: str = ""
    contradiction: str = ""


def printed_unit(value: float) -> float:
    """The unit a figure is printed to: 10 for 48,780, 1,000 for 38,000; two digits always count."""
    unit = 1.0
    while value % (10 * unit) == 0 and value >= 100 * unit:
        unit *= 10
    return unit


def statement(claim: Claim, name: str, category: str, value: float = nan) -> Claim:
    """A claim that is no single figure, such as a list, made from one of its figures."""
    guide = claim["source_id"].partition("-quoting-")[0]
    own = {"figure_id": f"{guide}-{name}", "statement": f"{guide}-{name}"}
    return claim | own | {"category": category, "value": value}


def contradiction(*claims: Claim) -> str:
    """The name of what some claims say differently, whichever of them it is said of."""
    return " and ".join(sorted({claim["statement"] for claim in claims}))
