"""What is made again and what is kept; what a report holds; what happens to a page that fails."""

import json
import subprocess
import sys

import pytest

from common.errors import InputError
from pages.batch import Batch

COPY = """from pathlib import Path
text = Path("../data/raw/{source}.csv").read_text()
Path("../data/{name}.csv").write_text(text.splitlines()[0])
print(text)"""


@pytest.fixture
def chain(project):
    """Page b reads what page a makes of the first line of a raw table; c reads another table."""
    project.write("data/raw/a.csv", "first\nsecond\n")
    project.write("data/raw/c.csv", "third\n")
    project.write("src/helper.py", "ANSWER = 1\n")
    project.notebook("a", COPY.format(source="a", name="a"))
    project.notebook(
        "b",
        "import sys; sys.path.insert(0, '../src')\nimport helper",
        "print(open('../data/a.csv').read())",
    )
    project.notebook("c", COPY.format(source="c", name="c"))
    project.plan({"b": {"needs": ["a"]}, "a": {}, "c": {}})
    statuses(project)
    project.ran()
    return project


def statuses(project, only=(), settings=(), fresh=False, **options):
    outcomes = Batch(project.root, only, settings, fresh).run(**{"jobs": 2} | options)
    return {outcome.page.name: outcome.status for outcome in outcomes}


def reasons(project, **options):
    return {page.name: reason for page, reason in Batch(project.root, **options).reasons()}


class TestCache:
    def test_nothing_changed_runs_nothing_and_writes_nothing(self, chain):
        before = chain.made()
        assert reasons(chain) == {}
        assert statuses(chain) == {"a": "kept", "b": "kept", "c": "kept"}
        assert chain.ran() == []
        assert chain.made() == before

    def test_nothing_to_do_imports_none_of_the_stack(self, chain):
        program = (
            "import sys; from pathlib import Path; from pages.batch import Batch;"
            f"Batch(Path({str(chain.root)!r})).run();"
            "costly = {'pandas', 'papermill', 'nbconvert', 'nbformat', 'IPython', 'zmq'};"
            "print(costly & sys.modules.keys())"
        )
        shown = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert shown.stdout == "set()\n"

    def test_prose_runs_its_page_again_and_no_other(self, chain):
        chain.notebook("a", COPY.format(source="a", name="a"), prose="Other prose.")
        assert reasons(chain) == {
            "a": "changed: notebooks/a.ipynb",
            "b": "if what it reads is changed by a",
        }
        assert statuses(chain) == {"a": "made", "b": "kept", "c": "kept"}
        assert chain.ran() == ["a"]
        assert b"Other prose." in chain.made()["a.html"]

    def test_a_raw_table_runs_what_reads_it_and_what_it_changes_downstream(self, chain):
        chain.write("data/raw/a.csv", "first\nchanged\n")
        assert statuses(chain) == {"a": "made", "b": "kept", "c": "kept"}
        chain.write("data/raw/a.csv", "changed\n")
        assert statuses(chain) == {"a": "made", "b": "made", "c": "kept"}
        assert b"changed" in chain.made()["b.html"]

    def test_a_module_runs_the_pages_that_import_it(self, chain):
        chain.write("src/helper.py", "ANSWER = 2\n")
        assert reasons(chain) == {"b": "changed: src/helper.py"}

    def test_the_lock_runs_everything(self, chain):
        chain.write("requirements.lock", "other versions")
        assert statuses(chain) == {"a": "made", "b": "made", "c": "made"}

    @pytest.mark.parametrize("path", ["report/c.html", "data/c.csv"])
    def test_what_is_lost_or_altered_is_made_again(self, chain, path):
        before = chain.read(path)
        for spoil in (lambda: (chain.root / path).unlink(), lambda: chain.write(path, "altered")):
            spoil()
            assert reasons(chain) == {"c": f"no longer as it was written: {path}"}
            assert statuses(chain)["c"] == "made"
            assert chain.read(path) == before

    def test_a_lost_index_is_written_again_without_running(self, chain):
        before = chain.made()
        (chain.root / "report" / "index.html").unlink()
        statuses(chain)
        assert chain.made() == before
        assert chain.ran() == []

    def test_a_folder_that_a_page_lists_counts_as_read(self, project):
        project.write("data/raw/a.csv", "1")
        project.notebook(
            "a", "from pathlib import Path\nprint(sorted(Path('../data/raw').glob('*.csv')))"
        )
        project.plan({"a": {}})
        statuses(project)
        project.write("data/raw/b.csv", "2")
        assert reasons(project) == {"a": "changed: data/raw"}

    def test_a_parameter_runs_its_page_again(self, project):
        project.notebook("a", "print(year)", parameters="year: int = 2024")
        project.plan({"a": {"parameters": {"year": 2024}}})
        statuses(project)
        project.plan({"a": {"parameters": {"year": 2023}}})
        assert reasons(project) == {"a": "parameters changed: year 2024 -> 2023"}
        assert statuses(project) == {"a": "made"}
        assert b"2023" in project.made()["a.html"]

    def test_a_setting_leaves_the_published_pages_as_they_are_and_goes_with_the_next_report(
        self, project
    ):
        for name in "ab":
            project.notebook(name, "print(year)", parameters="year: int = 2024")
        project.plan({"a": {}, "b": {}})
        statuses(project)
        published = project.made()
        made = statuses(project, settings=["a.year=2023"])
        assert made == {"a": "kept", "a-year-2023": "made", "b": "kept"}
        beside = project.made()
        assert b"2023" in beside["a-year-2023.html"]
        assert b'href="a-year-2023.html"' in beside["tried.html"]
        assert b'href="tried.html"' in beside["index.html"]
        same = {name for name in published if beside[name] == published[name]}
        assert published.keys() - same == {"index.html", "manifest.json"}
        assert statuses(project) == {"a": "kept", "b": "kept"}
        assert project.made() == published

    def test_a_new_title_shows_on_every_page_though_one_runs(self, chain):
        content = json.loads(chain.read("notebooks/c.ipynb"))
        content["cells"][0]["source"] = "# Renamed\n\nProse."
        chain.write("notebooks/c.ipynb", json.dumps(content))
        assert statuses(chain) == {"a": "made", "b": "made", "c": "made"}
        assert chain.ran() == ["c"]
        assert all(b"Renamed" in chain.made()[f"{name}.html"] for name in "abc")

    def test_fresh_makes_everything_to_the_same_bytes(self, chain):
        before = chain.made()
        assert statuses(chain, fresh=True, jobs=1) == {"a": "made", "b": "made", "c": "made"}
        assert chain.made() == before

    def test_only_makes_a_page_and_what_it_needs(self, chain):
        chain.write("requirements.lock", "other versions")
        assert statuses(chain, only=["b"]) == {"a": "made", "b": "made"}
        assert json.loads(chain.read("report/manifest.json"))["pages"]["c"]["status"] == "outdated"

    def test_a_page_of_which_only_the_looks_changed_is_not_called_outdated(self, chain):
        content = json.loads(chain.read("notebooks/a.ipynb"))
        content["cells"][0]["source"] = "# Renamed\n\nProse."
        chain.write("notebooks/a.ipynb", json.dumps(content))
        assert statuses(chain, only=["a"]) == {"a": "made"}
        assert reasons(chain) == dict.fromkeys("bc", "only its looks changed")
        pages = json.loads(chain.read("report/manifest.json"))["pages"]
        assert {name: page["status"] for name, page in pages.items()} == dict.fromkeys(
            "abc", "made"
        )
        assert b"outdated" not in chain.made()["index.html"]

    def test_a_page_that_left_the_plan_leaves_the_report(self, chain):
        chain.plan({"a": {}})
        statuses(chain)
        assert not {"b.html", "notebooks/b.ipynb"} & chain.made().keys()
        assert "a.html" in chain.made()


