"""What is in the zip files that BLS publishes; nothing is unpacked to disk."""

import io
import re
import zipfile

from common.errors import InputError
from common.zip_files import opened_member
from intake.official_columns import EXPECTED

PACKED_LIMIT = 250 * 2**20
"""Bytes of a workbook inside a zip; BLS's largest has 54 million."""
_LITTER = re.compile(r"(^|/)(__MACOSX/|~\$|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
"""What Excel and people's computers leave in a zip beside what was meant."""


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


def unpacked_workbook(name: str, archive: zipfile.ZipFile, member: str) -> io.BytesIO:
    """A workbook inside a zip, in memory.

    Raises:
        InputError: it is larger than any of BLS's.
    """
    size = archive.getinfo(member).file_size
    if size > PACKED_LIMIT:
        raise InputError(f"{name} has {size:,} bytes; expected at most {PACKED_LIMIT:,}")
    with opened_member(name, archive, member, EXPECTED) as stream:
        return io.BytesIO(stream.read())
