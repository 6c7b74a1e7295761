"""Zip files from outside, opened with care.

A part is read only as far as its zip says that it goes.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from common.errors import InputError, repeated

SIZE_LIMIT = 2 * 1024**3
"""Bytes a file may unpack to; BLS's largest workbook, `all_data`, takes about a third of it."""
RATIO_LIMIT, ALWAYS_ALLOWED = 60, 50 * 2**20
"""How many times its size a file may unpack to (BLS's at most 15), and what any file may."""
_SIGNATURES = {
    b"": "empty (0 bytes)",
    b"PK": "a zip file cut short",
    b"\xd0\xcf": "an old (.xls) or password-protected Excel file",
}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
"""What Python raises for a zip; `NotImplementedError` is for a way of packing it does not know."""


def open_zip(name: str, file: IO[bytes], expected: str) -> zipfile.ZipFile:
    """Open a zip that says of itself that it is of sane size.

    Args:
        name: what messages call it.
        file: its bytes.
        expected: what it should have been, for messages.

    Raises:
        InputError: it is no zip, stands behind something else, is encrypted, holds a part twice or
            unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGED as error:
        file.seek(0)
        start = file.read(20)
        found = _SIGNATURES.get(start[:2], f"no Excel or zip file (it begins {start!r})")
        raise InputError(f"{name} is {found}; expected {expected}") from error
    if before := min((member.header_offset for member in archive.infolist()), default=0):
        raise InputError(
            f"{name} begins with {before:,} bytes of something else, such as another zip; "
            f"expected {expected}"
        )
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = file.seek(0, io.SEEK_END)
    limit = min(SIZE_LIMIT, max(ALWAYS_ALLOWED, RATIO_LIMIT * packed))
    if unpacked > limit:
        raise InputError(f"{name} unpacks to {unpacked:,} bytes; expected at most {limit:,}")
    if again := repeated(archive.namelist()):
        raise InputError(f"{name} holds {again} more than once; expected {expected}")
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise InputError(f"{name} is encrypted ({member.filename}); expected {expected}")
    return archive


@contextmanager
def opened_member(
    name: str, archive: zipfile.ZipFile, member: str, expected: str
) -> Iterator[IO[bytes]]:
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
        raise InputError(f"{name} cannot be read (it has no {member}); expected {expected}") from (
            error
        )
    except _DAMAGED as error:
        raise InputError(f"{name} is damaged ({member}: {error}); expected {expected}") from error
