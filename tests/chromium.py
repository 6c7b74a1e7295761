"""The real browser that pages are tried in, and what is said on a machine without one."""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NO_CHROMIUM = "no Chromium on this machine; on Debian and Ubuntu: apt-get install chromium"


@contextmanager
def launched_chromium():
    """A browser; the test that asks for one is not tried where there is none."""
    names = ("chromium", "google-chrome", "chromium-browser")
    program = next(filter(None, map(shutil.which, names)), None)
    if not program:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
