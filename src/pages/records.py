"""What the runs before have left: for each page what it was made from and what it wrote, by content."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from common.files import put_in_place
from pages.plan import Page

LOOKS = "only its looks changed"


@dataclass(frozen=True)
class Record:
    """What a page was made from and what became of it; also its entry in the manifest."""

    status: str
    """`made`, `failed`, or `skipped` because a page that it needs failed."""
    notebook: str
    parameters: Mapping[str, Any]
    title: str
    summary: str
    card: Mapping[str, str]
    """Cells of its row in the list of its sweep, as HTML by column."""
    error: str
    traceback: str
    inputs: Mapping[str, str]
    """SHA-256 by path."""
    versions: Mapping[str, str]
    """That of `python`, and under `looks` the SHA-256 of the templates."""
    outputs: Mapping[str, str]
    """SHA-256 by path."""
    tables: list[str]
    """Those of the outputs that the notebook itself wrote."""


def digest(path: Path) -> str:
    """The SHA-256 of a file, or of the names in a folder; "" where there is neither."""
    if path.is_dir():
        names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
        return hashlib.sha256("\n".join(names).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def write(root: Path, path: str, content: bytes) -> str:
    """Put a file of the project in place, unless it is there already; give its SHA-256.

    Raises:
        InputError: it cannot be written; what was there is as it was.
    """
    known = hashlib.sha256(content).hexdigest()
    if digest(root / path) != known:
        put_in_place(root / path, content, root)
    return known


def as_json(content: Any) -> bytes:
    """JSON for a file: sorted, indented, closed with a line break."""
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


class Cache:
    """The records of a project's pages, and the digests of its files, each read once."""

    def __init__(self, root: Path, versions: Mapping[str, str]) -> None:
        """Take the project's folder, and the versions that pages would be made with now."""
        self._root = root
        self._versions = versions
        self._digests: dict[str, str] = {}

    def digest(self, path: str) -> str:
        """The digest of a file or folder of the project, as it was when first asked for or last written."""
        if path not in self._digests:
            self._digests[path] = digest(self._root / path)
        return self._digests[path]

    def write(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Put files in place, each whole or not at all, and give their digests."""
        written = {path: write(self._root, path, files[path]) for path in sorted(files)}
        self._digests |= written
        return written

    def load(self, name: str) -> Record | None:
        """A page's record, if there is one and it is of this version of the program."""
        try:
            return Record(**json.loads(self._path(name).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, name: str, record: Record) -> None:
        """Keep a page's record."""
        write(self._root, f".cache/pages/{name}.json", as_json(asdict(record)))

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove the records of all other pages, and what they have in the report."""
        for name in {path.stem for path in self._path("").parent.glob("*.json")} - set(names):
            record = self.load(name)
            for path in record.outputs if record else ():
                if path.startswith("report/"):
                    (self._root / path).unlink(missing_ok=True)
            self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._root / ".cache" / "pages" / f"{name}.json"

    def reason(self, page: Page, record: Record | None) -> str:
        """Why a page has to be made; "" when what it was made from and what it wrote are as they were."""
        if record is None:
            return "new"
        if record.status != "made":
            return f"{record.status} last time"
        if record.parameters != page.parameters:
            pairs = {
                name: (record.parameters.get(name), value)
                for name, value in page.parameters.items()
            }
            changes = [
                f"{name} {old!r} -> {new!r}" for name, (old, new) in pairs.items() if old != new
            ]
            return f"parameters changed: {', '.join(changes)}"
        lost = [path for path, known in record.outputs.items() if self.digest(path) != known]
        if lost:
            return f"no longer as it was written: {', '.join(lost)}"
        changed = [path for path, known in record.inputs.items() if self.digest(path) != known]
        changed += [
            name for name, known in record.versions.items() if self._versions[name] != known
        ]
        if changed == ["looks"] or (not changed and record.title != page.title):
            return LOOKS
        return f"changed: {', '.join(changed)}" if changed else ""
