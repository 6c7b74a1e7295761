"""Numbers read as a person writes them."""

import pytest

from analysis.present.formats import percent, readable, usd, usd_range, written
from common.errors import InputError


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [
        (48780, False, "$48,780"),
        (4910.4, True, "+$4,910"),
        (-568, False, "−$568"),
        (-0.4, False, "$0"),
        (0, True, "+$0"),
    ],
)
def test_dollars(value, signed, text):
    assert usd(value, signed) == text


def test_ranges_and_percents():
    assert usd_range(40000, 52000) == "$40,000–$52,000"
    assert usd_range(80000, float("nan")) == "$80,000+"
    assert percent(0.3266) == "33%"
    assert percent(0.7241, 1) == "72.4%"
    assert percent(-0.08) == "−8%"


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (4910.4, "signed_usd", "+$4,910"),
        (0.3266, "percent1", "32.7%"),
        (1.2149, "ratio", "1.21"),
        (-2080.5, "number", "−2,080.5"),
        (2024, "year", "2024"),
    ],
)
def test_a_number_is_written_in_the_format_that_is_asked_for(value, name, text):
    assert written(value, name, "here") == text


def test_an_unknown_format_and_a_text_are_refused():
    with pytest.raises(InputError, match=r"^here: there is no format 'udf'; the nearest are: usd"):
        written(1, "udf", "here")
    with pytest.raises(InputError, match=r"^here: found 'one', expected a number to be usd$"):
        written("one", "usd", "here")


def test_headings():
    assert [readable(name) for name in ("effect_usd", "annual_p10", "oews")] == [
        "Effect USD",
        "Annual p10",
        "OEWS",
    ]
