"""Which files count as read by a page, and what makes it be made again."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from common.safe_files import digest_of
from pages.batch import Batch
from pages.file_access import FileAccess


@dataclass
class Read:
    """A way in which a notebook reads a file of its project."""

    source: str
    path: str
    before: str | None
    """What it holds at first; None where there is none."""
    after: str
    parameters: str = ""


WAYS = {
    "a module beside the notebook": Read(
        "import beside_one; print(beside_one.value)",
        "notebooks/beside_one.py",
        "value = 1\n",
        "value = 2\n",
    ),
    "a module in a function": Read(
        "def f():\n    from beside_two import value\n    return value\nf()",
        "notebooks/beside_two.py",
        "value = 1\n",
        "value = 2\n",
    ),
    "a file of the project's folder that a parameter names": Read(
        "print(open('../' + path).read())",
        "offers.txt",
        "one",
        "two",
        "path: str = 'offers.txt'",
    ),
    "a file that was not there": Read(
        "from pathlib import Path\nprint(Path('../data/maybe.csv').exists())\n"
        "try: open('../data/maybe.csv')\nexcept OSError: print('none')",
        "data/maybe.csv",
        None,
        "now",
    ),
    "a script that is run": Read("%run script.py", "notebooks/script.py", "print(1)", "print(2)"),
    "a database": Read(
        "import sqlite3\nsqlite3.connect('../data/d.db').execute('select 1').fetchall()",
        "data/d.db",
        "",
        "x",
    ),
    "a frame of pandas": Read(
        "import pandas as pd\nprint(pd.read_csv('../data/raw/w.csv'))",
        "data/raw/w.csv",
        "a\n1\n",
        "a\n2\n",
    ),
    "a file outside the project that a parameter names": Read(
        "import subprocess\nprint(subprocess.check_output(['cat', '../' + path]))",
        "../outside.txt",
        "one",
        "two",
        "path: str = '../outside.txt'",
    ),
    "a hidden file that a parameter names": Read(
        "print(open('../' + path).read())",
        ".offers/mine.csv",
        "one",
        "two",
        "path: str = '.offers/mine.csv'",
    ),
    "a file that a parameter names and that is not there": Read(
        "from pathlib import Path\nprint(Path('..', path).exists())",
        "data/later.csv",
        None,
        "now",
        "path: str = 'data/later.csv'",
    ),
    "a folder that is listed": Read(
        "import os\nprint(sorted(os.listdir('../data/listed')))",
        "data/listed/one.csv",
        None,
        "1",
    ),
    "a file that is read by its descriptor": Read(
        "import os\nprint(os.read(os.open('../data/os.txt', os.O_RDONLY), 9))",
        "data/os.txt",
        "one",
        "two",
    ),
}


@pytest.fixture(scope="module")
def watched(project_of):
    """A project with a page for each way, made once; what would be made after each change."""
    project = project_of("watched")
    for folder in ("data/listed", ".offers"):
        (project.root / folder).mkdir()
    for number, way in enumerate(WAYS.values()):
        if way.before is not None:
            project.write(way.path, way.before)
        project.notebook(f"p{number}", way.source, parameters=way.parameters)
    project.plan({f"p{number}": {} for number in range(len(WAYS))})
    outcomes = Batch(project.root).run(jobs=4)
    assert {outcome.page.name: outcome.failure for outcome in outcomes} == dict.fromkeys(
        (f"p{number}" for number in range(len(WAYS))), None
    )
    return project


def reasons(project):
    return {page.name: reason for page, reason in Batch(project.root).reasons()}


@pytest.mark.parametrize("name", WAYS)
def test_what_a_page_has_read_makes_it_stale_and_no_other(watched, name):
    way, page = WAYS[name], f"p{list(WAYS).index(name)}"
    assert reasons(watched) == {}
    path = watched.root / way.path
    watched.write(way.path, way.after)
    found = reasons(watched)
    if way.before is None:
        path.unlink()
    else:
        watched.write(way.path, way.before)
    assert found.keys() == {page}
    assert found[page].startswith("changed: ")
    assert reasons(watched) == {}


def test_a_new_notebook_beside_it_makes_no_page_stale(watched):
    watched.notebook("new")
    found = reasons(watched)
    (watched.root / "notebooks" / "new.ipynb").unlink()
    assert found == {}


def test_two_edits_in_one_second_with_the_same_length_count(watched):
    path = watched.root / "data" / "raw" / "w.csv"
    before = path.stat()
    watched.write("data/raw/w.csv", "a\n3\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = reasons(watched)
    watched.write("data/raw/w.csv", "a\n1\n")
    assert list(found.values()) == ["changed: data/raw/w.csv"]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (
            "a file outside the project that a parameter names",
            "This page starts other programs. What they read is not known here",
        ),
        (
            "a file that was not there",
            "This page asks whether files are there. The answer is not noted here",
        ),
    ],
)
def test_a_page_that_cannot_know_what_it_rests_on_says_so(watched, way, said):
    ways = list(WAYS)
    assert said in watched.read(f"report/ledger-p{ways.index(way)}.html")
    assert said not in watched.read(f"report/ledger-p{ways.index('a frame of pandas')}.html")


def test_a_copied_project_makes_its_own_report(watched, tmp_path):
    copy = shutil.copytree(watched.root, tmp_path / "copy")
    (copy.parent / "outside.txt").write_text("one")
    assert list(Batch(copy).reasons()) == []
    (copy / "data" / "raw" / "w.csv").write_text("a\n9\n")
    (page,) = [page for page, _ in Batch(copy).reasons()]
    Batch(copy, [page.name]).run(jobs=1)
    assert b"9" in (copy / "report" / f"{page.name}.html").read_bytes()
    assert reasons(watched) == {}


def test_a_file_that_changes_after_it_was_read_is_noticed(project):
    project.write("data/raw/a.csv", "before")
    project.notebook(
        "a",
        "print(open('../data/raw/a.csv').read())",
        "import subprocess; subprocess.run('echo later > ../data/raw/a.csv', shell=True)",
    )
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert outcome.failure.message == (
        "InputError: data/raw/a.csv changed while the page ran, or is another one on its worker"
    )
    assert reasons(project) == {"a": "failed last time"}


def test_a_page_whose_code_is_edited_while_it_runs_is_not_up_to_date(project):
    project.write("src/helper.py", "value = 1\n")
    opening = "import sys; sys.path.insert(0, '../src')\nimport helper"
    project.notebook("a", opening, "open('../src/helper.py', 'a').write('value = 2')")
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert outcome.status == "made"
    assert reasons(project) == {"a": "changed: src/helper.py"}


def seen_by(root, act):
    """What a watch notes in a process in which something is done."""

    def watch(pipe):
        os.chdir(root)
        watching = FileAccess(root)
        watching.start()
        act()
        pipe.send((watching.reads(), watching.tables()))

    ours, theirs = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=watch, args=(theirs,))
    process.start()
    assert ours.poll(30)
    process.join()
    with ours, theirs:
        return ours.recv()


@pytest.fixture
def folder(tmp_path):
    for path in (
        "data/a.csv",
        "report/b.csv",
        "src/c.py",
        ".cache/d",
        "__pycache__/e.pyc",
        "f.txt",
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    return tmp_path


def test_reads_and_tables_are_told_apart(folder):
    def act():
        for path in ("data/a.csv", "src/c.py", ".cache/d", "__pycache__/e.pyc", "/etc/hosts"):
            Path(path).read_text()
        for path in ("report/new.csv", "data/new.csv", "new.txt"):
            Path(path).write_text("new")
        os.close(os.open("data/low.csv", os.O_WRONLY | os.O_CREAT))
        Path("data/new.csv").read_text()
        Path("new.txt").replace("report/moved.csv")

    reads, tables = seen_by(folder, act)
    assert reads.keys() == {"data/a.csv"}
    assert [*tables] == ["data/low.csv", "data/new.csv", "report/moved.csv", "report/new.csv"]
    assert tables["report/moved.csv"] == digest_of(b"new")


def test_names_in_a_folder_that_is_open_are_no_names_in_the_project(folder):
    def act():
        with TemporaryDirectory() as temporary:
            (Path(temporary) / "log").mkdir()

    assert seen_by(folder, act) == ({}, {})


WAYS_TO_WRITE = {
    "in one cell": ["open('../data/t.csv', 'w').write('1')", "1"],
    "through a file that stays open": [
        "file = open('../data/t.csv', 'w')",
        "print(1, file=file, end='')",
        "file.close()",
    ],
    "again": ["open('../data/t.csv', 'w').write('0')", "open('../data/t.csv', 'w').write('1')"],
    "and rename": [
        "open('../data/u.csv', 'w').write('1')",
        "import os; os.replace('../data/u.csv', '../data/t.csv')",
    ],
    "and remove another": [
        "open('../data/u.csv', 'w').write('1')",
        "import os, shutil; shutil.copy('../data/u.csv', '../data/t.csv')",
        "os.remove('../data/u.csv')",
    ],
    "and have a program write on": [
        "open('../data/t.csv', 'w').close()",
        "import subprocess",
        "subprocess.run('printf 1 > ../data/t.csv', shell=True, check=True)",
    ],
    "by a program that is waited for later": [
        "import subprocess\nwith open('../data/t.csv', 'w') as file:\n"
        "    program = subprocess.Popen('sleep 0.3; printf 1', shell=True, stdout=file)",
        "1",
        "program.wait()",
    ],
    "through memory": [
        "import numpy as np\nheld = np.memmap('../data/t.csv', np.uint8, 'w+', shape=1)",
        "held[0] = ord('1')",
        "del held",
    ],
}


@pytest.mark.parametrize("name", WAYS_TO_WRITE)
def test_a_page_may_write_a_table_in_any_way(project, name):
    project.notebook("a", *WAYS_TO_WRITE[name])
    project.plan({"a": {}})
    (outcome,) = Batch(project.root).run()
    assert outcome.status == "made", outcome.failure
    assert (project.root / "data" / "t.csv").read_text() == "1"
    manifest = json.loads((project.root / "report" / "manifest.json").read_bytes())
    assert manifest["pages"]["a"]["tables"] == ["data/t.csv"]


@pytest.mark.parametrize("act", ["open(path, 'w').write('2')", "path.unlink()"])
def test_a_table_that_another_touches_while_the_page_runs_is_not_taken_for_its(project, act):
    path = project.root / "data" / "t.csv"
    other = f"import pathlib, time; path = pathlib.Path({str(path)!r})\n{act}\n"
    (project.root / "other.py").write_text(other)
    project.notebook(
        "a",
        "open('../data/t.csv', 'w').write('1')",
        "import time; from pathlib import Path\nPath('../ready').touch()\n"
        "while not Path('../done').exists(): time.sleep(0.01)",
    )
    project.plan({"a": {}})
    wait = f"while [ ! -e ready ]; do sleep 0.01; done; {sys.executable} other.py; touch done"
    with subprocess.Popen(wait, shell=True, cwd=project.root):
        (outcome,) = Batch(project.root).run()
    assert outcome.status == "failed"
    assert outcome.failure.message == (
        "InputError: data/t.csv was changed or removed by another after the page wrote it"
    )


def test_a_digest_is_that_of_the_first_reading(folder):
    def act():
        Path("f.txt").read_text()
        subprocess.run("echo other > f.txt", shell=True, check=True)
        Path("f.txt").read_text()

    assert seen_by(folder, act)[0] == {"f.txt": digest_of(b"f.txt")}


def test_a_database_counts_as_read(folder):
    assert seen_by(folder, lambda: sqlite3.connect("data/a.csv").close())[0].keys() == {
        "data/a.csv"
    }
