"""The archive: what it holds, what it says of itself, and that it is the same each time."""

import io
import json
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import rocrate
from checkout import copy_project
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

from analysis.published.package import read_package
from analysis.published.paths import ROOT
from common.errors import InputError
from release.citation import read_citation
from release.made_files import made_files
from release.packing import write_archive
from release.replication_readme import answers, filled_in

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
HEADINGS = [
    "Overview",
    "Data Availability and Provenance Statements",
    "Statement about Rights",
    "License for Data",
    "Summary of Availability",
    "Details on each Data Source",
    "Dataset list",
    "Computational requirements",
    "Software Requirements",
    "Controlled Randomness",
    "Memory, Runtime, Storage Requirements",
    "Summary time to reproduce",
    "Summary of required storage space",
    "Computational Details",
    "Description of programs/code",
    "License for Code",
    "Instructions to Replicators",
    "Details on various programs",
    "List of tables and programs",
    "References",
]
"""The items of the data editors' template, in its order."""


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def project(fresh, made_once):
    """A checkout whose report was made, with its archive; not to be written to."""

    def make(folder):
        checkout = copy_project(folder / "coderpay")
        for name in ("report", "data/processed"):
            for path in (fresh / name).rglob("*"):
                target = checkout / path.relative_to(fresh)
                target.parent.mkdir(parents=True, exist_ok=True)
                if path.is_file():
                    target.write_bytes(path.read_bytes())
        for name in ("CITATION.cff", "LICENSE", "Makefile", ".gitignore", ".ci/run"):
            target = checkout / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
        (checkout / ".ci/run").chmod(0o755)
        git(checkout, "init", "--quiet")
        git(checkout, "add", "--all")
        write_archive(checkout)

    return made_once("a release", make) / "coderpay"


@pytest.fixture(scope="module")
def archive(project):
    return next((project / "dist").glob("*.zip"))


@pytest.fixture(scope="module")
def members(archive):
    with zipfile.ZipFile(archive) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_it_holds_data_code_executed_notebooks_and_report(members, project):
    assert {
        "data/raw/oews-national.csv",
        "data/processed/bridge.csv",
        "src/analysis/cli.py",
        "notebooks/03-reconcile-bls-aapc.ipynb",
        "report/notebooks/03-reconcile-bls-aapc.ipynb",
        "report/index.html",
        "report/manifest.json",
        "requirements.lock",
        "ro-crate-metadata.json",
        "README-replication.md",
    } <= members.keys()
    assert set(made_files(project).digests) <= members.keys()
    assert "report/run.json" not in members  # how long it took, which no two runs share


def test_made_twice_it_has_the_same_bytes(project, archive):
    before = archive.read_bytes()
    for path in project.rglob("*"):
        if path.is_file() and path.suffix in (".csv", ".py"):
            path.touch()
    assert write_archive(project).read_bytes() == before
    sums = (project / "dist" / "SHA256SUMS").read_text()
    checked = subprocess.run(
        ["sha256sum", "--check"], input=sums, cwd=project / "dist", text=True, check=False
    )
    assert checked.returncode == 0


def test_its_members_are_sorted_and_of_no_time_and_no_owner(archive):
    with zipfile.ZipFile(archive) as held:
        infos = held.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    modes = {stat.S_IMODE(info.external_attr >> 16) for info in infos if info.filename != ".ci/run"}
    assert modes == {0o644}
    assert stat.S_IMODE(archive_mode(infos, ".ci/run")) == 0o755


def archive_mode(infos, name):
    return next(info.external_attr >> 16 for info in infos if info.filename == name)


class Stored(HTTPAdapter):
    """Answers every request with the context of RO-Crate that the library rocrate brings."""

    def send(self, request, *_, **__):
        content = (Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()
        body = io.BytesIO(content)
        headers = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(body, headers, 200, preload_content=False))


@pytest.fixture(scope="module")
def validated(tmp_path_factory, archive):
    """What the validator finds in an archive, or in one whose metadata was changed, offline."""
    cache = tmp_path_factory.mktemp("cache") / "http"
    with CachedSession(str(cache), backend="sqlite", expire_after=-1) as session:
        session.mount("https://", Stored())
        session.get(CONTEXT)

    def validate(change=lambda metadata: metadata):
        folder = tmp_path_factory.mktemp("crate")
        with zipfile.ZipFile(archive) as held:
            held.extractall(folder)
        path = folder / "ro-crate-metadata.json"
        path.write_text(json.dumps(change(json.loads(path.read_bytes()))))
        command = [
            Path(sys.executable).with_name("rocrate-validator"),
            "--no-interactive",
            "validate",
            "--offline",
        ]
        command += ["--cache-path", str(cache), "--profile-identifier", "process-run-crate"]
        command += ["--output-format", "json", "--output-file", "found.json", "--verbose", "."]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return json.loads((folder / "found.json").read_bytes())

    return validate


