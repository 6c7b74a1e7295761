"""What the batches before have left: for each page what it was made from and what it wrote."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from common.safe_files import digest, digest_of, put_in_place
from pages.plan import Page

LOOKS = "only its looks changed"


class Excerpts(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the first page and the ledgers of published figures take from a page."""

    card: dict[str, str] = {}
    """Cells of its row in the list of its sweep, as HTML by column."""
    highlights: str = ""
    """The outputs that it tags `index`, as HTML."""
    figures: dict[str, list[str]] = {}
    """By published figure, the anchors of the links that lead to its row."""
    highlighted: list[str] = []
    """The anchors that are in the highlights too."""
    scripts: list[str] = []
    """Those of the live parts among the highlights."""
    styles: list[str] = []
    """As above."""


class Record(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a page was made from and what became of it; also its entry in the manifest."""

    status: str
    """`made`, `failed`, or `skipped` because a page that it needs failed."""
    notebook: str
    parameters: dict[str, Any]
    title: str
    summary: str
    error: str
    traceback: str
    inputs: dict[str, str]
    """SHA-256 by path; "" of a file that was looked for and not there."""
    versions: dict[str, str]
    """That of `python`, and under `looks` the SHA-256 of the templates."""
    outputs: dict[str, str]
    """SHA-256 by path."""
    tables: list[str]
    """Those of the outputs that the notebook itself wrote."""
    excerpts: Excerpts

    def entry(self) -> dict[str, Any]:
        """What the manifest says of it."""
        content = msgspec.structs.asdict(self)
        return content | {"card": content.pop("excerpts").card}


def as_json(content: Any) -> bytes:
    """JSON for a file: sorted, indented, closed with a line break."""
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2) + b"\n"


def write_if_changed(root: Path, path: str, content: bytes) -> str:
    """Put a file of the project in place, unless it is there already; give its SHA-256.

    Raises:
        InputError: it cannot be written; what was there is as it was.
    """
    known = digest_of(content)
    if digest(root / path) != known:
        put_in_place(root / path, content, root)
    return known


class Records:
    """The records of a project's pages, and the digests of its files, each read once."""

    def __init__(self, root: Path, versions: Mapping[str, str]) -> None:
        """Take the project's folder, and the versions that pages would be made with now."""
        self._root = root
        self._versions = versions
        self._digests: dict[str, str] = {}

    def digest(self, path: str) -> str:
        """The digest of a file or folder, as it was when first asked for or last written."""
        if path not in self._digests:
            self._digests[path] = digest(self._root / path)
        return self._digests[path]

    def write(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Put files in place, each whole or not at all, and give their digests."""
        written = {path: write_if_changed(self._root, path, files[path]) for path in sorted(files)}
        self._digests |= written
        return written

    def load(self, name: str) -> Record | None:
        """A page's record, if there is one and it is of this version of the program."""
        try:
            return msgspec.json.decode(self._path(name).read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError):
            return None

    def save(self, name: str, record: Record) -> None:
        """Keep a page's record."""
        write_if_changed(self._root, f".cache/pages/{name}.json", as_json(record))

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files of the report; what lies elsewhere stays.

        Args:
            paths: relative to the project.
        """
        report = (self._root / "report").resolve()
        for path in paths:
            if (self._root / path).resolve().is_relative_to(report):
                (self._root / path).unlink(missing_ok=True)

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove the records of all other pages, and what they have in the report."""
        for name in {path.stem for path in self._path("").parent.glob("*.json")} - set(names):
            record = self.load(name)
            self.remove(record.outputs if record else ())
            self._path(name).unlink()

    def reason(self, page: Page, record: Record | None) -> str:
        """Why a page has to be made; "" when its inputs and outputs are as they were."""
        if record is None:
            return "new"
        if record.status != "made":
            return f"{record.status} last time"
        if record.parameters != page.parameters:
            changes = [
                f"{name} {record.parameters.get(name)!r} -> {value!r}"
                for name, value in page.parameters.items()
                if record.parameters.get(name) != value
            ]
            return f"parameters changed: {', '.join(changes)}"
        if lost := self._changed(record.outputs):
            return f"no longer as it was written: {', '.join(lost)}"
        changed = self._changed(record.inputs)
        changed += [
            name for name in self._versions if record.versions.get(name) != self._versions[name]
        ]
        if changed == ["looks"] or (not changed and record.title != page.title):
            return LOOKS
        return f"changed: {', '.join(changed)}" if changed else ""

    def _changed(self, files: Mapping[str, str]) -> list[str]:
        return [path for path, known in files.items() if self.digest(path) != known]

    def _path(self, name: str) -> Path:
        return self._root / ".cache" / "pages" / f"{name}.json"
