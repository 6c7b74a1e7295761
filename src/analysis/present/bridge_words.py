"""The sentences of the bridge from BLS's figure to AAPC's; each takes its side from the amounts."""

from dataclasses import dataclass
from itertools import pairwise
from math import nan

import pandas as pd

from analysis.present.comparisons import apart, number_of
from analysis.present.formats import percent, usd, written
from analysis.present.sentences import Passage, words
from analysis.present.values import USD, Figures, Value, counted, modelled

RANGES, ORDER = "Assumption ranges", "Does the order matter?"
_UNITS = {USD: "usd", "share": "percent1", "rate": "percent2", "ratio": "ratio", "years": "ratio"}
"""How the values of an assumption are written, by its unit."""


@dataclass(frozen=True)
class Pair:
    """BLS's figure and AAPC's of one edition, and what else is published of both."""

    edition: int
    """The year of AAPC's survey."""
    bls_may: int
    """The May of BLS's figure."""
    survey_may: int
    """The May inside the survey's year."""
    value: pd.Series
    """The published inputs as values, by input; missing where the edition does not publish one."""
    quoted: bool
    """Whether AAPC's figure was read where somebody quotes it."""
    usual: bool
    """Whether these are the two that the salary guide sets side by side."""

    @property
    def start(self) -> Value:
        """BLS's median."""
        return self.value["bls_median"]

    @property
    def target(self) -> Value:
        """AAPC's mean of the certified."""
        return self.value["aapc_certified_mean"]

    @property
    def gap(self) -> Value:
        """By how much AAPC's figure is above BLS's."""
        return self.target - self.start

    @property
    def source(self) -> str:
        """What the figures are of."""
        mays = " and ".join(str(may) for may in dict.fromkeys([self.bls_may, self.survey_may]))
        return f"BLS OEWS, May {mays}; AAPC {self.edition} survey"


def pair_of(edition: int, inputs: pd.DataFrame, figures: Figures) -> Pair:
    """The two figures of an edition.

    Args:
        edition: the year of AAPC's survey.
        inputs: from `bridge.vintage_inputs`.
        figures: the ledger.
    """
    value = figures.column(inputs["figure_id"])
    guides = [figures.get("guide-bls-median"), figures.get("guide-aapc-mean")]
    return Pair(
        edition=edition,
        bls_may=int(inputs.at["bls_mean", "may"]),
        survey_may=int(inputs.at["bls_mean_survey", "may"]),
        value=value,
        quoted=inputs.at["aapc_certified_mean", "reading"] == "quoted",
        usual=[value["bls_median"], value["aapc_certified_mean"]] == guides,
    )


def known_effects(pair: Pair) -> pd.Series:
    """The subtractions of published figures, by the reason of each; the date, if any, stands last.

    One whose figures are not published is left out, and so is one that is zero.
    """
    value = pair.value
    statistic = value["bls_mean"] - value["bls_median"]
    paid = "highest" if statistic > 0 else "lowest"
    effects = {
        f"because a mean counts the {paid} pay in full and a median does not": statistic,
        "because AAPC's average also holds members with several credentials": (
            value["aapc_certified_mean"] - value["aapc_one_credential_mean"]
        ),
        _if_asked_later(pair): value["bls_mean_survey"] - value["bls_mean"],
    }
    return pd.Series(
        {why: effect for why, effect in effects.items() if effect}, dtype=object
    ).dropna()


def _if_asked_later(pair: Pair) -> str:
    """The reason of the step of the date, which counts in one reading alone."""
    return f"only if AAPC asked about May {pair.survey_may}, not May {pair.bls_may}"


def known_by_may(pair: Pair) -> dict[int, Value]:
    """What published figures account for, by the May that AAPC may have asked about; in order."""
    effects = known_effects(pair)
    undated = effects.drop(_if_asked_later(pair), errors="ignore")
    known = {pair.bls_may: undated.sum(), pair.survey_may: effects.sum()}
    return {may: known[may] for may in sorted(known)}


def official_ids(may: int) -> pd.Series:
    """The ids of the nation's figures for medical records specialists in one May, by statistic."""
    names = ["median", "mean", "p10", "p90"]
    return pd.Series({name: f"oews-{may}-us-29-2072-{name}" for name in names})


