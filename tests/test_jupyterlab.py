"""An analyst runs each notebook in a real JupyterLab, and gets what is committed."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import HTTPError

import nbformat
import pytest

from analysis.published.paths import ROOT
from pages.notebooks import read_cells, title_and_summary

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the project, with a home of its own."""
    project = tmp_path_factory.mktemp("lab") / "coderpay"
    project.mkdir()
    for name in ("src", "notebooks", "data", "docs"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "report.yml", project)
    home, port = project.parent / "home", free_port()
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(project / "src")}
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--port={port}",
        "--ServerApp.port_retries=0",
    ]
    options = [
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",  # so that kernels can be ended from here
        "--allow-root",
        f"--ServerApp.root_dir={project}",
        f"--LabApp.app_settings_dir={project / 'notebooks' / '.lab'}",
    ]
    with (project.parent / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=project, env=environment, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"{address}/api/status").close()
                    break
                except OSError:
                    assert server.poll() is None, (project.parent / "log").read_text()
                    time.sleep(0.25)
            yield project, address
        finally:
            server.terminate()
            server.wait()


def code_cells(path) -> list:
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    return [(cell.execution_count, cell.outputs) for cell in cells]


def is_saved(answer, path) -> bool:
    """Whether the server answers that it has written the file; before, half of it may be there."""
    return answer.request.method == "PUT" and answer.url.split("?")[0].endswith(
        f"/api/contents/{path.parent.name}/{path.name}"
    )


def is_busy(address) -> bool:
    """Whether a kernel starts or runs something, or the server cannot list them for a change."""
    try:
        with urllib.request.urlopen(f"{address}/api/kernels") as answer:
            return any(kernel["execution_state"] != "idle" for kernel in json.load(answer))
    except HTTPError as error:
        assert error.code == 500
        return True


def restart_and_run_all(page, path, address) -> list:
    """Do so from the menu, save when all has run, and give the cells.

    JupyterLab drops the request when the kernel it has just connected to is not ready, and now and
    then it never hears that a kernel is; then the notebook is opened anew with a kernel of its own.
    """
    for _ in range(3):
        page.goto(f"{address}/lab/tree/notebooks/{path.name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        opened = time.monotonic()
        asked = opened - 20
        while (now := time.monotonic()) < opened + 120:
            begun = any(count for count, _ in code_cells(path))
            ready = page.get_by_text("| Idle").is_visible() and not is_busy(address)
            if now >= asked + 20 and ready and not begun:
                asked = now
                page.get_by_role("menuitem", name="Run", exact=True).click()
                page.get_by_text("Restart Kernel and Run All Cells").click()
                page.locator(".jp-Dialog .jp-mod-accept").click()
            page.wait_for_timeout(500)
            if is_busy(address):
                continue
            with page.expect_response(lambda answer: is_saved(answer, path)):
                page.keyboard.press("Control+s")
            cells = code_cells(path)
            if all(count for count, _ in cells):
                return cells
        end_kernels(address)
    raise AssertionError(f"{path.name} was not run within six minutes")


def end_kernels(address) -> None:
    with urllib.request.urlopen(f"{address}/api/sessions") as answer:
        sessions = [session["id"] for session in json.load(answer)]
    for session in sessions:
        request = urllib.request.Request(f"{address}/api/sessions/{session}", method="DELETE")
        urllib.request.urlopen(request).close()


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.set_default_timeout(120_000)
    yield page
    page.close()


def test_the_start_page_names_every_notebook_and_a_click_opens_it(lab, page):
    _, address = lab
    page.goto(f"{address}/lab/tree/notebooks/README.md?reset")
    page.wait_for_selector(".jp-MarkdownViewer h1")
    titles = [title_and_summary(read_cells(ROOT / "notebooks" / name))[0] for name in NOTEBOOKS]
    assert page.locator(".jp-MarkdownViewer td a").all_inner_texts() == titles
    page.get_by_role("link", name=titles[-1]).click()
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    assert page.locator(".jp-Notebook h1").first.inner_text().startswith(titles[-1])


def test_every_notebook_runs_from_top_to_bottom_and_gives_what_is_committed(lab, page):
    project, address = lab
    for name in NOTEBOOKS:
        path = project / "notebooks" / name
        for cell in (emptied := nbformat.read(path, 4)).cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(emptied, path)
        ran = restart_and_run_all(page, path, address)
        assert ran == code_cells(ROOT / "notebooks" / name), name
        assert page.locator(".live mjx-container").count() == 0, "amounts as a formula"
