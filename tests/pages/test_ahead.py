"""Tables that are read once for all pages: what a page gets is what it would have read itself."""

from types import SimpleNamespace

import pandas as pd
import pytest

from pages.ahead import ReadAhead


@pytest.fixture
def tables(tmp_path):
    """A module that reads tables, and notes which."""

    def read_csv(path, table, folder, shown=""):
        module.read.append(table)
        return pd.read_csv(path)

    (tmp_path / "datapackage.json").write_text("{}")
    (tmp_path / "a.csv").write_text("x\n1\n")
    module = SimpleNamespace(read_csv=read_csv, RAW=tmp_path, read=[])
    return module


@pytest.fixture
def ahead(tables):
    ahead = ReadAhead(tables)
    ahead.take([tables.RAW / "a.csv"])
    assert tables.read == ["a.csv"]
    tables.read.clear()
    return ahead


def read(tables, name="a.csv"):
    return tables.read_csv(tables.RAW / name, name, tables.RAW)


def test_a_table_is_not_read_again_and_no_page_sees_what_another_does_with_it(tables, ahead):
    frame = read(tables)
    frame.loc[0, "x"] = 2
    assert read(tables)["x"].tolist() == [1]
    assert tables.read_csv(tables.RAW / "a.csv", "a.csv")["x"].tolist() == [1]
    ahead.take([tables.RAW / "a.csv"])
    assert tables.read == []


@pytest.mark.parametrize("file", ["a.csv", "datapackage.json"])
def test_a_table_that_has_changed_or_its_rules_have_is_read_again(tables, ahead, file):
    (tables.RAW / file).write_text("x\n3\n")
    (expected,) = pd.read_csv(tables.RAW / "a.csv")["x"]
    assert read(tables)["x"].tolist() == [expected]
    assert tables.read == ["a.csv"]


def test_the_name_in_messages_is_that_of_the_page_that_reads(tables, ahead):
    tables.read_csv(tables.RAW / "a.csv", "a.csv", tables.RAW, shown="mine.csv")
    assert tables.read == ["a.csv"]


def test_what_is_no_raw_table_is_left_to_the_page(tables, ahead, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "b.csv"
    other.write_text("x\n1\n")
    (tables.RAW / "c.csv").write_text("")
    ahead.take([other, tables.RAW / "c.csv", tables.RAW / "missing.csv"])
    assert tables.read == ["c.csv"]
    with pytest.raises(pd.errors.EmptyDataError):
        read(tables, "c.csv")
    with pytest.raises(FileNotFoundError):
        read(tables, "missing.csv")
