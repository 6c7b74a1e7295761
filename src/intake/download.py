"""Download BLS's files of OEWS; the sha256 of each is kept and compared the next time."""

import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pooch
import requests

from common.errors import InputError
from intake.flat_files import MAPS

OEWS_URL = "https://www.bls.gov/oes/special-requests"
KINDS = {"national": "nat", "state": "st", "metro": "ma", "industry": "in4", "all": "all"}
FLAT_FILES_URL = "https://download.bls.gov/pub/time.series/oe"
FLAT_FILES = ["oe.data.0.Current", *(f"oe.{part}" for part in MAPS)]


def fetch_oews(
    year: int, kind: str, folder: Path, contact: str = "", base_url: str = OEWS_URL
) -> Path:
    """Download one May release, unless `folder` holds it already with the sha256 recorded for it.

    Args:
        year: the survey's May, such as 2024.
        kind: a key of `KINDS`.
        folder: where the zip goes, with `<name>.sha256` in the format of sha256sum beside it.
        contact: an address BLS can write to, sent in the User-Agent header as its terms of use ask.
        base_url: the folder on the server that holds the zip files.

    Returns:
        Where the zip is.

    Raises:
        InputError: BLS refused or has no such file, the connection failed or broke off, what came
            is not a zip, or its sha256 is not the one recorded. Nothing is left of a failed
            download.
    """
    name = f"oesm{year % 100:02}{KINDS[kind]}.zip"
    missing = f"May {year} is not published, or not under this name"
    return _fetch(f"{base_url}/{name}", folder, contact, _refuse_other_than_zip, missing)


def fetch_flat_files(folder: Path, contact: str = "", base_url: str = FLAT_FILES_URL) -> Path:
    """Download the flat files of the newest OEWS into `oe`, a folder in `folder`.

    Those that are there already, with the sha256 recorded for them, are kept: to see whether BLS
    has published another year, delete the folder first.

    Args:
        folder: where `oe` goes.
        contact: as in `fetch_oews`.
        base_url: the folder on the server that holds the files.

    Returns:
        The folder with the files.

    Raises:
        InputError: as in `fetch_oews`; files that came whole are kept.
    """
    for name in FLAT_FILES:
        missing = "it is not published, or not under this name"
        _fetch(f"{base_url}/{name}", folder / "oe", contact, _refuse_other_than_table, missing)
    return folder / "oe"


def _fetch(
    url: str, folder: Path, contact: str, check: Callable[[str, Path], None], missing: str
) -> Path:
    """Download one file; `check` refuses what is none of its kind, `missing` explains a 404."""
    name = url.rpartition("/")[2]
    record = folder / f"{name}.sha256"
    recorded = record.read_text(encoding="utf-8")[:64] if record.exists() else None
    agent = f"coderpay/{version('coderpay')} {contact}".strip()
    pooch.get_logger().setLevel("WARNING")
    download = pooch.HTTPDownloader(
        progressbar=sys.stderr.isatty(), chunk_size=2**16, headers={"User-Agent": agent}
    )

    def download_checked(url: str, output_file: str, _: object) -> None:
        download(url, output_file, None)
        check(url, Path(output_file))
        found = pooch.file_hash(output_file)
        if recorded not in (None, found):
            raise InputError(
                f"{url} has sha256 {found}; expected {recorded}, recorded in {record}: BLS has "
                "replaced the file since it was first downloaded. To accept the new one, delete "
                f"{record.name} and repeat"
            )

    try:
        pooch.retrieve(url, recorded, name, folder, downloader=download_checked)
    except requests.HTTPError as error:
        assert error.response is not None  # requests raises it for a response
        error.response.close()
        raise InputError(_refusal(url, missing, error.response.status_code)) from error
    except OSError as error:
        raise InputError(f"cannot download {url} ({error}); nothing was kept") from error
    path = folder / name
    record.write_text(f"{pooch.file_hash(str(path))}  {name}\n", encoding="utf-8")
    return path


def _refuse_other_than_zip(url: str, path: Path) -> None:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            start = file.read(40)
        raise InputError(f"{url} answered with something else than a zip file, beginning {start!r}")


def _refuse_other_than_table(url: str, path: Path) -> None:
    with path.open("rb") as file:
        start = file.readline(1000)
    if b"_code" not in start or b"\t" not in start:
        raise InputError(
            f"{url} answered with something else than a flat file, beginning {start[:40]!r}"
        )


def _refusal(url: str, missing: str, status: int) -> str:
    by_hand = "or download it in a browser and give the file to `coderpay update`"
    if status == 403:
        return (
            f"BLS refused {url} (403). It refuses programs that do not say how to reach their "
            f"owner: repeat with --contact and your e-mail address, {by_hand}"
        )
    if status == 404:
        return f"BLS has no {url} (404): {missing}; see {OEWS_URL}"
    return f"BLS answered {url} with status {status}: try again later, {by_hand}"
