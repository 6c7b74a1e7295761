"""How each kind of output is shown, and what its numbers are called."""

import re

import pytest
from exported import chart, table
from nbformat import v4

from common.errors import InputError
from common.notebook_contract import (
    CHART_MIME,
    LIVE_MIME,
    PROSE_MIME,
    ROWS_WRITTEN,
    TABLE_MIME,
    Live,
    live_html,
)
from pages.column_origins import ColumnOrigins
from pages.number_links import Linker
from pages.output_html import rows_written, show_outputs


def shown(*outputs, tags=(), places=None, origins=()):
    """How the outputs of a cell are shown, and the groups of their numbers."""
    linker = Linker("page", "", places or {}, origins=ColumnOrigins(origins))
    made = [
        output if "output_type" in output else v4.new_output("display_data", output)
        for output in outputs
    ]
    cell = v4.new_code_cell("", outputs=made, metadata={"tags": [*tags]})
    return show_outputs(cell, 1, linker), linker.groups


def html_of(output):
    ((one,), _) = shown(output)
    return one.html


def test_a_table_keeps_its_numbers_by_row_and_column():
    data = table(
        ["Place", "Pay", "Code"],
        ["Camden & more", "$48,780", "622"],
        ["2", ("5", "b"), "of 7"],
        numeric=["Pay"],
        title="Pay of places",
        source="BLS, May 2023",
    )
    (one,), (group,) = shown(data)
    assert (one.kind, one.title, one.group) == ("table", "Pay of places", 1)
    assert (group.title, group.source) == ("Pay of places", "BLS, May 2023")
    assert [(number.shown, number.what) for number in group.numbers] == [
        ("$48,780", "Camden & more · Pay"),
        ("5", "2 · Pay"),
        ("7", "2 · Code"),
    ]
    assert "<caption><span>Pay of places</span></caption>" in one.html
    assert '<th scope="col" class="number">Pay</th><th scope="col">Code</th>' in one.html
    assert '<td class="number"><a id=n1 href=ledger-page.html#n1>$48,780</a></td>' in one.html
    assert '<a id=n2 class=figure href="ledger.html#b">5</a>' in one.html
    assert '<th scope="row">Camden &amp; more</th>' in one.html
    assert "<td>622</td>" in one.html
    assert ">622</a></td>" in html_of(table(["Place", "Pay"], ["a", "622"], numeric=["Pay"]))
    assert "Source: BLS, May 2023" in one.html


@pytest.mark.parametrize(
    ("text", "unbroken"),
    [("29-2072", True), ("2022-23", True), ("mid-sized city", False), ("cross-industrial", False)],
)
def test_a_short_code_of_a_table_stays_on_one_line(text, unbroken):
    html = html_of(table(["Place", "Code"], ["Camden", text]))
    assert re.search(rf'<td>(<span class="unbroken">)?{text}<', html)[1] == (
        '<span class="unbroken">' if unbroken else None
    )


def test_a_place_in_a_table_or_a_sentence_leads_to_its_page_if_there_is_one():
    named = [{"text": "Trenton <i>", "area": "A"}, {"text": "Ohio", "area": "B"}]
    columns = [{"heading": "Place", "numeric": False}]
    content = {"name": "t", "title": "", "source": "", "columns": columns}
    rows = {TABLE_MIME: content | {"rows": [[one] for one in named]}, "text/html": ""}
    said = {PROSE_MIME: {"parts": ["See ", named[0], " and ", named[1], "."]}}
    outputs, groups = shown(rows, said, places={"A": "a.html"})
    for one in outputs:
        assert '<a href="a.html">Trenton &lt;i&gt;</a>' in one.html
        assert "Ohio" in one.html
        assert "Ohio</a>" not in one.html
    assert groups == []


def test_a_place_without_a_page_is_looked_for():
    linker = Linker("page", "", {"A": "a.html"}, "index.html#find?place=")
    assert linker.address("A") == "a.html"
    assert linker.place("Ohio", "B") == '<a href="index.html#find?place=B">Ohio</a>'


