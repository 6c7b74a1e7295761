import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.published.paths import RAW
from analysis.published.rules import empty_cell_reasons, validate
from common.errors import InputError


@pytest.fixture
def states() -> pd.DataFrame:
    return pd.read_csv(RAW / "oews-state.csv", dtype=str, keep_default_na=False)


def failures(frame: pd.DataFrame, table: str = "oews-state.csv") -> list[str]:
    with pytest.raises(InputError) as error:
        validate(frame, table)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("annual_mean", "n/a", "found 'n/a', expected a number"),
        ("annual_mean", "-57250", "found '-57250', expected at least 2080"),
        ("year", "2023.5", "found '2023.5', expected a whole number"),
        ("year", "", "found nothing, expected a whole number"),
        ("year", "2_031", "found '2_031', expected a whole number"),
        ("year", "２０３１", "found '２０３１', expected a whole number"),
        ("annual_mean", "57_250", "found '57_250', expected a number"),
        ("annual_mean", "٥٧٢٥٠", "found '٥٧٢٥٠', expected a number"),
        ("annual_mean", "inf", "found 'inf', expected a number"),
        ("soc_code", "٢٩-2072", r"found '٢٩-2072', expected the form \d{2}-\d{4}"),
        (
            "area_type",
            "county",
            "found 'county', expected one of national, state, metropolitan, nonmetropolitan, "
            "territory",
        ),
        (
            "area_code",
            "US-ak",
            r"found 'US-ak', expected the form US|US-[A-Z]{2}|CBSA-\d{5}|NONMETRO-\d{7}",
        ),
        ("area_title", "", "found nothing, expected text"),
        (
            "annual_p75",
            "50000",
            "found '50000', expected at least annual_p10, annual_p25, annual_median",
        ),
        (
            "employment",
            "",
            "found nothing, expected a value, or a reason in empty_cells, and never both",
        ),
    ],
)
def test_a_bad_cell_is_named_with_its_row_its_value_and_the_rule(states, column, value, message):
    states.loc[0, column] = value
    assert failures(states) == [f"oews-state.csv, row 2, column {column}: {message}"]


def test_a_filled_cell_with_a_reason_to_be_empty_is_named(states):
    states.loc[0, "empty_cells"] = "not_in_copy: annual_mean"
    [line] = failures(states)
    assert line == (
        f"oews-state.csv, row 2, column annual_mean: found {states.loc[0, 'annual_mean']!r}, "
        "expected a value, or a reason in empty_cells, and never both"
    )


def test_all_bad_cells_are_named_at_once(states):
    states.loc[3, "employment"] = "many"
    states.loc[7, "annual_median"] = "1"
    states.loc[9, "soc_code"] = "29.2072"
    lines = failures(states)
    assert "oews-state.csv, row 5, column employment: found 'many', expected a number" in lines
    assert "oews-state.csv, row 9, column annual_median: found '1', expected at least 2080" in lines
    assert (
        r"oews-state.csv, row 11, column soc_code: found '29.2072', expected the form \d{2}-\d{4}"
        in lines
    )


def test_odd_numbers_are_named_in_the_order_of_the_columns(states):
    columns = ["year", "employment", "hourly_mean", "annual_mean", "annual_p90"]
    states.loc[0, columns] = "2_090"
    assert [line.split("column ")[1].partition(":")[0] for line in failures(states)[:5]] == columns


def test_a_repeated_key_is_named_in_both_rows(states):
    repeated = pd.concat([states, states.iloc[[4]]], ignore_index=True)
    key = "year, area_code, naics, own_code, soc_code"
    value = "2023, US-AL, 000000, 1235, 29-9021"
    assert failures(repeated) == [
        f"oews-state.csv, row 6, column {key}: found {value} again",
        f"oews-state.csv, row {len(repeated) + 1}, column {key}: found {value} again",
    ]


def test_a_missing_and_an_unknown_column_name_the_nearest(states):
    assert failures(states.rename(columns={"annual_mean": "annual_average"})) == [
        "oews-state.csv, column annual_average is not one of the table's; "
        "the nearest are: annual_mean, annual_median, annual_p90",
        "oews-state.csv, column annual_mean is missing; "
        "the nearest are: annual_median, annual_p90, annual_p75",
    ]


def test_messages_name_the_file_that_was_read(states):
    states.loc[0, "employment"] = "-10"
    with pytest.raises(
        InputError, match=r"^state_M2023_dl.xlsx, row 2, column employment: found '-10'"
    ):
        validate(states, "oews-state.csv", "state_M2023_dl.xlsx")


def test_a_valid_table_is_typed_and_can_be_checked_again(states):
    typed = validate(states, "oews-state.csv")
    assert typed["year"].dtype == "int64"
    assert typed["employment"].dtype == "float64"
    assert typed["naics"].eq("000000").all()
    pd.testing.assert_frame_equal(validate(typed, "oews-state.csv"), typed)


def test_a_reason_is_read_for_each_column():
    text = "not_in_copy: mean_rse; suppressed: annual_p90 hourly_p90"
    assert empty_cell_reasons(text) == {
        "mean_rse": "not_in_copy",
        "annual_p90": "suppressed",
        "hourly_p90": "suppressed",
    }
    assert empty_cell_reasons("") == {}


@settings(max_examples=40)
@given(wages=st.lists(st.integers(2080, 300_000), min_size=5, max_size=5))
def test_percentiles_pass_exactly_when_they_never_fall(wages):
    table = pd.read_csv(RAW / "oews-national.csv", dtype=str, keep_default_na=False).head(1)
    columns = ["annual_p10", "annual_p25", "annual_median", "annual_p75", "annual_p90"]
    table[columns] = [str(wage) for wage in wages]
    falls = {column for at, column in enumerate(columns) if at and wages[at] < max(wages[:at])}
    try:
        validate(table, "oews-national.csv")
        found = set()
    except InputError as error:
        found = {line.split("column ")[1].split(":")[0] for line in str(error).splitlines()}
    assert found == falls
