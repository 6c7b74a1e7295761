"""What others made comes in by its digest, and `make audit` fails when something is known of it."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from analysis.published.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCKS = [ROOT / "requirements.lock", *sorted((ROOT / "tools" / "locks").glob("*.lock"))]
BAD, GOOD = "jinja2==2.4.1", "six==1.17.0"
INSTALL = re.compile(
    r"""\bpip["']?,? ["']?install|\$\((PIP|UV)\)|\b(npm|gem|cargo|go) (i|install|ci|add)\b|\bnpx """
)
BY_LOCK = re.compile(r"--require-hashes|\*lock\]|npm ci|(--no-build-isolation|--upgrade) -e ")
KNOWN = {
    "id": "PYSEC-2014-8",
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.7.2"}]}],
        }
    ],
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_named_by_digest(path):
    used = re.findall(r"uses: *(\S+)", path.read_text())
    assert used
    assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_each_locked_package_has_its_digests(path):
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^ *#.*\n", "", path.read_text()).strip())
    assert len(entries) > 5
    bare = [entry for entry in entries if not re.match(r"\S+==.*\n +--hash=sha256:", entry)]
    assert bare == []


def test_each_package_of_the_javascripts_checks_has_its_digest():
    packages = json.loads((ROOT / "package-lock.json").read_bytes())["packages"]
    others = {name: package for name, package in packages.items() if name}
    assert others
    assert [name for name, package in others.items() if "integrity" not in package] == []


def test_tools_are_installed_by_their_locks():
    """But for the project itself, and the newest versions, which are there to be tried."""
    tools = [path for path in (ROOT / "tools").rglob("*") if path.suffix in (".py", ".sh")]
    places = [ROOT / "Makefile", ROOT / ".ci" / "run", *WORKFLOWS, *tools]
    lines = [line for place in places for line in place.read_text().splitlines()]
    installs = [line for line in lines if INSTALL.search(line) and not re.search(":=|`", line)]
    assert len(installs) >= 8
    assert [line for line in installs if not BY_LOCK.search(line)] == []


class Database(BaseHTTPRequestHandler):
    """Knows one vulnerability, as osv.dev would say it."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = asked["package"]["name"] == "jinja2"
        answer = json.dumps({"vulns": [KNOWN]} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def database():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def audit(tmp_path):
    """Run `make audit` in a checkout with a lock of these packages, asking the database `url`."""
    folder = tmp_path.resolve() / "checkout"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tools" / "known_vulnerabilities.py", folder / "tools")
    environment = folder / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != ".ready":
            (environment / path.name).symlink_to(path)

    def run(packages, url):
        lock = "".join(f"{package} --hash=sha256:{'0' * 64}\n" for package in packages)
        (folder / "requirements.lock").write_text(lock)
        shutil.copy(ROOT / "Makefile", folder)
        (environment / ".ready").write_text(f"{folder}\n")
        service = {"PIP_AUDIT_VULNERABILITY_SERVICE": "osv", "PIP_AUDIT_OSV_URL": url}
        return subprocess.run(
            ["make", "--no-print-directory", "audit"],
            cwd=folder,
            env=os.environ | service,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_audit_fails_on_a_lock_with_a_known_vulnerability(audit, database):
    found = audit([GOOD, BAD], database)
    assert found.returncode == 2  # make's own, of a command that failed
    assert "Error 1" in found.stderr
    assert found.stdout.splitlines() == [
        "jinja2 2.4.1: PYSEC-2014-8, mended in 2.7.2",
        "2 packages looked up, 1 known vulnerabilities",
    ]


def test_an_audit_of_a_lock_of_which_nothing_is_known_passes(audit, database):
    found = audit([GOOD], database)
    assert found.returncode == 0, found.stderr
    assert found.stdout == "1 packages looked up, 0 known vulnerabilities\n"


def test_an_audit_that_finds_nothing_out_fails_and_says_so(audit):
    found = audit([GOOD], "http://127.0.0.1:9")
    assert found.returncode == 2
    assert "Error 3" in found.stderr
    assert "Nothing is known of the dependencies: this needs a network (" in found.stderr
    assert found.stdout == ""
