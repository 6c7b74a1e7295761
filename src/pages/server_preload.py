"""Imported by the server of `processes` alone: brings in what pages need before they are forked.

It rehearses a page, so that templates and fonts are loaded and what is imported late is there; and
it colours the code of notebooks that have many pages.
"""

import gc
import importlib
import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # noqa: F401  # which `processes` imports late
from nbformat import v4

from common.safe_files import scratch_folder
from pages.execution import execute
from pages.export import highlighted, page_files
from pages.notebooks import read_cells
from pages.page_messages import Run
from pages.plan import Page
from pages.processes import MODULES_VARIABLE, NOTEBOOKS_VARIABLE, ROOT_VARIABLE

_CELLS = (
    "from matplotlib.figure import Figure",
    "figure = Figure(layout='constrained')\nfigure.subplots().plot([0, 1], label='line')",
    "figure.legend(); figure.savefig('chart.svg')",
    "import pandas as pd\npd.DataFrame({'a': [1.5]}).to_csv('table.csv')\npd.read_csv('table.csv')",
)


def rehearse(project: Path) -> None:
    """Make a page of a small notebook in this process, in a passing folder of a project."""
    text = v4.new_markdown_cell("# Title\n\n[Link](x) **bold** $x$\n\n## Section?")
    notebook = v4.new_notebook(cells=[text, *map(v4.new_code_cell, _CELLS)])
    texts = dict.fromkeys(("site", "address", "version", "data"), "rehearsal")
    site = {**texts, "links": [], "tables": {}, "near": []}
    with scratch_folder(project) as root:
        page = Page(name="rehearsal", notebook="rehearsal.ipynb", title="", time_limit=60)
        ran, _ = execute(page, v4.writes(notebook), root, root, lambda position, cell: None)
        page_files(page, ran, Run(), site, root)


if MODULES_VARIABLE in os.environ:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the batch to end this process
    gc.disable()
    for name in os.environ[MODULES_VARIABLE].split():
        with suppress(Exception):  # the page that needs it will say what is wrong with it
            importlib.import_module(name)
    project = Path(os.environ[ROOT_VARIABLE])
    with suppress(Exception):
        rehearse(project)
    with suppress(Exception):
        for notebook in os.environ[NOTEBOOKS_VARIABLE].splitlines():
            for cell in read_cells(project / notebook):
                if cell["cell_type"] == "code":
                    highlighted(cell["source"])
    gc.enable()
    gc.freeze()  # a collection in a forked process would otherwise copy all of this one's memory
