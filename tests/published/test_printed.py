"""A printed figure is read as a person would read it, or refused with what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.published.printed import Expression, parse_expression
from common.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$53,674", Expression(53674, None, False, "$")),
        ("$53,674 and $69,963", Expression(53674, 69963, False, "$")),
        ("$37,000 to $72,000", Expression(37000, 72000, False, "$")),
        ("$40,000 – 52,000", Expression(40000, 52000, False, "$")),
        ("$80,000+", Expression(80000, None, True, "$")),
        ("over $10,000", Expression(10000, None, True, "$")),
        ("around $2,500", Expression(2500, None, False, "$")),
        ("0-2 Years", Expression(0, 2, False, "year")),
        ("20+ Years", Expression(20, None, True, "year")),
        ("9-12 months", Expression(9, 12, False, "month")),
        ("two-year", Expression(2, None, False, "year")),
        ("3-6%", Expression(3, 6, False, "%")),
        ("95% or higher", Expression(95, None, True, "%")),
        ("over 80", Expression(80, None, True, "")),
    ],
)
def test_reads_what_the_guide_prints(text, expected):
    assert parse_expression(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "about",
        "$",
        "$48,78",
        "$48,780 per year",
        "4878O",
        "-5",
        "$1,000 or so",
        "12-",
        "1e5",
        "NaN",
        "$5 $6",
        "٤٨",
    ],
)
def test_refuses_what_is_not_one_figure(text):
    with pytest.raises(InputError) as error:
        parse_expression(text)
    assert str(error.value) == (
        f"cannot read {text!r} as a figure; expected one number or one range, "
        "such as $53,674, 3-6%, $80,000+, over $10,000 or 0-2 Years"
    )


def test_refuses_a_range_that_runs_down():
    with pytest.raises(InputError, match="runs from 69963 down to 53674"):
        parse_expression("$69,963 - $53,674")


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.sampled_from([" - ", "-", " to ", "–", " and "]),
)
def test_a_printed_range_comes_back(one, other, dash):
    low, high = sorted((one, other))
    assert parse_expression(f"${low:,}{dash}${high:,}") == Expression(low, high, False, "$")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        assert parse_expression(text).low >= 0
    except InputError as error:
        assert repr(text.strip()) in str(error) or repr(text) in str(error)
