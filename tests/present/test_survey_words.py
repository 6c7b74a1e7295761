"""What page 03 says of AAPC's averages agrees with the averages, whatever they are."""

import functools
import math
import re

import pandas as pd
import pytest

from analysis.methods import bridge, published_answers
from analysis.methods.distribution import PayDistribution, place, top_shares
from analysis.present import bridge_words, survey_words
from analysis.present.values import Figures
from analysis.published.package import sources
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table

LEDGER, OEWS = load_figures(), load_oews("national")
FIGURES = Figures(LEDGER)
VINTAGES = load_table("bridge-vintages.csv")
CODERS = OEWS[OEWS["soc_code"] == "29-2072"].set_index("year")
NEWEST = CODERS.index.max()
EDITIONS = (2021, 2024, 2025)
AVERAGES = {
    "certified": 64_710,
    "CPC": 63_095,
    "one": 62_110,
    "two": 71_535,
    "three or more": 79_933,
    "CIC": 81_034,
    "medical coding auditor (CPMA)": 82_367,
    "COC": 71_118,
    "CRC": 74_013,
}


def money(text):
    return [
        (-1 if sign else 1) * int(digits.replace(",", ""))
        for sign, digits in re.findall(r"(−?)\$([\d,]+)", text)
    ]


def plain(passage):
    """A passage in one line."""
    return " ".join(str(passage).split())


def shares_in(text):
    return [float(share) for share in re.findall(r"([\d.]+)%", text)]


@functools.cache
def inputs_of(edition, start=0):
    vintages = bridge.start_from(VINTAGES, start)
    return bridge.vintage_inputs(vintages, edition, OEWS, LEDGER, sources())


def pair_of(edition, start=0):
    return bridge_words.pair_of(edition, inputs_of(edition, start), FIGURES)


def test_the_averages_of_the_test_are_those_of_the_ledger():
    own = LEDGER.query("source_id == 'guide-quoting-aapc' and statistic == 'mean'")
    assert own.set_index("category")["value"][[*AVERAGES]].to_dict() == AVERAGES


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"CPC": 64_710},
        {"CPC": 66_000},
        {"CIC": 64_000, "COC": 50_000},
        {"CRC": 64_711},
        {"certified": 62_500},
        {"certified": 70_000, "CPC": 69_000},
    ],
    ids=str,
)
def test_single_credentials_are_below_or_above_as_the_averages_have_it(changes):
    averages = pd.Series(AVERAGES | changes, dtype=float)
    said = plain(survey_words.single_credential(averages))
    cpc, low, high, one = money(said)
    assert (cpc, one) == (averages["CPC"], averages["one"])
    # One credential alone is what is left once those with more are taken out of the average.
    side = re.search(r"\$[\d,]+, (above|below|on both sides of) the", said)[1]
    distance = averages["CPC"] - averages["certified"]
    assert side == ("on both sides of" if not distance else "above" if distance > 0 else "below")
    assert low <= high
    held = dict(re.findall(r"([\d.]+)% hold (CIC|medical coding auditor \(CPMA\)|COC|CRC)", said))
    caps = {name: float(share) for share, name in held.items()}
    assert set(caps) == {
        name for name in survey_words.SPECIAL if averages[name] > averages["certified"]
    }
    for name, share in caps.items():
        mixed = share / 100 * averages[name] + (1 - share / 100) * averages["one"]
        assert mixed == pytest.approx(averages["certified"], abs=25)


def test_no_limit_is_named_where_no_average_is_above_that_of_all():
    below = dict.fromkeys(survey_words.SPECIAL, 60_000)
    averages = pd.Series(AVERAGES | below, dtype=float)
    assert plain(survey_words.single_credential(averages)).endswith("average of $62,110.")


def test_the_share_with_one_credential_is_the_one_drawn():
    title = survey_words.shares_title(pd.Series({"low": 0.7241, "high": 0.8541}))
    assert shares_in(title) == [72.4, 85.4]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_best_paid_part_is_named_by_what_it_rests_on(edition):
    pair = pair_of(edition)
    cells = CODERS.loc[pair.survey_may]
    pay, mean = PayDistribution.from_table(cells), cells["annual_mean"]
    parts = top_shares(pay, pair.target, mean, 15_080)
    percentiles = FIGURES.column(
        bridge_words.official_ids(pair.survey_may)[["p10", "median", "p90"]]
    )
    for curve_mean in (mean - 1, mean, mean + 1, float(pay.mean())):
        said = plain(survey_words.best_paid_part(pair, parts, curve_mean, percentiles))
        moved = re.search(r"on that curve (raised|lowered|kept)", said)[1]
        assert (moved == "raised") == (mean > curve_mean)
        assert (moved == "lowered") == (mean < curve_mean)
        assert f"May {pair.survey_may}" in said
    most, unscaled, scaled = shares_in(said)
    assert most >= max(unscaled, scaled)
    # A higher curve leaves a larger part that can average as much.
    assert (scaled > unscaled) == (mean > float(pay.mean()))


def test_an_average_that_is_not_above_the_occupations_needs_no_better_paid_part():
    pair = pair_of(2024)
    value = pair.value.copy()
    value["aapc_certified_mean"] = value["bls_mean_survey"] - 1_000
    lower = bridge_words.Pair(2024, 2023, 2024, value, quoted=True, usual=False)
    said = plain(survey_words.best_paid_part(lower, pd.Series(dtype=float), 0.0, value))
    assert "$54,970, is below the mean of all jobs in the occupation, $55,970" in said


