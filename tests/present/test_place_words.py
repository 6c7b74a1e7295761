"""What a place's page says of above, below and ranks, against the tables."""

import re

import pandas as pd
import pytest

from analysis.methods import place_profile
from analysis.methods.beside_place import around, gaps, rows_beside
from analysis.methods.credentials import pay_by_credentials
from analysis.methods.occupations import OCCUPATIONS
from analysis.present import place_words
from analysis.present.values import Figures
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_places, load_table

OEWS = load_places()
PARITIES = load_table("regional-price-parities.csv")
STATES = load_table("states.csv")
LEDGER = load_figures()
FIGURES = Figures(LEDGER)
NEWEST = OEWS[OEWS["year"] == OEWS.loc[OEWS["area_type"] == "state", "year"].max()]
MONEY = r"\$([\d,]+)"


def places(occupation):
    rows = NEWEST[(NEWEST["soc_code"] == occupation) & (NEWEST["area_type"] != "national")]
    return rows.set_index("area_code")


def number(text):
    return float(text.replace(",", ""))


def assert_side(said, one, other):
    """ "4% below", or "about the same as", fits two amounts."""
    change = one / other - 1
    if said == "about the same as":
        assert abs(change) < 0.00501
    else:
        share, side = re.fullmatch(r"([\d,]+)% (above|below)", said).groups()
        assert side == ("above" if change > 0 else "below")
        assert number(share) == pytest.approx(100 * abs(change), abs=0.51)


def of_which():
    """Every occupation, with each twelfth place, and with all places where time allows."""
    for occupation in OCCUPATIONS:
        yield pytest.param((occupation, 12), id=occupation)
        yield pytest.param((occupation, 1), id=f"{occupation}-all", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=of_which())
def answers(request):
    """The answer and the rows beside it for places of an occupation."""
    occupation, step = request.param
    found = {}
    for area in places(occupation).index[::step]:
        answer = place_profile.answer(NEWEST, PARITIES, STATES, area, occupation)
        found[area] = (answer, rows_beside(NEWEST, answer))
    return occupation, found


def test_the_short_answer_compares_with_the_nation_and_ranks_as_the_table_does(answers):
    occupation, found = answers
    rows = places(occupation)
    nation = NEWEST.query("area_code == 'US' and soc_code == @occupation").iloc[0]
    for area, (answer, beside) in found.items():
        said = str(place_words.short_answer(answer, beside.iloc[0], FIGURES))
        median = rows.at[area, "annual_median"]
        assert f"in May {nation['year']}" in said
        if pd.isna(median):
            assert "is not published" in said
            continue
        against = re.search(rf"The median is (.+?) the nation's, {MONEY}, and number (\d+)", said)
        assert number(against[2]) == nation["annual_median"]
        assert_side(against[1], median, nation["annual_median"])
        kind = rows[rows["area_type"] == rows.at[area, "area_type"]]["annual_median"].dropna()
        assert int(against[3]) == 1 + (kind > median).sum()
        assert f"of {len(kind)} " in said
        title = place_words.pay_title(answer, FIGURES)
        assert_side(
            title.rpartition(", ")[2].removesuffix(" the nation's"), median, number(against[2])
        )


def test_other_occupations_are_compared_on_the_side_that_the_table_has(answers):
    occupation, found = answers
    for area, (_, beside) in found.items():
        medians = beside[beside["area_code"] == area].set_index("soc_code")["annual_median"]
        others = [code for code in OCCUPATIONS if code != occupation]
        said = place_words.other_occupations(beside, occupation, FIGURES)
        for code, passage in zip(others, said, strict=True):
            known = re.search(rf"have a median of {MONEY}, (.+?) that of", str(passage))
            if known:
                assert number(known[1]) == medians[code]
                assert_side(known[2], medians[code], medians[occupation])
            else:
                assert pd.isna(medians.get(code)) or pd.isna(medians[occupation])


def test_prices_are_above_or_below_as_the_parity_says(answers):
    _, found = answers
    for answer, _ in found.values():
        said = str(place_words.buying(answer, FIGURES, 0))
        if pd.isna(answer["price_parity"]) or pd.isna(answer["median"]):
            assert "No price-adjusted pay" in said
            continue
        against = re.search(
            r"Prices here were (?:([\d.]+)% )?(above|below|about the same as)", said
        )
        above = answer["price_parity"] - 100
        if against[1]:
            assert against[2] == ("above" if above > 0 else "below")
            assert float(against[1]) == pytest.approx(abs(above), abs=0.051)
        bought = number(re.search(rf"buys what {MONEY}", said)[1])
        assert bought == pytest.approx(answer["median"] / answer["price_parity"] * 100, abs=0.51)
        assert (bought > answer["median"]) == (above < 0) or abs(above) < 0.01


def test_a_neighbour_ranks_as_its_median_does(answers):
    _, found = answers
    for area, (answer, _) in [*found.items()][::10]:
        rows = around(NEWEST, STATES, answer, 10)
        ranked = rows.dropna(subset="rank")
        assert ranked["annual_median"].is_monotonic_decreasing
        title = place_words.rank_title(answer, "beside")
        own = ranked[ranked["area_code"] == area]
        if len(own) and answer["neighbours"] > 1:
            assert f"is number {own['rank'].iloc[0]:.0f} of {answer['neighbours']} " in title


def test_the_certified_are_never_put_below_everyone(answers):
    occupation, found = answers
    if occupation != "29-2072":
        return
    nation = OEWS.query("area_type == 'national' and soc_code == '29-2072'")
    vintages, assumed = load_table("bridge-vintages.csv"), load_table("assumptions.csv")
    ratios = place_profile.credential_ratios(LEDGER, vintages, nation)
    measured = load_table("percentile-accuracy.csv")
    for _, beside in found.values():
        mean = place_profile.mean_pay(beside.iloc[0], measured)
        if mean.notna().all():
            assert pay_by_credentials(ratios, mean, assumed)["low"].min() > mean["mean"]


def test_what_is_missing_is_named_for_each_occupation(answers):
    _, found = answers
    for area, (_, beside) in found.items():
        lacking = gaps(beside)
        assert lacking.keys() == {words.jobs for words in OCCUPATIONS.values()}
        held = beside[beside["area_code"] == area]["soc_code"]
        absent = [words.jobs for code, words in OCCUPATIONS.items() if code not in set(held)]
        assert [jobs for jobs, gap in lacking.items() if "not in the table" in gap] == absent
