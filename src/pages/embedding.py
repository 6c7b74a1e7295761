"""Makes a page of one chart, to be shown within another site's page."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from common.errors import InputError, nearest
from common.notebook_contract import CHART_MIME
from common.safe_files import put_in_place
from pages.export import render
from pages.number_links import Linker
from pages.output_html import Shown, show_outputs, slug
from pages.plan import read_plan

_FOLDER = "embed"
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)')
_USUAL_SIZE = (704, 600)
"""Width and height of a chart that does not say them."""
_MARGINS, _LINE, _LINE_HOLDS = 32, 22, 40
"""Pixels around a chart and of a line of the text below it, and the letters of one on a phone."""
_FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s")


def embed_chart(root: Path, page: str, chart: str) -> tuple[Path, str]:
    """Write a chart of the report as a page of its own: no script, no request, both themes.

    Args:
        root: the project's folder.
        page: its page's name.
        chart: its name, as in the address that a link to it has.

    Returns:
        The file, and an element that shows it within another page.

    Raises:
        InputError: there is no such page or chart, or the page is not made yet.
    """
    plan = read_plan(root)
    if page not in plan.pages:
        raise InputError(f"there is no page {page!r}{nearest(page, plan.pages)}")
    executed = root / "report" / "notebooks" / f"{page}.ipynb"
    if not executed.is_file():
        raise InputError(f"{page} is not made yet; make it: coderpay report --only {page}")
    shown = _shown(nbformat.read(executed, as_version=4), page, chart)
    title = _FIRST_SENTENCE.split(shown.title)[0].rstrip(".")
    site = {"site": plan.title, "title": title}
    file = f"{_FOLDER}/{page}-{slug(chart)}.html"
    back = plan.address or "../"
    html = render("embed", site, output=shown, page=plan.pages[page], address=back)
    put_in_place(root / "report" / file, html.encode(), root)
    back_link = f"From {plan.pages[page].title}, in: {plan.title}"
    element = render(
        "iframe",
        site,
        file=file,
        address=plan.address,
        around=_MARGINS + _LINE * -(-len(back_link) // _LINE_HOLDS),
        wide=_size(shown.svg),
        phone=_size(shown.phone_svg) if shown.phone_svg else None,
    )
    return root / "report" / file, element


def _size(svg: str) -> tuple[int, int]:
    """Width and height of a drawing, in pixels."""
    found = _SIZE.search(svg)
    return (int(found[1]), int(found[2])) if found else _USUAL_SIZE


def _shown(notebook: NotebookNode, page: str, chart: str) -> Shown:
    """The chart of this name, with no link to another page in it."""
    names = []
    for position, cell in enumerate(notebook.cells):
        for number, output in enumerate(cell.get("outputs", ())):
            if found := output.get("data", {}).get(CHART_MIME):
                names.append(slug(found["name"]))
                if slug(chart) == names[-1]:
                    return show_outputs(cell, position, Linker(page, ""))[number]
    raise InputError(f"page {page} has no chart {chart!r}{nearest(chart, names)}")
