"""What is said of compared places agrees with the table, for every place, occupation and edition.

The tables are read again here, row by row and without pandas, and ranked a second way.
"""

import csv
import functools
import itertools
import re

import pandas as pd
import pytest

from analysis.methods import places
from analysis.present import ranking_words
from analysis.present.values import USD, Figures, Value
from analysis.published.paths import RAW
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table

COLUMNS = {name: f"annual_{name}" for name in ("mean", "median", "p10", "p25", "p75", "p90")}


def read(name):
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


OEWS = {level: read(f"oews-{level}.csv") for level in ("national", "state", "area")}
PARITIES = {
    (row["area_code"], int(row["year"])): float(row["price_parity"])
    for row in read("regional-price-parities.csv")
}
DIVISIONS = {row["area_title"]: row["census_division"] for row in read("states.csv")}
EDITIONS = sorted({(row["soc_code"], int(row["year"])) for row in OEWS["state"]})
CASES = [
    (occupation, year, statistic)
    for occupation, year in EDITIONS
    for statistic, column in COLUMNS.items()
    if any(
        row[column]
        for row in OEWS["state"]
        if (row["soc_code"], int(row["year"])) == (occupation, year)
    )
]


class Held:
    """Tables that are loaded once."""

    def __init__(self):
        self.figures = Figures(load_figures())
        self.parities = load_table("regional-price-parities.csv")
        self.oews = {level: load_oews(level) for level in OEWS}
        self.states = load_table("states.csv")
        self.compared = functools.cache(self._compared)

    def _compared(self, occupation, year, statistic, minimum=0):
        rows = places.compare(
            self.oews["state"], self.parities, occupation, year, statistic, minimum
        )
        return ranking_words.with_values(rows, self.figures)


@pytest.fixture(scope="module")
def held():
    return Held()


def published(level, occupation, year, statistic):
    """The pay of each place by its title, in US dollars a year."""
    return {
        row["area_title"]: float(row[COLUMNS[statistic]])
        for row in OEWS[level]
        if (row["soc_code"], int(row["year"])) == (occupation, year) and row[COLUMNS[statistic]]
    }


def at_prices(occupation, year, statistic):
    """The same, divided by the parity of the nearest year."""
    codes = {row["area_title"]: row["area_code"] for row in OEWS["state"]}
    bought = {}
    for title, pay in published("state", occupation, year, statistic).items():
        years = [held for code, held in PARITIES if code == codes[title]]
        nearest = min(years, key=lambda held: abs(held - year))
        bought[title] = pay / (PARITIES[codes[title], nearest] / 100)
    return bought


def rank_of(pay, title):
    return 1 + sum(other > pay[title] for other in pay.values())


def amount(text):
    return int(re.search(r"\$([\d,]+)", text)[1].replace(",", ""))


def listed(text):
    """The titles in "A, B and C", of which each may hold commas itself."""
    return re.split(r" and |, (?![A-Z]{2}\b)", text)


def assert_leads(text, pay, end):
    """ "A and B share the highest median, $9" names all that are highest, and their pay."""
    best = (max if end == "highest" else min)(pay.values())
    who, verb, told = re.fullmatch(rf"(.+) (has|share) the {end} (.+)", text).groups()
    assert sorted(listed(who)) == sorted(title for title, own in pay.items() if own == best)
    assert (verb == "has") == (len(listed(who)) == 1)
    assert abs(amount(told) - best) <= 0.5


@pytest.mark.parametrize(("occupation", "year", "statistic"), CASES)
def test_who_has_the_highest_and_the_lowest_pay(held, occupation, year, statistic):
    compared = held.compared(occupation, year, statistic)
    for priced, pay in (
        (False, published("state", occupation, year, statistic)),
        (True, at_prices(occupation, year, statistic)),
    ):
        ranked = ranking_words.ranking(compared, priced)
        measure = ranking_words.measure_in_words(statistic, priced)
        said = str(ranking_words.both_ends(ranked, measure))
        highest, lowest = said.split("; ")
        assert_leads(highest, pay, "highest")
        assert_leads(lowest, pay, "lowest")
        assert said.count(measure) == 2
        assert (ranking_words.AT_PRICES in said) == priced


