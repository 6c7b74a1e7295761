"""What may stand in `report.yml`, the file that says which pages a batch makes."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import yaml

from common.errors import InputError, nearest

PLAN_NAME = "report.yml"
TIME_LIMIT = 600
MEMORY_LIMIT = 8000
_EXPECTED: dict[Any, str] = {
    "time_limit": f"seconds, such as {TIME_LIMIT}",
    "memory_limit": f"megabytes, such as {MEMORY_LIMIT}",
    "needs": "a list of pages",
    "step": "at least 1",
    str: "text",
    int: "a whole number",
    dict[str, Any]: "names with values",
    dict[str, str]: "names with texts",
    dict[Any, Any]: "names with values",
}
"""What is expected of a name, or else of a type."""
_LONGEST = 366 * 24 * 3600


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Names with values."""


Entry = TypeVar("Entry", bound=_Entry)


class _OnceLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML in which no name stands twice, where YAML itself lets the last one win."""

    where = ""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for number, name in enumerate(names):
            if name in names[:number]:
                mark = node.value[number][0].start_mark
                raise InputError(
                    f"{self.where}, row {mark.line + 1}: {name!r} stands here for the second time; "
                    "expected each name once"
                )
        return super().construct_mapping(node, deep)


class Numbers(_Entry, frozen=True, kw_only=True):
    """Whole numbers from one to another, both included."""

    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")
    step: Annotated[int, msgspec.Meta(gt=0)] = 1


class FileColumn(_Entry, frozen=True, kw_only=True):
    """The values of a column of a CSV file, in the rows where other columns hold given values."""

    file: str
    column: str
    label: str = ""
    """The column that names each value to a reader; by default the same."""
    where: dict[str, Any] = {}


class FileRows(_Entry, frozen=True, kw_only=True):
    """The values of several parameters, in each row of a CSV file; see `FileColumn`."""

    file: str
    columns: dict[str, str]
    """By parameter, the column of its values; an empty cell leaves the parameter as it is."""
    label: str = ""
    """The column that names each row to a reader; by default the values themselves."""
    where: dict[str, Any] = {}


class Limits(_Entry, frozen=True, kw_only=True):
    """The most that a page may take."""

    time_limit: Annotated[float, msgspec.Meta(gt=0, le=_LONGEST)] = TIME_LIMIT
    """Seconds."""
    memory_limit: Annotated[int, msgspec.Meta(gt=0)] = MEMORY_LIMIT
    """Megabytes, of each process."""


class PageEntry(Limits, frozen=True, kw_only=True):
    """A page."""

    notebook: str
    title: str = ""
    """By default that of the notebook."""
    needs: list[Any] = []
    """The pages whose tables it reads."""
    parameters: dict[str, Any] = {}
    choices: dict[str, Any] = {}
    """By parameter, the values that it may have."""


class SweepEntry(PageEntry, frozen=True, kw_only=True):
    """A page for each value, row of values, or combination of these."""

    title: str
    over: dict[str, Any] = {}
    """By parameter, its values."""
    rows: dict[str, Any] = {}
    """Of `FileRows`."""


class PlanFile(Limits, frozen=True, kw_only=True):
    """The whole file."""

    title: str
    ledger: str = ""
    """The table of published figures that pages link to."""
    sources: str = ""
    """The data package that describes the raw tables."""
    methodology: str = ""
    """The document, in Markdown, that describes the methods; it becomes a page."""
    origins: str = ""
    """The table that says how columns of numbers are made; see `column_origins`."""
    terms: str = ""
    """The table of the words that pages explain where they first use them; see `terms`."""
    find: str = ""
    """Where a link to a place leads that has no page: an address that ends where its code goes."""
    address: str = ""
    """Where the report is published, such as `https://example.org/pay/`; citations name it."""
    pages: dict[Any, Any]
    sweeps: dict[Any, Any] = {}


def project_folder(here: Path, code: Path) -> Path:
    """The nearest folder that holds a project, from one upwards, or else above the code.

    Args:
        here: where to begin.
        code: a file of the code, which lies in a checkout unless it was installed without one.

    Returns:
        The project's folder; `here` where there is no project.
    """
    folders = [here, *here.parents, *code.parents]
    return next((folder for folder in folders if (folder / PLAN_NAME).is_file()), here)


def read_plan_file(root: Path) -> PlanFile:
    """Read the file of a project; its pages and sweeps are as they stand there.

    Raises:
        InputError: it is no YAML, a name stands twice, or a name or value is wrong.
    """
    try:
        text = (root / PLAN_NAME).read_text(encoding="utf-8-sig")
        content = read_yaml(text, PLAN_NAME)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{PLAN_NAME} cannot be read: {error}") from error
    return read_entry(PlanFile, content, PLAN_NAME)


def read_yaml(text: str, where: str) -> Any:
    """What a text in YAML says.

    Args:
        text: the YAML.
        where: where it stands, for messages.

    Raises:
        InputError: a name stands twice.
        YAMLError: it is no YAML, or holds a number or a date that there is not.
    """
    loader = _OnceLoader(text)
    loader.where = where
    try:
        return loader.get_single_data()
    except InputError:
        raise
    except ValueError as error:
        raise yaml.YAMLError(error) from error
    finally:
        loader.dispose()


def read_entry(kind: type[Entry], found: Any, where: str, **defaults: Any) -> Entry:
    """What stands at a place of the file, checked; a name without a value counts as left out.

    Args:
        kind: what it is to be.
        found: what stands there.
        where: the place, for messages.
        defaults: values of names that are left out.

    Raises:
        InputError: a name or a value is wrong.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    names = sorted(fields)
    if not isinstance(found, dict):
        raise InputError(
            f"{where}: found {found!r}, expected names with values: {', '.join(names)}"
        )
    filled = {name: value for name, value in found.items() if value is not None}
    for name in filled.keys() - {*names}:
        raise InputError(f"{where}: unknown name {name!r}{nearest(name, names)}")
    given = defaults | filled
    for name, field in fields.items():
        if name in given:
            _check(name, given[name], field.type, where)
        elif field.required:
            raise InputError(f"{where}: {name!r} is missing")
    return msgspec.convert(given, kind)


def _check(name: str, value: Any, kind: Any, where: str) -> None:
    """Refuse a value that is not of its name's type."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        expected = _EXPECTED.get(name) or _EXPECTED[kind]
        raise InputError(f"{where}: {name} is {value!r}, expected {expected}") from error
