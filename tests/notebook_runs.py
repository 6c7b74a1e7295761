"""What a notebook shows at given parameters: its charts, and its sentences with their numbers."""

import ast
import re
from dataclasses import dataclass, field

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import List, Type
from traitlets.config import Config

from analysis.present.drawn_chart import DrawnChart
from analysis.published.paths import ROOT
from common.notebook_contract import PROSE_MIME, TABLE_MIME


class _Publisher(DisplayPublisher):
    def publish(self, data, *_, **__):
        self.shell.shown.append(data)


class _Results(DisplayHook):
    """Takes what last lines show; the value itself is in `last_execution_result`."""

    def write_output_prompt(self):
        pass

    def compute_format_data(self, result):
        """Leave a chart undrawn, until a test asks for its drawings."""
        if isinstance(result, DrawnChart):
            return {"text/plain": result.alt}, {}
        return super().compute_format_data(result)

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.shown.append(format_dict)


class _Shell(InteractiveShell):
    shown = List()
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Results)

    def showtraceback(self, *_, **__):
        """Print nothing: the error is raised."""


@dataclass
class Shown:
    """What a run of a notebook, or one of its cells, has shown."""

    charts: dict[str, DrawnChart] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)
    """Of prose, and the titles of charts and tables."""
    names: dict = field(default_factory=dict)
    """What the names of the notebook stand for at its end."""


class NotebookRuns:
    """A notebook that is run again and again; a cell runs again if a name that it reads changed."""

    def __init__(self, notebook):
        read = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4)
        self._cells = [cell for cell in read.cells if cell.cell_type == "code"]
        self._shown = [None] * len(self._cells)
        self._given = set()
        self._shell = _Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))

    def close(self):
        """Leave the process as it was."""
        self._shell.reset(new_session=False)
        self._shell.restore_sys_module_state()
        _Shell.clear_instance()

    def show(self, **parameters):
        """Run the notebook with these parameters, all others as it has them."""
        self._given |= parameters.keys()
        changed = {*self._given, "begin_page"}
        for place, cell in enumerate(self._cells):
            reads, writes = _names(cell.source)
            sets_parameters = "parameters" in cell.metadata.get("tags", [])
            if self._shown[place] is None or sets_parameters or reads & changed:
                self._shown[place] = self._run(cell.source)
                changed |= set() if sets_parameters else writes
            if sets_parameters:
                self._shell.push(parameters)
        whole = Shown(names={**self._shell.user_ns})
        for one in self._shown:
            whole.charts |= one.charts
            whole.sentences += one.sentences
        return whole

    def _run(self, source):
        self._shell.shown, shown = [], Shown()
        result = self._shell.run_cell(source)
        result.raise_error()
        if isinstance(result.result, DrawnChart):
            shown.charts[result.result.name] = result.result
            shown.sentences.append(result.result.words.title)
        for data in self._shell.shown:
            if PROSE_MIME in data:
                shown.sentences.append(" ".join(data["text/plain"].split()))
            if TABLE_MIME in data:
                shown.sentences.append(data[TABLE_MIME]["title"])
        return shown


def _names(source):
    """The names that a cell reads, those of queries (`year == @year`) too, and those it sets."""
    reads, writes = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else writes).add(node.id)
        if isinstance(node, ast.FunctionDef):
            writes.add(node.name)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            reads |= set(re.findall(r"@(\w+)", node.value))
    return reads, writes
