"""Makes one page: its notebook is run in a copy of this process, which makes files of it."""

import time
from pathlib import Path

import nbformat

from common.errors import InputError
from common.safe_files import digest_of
from pages.execution import run_notebook
from pages.export import page_files
from pages.notebooks import title_and_summary
from pages.page_messages import Result, Task


def make_page(task: Task, root: Path) -> Result:
    """Run a page's notebook if the task says so, and export it, failed or not.

    Args:
        task: the page and what is known of it.
        root: the project's folder.

    Raises:
        InputError: a table is no longer as the page wrote it.
    """
    begun = time.monotonic()
    if task.earlier_run:
        notebook, run = nbformat.reads(task.source, as_version=4), task.earlier_run
    else:
        notebook, run = run_notebook(task.page, task.source, root)
    files, excerpts = page_files(task.page, notebook, run, task.site, root)
    tables = {path: (root / path).read_bytes() for path in run.tables if (root / path).is_file()}
    left = {path: digest_of(content) for path, content in tables.items()}
    if left != run.tables and not run.failure:
        changed = next(path for path, known in run.tables.items() if left.get(path) != known)
        raise InputError(f"{changed} was changed or removed by another after the page wrote it")
    summary = title_and_summary(notebook.cells)[1]
    return Result(run, summary, excerpts, files | tables, time.monotonic() - begun)
