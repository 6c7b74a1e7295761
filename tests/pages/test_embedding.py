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
    assert '<iframe src="embed/one-pay.html" title="Pay rises by 2.5%" width="100%"' in element
    assert "<script" not in element


@pytest.mark.parametrize("phone", ["", '<svg viewBox="0 0 328 500"><path/></svg>'])
def test_the_iframe_is_as_high_as_its_chart_at_every_width(drawn, browser, phone):
    executed = drawn.root / "report" / "notebooks" / "one.ipynb"
    shown = nbformat.read(executed, 4)
    shown.cells[-1].outputs[0].data[CHART_MIME]["phone"] = phone
    nbformat.write(shown, executed)
    path, element = embed_chart(drawn.root, "one", "pay")
    host = path.parents[1] / "host.html"
    host.write_text(f'<!DOCTYPE html><meta name="viewport" content="width=device-width">{element}')
    page = browser.new_page()
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe").locator("html")
    for width in (320, 360, 500, 700, 730, 1000, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        spare = frame.evaluate(
            "(html) => innerHeight - html.querySelector('main').getBoundingClientRect().bottom"
        )
        assert 0 <= spare <= 40, width
        assert frame.evaluate("(html) => html.scrollHeight <= innerHeight"), width
    page.close()


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
