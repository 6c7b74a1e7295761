from math import isnan

import pytest

from analysis.methods.distribution import CELLS
from analysis.present import live

OCCUPATIONS = {"29-2072": "coders' jobs", "43-3021": "billers' jobs", "29-9021": "registrars' jobs"}


@pytest.fixture(scope="module")
def part(places):
    names = ("pay", "regional-price-parities", "states", "counties", "cities", "zip-areas")
    names = (*names, "percentile-accuracy")
    tables = [places[name] for name in names]
    return live.finder(*tables, occupations=OCCUPATIONS, source="BLS", weigh="offers.html#live")


@pytest.fixture(scope="module")
def find(modules, part):
    page = modules(("places_data", "finder_data", "finder_model"), ["makeFinder"])
    build = "(data) => { globalThis.find = tested.makeFinder(data).find; }"
    page.evaluate(build, part.content["data"])
    ask = """(typed) => find(typed).map(({name, place, near}) => [name, place.code, near])"""
    return lambda typed: page.evaluate(ask, typed)


@pytest.mark.parametrize(
    ("typed", "name", "code"),
    [
        ("NJ", "New Jersey", "US-NJ"),
        ("new jersey", "New Jersey", "US-NJ"),
        ("Hoboken", "Hoboken, NJ", "CBSA-35620"),
        ("hoboken ga", "Hoboken, GA", "CBSA-15260"),
        ("Brooklyn", "Brooklyn, NY", "CBSA-35620"),
        ("Queens County", "Queens County, NY", "CBSA-35620"),
        ("St. Louis", "Saint Louis, MO", "CBSA-41180"),
        ("saint louis, Missouri", "Saint Louis, MO", "CBSA-41180"),
        ("Mercer County, NJ", "Mercer County, NJ", "CBSA-45940"),
        ("CBSA-35620", "New York-Newark-Jersey City, NY-NJ", "CBSA-35620"),
        ("11201", "ZIP code 11201", "CBSA-35620"),
        ("08608-1234", "ZIP code 08608", "CBSA-45940"),
        ("trenton", "Trenton, NJ", "CBSA-45940"),
        ("08540", "ZIP code 08540", "CBSA-45940"),
        ("59801", "ZIP code 59801", "CBSA-33540"),
        ("12913", "ZIP code 12913", "US-NY"),
    ],
)
def test_a_place_is_found_first(find, typed, name, code):
    assert find(typed)[0] == [name, code, False]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Pensylvania", "Pennsylvania"),
        ("Albuqerque", "Albuquerque, NM"),
        ("Pittsburg, Pensylvania", None),
        ("Hobkoen nj", "Hoboken, NJ"),
    ],
)
def test_a_misspelt_place_is_offered(find, typed, name):
    found = find(typed)
    assert all(near for _, _, near in found)
    assert (name is None and not found) or found[0][0] == name


@pytest.mark.parametrize("typed", ["", "x", "zzzzqq", "00000", "00550", "<b>"])
def test_what_is_no_place_finds_nothing(find, typed):
    assert find(typed) == []


def test_the_packed_pay_is_the_published_one(modules, part, places):
    page = modules(("places_data", "finder_data"), ["unpackPlaces"])
    held = page.evaluate("(data) => tested.unpackPlaces(data)", part.content["data"])
    rows = places["pay"].set_index(["area_code", "soc_code"])
    assert len(held) > 550
    for place in held:
        for occupation, pay in place["pay"].items():
            row = rows.loc[(place["code"], occupation)]
            published = [None if isnan(one) else one for one in row[list(CELLS.values())]]
            assert pay["percentiles"] == published
            assert pay["jobs"] == (None if isnan(row["employment"]) else row["employment"])


