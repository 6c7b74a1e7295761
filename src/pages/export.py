"""Turns executed notebooks into pages that open from the file system, with no server and no network."""

import csv
import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode

from common.errors import InputError, nearest
from pages.links import CHART_MIME, link_numbers
from pages.plan import FOLDER, Page, Plan
from pages.records import Record

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
_TEMPLATES = ("index", "home", "numbers", "ledger")
_PUBLISHED = re.compile(r'<a id=([\w-]+) class=figure href="ledger[\w-]*\.html#([^"]+)"')
_CELL = re.compile(r"<(?:th|td)\b[^>]*>(.*?)</(?:th|td)>", re.DOTALL)


@functools.cache
def environment() -> Environment:
    """The templates, with nbconvert's filters and this report's own; loaded once, before any fork."""
    here = Path(__file__).parent
    exporter = HTMLExporter(template_name="templates", extra_template_basedirs=[str(here)])
    loaded = exporter.environment
    loaded.filters |= {
        "highlight_code": _highlighted,
        "inline_svg": _inline_svg,
        "local_links": _local_links,
        "no_anchors": functools.partial(re.sub, r"<a id=\w+ ", "<a "),
    }
    for template in _TEMPLATES:
        loaded.get_template(f"{template}.html.j2")
    return loaded


def page_files(
    page: Page,
    notebook: NotebookNode,
    error: str,
    tables: Iterable[str],
    reads: Iterable[str],
    site: Mapping[str, Any],
) -> tuple[dict[str, bytes], dict[str, str]]:
    """What is made of a page.

    Args:
        page: from `read_plan`.
        notebook: as far as it was executed; afterwards it is what the page shows.
        error: what ended it, or "".
        tables: paths of the tables that it wrote.
        reads: paths of the files that it read.
        site: the report's title, `site`; its pages, `links`; those before and after this one, `near`; title
            and licence of each table of the data package, `tables`.

    Returns:
        Its files by path: HTML, its ledger, the executed notebook, each chart as SVG and CSV. And its card:
        the cells, as HTML by column, of the table of one row that a cell tagged `card` shows.
    """
    name = page.name
    files = {f"notebooks/{name}.ipynb": nbformat.writes(notebook) + "\n"}
    words = "papermill-error-cell-tag"  # papermill's about an error; a page has its own
    notebook.cells = [cell for cell in notebook.cells if words not in cell.metadata.get("tags", [])]
    groups = link_numbers(notebook, name, page.sweep)
    for output in _outputs(notebook):
        if chart := output.get("data", {}).get(CHART_MIME):
            stem = f"charts/{name}-{chart['name']}"
            files[f"{stem}.svg"] = output["data"]["image/svg+xml"]
            files[f"{stem}.csv"] = _csv([chart["table"]["columns"], *chart["table"]["rows"]])
    shown = {
        "name": name,
        "title": page.title,
        "error": error,
        "intro": re.sub(r"\A# .*", "", notebook.cells[0].source) if notebook.cells else "",
        "contents": _contents(notebook),
        "parameters": [
            (key, repr(value)) for key, value in page.parameters.items() if key != FOLDER
        ],
        "tables": [
            {
                "name": Path(path).name,
                "href": f"../{path}" if path.startswith("data/") else path[7:],
            }
            for path in tables
        ],
        "reads": sorted(path for path in reads if path.endswith(".csv")),
        "sweep": page.sweep,
    }
    files[f"{name}.html"] = _render(
        "index.html.j2", site, nb=notebook, resources={"page": shown, **site}
    )
    files[f"ledger-{name}.html"] = _render("numbers.html.j2", site, page=shown, groups=groups)
    return {f"report/{path}": text.encode() for path, text in files.items()}, _card(notebook)


def _card(notebook: NotebookNode) -> dict[str, str]:
    table = next((output["html"] for output in _outputs(notebook, "card")), "")
    head, _, body = table.partition("</thead>")
    return dict(zip(_CELL.findall(head), _CELL.findall(body.partition("</tr>")[0]), strict=True))


def index_files(
    plan: Plan,
    records: Mapping[str, Record],
    versions: Mapping[str, str],
    site: Mapping[str, Any],
    root: Path,
) -> dict[str, bytes]:
    """The first page, and the ledgers of the published figures.

    The first page has what notebooks tag `index` (first of all `lead`), a card for each page, and a list of
    the pages of each sweep with what their cards hold.
    """
    cards = [
        {"page": plan.pages[name], "href": f"{name}.html", **vars(record)}
        for name, record in records.items()
    ]
    highlights = []
    for name in records:
        if not plan.pages[name].sweep:
            notebook = nbformat.read(root / "report" / "notebooks" / f"{name}.ipynb", as_version=4)
            link_numbers(notebook, name, "")
            highlights.append((name, list(_outputs(notebook, tag="index"))))
            if next(_outputs(notebook, tag="lead"), None):
                highlights.insert(0, highlights.pop())
    files = {
        "index": _render(
            "home.html.j2",
            site,
            cards=[card for card in cards if not card["page"].sweep],
            sweeps=[
                {
                    "name": name,
                    "title": title,
                    "cards": [card for card in cards if card["page"].sweep == name],
                }
                for name, title in plan.sweeps.items()
            ],
            highlights=[(name, outputs) for name, outputs in highlights if outputs],
            versions=versions,
            read=sorted(
                {path for record in records.values() for path in record.inputs}
                & site["tables"].keys()
            ),
        )
    }
    if (root / plan.ledger).exists():
        pages = (
            (name, (root / "report" / f"{name}.html").read_text(encoding="utf-8"))
            for name in records
        )
        uses = _uses([("index", files["index"]), *pages])
        for sweep in ("", *plan.sweeps):
            among = {name for name in records if plan.pages[name].sweep == sweep} | (
                {"index"} if not sweep else set()
            )
            if among:
                ledger = f"ledger-{sweep}" if sweep else "ledger"
                files[ledger] = _ledger(plan, uses, among, sweep, site, root)
    return {f"report/{name}.html": text.encode() for name, text in files.items()}


