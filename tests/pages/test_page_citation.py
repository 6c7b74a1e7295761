"""How pages are cited and described, and that a report can be moved whole."""

import re
from importlib.metadata import version

from exported import SITE, figure, page, report_of

from pages.page_citation import cited, described, edition
from pages.preview_picture import preview
from pages.report_data import copy_of


def plain(html):
    return re.sub("<[^>]*>", "", str(html))


def test_a_citation_names_page_report_version_data_and_place():
    site = SITE | {"address": "https://example.org/pay/"}
    found = cited(site, "Why <they> differ", "one.html")
    assert plain(found["words"]) == (
        "“Why &lt;they&gt; differ”, in: A report (coderpay 1.2.3, data 0123456789ab). "
        "https://example.org/pay/one.html"
    )
    assert "  url = {https://example.org/pay/one.html}\n" in plain(found["bibtex"])
    assert plain(cited(SITE, "A", "one.html")["bibtex"]).startswith("@misc{coderpay-one,\n")


def test_what_means_something_to_bibtex_is_escaped():
    found = plain(cited(SITE, r"5% of {a} \b_c", "one.html")["bibtex"])
    assert r"title = {5\% of \{a\} \textbackslash{}b\_c}" in found


def test_the_edition_changes_with_the_data(tmp_path):
    package = tmp_path / "package.json"
    package.write_text("{}")
    before = edition(tmp_path, "package.json")
    assert before["version"] == f"coderpay {version('coderpay')}"
    assert re.fullmatch("[0-9a-f]{12}", before["data"])
    package.write_text("{ }")
    assert edition(tmp_path, "package.json")["data"] != before["data"]
    assert edition(tmp_path, "")["data"] == "unknown"


def test_a_description_is_text_without_what_is_folded_and_ends_at_a_word():
    html = "<p>It is <a>$5</a><span popover id=a><a>$5</a> = 2 + 3</span> &amp; more.</p>"
    assert described(html) == "It is $5 & more."
    assert described("<p>one, two three</p>", 8) == "one …"


def test_a_page_says_what_it_is_to_those_that_link_to_it_and_how_to_cite_it(tmp_path):
    cells = [("<p>The &lt;answer&gt;.</p>", "lead")]
    html = report_of([(page(), cells)], tmp_path)["one.html"]
    assert '<meta property="og:description" content="The &lt;answer&gt;. Prose.' in html
    assert '<meta property="og:image" content="preview.png">' in html
    assert html.count("<summary>Cite this page</summary>") == 1


def test_every_link_stays_in_the_report_and_the_tables_are_there(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "a.csv").write_text("a\n1\n")
    files = report_of([(page(), [(f"<p>{figure('median', '$48,780')}</p>",)])], tmp_path)
    assert files["data/raw/a.csv"] == "a\n1\n"
    assert "data/figures.csv" in files
    assert "data/raw/none.csv" not in files
    for name in [name for name in files if name.endswith(".html")]:
        assert re.findall(r'href="?\.\./', files[name]) == [], name


def test_a_table_keeps_its_place_in_the_report():
    assert copy_of("data/raw/a.csv") == "data/raw/a.csv"
    assert copy_of("offers.csv") == "data/offers.csv"
    assert copy_of("report/one/profile.csv") == "one/profile.csv"


def test_the_picture_is_the_same_each_time_and_takes_any_text():
    first = preview("A $title$ {of} " + "x" * 90, "An answer. " * 80)
    assert first.startswith(b"\x89PNG")
    assert [int.from_bytes(first[at : at + 4], "big") for at in (16, 20)] == [1200, 630]
    assert first == preview("A $title$ {of} " + "x" * 90, "An answer. " * 80)


def test_letters_that_the_font_lacks_say_nothing_on_the_terminal(recwarn):
    assert preview("Pay \x1b[31m 漢字", "An answer \u202e").startswith(b"\x89PNG")
    assert recwarn.list == []
