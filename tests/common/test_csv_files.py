"""CSV files that a project names in report.yml."""

import pytest

from common.csv_files import CsvFiles
from common.errors import InputError


def test_rows_are_text_by_heading_whatever_program_wrote_them(tmp_path):
    content = b"\xef\xbb\xbfplace,pay\r\nTrenton,62000\r\nOhio\r\n"
    (tmp_path / "a.csv").write_bytes(content)
    assert CsvFiles(tmp_path).rows("a.csv", "report.yml", ["place", "pay"]) == {
        2: {"place": "Trenton", "pay": "62000"},
        3: {"place": "Ohio", "pay": ""},
    }


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path):
    (tmp_path / "a.csv").write_text('place,pay\n\n"Trenton,\nNJ",1\n\nOhio,2\n')
    rows = CsvFiles(tmp_path).rows("a.csv", "report.yml", ["pay"])
    assert {number: row["pay"] for number, row in rows.items()} == {3: "1", 5: "2"}


def test_lines_within_a_cell_end_as_they_are_written(tmp_path):
    (tmp_path / "a.csv").write_bytes(b'place\n"one\r\ntwo\nthree"\n')
    assert CsvFiles(tmp_path).rows("a.csv", "report.yml", ["place"]) == {
        2: {"place": "one\r\ntwo\nthree"}
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "report.yml, rows: a.csv cannot be read: No such file or directory"),
        (b"pl\xffce\n", "report.yml, rows: a.csv cannot be read: 'utf-8' codec"),
        (b"plaice,pay\n1,2\n", "report.yml, rows: a.csv has no column 'place'; .*plaice"),
        (b"plaice,pay\n", "report.yml, rows: a.csv has no column 'place'; .*plaice"),
        (b"", "report.yml, rows: a.csv has no column 'place'"),
        (b"place,pay,pay\na,1,2\n", "report.yml, rows: a.csv has the column 'pay' twice"),
        (b"place,pay\na,1\n\nb,62,000\n", "rows: a.csv, row 4 has more cells than the heading"),
        (b'place\n"a\nb\n', "a.csv cannot be read: unexpected end of data"),
        (b'place\n"1"5\n', "a.csv cannot be read: ',' expected after '\"'"),
    ],
)
def test_what_is_no_such_table_is_named(tmp_path, content, message):
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=message):
        CsvFiles(tmp_path).rows("a.csv", "report.yml, rows", ["place"])
