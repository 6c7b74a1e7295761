"""Which texts are numbers, where each leads, and what the ledger of the page says of it."""

import re
import time
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.notebook_contract import LEDGER
from pages.number_links import NUMBER, Linker, figures_behind, origin_of


def linked(html, sweep="", as_text=False):
    """The group of the only output of a page, and the output with its numbers made links."""
    linker = Linker("page", sweep)
    with linker.group(1, indexed=False) as group:
        return group, linker.text(html) if as_text else linker.html(html)


def without_links(html):
    return re.sub(r"</?a\b[^>]*>", "", html)


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
    group, html = linked("<p>First. They are $15,930, or 33%, apart. Last.</p><p>2 more</p>")
    assert html.startswith(
        "<p>First. They are <a id=n1 href=ledger-page.html#n1>$15,930</a>, or <a id=n2 "
    )
    assert [(number.shown, number.what, number.origin) for number in group.numbers] == [
        ("$15,930", "They are $15,930, or 33%, apart.", {}),
        ("33%", "They are $15,930, or 33%, apart.", {}),
        ("2", "2 more", {}),
    ]


def test_a_sentence_is_told_though_the_text_has_marks_in_it():
    group, _ = linked("<p>One. <b>Two</b> are <i>3</i> &amp; more. Last 4.</p>")
    assert [number.what for number in group.numbers] == ["Two are 3 & more.", "Last 4."]


@pytest.mark.parametrize(("sweep", "ledger"), [("", "ledger.html"), ("areas", "ledger-areas.html")])
def test_a_published_figure_leads_to_the_ledger_of_its_kind_of_page(sweep, ledger):
    href = "../report/ledger.html#bls-median"
    link = f'<a class="figure" href="{href}" title="median, a &amp; b">$48,780</a>'
    group, html = linked(f"<p>It is {link}.</p>", sweep)
    assert html == f'<p>It is <a id=n1 class=figure href="{ledger}#bls-median">$48,780</a>.</p>'
    (number,) = group.numbers
    assert (number.shown, number.what) == ("$48,780", "It is $48,780.")
    assert number.origin == {"figure_id": "bls-median", "meaning": "median, a & b"}


PAY = {"text": "62,110", "figure_id": "pay", "meaning": "mean, a & b"}
HALF = {"text": "0.5", "method": "How <it> is done", "inputs": [PAY, {"text": "2"}]}


@pytest.mark.parametrize(
    ("origin", "html"),
    [
        (PAY, '<a href="ledger.html#pay">mean, a &amp; b</a>'),
        (
            {"arithmetic": [PAY, " − ", "55,970"]},
            '<a href="ledger.html#pay" title="mean, a &amp; b">62,110</a> − 55,970',
        ),
        (
            {"arithmetic": ["2", " × ", HALF]},
            '2 × 0.5 (<a href="methodology.html#How-it-is-done">How &lt;it&gt; is done</a>, from '
            '<a href="ledger.html#pay" title="mean, a &amp; b">62,110</a>, 2)',
        ),
        ({"counted": "rows <b>"}, "the number of rows &lt;b&gt;"),
        ({"given": "wage"}, "the parameter wage"),
        ({"code": "share"}, ""),
        ({}, ""),
    ],
)
def test_an_origin_is_told_with_a_link_for_every_figure_and_method(origin, html):
    assert Linker("page", "").explained(origin) == html


def test_an_origin_is_neither_what_a_text_says_nor_the_place_that_it_names():
    piece = {"text": "New Jersey", "area": "US-NJ", "table": "data/raw/states.csv"}
    assert origin_of(piece) == {"table": "data/raw/states.csv"}


def test_the_figures_behind_a_number_are_those_that_it_shows_or_was_made_from():
    other = {"text": "1", "figure_id": "other"}
    assert figures_behind({"figure_id": "pay"}) == {"pay"}
    assert figures_behind({"arithmetic": [HALF, " + ", other]}) == {"pay", "other"}
    assert figures_behind({"counted": "rows"}) == set()


