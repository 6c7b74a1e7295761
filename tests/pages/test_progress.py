"""The command as a user sees it: what it says, where, and how it ends."""

import io
import os
import re
import subprocess
import sys

import pytest

from analysis import cli


@pytest.fixture
def mixed(project):
    project.notebook("a", "print(year)", parameters="year: int = 2024  # of the survey")
    project.notebook("b", "1 / 0")
    project.plan({"a": {"parameters": {"year": 2024}}, "b": {}})
    return project


@pytest.fixture
def report(mixed, monkeypatch, capfd):
    """Run `coderpay report`; gives its exit code, what it prints and what it logs."""

    def run(*arguments):
        monkeypatch.setattr(cli, "ROOT", mixed.root)
        monkeypatch.setattr(sys, "argv", ["coderpay", "report", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        shown = capfd.readouterr()
        return code, shown.out, re.sub(r"\d+\.\d s", "N s", shown.err)

    return run


def test_a_failure_is_told_with_its_traceback_and_ends_with_1(report):
    code, out, log = report("--jobs", "1")
    assert code == 1
    assert out == "report/index.html: 1 failed, 1 made\n"
    assert log.startswith("made    a  N s  (new)\nfailed  b  N s  (new)\n")
    assert "----> 1 1 / 0" in log
    assert log.endswith("ZeroDivisionError: division by zero\n")


def test_made_pages_end_with_0_and_kept_ones_are_counted(report, mixed):
    mixed.notebook("b")
    assert report("--jobs", "1") == (
        0,
        "report/index.html: 2 made\n",
        "made    a  N s  (new)\nmade    b  N s  (new)\n",
    )
    assert report() == (0, "report/index.html: 2 kept\n", "")


def test_a_mistake_that_a_page_finds_is_told_in_a_line_and_ends_with_2(report, mixed):
    mixed.notebook("b", "from common.errors import InputError\nraise InputError('year: found 3')")
    code, _, log = report("--jobs", "1", "--quiet")
    assert (code, log) == (2, "failed  b  N s  (new)\nInputError: year: found 3\n")


def test_a_notebook_that_no_page_runs_is_named(report, mixed):
    mixed.notebook("b")
    mixed.notebook("mine")
    assert report("--jobs", "1")[:2] == (
        0,
        "report/index.html: 2 made\n"
        "notebooks/mine.ipynb is in no page of report.yml, so it was not run\n",
    )


def test_of_a_page_made_with_a_setting_it_says_where_it_is_and_for_how_long(report, mixed):
    mixed.notebook("b")
    assert report("--jobs", "1", "--set", "a.year=2020")[:2] == (
        0,
        "report/index.html: 3 made\n"
        "report/a-year-2020.html stands beside the published page until a report without --set; "
        "to keep it, name it in report.yml\n",
    )


def test_quiet_says_only_what_fails(report, mixed):
    code, out, log = report("--quiet", "--jobs", "1")
    assert (code, out) == (1, "")
    assert log.startswith("failed  b")
    mixed.notebook("b")
    assert report("--quiet") == (0, "", "")


def test_a_dry_run_says_what_would_be_made_and_why_and_makes_nothing(report, mixed):
    assert report("--dry-run") == (0, "a  new\nb  new\n0 of 2 pages are up to date\n", "")
    assert not (mixed.root / "report").exists()
    report("--only", "a")
    assert report("--dry-run", "--set", "a.year=2020") == (
        0,
        "a-year-2020  new\nb  new\n1 of 3 pages are up to date\n",
        "",
    )
    assert report("--dry-run", "--only", "a") == (0, "1 of 1 pages are up to date\n", "")


def test_a_wrong_input_ends_with_2_before_anything_runs(report, mixed):
    code, out, log = report("--set", "a.yaer=2020")
    assert (code, out) == (2, "")
    assert log == (
        "Error: --set a: there is no parameter 'yaer'; the nearest are: year. The parameters are:\n"
        "  year: int = 2024  # of the survey\n"
    )
    assert mixed.ran() == []


def test_on_a_terminal_there_is_one_bar_with_counts_and_time_left(report, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    report("--jobs", "1")
    shown = terminal.getvalue()
    assert "1/2 [" in shown
    assert "1 running, 0 failed" in shown
    assert "0 running, 1 failed" in shown
    assert "<" in shown
    assert "made    a" not in shown
    assert "ZeroDivisionError" in shown


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
def test_with_closed_streams_the_report_is_made(mixed, closed):
    mixed.notebook("b")
    root = f"c.ROOT = pathlib.Path({str(mixed.root)!r})"
    program = f"import pathlib, analysis.cli as c; {root}; c.main()"
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", program, "report"],
        check=False,
    )
    assert ended.returncode == 0
    assert (mixed.root / "report" / "b.html").exists()


def test_with_nobody_reading_on_the_report_is_made(mixed):
    mixed.notebook("b")
    root = f"c.ROOT = pathlib.Path({str(mixed.root)!r})"
    program = f"import pathlib, analysis.cli as c; {root}; c.main()"
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-c", program, "report"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert ended.returncode == 0, ended.stderr
    assert (mixed.root / "report" / "b.html").exists()
    assert "roken" not in ended.stderr
