"""The short answer of an audit, in words."""

import pandas as pd

from analysis.methods.audit import WRONG
from analysis.methods.audit_list import quoted_from_bls
from analysis.present.comparisons import number_of
from analysis.present.sentences import Passage, words
from analysis.present.values import Figures, counted
from common.notebook_contract import Traced


def headline(checked: pd.DataFrame) -> Passage:
    """How many of BLS's figures a guide quotes wrongly, as one sentence.

    Args:
        checked: rows of `audit_list.list_claims`, BLS's figures that are confirmed or contradicted.
    """
    if checked.empty:
        return words("No BLS figure in the guide can be checked.")
    wrong = checked[checked["verdict"] == "contradicted"]
    near = wrong[within_margin(wrong)]
    slightly = words(
        ", {near} by less than BLS's own margin of error",
        near=counted(near, "BLS figures off by less than BLS's margin of error"),
    )
    return words(
        "Of {known} BLS {figures} that can be checked {wrong} {are} wrong{slightly}.",
        known=counted(checked, "BLS figures that can be checked"),
        figures=number_of(len(checked), "figure", "figures"),
        wrong=counted(wrong, "BLS figures that are wrong") if len(wrong) else "none",
        are="are" if len(wrong) > 1 else "is",
        slightly=slightly if len(near) else "",
    )


def claims_made(claims: pd.DataFrame, asides: pd.DataFrame) -> Passage:
    """How many claims a guide makes, and how many of its figures and statements are none.

    Args:
        claims: from `audit_list.list_claims`.
        asides: from `audit_list.name_claims`, one row per definition or example.
    """
    return words(
        "The guide makes {claims} claims; beside them stand {asides} definitions and examples.",
        claims=counted(claims, "claims of the guide, as printed"),
        asides=counted(asides, "definitions and examples of the guide"),
    )


def judged_by(listed: pd.DataFrame, printed: pd.DataFrame, held: list[str]) -> Passage:
    """Of which Mays are the tables that a guide's quotations from BLS are judged by.

    Args:
        listed: from `audit_list.list_claims`.
        printed: what was audited.
        held: the periods of BLS's tables, oldest first; see `Evidence.periods`.
    """
    quoted = listed.loc[listed["publisher"] == "BLS", "statement_id"]
    mays = sorted(printed.set_index("figure_id")["period"].reindex(quoted).dropna().unique())
    if not mays:
        return words("No figure of this guide is quoted from BLS.")
    newer = words(", though BLS's table of {newest} is out", newest=held[-1])
    return words(
        """A quotation from BLS is judged by BLS's table of the very May that it names, for this
        guide {mays:and}{newer}. What pay is now is said on other pages.""",
        mays=mays,
        newer=newer if held[-1] > mays[-1] else "",
    )


