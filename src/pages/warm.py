"""Imported by the server of `processes` alone: brings in what pages need, before they are forked from it."""

import gc
import importlib
import os
import signal
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

# What takes long and serves no page: a grammar of internationalised addresses, which jsonschema would build,
# and the debugger of kernels.
_UNUSED = ("rfc3987_syntax", "debugpy")
# What the Jupyter stack, pandas, pandera, scipy and matplotlib import only when they first need it.
_LATER = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "cffi.cparser",
    "faulthandler",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pandera.accessors.pandas_accessor",
    "pandera.api.geopandas.container",
    "pandera.backends.pandas.builtin_checks",
    "pandera.backends.pandas.builtin_hypotheses",
    "pandera.backends.pandas.register",
    "pandera.backends.register_checks",
    "pdb",
    "PIL.features",
    "pygments.formatters.terminal256",
    "sqlite3",
    "stack_data",
    "tornado.platform.asyncio",
)


signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the batch to end this process
gc.disable()
sys.modules |= dict.fromkeys(_UNUSED)  # type: ignore[arg-type]  # as Python marks what cannot be imported
for name in [*os.environ.pop("BATCH_PRELOAD", "").split(), *_LATER]:
    with suppress(Exception):  # the page that needs it will say what is wrong with it
        importlib.import_module(name)

# A rehearsal, so that templates, lexers, fonts and the rules of the notebook format are compiled or loaded.
from jupyter_client import session  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from nbformat import v4  # noqa: E402

from pages import page as page_module  # noqa: E402
from pages import plan, tasks  # noqa: E402

chart = Figure()
axes = chart.subplots()
axes.plot([0, 1], label="line")
axes.legend()
chart.savefig(BytesIO(), format="svg")
cells = [
    v4.new_markdown_cell("# Title\n\n[Link](x) **bold**\n\n## Section?"),
    v4.new_code_cell("a = 1"),
]
page = plan.Page("rehearsal", "", "", {}, {}, (), 1.0)
source = v4.writes(v4.new_notebook(cells=cells))
page_module.make_page(tasks.Task(page, {"site": "", "links": []}, (), source), Path())
for name in _UNUSED:
    del sys.modules[name]
# Nobody asks when a message was sent, and its dates take as long to read as the rest of it.
session.extract_dates = lambda obj: obj
gc.enable()
gc.freeze()  # a collection in a forked process would otherwise copy all of this one's memory
