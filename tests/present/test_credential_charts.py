"""The charts of credentials, bands and sectors can be read at any parameters."""

import contextlib

import pytest
from legible import assert_legible, charts_of

from analysis.methods.credentials import survey_means
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews
from common.errors import InputError

NOTEBOOK = "05-compare-credentials"
ALWAYS = {"credentials", "path", "experience", "occupations", "benefits", "total-compensation"}
ALWAYS |= {"sectors", "employers"}


def surveys():
    """The years of the surveys that give averages by credential."""
    figures = load_figures()
    for year in sorted(
        set(figures["period"].str.extract(r"^(\d{4}) survey$", expand=False).dropna())
    ):
        with contextlib.suppress(InputError):
            survey_means(figures, int(year))
            yield int(year)


def runs():
    """Every value of every parameter at least once; no chart depends on two of them."""
    years = load_oews("national").query("soc_code == '29-2072'")["year"]
    sector_years = [0, *load_oews("sector")["year"].unique()]
    for place, survey in enumerate(surveys()):
        yield survey, years.iloc[place % len(years)], sector_years[place % len(sector_years)]


@pytest.mark.parametrize(("survey", "year", "sector_year"), list(runs()))
def test_charts_are_legible_at_every_value_of_every_parameter(
    monkeypatch, survey, year, sector_year
):
    drawn = charts_of(monkeypatch, NOTEBOOK, survey=survey, year=year, sector_year=sector_year)
    assert drawn.keys() - {"stacking"} == ALWAYS
    for chart in drawn.values():
        assert_legible(chart)


def test_what_credentials_can_account_for_is_drawn_where_the_survey_allows_it(monkeypatch):
    assert "stacking" in charts_of(monkeypatch, NOTEBOOK, survey=2024)
    assert "stacking" not in charts_of(monkeypatch, NOTEBOOK, survey=2015)


@pytest.mark.parametrize(
    ("parameter", "value", "known"),
    [("survey", 2021, 2022), ("year", 2020, 2025), ("sector_year", 2019, 2023)],
)
def test_a_value_that_is_not_held_is_refused_with_those_that_are(
    monkeypatch, parameter, value, known
):
    with pytest.raises(InputError, match=rf"^{parameter}: .*{value}; .*{known}"):
        charts_of(monkeypatch, NOTEBOOK, **{parameter: value})
