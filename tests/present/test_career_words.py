"""What is said of credentials, levels and employers agrees with the tables, at any parameters.

Tables of industries are read again here, without pandas; a made-up next May moves every mean.
"""

import csv
import re

import pandas as pd
import pytest

from analysis.methods import compensation, credentials, distribution, employers, places
from analysis.methods.occupations import OCCUPATIONS
from analysis.present import career_words
from analysis.present.values import Figures
from analysis.published.paths import PROCESSED, RAW
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table
from common.errors import InputError

LEDGER = load_figures()
FIGURES = Figures(LEDGER)
NATIONAL, INDUSTRY = load_oews("national"), load_oews("industry")
MONEY = r"\$([\d,]+)"
YEARS = [2021, 2022, 2023, 2024, 2025]
FACTORS = {"hospitals best": 1.6, "hospitals worst": 0.4}
"""By what a made-up next May moves the mean of hospitals alone."""


def read(name):
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text.replace(",", ""))


def said(passage):
    return " ".join(str(passage).split())


def surveys():
    for year in range(2000, 2030):
        try:
            yield credentials.survey_means(LEDGER, year)
        except InputError:
            continue


MEANS = [*surveys()]


@pytest.mark.parametrize("means", MEANS, ids=lambda means: means["period"].iloc[0])
class TestSurveys:
    def test_averages_run_from_the_lowest_to_the_highest(self, means):
        low, first, high, last = re.fullmatch(
            rf"Averages run from {MONEY} for (.+) to {MONEY} for (.+)",
            career_words.means_title(means),
        ).groups()
        pay = dict(zip(means["label"], means["value"], strict=True))
        assert (number(low), number(high)) == (min(pay.values()), max(pay.values()))
        assert (pay[first], pay[last]) == (number(low), number(high))

    def test_steps_are_those_between_the_averages(self, means):
        steps = credentials.further_credentials(means)
        text = said(career_words.further(steps, means, FIGURES))
        pay = means.set_index("label")["value"]
        if steps.empty:
            assert "were not read" in text
            return
        told = re.findall(rf"([a-z ]+ credentials?) {MONEY}(?: \(([+−])\$([\d,]+)\))?", text)
        before = None
        for label, amount, sign, step in told:
            own = pay[label.strip().removeprefix("with ")]
            assert number(amount) == own
            if step:
                change = own - before
                assert (sign, number(step)) == ("+" if change >= 0 else "−", abs(change))
            before = own
        where = re.search(rf"everyone certified, {MONEY}, lies (between|outside)", text)
        if where:
            inside = steps["value"].min() <= number(where[1]) <= steps["value"].max()
            assert where[2] == ("between" if inside else "outside")

    def test_what_is_beyond_three_credentials_is_counted(self, means):
        limits = credentials.stacking_limits(means)
        text = said(career_words.stacking(limits, FIGURES))
        if limits.empty:
            assert "not all of them were read" in text
            return
        three = means.set_index("category").at["three or more", "value"]
        beyond = (limits["value"] > three).sum()
        title = career_words.stacking_title(limits, 1.0)
        verb = "is" if beyond == 1 else "are"
        assert f"; {beyond or 'none'} of {len(limits)} other averages {verb} further up" in title
        top, one, more, bottom, other = re.search(
            rf"The average of (.+?), {MONEY}, is {MONEY} above that of (.+?), {MONEY}\.", text
        ).groups()
        own = limits.query("subject != 'national'").set_index("label")["value"]
        assert (number(one), number(other)) == (own.max(), own.min())
        assert (own[top], own[bottom]) == (number(one), number(other))
        assert number(more) == number(one) - number(other) > 0


