"""Makes one page, in a process of its own: papermill runs its notebook, the exporter makes files of it."""

import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from common.files import scratch_name, temporary
from pages import kernels
from pages.export import page_files
from pages.notebooks import title_and_summary
from pages.plan import Page
from pages.processes import FORKS
from pages.records import digest
from pages.tasks import Result, Task

# The folder where a kernel pretends that its cells lie is named after its process id.
_CELL_FOLDER = re.compile(re.escape(tempfile.gettempdir()) + r"[/\\]ipykernel_\d+[/\\]")


def make_page(task: Task, root: Path) -> Result:
    """Run a page's notebook if the task says so, and export it, failed or not; `root` is the project."""
    begun = time.monotonic()
    error, trace, reads, tables = task.error, "", dict(task.reads), list(task.tables)
    if not task.run:
        notebook = nbformat.reads(task.source, as_version=4)
    else:
        with tempfile.TemporaryDirectory(prefix=scratch_name(), dir=temporary()) as folder:
            tempfile.tempdir = (
                folder  # where the kernel's sockets are, and the file that tells it so
            )
            log = Path(folder) / "trace.log"
            try:
                notebook, error, trace = execute(task.page, task.source, root, Path(folder), log)
            finally:
                tempfile.tempdir = None
            lines = (
                sorted(set(log.read_text(encoding="utf-8").splitlines())) if log.exists() else []
            )
        tables = [line[2:] for line in lines if line[0] == "w" and (root / line[2:]).is_file()]
        read = [line[2:] for line in lines if line[0] == "r" and line[2:] not in tables]
        reads = {path: known for path in read if (known := digest(root / path))}
        kernels.likely = tuple(root / path for path in reads)
    files, card = page_files(task.page, notebook, error, tables, reads, task.site)
    return Result(
        summary=title_and_summary(notebook.cells)[1],
        card=card,
        error=error,
        traceback=trace,
        reads=reads,
        tables=tuple(tables),
        files=files | {path: (root / path).read_bytes() for path in tables},
        seconds=time.monotonic() - begun,
        megabytes=kernels.megabytes if task.run else 0.0,
    )


def execute(
    page: Page, source: str, root: Path, folder: Path, log: Path
) -> tuple[NotebookNode, str, str]:
    """Run a notebook through papermill, in its own folder as JupyterLab does.

    Args:
        page: its parameters and time limit.
        source: the notebook, as JSON.
        root: the project's folder.
        folder: for temporary files.
        log: where `trace` writes what the notebook reads and writes.

    Returns:
        The notebook as far as it ran, without times, process ids and paths; the error, if one ended it, in a
        line and as a traceback, which the user's own mistakes have none of.
    """
    hook = f"__import__('pages.watch').watch.start({str(root)!r}, {str(log)!r})"
    path, end = folder / "notebook.ipynb", time.monotonic() + page.time_limit
    path.write_text(source, encoding="utf-8")
    error = trace = ""
    ran: list[NotebookNode] = []
    try:
        execute_notebook(
            str(path)
            .replace("{", "{{")
            .replace("}", "}}"),  # papermill puts parameters into the name
            None,  # a notebook with charts takes long to write, and is written once, as the page's own
            parameters=dict(page.given),
            engine_name="batch",
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            resources={"metadata": {"path": str((root / page.notebook).parent)}},
            record_timing=False,
            timeout_func=lambda _: max(end - time.monotonic(), 0.01),
            shutdown_kernel="immediate",
            ran=ran,
            extra_arguments=[
                f"--IPKernelApp.exec_lines={hook}",
                "--HistoryManager.enabled=False",
                f"--ipython-dir={folder}",
                "--log-level=ERROR",
            ],
            **{"kernel_manager_class": kernels.ForkedKernelManager} if FORKS else {},
        )
    except PapermillExecutionError as failure:
        error = _settled(f"{failure.ename}: {failure.evalue}".strip(), root)
        if failure.ename != "InputError":
            trace = _settled(strip_ansi("\n".join(failure.traceback)), root)
    return _without_run(ran[0], root), error, trace


class _Engine(NBClientEngine):
    """papermill's own engine; a cell out of time, or a dead kernel, becomes that cell's error.

    The notebook is added to `ran`, in which papermill afterwards marks what failed.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        ran: list[NotebookNode],
        **options: Any,
    ) -> NotebookNode:
        ran.append(nb_man.nb)
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        except (CellTimeoutError, DeadKernelError) as error:
            last = [cell for cell in nb_man.nb.cells if cell.metadata.papermill.get("start_time")][
                -1
            ]
            text = (
                "the page is over its time limit"
                if isinstance(error, CellTimeoutError)
                else str(error)
            )
            name = type(error).__name__
            last.outputs.append(
                nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[text])
            )
            return nb_man.nb


papermill_engines.register("batch", _Engine)


def _without_run(notebook: NotebookNode, root: Path) -> NotebookNode:
    """Drop what differs between runs or machines: times, process ids, paths, the ids of papermill's cells."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if {"injected-parameters", "papermill-error-cell-tag"} & set(cell.metadata.get("tags", [])):
            cell.id = f"papermill-{number}"
        if "outputs" in cell:
            cell.outputs = _settled(cell.outputs, root)
    return notebook


def _settled(value: Any, root: Path) -> Any:
    """Text, or what holds it, with the project's files named from the project's folder."""
    if isinstance(value, str):
        return _CELL_FOLDER.sub("", value).replace(f"{root}{os.sep}", "")
    if isinstance(value, dict):
        return NotebookNode({key: _settled(part, root) for key, part in value.items()})
    return [_settled(part, root) for part in value] if isinstance(value, list) else value