def test_a_sweep_makes_its_pages_and_one_that_lists_them(project):
    source = (
        "from pathlib import Path\nfolder = Path('..') / output_dir\n"
        "folder.mkdir()\n(folder / 't.csv').write_text(place)"
    )
    project.notebook("a", source, parameters="place: str = 'US'\noutput_dir: str = ''")
    over = {"place": ["00601", "US/../NJ"]}
    project.plan({}, sweeps={"all": {"title": "All", "notebook": "a", "over": over}})
    assert statuses(project) == {}
    assert statuses(project, only=["all"]) == {"a-00601": "made", "a-us-nj": "made"}
    made = project.made()
    assert made["a-00601/t.csv"] == b"00601"
    assert b'<a href="a-us-nj.html">US/../NJ</a>' in made["all.html"]


def test_the_manifest_has_each_page_with_digests_and_no_trace_of_the_run(chain):
    manifest = json.loads(chain.read("report/manifest.json"))
    page = manifest["pages"]["b"]
    assert set(page["inputs"]) == {
        "data/a.csv",
        "notebooks/b.ipynb",
        "requirements.lock",
        "src/helper.py",
    }
    assert {"report/b.html", "report/ledger-b.html", "report/notebooks/b.ipynb"} == set(
        page["outputs"]
    )
    assert manifest["pages"]["a"]["tables"] == ["data/a.csv"]
    assert "seconds" not in json.dumps(manifest)
    assert str(chain.root) not in json.dumps(manifest)
    assert json.loads(chain.read("report/run.json"))["a"]["seconds"] > 0


