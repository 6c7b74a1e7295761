import json

import pytest

from common.errors import InputError
from pages.plan import read_plan

PARAMETERS = """year: int = 2024  # year of the survey
place: str = "US"  # code of a place
share: float = 0.5
draft: bool = False
output_dir: str = ""  # where tables go"""


@pytest.fixture
def simple(project):
    """A project with one page, whose plan takes further entries."""
    project.notebook("01-first", parameters=PARAMETERS)
    values = {"year": 2024, "place": "US", "share": 0.5, "draft": False}

    def plan(parameters=(), page=(), **others):
        entry = {"parameters": values | dict(parameters)} | dict(page)
        project.plan({"01-first": entry}, **others)
        return project

    plan.values = values
    return plan


def refused(project, *settings):
    with pytest.raises(InputError) as error:
        read_plan(project.root, settings)
    return str(error.value)


def test_a_page_has_all_parameters_and_injects_those_that_are_not_the_default(simple):
    page = read_plan(simple({"year": 2020, "share": 1}).root).pages["01-first"]
    assert page.parameters == {
        "year": 2020,
        "place": "US",
        "share": 1.0,
        "draft": False,
        "output_dir": "",
    }
    assert page.given == {"year": 2020, "share": 1.0}
    assert page.title == "Title of 01-first"


@pytest.mark.parametrize(
    ("text", "draft"), [("true", True), ("TRUE", True), ("false", False), ("False", False)]
)
def test_yes_and_no_are_understood_in_any_case(simple, text, draft):
    [page] = tried(simple(), f"01-first.draft={text}", "01-first.year=2019")
    assert page.parameters["draft"] is draft


def test_a_whole_number_with_a_point_is_a_whole_number(simple):
    year = read_plan(simple({"year": 2020.0}).root).pages["01-first"].given["year"]
    assert (year, type(year)) == (2020, int)


def tried(project, *settings):
    """The pages that stand beside those of `report.yml`, made with these settings."""
    return [page for page in read_plan(project.root, settings).pages.values() if page.sweep]


def test_a_page_with_a_setting_stands_beside_the_published_one_and_says_so(simple):
    settings = ["01-first.place=00601", "01-first.share=0.1"]
    plan = read_plan(simple().root, settings)
    assert plan.pages["01-first"].given == {}
    page = plan.pages["01-first-place-00601-share-0-1"]
    assert page.title == "Title of 01-first (place = 00601, share = 0.1)"
    assert plan.sweeps == {"tried": "Tried with other parameters"}
    assert {"01-first", page.name} == {chosen.name for chosen in plan.select()}
    assert page.given["output_dir"] == f"report/{page.name}"
    [elsewhere] = tried(simple(), "01-first.year=2020", "01-first.output_dir=mine")
    assert elsewhere.given == {"year": 2020, "output_dir": "mine"}
    assert tried(simple(), "01-first.place=US") == []


def test_a_sweep_with_a_setting_has_a_twin_of_each_of_its_pages(simple):
    sweep = {"title": "All", "notebook": "01-first", "over": {"place": ["US", "US-NJ"]}}
    project = simple(sweeps={"all": sweep})
    assert [(page.name, page.label) for page in tried(project, "all.year=2020") if page.given] == [
        ("01-first-us", "US"),
        ("01-first-us-nj", "US-NJ"),
        ("01-first-us-year-2020", "Title of 01-first: US (year = 2020)"),
        ("01-first-us-nj-year-2020", "Title of 01-first: US-NJ (year = 2020)"),
    ]
    assert refused(project, "all.place=US-DC") == (
        "--set all: the sweep goes over place; expected another parameter"
    )
    assert refused(project, "all.year=2020", "all.year=2021") == (
        "--set all.year=2021: all.year is given twice, expected once"
    )


def test_two_pages_of_one_notebook_are_told_apart_by_their_titles(simple):
    other = {"notebook": "01-first", "title": "Jersey", "parameters": {"place": "US-NJ"}}
    project = simple()
    project.plan({"01-first": {}, "jersey": other})
    pages = read_plan(project.root).pages
    assert [page.title for page in pages.values()] == ["Title of 01-first", "Jersey"]


def test_a_setting_is_read_with_the_type_of_the_parameter(simple):
    [page] = tried(simple(), "01-first.place=601")
    assert page.given["place"] == "601"
    settings = [
        "01-first.place=00601",
        "01-first.year=2019",
        "01-first.share=1",
        "01-first.draft=true",
    ]
    [page] = tried(simple(), *settings)
    given = {"place": "00601", "year": 2019, "share": 1.0, "draft": True}
    assert page.given == given | {"output_dir": f"report/{page.name}"}
    assert type(page.given["share"]) is float


