"""Downloading OEWS files, against a server of our own on the loopback interface."""

import hashlib
import io
import re
import socket
import sys
import zipfile
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import Thread

import pytest

from analysis import cli
from common.errors import InputError
from intake import download
from intake.download import KINDS, fetch_flat_files, fetch_oews
from intake.workbooks import read_workbook


def zip_bytes(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("oesm24nat/national_M2024_dl.xlsx", text)
    return buffer.getvalue()


class Server:
    """Answers every request with `status` and `body`, less the last `missing` bytes of it.

    Those for a name in `files` are answered with what stands there, or with 404 if that is None.
    """

    status = 200
    body = zip_bytes("first release")
    missing = 0

    def __init__(self):
        self.requests = []
        self.files = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.requests.append((self.path, self.headers["User-Agent"]))
                body = server.files.get(self.path[1:], server.body)
                self.send_response(404 if body is None else server.status)
                body = body or b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) - server.missing])

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server()
    thread = Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("national", "oesm24nat.zip"),
        ("state", "oesm24st.zip"),
        ("metro", "oesm24ma.zip"),
        ("all", "oesm24all.zip"),
    ],
)
def test_a_release_is_downloaded_under_its_official_name_with_its_checksum(
    server, tmp_path, kind, name
):
    folder = tmp_path / "downloads"
    assert fetch_oews(2024, kind, folder, base_url=server.url) == folder / name
    digest = hashlib.sha256(server.body).hexdigest()
    assert files(folder) == {name: server.body, f"{name}.sha256": f"{digest}  {name}\n".encode()}
    assert [path for path, _ in server.requests] == [f"/{name}"]
    assert kind in KINDS


def test_the_contact_is_sent_to_bls(server, tmp_path):
    fetch_oews(2024, "national", tmp_path, contact="coder@example.org", base_url=server.url)
    [(_, agent)] = server.requests
    assert agent.startswith("coderpay/") and agent.endswith(" coder@example.org")


def test_without_a_contact_only_the_program_is_named(server, tmp_path):
    fetch_oews(2024, "national", tmp_path, base_url=server.url)
    [(_, agent)] = server.requests
    assert agent == f"coderpay/{version('coderpay')}"


def test_a_file_already_there_is_not_downloaded_again(server, tmp_path):
    fetch_oews(2024, "national", tmp_path, base_url=server.url)
    fetch_oews(2024, "national", tmp_path, base_url=server.url)
    assert len(server.requests) == 1


def test_a_damaged_local_copy_is_replaced_by_the_recorded_release(server, tmp_path):
    path = fetch_oews(2024, "national", tmp_path, base_url=server.url)
    path.write_bytes(b"damaged")
    fetch_oews(2024, "national", tmp_path, base_url=server.url)
    assert path.read_bytes() == server.body


def test_a_release_that_changed_since_the_first_download_is_refused(server, tmp_path):
    path = fetch_oews(2024, "national", tmp_path, base_url=server.url)
    path.unlink()
    before = files(tmp_path)
    server.body = zip_bytes("quietly replaced")
    with pytest.raises(
        InputError, match=r"sha256 [0-9a-f]{64}; expected [0-9a-f]{64}, recorded in .*delete"
    ):
        fetch_oews(2024, "national", tmp_path, base_url=server.url)
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            403,
            "BLS refused {url}/oesm24nat.zip (403). It refuses programs that do not say how to "
            "reach their owner: repeat with --contact and your e-mail address, or download it in "
            "a browser and give the file to `coderpay update`",
        ),
        (
            404,
            "BLS has no {url}/oesm24nat.zip (404): May 2024 is not published, or not under this "
            "name; see https://www.bls.gov/oes/special-requests",
        ),
        (
            500,
            "BLS answered {url}/oesm24nat.zip with status 500: try again later, or download it in "
            "a browser and give the file to `coderpay update`",
        ),
    ],
)
def test_a_refusal_is_explained_and_leaves_nothing(server, tmp_path, status, message):
    server.status = status
    with pytest.raises(InputError, match=f"^{re.escape(message.format(url=server.url))}$"):
        fetch_oews(2024, "national", tmp_path, base_url=server.url)
    assert files(tmp_path) == {}


