"""A notebook checks what it was given, and never overwrites another run's tables."""

import pandas as pd
import pytest
import yaml

from analysis.present import notebook_page
from analysis.present.notebook_page import begin_page, page_given
from analysis.published.paths import PROCESSED, ROOT
from common.errors import InputError

PAGES = yaml.safe_load((ROOT / "report.yml").read_text())["pages"]
PROFILE = PAGES["06-profile-area"]["parameters"]


def profile(here=ROOT, **changed):
    return page_given("06-profile-area", PROFILE | changed, here)


@pytest.mark.parametrize("name", PAGES)
def test_only_the_parameters_of_the_report_lead_to_the_committed_tables(name):
    assert page_given(name, PAGES[name]["parameters"], ROOT).folder == PROCESSED


@pytest.mark.parametrize(
    ("given", "understood"),
    [("62,000", 62000), ("$62,000", 62000), ("62000", 62000), (62000.0, 62000)],
)
def test_what_papermill_hands_over_as_text_is_understood(given, understood):
    value = profile(wage=given).parameters["wage"]
    assert (value, type(value)) == (understood, int)


def test_false_is_no_truth():
    places = PAGES["04-compare-places"]["parameters"]
    page = page_given("04-compare-places", places | {"price_adjusted": "false"}, ROOT)
    assert page.parameters["price_adjusted"] is False
    assert page.folder == PROCESSED


@pytest.mark.parametrize("value", ["a lot", [62000], None, "2024-05-01", True, 62000.5, "6,2000"])
def test_what_can_mean_anything_is_refused(value):
    with pytest.raises(InputError) as error:
        profile(wage=value)
    assert str(error.value) == (
        f"06-profile-area: wage is {value!r}, expected int, such as the default 0"
    )


def test_a_value_that_is_no_choice_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"area is 'Trenton', which is none .*CBSA-45940 "):
        profile(area="Trenton")


def test_a_page_and_parameters_have_to_be_there():
    with pytest.raises(InputError, match="no page '06-profile'; the nearest are: 06-profile-area"):
        page_given("06-profile", {}, ROOT)
    with pytest.raises(InputError, match="the parameter 'area' is not set; run its cell first"):
        page_given("06-profile-area", {}, ROOT)


def test_each_set_of_parameters_has_a_folder_of_its_own(tmp_path):
    inside = ROOT / "report" / "06-profile-area"
    assert profile(wage=62000).folder == inside / "wage=62000"
    assert profile(wage=62000, years=5).folder == inside / "wage=62000,years=5"
    assert profile(ROOT / "notebooks", wage=1).folder == inside / "wage=1"
    assert profile(tmp_path, wage=1).folder == tmp_path / "06-profile-area" / "wage=1"
    guides = [
        page_given("02-audit-guide", {"guide": guide}, ROOT).folder.name
        for guide in ("a/b.csv", "a_b.csv", "a" * 300, "a" * 301)
    ]
    assert len(set(guides)) == 4
    assert max(map(len, guides)) < 120


def test_a_folder_that_is_asked_for_starts_from_where_the_run_does(tmp_path):
    assert profile(tmp_path, output_dir="mine").folder == tmp_path / "mine"
    assert profile(ROOT / "notebooks", output_dir="report/a").folder == ROOT / "report" / "a"
    with pytest.raises(InputError, match="output_dir is 5, expected str"):
        profile(output_dir=5)


def test_a_table_is_saved_and_said_where(tmp_path, capsys):
    page = profile(tmp_path, wage=5000)
    page.save(pd.DataFrame({"a": [1]}), "t.csv")
    folder = tmp_path / "06-profile-area" / "wage=5000"
    assert capsys.readouterr().out == f"1 rows written to {folder}/t.csv\n"
    assert [path.name for path in folder.iterdir()] == ["t.csv"]
    assert (folder / "t.csv").read_text() == "a\n1\n"


def test_a_cell_gets_back_what_was_understood(monkeypatch):
    class Shell:
        user_ns = PROFILE | {"wage": "62,000"}

        def push(self, names):
            self.user_ns |= names

    monkeypatch.setattr(notebook_page, "get_ipython", Shell)
    begin_page("06-profile-area")
    assert Shell.user_ns["wage"] == 62000
    monkeypatch.setattr(notebook_page, "get_ipython", lambda: None)
    with pytest.raises(InputError, match="begin_page is for the cells of a notebook"):
        begin_page("06-profile-area")


@pytest.mark.parametrize(("name", "now"), [("wage", 62000), ("output_dir", "elsewhere")])
def test_a_table_goes_to_no_folder_that_was_chosen_for_something_else(
    monkeypatch, tmp_path, name, now
):
    class Shell:
        user_ns = PROFILE | {"output_dir": str(tmp_path)}

        def push(self, names):
            self.user_ns |= names

    monkeypatch.setattr(notebook_page, "get_ipython", Shell)
    page = begin_page("06-profile-area")
    page.save(pd.DataFrame({"a": [1]}), "t.csv")
    before = Shell.user_ns[name]
    Shell.user_ns[name] = now
    with pytest.raises(InputError) as error:
        page.save(pd.DataFrame({"a": [2]}), "t.csv")
    assert str(error.value) == (
        f"06-profile-area: {name} was {before!r} when the folder of tables was chosen and is "
        f"{now!r} now; run the cell with begin_page again, and those below it"
    )
    assert (tmp_path / "t.csv").read_text() == "a\n1\n"


def test_a_page_is_published_only_with_the_parameters_of_the_report():
    assert profile().is_published
    assert not profile(wage=62000).is_published
    assert not profile(output_dir="mine").is_published
