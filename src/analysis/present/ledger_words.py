"""What page 01 says of the ledger: what was read, what was made of it, and what was checked."""

import pandas as pd

from analysis.present.comparisons import number_of
from analysis.present.sentences import Passage, words
from analysis.present.values import counted
from analysis.published.pay_statistics import HOURS_A_YEAR

CHECKS = {
    "state_employment": "Jobs of the states, added up",
    "sector_employment": "Jobs of the sectors, added up",
    "ownership_employment": "Jobs of private and of public employers, added up",
    "health_care_employment": "Jobs of the parts of health care, added up",
    "state_mean": "Means of the states, weighted by jobs",
} | {
    f"annual_wage_{table}": f"Annual wages as {HOURS_A_YEAR:,} hourly ones, {where}"
    for table, where in {
        "national": "the nation",
        "state": "the states",
        "sector": "the sectors",
        "area": "other areas",
        "industry": "industries",
    }.items()
}
"""What each cross-check of `agreement.check_official_tables` compares, in words."""


def short_answer(
    claims: pd.DataFrame, oews: pd.DataFrame, aapc: pd.DataFrame, checks: pd.DataFrame
) -> Passage:
    """How many figures the ledger has of each publisher, and whether BLS's agree.

    Args:
        claims: from `ledger.tidy_figures`.
        oews: from `ledger.oews_figures` and `ledger.industry_figures`.
        aapc: from `ledger.aapc_figures`.
        checks: from `agreement.check_official_tables`.
    """
    return words(
        """**{all} published figures**: {oews} from the survey of employers by the Bureau of Labor
        Statistics (BLS), {aapc} from surveys of AAPC's members, and {claims} as a salary guide
        prints them. They are of different people and years, and a mean is no median; so each keeps
        its statistic, population, period and source. Of {made} cross-checks among BLS's tables
        {missed} {do} not hold, listed below with what is known of the cause.""",
        all=counted(pd.concat([claims, oews, aapc]), "published figures in the ledger"),
        oews=counted(oews, "published figures of OEWS"),
        aapc=counted(aapc, "published figures of AAPC"),
        claims=counted(claims, "numbers made of the printed figures"),
        made=counted(checks, "cross-checks of official tables"),
        missed=counted(checks[~checks["holds"]], "cross-checks that do not hold"),
        do=number_of(int((~checks["holds"]).sum()), "does", "do"),
    )


def by_subject(printed: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """How many figures a guide prints on each subject, with the first of them as an example.

    Args:
        printed: see `ledger.read_printed`.
        claims: from `ledger.tidy_figures`, with `linked`, the figure that an example leads to.

    Returns:
        `subject`, `printed`, `example` and `linked`, in the order of the guide.
    """
    firsts = claims.groupby("subject", sort=False)[["as_published", "linked"]].first()
    counts = printed.groupby("subject", sort=False).size().rename("printed")
    table = firsts.rename(columns={"as_published": "example"}).join(counts).reset_index()
    return table[["subject", "printed", "example", "linked"]]


def numbers_made(printed: pd.DataFrame, claims: pd.DataFrame) -> Passage:
    """How many numbers the printed figures give, the two ends of a range being two."""
    return words(
        "Printed figures: {printed}, of them ranges: {ranges}. Numbers made of them: {made}.",
        printed=counted(printed, "printed figures of the guide"),
        ranges=counted(printed[printed["statistic"] == "range"], "printed figures that are ranges"),
        made=counted(claims, "numbers made of the printed figures"),
    )


def checks_made(checks: pd.DataFrame) -> Passage:
    """How many cross-checks were made and do not hold; see `agreement.check_official_tables`."""
    return words(
        "Cross-checks made: {made}; of these do not hold: {missed}.",
        made=counted(checks, "cross-checks of official tables"),
        missed=counted(checks[~checks["holds"]], "cross-checks that do not hold"),
    )


def missed_checks(checks: pd.DataFrame) -> pd.DataFrame:
    """The cross-checks that do not hold, in words, with what is known of the cause.

    Args:
        checks: from `agreement.check_official_tables`.

    Returns:
        `check`, `year`, `soc_code`, `difference` and `tolerance` (jobs or US dollars a year), and
        `explanation`.
    """
    missed = checks[~checks["holds"]].round(0)
    shown = ["check", "year", "soc_code", "difference", "tolerance", "explanation"]
    return missed.assign(check=missed["name"].map(CHECKS))[shown]


def averages_made(surveys: pd.DataFrame, figures: pd.DataFrame) -> Passage:
    """How many rows of AAPC figures are held, and how many figures of the ledger they give."""
    return words(
        "Rows of AAPC figures: {rows}; published figures made of them: {figures}.",
        rows=counted(surveys, "rows of AAPC figures held"),
        figures=counted(figures, "published figures of AAPC"),
    )