def test_a_body_cut_short_leaves_nothing(server, tmp_path):
    server.missing = 10
    with pytest.raises(InputError, match=r"cannot download .*oesm24nat.zip.*nothing was kept"):
        fetch_oews(2024, "national", tmp_path, base_url=server.url)
    assert files(tmp_path) == {}


def test_a_page_instead_of_a_zip_leaves_nothing(server, tmp_path):
    server.body = b"<html>Access Denied</html>"
    with pytest.raises(
        InputError, match="something else than a zip file, beginning b'<html>Access Denied"
    ):
        fetch_oews(2024, "national", tmp_path, base_url=server.url)
    assert files(tmp_path) == {}


def test_no_network_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(InputError, match=r"cannot download .*refused.*nothing was kept"):
            fetch_oews(2024, "national", tmp_path, base_url=url)
    assert files(tmp_path) == {}


@pytest.fixture
def flat_files(server, official):
    """The flat files, each offered by the server under its name."""
    server.files = files(official.flat([official.row()]))
    return server.files


def test_the_flat_files_come_whole_into_a_folder_that_can_be_read(server, flat_files, tmp_path):
    folder = fetch_flat_files(
        tmp_path / "downloads", contact="coder@example.org", base_url=server.url
    )
    assert folder == tmp_path / "downloads" / "oe"
    assert {path for path, _ in server.requests} == {f"/{name}" for name in flat_files}
    assert {agent.rpartition(" ")[2] for _, agent in server.requests} == {"coder@example.org"}
    for name, content in flat_files.items():
        assert (folder / name).read_bytes() == content
        digest = hashlib.sha256(content).hexdigest()
        assert (folder / f"{name}.sha256").read_text() == f"{digest}  {name}\n"
    [row] = read_workbook(folder).to_dict("records")
    assert (row["year"], row["soc_code"], row["annual_median"]) == (2026, "29-2072", 53040)


def test_flat_files_already_there_are_not_downloaded_again(server, flat_files, tmp_path):
    fetch_flat_files(tmp_path / "downloads", base_url=server.url)
    fetch_flat_files(tmp_path / "downloads", base_url=server.url)
    assert len(server.requests) == len(flat_files)


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        (
            "oe.industry",
            None,
            "BLS has no {url} (404): it is not published, or not under this name",
        ),
        (
            "oe.area",
            b"<html>Access Denied</html>\n",
            "{url} answered with something else than a flat file, beginning b'<html>Access Denied",
        ),
    ],
)
def test_a_flat_file_that_does_not_come_stops_and_those_that_came_are_kept(
    server, flat_files, tmp_path, name, answer, message
):
    flat_files[name] = answer
    with pytest.raises(InputError) as refused:
        fetch_flat_files(tmp_path / "downloads", base_url=server.url)
    assert str(refused.value).startswith(message.format(url=f"{server.url}/{name}"))
    came = files(tmp_path / "downloads" / "oe")
    assert name not in came and "oe.data.0.Current" in came
    flat_files[name] = b"area_code\tarea_name\n" if name == "oe.area" else b"industry_code\tx\n"
    fetch_flat_files(tmp_path / "downloads", base_url=server.url)
    assert files(tmp_path / "downloads" / "oe")[name] == flat_files[name]
    assert [path for path, _ in server.requests].count("/oe.data.0.Current") == 1


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (
            200,
            0,
            "downloads/oesm24st.zip; now see what it brings: "
            "coderpay update downloads/oesm24st.zip\n",
        ),
        (403, 2, "Error: BLS refused "),
    ],
)
def test_the_command_says_what_came_or_why_not(
    server, tmp_path, monkeypatch, capsys, status, code, message
):
    server.status = status
    (tmp_path / "report.yml").touch()
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(download, "fetch_oews", partial(fetch_oews, base_url=server.url))
    monkeypatch.setattr(
        sys, "argv", ["coderpay", "fetch", "oews", "--year", "2024", "--kind", "state"]
    )
    ended = 0
    try:
        cli.main()
    except SystemExit as error:
        ended = error.code
    assert ended == code
    assert message in "".join(capsys.readouterr())
    assert (tmp_path / "downloads" / "oesm24st.zip").exists() == (code == 0)
