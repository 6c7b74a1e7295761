"""The environment is made where it is used, whatever the user's own settings are."""

import shutil
import subprocess

import pytest

from analysis.published.paths import ROOT


@pytest.fixture
def checkout(tmp_path):
    """A folder with a Makefile and an environment that says where it was made."""
    folder = tmp_path.resolve() / 'it\'s $HOME, a "checkout"'
    (folder / ".venv").mkdir(parents=True)
    for name in ("requirements.lock", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv" / ".ready").write_text(f"{folder}\n")
    return folder


def planned(folder):
    return subprocess.run(
        ["make", "--dry-run", "report"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def makes_an_environment(folder):
    return "-m venv --clear .venv" in planned(folder)


def test_an_environment_is_made_once(checkout):
    assert not makes_an_environment(checkout)


def test_in_a_copy_or_after_a_move_it_is_made_anew(checkout, tmp_path):
    copy = shutil.copytree(checkout, tmp_path / "copy", copy_function=shutil.copy2)
    assert makes_an_environment(copy)
    assert makes_an_environment(checkout.rename(tmp_path / "moved"))


def test_while_it_is_made_the_installers_say_what_they_do(checkout):
    (checkout / ".venv" / ".ready").unlink()
    installs = [line for line in planned(checkout).splitlines() if "pip install" in line]
    assert len(installs) == 3
    assert not any(word in line for line in installs for word in ("--quiet", " -q", "/dev/null"))


def test_the_users_settings_of_pip_do_not_reach_it(checkout):
    makefile = (checkout / "Makefile").read_text()
    (checkout / "Makefile").write_text(makefile + "\nsettings:\n\t@env\n")
    shown = subprocess.run(
        ["make", "settings"],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "PIP_USER": "1", "PYTHONPATH": "x", "MINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert "MINE=1" in shown
    assert not {"PIP_USER=1", "PYTHONPATH=x"} & set(shown)
