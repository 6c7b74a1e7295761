"""What the first page says agrees with the tables, as published and when another May comes."""

import csv
import re

import pandas as pd
import pytest

from analysis.methods.occupations import BILLERS, CODERS
from analysis.present import first_words
from analysis.present.comparisons import waiting
from analysis.present.values import Figures
from analysis.published.ledger import oews_figures
from analysis.published.paths import RAW
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews

MONEY = r"\$([\d,]+)"


def read(name):
    with (RAW / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text.replace(",", ""))


def published(year, factor=1.0):
    """The nation's pay of one May by occupation and statistic."""
    return {
        (row["soc_code"], name): round(float(row[f"annual_{name}"]) * factor, -1)
        for row in read("oews-national.csv")
        for name in ("median", "p10", "p90")
        if int(row["year"]) == year and row["soc_code"] in (CODERS, BILLERS)
    }


@pytest.fixture(scope="module", params=[2021, 2022, 2023, 2024, 2025, "next"])
def may(request):
    """A May, its figures, and its pay; the next one is made up, with pay a fifth higher."""
    ledger = load_figures()
    if request.param != "next":
        return request.param, Figures(ledger), published(request.param)
    newest = load_oews("national").query("year == 2025")
    pay = [column for column in newest if column.startswith("annual_")]
    made = newest.assign(year=2026, **(newest[pay] * 1.2).round(-1))
    figures = Figures(pd.concat([ledger, oews_figures(made)], ignore_index=True))
    return 2026, figures, published(2025, 1.2)


def test_the_medians_and_what_one_job_in_ten_pays(may):
    year, figures, pay = may
    said = " ".join(str(first_words.pay_in_brief(year, figures)).split())
    told = re.findall(
        rf"\*\*{MONEY}\*\* a year for ([a-z ]+), the median of May (\d+): half of the jobs "
        rf"pay less, half more\. One in ten pays below {MONEY}, one in ten above {MONEY}\.",
        said,
    )
    assert [who for _, who, *_ in told] == ["coders and records clerks", "billers"]
    for occupation, (median, _, period, low, high) in zip((CODERS, BILLERS), told, strict=True):
        assert int(period) == year
        for name, text in (("median", median), ("p10", low), ("p90", high)):
            assert number(text) == pay[occupation, name]
        assert number(low) < number(median) < number(high)
    title = first_words.reach_title(year, figures)
    assert number(re.search(rf"pay less than {MONEY}$", title)[1]) == pay[CODERS, "median"]


def test_a_may_that_waits_is_named_last(may):
    year, figures, _ = may
    later = waiting(pd.DataFrame({"year": [year, year + 1]}), year)
    said = str(first_words.pay_in_brief(year, figures, later))
    assert said.strip().splitlines()[-1].endswith(str(later[0]))
    assert said.count("\n- ") == str(first_words.pay_in_brief(year, figures)).count("\n- ") + 1


@pytest.mark.parametrize(
    ("target", "side"), [(64_710, "higher"), (40_000, "lower"), (48_780, "the same as BLS's")]
)
def test_aapcs_figure_is_said_to_be_where_it_is(target, side):
    ledger = load_figures()
    own = ledger["figure_id"] == "guide-aapc-mean"
    ledger = ledger.assign(value=ledger["value"].mask(own, target))
    said = " ".join(str(first_words.another_figure(ledger)).split())
    assert said.startswith(f"**Why is AAPC's figure {side}?**")
    assert f"is ${abs(target - 48_780):,} apart" in said
    assert f"BLS's $48,780 of May 2023 and AAPC's ${target:,} of its 2024 survey" in said


@pytest.mark.parametrize("occupation", [CODERS, BILLERS])
@pytest.mark.parametrize("statistic", ["median", "mean"])
def test_the_map_names_the_states_that_pay_most(occupation, statistic):
    oews = load_oews("state").query("soc_code == @occupation")
    for year in oews["year"].unique():
        rows = oews[oews["year"] == year].assign(value=oews[f"annual_{statistic}"])
        if rows["value"].isna().all():
            continue
        pay = {
            row["area_title"]: float(row[f"annual_{statistic}"])
            for row in read("oews-state.csv")
            if (row["soc_code"], int(row["year"])) == (occupation, year)
            and row[f"annual_{statistic}"]
        }
        best = sorted(title for title in pay if pay[title] == max(pay.values()))
        title = first_words.map_title(rows, statistic)
        verb = "has" if len(best) == 1 else "share"
        assert title == (
            f"{' and '.join(best)} {verb} the highest {statistic}, ${max(pay.values()):,.0f}"
        )
