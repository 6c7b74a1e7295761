"""CSV files that a project names in report.yml."""

import pytest

from common.csv_rows import read_csv_rows
from common.errors import InputError


def test_rows_are_text_by_heading_whatever_program_wrote_them(tmp_path):
    content = b"\xef\xbb\xbfplace,pay\r\nTrenton,62000\r\nOhio\r\n"
    (tmp_path / "a.csv").write_bytes(content)
    assert read_csv_rows(tmp_path, "a.csv", "report.yml", ["place", "pay"]) == [
        {"place": "Trenton", "pay": "62000"},
        {"place": "Ohio", "pay": ""},
    ]


def test_lines_within_a_cell_end_as_they_are_written(tmp_path):
    (tmp_path / "a.csv").write_bytes(b'place\n"one\r\ntwo\nthree"\n')
    assert read_csv_rows(tmp_path, "a.csv", "report.yml", []) == [{"place": "one\r\ntwo\nthree"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "report.yml, rows: a.csv cannot be read: No such file or directory"),
        (b"pl\xffce\n", "report.yml, rows: a.csv cannot be read: 'utf-8' codec"),
        (b"plaice,pay\n1,2\n", "report.yml, rows: a.csv has no column 'place'; .*plaice"),
    ],
)
def test_what_is_no_such_table_is_named(tmp_path, content, message):
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_csv_rows(tmp_path, "a.csv", "report.yml, rows", ["place"])