def test_it_is_a_process_run_crate(validated):
    found = validated()
    assert [issue["message"] for issue in found["issues"]] == []
    assert found["passed"]


def test_the_validator_sees_a_run_without_its_program(validated):
    def without_instruments(metadata):
        for entity in metadata["@graph"]:
            entity.pop("instrument", None)
        return metadata

    found = validated(without_instruments)
    assert not found["passed"]
    assert any("instrument" in issue["message"] for issue in found["issues"])


def entities(members):
    graph = json.loads(members["ro-crate-metadata.json"])["@graph"]
    return {entity["@id"]: entity for entity in graph}


def test_each_page_is_a_run_with_what_it_read_and_wrote(members, project):
    graph = entities(members)
    for name, page in made_files(project).pages.items():
        run = graph[f"#run-{name}"]
        assert run["instrument"] == {"@id": page.notebook}
        assert set(graph[f"report/{name}.html"]["@type"]) == {"File", "WebPage"}
        assert {result["@id"] for result in run["result"]} == set(page.outputs)
        read = {part["@id"] for part in run["object"] if not part["@id"].startswith("#")}
        assert read == {path for path in page.inputs if path in members and "data/" in path}


def test_each_raw_table_has_its_title_licence_columns_and_sources(members):
    graph = entities(members)
    for resource in read_package().resources:
        table = graph[f"data/raw/{resource.path}"]
        assert set(table["@type"]) == {"File", "Dataset"}
        assert table["name"] == resource.title
        assert resource.licenses[0].title in table["license"]
        assert table["variableMeasured"] == [field.name for field in resource.rules.fields]
        based_on = table["isBasedOn"]
        links = based_on if isinstance(based_on, list) else [based_on]
        names = [graph[link["@id"]]["name"] for link in links]
        assert names == [source.title for source in resource.sources]


@pytest.fixture(scope="module")
def known(members, project):
    return answers(
        members, made_files(project), read_citation(project), read_package(project / "data/raw")
    )


def test_the_readme_answers_every_item_of_the_template_in_its_order(members):
    text = members["README-replication.md"].decode()
    parts = re.split(r"^##+ (.+)\n", text, flags=re.M)[1:]
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS
    parents = {"Computational requirements", "Memory, Runtime, Storage Requirements"}
    parents |= {"Details on each Data Source"}
    assert [name for name in HEADINGS if not found[name].strip() and name not in parents] == []


@pytest.mark.parametrize(
    "item",
    [
        "citation",
        "tables",
        "licences",
        "processed",
        "versions",
        "seeds",
        "time",
        "seconds",
        "megabytes",
        "machine",
        "storage",
        "pages",
    ],
)
def test_an_item_without_an_answer_is_refused(known, item):
    with pytest.raises(InputError, match=f"no answer for {item}; expected one for each item"):
        filled_in(known | {item: ""})


def test_a_source_without_an_answer_is_refused_by_its_place(known):
    tables = json.loads(json.dumps(known["tables"]))
    tables[0]["sources"][1]["accessed"] = ""
    with pytest.raises(InputError, match=r"no answer for tables 1\.sources 2\.accessed;"):
        filled_in(known | {"tables": tables})


def test_the_readme_lists_the_program_and_cell_of_every_figure_and_table(members, project):
    text = members["README-replication.md"].decode()
    rows = re.findall(r"\| `(notebooks/\S+)` \| (.+?) \| `(\S+)` \|", text)
    programs = {output: (program, cell) for program, cell, output in rows}
    for page in made_files(project).pages.values():
        for path in page.outputs:
            if path.endswith(".svg") or path in page.tables:
                assert programs[path][0] == page.notebook
                assert path in page.tables or re.fullmatch(r"\[\d+\]", programs[path][1])


def test_every_generator_of_random_numbers_has_a_seed_in_the_readme(known):
    sources = {path: path.read_text() for path in (ROOT / "src").rglob("*.py")}
    seeded = {path for path, text in sources.items() if "default_rng(" in text}
    named = {ROOT / seed["place"].partition(",")[0] for seed in known["seeds"]}
    assert seeded
    assert named == seeded


def test_a_page_that_is_not_up_to_date_is_not_packed(tmp_path, project):
    copy = shutil.copytree(project, tmp_path / "project")
    with (copy / "data/raw/scenarios.csv").open("a") as table:
        table.write("\n")
    with pytest.raises(InputError, match=r"data/raw/scenarios\.csv has changed since page 0"):
        write_archive(copy)


def test_without_a_report_it_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="make the report first: make report"):
        write_archive(copy_project(tmp_path / "bare"))
