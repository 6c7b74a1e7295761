"""The report holds the tables as its pages have them, or is not made."""

import pytest

from common.errors import InputError
from common.safe_files import digest_of
from pages.page_records import Excerpts, Record
from pages.report_data import used_tables

READ, WRITTEN = "data/raw/read.csv", "data/written.csv"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / READ).write_bytes(b"a\n1\n")
    (tmp_path / WRITTEN).write_bytes(b"b\n2\n")
    return tmp_path


def record(status="made", read=b"a\n1\n", written=b"b\n2\n"):
    """Of a page that reads both tables, the second as it was before, and writes the second."""
    return Record(
        status=status,
        notebook="notebooks/a.ipynb",
        parameters={},
        title="A",
        summary="",
        error="",
        traceback="",
        inputs={READ: digest_of(read), WRITTEN: digest_of(b"before"), "data/later.csv": ""},
        versions={},
        outputs={WRITTEN: digest_of(written)},
        tables=[WRITTEN],
        excerpts=Excerpts(),
    )


def test_tables_are_those_that_pages_have_read_and_written_and_more_that_are_there(root):
    (root / "mine.csv").write_bytes(b"c\n")
    found = used_tables([record()], ("mine.csv", "gone.csv", ""), root)
    assert found == {READ: b"a\n1\n", WRITTEN: b"b\n2\n", "mine.csv": b"c\n"}


@pytest.mark.parametrize("path", [READ, WRITTEN])
@pytest.mark.parametrize("now", [b"other", None])
def test_one_that_is_another_by_now_or_gone_is_no_part_of_the_report(root, path, now):
    if now is None:
        (root / path).unlink()
    else:
        (root / path).write_bytes(now)
    with pytest.raises(InputError) as error:
        used_tables([record("failed"), record()], (), root)
    said = f"{path} changed or went while the report was being made; make it again"
    assert str(error.value) == said


@pytest.mark.parametrize("status", ["failed", "outdated"])
def test_a_page_that_is_not_up_to_date_says_nothing_of_what_its_tables_hold(root, status):
    older = record(status, read=b"older", written=b"older")
    (root / WRITTEN).unlink()
    assert used_tables([older], (), root) == {READ: b"a\n1\n"}
    (root / WRITTEN).write_bytes(b"b\n2\n")
    assert used_tables([record(), older], (), root).keys() == {READ, WRITTEN}