@pytest.mark.parametrize("value", ["{a: null}", "{1: 2}", "{a: {2: b}}", "{a: .inf}", "{a: [1]}"])
def test_names_hold_plain_values(project, value):
    project.notebook("01-first", parameters="shares: dict = {}")
    project.plan({"01-first": {}})
    assert refused(project, f"01-first.shares={value}") == (
        f"--set 01-first: shares is {value!r}, expected dict, such as the default {{}}"
    )


def test_a_wrong_value_among_several_choices_is_named_with_its_place(simple):
    rows = {"file": "rows.csv", "column": "year"}
    for part, message in (
        (rows, "year is 'x', expected int"),
        ({"from": 1}, "'to' is missing"),
    ):
        made = simple(page={"choices": {"year": [2024, part]}})
        made.write("rows.csv", "year\nx\n")
        assert f"report.yml, page 01-first, choices year: {message}" in refused(made)


def test_a_large_number_is_taken_to_its_last_digit(simple):
    [page] = tried(simple(), f"01-first.year={'9' * 100}")
    assert page.given["year"] == int("9" * 100)
    [page] = tried(simple(), "01-first.share=1.7976931348623157e308")
    assert page.given["share"] == 1.7976931348623157e308
    [page] = tried(simple(), "01-first.year=9007199254740993")
    assert page.given["year"] == 9007199254740993
    [page] = tried(simple(), "01-first.year=9,007,199,254,740,993.00")
    assert page.given["year"] == 9007199254740993


def test_names_with_values_are_a_parameter_too_in_the_file_and_as_a_setting(project):
    project.notebook("01-first", parameters="shares: dict = {}  # by name")
    project.plan({"01-first": {"parameters": {"shares": {"certified": 0.6}}}})
    assert read_plan(project.root).pages["01-first"].given == {"shares": {"certified": 0.6}}
    setting = "01-first.shares={certified: 0.5, of: {low: 0.1}}"
    [page] = tried(project, setting)
    assert page.given == {"shares": {"certified": 0.5, "of": {"low": 0.1}}}
    assert refused(project, "01-first.shares={certified: 0.5, certified: 0.6}") == (
        "--set 01-first: shares, row 1: 'certified' stands here for the second time; expected each "
        "name once"
    )
    expected = "--set 01-first: shares is '0.5', expected dict, such as the default {}"
    assert refused(project, "01-first.shares=0.5") == expected
    project.plan({"01-first": {"choices": {"shares": [1]}}})
    assert refused(project).endswith("shares holds names with values, which has no choices")


def test_an_unknown_parameter_is_refused_with_the_nearest_and_all_declarations(simple):
    declared = (
        "there is no parameter 'yaer'; the nearest are: year, share, place. The parameters are:\n"
        "  year: int = 2024  # year of the survey\n"
        "  place: str = 'US'  # code of a place\n"
        "  share: float = 0.5\n"
        "  draft: bool = False\n"
        "  output_dir: str = ''  # where tables go"
    )
    assert refused(simple({"yaer": 2023})) == f"report.yml, page 01-first: {declared}"
    assert refused(simple(), "01-first.yaer=2023") == f"--set 01-first: {declared}"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"year": "2,02"}, "year is '2,02', expected int, such as the default 2024"),
        ({"year": [2024]}, "year is [2024], expected int, such as the default 2024"),
        ({"year": True}, "year is True, expected int, such as the default 2024"),
        ({"year": "٢٠٢٤"}, "year is '٢٠٢٤', expected int, such as the default 2024"),
        ({"share": "٠.٥"}, "share is '٠.٥', expected float, such as the default 0.5"),
        ({"share": "e5"}, "share is 'e5', expected float, such as the default 0.5"),
        ({"share": "1e999"}, "share is '1e999', expected float, such as the default 0.5"),
        ({"share": 10**400}, f"share is {10**400}, expected float, such as the default 0.5"),
        ({"year": "9" * 101}, f"year is '{'9' * 101}', expected int, such as the default 2024"),
        ({"share": "half"}, "share is 'half', expected float, such as the default 0.5"),
        ({"place": 601}, "place is 601, expected str (in quotes: '601'), such as the default 'US'"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(simple, value, message):
    assert refused(simple(value)) == f"report.yml, page 01-first: {message}"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "01-first.year=banana",
            "--set 01-first: year is 'banana', expected int, such as the default 2024",
        ),
        (
            "01-first.year=0601",
            "--set 01-first: year is '0601', expected int, such as the default 2024",
        ),
        (
            "01-first.year=1.5",
            "--set 01-first: year is '1.5', expected int, such as the default 2024",
        ),
        (
            "01-first.draft=maybe",
            "--set 01-first: draft is 'maybe', expected bool, such as the default False",
        ),
        ("year=2020", "--set 'year=2020': expected page.name=value, such as 01-first.year=2024"),
        (
            "01-frist.year=2020",
            "--set 01-frist.year=2020: there is no page '01-frist'; the nearest are: 01-first",
        ),
    ],
)
def test_a_wrong_setting_is_refused(simple, setting, message):
    assert refused(simple(), setting) == message


