"""Makes one page: its notebook is run in a copy of this process, which makes files of it."""

import time
from pathlib import Path

import nbformat

from pages.execution import run_notebook
from pages.export import page_files
from pages.notebooks import title_and_summary
from pages.page_messages import Result, Task


def make_page(task: Task, root: Path) -> Result:
    """Run a page's notebook if the task says so, and export it, failed or not.

    Args:
        task: the page and what is known of it.
        root: the project's folder.
    """
    begun = time.monotonic()
    if task.earlier_run:
        notebook, run = nbformat.reads(task.source, as_version=4), task.earlier_run
    else:
        notebook, run = run_notebook(task.page, task.source, root)
    files, excerpts = page_files(task.page, notebook, run, task.site, root)
    tables = {path: (root / path).read_bytes() for path in run.tables}
    summary = title_and_summary(notebook.cells)[1]
    return Result(run, summary, excerpts, files | tables, time.monotonic() - begun)
