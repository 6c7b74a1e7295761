"""A papermill engine that runs the cells of a notebook in this process, without a kernel.

It is there for the command line too: `papermill --engine in-process notebook.ipynb out.ipynb`.
Cells show what they would with a kernel. Where this engine cannot be used, papermill's own is.

Papermill imports this module by its entry point; others ask papermill for the engine.
"""

import asyncio
import os
import platform
from collections.abc import Callable
from contextlib import nullcontext
from tempfile import TemporaryDirectory
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager

from pages.notebook_shell import NotebookShell, shell_in

_OPTIONS_OF_A_KERNEL = ("execution_timeout", "log_output", "stdout_file", "stderr_file")
AfterCell = Callable[[int, NotebookNode], None]


class InProcessEngine(Engine):
    """Runs the cells one after another in an IPython shell of this process."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        folder: str = "",
        settings: str = "",
        after_cell: AfterCell = lambda position, cell: None,
        **options: Any,
    ) -> NotebookNode:
        """Run a notebook; as papermill's own engine does, it stops at the first cell that fails.

        Args:
            nb_man: papermill's notebook and its progress.
            kernel_name: of the kernel that papermill's own engine would start.
            folder: where the cells run; by default where papermill was called.
            settings: a folder for IPython's settings; by default a passing one.
            after_cell: told of each cell that has run, with its position in the notebook.
            options: those of papermill's own engine, which is used where one of them asks for more
                than this engine does.

        Returns:
            The notebook, with outputs.

        Raises:
            DeadKernelError: a cell ended the notebook with `exit` or `quit`.
        """
        needs_kernel = any(options.get(option) for option in _OPTIONS_OF_A_KERNEL)
        if needs_kernel or not _is_python(nb_man.nb, kernel_name) or InteractiveShell.initialized():
            options |= {"resources": {"metadata": {"path": folder}}} if folder else {}
            return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
        here = folder or os.getcwd()  # noqa: PTH109
        passing = nullcontext(settings) if settings else TemporaryDirectory()
        with passing as place, shell_in(here, place) as shell:
            asyncio.run(_run_cells(shell, nb_man, after_cell))
        version = {"name": "python", "version": platform.python_version()}
        nb_man.nb.metadata.setdefault("language_info", {}).update(version)
        return nb_man.nb


async def _run_cells(
    shell: NotebookShell, nb_man: NotebookExecutionManager, after_cell: AfterCell
) -> None:
    for position, cell in enumerate(nb_man.nb.cells):
        nb_man.cell_start(cell, position)
        tags = cell.metadata.get("tags", [])
        runs = cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in tags
        ok = not runs or await shell.run(cell) or "raises-exception" in tags
        if not ok:
            nb_man.cell_exception(cell, position)
        after_cell(position, cell)
        nb_man.cell_complete(cell, position)
        if shell.exit_now:
            raise DeadKernelError("a cell ended the notebook with exit or quit")
        if not ok:
            break
        await asyncio.sleep(0)  # tasks that a cell has left go on between cells, as in a kernel


def _is_python(notebook: NotebookNode, kernel_name: str) -> bool:
    spec = notebook.metadata.get("kernelspec", {})
    return spec.get("language", "python") == "python" and kernel_name in ("", None, "python3")
