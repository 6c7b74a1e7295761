"""A page of one's own: its notebook, its lines in report.yml, and what is refused."""

import pytest
import yaml

from common.errors import InputError
from pages.new_page import new_page, with_page
from pages.plan import read_plan

ENTRY = {"parameters": {"year": 2024}}
PLANS = {
    "comments and more after them": (
        "# first\npages:  # all\n  a: {parameters: {b: [1, 2]}}  # of a\n  # of none\nfind: x\n",
        "# first\npages:  # all\n  a: {parameters: {b: [1, 2]}}  # of a\n"
        "  mine:\n    parameters:\n      year: 2024\n  # of none\nfind: x\n",
    ),
    "no line break at the end, other indents": (
        "pages:\n    a:\n        needs:\n        - b",
        "pages:\n    a:\n        needs:\n        - b\n"
        "    mine:\n      parameters:\n        year: 2024\n",
    ),
    "a page without a word": (
        "pages:\n  a:\n\nsweeps: {}\n",
        "pages:\n  a:\n  mine:\n    parameters:\n      year: 2024\n\nsweeps: {}\n",
    ),
    "no page": (
        "pages: {}\ntitle: x\n",
        "pages:\n  mine:\n    parameters:\n      year: 2024\ntitle: x\n",
    ),
    "Windows": (
        "\ufeffpages:\r\n  a: {}\r\ntitle: x\r\n",
        "\ufeffpages:\r\n  a: {}\r\n  mine:\r\n    parameters:\r\n      year: 2024\r\ntitle: x\r\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), PLANS.values(), ids=PLANS)
def test_the_lines_of_a_page_are_added_and_nothing_else_changes(before, after):
    assert with_page(before, "mine", ENTRY) == after


def test_pages_in_one_line_are_left_alone_and_the_lines_are_shown():
    with pytest.raises(InputError) as error:
        with_page("pages: {a: {}}\n", "mine", ENTRY)
    assert str(error.value) == (
        "report.yml: the pages are not one to a line, so none can be added; "
        "write it there yourself:\nmine:\n  parameters:\n    year: 2024\n"
    )


def test_a_project_begins_in_an_empty_folder_and_takes_further_pages(tmp_path):
    (tmp_path / ".venv").mkdir()
    names = [path.name for path in new_page(tmp_path, "my-first")]
    assert names == ["my-first.ipynb", "report.yml"]
    new_page(tmp_path, "2024")
    pages = read_plan(tmp_path).pages
    assert [(page.title, page.given) for page in pages.values()] == [("My first", {}), ("2024", {})]
    assert r"begin_page(\"2024\")" in (tmp_path / "notebooks" / "2024.ipynb").read_text()


def test_the_report_of_the_project_takes_a_page(project):
    project.notebook("a")
    project.plan({"a": {}}, sweeps={})
    text = project.read("report.yml")
    new_page(project.root, "mine")
    assert yaml.safe_load(project.read("report.yml"))["pages"].keys() == {"a", "mine"}
    assert project.read("report.yml").startswith(text.partition("pages:")[0])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a", "coderpay new: 'a' is there already, in report.yml; use another name"),
        ("all", "coderpay new: 'all' is there already, in report.yml; use another name"),
        ("a-us", "coderpay new: 'a-us' is there already, in report.yml; use another name"),
        ("b", "coderpay new: 'b' is there already, in notebooks/b.ipynb; use another name"),
        ("../b", "coderpay new: '../b' cannot name a page: use letters, digits, - and _"),
        ("index", "coderpay new: 'index' cannot name a page: use letters, digits, - and _"),
    ],
)
def test_a_name_that_is_taken_or_not_plain_is_refused_and_nothing_written(project, name, message):
    for notebook in "ab":
        project.notebook(notebook, parameters="place: str = ''")
    sweep = {"title": "All", "notebook": "a", "over": {"place": ["US"]}}
    project.plan({"a": {}}, sweeps={"all": sweep})
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    with pytest.raises(InputError) as error:
        new_page(project.root, name)
    assert str(error.value) == message
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert after == before


def test_a_folder_of_other_things_becomes_no_project(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(InputError, match=r"there is no project here: .* in an empty folder"):
        new_page(tmp_path, "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
