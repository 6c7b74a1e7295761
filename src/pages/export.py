"""Makes a page of an executed notebook, which opens from the file system: no server, no network."""

import csv
import functools
import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from rcssmin import cssmin
from rjsmin import jsmin

from common.errors import InputError
from common.notebook_contract import CHART_MIME, LiveCode
from common.plain_text import for_spreadsheet
from pages.column_origins import ColumnOrigins
from pages.data_sets import data_set
from pages.markdown import markdown_html
from pages.notebooks import asks_for_files, runs_programs
from pages.number_links import Linker, figures_behind
from pages.output_html import rows_written, show_outputs, slug
from pages.page_citation import cited, described
from pages.page_messages import Run
from pages.page_records import Excerpts
from pages.plan import OUTPUT_PARAMETER, Page
from pages.report_data import copy_of, is_shown
from pages.terms import Explainer

# What a notebook's first words hold that its page tells elsewhere: at the top and at the foot.
_TITLE_OR_FILES = re.compile(r"\A# .*|\n\n\*\*Reads\*\* .*")
_TEMPLATES = ("page", "first_page", "sweep", "page_ledger", "published_figures", "document")


@functools.cache
def templates() -> Environment:
    """The templates, loaded once, before any fork."""
    loaded = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
    )
    loaded.filters |= {
        "slug": slug,
        "copy_of": copy_of,
        "local_links": local_links,
        "sha256": _sha256,
        "repr": repr,
        "without_anchors": _without_anchors,
        "small_css": _small_css,
        "small_javascript": _small_javascript,
    }
    for template in _TEMPLATES:
        loaded.get_template(f"{template}.html.j2")
    return loaded


def render(template: str, site: Mapping[str, Any], **values: Any) -> str:
    """A template of `templates/` filled in; `site` is the report as every page shows it."""
    return templates().get_template(f"{template}.html.j2").render(**site, **values)


def page_files(
    page: Page, notebook: NotebookNode, run: Run, site: Mapping[str, Any], root: Path
) -> tuple[dict[str, bytes], Excerpts]:
    """What is made of a page.

    Args:
        page: from `read_plan`.
        notebook: as far as it was run.
        run: what became of it.
        site: the report's title, `site`; its pages, `links`; those before and after this one,
            `near`; title and licence of each table of the data package, `tables`; by area code the
            file of the page of a place, `places`; and where links to others lead, `find`.
        root: the project's folder.

    Returns:
        Its files by path: HTML, its ledger, the executed notebook, each chart as SVG and CSV; and
        what other pages show of it.

    Raises:
        InputError: two charts have the same name, and so would their files.
    """
    name, linker = page.name, _linker(page, site)
    files = {f"notebooks/{name}.ipynb": nbformat.writes(notebook) + "\n"}
    kinds = [cell.cell_type for cell in notebook.cells]
    titled = kinds.index("markdown") if "markdown" in kinds else -1
    cells = [
        _shown_cell(cell, position, linker, (root / page.notebook).parent, position == titled)
        for position, cell in enumerate(notebook.cells)
    ]
    files |= _chart_files(name, notebook)
    if run.failure:
        _mark_end(cells)
    shown = _described(page, notebook, run, _with_terms(cells, Explainer(site.get("terms", ()))))
    description = _description(cells)
    tables = [table["href"] for table in shown["tables"]]
    own = tables and not page.sweep  # those of a sweep are many, and alike
    files[f"{name}.html"] = render(
        "page",
        site,
        page=shown,
        description=description,
        data_sets=[data_set(page.title, description, tables, site)] if own else [],
        cited=cited(site, page.title, f"{name}.html"),
    )
    files[f"ledger-{name}.html"] = render(
        "page_ledger",
        site,
        page=shown,
        groups=linker.groups,
        explained=linker.explained,
        cited=cited(site, f"Where the numbers come from: {page.title}", f"ledger-{name}.html"),
    )
    excerpts = _excerpts(name, cells, linker)
    return {f"report/{path}": text.encode() for path, text in files.items()}, excerpts


