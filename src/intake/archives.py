"""Zip files from outside (a workbook is one too), opened with care.

Nothing is unpacked to disk, and a part is read only as far as its zip says that it goes.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from common.errors import InputError
from intake.official_columns import EXPECTED

SIZE_LIMIT = 2 * 1024**3
"""Bytes a file may unpack to; BLS's largest workbook, `all_data`, takes about a third of it."""
PACKED_LIMIT = 250 * 2**20
"""Bytes of a workbook inside a zip; BLS's largest has 54 million."""
RATIO_LIMIT, ALWAYS_ALLOWED = 60, 50 * 2**20
"""How many times its size a file may unpack to (BLS's at most 15), and what any file may."""
_SIGNATURES = {
    b"": "empty (0 bytes)",
    b"PK": "a zip file cut short",
    b"\xd0\xcf": "an old (.xls) or password-protected Excel file",
}
_LITTER = re.compile(r"(^|/)(__MACOSX/|~\$|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
"""What Excel and people's computers leave in a zip beside what was meant."""
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
"""What Python raises for a zip; `NotImplementedError` is for a way of packing it does not know."""


def open_zip(name: str, file: IO[bytes]) -> zipfile.ZipFile:
    """Open a zip that says of itself that it is of sane size.

    Raises:
        InputError: it is no zip, encrypted, holds another zip or unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        file.seek(0)
        start = file.read(20)
        found = _SIGNATURES.get(start[:2], f"no Excel or zip file (it begins {start!r})")
        raise InputError(f"{name} is {found}; expected {EXPECTED}") from error
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = file.seek(0, io.SEEK_END)
    limit = min(SIZE_LIMIT, max(ALWAYS_ALLOWED, RATIO_LIMIT * packed))
    if unpacked > limit:
        raise InputError(f"{name} unpacks to {unpacked:,} bytes; expected at most {limit:,}")
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise InputError(f"{name} is encrypted ({member.filename}); expected {EXPECTED}")
    return archive


def meant_files(name: str, archive: zipfile.ZipFile) -> list[str]:
    """The members that somebody meant to put there: no lock files, no folders of a Mac's.

    Raises:
        InputError: one is a zip itself.
    """
    members = [
        member
        for member in archive.namelist()
        if not member.endswith("/") and not _LITTER.search(member)
    ]
    for member in members:
        if member.lower().endswith(".zip"):
            raise InputError(f"{name} holds another zip, {member}; unpack it and give that one")
    return members


@contextmanager
def opened_member(name: str, archive: zipfile.ZipFile, member: str) -> Iterator[IO[bytes]]:
    """One part of a zip, to be read block by block.

    Raises:
        InputError: it is not there, or is found to be damaged while it is read.
    """
    try:
        with archive.open(member) as stream:
            yield stream
    except InputError:
        raise
    except KeyError as error:
        raise InputError(f"{name} cannot be read (it has no {member}); expected {EXPECTED}") from (
            error
        )
    except DAMAGED as error:
        raise InputError(f"{name} is damaged ({member}: {error}); expected {EXPECTED}") from error


def unpacked_workbook(name: str, archive: zipfile.ZipFile, member: str) -> io.BytesIO:
    """A workbook inside a zip, in memory.

    Raises:
        InputError: it is larger than any of BLS's.
    """
    size = archive.getinfo(member).file_size
    if size > PACKED_LIMIT:
        raise InputError(f"{name} has {size:,} bytes; expected at most {PACKED_LIMIT:,}")
    with opened_member(name, archive, member) as stream:
        return io.BytesIO(stream.read())
