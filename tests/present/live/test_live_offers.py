import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.methods.distribution import CELLS, PayDistribution, place
from analysis.present import live
from common.errors import InputError

OCCUPATIONS = {"29-2072": "coders' jobs", "43-3021": "billers' jobs", "29-9021": "registrars' jobs"}

MODELS = ("normal", "offers_model", "places_data")
BUILT = """(data) => {
  globalThis.data = data;
  globalThis.places = tested.readPlaces(data);
  return places.length;
}"""
STANDINGS = """(asked) => asked.map(([code, job, pays]) => {
  const { pay } = places.find((place) => place.code === code);
  const held = tested.distribution(data.probabilities, pay[job].percentiles);
  return pays.map((one) => {
    const { rank, likely, certain } = tested.standing(held, one, data.band);
    return [rank, ...certain, ...likely];
  });
})"""


def make(places, **changes):
    tables = [places[name] for name in ("pay", "regional-price-parities", "states")]
    chosen = {"occupations": OCCUPATIONS, "source": "BLS", "area": "CBSA-45940", "wage": 24.5}
    measured = places["percentile-accuracy"]
    return live.offers(*tables, measured, **(chosen | {"per": "hour"} | changes))


@pytest.fixture(scope="module")
def part(places):
    return make(places)


@pytest.fixture(scope="module")
def page(modules, part):
    page = modules(MODELS, ["distribution", "standing", "readPlaces", "areasBeside"])
    assert page.evaluate(BUILT, part.content["data"]) > 550
    return page


def check_standings(places, page, count):
    """Ranks and ranges of `count` offers in every place, against Python's."""
    generator = np.random.default_rng(7)
    pay = places["pay"][places["pay"]["soc_code"].isin(OCCUPATIONS)]
    pay = pay.dropna(subset=list(CELLS.values()))
    asked, expected = [], []
    for row in pay.to_dict("records"):
        wages = pd.Series(np.exp(generator.uniform(np.log(15_000), np.log(240_000), count)))
        wages.iloc[0] = row["annual_median"]
        held = PayDistribution(list(CELLS), [row[cell] for cell in CELLS.values()])
        asked.append([row["area_code"], row["soc_code"], wages.tolist()])
        expected.append(place(held, wages, places["percentile-accuracy"]).to_numpy())
    found = np.array(page.evaluate(STANDINGS, asked))
    assert len(found) > 1100
    assert np.abs(found - np.array(expected)).max() < 1e-6


def test_the_normal_distribution_is_that_of_scipy(modules):
    page = modules(("normal",), ["normalQuantile", "normalShare"])
    shares = np.linspace(0.0005, 0.9995, 1999)
    found = page.evaluate("(shares) => shares.map(tested.normalQuantile)", shares.tolist())
    assert np.allclose(found, norm.ppf(shares), rtol=0, atol=1e-8)
    back = page.evaluate("(values) => values.map(tested.normalShare)", found)
    assert np.allclose(back, shares, rtol=0, atol=2e-7)


def test_ranks_and_their_ranges_are_those_of_python(places, page):
    check_standings(places, page, 4)


@pytest.mark.slow
def test_two_hundred_offers_in_every_place_rank_as_in_python(places, page):
    check_standings(places, page, 200)


def test_pay_is_carried_to_the_dollar(places, part, page):
    rows = places["pay"].set_index(["soc_code", "area_code"])
    found = page.evaluate("() => places.map(({ code, pay }) => [code, pay])")
    for code, pays in found:
        for job, one in pays.items():
            row = rows.loc[(job, code)]
            held = [None if pd.isna(row[cell]) else row[cell] for cell in CELLS.values()]
            assert one["percentiles"] == held
            assert one["jobs"] == (None if pd.isna(row["employment"]) else row["employment"])
            assert one["caution"] == row["caution"]


