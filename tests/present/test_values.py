"""A number knows the row, the arithmetic, the method or the count that it comes from."""

import copy
import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from analysis.present.values import USD, Figures, Value, counted, given, modelled, published_pay
from analysis.published.raw_tables import load_oews
from common.errors import InputError
from common.notebook_contract import in_words

COLUMNS = ["figure_id", "statistic", "value", "unit", "open_ended", "population", "period"]
FIGURES = Figures(
    pd.DataFrame(
        [
            ("mean", "mean", 62110.0, USD, False, "jobs", "May 2025"),
            ("median", "median", 55970.0, USD, False, "jobs", "May 2025"),
            ("open", "low", 80000.0, USD, True, "coders", "2024"),
            ("share", "share", 34.0, "percent", False, "respondents", "2024"),
            ("years", "low", 2.0, "years", False, "coders", "2024"),
        ],
        columns=COLUMNS,
    )
)
MEAN, MEDIAN = FIGURES["mean"], FIGURES["median"]


def test_the_pay_of_a_row_of_oews_is_the_figure_of_the_ledger_where_it_is_the_same():
    held = load_oews("national").query("year == 2025 and soc_code == '29-2072'")
    rows = pd.concat([held, held.assign(annual_median=1.0), held.assign(naics="620000")])
    median = published_pay(rows)["annual_median"].tolist()
    assert [float(value) for value in median] == [*held["annual_median"], 1, *held["annual_median"]]
    assert [type(value) for value in median] == [Value, float, float]
    assert median[0].origin["figure_id"] == "oews-2025-us-29-2072-median"
    plain = held[["annual_median"]]
    assert published_pay(plain) is plain


def test_a_figure_knows_its_row_and_what_it_is():
    assert MEAN == 62110
    assert MEAN.traced() == {
        "text": "$62,110",
        "figure_id": "mean",
        "meaning": "mean, jobs, May 2025",
    }
    assert FIGURES.called("mean", "the mean")["text"] == "the mean"


def test_a_figure_is_written_by_its_unit_with_its_open_end():
    shown = [str(FIGURES[name]) for name in ("mean", "open", "share", "years")]
    assert shown == ["$62,110", "$80,000+", "34%", "2 years"]


def test_a_value_is_written_in_our_formats_and_in_those_of_python():
    assert f"{MEAN - MEDIAN:signed_usd}, {MEAN / MEDIAN:ratio}, {MEAN:.1f}" == (
        "+$6,140, 1.11, 62110.0"
    )
    assert f"{FIGURES['share']:percent}" == "34%"


def test_an_unknown_figure_is_refused_with_the_nearest_or_is_nan_where_one_asks_for_that():
    with pytest.raises(InputError, match="no figure_id 'medain'; the nearest are: median"):
        FIGURES["medain"]
    assert math.isnan(FIGURES.get("medain"))
    assert FIGURES.get("mean").origin == MEAN.origin


@pytest.mark.parametrize(
    ("value", "words", "amount"),
    [
        (MEAN - MEDIAN, "62,110 − 55,970", 6140),
        ((MEAN - MEDIAN) / MEDIAN, "(62,110 − 55,970) / 55,970", 6140 / 55970),
        (MEAN - (MEAN - MEDIAN), "62,110 − (62,110 − 55,970)", 55970),
        (MEAN - MEDIAN - 1, "62,110 − 55,970 − 1", 6139),
        (MEAN / (MEAN / MEDIAN), "62,110 / (62,110 / 55,970)", 55970),
        (2 * MEAN + 0.5, "2 × 62,110 + 0.5", 124220.5),
        (1 - MEDIAN / MEAN, "1 − 55,970 / 62,110", 1 - 55970 / 62110),
        (abs(MEDIAN / MEAN - 1), "1 − 55,970 / 62,110", 1 - 55970 / 62110),
        (abs(MEDIAN - (MEAN - 1)), "(62,110 − 1) − 55,970", 6139),
        (abs(MEAN - MEDIAN), "62,110 − 55,970", 6140),
        (-(MEAN - MEDIAN), "−(62,110 − 55,970)", -6140),
        (MEAN * -1, "62,110 × (−1)", -62110),
        (sum([MEAN, MEDIAN]) / 2, "(62,110 + 55,970) / 2", 59040),
        (round(MEAN / 3, -2), "62,110 / 3", 20700),
        (np.float64(2) * MEAN, "2 × 62,110", 124220),
        (MEAN - np.int64(2), "62,110 − 2", 62108),
    ],
)
def test_a_value_made_of_others_knows_its_arithmetic(value, words, amount):
    assert (in_words(value.origin), float(value)) == (words, pytest.approx(amount))


