"""Which May of the industries is compared, and with what."""

import pandas as pd
import pytest

from analysis.methods.employers import HOSPITALS, by_employer, newest_industries
from analysis.published.raw_tables import load_oews

INDUSTRIES = load_oews("industry")
NEW = INDUSTRIES[INDUSTRIES["year"] == 2025].assign(year=2026)


@pytest.mark.parametrize("level", ["sector", "3-digit", "4-digit"])
def test_a_may_of_which_one_level_of_industry_is_held_waits_for_the_others(level):
    held = pd.concat([INDUSTRIES, NEW[NEW["industry_group"] == level]])
    rows = newest_industries(held, "29-2072")
    assert rows["year"].unique().tolist() == [2025]
    assert HOSPITALS in set(by_employer(rows, 195_870)["naics"])


def test_a_may_with_hospitals_and_finer_industries_is_the_newest():
    assert set(newest_industries(pd.concat([INDUSTRIES, NEW]), "29-2072")["year"]) == {2026}
