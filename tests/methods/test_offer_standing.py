import numpy as np
import pandas as pd
import pytest

from analysis.methods.distribution import CELLS, PayDistribution
from analysis.methods.offer_standing import areas_beside, places_shown, weigh
from analysis.methods.place_profile import of_one_may
from analysis.published.raw_tables import load_places, load_table
from common.errors import InputError


@pytest.fixture(scope="module")
def tables():
    oews = load_places()
    names = ("regional-price-parities", "percentile-accuracy", "states")
    loaded = {name: load_table(f"{name}.csv") for name in names}
    return loaded | {"pay": of_one_may(oews).query("soc_code == '29-2072'")}


def weighed(tables, *offers):
    asked = pd.DataFrame(offers, columns=["area_code", "wage"])
    others = [tables[name] for name in ("regional-price-parities", "percentile-accuracy")]
    return weigh(tables["pay"], *others, asked)


def test_the_median_stands_at_one_half_with_certainty(tables):
    median = tables["pay"].set_index("area_code").loc["CBSA-45940", "annual_median"]
    offer = weighed(tables, ("CBSA-45940", median)).iloc[0]
    ranges = offer[["rank", "likely_low", "likely_high", "certain_low", "certain_high"]]
    assert ranges.tolist() == pytest.approx([0.5] * 5)


def test_an_offer_buys_what_it_is_divided_by_the_price_level(tables):
    offers = weighed(tables, ("US-NJ", 60_000), ("US", 60_000), ("US-NJ", 30_000))
    parity = offers["price_parity"].iloc[0]
    assert parity > 100
    assert offers["buys"].iloc[0] == pytest.approx(60_000 * 100 / parity)
    assert offers["buys"].iloc[1] == 60_000
    assert offers["wage"].tolist() == [60_000, 60_000, 30_000]


def test_a_place_without_its_own_price_level_buys_what_is_not_known(tables):
    code = tables["pay"].query("area_type == 'nonmetropolitan'")["area_code"].iloc[0]
    assert np.isnan(weighed(tables, (code, 50_000))["buys"].iloc[0])


def test_percentiles_that_are_withheld_leave_the_rest_to_place_an_offer(tables):
    pay = tables["pay"].copy()
    pay.loc[pay["area_code"] == "US-NJ", "annual_p90"] = np.nan
    row = pay.set_index("area_code").loc["US-NJ"]
    held = [row[cell] for cell in CELLS.values()][:4]
    expected = PayDistribution([*CELLS][:4], held).rank(55_000)
    offer = weighed(tables | {"pay": pay}, ("US-NJ", 55_000)).iloc[0]
    assert offer["rank"] == pytest.approx(float(expected))


def test_a_place_without_percentiles_leaves_the_rank_missing(tables):
    pay = tables["pay"].copy()
    pay.loc[pay["area_code"] == "US-NJ", [*CELLS.values()]] = np.nan
    assert np.isnan(weighed(tables | {"pay": pay}, ("US-NJ", 55_000))["rank"].iloc[0])


def test_the_areas_beside_an_offer_share_its_state_and_their_likely_ranges_meet_or_not(tables):
    offer = weighed(tables, ("CBSA-45940", 52_000)).iloc[0]
    beside = areas_beside(tables["pay"], tables["states"], tables["percentile-accuracy"], offer)
    assert len(beside) > 3
    assert beside["area_title"].str.contains("NJ|New Jersey").all()
    assert "CBSA-45940" not in set(beside["area_code"])
    meet = (beside["likely_low"] <= offer["likely_high"]) & (
        beside["likely_high"] >= offer["likely_low"]
    )
    assert (beside["told_apart"] != meet).all()
    assert meet.any()
    assert not meet.all()


def test_nothing_stands_beside_the_nation(tables):
    offer = weighed(tables, ("US", 52_000)).iloc[0]
    beside = areas_beside(tables["pay"], tables["states"], tables["percentile-accuracy"], offer)
    assert beside.empty


def test_an_unknown_place_is_refused_with_the_nearest(tables):
    with pytest.raises(InputError, match="area: 'CBSA-45941' is not the code of a place"):
        weighed(tables, ("CBSA-45941", 52_000))


def test_what_is_drawn_is_each_place_once_beside_the_nation(tables):
    nation = tables["pay"].query("area_code == 'US'")
    offers = weighed(tables, ("US-NJ", 60_000), ("US-NJ", 70_000), ("US", 60_000))
    shown = places_shown(offers, nation)
    assert shown[["area_code", "role"]].to_numpy().tolist() == [["US-NJ", "here"], ["US", "nation"]]
    withheld = offers.assign(annual_p10=np.nan, annual_median=np.nan, annual_p90=np.nan).head(1)
    assert places_shown(withheld, nation)["role"].tolist() == ["nation"]
