"""Numbers read as a person writes them, and lead to their row in the ledger."""

import pandas as pd
import pytest

from analysis.present.prose import Ledger, percent, to_ledger, usd, usd_range
from common.errors import InputError

FIGURES = pd.DataFrame(
    [
        ("median", "median", 48780.0, "USD per year", False, 'jobs <i>& "others"</i>', "May 2023"),
        ("open", "low", 80000.0, "USD per year", True, "coders", "2024"),
        ("share", "share", 34.0, "percent", False, "respondents", "2024"),
        ("years", "low", 2.0, "years", False, "coders", "2024"),
    ],
    columns=["figure_id", "statistic", "value", "unit", "open_ended", "population", "period"],
)


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


def test_a_figure_is_a_link_to_its_row_and_says_what_it_is():
    link = Ledger(FIGURES)["median"]
    assert link.startswith('<a class="figure" href="../report/ledger.html#median"')
    assert 'title="median, jobs &lt;i&gt;&amp; &quot;others&quot;&lt;/i&gt;, May 2023"' in link
    assert link.endswith(">$48,780</a>")


def test_units_and_open_ends_are_shown():
    ledger = Ledger(FIGURES)
    assert [ledger[name].partition(">")[2] for name in ("open", "share", "years")] == [
        "$80,000+</a>",
        "34%</a>",
        "2 years</a>",
    ]


def test_an_unknown_figure_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="no figure_id 'medain'; the nearest are: median"):
        Ledger(FIGURES)["medain"]


def test_a_text_without_a_figure_is_no_link_and_cannot_carry_markup():
    assert to_ledger("", "<b>1</b>") == "&lt;b&gt;1&lt;/b&gt;"
    assert to_ledger("one", "<b>1</b>").endswith(">&lt;b&gt;1&lt;/b&gt;</a>")
