"""The engine `in-process` against papermill's own: cell for cell what a kernel shows.

Both are run as a user runs them, by the command `papermill`. Where the two must differ, a case says
why, and both are brought to the same form before they are compared.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

PAPERMILL = Path(sys.executable).with_name("papermill")
PICTURE = "b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 30"


def as_it_is(outputs):
    return outputs


def by_stream(outputs):
    """A kernel has a thread that reads what is written to its descriptors, now or a little later.

    It keeps the order within neither of two streams nor between a stream and a descriptor; in this
    process all is in its true order.
    """
    texts = dict.fromkeys(("stdout", "stderr"), "")
    for output in outputs:
        if output["output_type"] == "stream":
            texts[output["name"]] += output["text"]
    others = [output for output in outputs if output["output_type"] != "stream"]
    return {name: sorted(text.splitlines()) for name, text in texts.items()}, others


def replaced(pattern, by):
    def change(outputs):
        return json.loads(re.sub(pattern, by, json.dumps(outputs, ensure_ascii=False)))

    return change


def without_kernels_frames(outputs):
    """`input` is a function of the kernel there, and of this package here."""
    (error,) = outputs
    assert error["traceback"][-1].endswith("does not support input requests.")
    return error | {"traceback": error["traceback"][:3]}


@dataclass
class Case:
    """Some cells, which tags they have, and what makes the outputs of both engines the same."""

    sources: tuple[str, ...]
    tags: list[str] = field(default_factory=list)
    same: object = as_it_is


def fails(*sources, same=as_it_is):
    return Case(sources, ["raises-exception"], same)


def cells(*sources, same=as_it_is):
    return Case(sources, [], same)


# A kernel takes the time of a cell's end for that of what other programs have written.
WAIT = "; import time; time.sleep(0.5)"
code_file = replaced(r"/tmp/ipykernel_\d+/\d+\.py|\d+\.py \(|\b\d+\.py|cell-\d+\.py", "CODE")
CASES = {
    "prints and a result": cells("print('a'); print('b'); 1 + 1"),
    "no line break, and another stream": cells(
        "import sys; print('a', end=''); print('err', file=sys.stderr); print('b')", same=by_stream
    ),
    "a shell": cells("!echo shell; echo err >&2"),
    "other programs": cells(
        "import os, subprocess; subprocess.run(['echo', 'child']); os.system('echo system')" + WAIT,
        same=by_stream,
    ),
    "errors of other programs": cells("subprocess.run('echo err >&2', shell=True)" + WAIT),
    "a descriptor": cells("_ = os.write(1, b'raw\\n')" + WAIT + "; print('after')", same=by_stream),
    "a C library": cells(
        "import ctypes; c = ctypes.CDLL(None); _ = c.puts(b'from C'), c.fflush(None)" + WAIT
    ),
    "what a program prints, captured": cells("x = !echo captured", "x"),
    "a chart that is shown": cells(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show(); print('x')"
    ),
    "a chart at the end of a cell": cells("figure, axes = plt.subplots(figsize=(1, 1))"),
    "a chart as SVG": cells(
        "%config InlineBackend.figure_format = 'svg'\nimport matplotlib as mpl\n"
        "mpl.rcParams['svg.hashsalt'] = ''; mpl.get_backend()",
        "plt.figure(figsize=(1, 1)).text(0, 0, 'x'); None",
        "%config InlineBackend.figure_format = 'png'",
        same=replaced(r"<dc:date>.*?</dc:date>", ""),
    ),
    "displays": cells(
        "from IPython.display import *\ndisplay(Markdown('*hi*'), Latex('$x$'), HTML('<b>x</b>'))"
    ),
    "a display that is changed, now and in another cell": cells(
        "h = display('one', display_id='d'); update_display('two', display_id='d')",
        "h.update(HTML('three')); h",
    ),
    "one display in two cells": cells(
        "_ = display('a', display_id='e')", "_ = display('b', display_id='e')"
    ),
    "a display of raw data": cells(
        "display({'text/plain': 'p', 'application/json': {'a': (1, 2)}}, raw=True)"
    ),
    "a picture": cells(f"Image({PICTURE})"),
    "outputs that are cleared": cells(
        "print('gone'); clear_output(); print('kept')",
        "print('gone'); clear_output(wait=True); print('kept')",
        "print('kept'); clear_output(wait=True)",
    ),
    "await": cells("import asyncio\nawait asyncio.sleep(0.01)\n'awaited'"),
    "a task that goes on between cells": cells(
        "begun = []; task = asyncio.ensure_future(asyncio.to_thread(begun.append, 1))",
        "begun, await task",
    ),
    "a loop that runs": cells("asyncio.get_running_loop().is_running()"),
    "magics": cells("%pwd", "%%bash\necho bash", "%lsmagic\nNone", "%env HOME"),
    "a time": cells("%time 1", same=replaced(r"\d[\d.e+]* (?:[µμ]s|[mn]?s)\b", "TIME")),
    "captured outputs": cells(
        "%%capture c\nprint('captured'); display('x')", "c.stdout, len(c.outputs)", "c.show()"
    ),
    "a thread that prints": cells(
        "import threading; t = threading.Thread(target=print, args=['thread'])",
        "t.start(); t.join(); print('main')",
    ),
    "a frame": cells("import pandas as pd; pd.DataFrame({'a': [1, 2.5], 'b': ['x', None]})"),
    "a styled frame": cells(  # pandas draws a name for its table
        "pd.DataFrame({'a': [1, 2]}).style.highlight_max()", same=replaced(r"T_\w{5}", "T")
    ),
    "a warning": cells("import warnings; warnings.warn('careful')", same=code_file),
    "what has been shown": cells("'last'", "_, __, sorted(Out)[:3], In[1]"),
    "ZeroDivisionError": fails("print('before'); 1 / 0"),
    "SyntaxError": fails("def f(:", same=code_file),
    "ExceptionGroup": fails("raise ExceptionGroup('g', [ValueError('v')])", same=code_file),
    "an error through functions": fails("def g():\n    raise KeyError('k')\ndef h(): g()\nh()"),
    "an error with a cause": fails("try: 1 / 0\nexcept Exception as e: raise OSError from e"),
    "an error without words": fails("raise MemoryError", "raise EOFError()", "assert False"),
    "an error in what shows a value": fails(
        "class R:\n  def _repr_html_(self): raise ValueError('r')\n"
        "  def __repr__(self): return 'R'\nR()",
        "class S:\n  def __repr__(self): raise ValueError('s')\nS()",
    ),
    "an unknown magic": fails("%nosuchmagic", "%%nosuchcell\nx"),
    "an error in a magic": fails("%run none.py", "%%bash\nexit 3", "%timeit 1 / 0"),
    "sys.exit": fails("sys.exit(3)", "sys.exit('words')"),
    "input": fails("input('name? ')", same=without_kernels_frames),
    "an awaited error": fails("await asyncio.wait_for(asyncio.sleep(9), 0.01)"),
    "logging": cells(  # which the command papermill has set up for itself in this process
        "import logging; logging.warning('logged')", same=replaced("WARNING:root:", "")
    ),
    "help": cells("pd?", "print?"),
    "the source of a function of a cell": cells(
        "def s(x): return x\nimport inspect; print(inspect.getsource(s)); __name__"
    ),
    "a value of numpy": cells("import numpy as np; np.float64(3)"),
    "other processes": cells(
        "import multiprocessing as mp; fork = mp.get_context('fork')",
        "with fork.Pool(1) as p: r = p.map(abs, [-1])\nr",
    ),
    "what other processes print": cells(
        "with fork.Pool(1) as p: _ = p.map(print, ['from a child'])" + WAIT
    ),
    "where the cells run": cells(
        "__name__, __builtins__, os.getcwd(), sys.path",
        "get_ipython().user_ns is globals(), '__file__' in globals(), sys.stdout.encoding",
        "sorted(name for name in globals() if name.startswith('_') and len(name) > 6)",
        "sys.stdout.isatty(), sys.stdout.name, os.environ['TERM'], sys.displayhook is not None",
    ),
    "what is not run": Case(("1 / 0",), ["skip-execution"]),
    "nothing to run": cells("", "  \n", "# a comment"),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """By engine, the cells of each case as that engine has run them."""
    folder = tmp_path_factory.mktemp("engine")
    made = [
        new_code_cell(source, id=f"c{place}-{number}", metadata={"tags": case.tags})
        for place, case in enumerate(CASES.values())
        for number, source in enumerate(case.sources)
    ]
    spec = {"name": "python3", "language": "python", "display_name": "Python"}
    nbformat.write(new_notebook(cells=made, metadata={"kernelspec": spec}), folder / "in.ipynb")
    # With this set, as pytest does, a kernel does not look at what other programs write.
    environment = {key: text for key, text in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    running = {
        engine: subprocess.Popen(
            [PAPERMILL, "--engine", engine, "in.ipynb", f"{engine}.ipynb", "--no-progress-bar"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for engine in ("nbclient", "in-process")
    }
    found = {}
    for engine, process in running.items():
        said, _ = process.communicate()
        # Papermill takes note of errors that are allowed, too.
        assert "PapermillExecutionError" in said
        ran = nbformat.read(folder / f"{engine}.ipynb", as_version=4)
        found[engine] = {cell.id: cell for cell in ran.cells}
        assert {cell.id for cell in made} <= found[engine].keys(), said
    return found


def merged(outputs):
    """Outputs as plain values, consecutive text of one stream in one, without addresses."""
    joined = []
    for output in json.loads(re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", json.dumps(outputs))):
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


@pytest.mark.parametrize("name", CASES)
def test_a_cell_shows_what_it_shows_in_a_kernel(outputs, name):
    case, place = CASES[name], list(CASES).index(name)
    for number in range(len(case.sources)):
        kernels, ours = (found[f"c{place}-{number}"] for found in outputs.values())
        assert case.same(merged(ours.outputs)) == case.same(merged(kernels.outputs))
        assert ours.execution_count == kernels.execution_count
        assert ours.metadata.papermill.exception == kernels.metadata.papermill.exception


def test_what_is_written_stands_in_its_true_order(outputs):
    def texts(name):
        cell = outputs["in-process"][f"c{list(CASES).index(name)}-0"]
        return [(output.name, output.text) for output in cell.outputs]

    assert texts("a descriptor") == [("stdout", "raw\nafter\n")]
    assert texts("no line break, and another stream") == [
        ("stdout", "a"),
        ("stderr", "err\n"),
        ("stdout", "b\n"),
    ]
