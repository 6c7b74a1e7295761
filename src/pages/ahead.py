"""Reads and checks the tables that pages have in common once for all of them, before they are forked."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any


class ReadAhead:
    """Raw tables in memory, which `figures.tables` then takes from there, as copies.

    Their files are read all the same, to see that they and the data package are what they were, and so that
    a page is still known to depend on them.
    """

    def __init__(self, tables: ModuleType) -> None:
        """Stand in for the module's `read_csv`."""
        self._read, self._raw = tables.read_csv, tables.RAW
        self._known: dict[tuple, Any] = {}
        self._tried: set[Path] = set()
        tables.read_csv = self.read_csv  # type: ignore[attr-defined]

    def take(self, files: Iterable[Path]) -> None:
        """Read those of the files that are raw tables and were not read before."""
        for path in {file for file in files if file.parent == self._raw} - self._tried:
            self._tried.add(path)
            with suppress(Exception):  # the page that reads it will say what is wrong with it
                contents = self._contents(path, path.name, self._raw, "")
                self._known[contents] = self._read(path, path.name, self._raw)

    def read_csv(self, path: Path, table: str, folder: Path | None = None, shown: str = "") -> Any:
        """As in `figures.tables`."""
        folder = folder or self._raw
        with suppress(OSError, KeyError):
            return self._known[self._contents(path, table, folder, shown)].copy()
        return self._read(path, table, folder, shown)

    def _contents(self, path: Path, table: str, folder: Path, shown: str) -> tuple:
        return path, table, shown, path.read_bytes(), (folder / "datapackage.json").read_bytes()