def test_the_first_row_of_a_table_is_given_by_heading():
    (one,), _ = shown(table(["Place", "Pay"], ["a <b>", "$5"], ["b", "$6"]))
    assert one.first_row == {
        "Place": "a &lt;b&gt;",
        "Pay": "<a id=n1 href=ledger-page.html#n1>$5</a>",
    }
    (empty,), _ = shown(table(["Place"]))
    assert empty.first_row == {}


def test_a_folded_column_shows_its_first_sentence():
    html = html_of(table(["A", "Why"], ["a", "First. Then 2 more. Last."], folded=["Why"]))
    assert html.startswith('<div class="stacked">')
    linked = "<a id=n1 href=ledger-page.html#n1>2</a>"
    rest = f"<details><summary>more</summary>Then {linked} more. Last.</details>"
    assert f"<td>First.{rest}</td></tr>" in html


def test_a_table_says_by_which_column_it_can_be_filtered():
    assert html_of(table(["A"], filter_by="A & B")).startswith('<div data-filter="A &amp; B">')


def test_the_data_of_a_chart_become_a_table_and_its_drawing_follows_the_theme():
    rows = [["a <b>", 1234.5], ["b", None], ["c", True], ["d", 2000]]
    rows += [["e", 57_701.5109], ["f", 1_234_567.8], ["g", 0.4574261]]
    (one,), (group,) = shown(chart("pay", "Two bands", rows, ["Label", "Pay <i>"]))
    assert (one.kind, one.svg) == ("chart", '<svg fill="var(--blue)"/>')
    assert '<th scope="col" class="number">Pay &lt;i&gt;</th>' in one.html
    assert '<th scope="row">a &lt;b&gt;</th><td class="number"><a id=n1 ' in one.html
    assert ">1,234.5</a>" in one.html
    assert ">2,000</a>" in one.html
    assert all(f">{text}</a>" in one.html for text in ("57,701.5", "1,234,568", "0.457426"))
    assert '<td class="number">not published</td>' in one.html
    assert '<td class="number">yes</td>' in one.html
    assert (group.title, group.source) == ("Two bands", "BLS")
    assert group.numbers[0].what == "a <b> · Pay <i>"


@pytest.mark.parametrize(
    ("heading", "value", "text"),
    [
        ("Kept", False, "no"),
        ("Jobs", 12345, "12,345"),
        ("Year", 2025, "2025"),
        ("Survey year", 2025, "2025"),
        ("Rank of 3", "of 7 b", "of 7 b"),
        ("Pay", 999_999.4, "999,999"),
        ("Pay", 999_999.5, "1,000,000"),
        ("Pay", 999_999.7, "1,000,000"),
        ("Pay", 1_000_000.4, "1,000,000"),
        ("Pay", 12_345_678.0, "12,345,678"),
    ],
)
def test_a_value_of_a_chart_is_written_as_its_kind(heading, value, text):
    html = html_of(chart("pay", "Pay", [["a", value]], ["Label", heading]))
    assert re.sub("<[^>]*>", "", html) == f"Label{heading}a{text}"


def test_the_first_column_of_a_chart_s_data_names_the_rows_also_where_it_holds_numbers():
    html = html_of(chart("pay", "Pay", [[2023, 5]], ["Year", "Pay"]))
    assert '<th scope="col">Year</th><th scope="col" class="number">Pay</th>' in html


def test_a_style_that_many_parts_of_a_drawing_have_stands_once():
    drawn = chart() | {
        "image/svg+xml": '<svg role="img"><a style="fill:none" />'
        + '<b style="stroke:#0072b2" />' * 3
        + "</svg>"
    }
    ((output,), _) = shown(drawn)
    name = re.search(r"\.(\w+)\{stroke:var\(--blue\)\}", output.svg)[1]
    assert output.svg == (
        f'<svg role="img"><style>.{name}{{stroke:var(--blue)}}</style><a style="fill:none" />'
        + f"<b class={name} />" * 3
        + "</svg>"
    )
    drawn["image/svg+xml"] = "<svg>" + "<a style='' />" * 2 + '<b style="x" /><c style="y" />' * 3
    drawn["image/svg+xml"] += '<d style="twice" />' * 2 + "</svg>"
    ((output,), _) = shown(drawn)
    assert re.fullmatch(r"<svg><style>(\.\w+\{[xy]\}){2}</style>.*", output.svg)
    assert output.svg.count('<d style="twice" />') == 2


