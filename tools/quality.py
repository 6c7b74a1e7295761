"""Says what the last `make test-all` and `make mutants` found, in docs/quality.md: `make quality`.

Every figure is counted in what they left in `.cache/quality/`. What was not run, or not since the
code it is about has changed, is shown as not run. Tests may have been run in parts, each with
`pytest --junitxml=.cache/quality/NAME.xml`. docs/mutants.md lists the mutants that no test sees,
with the reasons that survivors.csv gives.
"""

import hashlib
import json
import platform
import tomllib
from pathlib import Path
from xml.etree import ElementTree

from mutants import FOUND, reason

ROOT = Path(__file__).resolve().parents[1]
PARTS = ROOT / ".cache" / "quality"
UNEXPLAINED = "**A gap: a test should see it.**"
NOT_RUN = "not run"
SUITES = {
    "cells of notebooks, run again and compared (nbval)": ".ipynb",
    "wrong inputs, refused with nothing changed": "test_bad_inputs",
    "batches killed at a random moment": "test_crash",
    "batches disturbed at a random moment, in 18 ways": "test_faults",
    "states in which a killed update leaves a project, healed and undone": "test_killed_update",
    "bombs refused in little time and memory": "test_bombs",
    "hostile text in every field, in a browser": "test_hostile_text",
    "changes to notebooks that have to be seen, or not": "test_nbval",
    "fuzzed parsers": "test_fuzz",
    "rules for every input": "test_properties",
}
WATCHED = ("src", "tests", "notebooks", "data", "report.yml", "conftest.py")


def main() -> None:
    """Write the pages."""
    lines = [
        "# Quality",
        "",
        "By `make quality`: all is counted in what `make test-all` and `make mutants` found.",
        "",
        *tests(),
        "",
        *mutants(),
    ]
    for name, text in (("quality", lines), ("mutants", survivors())):
        (ROOT / "docs" / f"{name}.md").write_text("\n".join([*text, ""]), encoding="utf-8")


def tests() -> list[str]:
    """A table of the suites of `make test-all`."""
    head = ["## Tests", "", "| | run | failed | skipped |", "|---|--:|--:|--:|"]
    changed = newest()
    parts = [path for path in PARTS.glob("*.xml") if path.stat().st_mtime > changed]
    if not parts:
        return [*head, f"| every test | {NOT_RUN} | | |"]
    suites = [suite for part in parts for suite in ElementTree.parse(part).iter("testsuite")]
    cases = [case for suite in suites for case in suite.iter("testcase")]
    rows = [row("every test that was run", cases)]
    for title, part in SUITES.items():
        rows.append(row(title, [case for case in cases if part in case.get("classname", "")]))
    compared = {name: sum(noted(case, name) for case in cases) for name in ("files", "bytes")}
    minutes = sum(float(suite.get("time", 0)) for suite in suites) / 60
    return [
        *head,
        *rows,
        "",
        f"{compared['files']:,} files and {compared['bytes']:,} bytes of two reports were "
        "compared, made in two folders, time zones and locales, by two users where root may be "
        "another."
        if compared["bytes"]
        else f"Bytes of two reports compared: {NOT_RUN}.",
        "",
        f"All of it took {minutes:.1f} minutes (Python {platform.python_version()}, "
        f"{platform.machine()}).",
    ]


def noted(case: ElementTree.Element, name: str) -> int:
    """A number that a test has noted under a name; 0 where it has none."""
    found = [each.get("value", 0) for each in case.iter("property") if each.get("name") == name]
    return sum(map(int, found))


def newest() -> float:
    """When the latest of the files that the tests are about was written."""
    paths = [path for name in WATCHED for path in [ROOT / name, *(ROOT / name).rglob("*")]]
    files = [path for path in paths if path.is_file() and "__pycache__" not in path.parts]
    return max(path.stat().st_mtime for path in files)


def row(title: str, cases: list[ElementTree.Element]) -> str:
    """How a group of tests ended; one that tries many moments counts as so many."""
    if not cases:
        return f"| {title} | {NOT_RUN} | | |"
    failed = sum(
        case.find("failure") is not None or case.find("error") is not None for case in cases
    )
    skipped = sum(case.find("skipped") is not None for case in cases)
    run = sum(noted(case, "moments") or 1 for case in cases)
    return f"| {title} | {run:,} | {failed:,} | {skipped:,} |"


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
    modules = json.loads(FOUND.read_bytes()) if FOUND.exists() else {}
    rows, untried, explained = [], 0, 0
    total = dict.fromkeys(("mutants", "killed", "survived", "untested"), 0)
    for path in mutable():
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        counts = modules.get(module, {})
        now = hashlib.sha256(path.read_bytes()).hexdigest()
        tried = sum(counts.get(name, 0) for name in ("killed", "survived", "untested"))
        if tried and counts["sha256"] == now:
            rows.append(f"| `{module}` | {' | '.join(f'{counts[name]:,}' for name in total)} |")
            total = {name: total[name] + counts[name] for name in total}
            explained += sum(bool(reason(was, became)) for _, was, became in counts["survivors"])
        elif not counts or counts["mutants"]:
            untried += 1
    if untried:
        rows.append(f"| {untried} modules | {NOT_RUN} since their code changed | | | |")
    if not total["mutants"]:
        return [*head, *rows]
    tried = total["killed"] + total["survived"] + total["untested"]
    sums = f"| all of these | {' | '.join(f'{count:,}' for count in total.values())} |"
    found = (
        f"{tried:,} of these were tried. {total['killed'] / tried:.1%} of those are killed; "
        f"{explained:,} make no difference that a test could see, and mutants.md says why; "
        f"{tried - total['killed'] - explained:,} are left."
    )
    return [*head, *rows, sums, "", found]


def mutable() -> list[Path]:
    """The modules that mutmut is told to change."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["mutmut"]["only_mutate"]
    paths = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path for path in paths if path.stem != "__init__"]


def survivors() -> list[str]:
    """The mutants that no test sees, by module, each with the reason why."""
    found = json.loads(FOUND.read_bytes()) if FOUND.exists() else {}
    text = [
        "# Mutants that no test sees",
        "",
        "By `make quality`, from the last `make mutants`; the reasons are in tools/survivors.csv.",
    ]
    if not found:
        text += ["", "None has been tried since the code was last divided into modules."]
    for module, counts in found.items():
        rows = []
        for function, was, became in counts["survivors"]:
            cells = [f"`{cell.replace('|', chr(92) + '|')}`" for cell in (function, was, became)]
            rows.append(f"| {' | '.join(cells)} | {reason(was, became) or UNEXPLAINED} |")
        if rows:
            text += [
                "",
                f"## `{module}`",
                "",
                "| function | as it is | mutant | why no test sees it |",
                "|---|---|---|---|",
                *rows,
            ]
    return text


if __name__ == "__main__":
    main()
