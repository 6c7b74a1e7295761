"""The report as one PDF, printed by a real Chromium."""

import re
import shutil

import pytest

from common.errors import InputError
from pages.printing import print_report

PAGE = """<!DOCTYPE html><html lang="en"><head><style>a{{}}</style>
</head><body><header>masthead</header><main id="main">
<h1>{title}</h1>
<p id="why">Text with <a href="{href}">a link</a> and <a href="x.csv">a table</a>.</p>
<details><summary>more</summary><p>Folded away.</p></details>
<details class=code><summary>code</summary><pre>secret = 1</pre></details>
<svg role="img" aria-label="A chart." viewBox="0 0 9 9"><path d="M 0 0 L 9 9"/></svg>
</main><script>0</script></body></html>"""


@pytest.fixture(scope="module")
def printed(project_of):
    """A project whose report is printed twice, and both PDFs."""
    project = project_of("printed")
    project.notebook("one")
    project.plan({"one": {}})
    (project.root / "report").mkdir()
    project.write("report/index.html", PAGE.format(title="First", href="one.html#why"))
    project.write("report/one.html", PAGE.format(title="Second", href="https://example.org/"))
    contents = [print_report(project.root).read_bytes() for _ in range(2)]
    return project, contents


def test_it_is_tagged_in_english_with_an_outline_a_title_and_what_charts_show(printed):
    content = printed[1][0]
    assert content.startswith(b"%PDF")
    for part in (
        *(rb"/MarkInfo <</Type /MarkInfo\s+/Marked true", rb"/StructTreeRoot", rb"/Lang \(en\)"),
        *(rb"/Outlines", rb"/Title \(A report\)", rb"/S /Figure", rb"/Alt \(A chart\.\)"),
    ):
        assert re.search(part, content), part


def test_the_same_report_gives_the_same_bytes_and_none_names_this_machine(printed):
    project, (first, second) = printed
    assert first == second
    assert str(project.root).encode() not in first
    assert b"file:" not in first


def test_links_lead_within_it_or_to_the_web_and_what_else_there_is_is_text(printed):
    content = printed[1][0]
    assert re.findall(rb"/URI \((.*?)\)", content) == [b"https://example.org/"]
    assert content.count(b"/Subtype /Link") == 2


def test_without_a_report_there_is_nothing_to_print(project):
    project.notebook("one")
    project.plan({"one": {}})
    with pytest.raises(InputError, match="make the report first: coderpay report"):
        print_report(project.root)


def test_without_a_browser_it_says_what_to_install(project, monkeypatch):
    project.notebook("one")
    project.plan({"one": {}})
    (project.root / "report").mkdir()
    project.write("report/index.html", PAGE)
    monkeypatch.setenv("PATH", str(project.root))
    assert shutil.which("chromium") is None
    with pytest.raises(InputError, match="apt-get install chromium"):
        print_report(project.root)
