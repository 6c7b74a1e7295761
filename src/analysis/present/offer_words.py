"""What is said of offers of pay: where they stand, what they buy, and what is not told apart."""

from collections.abc import Sequence

import pandas as pd

from analysis.present.comparisons import number_of, side_of
from analysis.present.formats import percent
from analysis.present.sentences import Passage, words
from analysis.present.values import Figures, Value, counted, modelled
from analysis.published.pay_statistics import PERCENTILES

CURVE = "A distribution from percentiles"


def offer_names(is_given: bool, count: int) -> list[str]:
    """What one or two offers are called; where none is given, the nation's median stands for one.

    Args:
        is_given: whether the first offer was.
        count: of offers.
    """
    if not is_given:
        return ["The nation's median", "The second offer"][:count]
    return ["The offer"] if count == 1 else ["The first offer", "The second offer"]


def standings(weighed: pd.DataFrame, figures: Figures) -> list[Passage]:
    """Where each offer stands among the jobs of its place.

    Args:
        weighed: from `offer_standing.weigh`, with `pay`, the wage as a number that knows where it
            comes from.
        figures: the ledger.
    """
    return [_standing(row, figures) for _, row in weighed.iterrows()]


def _standing(row: pd.Series, figures: Figures) -> Passage:
    told = {"pay": row["pay"], "place": row["area_title"]}
    if pd.isna(row["rank"]):
        return words("BLS publishes too little to place {pay:usd} in {place}", **told)
    return words(
        "{pay:usd} a year in {place} is at or above what {share:percent} of the jobs pay",
        share=modelled(row["rank"], CURVE, [row["pay"], *_percentiles(row, figures)]),
        **told,
    )


def _percentiles(row: pd.Series, figures: Figures) -> list[Value]:
    stem = f"oews-{row['year']}-{row['area_code'].lower()}-{row['soc_code']}"
    return [figures[f"{stem}-{name}"] for name in PERCENTILES if f"{stem}-{name}" in figures]


def short_answer(
    weighed: pd.DataFrame, offered: list[float], jobs: str, figures: Figures
) -> Passage:
    """How the offers were understood, where they stand, and among whose jobs.

    Args:
        weighed: as of `standings`.
        offered: the offers as they were given, 0 for none.
        jobs: the occupation in words.
        figures: the ledger.
    """
    hourly = [
        words("{hour:number} US dollars an hour make {pay:usd} a year.", hour=hour, pay=pay)
        for hour, pay in zip(offered, weighed["pay"], strict=False)
        if 0 < hour < pay
    ]
    none = words("No offer was given, so the nation's median stands for one.")
    stand = words("{found:semicolons}.", found=standings(weighed, figures))
    return words(
        "{told:sentences} The jobs are those of {jobs}, in May {year:year}.",
        told=[*([] if offered[0] else [none]), *hourly, stand],
        jobs=jobs,
        year=weighed["year"].iloc[0],
    )


def ranges(weighed: pd.DataFrame, kind: str) -> pd.Series:
    """The `likely` or the `certain` range of each rank, as "42% to 58%"; missing without a rank."""
    low, high = (
        weighed[f"{kind}_{end}"].map(percent, na_action="ignore") for end in ("low", "high")
    )
    return low + " to " + high


def in_columns(weighed: pd.DataFrame) -> pd.DataFrame:
    """The offers as a table has them: place, pay, rank with its ranges, what the pay buys.

    Args:
        weighed: from `offer_standing.weigh`, with `offer`, what each is called.
    """
    heads = {
        "offer": "offer",
        "area_title": "place",
        "wage": "pay",
        "rank": "jobs that pay no more",
        "likely": "likely",
        "certain": "certain",
        "buys": "buys at national prices",
    }
    ends = {kind: ranges(weighed, kind) for kind in ("likely", "certain")}
    return weighed.assign(**ends)[[*heads]].rename(columns=heads)


def purchases(weighed: pd.DataFrame) -> Passage:
    """What each offer buys at the nation's prices; argument as of `standings`."""
    bought = [_purchase(row) for _, row in weighed.iterrows()]
    return words("At the nation's prices, {bought:semicolons}.", bought=bought)


