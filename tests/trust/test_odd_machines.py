"""Other machines, other users, other programs at the same time: the report is the same."""

import json
import os
import py_compile
import sys
import sysconfig
from contextlib import suppress

import psutil
import pytest


def finished(batch):
    """What a batch that was made in whole has said."""
    printed, said = batch.communicate(timeout=300)
    assert batch.returncode == 0, said
    return printed + said


def test_a_failed_page_names_no_folder_of_the_machine(desk):
    desk.project.write("src/helper.py", "import json\n\ndef read():\n    json.loads('{')\n")
    opening = "import sys; sys.path.insert(0, '../src')\nimport helper"
    desk.project.notebook("a", opening, "import pandas as pd; pd.DataFrame().loc['x']")
    desk.project.notebook("b", opening, "helper.read()")
    desk.project.plan({"a": {}, "b": {}})
    batch = desk.start("report", "--quiet", environment={"HOME": str(desk.base)})
    _, said = batch.communicate(timeout=300)
    assert batch.returncode == 1
    for short in ("src/helper.py", "site-packages/pandas/", "/json/__init__.py"):
        assert short in said
    folders = [str(desk.base), "~/", sys.prefix, sysconfig.get_path("stdlib")]
    made = desk.project.made()
    named = [(name, one) for name, text in made.items() for one in folders if one.encode() in text]
    assert named == [] and [one for one in folders if one in said] == []


def test_nothing_listens_while_pages_are_made(desk):
    desk.project.notebook("a", "import time; time.sleep(1)")
    desk.project.plan({"a": {}})
    batch = desk.start("report", "--quiet")
    most, listening = 0, []
    while batch.poll() is None:
        with suppress(psutil.Error):
            process = psutil.Process(batch.pid)
            family = [process, *process.children(recursive=True)]
            most = max(most, len(family))
            for member in family:
                listening += [at for at in member.net_connections("inet") if not at.raddr]
    finished(batch)
    assert listening == [] and most >= 4


def test_code_of_the_same_size_and_time_is_not_taken_for_what_it_was_compiled_from(desk):
    desk.project.write("notebooks/beside.py", "value = 'one'\n")
    path = desk.root / "notebooks" / "beside.py"
    times = path.stat()
    py_compile.compile(str(path), doraise=True)
    desk.project.write("notebooks/beside.py", "value = 'two'\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    desk.project.notebook("a", "import beside; print('It is', beside.value)")
    desk.project.plan({"a": {}})
    finished(desk.start("report", "--quiet"))
    assert "It is two" in desk.project.read("report/a.html")


def test_cells_without_ids_get_the_same_in_every_run(desk):
    content = json.loads(desk.project.read("notebooks/a.ipynb")) | {"nbformat_minor": 4}
    for cell in content["cells"]:
        del cell["id"]
    desk.project.write("notebooks/a.ipynb", json.dumps(content))
    made = []
    for _ in range(2):
        finished(desk.start("report", "--quiet", "--fresh"))
        made.append(desk.project.made())
    assert made[0] == made[1]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["\u9577" * 35, "."])
def test_a_temporary_folder_may_be_named_in_any_way(desk, folder):
    (desk.root / folder).mkdir(exist_ok=True)
    given = folder if folder == "." else str(desk.root / folder)
    finished(desk.start("report", "--quiet", environment={"TMPDIR": given}))
    assert "a.html" in desk.project.made()
    assert folder == "." or [*(desk.root / folder).iterdir()] == []


@pytest.mark.slow
def test_without_an_environment_the_report_is_the_same(desk):
    finished(desk.start("report", "--quiet"))
    usual = desk.project.made()
    nothing = dict.fromkeys(os.environ.keys() - {"PYTHONPATH"}) | dict.fromkeys(
        ("HOME", "TMPDIR", "MPLCONFIGDIR")
    )
    strict = {"environment": nothing, "preexec_fn": lambda: os.umask(0o177)}
    finished(desk.start("report", "--quiet", "--fresh", **strict))
    assert desk.project.made() == usual


@pytest.mark.slow
def test_two_batches_at_once_make_what_one_makes(desk):
    desk.project.notebook("b", "print('b')")
    desk.project.plan({"a": {}, "b": {"needs": ["a"]}})
    finished(desk.start("report", "--quiet"))
    alone = desk.project.made()
    for batch in [desk.start("report", "--quiet", "--fresh") for _ in range(2)]:
        finished(batch)
    assert desk.project.made() == alone
    assert "2 kept" in finished(desk.start("report"))
