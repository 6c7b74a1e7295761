"""Makes the report's first page, and the ledgers of the published figures that pages show."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import nbformat

from common.errors import InputError, nearest
from pages.export import render
from pages.links import Linker
from pages.outputs import Shown, show_outputs
from pages.plan import Plan
from pages.plan_file import FILE
from pages.records import Record
from pages.sources import described_sources

_PUBLISHED = re.compile(r'<a id=([\w-]+) class=figure href="ledger[\w-]*\.html#([^"]+)"')
_COLUMNS = ("figure_id", "source_id", "value", "unit", "open_ended", "as_published")
Uses = Mapping[str, Mapping[str, list[str]]]
"""By figure and page, the anchors of the links that lead to the figure."""


def first_page_files(
    plan: Plan,
    records: Mapping[str, Record],
    versions: Mapping[str, str],
    site: Mapping[str, Any],
    root: Path,
) -> dict[str, bytes]:
    """The first page, and a ledger of published figures for the single pages and for each sweep.

    The first page has what notebooks tag `index` (first of all `lead`), a card for each page, and a
    list of the pages of each sweep with what their cards hold.

    Args:
        plan: from `read_plan`.
        records: of the pages that there are, in order of need.
        versions: of what the report was made with, by name.
        site: see `export.page_files`.
        root: the project's folder.

    Raises:
        InputError: the table of figures lacks a column.
    """
    cards = [
        {"page": plan.pages[name], "href": f"{name}.html", **dict(record)}
        for name, record in records.items()
    ]
    sweeps = [
        {
            "name": name,
            "title": title,
            "cards": [card for card in cards if card["page"].sweep == name],
        }
        for name, title in plan.sweeps.items()
    ]
    read = {path for record in records.values() for path in record.inputs}
    files = {
        "index": render(
            "first_page",
            site,
            cards=[card for card in cards if not card["page"].sweep],
            sweeps=sweeps,
            highlights=_highlights(plan, records, root),
            versions=versions,
            read=sorted(read & site["tables"].keys()),
        )
    }
    if (root / plan.ledger).exists():
        pages = {name: root / "report" / f"{name}.html" for name in records}
        html = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
        files |= _ledgers(plan, _uses({"index": files["index"], **html}), records, site, root)
    return {f"report/{name}.html": text.encode() for name, text in files.items()}


def _highlights(plan: Plan, records: Iterable[str], root: Path) -> list[tuple[str, list[Shown]]]:
    """Of each single page what it tags `index`, first of all where it tags that `lead` too."""
    highlights: list[tuple[str, list[Shown]]] = []
    for name in (name for name in records if not plan.pages[name].sweep):
        path = root / "report" / "notebooks" / f"{name}.ipynb"
        notebook, linker = nbformat.read(path, as_version=4), Linker(name, "")
        outputs: list[Shown] = []
        leads = False
        for position, cell in enumerate(notebook.cells):
            shown = show_outputs(cell, position, linker)
            if shown and "index" in cell.metadata.get("tags", []):
                outputs += shown
                leads = leads or "lead" in cell.metadata.tags
        if outputs:
            highlights.insert(0 if leads else len(highlights), (name, outputs))
    return highlights


def _uses(pages: Mapping[str, str]) -> Uses:
    uses: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, html in pages.items():
        for anchor, figure in _PUBLISHED.findall(html):
            uses[unescape(figure)][name].append(anchor)
    return uses


def _ledgers(
    plan: Plan, uses: Uses, records: Iterable[str], site: Mapping[str, Any], root: Path
) -> dict[str, str]:
    """A ledger for the single pages and the first one, and one for each sweep that has pages."""
    with (root / plan.ledger).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for column in _COLUMNS:
        if rows and column not in rows[0]:
            near = nearest(column, rows[0])
            raise InputError(f"{FILE}, ledger: {plan.ledger} has no column {column!r}{near}")
    sources = described_sources(root, plan.sources)
    ledgers = {}
    for sweep in ("", *plan.sweeps):
        among = {name for name in records if plan.pages[name].sweep == sweep}
        if not sweep:
            among.add("index")
        if among:
            name = f"ledger-{sweep}" if sweep else "ledger"
            groups, count = _by_source(rows, plan, uses, among, sources)
            ledgers[name] = render(
                "published_figures",
                site,
                sweep=plan.sweeps.get(sweep),
                groups=groups,
                count=f"{count:,} of the {len(rows):,}",
                table=f"../{plan.ledger}",
            )
    return ledgers


def _by_source(
    rows: Iterable[Mapping[str, str]],
    plan: Plan,
    uses: Uses,
    among: set[str],
    sources: Mapping[str, Mapping[str, str]],
) -> tuple[list[tuple[Mapping[str, str], list[dict[str, Any]]]], int]:
    """By source, the figures that one of the pages shows, and how many they are."""
    shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        places = uses.get(row["figure_id"], {})
        if among & places.keys():
            more = {"amount": _amount(row), "places": _places(plan, places)}
            shown[row["source_id"]].append({**row, **more})
    groups = [
        (sources.get(name, {"name": name, "title": name}), figures)
        for name, figures in shown.items()
    ]
    return groups, sum(map(len, shown.values()))


def _places(plan: Plan, uses: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Address and name of every place that shows a figure; one address where a whole sweep does."""
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
        return f"${number}{row['unit'].removeprefix('USD').replace(' per ', ' a ')}"
    return f"{number} {row['unit']}"
