"""The report as a user makes it: from a fresh copy, with the command, opened in a browser."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from checkout import run
from legible import unreadable

from analysis.published import processed
from analysis.published.paths import PROCESSED, ROOT


def test_a_fresh_run_gives_the_committed_tables_byte_for_byte(fresh):
    committed = {path.name: path.read_bytes() for path in PROCESSED.iterdir()}
    made = {path.name: path.read_bytes() for path in (fresh / "data" / "processed").iterdir()}
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_a_fresh_run_gives_the_outputs_that_the_notebooks_are_committed_with(fresh):
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        committed, made = (
            nbformat.read(path, 4),
            nbformat.read(fresh / "report" / "notebooks" / path.name, 4),
        )
        assert [cell.get("outputs") for cell in made.cells] == [
            cell.get("outputs") for cell in committed.cells
        ], path.name


def test_the_picture_and_the_figures_of_the_readme_are_those_of_the_report(fresh):
    drawn = (fresh / "report" / "charts" / "03-reconcile-bls-aapc-published-bridge.svg").read_text()
    assert (ROOT / "docs" / "bridge.svg").read_text() == drawn
    readme = (ROOT / "README.md").read_text()
    figures = set(re.findall(r"\d{1,2},\d{3}", readme))
    assert len(figures) >= 5
    assert [figure for figure in figures if figure not in drawn] == []


def test_the_manifest_names_each_input_and_output_with_its_hash(fresh):
    pages = json.loads((fresh / "report" / "manifest.json").read_text())["pages"]
    assert pages["01-clean-figures"]["inputs"].keys() >= {
        "notebooks/01-clean-figures.ipynb",
        "data/raw/guide-figures.csv",
        "data/raw/oews-national.csv",
    }
    assert "data/processed/figures.csv" in pages["01-clean-figures"]["outputs"]
    assert "data/processed/figures.csv" in pages["03-reconcile-bls-aapc"]["inputs"]
    for page in pages.values():
        assert page["status"] == "made"
        for path, digest in (page["inputs"] | page["outputs"]).items():
            assert hashlib.sha256((fresh / path).read_bytes()).hexdigest() == digest, path


def test_nothing_in_the_report_names_this_machine_or_the_time(fresh):
    where = re.compile(
        re.escape(str(fresh.parent)) + "|" + re.escape(str(ROOT)) + "|" + re.escape(sys.prefix)
    )
    made = [path for path in (fresh / "report").rglob("*") if path.is_file()]
    texts = {path: path.read_bytes().decode(errors="replace") for path in made}
    assert len(texts) > 10
    assert [path.name for path, text in texts.items() if where.search(text)] == []


NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
# Two of a sweep, and one of another.
SWEPT = ["06-profile-area-us-nj", "06-profile-area-us-dc", "06-profile-area-cbsa-35620"]
HOSTILE = "\"><script>window.ran = 1</script><b title='x'>" + "\u202eabc\u202c" + "long" * 80
# Every kind of page: those of the report and of a sweep, their ledgers, one that failed, one of
# hostile text.
PAGES = [
    *(
        "index",
        "states",
        "ledger",
        "ledger-states",
        "methodology",
        "ledger-03-reconcile-bls-aapc",
        f"ledger-{SWEPT[0]}",
    ),
    *(*NOTEBOOKS, SWEPT[0], "broken", "hostile"),
]
HOSTILE_CELLS = [
    'place: str = ""  # any text',
    """import pandas as pd
from analysis.present import charts
from analysis.present.sentences import say
from analysis.present.tables import Table""",
    """frame = pd.DataFrame({"label": [place, "b"], place: [place, "x"], "pay": [1234.5, None]})
formats = {place: "folded", "pay": "usd"}
words = {"title": place, "source": place, "missing": place}
frame.pipe(Table, "t", formats=formats, filter_by=place, **words)""",
    """say("{place} has {jobs:number}", place=place, jobs=1234)
print(place)""",
    """bands = pd.DataFrame({"label": [place, "b"], "low": 1e4, "high": 2e4, "emphasis": False})