def test_degrees_are_set_beside_the_guide_on_the_side_that_they_are():
    education = credentials.averages_by(LEDGER, "education")
    claimed = LEDGER.set_index("figure_id").at["guide-education-premium", "value"]
    for factor in (1, 0.5, 3):
        ledger = LEDGER.assign(
            value=LEDGER["value"].where(
                LEDGER["figure_id"] != "guide-education-premium", claimed * factor
            )
        )
        text = said(career_words.degrees(education, Figures(ledger)))
        told = re.findall(
            rf"averaged {MONEY} and {MONEY}, {MONEY} apart, (more than|less than|equal to) the",
            text,
        )
        assert told
        for one, other, apart, side in told:
            gap = number(one) - number(other)
            assert number(apart) == abs(gap)
            assert side == ("more than" if gap > claimed * factor else "less than")


def test_each_level_is_listed_with_the_ends_that_the_guide_prints():
    bands = [credentials.guide_bands(LEDGER, unit) for unit in ("USD per year", "years")]
    levels = career_words.levels(*bands, FIGURES).set_index("level")
    printed = {
        (row["figure_id"], row["statistic"]): float(row["value"])
        for row in csv.DictReader(
            (PROCESSED / "figures.csv").read_text(encoding="utf-8").splitlines()
        )
    }
    assert list(levels) == ["low_years", "high_years", "low_pay", "high_pay"]
    ends = [value for value in levels.to_numpy().ravel() if value == value]
    assert len(ends) > 20
    for end in ("low", "high"):
        for value in levels[[f"{end}_years", f"{end}_pay"]].to_numpy().ravel():
            if value == value:
                assert float(value) == printed[value.origin["figure_id"], end]


def test_levels_agree_only_where_they_are_equal():
    bands = credentials.guide_bands(LEDGER, "USD per year")
    text = said(career_words.entry_level(bands, FIGURES))
    assert text.startswith("The places do not agree")
    entry = bands["category"] == "entry level"
    first = bands[entry].iloc[0]
    equal = bands.assign(
        low=bands["low"].mask(entry, first["low"]), high=bands["high"].mask(entry, first["high"])
    )
    text = said(career_words.entry_level(equal, FIGURES))
    assert text.startswith("The places agree")
    assert "100%" in text
    apart = bands.assign(low=bands["low"].mask(entry & bands["place"].eq("table"), 90_000))
    assert "$0 of the" in said(career_words.entry_level(apart, FIGURES))


@pytest.mark.parametrize("raised", [0, 6_000, 30_000])
def test_holes_and_overlaps_between_levels_are_those_of_the_bands(raised):
    """Raised are the upper ends of the levels, so that more of them overlap."""
    bands = credentials.guide_bands(LEDGER, "USD per year")
    bands = bands.assign(high=bands["high"] + raised)
    holes, overlapping = {"summary": [], "table": []}, 0
    for place, known in holes.items():
        rows = bands[bands["place"] == place]
        for high, low in zip(rows["high"][:-1], rows["low"][1:], strict=True):
            known.append(low - high)
            overlapping += low < high
    title = career_words.path_title(credentials.steps_between(bands))
    summary, table, count = re.match(
        r"The guide's levels lie up to (\S+) apart in its summary, in its table (\S+); (\w+) pair",
        title,
    ).groups()
    assert number(summary.lstrip("$")) == max(0, *holes["summary"])
    assert number(table.lstrip("$")) == max(0, *holes["table"])
    assert count == (str(overlapping) if overlapping else "no")
    assert title.endswith("overlaps" if overlapping == 1 else "overlap")


@pytest.mark.parametrize("low", [0.8, 0.95])
def test_what_benefits_add_is_said_of_the_base_that_they_are_laid_on(low):
    total = pd.Series({"value": 51_000.0, "low": 51_000 * low, "high": 66_300.0})
    amounts = re.findall(MONEY, career_words.benefits_title(total))
    assert [*map(number, amounts)] == [51_000, 51_000 * low, 66_300]


