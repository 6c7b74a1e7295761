"""What a release says of itself, and the shell parts of the workflows, run on local files."""

import csv
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from checkout import copy_project

from analysis.cli import commands
from analysis.published.paths import PROCESSED, ROOT
from common.errors import InputError
from release.citation import read_citation

SCRIPTS = ROOT / "tools" / "publish"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
LISTS = {"NHS RAP, baseline to gold": 18, "AEA: the Data and Code Availability Standard": 16}
LISTS |= {"ACM: artifact review and badging, version 1.1": 10}
"""How many items each list of docs/reproducibility.md has."""


def rows(name):
    with (PROCESSED / name).open(newline="") as table:
        return list(csv.DictReader(table))


def test_the_version_is_the_same_wherever_it_stands():
    citation = read_citation(ROOT)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert (citation.version, citation.license) == (project["version"], project["license"])
    assert (newest[1], newest[2]) == (citation.version, citation.released.isoformat())


def test_the_citation_keeps_the_schema_of_the_citation_file_format():
    schema = ["--builtin-schema", "vendor.citation-file-format"]
    program = [sys.executable, "-m", "check_jsonschema", *schema]
    checked = subprocess.run([*program, ROOT / "CITATION.cff"], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_citation_without_a_date_is_refused(tmp_path):
    text = (ROOT / "CITATION.cff").read_text()
    (tmp_path / "CITATION.cff").write_text(text.replace("date-released", "released"))
    with pytest.raises(InputError, match="date-released"):
        read_citation(tmp_path)


def test_the_headline_numbers_of_the_changelog_are_those_of_the_tables():
    text = (ROOT / "CHANGELOG.md").read_text()
    listed = re.findall(r"^\| ([^|]+) \| [\d,]+ \| ([^|]+) \|", text, re.M)
    said = [found for _, cell in listed for found in re.findall(r"\d[\d,]*", cell)]
    steps = [row for row in rows("bridge.csv") if row["vintage"] == "2024"]
    ends = {
        row["step"]: row["running_total_usd"] for row in steps if row["scenario"] == "published"
    }
    bls, aapc = float(ends["start"]), float(ends["target"])
    rests = [
        float(row["effect_usd"])
        for row in steps
        if row["step"] == "unidentified" and row["scenario"] in ("published", "published_base_may")
    ]
    first = next(row for row in rows("places.csv") if row["rank"] == "1")
    verdicts = [row["verdict"] for row in rows("claims.csv")]
    assert first["area_title"] == "District of Columbia"
    assert [float(number.replace(",", "")) for number in said] == [
        bls,
        aapc,
        *sorted(aapc - bls - rest for rest in rests),
        *sorted(rests),
        float(first["value"]),
        verdicts.count("contradicted"),
        verdicts.count("confirmed"),
    ]


def answered():
    """The rows of the lists of docs/reproducibility.md: list, item, answer, what shows it."""
    for part in (ROOT / "docs" / "reproducibility.md").read_text().split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if line.startswith("| ") and cells[0] not in ("item", "---"):
                yield title, *cells


def test_every_item_of_the_lists_is_answered():
    found = list(answered())
    assert {title: sum(row[0] == title for row in found) for title in LISTS} == LISTS
    assert [row for row in found if len(row) != 4 or not all(row) or "`" not in row[3]] == []


def test_every_file_and_command_that_shows_an_answer_exists():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    known = {f"make {target}" for target in targets}
    known |= {f"coderpay {name}" for name in commands.commands}
    named = {name for row in answered() for name in re.findall(r"`([^`]+)`", " ".join(row[3:]))}
    made = {"report/run.json"}
    missing = {name for name in named - made - known if not (ROOT / name).exists()}
    assert len(named) > 30
    assert missing == set()


def steps_of(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_digest_and_nothing_may_write_that_need_not(name):
    workflow = WORKFLOWS[name]
    used = [step["uses"] for step in steps_of(workflow) if "uses" in step]
    assert [
        action for action in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)
    ] == []
    assert workflow["permissions"] == {"contents": "read"}
    writing = {
        job: {right for right, level in about["permissions"].items() if level == "write"}
        for job, about in workflow["jobs"].items()
        if "permissions" in about
    }
    allowed = {
        "pages": {"publish": {"pages", "id-token"}},
        "release": {"publish": {"contents"}},
        "figures": {"propose": {"contents", "pull-requests"}},
    }
    assert writing == allowed.get(name, {})


def test_what_workflows_run_exists_and_what_may_write_installs_nothing():
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            scripts = " ".join(step.get("run", "") for step in job["steps"])
            for path in re.findall(r"tools/\S+\.sh", scripts):
                assert os.access(ROOT / path, os.X_OK)
            assert not ("permissions" in job and "make " in scripts)


def script(name, *arguments, cwd=ROOT, **environment):
    return subprocess.run(
        [SCRIPTS / name, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_notes_of_a_release_are_its_part_of_the_changelog():
    ended = script("notes.sh", "0.1.0")
    assert ended.stdout.strip().startswith("The first edition")
    assert "second edition" not in ended.stdout
    ended = script("notes.sh", "9.9.9")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "CHANGELOG.md says nothing of version 9.9.9\n"


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


def test_every_link_of_the_site_leads_to_a_file_of_it(fresh, tmp_path):
    site = tmp_path / "site"
    ended = script("site.sh", site, cwd=fresh)
    assert ended.returncode == 0, ended.stderr
    assert not (site / "report" / "run.json").exists()
    lost = set()
    for page in [site / "index.html", *(site / "report").glob("*.html")]:
        links = Links()
        links.feed(page.read_text())
        for link in links.found:
            way = urlsplit(link)
            if not way.scheme and way.path and not (page.parent / unquote(way.path)).exists():
                lost.add((page.name, link))
    assert lost == set()


@pytest.fixture
def checkout(tmp_path):
    return copy_project(tmp_path / "coderpay")


def look(checkout, program=None):
    """Run the look for new figures, with another `coderpay` where one is given."""
    folder = program or Path(sys.executable).parent
    way = f"{folder}:{os.environ['PATH']}"
    return script(
        "new_figures.sh", "said.md", cwd=checkout, PATH=way, PYTHONPATH=str(checkout / "src")
    )


def test_a_new_release_is_taken_in_and_what_it_moves_is_said(checkout, official):
    downloads = checkout / "downloads"
    downloads.mkdir()
    file = downloads / "oesm26all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("national_M2026_dl.xlsx", official().read_bytes())
    sums = subprocess.run(
        ["sha256sum", file.name], cwd=downloads, capture_output=True, text=True, check=True
    )
    (downloads / "oesm26all.zip.sha256").write_text(sums.stdout)
    ended = look(checkout)
    assert (ended.returncode, ended.stdout) == (0, "2026\n"), ended.stderr
    assert "2026,national,US" in (checkout / "data/raw/oews-national.csv").read_text()
    said = (checkout / "said.md").read_text()
    assert said.startswith("## oesm26all.zip\n")
    assert "| OEWS median | May 2026 | 51,140 | 53,040 |" in said


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (
            "BLS has no https://example.org/x.zip (404): not there",
            0,
            "May 2026 is not published yet",
        ),
        ("BLS refused https://example.org/x.zip (403)", 1, "BLS refused"),
    ],
)
def test_no_release_is_no_error_and_a_refusal_is_one(checkout, tmp_path, answer, code, said):
    program = tmp_path / "bin" / "coderpay"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho 'Error: {answer}' >&2\nexit 2\n")
    program.chmod(0o755)
    ended = look(checkout, program.parent)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr


def test_figures_are_proposed_once_on_a_branch_of_their_own(tmp_path):
    def git(*arguments, cwd):
        return subprocess.run(
            ["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True
        ).stdout

    origin, clone, proposed = (tmp_path / name for name in ("origin", "clone", "proposed"))
    git("init", "--quiet", "--bare", "--initial-branch=main", str(origin), cwd=tmp_path)
    git("clone", "--quiet", str(origin), str(clone), cwd=tmp_path)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    (clone / "pay.csv").write_text("1\n")
    git("add", "--all", cwd=clone)
    git(*author, "commit", "--quiet", "--message", "Begin", cwd=clone)
    git("push", "--quiet", "origin", "HEAD:main", cwd=clone)
    proposed.mkdir()
    (clone / "pay.csv").write_text("2\n")
    (proposed / "figures.patch").write_text(git("diff", "--binary", cwd=clone))
    (proposed / "revisions.md").write_text("What moves")
    git("checkout", "--quiet", "--", "pay.csv", cwd=clone)
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\n')
    program.chmod(0o755)
    way = f"{program.parent}:{os.environ['PATH']}"
    ended = script("propose.sh", "2026", proposed, cwd=clone, PATH=way)
    assert ended.returncode == 0, ended.stderr
    assert git("show", "oews-2026:pay.csv", cwd=origin) == "2\n"
    assert git("show", "main:pay.csv", cwd=origin) == "1\n"
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[:4] == ["pr", "create", "--title", "OEWS of May 2026"]
    assert asked[5] == str(proposed / "revisions.md")
    assert script("propose.sh", "2026", proposed, cwd=clone, PATH=way).stdout == (
        "oews-2026 is proposed already\n"
    )