words = {"note": place[:60], "source": place, "alt": place}
charts.bands(bands, "Bands", name=f"../../{place[:40]}", **words)""",
]


@pytest.fixture(scope="session")
def report(fresh, made_once):
    """The report with some pages of its sweeps, a page that fails, and pages of hostile text."""
    return made_once("more", lambda folder: make_more(fresh, folder)) / "coderpay" / "report"


def make_more(fresh, folder):
    project = shutil.copytree(fresh, folder / "coderpay")
    new_notebook(project, "broken", "print('so far', 12)", "raise ValueError('<b>no</b>')")
    new_notebook(project, "hostile", *HOSTILE_CELLS)
    plan = yaml.safe_load((project / "report.yml").read_text())
    plan["sweeps"]["states"]["over"] = {"area": ["US-NJ", "US-DC"]}
    plan["sweeps"]["areas"]["over"] = {"area": ["CBSA-35620"]}
    plan["pages"] |= {"broken": {}, "hostile": {"parameters": {"place": HOSTILE}}}
    values = ["../../../up", HOSTILE, "x" * 300]
    plan["sweeps"]["texts"] = {"title": HOSTILE, "notebook": "hostile", "over": {"place": values}}
    (project / "report.yml").write_text(yaml.safe_dump(plan, sort_keys=False))
    names = ["states", "areas", "broken", "hostile", "texts", *NOTEBOOKS]
    made = run(project, "report", *(f"--only={name}" for name in names))
    assert made.returncode == 1, made.stderr
    assert made.stdout.count("failed") == 1, made.stdout


def new_notebook(project, name, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata.tags = ["parameters"] if ": str" in sources[0] else []
    kernel = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    text = nbformat.v4.new_markdown_cell(f"# The {name} page\n\nText.\n\n## Why?")
    notebook = nbformat.v4.new_notebook(cells=[text, *cells], metadata=kernel)
    nbformat.write(notebook, project / "notebooks" / f"{name}.ipynb")


def numbers_of(html):
    """Anchor and target of each number of a page, the ends of its links to a ledger."""
    return re.findall(
        r'<a id=([\w-]+) (?:class=figure )?href="?(ledger[\w-]*\.html)#([^" >]+)', html
    )


class TestNumbers:
    def test_each_leads_to_a_row_that_leads_back(self, report):
        ledgers = {
            path.name: dict(re.findall(r'<tr id="([^"]+)">(.*?)</tr>', path.read_text(), re.S))
            for path in report.glob("ledger*.html")
        }
        every_page = {name: 'href="states.html"' for name in SWEPT if "-us-" in name}
        lost, seen = [], 0
        for name in [*NOTEBOOKS, *SWEPT, "index"]:
            for anchor, ledger, row in numbers_of((report / f"{name}.html").read_text()):
                seen += 1
                back = f'href="{name}.html#{anchor}"'
                if not {back, every_page.get(name, back)} & set(
                    re.findall(r'href="[^"]*"', ledgers[ledger].get(row, ""))
                ):
                    lost.append((name, anchor, ledger, row))
        assert seen > 2000
        assert lost == []

    def test_of_a_published_figure_the_row_says_what_it_is_and_where_it_is_from(self, report):
        html = (report / "ledger.html").read_text()
        section = html[: html.index('id="oews-2023-us-29-2072-median"')].rpartition("<section")[2]
        row = re.search(r'id="oews-2023-us-29-2072-median">(.*?)</tr>', html).group(1)
        for text in (
            "OEWS, national, May 2023",
            "Bureau of Labor Statistics",
            "Public domain",
            "How it was obtained",
        ):
            assert text in section
        for text in (
            "$48,780 a year",
            "median",
            "29-2072",
            "May 2023",
            "A_MEDIAN",
        ):
            assert text in row
        quoted = re.search(r'id="guide-bls-median">(.*?)</tr>', html).group(1)
        assert "the first page" in quoted

    def test_a_computed_one_leads_to_the_method_and_to_the_tables_that_it_was_computed_from(
        self, report
    ):
        html = (report / "ledger-03-reconcile-bls-aapc.html").read_text()
        assert '<a href="data/raw/oews-national.csv">OEWS, national</a> (Public domain' in html
        sections = set(re.findall(r'href="methodology.html#([^"]+)"', html))
        methods = (report / "methodology.html").read_text()
        assert {"The-chain", "Assumption-ranges", "Does-the-order-matter"} <= sections
        assert sections <= set(re.findall(r'id="([^"]+)"', methods))

    def test_none_says_no_more_than_which_code_made_it(self, report):
        untold = {
            (name, what)
            for name in [*NOTEBOOKS, *SWEPT]
            for row in re.findall(
                r'<tr id="n.*?</tr>', (report / f"ledger-{name}.html").read_text(), re.S
            )
            for what in re.findall(r"</th><td>(.*?)</td><td><a href=[^>]*>the code</a>", row, re.S)
        }
        assert untold == set()


OF_ITS_OWN = (
    "<svg.*?</svg>",
    "<table.*?</table>",
    '<div class=" highlight.*?</div>',
    '<section class="live".*?</section>',
    '<script type="module".*?</script>',
    "(?<=</style>\n)<style.*?</style>",
    "<span popover.*?</span>",
)
"""What a notebook brings: charts, tables, code, live parts with their scripts and looks, and what
made a number."""


def overhead(html):
    """Bytes of a page, its face among them, without what its notebook brings and the text."""
    for own in OF_ITS_OWN:
        html = re.sub(own, "", html, flags=re.S)
    text = re.sub("<style.*?</style>|<script.*?</script>|<[^>]*>", "", html, flags=re.S)
    return len(html.encode()) - len(text.encode())


def test_a_page_adds_little_to_its_own_figures_and_tables(report):
    sizes = {name: overhead((report / f"{name}.html").read_text()) for name in [*NOTEBOOKS, *SWEPT]}
    assert {name: size for name, size in sizes.items() if size > 56_000} == {}
    assert (report / "index.html").stat().st_size <= 400_000
    areas = {name: (report / f"{name}.html").stat().st_size for name in SWEPT}
    assert {name: size for name, size in areas.items() if size > 150_000} == {}


def test_no_text_names_a_file_outside_the_report(report):
    outside = [path for path in report.parent.parent.iterdir() if path != report.parent]
    assert outside == []
    assert len(list(report.glob("hostile-*.html"))) == 3
    assert len(list((report / "charts").glob("hostile*.csv"))) == 4
    assert {path.name for path in report.parent.iterdir()} == {
        path.name for path in (report.parent).iterdir()
    } - {"up"}


@pytest.fixture
def visit(browser, report):
    """Open a page of the report from the file system; no page may ask a host or complain."""
    contexts, troubles = [], []

    def open_page(name, width=1440, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:")) or troubles.append(request.url)
            ),
        )
        page.goto((report / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


# Words in which a digit stands, in what a reader reads; a code, a year or a part of a name is no
# number (the caption of a chart and the foot of a table name their source).
UNLINKED_NUMBERS = r"""() => {
  const found = [], main = document.querySelector("main");
  // A sentence is read as a whole: what explains its words stands apart from it.
  main.querySelectorAll("[popover]").forEach((one) => one.remove());
  main.querySelectorAll(".term").forEach((one) => one.replaceWith(one.textContent));
  main.normalize();
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const aside = `svg, code, script, style, select, thead, tfoot, nav, footer, figcaption, .code,
    .error, .failed, .cards, .live, a[href*=ledger]`;
  while (walker.nextNode()) {
    const { parentElement: parent, textContent: text } = walker.currentNode;
    if (parent.closest(aside)) continue;
    const cell = parent.closest("td, th");
    if (cell && !cell.matches(".number") && /^[\d\s-]+$/.test(text)) continue;
    if (text.includes("BLS does not release")) continue;
    for (const word of text.replace(REMARKS, "").split(/[\s()\[\]–—/“”"]+/)) {
      const bare = word.replace(/^[.,;:!?'’]+|[.,;:!?'’]+$/g, "").replace(/['’]s$/, "");
      const year = /^(19|20)\d\d$/.test(bare);
      if (/^[+−-]?\$?\d[\d,]*(\.\d+)?[%+]?$/.test(bare) && !year) found.push(word);
    }
  }
  return found;
}"""
# Sentences about figures whose own numbers are no figures: a caution beside a figure, the ends of a
# rank, why tables disagree, and how sure a comparison is.
REMARKS = r"/error of [\d.]+%|only [\d,]+ jobs|any from \d+ to \d+|90% sampling error/g"
UNLINKED_NUMBERS = UNLINKED_NUMBERS.replace("REMARKS", REMARKS)
# What can be reached, and by Tab what is; the numbers of a table have one link to all of their rows
# instead.
REACHABLE = """() => [...document.querySelectorAll(
    "a[href], button, input, select, summary, [tabindex='0']"
  )].filter((one) => one.checkVisibility() && one.tabIndex === 0).length"""
PASSED_OVER = """() => [...document.querySelectorAll("[tabindex='-1']")]
  .filter((one) => !one.closest(".wide")?.nextElementSibling?.matches(".trace")).length"""


# Two rows of every kind, and one of each table: rows of one kind differ in words and numbers only.
SHORTEN_TABLES = """() => {
  const seen = {};
  for (const body of document.querySelectorAll("tbody")) {
    for (const row of [...body.rows].slice(1)) {
      const parts = [row, ...row.querySelectorAll("*")];
      const kind = parts.map((one) => one.tagName + one.className).join();
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (seen[kind] > 2) row.remove();
    }
  }
}"""


def violations(page, **options):
    """Each rule of axe that the page breaks, with some of the elements that do."""
    found = Axe().run(page, options={"resultTypes": ["violations"]} | options)
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
        for rule in found.response["violations"]
    ]


class TestEveryKindOfPage:
    @pytest.mark.parametrize("name", PAGES)
    def test_a_page_opens_without_a_network_and_fits_the_screen(self, visit, name):
        page = visit(name)
        assert page.locator("h1").count() == 1
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, width

    @pytest.mark.parametrize("name", PAGES)
    def test_axe_finds_nothing_at_any_width_in_either_theme_with_all_folds_open(self, visit, name):
        page = visit(name)
        page.evaluate(SHORTEN_TABLES)
        page.evaluate(
            "document.querySelectorAll('details').forEach((fold) => { fold.open = true })"
        )
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light")
            assert violations(page) == [], width
            page.emulate_media(color_scheme="dark")
            # The rest is the same.
            assert violations(page, runOnly=["color-contrast"]) == [], f"{width}, dark"

    def test_axe_sees_what_is_wrong_in_either_theme(self, visit):
        page = visit("index")
        page.evaluate("document.querySelector('h1').style.color = '#eeeeee'")
        assert [rule for rule, _ in violations(page)] == ["color-contrast"]
        page.emulate_media(color_scheme="dark")
        assert violations(page, runOnly=["color-contrast"]) == []
        page.evaluate("document.querySelector('h1').style.color = '#222222'")
        assert [rule for rule, _ in violations(page, runOnly=["color-contrast"])] == [
            "color-contrast"
        ]

    @pytest.mark.parametrize("name", ["index", *NOTEBOOKS, *SWEPT])
    def test_every_number_in_prose_and_tables_has_a_link_to_a_ledger(self, visit, name):
        page = visit(name)
        assert page.evaluate(UNLINKED_NUMBERS) == []
        assert page.locator("main a[href*=ledger]").count() > 10

    @pytest.mark.parametrize("name", ["index", *NOTEBOOKS, *SWEPT])
    def test_no_table_has_a_column_that_only_the_program_needs(self, visit, name):
        heads = visit(name).locator("main th[scope=col]").all_text_contents()
        assert heads
        inner = re.compile(r"\bid\b|_|^(role|emphasis|naics|locator|own code|area code)\b", re.I)
        assert [head for head in heads if inner.search(head)] == []

    @pytest.mark.parametrize("name", ["index", *NOTEBOOKS, *SWEPT])
    def test_every_text_of_a_chart_can_be_read_in_both_widths_and_themes(self, visit, name):
        page = visit(name)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert unreadable(page) == [], (width, scheme)

    def test_a_text_of_a_chart_that_cannot_be_read_would_be_noticed(self, visit):
        page = visit("02-audit-guide")
        assert unreadable(page) == []
        page.evaluate("""() => {
          const texts = [...document.querySelectorAll("#scoreboard .for-column text")];
          const [title, , ...others] = texts;
          title.style.fontSize = "10px";
          others[0].style.fill = "var(--rule)";
          others[1].setAttribute("transform", "translate(690 20)");
          others[3].after(others[3].cloneNode(true));
        }""")
        kinds = {found.split(": ")[1] for found in unreadable(page)}
        assert kinds == {"small", "pale", "cut", "overlaps"}

    @pytest.mark.parametrize(
        "name",
        [
            *("index", "states", "methodology", "03-reconcile-bls-aapc", "05-compare-credentials"),
            *("08-weigh-offers", SWEPT[0], f"ledger-{SWEPT[0]}"),
        ],
    )
    def test_the_keyboard_alone_reaches_everything(self, visit, name):
        page = visit(name)
        page.evaluate(SHORTEN_TABLES)
        expected = page.evaluate(REACHABLE)
        page.evaluate(
            "focused = new Set(); addEventListener('focusin', (event) => focused.add(event.target))"
        )
        for _ in range(expected):
            page.keyboard.press("Tab")
        assert page.evaluate("focused.size") == expected
        assert page.evaluate(PASSED_OVER) == 0


class TestWhatAReaderDoes:
    def test_the_first_page_has_the_answer_the_picture_the_table_and_every_page(self, visit):
        page = visit("index")
        figures = processed.load_figures().set_index("figure_id")["value"]
        answer = " ".join(page.locator(".opening .prose").all_inner_texts())
        newest = ("oews-2025-us-29-2072-median", "oews-2025-us-43-3021-median")
        for figure in (*newest, "oews-2023-us-29-2072-median", "guide-aapc-mean"):
            assert f"${figures[figure]:,.0f}" in answer
        assert page.locator("#reach svg:visible").count() == 1
        assert page.get_by_text("Which number should be quoted?").last.is_visible()
        assert page.locator("#published-bridge table").count() == 1
        links = page.locator(".cards a").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        pages = [*NOTEBOOKS, "broken", "hostile", "states", "areas", "texts"]
        assert sorted(links) == sorted(f"{name}.html" for name in pages)

    def test_what_the_finder_says_pulls_nothing_beside_it_apart(self, visit):
        page = visit("index")
        before = page.locator("#reach").bounding_box()
        page.get_by_role("combobox").fill("Trenton")
        page.get_by_label("An offer, if you have one").fill("24.50")
        finder = page.locator("#find").bounding_box()
        assert finder["height"] > 400
        assert page.locator("#reach").bounding_box() == before
        assert finder["x"] >= before["x"] + before["width"]
        below = page.get_by_role("navigation", name="What this report answers").bounding_box()
        assert below["y"] >= finder["y"] + finder["height"]

    def test_a_section_of_the_first_page_leads_to_its_page_and_says_what_it_is_about(self, visit):
        page = visit("index")
        for name in ("02-audit-guide", "03-reconcile-bls-aapc"):
            section = page.locator(f".highlight:has(h2 a[href='{name}.html'])")
            about = section.locator(".about").inner_text()
            assert about in page.locator(f".cards li:has(a[href='{name}.html'])").inner_text()

    def test_a_computed_number_is_marked_on_the_screen_and_not_in_print(self, visit):
        page = visit("03-reconcile-bls-aapc")
        number = page.locator(".lead a[href^=ledger-03]").first
        style = "(one) => [getComputedStyle(one).textDecorationLine, "
        style += "getComputedStyle(one).textDecorationColor]"
        line, colour = number.evaluate(style)
        assert line == "underline"
        assert not colour.endswith(", 0)")
        page.emulate_media(media="print")
        assert number.evaluate(style)[0] == "none"

    def test_a_cell_of_a_stacked_table_says_the_heading_of_its_column(self, visit):
        page = visit("01-clean-figures", 360)
        table = page.locator(".stacked table").first
        assert table.locator("caption").bounding_box()["width"] > 250
        shown = (
            table.locator("tbody tr")
            .first.locator("td")
            .evaluate_all("all => all.map((one) => getComputedStyle(one, '::before').content)")
        )
        heads = table.locator("thead th").all_text_contents()
        assert shown == [f'"{head}: "' for head in heads[1:]]

    def test_on_a_phone_the_assumptions_follow_the_sentence_that_they_move(self, visit):
        page = visit("03-reconcile-bls-aapc", 360)
        part = page.locator("#live-bridge")
        places = [part.locator(one) for one in ("[role=status]", "fieldset", ".live-steps")]
        tops = [place.bounding_box()["y"] for place in places]
        assert tops == sorted(tops)
        page.set_viewport_size({"width": 1440, "height": 900})
        assert places[1].bounding_box()["x"] > places[2].bounding_box()["x"]

    def test_every_link_leads_somewhere(self, report):
        missing = []
        anchors = {
            path.name: set(re.findall(r' id="?([^"> ]+)', path.read_text()))
            for path in report.glob("*.html")
        }
        for name in anchors:
            for href in set(re.findall(r' href="?([^"> ]+)', (report / name).read_text())):
                file, _, anchor = unescape(href).partition("#")
                anchor = anchor.partition("?")[0]  # a live part and what it is to show
                if file.startswith(("http", "data:")):
                    continue
                target = report / (file or name)
                if not target.exists() or (
                    anchor and anchor not in map(unescape, anchors[target.name])
                ):
                    missing.append((name, href))
        assert missing == []

    def test_code_is_folded_and_one_switch_shows_it_all(self, visit):
        page = visit("03-reconcile-bls-aapc")
        code = page.locator("details.code")
        assert not code.first.locator("pre").is_visible()
        page.get_by_role("button", name="Show all code").click()
        assert code.last.locator("pre").is_visible()
        page.reload()
        assert code.last.locator("pre").is_visible()
        page.get_by_role("button", name="Hide all code").click()
        assert not code.last.locator("pre").is_visible()
        assert page.locator("details.code").filter(visible=True).count() == 0
        page.evaluate("(anchor) => { location.hash = anchor; }", code.nth(3).get_attribute("id"))
        page.wait_for_function("document.querySelectorAll('details.code[open]').length === 1")
        page.reload()
        assert code.nth(3).locator("pre").is_visible()
        assert page.locator("details.code[open]").count() == 1

    def test_a_number_leads_to_its_row_the_row_to_the_code_and_back_to_the_number(self, visit):
        page = visit("03-reconcile-bls-aapc")
        number = page.locator("a.figure").first
        shown = number.inner_text()
        number.click()
        page.wait_for_url("**/ledger.html#*")
        assert shown in page.locator("tr:target").inner_text()
        page.go_back()
        number = page.locator(".lead a[href^=ledger-03]").first
        shown = number.inner_text()
        number.click()
        page.locator(":popover-open a").first.click()
        row = page.locator("tr:target")
        assert shown in row.inner_text()
        row.get_by_role("link").first.click()
        assert page.locator("a:target").inner_text() == shown
        page.go_back()
        page.get_by_role("link", name="the code", exact=True).first.click()
        page.locator("details:target pre").wait_for(timeout=10_000)

    def test_a_term_is_explained_where_a_pointer_rests_or_by_a_key_and_closes_again(self, visit):
        page = visit("03-reconcile-bls-aapc", 360)
        term, meaning = page.locator(".term").first, page.locator(".term + [popover]").first
        term.hover()
        meaning.wait_for()
        meaning.hover()
        page.mouse.move(1, 1)
        meaning.wait_for(state="hidden")
        term.press("Enter")
        meaning.wait_for()
        page.keyboard.press("Escape")
        meaning.wait_for(state="hidden")
        page.emulate_media(media="print")
        assert term.evaluate("(one) => getComputedStyle(one).textDecorationLine") == "none"
        assert page.locator(".term + [popover]").filter(visible=True).count() == 0
        names = page.locator(".term").evaluate_all("all => all.map((one) => one.textContent)")
        assert len(names) == len(set(names)) > 8

    def test_the_citation_of_a_ledger_is_that_of_the_number_that_a_reader_came_to(self, visit):
        page = visit("03-reconcile-bls-aapc")
        page.locator("a.figure").first.click()
        page.wait_for_url("**/ledger.html#*")
        anchor = page.url.partition("#")[2]
        page.get_by_text("Cite this number").click()
        cited = page.locator(".cite")
        shown = page.locator("tr:target th").inner_text()
        assert cited.locator("p").inner_text().startswith(f"{shown}, ")
        assert cited.locator("p").inner_text().endswith(f"ledger.html#{anchor}")
        assert shown.replace("$", r"\$") in cited.locator("pre").inner_text()
        assert visit("ledger").get_by_text("Cite this page").count() == 1

    def test_a_number_in_a_folded_table_is_unfolded(self, visit, report):
        html = (report / "03-reconcile-bls-aapc.html").read_text()
        folded = re.search(r"<summary>The chart as a table.*?<a id=(n\d+) ", html, re.S).group(1)
        page = visit("ledger-03-reconcile-bls-aapc")
        page.locator(f"tr#{folded} a").first.click()
        page.locator("a:target").wait_for(
            timeout=10_000
        )  # until the page has loaded and unfolds it

    def test_a_long_table_is_sorted_by_what_its_cells_say(self, visit):
        page = visit("02-audit-guide")
        head = page.locator("#claims thead th", has_text="Compared with")
        cells = page.locator("#claims tbody tr td:nth-child(3)")
        for order, sign in (("ascending", 1), ("descending", -1)):
            head.get_by_role("button").press("Enter")
            assert head.get_attribute("aria-sort") == order
            shown = [text.replace("$", "").replace(",", "") for text in cells.all_inner_texts()]
            values = [float(text) for text in shown if text != "no figure"]
            assert values == sorted(values, key=lambda value: sign * value)
            assert set(shown[len(values) :]) == {"no figure"}
        page.locator("#claims thead th", has_text="Verdict").get_by_role("button").click()
        verdicts = page.locator("#claims tbody tr td:nth-child(2)").all_inner_texts()
        assert verdicts == sorted(verdicts)
        assert head.get_attribute("aria-sort") is None
        assert page.locator("#t button, #published-steps button").count() == 0

    def test_a_place_with_a_page_leads_to_it_and_one_without_is_answered_in_place(self, visit):
        page = visit("index")
        box = page.get_by_role("combobox", name="Your state, city, county or ZIP code")
        box.fill("NJ")
        page.locator(".live-card h2 a").click()
        page.wait_for_url(f"**/{SWEPT[0]}.html")
        page = visit("index")
        page.locator("#tile-map svg:visible a[href*='find?place=US-OH']").first.click()
        assert page.locator(".live-card h2").inner_text() == "Ohio"
        assert page.locator(".live-card h2 a").count() == 0

    def test_the_list_of_a_sweep_has_what_its_pages_say_of_themselves(self, visit):
        page = visit("states")
        row = page.locator("tbody tr", has_text="US-NJ")
        median = row.locator("a[href^='ledger-']").first
        shown = median.inner_text()
        median.click()
        assert shown in page.locator("tr:target").inner_text()

    @pytest.mark.parametrize("link", ["data", "bridge.csv"])
    def test_what_a_page_offers_can_be_downloaded(self, visit, report, link):
        page = visit("03-reconcile-bls-aapc")
        with page.expect_download() as download:
            page.get_by_role("link", name=link, exact=True).first.click()
        file = Path(download.value.path()).read_bytes()
        name = download.value.suggested_filename
        assert file in [path.read_bytes() for path in report.parent.rglob(name)]

    def test_pages_follow_one_another(self, visit):
        page = visit("01-clean-figures")
        seen = [page.url]
        while page.locator("a[rel=next]").count():
            page.locator("a[rel=next]").click()
            page.wait_for_load_state()
            seen.append(page.url)
        assert len(seen) == len(NOTEBOOKS) + 2
        page.locator("a[rel=prev]").click()
        assert page.url == seen[-2]
        page = visit(SWEPT[0])
        assert page.locator("a[rel=next]").inner_text().endswith("US-DC")

    def test_a_page_that_failed_says_so_and_shows_where(self, visit):
        page = visit("broken")
        assert "ValueError: <b>no</b>" in page.get_by_role("alert").inner_text()
        page.get_by_role("link", name="Where it stopped").click()
        assert "raise ValueError" in page.locator("pre:target").inner_text()
        assert page.get_by_text("so far 12").is_visible()
        assert visit("index").locator(".cards li.failed").inner_text().startswith("The broken page")

    @pytest.mark.parametrize("name", ["hostile", "ledger-hostile", "index"])
    def test_hostile_text_is_shown_and_runs_nothing(self, visit, report, name):
        page = visit(name)
        assert page.evaluate("window.ran") is None
        assert page.locator("main b[title=x]").count() == 0
        assert "<script>window.ran = 1</script>" in page.locator("main").inner_text()
        swept = sorted(path.stem for path in report.glob("hostile-*.html"))
        assert [visit(other).evaluate("window.ran") for other in swept] == [None] * 3

    def test_the_caption_of_a_wide_table_stays_while_the_table_is_scrolled(self, visit):
        page = visit(SWEPT[0], 360)
        box = page.locator(".wide:has(caption)").filter(has_text="Jobs and US dollars")
        before = box.locator("caption span").bounding_box()["x"]
        box.evaluate("(box) => { box.scrollLeft = 200; }")
        assert box.evaluate("(box) => box.scrollLeft") == 200
        assert box.locator("caption span").bounding_box()["x"] == before

    def test_in_print_there_is_no_code_and_no_chart_is_split(self, visit):
        page = visit("03-reconcile-bls-aapc", scheme="dark")
        page.emulate_media(media="print")
        assert (
            page.locator("details.code, .menu, .switch, .contents").filter(visible=True).count()
            == 0
        )
        breaks = page.locator("figure svg").evaluate_all(
            "all => all.map(one => getComputedStyle(one).breakInside)"
        )
        assert set(breaks) == {"avoid"}
        assert (
            page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")
            == "#1f2933"
        )
        assert page.pdf(format="A4").startswith(b"%PDF")

    def test_in_print_a_live_part_has_what_it_says_and_nothing_to_fill_in(self, visit):
        page = visit("index")
        finder, box = page.locator("#find"), page.get_by_role("combobox")
        box.fill("Trenton")
        page.emulate_media(media="print")
        assert finder.get_by_text("Trenton-Princeton, NJ", exact=True).is_visible()
        assert not page.locator("#find input").first.is_visible()
        page.emulate_media(media="screen")
        box.fill("")
        page.emulate_media(media="print")
        assert not finder.is_visible()
        page = visit("03-reconcile-bls-aapc")
        page.emulate_media(media="print")
        assert page.locator("#live-bridge [role=status]").is_visible()
        moved = page.locator("#live-bridge").locator("input, .live-mover, fieldset")
        assert moved.filter(visible=True).count() == 0
        bars = page.locator(".live-bar").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).printColorAdjust)"
        )
        assert set(bars) == {"exact"}


def test_a_made_up_next_year_flows_through_and_can_be_taken_back(own_copy, official):
    project = own_copy
    before = {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    taken = run(project, "update", str(official(rows=[official.row(A_MEDIAN=53330)])), "--write")
    assert taken.returncode == 0, taken.stderr
    assert run(project, "report").returncode == 0
    assert "$53,330</a> (median, May 2026)" in (project / "report" / "index.html").read_text()
    for path, content in before.items():
        if path.is_relative_to(project / "data" / "raw"):
            path.write_bytes(content)
    assert run(project, "report").returncode == 0
    same = [
        path
        for path in before
        if not path.is_relative_to(project / "docs") and path.name != "run.json"
    ]
    assert [path.name for path in same if path.read_bytes() != before[path]] == []


def test_another_assumption_changes_no_committed_file(own_copy):
    before = {path: path.read_bytes() for path in (own_copy / "data").rglob("*") if path.is_file()}
    chosen = ["--only", "03-reconcile-bls-aapc", "--set", "03-reconcile-bls-aapc.bls_year=2024"]
    made = run(own_copy, "report", *chosen)
    assert made.returncode == 0, made.stderr
    assert {
        path: path.read_bytes() for path in (own_copy / "data").rglob("*") if path.is_file()
    } == before
    report = own_copy / "report"
    page = (report / "03-reconcile-bls-aapc-bls-year-2024.html").read_text()
    assert "bls_year = 2024" in page
    assert "bls_year = 0" in (report / "03-reconcile-bls-aapc.html").read_text()
    assert "oews-2024-us-29-2072-median" in page


@pytest.mark.parametrize("folder", [".", pytest.param("notebooks", marks=pytest.mark.slow)])
def test_papermill_runs_a_notebook_from_the_root_and_from_its_folder(own_copy, folder, tmp_path):
    notebook = os.path.relpath(
        own_copy / "notebooks" / "03-reconcile-bls-aapc.ipynb", own_copy / folder
    )
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            notebook,
            str(tmp_path / "out.ipynb"),
            "-p",
            "vintage",
            "2025",
        ],
        cwd=own_copy / folder,
        env=os.environ | {"PYTHONPATH": str(own_copy / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    written = (
        (own_copy / "report" / "03-reconcile-bls-aapc" / "vintage=2025" / "bridge.csv")
        .read_text()
        .splitlines()
    )
    assert {line.split(",")[0] for line in written[1:]} == {"2025"}
