"""Measures the batch beside what a user would do instead, for docs/benchmarks.md: `make bench`.

Arguments, if any, are the numbers of pages, 0 for the report. Takes about half an hour on two
cores; nothing else should run. The page is written anew after each number of pages.
"""

import csv
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import yaml
from contenders import Contender, as_data, loop, rival, snakemake
from measure import Measured, measure
from outputs import outputs

from pages.plan import Page, read_plan

ROOT = Path(__file__).resolve().parents[2]
MOST_PAGES = {True: 50, False: 10}
"""Of others than this project: of those that run pages in a process that stays, and of the rest."""
TRIALS = 3
OURS = "`coderpay report`"
Found = dict[str, Measured | str]
"""What each contender took, or why there is no such number."""


def main() -> None:
    """Measure the report and each sweep, and write the page."""
    sizes = [min(int(size), len(places())) for size in sys.argv[1:] or ("0", "50", "560")]
    cases: dict[str, Found] = {}
    with tempfile.TemporaryDirectory() as folder:
        tools = install(Path(folder) / "rivals")
        for size in sizes:
            title = f"A sweep of {size} pages" if size else "The report"
            cases[title] = case(Path(folder), contenders(tools), size)
            page = ROOT / "docs" / "benchmarks.md"
            page.write_text(described(cases), encoding="utf-8")


def install(folder: Path) -> Path:
    """What is measured beside, in an environment of its own; the folder of its programs."""
    venv.create(folder)
    into = ["--python", folder / "bin" / "python", "--compile-bytecode"]
    lock = ["--require-hashes", "-r", ROOT / "tools" / "locks" / "bench.lock"]
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "pip", "install", "--quiet", *into, *lock], check=True)
    return folder / "bin"


def contenders(tools: Path) -> dict[str, tuple[Contender, bool]]:
    """Each by its name, with whether it runs pages in a process that stays."""
    python = tools / "python"
    return {
        "shell loop of papermill and nbconvert": (loop, False),
        "Snakemake, two jobs": (snakemake(tools / "snakemake"), False),
        "papermill's API, two processes": (rival(python, "papermill", 2), False),
        "papermill's API on xeus-python, two processes": (rival(python, "xeus-python", 2), False),
        "nbmake, two processes": (rival(python, "nbmake", 2), False),
        "marimo": (rival(python, "marimo", 1), False),
        **{
            f"{engine}, {count}": (rival(python, engine, processes), True)
            for engine in ("ploomber-engine", "execnb")
            for count, processes in (("one process", 1), ("two processes", 2))
        },
    }


def case(folder: Path, others: dict[str, tuple[Contender, bool]], size: int) -> Found:
    """Measure each contender on the report (size 0) or a sweep."""
    project = copied(folder / f"case-{size}", size)
    pages = read_plan(project).select(["all"] if size else [])
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # modules are compiled once, as where it is not set

    def run(name: str, command: list[str]) -> Measured:
        print(f"{len(pages)} pages: {name}", file=sys.stderr, flush=True)
        with (project / "log").open("w") as log:
            return measure(command, cwd=project, env=environment, stdout=log, stderr=log)

    program = Path(sys.executable).with_name("coderpay")
    ours = [str(program), "report", "--quiet", *(["--only", "all"] if size else [])]
    made, floors = [], []
    for _ in range(TRIALS if len(pages) <= max(MOST_PAGES.values()) else 1):
        for name in ("report", ".cache"):
            shutil.rmtree(project / name, ignore_errors=True)
        made.append(run(OURS, ours))
        assert all((project / "report" / f"{page.name}.html").exists() for page in pages)
        floors.append(floor(pages, project, environment))
    found: Found = {
        OURS: median(made),
        "the same, nothing to do": run("the same, nothing to do", ours),
        "floor": median(floors),
    }
    for name, (command, stays) in others.items():
        if len(pages) > MOST_PAGES[stays]:
            found[name] = "not run"
            continue
        shutil.rmtree(project / "out", ignore_errors=True)
        (project / "out").mkdir()
        try:
            measured = run(name, command(pages, project))
            found[name] = differing(pages, project) or measured
        except subprocess.CalledProcessError:
            found[name] = reason((project / "log").read_text(encoding="utf-8"))
    return found


def differing(pages: Sequence[Page], project: Path) -> str:
    """Which pages are not made, or show something else than ours; "" for none."""
    names = [page.name for page in pages]
    wrong = [name for name in names if not (project / "out" / f"{name}.html").exists()]
    wrong = wrong or [
        name
        for name in names
        if outputs(project / "out" / f"{name}.ipynb")
        != outputs(project / "report" / "notebooks" / f"{name}.ipynb")
    ]
    return f"{len(wrong)} pages not as ours, such as {wrong[0]}" if wrong else ""


