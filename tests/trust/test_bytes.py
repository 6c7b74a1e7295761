"""Same inputs, same bytes: whoever makes the report, where, when, and with how many jobs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from analysis.published.paths import ROOT

NOBODY = 65534
# What another user may run, though Python and the project's environment lie where only root may
# read.
AS_NOBODY = [
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
]
ROOT_MAY = os.geteuid() == 0 and shutil.which("setpriv") is not None
PROJECT = "coder pay"
PROGRAM = "from analysis.cli import main; main()"
SETTINGS = {
    ".config/matplotlib/matplotlibrc": (
        "lines.markeredgewidth: 5\naxes.xmargin: 0.3\nhatch.linewidth: 9\n"
    ),
    ".ipython/profile_default/startup/00.py": (
        "import pylab\npylab.rcParams['axes.ymargin'] = 0.4\n"
    ),
    ".local/share/jupyter/kernels/python3/kernel.json": json.dumps(
        {"argv": ["false"], "display_name": "Another", "language": "python"}
    ),
}
"""What a user may have set for other work."""


def clone(place):
    """The project as it would be checked out: no environment, nothing that was made."""
    project = place / PROJECT
    made = shutil.ignore_patterns("__pycache__", "processed", ".*")
    for name in ("src", "notebooks", "data", "docs"):
        shutil.copytree(ROOT / name, project / name, ignore=made)
    for name in ("report.yml", "requirements.lock"):
        shutil.copy(ROOT / name, project)


def report(project, home, jobs, command=(), **environment):
    """Make the report of a clone; the bytes of all that a run has to give again."""
    given = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(project / "src")}
    run = [*command, sys.executable, "-c", PROGRAM, "report", "--jobs", str(jobs)]
    made = subprocess.run(
        run, cwd=project, env=given | environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    files = [*(project / "report").rglob("*"), *(project / "data" / "processed").iterdir()]
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in files
        if path.is_file() and path.name != "run.json"
    }


@pytest.fixture(scope="module")
def places():
    """Two folders that any user may enter, as those of pytest are not, each with a clone."""
    with TemporaryDirectory() as here, TemporaryDirectory(prefix="some where else") as there:
        clone(Path(here))
        clone(Path(there))
        yield Path(here), Path(there)


@pytest.fixture(scope="module")
def here(places):
    place, _ = places
    return report(place / PROJECT, place, 1, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="0")


@pytest.fixture(scope="module")
def there(places):
    """By another user, if this one may become another, who has settings of their own."""
    _, place = places
    project = place / PROJECT
    for name, text in SETTINGS.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    if ROOT_MAY:
        for path in [place, *place.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    made = report(
        project,
        place,
        3,
        AS_NOBODY if ROOT_MAY else (),
        TZ="Pacific/Chatham",
        LC_ALL="C",
        PYTHONCOERCECLOCALE="0",
        PYTHONUTF8="0",
        PYTHONHASHSEED="4242",
        LOGNAME="someone",
        COLUMNS="40",
    )
    return made, (project / "report" / "index.html").stat().st_uid


def test_every_file_has_the_same_bytes(here, there, record_property):
    made, _ = there
    assert made.keys() == here.keys()
    assert [name for name in here if made[name] != here[name]] == []
    assert {"report/index.html", "report/ledger.html", "report/manifest.json"} <= here.keys()
    kinds = {name.rpartition(".")[2] for name in here}
    assert {"html", "svg", "csv", "ipynb", "json"} <= kinds
    record_property("files", len(here))
    record_property("bytes", sum(map(len, here.values())))


@pytest.mark.skipif(not ROOT_MAY, reason="only root can run it as another user (with setpriv)")
def test_the_second_run_was_that_of_another_user(there):
    assert there[1] == NOBODY
