import math

import pandas as pd
import pytest

from analysis.methods.assumptions import check_assumptions, override_assumptions
from analysis.published.paths import RAW
from common.errors import InputError

ASSUMPTIONS = pd.read_csv(RAW / "assumptions.csv", keep_default_na=False)


def _changed(values):
    """The assumptions with another low, mode and high for some of them."""
    table = ASSUMPTIONS.set_index("assumption")
    for name, ends in values.items():
        table.loc[name, ["low", "mode", "high"]] = [float(end) for end in ends]
    return table.reset_index()


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("certified_share", (0.6, 0.5, 0.8), "'certified_share': low 0.6, mode 0.5.*low <= mode"),
        ("certified_share", (0.3, 0.9, 0.8), "mode 0.9, high 0.8.*mode <= high"),
        ("certified_share", (0.3, 0.5, 1.2), "high 1.2.*share between 0 and 1"),
        ("certified_share", (-0.1, 0.5, 0.8), "low -0.1.*share between 0 and 1"),
        ("certified_share", (0.3, math.nan, 0.8), "mode nan.*three numbers"),
        ("biller_share", (0.1, 0.2, 0.9), "'respondents': highs sum to 1.22"),
    ],
)
def test_assumptions_that_make_no_sense_stop(name, values, message):
    with pytest.raises(InputError, match=message):
        check_assumptions(_changed({name: values}))


def test_a_word_in_place_of_a_number_stops():
    table = ASSUMPTIONS.astype({"mode": object})
    table.loc[table["assumption"] == "certified_share", "mode"] = "half"
    with pytest.raises(InputError) as refused:
        check_assumptions(table)
    assert str(refused.value) == (
        "assumption 'certified_share': low 0.3, mode nan, high 0.8; "
        "expected three numbers with low <= mode <= high"
    )


def test_a_share_may_be_all_and_parts_may_make_up_their_whole():
    values = {
        "certified_share": (0.3, 0.5, 1),
        "biller_share": (0, 0.25, 0.5),
        "auditor_share": (0, 0.125, 0.25),
        "manager_share": (0, 0.125, 0.25),
    }
    checked = check_assumptions(_changed(values))
    assert checked.loc[list(values), "high"].tolist() == [1, 0.5, 0.25, 0.25]


def test_a_mode_given_replaces_that_of_the_table_and_says_so():
    before = ASSUMPTIONS.copy()
    changed = override_assumptions(ASSUMPTIONS, {"certified_share": 0.6})
    assert ASSUMPTIONS.equals(before)
    others = changed["assumption"] != "certified_share"
    assert changed[others].equals(ASSUMPTIONS[others])
    row = changed[~others].iloc[0]
    assert row[["low", "mode", "high", "grade"]].tolist() == [0.3, 0.6, 0.8, "assumed"]
    assert row["basis"] == "Given for this run, in place of 0.55 (0.3 to 0.8)."
    assert changed.columns.equals(ASSUMPTIONS.columns)


def test_a_range_given_may_go_beyond_that_of_the_table():
    ends = {"low": 0.8, "mode": 0.9, "high": 1}
    changed = override_assumptions(ASSUMPTIONS, {"certified_share": ends, "hours_rate": 0})
    checked = check_assumptions(changed)
    assert checked.loc["certified_share", ["low", "mode", "high"]].tolist() == [0.8, 0.9, 1]
    assert checked.at["hours_rate", "mode"] == 0


def test_an_end_left_out_stays():
    changed = override_assumptions(ASSUMPTIONS, {"certified_share": {"high": 0.9}})
    row = check_assumptions(changed).loc["certified_share"]
    assert row[["low", "mode", "high"]].tolist() == [0.3, 0.55, 0.9]


def test_nothing_given_changes_nothing():
    assert override_assumptions(ASSUMPTIONS, {}).equals(ASSUMPTIONS)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"certfied_share": 0.6},
            r"^assumptions: there is no 'certfied_share'; the nearest are: certified_share",
        ),
        (
            {"certified_share": 0.9},
            r"^assumptions, 'certified_share': found 0.9, expected 0.3 to 0.8; "
            r"to go beyond, give low, mode and high$",
        ),
        ({"certified_share": "0.6"}, r"mode is '0.6'; expected a number \(share\)$"),
        ({"certified_share": True}, r"mode is True; expected a number"),
        ({"certified_share": math.nan}, r"found nan, expected 0.3 to 0.8"),
        ({"certified_share": None}, r"mode is None; expected a number"),
        ({"certified_share": {"mod": 0.5}}, r"there is no 'mod'; the nearest are: mode"),
        (
            {"certified_share": {"low": 0.6, "mode": 0.5}},
            r"low 0.6, mode 0.5, high 0.8; expected three numbers with low <= mode <= high",
        ),
        ({"certified_share": {"high": 1.2}}, r"high 1.2; expected a share between 0 and 1"),
        ({"manager_share": {"high": 0.7}}, r"'respondents': highs sum to 1.07; expected at most 1"),
    ],
)
def test_a_value_that_cannot_be_meant_stops(overrides, message):
    with pytest.raises(InputError, match=message):
        override_assumptions(ASSUMPTIONS, overrides)
