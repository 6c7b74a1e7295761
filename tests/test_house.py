"""The rules of the house: imports, names, notebooks, and that README and CI agree."""

import ast
import re
import statistics
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

import analysis.present
import analysis.published
from analysis.published.paths import ROOT
from pages.notebooks import parameters, read_cells
from pages.terms import read_terms

SOURCE = ROOT / "src"
MODULES = sorted(SOURCE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ROOMS = {
    "common": set(),
    "analysis.published": {"common"},
    "analysis.methods": {"common", "analysis.published"},
    "analysis.present": {"common", "analysis.published", "analysis.methods"},
    "intake": {"common", "analysis.published"},
    "pages": {"common"},
    "release": {"common", "analysis.published"},
    "analysis.cli": {
        "common",
        "analysis.published",
        "analysis.methods",
        "intake",
        "pages",
        "release",
    },
}
"""Which rooms each may import from besides itself."""
# What the standard library says a program may assign to.
ASSIGNABLE = {"sys.path", "sys.argv", "os.environ"}


def room(module: str) -> str:
    """The room that a module is in, "" for one that is not the project's."""
    return next((name for name in ROOMS if f"{module}.".startswith(f"{name}.")), "")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {room(name) for name in found} - {""}


@pytest.mark.parametrize("name", ROOMS)
def test_imports_point_down_only(name):
    modules = [path for path in MODULES if room(module_of(path)) == name]
    assert modules
    beyond = {path.name: imported_rooms(path) - ROOMS[name] - {name} for path in modules}
    assert {path: rooms for path, rooms in beyond.items() if rooms} == {}


def is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def root_name(node: ast.expr) -> str:
    """The name that a chain of attributes, items and calls begins with, or ""."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def targets(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns to or deletes."""
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For) else []


def private_doors(source: str) -> list[str]:
    """Where code reads a private name of others, or sets what belongs to a module it imports."""
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    aliases = [alias for node in imports for alias in node.names]
    modules = {(alias.asname or alias.name).split(".")[0] for alias in aliases}
    found = [alias.name for alias in aliases if any(map(is_private, alias.name.split(".")))]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            found += [] if owner in ("self", "cls") else [ast.unparse(node)]
        if isinstance(node, ast.Call) and root_name(node) in ("setattr", "delattr"):
            found.append(ast.unparse(node))
        parts = [part for target in targets(node) for part in ast.walk(target)]
        for part in parts:
            if isinstance(part, ast.Attribute | ast.Subscript) and root_name(part) in modules:
                found.append(ast.unparse(part))
    return [door for door in found if not any(door.startswith(name) for name in ASSIGNABLE)]


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_code_goes_through_public_doors_only(path):
    assert private_doors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from ipykernel import _version",
        "import multiprocessing\nmultiprocessing.current_process()._config",
        "import tempfile\ntempfile.tempdir = '/x'",
        "import sys\nsys.modules['a'] = None",
        "import sys\nsys.modules |= {}",
        "from ipykernel import kernelapp\nkernelapp.IOPubThread = object",
        "import json\nsetattr(json, 'dumps', None)",
        "import json\ndel json.dumps",
    ],
)
def test_a_private_door_is_seen(source):
    assert private_doors(source)


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_functions_have_at_most_forty_lines(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {}
    for function in functions:
        first = function.body[1] if ast.get_docstring(function) and function.body[1:] else None
        begin = first.lineno if first else function.body[0].lineno
        lengths[function.name] = (function.end_lineno or begin) - begin + 1
    assert {name: length for name, length in lengths.items() if length > 40} == {}


def test_no_module_shadows_one_of_the_standard_library_and_no_two_share_a_name():
    names = [path.stem for path in MODULES if path.stem != "__init__"]
    assert sorted(set(names) & sys.stdlib_module_names) == []
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_methods_neither_read_nor_draw():
    drawing_or_reading = re.compile(
        r"^\s*(?:from|import) (?:matplotlib|seaborn|pathlib|os|io)\b", re.M
    )
    assert [
        path.name
        for path in (SOURCE / "analysis" / "methods").glob("*.py")
        if drawing_or_reading.search(path.read_text())
    ] == []


def code_cells(path: Path) -> list:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_the_code_of_all_notebooks_is_read_in_one_sitting():
    lines = [cell.source.splitlines() for path in NOTEBOOKS for cell in code_cells(path)]
    assert sum(map(len, lines)) <= 800


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_takes_from_a_room_what_it_offers_without_the_name_of_a_module(self, path):
        rooms = {
            room.__name__: set(room.__all__) for room in (analysis.present, analysis.published)
        }
        taken = [
            (node.module, alias.name)
            for cell in code_cells(path)
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]
        around = [
            f"{module}: {name}"
            for module, name in taken
            for room, offered in rooms.items()
            if module.startswith(f"{room}.") and name in offered
        ]
        assert around == []

    def test_holds_no_logic_and_short_cells(self, path):
        lines = [
            [line for line in cell.source.splitlines() if line.strip()] for cell in code_cells(path)
        ]
        trees = [ast.parse(cell.source) for cell in code_cells(path)]
        long = [
            node.name
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            or (isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 10)
        ]
        assert long == []
        assert max(len(cell) for cell in lines) <= 25
        assert statistics.median(len(tree.body) for tree in trees) <= 5

    def test_shows_what_it_makes(self, path):
        """A sentence in the middle of a cell, or under an `if`, is made and never seen."""
        needs_no_last_place = {"say", "page.save", "begin_page", "made.insert"}
        needs_no_last_place |= {"place_profile.check_person"}
        unseen = []
        for cell in code_cells(path):
            tree = ast.parse(cell.source)
            calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
            last = getattr(tree.body[-1], "value", None)
            made = [call for call in calls if call is not last and isinstance(call, ast.Call)]
            unseen += [ast.unparse(call) for call in made]
        names = {call: call.partition("(")[0] for call in unseen}
        assert [call for call in unseen if names[call] not in needs_no_last_place] == []

    def test_no_figure_in_prose_is_typed(self, path):
        prose = [
            cell.source
            for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "markdown"
        ]
        assert [
            re.findall(r"\$\s?\d[\d,]{2,}|\b\d{1,3},\d{3}\b|\b\d+(?:\.\d+)? ?(?:%|percent)", text)
            for text in prose
        ] == [[] for _ in prose]

    def test_no_sentence_in_code_holds_a_typed_figure(self, path):
        strings = [
            node.value
            for cell in code_cells(path)
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert [
            text for text in strings if re.search(r"\$\s?\d[\d,]{2,}|\b\d{1,3},\d{3}\b", text)
        ] == []

    def test_is_committed_with_the_outputs_of_one_run_from_top_to_bottom(self, path):
        cells = code_cells(path)
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
        assert any(cell.outputs for cell in cells)
        assert not any(
            output.output_type in ("error", "stream") and output.get("name") != "stdout"
            for cell in cells
            for output in cell.outputs
        )

    def test_says_title_purpose_and_what_it_reads(self, path):
        first = nbformat.read(path, as_version=4).cells[0].source
        assert first.startswith("# ")
        assert "**Reads**" in first
        assert "**Writes**" in first

    def test_sections_are_questions(self, path):
        headings = re.findall(
            r"^## (.+)$",
            "\n".join(
                cell.source
                for cell in nbformat.read(path, as_version=4).cells
                if cell.cell_type == "markdown"
            ),
            re.M,
        )
        assert headings
        assert [heading for heading in headings if not heading.endswith("?")] == []

    def test_parameters_are_typed_commented_and_those_of_the_report(self, path):
        cell = next(
            cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])
        )
        for line in cell.source.splitlines():
            assert re.fullmatch(r"\w+: (str|int|float|bool|dict) = .+  # .+", line), line
        published = yaml.safe_load((ROOT / "report.yml").read_text())["pages"][path.stem][
            "parameters"
        ]
        declared = {name: found.default for name, found in parameters(read_cells(path)).items()}
        writes_nothing = "**Writes** nothing" in path.read_text()
        assert declared == published | ({} if writes_nothing else {"output_dir": ""})


