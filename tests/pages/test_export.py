"""What a page's files hold, the first page's list of a sweep, and the ledgers."""

import json
import re

import pytest
from nbformat import v4

from pages.export import index_files, page_files
from pages.links import CHART_MIME
from pages.plan import Page, Plan
from pages.records import Record

SITE = {
    "site": "A report",
    "links": [{"name": "one", "href": "one.html", "short": "One"}],
    "near": [{"rel": "next", "href": "two.html", "short": "Two <b>"}],
    "tables": {"data/raw/a.csv": {"title": "Table a", "licence": "Public domain"}},
}
FIGURES = """\
figure_id,source_id,subject,category,statistic,value,unit,open_ended,period,population,as_published,locator
median,bls,national,all workers,median,48780,USD per year,False,May 2023,jobs,48780,row 2
share,bls,bonus,received,share,34,percent,False,2024,people,34%,page 3
years,other,experience,expert,low,20,years,True,2024,people,20+ years,page 4
unused,bls,national,all workers,mean,1,USD per year,False,May 2023,jobs,1,row 2
"""
PACKAGE = {
    "resources": [
        {
            "path": "a.csv",
            "title": "Table a",
            "licenses": [{"title": "Public domain"}],
            "sources": [
                {
                    "name": "bls",
                    "title": "OEWS, May 2023",
                    "path": "https://example.org/",
                    "publisher": "BLS",
                    "published": "2024",
                    "obtained": "Read in a copy.",
                    "accessed": "2026",
                    "confidence": "high",
                }
            ],
        }
    ]
}


def figure(name, text):
    return f'<a class="figure" href="../report/ledger.html#{name}" title="a {name}">{text}</a>'


def notebook(*cells):
    """A notebook whose cells show HTML; each is given with its tags."""
    shown = [
        v4.new_code_cell(
            "show()",
            outputs=[v4.new_output("display_data", {"text/html": html})],
            metadata={"tags": [*tags]},
            execution_count=1,
        )
        for html, *tags in cells
    ]
    return v4.new_notebook(cells=[v4.new_markdown_cell("# One\n\nProse.\n\n## Why?"), *shown])


def page(name="one", sweep="", label=""):
    return Page(
        name, "notebooks/one.ipynb", name.title(), {"year": 2023}, {}, (), 1.0, sweep, label
    )


def made(pages, root):
    """The files of a report of these pages, given with their cells, on which the first page is made."""
    site = {
        **SITE,
        "links": [
            {"name": one.name, "href": f"{one.name}.html", "short": one.title} for one, _ in pages
        ],
    }
    records, files = {}, {}
    for one, cells in pages:
        written, card = page_files(one, notebook(*cells), "", (), ["data/raw/a.csv"], site)
        files |= written
        records[one.name] = Record(
            "made",
            one.notebook,
            {},
            one.title,
            "Prose.",
            card,
            "",
            "",
            {"data/raw/a.csv": ""},
            {},
            {},
            [],
        )
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "figures.csv").write_text(FIGURES)
    (root / "data" / "raw" / "package.json").write_text(json.dumps(PACKAGE))
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    sweeps = {one.sweep: "All places" for one, _ in pages if one.sweep}
    named = {one.name: one for one, _ in pages}
    plan = Plan("A report", "data/figures.csv", named, sweeps, "data/raw/package.json")
    files |= index_files(plan, records, {"Python": "3"}, site, root)
    return {path.removeprefix("report/"): content.decode() for path, content in files.items()}


