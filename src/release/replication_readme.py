"""The archive's README for those who check it, in the template of the social science data editors.

See https://social-science-data-editors.github.io/template_README/. What it says of data is taken
from the data package, of time and memory from the benchmarks, of programs from the manifest.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.published.package import Package
from common.errors import InputError
from release.citation import Citation
from release.made_files import MadeFiles, MadePage

README = "README-replication.md"
_BENCHMARKS = "docs/benchmarks.md"
_TIMES = {
    600: "<10 minutes",
    3_600: "10-60 minutes",
    28_800: "1-8 hours",
    86_400: "8-24 hours",
    259_200: "1-3 days",
    1_209_600: "3-14 days",
    float("inf"): "> 14 days",
}
"""The template's answers to how long it takes, by the seconds that each reaches to."""


def replication_readme(
    contents: Mapping[str, bytes], made: MadeFiles, citation: Citation, package: Package
) -> str:
    """The README as Markdown.

    Args:
        contents: of the archive's other files, by path.
        made: those of them that the batch made.
        citation: of the project.
        package: the raw tables and where they came from.

    Raises:
        InputError: an item of the template has no answer.
    """
    return filled_in(answers(contents, made, citation, package))


def answers(
    contents: Mapping[str, bytes], made: MadeFiles, citation: Citation, package: Package
) -> dict[str, Any]:
    """What the items of the template are answered with; arguments as above."""
    seconds, megabytes, machine = _measured(contents.get(_BENCHMARKS, b"").decode())
    return {
        "citation": citation.model_dump(),
        "tables": [_table(table.model_dump()) for table in package.resources],
        "licences": sorted(
            {licence.title for table in package.resources for licence in table.licenses}
        ),
        "processed": sorted({path for page in made.pages.values() for path in page.tables}),
        "versions": made.versions,
        "seeds": list(_seeds(contents)),
        "time": seconds and _time(seconds),
        "times": list(_TIMES.values()),
        "seconds": seconds,
        "megabytes": megabytes,
        "machine": machine,
        "storage": max(1, round(sum(map(len, contents.values())) / 1e6)),
        "pages": [_page(name, page, contents) for name, page in made.pages.items()],
    }


def filled_in(answers: Mapping[str, Any]) -> str:
    """The template with its answers.

    Raises:
        InputError: one is empty.
    """
    if empty := list(_unanswered("", answers)):
        raise InputError(f"{README}: no answer for {', '.join(empty)}; expected one for each item")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("replication_readme.md.j2").render(answers)


def _unanswered(name: str, answer: Any) -> Iterator[str]:
    """The names of the answers, at whatever depth, that are empty."""
    if isinstance(answer, Mapping):
        parts = {f"{name}.{key}".lstrip("."): part for key, part in answer.items()}
    elif isinstance(answer, list):
        parts = {f"{name} {number}": part for number, part in enumerate(answer, 1)}
    else:
        parts = {}
    if answer in ("", None, [], {}):
        yield name
    for key, part in parts.items():
        yield from _unanswered(key, part)


def _table(table: dict[str, Any]) -> dict[str, Any]:
    sources = [
        {
            "name": source["name"],
            "title": source["title"],
            "publisher": source["publisher"],
            "published": source["published"],
            "obtained": source["obtained"],
            "accessed": source["accessed"],
            "path": source["path"],
            "period": source["reference_period"] or "no one period",
        }
        for source in table["sources"]
    ]
    licence = "; ".join(licence["title"] for licence in table["licenses"])
    described = {name: table[name] for name in ("path", "title", "description")}
    return described | {"licence": licence, "sources": sources}


def _measured(benchmarks: str) -> tuple[str, str, str]:
    """Seconds and megabytes of the report, and on what machine; "" where not measured."""
    machine = re.search(r"It ran on ([^(]+\([^)]+\))", benchmarks)
    section = benchmarks.partition("\n## The report\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    ours = next((row for row in rows if row[0] == "`coderpay report`"), None)
    if not (machine and ours):
        return "", "", ""
    found = dict(zip(("name", *rows[0][-len(ours) + 1 :]), ours, strict=False))
    return found.get("seconds", ""), found.get("memory, MB", ""), machine[1]


def _time(seconds: str) -> str:
    return next(words for limit, words in _TIMES.items() if float(seconds) < limit)


def _seeds(contents: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
    for path in sorted(contents):
        if path.startswith("src/") and path.endswith(".py"):
            for number, line in enumerate(contents[path].decode().splitlines(), 1):
                if found := re.match(r"_?SEED = (\d+)", line):
                    yield {"place": f"{path}, line {number}", "value": found[1]}


def _page(name: str, page: MadePage, contents: Mapping[str, bytes]) -> dict[str, Any]:
    """A page with its figures and tables, each with the cell that makes it as far as is known."""
    pictures = [path for path in page.outputs if path.endswith(".svg")]
    cells = json.loads(contents[f"report/notebooks/{name}.ipynb"])["cells"]
    drawn = {
        "".join(output.get("data", {}).get("image/svg+xml", "")): cell["execution_count"]
        for cell in cells
        for output in cell.get("outputs", ())
    }
    figures = [
        {"path": path, "cell": f"[{drawn.get(contents[path].decode(), '?')}]"} for path in pictures
    ]
    return {
        "name": name,
        "title": page.title,
        "notebook": page.notebook,
        "outputs": [*figures, *({"path": path, "cell": "(writes it)"} for path in page.tables)],
    }
