"""Begins a page of one's own: a notebook, and its lines in report.yml."""

import json
from pathlib import Path
from typing import Any

import yaml

from common.errors import InputError
from common.plan_file import PLAN_NAME, read_plan_file
from common.safe_files import put_all_in_place
from pages.export import templates
from pages.notebooks import parameters
from pages.plan import check_name, read_plan

_NEW_PLAN = "# `coderpay report` makes these pages.\ntitle: My report\npages: {}\n"


def new_page(folder: Path, name: str) -> list[Path]:
    """Write a notebook that can be run, and name it among the pages.

    Args:
        folder: of the project; an empty one becomes a project.
        name: of the page, and of its notebook.

    Returns:
        The files that were written.

    Raises:
        InputError: the name cannot be a page's or is taken, or there is no project and the folder
            is not empty, or the pages stand in a way that none can be added to.
    """
    check_name("coderpay new", name)
    plan, notebook = folder / PLAN_NAME, folder / "notebooks" / f"{name}.ipynb"
    if plan.is_file():
        _refuse_taken(folder, name, notebook)
        text = plan.read_bytes().decode()
    elif any(not path.name.startswith(".") for path in folder.iterdir()):
        raise InputError(
            f"there is no project here: {folder} and the folders above it have no {PLAN_NAME}; "
            "go to one, or begin one in an empty folder"
        )
    else:
        text = _NEW_PLAN
    title = name.replace("-", " ").capitalize()
    content = templates().get_template("new_notebook.ipynb.j2").render(name=name, title=title)
    cells = json.loads(content)["cells"]
    sources = [cell | {"source": "".join(cell["source"])} for cell in cells]
    given = {key: parameter.default for key, parameter in parameters(sources).items()}
    made = {
        notebook: content.encode(),
        plan: with_page(text, name, {"parameters": given}).encode(),
    }
    put_all_in_place(made, folder)
    return [*made]


def _refuse_taken(folder: Path, name: str, notebook: Path) -> None:
    file = read_plan_file(folder)
    taken = [*file.pages, *file.sweeps, *read_plan(folder).pages]
    if notebook.exists() or name in taken:
        where = PLAN_NAME if name in taken else f"notebooks/{notebook.name}"
        raise InputError(f"coderpay new: {name!r} is there already, in {where}; use another name")


def with_page(text: str, name: str, entry: dict[str, Any]) -> str:
    """The text of a `report.yml` with one more page, all else as it was, comments too.

    Raises:
        InputError: the pages stand in a way that no lines can be added to.
    """
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    [pages] = [value for key, value in root.value if key.value == "pages"]
    lines = yaml.safe_dump({name: entry}, sort_keys=False, allow_unicode=True, width=1000)
    ending = "\r\n" if "\r\n" in text else "\n"
    if pages.value and not pages.flow_style:
        column = pages.value[0][0].start_mark.column
        line, _, after = text[_end(pages) :].partition("\n")
        before = text[: _end(pages)] + line.removesuffix("\r") + ending
    else:
        column = 2
        before = text[: pages.start_mark.index].rstrip() + ending
        after = text[pages.end_mark.index :].lstrip()
    added = [" " * column + line + ending for line in lines.splitlines()]
    made = "".join([before, *added, after])
    expected = yaml.safe_load(text)
    expected["pages"][name] = entry
    if (pages.value and pages.flow_style) or yaml.safe_load(made) != expected:
        raise InputError(
            f"{PLAN_NAME}: the pages are not one to a line, so none can be added; "
            f"write it there yourself:\n{lines}"
        )
    return made


def _end(node: yaml.Node) -> int:
    """Where the text of a node ends; the comments after it are no part of it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.index
