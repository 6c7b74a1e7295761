"""Packs data, code, executed notebooks and report into one archive: same project, same bytes."""

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from analysis.published.package import read_package
from common.errors import InputError
from common.safe_files import digest_of, put_all_in_place
from release.citation import read_citation
from release.crate import METADATA, crate_metadata
from release.made_files import MANIFEST, made_files
from release.replication_readme import README, replication_readme

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can give a file."""


def write_archive(root: Path) -> Path:
    """Write the archive of a project into `dist/`, and its SHA-256 beside it.

    It holds the files that git tracks, what the batch has made, and what describes them.

    Returns:
        Where it is.

    Raises:
        InputError: the report is not up to date, the folder is no git checkout, or something that
            the archive has to say is not known.
    """
    made, citation, package = made_files(root), read_citation(root), read_package(root / "data/raw")
    paths = sorted({*_tracked(root), *made.digests, MANIFEST})
    contents = {path: (root / path).read_bytes() for path in paths}
    contents[README] = replication_readme(contents, made, citation, package).encode()
    contents[METADATA] = crate_metadata(contents, made, citation, package)
    programs = {path for path in paths if (root / path).stat().st_mode & 0o100}
    name = f"coderpay-{citation.version}"
    archive = _zipped(contents, programs)
    target = root / "dist" / f"{name}.zip"
    sums = f"{digest_of(archive)}  {target.name}\n".encode()
    put_all_in_place({target: archive, target.with_name("SHA256SUMS"): sums}, root)
    return target


def _tracked(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z"]
    found = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if found.returncode:
        raise InputError(
            f"{root} is no git checkout ({found.stderr.decode().strip()}): which files belong in "
            "the archive is what git tracks"
        )
    return found.stdout.decode().split("\0")[:-1]


def _zipped(contents: Mapping[str, bytes], programs: set[str]) -> bytes:
    """A zip whose bytes depend on nothing but names, contents and which files are programs."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(contents):
            member = ZipInfo(path, _BEGINNING)
            member.create_system = 3  # Unix, whatever this one is
            member.external_attr = (0o100755 if path in programs else 0o100644) << 16
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, contents[path])
    return buffer.getvalue()
