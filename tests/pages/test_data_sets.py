"""What pages tell search engines: what they are, and which tables they give."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from exported import RUN, SITE, notebook, page, report_of
from playwright.sync_api import sync_playwright

from pages.data_sets import data_set
from pages.export import page_files

TITLE = "One </script><script>document.title = 'ran'</script> & <!-- “more”"
BAD = """() => {
  const script = document.createElement("script");
  script.textContent = "document.title = 'ran'";
  document.head.append(script);
}"""


def linked(html):
    """The JSON-LD of a page; there is one block."""
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block)


def test_every_page_says_what_it_is_and_ledgers_what_the_tables_are(tmp_path):
    files = report_of([(page(), [("<p>1</p>",)])], tmp_path)
    pages = {name: linked(text) for name, text in files.items() if name.endswith(".html")}
    assert pages.keys() == {"one.html", "ledger-one.html", "index.html", "ledger.html"}
    for found in pages.values():
        assert found["@context"] == "https://schema.org"
        assert found["@type"] == "WebPage"
        assert found["isPartOf"] == {"@type": "WebSite", "name": "A report"}
    assert "hasPart" not in pages["one.html"]
    [ledger] = pages["index.html"]["hasPart"]
    assert ledger["distribution"][0]["contentUrl"] == "data/figures.csv"
    [table] = pages["ledger.html"]["hasPart"]
    assert (table["@type"], table["name"]) == ("Dataset", "Table a")
    assert table["license"] == {"@type": "CreativeWork", "name": "Public domain"}
    assert table["distribution"] == [
        {"@type": "DataDownload", "contentUrl": "data/raw/a.csv", "encodingFormat": "text/csv"}
    ]


@pytest.fixture
def hostile(tmp_path):
    """A page with a title that would end its script, and a table of its own."""
    run = replace(RUN, tables=("data/one.csv",))
    site = SITE | {"address": "https://example.org/pay/"}
    files, _ = page_files(replace(page(), title=TITLE), notebook(), run, site, tmp_path)
    (tmp_path / "one.html").write_bytes(files["report/one.html"])
    return tmp_path / "one.html"


def test_a_title_stays_text_whatever_it_holds(hostile):
    found = linked(hostile.read_text())
    assert found["name"] == TITLE
    [table] = found["hasPart"]
    assert table["name"] == TITLE
    assert table["description"] == "Prose. Why?"
    assert table["distribution"][0]["contentUrl"] == "https://example.org/pay/data/one.csv"


def test_a_browser_finds_nothing_against_the_policy_of_the_page_and_runs_nothing(hostile):
    said = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        shown = browser.new_page()
        shown.on("console", lambda message: said.append(message.text))
        shown.goto(hostile.as_uri())
        assert shown.title().startswith("One </script>")
        shown.evaluate(BAD)
        shown.wait_for_timeout(100)
        browser.close()
    assert [text for text in said if "Content Security Policy" in text] == said
    assert len(said) == 1  # that of the script that this test itself puts there


def test_a_long_description_ends_at_a_word():
    found = data_set("A", "word " * 100, [], SITE)
    assert found["description"].endswith("word …")
    assert len(found["description"]) <= 162
