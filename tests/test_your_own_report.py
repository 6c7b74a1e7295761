"""A report of one's own, from an empty folder to the published pages, as the documentation says."""

import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import yaml

from analysis.published.paths import ROOT
from pages.new_page import with_page

BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder of a reader who did what the page says, and what the commands printed."""
    folder = tmp_path_factory.mktemp("reader") / "own"
    folder.mkdir()
    text = (ROOT / "docs" / "your-own-report.md").read_text().partition("## In this project")[0]
    said = []
    for kind, content in BLOCK.findall(text):
        plan = folder / "report.yml"
        if kind == "csv":
            (folder / "jobs.csv").write_text(content)
        elif content.startswith("sweeps:"):
            plan.write_text(plan.read_text() + content)
        elif kind == "yaml":
            [(name, entry)] = yaml.safe_load(content).items()
            plan.write_text(with_page(plan.read_text(), name, entry))
        for line in content.splitlines() if kind == "sh" else ():
            said.append(called(folder, *line.split()))
    said.append(called(folder, "coderpay", "report"))
    return folder, said


def called(folder, program, *arguments):
    command = [Path(sys.executable).with_name(program), *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_each_command_says_what_it_made(followed):
    begun, *made = followed[1]
    assert begun.startswith("Written: notebooks/my-notebook.ipynb, report.yml\nNext: coderpay ")
    assert [text.splitlines()[0] for text in made] == [
        "report/index.html: 1 made",
        "report/index.html: 3 made",  # the menu of the first one has changed
        "report/index.html: 1 kept, 1 made",
        "report/index.html: 2 made",
    ]
    assert "report/my-notebook-pay-70000-0.html stands beside" in made[2]


def test_the_pages_stand_side_by_side(followed):
    report = followed[0] / "report"
    titles = {
        path.stem: re.search("<h1>(.*?)</h1>", path.read_text())[1]
        for path in report.glob("*.html")
    }
    assert {name: title for name, title in titles.items() if not name.startswith("ledger")} == {
        "index": "My report",
        "my-notebook": "My notebook",
        "my-notebook-coder-in-newark-62000-0": "My notebook: Coder in Newark",
        "my-notebook-coder-in-trenton-57500-0": "My notebook: Coder in Trenton",
        "jobs": "What these jobs pay",
        "better-paid": "A better paid example",
    }
    assert "$57,500" in (report / "my-notebook-coder-in-trenton-57500-0.html").read_text()
    assert "$70,000" in (report / "better-paid.html").read_text()


def test_the_report_can_be_put_elsewhere_and_every_link_leads_somewhere(followed, tmp_path):
    public = shutil.copytree(followed[0] / "report", tmp_path / "public")
    for page in public.glob("*.html"):
        for href in map(unescape, re.findall(r' href="?([^"> ]+)', page.read_text())):
            file, _, anchor = href.partition("#")
            if not file.startswith(("http", "data:")):
                target = public / (file or page.name)
                assert target.is_file(), (page.name, href)
                assert not anchor or re.search(rf' id="?{anchor}[" >]', target.read_text()), href
