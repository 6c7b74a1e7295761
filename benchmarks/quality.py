"""Says what the last `make test-all` and `make mutants` found, in docs/quality.md: `make quality`.

Every figure is counted in what they left in `.cache/quality/`. What was not run, or not since the code it is
about has changed, is shown as not run.
"""

import hashlib
import json
import platform
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / ".cache" / "quality" / "tests.xml"
MUTANTS = ROOT / ".cache" / "quality" / "mutants.json"
NOT_RUN = "not run"
SUITES = {
    "cells of notebooks, run again and compared (nbval)": ".ipynb",
    "wrong inputs, refused with nothing changed": "test_bad_inputs",
    "batches killed at a random moment": "test_crash",
    "changes to notebooks that have to be seen, or not": "test_nbval",
    "fuzzed parsers": "test_fuzz",
    "rules for every input": "test_properties",
}
WATCHED = ("src", "tests", "notebooks", "data", "report.yml", "conftest.py")


def main() -> None:
    """Write the page."""
    lines = [
        "# Quality",
        "",
        "By `make quality`: every number is counted in what `make test-all` and `make mutants` found.",
        "",
        *tests(),
        "",
        *mutants(),
    ]
    (ROOT / "docs" / "quality.md").write_text("\n".join([*lines, ""]), encoding="utf-8")


def tests() -> list[str]:
    """A table of the suites of `make test-all`."""
    head = ["## Tests", "", "| | run | failed | skipped |", "|---|--:|--:|--:|"]
    if not TESTS.exists() or TESTS.stat().st_mtime < newest():
        return [*head, f"| every test | {NOT_RUN} | | |"]
    suites = ElementTree.parse(TESTS).getroot().iter("testsuite")
    suite = next(suites)
    cases = list(suite.iter("testcase"))
    rows = [row("every test", cases)]
    for title, part in SUITES.items():
        rows.append(row(title, [case for case in cases if part in case.get("classname", "")]))
    compared = {each.get("name"): int(each.get("value", 0)) for each in suite.iter("property")}
    seconds = float(suite.get("time", 0))
    return [
        *head,
        *rows,
        "",
        f"{compared['files']:,} files and {compared['bytes']:,} bytes of two reports were compared, made in "
        "two folders, time zones and locales, by two users where root may be another."
        if "bytes" in compared
        else f"Bytes of two reports compared: {NOT_RUN}.",
        "",
        f"All of it took {seconds / 60:.1f} minutes (Python {platform.python_version()}, "
        f"{platform.machine()}).",
    ]


def newest() -> float:
    """When the latest of the files that the tests are about was written."""
    paths = [path for name in WATCHED for path in [ROOT / name, *(ROOT / name).rglob("*")]]
    files = [path for path in paths if path.is_file() and "__pycache__" not in path.parts]
    return max(path.stat().st_mtime for path in files)


def row(title: str, cases: list[ElementTree.Element]) -> str:
    """How a group of tests ended."""
    if not cases:
        return f"| {title} | {NOT_RUN} | | |"
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return f"| {title} | {len(cases):,} | {failed:,} | {skipped:,} |"


def mutants() -> list[str]:
    """A table of what became of the mutants of each module."""
    head = [
        "## Mutants",
        "",
        "Each mutant is the code with one small change; one that no test sees has survived.",
        "",
        "| module | mutants | killed | survived | without a test |",
        "|---|--:|--:|--:|--:|",
    ]
    found = json.loads(MUTANTS.read_bytes()) if MUTANTS.exists() else {}
    rows = []
    for path in sorted((ROOT / "src" / "analysis").glob("[fm]*/[!_]*.py")):
        module = f"{path.parent.name}.{path.stem}"
        counts = found.get(module, {})
        now = hashlib.sha256(path.read_bytes()).hexdigest()
        tried = sum(counts.get(name, 0) for name in ("killed", "survived", "untested"))
        if counts and not counts["mutants"]:
            continue
        if tried and counts["sha256"] == now:
            cells = [f"{counts[name]:,}" for name in ("mutants", "killed", "survived", "untested")]
        else:
            cells = [NOT_RUN, "", "", ""]
        rows.append(f"| `{module}` | {' | '.join(cells)} |")
    return [*head, *rows]


if __name__ == "__main__":
    main()
