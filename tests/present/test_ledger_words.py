"""What page 01 says of the ledger agrees with the tables that it is made of."""

import re

import pandas as pd
import pytest

from analysis.present import ledger_words
from analysis.published import check_official_tables


def rows(count):
    return pd.DataFrame({"value": [1.0] * count})


@pytest.mark.parametrize(("missed", "verb"), [(0, "do"), (1, "does"), (4, "do")])
def test_the_answer_counts_the_figures_of_each_publisher_and_the_checks(missed, verb):
    checks = pd.DataFrame({"holds": [False] * missed + [True] * 20})
    said = " ".join(str(ledger_words.short_answer(rows(7), rows(1200), rows(30), checks)).split())
    assert re.match(r"\*\*1,237 published figures\*\*: 1,200 from the survey of employers", said)
    assert "30 from surveys of AAPC's members, and 7 as a salary guide prints them" in said
    assert f"Of {20 + missed} cross-checks among BLS's tables {missed} {verb} not hold" in said


def test_a_cross_check_that_does_not_hold_is_named_in_words():
    checks = check_official_tables()
    missed = ledger_words.missed_checks(checks)
    assert len(missed) == (~checks["holds"]).sum() > 0
    assert missed["check"].notna().all()
    assert {*ledger_words.CHECKS} == {*checks["name"]}
    by_row = checks[~checks["holds"]].to_dict("records")
    for row, told in zip(by_row, missed.to_dict("records"), strict=True):
        assert (told["year"], told["soc_code"]) == (row["year"], row["soc_code"])
        assert told["difference"] == round(row["difference"])
        assert told["explanation"] == row["explanation"]
