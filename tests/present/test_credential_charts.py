"""The charts of credentials, bands and sectors can be read at any parameters."""

import contextlib

import pytest
from legible import assert_legible
from notebook_runs import NotebookRuns

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


def choices():
    """Every value of every parameter at least once; no chart depends on two of them."""
    years = load_oews("national").query("soc_code == '29-2072'")["year"]
    sector_years = [0, *load_oews("sector")["year"].unique()]
    for place, survey in enumerate(surveys()):
        may = sector_years[place % len(sector_years)]
        yield survey, years.iloc[place % len(years)], may, "29-2072"
    for occupation in ("43-3021", "29-9021"):
        for year in years:
            yield 2024, year, 0, occupation


@pytest.fixture(scope="module")
def runs():
    notebook = NotebookRuns(NOTEBOOK)
    yield notebook
    notebook.close()


def show(runs, folder, **changed):
    chosen = {"survey": 2024, "year": 2023, "sector_year": 0, "occupation": "29-2072"} | changed
    return runs.show(output_dir=str(folder), **{name: chosen[name] for name in chosen})


@pytest.mark.parametrize(("survey", "year", "sector_year", "occupation"), list(choices()))
def test_charts_are_legible_at_every_value_of_every_parameter(
    runs, tmp_path, survey, year, sector_year, occupation
):
    chosen = {"survey": int(survey), "year": int(year), "sector_year": int(sector_year)}
    drawn = show(runs, tmp_path, **chosen, occupation=occupation).charts
    assert drawn.keys() - {"stacking"} == ALWAYS
    for chart in drawn.values():
        assert_legible(chart)


def test_what_credentials_can_account_for_is_drawn_where_the_survey_allows_it(runs, tmp_path):
    assert "stacking" in show(runs, tmp_path, survey=2024).charts
    assert "stacking" not in show(runs, tmp_path, survey=2018).charts


@pytest.mark.parametrize(("parameter", "value"), [("survey", 2021), ("year", 2020)])
def test_a_value_that_is_not_held_is_refused(runs, tmp_path, parameter, value):
    with pytest.raises(InputError, match=rf"{parameter} is {value}, which is none of its choices"):
        show(runs, tmp_path, **{parameter: value})