@pytest.mark.parametrize("factor", [0.5, 1, 2])
def test_a_bonus_is_set_beside_the_mean_that_is_named(factor):
    extra = {row["statistic"]: row for _, row in LEDGER[LEDGER["subject"] == "bonus"].iterrows()}
    moved = LEDGER["value"].where(
        LEDGER["figure_id"] != extra["mean"]["figure_id"], extra["mean"]["value"] * factor
    )
    figures = Figures(LEDGER.assign(value=moved))
    bases = {"AAPC, certified": figures["guide-aapc-mean"], "BLS": figures["guide-bls-median"]}
    share, amount = (figures[extra[one]["figure_id"]] for one in ("share", "mean"))
    text = said(career_words.bonus(share, amount, bases))
    expected = extra["share"]["value"] / 100 * extra["mean"]["value"] * factor
    assert number(re.search(rf"is {MONEY} a year", text)[1]) == round(expected)
    values = LEDGER.set_index("figure_id")["value"]
    told = re.findall(rf"([\d.]+)% of {MONEY} \((.+?)\)", text)
    assert [name for *_, name in told] == [*bases]
    for part, base, name in told:
        mean = values["guide-aapc-mean" if name in "AAPC, certified" else "guide-bls-median"]
        assert number(base) == mean
        assert float(part) == pytest.approx(100 * expected / mean, abs=0.051)


@pytest.mark.parametrize("occupation", OCCUPATIONS)
@pytest.mark.parametrize("year", YEARS)
def test_ranges_overlap_with_the_nearest_occupation_above(occupation, year):
    rows = NATIONAL[NATIONAL["year"] == year]
    pay = rows.set_index("soc_code").loc[occupation, [*distribution.CELLS.values()]].astype(float)
    curve = distribution.PayDistribution(distribution.FIVE, pay)
    others = rows.assign(
        emphasis=rows["soc_code"] == occupation,
        share_above=curve.share_above(rows["annual_median"]),
    )
    named = LEDGER.query("source_id == 'guide-quoting-aapc' and subject == 'role'")
    text = said(career_words.roles(named, others, OCCUPATIONS[occupation], FIGURES))
    table = {
        row["soc_title"]: float(row["annual_median"])
        for row in read("oews-national.csv")
        if int(row["year"]) == year
    }
    own = pay[distribution.CELLS[0.5]]
    above = {title: median for title, median in table.items() if median > own}
    if not above:
        assert "overlap" not in text
        return
    nearest = min(above, key=above.get)
    share = re.search(r"The ranges overlap: (\d+)% of", text)[1]
    assert f"the median of {nearest.lower()}, the nearest above theirs" in text
    known = [*zip(distribution.FIVE, pay, strict=True)]
    least = max((1 - p for p, paid in known if paid >= above[nearest]), default=0)
    most = min(1 - p for p, paid in known if paid <= above[nearest])
    assert least - 0.005 <= int(share) / 100 <= most + 0.005


