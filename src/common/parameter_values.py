"""What a parameter may be given: values of its kind, and of those its choices in `report.yml`."""

import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from common.csv_files import CsvFiles
from common.errors import InputError, nearest
from common.plan_file import FileColumn, FileRows, Numbers, read_entry, read_yaml

_WHOLE = re.compile(r"[+-]?\$?(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.0+)?")
_DECIMAL = re.compile(
    r"[+-]?\$?(?:(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?:[eE][+-]?[0-9]+)?"
)
_LONGEST_NUMBER = 100
"""Characters."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a notebook, as its cell tagged `parameters` or `report.yml` declares it."""

    name: str
    kind: type
    default: Any
    comment: str = ""

    def __str__(self) -> str:
        comment = f"  # {self.comment}" if self.comment else ""
        return f"{self.name}: {self.kind.__name__} = {self.default!r}{comment}"

    def checked(self, where: str, value: Any) -> Any:
        """A value as one of the parameter's kind.

        Text is understood where it can mean one thing only, since papermill hands over most of
        what it is given as text: "false", "62,000", "{certified_share: 0.6}".

        Args:
            where: who gave it, for the message.
            value: what was given.

        Raises:
            InputError: it is of another kind.
        """
        understood = _understood(value, self.kind, f"{where}: {self.name}")
        if type(understood) is not self.kind:
            hint = f" (in quotes: {str(value)!r})" if self.kind is str else ""
            raise InputError(
                f"{where}: {self.name} is {value!r}, expected {self.kind.__name__}{hint}, "
                f"such as the default {self.default!r}"
            )
        return understood

    def options(self, where: str, spec: Any, files: CsvFiles) -> dict[Any, str]:
        """The values that `choices` or `over` give the parameter, each once, with their labels.

        Args:
            where: the place in the file, for messages.
            spec: what stands there: `{from, to, step}`, `{file, column, label, where}`, or a list
                of values and of these.
            files: those of the project.

        Raises:
            InputError: the specification or a value is wrong.
        """
        if self.kind is dict:
            raise InputError(f"{where}: {self.name} holds names with values, which has no choices")
        if isinstance(spec, list):
            found: dict[Any, str] = {}
            for part in spec:
                if isinstance(part, dict):
                    found |= self.options(where, part, files)
                else:
                    found[self.checked(where, part)] = str(part)
            return found
        if isinstance(spec, dict) and "from" in spec:
            numbers = read_entry(Numbers, spec, where)
            if self.kind is not int:
                raise InputError(
                    f"{where}: found {spec}, expected whole numbers for a parameter that is one"
                )
            values = range(numbers.first, numbers.last + 1, numbers.step)
            return {value: str(value) for value in values}
        column = read_entry(FileColumn, spec, where)
        label = column.label or column.column
        return {
            self.checked(where, row[column.column]): row[label]
            for row in read_rows(files, where, column, [column.column, label]).values()
        }


def check_choice(where: str, name: str, value: Any, options: dict[Any, str]) -> None:
    """Refuse a value that is none of a parameter's choices.

    Args:
        where: who gave it, for the message.
        name: of the parameter.
        value: of its kind.
        options: from `Parameter.options`.

    Raises:
        InputError: it is none of them; the message names the nearest.
    """
    if value not in options:
        names = {str(option): label for option, label in options.items() if str(option) != label}
        near = nearest(value, options, names=names)
        raise InputError(f"{where}: {name} is {value!r}, which is none of its choices{near}")


def _understood(value: Any, kind: type, where: str) -> Any:
    """A value made one of this kind if it means one, else as it is; None where it holds worse."""
    if kind is bool and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    if kind in (int, float) and isinstance(value, str):
        value = _number(value, kind)
    if kind is int and type(value) is float and value.is_integer():
        return int(value)
    if kind is float and type(value) in (int, float):
        return float(value) if abs(value) <= sys.float_info.max else None
    if kind is dict:
        return _understood_names(value, where)
    return value


def _number(text: str, kind: type) -> Any:
    """The number that a text means, or the text."""
    digits = re.sub("[$,]", "", text)
    if len(text) > _LONGEST_NUMBER:
        return text
    if kind is int:
        return int(digits.partition(".")[0]) if _WHOLE.fullmatch(text) else text
    return float(digits) if _DECIMAL.fullmatch(text) else text


def _understood_names(value: Any, where: str) -> Any:
    """Names with values, also where they are given as YAML; else the value as it is, or None."""
    if isinstance(value, str):
        try:
            value = read_yaml(value, where)
        except yaml.YAMLError:
            return None
    return value if isinstance(value, dict) and _is_plain(value) else None


def _is_plain(value: Any) -> bool:
    """Whether it is made of names, numbers and texts alone."""
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_plain, value.values()))
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int)


def read_rows(
    files: CsvFiles, where: str, wanted: FileColumn | FileRows, columns: Iterable[str]
) -> dict[int, dict[str, str]]:
    """The rows of a CSV file that are wanted, by their number in it.

    Args:
        files: those of the project.
        where: the place in the file of pages, for messages.
        wanted: the file, and what its columns must hold.
        columns: those that it must have.

    Raises:
        InputError: the file cannot be read, or lacks a column.
    """
    rows = files.rows(wanted.file, where, [*columns, *wanted.where])
    texts = {name: str(value) for name, value in wanted.where.items()}
    return {
        number: row
        for number, row in rows.items()
        if all(row[name] == value for name, value in texts.items())
    }
