"""The project as it would be checked out, in another folder, and its command there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from analysis.published.paths import ROOT


def copy_project(project):
    """Copy the project: no environment, and nothing that notebooks make."""
    made = shutil.ignore_patterns("__pycache__", "processed", ".*")
    for name in ("src", "notebooks", "data", "docs"):
        shutil.copytree(ROOT / name, project / name, ignore=made)
    for name in ("report.yml", "requirements.lock"):
        shutil.copy(ROOT / name, project)
    return project


def run(project, *arguments, **environment):
    """Run the command in a copy of the project, whose own modules then hold."""
    return subprocess.run(
        [Path(sys.executable).with_name("coderpay"), *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project / "src")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def tables_and_documents(project, *besides):
    """The bytes of every file of a project that an update may change, but for these names."""
    files = [path for name in ("data", "docs") for path in sorted((project / name).rglob("*"))]
    return {
        path: path.read_bytes() for path in files if path.is_file() and path.name not in besides
    }