def test_a_parameter_without_a_value_keeps_the_default_of_the_notebook(project):
    project.notebook("01-first", parameters=PARAMETERS)
    project.plan({"01-first": {"parameters": {"year": 2025}}})
    page = read_plan(project.root).pages["01-first"]
    assert page.parameters["share"] == 0.5
    assert page.given == {"year": 2025}


def test_a_default_that_is_computed_is_refused(project):
    project.notebook("01-first", parameters="year: int = 2 * 1012")
    project.plan({"01-first": {}})
    assert (
        "the cell tagged `parameters` must hold only lines such as `year: int = 2024`"
        in refused(project)
    )


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"parametres": {}}, "unknown name 'parametres'; the nearest are: parameters, needs"),
        (
            {"needs": ["01-frist"]},
            "needs '01-frist', which is not a page; the nearest are: 01-first",
        ),
        (
            {"notebook": "01-frist"},
            "there is no notebooks/01-frist.ipynb; the nearest are: 01-first",
        ),
        ({"time_limit": "long"}, "time_limit is 'long', expected seconds, such as 600"),
    ],
)
def test_a_wrong_entry_is_refused(simple, entry, message):
    assert refused(simple(page=entry)) == f"report.yml, page 01-first: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [", "report.yml cannot be read: "),
        ("title: 2026-13-45", "report.yml cannot be read: month must be in 1..12"),
        (f"time_limit: {'9' * 5000}", "report.yml cannot be read: Exceeds the limit"),
        ("a list", "report.yml: found 'a list', expected names with values: address, find, ledger"),
        ("{title: a, ledger: a}", "report.yml: 'pages' is missing"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(project, text, message):
    project.write("report.yml", text)
    assert refused(project).startswith(message)


def test_a_name_that_stands_twice_is_refused(project):
    text = "title: a\nledger: b\npages:\n  one: {}\n  two: {}\n  one:\n    needs: []\n"
    project.write("report.yml", text)
    assert refused(project) == (
        "report.yml, row 6: 'one' stands here for the second time; expected each name once"
    )


def test_a_byte_order_mark_is_no_part_of_the_plan(simple):
    project = simple()
    project.write("report.yml", "\ufeff" + project.read("report.yml"))
    assert read_plan(project.root).pages.keys() == {"01-first"}


def test_two_cells_of_parameters_are_refused(simple):
    project = simple()
    path = project.root / "notebooks" / "01-first.ipynb"
    content = json.loads(path.read_text())
    again = {"cell_type": "code", "id": "again", "source": "year: int = 1"}
    again |= {"metadata": {"tags": ["parameters"]}, "outputs": [], "execution_count": None}
    content["cells"].append(again)
    path.write_text(json.dumps(content))
    assert refused(project) == (
        "notebooks/01-first.ipynb: 2 cells are tagged `parameters`, expected one; take the tag "
        "from the rest"
    )


def test_pages_come_in_order_of_need_and_circles_are_refused(project):
    for name in "abc":
        project.notebook(name)
    project.plan({"a": {"needs": ["b"]}, "b": {"needs": ["c"]}, "c": {}})
    assert list(read_plan(project.root).pages) == ["c", "b", "a"]
    project.plan({"a": {"needs": ["b"]}, "b": {"needs": ["c"]}, "c": {"needs": ["a"]}})
    assert refused(project).startswith("report.yml: pages need each other in a circle: ")


def test_a_value_that_is_no_choice_is_refused_before_anything_starts(simple):
    named = {"file": "data/raw/a.csv", "column": "code", "label": "name"}
    project = simple(
        page={"choices": {"year": [{"from": 2023, "to": 2025}, 2021], "place": ["US", named]}}
    )
    project.write(
        "data/raw/a.csv", 'code,name\nUS-NJ,New Jersey\nCBSA-45940,"Trenton-Princeton, NJ"\n'
    )
    [page] = tried(project, "01-first.place=US-NJ")
    assert page.given["place"] == "US-NJ"
    assert refused(project, "01-first.year=2022") == (
        "--set 01-first: year is 2022, which is none of its choices; "
        "the nearest are: 2025, 2024, 2023"
    )
    assert refused(project, "01-first.place=Trenton") == (
        "--set 01-first: place is 'Trenton', which is none of its choices; "
        "the nearest are: CBSA-45940 (Trenton-Princeton, NJ)"
    )
    project = simple({"year": 1999}, page={"choices": {"year": [2021, 2024]}})
    assert refused(project).startswith(
        "report.yml, page 01-first: year is 1999, which is none of its choices"
    )


class TestSweep:
    def sweep(self, simple, over, **entry):
        fixed = {name: value for name, value in simple.values.items() if name not in over}
        sweep = {"title": "All", "notebook": "01-first", "over": over, "parameters": fixed} | entry
        return simple(sweeps={"all": sweep})

    def pages(self, project):
        return [page for page in read_plan(project.root).pages.values() if page.sweep == "all"]

    def test_a_list_gives_a_page_a_value_with_a_folder_of_its_own(self, simple):
        pages = self.pages(self.sweep(simple, {"place": ["00601", "US-NJ"]}))
        assert [page.name for page in pages] == ["01-first-00601", "01-first-us-nj"]
        assert pages[0].parameters["place"] == "00601"
        assert pages[0].parameters["output_dir"] == "report/01-first-00601"
        assert pages[1].title == "Title of 01-first: US-NJ"

    def test_a_range_includes_both_ends(self, simple):
        pages = self.pages(self.sweep(simple, {"year": {"from": 2020, "to": 2024, "step": 2}}))
        assert [page.parameters["year"] for page in pages] == [2020, 2022, 2024]

    def test_a_column_gives_each_value_once_with_its_label(self, simple):
        spec = {
            "file": "data/raw/a.csv",
            "column": "code",
            "label": "name",
            "where": {"year": 2024},
        }
        project = self.sweep(simple, {"place": spec})
        project.write(
            "data/raw/a.csv",
            "code,name,year\n06,Six,2024\n7,Old,2023\n06,Six,2024\n12,Twelve,2024\n",
        )
        assert [(page.parameters["place"], page.title) for page in self.pages(project)] == [
            ("06", "Title of 01-first: Six"),
            ("12", "Title of 01-first: Twelve"),
        ]

    def test_two_parameters_give_every_combination(self, simple):
        pages = self.pages(self.sweep(simple, {"place": ["A", "B"], "year": [2020, 2021]}))
        assert [page.name for page in pages] == [
            f"01-first-{place}-{year}" for place in "ab" for year in (2020, 2021)
        ]

    @pytest.mark.parametrize(
        "value", ["../../etc/passwd", "/absolute", "C:\\x", "a/../b", "NUL\x00", "~", "x" * 9]
    )
    def test_no_value_leads_out_of_the_folder(self, simple, value):
        (page,) = self.pages(self.sweep(simple, {"place": ["x" + value]}))
        assert set(page.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")

    def test_values_that_would_share_a_name_are_refused(self, simple):
        message = refused(self.sweep(simple, {"place": ["A b", "a-b"]}))
        assert message.startswith(
            "report.yml, sweep all: two pages would be called 01-first-a-b, with {"
        )
        assert "'place': 'A b'" in message
        assert "'place': 'a-b'" in message

    def test_a_page_that_would_be_overwritten_by_the_list_of_a_sweep_is_refused(
        self, simple, project
    ):
        over = {"title": "All", "notebook": "01-first", "over": {"place": ["A"]}}
        simple()
        project.plan({"all": {"notebook": "01-first"}}, sweeps={"all": over})
        assert refused(project) == (
            "report.yml, page all: the page all would be overwritten by the list of the sweep all; "
            "expected another name for one of them"
        )

    @pytest.mark.parametrize(
        ("spec", "message"),
        [
            (
                {"file": "data/no.csv", "column": "code"},
                "data/no.csv cannot be read: No such file or directory",
            ),
            (
                {"file": "data/raw/a.csv", "column": "cod"},
                "data/raw/a.csv has no column 'cod'; the nearest are: code",
            ),
            ({"file": "data/raw/a.csv"}, "'column' is missing"),
            (
                {"file": "data/raw/a.csv", "column": "code", "where": {"code": 9}},
                "no value is left, so there is no page to make",
            ),
            (
                {"from": 1, "to": 2},
                "found {'from': 1, 'to': 2}, expected whole numbers for a parameter that is one",
            ),
            ([7], "place is 7, expected str (in quotes: '7'), such as the default 'US'"),
        ],
    )
    def test_a_wrong_specification_is_refused(self, simple, spec, message):
        project = self.sweep(simple, {"place": spec})
        project.write("data/raw/a.csv", "code,name\n06,Six\n")
        assert refused(project) == f"report.yml, sweep all, over place: {message}"

    def row_sweep(self, simple, over=None, **spec):
        columns = {"place": "where", "share": "pay"}
        rows = {"file": "data/raw/rows.csv", "columns": columns} | spec
        sweep = {"title": "All", "notebook": "01-first", "rows": rows}
        project = simple(sweeps={"all": sweep | ({"over": over} if over else {})})
        text = "who,where,pay\nAda,A,0.25\nBob,B,\nCleo,B,0.75\n"
        project.write("data/raw/rows.csv", text)
        return project

    def test_a_row_gives_a_page_with_its_values_together(self, simple):
        pages = self.pages(self.row_sweep(simple))
        assert [page.name for page in pages] == ["01-first-a-0-25", "01-first-b", "01-first-b-0-75"]
        assert pages[0].parameters["place"] == "A"
        assert pages[0].parameters["share"] == 0.25
        assert pages[0].parameters["output_dir"] == "report/01-first-a-0-25"
        assert pages[0].title == "Title of 01-first: A, 0.25"

    def test_an_empty_cell_of_a_row_leaves_the_parameter_as_it_is(self, simple):
        assert self.pages(self.row_sweep(simple))[1].parameters["share"] == 0.5

    def test_rows_have_labels_and_can_be_chosen(self, simple):
        pages = self.pages(self.row_sweep(simple, label="who", where={"where": "B"}))
        assert [page.label for page in pages] == ["Bob", "Cleo"]

    def test_rows_combine_with_what_a_sweep_goes_over(self, simple):
        pages = self.pages(self.row_sweep(simple, over={"year": [2020, 2021]}, label="who"))
        assert len(pages) == 6
        assert pages[1].name == "01-first-a-0-25-2021"
        assert pages[1].label == "Ada, 2021"
        assert pages[1].parameters["year"] == 2021

    @pytest.mark.parametrize(
        ("spec", "message"),
        [
            (
                {"columns": {"place": "were"}},
                ": data/raw/rows.csv has no column 'were'; the nearest are: where",
            ),
            ({"columns": ["place"]}, ": columns is ['place'], expected names with texts"),
            ({"columns": {"plac": "where"}}, ": there is no parameter 'plac'; the nearest are: pl"),
            (
                {"columns": {"place": "where", "share": "who"}},
                ": data/raw/rows.csv, row 2, column who: share is 'Ada', expected float",
            ),
            ({"where": {"who": "Dan"}}, ": no row is left, so there is no page to make"),
            ({"labels": "who"}, ": unknown name 'labels'; the nearest are: label"),
            ({"file": "data/no.csv"}, ": data/no.csv cannot be read: No such file or directory"),
        ],
    )
    def test_a_wrong_specification_of_rows_is_refused(self, simple, spec, message):
        found = refused(self.row_sweep(simple, **spec))
        assert found.startswith(f"report.yml, sweep all, rows{message}")

    def test_a_parameter_stands_under_rows_or_over_but_not_both(self, simple):
        assert refused(self.row_sweep(simple, over={"place": ["A"]})) == (
            "report.yml, sweep all, rows: place is under over too; expected it in one of them"
        )

    def test_is_made_only_when_asked_for(self, simple):
        project = self.sweep(simple, {"place": ["A", "B"]}, needs=["01-first"])
        plan = read_plan(project.root)
        assert [page.name for page in plan.select()] == ["01-first"]
        assert [page.name for page in plan.select(["all"])] == [
            "01-first",
            "01-first-a",
            "01-first-b",
        ]
        assert [page.name for page in plan.select(["01-first-b"])] == ["01-first", "01-first-b"]
        with pytest.raises(
            InputError, match="--only al: there is no such page or sweep; the nearest are: all"
        ):
            plan.select(["al"])
