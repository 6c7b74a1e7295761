"""How columns of numbers are made, as a project says it where the numbers themselves do not."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from common.csv_files import CsvFiles
from common.errors import InputError, nearest
from common.notebook_contract import Origin, Traced
from common.plan_file import PLAN_NAME

WAYS = ("published", "method", "arithmetic", "table", "counted", "given")
_COLUMNS = ("notebook", "output", "column", "way", "source", "inputs")
_HEADING = re.compile(r"\[([^\]]+)\]")


def read_column_origins(root: Path, path: str) -> list[dict[str, str]]:
    """The rows of the table that says how columns are made; none where a project has none.

    Its columns are `notebook`, `output` (the name of a table or chart) and `column` (its heading,
    or what a number in a sentence is called in the code), each empty for any; then `way`, one of
    `WAYS`, its `source`, and `inputs`. A source is, by the way, the id of a published figure, the
    section of the methodology, a formula, the path of a table, the things that are counted, or
    the name of a parameter. `[Heading]` in an id or a formula stands for the cell of that column
    in the same row. Inputs are headings or words, with semicolons between them.

    Args:
        root: the project's folder.
        path: of the table, relative to it, or "".

    Raises:
        InputError: the table cannot be read, lacks a column, or has an unknown way.
    """
    if not path:
        return []
    rows = CsvFiles(root).rows(path, f"{PLAN_NAME}, origins", _COLUMNS)
    for number, row in rows.items():
        if row["way"] not in WAYS:
            near = nearest(row["way"], WAYS)
            raise InputError(f"{path}, row {number}: way is {row['way']!r}, which is none{near}")
    return [*rows.values()]


class ColumnOrigins:
    """The origins of the numbers of one notebook that do not say where they come from."""

    def __init__(self, rows: Iterable[Mapping[str, str]] = (), notebook: str = "") -> None:
        """Take the rows of `read_column_origins`, and the name of the notebook."""
        self._rows = {
            (row["output"], row["column"]): row
            for about in ("", notebook)
            for row in rows
            if row["notebook"] == about
        }

    def of(self, output: str, column: str, row: Mapping[str, Traced]) -> Origin:
        """Where the number in a column comes from; nothing where the project does not say it.

        Args:
            output: the name of the table or chart, "" of sentences.
            column: the heading of the column, or what the code calls the number.
            row: the cells beside it by heading.

        Raises:
            InputError: a formula or an id names a heading that is not there.
        """
        for place in ((output, column), (output, ""), ("", column)):
            if place in self._rows and any(place):
                return _origin(self._rows[place], row)
        return Origin()


def _origin(made: Mapping[str, str], row: Mapping[str, Traced]) -> Origin:
    way, source = made["way"], made["source"]
    inputs = [_input(name.strip(), row) for name in made["inputs"].split(";") if name.strip()]
    if way == "published":
        return Origin(figure_id="".join(map(_text, _filled(made, row))).lower())
    if way == "arithmetic":
        return Origin(arithmetic=_filled(made, row))
    if way == "method":
        return Origin(method=source, inputs=inputs)
    if way == "table":
        return Origin(table=source, inputs=inputs)
    return Origin(counted=source) if way == "counted" else Origin(given=source)


def _input(name: str, row: Mapping[str, Traced]) -> Traced:
    """An input by its name: the cell of that column, or words."""
    if name not in row:
        return Traced(text=name)
    return Traced(**{**row[name], "text": f"{name}: {row[name]['text']}"})


def _filled(made: Mapping[str, str], row: Mapping[str, Traced]) -> list[str | Traced]:
    """A formula or an id with the cells that it names."""
    parts: list[str | Traced] = []
    for place, part in enumerate(_HEADING.split(made["source"])):
        if place % 2 and part not in row:
            raise InputError(
                f"{made['source']!r}, the origin of column {made['column']!r} of "
                f"{made['output']!r}: there is no column {part!r}{nearest(part, row)}"
            )
        parts += [row[part] if place % 2 else part] if part else []
    return parts


def _text(part: str | Traced) -> str:
    return part if isinstance(part, str) else part["text"]
