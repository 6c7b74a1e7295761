"""The report in a real browser while its notebooks are edited."""

import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

SERVE = "import sys; from pathlib import Path; from pages.preview import serve_report; " + (
    "serve_report(Path(sys.argv[1]), int(sys.argv[2]))"
)
SERVER = "import psutil, helper; print('by', psutil.Process().parent().parent().pid, helper.WORD)"
SECONDS = 120_000
"""In milliseconds, how long a busy machine may take."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(project, port):
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, project.root, str(port)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(project.root / "src")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def project(project_of):
    made = project_of("previewed")
    made.write("src/helper.py", "WORD = 'old word'")
    made.write("data/raw/table.csv", "value\nold value\n")
    read = "print(open('../data/raw/table.csv').read())"
    made.notebook("a", SERVER, read, prose="Old prose.")
    made.notebook("b")
    made.plan({"a": {}, "b": {}})
    return made


@pytest.fixture(scope="module")
def preview(project):
    """The address, and the process that serves."""
    port = free_port()
    serving = serve(project, port)
    assert str(port) in serving.stdout.readline()
    yield f"http://127.0.0.1:{port}", serving
    serving.terminate()
    serving.communicate()


@pytest.fixture(scope="module")
def page(browser, preview):
    """Page a, open in Chromium from before it is made; no test asks for it again."""
    page = browser.new_page()
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text))
    page.goto(f"{preview[0]}/a.html")
    page.get_by_text("Old prose.").wait_for(timeout=SECONDS)
    yield page
    page.close()


def server_of(page):
    return page.locator("pre.stdout", has_text="by ").text_content().split()[1]


def edited(project, **changes):
    """Notebook a with other prose or cells."""
    project.notebook("a", *changes.pop("cells", [SERVER]), **changes)


def test_a_saved_notebook_is_shown_by_the_server_that_was_warm(project, page):
    before = server_of(page)
    edited(project, prose="New prose.")
    page.get_by_text("New prose.").wait_for(timeout=SECONDS)
    assert server_of(page) == before


def test_changed_data_and_code_are_shown(project, page):
    edited(project, cells=[SERVER, "print(open('../data/raw/table.csv').read())"])
    page.get_by_text("old value").wait_for(timeout=SECONDS)
    project.write("data/raw/table.csv", "value\nnew value\n")
    page.get_by_text("new value").wait_for(timeout=SECONDS)
    before = server_of(page)
    project.write("src/helper.py", "WORD = 'new word'")
    page.get_by_text("new word").wait_for(timeout=SECONDS)
    assert server_of(page) != before


def test_code_whose_change_nobody_was_told_of_is_not_shown_as_it_was(
    project, preview, browser, tmp_path
):
    elsewhere = tmp_path / "elsewhere.py"  # nothing is heard of what a link leads to
    elsewhere.write_text("LINKED = 'word before'")
    (project.root / "src" / "linked.py").symlink_to(elsewhere)
    cells = ["import linked; print(linked.LINKED)"]
    project.notebook("b", *cells)
    page = browser.new_page()
    page.goto(f"{preview[0]}/b.html")
    page.get_by_text("word before").wait_for(timeout=SECONDS)
    project.write(
        "src/helper.py", "WORD = 'word'"
    )  # what follows is made by a server that has both
    project.notebook("b", *cells, prose="By the new server.")
    page.get_by_text("By the new server.").wait_for(timeout=SECONDS)
    elsewhere.write_text("LINKED = 'word after'")
    project.notebook("b", *cells, prose="Told of this alone.")
    page.get_by_text("Told of this alone.").wait_for(timeout=SECONDS)
    assert page.get_by_text("word after").count() == 1
    (project.root / "src" / "linked.py").unlink()
    page.get_by_text("No module named 'linked'").first.wait_for(timeout=SECONDS)
    project.notebook("b")
    page.close()


def test_a_page_made_anew_while_a_browser_opens_it_is_shown(project, preview, page, browser):
    late = browser.new_page()

    def listen_late(route):
        project.notebook("b", prose="Made meanwhile.")
        while "Made meanwhile." not in project.read("report/index.html"):
            time.sleep(0.1)
        route.continue_()

    late.route("**/livereload.js", listen_late)
    late.goto(f"{preview[0]}/b.html")
    late.get_by_text("Made meanwhile.").wait_for(timeout=SECONDS)
    late.close()


def test_a_page_that_did_not_change_is_not_shown_again_however_its_address_is_written(
    preview, page, browser
):
    other, loads, sent = browser.new_page(), [], []
    other.on("load", lambda shown: loads.append(shown))
    other.on("websocket", lambda one: one.on("framesent", lambda told: sent.append(str(told))))
    other.goto(f"{preview[0]}/%62.html")
    while not any('"info"' in told for told in sent):
        other.wait_for_timeout(50)
    other.wait_for_timeout(1000)
    assert len(loads) == 1
    other.close()


def test_what_a_cell_raises_is_in_the_page(project, page):
    edited(project, cells=["1 / 0"])
    page.get_by_text("ZeroDivisionError").first.wait_for(timeout=SECONDS)
    edited(project, prose="Mended.")
    page.get_by_text("Mended.").wait_for(timeout=SECONDS)


def test_a_plan_that_is_wrong_changes_nothing_until_it_is_mended(project, page):
    good = project.read("report.yml")
    project.write("report.yml", good.replace("title", "titel"))
    project.write("report.yml", good)
    edited(project, prose="After the plan.")
    page.get_by_text("After the plan.").wait_for(timeout=SECONDS)


def test_the_first_page_and_tables_are_served_and_nothing_else(project, page, preview):
    for name, status in {"/": 200, "/data/raw/table.csv": 200, "/c.html": 404}.items():
        assert page.request.get(preview[0] + name).status == status, name
    for name in ("/..%2freport.yml", "/data/..%2freport.yml", "/%2fetc/passwd", "/notebooks"):
        assert page.request.get(preview[0] + name).status == 404, name
    assert [said for said in page.problems if "404" not in said] == []


def test_only_the_loopback_address_listens(page, preview):
    server = psutil.Process(preview[1].pid)
    family = [server.pid, *[child.pid for child in server.children(recursive=True)]]
    listening = [
        connection.laddr.ip
        for connection in psutil.net_connections("inet")
        if connection.pid in family and connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_a_port_in_use_is_named(project, preview):
    port = preview[0].rpartition(":")[2]
    said, _ = serve(project, port).communicate()
    assert f"InputError: --port {port} cannot be used: Address already in use" in said


def test_when_it_ends_so_does_all_that_it_started(project):
    serving = serve(project, free_port())
    serving.stdout.readline()
    family = psutil.Process(serving.pid).children(recursive=True)
    serving.send_signal(2)
    said, _ = serving.communicate()
    assert "leaked" not in said
    assert psutil.wait_procs(family, timeout=30)[1] == []