def short_answer(pair: Pair, latest: Pair, official: pd.Series, may: int) -> Passage:
    """What coders earn, and why the two figures differ, in two paragraphs and a list.

    Args:
        pair: the two that are compared.
        latest: those of the newest edition.
        official: the newest figures of OEWS as values: `median`, `p10` and `p90`.
        may: of which year they are.
    """
    return words(
        """Half of the jobs of medical records specialists, the occupation that holds coders and
        records clerks too, paid less than {median} in May {may:year}, the newest figure of the
        Bureau of Labor Statistics (BLS); one in ten paid less than {p10}, one in ten more than
        {p90}. AAPC, the coders' professional association, gives its certified members an average
        of {latest} for {edition:year}{latest_read}.

        {compared}""",
        **official[["median", "p10", "p90"]],
        may=may,
        latest=latest.target,
        edition=latest.edition,
        latest_read=_reading(latest),
        compared=_compared(pair),
    )


def _reading(pair: Pair) -> str:
    return " (as others quote it)" if pair.quoted else ""


def _compared(pair: Pair) -> Passage:
    effects = known_effects(pair)
    accounts = [_account(may, known, pair.gap) for may, known in known_by_may(pair).items()]
    return words(
        """The two figures {called} are BLS's median for May {base:year}, **{start}**, and
        AAPC's average for {edition:year}, **{target}**{read}. They are **{gap:usd}**, or
        {share:percent}, apart, and both can be right. When AAPC asked is not published. Published
        figures {accounts:semicolons}. What is left may come from who is counted, who answers and
        what counts as pay. The steps that are known: {reasons:bullets}""",
        called="usually quoted" if pair.usual else "compared here",
        base=pair.bls_may,
        start=pair.start,
        edition=pair.edition,
        target=pair.target,
        read=_reading(pair),
        gap=abs(pair.gap),
        share=abs(pair.gap) / pair.start,
        accounts=accounts,
        reasons=[
            words("{effect:usd} {why}", effect=effects[why], why=why) for why in effects.index
        ],
    )


def _account(may: int, known: Value, gap: Value) -> Passage:
    """How far the known steps go towards the gap if AAPC asked about one May."""
    share, left = known / gap, gap - known
    told = {"known": abs(known), "left": abs(left), "may": may}
    if 0 <= share <= 1:
        return words(
            "account for {known:usd} of it ({share:percent}) if that was about May {may:year}, "
            "which leaves {left:usd}",
            share=share,
            **told,
        )
    if share > 1:
        return words(
            "account for {known:usd}, {left:usd} more than the whole of it, if that was about May "
            "{may:year}",
            **told,
        )
    return words(
        "widen it by {known:usd} if that was about May {may:year}, which leaves {left:usd}", **told
    )


def step_titles(steps: pd.DataFrame, pair: Pair) -> pd.Series:
    """The titles of all steps, dated at both ends, by bridge and step.

    Args:
        steps: the columns of `bridge-steps.csv`.
        pair: the two figures.
    """
    dates = {"start": f", May {pair.bls_may}", "target": f", {pair.edition} survey"}
    titled = steps.assign(title=steps["title"] + steps["kind"].map(dates).fillna(""))
    return titled.set_index(["bridge", "step"])["title"]