@pytest.mark.parametrize(("occupation", "year", "statistic"), CASES)
def test_who_climbs_and_who_falls_at_equal_prices(held, occupation, year, statistic):
    said = str(ranking_words.price_moves(held.compared(occupation, year, statistic)))
    pay = published("state", occupation, year, statistic)
    bought = at_prices(occupation, year, statistic)
    climbs = {title: rank_of(pay, title) - rank_of(bought, title) for title in pay}
    pattern = r"(?:prices|and) (.+?) (climbs|falls) from (\d+) to (\d+)"
    moved = re.findall(pattern, said)
    assert [verb for _, verb, _, _ in moved] == ["climbs", "falls"]
    for title, verb, before, after in moved:
        assert (int(before), int(after)) == (rank_of(pay, title), rank_of(bought, title))
        assert climbs[title] == (max if verb == "climbs" else min)(climbs.values())
        assert (int(after) < int(before)) == (verb == "climbs")


@pytest.mark.parametrize(("occupation", "year", "statistic"), CASES)
def test_how_far_apart_pay_is_and_of_which_year_prices_are(held, occupation, year, statistic):
    compared = held.compared(occupation, year, statistic)
    said = str(ranking_words.spread(compared, statistic))
    ratios = [
        max(pay.values()) / min(pay.values())
        for pay in (
            published("state", occupation, year, statistic),
            at_prices(occupation, year, statistic),
        )
    ]
    assert re.findall(r"\d+\.\d\d", said) == [f"{ratio:.2f}" for ratio in ratios]
    said = str(ranking_words.parities(compared))
    prices = int(re.search(r"parities are of (\d+)", said)[1])
    years = {held for code, held in PARITIES if code == "US-NJ"}
    assert abs(prices - year) == min(abs(other - year) for other in years)
    assert ("nearest" in said) == (prices != year)
    low, cheap, high, dear = re.search(
        r"run from ([\d.]+) in (.+) to ([\d.]+) in (.+)\.$", said
    ).groups()
    titles = published("state", occupation, year, statistic)
    own = {row["area_title"]: PARITIES[row["area_code"], prices] for row in read("states.csv")}
    own = {title: parity for title, parity in own.items() if title in titles}
    assert (cheap, dear) == (min(own, key=own.get), max(own, key=own.get))
    assert (low, high) == (f"{own[cheap]:.2f}", f"{own[dear]:.2f}")