def test_a_frame_of_pandas_has_numbers_in_every_column():
    frame = '<table border="1" class="dataframe"><thead><tr><th></th><th>a</th></tr></thead>'
    group, html = linked(f"{frame}<tbody><tr><th>0</th><td>12</td></tr></tbody></table>")
    assert "<th>0</th><td><a id=n1 href=ledger-page.html#n1>12</a></td>" in html
    assert [number.what for number in group.numbers] == ["0 · a"]


def test_the_numbers_of_a_table_are_named_by_row_and_column():
    group, html = linked(
        "<table><caption>Pay of 2 places</caption>"
        "<thead><tr><th>Place</th><th>Pay</th></tr></thead>"
        "<tbody><tr><td>Camden &amp; more</td><td>$48,780</td></tr></tbody></table><p>And 3.</p>"
    )
    assert [(number.shown, number.what) for number in group.numbers] == [
        ("2", "Pay of 2 places"),
        ("$48,780", "Camden & more · Pay"),
        ("3", "And 3."),
    ]
    assert "<td>Camden &amp; more</td>" in html


def test_code_and_links_are_left_alone():
    html = '<p><code>1</code> <a href="x">2</a> <b>3</b></p><svg><text>4</text></svg>'
    group, shown = linked(html)
    assert [number.shown for number in group.numbers] == ["3"]
    assert shown == html.replace("3", "<a id=n1 href=ledger-page.html#n1>3</a>")


def test_scripts_and_styles_stay_as_they_are():
    html = "<style>a > b { width: 5px } /* & */</style><script>if (1 < 2 && 3) f('&lt;')</script>"
    assert linked(html) == (linked("")[0], html)


def test_a_group_is_kept_only_if_it_has_numbers_and_numbers_are_counted_through():
    linker = Linker("page", "")
    for text in ("1", "none", "2 < 3"):
        with linker.group(0, indexed=False):
            linker.text(text)
    anchors = [[number.anchor for number in group.numbers] for group in linker.groups]
    assert anchors == [["n1"], ["n2", "n3"]]


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs"])


@given(st.lists(st.text(LETTERS), max_size=4))
def test_linking_adds_nothing_to_html_and_takes_nothing_away(texts):
    html = "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)
    _, shown = linked(html)
    assert without_links(shown) == html


@given(st.text(LETTERS))
def test_linking_adds_nothing_to_plain_text_and_takes_nothing_away(text):
    _, shown = linked(text, as_text=True)
    assert without_links(shown) == escape(text, quote=False)


@pytest.mark.parametrize("as_text", [True, False])
def test_the_time_to_link_grows_with_the_text_and_no_faster(as_text):
    def seconds(lines):
        text = "".join(f"line {line}: {line * 1.5} of {line}\n" for line in range(lines))
        taken = []
        for _ in range(3):
            begun = time.process_time()
            group, _ = linked(text, as_text=as_text)
            taken.append(time.process_time() - begun)
        assert len(group.numbers) > 2 * lines
        return min(taken)

    assert seconds(20_000) < 8 * seconds(5_000)


def test_quotation_marks_stay_as_they_are_wherever_a_text_is_shown():
    text, shown = 'a "b" & <c>', 'a "b" &amp; &lt;c&gt;'
    linker = Linker("page", "", {"A": "a.html"}, titles={"t.csv": text})
    with linker.group(1, indexed=False):
        assert linker.place(text, "A") == f'<a href="a.html">{shown}</a>'
        link = "<a id=n1 href=ledger-page.html#n1>5</a>"
        assert linker.link(f"{text} 5 {text}") == f"{shown} {link} {shown}"
    figure = {"text": text, "figure_id": "x", "meaning": text}
    leading = f'<a href="ledger.html#x">{shown}</a>'
    published = f'<a href="ledger.html#x" title="{escape(text)}">{shown}</a>'
    assert linker.explained(figure) == leading
    assert linker.explained({"arithmetic": [text, figure]}) == shown + published
    assert linker.explained({"arithmetic": [{"text": text}]}) == shown
    assert linker.explained({"method": text}).endswith(f'">{shown}</a>')
    assert linker.explained({"counted": text}) == f"the number of {shown}"
    table = linker.explained({"table": "t.csv", "inputs": [{"text": "a"}, {"text": text}]})
    assert table == f'<a href="data/t.csv">{shown}</a>, a, {shown}'
    assert linker.explained({"table": "t.csv"}) == f'<a href="data/t.csv">{shown}</a>'
    assert linked(f"<p><code>{shown}</code></p>")[1] == f"<p><code>{shown}</code></p>"