def test_the_box_answers_at_once_and_says_what_to_try(show, part):
    page = show(part)
    box = page.get_by_role("combobox", name="Your state, city, county or ZIP code")
    box.fill("hoboken nj")
    text = page.inner_text("main")
    assert "Hoboken, NJ is in New York-Newark-Jersey City, NY-NJ" in text
    assert "$61,190 median" in text
    box.fill("zzzzqq")
    assert "Nothing found for “zzzzqq”. Try a state" in page.inner_text("main")


def test_the_keyboard_alone_chooses_a_place_and_the_address_keeps_it(show, part):
    page = show(part)
    page.keyboard.press("Tab")
    page.keyboard.type("trenton")
    option = page.locator("[role=option][aria-selected=true]")
    assert option.inner_text().startswith("Trenton, NJ")
    page.keyboard.press("ArrowDown")
    assert option.inner_text().startswith("Trenton, MI")
    assert page.get_by_role("combobox").get_attribute("aria-activedescendant") == "find-list-1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.url.endswith("#find?place=CBSA-45940")
    assert page.locator("[role=listbox]").is_hidden()
    page.keyboard.press("Tab")
    page.keyboard.type("24.50")
    assert "$24.50 an hour, $50,960 a year" in page.inner_text(".live-card")


def test_places_that_were_looked_at_stand_side_by_side(show, part):
    page = show(part, "#find?place=US-TX&place=US-NY")
    rows = page.locator(".live-beside tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["Texas"] * 3 + ["New York"] * 3
    assert page.locator(".live-card h2").inner_text() == "New York"


def test_a_city_that_its_area_is_named_after_is_listed_once(find):
    assert [name for name, _, _ in find("Rochester, MN")] == ["Rochester, MN"]


def test_where_pay_is_not_published_the_state_s_is_named(show, part, places):
    page = show(part, "#find?place=CBSA-40340")
    pay = places["pay"].set_index(["area_code", "soc_code"])["annual_median"]
    assert ("CBSA-40340", "29-2072") not in pay.index
    said = page.locator(".live-pay", has_text="coders' jobs").inner_text()
    assert f"Minnesota has a median of ${pay['US-MN', '29-2072']:,.0f}" in said


def test_the_middle_half_is_between_the_published_quarters(show, part, places):
    page = show(part, "#find?place=CBSA-45940")
    row = places["pay"].set_index(["area_code", "soc_code"]).loc[("CBSA-45940", "43-3021")]
    said = page.locator(".live-pay", has_text="billers' jobs").inner_text()
    assert f"middle half: ${row['annual_p25']:,.0f} to ${row['annual_p75']:,.0f}." in said


def test_what_is_no_pay_is_said_to_be_none(show, part):
    page = show(part)
    offer = page.get_by_label("An offer, if you have one: an hour or a year")
    offer.fill("New York")
    assert "“New York” is no pay; write it as 24.50" in page.inner_text("main")
    offer.fill("$52k")
    assert "is no pay" not in page.inner_text("main")


def test_once_a_place_is_chosen_nothing_more_is_said_of_the_list(show, part):
    page = show(part)
    page.get_by_role("combobox").fill("trenton")
    assert "places, the likeliest first:" in page.inner_text("main")
    page.get_by_role("combobox").press("Enter")
    assert "the likeliest first" not in page.inner_text("main")


def test_an_offer_goes_on_to_where_it_is_weighed_alone_or_beside_a_second(show, part):
    page = show(part)
    page.get_by_role("combobox").fill("trenton nj")
    page.get_by_role("combobox").press("Enter")
    weigh, beside = "Weigh an offer here in full", "Set a second offer beside it"
    assert page.get_by_role("link", name=beside).count() == 0
    page.get_by_label("An offer, if you have one: an hour or a year").fill("24.50")
    alone = "offers.html#live?place=CBSA-45940&amount=24.5&per=hour"
    assert page.get_by_role("link", name=weigh).get_attribute("href") == alone
    second = "place2=CBSA-45940&amount2=24.5&per2=hour"
    assert page.get_by_role("link", name=beside).get_attribute("href") == f"{alone}&{second}"
