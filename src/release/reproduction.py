"""Makes the report of an archive anew, and compares all that it made with what the archive has."""

import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_IFMT, S_ISREG

from common.errors import InputError
from common.zip_files import open_zip, opened_member
from release.crate import METADATA
from release.differences import Difference, differences
from release.made_files import MANIFEST, MadeFiles, parse_manifest

EXPECTED = "an archive that `make package` wrote"
_SHOWN = 10
"""Places of a file that are listed."""
_KINDS = {"csv": "tables", "svg": "pictures", "ipynb": "notebooks", "html": "pages"}


@dataclass
class Reproduction:
    """What came of making a report anew."""

    compared: Counter[str] = field(default_factory=Counter)
    """Files by kind."""
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was made with other versions."""

    def lines(self) -> Iterator[str]:
        """What a reader is told: what differs, of each file at most so many places, and a sum."""
        yield from self.notes
        for file, count in Counter(each.file for each in self.differences).items():
            in_file = [each for each in self.differences if each.file == file]
            for each in in_file[:_SHOWN]:
                yield f"{file}, {each.place}: {each.expected} in the archive, {each.found} here"
            if count > _SHOWN:
                yield f"{file}: {count - _SHOWN:,} more places"
        counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.compared.items()))
        differ = len({each.file for each in self.differences})
        total = max(differ, self.compared.total())
        yield f"{counts or 'nothing'} compared: {total - differ:,} of {total:,} files are equal"


def reproduce(path: Path, folder: Path) -> Reproduction:
    """Make the report of an archive in a new folder, in an environment set up from its lock.

    What notebooks make and the batch writes is left in the archive; the rest is unpacked.

    Args:
        path: the archive.
        folder: is made; the report stays there.

    Raises:
        InputError: it is no archive of ours, is damaged or would write outside the folder, or the
            folder exists.
    """
    if folder.exists():
        raise InputError(f"{folder} exists; expected the name of a new folder: move it away first")
    with path.open("rb") as file, open_zip(path.name, file, EXPECTED) as archive:
        contents = dict(_contents(path.name, archive))
        programs = {
            member.filename for member in archive.infolist() if member.external_attr >> 16 & 0o100
        }
    for name in (METADATA, MANIFEST, "Makefile", "requirements.lock"):
        if name not in contents:
            raise InputError(f"{path.name} has no {name}; expected {EXPECTED}")
    made = parse_manifest(contents[MANIFEST], f"{path.name}, {MANIFEST}")
    left = {name for name in contents if name in made.digests or name.startswith("report/")}
    for name in contents.keys() - left:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents[name])
        target.chmod(0o755 if name in programs else 0o644)
    code = _make(folder, made)
    if not (folder / MANIFEST).exists():
        stopped = Difference("make report", "exit code", "0", f"{code}; it wrote no {MANIFEST}")
        return Reproduction(differences=[stopped])
    return _compared(contents, made, folder)


def _contents(name: str, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Each file of an archive, once it is sure that all of them belong in one folder."""
    members = archive.infolist()
    for member in members:
        way = PurePosixPath(member.filename)
        kind = member.external_attr >> 16
        plain = not S_IFMT(kind) or S_ISREG(kind)
        if not plain or way.is_absolute() or {"..", "."} & set(way.parts) or "\\" in str(way):
            raise InputError(
                f"{name} would write outside its folder ({member.filename!r}); expected {EXPECTED}"
            )
    for member in members:
        with opened_member(name, archive, member.filename, EXPECTED) as stream:
            yield member.filename, stream.read()


def _make(folder: Path, made: MadeFiles) -> int:
    """The exit code of making the pages that the archive has, with the Python that runs this."""
    pages = f"PAGES={' '.join(made.pages)}"
    command = ["make", "--no-print-directory", "report", pages, f"PYTHON={sys.executable}"]
    return subprocess.run(command, cwd=folder, check=False).returncode


def _compared(contents: dict[str, bytes], theirs: MadeFiles, folder: Path) -> Reproduction:
    ours = parse_manifest((folder / MANIFEST).read_bytes(), MANIFEST)
    found = Reproduction()
    for name, version in theirs.versions.items():
        if ours.versions.get(name) != version:
            found.notes.append(f"{name} is {ours.versions.get(name)} here; the archive: {version}")
    here, there = (f"Python {made.versions['Python']}".encode() for made in (ours, theirs))
    for name in sorted({*theirs.digests, *ours.digests}):
        target = folder / name
        content = target.read_bytes() if target.exists() else None
        if content and name.endswith(".html"):  # the first page says which Python made it
            content = content.replace(here, there)
        found.compared[_KINDS.get(name.rpartition(".")[2], "other files")] += 1
        found.differences += differences(name, contents.get(name), content)
    return found
