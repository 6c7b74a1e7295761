"""What is said of AAPC's averages: shares that they allow, where they stand, which to quote."""

import pandas as pd

from analysis.methods import shares
from analysis.methods.published_answers import certified_label
from analysis.present.bridge_words import Pair
from analysis.present.comparisons import apart_over, number_of, side_of, side_of_range, years_apart
from analysis.present.formats import percent, usd
from analysis.present.sentences import Passage, words
from analysis.present.values import Figures, modelled

ALLOWED, CURVE = "Shares that published means allow", "A distribution from percentiles"
COUNTS = ["one", "two", "three or more"]
"""The numbers of credentials that AAPC gives averages for."""
SPECIAL = ["CIC", "medical coding auditor (CPMA)", "COC", "CRC"]
"""Credentials whose holders can be few."""


def shares_title(one: pd.Series) -> str:
    """The finding of the chart of feasible shares; `low` and `high` for one credential."""
    low, high = (percent(one[end], 1) for end in ("low", "high"))
    return f"If the averages are of the same members, {low} to {high} of them hold one credential"


def single_credential(averages: pd.Series) -> Passage:
    """What the averages say of members with one credential, the CPC alone, and rarer ones.

    Args:
        averages: as values, by category: `certified`, `CPC`, those of `COUNTS` and of `SPECIAL`.
    """
    means, overall = averages[COUNTS].astype(float).to_dict(), float(averages["certified"])
    falling = shares.feasible_shares(means, overall, [("two", "three or more")]).loc["one"]
    alone = shares.implied_base_pay(float(averages["CPC"]), means, overall, "one")
    return words(
        """If no fewer members hold two credentials than three or more, {low:percent1} to
        {high:percent1} hold one. CPC holders average {cpc:usd}; with the CPC alone that would be
        {alone_low:usd} to {alone_high:usd}, {side} the one-credential average of {one:usd}.
        {caps:sentences}""",
        low=modelled(falling["low"], ALLOWED),
        high=modelled(falling["high"], ALLOWED),
        cpc=averages["CPC"],
        alone_low=modelled(alone[0], ALLOWED),
        alone_high=modelled(alone[1], ALLOWED),
        side=side_of_range(*alone, averages["one"]),
        one=averages["one"],
        caps=_caps(averages, means["one"], overall),
    )


def _caps(averages: pd.Series, one: float, overall: float) -> list[Passage]:
    """How many can hold a credential whose holders average more than all members do."""
    held = [
        words(
            "{share:percent1} hold {name}",
            share=modelled(shares.largest_share(float(averages[name]), overall, one), ALLOWED),
            name=name,
        )
        for name in SPECIAL
        if averages[name] > overall
    ]
    if not held:
        return []
    told = words(
        """If the members without it average at least as much as those with one credential, at most
        {held:and}; if they average less, more can.""",
        held=held,
    )
    return [told]


def best_paid_part(
    pair: Pair, parts: pd.Series, curve_mean: float, percentiles: pd.Series
) -> Passage:
    """How large a part of the occupation the certified can be, if they are its best paid.

    Args:
        pair: the two figures.
        parts: from `distribution.top_shares`.
        curve_mean: the mean of the curve as it runs through the percentiles.
        percentiles: those of the May inside the survey's year, as values.
    """
    mean = pair.value["bls_mean_survey"]
    if pair.target <= mean:
        return words(
            """AAPC's average, {target:usd}, is {side} the mean of all jobs in the occupation,
            {mean:usd} (OEWS, May {year:year}), so its members need not be the better paid part.""",
            target=pair.target,
            side=side_of(pair.target, mean),
            mean=mean,
            year=pair.survey_may,
        )
    moved = side_of(mean, curve_mean, ("raised", "lowered"), "kept")
    return words(
        """At the very most {at_most:percent1} of the jobs in the occupation (OEWS, May {year:year})
        can average {target:usd}, with all others at the lowest pay that the percentiles allow. On a
        smooth curve through the percentiles it is {on_curve:percent1}; on that curve {moved} as a
        whole to the published mean, {on_scaled_curve:percent1}. If a larger part of the jobs is
        held by the certified, AAPC's members must differ in job, in pay concept or in who answers,
        and not only in rank.""",
        year=pair.survey_may,
        target=pair.target,
        moved=moved,
        **{name: modelled(part, CURVE, percentiles) for name, part in parts.items()},
    )


