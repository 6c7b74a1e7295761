"""What Markdown becomes on a page."""

from base64 import b64encode
from pathlib import Path

import pytest

from pages.markdown import markdown_html, math_html

PICTURE = b64encode(b"\x89PNG").decode()


def test_a_formula_becomes_mathml_that_needs_no_script():
    html, _ = markdown_html(r"Pay is $\frac{a}{b} < c$, and $$x^2$$")
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"' in html
    assert "<mfrac>" in html
    assert "&lt;" in html
    assert 'display="block"' in html
    assert "$" not in html


def test_a_formula_that_cannot_be_read_stays_as_it_is():
    assert math_html("<a>_1_2") == "<code>&lt;a&gt;_1_2</code>"


def test_an_environment_is_a_formula():
    html, _ = markdown_html("\\begin{align}a &= b\\end{align}")
    assert 'display="block"' in html
    assert "<mi>a</mi>" in html


def test_a_price_is_no_formula():
    assert markdown_html("It is $5 or \\$6.")[0].count("<math") == 0


def test_pictures_beside_the_notebook_and_attached_ones_go_into_the_page(tmp_path):
    (tmp_path / "beside.png").write_bytes(b"\x89PNG")
    html, _ = markdown_html(
        "![beside](beside.png) ![attached](attachment:a.png)",
        tmp_path,
        {"a.png": {"image/png": PICTURE}},
    )
    assert html.count(f"data:image/png;base64,{PICTURE}") == 2
    assert 'alt="beside"' in html
    assert 'alt="attached"' in html


def test_sections_are_the_second_headings_and_none_in_a_fenced_block():
    source = (
        "# No\n\n## Why & how?\n\n```\n## no\n```\n~~~py\n## no\n~~~\n## *Then* `x`\n\n### no\n"
    )
    assert [text for _, text in markdown_html(source)[1]] == ["Why & how?", "Then x"]


@pytest.mark.parametrize("heading", ["Why?", "AT&T, 1 < 2", "Größe “quoted”", "*Then* `x`", "a  b"])
def test_a_heading_is_where_its_section_says(heading):
    html, ((place, _),) = markdown_html(f"## {heading}", Path())
    assert f'<h2 id="{place}">' in html


def test_an_anchor_is_plain_letters_with_hyphens():
    _, ((place, text),) = markdown_html("## See [What](x) does it pay, in 2023?")
    assert place == "See-What-does-it-pay-in-2023"
    assert text == "See What does it pay, in 2023?"


def test_a_section_is_a_link_to_itself_unless_its_heading_leads_elsewhere():
    html, sections = markdown_html("## Why *now*?\n\n## See [that](x.html)")
    assert '<h2 id="Why-now"><a class=here href="#Why-now">Why <em>now</em>?</a></h2>' in html
    assert '<h2 id="See-that">See <a href="x.html">that</a></h2>' in html
    assert sections == [("Why-now", "Why now?"), ("See-that", "See that")]


def test_code_takes_the_focus_and_a_corner_of_a_table_is_no_heading():
    html, _ = markdown_html("| | a |\n|---|---|\n| b | 1 |\n\n    code")
    assert '<pre tabindex="0"><code>code' in html
    assert "<tr>\n  <td></td>\n  <th>a</th>\n</tr>" in html


def test_markup_by_the_author_of_a_notebook_stays():
    assert markdown_html("a <b>c</b>\n\n<i>d</i>")[0] == "<p>a <b>c</b></p>\n<p><i>d</i></p>\n"


def test_the_title_is_no_link_to_itself():
    assert markdown_html("# Pay")[0] == '<h1 id="Pay">Pay</h1>\n'
