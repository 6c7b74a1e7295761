"""All tables of a report as one workbook, read by another program than the one that writes it."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from pages.report_workbook import workbook_of

RAW = "data/raw/pay.csv"
DESCRIBED = {
    RAW: {
        "path": "pay.csv",
        "title": "Pay by place",
        "description": "Pay as published.",
        "licence": "Public domain",
        "fields": [
            {"name": "code", "type": "string", "unit": "", "description": "Of the place."},
            {"name": "pay", "type": "number", "unit": "USD per year", "description": "The mean."},
        ],
        "sources": [
            {
                "name": "bls",
                "title": "OEWS",
                "publisher": "BLS",
                "published": "2026",
                "accessed": "2026",
                "confidence": "high",
                "path": "https://example.org/",
            }
        ],
    }
}
TABLES = {
    RAW: b"code,pay\n01234,48780\n99,\n",
    "data/processed/ranks.csv": b'name,rank\n=1+1,1\n-x,2\n@a,3\n+b,4\n"https://a.org",5\n',
}


@pytest.fixture
def book(tmp_path):
    """The workbook of two tables as another program reads it."""
    makers = {"data/processed/ranks.csv": "The ranks"}
    return load_workbook(BytesIO(workbook_of("Pay?", TABLES, DESCRIBED, makers, tmp_path)))


def rows_of(sheet):
    """The rows of the one table of a sheet, its heading first."""
    (table,) = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


def test_the_contents_lead_to_each_table_and_each_leads_back(book):
    assert book.sheetnames == ["Contents", "Notes", "Sources", "ranks", "pay"]
    contents = book["Contents"]
    assert contents["A1"].value == book.properties.title == "Pay?"
    assert rows_of(contents) == [
        ["sheet", "table", "file", "rows"],
        ["ranks", "Ranks", "data/processed/ranks.csv", 5],
        ["pay", "Pay by place", RAW, 2],
    ]
    links = [cell.hyperlink.location for cell in contents["A"] if cell.hyperlink]
    assert links == ["'ranks'!A1", "'pay'!A1"]
    for name in ("Notes", "Sources", "ranks", "pay"):
        (back,) = [cell.hyperlink.location for cell in book[name]["A"] if cell.hyperlink]
        assert back == "'Contents'!A1"


def test_a_table_stands_alone_below_its_title_source_and_licence(book):
    pay = book["pay"]
    assert [pay.cell(row, 1).value for row in range(1, 6)] == [
        "Pay by place",
        "Pay as published.",
        "Source: BLS; see the sheet Sources.",
        "Licence: Public domain (pay.csv).",
        "Back to the contents",
    ]
    assert book["ranks"]["A2"].value == (
        "Source: made by the page “The ranks” of this report (ranks.csv)."
    )
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert len(sheet.tables) == 1


def test_notes_and_sources_say_what_the_data_package_does(book):
    assert rows_of(book["Notes"])[1:] == [
        ["pay", "code", None, "Of the place."],
        ["pay", "pay", "USD per year", "The mean."],
    ]
    assert rows_of(book["Sources"])[1] == [
        *("bls", "OEWS", "BLS", "2026", "2026", "high", "https://example.org/")
    ]


def test_numbers_are_numbers_codes_keep_their_zeros_and_no_text_is_reckoned_with(book):
    assert rows_of(book["pay"]) == [["code", "pay"], ["01234", 48780], ["99", None]]
    names = [row[0] for row in rows_of(book["ranks"])[1:]]
    assert names == ["=1+1", "-x", "@a", "+b", "https://a.org"]
    assert {cell.data_type for cell in book["ranks"]["A"] if cell.value in names} == {"s"}


def test_the_same_tables_give_the_same_bytes_and_others_give_others(tmp_path):
    first = workbook_of("Pay?", TABLES, DESCRIBED, {}, tmp_path / "a")
    assert workbook_of("Pay?", TABLES, DESCRIBED, {}, tmp_path / "b") == first
    changed = TABLES | {RAW: b"code,pay\n01234,1\n"}
    others = workbook_of("Pay?", changed, DESCRIBED, {}, tmp_path / "a")
    assert rows_of(load_workbook(BytesIO(others))["pay"])[1] == ["01234", 1]


def test_a_workbook_that_would_not_change_is_not_made_again(tmp_path):
    workbook_of("Pay?", TABLES, DESCRIBED, {}, tmp_path)
    (kept,) = (tmp_path / ".cache" / "workbook").iterdir()
    kept.write_bytes(b"kept")
    assert workbook_of("Pay?", TABLES, DESCRIBED, {}, tmp_path) == b"kept"


def test_files_that_a_workbook_cannot_hold_as_they_are_do_not_stop_it(tmp_path):
    tables = {
        "empty.csv": b"",
        "header.csv": b"a,b\n",
        "a/same-name-that-is-longer-than-excel-allows.csv": b"a,A,\n1,2\n3,4,5,6\n",
        "b/same-name-that-is-longer-than-excel-allows.csv": b"a\n\xff\n",
        "History.csv": b"a\n1e5\n",
    }
    book = load_workbook(BytesIO(workbook_of("T", tables, {}, {}, tmp_path)))
    long = "same-name-that-is-longer-than-e"
    assert book.sheetnames[3:] == ["History-2", long, "same-name-that-is-longer-th-2"]
    assert rows_of(book[long]) == [
        ["a", "A 2", "column 3", "column 4"],
        [1, 2, None, None],
        [3, 4, 5, 6],
    ]
