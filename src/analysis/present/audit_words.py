"""The short answer of an audit, in words."""

import pandas as pd

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
        figures="figure" if len(checked) == 1 else "figures",
        wrong=counted(wrong, "BLS figures that are wrong") if len(wrong) else "none",
        are="are" if len(wrong) > 1 else "is",
        slightly=slightly if len(near) else "",
    )


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