def test_missing_percentiles_are_left_out_and_equal_ones_hold_all(page):
    ask = "([p, pay]) => tested.standing(tested.distribution(data.probabilities, p), pay, 0.07)"
    three = [None, 40_000, 50_000, 60_000, None]
    held = PayDistribution((0.25, 0.5, 0.75), three[1:4])
    assert page.evaluate(ask, [three, 44_000])["rank"] == pytest.approx(held.rank(44_000), abs=1e-6)
    flat = [40_000, 50_000, 50_000, 60_000, 70_000]
    for pay in (49_999, 50_000, 50_001):
        rank = float(PayDistribution(list(CELLS), flat).rank(pay))
        assert page.evaluate(ask, [flat, pay])["rank"] == pytest.approx(rank, abs=1e-6)
    short = "() => tested.distribution(data.probabilities, [null, null, 50000, null, null])"
    assert page.evaluate(short) is None


def test_the_data_stay_small(part):
    html = part._repr_mimebundle_()["text/html"]
    assert len(html.encode()) < 250_000


def test_an_offer_is_weighed_and_another_set_beside_it(show, part):
    shown = show(part)
    text = shown.locator("main").inner_text
    assert "$50,960 a year: of 100 jobs of coders' jobs in Trenton-Princeton, NJ" in text()
    assert "certainly 25 to 50" in text()
    assert "At the nation's prices it buys what $49,389 buys" in text()
    assert "other areas in the same state or states, its rank cannot be told apart" in text()
    shown.get_by_role("button", name="Compare a second offer").click()
    second = shown.get_by_role("group", name="The second offer")
    second.get_by_label("Place").fill("abilene")
    second.get_by_label("Place").press("Tab")
    assert "in Abilene, TX" in text()
    assert "Few <jobs>." in text()
    bought = re.findall(r"it buys what \$([\d,]+) buys", text())
    first, second_buys = (int(amount.replace(",", "")) for amount in bought)
    more = re.search(r"the second offer buys \$([\d,]+) a year more", text())
    assert int(more[1].replace(",", "")) == pytest.approx(second_buys - first, abs=1)
    ranks = [int(rank) for rank in re.findall(r"about (\d+) pay this or less", text())]
    assert ranks[0] < ranks[1]
    assert "The second ranks higher in its place." in text()
    assert "place2=CBSA-10180" in shown.url
    second.get_by_label("Place").fill("Nowhere")
    second.get_by_label("Place").press("Tab")
    assert "No place here is called “Nowhere”" in text()


def test_the_scale_and_the_words_give_the_same_rank(show, places):
    row = places["pay"].query("soc_code == '29-2072' and area_code == 'CBSA-45940'").iloc[0]
    held = PayDistribution(list(CELLS), row[list(CELLS.values())].to_numpy(float))
    wage = next(
        wage for wage in range(40_000, 60_000, 10) if held.rank(float(wage)) * 100 % 1 > 0.6
    )
    found = place(held, pd.Series([float(wage)]), places["percentile-accuracy"]).iloc[0]
    shown = show(make(places, wage=wage, per="year"))
    assert f"about {found['rank'] * 100:.0f} pay this or less" in shown.inner_text("main")
    marks = shown.locator(".live-scale span").evaluate_all(
        "(all) => all.map(({ style }) => parseFloat(style.left))"
    )
    expected = [found["certain_low"], found["likely_low"], found["rank"]]
    assert marks == pytest.approx([100 * share for share in expected], abs=0.001)


def test_a_link_shows_the_offer_that_its_sender_saw(show, part):
    shown = show(part, "#live-offers?place=US-TX&amount=52000&per=year&job=29-9021")
    assert "$52,000 a year: of 100 jobs of registrars' jobs in Texas" in shown.inner_text("main")


