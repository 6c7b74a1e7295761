"""A page in its own processes: nothing of it reaches another page or its own export."""

import json
import os
import re
import subprocess
import sys
from base64 import b64decode, b64encode

import nbformat
import pytest

from pages.batch import Batch

# One pixel, blue.
PICTURE = b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
        "53de0000000c49444154789c6360f80f0001040100b9a4e9be0000000049454e44ae426082"
    )
).decode()
BESIDE = b64decode(PICTURE) + b"beside"
LEAKS = """import builtins, json, os, sys, warnings
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
    "json": json.dumps("x"),
    "open": open("../src/helper.py").read(),
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
HOSTILE = {
    "pathlib": "from pathlib import Path; Path.read_bytes = Path.write_text = Path.exists = None",
    "json": "json.dumps = json.loads = None",
    "markup": "import re, html; re.sub = html.escape = None; sys.modules['nbconvert'] = None",
    "stdout": "sys.stdout.close(); sys.stderr.close()",
    "other stdout": "import io; sys.stdout = sys.stderr = io.StringIO(); print('lost')",
    "descriptors": "os.close(1); os.close(2)",
    "all descriptors": "os.closerange(0, 3)",
    "folder": "os.chdir('/'); os.environ.clear()",
    "signals": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "threads": "import threading, time; threading.Thread(target=time.sleep, args=(300,)).start()",
    "children": "import subprocess; subprocess.Popen(['sleep', '300'], start_new_session=False)",
}
RUINOUS = {
    "open": "builtins.open = builtins.len = None",
    "str": "builtins.str = builtins.print = builtins.isinstance = None",
    "no stdout": "sys.stdout = sys.stderr = sys.stdin = None",
    "modules": "sys.modules.clear()",
    "hooks": "sys.excepthook = sys.displayhook = None; sys.settrace(None)",
    "recursion": "sys.setrecursionlimit(60)",
}
"""After these no cell can run, or none can be noted."""
SPOILING = HOSTILE | RUINOUS
ATTACHED = {"blue.png": {"image/png": PICTURE}}
ORDINARY = [
    ("code", "import pandas as pd\nfrom IPython.display import HTML, Latex, Markdown, display"),
    ("markdown", "# Pay at AT&T\n\nA summary with $x^2$ and **bold**.\n\n## Why & how?"),
    ("markdown", "![beside](beside.png)\n\n![attached](attachment:blue.png)"),
    ("markdown", "```\n## no section\n```\n\n~~~python\n## nor this\n~~~\n\n## After the block?"),
    ("code", "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('A chart')"),
    ("code", "frame = pd.DataFrame({'place': ['AT&T <b>', 'b'], 'pay': [48780, 2]})\nframe"),
    ("code", "frame.style.highlight_max(subset=['pay'], color='#ffd')"),
    ("code", "display(Markdown('*slanted* and AT&T'), Latex(r'$\\frac{a}{b}$'))"),
    ("code", "print('\\x1b[31mred AT&T\\x1b[0m')"),
    ("code", "print('plain AT&T < 48,780')"),
    ("code", "display(HTML('<p>AT&T pays 15%</p>'))"),
    ("code", "import warnings; warnings.warn('careful')"),
    ("code", "'a value'"),
]


def run_batch(root, preparation=""):
    """Run the batch as a user does, in a program of its own."""
    program = (
        f"import multiprocessing\n{preparation}\nfrom pathlib import Path\n"
        "from pages.batch import Batch\n"
        f"if __name__ == '__main__':\n    Batch(Path({str(root)!r}), fresh=True).run()\n"
    )
    (root / "program.py").write_text(program)
    environment = {key: text for key, text in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    subprocess.run(
        [sys.executable, root / "program.py"], env=environment, check=True, capture_output=True
    )


def outputs_of(project, name, cell):
    path = project.root / "report" / "notebooks" / f"{name}.ipynb"
    return nbformat.read(path, as_version=4).cells[cell].outputs


@pytest.fixture(scope="module")
def hostile(project_of):
    """Pages that each spoil their process, and between them pages that look for traces of it."""
    project = project_of("hostile")
    project.write("src/helper.py", "state = []\n")
    opening = "import sys; sys.path.insert(0, '../src')"
    pages = {}
    for number, source in enumerate([MUTATIONS, *SPOILING.values(), ""]):
        name = f"p{number:02d}"
        project.notebook(name, opening, LEAKS, source, "'still ' + 'here'")
        pages[name] = {"time_limit": 60}
    project.plan(pages)
    outcomes = Batch(project.root).run(jobs=1)
    return project, {outcome.page.name: outcome for outcome in outcomes}


def test_nothing_that_a_page_does_is_seen_by_another(hostile):
    project, outcomes = hostile
    shown = [outputs_of(project, name, 3) for name in outcomes]
    assert "'rcParams': 1.5" in shown[0][0].text
    assert "'environment': None" in shown[0][0].text
    assert [output for output in shown if output != shown[0]] == []


@pytest.mark.parametrize("name", SPOILING)
def test_nothing_that_a_page_does_reaches_its_export(hostile, name):
    project, outcomes = hostile
    page = f"p{list(SPOILING).index(name) + 1:02d}"
    html = (project.root / "report" / f"{page}.html").read_text(encoding="utf-8")
    assert html.endswith("</html>\n")
    assert "'rcParams': <a id=" in html
    if name in HOSTILE:
        assert outcomes[page].failure is None
        assert "'still here'" in html
    else:
        assert outcomes[page].status == "failed"
        assert 'id="stopped"' in html


def test_without_fork_the_notebook_and_the_page_are_the_same(project):
    project.notebook(
        "a",
        "print(year)\n1.5",
        "import pandas as pd\npd.DataFrame({'a': [1, 2.5], 'b': ['x', None]})",
        "import matplotlib.pyplot as plt\n_ = plt.plot([1, 3, 2])",
        "def f():\n    raise KeyError('missing')\nf()",
        "print('never')",
        parameters="year: int = 2024",
    )
    project.plan({"a": {"parameters": {"year": 2023}}})
    made = []
    for preparation in ("", "multiprocessing.get_all_start_methods = lambda: ['spawn']"):
        run_batch(project.root, preparation)
        cells = json.loads(project.read("report/notebooks/a.ipynb"))["cells"]
        pages = {path: text for path, text in project.made().items() if path.endswith(".html")}
        made.append((pages, cells))
    assert b"image/png" in made[0][0]["a.html"]
    assert made[0] == made[1]


def test_pages_draw_different_random_numbers(project):
    for name in ("a", "b"):
        project.notebook(name, "import random, numpy\nprint(numpy.random.rand(), random.random())")
    project.plan({"a": {}, "b": {}})
    Batch(project.root).run(jobs=1)
    numbers = [outputs_of(project, name, 2)[0].text.split() for name in "ab"]
    assert len({*numbers[0], *numbers[1]}) == 4


def test_sets_have_the_same_order_in_every_run(project):
    project.notebook("a", "print({str(number) for number in range(50)})")
    project.plan({"a": {}})
    made = []
    for _ in range(2):
        run_batch(project.root)
        made.append(project.made())
    assert made[0] == made[1]


def test_logging_is_as_in_a_kernel(project):
    project.notebook("a", "import logging; logging.warning('logged'); logging.info('unheard')")
    project.plan({"a": {}})
    Batch(project.root).run()
    (output,) = outputs_of(project, "a", 2)
    assert (output.name, output.text) == ("stderr", "WARNING:root:logged\n")


@pytest.fixture(scope="module")
def ordinary(project_of):
    """The HTML of a page of an ordinary notebook, whose cells have no ids, as in older ones."""
    project = project_of("ordinary")
    (project.root / "notebooks" / "beside.png").write_bytes(BESIDE)
    cells = [
        {"cell_type": kind, "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        | ({"attachments": ATTACHED} if "attachment:" in source else {})
        for kind, source in ORDINARY
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    project.write("notebooks/a.ipynb", json.dumps(content))
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert outcome.failure is None
    return project.read("report/a.html")


@pytest.mark.parametrize(
    "text",
    [
        "<h1>Pay at AT&amp;T</h1>",
        "<strong>bold</strong>",
        '<li><a href="#Why-how">Why &amp; how?</a></li>',
        '<h2 id="Why-how"><a class=here href="#Why-how">Why &amp; how?</a></h2>',
        '<h2 id="After-the-block"><a class=here href="#After-the-block">After the block?</a></h2>',
        "## no section",
        f'<img src="data:image/png;base64,{PICTURE}" alt="attached"',
        f'src="data:image/png;base64,{b64encode(BESIDE).decode()}" alt="beside"',
        "<msup><mi>x</mi><mn>2</mn></msup>",
        "<mfrac>",
        "<em>slanted</em> and AT&amp;T",
        '<span class="ansi-red-fg">red AT&amp;T</span>',
        "plain AT&amp;T &lt; <a id=",
        ">48,780</a>",
        "AT&amp;T pays <a id=",
        "<td>AT&amp;T &lt;b&gt;</td>",
        "background-color: #ffd;",
        "UserWarning: careful",
        "'a value'",
    ],
)
def test_all_of_an_ordinary_notebook_is_on_its_page(ordinary, text):
    assert text in ordinary


def test_printed_colours_are_colours_of_the_page(ordinary):
    assert ".ansi-red-fg" in ordinary.split("</style>")[0]


def test_an_ordinary_page_has_one_title_one_place_of_each_name_and_its_chart(ordinary):
    assert ordinary.count("<h1") == 1
    assert "no-section" not in ordinary
    names = re.findall(r' id="?([^\s">]+)', ordinary)
    assert len(names) == len(set(names))
    (chart,) = re.findall(r'<img src="data:image/png;base64,([^"]{2000,})"', ordinary)
    assert chart.startswith("iVBOR")
    assert "&amp;amp;" not in ordinary