def test_values_of_a_chart_lead_to_where_they_come_from():
    output = chart("pay", "Pay", [["a", 5.0], ["b", 7.0]], ["Label", "Pay"])
    origins = [[{}, {"figure_id": "x"}], [{}, {"arithmetic": ["2", " + ", "5"]}]]
    output[CHART_MIME]["table"]["origins"] = origins
    (one,), (group,) = shown(output)
    assert '<a id=n1 class=figure href="ledger.html#x">5</a>' in one.html
    assert '<a id=n2 href=ledger-page.html#n2 title="2 + 5">7</a>' in one.html
    assert [number.what for number in group.numbers] == ["a · Pay", "b · Pay"]


def test_a_published_value_of_a_chart_keeps_its_digits_and_is_named_in_what_is_made_of_it():
    output = chart("pay", "Pay", [["a", 57_701.5109, 3.0]], ["Label", "Pay", "Twice"])
    output[CHART_MIME]["table"]["origins"] = [[{}, {"figure_id": "x"}, {}]]
    twice = origin_row("pay", "Twice", "arithmetic", "2 × [Pay]")
    (one,), (group,) = shown(output, origins=[twice])
    assert ">57,701.5109</a>" in one.html
    assert group.numbers[1].origin == {
        "arithmetic": ["2 × ", {"text": "57,701.5109", "figure_id": "x"}]
    }


def test_prose_is_markdown_whose_numbers_say_what_made_them():
    pay = {"text": "$9", "figure_id": "x"}
    gap = {"text": "$4", "arithmetic": [{"text": "9", "figure_id": "x"}, " − ", "5"]}
    wrong = {"text": "3", "code": "wrong"}
    parts = ["First. They\nare **", pay, "**, ", gap, " less.\n\n- Last ", wrong, " in 2024."]
    (one,), (group,) = shown({PROSE_MIME: {"parts": parts}, "text/markdown": "other"})
    assert one.kind == "prose"
    assert one.html.startswith(
        '<p>First. They\nare <strong><a id=n1 class=figure href="ledger.html#x">$9</a></strong>, '
    )
    assert (
        '<a id=n2 href=ledger-page.html#n2 title="9 − 5">$4</a><span popover id=n2-how>'
        "<a href=ledger-page.html#n2>$4</a> = "
        '<a href="ledger.html#x" title="published">9</a> − 5</span>'
    ) in one.html
    assert "<li>Last <a id=n3 href=ledger-page.html#n3>3</a> in 2024.</li>" in one.html
    assert [number.what for number in group.numbers] == [
        "They are $9, $4 less.",
        "They are $9, $4 less.",
        "Last 3 in 2024.",
    ]


def test_a_heading_without_a_full_stop_is_no_part_of_the_sentence_behind_it():
    parts = ["Jobs\n\nNow ", {"text": "5", "code": "x"}, " are\n \nleft"]
    _, (group,) = shown({PROSE_MIME: {"parts": parts}})
    assert [number.what for number in group.numbers] == ["Now 5 are"]
    _, (group,) = shown({PROSE_MIME: {"parts": [{"text": "5", "code": "x"}, " are"]}})
    assert [number.what for number in group.numbers] == ["5 are"]


def test_what_a_number_shows_is_no_markup_where_it_is_explained_either():
    parts = ["Of ", {"text": '5" <b>', "method": "Shares"}, " and "]
    parts += [{"text": "9", "figure_id": "x", "meaning": "median"}, "."]
    html = html_of({PROSE_MIME: {"parts": parts}})
    assert html.count('>5" &lt;b&gt;</a>') == 2
    assert html.count("<span popover ") == 1


def test_a_text_in_prose_is_never_markup():
    text = "<img src=x onerror=alert(1)> [x](javascript:1) *a* `b` $c$ \ue0000\ue001"
    pay = {"text": f"$5 {text}", "figure_id": 'x"><script>'}
    parts = ["Of \ue0000\ue001", {"text": text + '"'}, ": ", pay]
    (one,), (group,) = shown({PROSE_MIME: {"parts": parts}})
    html = one.html
    assert len(group.numbers) == 1
    assert html.startswith("<p>Of 0&lt;img")
    assert '$c$ \ue0000\ue001": <a ' in html
    assert "&lt;img src=x onerror=alert(1)&gt; [x](javascript:1) *a* `b` $c$" in html
    assert "<img" not in html
    assert "<em>" not in html
    assert "<script>" not in html