@pytest.mark.parametrize("year", sorted(CODERS.index))
def test_published_answers_are_counted_and_dated(year):
    printed = published_answers.printed_pay(LEDGER, sources())
    answers = published_answers.answers(printed, CODERS.loc[year], year)
    said = survey_words.answers_title(answers)
    found = {row.label: row for row in answers.itertuples()}
    own = found[f"BLS, all workers (OEWS, May {year})"]
    cells = CODERS.loc[year, ["annual_median", "annual_p10", "annual_p90"]]
    assert [own.median, own.low, own.high] == cells.tolist()
    amounts = [
        row.mean if math.isnan(row.median) else row.median
        for row in found.values()
        if not (math.isnan(row.mean) and math.isnan(row.median))
    ]
    assert money(said) == [min(amounts), max(amounts)]
    medians = sum(not math.isnan(row.median) for row in found.values())
    assert f"{len(found)} published answers" in said
    assert f": {medians} {'is a median' if medians == 1 else 'are medians'}, " in said
    note = survey_words.answers_note(printed, year)
    others = set(
        LEDGER[
            LEDGER["source_id"].str.startswith("guide")
            & LEDGER["subject"].eq("national")
            & LEDGER["source_id"].ne("guide-quoting-bls")
            & LEDGER["unit"].eq("USD per year")
        ]["period"]
    )
    assert note.startswith(f"US dollars a year. BLS's are of May {year}, ")
    assert set(note.rpartition("of: ")[2].rstrip(".").split(" and ")) == others


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("start", sorted(CODERS.index))
def test_an_average_stands_above_the_jobs_that_pay_less(edition, start):
    pair = pair_of(edition, int(start))
    curve = PayDistribution.from_table(CODERS.loc[start])
    printed = published_answers.printed_pay(LEDGER, sources())
    placing = published_answers.figures_to_place(
        printed, pair.value["bls_mean"], pair.target, edition
    )
    assert placing["label"].is_unique
    placed = placing.join(place(curve, placing["value"], load_table("percentile-accuracy.csv")))
    said = survey_words.placed_title(pair, placed)
    share = shares_in(said)[0] / 100
    assert f"for {edition} stands" in said
    assert said.endswith(f"May {start}")
    cells = {0.1: "p10", 0.25: "p25", 0.5: "median", 0.75: "p75", 0.9: "p90"}
    for rank, name in cells.items():
        if CODERS.at[start, f"annual_{name}"] < pair.target:
            assert share >= rank - 0.005
        else:
            assert share <= rank + 0.005


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("newest", sorted(CODERS.index))
def test_each_question_is_answered_with_its_date_its_side_and_how_it_was_read(edition, newest):
    inputs = inputs_of(edition)
    official = bridge_words.official_ids(newest)
    asked = survey_words.answering(load_table("questions.csv"), inputs, official, LEDGER)
    said = str(survey_words.questions_answered(asked, FIGURES, newest)).split("\n- ")[1:]
    assert len(said) == len(asked)
    cells = CODERS.loc[newest]
    assert money(said[0]) == [cells["annual_median"]]
    assert money(said[1]) == [cells["annual_mean"]]
    side = "above" if cells["annual_mean"] > cells["annual_median"] else "below"
    assert f"lies {side} the median" in said[1]
    for text, name in zip(
        said[2:], ("aapc_certified_mean", "aapc_one_credential_mean"), strict=True
    ):
        row = inputs.loc[name]
        if math.isnan(row["value"]):
            assert "does not publish it" in text
            continue
        assert money(text) == [row["value"]]
        assert f"{edition} survey" in text
        years = edition - newest
        words = (
            "the same as" if not years else "a year" if abs(years) == 1 else f"{abs(years)} years"
        )
        assert f"The survey's year is {words}" in text
        assert (" before that" in text) == (years < 0)
        assert (" after that" in text) == (years > 0)
        assert ("where others quote it" in text) == (row["reading"] == "quoted")


def test_a_mean_below_the_median_is_said_to_be_below():
    amounts = LEDGER.copy()
    own = amounts["figure_id"] == f"oews-{NEWEST}-us-29-2072-mean"
    amounts.loc[own, "value"] = 40_000.0
    official = bridge_words.official_ids(NEWEST)
    asked = survey_words.answering(load_table("questions.csv"), inputs_of(2024), official, amounts)
    said = str(survey_words.questions_answered(asked, Figures(amounts), NEWEST))
    assert "It lies below the median, for it counts the lowest pay in full." in said


def test_editions_are_compared_mean_with_mean():
    means = bridge.edition_means(VINTAGES, OEWS, LEDGER, sources())
    assert means["edition"].tolist() == [*EDITIONS]
    for row in means.itertuples():
        assert row.bls == CODERS.at[row.edition, "annual_mean"]
    over = 100 * (means["aapc"] / means["bls"] - 1)
    said = survey_words.editions_title(means)
    assert shares_in(said) == [round(over.min()), round(over.max())]
    assert said.endswith("above BLS's")
    lower = survey_words.editions_title(means.assign(aapc=means["bls"] * [0.9, 0.95, 1.1]))
    assert "is from 10% below to 10% above BLS's" in lower
