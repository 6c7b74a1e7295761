"""What the batch has made, as the report's manifest lists it."""

from pathlib import Path
from typing import Any

import msgspec

from common.errors import InputError
from common.safe_files import digest

MANIFEST = "report/manifest.json"


class MadePage(msgspec.Struct):
    """A page: what it was made from, and its files."""

    status: str
    notebook: str
    title: str
    summary: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    """SHA-256 by path; "" of a file that was looked for and not there."""
    outputs: dict[str, str]
    """SHA-256 by path."""
    tables: list[str]
    """Those of the outputs that the notebook itself wrote."""


class MadeFiles(msgspec.Struct):
    """The pages, and the files that belong to none of them."""

    title: str
    pages: dict[str, MadePage]
    outputs: dict[str, str]
    """SHA-256 by path."""
    versions: dict[str, str]
    """Of what the report was made with."""

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of every file that was made, by path."""
        pages = [page.outputs for page in self.pages.values()]
        return {path: known for files in (*pages, self.outputs) for path, known in files.items()}


def parse_manifest(content: bytes, place: str) -> MadeFiles:
    """The made files in the bytes of a manifest.

    Args:
        content: all of the file.
        place: what messages call it.

    Raises:
        InputError: it is no manifest of a report.
    """
    try:
        return msgspec.json.decode(content, type=MadeFiles)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{place} is no manifest of a report: {error}") from error


def made_files(root: Path) -> MadeFiles:
    """The made files of a project, all of them as the batch left them.

    Raises:
        InputError: there is no report, a page failed, or a file of it or what it was made from has
            changed since.
    """
    path = root / MANIFEST
    if not path.exists():
        raise InputError(f"there is no {MANIFEST}; make the report first: make report")
    made = parse_manifest(path.read_bytes(), MANIFEST)
    for name, page in made.pages.items():
        again = f"make it again: coderpay report --only {name}"
        if page.status != "made":
            raise InputError(f"{MANIFEST}: page {name} is {page.status}; expected made; {again}")
        for file, known in {**page.inputs, **page.outputs}.items():
            if digest(root / file) != known:
                raise InputError(f"{file} has changed since page {name} was made; {again}")
    return made
