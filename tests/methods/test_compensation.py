"""What employers add to pay, from a small table of employer costs."""

import pandas as pd
import pytest

from analysis.methods.compensation import (
    stacks,
    supplements_share,
    total_compensation,
    with_benefits,
)
from common.errors import InputError

# Private industry, December 2023, US dollars per hour worked, as BLS prints them.
KINDS = {
    "wages and salaries": 30.33,
    "total benefits": 12.77,
    "paid leave": 3.26,
    "insurance": 3.14,
    "retirement and savings": 1.50,
    "legally required benefits": 3.17,
    "nonproduction bonuses": 1.20,
    "overtime and premium pay": 0.43,
    "shift differentials": 0.08,
}
COSTS = pd.DataFrame(
    [("2023-12", "private industry", kind, value) for kind, value in KINDS.items()]
    + [("2024-12", "private industry", "wages and salaries", 31.47)],
    columns=["month", "worker_group", "component", "value"],
)


def test_the_guides_own_list_is_26_percent_and_all_benefits_42():
    table = total_compensation(COSTS, 51_140, "2023-12").set_index("part")
    assert table["share_of_wages"].round(3).to_dict() == {
        "pay": 1,
        "guide_list": 0.260,
        "with_bonuses": 0.300,
        "not_required": 0.317,
        "required": 0.105,
        "all_benefits": 0.421,
        "total": 1.421,
        "total_not_required": 1.317,
    }
    assert table.at["total", "usd"] == round(51_140 * (30.33 + 12.77) / 30.33)
    usd = table["usd"]
    assert usd["not_required"] + usd["required"] == usd["all_benefits"]
    assert usd["pay"] + usd["all_benefits"] == usd["total"]


def test_what_oews_leaves_out_is_all_supplemental_pay():
    assert supplements_share(COSTS, "2023-12") == pytest.approx(1.71 / 30.33)


@pytest.mark.parametrize(
    ("month", "group", "message"),
    [
        ("2024-12", "private industry", r"^month: .* not held for '2024-12'.*2023-12$"),
        ("2023-12", "privat industry", r"^worker_group: .*'privat industry'.*private industry$"),
    ],
)
def test_costs_that_are_not_held_by_kind_stop(month, group, message):
    with pytest.raises(InputError, match=message):
        total_compensation(COSTS, 50_000, month, group)


def test_a_missing_component_is_named():
    with pytest.raises(InputError, match=r"2023-12, private industry has no 'insurance'"):
        total_compensation(COSTS[COSTS["component"] != "insurance"], 50_000, "2023-12")


def test_a_range_of_benefits_is_laid_on_each_pay():
    bases = pd.DataFrame({"value": [50_000.0, 60_000.0]})
    ends = with_benefits(bases, 20, 30)
    assert ends["low"].tolist() == [60_000, 72_000]
    assert ends["high"].tolist() == [65_000, 78_000]


@pytest.mark.parametrize("pay", [53_690, 50_000, 48_781])
def test_what_is_stacked_comes_to_the_totals_to_the_dollar(pay):
    usd = total_compensation(COSTS, pay, "2023-12").set_index("part")["usd"]
    heights = stacks(usd).groupby("label")["amount_usd"].sum()
    assert heights["All benefits"] == usd["total"]
    assert heights["All but what the law requires"] == usd["total_not_required"]
    assert heights["As the guide lists them"] == usd["pay"] + usd["guide_list"]
