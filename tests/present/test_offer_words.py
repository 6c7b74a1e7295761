"""What is said of offers agrees with the tables, for places, occupations and a made-up next May.

Percentiles and price levels are read again here, without pandas.
"""

import csv
import functools
import itertools
import re

import pandas as pd
import pytest

from analysis.methods.occupations import OCCUPATIONS
from analysis.methods.offer_standing import areas_beside, weigh
from analysis.methods.place_profile import comparable_places
from analysis.present import offer_words
from analysis.present.comparisons import waiting
from analysis.present.values import USD, Figures, given
from analysis.published.paths import RAW
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_places, load_table

SHARES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
WAGES = (19_000, 43_210, 61_000, 180_000)
EVERY = 40
"""Of how many places one is tried."""


@functools.cache
def read(name):
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


NATION = {row["area_code"] for row in read("oews-national.csv")}
PARITIES = {
    (row["area_code"], int(row["year"])): float(row["price_parity"])
    for row in read("regional-price-parities.csv")
}


@functools.cache
def published():
    return load_places()


@functools.cache
class Case:
    """The places of one May and occupation, as published or a year on with pay raised."""

    def __init__(self, occupation, factor):
        oews = published()
        self.rows = [
            row
            for level in ("national", "state", "area")
            for row in read(f"oews-{level}.csv")
            if row["soc_code"] == occupation and row["year"] == str(comparable_year(oews))
        ]
        if factor:
            newest = oews[oews["year"] == comparable_year(oews)]
            pay = [column for column in newest if column.startswith("annual_")]
            made = newest.assign(year=newest["year"] + 1, **(newest[pay] * factor).round(-1))
            oews = pd.concat([oews, made])
        places = comparable_places(oews)
        self.year, self.occupation = int(places["year"].iloc[0]), occupation
        self.pay = places[places["soc_code"] == occupation]
        self.factor = factor or 1
        self.states = load_table("states.csv")
        names = ("regional-price-parities.csv", "percentile-accuracy.csv")
        self.tables = [load_table(name) for name in names]

    def weighed(self, offers):
        asked = pd.DataFrame(offers, columns=["area_code", "wage"])
        wages = [given(wage, "offer", USD) for wage in asked["wage"]]
        return weigh(self.pay, *self.tables, asked).assign(pay=pd.Series(wages, dtype=object))

    def percentiles(self, row):
        return {
            name: round(float(row[f"annual_{name}"]) * self.factor, -1)
            for name in SHARES
            if row[f"annual_{name}"]
        }

    def median(self, row):
        return self.percentiles(row).get("median", 50_000)

    def bought(self, code, wage):
        parity = self.parity(code)
        return parity and wage / parity * 100

    def parity(self, code):
        if code in NATION:
            return 100.0
        years = [year for held, year in PARITIES if held == code]
        nearest = min(years, key=lambda year: abs(year - self.year), default=None)
        return PARITIES[code, nearest] if nearest else None


def comparable_year(oews):
    kinds = oews.groupby("year")["area_type"].agg(set)
    return max(
        year for year, held in kinds.items() if {"national", "state", "metropolitan"} <= held
    )


CASES = [(occupation, None) for occupation in OCCUPATIONS] + [("29-2072", 1.1)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1] or 'held'}")
def case(request):
    return Case(*request.param)


@pytest.fixture(scope="module")
def figures():
    return Figures(load_figures())


def number(text):
    return float(text.replace(",", ""))