@pytest.mark.parametrize(("occupation", "year"), EDITIONS)
@pytest.mark.parametrize("priced", [False, True])
def test_how_many_could_be_first(held, occupation, year, priced):
    ranked = ranking_words.ranking(held.compared(occupation, year, "mean"), priced)
    said = str(ranking_words.certainty(ranked, "mean"))
    errors = {
        row["area_title"]: float(row["mean_rse"])
        for row in OEWS["state"]
        if (row["soc_code"], int(row["year"])) == (occupation, year) and row["mean_rse"]
    }
    if not errors:
        assert said.startswith(f"No sampling error of the mean of May {year} is held")
        return
    known = ranked[ranked["area_title"].isin(errors)]
    spans = [*zip(known["rank_low"], known["rank"], known["rank_high"], strict=True)]
    first = known.loc[known["rank_low"] == 1, "area_title"].tolist()
    assert all(low <= rank <= high for low, rank, high in spans)
    # Of a pair that is told apart one is above the other, and so it counts once at either end.
    apart = sum(low - 1 for low, _, _ in spans)
    assert apart == sum(len(ranked) - high for _, _, high in spans)
    counted = [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", said)]
    pairs = len(list(itertools.combinations(errors, 2)))
    if len(first) == 1:
        assert said.startswith(f"Only {first[0]} can have the highest mean")
        assert counted == [apart, pairs]
    else:
        assert counted == [len(first), apart, pairs]


@pytest.mark.parametrize(("occupation", "year"), EDITIONS)
def test_the_ranks_that_each_state_may_have(held, occupation, year):
    compared = held.compared(occupation, year, "mean")
    for prefix, pay in (
        ("", published("state", occupation, year, "mean")),
        ("price_", at_prices(occupation, year, "mean")),
    ):
        rows = compared.to_dict("records")
        for row, passage in zip(rows, ranking_words.ranks_of(compared, prefix), strict=True):
            said = f"{row['area_title']} is number {rank_of(pay, row['area_title'])}"
            if row[f"{prefix}rank_low"] == row[f"{prefix}rank_low"] and row["mean_rse"] > 0:
                ends = f"{row[f'{prefix}rank_low']} to {row[f'{prefix}rank_high']}"
                said += f" and could be any from {ends}"
            assert str(passage) == said


@pytest.mark.parametrize(("occupation", "year", "statistic"), CASES)
def test_which_divisions_lead(held, occupation, year, statistic):
    compared = held.compared(occupation, year, statistic)
    tiles = held.states.merge(compared[["area_code", "rank"]], "left", on="area_code")
    said = str(ranking_words.leading_divisions(tiles))
    pay = published("state", occupation, year, statistic)
    tenth = sorted(pay.values(), reverse=True)[9]
    top = [DIVISIONS[title] for title in pay if pay[title] >= tenth]
    most = max(map(top.count, top))
    divisions, count, among = re.fullmatch(
        r"The (.+) divisions? ha(?:s|ve) (\d+)(?: each)? of the (\d+) highest", said
    ).groups()
    assert (int(count), int(among)) == (most, len(top))
    assert sorted(listed(divisions)) == sorted({one for one in top if top.count(one) == most})
    assert (" each " in said) == (" divisions " in said) == (len(listed(divisions)) > 1)


@pytest.mark.parametrize(("occupation", "year"), EDITIONS)
def test_where_the_jobs_are(held, occupation, year):
    said = str(ranking_words.densest(held.compared(occupation, year, "mean"), "clerks"))
    shares = {
        row["area_title"]: float(row["location_quotient"])
        for row in OEWS["state"]
        if (row["soc_code"], int(row["year"])) == (occupation, year) and row["location_quotient"]
    }
    who, times = re.fullmatch(
        r"(.+) ha(?:s|ve) ([\d.]+) times the nation's share of jobs for clerks", said
    ).groups()
    assert float(times) == max(shares.values())
    assert sorted(listed(who)) == sorted(title for title in shares if shares[title] == float(times))


@pytest.mark.parametrize("occupation", sorted({occupation for occupation, _ in EDITIONS}))
@pytest.mark.parametrize("statistic", COLUMNS)
def test_how_pay_changed(held, occupation, statistic):
    history = places.beside_nation_over_years(
        held.oews["state"], held.oews["national"], occupation, statistic
    )
    said = str(ranking_words.changes(history, statistic))
    years = [year for code, year, name in CASES if (code, name) == (occupation, statistic)]
    ends = min(years), max(years)
    if len(years) == 1:
        assert said == f"The states' {statistic} is held for one May only."
        return
    first, last = (published("state", occupation, year, statistic) for year in ends)
    usual = [published("national", occupation, year, statistic)["U.S."] for year in ends]
    both = first.keys() & last.keys()
    lower = [title for title in both if last[title] < first[title]]
    assert said.startswith(f"{len(lower)} of {len(both)} places publish")
    assert f"than in May {min(years)}; " in said
    assert f"lower {statistic} in May {max(years)} than" in said
    change = usual[1] - usual[0]
    if change:
        assert said.endswith(f"is ${abs(change):,.0f} {'higher' if change > 0 else 'lower'}")
    else:
        assert said.endswith("is the same")


@pytest.mark.parametrize("occupation", sorted({row["soc_code"] for row in OEWS["area"]}))
@pytest.mark.parametrize("statistic", COLUMNS)
def test_which_areas_lead_their_kind(held, occupation, statistic):
    areas = places.compare_kinds(held.oews["area"], held.parities, occupation, statistic)
    areas = ranking_words.with_values(areas, held.figures)
    said = [str(one) for one in ranking_words.leaders_of_kinds(areas, statistic)]
    rows = [
        row for row in OEWS["area"] if row["soc_code"] == occupation and row[COLUMNS[statistic]]
    ]
    newest = max(row["year"] for row in rows)
    rows = [row for row in rows if row["year"] == newest]
    kinds = sorted({row["area_type"] for row in rows})
    assert len(said) == len(kinds)
    for kind, text in zip(kinds, said, strict=True):
        own = {
            row["area_title"]: float(row[COLUMNS[statistic]])
            for row in rows
            if row["area_type"] == kind
        }
        told, care = re.fullmatch(r"(.+?)( \(to be taken with care: .+\))?", text).groups()
        begins = (
            f"Of {len(own)} {ranking_words.KINDS[kind][1]} "
            if len(own) > 1
            else f"Only one {ranking_words.KINDS[kind][0]}: "
        )
        assert told.startswith(begins)
        assert_leads(told.removeprefix(begins), own, "highest")
        first = next(row for row in areas.to_dict("records") if row["area_type"] == kind)
        assert (care or "") == (
            f" (to be taken with care: {first['caution']})" if first["caution"] else ""
        )


@pytest.mark.parametrize("level", OEWS)
def test_every_place_that_rests_on_little_is_said_to_and_no_other_is(held, level):
    percentiles = ("p10", "p25", "median", "p75", "p90")
    told = places.cautions(held.oews[level])
    assert len(told) == len(OEWS[level])
    for row, said in zip(OEWS[level], told, strict=True):
        jobs, error = row["employment"], row["mean_rse"]
        pay = [row[f"annual_{name}"] for name in percentiles]
        equal = [one == other != "" for one, other in itertools.pairwise(pay)]
        assert ("only" in said) == bool(jobs and float(jobs) < places.FEW_JOBS)
        assert ("standard error" in said) == bool(error and float(error) > places.LARGE_ERROR)
        assert said.count(" = ") == sum(equal)


def test_what_the_guide_says_of_states(held):
    names = load_table("place-names.csv")
    claimed = places.claimed_places(load_figures(), names, "state")
    five = places.beside_official(claimed, held.oews["state"])
    five["off"] = held.figures.column(five["claim_id"]) - held.figures.column(five["figure_id"])
    said = str(ranking_words.guide_states(five))
    pay = published("state", "29-2072", 2023, "mean")
    ranks = {title: rank_of(pay, title) for title in five["area_title"]}
    off = {row.area_title: row.claimed - pay[row.area_title] for row in five.itertuples()}
    among = sum(rank <= 5 for rank in ranks.values())
    worst = max(off, key=lambda title: abs(off[title]))
    way = "high" if off[worst] > 0 else "low"
    assert said == (
        f"{among} of the guide's 5 are among the 5 highest means of May 2023; {worst}, which it "
        f"puts ${abs(off[worst]):,.0f} too {way}, is number {ranks[worst]}"
    )


@pytest.mark.parametrize(("occupation", "year", "statistic"), CASES)
def test_where_the_guides_states_stand_by_other_figures(held, occupation, year, statistic):
    guides = {"US-NJ", "US-DC", "US-CA", "US-MD", "US-HI"}
    compared = held.compared(occupation, year, statistic).assign(
        emphasis=lambda rows: rows["area_code"].isin(guides)
    )
    said = str(ranking_words.guide_states_by(compared, statistic))
    pay = published("state", occupation, year, statistic)
    found = dict(re.findall(r"(?:coders|;) (.+?) is number (\d+)", said))
    titles = [row.area_title for row in compared.itertuples() if row.emphasis]
    assert {title: int(rank) for title, rank in found.items()} == {
        title: rank_of(pay, title) for title in titles
    }


@pytest.mark.parametrize(("occupation", "year"), EDITIONS)
def test_where_most_jobs_are(held, occupation, year):
    jobs = {
        row["area_title"]: float(row["employment"])
        for row in OEWS["state"]
        if (row["soc_code"], int(row["year"])) == (occupation, year) and row["employment"]
    }
    first, second, third = sorted(jobs, key=jobs.get, reverse=True)[:3]
    most = jobs[first] + jobs[second] + jobs[third]
    compared = held.compared(occupation, year, "median")
    assert str(ranking_words.most_jobs(compared, 2 * most)) == (
        f"The most jobs are in {first}, {second} and {third}: {most:,.0f}, 50% of the nation's."
    )


@pytest.mark.parametrize(("minimum", "known"), [(0, "."), (5_000, " or have fewer than 5,000")])
def test_how_many_states_are_compared_and_why_the_others_are_not(held, minimum, known):
    own = [
        row["area_title"]
        for row in OEWS["state"]
        if (row["soc_code"], row["year"]) == ("29-2072", "2025")
        and row["annual_median"]
        and float(row["employment"] or 0) >= minimum
    ]
    compared = held.compared("29-2072", 2025, "median", minimum).iloc[1:]
    said = str(ranking_words.coverage(compared, held.states, "median", minimum))
    assert said.startswith(f"Compared are {len(own) - 1} of 51 states; ")
    assert f" The others do not publish the median{known}" in said
    three = held.states.head(3)
    assert str(ranking_words.coverage(three, three, "median", minimum)) == (
        "Compared are 3 of 3 states; the District of Columbia counts as one."
    )


def test_the_short_answer_has_who_leads_then_what_else_is_found(held):
    compared = held.compared("29-2072", 2025, "median")
    details = [ranking_words.words("One finding"), ranking_words.words("Another")]
    said = str(ranking_words.short_answer(compared, "median", "these jobs", details))
    leader = ranking_words.extreme(compared, "median")
    assert said.startswith(f"In May 2025, of these jobs: {leader}{ranking_words.care(compared)}. ")
    assert [*re.findall(r"^- (.+)$", said, re.M)] == ["One finding", "Another"]


@pytest.mark.parametrize("statistic", ["median", "mean"])
def test_what_is_said_of_pay_at_equal_prices(held, statistic):
    compared = held.compared("29-2072", 2025, statistic)
    said = str(ranking_words.at_equal_prices(compared, statistic))
    leads, _, rest = said.partition(". ")
    assert_leads(leads, at_prices("29-2072", 2025, statistic), "highest")
    spread, levels = (
        ranking_words.spread(compared, statistic),
        ranking_words.parities(compared),
    )
    assert rest == f"{spread} {levels}"


def test_a_map_has_every_state_and_marks_those_of_the_guide(held):
    ranked = held.compared("29-2072", 2025, "median").drop(index=0)
    claimed = pd.DataFrame({"area_code": ["US-NJ", "US-DC"]})
    tiles = ranking_words.tiles(held.states, ranked, claimed)
    assert tiles["area_title"].tolist() == [row["area_title"] for row in read("states.csv")]
    assert set(tiles.loc[tiles["emphasis"], "area_code"]) == {"US-NJ", "US-DC"}
    pay = published("state", "29-2072", 2025, "median")
    known = tiles.dropna(subset="value").set_index("area_title")["value"].to_dict()
    assert known == {title: pay[title] for title in ranked["area_title"]}


@pytest.fixture(scope="module")
def claimed():
    """What the guide says of places, by their kind."""
    names = load_table("place-names.csv")
    return {kind: places.claimed_places(load_figures(), names, kind) for kind in ("state", "metro")}


class TestGuide:
    """What a guide says of places, beside what OEWS has of them."""

    def test_claims_stand_beside_the_official_figure_and_its_rank(self, held, claimed):
        five = ranking_words.claims_beside_official(
            claimed["state"], held.oews["state"], held.figures
        )
        pay = published("state", "29-2072", 2023, "mean")
        for row in five.itertuples():
            assert (row.says, row.pay) == (row.claimed, pay[row.area_title])
            assert row.off == row.claimed - pay[row.area_title]
            assert row.label == f"{row.category}, number {rank_of(pay, row.area_title)}"
        said = str(ranking_words.claims_in_words(five, "The rest."))
        told = [
            f"{row.category}: the guide ${row.claimed:,.0f}, OEWS ${pay[row.area_title]:,.0f}"
            for row in five.itertuples()
        ]
        assert said == "; ".join(told) + ". The rest."

    def test_its_metropolitan_areas_have_a_row_each_even_one_that_is_left_out(self, held, claimed):
        areas = places.compare_kinds(held.oews["area"], held.parities)
        metros = ranking_words.with_values(
            areas.query("area_type == 'metropolitan'").iloc[1:], held.figures
        )
        guide = ranking_words.metros_of_guide(claimed["metro"], metros, held.figures)
        pay = published("area", "29-2072", 2025, "median")
        titles = {row["area_code"]: row["area_title"] for row in OEWS["area"]}
        assert guide["category"].tolist() == claimed["metro"]["category"].tolist()
        assert [float(says) for says in guide["says"]] == claimed["metro"]["claimed"].tolist()
        for row in guide.itertuples():
            if row.area_code in set(metros["area_code"]):
                assert row.pay == pay[titles[row.area_code]]
            else:
                assert pd.isna(row.pay)

    @pytest.mark.parametrize("with_claims", [True, False])
    def test_headings_name_the_counts_that_ranks_are_of(self, claimed, with_claims):
        metros = pd.DataFrame({"price_rank": [1, 2, None]})
        heads = ranking_words.guide_headings(claimed["metro"], metros, "p90", 2025, with_claims)
        assert list(heads.values()) == [
            "area",
            *(["guide: mean, May 2023"] if with_claims else []),
            "BLS: p90, May 2025",
            "rank of 3",
            "rank of 2 at the nation's prices",
        ]


def test_leaders_are_listed_or_it_is_said_that_there_are_none():
    leaders = [ranking_words.words("Of 3 areas A leads"), ranking_words.words("Only one: B leads")]
    said = str(ranking_words.leaders_in_words(leaders, 2025, "clerks", 10))
    assert said.strip() == "In May 2025: \n\n- Of 3 areas A leads\n- Only one: B leads"
    assert str(ranking_words.leaders_in_words([], 2025, "clerks", 90_000)) == (
        "No area is known to have 90,000 jobs for clerks, or none is held."
    )


def test_the_ranks_that_means_allow_stand_beside_another_statistic(held):
    by_mean = held.compared("29-2072", 2025, "mean")
    listed = ranking_words.with_rank_intervals(held.compared("29-2072", 2025, "median"), by_mean)
    means = by_mean.set_index("area_code")
    for row in listed.itertuples():
        own = means.loc[row.area_code]
        assert row.reach == f"{own['rank_low']} to {own['rank_high']}"
        assert row.price_reach == f"{own['price_rank_low']} to {own['price_rank_high']}"


class TestFewPlaces:
    """What is said where a minimum of jobs leaves next to nothing."""

    def test_one_place(self, held):
        alone = held.compared("29-2072", 2023, "mean", 20_000)
        assert len(alone) == 1
        assert str(ranking_words.both_ends(alone, "mean")).count("highest") == 1
        assert "no ranks to tell apart" in str(ranking_words.certainty(alone, "mean"))
        assert "no place changes its rank" in str(ranking_words.price_moves(alone))
        assert "nothing to compare" in str(ranking_words.spread(alone, "mean"))
        assert re.fullmatch(
            r"The parity is of 2023 and is [\d.]+\.", str(ranking_words.parities(alone))
        )
        assert str(ranking_words.leading_divisions(alone.assign(census_division="Pacific"))) == (
            "States compared: 1"
        )

    def test_equal_places_share_an_end(self, held):
        three = held.compared("29-2072", 2023, "mean", 16_000)
        equal = three.assign(value=1.0, pay=1.0)
        assert "California, Florida and Texas share the highest mean" in str(
            ranking_words.both_ends(equal, "mean")
        )


def test_price_levels_of_two_years_are_both_named():
    compared = pd.DataFrame(
        {
            "year": [2025, 2025, 2025],
            "area_code": ["US-NJ", "US-NY", "US-GU"],
            "area_title": ["New Jersey", "New York", "Guam"],
            "price_parity": [108.5, 107.5, None],
            "price_year": pd.array([2025, 2024, None], "Int64"),
        }
    )
    assert ranking_words.price_years(compared) == "2024 and 2025"
    assert str(ranking_words.parities(compared)).startswith(
        "The parities are of 2024 and 2025, the year nearest to May 2025 that is held for each "
        "place, and run from "
    )


@pytest.mark.parametrize("holds", [True, False])
def test_the_states_are_summed_and_a_sum_that_does_not_hold_is_explained(holds):
    sums = pd.DataFrame(
        {
            "found": [194_040.0, 56_787.4],
            "expected": [194_720.0, 56_790.0],
            "holds": [holds, True],
            "explanation": ["Vermont is not published.", ""],
        },
        index=["state_employment", "state_mean"],
    )
    told = " ".join(str(ranking_words.states_together(sums, Value(56_790, {}, USD))).split())
    assert told.startswith("The states' jobs sum to 194,040; the nation has 194,720. Weighted by")
    assert "their means give $56,787; the nation's mean is $56,790." in told
    assert ("Vermont is not published." in told) is not holds
