"""What may stand in `report.yml`, the file that says which pages a batch makes."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.errors import InputError, nearest

PLAN_NAME = "report.yml"
TIME_LIMIT = 600
MEMORY_LIMIT = 8000
_EXPECTED = {
    "time_limit": f"seconds, such as {TIME_LIMIT}",
    "memory_limit": f"megabytes, such as {MEMORY_LIMIT}",
    "needs": "a list of pages",
    "step": "at least 1",
    "string_type": "text",
    "int_type": "a whole number",
    "dict_type": "names with values",
}
"""What is expected of a name, or where the type is wrong."""


class _Entry(BaseModel):
    """Names with values."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Entry = TypeVar("Entry", bound=_Entry)


class _OnceLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML in which no name stands twice, where YAML itself lets the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for number, name in enumerate(names):
            if name in names[:number]:
                mark = node.value[number][0].start_mark
                raise InputError(
                    f"{PLAN_NAME}, row {mark.line + 1}: {name!r} stands here for the second time; "
                    "expected each name once"
                )
        return super().construct_mapping(node, deep)


class Numbers(_Entry):
    """Whole numbers from one to another, both included."""

    first: int = Field(alias="from")
    last: int = Field(alias="to")
    step: int = Field(1, gt=0)


class FileColumn(_Entry):
    """The values of a column of a CSV file, in the rows where other columns hold given values."""

    file: str
    column: str
    label: str = ""
    """The column that names each value to a reader; by default the same."""
    where: dict[str, Any] = {}


class Limits(_Entry):
    """The most that a page may take."""

    time_limit: float = Field(TIME_LIMIT, gt=0, allow_inf_nan=False)
    """Seconds."""
    memory_limit: int = Field(MEMORY_LIMIT, gt=0)
    """Megabytes, of each process."""


class PageEntry(Limits):
    """A page."""

    notebook: str
    needs: list[Any] = []
    """The pages whose tables it reads."""
    parameters: dict[str, Any] = {}
    choices: dict[str, Any] = {}
    """By parameter, the values that it may have."""


class SweepEntry(PageEntry):
    """A page for each value, or combination of values."""

    title: str
    over: dict[str, Any]
    """By parameter, its values."""


class PlanFile(Limits):
    """The whole file."""

    title: str
    ledger: str
    """The table of published figures that pages link to."""
    sources: str = ""
    """The data package that describes the raw tables."""
    pages: dict[Any, Any]
    sweeps: dict[Any, Any] = {}


def read_plan_file(root: Path) -> PlanFile:
    """Read the file of a project; its pages and sweeps are as they stand there.

    Raises:
        InputError: it is no YAML, a name stands twice, or a name or value is wrong.
    """
    try:
        text = (root / PLAN_NAME).read_text(encoding="utf-8-sig")
        content = yaml.load(text, _OnceLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{PLAN_NAME} cannot be read: {error}") from error
    return read_entry(PlanFile, content, PLAN_NAME)


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
    names = sorted(field.alias or name for name, field in kind.model_fields.items())
    if not isinstance(found, dict):
        raise InputError(
            f"{where}: found {found!r}, expected names with values: {', '.join(names)}"
        )
    filled = {name: value for name, value in found.items() if value is not None}
    for name in filled.keys() - {*names}:
        raise InputError(f"{where}: unknown name {name!r}{nearest(name, names)}")
    try:
        return kind.model_validate(defaults | filled)
    except ValidationError as errors:
        wrong = errors.errors()[0]
        name, value = wrong["loc"][0], wrong["input"]
        if wrong["type"] == "missing":
            raise InputError(f"{where}: {name!r} is missing") from None
        expected = _EXPECTED.get(str(name)) or _EXPECTED.get(wrong["type"], wrong["msg"])
        raise InputError(f"{where}: {name} is {value!r}, expected {expected}") from None
