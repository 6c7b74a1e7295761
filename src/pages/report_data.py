"""The tables that pages read and wrote, as copies in the report, so that it can be moved whole."""

from collections.abc import Iterable
from pathlib import Path

from common.errors import InputError
from common.safe_files import digest_of
from pages.page_records import Record

_FOLDER = "data/"
WORKBOOK = "data/coderpay.xlsx"
"""Where the report holds its tables as a workbook, relative to the report."""


def is_shown(path: str, digest: str) -> bool:
    """Whether a page names a file that it read: a table of the project that was there."""
    return path.endswith(".csv") and bool(digest) and not path.startswith("..")


def copy_of(path: str) -> str:
    """Where the report holds a table of the project, relative to the report.

    Args:
        path: of the table, relative to the project.
    """
    if path.startswith("report/"):
        return path.removeprefix("report/")
    return path if path.startswith(_FOLDER) else f"{_FOLDER}{path}"


def used_tables(records: Iterable[Record], more: Iterable[str], root: Path) -> dict[str, bytes]:
    """All tables that pages read and wrote outside the report, by path, but those that are gone.

    Args:
        records: of the pages that there are.
        more: other files that the report links to.
        root: the project's folder.

    Raises:
        InputError: one is no longer as a page that is up to date has read or written it.
    """
    known = dict.fromkeys(more, "")
    for record in sorted(records, key=lambda record: record.status == "made"):
        read = {path: digest for path, digest in record.inputs.items() if is_shown(path, digest)}
        tables = read | {path: record.outputs.get(path, "") for path in record.tables}
        known |= tables if record.status == "made" else dict.fromkeys(tables, "")
    outside = [path for path in sorted(known) if path and not path.startswith("report/")]
    found = {path: (root / path).read_bytes() for path in outside if (root / path).is_file()}
    changed = [path for path in outside if known[path] not in ("", digest_of(found.get(path, b"")))]
    if changed:
        raise InputError(
            f"{', '.join(changed[:3])} changed or went while the report was being made; "
            "make it again"
        )
    return found