def test_where_an_offer_stands_fits_the_published_percentiles(case, figures):
    offers = [(row, wage) for row in case.rows[::EVERY] for wage in (*WAGES, case.median(row))]
    weighed = case.weighed([(row["area_code"], wage) for row, wage in offers])
    passages = offer_words.standings(weighed, figures)
    for (row, wage), title, passage in zip(offers, weighed["area_title"], passages, strict=True):
        said, pay = str(passage), case.percentiles(row)
        if len(pay) < 2:
            assert said == f"BLS publishes too little to place ${wage:,.0f} in {title}"
            continue
        told, where, share = re.fullmatch(
            r"\$([\d,]+) a year in (.+) is at or above what (\d+)% of the jobs pay", said
        ).groups()
        assert (number(told), where) == (wage, title)
        low = max((SHARES[name] for name, paid in pay.items() if paid <= wage), default=0)
        high = min((SHARES[name] for name, paid in pay.items() if paid >= wage), default=1)
        assert min(low, high) - 0.0051 <= int(share) / 100 <= max(low, high) + 0.0051


def test_what_an_offer_buys_follows_the_price_level(case):
    codes = [row["area_code"] for row in case.rows[::EVERY]]
    weighed = case.weighed([(code, 61_000) for code in codes])
    for at, code in enumerate(codes):
        one = weighed.iloc[[at]]
        said, parity = str(offer_words.purchases(one)), case.parity(code)
        if parity is None:
            assert said.endswith(f"no price level of {one['area_title'].iloc[0]} is published.")
        else:
            bought = number(re.search(r"buys what \$([\d,]+) buys", said)[1])
            assert bought == pytest.approx(61_000 * 100 / parity, abs=0.51)


def test_of_two_offers_it_is_said_which_buys_more_and_which_stands_higher(case):
    codes = [row["area_code"] for row in case.rows[:: EVERY * 3]]
    offers = [*itertools.product(codes, (44_000, 50_000, 58_000))]
    weighed, found = case.weighed(offers), set()
    for one, other in itertools.permutations(range(len(offers)), 2):
        pair = weighed.iloc[[one, other]]
        passage = offer_words.between_two(pair)
        said = "" if passage is None else str(passage)
        assert_buys(said, *(case.bought(*offers[place]) for place in (one, other)))
        ranks = re.search(r"likely ranges of their ranks, each in its own place, (.+)\.$", said)
        assert bool(ranks) == pair["rank"].notna().all()
        if ranks:
            (low, high), (other_low, other_high) = pair[["likely_low", "likely_high"]].to_numpy()
            expected = "meet, so these cannot be told apart"
            if low > other_high:
                expected = "do not meet: the first stands higher"
            if high < other_low:
                expected = "do not meet: the second stands higher"
            assert ranks[1] == expected
            found.add(expected)
    assert len(found) == 3


def assert_buys(said, one, other):
    """That it is said which of two amounts is more, and by how much, where both are known."""
    buys = re.search(r"prices (both buy as much|(the \w+) buys \$([\d,]+) a year more)\.", said)
    assert bool(buys) == (None not in (one, other))
    if buys and buys[2]:
        assert buys[2] == ("the first" if one > other else "the second")
        assert number(buys[3]) == pytest.approx(abs(one - other), abs=0.51)
        assert number(buys[3]) > 0
    elif buys:
        assert abs(one - other) <= 0.5


def test_one_offer_is_compared_with_no_other(case):
    assert offer_words.between_two(case.weighed([("US", 50_000)])) is None


def test_how_many_areas_cannot_be_told_apart(case):
    withheld = [row for row in case.rows if len(case.percentiles(row)) < 2][:2]
    codes = [row["area_code"] for row in [*case.rows[:: EVERY * 2], *withheld]]
    weighed, unknown = case.weighed([(code, 50_000) for code in codes]), 0
    for _, offer in weighed.iterrows():
        beside = areas_beside(case.pay, case.states, case.tables[1], offer)
        said = " ".join(str(offer_words.elsewhere(beside, offer)).split())
        if beside.empty:
            assert said == "There is no other area to compare it with."
            continue
        against = offer_words.against_offer(beside, offer)
        if pd.isna(offer["rank"]):
            unknown += 1
            assert said == f"The rank in {offer['area_title']} is not known, so none is beside it."
            assert set(against) == {"not known"}
            continue
        meet = [
            low <= offer["likely_high"] and high >= offer["likely_low"]
            for low, high in zip(beside["likely_low"], beside["likely_high"], strict=True)
        ]
        noun = "areas" if len(meet) > 1 else "area"
        assert said.startswith(f"In {sum(meet)} of the {len(meet)} other {noun} of the same state")
        for together, rank, told in zip(meet, beside["rank"], against, strict=True):
            side = "higher" if rank > offer["rank"] else "lower"
            assert told == ("may be equal" if together else side)
    assert unknown or not withheld


