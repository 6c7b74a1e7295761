"""What page 01 says of the ledger agrees with the tables that it is made of."""

import re

import pandas as pd
import pytest

from analysis.present import ledger_words


def rows(count):
    return pd.DataFrame({"value": [1.0] * count})


@pytest.mark.parametrize(("missed", "verb"), [(0, "do"), (1, "does"), (4, "do")])
def test_the_answer_counts_the_figures_of_each_publisher_and_the_checks(missed, verb):
    checks = pd.DataFrame({"holds": [False] * missed + [True] * 20})
    said = " ".join(str(ledger_words.short_answer(rows(7), rows(1200), rows(30), checks)).split())
    assert re.match(r"\*\*1,237 published figures\*\*: 1,200 from the survey of employers", said)
    assert "30 from surveys of AAPC's members, and 7 as a salary guide prints them" in said
    assert f"Of {20 + missed} cross-checks among BLS's tables {missed} {verb} not hold" in said
