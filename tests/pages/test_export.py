"""What the files of a page hold."""

import pytest
from exported import SITE, chart, figure, notebook, page, report_of, rows_of, texts_of
from nbformat import v4

from pages.export import page_files
from pages.failures import Failure
from pages.page_messages import Run


def test_each_number_leads_to_its_row_and_the_row_back(tmp_path):
    cell = f"<p>It is {figure('median', '$48,780')}, 3% more.</p>"
    files = report_of([(page(), [(cell,)])], tmp_path)
    assert "<a id=n2 href=ledger-one.html#n2>3%</a>" in files["one.html"]
    ledger = files["ledger-one.html"]
    assert rows_of(ledger) == {
        "n1": ["$48,780", "It is $48,780, 3% more.", "a median"],
        "n2": ["3%", "It is $48,780, 3% more.", "the code"],
    }
    assert '<a href="one.html#n2">3%</a>' in ledger
    assert '<a href="ledger.html#median">a median</a>' in ledger
    assert '<a href="one.html#code-1">the code</a>' in ledger
    assert "id=code-1" in files["one.html"]
    assert '<a href="data/raw/a.csv">Table a</a> (Public domain)' in ledger
    assert "none.csv" not in ledger


def test_shows_its_answer_first_then_what_it_is_and_what_it_was_made_with(tmp_path):
    cells = [("<p>The answer.</p>", "lead"), ("<p>More.</p>",)]
    html = report_of([(page(), cells)], tmp_path)["one.html"].partition("<body>")[2]
    order = [
        "<h1>One</h1>",
        "The answer.",
        '<li><a href="#Why"',
        "Prose.",
        "More.",
        "year = 2023",
        "Two &lt;b&gt;",
    ]
    assert [html.count(text) for text in order] == [1] * len(order)
    assert sorted(order, key=html.index) == order


def test_what_a_notebook_says_of_the_rows_it_wrote_stands_at_the_foot(tmp_path):
    made = notebook(("<p>Text.</p>",))
    said = "54321 rows written to data/processed/a.csv\n1 rows written to report/one/b.csv\n"
    made.cells[-1].outputs = [
        v4.new_output("stream", text=said),
        v4.new_output("stream", text="2 rows written to nowhere\nelse\n"),
    ]
    written = ("data/processed/a.csv", "report/one/b.csv", "data/processed/c.csv")
    run = Run(tables=dict.fromkeys(written, ""))
    html = page_files(page(), made, run, SITE, tmp_path)[0]["report/one.html"].decode()
    body, _, foot = html.partition("<footer>")
    assert "54321" not in html
    assert "rows written to nowhere" in body
    for link in (
        '<a href="data/processed/a.csv" download>a.csv</a>, 54,321 rows; ',
        '<a href="one/b.csv" download>b.csv</a>, 1 row; ',
        '<a href="data/processed/c.csv" download>c.csv</a></dd>',
    ):
        assert link in foot


def test_a_chart_cannot_name_a_file_outside_the_report(tmp_path):
    files, _ = page_files(page(), notebook((chart("../../up"),)), Run(), SITE, tmp_path)
    assert {path for path in files if "charts" in path} == {
        "report/charts/one--up.svg",
        "report/charts/one--up.csv",
    }
    assert b'href="charts/one--up.csv"' in files["report/one.html"]
    assert files["report/charts/one--up.csv"] == b"Label,Pay\na,1.5\n"


@pytest.mark.parametrize("part", ["", "<p>none</p>"])
def test_a_page_without_numbers_says_so(part, tmp_path):
    made = report_of([(page(), [(part,)])], tmp_path)
    assert "The page shows no number." in made["ledger-one.html"]


def test_a_failure_stands_at_the_top_and_leads_to_where_it_stopped(tmp_path):
    stopped = v4.new_output("error", ename="E", evalue="<x>", traceback=["E: <x>"])
    cell = v4.new_code_cell("x", outputs=[stopped], execution_count=1)
    ran = v4.new_notebook(cells=[cell])
    files, _ = page_files(page(), ran, Run(Failure("E: <x>")), SITE, tmp_path)
    html = texts_of(files)["one.html"]
    assert "<strong>This page failed.</strong> E: &lt;x&gt;" in html
    assert 'href="#stopped"' in html
    assert 'id="stopped">E: &lt;x&gt;' in html


def test_a_page_that_never_ran_says_why(tmp_path):
    failed = Run(Failure("skipped: it needs a", skipped=True))
    files, _ = page_files(page(), v4.new_notebook(), failed, SITE, tmp_path)
    html = texts_of(files)["one.html"]
    assert "skipped: it needs a" in html
    assert 'href="#stopped"' not in html


def test_a_notebook_may_begin_with_code(tmp_path):
    cells = [
        v4.new_code_cell("x = 1", execution_count=1),
        v4.new_markdown_cell("# Later\n\nText.\n\n## Why?"),
    ]
    files, _ = page_files(page(), v4.new_notebook(cells=cells), Run(), SITE, tmp_path)
    html = texts_of(files)["one.html"]
    assert "Text." in html
    assert "id=code-0" in html
    assert '<a href="#Why">Why?</a>' in html