class TestFailure:
    @pytest.fixture
    def broken(self, project):
        project.notebook("a", "1 / 0", "print('never')")
        project.notebook("b")
        project.notebook("c")
        project.plan({"a": {}, "b": {"needs": ["a"]}, "c": {}})
        return project

    def test_stops_no_other_page_and_is_shown_with_its_traceback(self, broken):
        outcomes = {outcome.page.name: outcome for outcome in Batch(broken.root).run(jobs=2)}
        assert {name: outcome.status for name, outcome in outcomes.items()} == {
            "a": "failed",
            "b": "skipped",
            "c": "made",
        }
        assert outcomes["a"].failure.message == "ZeroDivisionError: division by zero"
        assert "----> 1 1 / 0" in outcomes["a"].failure.traceback
        made = broken.made()
        assert b"1 1 / 0" in made["index.html"]
        assert b"ZeroDivisionError" in made["a.html"]
        assert b"skipped: it needs a" in made["b.html"]
        assert b"never\n" not in made["a.html"]
        assert outcomes["b"].failure.skipped

    def test_the_next_run_makes_only_what_is_missing(self, broken):
        statuses(broken)
        broken.ran()
        assert reasons(broken)["a"] == "failed last time"
        broken.notebook("a", "1 / 1")
        assert statuses(broken) == {"a": "made", "b": "made", "c": "kept"}
        assert broken.ran() == ["a", "b"]

    def test_no_output_tells_where_the_project_lies(self, project):
        project.write(
            "src/helper.py",
            "import warnings\n"
            "def f():\n    warnings.warn('careful')\n    raise ValueError(__file__)",
        )
        project.notebook(
            "a",
            "import warnings; warnings.warn('here')",
            "import sys; sys.path.insert(0, '../src')\nimport helper; helper.f()",
        )
        project.plan({"a": {}})
        statuses(project)
        everything = b"".join(project.made().values())
        assert b"careful" in everything
        assert str(project.root.parent).encode() not in everything
        assert b"ipykernel_" not in everything


def test_what_a_page_wrote_into_the_report_goes_when_it_writes_it_no_more(project):
    project.notebook(
        "a", "open(f'../{folder}/t.csv', 'w').write('1')", parameters="folder: str = 'data'"
    )
    (project.root / "report").mkdir()
    for folder in ("report", "data", "report"):
        project.plan({"a": {"parameters": {"folder": folder}}})
        assert statuses(project) == {"a": "made"}
        assert (project.root / "report" / "t.csv").exists() == (folder == "report")
    assert (project.root / "data" / "t.csv").exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"outputs": 1'])
def test_a_manifest_that_is_not_as_it_was_written_is_written_again(chain, text):
    whole = chain.read("report/manifest.json")
    chain.write("report/manifest.json", text)
    statuses(chain)
    assert chain.read("report/manifest.json") == whole


def test_a_page_that_reads_what_it_does_not_need_is_refused(project):
    project.notebook("a", "open('../data/a.csv', 'w').write('1')")
    project.notebook("b", "import time; time.sleep(0.5); open('../data/a.csv').read()")
    project.plan({"a": {}, "b": {}})
    with pytest.raises(InputError) as error:
        statuses(project)
    assert str(error.value) == (
        "report.yml, page b: it reads data/a.csv, which page a writes, "
        "so it has to say `needs: [a]`"
    )


def test_two_pages_that_write_one_file_are_refused(project):
    for name in "ab":
        project.notebook(name, "open('../data/x.csv', 'w').write('1')")
    project.plan({"a": {}, "b": {}})
    with pytest.raises(InputError, match=r"report\.yml: pages a and b both write data/x\.csv"):
        statuses(project)


def test_a_file_of_the_report_that_another_touches_meanwhile_is_noticed(project):
    project.notebook("a")
    cutting = "import subprocess; subprocess.run('echo > ../report/a.html', shell=True)"
    project.notebook("b", cutting)
    project.plan({"a": {}, "b": {"needs": ["a"]}})
    with pytest.raises(InputError) as error:
        Batch(project.root).run()
    said = "report/a.html changed or went while the report was being made; make it again"
    assert str(error.value) == said
    assert reasons(project)["a"] == "no longer as it was written: report/a.html"
    Batch(project.root).run()
    assert reasons(project) == {}


def test_each_page_is_told_as_it_begins_and_ends(chain):
    told = []
    Batch(chain.root, fresh=True).run(
        jobs=1,
        started=lambda page: told.append(("started", page.name)),
        ended=lambda outcome: told.append((outcome.status, outcome.page.name)),
    )
    assert told == [(event, name) for name in "acb" for event in ("started", "made")]
