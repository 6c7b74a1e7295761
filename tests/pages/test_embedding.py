"""A chart of the report as a page of its own, for an iframe."""

import re

import nbformat
import pytest
from exported import chart, notebook

from common.errors import InputError
from common.notebook_contract import CHART_MIME
from pages.embedding import embed_chart


@pytest.fixture
def drawn(project):
    """A project whose one page has been made, with a chart that leads to a place."""
    project.notebook("one")
    project.plan({"one": {}})
    shown = chart(alt="Pay rises by 2.5%. More <b>.")
    shown["image/svg+xml"] = (
        '<svg viewBox="0 0 704 320" fill="#0072b2"><a href="area:US-NJ"><path/></a></svg>'
    )
    shown[CHART_MIME]["phone"] = '<svg id="phone"/>'
    (project.root / "report" / "notebooks").mkdir(parents=True)
    nbformat.write(notebook((shown,)), project.root / "report" / "notebooks" / "one.ipynb")
    return project


def test_it_is_small_whole_and_leads_back(drawn):
    path, element = embed_chart(drawn.root, "one", "pay")
    assert path == drawn.root / "report" / "embed" / "one-pay.html"
    html = path.read_text()
    assert "<title>Pay rises by 2.5% · A report</title>" in html
    assert "Source: BLS." in html
    assert re.findall(r'href="([^"]*)"', html) == ["data:,", "../one.html#pay"]
    assert 'fill="var(--blue)"' in html and '<svg id="phone"/>' in html
    assert "--blue:#0072b2" in html and "prefers-color-scheme:dark" in html
    assert "default-src 'none'" in html and "<script" not in html
    assert len(html) < 5_000
    assert element == (
        '<iframe src="embed/one-pay.html" title="Pay rises by 2.5%" width="100%" height="400" '
        'style="border: 0" loading="lazy"></iframe>'
    )


def test_it_leads_to_the_published_report_where_there_is_one(drawn):
    drawn.plan({"one": {}}, address="https://pay.example.org/")
    path, element = embed_chart(drawn.root, "one", "pay")
    assert 'href="https://pay.example.org/one.html#pay"' in path.read_text()
    assert 'src="https://pay.example.org/embed/one-pay.html"' in element


@pytest.mark.parametrize(
    ("page", "name", "message"),
    [
        ("won", "pay", "there is no page 'won'; the nearest are: one"),
        ("one", "paid", "page one has no chart 'paid'; the nearest are: pay"),
    ],
)
def test_another_page_or_chart_is_refused_with_the_nearest(drawn, page, name, message):
    with pytest.raises(InputError, match=message):
        embed_chart(drawn.root, page, name)


def test_a_page_that_is_not_made_yet_is_refused(drawn):
    (drawn.root / "report" / "notebooks" / "one.ipynb").unlink()
    with pytest.raises(InputError, match="make it: coderpay report --only one"):
        embed_chart(drawn.root, "one", "pay")
