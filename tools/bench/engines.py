"""Other engines, for `rival.py`: each makes notebook and HTML of a page, in `out/`.

They are run in the folder of the notebooks, by a Python that has what `bench.lock` names. They are
not in the program itself, of which ploomber-engine takes the place in `sys.modules`: a process
would not find them there for its second page.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from papermill import execute_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

BIN = Path(sys.executable).parent


def made(page: dict) -> Path:
    """Where the executed notebook of a page goes."""
    return Path("../out", f"{page['name']}.ipynb").resolve()


def prepare(page: dict) -> None:
    """Put the notebook of a page, with its parameters and not yet run, where it goes."""
    notebook = load_notebook_node(Path(page["notebook"]).name)
    if page["given"]:
        notebook = parameterize_notebook(notebook, page["given"], kernel_name="python3")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    nbformat.write(notebook, made(page))


def export(page: dict) -> None:
    """Make HTML of an executed notebook."""
    html = HTMLExporter().from_filename(made(page))[0]
    made(page).with_suffix(".html").write_text(html, encoding="utf-8")


def papermill(kernel: str, page: dict) -> None:
    """Run a page with papermill's function, on a kernel of its own."""
    notebook = Path(page["notebook"]).name
    execute_notebook(notebook, made(page), page["given"], progress_bar=False, kernel_name=kernel)
    export(page)


def ploomber(page: dict) -> None:
    """Run a page with ploomber-engine, in this process."""
    from ploomber_engine import execute_notebook

    notebook, given = Path(page["notebook"]).name, page["given"] or None
    execute_notebook(notebook, made(page), parameters=given, progress_bar=False)
    export(page)


def execnb(page: dict) -> None:
    """Run a page with execnb, in this process."""
    from execnb.shell import CaptureShell

    prepare(page)
    CaptureShell().execute(made(page), made(page), exc_stop=True)
    notebook = json.loads(made(page).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)  # its times are numbers, which nbformat refuses
    made(page).write_text(json.dumps(notebook), encoding="utf-8")
    export(page)


def marimo(page: dict) -> None:
    """Turn a page into a notebook of marimo's, which exports HTML of it."""
    prepare(page)
    program = made(page).with_suffix(".py")
    for command in (
        ["convert", made(page), "-o", program],
        ["export", "html", program, "-o", made(page).with_suffix(".html")],
    ):
        subprocess.run([BIN / "marimo", *command], check=True)


def nbmake(pages: Sequence[dict], pool: Executor, processes: int) -> None:
    """Run pages as tests, with nbmake."""
    for page in pages:
        prepare(page)
    options = ["--nbmake", "--overwrite", "--nbmake-timeout=600", "-q", f"-n{processes}"]
    subprocess.run([BIN / "pytest", *options, *map(made, pages)], check=True)
    list(pool.map(export, pages))


ENGINES: dict[str, Callable[[dict], None]] = {
    "papermill": partial(papermill, "python3"),
    "xeus-python": partial(papermill, "xpython"),
    "ploomber-engine": ploomber,
    "execnb": execnb,
    "marimo": marimo,
}
