"""What the data package says of the raw tables and of the sources in them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from common.errors import InputError


class DescribedTable(TypedDict):
    """What a data package says of a table."""

    path: str
    title: str
    description: str
    licence: str
    fields: list[dict[str, str]]
    """Of each column `name`, `type`, `unit` and `description`."""
    sources: list[dict[str, str]]


def whole_tables(root: Path, package: str) -> dict[str, DescribedTable]:
    """What a data package says of each of its tables, by path, relative to the project.

    Args:
        root: the project's folder.
        package: the package's path, relative to it, or "".

    Raises:
        InputError: it cannot be read as a data package.
    """
    folder = Path(package).parent
    return {(folder / table["path"]).as_posix(): table for table in _tables(root, package)}


def described_tables(root: Path, package: str) -> dict[str, dict[str, str]]:
    """Title and licence of each table of a data package that names a source, by path.

    Args:
        root: the project's folder.
        package: the package's path, relative to it, or "".

    Raises:
        InputError: it cannot be read as a data package.
    """
    return {
        path: {"title": table["title"], "licence": table["licence"]}
        for path, table in whole_tables(root, package).items()
        if table["sources"]
    }


def described_sources(root: Path, package: str) -> dict[str, dict[str, str]]:
    """What a data package says of each source, and under which licence it gives it, by name.

    Args:
        root: the project's folder.
        package: the package's path, relative to it, or "".

    Raises:
        InputError: it cannot be read as a data package.
    """
    return {
        source["name"]: {**source, "licence": table["licence"]}
        for table in _tables(root, package)
        for source in table["sources"]
    }


def _tables(root: Path, package: str) -> list[DescribedTable]:
    """Each table of a data package, each source with its name."""
    if not package:
        return []
    try:
        resources = json.loads((root / package).read_text(encoding="utf-8"))["resources"]
        return [
            {
                "path": resource["path"],
                "title": resource["title"],
                "description": resource.get("description", ""),
                "licence": "; ".join(licence["title"] for licence in resource["licenses"]),
                "fields": [_described_field(field) for field in _fields(resource)],
                "sources": [{**source, "name": source["name"]} for source in resource["sources"]],
            }
            for resource in resources
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{package} cannot be read as a data package: {error!r}") from error


def _fields(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(resource.get("schema", {}).get("fields", ()))


def _described_field(field: Mapping[str, Any]) -> dict[str, str]:
    return {key: field.get(key, "") for key in ("name", "type", "unit", "description")}
