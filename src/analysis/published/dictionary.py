"""What `coderpay dictionary` writes: the hashes of checked tables, and the data dictionary."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.published.package import (
    PACKAGE,
    Constraints,
    Package,
    Source,
    TableField,
    parse_package,
    read_package,
    recorded_hash,
    sources,
)
from analysis.published.paths import RAW, ROOT
from analysis.published.raw_tables import check_csv, read_csv
from common.errors import InputError
from common.safe_files import put_all_in_place


def write_dictionary(root: Path = ROOT) -> None:
    """Refresh the hashes in a project's data package and rewrite its data dictionary from it.

    Raises:
        InputError: a raw table has no entry in the package, a row has no source, or a cell breaks
            a rule; nothing is written then.
    """
    raw = root / "data" / "raw"
    if missing := files_without_entry(raw):
        raise InputError(f"{PACKAGE} has no entry for {', '.join(missing)}")
    problems = [
        f"{row.file}, row {row.row}: no source {row.source_id!r}"
        for row in untraced_rows(raw).itertuples()
    ]
    if problems:
        raise InputError("\n".join(problems))
    package = refreshed_package(raw)
    text = dictionary_text(parse_package(package))
    dictionary = root / "docs" / "data-dictionary.md"
    put_all_in_place({raw / PACKAGE: package, dictionary: text.encode()}, root)


def refreshed_package(
    folder: Path = RAW,
    added: Mapping[str, Sequence[Source]] | None = None,
    check_all: bool = True,
) -> bytes:
    """The data package's file with every table's size and sha256 as they are now.

    A recorded sha256 says that a table keeps its rules, so each table is checked first. What else
    the file says stays as it is written; its tables are in order of their names.

    Args:
        folder: where the package and its tables are.
        added: sources to add to a table, by its file name.
        check_all: whether to check tables too that are as recorded, for the rules may be others.

    Raises:
        InputError: tables break their rules, one line for each cell.
    """
    content = (folder / PACKAGE).read_bytes()
    parse_package(content)
    document = json.loads(content)
    problems = []
    check = check_csv if check_all else read_csv
    for entry in document["resources"]:
        path = folder / entry["path"]
        try:
            check(path, path.name, folder)
        except InputError as error:
            problems.append(str(error))
        content = path.read_bytes()
        entry |= {"bytes": len(content), "hash": recorded_hash(content)}
        for source in (added or {}).get(path.name, []):
            entry["sources"].append(source.model_dump(exclude_unset=True))
    if problems:
        raise InputError("\n".join(problems))
    document["resources"].sort(key=lambda entry: entry["path"])
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def files_without_entry(folder: Path = RAW) -> list[str]:
    """Raw tables that the package does not describe."""
    described = {resource.path for resource in read_package(folder).resources}
    return sorted({path.name for path in folder.glob("*.csv")} - described)


def untraced_rows(folder: Path = RAW) -> pd.DataFrame:
    """Rows of raw tables whose source the package does not have: file, row in it, source_id."""
    known = sources(folder).index
    found = []
    for path in sorted(folder.glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows = table.get("source_id", pd.Series(dtype=str))
        bad = rows[~rows.isin(known)]
        found.append(pd.DataFrame({"file": path.name, "row": bad.index + 2, "source_id": bad}))
    return pd.concat(found, ignore_index=True)


def dictionary_text(package: Package) -> str:
    """The data dictionary in Markdown: each table, its fields and its sources."""
    parts = [
        "# Data dictionary",
        "The tables in `data/raw/`, made from `data/raw/datapackage.json` "
        "by `coderpay dictionary`.",
    ]
    for table in package.resources:
        parts += [
            f"## {table.title}",
            f"`data/raw/{table.path}` · key: {', '.join(table.rules.primary_key)} · "
            f"licence: {'; '.join(licence.title for licence in table.licenses)}",
            table.description,
            _field_table(table.rules.fields),
            "### Sources",
            *map(_source_paragraph, table.sources),
        ]
    return "\n\n".join(parts) + "\n"


def _field_table(fields: Sequence[TableField]) -> str:
    lines = [["field", "type", "unit", "meaning", "rule"], ["---"] * 5]
    for field in fields:
        name, rule = f"`{field.name}`", _rule(field.constraints)
        lines.append([name, field.type, field.unit, field.description, rule])
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _rule(rule: Constraints) -> str:
    words = ["always filled" if rule.required else "may be empty"]
    if rule.enum is not None:
        words.append(f"one of {', '.join(rule.enum)}")
    if rule.minimum is not None:
        words.append(f"at least {rule.minimum:.10g}")
    if rule.maximum is not None:
        words.append(f"at most {rule.maximum:.10g}")
    if rule.pattern is not None:
        words.append(f"pattern `{rule.pattern}`")
    return ", ".join(words)


def _source_paragraph(source: Source) -> str:
    online = source.path.startswith("http")
    where = f"[{source.title}]({source.path})" if online else source.title
    facts = [
        source.publisher,
        f"quoting {source.quotes}" if source.quotes else "",
        f"for {source.reference_period}" if source.reference_period else "",
        f"published {source.published}",
        f"accessed {source.accessed}",
        f"confidence {source.confidence}",
        f"sha256 `{source.sha256}`" if source.sha256 else "",
        f"computed here: {', '.join(source.computed)}" if source.computed else "",
    ]
    return f"- `{source.name}`: {where}. {'; '.join(filter(None, facts))}. {source.obtained}"
