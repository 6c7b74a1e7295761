"""The sentences of a place's page; each that compares takes its side from the amounts."""

import pandas as pd

from analysis.methods.occupations import CODERS, OCCUPATIONS, Occupation
from analysis.methods.place_profile import states_of
from analysis.present.comparisons import apart, number_of
from analysis.present.sentences import Passage, words
from analysis.present.values import USD, Figures, Value, modelled
from analysis.published.ledger import oews_figure_ids

RANKS, CURVE = "Places and their ranks", "A distribution from percentiles"
KINDS = {
    "state": "states, with the District of Columbia",
    "metropolitan": "metropolitan areas",
    "nonmetropolitan": "nonmetropolitan areas",
    "territory": "territories",
}
"""A kind of place in the plural."""


def _ranked(rank: float, among: int, what: str) -> Passage:
    """Such as "number 33 of 51 states"."""
    return words(
        "number {rank} of {among} {what}",
        rank=modelled(rank, RANKS),
        among=modelled(among, RANKS),
        what=what,
    )


def _at_national_prices(answer: pd.Series, figures: Figures) -> Value | float:
    """The median of a place divided by its price level."""
    return figures.get(answer["figure_id"]) / (answer["price_parity"] / 100)


def short_answer(answer: pd.Series, here: pd.Series, figures: Figures) -> Passage:
    """What a place pays, in a paragraph.

    Args:
        answer: from `place_profile.answer`.
        here: the place's row of OEWS.
        figures: the ledger.
    """
    called = OCCUPATIONS[answer["soc_code"]]
    told = {"name": answer["area_title"], "jobs": called.jobs, "holds": called.holds}
    told |= {"year": answer["year"], "nation": figures[answer["nation_id"]]}
    if pd.isna(answer["median"]):
        return words(
            """{name}: what {jobs} ({holds}) were paid in May {year:year} is not published. The
            nation's median is {nation}.""",
            **told,
        )
    own = figures[answer["figure_id"]]
    return words(
        """{name}: {number} of {jobs} ({holds}) had a median pay of {own} in May {year:year}.
        {middle} The median is {against} the nation's, {nation}, and {rank}; it has no published
        error, so neighbours in rank may not differ. {more:sentences}""",
        **told,
        number=_jobs(answer["employment"]),
        own=own,
        middle=_middle_half(answer, here, figures),
        against=apart(own, figures[answer["nation_id"]]),
        rank=_ranked(answer["rank"], answer["places"], KINDS[answer["area_type"]]),
        more=[*_bought(answer, figures), *_care(answer["caution"])],
    )


def _care(caution: str) -> list[Passage]:
    return [words("Take it with care: {why}.", why=caution)] if caution else []


def _jobs(employment: float) -> Passage | str:
    if pd.isna(employment):
        return "jobs, whose number is not published,"
    return words("{employment:number} jobs", employment=employment)


def _middle_half(answer: pd.Series, here: pd.Series, figures: Figures) -> Passage | str:
    if here[["annual_p25", "annual_p75"]].isna().any():
        return "The middle half of the jobs is not published in full."
    stem = answer["figure_id"].removesuffix("median")
    low, high = figures[f"{stem}p25"], figures[f"{stem}p75"]
    return words("The middle half of the jobs pays {low} to {high}.", low=low, high=high)


def _bought(answer: pd.Series, figures: Figures) -> list[Passage]:
    if pd.isna(answer["price_rank"]):
        return []
    bought = words(
        "At the nation's prices it buys what {bought:usd} would, {rank}.",
        bought=_at_national_prices(answer, figures),
        rank=_ranked(answer["price_rank"], answer["price_places"], "that have a price level"),
    )
    return [bought]


def glance(answer: pd.Series, figures: Figures) -> pd.DataFrame:
    """The figures of a place in one row, as its card shows them."""
    return pd.DataFrame(
        {
            "median": [figures.get(answer["figure_id"])],
            "rank": [answer["rank"]],
            "at national prices": [_at_national_prices(answer, figures)],
            "rank at national prices": [answer["price_rank"]],
            "jobs": [answer["employment"]],
        }
    )


def pay_title(answer: pd.Series, figures: Figures) -> str:
    """The finding of the chart of pay."""
    if pd.isna(answer["median"]):
        jobs = OCCUPATIONS[answer["soc_code"]].jobs
        return f"{answer['area_title']}: what {jobs} are paid is not published"
    own, nation = figures[answer["figure_id"]], figures[answer["nation_id"]]
    return str(
        words(
            "{name}: the median job pays {own}, {against} the nation's",
            name=answer["area_title"],
            own=own,
            against=apart(own, nation),
        )
    )