def test_two_offers_can_stand_there_first(show, places):
    part = make(places, second=("US-TX", 52_000))
    shown = show(part)
    assert shown.get_by_role("group", name="The first offer").get_by_label(
        "Paid"
    ).input_value() == ("hour")
    assert "$52,000 a year: of 100 jobs of coders' jobs in Texas" in shown.inner_text("main")
    shown = show(part, "#live-offers?place=US-TX&amount=52000&per=year&job=29-9021")
    assert shown.get_by_role("group", name="The second offer").count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"second": ("US-NY2", 1)}, "nearest are: US-NY"),
        ({"second": ("US-NY", 0)}, "expected US dollars, above 0"),
        ({"area": "US-NY2"}, "nearest are: US-NY"),
        ({"wage": 0}, "expected US dollars, above 0"),
        ({"per": "week"}, "expected year or hour"),
        ({"occupations": {"29-9999": "x"}}, "no row is of occupation '29-9999'"),
    ],
)
def test_a_wrong_offer_is_refused(places, changes, said):
    with pytest.raises(InputError, match=said):
        make(places, **changes)


def test_areas_of_the_same_state_are_told_apart_as_their_likely_ranges_do(places, show, part):
    shown = show(part)
    pay = places["pay"].query("soc_code == '29-2072'").set_index("area_code")
    wage = pd.Series([24.5 * 2080])

    def likely(row):
        held = PayDistribution(list(CELLS), row[list(CELLS.values())].to_numpy(float))
        ranks = place(held, wage, places["percentile-accuracy"]).iloc[0]
        return ranks["likely_low"], ranks["likely_high"]

    areas = pay[pay["area_type"].isin(["metropolitan", "nonmetropolitan"])]
    jersey = areas[areas["area_title"].str.contains(r", [A-Z-]*NJ\b", regex=True)]
    ranges = {row["area_title"]: likely(row) for _, row in jersey.iterrows()}
    low, high = ranges.pop("Trenton-Princeton, NJ")
    alike = {title for title, (least, most) in ranges.items() if least <= high and low <= most}
    shown.locator("summary").click()
    said = shown.locator("details p").inner_text().rstrip(".").split("; ")
    assert set(said) == alike
    assert f"In {len(alike)} of the {len(ranges)} other areas" in shown.inner_text("summary")


def test_a_pay_that_is_a_published_percentile_has_no_range(show, part, places):
    median = places["pay"].set_index(["area_code", "soc_code"]).loc[("US", "29-2072")]
    shown = show(part, f"#live-offers?place=US&amount={median['annual_median']:.0f}&per=year")
    assert "about 50 pay this or less; likely 50, certainly 50." in shown.inner_text("main")
    quarters = f"25th ${median['annual_p25']:,.0f}, median ${median['annual_median']:,.0f}, 75th"
    assert quarters in shown.inner_text("main")


def test_no_field_reaches_beyond_its_frame_where_the_page_has_no_style_of_its_own(show, part):
    shown = show(part)
    frame = shown.get_by_role("group", name="The offer").bounding_box()
    for label in ("Place", "Pay in US dollars", "Paid", "Jobs"):
        field = shown.get_by_label(label).bounding_box()
        assert field["x"] + field["width"] <= frame["x"] + frame["width"], label
    pay, per = (shown.get_by_label(one).bounding_box() for one in ("Pay in US dollars", "Paid"))
    assert pay["x"] + pay["width"] <= per["x"]


def test_pay_is_of_an_hour_or_a_year_as_its_size_says(show, part):
    shown = show(part)
    pay, per = shown.get_by_label("Pay in US dollars"), shown.get_by_label("Paid")
    pay.fill("52000")
    assert per.input_value() == "year"
    assert "$52,000 a year: of 100 jobs" in shown.inner_text("main")
    pay.fill("27")
    assert per.input_value() == "hour"
    assert "$56,160 a year: of 100 jobs" in shown.inner_text("main")
    per.select_option("year")
    assert "$27 a year: of 100 jobs" in shown.inner_text("main")


def test_what_is_typed_takes_the_place_of_the_place(show, part):
    shown = show(part)
    place = shown.get_by_label("Place")
    place.focus()
    shown.keyboard.type("texas")
    assert place.input_value() == "texas"
