"""Hashes are recorded of tables that keep their rules, and the dictionary tells what is in them."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from analysis.published.dictionary import (
    dictionary_text,
    files_without_entry,
    refreshed_package,
    untraced_rows,
    write_dictionary,
)
from analysis.published.package import PACKAGE, Licence, Package, read_package, resource_of
from analysis.published.paths import RAW, ROOT
from analysis.published.raw_tables import check_csv
from common.errors import InputError

FILES = sorted(path.name for path in RAW.glob("*.csv"))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return shutil.copytree(RAW, tmp_path / "raw")


def test_every_row_of_every_raw_table_can_be_traced_to_a_source():
    assert files_without_entry() == []
    assert len(untraced_rows()) == 0


def test_a_row_without_a_source_is_found(raw):
    path = raw / "oews-national.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("bls-oews-national-2023", "bls"), encoding="utf-8"
    )
    untraced = untraced_rows(raw)
    assert list(untraced["file"].unique()) == ["oews-national.csv"]
    assert list(untraced["row"]) == [11, 12, 13, 14, 15, 16]
    assert set(untraced["source_id"]) == {"bls"}


def test_the_dictionary_and_the_hashes_are_written_anew(project):
    dictionary = project / "docs" / "data-dictionary.md"
    committed = dictionary.read_text(encoding="utf-8")
    assert committed == (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    dictionary.unlink()
    hashes = project / "data" / "raw" / "datapackage.json"
    before = hashes.read_bytes()
    hashes.write_bytes(before.replace(b"sha256:", b"sha256:0"))
    write_dictionary(project)
    assert dictionary.read_text(encoding="utf-8") == committed
    assert hashes.read_bytes() == before


def test_a_changed_table_gets_its_own_hash_in_the_package_of_its_project(project):
    raw = project / "data" / "raw"
    path = raw / "states.csv"
    path.write_bytes(path.read_bytes().replace(b"New Jersey", b"Garden State"))
    write_dictionary(project)
    package = json.loads((raw / PACKAGE).read_bytes())
    [entry] = [entry for entry in package["resources"] if entry["path"] == "states.csv"]
    content = path.read_bytes()
    assert (entry["bytes"], entry["hash"]) == (
        len(content),
        f"sha256:{hashlib.sha256(content).hexdigest()}",
    )


def test_no_dictionary_is_written_of_files_or_rows_without_a_source(project):
    raw = project / "data" / "raw"
    (raw / "b.csv").write_text("source_id\nx\ny\n", encoding="utf-8")
    (raw / "c.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"^datapackage\.json has no entry for b\.csv, c\.csv$"):
        write_dictionary(project)
    package = json.loads((raw / PACKAGE).read_bytes())
    entry = package["resources"][0]
    package["resources"] += [entry | {"path": "b.csv"}, entry | {"path": "c.csv"}]
    (raw / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"^b\.csv, row 2: no source 'x'\nb\.csv, row 3: no source 'y'$"
    ):
        write_dictionary(project)


def test_a_file_without_an_entry_is_found(raw):
    (raw / "new.csv").write_text("a\n1\n", encoding="utf-8")
    assert files_without_entry(raw) == ["new.csv"]


@pytest.mark.parametrize("file", FILES)
def test_every_raw_table_keeps_its_rules(file):
    assert len(check_csv(RAW / file, file)) > 0
    assert b"\r" not in (RAW / file).read_bytes()


def test_the_hashes_and_the_dictionary_are_those_of_the_files():
    assert refreshed_package() == (RAW / PACKAGE).read_bytes()
    committed = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert dictionary_text(read_package()) == committed


def test_a_changed_file_has_another_hash(raw):
    before = json.loads((raw / PACKAGE).read_bytes())["resources"]
    path = raw / "oews-national.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    after = json.loads(refreshed_package(raw))["resources"]
    changed = [old["path"] for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["oews-national.csv"]


def test_the_tables_are_in_order_of_their_names_in_the_package_and_in_the_dictionary(project):
    raw = project / "data" / "raw"
    package = json.loads((raw / PACKAGE).read_bytes())
    package["resources"].reverse()
    (raw / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
    write_dictionary(project)
    for file in ("data/raw/datapackage.json", "docs/data-dictionary.md"):
        assert (project / file).read_bytes() == (ROOT / file).read_bytes()


def test_no_hash_is_recorded_of_tables_that_break_their_rules(project):
    raw = project / "data" / "raw"
    for file in ("oews-national.csv", "states.csv"):
        (raw / file).write_bytes((raw / file).read_bytes().replace(b"\n20", b"\n19", 1))
    states = (raw / "states.csv").read_text(encoding="utf-8")
    (raw / "states.csv").write_text(states.replace("US-NJ", "NJ"), encoding="utf-8")
    before = (raw / PACKAGE).read_bytes()
    with pytest.raises(InputError) as error:
        write_dictionary(project)
    files = [line.split(",")[0] for line in str(error.value).splitlines()]
    assert sorted(set(files)) == ["oews-national.csv", "states.csv"]
    assert (raw / PACKAGE).read_bytes() == before


def test_a_rule_that_is_changed_is_checked_although_the_table_is_as_recorded(project):
    raw = project / "data" / "raw"
    package = json.loads((raw / PACKAGE).read_bytes())
    [entry] = [entry for entry in package["resources"] if entry["path"] == "oews-national.csv"]
    [field] = [each for each in entry["schema"]["fields"] if each["name"] == "annual_mean"]
    field["constraints"]["minimum"] = 1_000_000
    (raw / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(InputError, match=r"annual_mean: found '\d+', expected at least 1000000"):
        write_dictionary(project)


def test_what_the_package_says_besides_is_kept(project):
    raw = project / "data" / "raw"
    package = json.loads((raw / PACKAGE).read_bytes())
    package["version"] = "2"
    package["resources"][0]["sources"][0]["note"] = "ours"
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (raw / PACKAGE).write_text(text, encoding="utf-8")
    write_dictionary(project)
    assert (raw / PACKAGE).read_text(encoding="utf-8") == text


def test_the_dictionary_tells_meaning_unit_rule_and_source():
    text = dictionary_text(read_package())
    assert (
        "| `annual_median` | number | USD per year | Median annual wage. "
        "| may be empty, at least 2080 |" in text
    )
    assert "- `bls-oews-national-2023`: [OEWS, national, May 2023](https://www.bls.gov/" in text
    assert r"US\|US-[A-Z]{2}" in text


def test_the_dictionary_tells_every_licence_of_a_table():
    licences = [Licence(title="CC-BY-4.0"), Licence(title="Public domain")]
    entry = resource_of("states.csv").model_copy(update={"licenses": licences})
    key = ", ".join(entry.rules.primary_key)
    line = f"\n`data/raw/states.csv` · key: {key} · licence: CC-BY-4.0; Public domain\n"
    assert line in dictionary_text(Package(resources=[entry]))
