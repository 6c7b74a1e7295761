"""`make test` fails when what a reader sees of a notebook changes, and never when nothing does."""

import copy
import itertools
import re
import runpy
import shutil
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbval.plugin import IPyNbCell, nocolors

from analysis.published.paths import ROOT
from common.notebook_contract import CHART_MIME, TABLE_MIME

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PLAIN = "text/plain"
SVG = "image/svg+xml"
PRESENT = """import matplotlib.pyplot as plt
import pandas as pd
from analysis.present import charts, style
from analysis.present.sentences import say
style.apply()"""
SHOW = """rows = pd.DataFrame({'label': ['A', 'B'], 'value': [50000.0, 60000.25]})
rows['text'] = ['a', 'b']
charts.row_chart(rows, 'Pay in A and B', name='pay', source='BLS')"""
PICTURE = "plt.figure(figsize=(1, 1)); plt.plot([1, 3, 2]); plt.show()"
SAY = "say('The median is {pay:number} US dollars', pay=48_780)"
TABLE = "pd.DataFrame({'a': [1, 2]}).style.set_uuid('t')"


def cell(source, change=lambda outputs: None):
    """A cell, and what is done to the outputs that it is committed with."""
    return source, change


def output(change, mime=None):
    """Change the first output, or what it holds of one kind."""

    def apply(outputs):
        held = outputs[0] if mime is None else outputs[0].data
        name = mime or "text"
        held[name] = change(held[name])

    return apply


def words(old, new):
    def apply(text):
        assert old in text
        return text.replace(old, new, 1)

    return apply


def stderr(outputs):
    outputs.append(new_output("stream", name="stderr", text="UserWarning: careful\n"))


def point(chart):
    chart["table"]["rows"][0][1] += 1
    return chart


def noise(chart):
    chart["table"]["rows"][1][1] += 1e-9
    return chart


def bit(picture):
    return ("A" if picture[200] != "A" else "B").join((picture[:200], picture[201:]))


SEEN = {
    "a changed point of a chart": cell(SHOW, output(point, CHART_MIME)),
    "a changed label of a chart": cell(SHOW, output(words(">A</text>", ">C</text>"), SVG)),
    "a changed line of a chart": cell(SHOW, output(words("L704 ", "L1704 "), SVG)),
    "a changed description of a chart": cell(SHOW, output(words("A and B", "A and C"), PLAIN)),
    "a lost picture": cell(SHOW, lambda outputs: outputs[0].data.pop(SVG)),
    "a changed picture of matplotlib's own": cell(PICTURE, output(bit, "image/png")),
    "a changed number in prose": cell(SAY, output(words("48,780", "48,790"), "text/markdown")),
    "a changed table": cell(TABLE, output(words(">1<", ">3<"), "text/html")),
    "a changed line of text": cell("print('a', 0.5)", output(words("0.5", "0.6"))),
    "a warning that was not there": cell(
        "import warnings; warnings.warn('careful'); print(1)", lambda outputs: outputs.pop(0)
    ),
    "a warning that is gone": cell("print(1)", stderr),
    "an output that is gone": cell("1", lambda outputs: outputs.append(outputs[0])),
    "an address with a name": cell("print('0xdeadbeef bug')", output(words("bug", "fix"))),
}
UNSEEN = {
    "the same": cell(SHOW),
    "an address": cell(
        "object()", output(lambda text: re.sub("0x\\w+", "0x7f00beef", text), PLAIN)
    ),
    "a time": cell("%time pass", output(lambda text: re.sub(r"\d+", "7", text))),
    "a time in words": cell("print('in 1.3 ms')", output(words("1.3 ms", "12 µs"))),
    "noise in a number": cell("print(0.1 + 0.2)", output(words("0.30000000000000004", "0.3"))),
    "noise in a chart's data": cell(SHOW, output(noise, CHART_MIME)),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What nbval says of each cell of one notebook, whose outputs were changed after it ran."""
    folder = tmp_path_factory.mktemp("nbval")
    shutil.copy(ROOT / "conftest.py", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    cases = SEEN | UNSEEN
    cells = [new_code_cell(PRESENT), *(new_code_cell(source) for source, _ in cases.values())]
    notebook = new_notebook(cells=cells)
    NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    for made, (_, change) in zip(notebook.cells[1:], cases.values(), strict=True):
        change(made.outputs)
    nbformat.write(notebook, folder / "changed.ipynb")
    command = [
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        "-q",
        "-rA",
        "-p",
        "no:cacheprovider",
    ]
    told = subprocess.run(
        [sys.executable, *command, "changed.ipynb"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = re.findall(r"^(PASSED|FAILED) changed\.ipynb::Cell (\d+)", told, re.M)
    by_cell = {int(number): verdict for verdict, number in found}
    assert len(by_cell) == len(cells), told
    return dict(zip(cases, (by_cell[number] for number in range(1, len(cells))), strict=True))


@pytest.mark.parametrize("change", SEEN)
def test_nbval_sees(verdicts, change):
    assert verdicts[change] == "FAILED"


@pytest.mark.parametrize("change", UNSEEN)
def test_nbval_does_not_mind(verdicts, change):
    assert verdicts[change] == "PASSED"


# -- The committed notebooks: every chart, sentence and table of theirs.


settled = runpy.run_path(str(ROOT / "conftest.py"))["settled"]


def agrees(changed, committed):
    """Whether nbval, as `conftest.py` sets it, takes an output for the committed one."""
    skipped = ("metadata", "traceback", "output_type", "name", "execution_count")
    judge = SimpleNamespace(
        parent=SimpleNamespace(skip_compare=skipped),
        sanitize=settled,
        colors=nocolors,
        format_output_compare=lambda *values: None,
    )
    return IPyNbCell.compare_outputs(judge, [changed], [committed])


def changes(output):
    """By kind, what the output holds with one thing changed.

    That is a number of prose or table, a label or a line of a chart, or a value of its data.
    """
    for mime, content in output.get("data", {}).items():
        if mime in (CHART_MIME, TABLE_MIME):
            rows = content["table"]["rows"] if mime == CHART_MIME else content["rows"]
            for column in range(len(rows[-1])):
                changed = copy.deepcopy(content)
                rows = changed["table"]["rows"] if mime == CHART_MIME else changed["rows"]
                rows[-1][column] = another(rows[-1][column])
                yield mime, changed
        elif mime in ("text/html", SVG):
            found = (LABELS if mime == SVG else NUMBERS).finditer(content)
            places = [match.span(match.lastindex) for match in found]
            for start, end in itertools.islice(places, None, None, 1 + len(places) // 40):
                yield mime, content[:start] + "7391" + content[end:]


def another(value):
    """Another value for a cell of a table or of a chart's data."""
    if isinstance(value, dict):
        return value | {"text": another(value["text"])}
    return value + 1 if isinstance(value, int | float) else f"{value}x"


def only(output, mime, content):
    """The output with this alone."""
    alone = copy.copy(output)
    alone.data = {mime: content}
    return alone


NUMBERS = re.compile(r">[^<]*?(\d[\d,.]*)")
LABELS = re.compile(r">([^<>]+)</text>|[ML](\d+\.\d+)")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_change_of_a_committed_notebook_passes(path):
    tried = 0
    cells = nbformat.read(path, as_version=4).cells
    for committed in (output for cell in cells for output in cell.get("outputs", [])):
        assert agrees(copy.deepcopy(committed), committed)
        for mime, content in changes(committed):
            before = only(committed, mime, committed.data[mime])
            assert not agrees(only(committed, mime, content), before), (mime, content)
            tried += 1
    assert tried > 50