@pytest.mark.parametrize("occupation", OCCUPATIONS)
@pytest.mark.parametrize("year", YEARS)
class TestLevels:
    def test_neighbours_with_a_higher_median_are_counted(self, occupation, year):
        rows = NATIONAL[NATIONAL["year"] == year]
        others = rows.assign(emphasis=rows["soc_code"] == occupation)
        title = career_words.occupations_title(others, OCCUPATIONS[occupation])
        pay = {
            row["soc_code"]: float(row["annual_median"])
            for row in read("oews-national.csv")
            if int(row["year"]) == year
        }
        higher = sum(other > pay[occupation] for other in pay.values())
        count, among, verb = re.match(
            r"(\w+) of (\d+) neighbouring occupations (has|have) a higher median", title
        ).groups()
        assert count == (str(higher) if higher else "None")
        assert int(among) == len(pay) - 1
        assert (verb == "has") == (higher == 1)
        assert number(re.search(rf"{MONEY}$", title)[1]) == pay[occupation]

    def test_jobs_below_the_guides_table_fit_the_published_percentiles(self, occupation, year):
        row = places.choose(NATIONAL, occupation, year).iloc[0]
        pay = row[[*distribution.CELLS.values()]].astype(float)
        curve = distribution.PayDistribution(distribution.FIVE, pay)
        bands = credentials.guide_bands(LEDGER, "USD per year")
        placed = credentials.place_bands(bands, curve, load_table("percentile-accuracy.csv"))
        table = placed[placed["place"] == "table"]
        title = career_words.ranks_title(table, OCCUPATIONS[occupation])
        share = int(re.match(r"About (\d+)% of jobs", title)[1]) / 100
        lowest = bands.loc[bands["place"] == "table", "low"].min()
        known = [*zip(distribution.FIVE, pay, strict=True)]
        assert share >= max((p for p, paid in known if paid <= lowest), default=0) - 0.005
        assert share <= min((p for p, paid in known if paid >= lowest), default=1) + 0.005
        text = said(
            career_words.band_shares(table, curve.rank_bounds(table["low"].iloc[0]), FIGURES)
        )
        told = [
            int(one)
            for one in re.search(
                r"about (\d+)% of them .+for certain (\d+)% to (\d+)%\), and (\d+)%", text
            ).groups()
        ]
        assert told[0] == round(share * 100)
        assert told[1] <= told[0] <= told[2]


@pytest.mark.parametrize("high", [20, 30, 35])
def test_the_guides_range_is_too_low_only_where_it_is(high):
    spent = compensation.total_compensation(
        load_table("employer-costs.csv"), 50_000, "2023-12"
    ).set_index("part")
    low, top = (FIGURES["guide-bls-median"] * 0 + end for end in (20, high))
    text = said(career_words.costs(spent, FIGURES["guide-bls-median"], low, top))
    share = spent["share_of_wages"] * 100
    assert ("fits its own list" in text) == (20 <= share["guide_list"] <= high)
    assert ("upper end is too low" in text) == (high < share["not_required"])
    title = career_words.costs_title(spent["share_of_wages"])
    assert title.startswith(f"Benefits cost employers {share['all_benefits']:.0f}% of wages, ")


def industries(factor):
    """The table of industries, or one of a May later in which hospitals' means are moved."""
    if not factor:
        return INDUSTRY
    newest = INDUSTRY[INDUSTRY["year"] == INDUSTRY["year"].max()]
    hospitals = newest["naics"].str.startswith("622")
    mean = newest["annual_mean"].mask(hospitals, newest["annual_mean"] * factor)
    return pd.concat([INDUSTRY, newest.assign(year=newest["year"] + 1, annual_mean=mean)])


@pytest.mark.parametrize("occupation", OCCUPATIONS)
@pytest.mark.parametrize("change", [None, *FACTORS])
def test_whether_hospitals_pay_best(occupation, change):
    rows = employers.newest_industries(industries(FACTORS.get(change)), occupation)
    jobs = NATIONAL.query("soc_code == @occupation")["employment"].iloc[-1]
    kinds = employers.by_employer(rows, jobs)
    ends = {
        row["naics"]: [
            row["annual_mean"] * (1 + sign * 1.6449 * row["mean_rse"] / 100) for sign in (-1, 1)
        ]
        for row in kinds.to_dict("records")
    }
    pay = {row["naics"]: row["annual_mean"] for row in kinds.to_dict("records")}
    clear = [naics for naics, (low, _) in ends.items() if low > ends["622000"][1]]
    year = INDUSTRY["year"].max() + bool(change)
    title = career_words.employers_title(kinds)
    assert title == (
        f"Hospitals paid a mean of ${pay['622000']:,.0f} in May {year}; {len(clear) or 'none'} of "
        f"{len(pay) - 1} other kinds of employer paid more"
    )
    answer = said(career_words.hospitals_answer(kinds, OCCUPATIONS[occupation]))
    assert ("do not pay best" in answer) == bool(clear)
    assert f"in May {year}, and {len(clear) or 'none'} of {len(pay) - 1} other" in answer
    text = said(career_words.employers(kinds, rows))
    against = re.search(
        rf"mean of {MONEY} is (.+?) that of physicians' offices, {MONEY}, and (.+?)\. By", text
    )
    assert (number(against[1]), number(against[3])) == (
        pytest.approx(pay["622000"], abs=0.5),
        pytest.approx(pay["621100"], abs=0.5),
    )
    share = pay["622000"] / pay["621100"] - 1
    if against[2] == "about the same as":
        assert abs(share) < 0.00501
    else:
        assert against[2].endswith("above" if share > 0 else "below")
        assert int(against[2].split("%")[0]) == pytest.approx(100 * abs(share), abs=0.51)
    assert (against[4] == "the highest") == (max(pay.values()) == pay["622000"])
    assert bool(clear) == ("these paid more: none." not in text)


