"""A machine without a browser is told in a line what was not tried; CI tries everything."""

import os
import shutil
import subprocess
import sys

import pytest

from analysis.published.paths import ROOT

TOOLS = ("bash", "dirname", "env", "id", "ln", "sh")


@pytest.fixture
def tools(tmp_path):
    """A folder of programs, as all that a machine has: no browser among them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def program(folder, name, script="exit 0"):
    (folder / name).write_text(f"#!{shutil.which('sh')}\n{script}\n")
    (folder / name).chmod(0o755)


def test_without_a_browser_one_line_says_what_was_not_tried(tools):
    tests = ROOT / "tests" / "present" / "live" / "test_live_finder.py"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-k", "is_no_place", tests],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in ended.stdout.splitlines() if "Chromium" in line]
    assert ended.returncode == 0, ended.stdout
    assert len(said) == 1
    assert said[0].startswith("Not tried: ")
    assert said[0].endswith(
        " tests; no Chromium on this machine; on Debian and Ubuntu: apt-get install chromium"
    )


@pytest.fixture
def ci(tmp_path, tools):
    """Run what CI runs on a machine that has these programs alone."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    made = folder / "made"
    program(tools, "make", f'echo "$@" >> {made}')

    def run():
        ended = subprocess.run(
            ["bash", folder / ".ci" / "run"],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            check=False,
        )
        return ended, made.read_text().splitlines() if made.exists() else []

    return run


def test_ci_installs_what_the_tests_need_before_it_runs_them(ci, tools):
    program(tools, "id", "echo 0")
    program(tools, "apt-get", f'for one; do ln -sf {shutil.which("true")} {tools}/"$one"; done')
    ended, made = ci()
    assert ended.returncode == 0, ended.stderr
    assert {"chromium", "npm", "openssl"} <= {path.name for path in tools.iterdir()}
    assert made[-2:] == ["javascript", "test"]


def test_ci_does_not_begin_where_a_test_could_not_be_tried(ci, tools):
    ended, made = ci()
    assert ended.returncode == 2
    assert ended.stderr == "CI tries every test and needs chromium\n"
    assert made == []
    program(tools, "chromium")
    program(tools, "openssl")
    ended, made = ci()
    assert ended.returncode == 0, ended.stderr
    assert made[-2:] == ["javascript", "test"]


def test_ci_ends_where_no_environment_can_be_made(ci, tools):
    for name in ("chromium", "openssl"):
        program(tools, name)
    make = (tools / "make").read_text()
    (tools / "make").write_text(f"{make}[ $1 != .venv/.ready ] || exit 7\n")
    ended, made = ci()
    assert ended.returncode == 7, ended.stderr
    assert made == [".venv/.ready"]