def _linker(page: Page, site: Mapping[str, Any]) -> Linker:
    return Linker(
        page.name,
        page.sweep,
        site.get("places", {}),
        site.get("find", ""),
        ColumnOrigins(site.get("origins", ()), Path(page.notebook).stem),
        {path: table["title"] for path, table in site.get("tables", {}).items()},
    )


def live_code(parts: Iterable[LiveCode | None]) -> dict[str, list[Markup]]:
    """The `scripts` and `styles` of live parts, each once."""
    held = [part for part in parts if part]
    return {
        "scripts": list(dict.fromkeys(Markup(part["script"]) for part in held)),
        "styles": list(dict.fromkeys(Markup(part["style"]) for part in held)),
    }


def _small_javascript(script: Markup) -> Markup:
    """A script without what only its writers need."""
    return Markup(jsmin(script))


def _small_css(style: Markup) -> Markup:
    """A style sheet without what only its writers need."""
    return Markup(cssmin(style))


def _sha256(text: str) -> str:
    """The digest by which a content security policy lets an inline script run."""
    return b64encode(sha256(text.encode()).digest()).decode()


def _mark_end(cells: Sequence[Mapping[str, Any]]) -> None:
    """Tell the last error of a page that failed from those that a cell may raise."""
    shown = [cell["outputs"] for cell in cells if cell["outputs"]]
    last = shown[-1] if shown else []
    errors = [place for place, output in enumerate(last) if output.kind == "error"]
    if errors:
        last[errors[-1]] = replace(last[errors[-1]], kind="end")