def test_a_chart_leads_to_the_pages_that_there_are_and_is_then_a_group():
    tile = '<a href="area:US-{}"><title>{}</title><path d="M 0"/></a>'
    drawing = f'<svg role="img">{tile.format("NJ", "New Jersey")}{tile.format("PR", "x")}</svg>'
    output = chart() | {"image/svg+xml": drawing}
    output[CHART_MIME]["phone"] = drawing
    ((leading,), _) = shown(output, places={"US-NJ": "nj.html"})
    assert leading.svg == leading.phone_svg
    assert leading.svg == (
        '<svg role="group"><a href="nj.html"><title>New Jersey</title><path d="M 0"/></a>'
        '<g><title>x</title><path d="M 0"/></g></svg>'
    )
    ((without,), _) = shown(output)
    assert "<a" not in without.svg
    assert 'role="img"' in without.svg
    output["image/svg+xml"] = drawing.replace("<path", '<path role="img"')
    del output[CHART_MIME]["phone"]
    ((leading,), _) = shown(output, places={"US-NJ": "nj.html"})
    assert leading.svg.count('role="group"') == 1
    assert leading.svg.count('role="img"') == 2
    assert leading.phone_svg == ""


@pytest.mark.parametrize(
    ("output", "kind", "html"),
    [
        ({"text/plain": "a < b"}, "text", "a &lt; b"),
        ({"text/html": "<p>a &amp; b</p>", "text/plain": "x"}, "prose", "<p>a &amp; b</p>"),
        ({"text/html": "<table></table>", "text/plain": "x"}, "table", "<table></table>"),
        ({"text/markdown": "**a**", "text/plain": "x"}, "prose", "<p><strong>a</strong></p>\n"),
        (
            {"image/png": "QUJD\n", "text/plain": '<"Figure">'},
            "picture",
            '<img src="data:image/png;base64,QUJD" alt="&lt;&quot;Figure&quot;&gt;">',
        ),
        (
            {"image/svg+xml": "<svg/>"},
            "picture",
            '<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="">',
        ),
        (
            {"image/gif": "QUJD\nQUJD"},
            "picture",
            '<img src="data:image/gif;base64,QUJDQUJD" alt="">',
        ),
        ({"application/x-other": "5"}, "text", ""),
        (v4.new_output("stream", name="stdout", text="a & b\n"), "stdout", "a &amp; b\n"),
        (v4.new_output("stream", name="stderr", text="line 5"), "stderr", "line 5"),
        (v4.new_output("error", traceback=["\x1b[31m1 < 2\x1b[39m"]), "error", "1 &lt; 2"),
    ],
)
def test_an_output_is_shown_by_its_kind(output, kind, html):
    (one,), _ = shown(output)
    assert (one.kind, one.html) == (kind, html)
    assert (one.svg, one.phone_svg) == ("", "")


def test_a_path_may_hold_the_words_that_tell_of_rows_written():
    path = f"data/5{ROWS_WRITTEN}a.csv"
    printed = v4.new_output("stream", name="stdout", text=f"7{ROWS_WRITTEN}{path}\n")
    assert rows_written(printed) == {path: 7}


def test_a_formula_becomes_mathml():
    (one,), _ = shown({"text/latex": "$X^2$", "text/plain": "x**2"})
    assert one.kind == "prose"
    assert "<msup><mi>X</mi><mn>2</mn></msup>" in one.html
    assert 'display="block"' in one.html
    assert "$" not in one.html


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_printed_colours_are_kept(name):
    output = v4.new_output("stream", name=name, text="\x1b[31mred & 5\x1b[0m")
    assert html_of(output) == '<span class="ansi-red-fg">red &amp; 5</span>'


def test_numbers_are_counted_through_and_an_output_without_any_has_no_group():
    made, groups = shown({"text/plain": "1"}, {"text/plain": "none"}, {"text/plain": "2 < 3"})
    assert [[number.anchor for number in group.numbers] for group in groups] == [
        ["n1"],
        ["n2", "n3"],
    ]
    assert [one.group for one in made] == [1, 0, 2]