def test_readme_names_the_commands_that_ci_runs():
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^make \w+", readme, re.M)
    assert {"make report", "make test"} <= set(commands)
    ci = (ROOT / ".ci" / "run").read_text()
    assert {"make javascript", "make test"} <= set(re.findall(r"^make \w+", ci, re.M))
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text()
    assert {"make report", "make test", "make javascript"} <= set(re.findall(r"make \w+", workflow))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    assert {command.removeprefix("make ") for command in commands} <= set(targets)


def test_each_term_fits_on_a_line_of_a_phone():
    """A term is a button, and browsers break no line within one."""
    rows = read_terms(ROOT, "docs/terms.csv")
    forms = [form for row in rows for form in (row["term"], *row["forms"].split(";"))]
    assert len(forms) > 30
    assert [form for form in forms if len(form) > 24] == []


def test_each_test_that_the_page_of_faults_names_is_there():
    rows = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").split("\n| ")[1:]
    named = [re.findall(r"((?:\w+/)*test_\w+\.py)?((?:::\w+)*)", row) for row in rows]
    missing = []
    for row in named:
        text = ""
        for file, parts in row:
            if file:
                path = ROOT / "tests" / file
                text = path.read_text(encoding="utf-8") if path.exists() else ""
                missing += [file] * (not text)
            missing += [name for name in parts.split("::")[1:] if f" {name}(" not in text]
    assert [name for name in missing if not name.startswith("Test")] == []
    assert sum(bool(file) for row in named for file, _ in row) > 40


def test_every_warning_is_an_error_and_ci_runs_the_slow_tests_and_the_newest_versions():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert settings["filterwarnings"] == ["error"]
    workflows = {
        path.stem: yaml.safe_load(path.read_text()) for path in (ROOT / ".github").rglob("*.yml")
    }
    runs = {
        name: [step.get("run", "") for job in flow["jobs"].values() for step in job["steps"]]
        for name, flow in workflows.items()
    }
    assert {"make test", "make test-all"} <= set(runs["test"])
    assert {"make test", "make audit"} <= set(runs["newest"])
    assert not any("-r requirements.lock" in run for run in runs["newest"])
    assert any("--upgrade" in run for run in runs["newest"])
    assert "schedule" in workflows["newest"][True]  # YAML takes `on` for a truth


def test_the_lock_has_a_hash_for_every_package_and_names_no_index():
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.split(r"\n(?=[a-zA-Z0-9])", lock)
    assert len(packages) > 100
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert re.findall(r"https?://|^\s*--(?!hash=)\S+", lock, re.MULTILINE) == []


def test_the_lock_holds_back_what_takes_a_second_at_every_start():
    lock = (ROOT / "requirements.lock").read_text()
    assert "\njsonschema==" in lock
    assert "\nrfc3987-syntax==" not in lock
