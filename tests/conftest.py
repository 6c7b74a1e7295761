"""Small workbooks in BLS's format, and a project to take them in."""

import fcntl
import os
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from checkout import copy_project, run
from chromium import launched_chromium
from hypothesis import settings

from analysis.published.paths import ROOT

# The same examples in every run, and no limit on their time: a busy machine is no failure.
# Fewer of them for `make mutants`, which runs the tests thousands of times.
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("coderpay", settings.get_profile("thorough"), max_examples=25)
settings.register_profile("mutants", settings.get_profile("coderpay"), max_examples=10)
settings.load_profile(os.environ.get("CODERPAY_EXAMPLES", "coderpay"))

AREA = {"AREA": "99", "AREA_TITLE": "U.S.", "AREA_TYPE": "1", "PRIM_STATE": "US"}
INDUSTRY = {
    "NAICS": "000000",
    "NAICS_TITLE": "Cross-industry",
    "I_GROUP": "cross-industry",
    "OWN_CODE": "1235",
}
OCCUPATION = {
    "OCC_CODE": "29-2072",
    "OCC_TITLE": "Medical Records Specialists",
    "O_GROUP": "detailed",
}
JOBS = {"TOT_EMP": 190000, "EMP_PRSE": 1.1}
SHARES = {"JOBS_1000": None, "LOC_QUOTIENT": None, "PCT_TOTAL": None, "PCT_RPT": None}
MEANS = {"H_MEAN": 28.5, "A_MEAN": 59280, "MEAN_PRSE": 0.5}
HOURLY = {"H_PCT10": 18, "H_PCT25": 21, "H_MEDIAN": 25.5, "H_PCT75": 32, "H_PCT90": 41}
ANNUAL = {"A_PCT10": 37440, "A_PCT25": 43680, "A_MEDIAN": 53040, "A_PCT75": 66560, "A_PCT90": 85280}
FLAGS = {"ANNUAL": None, "HOURLY": None}
ROW = AREA | INDUSTRY | OCCUPATION | JOBS | SHARES | MEANS | HOURLY | ANNUAL | FLAGS
COLUMNS = list(ROW)


def official_row(**changes):
    """A row as BLS publishes it, the nation's medical records specialists unless changed."""
    return ROW | changes


def write_workbook(path, rows, columns=COLUMNS, sheet=None, title=None):
    """A workbook named and laid out as BLS's, with `title` in its field descriptions."""
    book = openpyxl.Workbook()
    data = book.active
    data.title = sheet or Path(path).stem[:31]
    data.append(columns)
    for row in rows:
        data.append([row.get(column) for column in columns])
    if title:
        book.create_sheet("Field Descriptions").append([title])
    book.save(path)
    return path


DATATYPES = {
    "Employment": "TOT_EMP",
    "Employment percent relative standard error": "EMP_PRSE",
    "Hourly mean wage": "H_MEAN",
    "Annual mean wage": "A_MEAN",
    "Wage percent relative standard error": "MEAN_PRSE",
    "Hourly 10th percentile wage": "H_PCT10",
    "Hourly 25th percentile wage": "H_PCT25",
    "Hourly median wage": "H_MEDIAN",
    "Hourly 75th percentile wage": "H_PCT75",
    "Hourly 90th percentile wage": "H_PCT90",
    "Annual 10th percentile wage": "A_PCT10",
    "Annual 25th percentile wage": "A_PCT25",
    "Annual median wage": "A_MEDIAN",
    "Annual 75th percentile wage": "A_PCT75",
    "Annual 90th percentile wage": "A_PCT90",
    "Employment per 1,000 jobs": "JOBS_1000",
    "Location Quotient": "LOC_QUOTIENT",
}
AREA_KINDS = {"1": ("N", "0000000"), "2": ("S", "{}00000"), "4": ("M", "00{}"), "6": ("M", "{}")}


def write_flat_files(folder, rows, year):
    """The rows of a workbook as BLS's flat files have them."""
    folder.mkdir()
    named = {part: {} for part in ("area", "industry", "occupation")}
    lines = ["series_id\tyear\tperiod\tvalue\tfootnote_codes\r\n"]
    for row in rows:
        kind, form = AREA_KINDS[row["AREA_TYPE"]]
        area, job = form.format(row["AREA"]), row["OCC_CODE"].replace("-", "")
        named["area"][area] = (row["AREA_TITLE"], "")
        named["industry"][row["NAICS"]] = (row["NAICS_TITLE"], row["I_GROUP"][0].replace("c", "0"))
        named["occupation"][job] = (row["OCC_TITLE"], "3")
        for code, column in enumerate(DATATYPES.values(), start=1):
            if row[column] is not None:
                series = f"OEU{kind}{area}{row['NAICS']}{job}{code:02}"
                lines.append(f"{series:30}\t{year}\tA01\t{row[column]:>12}\t\r\n")
    for part, names in named.items():
        table = [f"{part}_code\t{part}_name\tdisplay_level"]
        table += [f"{code}\t{name}\t{level}" for code, (name, level) in names.items()]
        (folder / f"oe.{part}").write_text("\n".join(table) + "\n")
    codes = [f"{code:02}\t{name}\n" for code, name in enumerate(DATATYPES, start=1)]
    (folder / "oe.datatype").write_text("datatype_code\tdatatype_name\n" + "".join(codes))
    (folder / "oe.footnote").write_text("footnote_code\tfootnote_text\n")
    (folder / "oe.data.0.Current").write_bytes("".join(lines).encode())
    return folder


def pytest_terminal_summary(terminalreporter):
    """Say in a line what was not tried on this machine, and what it lacks."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])]
    for reason, number in Counter(reasons).items():
        terminalreporter.write_line(
            f"Not tried: {number} tests; {reason.removeprefix('Skipped: ')}"
        )


@pytest.fixture(scope="module")
def browser():
    with launched_chromium() as started:
        yield started


@pytest.fixture(scope="session")
def made_once(tmp_path_factory, worker_id):
    """Give what is dear to make to every process that runs tests: `made_once(name, make)`.

    The first that asks has `make` fill an empty folder, while the others wait. No test may write
    there; one that has to takes a copy.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def folder(name, make):
        place, made = shared / name, shared / f"{name} is made"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                make(place)
                made.touch()
        return place

    return folder


@pytest.fixture(scope="session")
def fresh(made_once):
    """A copy of the project without what notebooks make, and its report; not to be written to."""
    return made_once("a folder", make_fresh) / "coderpay"


def make_fresh(folder):
    project = copy_project(folder / "coderpay")
    made = run(project, "report", "--jobs=1", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="0")
    assert made.returncode == 0, made.stderr


@pytest.fixture
def own_copy(fresh, tmp_path):
    """A copy of the fresh project, to write to."""
    return shutil.copytree(fresh, tmp_path / "coderpay")


@pytest.fixture
def project(tmp_path):
    """A copy of the project's data and documents, for tests that write."""
    root = tmp_path / "project"
    for folder in ("data", "docs"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


@pytest.fixture
def official(tmp_path):
    """Write a workbook of the given rows (one row by default): `official(name, rows, ...)`."""

    def write(name="national_M2026_dl.xlsx", rows=None, **layout):
        return write_workbook(tmp_path / name, [official_row()] if rows is None else rows, **layout)

    def as_flat_files(rows, year=2026, name="oe"):
        return write_flat_files(tmp_path / name, rows, year)

    write.row = official_row
    write.flat = as_flat_files
    write.columns = COLUMNS
    return write
