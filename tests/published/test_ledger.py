"""The tidy table holds each printed number once; a file that cannot be read stops it."""

import pandas as pd
import pytest

from analysis.published.ledger import (
    COLUMNS,
    aapc_figures,
    oews_figures,
    read_printed,
    tidy_figures,
)
from analysis.published.package import resource_of
from analysis.published.paths import RAW
from common.errors import InputError


def guide_fields():
    return resource_of("guide-figures.csv").rules.fields


@pytest.fixture
def guide():
    return pd.read_csv(RAW / "guide-figures.csv", dtype=str, keep_default_na=False)


def test_printed_figures_are_read_from_a_file_of_the_project_or_elsewhere(guide, tmp_path):
    printed = read_printed("data/raw/guide-figures.csv")
    assert printed["as_published"].tolist() == guide["as_published"].tolist()
    path = tmp_path / "mine.csv"
    guide.head(2).to_csv(path, index=False)
    assert read_printed(str(path))["figure_id"].tolist() == guide["figure_id"].head(2).tolist()


def test_a_file_that_is_not_there_is_named_as_it_was_given_with_the_nearest_tables(tmp_path):
    for name in ("guide-figures.csv", "states.csv", "guide-figures.txt"):
        (tmp_path / name).touch()
    path = tmp_path / "guide-figure.csv"
    with pytest.raises(InputError) as raised:
        read_printed(str(path))
    assert (
        str(raised.value) == f"guide: there is no file {path}; the nearest are: guide-figures.csv"
    )
    with pytest.raises(
        InputError, match=r"^guide: there is no file data/raw/guide\.csv; the nearest are: "
    ):
        read_printed("data/raw/guide.csv")


def test_a_rule_that_a_file_of_printed_figures_breaks_is_named_with_the_path_given(guide, tmp_path):
    path = tmp_path / "mine.csv"
    for column, value, message in (
        ("subject", "", "found nothing, expected text"),
        ("subject", "county", "found 'county', expected one of national, state, metro, "),
        ("statistic", "avg", "found 'avg', expected one of mean, median, p10, "),
    ):
        guide.assign(**{column: value}).head(1).to_csv(path, index=False)
        with pytest.raises(InputError) as raised:
            read_printed(str(path))
        assert str(raised.value).startswith(f"{path}, row 2, column {column}: {message}")


def test_a_range_becomes_two_figures_and_all_else_one(guide):
    figures = tidy_figures(guide, "guide-figures.csv")
    ranges = (guide["statistic"] == "range").sum()
    assert len(figures) == len(guide) + ranges
    assert list(figures.columns) == COLUMNS
    assert figures["figure_id"].is_unique
    [subject] = [field for field in guide_fields() if field.name == "subject"]
    assert set(figures["subject"]) == set(subject.constraints.enum)
    assert (
        figures.query("statistic == 'low'")
        .merge(figures.query("statistic == 'high'"), on="as_published")
        .eval("value_x <= value_y")
    ).all()


def test_a_range_keeps_both_its_ends(guide):
    values = tidy_figures(guide, "guide-figures.csv").set_index("figure_id")["value"]
    assert values["guide-salary-com-range-low"] == 53674
    assert values["guide-salary-com-range-high"] == 69963
    assert values["guide-training-associate-low"] == values["guide-training-associate-high"] == 2


def test_open_ends_are_those_the_guide_leaves_open(guide):
    figures = tidy_figures(guide, "guide-figures.csv")
    open_ended = figures.loc[figures["open_ended"], "as_published"]
    assert sorted(open_ended) == [
        "$80,000+",
        "10+ Years",
        "20+ Years",
        "95% or higher",
        "over $10,000",
        "over 80",
        "surpass $80,000",
    ]


def test_each_row_that_cannot_be_read_is_named_with_its_row(guide):
    guide.loc[0, "as_published"] = "$48.780.00"
    guide.loc[9, "unit"] = "percent"
    with pytest.raises(InputError) as raised:
        tidy_figures(guide, "data/raw/guide-figures.csv")
    first, second = str(raised.value).splitlines()
    assert first.startswith(
        "data/raw/guide-figures.csv row 2 (guide-bls-median), column as_published: "
        "cannot read '$48.780.00'"
    )
    assert second == (
        "data/raw/guide-figures.csv row 11 (guide-takeaway-entry), column unit: "
        f"'percent' does not fit {guide.loc[9, 'as_published']!r}; expected USD per year"
    )


def test_a_range_under_another_statistic_is_refused(guide):
    guide.loc[0, "as_published"] = "$48,780 - $50,000"
    with pytest.raises(InputError, match="is a range; expected statistic 'range'"):
        tidy_figures(guide, "guide-figures.csv")


def test_an_empty_oews_cell_has_no_row():
    oews = pd.DataFrame(
        {
            "year": [2023],
            "area_type": ["national"],
            "area_code": ["US"],
            "area_title": ["U.S."],
            "soc_code": ["29-2072"],
            "soc_title": ["Medical Records Specialists"],
            "source_id": ["bls"],
            "annual_mean": [53690.0],
            "annual_median": [48780.0],
            **{f"annual_p{percentile}": [None] for percentile in (10, 25, 75, 90)},
        }
    )
    figures = oews_figures(oews).set_index("figure_id")
    assert figures["value"].to_dict() == {
        "oews-2023-us-29-2072-mean": 53690.0,
        "oews-2023-us-29-2072-median": 48780.0,
    }


def test_aapc_keeps_both_readings_of_a_figure_and_no_derived_one():
    rows = [
        ("2009", "certification", "certified", 44740.0, ""),
        ("2009", "certification", "certified", 44750.0, "reprint"),
        ("2009", "certification", "all", 43000.0, "derived: from the shares"),
        ("2009", "region", "Pacific", 50143.0, ""),
    ]
    surveys = pd.DataFrame(
        rows, columns=["edition", "dimension", "category", "value", "weakness"]
    ).assign(
        population="members",
        statistic="mean",
        unit="USD per year",
        locator="text",
        source_id="aapc",
    )
    assert aapc_figures(surveys)[["figure_id", "value"]].values.tolist() == [
        ["aapc-2009-certified", 44740.0],
        ["aapc-2009-certified-2", 44750.0],
    ]


def test_the_id_of_a_figure_ends_in_a_letter_or_digit():
    surveys = pd.DataFrame(
        {
            "edition": ["2024"],
            "dimension": ["credential"],
            "category": ["CPC (certified coder)"],
            "value": [61000.0],
            "weakness": [""],
        }
    ).assign(
        population="members",
        statistic="mean",
        unit="USD per year",
        locator="text",
        source_id="aapc",
    )
    assert aapc_figures(surveys)["figure_id"].tolist() == ["aapc-2024-cpc-certified-coder"]
