"""Where every raw figure came from: the Frictionless data package beside the raw tables.

The package (https://specs.frictionlessdata.io/data-package/) describes each file, its fields and
its sources; a row of a raw table names its source in `source_id`.
"""

import json
import reprlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from analysis.published.paths import RAW
from common.errors import InputError, nearest
from common.safe_files import digest_of

PACKAGE = "datapackage.json"

_ENTRIES = {
    "resources": "the entry of",
    "fields": "field",
    "sources": "source",
    "licenses": "licence",
}
_EXPECTED = {
    "model_type": "an object",
    "list_type": "a list",
    "string_type": "text",
    "float_type": "a number",
    "bool_type": "true or false",
}


class _Described(BaseModel):
    """An object of the package, which may say more than the project reads."""

    model_config = ConfigDict(frozen=True, strict=True)


class _Rules(_Described):
    """An object that may say nothing more: each of its words is a rule, and one is misspelt."""

    model_config = ConfigDict(extra="forbid")


class Constraints(_Rules):
    """What each cell of a field must be."""

    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: list[str] | None = None
    pattern: str | None = None


class TableField(_Rules):
    """A column of a raw table."""

    name: str
    # Without a type, None is refused in the same words as another type.
    type: Literal["string", "integer", "number"] = Field(None, validate_default=True)
    unit: str = ""
    description: str
    constraints: Constraints = Constraints()


class TableSchema(_Rules):
    """The columns of a raw table, in order, and what its rows keep."""

    fields: list[TableField]
    primary_key: list[str] = Field(alias="primaryKey")
    missing_values: list[str] = Field([""], alias="missingValues")
    orderings: list[list[str]] = []
    """Fields of which none is less than those before it."""

    @property
    def types(self) -> dict[str, type]:
        """The type of each column as pandas reads it."""
        python = {"string": str, "integer": int, "number": float}
        return {field.name: python[field.type] for field in self.fields}


class Licence(_Described):
    """What a table may be used for."""

    title: str


class Source(_Described):
    """Where rows were read.

    `sha256` is that of a file that was taken in; `computed` names the columns whose cells the
    project worked out from others of the row, because the copy that was read does not have them.
    """

    name: str
    title: str
    path: str
    publisher: str
    reference_period: str
    published: str
    obtained: str
    accessed: str
    confidence: str
    sha256: str = ""
    computed: list[str] = []
    quotes: str = ""
    """The body whose figures it quotes; "" where that body's own page or table was read."""


class Resource(_Described):
    """One raw table; `hash` was recorded when its bytes last kept every rule."""

    path: str
    title: str
    description: str
    hash: str = ""
    licenses: list[Licence]
    rules: TableSchema = Field(alias="schema")
    sources: list[Source]


class Package(_Described):
    """The raw tables of a folder."""

    resources: list[Resource]


def read_package(folder: Path = RAW) -> Package:
    """The data package of a folder of raw tables.

    Raises:
        InputError: the file is not valid JSON, or one line for each member that is missing or of
            another kind than expected.
    """
    return parse_package((folder / PACKAGE).read_bytes())


@lru_cache(maxsize=4)  # every table that is read asks for it
def parse_package(content: bytes) -> Package:
    """The data package in the bytes of its file; errors as in `read_package`."""
    try:
        document = json.loads(content.decode())
        return Package.model_validate(document)
    except json.JSONDecodeError as error:
        raise InputError(f"{PACKAGE}, row {error.lineno}: not valid JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{PACKAGE}: not in UTF-8 ({error})") from error
    except ValidationError as error:
        lines = [_problem(problem, document) for problem in error.errors()]
        raise InputError("\n".join(lines)) from error


def resource_of(file: str, folder: Path = RAW) -> Resource:
    """What the package says of one raw table: its fields, key and sources.

    Raises:
        InputError: the package describes no such file.
    """
    resources = {resource.path: resource for resource in read_package(folder).resources}
    if file not in resources:
        raise InputError(f"{PACKAGE} describes no file {file!r}{nearest(file, resources)}")
    return resources[file]


def sources(folder: Path = RAW) -> pd.DataFrame:
    """One row per source, indexed by `source_id`: its table's file, and what `Source` describes."""
    rows = [
        {"file": resource.path, **source.model_dump()}
        for resource in read_package(folder).resources
        for source in resource.sources
    ]
    return pd.DataFrame(rows).rename(columns={"name": "source_id"}).set_index("source_id")


def titles_of(source_ids: Iterable[str]) -> str:
    """The title and the publisher of each of these sources, each once: "A (B); C (D)"."""
    held = sources()
    named = held["title"] + " (" + held["publisher"] + ")"
    return "; ".join(named[[*dict.fromkeys(source_ids)]])


def recorded_hash(content: bytes) -> str:
    """The sha256 of a table's bytes as the data package records it."""
    return f"sha256:{digest_of(content)}"


def _problem(error: ErrorDetails, document: Any) -> str:
    """Where in the package something is wrong, what was found and what was expected."""
    match error["type"]:
        case "missing":
            *place, name = error["loc"]
            return f"{_place(place, document)}: {name} is missing"
        case "extra_forbidden":
            *place, name = error["loc"]
            models = (TableSchema, TableField, Constraints)
            known = [
                field.alias or own for model in models for own, field in model.model_fields.items()
            ]
            return f"{_place(place, document)}: {name} is no rule{nearest(name, known)}"
        case kind:
            expected = error.get("ctx", {}).get("expected") or _EXPECTED.get(kind, error["msg"])
            found = reprlib.repr(error["input"])
            return f"{_place(error['loc'], document)}: found {found}, expected {expected}"


def _place(location: Sequence[int | str], document: Any) -> str:
    """Where a member of the package is, in words: the names of the objects that it is in."""
    words, found = [PACKAGE], document
    for step in location:
        found = found.get(step) if isinstance(found, dict) else found[step]
        if isinstance(step, str):
            words.append(step)
        elif isinstance(found, dict):
            name = found.get("path" if words[-1] == "resources" else "name", f"number {step + 1}")
            words[-1] = f"{_ENTRIES[words[-1]]} {name}"
        else:
            words[-1] += f" {step + 1}"
    return ", ".join(words)
