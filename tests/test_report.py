"""The report as a user makes it: from a fresh copy, with the command, opened in a browser."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from analysis.figures import outputs
from analysis.figures.paths import PROCESSED, ROOT


def run(project, *arguments, **options):
    """Run a command in a copy of the project, whose own modules then hold."""
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    return subprocess.run(
        [Path(sys.executable).with_name("coderpay"), *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A copy of the project without what notebooks make, and its report."""
    project = tmp_path_factory.mktemp("a folder") / "coderpay"
    project.mkdir()
    for name in ("src", "notebooks", "data", "docs"):
        shutil.copytree(
            ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", "processed")
        )
    shutil.copy(ROOT / "report.yml", project)
    shutil.copy(ROOT / "requirements.lock", project)
    made = run(project, "report")
    assert made.returncode == 0, made.stderr
    return project


def test_a_fresh_run_gives_the_committed_tables_byte_for_byte(fresh):
    committed = {path.name: path.read_bytes() for path in PROCESSED.iterdir()}
    made = {path.name: path.read_bytes() for path in (fresh / "data" / "processed").iterdir()}
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_a_fresh_run_gives_the_outputs_that_the_notebooks_are_committed_with(fresh):
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        committed, made = nbformat.read(path, 4), nbformat.read(fresh / "report" / "notebooks" / path.name, 4)
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
    texts = {path: path.read_text() for path in (fresh / "report").rglob("*") if path.is_file()}
    assert len(texts) > 10
    assert [path.name for path, text in texts.items() if where.search(text)] == []


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine; on Debian and Ubuntu: apt-get install chromium"
)
PAGES = ["index", "ledger", *sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, fresh):
    """Open a page of the report from the file system; what it asks of a host or complains of is collected."""
    contexts, troubles = [], []

    def open_page(name, width=1440, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:")) or troubles.append(request.url),
        )
        page.goto((fresh / "report" / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@needs_browser
class TestInTheBrowser:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("width", [360, 1440])
    def test_a_page_opens_without_a_network_and_fits_the_screen(self, visit, name, width):
        page = visit(name, width)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("name", PAGES)
    def test_axe_finds_nothing(self, visit, name, scheme):
        found = Axe().run(visit(name, scheme=scheme)).response["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found] == []

    def test_the_first_page_has_the_answer_the_picture_the_table_and_every_page(self, visit):
        page = visit("index")
        figures = outputs.load_figures().set_index("figure_id")["value"]
        answer = " ".join(page.locator(".highlight").first.locator("p").all_inner_texts())
        for figure in ("oews-2023-us-29-2072-median", "guide-aapc-mean"):
            assert f"${figures[figure]:,.0f}" in answer
        assert page.locator("figure.chart:has(svg[role=img])").first.get_attribute("id") == "published-bridge"
        assert page.locator("table#published-steps, #published-steps table").count() == 1
        links = page.locator(".cards a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert sorted(links) == [f"{name}.html" for name in PAGES if name not in ("index", "ledger")]

    def test_every_link_leads_somewhere(self, visit, fresh):
        missing = []
        anchors = {}
        for name in PAGES:
            hrefs = (
                visit(name)
                .locator("a[href]")
                .evaluate_all("links => links.map(link => link.getAttribute('href'))")
            )
            for href in set(hrefs):
                file, _, anchor = href.partition("#")
                target = fresh / "report" / (file or f"{name}.html")
                if target not in anchors and target.exists():
                    anchors[target] = set(re.findall(r' id="([^"]*)"', target.read_text()))
                if not target.exists() or (anchor and anchor not in anchors[target]):
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

    def test_a_number_leads_to_its_row_in_the_ledger(self, visit):
        page = visit("03-reconcile-bls-aapc")
        number = page.locator("a.figure").first
        shown = number.inner_text()
        number.click()
        page.wait_for_url("**/ledger.html#*")
        assert shown.replace("$", "").replace(",", "") in page.locator("tr:target").inner_text()


def test_a_made_up_next_year_flows_through_and_can_be_taken_back(fresh, official, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(fresh, project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    taken = run(project, "update", str(official(rows=[official.row(A_MEDIAN=53330)])), "--write")
    assert taken.returncode == 0, taken.stderr
    assert run(project, "report").returncode == 0
    assert "$53,330</a> (median, May 2026)" in (project / "report" / "index.html").read_text()
    for path, content in before.items():
        if path.is_relative_to(project / "data" / "raw"):
            path.write_bytes(content)
    assert run(project, "report").returncode == 0
    same = [path for path in before if not path.is_relative_to(project / "docs") and path.name != "run.json"]
    assert [path.name for path in same if path.read_bytes() != before[path]] == []


def test_another_assumption_changes_no_committed_file(fresh):
    before = {path: path.read_bytes() for path in (fresh / "data").rglob("*") if path.is_file()}
    made = run(fresh, "report", "--set", "03-reconcile-bls-aapc.bls_year=2024")
    assert made.returncode == 0, made.stderr
    assert {path: path.read_bytes() for path in (fresh / "data").rglob("*") if path.is_file()} == before
    page = (fresh / "report" / "03-reconcile-bls-aapc.html").read_text()
    assert "bls_year = 2024" in page
    assert "oews-2024-us-29-2072-median" in page


@pytest.mark.parametrize("folder", [".", "notebooks"])
def test_papermill_runs_a_notebook_from_the_root_and_from_its_folder(fresh, folder, tmp_path):
    notebook = os.path.relpath(fresh / "notebooks" / "03-reconcile-bls-aapc.ipynb", fresh / folder)
    made = subprocess.run(
        [sys.executable, "-m", "papermill", notebook, str(tmp_path / "out.ipynb"), "-p", "vintage", "2025"],
        cwd=fresh / folder,
        env=os.environ | {"PYTHONPATH": str(fresh / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    written = (fresh / "report" / "03-reconcile-bls-aapc" / "bridge.csv").read_text().splitlines()
    assert {line.split(",")[0] for line in written[1:]} == {"2025"}
