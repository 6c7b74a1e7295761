"""What is said of pay over the years agrees with the tables, also when another year comes."""

import csv
import re

import pandas as pd
import pytest

from analysis.methods import pay_over_time
from analysis.methods.occupations import BILLERS, CODERS
from analysis.present import time_words
from analysis.present.values import Figures
from analysis.published.ledger import oews_figures
from analysis.published.package import sources
from analysis.published.paths import RAW
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table

SERIES = load_table("pay-series.csv")
MONEY = r"\$([\d,]+)"
CHANGE = r"(about the same|[\d.]+% (?:higher|lower))"
PUBLISHED = range(2021, 2025)
NEXT_YEAR = {"falls": 0.9, "stays": 1.0, "rises": 1.2}
"""By what a made-up next May is above the newest one."""


def read(name):
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Held:
    """The tables of one case, and pay by statistic and year as plain numbers."""

    def __init__(self, factor=None):
        self.oews = load_oews("national")
        self.prices = load_table("consumer-price-index.csv")
        self.ledger = load_figures()
        self.index = {
            row["month"]: row["consumer_price_index"] for row in self.prices.to_dict("records")
        }
        if factor:
            self.add_year(factor)
        self.figures = Figures(self.ledger)

    def add_year(self, factor):
        newest = self.oews[self.oews["year"] == self.oews["year"].max()]
        pay = [column for column in newest if column.startswith("annual_")]
        made = newest.assign(year=newest["year"] + 1, **(newest[pay] * factor).round(-1))
        month = f"{made['year'].iloc[0]}-05"
        self.index[month] = 330.0
        row = {"month": month, "consumer_price_index": 330.0}
        others = self.prices[self.prices["month"] != month]
        self.prices = pd.concat([others, pd.DataFrame([row])], ignore_index=True)
        self.oews = pd.concat([self.oews, made], ignore_index=True)
        self.ledger = pd.concat([self.ledger, oews_figures(made)], ignore_index=True)

    def pay(self, occupation, since):
        rows = self.oews.to_dict("records")
        return {
            statistic: {
                row["year"]: row[f"annual_{statistic}"]
                for row in rows
                if row["soc_code"] == occupation and row["year"] >= since
            }
            for statistic in ("median", "mean")
        }

    def real(self, amount, year):
        newest = max(row["year"] for row in self.oews.to_dict("records"))
        return amount * self.index[f"{newest}-05"] / self.index[f"{year}-05"]


@pytest.fixture(scope="module", params=[None, *NEXT_YEAR])
def held(request):
    return Held(NEXT_YEAR.get(request.param))


def follow(held, occupation, since):
    paths = pay_over_time.follow_pay(SERIES, held.oews, held.ledger, sources(), held.prices, since)
    own = SERIES.query("soc_code == @occupation").set_index("statistic")["series"]
    return paths, own


def number(text):
    return float(text.replace(",", ""))


def assert_change(said, last, first):
    share = last / first - 1
    if said == "about the same":
        assert abs(share) < 0.000501
    else:
        amount, side = said.split("% ")
        assert side == ("higher" if share > 0 else "lower")
        assert float(amount) == pytest.approx(100 * abs(share), abs=0.06)


CASES = [(occupation, since) for occupation in (CODERS, BILLERS) for since in PUBLISHED]


@pytest.mark.parametrize(("occupation", "since"), CASES)
def test_titles_say_rose_or_fell_as_the_table_has_it(held, occupation, since):
    paths, own = follow(held, occupation, since)
    change = pay_over_time.change_over_time(paths).set_index("series")
    for statistic, pay in held.pay(occupation, since).items():
        title = time_words.change_title(change.loc[own[statistic]], "The")
        whose, moved, first, last, real = re.fullmatch(
            rf"The (\w+) (rose|fell|went) from {MONEY} to {MONEY}; at constant prices it is "
            rf"{CHANGE}",
            title,
        ).groups()
        amounts = pay[min(pay)], pay[max(pay)]
        assert (whose, number(first), number(last)) == (statistic, *amounts)
        expected = (
            "rose" if amounts[1] > amounts[0] else "fell" if amounts[1] < amounts[0] else "went"
        )
        assert moved == expected
        assert_change(real, amounts[1], held.real(amounts[0], min(pay)))


@pytest.mark.parametrize("since", PUBLISHED)
def test_panels_say_of_each_series_what_became_of_it_and_how_many_fell(held, since):
    paths, _ = follow(held, CODERS, since)
    changes = pay_over_time.change_over_time(paths).set_index("series")
    told = time_words.panel_texts(changes)
    moved = []
    for name, rows in paths.groupby("series"):
        if len(rows) == 1:
            assert told[name] == "no other year is shown"
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        real = held.real(first["nominal_usd"], first["year"])
        last_real = held.real(last["nominal_usd"], last["year"])
        assert_change(told[name].removesuffix(" at constant prices"), last_real, real)
        moved += [told[name].split()[1]]
    fell, rose = moved.count("lower"), moved.count("higher")
    assert time_words.panels_title(changes) == (
        f"At constant prices, {fell} of {len(told)} series fell and {rose} rose"
    )


