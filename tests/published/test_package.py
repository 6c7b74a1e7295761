import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.published.package import (
    dictionary_text,
    files_without_entry,
    read_package,
    refresh_hashes,
    resource_of,
    sources,
    untraced_rows,
    write_dictionary,
    write_package,
)
from analysis.published.paths import RAW, ROOT
from analysis.published.raw_tables import load_table
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
    entry = resource_of("states.csv", raw)
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
    package = read_package(raw)
    entry = package["resources"][0]
    package["resources"] += [entry | {"path": "b.csv"}, entry | {"path": "c.csv"}]
    write_package(package, raw)
    with pytest.raises(
        InputError, match=r"^b\.csv, row 2: no source 'x'\nb\.csv, row 3: no source 'y'$"
    ):
        write_dictionary(project)


def test_a_file_without_an_entry_is_found(raw):
    (raw / "new.csv").write_text("a\n1\n", encoding="utf-8")
    assert files_without_entry(raw) == ["new.csv"]


@pytest.mark.parametrize("file", FILES)
def test_the_package_describes_every_column_in_order(file):
    header = pd.read_csv(RAW / file, nrows=0).columns
    assert [field["name"] for field in resource_of(file)["schema"]["fields"]] == list(header)


@pytest.mark.parametrize("file", FILES)
def test_every_raw_table_keeps_its_rules(file):
    assert len(load_table(file)) > 0
    assert b"\r" not in (RAW / file).read_bytes()


def test_the_hashes_and_the_dictionary_are_those_of_the_files():
    package = read_package()
    assert refresh_hashes(package) == package
    assert dictionary_text(package) == (ROOT / "docs" / "data-dictionary.md").read_text(
        encoding="utf-8"
    )


def test_a_changed_file_has_another_hash(raw):
    before = read_package(raw)
    path = raw / "oews-national.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    after = refresh_hashes(before, raw)
    changed = [
        old["path"]
        for old, new in zip(before["resources"], after["resources"], strict=True)
        if old != new
    ]
    assert changed == ["oews-national.csv"]
    assert after["resources"] == sorted(after["resources"], key=lambda resource: resource["path"])


def test_a_package_written_is_the_package_read(raw):
    package = read_package(raw)
    before = (raw / "datapackage.json").read_bytes()
    write_package(package, raw)
    assert (raw / "datapackage.json").read_bytes() == before
    assert not list(raw.glob(".*"))


def test_source_names_are_unique_and_complete():
    known = sources()
    assert known.index.is_unique
    for column in ("title", "path", "publisher", "published", "obtained", "accessed"):
        assert (known[column] != "").all(), column
    assert known["confidence"].isin(["high", "medium", "low"]).all()


def test_a_secondary_copy_says_so():
    source = sources().loc["bls-oews-state-2024"]
    assert source["file"] == "oews-state.csv"
    assert source["publisher"] == "U.S. Bureau of Labor Statistics"
    assert source["obtained"].startswith("Secondary copy")


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(
        InputError, match=r"no file 'oews-states.csv'; the nearest are: oews-state.csv"
    ):
        resource_of("oews-states.csv")


def test_a_broken_package_names_the_row(raw):
    (raw / "datapackage.json").write_text('{"resources": [\n}', encoding="utf-8")
    with pytest.raises(InputError, match=r"datapackage.json, row 2: not valid JSON"):
        read_package(raw)


def test_the_dictionary_tells_meaning_unit_rule_and_source():
    text = dictionary_text(read_package())
    assert (
        "| `annual_median` | number | USD per year | Median annual wage. | may be empty, at least 2080 |"
        in text
    )
    assert "- `bls-oews-national-2023`: [OEWS, national, May 2023](https://www.bls.gov/" in text
    assert r"US\|US-[A-Z]{2}" in text


def test_the_dictionary_tells_every_licence_of_a_table():
    entry = resource_of("states.csv") | {
        "licenses": [{"title": "CC-BY-4.0"}, {"title": "Public domain"}]
    }
    key = ", ".join(entry["schema"]["primaryKey"])
    line = f"\n`data/raw/states.csv` · key: {key} · licence: CC-BY-4.0; Public domain\n"
    assert line in dictionary_text({"resources": [entry]})