def _purchase(row: pd.Series) -> Passage:
    if pd.isna(row["buys"]):
        return words("no price level of {place} is published", place=row["area_title"])
    return words(
        "{pay:usd} in {place} buys what {bought:usd} buys in the nation on average",
        pay=row["pay"],
        place=row["area_title"],
        bought=row["pay"] / (row["price_parity"] / 100),
    )


def between_two(weighed: pd.DataFrame) -> Passage | None:
    """Of two offers, which buys more, and whether their ranks can be told apart.

    Args:
        weighed: from `offer_standing.weigh`.

    Returns:
        None of one offer, and where neither is known.
    """
    if len(weighed) == 1:
        return None
    one, other = weighed.iloc[0], weighed.iloc[1]
    told = [*_more_bought(one["buys"] - other["buys"]), *_higher_standing(one, other)]
    return words("{told:sentences}", told=told) if told else None


def _more_bought(more: float) -> list[Passage]:
    """Which of two offers buys more, by how much the first buys above the second."""
    if pd.isna(more):
        return []
    if round(more) == 0:
        return [words("At the nation's prices both buy as much.")]
    return [
        words(
            "At the nation's prices {better} buys {more:usd} a year more.",
            better=side_of(more, 0.0, ("the first", "the second")),
            more=abs(more),
        )
    ]


def _higher_standing(one: pd.Series, other: pd.Series) -> list[Passage]:
    if pd.isna(one["rank"]) or pd.isna(other["rank"]):
        return []
    if one["likely_low"] > other["likely_high"]:
        told = "do not meet: the first stands higher"
    elif one["likely_high"] < other["likely_low"]:
        told = "do not meet: the second stands higher"
    else:
        told = "meet, so these cannot be told apart"
    return [words("The likely ranges of their ranks, each in its own place, {told}.", told=told)]


def elsewhere(beside: pd.DataFrame, offer: pd.Series) -> Passage:
    """In how many areas nearby the same pay stands about as high.

    Args:
        beside: from `offer_standing.areas_beside`.
        offer: a row of `standings`' argument.
    """
    if beside.empty:
        return words("There is no other area to compare it with.")
    if pd.isna(offer["rank"]):
        text = "The rank in {place} is not known, so none is beside it."
        return words(text, place=offer["area_title"])
    alike = beside.query("not told_apart")
    return words(
        """In {alike:number} of the {beside:number} other {areas} of the same state or states, the
        rank of {pay:usd} cannot be told apart from its rank in {place}.""",
        alike=counted(alike, "areas whose likely range meets that of the place"),
        beside=counted(beside, "areas in the same state or states that publish percentiles"),
        areas=number_of(len(beside), "area", "areas"),
        pay=offer["pay"],
        place=offer["area_title"],
    )


def against_offer(beside: pd.DataFrame, offer: pd.Series) -> pd.Series:
    """Whether the rank in each area is higher or lower than the offer's, or may be equal to it.

    Arguments as of `elsewhere`.
    """
    if pd.isna(offer["rank"]):
        return pd.Series("not known", beside.index)
    higher = beside["rank"].gt(offer["rank"]).map({True: "higher", False: "lower"})
    return higher.where(beside["told_apart"], "may be equal")


def areas_in_columns(beside: pd.DataFrame, offer: pd.Series) -> pd.DataFrame:
    """The rank of an offer in other areas as a table has it; arguments as of `elsewhere`."""
    heads = {
        "area_title": "area",
        "rank": "jobs that pay no more",
        "employment": "jobs",
        "against": "beside the offer's rank",
        "caution": "caution",
    }
    return beside.assign(against=against_offer(beside, offer))[[*heads]].rename(columns=heads)


def support(weighed: pd.DataFrame, later: Sequence[Passage] = ()) -> Passage:
    """How many jobs stand behind each place's figures, and what is to be taken with care.

    Args:
        weighed: from `offer_standing.weigh`.
        later: of a May that waits, from `comparisons.waiting`.
    """
    known = [
        words(
            "{place}: jobs, {jobs:number}; caution, {caution}.",
            place=row["area_title"],
            jobs=row["employment"],
            caution=row["caution"] or "none",
        )
        for _, row in weighed.drop_duplicates("area_code").iterrows()
    ]
    return words("{known:bullets}", known=[*known, *later])