def other_occupations(beside: pd.DataFrame, occupation: str, figures: Figures) -> list[Passage]:
    """How the medians of other occupations in a place compare with that of the one in question.

    Args:
        beside: from `beside_place.rows_beside`.
        occupation: its code.
        figures: the ledger.

    Returns:
        A passage for each other occupation; "cannot be compared" where a median is missing.
    """
    rows = beside[beside["role"] == "here"]
    medians = figures.column(oews_figure_ids(rows, "median")).set_axis(rows["soc_code"])
    medians = medians.reindex([*OCCUPATIONS])
    own, called = medians[occupation], OCCUPATIONS[occupation]
    return [
        _beside(OCCUPATIONS[code], called, medians[code], own)
        for code in OCCUPATIONS
        if code != occupation
    ]


def _beside(other: Occupation, called: Occupation, median: float, own: float) -> Passage:
    jobs = {"other": other.jobs, "jobs": called.jobs}
    if pd.isna(median) or pd.isna(own):
        return words("{other} and {jobs} cannot be compared: a median is not published", **jobs)
    against = apart(median, own)
    return words(
        "{other} have a median of {median}, {against} that of {jobs}",
        **jobs,
        median=median,
        against=against,
    )


def standing(placed: pd.DataFrame, in_nation: float, figures: Figures, wage: Value) -> Passage:
    """Where the first wage stands among the jobs of a place.

    Args:
        placed: from `offer_standing.weigh`; without an offer its first row is a wage of the nation.
        in_nation: the share of the nation's jobs that pay no more.
        figures: the ledger.
        wage: of the first row.
    """
    first = placed.iloc[0]
    if pd.isna(first["rank"]):
        return words(
            "Percentiles of this place are missing, so no wage can be placed among its jobs."
        )
    stem = f"oews-{first['year']}-{first['area_code'].lower()}-{first['soc_code']}-"
    known = [figures.get(stem + name) for name in ("p10", "p25", "median", "p75", "p90")]
    shares = ("rank", "likely_low", "likely_high", "certain_low", "certain_high")
    given = "given" in wage.origin
    return words(
        """{first} at or above what {rank:percent} of the jobs here pay: likely
        {likely_low:percent} to {likely_high:percent}, and certainly {certain_low:percent} to
        {certain_high:percent}. In the nation the share is {in_nation:percent}.""",
        first=words(
            "An offer of {wage:usd} is"
            if given
            else "No offer was given. The nation's median, {wage:usd}, is",
            wage=wage,
        ),
        in_nation=modelled(in_nation, CURVE, [wage]),
        **{name: modelled(first[name], CURVE, [wage, *known]) for name in shares},
    )


def beside_it(places: pd.DataFrame, states: pd.DataFrame, area: str) -> str:
    """Whom a place is ranked among besides its kind.

    Args:
        places: OEWS rows of one occupation, the place among them.
        states: the table `states.csv`.
        area: its code.
    """
    division = states.set_index("area_code")["census_division"].get(area)
    if division:
        return f"states of the {division} division"
    letters = states_of(places[places["area_type"] != "national"], states)[area]
    return f"areas in {' or '.join(sorted(letters))}"


def rank_title(answer: pd.Series, beside: str) -> str:
    """The finding of the chart of neighbours."""
    name, near = answer["area_title"], answer["neighbours"]
    if pd.isna(answer["median"]):
        return f"{name} has no median to rank among {near} {beside}"
    if near == 1:
        return f"{name} has no other area beside it to rank among"
    return f"{name} is number {answer['neighbour_rank']:.0f} of {near} {beside}"


def ranking(answer: pd.Series, beside: str, own: pd.DataFrame) -> Passage:
    """Where a place ranks by its median, and how well that is known.

    Args:
        answer: from `place_profile.answer`.
        beside: from `beside_it`.
        own: the place's rows of OEWS, of every May.
    """
    kinds = KINDS[answer["area_type"]]
    if pd.isna(answer["median"]):
        ranks = words(
            "Without a median this place has no rank among {places:number} {kinds}, nor among "
            "{near:number} {beside}",
            places=answer["places"],
            kinds=kinds,
            near=answer["neighbours"],
            beside=beside,
        )
    else:
        ranks = words(
            "By the median this place is {own}, and {near}",
            own=_ranked(answer["rank"], answer["places"], kinds),
            near=_ranked(answer["neighbour_rank"], answer["neighbours"], beside),
        )
    errors = own.dropna(subset="mean_rse").sort_values("year")
    known = [
        words(
            "The newest relative standard error published for this place is that of its mean in "
            "May {year:year}, {rse:percent1}.",
            year=row.year,
            rse=row.mean_rse / 100,
        )
        for row in errors.tail(1).itertuples()
    ]
    return words(
        """{ranks}. {known:sentences} BLS publishes no sampling error of a median, so places that
        stand close together may not differ at all.""",
        ranks=ranks,
        known=known,
    )


