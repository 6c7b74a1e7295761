"""What is said of places that are compared: who leads, how surely, and what prices change.

Tables are those of `analysis.methods.places`. `pay` is their `value` as a number that knows where
it comes from, and `bought` is what it buys at the nation's prices.
"""

import pandas as pd

from analysis.methods.places import beside_official, by_price
from analysis.present.sentences import Passage, place, words
from analysis.present.values import Figures, Value, counted
from analysis.published.pay_statistics import STATISTICS
from common.notebook_contract import Traced

AT_PRICES = "at the nation's prices"
KINDS = {
    "metropolitan": ("metropolitan area", "metropolitan areas"),
    "nonmetropolitan": ("nonmetropolitan area", "nonmetropolitan areas"),
    "territory": ("territory", "territories"),
}
"""What one and several areas of each `area_type` are called."""
DIVISION_OF = 10
"""How many of the highest places are counted by division."""


def measure_in_words(statistic: str, price_adjusted: bool = False) -> str:
    """Such as "median at the nation's prices"."""
    return f"{STATISTICS[statistic]} {AT_PRICES}" if price_adjusted else STATISTICS[statistic]


def with_values(compared: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """The places with `pay` and `bought`, which know where they come from."""
    published = figures.column(compared["figure_id"])
    pay = published.where(published.notna(), compared["value"])  # the ledger has no such row
    return compared.assign(pay=pay, bought=pay / (compared["price_parity"] / 100))


def ranking(compared: pd.DataFrame, price_adjusted: bool) -> pd.DataFrame:
    """The places as `with_values` has them, or ranked by what their pay buys."""
    if not price_adjusted:
        return compared
    return by_price(compared).assign(pay=lambda rows: rows["bought"])


def named(rows: pd.DataFrame) -> list[Traced]:
    """The places, each to lead to its page."""
    return [place(row.area_code, row.area_title) for row in rows.itertuples()]


def _verb(rows: pd.DataFrame) -> str:
    return "has" if len(rows) == 1 else "share"


def _at_end(ranked: pd.DataFrame, column: str, end: str) -> pd.DataFrame:
    """The places that share the highest (`max`) or lowest (`min`) value of a column."""
    return ranked[ranked[column] == ranked[column].agg(end)]


def extreme(ranked: pd.DataFrame, measure: str, end: str = "max") -> Passage:
    """Such as "Alaska has the highest median, $62,110"; places that are equal share it.

    Args:
        ranked: `area_code`, `area_title`, `value` and `pay`.
        measure: see `measure_in_words`.
        end: `max` or `min`.
    """
    rows = _at_end(ranked, "value", end)
    return words(
        "{places:and} {verb} the {which} {measure}, {pay:usd}",
        places=named(rows),
        verb=_verb(rows),
        which="highest" if end == "max" else "lowest",
        measure=measure,
        pay=rows["pay"].iloc[0],
    )


def short_answer(ranked: pd.DataFrame, measure: str, job: str, details: list[Passage]) -> Passage:
    """Who has the highest pay, with a caution where it rests on little, and what else is found.

    Args:
        ranked: places of one May; see `ranking`.
        measure: see `measure_in_words`.
        job: whose pay it is, in words.
        details: findings, of which each becomes a line of a list.
    """
    return words(
        "In May {year:year}, of {job}: {leader}{care}. {details:bullets}",
        year=int(ranked["year"].iloc[0]),
        job=job,
        leader=extreme(ranked, measure),
        care=care(ranked),
        details=details,
    )


def coverage(
    compared: pd.DataFrame, states: pd.DataFrame, measure: str, minimum_employment: int
) -> Passage:
    """How many of all states are compared, and why the others are not."""
    small = f" or have fewer than {minimum_employment:,} known jobs" if minimum_employment else ""
    left_out = f" The others do not publish the {measure}{small}."
    return words(
        "Compared are {compared} of {all} states; the District of Columbia counts as one.{out}",
        compared=counted(compared, "states that publish the statistic"),
        all=counted(states, "states, with the District of Columbia"),
        out=left_out if len(compared) < len(states) else "",
    )


def both_ends(ranked: pd.DataFrame, measure: str) -> Passage:
    """Who has the highest pay and who the lowest; the former alone where all are equal."""
    if ranked["value"].nunique() == 1:
        return extreme(ranked, measure)
    ends = [extreme(ranked, measure), extreme(ranked, measure, "min")]
    return words("{ends:semicolons}", ends=ends)


def certainty(ranked: pd.DataFrame, measure: str) -> Passage:
    """How many places could be first, given sampling error, and which pairs can be told apart.

    Args:
        ranked: `year`, and `rank_low`, the first rank that each may jointly have; missing without
            an error.
        measure: see `measure_in_words`.
    """
    known = ranked.dropna(subset="rank_low")
    if known.empty:
        year = int(ranked["year"].iloc[0])
        return words(
            "No sampling error of the {measure} of May {year:year} is held, so which ranks chance "
            "could swap is not known",
            measure=measure,
            year=year,
        )
    if len(known) == 1:
        return words("With one place there are no ranks to tell apart")
    first = known[known["rank_low"] == 1]
    pairs = len(known) * (len(known) - 1) // 2
    return words(
        "{could} have the highest {measure}; {apart} of {pairs} pairs can be told apart",
        could=words("Only {place:and} can", place=named(first))
        if len(first) == 1
        else words("Any of {first} places could", first=counted(first, "places that may be first")),
        measure=measure,
        apart=counted(int((known["rank_low"] - 1).sum()), "pairs of places that can be told apart"),
        pairs=counted(pairs, "pairs of places whose sampling errors are known"),
    )


def reach(ranked: pd.DataFrame, prefix: str = "") -> pd.Series:
    """The ranks that each place may jointly have, as "3 to 21"; missing without an error.

    Args:
        ranked: from `places.compare`.
        prefix: "" of ranks as published, `price_` of those at the nation's prices.
    """
    low, high = (ranked[f"{prefix}rank_{end}"] for end in ("low", "high"))
    return (low.astype(str) + " to " + high.astype(str)).where(low.notna(), None)


def with_rank_intervals(compared: pd.DataFrame, by_mean: pd.DataFrame) -> pd.DataFrame:
    """The places with `reach` and `price_reach`, the ranks that they may have by their means."""
    ranks = {"reach": reach(by_mean), "price_reach": reach(by_mean, "price_")}
    return compared.merge(by_mean[["area_code"]].assign(**ranks), "left", on="area_code")


def ranks_of(rows: pd.DataFrame, prefix: str = "") -> list[Passage]:
    """Such as "New Jersey is number 13 and could be any from 2 to 38", place by place."""
    ranks = zip(named(rows), rows[f"{prefix}rank"], reach(rows, prefix), strict=True)
    return [
        words(
            "{place} is number {rank:number}{reach}",
            place=name,
            rank=float(rank),
            reach="" if pd.isna(span) else f" and could be any from {span}",
        )
        for name, rank, span in ranks
    ]


def price_moves(compared: pd.DataFrame) -> Passage:
    """Which places climb and fall furthest when pay is divided by local prices.

    Args:
        compared: from `places.compare`; ranks are those among places that have a parity.
    """
    priced = compared.dropna(subset="price_rank")
    climb = priced["rank"] - priced["price_rank"].astype(int)
    moved = [
        words(
            "{place} {moves} from {before:number} to {after:number}",
            place=named(row)[0],
            moves=verb,
            before=float(row["rank"].iloc[0]),
            after=float(row["price_rank"].iloc[0]),
        )
        for verb, row in (
            ("climbs", priced.loc[[climb.idxmax()]]),
            ("falls", priced.loc[[climb.idxmin()]]),
        )
        if (climb.max() > 0 if verb == "climbs" else climb.min() < 0)
    ]
    if not moved:
        return words("At equal prices no place changes its rank")
    return words("At equal prices {moved:and}", moved=moved)


def spread(compared: pd.DataFrame, measure: str) -> Passage:
    """How many times the lowest pay the highest is, as published and at the nation's prices."""
    if len(compared) == 1:
        return words("With one place there is nothing to compare it with.")
    ratios = [
        _at_end(compared, column, "max")[pay].iloc[0]
        / _at_end(compared, column, "min")[pay].iloc[0]
        for column, pay in (("value", "pay"), ("price_adjusted", "bought"))
    ]
    return words(
        """As published the highest {measure} is {wide:ratio} times the lowest, at the nation's
        prices {narrow:ratio} times.""",
        measure=measure,
        wide=ratios[0],
        narrow=ratios[1],
    )


def price_years(compared: pd.DataFrame) -> str:
    """Of which years the price levels of places are: "2024", or "2024 and 2025"."""
    return " and ".join(str(year) for year in sorted(compared["price_year"].dropna().unique()))


def parities(compared: pd.DataFrame) -> Passage:
    """Of which year the price levels are, and from what to what they run."""
    held = compared.dropna(subset="price_parity")
    year, prices = str(held["year"].iloc[0]), price_years(held)
    each = " for each place" if " and " in prices else ""
    nearest = "" if prices == year else f", the year nearest to May {year} that is held{each},"
    if len(held) == 1:
        return words(
            "The parity is of {prices}{nearest} and is {parity:ratio}.",
            prices=prices,
            nearest=nearest,
            parity=held["price_parity"].iloc[0],
        )
    return words(
        "The parities are of {prices}{nearest} and run from {low:ratio} in {cheap:and} to "
        "{high:ratio} in {dear:and}.",
        prices=prices,
        nearest=nearest,
        low=held["price_parity"].min(),
        cheap=named(_at_end(held, "price_parity", "min")),
        high=held["price_parity"].max(),
        dear=named(_at_end(held, "price_parity", "max")),
    )


def at_equal_prices(compared: pd.DataFrame, statistic: str) -> Passage:
    """Who leads at the nation's prices, how much narrower pay is, and what the parities are."""
    leader = extreme(ranking(compared, True), measure_in_words(statistic, True))
    apart, levels = spread(compared, measure_in_words(statistic)), parities(compared)
    return words("{leader}. {apart} {levels}", leader=leader, apart=apart, levels=levels)


def tiles(states: pd.DataFrame, ranked: pd.DataFrame, claimed: pd.DataFrame) -> pd.DataFrame:
    """Every state for a map, with what `ranked` has of it, and `emphasis` for a guide's.

    Args:
        states: `area_code`, `area_title`, `census_division`, `tile_row` and `tile_column`.
        ranked: see `ranking`.
        claimed: from `places.claimed_places`.
    """
    known = states[["area_code", "area_title", "census_division", "tile_row", "tile_column"]]
    drawn = known.merge(ranked.drop(columns="area_title"), "left", on="area_code")
    return drawn.assign(emphasis=drawn["area_code"].isin(claimed["area_code"]))


def leading_divisions(tiles: pd.DataFrame) -> Passage:
    """Which census divisions have most of the highest places.

    Args:
        tiles: `census_division` and `rank`, which may be missing.
    """
    ranked = tiles.dropna(subset="rank")
    if len(ranked) <= DIVISION_OF:
        return words("States compared: {count}", count=counted(ranked, "states that are compared"))
    top = ranked.nsmallest(DIVISION_OF, "rank", keep="all")
    counts = top["census_division"].value_counts()
    first = sorted(counts.index[counts == counts.max()])
    one = len(first) == 1
    return words(
        "The {divisions:and} {have} {count}{each} of the {top} highest",
        divisions=first,
        have="division has" if one else "divisions have",
        count=counted(int(counts.max()), "states of the division among the highest"),
        each="" if one else " each",
        top=counted(top, "states at the top, equal ones included"),
    )


def most_jobs(compared: pd.DataFrame, national: float) -> Passage:
    """Which three places have most jobs, and their share of the nation's.

    Args:
        compared: `employment`, which may be missing.
        national: jobs in the nation.
    """
    most = compared.dropna(subset="employment").nlargest(3, "employment")
    jobs = most["employment"].sum()
    text = "The most jobs are in {where:and}: {jobs:number}, {share:percent} of the nation's."
    return words(text, where=named(most), jobs=jobs, share=jobs / national)


def densest(rows: pd.DataFrame, jobs: str) -> Passage:
    """Where the occupation is the largest share of all jobs, against its share in the nation.

    Args:
        rows: `area_code`, `area_title` and `location_quotient`, which may be missing.
        jobs: whose jobs they are.
    """
    if rows["location_quotient"].isna().all():
        return words("No location quotient of {jobs} is published", jobs=jobs)
    first = _at_end(rows, "location_quotient", "max")
    return words(
        "{places:and} {have} {times:ratio} times the nation's share of jobs for {jobs}",
        places=named(first),
        have="has" if len(first) == 1 else "have",
        times=first["location_quotient"].iloc[0],
        jobs=jobs,
    )


def changes(history: pd.DataFrame, measure: str) -> Passage:
    """In how many places the newest figure is below the first, and how the nation's differs.

    Args:
        history: from `places.beside_nation_over_years`.
        measure: see `measure_in_words`.
    """
    years = [column for column in history if column.isdigit()]
    if len(years) == 1:
        return words("The states' {measure} is held for one May only.", measure=measure)
    states = history[history["area_code"] != "US"]
    lower = states[states["change"] < 0]
    change = history.loc[history["area_code"] == "US", "change"].iloc[0]
    told = words("{amount:usd} {way}", amount=abs(change), way="lower" if change < 0 else "higher")
    return words(
        "{lower} of {all} places {publish} a lower {measure} in May {last:year} than in May "
        "{first:year}; the nation's is {told}",
        publish="publishes" if len(lower) == 1 else "publish",
        lower=counted(lower, "places whose newest figure is below the first"),
        all=counted(states, "places that publish the first and the newest figure"),
        measure=measure,
        first=int(years[0]),
        last=int(years[-1]),
        told=told if change else "the same",
    )


def claims_beside_official(
    claimed: pd.DataFrame, oews: pd.DataFrame, figures: Figures
) -> pd.DataFrame:
    """A guide's figures for places beside the official ones, as values and named for a chart.

    Args:
        claimed: from `places.claimed_places`.
        oews: rows of an OEWS table of such places.
        figures: the ledger.

    Returns:
        As `places.beside_official`, with `says` (the guide's figure), `pay` (the official one),
        `off` (by how much the first is above the second) and `label`, with the official rank.
    """
    both = beside_official(claimed, oews)
    says, pay = figures.column(both["claim_id"]), figures.column(both["figure_id"])
    label = both["category"] + ", number " + both["rank"].astype(str)
    return both.assign(says=says, pay=pay, off=says - pay, label=label)


def guide_states(five: pd.DataFrame) -> Passage:
    """How many of a guide's places are among as many that lead, and which it puts furthest off.

    Args:
        five: from `places.beside_official`, with `off`, by how much the guide's figure is above
            the official one.
    """
    period, statistic = five[["period", "statistic"]].iloc[0]
    among = five[five["rank"] <= len(five)]
    told = words(
        "{among} of the guide's {n} {are} among the {n} highest {statistic}s of {period}",
        among=counted(among, "states of the guide among the highest"),
        are="is" if len(among) == 1 else "are",
        n=counted(five, "states that the guide calls top-paying"),
        statistic=statistic,
        period=period,
    )
    worst = five.loc[[five["off"].astype(float).abs().idxmax()]]
    off = worst["off"].iloc[0]
    if not off:
        return told
    return words(
        "{told}; {worst:and}, which it puts {off:usd} too {way}, is number {rank:number}",
        told=told,
        worst=named(worst),
        off=abs(off),
        way="high" if off > 0 else "low",
        rank=float(worst["rank"].iloc[0]),
    )


def claims_in_words(five: pd.DataFrame, elsewhere: Passage | str) -> Passage:
    """What a guide says of each place and what OEWS has, then how they stand by other figures.

    Args:
        five: from `claims_beside_official`.
        elsewhere: see `guide_states_by`; "" where the figures are those that the guide is about.
    """
    said = [
        words("{place}: the guide {says}, OEWS {pay}", place=place, says=says, pay=pay)
        for place, says, pay in five[["category", "says", "pay"]].to_numpy()
    ]
    return words("{said:semicolons}. {elsewhere}", said=said, elsewhere=elsewhere)


def guide_states_by(compared: pd.DataFrame, measure: str) -> Passage:
    """Where the states that a guide names stand by a figure that it makes no claim about.

    Args:
        compared: with `emphasis`, true for the guide's states.
        measure: see `measure_in_words`.
    """
    five = compared[compared["emphasis"]]
    if five.empty:
        return words("None of the states that the guide names is compared here")
    return words(
        "By the {measure}, of the states that the guide names for coders {ranks:semicolons}",
        measure=measure,
        ranks=ranks_of(five.assign(rank_low=pd.NA, rank_high=pd.NA)),
    )


def leaders_of_kinds(areas: pd.DataFrame, measure: str) -> list[Passage]:
    """Of each kind of area, who leads: "Of 373 metropolitan areas Vallejo, CA has the highest".

    Args:
        areas: from `places.compare_kinds`, with `pay`.
        measure: see `measure_in_words`.
    """
    told = []
    for kind, rows in areas.groupby("area_type", sort=False):
        one, several = KINDS[kind]
        leader, caution = extreme(rows, measure), care(rows)
        if len(rows) == 1:
            said = words("Only one {kind}: {leader}{care}", kind=one, leader=leader, care=caution)
        else:
            count = counted(rows, f"{several} that publish it")
            said = words(
                "Of {count} {kind} {leader}{care}",
                count=count,
                kind=several,
                leader=leader,
                care=caution,
            )
        told.append(said)
    return told


def leaders_in_words(leaders: list[Passage], year: int, jobs: str, minimum: int) -> Passage:
    """Who leads each kind of area in one May, or that no area is left.

    Args:
        leaders: from `leaders_of_kinds`.
        year: of that May.
        jobs: whose jobs they are.
        minimum: of known jobs that an area must have.
    """
    if leaders:
        return words("In May {year:year}: {leaders:bullets}", year=year, leaders=leaders)
    text = "No area is known to have {minimum:number} jobs for {jobs}, or none is held."
    return words(text, minimum=minimum, jobs=jobs)


def metros_of_guide(claimed: pd.DataFrame, metros: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """The metropolitan areas that a guide names, with what it says of them and where they stand.

    Args:
        claimed: from `places.claimed_places`.
        metros: the metropolitan areas as `with_values` has them.
        figures: the ledger.

    Returns:
        `category`, `area_code`, `says`, `period`, and `pay`, `rank` and `price_rank` where held.
    """
    says = claimed.assign(says=figures.column(claimed["figure_id"]))
    stand = metros[["area_code", "pay", "rank", "price_rank"]]
    return says[["category", "area_code", "says", "period"]].merge(stand, "left", on="area_code")


def states_together(sums: pd.DataFrame, mean: Value) -> Passage:
    """Whether the states give back the nation, and why not where they do not.

    Args:
        sums: of `agreement.check_official_tables`, the rows `state_employment` and `state_mean`.
        mean: of the nation.
    """
    jobs, means = sums.loc["state_employment"], sums.loc["state_mean"]
    return words(
        """The states' jobs sum to {found:number}; the nation has {expected:number}. Weighted by
        jobs their means give {weighted:usd}; the nation's mean is {mean}. {reasons}""",
        found=jobs["found"],
        expected=jobs["expected"],
        weighted=means["found"],
        mean=mean,
        reasons=" ".join(sums.loc[~sums["holds"], "explanation"]),
    )


def state_headings(measure: str) -> dict[str, str]:
    """The heading of each column of the table of all states; `measure` is what `pay` is."""
    return {
        "area_title": "state",
        "pay": measure,
        "rank": "rank",
        "reach": "rank by mean, 90%",
        "bought": AT_PRICES,
        "price_rank": "rank at those prices",
        "price_reach": "by mean, 90%, at those prices",
        "employment": "jobs",
        "location_quotient": "location quotient",
        "caution": "take with care",
        "census_division": "division",
    }


def area_headings(measure: str) -> dict[str, str]:
    """The heading of each column of the table of all areas; `measure` is what `pay` is."""
    return {
        "area_title": "area",
        "pay": measure,
        "rank": "rank in its kind",
        "bought": AT_PRICES,
        "price_rank": "rank at those prices",
        "employment": "jobs",
        "location_quotient": "location quotient",
        "caution": "take with care",
        "state": "state",
    }


def guide_headings(
    guide: pd.DataFrame, metros: pd.DataFrame, measure: str, year: int, with_claims: bool
) -> dict[str, str]:
    """The heading of each column of the table of a guide's metropolitan areas.

    Args:
        guide: from `metros_of_guide`.
        metros: all that are ranked.
        measure: what `pay` is.
        year: of the May of that pay.
        with_claims: whether what the guide says is about the same jobs.
    """
    claims = {"says": f"guide: mean, {guide['period'].iloc[0]}"} if with_claims else {}
    priced = metros["price_rank"].count()
    return {
        "category": "area",
        **claims,
        "pay": f"BLS: {measure}, May {year}",
        "rank": f"rank of {len(metros)}",
        "price_rank": f"rank of {priced} at the nation's prices",
    }


def care(ranked: pd.DataFrame) -> str:
    """What is to be said beside the first place where its pay rests on little; "" if nothing is."""
    found = _at_end(ranked, "value", "max")["caution"].iloc[0]
    return f" (to be taken with care: {found})" if found else ""
