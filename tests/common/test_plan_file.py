"""Which project a command works on."""

from projects import Project

from analysis.published.paths import ROOT
from common.plan_file import project_folder


def test_the_nearest_project_is_taken_and_else_that_of_the_code(tmp_path):
    project = Project(tmp_path / "project")
    project.plan({})
    code = ROOT / "src" / "analysis" / "cli.py"
    assert project_folder(project.root / "data" / "raw", code) == project.root
    assert project_folder(tmp_path, code) == ROOT
    assert project_folder(tmp_path, tmp_path / "site-packages" / "cli.py") == tmp_path
