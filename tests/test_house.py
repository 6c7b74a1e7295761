"""The rules of the house: which way imports point, what a notebook may hold, that README and CI agree."""

import ast
import re
import statistics
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

from analysis.published.paths import ROOT
from pages.notebooks import parameters, read_cells

SOURCE = ROOT / "src" / "analysis"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAY_IMPORT = {
    "figures": {"figures"},
    "methods": {"figures", "methods"},
    "present": {"figures", "methods", "present"},
    "batch": {"figures", "batch"},
}


def imported_layers(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module == "analysis":
            names += [f"analysis.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("analysis.")}
    return found


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_imports_point_down_only(layer):
    modules = sorted((SOURCE / layer).rglob("*.py"))
    assert len(modules) > 1
    assert {path.name: imported_layers(path) - MAY_IMPORT[layer] for path in modules} == {
        path.name: set() for path in modules
    }


def test_methods_neither_read_nor_draw():
    drawing_or_reading = re.compile(
        r"^\s*(?:from|import) (?:matplotlib|seaborn|great_tables|pathlib|os|io)\b", re.M
    )
    assert [
        path.name
        for path in (SOURCE / "methods").glob("*.py")
        if drawing_or_reading.search(path.read_text())
    ] == []


def code_cells(path: Path) -> list:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_holds_no_logic_and_short_cells(self, path):
        lines = [
            [line for line in cell.source.splitlines() if line.strip()] for cell in code_cells(path)
        ]
        trees = [ast.parse(cell.source) for cell in code_cells(path)]
        defined = [
            node
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        assert defined == []
        assert max(len(cell) for cell in lines) <= 30
        assert statistics.median(len(cell) for cell in lines) <= 6

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
            assert re.fullmatch(r"\w+: (str|int|float|bool) = .+  # .+", line), line
        published = yaml.safe_load((ROOT / "report.yml").read_text())["pages"][path.stem][
            "parameters"
        ]
        declared = {name: found.default for name, found in parameters(read_cells(path)).items()}
        assert declared == published | {"output_dir": ""}


def test_readme_names_the_commands_that_ci_runs():
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^make \w+", readme, re.M)
    assert {"make report", "make test"} <= set(commands)
    assert re.search(r"^make test\b", (ROOT / ".ci" / "run").read_text(), re.M)
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text()
    assert {"make report", "make test"} <= set(re.findall(r"make \w+", workflow))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    assert {command.removeprefix("make ") for command in commands} <= set(targets)


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
    assert not any("requirements.lock" in run for run in runs["newest"])
    assert any("--upgrade" in run for run in runs["newest"])
    assert "schedule" in workflows["newest"][True]  # YAML takes `on` for a truth


def test_the_lock_has_a_hash_for_every_package_and_names_no_index():
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.split(r"\n(?=[a-zA-Z0-9])", lock)
    assert len(packages) > 100
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert re.findall(r"https?://|^\s*--(?!hash=)\S+", lock, re.MULTILINE) == []
