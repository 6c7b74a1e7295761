"""Makes the report's first page, and the tables that lie beside the pages."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from markupsafe import Markup

from common.errors import InputError
from common.notebook_contract import section_anchor
from common.plan_file import PLAN_NAME
from pages.data_sets import data_set
from pages.export import render
from pages.markdown import markdown_html
from pages.package_descriptions import whole_tables
from pages.page_citation import cited, described
from pages.page_records import Record
from pages.plan import Page, Plan
from pages.preview_picture import preview
from pages.published_ledger import published_ledgers
from pages.report_data import WORKBOOK, copy_of, used_tables
from pages.report_workbook import workbook_of
from pages.terms import Explainer

_QUESTION = re.compile(r"<p><strong>(?P<question>[^<]*\?)</strong>")


def first_page_files(
    plan: Plan,
    records: Mapping[str, Record],
    versions: Mapping[str, str],
    site: Mapping[str, Any],
    root: Path,
) -> dict[str, bytes]:
    """The first page, the methodology, and the ledgers of published figures.

    The first page has what notebooks tag `index` and a card for each page, those that others
    rest on last. A list of the pages of a sweep, with what their cards hold, is a page. There is a
    ledger for the single pages and one for each sweep.

    Args:
        plan: from `read_plan`.
        records: of the pages that there are, in order of need.
        versions: of what the report was made with, by name.
        site: see `export.page_files`.
        root: the project's folder.

    Raises:
        InputError: the table of figures lacks a column, or there is no such methodology.
    """
    cards = [_card(plan.pages[name], record) for name, record in records.items()]
    sweeps: list[dict[str, Any]] = [
        {
            "name": name,
            "title": title,
            "cards": [card for card in cards if card["page"].sweep == name],
        }
        for name, title in plan.sweeps.items()
    ]
    highlights, questions = _with_anchors(_highlights(plan, records))
    description = described(" ".join(html for _, html in highlights))
    read = {path for record in records.values() for path in record.inputs}
    files = {
        "index": render(
            "first_page",
            site,
            cards=_groundwork_last(plan, [card for card in cards if not card["page"].sweep]),
            sweeps=sweeps,
            paged=_paged(site),
            highlights=_with_terms(highlights, site),
            questions=questions,
            description=description or plan.title,
            data_sets=_ledger_as_data_set(plan, site, root),
            cited=cited(site, plan.title, "index.html"),
            scripts=_once(record.excerpts.scripts for record in records.values()),
            styles=_once(record.excerpts.styles for record in records.values()),
            versions=versions,
            workbook=WORKBOOK,
            read=_read_tables(read, site["tables"]),
        )
    }
    files |= {sweep["name"]: render("sweep", site, sweep=sweep) for sweep in sweeps}
    files |= published_ledgers(plan, records, site, root)
    if plan.methodology:
        files["methodology"] = _document(plan.methodology, "methodology", site, root)
    made = {f"report/{name}.html": text.encode() for name, text in files.items()}
    made["report/preview.png"] = preview(plan.title, description)
    return made


def table_files(plan: Plan, records: Mapping[str, Record], root: Path) -> dict[str, bytes]:
    """Copies of the tables that the report rests on, and all of them as one workbook.

    Args:
        plan: from `read_plan`.
        records: of the pages that there are.
        root: the project's folder.

    Raises:
        InputError: a table is no longer as a page that is up to date has read or written it.
    """
    used = used_tables(records.values(), (plan.ledger, plan.sources), root)
    files = {f"report/{copy_of(path)}": content for path, content in used.items()}
    files[f"report/{WORKBOOK}"] = workbook_of(
        plan.title,
        {path: content for path, content in used.items() if path.endswith(".csv")},
        whole_tables(root, plan.sources),
        {path: record.title for record in records.values() for path in record.tables},
        root,
    )
    return files


def _read_tables(
    read: set[str], described: Mapping[str, Mapping[str, str]]
) -> list[dict[str, str]]:
    """The tables of the data package that pages read: title, licence and where their copies are."""
    return [{**described[path], "href": copy_of(path)} for path in sorted(read & described.keys())]


def _ledger_as_data_set(plan: Plan, site: Mapping[str, Any], root: Path) -> list[dict[str, Any]]:
    """The table of published figures, if there is one, for search engines."""
    if not (root / plan.ledger).is_file():
        return []
    words = f"The published figures behind “{plan.title}”: a row each, with its source"
    return [data_set(f"Published figures: {plan.title}", words, [copy_of(plan.ledger)], site)]


def _card(page: Page, record: Record) -> dict[str, Any]:
    """A page as the first page and the list of its sweep show it."""
    return {
        "page": page,
        "href": f"{page.name}.html",
        **msgspec.structs.asdict(record),
        "card": record.excerpts.card,
    }


def _groundwork_last(plan: Plan, cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards in order, those of pages that others rest on after all others."""
    needed = {need for page in plan.pages.values() for need in page.needs}
    return sorted(cards, key=lambda card: card["page"].name in needed)


