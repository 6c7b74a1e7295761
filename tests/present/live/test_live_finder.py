import pytest

from analysis.present import live

OCCUPATIONS = {"29-2072": "coders' jobs", "43-3021": "billers' jobs", "29-9021": "registrars' jobs"}


@pytest.fixture(scope="module")
def part(places):
    names = ("pay", "regional-price-parities", "states", "counties", "cities", "zip-areas")
    tables = [places[name] for name in names]
    return live.finder(*tables, occupations=OCCUPATIONS, source="BLS")


@pytest.fixture(scope="module")
def find(modules, part):
    page = modules(("places_data", "finder_model"), ["readPlaces", "makeFinder"])
    build = "(data) => { globalThis.find = tested.makeFinder(tested.readPlaces(data), data); }"
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


@pytest.mark.parametrize("typed", ["", "x", "zzzzqq", "00000", "<b>"])
def test_what_is_no_place_finds_nothing(find, typed):
    assert find(typed) == []


def test_the_box_answers_at_once_and_says_what_to_try(show, part):
    page = show(part)
    box = page.get_by_role("searchbox", name="Find a state, city, county or ZIP code")
    box.fill("hoboken nj")
    text = page.inner_text("main")
    assert "Hoboken, NJ is in New York-Newark-Jersey City, NY-NJ" in text
    assert "coders' jobs: median $61,190 a year" in text
    box.fill("zzzzqq")
    assert "Nothing found for “zzzzqq”. Try a state" in page.inner_text("main")
    box.press("Tab")
    assert page.url.endswith("#find?place=zzzzqq")
    page = show(part, "#find?place=NJ")
    assert "New Jersey" in page.inner_text("li")
