"""Commands work on the project that they are called in."""

import os
import re
import shutil
import subprocess
import sys

import yaml
from projects import Project

from analysis.published.paths import ROOT
from pages.plan import read_plan

COMMAND = "from analysis.cli import main; main()"


def called(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_called_below_a_project_works_on_it(tmp_path):
    project = Project(tmp_path / "project")
    project.notebook("mine")
    project.plan({"mine": {}})
    told = called(project.root / "notebooks", "report", "--dry-run")
    assert told.stdout == "mine  new\n0 of 1 pages are up to date\n", told.stderr


def test_an_installed_command_says_that_there_is_no_project(tmp_path):
    installed = tmp_path / "site-packages"
    shutil.copytree(ROOT / "src", installed, ignore=shutil.ignore_patterns("__pycache__"))
    told = subprocess.run(
        [sys.executable, "-c", COMMAND, "report"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"Error: there is no project here: {tmp_path} and the folders")


def test_a_sweep_of_offers_can_be_added_to_the_report_as_its_documentation_says(tmp_path):
    text = (ROOT / "docs" / "your-own-report.md").read_text()
    assert "with the columns `name`, `place`\nand `offer`" in text
    for name in ("notebooks", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    plan = (ROOT / "report.yml").read_text()
    assert list(yaml.safe_load(plan))[-1] == "sweeps"
    lines = re.findall(r"```yaml\n(.*?)```", text, re.S)[-1]
    (tmp_path / "report.yml").write_text(plan + lines)
    rows = [("Hospital in Newark", "US-NJ", 62000), ("Clinic in Trenton", "US-NJ", 57500)]
    table = [("name", "place", "offer"), *rows]
    (tmp_path / "offers.csv").write_text("".join(",".join(map(str, row)) + "\n" for row in table))
    made = [page for page in read_plan(tmp_path).pages.values() if page.sweep == "my-offers"]
    assert [(page.label, page.parameters["offer"]) for page in made] == [
        (name, offer) for name, _, offer in rows
    ]
