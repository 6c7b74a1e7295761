"""The first page's list of a sweep, and the ledgers of published figures."""

import re

import pytest
from exported import SITE, chart, figure, page, report_of, rows_of, table

from common.errors import InputError
from pages.first_page import first_page_files
from pages.plan import Plan


def test_a_row_says_what_a_figure_is_and_every_place_that_shows_it(tmp_path):
    median = figure("median", "$48,780")
    cells = [(f"<p>{median} and {figure('share', '34%')}</p>", "index"), (f"<p>{median}</p>",)]
    ledger = report_of([(page(), cells)], tmp_path)["ledger.html"]
    assert rows_of(ledger) == {
        "median": [
            "$48,780 a year",
            "median",
            "national: all workers",
            "jobs",
            "May 2023",
            "row 2",
            "the first page, One, 2",
        ],
        "share": [
            "34%",
            "share",
            "bonus: received",
            "people",
            "2024",
            "page 3: “34%”",
            "the first page, One",
        ],
    }
    for link in ("index.html#one-n1", "one.html#n1", "one.html#n3"):
        assert f'href="{link}"' in ledger
    for text in (
        "https://example.org/",
        "OEWS, May 2023",
        "Licence: Public domain",
        "Read in a copy.",
    ):
        assert text in ledger


def test_the_figures_of_a_sweep_have_a_ledger_of_their_own(tmp_path):
    years = figure("years", "20+ years")
    share = figure("share", "34%")
    pages = [
        (page(), [(f"<p>{share}</p>",)]),
        (page("one-a", "all", "A"), [(f"<p>{years}</p>",)]),
        (page("one-b", "all", "B"), [(f"<p>{years} {share}</p>",)]),
    ]
    files = report_of(pages, tmp_path)
    assert 'href="ledger-all.html#years"' in files["one-a.html"]
    assert {name: row[-1] for name, row in rows_of(files["ledger-all.html"]).items()} == {
        "years": "every page of: All places",
        "share": "One, B",
    }
    assert rows_of(files["ledger-all.html"])["years"][0] == "20+ years"
    assert {name: row[-1] for name, row in rows_of(files["ledger.html"]).items()} == {
        "share": "One, B"
    }


def test_a_figure_in_a_table_counts_as_shown(tmp_path):
    shown = table(["Place", "Pay"], ["US", ("$48,780", "median")])
    files = report_of([(page(), [(shown,)])], tmp_path)
    assert rows_of(files["ledger.html"]).keys() == {"median"}


def test_a_sweep_has_a_page_that_lists_its_pages_with_what_its_pages_tag_card(tmp_path):
    pages = [
        (
            page(f"one-{name}", "all", f"{name} <i>"),
            [(table(["Median", "Rank"], [(pay, "median"), rank], numeric=["Rank"]), "card")],
        )
        for name, pay, rank in [("a", "$5", "2"), ("b", "$6", "1")]
    ]
    listed = report_of(pages, tmp_path)["all.html"]
    heads = '<th scope="col" class="number">Median</th><th scope="col" class="number">Rank</th>'
    assert heads in listed
    assert (
        '<a href="one-a.html">a &lt;i&gt;</a></th>'
        '<td class="number"><a class=figure href="ledger-all.html#median">$5</a></td>'
        '<td class="number"><a href=ledger-one-a.html#n2>2</a></td>'
    ) in listed


def test_the_first_page_leads_at_once_to_each_question_and_each_page(tmp_path):
    cells = [
        ("<p><strong>Why is A &amp; B's higher?</strong> It is.</p>", "index"),
        (chart(), "index"),
        ("<p><strong>No question.</strong> It is.</p>", "index"),
    ]
    index = report_of([(page(), cells), (page("two"), [])], tmp_path)["index.html"]
    nav = re.search("<nav class=.questions.*?</nav>", index, re.DOTALL)
    assert re.findall('href="(.*?)">(.*?)<', nav[0]) == [
        ("#Why-is-A-B-s-higher", "Why is A &amp; B&#39;s higher?"),
        ("one.html", "One"),
        ("two.html", "Two"),
    ]
    question = '<p id="Why-is-A-B-s-higher"><strong>Why is A &amp; B\'s higher?</strong>'
    places = [index.index(text) for text in (question, nav[0], "<figure", "<strong>No question.")]
    assert places == sorted(places)


def test_a_table_of_figures_without_a_column_is_refused(tmp_path):
    (tmp_path / "figures.csv").write_text(
        "figure_id,source_id,subject,category,statistic,values\na,b,c,d,e,1\n"
    )
    plan = Plan(title="", ledger="figures.csv", sources="", pages={}, sweeps={})
    site = SITE | {"tables": {}}
    expected = r"report\.yml, ledger: figures\.csv has no column 'value'; the nearest are: values"
    with pytest.raises(InputError, match=expected):
        first_page_files(plan, {}, {}, site, tmp_path)
