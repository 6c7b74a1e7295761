import pytest

from common.errors import InputError
from pages.notebooks import imports, modules, parameters, read_cells, title_and_summary


def code(source, *tags):
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source}


def test_parameters_have_kind_default_and_comment():
    found = parameters(
        [
            code("a = 1", "other"),
            code("n: int = 3  # how many\nname = 'x'\nmap: dict = {'a': 1}", "parameters"),
        ]
    )
    assert [str(parameter) for parameter in found.values()] == [
        "n: int = 3  # how many",
        "name: str = 'x'",
        "map: dict = {'a': 1}",
    ]


def test_the_annotation_decides_the_kind():
    assert parameters([code("share: float = 1", "parameters")])["share"].kind is float


def test_title_and_summary_are_the_first_heading_and_paragraph_without_marks():
    cell = {
        "cell_type": "markdown",
        "source": "# A *title*\n\nOne [link](x) and\n**bold**.\n\nMore.",
    }
    assert title_and_summary([code(""), cell]) == ("A *title*", "One link and bold.")


def test_imports_are_found_past_magics_and_in_functions():
    source = "%matplotlib inline\nimport a.b as c\nfiles = !ls\ndef f():\n    from d import e\n"
    assert imports([code(source), code("%%time\nimport g"), code("%%bash\necho import h")]) == {
        "a.b",
        "d",
        "d.e",
        "g",
    }


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "a.ipynb").write_text("{}")
    with pytest.raises(InputError, match=r"a\.ipynb cannot be read as a notebook"):
        read_cells(tmp_path / "a.ipynb")


def test_modules_and_files_beside_them_are_followed_through_packages_and_relative_imports(project):
    (project.root / "src" / "package" / "inner").mkdir(parents=True)
    project.write("src/package/__init__.py", "from . import first")
    project.write("src/package/first.py", "from .inner.deep import thing")
    project.write("src/package/inner/__init__.py", "")
    project.write(
        "src/package/inner/deep.py", "import pandas\nfrom ..second import x\nfrom .near import y"
    )
    project.write("src/package/inner/near.py", "")
    project.write("src/package/second.py", "")
    project.write("src/package/unused.py", "")
    project.write("src/package/inner/live.js", "")
    found = modules(project.root, {"pandas", "package.first.name"})
    assert {path.removeprefix("src/package/") for path in found} == {
        "__init__.py",
        "first.py",
        "inner/__init__.py",
        "inner/deep.py",
        "inner/live.js",
        "inner/near.py",
        "second.py",
    }
