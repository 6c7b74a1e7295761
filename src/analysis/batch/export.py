"""Turns executed notebooks into pages that open from the file system, with no server and no network."""

import csv
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode

from analysis.batch.cache import Record
from analysis.batch.plan import Page, Plan

CHART_MIME = "application/vnd.coderpay.chart+json"
_COLOURS = {
    "#fdfdfb": "--paper",
    "#1f2933": "--ink",
    "#5c6670": "--muted",
    "#d5dae0": "--rule",
    "#0072b2": "--blue",
    "#b84e00": "--orange",
    "#2a7d3c": "--green",
    "#c03f8f": "--purple",
}


@functools.cache
def environment() -> Environment:
    """The templates, with nbconvert's filters and this report's own; loaded once, before any fork."""
    here = Path(__file__).parent
    exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(here)])
    loaded = exporter.environment
    loaded.filters |= {
        "highlight_code": Highlight2HTML(pygments_lexer="ipython3"),
        "inline_svg": _inline_svg,
        "local_links": _local_links,
        "plain_style": _plain_style,
    }
    for template in ("index", "home", "ledger"):
        loaded.get_template(f"{template}.html.j2")
    return loaded


def page_files(
    page: Page, notebook: NotebookNode, error: str, tables: Iterable[str], site: Mapping[str, Any]
) -> dict[str, bytes]:
    """The files of one page by path: HTML, the executed notebook, each chart as SVG and CSV.

    Args:
        page: from `read_plan`.
        notebook: as far as it was executed.
        error: what ended it, or "".
        tables: paths of the tables that it wrote.
        site: the report's title, `site`, and its pages, `links`.
    """
    name = page.name
    shown = {
        "name": name,
        "title": page.title,
        "error": error,
        "contents": _contents(notebook),
        "parameters": [(key, repr(value)) for key, value in page.parameters.items()],
        "tables": [
            {"name": Path(path).name, "href": f"../{path}" if path.startswith("data/") else path[7:]}
            for path in tables
        ],
    }
    body = _render("index.html.j2", site, nb=notebook, resources={"page": shown, **site})
    files = {f"{name}.html": body, f"notebooks/{name}.ipynb": nbformat.writes(notebook) + "\n"}
    for output in _outputs(notebook):
        if chart := output.get("data", {}).get(CHART_MIME):
            stem = f"charts/{name}-{chart['name']}"
            files[f"{stem}.svg"] = output["data"]["image/svg+xml"]
            files[f"{stem}.csv"] = _csv([chart["table"]["columns"], *chart["table"]["rows"]])
    return {f"report/{path}": text.encode() for path, text in files.items()}


def index_files(
    plan: Plan,
    records: Mapping[str, Record],
    versions: Mapping[str, str],
    site: Mapping[str, Any],
    root: Path,
) -> dict[str, bytes]:
    """The first page, with what notebooks tag `index` (first of all `lead`) and a card a page; the ledger."""
    cards = [
        {
            "href": f"{name}.html",
            "title": plan.pages[name].title,
            "summary": record.summary,
            "status": record.status,
            "error": record.error,
            "traceback": record.traceback,
            "sweep": plan.pages[name].sweep,
        }
        for name, record in records.items()
    ]
    highlights = []
    for name in records:
        if not plan.pages[name].sweep:
            notebook = nbformat.read(root / "report" / "notebooks" / f"{name}.ipynb", as_version=4)
            highlights.append((name, list(_outputs(notebook, tag="index"))))
            if next(_outputs(notebook, tag="lead"), None):
                highlights.insert(0, highlights.pop())
    files = {
        "report/index.html": _render(
            "home.html.j2",
            site,
            cards=[card for card in cards if not card["sweep"]],
            sweeps=[
                {"name": name, "title": title, "cards": [card for card in cards if card["sweep"] == name]}
                for name, title in plan.sweeps.items()
            ],
            highlights=[(name, outputs) for name, outputs in highlights if outputs],
            versions=versions,
        )
    }
    if (root / plan.ledger).exists():
        files["report/ledger.html"] = _ledger(plan, records, site, root)
    return {path: text.encode() for path, text in files.items()}


def _ledger(plan: Plan, records: Iterable[str], site: Mapping[str, Any], root: Path) -> str:
    """A row for each figure that a page or sweep links to, with those that do."""
    used: dict[str, set[str]] = {}
    for name in records:
        html = (root / "report" / f"{name}.html").read_text(encoding="utf-8")
        figures = re.findall(r'href="ledger\.html#([^"]+)"', html)
        used.setdefault(plan.pages[name].sweep or name, set()).update(figures)
    with (root / plan.ledger).open(encoding="utf-8", newline="") as lines:
        columns, *rows = csv.reader(lines)
    linked = [
        (row, links)
        for row in rows
        if (links := [link for link in site["links"] if row[0] in used.get(link["name"], ())])
    ]
    return _render(
        "ledger.html.j2", site, columns=columns, rows=linked, table=f"../{plan.ledger}", count=len(rows)
    )


def _render(template: str, site: Mapping[str, Any], **values: Any) -> str:
    return environment().get_template(template).render(**site, **values)


def _contents(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Anchor and text of each section, with the anchors that nbconvert gives headings."""
    headings = [
        heading
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for heading in re.findall(r"^## (.+)$", cell.source, flags=re.MULTILINE)
    ]
    return [(heading.replace(" ", "-"), heading) for heading in headings]


def _outputs(notebook: NotebookNode, tag: str | None = None) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and (tag is None or tag in cell.metadata.get("tags", [])):
            yield from cell.outputs


def _inline_svg(svg: str) -> str:
    """Let the reader's light or dark setting decide the colours."""
    for colour, variable in _COLOURS.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg


def _local_links(html: str) -> str:
    """Notebooks link to the report as a neighbour of their folder; in the report that is this folder."""
    return html.replace('href="../report/', 'href="')


def _plain_style(html: str) -> str:
    """Drop the styles a table brings along, so that the page's own hold, in the dark too."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r'(<div id="[^"]*") style="[^"]*"', r"\1", html)


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
