"""Makes the ledgers of the published figures that pages show: one row for each figure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from common.csv_files import CsvFiles
from common.plan_file import PLAN_NAME
from pages.data_sets import data_set
from pages.export import render
from pages.package_descriptions import described_sources
from pages.page_citation import cited
from pages.page_records import Record
from pages.plan import Plan
from pages.report_data import copy_of

_COLUMNS = (
    *("figure_id", "source_id", "subject", "category", "statistic", "value", "unit"),
    *("open_ended", "period", "population", "as_published", "locator"),
)
Uses = Mapping[str, Mapping[str, list[str]]]
"""By figure and page, the anchors of the links that lead to the figure."""


def published_ledgers(
    plan: Plan, records: Mapping[str, Record], site: Mapping[str, Any], root: Path
) -> dict[str, str]:
    """A ledger for the single pages and the first one, and one for each sweep that has pages.

    Args:
        plan: from `read_plan`.
        records: of the pages that there are, in order of need.
        site: see `export.page_files`.
        root: the project's folder.

    Returns:
        HTML by name; none where there is no table of figures.

    Raises:
        InputError: the table of figures lacks a column.
    """
    if not (root / plan.ledger).is_file():
        return {}
    rows = [*CsvFiles(root).rows(plan.ledger, f"{PLAN_NAME}, ledger", _COLUMNS).values()]
    uses, sources = _uses(plan, records), described_sources(root, plan.sources)
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
                title=_title(plan, sweep),
                data_sets=[] if sweep else _data_sets(records, site),
                groups=groups,
                count=f"{count:,} of the {len(rows):,}",
                table=copy_of(plan.ledger),
                cited=cited(site, _title(plan, sweep), f"{name}.html"),
            )
    return ledgers


def _data_sets(records: Mapping[str, Record], site: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The raw tables that pages read, for search engines."""
    read = {path for record in records.values() for path in record.inputs}
    return [
        data_set(
            table["title"],
            f"{table['title']}: the figures as published, a source in every row",
            [copy_of(path)],
            site,
            table["licence"],
        )
        for path, table in site["tables"].items()
        if path in read
    ]


def _title(plan: Plan, sweep: str) -> str:
    return f"Published figures: {plan.sweeps[sweep]}" if sweep else "Published figures"


def _uses(plan: Plan, records: Mapping[str, Record]) -> Uses:
    uses: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, record in records.items():
        highlighted = set(record.excerpts.highlighted)
        for figure, anchors in record.excerpts.figures.items():
            uses[figure][name] = anchors
            shown = [f"{name}-{anchor}" for anchor in anchors if anchor in highlighted]
            if shown and not plan.pages[name].sweep:
                uses[figure]["index"] += shown
    return uses


def _by_source(
    rows: Iterable[Mapping[str, str]],
    plan: Plan,
    uses: Uses,
    among: set[str],
    sources: Mapping[str, Mapping[str, str]],
) -> tuple[list[tuple[Mapping[str, str], list[dict[str, Any]]]], int]:
    """By source, the figures that one of the pages shows, and how many they are."""
    shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sizes = Counter(page.sweep for page in plan.pages.values())
    for row in rows:
        places = uses.get(row["figure_id"], {})
        if among & places.keys():
            more = {"amount": _amount(row), "places": _places(plan, sizes, places)}
            shown[row["source_id"]].append({**row, **more})
    groups = [
        (sources.get(name, {"name": name, "title": name}), figures)
        for name, figures in shown.items()
    ]
    return groups, sum(map(len, shown.values()))


def _places(
    plan: Plan, sizes: Mapping[str, int], uses: Mapping[str, list[str]]
) -> list[tuple[str, str]]:
    """Address and name of every place that shows a figure; one address where a whole sweep does."""
    places = _numbered("index", "the first page", uses)
    using = [plan.pages[name] for name in uses if name in plan.pages]
    for sweep, title in {"": "", **plan.sweeps}.items():
        pages = [page for page in using if page.sweep == sweep]
        if sweep and 1 < sizes[sweep] == len(pages):
            places.append((f"{sweep}.html", f"every page of: {title}"))
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
