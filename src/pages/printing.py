"""Prints the report as one PDF, by a browser of this machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from markupsafe import Markup

from common.errors import InputError
from common.safe_files import put_in_place, scratch_folder
from pages.export import render
from pages.plan import Plan, read_plan

PRINTED = "report/report.pdf"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline"),
)
_SECONDS = 600
_CONTENT = re.compile(r'<main id="main">(.*)</main>', re.DOTALL)
_LIVE_STYLES = re.compile(r"(?<=</style>\n)<style>(.*?)</style>", re.DOTALL)
_CLOCK = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")
_NO_CLOCK = rb"\g<1>20000101000000"
"""A date as long as the one it stands for, since a PDF names the places of its parts."""


def print_report(root: Path) -> Path:
    """Print the first page, the pages that are in no sweep and the methodology as one PDF.

    It is tagged, has an outline, and links from page to page; the same report gives the same bytes
    with the same browser.

    Args:
        root: the project's folder.

    Raises:
        InputError: there is no report yet, no browser that prints, or it did not print.
    """
    plan = read_plan(root)
    if not (root / "report" / "index.html").is_file():
        raise InputError("there is no report/index.html; make the report first: coderpay report")
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not browser:
        raise InputError(
            "no Chromium or Chrome is on this machine to print with; on Debian and Ubuntu: "
            "apt-get install chromium"
        )
    with scratch_folder(root) as folder:
        (folder / "report.html").write_text(_document(plan, root / "report"), encoding="utf-8")
        content = _printed(browser, folder)
    put_in_place(root / PRINTED, _CLOCK.sub(_NO_CLOCK, content), root)
    return root / PRINTED


def _document(plan: Plan, report: Path) -> str:
    """All pages in one, each as the part of its file that a reader prints."""
    single = [page.name for page in plan.pages.values() if not page.sweep]
    files = [report / f"{name}.html" for name in ("index", *single, "methodology")]
    pages = [(file.stem, file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    styles = dict.fromkeys(style for _, html in pages for style in _LIVE_STYLES.findall(html))
    contents = [(name, _CONTENT.search(html)) for name, html in pages]
    return render(
        "print",
        {"site": plan.title, "address": plan.address},
        styles=map(Markup, styles),
        pages=[{"name": name, "html": Markup(found[1])} for name, found in contents if found],
    )


def _printed(browser: str, folder: Path) -> bytes:
    """What a browser prints of the document in a folder."""
    printed = folder / "report.pdf"
    flags = [*_FLAGS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={printed}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium has none for root; it opens nothing but our file
    command = [browser, *flags, (folder / "report.html").as_uri()]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{browser} has not printed within {_SECONDS} seconds") from error
    if not printed.is_file():
        said = ended.stderr.strip().splitlines() or ["nothing"]
        raise InputError(f"{browser} did not print the report; it said: {said[-1]}")
    return printed.read_bytes()