def reason(log: str) -> str:
    """Why a contender has failed: the first error that it names."""
    errors = re.findall(r"\w*Error\w*: .+", log)
    return f"failed: {errors[0].strip()}" if errors else "failed"


def floor(pages: Sequence[Page], project: Path, environment: dict[str, str]) -> Measured:
    """The time of the cells alone."""
    print(f"{len(pages)} pages: floor", file=sys.stderr, flush=True)
    shown = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("floor.py")), str(project)],
        input=json.dumps([as_data(page) for page in pages]),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = float(shown.stdout)
    return Measured(seconds / (os.cpu_count() or 1), seconds, 0)


def median(trials: Sequence[Measured]) -> Measured:
    """The trial that took neither longest nor shortest."""
    return sorted(trials, key=lambda trial: trial.seconds)[len(trials) // 2]


def copied(project: Path, size: int) -> Path:
    """A copy of the project; for a sweep, its plan has one notebook and so many places."""
    for name in ("src", "notebooks", "data", "docs"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("report.yml", "requirements.lock"):
        shutil.copy(ROOT / name, project)
    if size:
        published = yaml.safe_load((project / "report.yml").read_text(encoding="utf-8"))
        sweep = published["sweeps"]["areas"] | {"needs": [], "over": {"area": places()[:size]}}
        pages = {sweep["notebook"]: published["pages"][sweep["notebook"]] | {"needs": []}}
        plan = published | {"title": "Benchmark", "pages": pages, "sweeps": {"all": sweep}}
        (project / "report.yml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    return project


def places() -> list[str]:
    """The codes of states and areas that the latest OEWS tables have."""
    codes: dict[str, None] = {}
    for level in ("state", "area"):
        with (ROOT / "data" / "raw" / f"oews-{level}.csv").open(
            encoding="utf-8", newline=""
        ) as lines:
            rows = [row for row in csv.DictReader(lines) if row["soc_code"] == "29-2072"]
        latest = max(row["year"] for row in rows)
        codes |= {row["area_code"]: None for row in rows if row["year"] == latest}
    return list(codes)


def described(cases: dict[str, Found]) -> str:
    """The page: a table a case, and how it was measured."""
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("papermill", "nbconvert", "ipykernel", "pandas")
    )
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench` in one run; every number below is from that run. It ran on "
        f"{os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()}, "
        f"{versions}); the others are as in `tools/locks/bench.lock`.",
        "",
        "Each contender makes the executed notebook and the HTML of every page, the latter by "
        "nbconvert but for ours and marimo's. A time counts only if the cells show the same text, "
        "tables and charts as ours; otherwise the table says what happened. ploomber-engine and "
        "execnb run one page after another in a process that has imported everything, and do not "
        "keep pages apart: what one changes in a module, the next one finds. All others start a "
        "kernel or a process for each page. "
        f"{OURS} starts from nothing: no server is warm, no page is made.",
        "",
        "*Floor* is the time of the cells alone, one after another in one process that has "
        "imported everything, divided by the cores; of more than 50 pages the first 50 are run, "
        f"and stand for all. It and {OURS} are measured in turn, {TRIALS} times up to "
        f"{MOST_PAGES[True]} pages, and the median is shown. Contenders that start something for "
        f"each page are not run on more than {MOST_PAGES[False]} pages, the others not on more "
        f"than {MOST_PAGES[True]}. Memory counts what processes share once.",
    ]
    for title, found in cases.items():
        lines += ["", f"## {title}", "", "| | seconds | CPU seconds | memory, MB | times ours |"]
        lines += ["|---|--:|--:|--:|--:|"]
        lines += [row(name, measured, found[OURS]) for name, measured in found.items()]
    return "\n".join([*lines, ""])


def row(name: str, measured: Measured | str, ours: Measured | str) -> str:
    """A line of a table."""
    if isinstance(measured, str) or isinstance(ours, str):
        return f"| {name}: {measured} | | | | |"
    memory = f"{measured.megabytes:.0f}" if measured.megabytes else ""
    times = f"{measured.seconds / ours.seconds:.2f}"
    return f"| {name} | {measured.seconds:.1f} | {measured.cpu_seconds:.1f} | {memory} | {times} |"


if __name__ == "__main__":
    main()