def test_a_link_without_a_text_or_a_title_is_still_one_to_its_figure():
    group, html = linked(f'<p>One. Two <a href="{LEDGER}pay" title></a></p>')
    assert html == '<p>One. Two <a id=n1 class=figure href="ledger.html#pay"></a></p>'
    (number,) = group.numbers
    assert (number.shown, number.what) == ("", "Two")
    assert number.origin == {"figure_id": "pay", "meaning": ""}


def test_a_figure_without_a_meaning_is_called_published():
    linker = Linker("page", "")
    assert linker.explained({"figure_id": "x"}) == '<a href="ledger.html#x">published</a>'
    group, _ = linked(f'<p>At <a href="{LEDGER}x">5<b>0</b></a> <a>see</a> <a href="y">6</a></p>')
    assert [(number.shown, number.origin) for number in group.numbers] == [
        ("50", {"figure_id": "x", "meaning": "published"})
    ]
    group, _ = linked(f'<p><a href="{LEDGER}x">5</a> <a href="y">6</a></p>')
    assert [number.shown for number in group.numbers] == ["5"]


def test_the_origin_of_a_column_is_that_of_its_cells_that_are_numbers():
    linker = Linker("page", "")
    with linker.group(1, indexed=False) as group:
        published, method = {"figure_id": "x"}, {"method": "Shares"}
        assert 'href="ledger.html#x">5</a>' in linker.cell("5", "a", of_column=published)
        assert "ledger-page.html" in linker.cell("of 6", "b", of_column=published)
        assert linker.cell("7", "c", of_column=method).endswith(">7</a>")
        linker.cell("8", "d", origin=method, of_column=published)
        linker.cell("9", "e")
    assert [number.origin for number in group.numbers] == [
        published,
        published,
        method,
        method,
        {},
    ]


def test_a_number_says_where_in_its_paragraph_it_begins():
    linker = Linker("page", "")
    with linker.group(1, indexed=False) as group:
        linker.link("5")
        linker.traced({"text": "6"})
        linker.html("<p>a</p><p>7</p>")
    assert [number.start for number in group.numbers] == [0, 0, 0]


def test_each_text_of_an_output_names_its_own_numbers():
    linker = Linker("page", "")
    with linker.group(1, indexed=False) as group:
        linker.text("First 1.")
        linker.text("Second 2.")
    assert [number.what for number in group.numbers] == ["First 1.", "Second 2."]


def test_a_table_without_headings_names_its_numbers_by_row_alone():
    group, _ = linked("<td>5</td>")
    assert [number.what for number in group.numbers] == ["5 · "]
    group, _ = linked("<table><tr><td>a</td><td>5</td></tr></table>")
    assert [number.what for number in group.numbers] == ["a · "]


def test_tables_with_headings_of_their_own_are_told_apart():
    head = "<table><thead><tr><th>{}</th><th>{}</th></tr></thead>"
    row = "<tr><td>a</td><td><b>5</b></td></tr></table>"
    group, _ = linked(head.format("A", "B") + row + head.format("C", "D") + row)
    assert [number.what for number in group.numbers] == ["a · B", "a · D"]


def test_what_stands_within_code_or_behind_a_heading_is_told_apart():
    group, html = linked("<pre><code>5</code> 6</pre><th>7</th><p>622</p><br/><p>a</p>")
    assert [number.shown for number in group.numbers] == ["622"]
    assert without_links(html) == "<pre><code>5</code> 6</pre><th>7</th><p>622</p><br/><p>a</p>"