def by_reading(rows: dict[str, pd.DataFrame], readings: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """The published bridge once for each reading of the date, named in the column `reading`.

    Amounts that lie between two published figures are values with that arithmetic.

    Args:
        rows: from `simulation.run_scenarios`.
        readings: from `simulation.date_readings`.
        pair: the figures between which it leads.
    """
    bridges = [
        _between_figures(rows[row.scenario], pair, row.may).assign(
            reading=f"If AAPC asked about May {row.may}"
        )
        for row in readings.itertuples()
    ]
    return pd.concat(bridges, ignore_index=True)


def _between_figures(bridge: pd.DataFrame, pair: Pair, may: int) -> pd.DataFrame:
    """A published bridge whose levels are the published figures, where they are that."""
    value = pair.value
    reached = {
        "start": pair.start,
        "statistic": value["bls_mean"],
        "vintage": value["bls_mean" if may == pair.bls_may else "bls_mean_survey"],
        "unidentified": value["aapc_one_credential_mean"],
        "further_credentials": pair.target,
        "target": pair.target,
    }
    levels = [reached.get(step, nan) for step in bridge["step"]]
    effects = [nan, *(after - before for before, after in pairwise(levels))]
    return bridge.assign(
        running_total_usd=_as_told(bridge["running_total_usd"], levels),
        effect_usd=_as_told(bridge["effect_usd"], effects),
    )


def _as_told(amounts: pd.Series, known: list[float]) -> pd.Series:
    """Amounts, each as the value that says how it is made where it is that one."""
    pairs = zip(amounts, known, strict=True)
    told = [value if abs(value - amount) < 0.005 else amount for amount, value in pairs]
    return pd.Series(told, amounts.index, dtype=object)


def published_title(pair: Pair) -> str:
    """The finding of the chart of the published bridge."""
    known = known_by_may(pair)
    told = " or ".join(
        f"{usd(amount)} if AAPC asked about May {may}" for may, amount in known.items()
    )
    if all(0 <= amount / pair.gap <= 1 for amount in known.values()):
        return f"Of the {usd(abs(pair.gap))}, published figures account for {told}"
    return f"The gap is {usd(pair.gap)}, and the steps that are known come to {told}"


def what_each_step_rests_on(published: pd.DataFrame, titles: pd.Series) -> Passage:
    """What each step of the published bridge rests on, as a list.

    Args:
        published: the bridge, its start and target first and last.
        titles: of its steps.
    """
    told = [
        words("**{title}**. {basis}", title=titles[row.step], basis=row.basis)
        for row in published.iloc[1:-1].itertuples()
    ]
    return words("{told:bullets}", told=told)


def illustrative_title(pair: Pair, left: pd.Series) -> str:
    """The finding of the chart of the illustrative split.

    Args:
        pair: the two figures.
        left: `effect_usd`, `low_usd` and `high_usd` of the residual.
    """
    low, high = left["low_usd"], left["high_usd"]
    within = "inside" if low <= 0 <= high else "outside"
    ranged = "it has no range" if pd.isna(low) else f"zero is {within} its range"
    told = f"leaves {usd(left['effect_usd'])} unexplained"
    if _beyond(left["effect_usd"], pair):
        told = f"explains {usd(abs(left['effect_usd']))} more than the whole gap"
    return f"If AAPC asked about May {pair.survey_may}, one illustrative split {told}; {ranged}"


def _beyond(left: float, pair: Pair) -> bool:
    """Whether more than the whole gap is explained."""
    return left / pair.gap < 0


def tornado_title(swings: pd.DataFrame, changing: pd.DataFrame) -> str:
    """How many of the assumptions that matter could each bring the residual to zero.

    Args:
        swings: from `simulation.tornado`, those with a swing.
        changing: from `simulation.what_would_change`.
    """
    if swings.empty:
        return "No assumption moves what is left"
    alone = changing.loc[swings.index, "zero_at"].notna().sum()
    nouns = number_of(len(swings), "assumption that moves", "assumptions that move")
    if not alone:
        return f"None of the {len(swings)} {nouns} what is left could alone bring it to zero"
    could = number_of(alone, "could", "could each")
    return f"{alone} of the {len(swings)} {nouns} what is left {could} bring it to zero"


def values_that_leave_nothing(changing: pd.DataFrame) -> Passage:
    """What follows from the values at which nothing would be left.

    Args:
        changing: from `simulation.what_would_change`.
    """
    able = changing[changing["zero_at"].notna()]
    if able.empty:
        return words("No value that is assumed possible leaves nothing by itself.")
    if len(able) == 1:
        return words("Only one has such a value: {label}.", label=able["label"].iloc[0])
    return words(
        "{able} of {all} have such a value, so none of them is shown to be the reason.",
        able=counted(able, "assumptions that could leave nothing"),
        all=counted(changing, "assumptions of the illustrative split"),
    )


def assumption_values(changing: pd.DataFrame) -> pd.DataFrame:
    """The assumptions and the values at which nothing is left, each written in its unit.

    Args:
        changing: from `simulation.what_would_change`.
    """
    ends = ["low", "mode", "high", "zero_at"]

    def in_its_unit(row: pd.Series) -> pd.Series:
        amounts = row[ends].dropna()
        return amounts.map(lambda amount: written(amount, _UNITS[row["unit"]], row["label"]))

    values = changing.apply(in_its_unit, axis=1).reindex(columns=ends)
    named = changing[["label", "unit"]].join(values)
    return named.set_axis(
        ["assumption", "unit", "low", "centre", "high", "nothing_is_left_at"], axis=1
    )


def share_title(zero_at: float) -> str:
    """The finding of the chart of what is left by the share of certified jobs; may be missing."""
    found = "at no share in its range" if pd.isna(zero_at) else f"at {percent(zero_at)}"
    return f"If the other assumptions hold, nothing is left {found} certified"


def share_marks(share: pd.Series, left: float) -> pd.DataFrame:
    """What is named on that chart: the share assumed, and the one at which nothing is left.

    Args:
        share: its row of `simulation.what_would_change`.
        left: the residual at its mode.
    """
    told = [("assumed", share["mode"], left), ("nothing left", share["zero_at"], 0.0)]
    marks = [
        {"assumption": at, "residual_usd": residual, "label": f"{what}: {percent(at)}"}
        for what, at, residual in told
        if pd.notna(at)
    ]
    return pd.DataFrame(marks)


def scenarios_title(what_if: pd.DataFrame) -> str:
    """The finding of the chart of scenarios; see `simulation.residuals_of`."""
    low, high = what_if["effect_usd"].agg(["min", "max"])
    return (
        f"What is left unexplained runs from {usd(low)} to {usd(high)}, depending on the assumption"
    )


def left_to_the_letter(pair: Pair, what_if: pd.DataFrame) -> Passage:
    """What is left if AAPC's figure is of coders alone, and where more than the gap is explained.

    Args:
        pair: the two figures.
        what_if: from `simulation.residuals_of`.
    """
    left = what_if["effect_usd"]
    letter, central = (
        modelled(left[name], RANGES, unit=USD) for name in ("to_the_letter", "illustrative")
    )
    beyond = int(left.map(lambda amount: _beyond(amount, pair)).sum())
    return words(
        """The salary guide speaks of "a medical coder" with a credential. Read to the letter,
        nobody in AAPC's figure is a biller, an auditor or a manager, the step of job scope is
        zero, and {letter:usd} is left, {against}. In {beyond} of {among} scenarios more than the
        whole gap is explained.""",
        letter=letter,
        against=words("instead of {central:usd}", central=central)
        if usd(letter) != usd(central)
        else "as before",
        beyond=counted(beyond, "scenarios that explain more than the gap"),
        among=counted(what_if, "scenarios of the illustrative split"),
    )


def without_order(pair: Pair, readings: pd.DataFrame, orders: pd.DataFrame) -> Passage:
    """What published figures account for whatever the order, and how far it moves the statistic.

    Args:
        pair: the two figures.
        readings: from `simulation.date_readings`.
        orders: from `bridge.orders_of`.
    """
    step = orders.set_index("step").loc["statistic"]
    known = [
        words(
            "{known:usd} (if AAPC asked about May {may:year})",
            known=modelled(row.known_lmdi_usd, ORDER, [pair.gap], USD),
            may=row.may,
        )
        for row in readings.itertuples()
    ]
    return words(
        """Shared out by LMDI, published figures account for {known:and} of the gap. The step from
        median to mean, {sequence:usd} where it comes first, is {least:usd} to {most:usd} over all
        orders.""",
        known=known,
        sequence=pair.value["bls_mean"] - pair.start,
        least=modelled(step["least"], ORDER, [pair.gap], USD),
        most=modelled(step["most"], ORDER, [pair.gap], USD),
    )


def inputs_in_words(inputs: pd.DataFrame) -> pd.DataFrame:
    """The published inputs of the bridge as a table; see `bridge.vintage_inputs`."""
    names = inputs.index.str.replace("_", " ").str.replace("bls", "BLS").str.replace("aapc", "AAPC")
    grades = inputs["reading"].where(inputs["value"].notna(), nan)
    shown = inputs.assign(input=names, grade=grades)
    return shown[["input", "value", "standard_error", "grade", "figure_id"]]


def quoted_elsewhere(pair: Pair, ledger: pd.DataFrame, figures: Figures) -> Passage:
    """Which other average is quoted for the same survey without saying of whom it is.

    Args:
        pair: the two figures.
        ledger: the columns of `figures.csv`.
        figures: the same as values.
    """
    others = ledger[
        ledger["subject"].eq("national")
        & ledger["category"].eq("not stated")
        & ledger["period"].eq(f"{pair.edition} survey")
    ]
    told = [
        words(
            "For the same survey {other} is quoted elsewhere, {against} the average used here; of "
            "whom it is, is not stated.",
            other=figures[name],
            against=apart(figures[name], pair.target, "percent1"),
        )
        for name in others["figure_id"]
    ]
    return words("{told:sentences}", told=told or ["No other average is quoted for this survey."])
