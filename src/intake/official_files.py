"""Reads an official file of OEWS, whatever its kind; runs in a process of its own."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from common.errors import InputError, repeated
from common.zip_files import open_zip, opened_member
from intake.archives import meant_files, unpacked_workbook
from intake.flat_files import FLAT_FILE, read_flat_files
from intake.official_cells import RowReader
from intake.official_columns import EXPECTED
from intake.sheets import WORKBOOK, Wanted, read_sheets

_BOOK = re.compile(r"(?<!descriptions)\.xls[xmb]?$", re.IGNORECASE)


def read_official_file(
    path: str, soc_codes: list[str] | None, nation_only: bool
) -> list[dict[str, Any]]:
    """Each table of a file: place, records in the columns of `RECORD`, problems.

    Args:
        path: a workbook, a zip, or a folder of flat files.
        soc_codes: the occupations to read; None for all.
        nation_only: whether to read only the rows of the nation and all its industries.

    Raises:
        InputError: it is no such file.
    """
    wanted = Wanted(None if soc_codes is None else frozenset(soc_codes), nation_only)
    return [
        {"place": table.place, "records": table.records, "problems": table.problems}
        for table in _tables(Path(path), wanted)
    ]


def flat_data(path: Path) -> Path:
    """The file that an official file's digest is taken of: of a folder, the one with the data."""
    if not path.is_dir():
        return path
    data = sorted(file for file in path.iterdir() if FLAT_FILE.fullmatch(file.name))
    return next((file for file in data if file.name.startswith("oe.data.")), path)


def _tables(path: Path, wanted: Wanted) -> Iterator[RowReader]:
    if path.is_dir():
        names = [file.name for file in path.iterdir() if file.is_file()]
        files = {name: partial(_open_file, path / name) for name in names}
        yield read_flat_files(path.name, files, wanted)
        return
    with path.open("rb") as file, open_zip(path.name, file, EXPECTED) as archive:
        if WORKBOOK in archive.namelist():
            yield read_sheets(path.name, archive, wanted)
            return
        members = meant_files(path.name, archive)
        flat = {PurePosixPath(member).name: member for member in members}
        again = repeated(PurePosixPath(member).name for member in members)
        if again and FLAT_FILE.fullmatch(again):
            raise InputError(f"{path.name} holds {again} in two folders; expected it once")
        if any(FLAT_FILE.fullmatch(name) for name in flat):
            if books := _books(members):
                raise InputError(
                    f"{path.name} holds flat files and {books[0]}; give one of them by itself"
                )
            opens = {name: partial(_opened, path.name, archive, flat[name]) for name in flat}
            yield read_flat_files(path.name, opens, wanted)
            return
        yield from _workbooks(path.name, archive, members, wanted)


def _open_file(path: Path) -> IO[bytes]:
    return path.open("rb")


def _opened(name: str, archive: zipfile.ZipFile, member: str) -> AbstractContextManager[IO[bytes]]:
    return opened_member(name, archive, member, EXPECTED)


def _books(members: list[str]) -> list[str]:
    """The workbooks of any kind among the members of a zip, without BLS's descriptions."""
    return [member for member in members if _BOOK.search(member)]


def _workbooks(
    name: str, archive: zipfile.ZipFile, members: list[str], wanted: Wanted
) -> Iterator[RowReader]:
    """The table of each workbook in a zip."""
    books = _books(members)
    others = [book for book in books if not book.lower().endswith(".xlsx")]
    if others == books:
        found = ", ".join(archive.namelist()[:5]) or "nothing"
        raise InputError(f"{name} holds no workbook, only {found}; expected {EXPECTED}")
    if others:
        raise InputError(f"{name} holds {others[0]}, which cannot be read; expected {EXPECTED}")
    for member in books:
        place = f"{name}: {PurePosixPath(member).name}"
        with (
            unpacked_workbook(place, archive, member) as content,
            open_zip(place, content, EXPECTED) as book,
        ):
            yield read_sheets(place, book, wanted)
