"""Which texts are numbers, where each leads, and what the ledger of the page says of it."""

import re
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import v4

from pages.links import CHART_MIME, NUMBER, link_numbers

TABLE = """<div id="t" style="padding:0"><style>#t { color: red; }</style><table class="gt_table">
<thead>
  <tr class="gt_heading">
    <td colspan="3" class="gt_heading gt_title" id="t-title">Pay of 2 places</td>
  </tr>
<tr><th class="gt_left" colspan="1" scope="col" id="t-1">Place</th>
<th class="gt_right" scope="col">Pay</th><th>Code</th></tr></thead>
<tbody>
<tr><th scope="row" class="gt_row">Camden &amp; more</th>
<td headers="a" class="gt_row gt_right">$48,780</td><td class="gt_left">622</td></tr>
<tr><th scope="row">2</th>
<td class="gt_right"><a class="figure" href="../report/ledger.html#b">5</a></td><td>of 7</td></tr></tbody>
<tfoot><tr><td class="gt_sourcenote" colspan="3"><span>Source: BLS, May 2023</span></td></tr></tfoot>
</table></div>"""


def page(*outputs, sweep="", tags=()):
    """The groups of a page whose only cell has these outputs, and what it shows."""
    shown = [v4.new_output("display_data", data) for data in outputs]
    notebook = v4.new_notebook(
        cells=[v4.new_code_cell("", outputs=shown, metadata={"tags": [*tags]})]
    )
    return link_numbers(notebook, "page", sweep), [
        output["html"] for output in notebook.cells[0].outputs
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("$48,780 of $64,710.", ["$48,780", "$64,710"]),
        ("−$568, +$4,910 and -70", ["−$568", "+$4,910", "-70"]),
        ("$40,000–$52,000 or $80,000+", ["$40,000", "$52,000", "$80,000+"]),
        ("$40,000-$52,000; 10-19 years", ["$40,000-$52,000", "10-19"]),
        ("33%, 0.5 points (72.4%)", ["33%", "0.5", "72.4%"]),
        ("18 of 75 claims; 2,080 hours", ["18", "75", "2,080"]),
        ("a 2,080-hour year", ["2,080"]),
        ("$2,023 and 2,023 and 2023.5%", ["$2,023", "2,023", "2023.5%"]),
        ("May 2023, the 2024 survey, 2021–2025, 1999.", []),
        ("29-2072 and 43-3021, p10 to p90, the 90th percentile", []),
        ("CBSA-35620, ICD-10, 3.12.4, 2025-04-02, oews-2023-us", []),
    ],
)
def test_numbers_are_told_from_names_codes_and_years(text, numbers):
    assert NUMBER.findall(text) == numbers


def test_a_number_in_prose_leads_to_the_sentence_that_it_stands_in():
    (group,), (html,) = page(
        {"text/html": "<p>First. They are $15,930, or 33%, apart. Last.</p><p>2 more</p>"}
    )
    assert html.startswith(
        "<p>First. They are <a id=n1 href=ledger-page.html#n1>$15,930</a>, or <a id=n2 "
    )
    assert [(number.shown, number.what, number.statistic) for number in group.numbers] == [
        ("$15,930", "They are $15,930, or 33%, apart.", "computed"),
        ("33%", "They are $15,930, or 33%, apart.", "computed"),
        ("2", "2 more", "computed"),
    ]


def test_numbers_are_counted_through_the_page_and_an_output_without_any_has_no_group():
    groups, _ = page(
        {"text/html": "<p>1</p>"}, {"text/html": "<p>none</p>"}, {"text/plain": "2 < 3"}
    )
    assert [[number.anchor for number in group.numbers] for group in groups] == [
        ["n1"],
        ["n2", "n3"],
    ]


@pytest.mark.parametrize(("sweep", "ledger"), [("", "ledger.html"), ("areas", "ledger-areas.html")])
def test_a_published_figure_leads_to_the_ledger_of_its_kind_of_page(sweep, ledger):
    link = '<a class="figure" href="../report/ledger.html#bls-median" title="median, a &amp; b">$48,780</a>'
    (group,), (html,) = page({"text/html": f"<p>It is {link}.</p>"}, sweep=sweep)
    assert html == f'<p>It is <a id=n1 class=figure href="{ledger}#bls-median">$48,780</a>.</p>'
    (number,) = group.numbers
    assert (number.shown, number.statistic, number.figure) == (
        "$48,780",
        "median, a & b",
        f"{ledger}#bls-median",
    )


def test_a_table_keeps_its_numbers_by_row_and_column_and_loses_its_own_style():
    (group,), (html,) = page({"text/html": TABLE})
    assert (
        "<caption><span>Pay of <a id=n1 href=ledger-page.html#n1>2</a> places</span></caption>"
        in html
    )
    assert (group.title, group.source) == ("Pay of 2 places", "BLS, May 2023")
    assert [(number.shown, number.what) for number in group.numbers] == [
        ("2", "Pay of 2 places"),
        ("$48,780", "Camden & more · Pay"),
        ("5", "2 · Pay"),
        ("7", "2 · Code"),
    ]
    assert '<td class="number"><a id=n2 ' in html
    assert '<th scope="row">Camden &amp; more</th>' in html
    assert "<td>622</td>" in html
    assert not re.search('style|headers=|gt_|colspan="1"', html)


def test_a_frame_of_pandas_has_numbers_in_every_column():
    frame = '<table border="1" class="dataframe"><thead><tr><th></th><th>a</th></tr></thead>'
    groups, _ = page({"text/html": f"{frame}<tbody><tr><th>0</th><td>12</td></tr></tbody></table>"})
    assert [number.what for number in groups[0].numbers] == ["0 · a"]


def test_the_data_of_a_chart_become_a_table():
    table = {"columns": ["Label", "Pay <i>"], "rows": [["a <b>", 1234.5], ["b", None], ["c", True]]}
    chart = {"name": "../../up", "alt": "Two bands", "source": "BLS", "table": table}
    (group,), (html,) = page({CHART_MIME: chart, "image/svg+xml": "<svg/>"})
    assert '<th scope="col" class="number">Pay &lt;i&gt;</th>' in html
    assert '<th scope="row">a &lt;b&gt;</th><td class="number"><a id=n1 ' in html
    assert "<td>not published</td>" in html
    assert "<td>yes</td>" in html
    assert (group.title, group.source, group.numbers[0].what) == (
        "Two bands",
        "BLS",
        "a <b> · Pay <i>",
    )


def test_code_and_links_are_left_alone():
    html = '<p><code>1</code> <a href="x">2</a> <b>3</b></p><svg><text>4</text></svg>'
    (group,), (linked,) = page({"text/html": html})
    assert [number.shown for number in group.numbers] == ["3"]
    assert linked == html.replace("3", "<a id=n1 href=ledger-page.html#n1>3</a>")


def test_what_the_first_page_shows_too_is_marked():
    groups, _ = page({"text/html": "<p>1</p>"}, tags=["index"])
    assert groups[0].indexed


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])), max_size=4))
def test_linking_adds_nothing_to_a_text_and_takes_nothing_away(texts):
    html = "".join(f"<p>{escape(text)}</p>" for text in texts)
    _, (linked,) = page({"text/html": html})
    assert re.sub(r"</?a\b[^>]*>", "", linked) == html
    assert unescape(re.sub(r"<[^>]*>", "", linked)) == "".join(map(unescape, map(escape, texts)))