def _uses(pages: Iterable[tuple[str, str]]) -> dict[str, dict[str, list[str]]]:
    """By figure and page, the anchors of the links that lead to the figure."""
    uses: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, html in pages:
        for anchor, figure in _PUBLISHED.findall(html):
            uses[unescape(figure)][name].append(anchor)
    return uses


def _ledger(
    plan: Plan,
    uses: Mapping[str, Mapping[str, list[str]]],
    among: set[str],
    sweep: str,
    site: Mapping[str, Any],
    root: Path,
) -> str:
    """A row for each figure that one of the pages links to, by source, with every place that shows it."""
    with (root / plan.ledger).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for column in ("figure_id", "source_id", "value", "unit", "open_ended", "as_published"):
        if rows and column not in rows[0]:
            raise InputError(
                f"report.yml, ledger: {plan.ledger} has no column {column!r}{nearest(column, rows[0])}"
            )
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if among & uses.get(row["figure_id"], {}).keys():
            places = _places(plan, uses[row["figure_id"]])
            by_source[row["source_id"]].append({**row, "amount": _amount(row), "places": places})
    described = _sources(plan, root)
    groups = [
        (described.get(name, {"name": name, "title": name}), by_source[name]) for name in by_source
    ]
    count = f"{sum(map(len, by_source.values())):,} of the {len(rows):,}"
    table = f"../{plan.ledger}"
    return _render(
        "ledger.html.j2",
        site,
        sweep=plan.sweeps.get(sweep),
        groups=groups,
        count=count,
        table=table,
    )


def _places(plan: Plan, uses: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Address and name of every place that shows a figure; one address where all pages of a sweep do."""
    places = _numbered("index", "the first page", uses)
    for sweep, title in {"": "", **plan.sweeps}.items():
        pages = [page for page in plan.pages.values() if page.sweep == sweep]
        if sweep and len(pages) > 1 and all(page.name in uses for page in pages):
            places.append((f"index.html#{sweep}", f"every page of: {title}"))
        else:
            for page in pages:
                places += _numbered(page.name, page.label or page.title, uses)
    return places


def _numbered(page: str, title: str, uses: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Address and name of every place on a page that shows a figure: its title, 2, 3."""
    anchors = uses.get(page, ())
    return [
        (f"{page}.html#{anchor}", title if count == 1 else str(count))
        for count, anchor in enumerate(anchors, start=1)
    ]


def _amount(row: Mapping[str, str]) -> str:
    """A figure with its unit: `$48,780 a year`, `34%`, `2 years`."""
    number = f"{float(row['value']):,.10g}" + ("+" if row["open_ended"] == "True" else "")
    if row["unit"] == "percent":
        return f"{number}%"
    if row["unit"].startswith("USD"):
        return f"${number}{row['unit'][3:].replace(' per ', ' a ')}"
    return f"{number} {row['unit']}"


def _sources(plan: Plan, root: Path) -> dict[str, dict[str, str]]:
    """What the data package says of each source."""
    if not plan.sources:
        return {}
    package = json.loads((root / plan.sources).read_text(encoding="utf-8"))
    return {
        source["name"]: {
            **source,
            "licence": "; ".join(licence["title"] for licence in resource["licenses"]),
        }
        for resource in package["resources"]
        for source in resource["sources"]
    }


def _render(template: str, site: Mapping[str, Any], **values: Any) -> str:
    return environment().get_template(template).render(**site, **values)


def _contents(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Anchor and text of each section, with the anchors that nbconvert gives headings."""
    headings = [
        heading
        for cell in notebook.cells
        if cell.cell_type == "markdown" and "lead" not in cell.metadata.get("tags", [])
        for heading in re.findall(r"^## (.+)$", cell.source, flags=re.MULTILINE)
    ]
    return [(heading.replace(" ", "-"), heading) for heading in headings]


def _outputs(notebook: NotebookNode, tag: str | None = None) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and (tag is None or tag in cell.metadata.get("tags", [])):
            yield from cell.outputs


@functools.cache  # the pages of a sweep have the same code
def _highlighted(source: str) -> str:
    """Code as HTML, of which comments, keywords and strings alone are marked."""
    html = Highlight2HTML(pygments_lexer="ipython3")(source)
    html = re.sub(r'<span(?: class="(?![cks])\w+")?>([^<]*)</span>', r"\1", html)
    html = re.sub(r'<span class="([cks])\w*">', r"<span class=\1>", html)
    return html.replace("</span><span class=s>", "")


def _inline_svg(svg: str) -> str:
    """Let the reader's light or dark setting decide the colours."""
    for colour, variable in _COLOURS.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg


def _local_links(html: str) -> str:
    """Notebooks link to the report as a neighbour of their folder; in the report that is this folder.

    The links that nbconvert gives headings, to themselves, are left out.
    """
    return re.sub(r'<a class="anchor-link".*?</a>', "", html.replace('href="../report/', 'href="'))


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
