"""What the report's first page says of the nation's pay, of AAPC's figure and of the states."""

from collections.abc import Sequence

import pandas as pd

from analysis.methods.occupations import BILLERS, CODERS, OCCUPATIONS
from analysis.present.comparisons import side_of
from analysis.present.ranking_words import extreme, measure_in_words
from analysis.present.sentences import Passage, words
from analysis.present.values import Figures


def pay_in_brief(year: int, figures: Figures, later: Sequence[Passage] = ()) -> Passage:
    """The medians of coders and of billers, and what one job in ten pays at most and at least.

    Args:
        year: of the May.
        figures: the ledger.
        later: of a May that waits, from `comparisons.waiting`.
    """
    called = {CODERS: "coders and records clerks", BILLERS: "billers"}
    told = [
        words(
            """**{median}** a year for {who}, the median of May {year:year}: half of the jobs pay
            less, half more. One in ten pays below {p10}, one in ten above {p90}.""",
            who=who,
            year=year,
            **{
                name: figures[f"oews-{year}-us-{occupation}-{name}"]
                for name in ("median", "p10", "p90")
            },
        )
        for occupation, who in called.items()
    ]
    return words("{told:bullets}", told=[*told, *later])


def another_figure(ledger: pd.DataFrame) -> Passage:
    """Why AAPC's figure, which salary guides quote beside BLS's, is another one.

    Args:
        ledger: the columns of `figures.csv`.
    """
    figures, period = Figures(ledger), ledger.set_index("figure_id")["period"]
    start, target = figures["guide-bls-median"], figures["guide-aapc-mean"]
    return words(
        """**Why is AAPC's figure {side}?** The usual pair, BLS's {start} of {start_period} and
        AAPC's {target} of its {target_period}, is {gap:usd} apart and both can be right: BLS's is
        the median of all medical-records jobs, certified or not, AAPC's an average of certified
        members who chose to answer. How much of the gap is explained depends on when AAPC asked,
        which is not published:
        [the steps, and what they rest on](../report/03-reconcile-bls-aapc.html). BLS calls coders
        and records clerks {coders}, and billers, in health care and elsewhere, {billers}.""",
        side=side_of(target, start, ("higher", "lower"), "the same as BLS's"),
        start=start,
        start_period=period["guide-bls-median"],
        target=target,
        target_period=period["guide-aapc-mean"],
        gap=abs(target - start),
        coders=OCCUPATIONS[CODERS].jobs,
        billers=OCCUPATIONS[BILLERS].jobs,
    )


def reach_title(year: int, figures: Figures) -> str:
    """The finding of the nation's percentiles; arguments as of `pay_in_brief`."""
    median = figures[f"oews-{year}-us-{CODERS}-median"]
    return f"Half of the jobs of {OCCUPATIONS[CODERS].jobs} pay less than {median:usd}"


def map_title(tiles: pd.DataFrame, statistic: str) -> str:
    """Where pay is highest.

    Args:
        tiles: `area_code`, `area_title` and `value`, the pay, which may be missing.
        statistic: such as `median`.
    """
    return str(extreme(tiles.assign(pay=tiles["value"]), measure_in_words(statistic)))