def sector_cases():
    sector = load_oews("sector")
    for occupation in OCCUPATIONS:
        held = employers.sector_rows(sector, INDUSTRY, occupation)
        national = NATIONAL[NATIONAL["soc_code"] == occupation]
        for year in sorted({*held["year"]} & {*national["year"]}):
            yield pytest.param(held, national, int(year), id=f"{occupation}-{year}")


@pytest.mark.parametrize(("held", "national", "year"), list(sector_cases()))
def test_which_sector_is_largest_and_which_pays_most(held, national, year):
    sectors = credentials.by_sector(held, national, year)
    rows = [row for row in sectors.to_dict("records") if row["annual_median"] > 0]
    title = career_words.sectors_title(sectors.dropna(subset="annual_median"))
    largest = max(rows, key=lambda row: row["employment"] if row["employment"] > 0 else 0)
    best = max(row["annual_median"] for row in rows)
    assert title.startswith(
        f"The most jobs are in {largest['label'].lower()}, median ${largest['annual_median']:,.0f}"
    )
    if "which is the highest" in title:
        assert largest["annual_median"] == best
    else:
        assert f"; the highest is ${best:,.0f}, " in title
    text = said(career_words.sectors_apart(sectors))
    clear = [
        row["label"] for row in sectors.to_dict("records") if row["low"] > sectors["high"].iloc[0]
    ]
    assert ("no other sector" in text) == (not clear)
    told = text.partition("lies clear below that of ")[2].partition(" Sectors may")[0]
    for label in sectors["label"]:
        assert (f"{label} ($" in told) == (label in clear)


@pytest.mark.parametrize("means", MEANS[-2:], ids=lambda means: means["period"].iloc[0])
def test_the_short_answer_names_both_ends_of_the_survey_and_the_may(means):
    rows = employers.newest_industries(INDUSTRY, "29-2072")
    kinds = employers.by_employer(rows, NATIONAL["employment"].iloc[-1])
    called = OCCUPATIONS["29-2072"]
    text = said(career_words.short_answer(kinds, means, 0.29, 2023, 0.42, called, FIGURES))
    low, high = re.search(rf"averages run from {MONEY} for .+ to {MONEY} for", text).groups()
    assert (number(low), number(high)) == (means["value"].min(), means["value"].max())
    assert f"In AAPC's {means['period'].iloc[0]} averages" in text
    assert (
        "about 29% of the jobs of medical records specialists that BLS counted in May 2023" in text
    )


def test_bands_have_their_ends_as_printed_and_no_codes():
    bands = credentials.guide_bands(LEDGER, "USD per year").assign(emphasis=False)
    ends = career_words.printed_ends(bands, FIGURES)
    assert list(ends) == ["label", "low", "high"]
    for end in ("low", "high"):
        for value, known in zip(ends[end], bands[end], strict=True):
            assert (pd.isna(value) and pd.isna(known)) or value == known
    printed = ends["low"].iloc[0].origin["figure_id"]
    assert printed == bands["low_id"].iloc[0]
