"""An IPython shell whose outputs go into a notebook, as those of a kernel do."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core import page
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from nbformat import NotebookNode
from traitlets import Instance, Type
from traitlets.config import Config

from pages.output_capture import OutputCapture, refuse_input
from pages.processes import INLINE

# What a kernel sets: colours in the output of other programs, no pager, inline figures.
_ENVIRONMENT = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MPLBACKEND": INLINE,
}


class _Publisher(DisplayPublisher):
    """Takes what cells display."""

    shell: "NotebookShell"

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id", "")
        self.shell.capture.display(data, metadata or {}, display_id, update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.capture.clear(wait)


class _Results(DisplayHook):
    """Takes the values of cells' last lines."""

    shell: "NotebookShell"

    def write_output_prompt(self) -> None:
        """Leave the prompt to whoever shows the notebook."""

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        self.shell.capture.result(format_dict, md_dict or {}, self.prompt_count)


class _Compiler(CachingCompiler):
    """Names the code of each cell for warnings and tracebacks."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        return f"cell-{number}.py"


class NotebookShell(InteractiveShell):
    """An IPython shell whose outputs go into a notebook."""

    capture = Instance(OutputCapture, ())
    compiler_class = Type(_Compiler)
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Results)
    display_failed = False
    """Whether the value of the last cell could not be shown."""

    async def run(self, cell: NotebookNode) -> bool:
        """Run a cell, its outputs added to it; whether it did so without an error."""
        cell.execution_count, self.display_failed = self.execution_count, False
        self.capture.begin(cell)
        with self.capture.replace_descriptors():
            try:
                result = await self._result(cell.source)
            finally:
                self.capture.end()
        return result.success and not self.display_failed

    async def _result(self, source: str) -> ExecutionResult:
        """Run code the way a kernel does: in the running event loop if it awaits something."""
        try:
            code, trouble = self.transform_cell(source), None
        except Exception:
            code, trouble = source, sys.exc_info()
        known: dict[str, Any] = {"transformed_cell": code, "preprocessing_exc_tuple": trouble}
        if not self.should_run_async(source, **known):
            return self.run_cell(source, store_history=True)
        result = await self.run_cell_async(source, store_history=True, **known)
        self.events.trigger("post_execute")
        self.events.trigger("post_run_cell", result)
        return result

    def init_hooks(self) -> None:
        """Show no pages of help: a kernel sends them beside the notebook."""
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(lambda *_, **__: None), 99)

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window to keep alive."""

    def ask_exit(self) -> None:
        """End the notebook after this cell."""
        self.exit_now = True

    def showtraceback(
        self,
        exc_tuple: Any = None,
        filename: str | None = None,
        tb_offset: int | None = None,
        exception_only: bool = False,
        running_compiled_code: bool = False,
    ) -> None:
        """Add an error to the cell that runs."""
        kind, error, trace = exc_tuple or sys.exc_info()
        if kind is None:
            return
        self.display_failed = self.display_failed or self.displayhook.is_active
        if issubclass(kind, SyntaxError):
            self.showsyntaxerror(filename, running_compiled_code)
        elif kind is UsageError or _holds_group(error):
            super().showtraceback(exc_tuple, filename, tb_offset)
        elif exception_only:
            hint = "An exception has occurred, use %tb to see the full traceback.\n"
            lines = [hint, *self.InteractiveTB.get_exception_only(kind, error)]
            self._record_error(error, lines)
        else:
            formatter = self.InteractiveTB.structured_traceback
            self._record_error(error, formatter(kind, error, trace, tb_offset=tb_offset))

    def showsyntaxerror(
        self, filename: str | None = None, running_compiled_code: bool = False
    ) -> None:
        """Add an error in the syntax of a cell, or of a module that it imports."""
        kind, error, trace = sys.exc_info()
        frames: Any = traceback.extract_tb(trace) if running_compiled_code else []
        if kind is not None:
            self._record_error(error, self.SyntaxTB.structured_traceback(kind, error, frames))

    def _record_error(self, error: BaseException | None, lines: list[str]) -> None:
        name = type(error).__name__
        self.capture.add(output_type="error", ename=name, evalue=str(error), traceback=lines)


def _holds_group(error: BaseException | None) -> bool:
    """Whether IPython prints the traceback itself: of a group of exceptions, or caused by one."""
    while error is not None and not isinstance(error, BaseExceptionGroup):
        error = error.__context__
    return error is not None


def _path_of_kernel() -> list[str]:
    """Where modules are looked for: beside the notebook only after Python's own."""
    program = str(Path(sys.argv[0] or ".").parent)
    path = [folder for folder in sys.path if folder not in ("", program)]
    installed = [Path(folder).name in ("site-packages", "dist-packages") for folder in path]
    place = installed.index(True) if any(installed) else len(path)
    return [*path[:place], "", *path[place:]]


def _show_figures(shell: NotebookShell) -> None:
    """Show figures as pictures; IPython sees to that in the first shell of a process alone."""
    from matplotlib_inline.config import InlineBackend

    shell.enable_matplotlib("inline")
    inline = InlineBackend.instance()
    select_figure_formats(shell, inline.figure_formats, **inline.print_figure_kwargs)


@contextmanager
def shell_in(folder: str, settings: str) -> Iterator[NotebookShell]:
    """A shell in a process that is made to look like a kernel's, and is put back afterwards.

    Args:
        folder: where the cells run.
        settings: a folder for IPython's settings, of which none are the user's own.
    """
    before = dict(os.environ), os.getcwd(), sys.path, sys.argv  # noqa: PTH109
    try:
        os.environ.update(_ENVIRONMENT)
        os.chdir(folder)
        sys.path = _path_of_kernel()
        sys.argv = [""]
        config = Config({"HistoryManager": {"enabled": False}})
        shell = NotebookShell.instance(config=config, ipython_dir=settings)
        shell.builtin_trap.auto_builtins["input"] = refuse_input
        if "matplotlib.pyplot" in sys.modules:  # otherwise its import finds the setting above
            _show_figures(shell)
        with shell.capture.replace_streams():
            yield shell
    finally:
        if NotebookShell.initialized():
            shell = NotebookShell.instance()
            shell.reset(new_session=False)  # closes the files that cells have left open
            shell.restore_sys_module_state()
            NotebookShell.clear_instance()
        os.environ.clear()
        os.environ.update(before[0])
        os.chdir(before[1])
        sys.path, sys.argv = before[2:]