@pytest.mark.parametrize(("occupation", "since"), CASES)
def test_the_short_answer_follows_the_tables(held, occupation, since):
    paths, own = follow(held, occupation, since)
    pair = pay_over_time.median_beside_mean(paths, own)
    said = " ".join(str(time_words.short_answer(pair, "those jobs", held.figures)).split())
    pay = held.pay(occupation, since)
    start, end = min(pay["median"]), max(pay["median"])
    told = re.search(
        rf"the median went from {MONEY} in May (\d+) to {MONEY} in May (\d+)\. At the prices "
        rf"of the latter the first is {MONEY} and the last is {CHANGE}, if .+ The mean is "
        rf"{CHANGE} by",
        said,
    ).groups()
    first, last = pay["median"][start], pay["median"][end]
    assert [number(told[0]), int(told[1]), number(told[2]), int(told[3])] == [
        first,
        start,
        last,
        end,
    ]
    assert number(told[4]) == pytest.approx(held.real(first, start), abs=0.6)
    assert_change(told[5], last, held.real(first, start))
    assert_change(told[6], pay["mean"][end], held.real(pay["mean"][start], start))
    later = re.search(rf"Counted from May (\d+), the median is {CHANGE}\.", said)
    assert bool(later) == (end - start > 1)
    if later:
        assert int(later[1]) == start + 1
        assert_change(later[2], last, held.real(pay["median"][start + 1], start + 1))


@pytest.mark.parametrize(("occupation", "since"), CASES)
def test_the_median_is_said_to_be_where_it_lies_to_the_mean(held, occupation, since):
    paths, own = follow(held, occupation, since)
    pair = pay_over_time.median_beside_mean(paths, own)
    said = " ".join(str(time_words.distance_at_both_ends(pair, held.figures)).split())
    distance = r"(about the same as|[\d.]+% (?:above|below))"
    kept, start, first, end, last = re.search(
        rf"The median (kept|did not keep) .+ in May (\d+) it was {distance} the mean, in May (\d+) "
        rf"{distance}\.",
        said,
    ).groups()
    pay = held.pay(occupation, since)
    assert (int(start), int(end)) == (min(pay["mean"]), max(pay["mean"]))
    for told, year in ((first, int(start)), (last, int(end))):
        told = told.replace("above", "higher").replace("below", "lower").removesuffix(" as")
        assert_change(told, pay["median"][year], pay["mean"][year])
    assert (kept == "kept") == (first == last)


@pytest.mark.parametrize("since", PUBLISHED)
@pytest.mark.parametrize("series", ["aapc_certified", "aapc_non_certified"])
def test_aapcs_editions_are_told_as_they_are(held, since, series):
    path = follow(held, CODERS, since)[0].query("series == @series")
    pay = {row["year"]: row["nominal_usd"] for row in path.to_dict("records")}
    change = pay_over_time.change_over_time(path).iloc[0]
    title = time_words.change_title(change, "AAPC's certified")
    if len(pay) == 1:
        year = min(pay)
        assert (
            title == f"AAPC's certified mean: ${pay[year]:,.0f} in {year}; no other year is shown"
        )
    else:
        moved = "rose" if pay[max(pay)] > pay[min(pay)] else "fell"
        assert title.startswith(
            f"AAPC's certified mean {moved} from ${pay[min(pay)]:,.0f} to ${pay[max(pay)]:,.0f};"
        )
    years = sorted(pay)
    low = [
        year
        for before, year, after in zip(years, years[1:], years[2:], strict=False)
        if pay[before] > pay[year] < pay[after]
    ]
    said = str(time_words.dips(path))
    assert [int(year) for year in re.findall(r"\b20\d\d\b", said)] == low
    assert said.count("quotation") == sum(
        row.reading == "quoted" for row in path.itertuples() if row.year in low
    )


def test_only_dips_are_called_so():
    rows = [(2021, 5.0, "published"), (2022, 4.0, "published"), (2023, 6.0, "quoted")]
    rows += [(2024, 3.0, "quoted"), (2025, 7.0, "quoted")]
    path = pd.DataFrame(rows, columns=["year", "nominal_usd", "reading"])
    assert str(time_words.dips(path)).startswith(
        "The editions whose average is below both that before and that after: 2022 (read at its "
        "publisher) and 2024 (known from a quotation)."
    )
    assert str(time_words.dips(path.head(2))).startswith("No edition's average")


def test_a_publisher_warns_once_and_of_everything():
    paths = pd.DataFrame({"caution": ["No series. Begins in 2021.", "No series.", "No series. B."]})
    assert time_words.cautions(paths) == ["No series. Begins in 2021. B."]
    told = time_words.cautions(SERIES)
    assert [text.split()[0] for text in told] == ["BLS", "AAPC's"]
    for caution in SERIES["caution"]:
        for sentence in re.split(r"(?<=[.]) ", caution):
            assert sum(text.count(sentence) for text in told) == 1
