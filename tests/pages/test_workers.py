"""The batch on a real Dask scheduler, with workers that share no folder with it."""

import json
import shutil
import subprocess
import sys
import time

import psutil
import pytest

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
    while not place.exists():
        time.sleep(0.05)
    yield json.loads(place.read_text())["address"], workers, tmp_path
    for process in (*workers, scheduler):
        process.kill()
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