TERMS = st.recursive(
    st.integers(1, 99).map(lambda amount: Value(amount, {"counted": "things"})),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda of: {
            "+": lambda: of[0] + of[2],
            "-": lambda: of[0] - of[2],
            "*": lambda: of[0] * of[2],
            "/": lambda: of[0] / (of[2] or Value(1, {"counted": "things"})),
        }[of[1]]()
    ),
    max_leaves=6,
)


@examples(TERMS)
def test_arithmetic_as_it_is_shown_gives_the_value(value):
    shown = in_words(value.origin) if "arithmetic" in value.origin else str(value)
    python = shown.replace("−", "-").replace("×", "*").replace(",", "")
    assert eval(python) == pytest.approx(float(value))


def test_a_difference_of_dollars_is_dollars_and_a_ratio_has_no_unit():
    units = [MEAN - MEDIAN, MEAN * 2, MEAN / 2, MEAN / MEDIAN, MEAN * MEDIAN, MEAN + 1]
    assert [value.unit for value in units] == [USD, USD, USD, "", "", ""]


def test_columns_of_figures_keep_what_they_know_through_pandas():
    names = pd.Series(["mean", "", None, "median"], index=[4, 5, 6, 7])
    column = FIGURES.column(names)
    assert column.isna().tolist() == [False, True, True, False]
    assert in_words((column - MEDIAN)[4].origin) == "62,110 − 55,970"
    assert in_words((MEDIAN * column)[4].origin) == "55,970 × 62,110"
    assert in_words((np.float64(2) * column)[7].origin) == "2 × 55,970"
    assert in_words(column.dropna().sum().origin) == "62,110 + 55,970"
    assert column.astype(float).mean() == 59040


def test_columns_of_plain_numbers_stay_plain():
    plain = pd.Series([1.0, 2.0])
    assert (plain * MEAN).tolist() == [62110, 124220]
    assert (MEAN - plain).dtype == float
    assert np.sqrt(MEAN) == pytest.approx(math.sqrt(62110))


def test_a_value_cannot_be_changed_and_survives_copies():
    with pytest.raises(AttributeError):
        MEAN.unit = "percent"
    for other in (copy.deepcopy(FIGURES["open"]), pickle.loads(pickle.dumps(FIGURES["open"]))):
        assert (other, str(other), other.origin) == (80000, "$80,000+", FIGURES["open"].origin)


def test_long_arithmetic_is_cut_short():
    total = sum([MEAN] * 60)
    assert len(total.origin["arithmetic"]) <= 40
    assert "more …" in in_words(total.origin)


def test_a_modelled_value_below_zero_is_written_and_turned():
    left = modelled(-85.87, "Assumption ranges", unit=USD)
    assert f"{left:usd}" == "−$86"
    assert in_words(abs(left).traced()) == "−−85.87"


def test_a_modelled_value_knows_its_method_and_inputs():
    share = modelled(0.67, "A distribution from percentiles", [MEAN, 3])
    assert in_words(share.origin) == "A distribution from percentiles, from $62,110, 3"
    assert share.traced("67%")["inputs"][0]["figure_id"] == "mean"
    with pytest.raises(InputError, match=r"no section 'Rouding'; the nearest are: Rounding"):
        modelled(1, "Rouding")


def test_counts_and_parameters():
    assert (counted([1, 2], "things"), str(counted(1234, "things"))) == (2, "1,234")
    assert in_words(counted(2, "things").origin) == "the number of things"
    assert in_words(given(62000, "wage", USD).origin) == "the parameter wage"
