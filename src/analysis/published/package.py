"""Where every raw figure came from: the Frictionless data package beside the raw tables.

The package (https://specs.frictionlessdata.io/data-package/) describes each file, its fields and its sources;
a row of a raw table names its source in `source_id`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.published.paths import RAW, ROOT
from common.errors import InputError, nearest

PACKAGE = "datapackage.json"
TYPES = {"string": str, "integer": int, "number": float}
"""The types that a field may have."""
_PACKAGE, _SCHEMA = {"resources"}, {"fields", "primaryKey"}
_RESOURCE = {"path", "title", "description", "licenses", "sources", "schema"}


def read_package(folder: Path = RAW) -> dict[str, Any]:
    """The data package of a folder of raw tables.

    Raises:
        InputError: the file is not valid JSON, or lacks what describes a table.
    """
    try:
        package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise InputError(f"{PACKAGE}, row {error.lineno}: not valid JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{PACKAGE}: not in UTF-8 ({error})") from error
    for resource in _members(PACKAGE, package, _PACKAGE, "resources"):
        where = f"{PACKAGE}, the entry of {resource.get('path', 'a file without a path')}"
        _members(where, resource, _RESOURCE, "sources")
        for field in _members(f"{where}, schema", resource["schema"], _SCHEMA, "fields"):
            if not isinstance(field.get("description"), str):
                raise InputError(f"{where}: field {field.get('name')} has no description")
            if field.get("type") not in TYPES:
                raise InputError(
                    f"{where}: field {field.get('name')} has the type {field.get('type')!r}, expected one of "
                    f"{', '.join(TYPES)}"
                )
    return package


def _members(where: str, found: Any, names: set[str], of: str) -> list[dict[str, Any]]:
    """The objects in the list `of`, one of the `names` that an object of the package must have."""
    if lacking := names - found.keys() if isinstance(found, dict) else names:
        raise InputError(f"{where}: {', '.join(sorted(lacking))} is missing")
    if not isinstance(found[of], list) or not all(isinstance(member, dict) for member in found[of]):
        raise InputError(f"{where}: {of} is no list of objects")
    return found[of]


def write_package(package: dict[str, Any], folder: Path = RAW) -> None:
    """Write the data package, whole or not at all."""
    _write(folder / PACKAGE, json.dumps(package, indent=2, ensure_ascii=False) + "\n")


def resource_of(file: str, folder: Path = RAW) -> dict[str, Any]:
    """What the package says of one raw table: its fields, key and sources.

    Raises:
        InputError: the package describes no such file.
    """
    resources = {resource["path"]: resource for resource in read_package(folder)["resources"]}
    if file not in resources:
        raise InputError(f"{PACKAGE} describes no file {file!r}{nearest(file, resources)}")
    return resources[file]


def sources(folder: Path = RAW) -> pd.DataFrame:
    """One row a source, indexed by `source_id`: its file, title, path, publisher, how obtained and so on."""
    rows = [
        {"file": resource["path"], **source}
        for resource in read_package(folder)["resources"]
        for source in resource["sources"]
    ]
    return (
        pd.DataFrame(rows).rename(columns={"name": "source_id"}).set_index("source_id").fillna("")
    )


def files_without_entry(folder: Path = RAW) -> list[str]:
    """Raw tables that the package does not describe."""
    described = {resource["path"] for resource in read_package(folder)["resources"]}
    return sorted({path.name for path in folder.glob("*.csv")} - described)


def untraced_rows(folder: Path = RAW) -> pd.DataFrame:
    """Rows of raw tables whose source the package does not have: file, row in the file, source_id."""
    known = sources(folder).index
    found = []
    for path in sorted(folder.glob("*.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False).get(
            "source_id", pd.Series(dtype=str)
        )
        bad = rows[~rows.isin(known)]
        found.append(pd.DataFrame({"file": path.name, "row": bad.index + 2, "source_id": bad}))
    return pd.concat(found, ignore_index=True)


def refresh_hashes(package: dict[str, Any], folder: Path = RAW) -> dict[str, Any]:
    """The package with the bytes and sha256 of every file as they are now, its files in order of name."""
    resources = []
    for resource in sorted(package["resources"], key=lambda resource: resource["path"]):
        content = (folder / resource["path"]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        resources.append({**resource, "bytes": len(content), "hash": f"sha256:{digest}"})
    return {**package, "resources": resources}


def write_dictionary(root: Path = ROOT) -> None:
    """Refresh the hashes in the package of a project and rewrite its `docs/data-dictionary.md` from it.

    Raises:
        InputError: a raw table has no entry in the package, or a row no source.
    """
    raw = root / "data" / "raw"
    if missing := files_without_entry(raw):
        raise InputError(f"{PACKAGE} has no entry for {', '.join(missing)}")
    if len(untraced := untraced_rows(raw)):
        lines = [
            f"{row.file}, row {row.row}: no source {row.source_id!r}"
            for row in untraced.itertuples()
        ]
        raise InputError("\n".join(lines))
    package = refresh_hashes(read_package(raw), raw)
    write_package(package, raw)
    _write(root / "docs" / "data-dictionary.md", dictionary_text(package))


def dictionary_text(package: dict[str, Any]) -> str:
    """The data dictionary in Markdown: each table, its fields and its sources."""
    parts = [
        "# Data dictionary",
        "The tables in `data/raw/`, made from `data/raw/datapackage.json` by `coderpay dictionary`.",
    ]
    for resource in package["resources"]:
        schema = resource["schema"]
        parts += [
            f"## {resource['title']}",
            f"`data/raw/{resource['path']}` · key: {', '.join(schema['primaryKey'])} · "
            f"licence: {'; '.join(licence['title'] for licence in resource['licenses'])}",
            resource["description"],
            _field_table(schema["fields"]),
            "### Sources",
            *[_source_paragraph(source) for source in resource["sources"]],
        ]
    return "\n\n".join(parts) + "\n"


def _field_table(fields: list[dict[str, Any]]) -> str:
    rows = [
        [
            f"`{field['name']}`",
            field["type"],
            field.get("unit", ""),
            field["description"],
            _rule(field),
        ]
        for field in fields
    ]
    lines = [["field", "type", "unit", "meaning", "rule"], ["---"] * 5, *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _rule(field: dict[str, Any]) -> str:
    rule = field.get("constraints", {})
    words = [
        "always filled" if rule.get("required") else "may be empty",
        f"one of {', '.join(rule['enum'])}" if "enum" in rule else "",
        f"at least {rule['minimum']}" if "minimum" in rule else "",
        f"at most {rule['maximum']}" if "maximum" in rule else "",
        f"pattern `{rule['pattern']}`" if "pattern" in rule else "",
    ]
    return ", ".join(filter(None, words))


def _source_paragraph(source: dict[str, str]) -> str:
    where = (
        f"[{source['title']}]({source['path']})"
        if source["path"].startswith("http")
        else source["title"]
    )
    facts = [
        source["publisher"],
        f"for {source['reference_period']}" if source["reference_period"] else "",
        f"published {source['published']}",
        f"accessed {source['accessed']}",
        f"confidence {source['confidence']}",
        f"sha256 `{source['sha256']}`" if "sha256" in source else "",
    ]
    return f"- `{source['name']}`: {where}. {'; '.join(filter(None, facts))}. {source['obtained']}"


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
