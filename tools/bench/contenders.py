"""What a user would do instead: each contender makes notebook and HTML of every page, in `out/`."""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pages.plan import Page

Contender = Callable[[Sequence[Page], Path], list[str]]
"""Given pages and the project's folder, the command that makes them."""
_BIN = Path(sys.executable).parent
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


def rival(python: Path, engine: str, processes: int) -> Contender:
    """An engine of `engines.py`, run by this Python, generation of need by generation."""

    def command(pages: Sequence[Page], project: Path) -> list[str]:
        generations: list[list[dict]] = []
        done: set[str] = set()
        while len(done) < len(pages):
            rest = [page for page in pages if page.name not in done]
            ready = [page for page in rest if done.issuperset(page.needs)]
            generations.append([as_data(page) for page in ready])
            done |= {page.name for page in ready}
        (project / "generations.json").write_text(json.dumps(generations), encoding="utf-8")
        program = Path(__file__).with_name("rival.py")
        run = shlex.join([str(python), str(program), engine, str(processes)])
        return ["sh", "-ec", f"cd notebooks && exec {run} < ../generations.json"]

    return command


def snakemake(program: Path) -> Contender:
    """Snakemake, installed at `program`, with two jobs at a time, each the two commands."""

    def command(pages: Sequence[Page], project: Path) -> list[str]:
        described = [as_data(page) | {"command": _command(page)} for page in pages]
        (project / "pages.json").write_text(json.dumps(described), encoding="utf-8")
        (project / "Snakefile").write_text(_SNAKEFILE, encoding="utf-8")
        return [str(program), "--cores", "2", "--quiet", "all"]

    return command
