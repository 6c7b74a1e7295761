"""A desk to try things at: a project, a home and a folder for temporary files, and nothing else."""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys

import matplotlib
from projects import Project

from analysis.published.paths import ROOT

VALUES = {"year": 2024, "place": "US", "share": 0.5, "draft": False}
PARAMETERS = """year: int = 2024  # of the survey
place: str = "US"  # a code
share: float = 0.5
draft: bool = False"""

STREAMS = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
}


def without_privileges():
    """Let a process of root be refused what the rights of a file refuse to others."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                os._exit(77)


class Desk:
    """A small project, beside it the user's home and temporary folder."""

    def __init__(self, base):
        self.base = base
        self.project = Project(base / "project")
        self.root = self.project.root
        for folder in ("home", "tmp"):
            (base / folder).mkdir()
        self.project.notebook("a", parameters=PARAMETERS)
        self.plan()

    def with_data(self):
        for folder in ("data", "docs"):
            shutil.copytree(ROOT / folder, self.root / folder, dirs_exist_ok=True)
        return self.root / "data" / "raw"

    def plan(self, page=(), **others):
        """A plan of the page `a`, with changes to its entry or to the whole."""
        self.project.plan(**{"pages": {"a": {"parameters": VALUES} | dict(page)}} | others)

    def contents(self):
        """The digest of every file on the desk but what notebooks note of their runs."""
        return {
            path.relative_to(self.base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            if os.access(path, os.R_OK)
            else "unreadable"
            for path in self.base.rglob("*")
            if path.is_file() and path.name != "ran.txt"
        }

    def start(self, *arguments, environment=(), program="c.main()", **options):
        """Start `coderpay` in the desk's project, as a process.

        Another program finds the command line as `c`.
        """
        root = f"c.ROOT = pathlib.Path({str(self.root)!r})"
        home = {
            "HOME": str(self.base / "home"),
            "TMPDIR": str(self.base / "tmp"),
            # Each home would be given a list of fonts otherwise.
            "MPLCONFIGDIR": matplotlib.get_cachedir(),
        }
        given = os.environ | home | dict(environment)
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import pathlib, analysis.cli as c\n{root}\n{program}",
                *arguments,
            ],
            env={name: value for name, value in given.items() if value is not None},
            cwd=self.root,
            text=True,
            **STREAMS | options,
        )