def _chart_files(page: str, notebook: NotebookNode) -> dict[str, str]:
    """The drawing and the data of each chart, by path."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    files: dict[str, str] = {}
    for data in (output.get("data", {}) for output in outputs):
        if chart := data.get(CHART_MIME):
            stem = f"charts/{page}-{slug(chart['name'])}"
            if f"{stem}.svg" in files:
                raise InputError(f"two charts are called {chart['name']!r}; expected other names")
            files |= {f"{stem}.svg": data["image/svg+xml"], f"{stem}.csv": _csv(chart["table"])}
    return files


def _with_terms(cells: Sequence[dict[str, Any]], explainer: Explainer) -> list[dict[str, Any]]:
    """The cells with terms explained in their sentences, the leads first, as the page has them."""
    explained = {}
    for cell in sorted(cells, key=lambda cell: "lead" not in cell["tags"]):
        prose = "" if "lead" in cell["tags"] else Markup(explainer.explain(cell["prose"]))
        outputs = [
            replace(output, html=Markup(explainer.explain(output.html)))
            if output.kind == "prose"
            else output
            for output in cell["outputs"]
        ]
        explained[cell["position"]] = {**cell, "prose": prose, "outputs": outputs}
    return [explained[cell["position"]] for cell in cells]


def _excerpts(page: str, cells: Sequence[Mapping[str, Any]], linker: Linker) -> Excerpts:
    """What the first page and the ledgers show of a page."""
    show = templates().get_template("outputs.html.j2").module.show  # type: ignore[attr-defined]
    indexed = [cell for cell in cells if "index" in cell["tags"] and cell["outputs"]]
    html = "\n".join(show(output, page) for cell in indexed for output in cell["outputs"])
    cards = [output for cell in cells if "card" in cell["tags"] for output in cell["outputs"]]
    live = live_code(output.live for cell in indexed for output in cell["outputs"])
    figures: dict[str, list[str]] = defaultdict(list)
    for number in (number for group in linker.groups for number in group.numbers):
        for figure in sorted(figures_behind(number.origin)):
            figures[figure].append(number.anchor)
    return Excerpts(
        card=dict(cards[0].first_row) if cards else {},
        highlights=re.sub(r"<(a|span popover) id=", rf"<\1 id={page}-", html),
        figures=figures,
        scripts=[str(script) for script in live["scripts"]],
        styles=[str(style) for style in live["styles"]],
        highlighted=[
            number.anchor for group in linker.groups if group.indexed for number in group.numbers
        ],
    )


def _description(cells: Sequence[Mapping[str, Any]]) -> str:
    """What a page says first, as plain text: its lead, or else its first words."""
    leads = [output.html for cell in cells if "lead" in cell["tags"] for output in cell["outputs"]]
    return described(" ".join([*leads, *(cell["prose"] for cell in cells[:1])]))


def _described(
    page: Page, notebook: NotebookNode, run: Run, cells: list[dict[str, Any]]
) -> dict[str, Any]:
    """What the templates show of a page."""
    return {
        "name": page.name,
        "title": page.title,
        "failure": run.failure,
        "cells": cells,
        "contents": [
            section for cell in cells if "lead" not in cell["tags"] for section in cell["sections"]
        ],
        "parameters": [
            (key, value) for key, value in page.parameters.items() if key != OUTPUT_PARAMETER
        ],
        "tables": _written(run.tables, notebook),
        "reads": sorted(path for path, known in run.reads.items() if is_shown(path, known)),
        "runs_programs": runs_programs(notebook.cells),
        "asks_for_files": asks_for_files(notebook.cells),
        "sweep": page.sweep,
    } | live_code(output.live for cell in cells for output in cell["outputs"])


def _shown_cell(
    cell: NotebookNode, position: int, linker: Linker, folder: Path, titled: bool
) -> dict[str, Any]:
    """A cell as the template shows it; if it is the titled one, without the title of the page."""
    tags = cell.metadata.get("tags", [])
    shown: dict[str, Any] = {
        "position": position,
        "tags": tags,
        "code": Markup(""),
        "prose": Markup(""),
        "sections": [],
        "outputs": show_outputs(cell, position, linker),
    }
    if cell.cell_type == "code" and cell.source.strip():
        shown |= {"code": highlighted(cell.source), "count": cell.execution_count or position}
    elif cell.cell_type == "markdown":
        source = cell.source
        if titled:
            source = _TITLE_OR_FILES.sub("", source)
        html, sections = markdown_html(source, folder, cell.get("attachments"))
        shown |= {"prose": local_links(Markup(html)), "sections": sections}
    return shown


def local_links(html: Markup) -> Markup:
    """HTML whose links to the report, a neighbour of the notebooks' folder, lead to where it is."""
    return Markup(str(html).replace('href="../report/', 'href="'))


def _without_anchors(html: str) -> Markup:
    """HTML of a page for use beside itself: its numbers have no anchors."""
    return Markup(re.sub(r"<a id=\w+ ", "<a ", str(html)))


def _written(tables: Iterable[str], notebook: NotebookNode) -> list[dict[str, Any]]:
    """The tables that a page wrote, with their rows as far as the notebook says how many."""
    rows: dict[str, int] = {}
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        rows |= rows_written(output)
    return [
        {"name": Path(path).name, "href": copy_of(path), "rows": rows.get(path)} for path in tables
    ]


@functools.cache  # the pages of a sweep have the same code
def highlighted(source: str) -> Markup:
    """Code as HTML, of which comments, keywords and strings alone are marked."""
    html = Highlight2HTML(pygments_lexer="ipython3")(source)
    html = re.sub(r'<span(?: class="(?![cks])\w+")?>([^<]*)</span>', r"\1", html)
    html = re.sub(r'<span class="([cks])\w*">', r"<span class=\1>", html)
    html = html.replace("<pre>", '<pre tabindex="0">')  # long lines are scrolled by keyboard, too
    return Markup(str(html).replace("</span><span class=s>", ""))


def _csv(table: Mapping[str, Any]) -> str:
    buffer = StringIO()
    rows = [[for_spreadsheet(cell) for cell in row] for row in (table["columns"], *table["rows"])]
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