def buying(answer: pd.Series, figures: Figures, wage: Value | float) -> Passage:
    """What the median of a place, and an offer, buy at the nation's prices."""
    if pd.isna(answer["price_adjusted"]):
        why = "the median is not published"
        if pd.notna(answer["median"]):
            why = "no price level of this place alone is published"
        return words("No price-adjusted pay can be given: {why}.", why=why)
    parity = answer["price_parity"] / 100
    offered = [words("The offer buys what {wage:usd} would.", wage=wage / parity)] if wage else []
    return words(
        """Prices here were {against} the nation's (BEA, {price_year:year}). At the nation's prices
        the median of May {year:year} buys what {bought:usd} would, {rank}. {offered:sentences}""",
        against=apart(parity, 1, "percent1"),
        price_year=answer["price_year"],
        year=answer["year"],
        bought=_at_national_prices(answer, figures),
        rank=_ranked(
            answer["price_rank"],
            answer["price_places"],
            "places of its kind that have a price level",
        ),
        offered=offered,
    )


def bars_title(mean: float, implied: pd.DataFrame) -> str:
    """The finding of the chart of pay by number of credentials.

    Args:
        mean: of all jobs of the place, US dollars a year.
        implied: from `credentials.pay_by_credentials`.
    """
    return str(
        words(
            "AAPC's ratios would move a mean of {mean:usd} to anywhere from {low:usd} to "
            "{high:usd}",
            mean=mean,
            low=implied["low"].min(),
            high=implied["high"].max(),
        )
    )


def nothing_moved(occupation: str) -> Passage:
    """Why there are no bars of pay by number of credentials."""
    if occupation != CODERS:
        return words(
            """Nothing is moved: what share of {jobs} is certified, and what they earn over the
            others, is not assumed by this project.""",
            jobs=OCCUPATIONS[occupation].jobs,
        )
    return words(
        "Neither a mean nor all percentiles of this place are published, so nothing is moved."
    )


def bars(mean: pd.Series, published: Value | float) -> Passage:
    """What the bars of pay by number of credentials rest on.

    Args:
        mean: from `place_profile.mean_pay`, not missing.
        published: the mean that BLS publishes; missing where it has none.
    """
    how = []
    if pd.isna(published):
        how += [
            words(
                "It follows from the percentiles, give or take {error:percent1}; no mean of this "
                "place is published.",
                error=modelled(mean["high"] / mean["mean"] - 1, CURVE),
            )
        ]
    return words(
        """The mean here is {mean:usd}. {how:sentences} The low ends take over how AAPC's own
        members differ, from a mean of the certified that is assumed; the high ends also take over
        the whole distance between AAPC's mean and that of BLS, of which this report can explain a
        part. Members with more credentials may also have worked longer and hold other jobs.""",
        mean=modelled(mean["mean"], CURVE, unit=USD) if pd.isna(published) else published,
        how=how,
    )


def guide_band(band: pd.Series, years: int, ranks: list[float], figures: Figures) -> Passage | None:
    """What the guide prints for so many years of experience, if any, and where that stands here.

    Args:
        band: from `place_profile.experience_band`.
        years: of experience; below 0 where none were given.
        ranks: of the ends of the band among the jobs of the place; none where it cannot be known.
        figures: the ledger.
    """
    if years < 0:
        return None
    ends = [figures[end] for end in (band["low"], band["high"]) if end]
    shares = [modelled(rank, CURVE, [end]) for rank, end in zip(ranks, ends, strict=False)]
    local = words(
        "That is at or above what {shares} of the jobs here pay.", shares=_range(shares, "percent")
    )
    return words(
        """For {years:number} {noun} of experience the guide prints {told} ({level}) for coders in
        the whole country; nothing official confirms it. {local:sentences}""",
        years=years,
        noun=number_of(years, "year", "years"),
        told=_range(ends, ""),
        level=band["category"],
        local=[local] if shares else [],
    )


def _range(ends: list[Value], form: str) -> Passage:
    """One value, or two as a range."""
    named = {f"end{place}": end for place, end in enumerate(ends)}
    return words(" to ".join(f"{{{name}:{form}}}" for name in named), **named)