def test_what_the_first_page_shows_too_is_marked():
    _, (group,) = shown({"text/plain": "1"}, tags=["index"])
    assert group.indexed


def test_the_data_of_a_chart_are_a_plain_table():
    assert html_of(chart("pay", "Pay", [["a", "x"], ["b", "y"]], ["Label", "Kind"])) == (
        '<table><thead><tr><th scope="col">Label</th><th scope="col">Kind</th></tr></thead>'
        '<tbody><tr><th scope="row">a</th><td>x</td></tr>'
        '<tr><th scope="row">b</th><td>y</td></tr></tbody></table>'
    )
    assert "<td>x</td><td>y</td></tr>" in html_of(table(["A", "B", "C"], ["a", "x", "y"]))


def test_a_table_has_its_name_as_its_anchor():
    assert html_of(table(["A"], ["a"], name="by state/area")).startswith(
        '<table id="by-state-area"><caption><span>A table</span></caption><thead>'
    )


def origin_row(output, column, way, source, inputs=""):
    row = {"notebook": "", "output": output, "column": column, "way": way}
    return row | {"source": source, "inputs": inputs}


def test_what_the_project_says_of_a_column_is_said_of_its_numbers():
    origins = [
        origin_row("pay", "Pay", "published", "oews-[Label]"),
        origin_row("pay", "Twice", "arithmetic", "2 × [Pay]"),
        origin_row("t", "Share", "method", "Shares", "Place"),
        origin_row("", "jobs", "counted", "jobs of this kind"),
    ]
    drawn = chart("pay", "Pay", [["NJ", 5.0, 10.0]], ["Label", "Pay", "Twice"])
    listed = table(["Place", "Share"], ["Ohio", "12%"], numeric=["Share"])
    said = {PROSE_MIME: {"parts": ["There are ", {"text": "7", "code": "jobs"}, "."]}}
    _, groups = shown(drawn, listed, said, origins=origins)
    pay, twice, share, jobs = (number.origin for group in groups for number in group.numbers)
    assert pay == {"figure_id": "oews-nj"}
    assert twice == {"arithmetic": ["2 × ", {"text": "5"}]}
    assert share == {"method": "Shares", "inputs": [{"text": "Place: Ohio"}]}
    assert jobs == {"counted": "jobs of this kind"}


LIVE = Live(
    kind="offers",
    name="mine",
    script="let a = 1;",
    style="p{}",
    label="Mine",
    data={},
    text=["a <b>"],
)


def test_a_live_part_is_the_element_that_its_notebook_made():
    element = live_html(LIVE)
    output = {LIVE_MIME: LIVE, "text/html": f"<style></style>{element}<script></script>"}
    (one,), _ = shown(output)
    assert (one.kind, one.live) == ("live", LIVE)
    assert one.html == element.replace(' id="mine"', ' data-address id="mine"', 1)
    assert "<p>a &lt;b&gt;</p>" in one.html


@pytest.mark.parametrize("part", ["script", "style"])
@pytest.mark.parametrize("text", ["a</{part}>b", "a</{PART} b", "a<!--b", "a\rb"])
def test_a_script_or_a_style_that_would_end_before_its_end_is_refused(part, text):
    code = LIVE | {part: text.format(part=part, PART=part.upper())}
    with pytest.raises(InputError) as error:
        shown({LIVE_MIME: code, "text/html": "<div></div>"})
    assert str(error.value) == (
        f"live part 'mine': its {part} holds '</{part}', '<!--' or a carriage return; expected "
        "none of them"
    )


def test_what_went_wrong_is_shown_line_by_line_and_without_colours():
    output = v4.new_output(
        "error", ename="E", evalue="", traceback=["\x1b[31mone <b>\x1b[0m", "two"]
    )
    (one,), _ = shown(output)
    assert (one.kind, one.html) == ("error", "one &lt;b&gt;\ntwo")


def test_numbers_are_links_in_what_is_printed_and_not_in_warnings():
    printed, warned = (v4.new_output("stream", name=n, text="12 & 3") for n in ("stdout", "stderr"))
    (one, other), _ = shown(printed, warned)
    assert "<a id=n1" in one.html
    assert (other.kind, other.html) == ("stderr", "12 &amp; 3")
