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
    try:
        return {
            (folder / resource["path"]).as_posix(): {
                "title": resource["title"],
                "licence": _licence(resource),
            }
            for resource in _resources(root, package)
            if [source["name"] for source in resource["sources"]]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{package} cannot be read as a data package: {error!r}") from error


def described_sources(root: Path, package: str) -> dict[str, dict[str, str]]:
    """What a data package says of each source, and under which licence it gives it, by name."""
    return {
        source["name"]: {**source, "licence": _licence(resource)}
        for resource in _resources(root, package)
        for source in resource["sources"]
    }


def _resources(root: Path, package: str) -> list[dict[str, Any]]:
    if not package:
        return []
    return json.loads((root / package).read_text(encoding="utf-8"))["resources"]


def _licence(resource: dict[str, Any]) -> str:
    return "; ".join(licence["title"] for licence in resource["licenses"])
