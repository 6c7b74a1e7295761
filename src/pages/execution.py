"""Runs a notebook through papermill, within limits, in a copy of this process."""

import os
import signal
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import replace
from json import dumps, loads
from pathlib import Path
from types import FrameType
from typing import Any

from IPython.utils.path import compress_user
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output
from papermill.engines import papermill_engines
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from common.errors import InputError
from common.safe_files import scratch_folder
from pages.failures import Failure, OutOfMemoryError, OutOfTimeError, failure_of
from pages.file_access import FileAccess
from pages.page_messages import Run
from pages.plan import Page
from pages.processes import FORKS, call_in_copy

ENGINE = "in-process" if FORKS else None
"""The name of the engine in `pages.in_process_engine`; where there is no fork, papermill's own."""
SECONDS_TO_STOP = 2
"""How long a page over its time limit has to stop by itself, and so to say where it was."""
INJECTED = "injected-parameters"
"""The tag of the cell in which papermill puts parameters."""


class TimeLimitError(BaseException):
    """Raised in the cell that runs when its page is over its time limit.

    It is no `Exception`, so that a cell that catches all of those does not catch it.
    """


def run_notebook(page: Page, source: str, root: Path) -> tuple[NotebookNode, Run]:
    """Run a notebook; if its process is lost, the outputs so far are kept.

    Args:
        page: its parameters and limits.
        source: the notebook, as JSON.
        root: the project's folder.

    Returns:
        The notebook as far as it ran, without times and paths, and what became of it.
    """
    with scratch_folder(root) as folder:
        journal = folder / "cells.json"
        if not FORKS:
            return run_cells(page, source, root, journal)
        limit = page.time_limit + SECONDS_TO_STOP
        try:
            return call_in_copy(
                run_cells,
                page,
                source,
                root,
                journal,
                seconds=limit,
                megabytes=page.memory_limit,
            )
        except Exception as error:
            notebook, failure = _left_of(page, source, journal, error)
            return _shortened(notebook, _places(root)), Run(failure)


def run_cells(page: Page, source: str, root: Path, journal: Path) -> tuple[NotebookNode, Run]:
    """Run a notebook within its limits in this process, which must not be used for anything else.

    Args:
        page: its parameters and limits.
        source: the notebook, as JSON.
        root: the project's folder.
        journal: where each cell is noted once it has run, for the case that this process is lost.

    Returns:
        The notebook as far as it ran, without times and paths, and what became of it.
    """
    with journal.open("w", encoding="utf-8") as lines:

        def note(position: int, cell: NotebookNode) -> None:
            lines.write(dumps([position, cell]) + "\n")
            lines.flush()
            watch.settle()

        watch = FileAccess(root, page.parameters.values())
        _set_limits(page)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # or every page would draw the same numbers
        watch.start()
        notebook, failure = execute(page, source, root, journal.parent, note)
        if FORKS:
            signal.setitimer(signal.ITIMER_REAL, 0)
    tables = watch.tables()
    reads = {path: known for path, known in watch.reads().items() if path not in tables}
    return notebook, Run(failure, reads, tables, _most_megabytes())


def execute(
    page: Page, source: str, root: Path, folder: Path, after_cell: Callable[..., None]
) -> tuple[NotebookNode, Failure | None]:
    """Run a notebook through papermill, in its own folder as JupyterLab does.

    Args:
        page: its parameters.
        source: the notebook, as JSON.
        root: the project's folder.
        folder: for temporary files.
        after_cell: told of each cell that has run, with its position in the notebook.

    Returns:
        The notebook as far as it ran, without times and paths; what ended it before its end.
    """
    notebook = _with_parameters(page, source, folder)
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    try:
        papermill_engines.execute_notebook_with_engine(
            ENGINE,
            notebook,
            kernel,
            progress_bar=False,
            folder=str((root / page.notebook).parent),
            settings=str(folder),
            after_cell=after_cell,
        )
        failure = _failure_in(notebook)
    except (DeadKernelError, CellTimeoutError, TimeLimitError) as error:
        failure = failure_of(error)
        _show_failure(failure, [cell for cell in notebook.cells if _has_begun(cell)][-1:])
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    notebook.metadata.pop("papermill", None)
    places = _places(root)
    return _shortened(notebook, places), failure and _shortened(failure, places)


