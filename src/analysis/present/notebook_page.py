"""How a notebook begins: what it was given, checked, and where its tables go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.core.getipython import get_ipython

from analysis.published.paths import PROCESSED, ROOT
from analysis.published.processed import save_table
from common.csv_files import CsvFiles
from common.errors import InputError, nearest
from common.parameter_values import Parameter, check_choice
from common.plan_file import PLAN_NAME, PageEntry, read_entry, read_plan_file
from common.safe_files import digest_of

_LONGEST = 100


@dataclass(frozen=True)
class NotebookPage:
    """A notebook that is being run."""

    name: str
    parameters: Mapping[str, Any]
    """Those of `report.yml`, with the values of this run."""
    output_dir: str
    """The folder that is asked for, or ""."""
    folder: Path
    """Where its tables go."""

    @property
    def is_published(self) -> bool:
        """Whether every parameter is as in `report.yml`, so that tables go to `data/processed/`."""
        return self.folder == PROCESSED

    def save(self, frame: pd.DataFrame, name: str) -> None:
        """Write a table as CSV, and say where it is.

        Raises:
            InputError: a parameter is another one by now than the folder was chosen for.
        """
        shell = get_ipython()
        now = shell.user_ns if shell else {}
        for key, given in {**self.parameters, "output_dir": self.output_dir}.items():
            if (found := now.get(key, given)) != given:
                raise InputError(
                    f"{self.name}: {key} was {given!r} when the folder of tables was chosen and is "
                    f"{found!r} now; run the cell with begin_page again, and those below it"
                )
        print(save_table(frame, name, self.folder))


def begin_page(name: str) -> NotebookPage:
    """Check what the notebook was given as `coderpay report` does; the line after the parameters.

    Types and choices are those of `report.yml`. What was understood is put back under the names of
    the parameters: papermill's text "62,000" is the number 62000 in all cells that follow.

    Tables go to `data/processed/` only if every parameter is as in `report.yml`. Otherwise they go
    to a folder named after those that are not, in `report/`, or outside the project where papermill
    was called. The parameter `output_dir` names another folder; it starts from the same place.

    Args:
        name: of the notebook, as in `report.yml`.

    Raises:
        InputError: a value is of the wrong kind or none of the choices, or there is no such page.
    """
    shell = get_ipython()
    if shell is None:
        raise InputError(f"{name}: begin_page is for the cells of a notebook")
    page = page_given(name, shell.user_ns, Path.cwd())
    shell.push(dict(page.parameters))
    return page


def page_given(name: str, values: Mapping[str, Any], here: Path) -> NotebookPage:
    """A page with the values of its parameters checked; see `begin_page`.

    Args:
        name: of the notebook, as in `report.yml`.
        values: the names of the notebook, its parameters among them.
        here: the folder in which it runs.

    Raises:
        InputError: as for `begin_page`.
    """
    pages = read_plan_file(ROOT).pages
    if name not in pages:
        raise InputError(f"{PLAN_NAME} has no page {name!r}{nearest(name, pages)}")
    entry = read_entry(PageEntry, pages[name], f"{PLAN_NAME}, page {name}", notebook=name)
    given = {}
    for key, default in entry.parameters.items():
        if key not in values:
            raise InputError(f"{name}: the parameter {key!r} is not set; run its cell first")
        parameter = Parameter(key, type(default), default)
        given[key] = parameter.checked(name, values[key])
        if key in entry.choices and given[key] != default:
            where = f"{PLAN_NAME}, page {name}"
            choices = parameter.options(where, entry.choices[key], CsvFiles(ROOT))
            check_choice(name, key, given[key], choices)
    output = Parameter("output_dir", str, "").checked(name, values.get("output_dir", ""))
    folder = _folder(name, output, given, entry.parameters, here)
    return NotebookPage(name, given, output, folder)


def _folder(
    name: str, output: str, given: Mapping[str, Any], published: Mapping[str, Any], here: Path
) -> Path:
    inside = here.is_relative_to(ROOT)
    base = ROOT if inside else here
    if output:
        return base / output
    changed = [f"{key}={given[key]}" for key, value in published.items() if given[key] != value]
    if not changed:
        return PROCESSED
    return base / ("report" if inside else "") / name / _folder_name(",".join(changed))


def _folder_name(text: str) -> str:
    """A text as the name of a folder, another one for each text."""
    plain = re.sub(r"[^\w.,=-]", "_", text)[:_LONGEST]
    return plain if plain == text else f"{plain}-{digest_of(text.encode())[:8]}"
