"""The data package says where each figure came from, and an entry that does not is named."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.published.package import read_package, resource_of, sources, titles_of
from analysis.published.paths import RAW
from common.errors import InputError

FILES = sorted(path.name for path in RAW.glob("*.csv"))
ENTRY = "datapackage.json, the entry of states.csv"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return shutil.copytree(RAW, tmp_path / "raw")


@pytest.fixture
def refused(tmp_path):
    """What is said of the package once the entry of `states.csv` is changed."""

    def say(change) -> list[str]:
        package = json.loads((RAW / "datapackage.json").read_bytes())
        [entry] = [entry for entry in package["resources"] if entry["path"] == "states.csv"]
        change(entry)
        (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        with pytest.raises(InputError) as error:
            read_package(tmp_path)
        return str(error.value).splitlines()

    return say


@pytest.mark.parametrize("file", FILES)
def test_the_package_describes_every_column_in_order(file):
    header = pd.read_csv(RAW / file, nrows=0).columns
    assert list(resource_of(file).rules.types) == list(header)


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


def test_a_package_that_is_no_json_names_the_row(raw):
    (raw / "datapackage.json").write_text('{"resources": [\n}', encoding="utf-8")
    with pytest.raises(InputError, match=r"datapackage.json, row 2: not valid JSON"):
        read_package(raw)


def test_a_package_that_changes_is_read_anew(raw):
    before = resource_of("states.csv", raw)
    path = raw / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace(before.title, "States"))
    assert resource_of("states.csv", raw).title == "States"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda entry: entry.update(title=5),
            f"{ENTRY}, title: found 5, expected text",
        ),
        (
            lambda entry: entry.update(sources="BLS"),
            f"{ENTRY}, sources: found 'BLS', expected a list",
        ),
        (
            lambda entry: entry["sources"][0].pop("accessed"),
            f"{ENTRY}, source {{source}}: accessed is missing",
        ),
        (
            lambda entry: entry["schema"].update(primaryKey=["state", 1]),
            f"{ENTRY}, schema, primaryKey 2: found 1, expected text",
        ),
        (
            lambda entry: entry["schema"]["fields"][1].pop("name"),
            f"{ENTRY}, schema, field number 2: name is missing",
        ),
        (
            lambda entry: entry["schema"]["fields"][0].pop("description"),
            f"{ENTRY}, schema, field {{field}}: description is missing",
        ),
        (
            lambda entry: entry["schema"]["fields"][0].update(type="date"),
            f"{ENTRY}, schema, field {{field}}, type: "
            "found 'date', expected 'string', 'integer' or 'number'",
        ),
        (
            lambda entry: entry["schema"]["fields"][0].update(constraints={"maximum": "5"}),
            f"{ENTRY}, schema, field {{field}}, constraints, maximum: found '5', expected a number",
        ),
        (
            lambda entry: entry["schema"]["fields"][0].update(constraints={"minimun": 5}),
            f"{ENTRY}, schema, field {{field}}, constraints: "
            "minimun is no rule; the nearest are: minimum, maximum, missingValues",
        ),
    ],
)
def test_an_entry_that_is_wrong_says_where_what_and_what_instead(refused, change, message):
    entry = resource_of("states.csv")
    field, source = entry.rules.fields[0].name, entry.sources[0].name
    assert refused(change) == [message.format(field=field, source=source)]


def test_all_that_is_wrong_is_said_at_once(refused):
    assert refused(lambda entry: [entry.pop("schema"), entry.update(title=None)]) == [
        f"{ENTRY}, title: found None, expected text",
        f"{ENTRY}: schema is missing",
    ]


def test_sources_are_named_once_each_in_the_order_asked_for():
    (one, other), rows = list(sources().index[:2]), sources()
    named = [f"{rows.at[name, 'title']} ({rows.at[name, 'publisher']})" for name in (other, one)]
    assert titles_of([other, one, other]) == "; ".join(named)
