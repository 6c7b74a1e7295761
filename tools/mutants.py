"""Breaks the code, a change at a time, and counts the changes that no test sees: `make mutants`.

Arguments, if any, are modules, such as `analysis.published.printed`; all that pyproject.toml names
are a matter of hours. mutmut has an environment of its own; it is no dependency of the project.
What it found is kept in `.cache/mutants/`, so that an interrupted run goes on. A mutant that
survived is tried again, for a test may see it by now, unless survivors.csv gives the reason why
none can.
"""

import ast
import csv
import difflib
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
COPY = CACHE / "mutants"
FOUND = CACHE / "quality" / "mutants.json"
REASONS = Path(__file__).with_name("survivors.csv")
COPIED = (
    "src",
    "tests",
    "data",
    "docs",
    "notebooks",
    "report.yml",
    "pyproject.toml",
    "conftest.py",
)
SURVIVED, NO_TEST = {0}, {5, 33}
"""mutmut's exit codes; every other one is that of tests that fail, crash or do not end."""


def main() -> None:
    """Run mutmut on a copy of the project, and write what became of the mutants of each module."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(ROOT / name, COPY / name, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy(ROOT / name, COPY / name)
    for module in modules():
        try_again(module)
    patterns = [f"{module}.*" for module in sys.argv[1:]]
    # Programs that a test starts run the code as it is.
    environment = os.environ | {"CODERPAY_EXAMPLES": "mutants", "PYTHONPATH": str(COPY / "src")}
    subprocess.run([installed(), "run", *patterns], cwd=COPY, env=environment, check=False)
    found = {
        module: counted(module) | {"survivors": [*survivors(module).values()]}
        for module in modules()
    }
    FOUND.parent.mkdir(exist_ok=True)
    FOUND.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for module, counts in found.items():
        if counts["killed"] + counts["survived"] + counts["untested"]:
            print(f"{module}: {counts['killed']} killed, {counts['survived']} survived")


def installed() -> Path:
    """mutmut, in an environment that sees the project's own packages but not the project."""
    folder = CACHE / "mutmut"
    program = folder / "bin" / "mutmut"
    if not program.exists():
        venv.create(folder, with_pip=True, clear=True)
        lock = ["--require-hashes", "-r", ROOT / "tools" / "locks" / "mutants.lock"]
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *lock], check=True)
        [packages] = folder.glob("lib/python*/site-packages")
        (packages / "project.pth").write_text(
            sysconfig.get_path("purelib") + "\n", encoding="utf-8"
        )
    return program


def modules() -> list[str]:
    """The modules that have mutants: `analysis.published.rules` and so on."""
    folder = COPY / "mutants" / "src"
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.py.meta")]
    return sorted(
        name.removesuffix(".py.meta").replace("/", ".") for name in names if "__init__" not in name
    )


def counted(module: str) -> dict:
    """What became of a module's mutants, and the SHA-256 of the module they were made of."""
    path = Path("src", *module.split(".")).with_suffix(".py")
    codes = exit_codes(path).values()
    tried = [code for code in codes if code is not None]
    return {
        "sha256": hashlib.sha256((COPY / path).read_bytes()).hexdigest(),
        "mutants": len(codes),
        "survived": sum(code in SURVIVED for code in tried),
        "untested": sum(code in NO_TEST for code in tried),
        "killed": sum(code not in SURVIVED | NO_TEST for code in tried),
    }


def exit_codes(path: Path) -> dict[str, int | None]:
    """What the tests of each mutant of a module ended with."""
    return json.loads((COPY / "mutants" / f"{path}.meta").read_bytes())["exit_code_by_key"]


def survivors(module: str) -> dict[str, list[str]]:
    """Of each mutant that no test sees: its function, the lines as they are and as it has them."""
    path = Path("src", *module.split(".")).with_suffix(".py")
    source = (COPY / "mutants" / path).read_text(encoding="utf-8")
    lines = source.splitlines()
    functions = {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    found = {}
    for key, code in exit_codes(path).items():
        if code in SURVIVED | NO_TEST:
            mutant = key.rpartition(".")[2]
            function = mutant.rpartition("__mutmut_")[0]
            versions = (f"{function}__mutmut_orig", mutant)
            texts = [
                [line.strip() for line in functions[name].replace(name, function).splitlines()]
                for name in versions
            ]
            changes = [*difflib.unified_diff(*texts, n=0)][2:]
            was, became = (
                " ".join(line[1:] for line in changes if line[0] == sign) for sign in "-+"
            )
            found[key] = [function[2:].replace("ǁ", "."), was, became]
    return found


def reason(was: str, became: str) -> str:
    """Why a change makes no difference, or "" where survivors.csv says nothing of it."""
    return next((words for pattern, words in reasons() if pattern.search(f"{was} => {became}")), "")


@functools.cache
def reasons() -> list[tuple[re.Pattern, str]]:
    """The rows of survivors.csv: what a change looks like, and why no test can see it."""
    with REASONS.open(encoding="utf-8", newline="") as lines:
        return [(re.compile(row["change"]), row["reason"]) for row in csv.DictReader(lines)]


def try_again(module: str) -> None:
    """Let mutmut forget the survivors that have no reason."""
    path = COPY / "mutants" / "src" / Path(*module.split(".")).with_suffix(".py.meta")
    known = json.loads(path.read_bytes())
    unexplained = [
        key for key, (_, was, became) in survivors(module).items() if not reason(was, became)
    ]
    known["exit_code_by_key"] |= dict.fromkeys(unexplained)
    path.write_text(json.dumps(known), encoding="utf-8")


if __name__ == "__main__":
    main()
