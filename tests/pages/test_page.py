"""A page's notebook, run in a forked kernel: as papermill itself runs it, and as if in a new process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from pages.batch import Batch

# Streams of one kind a cell, and time for what other processes print: the kernel sends each stream when a
# timer says so, in an order that is not the same twice, and nor is it with papermill's own engine.
CELLS = [
    "print('out')\nprint('out again')",
    "import sys\nprint('err', file=sys.stderr)",
    "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>x</b>'), Markdown('*y*'))\nyear",
    "import os, subprocess, time\nos.system('echo from the shell')\nsubprocess.run(['echo', 'a child'])\n"
    "time.sleep(1)",
    "import pandas as pd\npd.DataFrame({'a': [1, 2.5], 'b': ['x', None]})",
    "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('Chart')",
    "%config InlineBackend.figure_format = 'svg'\nimport matplotlib\nmatplotlib.get_backend()",
    "import asyncio\nawait asyncio.sleep(0)\n_ = display('updated', display_id='d')",
    "import threading\nthread = threading.Thread(target=print, args=['a thread'])\nthread.start()\n"
    "thread.join()",
    "x = !echo captured\nx",
    "%%capture said\nprint('captured')",
    "import warnings\nwarnings.warn('careful')",
    "sys.argv[0], __name__, __builtins__, os.getcwd(), sys.path",
    "sorted(name for name in globals() if not name.startswith('_'))",
    "def f():\n    raise KeyError('missing')\nf()",
    "print('never')",
]
LEAKS = """import builtins, os, sys, warnings
import matplotlib as mpl, matplotlib.pyplot as plt, numpy as np, pandas as pd
import helper
print({
    "rcParams": mpl.rcParams["lines.linewidth"],
    "figures": plt.get_fignums(),
    "pandas": pd.options.display.max_rows,
    "environment": os.environ.get("LEAK"),
    "folder": os.getcwd().split("/")[-1],
    "module": helper.state,
    "attribute": hasattr(builtins, "leak") or hasattr(pd, "leak"),
    "path": "/leak" in sys.path,
    "numpy": np.geterr()["divide"],
    "filters": warnings.filters[0][0],
    "umask": os.umask(0o22),
    "names": "leaked" in globals(),
})
"""
MUTATIONS = """mpl.rcParams["lines.linewidth"] = 99
plt.figure()
pd.options.display.max_rows = 1
os.environ["LEAK"] = "1"
os.chdir("/")
helper.state.append(1)
builtins.leak = pd.leak = leaked = True
sys.path.insert(0, "/leak")
np.seterr(divide="raise")
warnings.simplefilter("error")
os.umask(0o77)
"""


def run_batch(root, preparation=""):
    """Run the batch as a user does: pytest's own environment changes what kernels capture."""
    program = (
        f"import multiprocessing\n{preparation}\nfrom pathlib import Path\n"
        "from pages.batch import Batch\n"
        f"if __name__ == '__main__':\n    Batch(Path({str(root)!r}), fresh=True).run()\n"
    )
    (root / "program.py").write_text(program)
    run([sys.executable, root / "program.py"], check=True)


def run(command, **options):
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"
    }
    return subprocess.run(command, env=environment, capture_output=True, **options)


def cells_of(path, root):
    """What each cell holds, without process ids and the project's place."""
    text = re.sub(r"[^\s\"']*ipykernel_\d+/", "", path.read_text(encoding="utf-8")).replace(
        f"{root}/", ""
    )
    return [
        (
            cell.cell_type,
            cell.source,
            cell.get("execution_count"),
            cell.get("outputs"),
            cell.metadata.tags,
        )
        for cell in nbformat.reads(text, as_version=4).cells
    ]


@pytest.fixture
def varied(project):
    project.notebook("a", *CELLS, parameters="year: int = 2024")
    project.plan({"a": {"parameters": {"year": 2023}}})
    return project


def test_cell_for_cell_what_papermills_own_engine_makes(varied):
    run_batch(varied.root)
    papermill = Path(sys.executable).with_name("papermill")
    own = run(
        [papermill, "a.ipynb", "../own.ipynb", "-p", "year", "2023", "--no-progress-bar"],
        cwd=varied.root / "notebooks",
        check=False,
    )
    assert own.returncode == 1
    made = cells_of(varied.root / "report" / "notebooks" / "a.ipynb", varied.root)
    assert made == cells_of(varied.root / "own.ipynb", varied.root)
    assert all(
        text in json.dumps(made)
        for text in ("image/png", "from the shell", "a child", "a thread", "careful")
    )


def test_without_fork_the_notebook_and_the_page_are_the_same(varied):
    run_batch(varied.root)
    forked = varied.made()
    run_batch(varied.root, preparation="multiprocessing.get_all_start_methods = lambda: ['spawn']")
    spawned = varied.made()
    assert forked.keys() == spawned.keys()
    assert [path for path in forked if forked[path] != spawned[path]] == []


def test_nothing_that_a_page_does_is_seen_by_another(project):
    project.write("src/helper.py", "state = []\n")
    opening = "import sys; sys.path.insert(0, '../src')"
    for name in ("a", "b", "c"):
        project.notebook(name, opening, LEAKS, MUTATIONS)
    project.plan({name: {} for name in "abc"})
    outcomes = Batch(project.root).run(jobs=1)
    assert [outcome.status for outcome in outcomes] == ["made"] * 3
    shown = [
        nbformat.read(project.root / "report" / "notebooks" / f"{name}.ipynb", 4).cells[3].outputs
        for name in "abc"
    ]
    assert shown[0] == shown[1] == shown[2]
    assert "'rcParams': 1.5" in shown[0][0].text
    assert "'environment': None" in shown[0][0].text


def test_a_kernel_waits_at_no_port_that_another_program_could_take_first(project):
    project.notebook(
        "a", "import ipykernel\nprint(ipykernel.get_connection_info(unpack=True)['transport'])"
    )
    project.plan({"a": {}})
    Batch(project.root).run(jobs=1)
    notebook = nbformat.read(project.root / "report" / "notebooks" / "a.ipynb", 4)
    assert notebook.cells[2].outputs[0].text == "ipc\n"


def test_pages_draw_different_random_numbers(project):
    for name in ("a", "b"):
        project.notebook(name, "import random, numpy\nprint(numpy.random.rand(), random.random())")
    project.plan({"a": {}, "b": {}})
    Batch(project.root).run(jobs=1)
    numbers = [
        nbformat.read(project.root / "report" / "notebooks" / f"{name}.ipynb", 4)
        .cells[2]
        .outputs[0]
        .text.split()
        for name in "ab"
    ]
    assert len({*numbers[0], *numbers[1]}) == 4


def test_sets_have_the_same_order_in_every_run(project):
    project.notebook("a", "print({str(number) for number in range(50)})")
    project.plan({"a": {}})
    made = []
    for _ in range(2):
        run_batch(project.root)
        made.append(project.made())
    assert made[0] == made[1]
