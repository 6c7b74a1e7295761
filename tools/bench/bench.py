"""Measures the batch beside what a user would do instead, for docs/benchmarks.md: `make bench`.

Arguments, if any, are the sizes of the sweeps. Takes about 25 minutes on two cores; nothing else
should run.
"""

import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import yaml
from contenders import as_data, loop, pool, snakemake
from measure import Measured, measure

from pages.plan import Page, read_plan

ROOT = Path(__file__).resolve().parents[2]
MOST_PAGES_OF_OTHERS = 50
TRIALS = 3
OURS = "`coderpay report`"
Contender = Callable[[Sequence[Page], Path], list[str]]


def main() -> None:
    """Measure the report and each sweep, and write the page."""
    sizes = [min(int(size), len(places())) for size in sys.argv[1:] or ("10", "50", "560")]
    with tempfile.TemporaryDirectory() as folder:
        others: dict[str, Contender] = {
            "shell loop of papermill and nbconvert": loop,
            "papermill's API in two processes": pool,
            "Snakemake, two jobs": snakemake(install_snakemake(Path(folder) / "snakemake")),
        }
        cases = {"The report": case(Path(folder), others, 0)}
        cases |= {f"A sweep of {size} pages": case(Path(folder), others, size) for size in sizes}
    (ROOT / "docs" / "benchmarks.md").write_text(described(cases), encoding="utf-8")


def install_snakemake(folder: Path) -> Path:
    """Snakemake in an environment of its own; it is no dependency of the project."""
    venv.create(folder, with_pip=True)
    lock = ["--require-hashes", "-r", ROOT / "tools" / "locks" / "bench.lock"]
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", *lock], check=True)
    return folder / "bin" / "snakemake"


def case(folder: Path, others: dict[str, Contender], size: int) -> dict[str, Measured | None]:
    """Measure each contender on the report (size 0) or a sweep; `None` for one that is not run."""
    project = copied(folder / f"case-{size}", size)
    pages = read_plan(project).select(["all"] if size else [])
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # modules are compiled once, as where it is not set
    found: dict[str, Measured | None] = {}

    def run(name: str, command: list[str]) -> Measured:
        print(f"{len(pages)} pages: {name}", file=sys.stderr, flush=True)
        with (project / "log").open("w") as log:
            return measure(command, cwd=project, env=environment, stdout=log, stderr=log)

    ours = [
        str(Path(sys.executable).with_name("coderpay")),
        "report",
        "--quiet",
        *(["--only", "all"] if size else []),
    ]
    for name, command in others.items():
        shutil.rmtree(project / "out", ignore_errors=True)
        (project / "out").mkdir()
        if len(pages) > MOST_PAGES_OF_OTHERS:
            found[name] = None
        else:
            found[name] = run(name, command(pages, project))
            assert len(list((project / "out").glob("*.html"))) == len(pages)
    made, floors = [], []
    for _ in range(TRIALS if len(pages) <= MOST_PAGES_OF_OTHERS else 1):
        for name in ("report", ".cache"):
            shutil.rmtree(project / name, ignore_errors=True)
        made.append(run(OURS, ours))
        assert all((project / "report" / f"{page.name}.html").exists() for page in pages)
        floors.append(floor(pages, project, environment))
    found[OURS] = median(made)
    found["the same, nothing to do"] = run("the same, nothing to do", ours)
    found["floor"] = median(floors)
    return found


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
        plan = published | {"title": "Benchmark", "pages": {}, "sweeps": {"all": sweep}}
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


def described(cases: dict[str, dict[str, Measured | None]]) -> str:
    """The page: a table a case, and what the project promises of them."""
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("papermill", "nbconvert", "ipykernel", "pandas")
    )
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench` in one run; every number below is from that run. It ran on "
        f"{os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()}, "
        f"{versions}).",
        "",
        "Each contender makes the executed notebook and the HTML of every page. *Floor* is the "
        "time of the cells alone, one after another in one process that has imported everything, "
        "divided by the cores; of more than 50 pages the first 50 are run, and stand for all. "
        f"It and {OURS} are measured in turn, {TRIALS} times up to {MOST_PAGES_OF_OTHERS} pages, "
        "and the median is shown. Contenders other than this project are not run on more than "
        f"{MOST_PAGES_OF_OTHERS} pages. Memory counts what processes share once.",
    ]
    for title, found in cases.items():
        ours = found[OURS]
        lines += [
            "",
            f"## {title}",
            "",
            "| | seconds | CPU seconds | memory, MB | times ours |",
            "|---|--:|--:|--:|--:|",
        ]
        for name, measured in found.items():
            if measured:
                memory = f"{measured.megabytes:.0f}" if measured.megabytes else ""
                cells = [
                    f"{measured.seconds:.1f}",
                    f"{measured.cpu_seconds:.1f}",
                    memory,
                    f"{measured.seconds / ours.seconds:.2f}",
                ]
            else:
                cells = ["not run"] + [""] * 3
            lines.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
