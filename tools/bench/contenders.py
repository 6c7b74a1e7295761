"""What a user would do instead: each contender makes notebook and HTML of every page, in `out/`."""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pages.plan import Page

_BIN = Path(sys.executable).parent
_POOL = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from nbconvert import HTMLExporter
from papermill import execute_notebook


def make(page):
    made = f"../out/{page['name']}.ipynb"
    notebook = Path(page["notebook"]).name
    execute_notebook(notebook, made, page["given"], progress_bar=False, kernel_name="python3")
    Path(made).with_suffix(".html").write_text(HTMLExporter().from_filename(made)[0])


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        for generation in json.loads(sys.argv[1]):
            list(pool.map(make, generation))
"""
_SNAKEFILE = """
import json
PAGES = {page["name"]: page for page in json.load(open("pages.json"))}
rule all:
    input: expand("out/{name}.html", name=PAGES)
rule page:
    input: lambda wildcards: [f"out/{need}.html" for need in PAGES[wildcards.name]["needs"]]
    output: "out/{name}.html"
    params: command=lambda wildcards: PAGES[wildcards.name]["command"]
    shell: "{params.command}"
"""


def as_data(page: Page) -> dict:
    """A page as contenders and the floor need it, as JSON."""
    return {
        "name": page.name,
        "notebook": page.notebook,
        "given": dict(page.given),
        "needs": list(page.needs),
    }


def _command(page: Page) -> str:
    """The two commands that make a page, for a shell in the project's folder."""
    given = ["-y", json.dumps(dict(page.given))] if page.given else []
    made = f"../out/{page.name}.ipynb"
    run = [_BIN / "papermill", "--no-progress-bar", Path(page.notebook).name, made, *given]
    show = [_BIN / "jupyter", "nbconvert", "--log-level=ERROR", "--to=html", made]
    return "cd notebooks && " + " && ".join(
        shlex.join(map(str, command)) for command in (run, show)
    )


def loop(pages: Sequence[Page], project: Path) -> list[str]:
    """A shell loop that calls papermill and nbconvert for each page."""
    return ["sh", "-ec", "\n".join(f"({_command(page)})" for page in pages)]


def pool(pages: Sequence[Page], project: Path) -> list[str]:
    """papermill's and nbconvert's functions in two processes, generation of need by generation."""
    generations: list[list[dict]] = []
    done: set[str] = set()
    while len(done) < len(pages):
        ready = [page for page in pages if page.name not in done and done.issuperset(page.needs)]
        generations.append([as_data(page) for page in ready])
        done |= {page.name for page in ready}
    (project / "pool.py").write_text(_POOL, encoding="utf-8")
    return [
        "sh",
        "-ec",
        f"cd notebooks && exec {sys.executable} ../pool.py {shlex.quote(json.dumps(generations))}",
    ]


def snakemake(program: Path) -> Callable[[Sequence[Page], Path], list[str]]:
    """Snakemake, installed at `program`, with two jobs at a time, each the two commands."""

    def command(pages: Sequence[Page], project: Path) -> list[str]:
        described = [as_data(page) | {"command": _command(page)} for page in pages]
        (project / "pages.json").write_text(json.dumps(described), encoding="utf-8")
        (project / "Snakefile").write_text(_SNAKEFILE, encoding="utf-8")
        return [str(program), "--cores", "2", "--quiet", "all"]

    return command