def with_values(listed: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """The claims with `official`, what each was compared with, and those in the ledger as values.

    Args:
        listed: from `audit_list.list_claims`.
        figures: the ledger.
    """
    claimed = figures.column(listed["figure_id"])
    return listed.assign(
        official=figures.column(listed["compared_id"]),
        claimed=claimed.where(listed["figure_id"] != "", listed["claimed"]),
    )


def in_brief(listed: pd.DataFrame, figures: Figures) -> Passage:
    """One sentence on what a guide quotes from BLS, then a line for each kind of verdict.

    Args:
        listed: from `with_values`.
        figures: the ledger.
    """
    checked = quoted_from_bls(listed)
    wrong = checked[checked["verdict"] == "contradicted"]
    close = wrong[within_margin(wrong)]
    verdict = listed["verdict"]
    kinds = {
        "Wrong": corrected(wrong.drop(close.index)),
        "Wrong, but within BLS's margin of error": named(close, figures),
        "Not so": named(listed[verdict == "contradicted"].drop(wrong.index), figures),
        "Doubtful, or at odds with another claim": named(listed[verdict.isin(WRONG[1:])], figures),
        "Right": named(listed[verdict == "confirmed"], figures),
    }
    lines = [
        words("**{kind}:** {items:semicolons}", kind=kind, items=items)
        for kind, items in kinds.items()
        if items
    ]
    unknown = counted(listed[verdict == "unverifiable"], "claims that cannot be checked")
    unchecked = words(
        "**Cannot be checked, which is not the same as false:** {unknown} {claims}",
        unknown=unknown,
        claims=number_of(int(unknown), "claim", "claims"),
    )
    return words(
        "**{headline}** {lines:bullets}", headline=headline(checked), lines=[*lines, unchecked]
    )


def score_title(listed: pd.DataFrame) -> str:
    """The finding of the chart of verdicts."""
    bad = listed["verdict"].isin(WRONG).sum()
    unknown = listed["verdict"].eq("unverifiable").sum()
    claims = number_of(len(listed), "claim", "claims")
    return (
        f"Of {len(listed)} {claims} in a salary guide {bad} should not be repeated; "
        f"{unknown} cannot be checked"
    )


def findings_at_odds(listed: pd.DataFrame) -> Passage:
    """How many claims are at odds with others, and by how many findings."""
    at_odds = listed[listed["verdict"] == "inconsistent"]
    return words(
        "Claims that are inconsistent: {claims}, by {findings} {nouns}.",
        claims=counted(at_odds, "claims that are inconsistent"),
        findings=counted(at_odds["finding_id"].unique(), "findings on claims at odds"),
        nouns=number_of(at_odds["finding_id"].nunique(), "finding", "findings"),
    )


def checked_in_words(said: pd.DataFrame) -> Passage:
    """How many of the sentences of a guide could be checked.

    Args:
        said: rows of `audit_list.list_claims`, what the guide says without a figure.
    """
    return words(
        "Sentences of this guide: {said}; of these could be checked: {checked}.",
        said=counted(said, "sentences of the guide"),
        checked=counted(said[said["verdict"] != "unverifiable"], "sentences that were checked"),
    )


def beside_official(checked: pd.DataFrame) -> pd.DataFrame:
    """Each claim with BLS's figure, and this less and plus BLS's margin of error.

    Args:
        checked: from `audit_list.quoted_from_bls`, with `official`.
    """
    official, margin = checked["official"], checked["margin"]
    pairs = checked[["label", "claimed", "official"]]
    return pairs.assign(low=official - margin, high=official + margin)


def margins_note(checked: pd.DataFrame, printed: pd.DataFrame) -> str:
    """Of which Mays the figures quoted from BLS are, and what the bands are.

    Args:
        checked: from `audit_list.quoted_from_bls`.
        printed: what was audited.
    """
    mays = printed.set_index("figure_id")["period"].reindex(checked["statement_id"]).unique()
    return f"29-2072, US dollars a year, {', '.join(mays)}. Band: 90% sampling error, if published."


def within_margin(claims: pd.DataFrame) -> pd.Series:
    """Whether each claim is no further from BLS's figure than BLS's sampling error, where known.

    Args:
        claims: rows of `audit_list.list_claims`.
    """
    return claims["difference"].abs() <= claims["margin"]


def corrected(claims: pd.DataFrame) -> list[Passage]:
    """What the guide says of each thing, and what BLS does.

    Args:
        claims: `label`, `claimed` and `official`, the last two in US dollars a year.
    """
    columns = ["label", "claimed", "official"]
    return [
        words("{label} {claimed:usd} (BLS: {official:usd})", **dict(zip(columns, row, strict=True)))
        for row in claims[columns].to_numpy()  # to_dict would make plain numbers of figures
    ]


def named(claims: pd.DataFrame, figures: Figures) -> list[str | Traced]:
    """The names of claims, each once, as links where the ledger has them.

    Args:
        claims: `label`, and `figure_id`, which may be "".
        figures: the ledger.
    """
    once = claims.drop_duplicates("label")
    pairs = zip(once["label"], once["figure_id"], strict=True)
    return [figures.called(own, label) if own else label for label, own in pairs]