def test_tables_have_what_was_weighed_under_the_headings_of_a_page(case):
    weighed = case.weighed([("US", 50_000), ("US-NJ", 61_000)]).assign(offer=["first", "second"])
    table = offer_words.in_columns(weighed)
    assert table["place"].tolist() == weighed["area_title"].tolist()
    assert table["pay"].tolist() == [50_000, 61_000]
    assert table["jobs that pay no more"].tolist() == weighed["rank"].tolist()
    assert table["buys at national prices"].tolist() == weighed["buys"].tolist()
    for kind in ("likely", "certain"):
        assert table[kind].tolist() == offer_words.ranges(weighed, kind).tolist()
    offer = weighed.iloc[1]
    beside = areas_beside(case.pay, case.states, case.tables[1], offer)
    areas = offer_words.areas_in_columns(beside, offer)
    assert areas["area"].tolist() == beside["area_title"].tolist()
    assert areas["jobs that pay no more"].tolist() == beside["rank"].tolist()
    assert areas["beside the offer's rank"].tolist() == [*offer_words.against_offer(beside, offer)]


def test_what_stands_behind_the_figures(case):
    rows = case.rows[::EVERY]
    weighed = case.weighed([(row["area_code"], 50_000) for row in rows])
    for at, row in enumerate(rows):
        said = str(offer_words.support(weighed.iloc[[at, at]])).strip()
        jobs = f"{float(row['employment']):,.0f}" if row["employment"] else "not published"
        assert f": jobs, {jobs}; caution, " in said
        assert said.count(": jobs, ") == 1
        assert ("only" in said) == bool(row["employment"] and float(row["employment"]) < 100)


def test_a_may_that_waits_is_named_after_what_stands_behind_the_figures(case):
    weighed = case.weighed([(case.rows[0]["area_code"], 50_000)])
    later = waiting(pd.DataFrame({"year": [2025, 2026]}), 2025)
    first, last = str(offer_words.support(weighed, later)).strip().splitlines()
    assert ": jobs, " in first
    assert last.endswith(str(later[0]))


@pytest.mark.parametrize(
    ("offered", "begins"),
    [
        ([0, 0], "No offer was given, so the nation's median stands for one. $"),
        ([31.5, 0], "31.5 US dollars an hour make $65,520 a year. $65,520 a year in"),
        ([50_000, 25], "25 US dollars an hour make $52,000 a year. $50,000 a year in"),
        ([50_000, 52_000], "$50,000 a year in the United States is"),
    ],
)
def test_the_answer_says_how_offers_were_understood(figures, offered, begins):
    held = Case("29-2072", None)
    yearly = [one * 2080 if one < 200 else one for one in offered]
    weighed = held.weighed([("US", one or 51_140) for one in yearly])
    said = str(offer_words.short_answer(weighed, offered, "those jobs", figures))
    assert said.startswith(begins)
    assert said.endswith(f"The jobs are those of those jobs, in May {held.year}.")


def test_offers_have_names():
    assert offer_words.offer_names(True, 1) == ["The offer"]
    assert offer_words.offer_names(True, 2) == ["The first offer", "The second offer"]
    assert offer_words.offer_names(False, 1) == ["The nation's median"]
    assert offer_words.offer_names(False, 2) == ["The nation's median", "The second offer"]
