"""The batch on a real Dask scheduler, with workers that share no folder with it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
from checkout import run

from common.errors import InputError
from common.safe_files import digest
from pages import workers
from pages.batch import Batch
from pages.page_messages import Task
from pages.page_records import LOOKS
from pages.plan import Page

PAGE = """import time
from pathlib import Path
first = Path("../data/first.csv").read_text()
time.sleep(0.3)
folder = Path("..") / output_dir
folder.mkdir(parents=True, exist_ok=True)
(folder / "table.csv").write_text(f"{place},{first}")"""


def start(module, *arguments, **options):
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, **quiet, **options)


def address_in(place):
    while not (place.exists() and place.read_text()):  # it is there before it is written
        time.sleep(0.05)
    return json.loads(place.read_text())["address"]


@pytest.fixture
def swept(project):
    project.write("data/raw/a.csv", "raw")
    source = "open('../data/first.csv', 'w').write(open('../data/raw/a.csv').read() + ' and made')"
    project.notebook("first", source)
    project.notebook("area", PAGE, parameters="place: str = 'US'\noutput_dir: str = ''")
    sweep = {
        "title": "All",
        "notebook": "area",
        "needs": ["first"],
        "over": {"place": list("abcdefgh")},
    }
    project.plan({"first": {}}, sweeps={"all": sweep})
    return project


@pytest.fixture
def cluster(swept, tmp_path):
    """The address of a scheduler and its two workers, each in its own copy of the project."""
    place = tmp_path / "scheduler.json"
    scheduler = start(
        "dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        place,
    )
    workers = []
    for number in range(2):
        folder = tmp_path / f"worker-{number}"
        shutil.copytree(swept.root, folder)
        options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--scheduler-file", place]
        workers.append(start("dask_worker", *options, cwd=folder))
    yield address_in(place), workers, tmp_path
    for process in (*workers, scheduler):
        process.kill()  # a stopped one too
        process.wait()


def wait_for_workers(address, count):
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(count, timeout=30)


def test_a_worker_that_is_killed_mid_sweep_loses_nothing(swept, cluster):
    address, workers, folder = cluster
    wait_for_workers(address, 2)
    family = psutil.Process(workers[0].pid).children(recursive=True)
    done = []

    def ended(outcome):
        done.append(outcome.page.name)
        if len(done) == 4:
            family.extend(psutil.Process(workers[0].pid).children(recursive=True))
            workers[0].kill()

    outcomes = Batch(swept.root, ["all"]).run(scheduler=address, ended=ended)
    assert {outcome.failure for outcome in outcomes} == {None}
    assert [outcome.status for outcome in outcomes] == ["made"] * 9
    assert len(family) >= 2
    elsewhere = swept.made()
    assert elsewhere["area-h/table.csv"] == b"h,raw and made"
    assert (folder / "worker-1" / "data" / "first.csv").exists()
    psutil.wait_procs(family, timeout=30)
    left = [
        process.cmdline()
        for process in family
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
    assert left == []

    swept.write("report.yml", swept.read("report.yml").replace("A report", "Another title"))
    outcomes = Batch(swept.root, ["all"]).run(scheduler=address)
    assert {(outcome.status, outcome.reason) for outcome in outcomes} == {("made", LOOKS)}
    elsewhere = swept.made()
    assert b"Another title" in elsewhere["area-h.html"]
    assert elsewhere["area-h/table.csv"] == b"h,raw and made"

    Batch(swept.root, ["all"], fresh=True).run(jobs=2)
    assert swept.made() == elsewhere


def test_a_worker_with_other_code_or_data_fails_the_page_and_says_why(swept, cluster):
    address, _, folder = cluster
    wait_for_workers(address, 2)
    swept.write("data/raw/a.csv", "newer")
    swept.notebook("area", PAGE + "\n", parameters="place: str = 'US'\noutput_dir: str = ''")
    first, *areas = Batch(swept.root, ["all"]).run(scheduler=address)
    assert first.failure.message == (
        "InputError: data/raw/a.csv changed while the page ran, or is another one on its worker"
    )
    assert {area.status for area in areas} == {"skipped"}
    for number in range(2):
        shutil.copy(
            swept.root / "data" / "raw" / "a.csv", folder / f"worker-{number}" / "data" / "raw"
        )
    first, *areas = Batch(swept.root, ["all"]).run(scheduler=address)
    assert first.status == "made"
    expected = (
        "notebooks/area.ipynb on the worker is not that of the batch; update the worker's copy"
    )
    assert {area.failure.message for area in areas} == {f"InputError: {expected}"}
    assert all(area.failure.users_mistake for area in areas)


def test_a_worker_refuses_pages_of_another_program_or_of_code_that_it_has_begun_with(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workers, "perform", lambda task, root, processes: "made")
    page = Page(name="a", notebook="a.ipynb", title="", time_limit=1.0)
    helper = tmp_path / "helper.py"

    def task():
        return Task(page, {}, code={"helper.py": digest(helper)}, program=workers.program())

    helper.write_text("value = 1")
    first = task()
    assert workers.perform_on_cluster(first) == "made"
    helper.write_text("value = 2")
    with pytest.raises(InputError, match=r"the worker still runs helper\.py as it was"):
        workers.perform_on_cluster(task())
    with pytest.raises(InputError, match=r"helper\.py on the worker is not that of the batch"):
        workers.perform_on_cluster(first)
    with pytest.raises(InputError, match=r"Python or src/pages is not that of the batch"):
        workers.perform_on_cluster(Task(page, {}, program="3.9 another"))


def test_a_scheduler_that_does_not_answer_is_refused(swept):
    with pytest.raises(
        InputError, match=r"--scheduler tcp://127\.0\.0\.1:9: no scheduler answers there"
    ):
        Batch(swept.root).run(scheduler="tcp://127.0.0.1:9")


def stop_scheduler(address, workers):
    port = int(address.rpartition(":")[2])
    for process in psutil.process_iter(["cmdline"]):
        if "distributed.cli.dask_scheduler" in (process.info["cmdline"] or []):
            ports = {at.laddr.port for at in process.net_connections() if at.status == "LISTEN"}
            if port in ports:
                process.suspend()


def stop_worker(_, workers):
    workers[0].send_signal(signal.SIGSTOP)


def kill_workers(_, workers):
    for worker in workers:
        worker.kill()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (stop_scheduler, "the scheduler has not answered for 20 seconds"),
        (stop_worker, "tcp://"),
        (kill_workers, "any worker of the scheduler has not answered for 20 seconds"),
    ],
)
def test_a_cluster_that_falls_silent_ends_in_a_message_and_what_was_made_is_kept(
    swept, cluster, harm, reason
):
    address, workers, folder = cluster
    wait_for_workers(address, 2)
    parameters = "place: str = 'US'\noutput_dir: str = ''"
    swept.notebook("area", PAGE, "if place > 'b':\n    time.sleep(120)", parameters=parameters)
    for number in range(2):
        copy = folder / f"worker-{number}" / "notebooks" / "area.ipynb"
        shutil.copy(swept.root / "notebooks" / "area.ipynb", copy)
    made, harmed = [], []

    def ended(outcome):
        made.append(outcome.page.name)
        if len(made) == 3:  # the first page and both that do not wait
            harmed.append(time.monotonic())
            harm(address, workers)

    outcomes = Batch(swept.root, ["all"]).run(scheduler=address, ended=ended)
    assert time.monotonic() - harmed[0] < 60
    statuses = [outcome.status for outcome in outcomes]
    assert statuses == ["made"] * 3 + ["failed"] * 6
    message = outcomes[-1].failure.message
    assert message.startswith(f"ProcessLostError: {reason}")
    assert message.endswith("has not answered for 20 seconds")
    assert (swept.root / "report" / "area-a.html").exists()


@pytest.mark.parametrize("greeting", [b"", b"abc", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_what_is_no_scheduler_is_refused_in_time(swept, greeting):
    with socket.create_server(("127.0.0.1", 0)) as server:
        open_ones = []

        def serve():
            with suppress(OSError):
                while True:
                    open_ones.append(server.accept()[0])
                    open_ones[-1].sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises(InputError, match="no scheduler answers there"):
            Batch(swept.root).run(scheduler=address)
        assert time.monotonic() - begun < 30
    for connection in open_ones:
        connection.close()


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_tls_is_as_dask_is_configured(swept, tmp_path):
    key, certificate, place = (tmp_path / name for name in ("key.pem", "cert.pem", "s.json"))
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=test",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    configured = {
        "distributed.comm.require-encryption": True,
        "distributed.comm.tls.ca-file": str(certificate),
    }
    for role in ("scheduler", "worker", "client"):
        configured[f"distributed.comm.tls.{role}.key"] = str(key)
        configured[f"distributed.comm.tls.{role}.cert"] = str(certificate)
    variables = {
        "DASK_" + name.replace(".", "__").replace("-", "_").upper(): str(value)
        for name, value in configured.items()
    }
    options = {"env": os.environ | variables, "cwd": swept.root}
    common = ["--protocol", "tls", "--no-dashboard", "--scheduler-file", place]
    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common, **options)
    worker = start("dask_worker", "--no-nanny", "--nthreads", "1", *common, **options)
    try:
        address = address_in(place)
        assert address.startswith("tls://")
        made = run(swept.root, "report", "--scheduler", address, **variables)
        while "it has no workers" in made.stderr:
            time.sleep(0.1)
            made = run(swept.root, "report", "--scheduler", address, **variables)
        assert "1 made" in made.stdout, made.stderr
        refused = run(swept.root, "report", "--fresh", "--scheduler", address)
        assert refused.returncode == 2
        assert f"--scheduler {address}: no scheduler answers there" in refused.stderr
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()