def answers_title(answers: pd.DataFrame) -> str:
    """The finding of the chart of published answers; see `published_answers.answers`."""
    middle = answers["median"].fillna(answers["mean"])
    medians = answers["median"].notna().sum()
    kinds = number_of(medians, "is a median", "are medians")
    return (
        f"{len(answers)} published answers, from {usd(middle.min())} to {usd(middle.max())}: "
        f"{medians} {kinds}, the others means or ranges"
    )


def answers_note(printed: pd.DataFrame, base: int) -> str:
    """Of what dates the answers are.

    Args:
        printed: from `published_answers.printed_pay`.
        base: the May of BLS's.
    """
    others = printed[(printed["subject"] == "national") & ~printed["label"].str.startswith("BLS")]
    periods = " and ".join(others["period"].unique())
    return f"US dollars a year. BLS's are of May {base}, the others of: {periods}."


def placed_title(pair: Pair, placed: pd.DataFrame) -> str:
    """The finding of the chart of placed averages.

    Args:
        pair: the two figures.
        placed: `label` and `rank`, AAPC's mean of the edition among them.
    """
    rank = placed.set_index("label").at[certified_label(pair.edition), "rank"]
    return (
        f"AAPC's average for {pair.edition} stands above {percent(rank)} of the jobs that BLS "
        f"counted in May {pair.bls_may}"
    )


def answering(
    questions: pd.DataFrame, inputs: pd.DataFrame, official: pd.Series, ledger: pd.DataFrame
) -> pd.DataFrame:
    """The questions in order, each with the figure that answers it in this edition.

    Args:
        questions: the columns of `questions.csv`; `answer` is an input of the bridge, or `newest_`
            and a statistic of OEWS.
        inputs: from `bridge.vintage_inputs`.
        official: from `bridge_words.official_ids`, of the newest May.
        ledger: the columns of `figures.csv`.

    Returns:
        `questions` with `figure_id`, "" where none is published, `statistic`, `period` and
        `reading`.
    """
    own = inputs[["figure_id", "reading"]]
    newest = official.add_prefix("newest_").to_frame("figure_id").assign(reading="published")
    asked = questions.sort_values("order").join(pd.concat([own, newest]), on="answer")
    return asked.merge(ledger[["figure_id", "period", "statistic"]], on="figure_id", how="left")


def questions_answered(questions: pd.DataFrame, figures: Figures, newest: int) -> Passage:
    """Which figure answers which question, and what has to be known of it.

    Args:
        questions: `question`, `answer`, `why`, and the `figure_id`, `statistic`, `period` and
            `reading` of the figure that answers; `figure_id` is "" where none is published.
        figures: the ledger.
        newest: the year of the newest official figures.
    """
    amounts = figures.column(questions["figure_id"]).set_axis(questions["answer"])
    told = [
        words(
            "*{question}* {figure} ({statistic}, {period}). {why} {besides:sentences}",
            question=row.question,
            figure=figures[row.figure_id],
            statistic=row.statistic,
            period=row.period,
            why=row.why,
            besides=_besides(row.answer, row.reading, row.period, amounts, newest),
        )
        if row.figure_id
        else words("*{question}* This edition does not publish it.", question=row.question)
        for row in questions.itertuples()
    ]
    return words("**Which number should be quoted?** {told:bullets}", told=told)


def _besides(
    answer: str, reading: str, period: str, amounts: pd.Series, newest: int
) -> list[Passage]:
    """What a figure is beside the others: how old, how read, above or below the median."""
    if answer == "newest_mean":
        side = side_of(amounts["newest_mean"], amounts["newest_median"])
        paid = {"above": "highest", "below": "lowest"}.get(side)
        because = f", for it counts the {paid} pay in full" if paid else ""
        return [words("It lies {side} the median{because}.", side=side, because=because)]
    if not period.endswith(" survey"):
        return []
    when = years_apart(int(period[:4]), newest)
    besides = [words("The survey's year is {when} that of the newest official figures.", when=when)]
    if reading == "quoted":
        besides.append(words("It was read where others quote it, not in AAPC's report."))
    return besides


def editions_title(means: pd.DataFrame) -> str:
    """The finding of the chart of editions; see `bridge.edition_means`."""
    against = apart_over(means["aapc"], means["bls"])
    return f"Mean against mean of the survey's year, AAPC's is {against} BLS's"