def rows(html):
    """The rows of the tables of a page, each with its anchor, as the texts of its cells."""
    found = re.findall(r'<tr id="([^"]*)">(.*?)</tr>', html, re.DOTALL)
    return {
        name: [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for name, row in found
    }


class TestPage:
    def test_each_number_leads_to_its_row_and_the_row_back(self, tmp_path):
        files = made(
            [(page(), [(f"<p>It is {figure('median', '$48,780')}, 3% more.</p>",)])], tmp_path
        )
        assert "<a id=n2 href=ledger-one.html#n2>3%</a>" in files["one.html"]
        ledger = files["ledger-one.html"]
        assert rows(ledger) == {
            "n1": ["$48,780", "It is $48,780, 3% more.", "a median"],
            "n2": ["3%", "It is $48,780, 3% more.", "computed"],
        }
        assert '<a href="one.html#n2">3%</a>' in ledger
        assert '<a href="ledger.html#median">a median</a>' in ledger
        assert '<a href="one.html#code-1">this code</a>' in ledger
        assert 'id="code-1"' in files["one.html"]
        assert '<a href="../data/raw/a.csv">Table a</a> (Public domain)' in ledger

    def test_shows_its_answer_first_then_what_it_is_and_what_it_was_made_with(self, tmp_path):
        html = made([(page(), [("<p>The answer.</p>", "lead"), ("<p>More.</p>",)])], tmp_path)[
            "one.html"
        ]
        order = [
            "<h1>One</h1>",
            "The answer.",
            "Prose.",
            "year = 2023",
            'href="#Why?"',
            "More.",
            "Two &lt;b&gt;",
        ]
        assert [html.count(text) for text in order] == [1] * len(order)
        assert sorted(order, key=html.index) == order

    def test_a_chart_cannot_name_a_file_outside_the_report(self):
        chart = {
            "name": "../../up",
            "alt": "Up",
            "source": "",
            "table": {"columns": ["a"], "rows": [["b"]]},
        }
        output = v4.new_output("display_data", {CHART_MIME: chart, "image/svg+xml": "<svg/>"})
        shown = v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[output], execution_count=1)])
        files, _ = page_files(page(), shown, "", (), (), SITE)
        assert {path for path in files if "charts" in path} == {
            "report/charts/one--up.svg",
            "report/charts/one--up.csv",
        }
        assert b'href="charts/one--up.csv"' in files["report/one.html"]


class TestLedger:
    def test_a_row_says_what_a_figure_is_and_every_place_that_shows_it(self, tmp_path):
        median = figure("median", "$48,780")
        cells = [(f"<p>{median} and {figure('share', '34%')}</p>", "index"), (f"<p>{median}</p>",)]
        ledger = made([(page(), cells)], tmp_path)["ledger.html"]
        assert rows(ledger) == {
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

    def test_the_figures_of_a_sweep_have_a_ledger_of_their_own(self, tmp_path):
        swept = [
            (
                page(f"one-{name}", "all", name.upper()),
                [(f"<p>{figure('years', '20+ years')} {extra}</p>",)],
            )
            for name, extra in {"a": "", "b": figure("share", "34%")}.items()
        ]
        files = made([(page(), [(f"<p>{figure('share', '34%')}</p>",)]), *swept], tmp_path)
        assert 'href="ledger-all.html#years"' in files["one-a.html"]
        assert {name: row[-1] for name, row in rows(files["ledger-all.html"]).items()} == {
            "years": "every page of: All places",
            "share": "One, B",
        }
        assert rows(files["ledger-all.html"])["years"][0] == "20+ years"
        assert {name: row[-1] for name, row in rows(files["ledger.html"]).items()} == {
            "share": "One, B"
        }


def test_the_first_page_lists_a_sweep_with_what_its_pages_tag_card(tmp_path):
    head = "<table><thead><tr><th>Median</th><th>Rank</th></tr></thead>"
    cards = {
        name: f"{head}<tbody><tr><th>{figure('median', pay)}</th><td class='number'>{rank}</td></tr></table>"
        for name, pay, rank in [("a", "$5", 2), ("b", "$6", 1)]
    }
    pages = [
        (page(f"one-{name}", "all", f"{name} <i>"), [(card, "card")])
        for name, card in cards.items()
    ]
    index = made(pages, tmp_path)["index.html"]
    assert (
        '<th scope="col" class="number">Median</th><th scope="col" class="number">Rank</th>'
        in index
    )
    assert (
        '<a href="one-a.html">a &lt;i&gt;</a></th>'
        '<td class="number"><a class=figure href="ledger-all.html#median">$5</a></td>'
        '<td class="number"><a href=ledger-one-a.html#n2>2</a></td>'
    ) in index


@pytest.mark.parametrize("part", ["", "<p>none</p>"])
def test_a_page_without_numbers_says_so(part, tmp_path):
    assert "The page shows no number." in made([(page(), [(part,)])], tmp_path)["ledger-one.html"]
