"""Where a page explains a word, and where it leaves it alone."""

import re

import pytest

from common.errors import InputError
from pages.terms import Explainer, read_terms

TERMS = [
    {"term": "median", "forms": "medians", "meaning": "The <middle> one."},
    {"term": "standard error", "forms": "", "meaning": "How far off."},
    {"term": "relative standard error", "forms": "RSE", "meaning": "In percent."},
]
BUTTON = "<button class=term popovertarget=term-median>{}</button>"
MEANING = "<span popover id=term-median>The &lt;middle&gt; one.</span>"
MEDIAN = BUTTON + MEANING


def without_terms(html):
    html = re.sub(r"<span popover.*?</span>|</?button.*?>", "", html)
    return re.sub(r"<span class=unbroken>(.*?)</span>", r"\1", html)


def test_a_term_is_explained_where_it_is_first_used_and_never_again():
    explainer = Explainer(TERMS)
    assert explainer.explain("<p>Medians &amp; the median.</p>") == (
        f"<p>{MEDIAN.format('Medians')} &amp; the median.</p>"
    )
    assert explainer.explain("<p>median</p>") == "<p>median</p>"


def test_the_longest_term_counts_and_a_part_of_a_word_is_none():
    html = Explainer(TERMS).explain("<p>intermedian, p-median: a relative standard error.</p>")
    assert re.findall("<button.*?>(.*?)</button>", html) == ["relative standard error"]


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="median">The median</h2>',
        '<p><a href="#">the <b>median</b></a></p>',
        "<table><tr><td>median</td></tr></table>",
        "<pre>median</pre>",
        "<svg><text>median</text></svg>",
        "<p><span popover id=how>the <span>median</span> median</span></p>",
        '<section data-live="offers"><section>median</section><p>median</p></section>',
        '<script type="application/json">{"median": "<&"}</script>',
        "<details><summary>median</summary>median</details>",
    ],
)
def test_headings_links_tables_code_and_what_works_by_itself_are_left_alone(html):
    explained = Explainer(TERMS).explain(f"{html}<p>A median here</p>")
    assert explained == f"{html}<p>A {MEDIAN.format('median')} here</p>"


@pytest.mark.parametrize(
    ("before", "after"), [("(", ")"), ("", "."), ("“", "”,"), ("((", ""), ("", "?)")]
)
def test_no_line_parts_a_term_from_the_marks_around_it(before, after):
    explained = Explainer(TERMS).explain(f"<p>A {before}median{after} &amp; (median).</p>")
    kept = f"{before}{BUTTON.format('median')}{after}{MEANING}"
    assert explained == f"<p>A <span class=unbroken>{kept}</span> &amp; (median).</p>"


def test_nothing_is_lost_and_without_terms_nothing_is_done():
    html = "<p>a &lt; b<br>median <img src='x.png'/> &nbsp;</p>"
    assert without_terms(Explainer(TERMS).explain(html)) == html.replace("&nbsp;", "\xa0")
    assert Explainer([]).explain(html) == html


def test_the_table_of_terms_is_checked(project):
    project.write("terms.csv", "term,forms,meaning\nmedian,,The middle\nmean,,\n")
    with pytest.raises(InputError, match=r"terms.csv, row 3: expected a term and its meaning"):
        read_terms(project.root, "terms.csv")
    with pytest.raises(InputError, match=r"report.yml, terms: no.csv cannot be read"):
        read_terms(project.root, "no.csv")
    assert read_terms(project.root, "") == []