def _with_parameters(page: Page, source: str, folder: Path) -> NotebookNode:
    """The notebook with a page's parameters in a cell of their own and an id for every cell."""
    content = loads(source)
    for position, cell in enumerate(content["cells"]):
        cell.setdefault("id", f"cell-{position}")
    path = folder / "notebook.ipynb"
    path.write_text(dumps(content | {"nbformat_minor": 5}), encoding="utf-8")
    notebook = load_notebook_node(str(path))
    if page.given:
        options = {"kernel_name": "python3", "language": "python", "engine_name": ENGINE}
        notebook = parameterize_notebook(notebook, dict(page.given), **options)
        injected = next(cell for cell in notebook.cells if INJECTED in cell.metadata["tags"])
        injected.id = INJECTED
    return notebook


def _set_limits(page: Page) -> None:
    """Let the cells end with an error when they take more time or memory than their page may."""
    if not FORKS:  # elsewhere neither limit can be set from inside
        return
    import resource

    most = page.memory_limit * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))

    def end(number: int, frame: FrameType | None) -> None:
        raise TimeLimitError(_over_limit(page))

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, page.time_limit)


def _most_megabytes() -> float:
    """The most memory that this process has had."""
    if not FORKS:
        return 0.0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)


def _over_limit(page: Page) -> str:
    return f"the page is over its time limit of {page.time_limit:g} seconds"


def _failure_in(notebook: NotebookNode) -> Failure | None:
    """What ended a notebook, as papermill has marked it."""
    failed = [cell for cell in notebook.cells if cell.metadata.papermill.exception]
    if not failed:
        return None
    cell = failed[-1]
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if errors:
        error = errors[-1]
        message = f"{error.ename}: {error.evalue}".removesuffix(": ")
        mistake = error.ename == InputError.__name__
        return Failure(message, "" if mistake else strip_ansi("\n".join(error.traceback)), mistake)
    # IPython prints some errors itself, and keeps them as Python does.
    printed = [output.text for output in cell.outputs if output.get("name") == "stderr"]
    last = getattr(sys, "last_value", None)
    message = "a cell failed without a word" if last is None else failure_of(last).message
    failure = Failure(message, strip_ansi("".join(printed)).strip())
    _show_failure(failure, [cell])
    return failure


def _has_begun(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.metadata.papermill.status != "pending"


def _show_failure(failure: Failure, cells: list[NotebookNode]) -> None:
    """Let the first of some cells, if there is one, end with a failure that it has not shown."""
    name, _, words = failure.message.partition(": ")
    error = new_output("error", ename=name, evalue=words, traceback=[failure.message])
    for cell in cells[:1]:
        shown = [output for output in cell.outputs if output.output_type != "error"]
        cell.outputs = [*shown, error]


def _left_of(
    page: Page, source: str, journal: Path, error: Exception
) -> tuple[NotebookNode, Failure]:
    """The notebook of a process that was lost, as far as it had noted it."""
    failure = failure_of(error)
    if isinstance(error, OutOfTimeError):
        failure = Failure(f"{TimeLimitError.__name__}: {_over_limit(page)}")
    if isinstance(error, OutOfMemoryError):
        failure = Failure(
            f"MemoryError: the page and what it started are over its limit of "
            f"{page.memory_limit} megabytes"
        )
    notebook = _with_parameters(page, source, journal.parent)
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    ran = [loads(line) for line in lines if line.endswith("]")]
    for position, cell in ran:
        notebook.cells[position] = from_dict(cell)
    left = [cell for cell in notebook.cells[len(ran) :] if cell.cell_type == "code"]
    _show_failure(
        failure, left or [cell for cell in notebook.cells if cell.cell_type == "code"][-1:]
    )
    return notebook, failure


def _shortened(value: Any, places: Mapping[str, str]) -> Any:
    """Text, or what holds it, with files named from where they belong; see `_places`."""
    if isinstance(value, str):
        for folder, short in places.items():
            value = value.replace(folder, short)
        return value
    if isinstance(value, Failure):
        texts = [_shortened(text, places) for text in (value.message, value.traceback)]
        return replace(value, message=texts[0], traceback=texts[1])
    if isinstance(value, dict):
        return NotebookNode({key: _shortened(part, places) for key, part in value.items()})
    return [_shortened(part, places) for part in value] if isinstance(value, list) else value


def _places(root: Path) -> dict[str, str]:
    """By a folder of this machine what stands for it, so that a page is the same on each.

    IPython writes the user's folder as `~`.
    """
    installed = [sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")]
    short = {folder: f"{Path(folder).name}{os.sep}" for folder in installed} | {str(root): ""}
    return {
        f"{written}{os.sep}": name
        for folder, name in short.items()
        for written in (folder, compress_user(folder))
    }
