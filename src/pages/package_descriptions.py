"""What the data package says of the raw tables and of the sources in them."""

import json
from pathlib import Path
from typing import Any

from common.errors import InputError


def described_tables(root: Path, package: str) -> dict[str, dict[str, str]]:
    """Title and licence of each table of a data package that names a source, by path.

    Args:
        root: the project's folder.
        package: the package's path, relative to it, or "".

    Raises:
        InputError: it cannot be read as a data package.
    """
    folder = Path(package).parent
    return {
        (folder / table["path"]).as_posix(): {"title": table["title"], "licence": table["licence"]}
        for table in _tables(root, package)
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


def _tables(root: Path, package: str) -> list[dict[str, Any]]:
    """Path, title, licence and sources of each table, each source with its name."""
    if not package:
        return []
    try:
        resources = json.loads((root / package).read_text(encoding="utf-8"))["resources"]
        return [
            {
                "path": resource["path"],
                "title": resource["title"],
                "licence": "; ".join(licence["title"] for licence in resource["licenses"]),
                "sources": [{**source, "name": source["name"]} for source in resource["sources"]],
            }
            for resource in resources
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{package} cannot be read as a data package: {error!r}") from error
