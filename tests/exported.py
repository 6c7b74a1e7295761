"""Reports made of notebooks that are given with their outputs: nothing is run."""

import json
import re

from nbformat import v4

from common.notebook_contract import CHART_MIME, TABLE_MIME
from common.safe_files import digest_of
from pages.export import page_files
from pages.first_page import first_page_files, table_files
from pages.page_messages import Run
from pages.page_records import Record
from pages.plan import Page, Plan

SITE = {
    "site": "A report",
    "links": [{"name": "one", "href": "one.html", "short": "One"}],
    "near": [{"rel": "next", "href": "two.html", "short": "Two <b>"}],
    "address": "",
    "version": "coderpay 1.2.3",
    "data": "0123456789ab",
    "tables": {"data/raw/a.csv": {"title": "Table a", "licence": "Public domain"}},
}
FIGURES = """\
figure_id,source_id,subject,category,statistic,value,unit,open_ended,period,population,as_published,locator
median,bls,national,all workers,median,48780,USD per year,False,May 2023,jobs,48780,row 2
share,bls,bonus,received,share,34,percent,False,2024,people,34%,page 3
years,other,experience,expert,low,20,years,True,2024,people,20+ years,page 4
unused,bls,national,all workers,mean,1,USD per year,False,May 2023,jobs,1,row 2
"""
SOURCE = {
    "name": "bls",
    "title": "OEWS, May 2023",
    "path": "https://example.org/",
    "publisher": "BLS",
    "published": "2024",
    "obtained": "Read in a copy.",
    "accessed": "2026",
    "confidence": "high",
}
PACKAGE = {
    "resources": [
        {
            "path": "a.csv",
            "title": "Table a",
            "licenses": [{"title": "Public domain"}],
            "sources": [SOURCE],
        }
    ]
}
TABLE = b"a\n1\n"
RUN = Run(reads={"data/raw/a.csv": digest_of(TABLE), "data/raw/none.csv": ""})


def figure(name, text):
    """A link to a published figure, as a notebook writes it."""
    return f'<a class="figure" href="../report/ledger.html#{name}" title="a {name}">{text}</a>'


def table(headings, *rows, numeric=(), folded=(), **others):
    """A table as a notebook shows it: each cell is a text, or a text and the figure it shows."""
    columns = [
        {"heading": heading, "numeric": heading in numeric, "folded": heading in folded}
        for heading in headings
    ]
    cells = [
        [
            {"text": cell} if isinstance(cell, str) else {"text": cell[0], "figure_id": cell[1]}
            for cell in row
        ]
        for row in rows
    ]
    content = {"name": "t", "title": "A table", "source": "BLS", "columns": columns, "rows": cells}
    return {TABLE_MIME: content | others, "text/html": "<table></table>"}


def chart(name="pay", alt="Pay", rows=(("a", 1.5),), columns=("Label", "Pay")):
    """A chart as a notebook shows it."""
    data = {"columns": [*columns], "rows": [[*row] for row in rows]}
    content = {"name": name, "alt": alt, "source": "BLS", "table": data}
    return {CHART_MIME: content, "image/svg+xml": '<svg fill="#0072b2"/>', "text/plain": alt}


def notebook(*cells):
    """A notebook of cells that show HTML, or data of other kinds; each is given with its tags."""
    shown = [
        v4.new_code_cell(
            "show()",
            outputs=[
                v4.new_output("display_data", {"text/html": data} if data == str(data) else data)
            ],
            metadata={"tags": [*tags]},
            execution_count=1,
        )
        for data, *tags in cells
    ]
    return v4.new_notebook(cells=[v4.new_markdown_cell("# One\n\nProse.\n\n## Why?"), *shown])


def page(name="one", sweep="", label=""):
    return Page(
        name=name,
        notebook="notebooks/one.ipynb",
        title=name.title(),
        time_limit=1.0,
        parameters={"year": 2023},
        sweep=sweep,
        label=label,
    )


def rows_of(html):
    """The rows of the tables of a page, each with its anchor, as the texts of its cells."""
    found = re.findall(r'<tr id="([^"]*)">(.*?)</tr>', html, re.DOTALL)
    return {
        name: [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for name, row in found
    }


def texts_of(files):
    return {
        path.removeprefix("report/"): content.decode()
        for path, content in files.items()
        if not path.endswith((".png", ".xlsx"))
    }


def report_of(pages, root):
    """The files of a report of these pages, given with their cells, and its first page."""
    links = [{"name": one.name, "href": f"{one.name}.html", "short": one.title} for one, _ in pages]
    site = {**SITE, "links": links}
    records, files = {}, {}
    for one, cells in pages:
        written, excerpts = page_files(one, notebook(*cells), RUN, site, root)
        files |= written
        records[one.name] = Record(
            status="made",
            notebook=one.notebook,
            parameters={},
            title=one.title,
            summary="Prose.",
            error="",
            traceback="",
            inputs=dict(RUN.reads),
            versions={},
            outputs={},
            tables=[],
            excerpts=excerpts,
        )
    (root / "data" / "raw").mkdir(parents=True, exist_ok=True)
    (root / "data" / "raw" / "a.csv").write_bytes(TABLE)
    (root / "data" / "figures.csv").write_text(FIGURES)
    (root / "data" / "raw" / "package.json").write_text(json.dumps(PACKAGE))
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    plan = Plan(
        title="A report",
        ledger="data/figures.csv",
        sources="data/raw/package.json",
        pages={one.name: one for one, _ in pages},
        sweeps={one.sweep: "All places" for one, _ in pages if one.sweep},
    )
    files |= first_page_files(plan, records, {"Python": "3"}, site, root)
    return texts_of(files | table_files(plan, records, root))
