"""Download BLS's OEWS zip files; the sha256 of each is kept and compared the next time."""

import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pooch
import requests

from common.errors import InputError

OEWS_URL = "https://www.bls.gov/oes/special-requests"
KINDS = {"national": "nat", "state": "st", "metro": "ma", "all": "all"}


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
    url = f"{base_url}/{name}"
    record = folder / f"{name}.sha256"
    recorded = record.read_text(encoding="utf-8")[:64] if record.exists() else None
    agent = f"coderpay/{version('coderpay')} {contact}".strip()
    pooch.get_logger().setLevel("WARNING")
    download = pooch.HTTPDownloader(
        progressbar=sys.stderr.isatty(), chunk_size=2**16, headers={"User-Agent": agent}
    )

    def download_zip(url: str, output_file: str, _: object) -> None:
        download(url, output_file, None)
        if not zipfile.is_zipfile(output_file):
            start = Path(output_file).read_bytes()[:40]
            raise InputError(
                f"{url} answered with something else than a zip file, beginning {start!r}"
            )
        found = pooch.file_hash(output_file)
        if recorded not in (None, found):
            raise InputError(
                f"{url} has sha256 {found}; expected {recorded}, recorded in {record}: BLS has "
                "replaced the file since it was first downloaded. To accept the new one, delete "
                f"{record.name} and repeat"
            )

    try:
        pooch.retrieve(url, recorded, name, folder, downloader=download_zip)
    except requests.HTTPError as error:
        assert error.response is not None  # requests raises it for a response
        raise InputError(_refusal(url, year, error.response.status_code)) from error
    except OSError as error:
        raise InputError(f"cannot download {url} ({error}); nothing was kept") from error
    path = folder / name
    record.write_text(f"{pooch.file_hash(str(path))}  {name}\n", encoding="utf-8")
    return path


def _refusal(url: str, year: int, status: int) -> str:
    by_hand = "or download it in a browser and give the file to `coderpay update`"
    if status == 403:
        return (
            f"BLS refused {url} (403). It refuses programs that do not say how to reach their "
            f"owner: repeat with --contact and your e-mail address, {by_hand}"
        )
    if status == 404:
        return (
            f"BLS has no {url} (404): May {year} is not published, or not under this name; "
            f"see {OEWS_URL}"
        )
    return f"BLS answered {url} with status {status}: try again later, {by_hand}"