def _paged(site: Mapping[str, Any]) -> dict[str, str]:
    """The codes of places that have pages of sweeps, by what the names of these begin with.

    A name ends in the code in small letters, so that the list stays short.
    """
    paged: dict[str, list[str]] = {}
    for code, file in site.get("places", {}).items():
        end = f"{code.lower()}.html"
        if file.endswith(end):
            paged.setdefault(file.removesuffix(end), []).append(code)
    return {start: " ".join(codes) for start, codes in paged.items()}


def _once(code: Iterable[list[str]]) -> list[Markup]:
    """Scripts or styles of several pages, each once."""
    return [Markup(text) for text in dict.fromkeys(text for texts in code for text in texts)]


def _highlights(plan: Plan, records: Mapping[str, Record]) -> list[tuple[str, Markup]]:
    """What single pages tag `index`, in the order of their names."""
    highlights: list[tuple[str, Markup]] = []
    for name, record in sorted(records.items()):
        if record.excerpts.highlights and not plan.pages[name].sweep:
            highlights.append((name, Markup(record.excerpts.highlights)))
    return highlights


def _with_terms(
    highlights: Iterable[tuple[str, Markup]], site: Mapping[str, Any]
) -> list[tuple[str, Markup]]:
    """What pages tag, with each term explained where the first page first uses it."""
    explainer = Explainer(site.get("terms", ()))
    return [(name, Markup(explainer.explain(html))) for name, html in highlights]


def _with_anchors(
    highlights: list[tuple[str, Markup]],
) -> tuple[list[tuple[str, Markup]], list[tuple[str, str]]]:
    """Highlights whose paragraphs have anchors if they begin with a question, and these questions.

    Returns:
        The highlights; anchor and text of each question.
    """
    questions: list[tuple[str, str]] = []

    def anchored(found: re.Match[str]) -> str:
        question = str(Markup(found["question"]).unescape())
        anchor = section_anchor(question)
        questions.append((anchor, question))
        return f'<p id="{anchor}"><strong>{found["question"]}</strong>'

    changed = [(name, Markup(_QUESTION.sub(anchored, html))) for name, html in highlights]
    return changed, questions


def _document(path: str, name: str, site: Mapping[str, Any], root: Path) -> str:
    """A document in Markdown as a page."""
    try:
        text = (root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{PLAN_NAME}, {name}: {path} cannot be read: {error}") from error
    title, _, rest = text.partition("\n")
    html, sections = markdown_html(rest, (root / path).parent)
    return render(
        "document",
        site,
        title=title.lstrip("# "),
        name=name,
        prose=Markup(Explainer(site.get("terms", ())).explain(html)),
        sections=sections,
        description=described(html),
        cited=cited(site, title.lstrip("# "), f"{name}.html"),
    )
