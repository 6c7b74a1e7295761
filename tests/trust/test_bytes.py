"""Same inputs, same bytes: whoever makes the report, where, when, and with how many jobs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from checkout import copy_project

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
OF_ANOTHER = {
    "TZ": "Pacific/Chatham",
    "LC_ALL": "C",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONUTF8": "0",
    "PYTHONHASHSEED": "4242",
    "LOGNAME": "someone",
    "COLUMNS": "40",
}
"""The environment of the second run; `conftest.make_fresh` has that of the first."""


def contents(project):
    """The bytes of all that a run has to give again."""
    files = [*(project / "report").rglob("*"), *(project / "data" / "processed").iterdir()]
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in files
        if path.is_file() and path.name != "run.json"
    }


@pytest.fixture(scope="module")
def here(fresh):
    return contents(fresh)


@pytest.fixture(scope="module")
def there():
    """By another user, if this one may become another, who has settings of their own.

    It is made in a folder that any user may enter, as those of pytest are not.
    """
    with TemporaryDirectory(prefix="some where else") as folder:
        home = Path(folder)
        project = copy_project(home / "coder pay")
        for name, text in SETTINGS.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        if ROOT_MAY:
            for path in [home, *home.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
        command = [*(AS_NOBODY if ROOT_MAY else ()), sys.executable, "-c", PROGRAM]
        environment = {"PATH": os.environ["PATH"], "HOME": str(home)} | OF_ANOTHER
        made = subprocess.run(
            [*command, "report", "--jobs=3"],
            cwd=project,
            env=environment | {"PYTHONPATH": str(project / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        yield contents(project), (project / "report" / "index.html").stat().st_uid


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
