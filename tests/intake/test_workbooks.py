"""Reading workbooks as BLS publishes them, and refusing everything else."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest

from common import zip_files
from common.errors import InputError
from intake import archives, sheets, workbooks
from intake.archives import meant_files
from intake.workbooks import BLS_COLUMNS, read_workbook


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name.replace("__", "/"), content)
    return path


def changed(path, change):
    """The workbook at `path` after `change` was made to it."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def refusal(path):
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    return str(caught.value)


def test_every_column_is_read_under_its_name(official):
    [row] = read_workbook(official()).to_dict("records")
    assert {name: value for name, value in row.items() if value == value} == {
        "year": 2026,
        "area_type": "national",
        "area_code": "US",
        "area_title": "U.S.",
        "naics": "000000",
        "naics_title": "Cross-industry",
        "own_code": "1235",
        "soc_code": "29-2072",
        "soc_title": "Medical Records Specialists",
        "employment": 190000,
        "employment_rse": 1.1,
        "hourly_mean": 28.5,
        "annual_mean": 59280,
        "mean_rse": 0.5,
        "hourly_p10": 18,
        "hourly_p25": 21,
        "hourly_median": 25.5,
        "hourly_p75": 32,
        "hourly_p90": 41,
        "annual_p10": 37440,
        "annual_p25": 43680,
        "annual_median": 53040,
        "annual_p75": 66560,
        "annual_p90": 85280,
        "empty_cells": "not_published: jobs_per_thousand location_quotient",
        "source_id": "national_M2026_dl.xlsx",
        "group": "detailed",
        "industry_group": "cross-industry",
    }


def test_every_mark_of_bls_is_kept_as_a_reason(official):
    marked = official.row(
        TOT_EMP="**", EMP_PRSE="**", H_MEAN="*", H_PCT90="#", A_PCT90="#", JOBS_1000="~"
    )
    [row] = read_workbook(official(rows=[marked])).to_dict("records")
    assert row["empty_cells"] == (
        "below_half_percent: jobs_per_thousand; not_published: location_quotient; "
        "suppressed: employment employment_rse hourly_mean; top_coded: hourly_p90 annual_p90"
    )


def test_each_row_has_its_own_reasons(official):
    rows = [
        official.row(OCC_CODE="29-2072", JOBS_1000=1.2, LOC_QUOTIENT=1, EMP_PRSE="*"),
        official.row(OCC_CODE="43-3021", JOBS_1000="~", LOC_QUOTIENT=1),
        official.row(OCC_CODE="29-9021", JOBS_1000=1.2, LOC_QUOTIENT=1, TOT_EMP="**"),
        official.row(OCC_CODE="43-1011", JOBS_1000=1.2, LOC_QUOTIENT=1),
    ]
    assert read_workbook(official(rows=rows))["empty_cells"].tolist() == [
        "suppressed: employment_rse",
        "below_half_percent: jobs_per_thousand",
        "suppressed: employment",
        "",
    ]


def test_the_layout_of_may_2019_and_its_hybrid_occupation(official):
    columns = [column for column in official.columns if column not in ("PRIM_STATE", "PCT_RPT")]
    row = official.row(
        AREA="34", AREA_TITLE="New Jersey", AREA_TYPE="2", OCC_CODE="29-2098", LOC_QUOTIENT=1.2
    )
    names = {"JOBS_1000": "jobs_1000_orig", "LOC_QUOTIENT": "loc quotient", "A_MEAN": " a_mean "}
    path = official(
        "state_M2019_dl.xlsx",
        [{names.get(name, name.lower()): value for name, value in row.items()}],
        columns=[names.get(name, name.lower()) for name in columns],
        sheet="state_dl",
    )
    [read] = read_workbook(path).to_dict("records")
    assert (read["year"], read["area_code"], read["soc_code"]) == (2019, "US-NJ", "29-2098")
    assert (read["location_quotient"], read["annual_mean"]) == (1.2, 59280)


@pytest.mark.parametrize(
    ("area", "kind", "code", "area_type"),
    [
        ("01", "2", "US-AL", "state"),
        ("1", "2", "US-AL", "state"),
        (1, 2, "US-AL", "state"),
        ("72", "3", "US-PR", "territory"),
        ("66", "3", "US-GU", "territory"),
        ("78", "3", "US-VI", "territory"),
        ("10180", "4", "CBSA-10180", "metropolitan"),
        ("0077200", "4", "CBSA-77200", "metropolitan"),
        ("0100001", "6", "NONMETRO-0100001", "nonmetropolitan"),
        (100001, 6, "NONMETRO-0100001", "nonmetropolitan"),
    ],
)
def test_areas_get_the_project_s_codes(official, area, kind, code, area_type):
    [row] = read_workbook(official(rows=[official.row(AREA=area, AREA_TYPE=kind)])).to_dict(
        "records"
    )
    assert (row["area_code"], row["area_type"]) == (code, area_type)


def test_industries_and_ownerships_are_kept_with_their_level(official):
    sector = official.row(NAICS="31-33", I_GROUP="sector", OWN_CODE="5")
    finer = official.row(NAICS="3250A1", I_GROUP="4-digit", OWN_CODE="5")
    owned = official.row(NAICS="000001", I_GROUP="cross-industry, ownership", OWN_CODE="5")
    path = official(
        "all_data_M_2026.xlsx", [official.row(), sector, finer, owned], sheet="All May 2026 data"
    )
    read = read_workbook(path)
    assert dict(zip(read["naics"], read["industry_group"], strict=True)) == {
        "000000": "cross-industry",
        "31-33": "sector",
        "3250A1": "4-digit",
        "000001": "cross-industry, ownership",
    }


def test_numbers_stored_as_text_are_numbers_and_blank_rows_no_rows(official):
    text = official.row(A_MEAN="59280", NAICS=62, I_GROUP="sector", OWN_CODE=58)
    read = read_workbook(official(rows=[{}, text, {}, official.row(NAICS=0)]))
    assert read["annual_mean"].tolist() == [59280, 59280]
    assert read["naics"].tolist() == ["62", "000000"]
    assert read["own_code"].tolist() == ["58", "1235"]


def test_spaces_around_a_number_or_a_mark_make_no_difference(official):
    [row] = read_workbook(official(rows=[official.row(A_MEAN=" 59280 ", H_MEAN=" * ")])).to_dict(
        "records"
    )
    assert row["annual_mean"] == 59280
    assert "suppressed: hourly_mean" in row["empty_cells"]


def test_an_occupation_stands_once_at_each_level(official):
    twice = [official.row(O_GROUP="broad"), official.row()]
    assert read_workbook(official(rows=twice))["group"].tolist() == ["broad", "detailed"]


def test_a_zip_gives_the_rows_of_all_its_workbooks_and_writes_nothing(official, tmp_path):
    metro = official("MSA_M2026_dl.xlsx", [official.row(AREA="10180", AREA_TYPE="4")])
    other = official("BOS_M2026_dl.xlsx", [official.row(AREA="0100001", AREA_TYPE="6")])
    members = {"../../oesm26ma/MSA_M2026_dl.xlsx": metro.read_bytes()}
    members |= {
        "oesm26ma/BOS_M2026_dl.xlsx": other.read_bytes(),
        "oesm26ma/file_descriptions.xlsx": b"no data",
    }
    path = archive(tmp_path / "oesm26ma.zip", **members)
    before = sorted(tmp_path.parent.rglob("*"))
    rows = read_workbook(path)
    assert rows["area_code"].tolist() == ["CBSA-10180", "NONMETRO-0100001"]
    assert set(rows["source_id"]) == {"oesm26ma.zip"}
    assert rows.index.tolist() == [0, 1]
    assert sorted(tmp_path.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "sheet", "title"),
    [
        ("national_M2026_dl.xlsx", "Sheet1", None),
        ("renamed.xlsx", "All May 2026 data", None),
        ("renamed.xlsx", "state_dl", "May 2026 OEWS Estimates"),
    ],
)
def test_the_year_is_in_the_name_of_the_file_or_sheet_or_in_the_descriptions(
    official, name, sheet, title
):
    assert read_workbook(official(name, sheet=sheet, title=title))["year"].tolist() == [2026]


def test_only_the_title_of_the_descriptions_gives_the_year(official):
    path = official("renamed.xlsx", sheet="state_dl", title="May 2026 OEWS Estimates")
    changed(
        path, lambda book: book["Field Descriptions"].append(["Areas as defined since May 2025"])
    )
    assert read_workbook(path)["year"].tolist() == [2026]


def test_the_title_of_the_descriptions_may_stand_in_two_cells(official):
    def describe(book):
        book.create_sheet("Field Descriptions").append(["Estimates of May", 2026])

    path = changed(official("renamed.xlsx", sheet="state_dl"), describe)
    assert read_workbook(path)["year"].tolist() == [2026]


def test_descriptions_of_another_year_are_refused(official):
    path = official("state_M2024_dl.xlsx", sheet="state_dl", title="May 2026 OEWS Estimates")
    assert refusal(path).startswith(
        "state_M2024_dl.xlsx, sheet state_dl: file name, sheet name and descriptions say 2024 and "
        "2026; expected one year"
    )


def test_sheets_that_come_before_the_table_are_passed_over(official):
    def add(book):
        book.create_sheet("Empty", 0)
        book.create_sheet("Summary", 1).append([*BLS_COLUMNS.values()][:13])

    assert read_workbook(changed(official(), add))["annual_median"].tolist() == [53040]


def test_a_table_may_begin_right_of_the_first_column(official):
    path = changed(official(), lambda book: book.active.insert_cols(1))
    assert read_workbook(path)["annual_median"].tolist() == [53040]
    path = changed(
        official(rows=[official.row(A_MEAN="n/a")]), lambda book: book.active.insert_cols(1)
    )
    assert (
        refusal(path)
        == f"{PLACE}, row 2, column A_MEAN: found 'n/a', expected a number, or *, **, # or ~"
    )


@pytest.mark.parametrize(
    ("name", "sheet", "said"),
    [
        ("renamed.xlsx", "state_dl", "no year"),
        ("national_M2024_dl.xlsx", "national_M2026_dl", "2024 and 2026"),
    ],
)
def test_an_unknown_year_is_refused(official, name, sheet, said):
    assert refusal(official(name, sheet=sheet)) == (
        f"{name}, sheet {sheet}: file name, sheet name and descriptions say {said}; "
        "expected one year, as in national_M2024_dl.xlsx"
    )


PLACE = "national_M2026_dl.xlsx, sheet national_M2026_dl"
FIGURE = "a number, or *, **, # or ~"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"A_MEAN": "n/a"},
            "row 2, column A_MEAN: found 'n/a', expected a number, or *, **, # or ~",
        ),
        (
            {"A_MEAN": "inf"},
            "row 2, column A_MEAN: found 'inf', expected a number, or *, **, # or ~",
        ),
        (
            {"TOT_EMP": 1_000_000_000},
            "row 2, column TOT_EMP: found 1000000000.0, expected a number below 1,000,000,000",
        ),
        ({"H_MEAN": -28.5}, "row 2, column H_MEAN: found -28.5, expected at least 1"),
        ({"A_PCT25": 30000}, "row 2, column A_PCT25: found 30000, expected at least A_PCT10"),
        ({"AREA_TYPE": "5"}, "row 2, column AREA_TYPE: found '5', expected 1, 2, 3, 4 or 6"),
        ({"AREA_TYPE": 5}, "row 2, column AREA_TYPE: found 5.0, expected 1, 2, 3, 4 or 6"),
        (
            {"AREA_TYPE": "2"},
            "row 2, column AREA: found '99', expected the FIPS code of a state, such as 34, where "
            "AREA_TYPE is 2",
        ),
        (
            {"AREA_TYPE": "2", "AREA": "72"},
            "row 2, column AREA: found '72', expected the FIPS code of a state, such as 34, where "
            "AREA_TYPE is 2",
        ),
        (
            {"AREA_TYPE": "3", "AREA": "34"},
            "row 2, column AREA: found '34', expected the FIPS code of a territory, such as 72, "
            "where AREA_TYPE is 3",
        ),
        (
            {"AREA": "34"},
            "row 2, column AREA: found '34', expected 99, the nation, where AREA_TYPE is 1",
        ),
        (
            {"AREA_TYPE": "6", "AREA": "35620"},
            "row 2, column AREA: found '35620', expected the code of a nonmetropolitan area, such "
            "as 3400001",
        ),
        (
            {"NAICS": "622000"},
            "row 2, column NAICS: found '622000', expected 000000 where I_GROUP is cross-industry, "
            "and only there",
        ),
        (
            {"I_GROUP": "sector"},
            "row 2, column NAICS: found '000000', expected 000000 where I_GROUP is cross-industry, "
            "and only there",
        ),
    ],
)
def test_a_damaged_cell_is_named(official, changes, message):
    assert refusal(official(rows=[official.row(**changes)])) == f"{PLACE}, {message}"


def test_a_repeated_row_is_named(official):
    rows = [official.row(), official.row(O_GROUP="broad"), official.row()]
    assert refusal(official(rows=rows)).splitlines() == [
        f"{PLACE}, row {row}, column year, area_code, naics, own_code, soc_code: "
        "found 2026, US, 000000, 1235, 29-2072 again"
        for row in (2, 4)
    ]


def test_missing_columns_are_named_together_with_the_nearest(official):
    columns = [
        column.replace("A_MEDIAN", "A_MED") for column in official.columns if column != "OWN_CODE"
    ]
    own_code, median = refusal(official(columns=columns)).splitlines()
    expected = f"{PLACE}, row 1: expected each column once, found 0 of"
    assert own_code == f"{expected} OWN_CODE; the nearest are: OCC_CODE, TOT_EMP, O_GROUP"
    assert median == f"{expected} A_MEDIAN; the nearest are: H_MEDIAN, A_MEAN, A_MED"


def test_a_column_that_stands_twice_is_named(official):
    assert "found 2 of A_MEAN" in refusal(official(columns=[*official.columns, "a_mean"]))


def test_all_problems_of_a_sheet_are_counted_and_the_first_are_shown(official):
    rows = [
        official.row(OCC_CODE=f"29-20{number}", A_MEAN="?", H_MEAN=-1) for number in range(10, 25)
    ]
    rows.append(official.row(A_PCT90=60000))
    lines = refusal(official(rows=rows)).splitlines()
    assert len(lines) == workbooks.SHOWN + 1
    assert lines[-1] == "and 11 more"
    rows = [official.row(OCC_CODE=f"29-20{number}", A_MEAN="?") for number in range(10, 30)]
    assert [
        line.partition(", row ")[2].split(",")[0]
        for line in refusal(official(rows=rows)).splitlines()
    ] == [str(row) for row in range(2, 22)]


def test_after_a_thousand_problems_the_rest_of_a_table_is_not_read(official):
    wrong = dict.fromkeys([*BLS_COLUMNS.values()][-10:], "?")
    rows = [official.row(OCC_CODE=f"29-{number:04}", **wrong) for number in range(100)]
    assert refusal(official(rows=rows)).splitlines()[-1] == "and 980 more"
    rows.append(official.row(A_MEAN="?"))
    lines = refusal(official(rows=rows)).splitlines()
    assert lines[0] == f"{PLACE}, row 2, column H_PCT10: found '?', expected {FIGURE}"
    assert lines[workbooks.SHOWN :] == ["and so on: the rest of the table was not read"]


def test_a_workbook_of_another_survey_is_refused(official):
    path = official("earnings.xlsx", columns=["Occupation", "Median", "OCC_CODE"], title="Earnings")
    assert refusal(path) == (
        "earnings.xlsx is no OEWS workbook: no sheet (earnings, Field Descriptions) has the "
        "columns AREA_TYPE, AREA, AREA_TITLE, "
        "NAICS, NAICS_TITLE, OWN_CODE, OCC_CODE, OCC_TITLE, O_GROUP, "
        "I_GROUP and so on"
    )


def test_a_workbook_that_excel_could_not_open_either_is_refused(tmp_path):
    path = archive(tmp_path / "national_M2026_dl.xlsx", **{"xl/workbook.xml": "not a workbook"})
    message = refusal(path)
    assert message.startswith("national_M2026_dl.xlsx cannot be read (")
    assert message.endswith("); expected an OEWS workbook (.xlsx) or zip file as BLS publishes it")


@pytest.mark.parametrize("end", [b"</sheetData>", b"</worksheet>", b"3'>", b"'3'"])
@pytest.mark.parametrize("sought", [None, ["29-2072"]])
def test_a_sheet_cut_short_is_refused_wherever_it_breaks_off(official, end, sought):
    more = b"<row r='3'><c r='I3' t='str'><v>11-1011</v></c></row></sheetData>"
    path = with_sheet(official(), lambda sheet: sheet.replace(b"</sheetData>", more))
    assert len(read_workbook(path, ["29-2072"])) == 1
    with_sheet(path, lambda sheet: sheet[: sheet.rindex(end)])
    with pytest.raises(InputError, match=r"^national_M2026_dl.xlsx cannot be read \(.*; expected "):
        read_workbook(path, sought)


def test_a_zip_may_hold_workbooks_of_several_levels_of_industry(official, tmp_path):
    sector = official(
        "natsector_M2026_dl.xlsx", [official.row(NAICS="62", I_GROUP="sector", OWN_CODE="58")]
    )
    finer = official(
        "nat3d_M2026_dl.xlsx", [official.row(NAICS="622000", I_GROUP="3-digit", OWN_CODE="5")]
    )
    members = {f"oesm26in4/{path.name}": path.read_bytes() for path in (finer, sector)}
    read = read_workbook(archive(tmp_path / "oesm26in4.zip", **members))
    assert read["naics"].tolist() == ["622000", "62"]


@pytest.mark.parametrize("mean", [59280, 59290])
def test_a_row_in_two_workbooks_of_a_zip_is_refused(official, tmp_path, mean):
    first, other = official(), official("copy_M2026.xlsx", [official.row(A_MEAN=mean)])
    path = archive(
        tmp_path / "oesm26nat.zip", **{path.name: path.read_bytes() for path in (first, other)}
    )
    assert refusal(path) == (
        "oesm26nat.zip: 2026, US, 000000, 1235, 29-2072, detailed stands in two of its workbooks; "
        "give one of them by itself"
    )


def test_a_level_of_industry_that_nobody_knows_is_refused(official):
    assert refusal(official(rows=[official.row(I_GROUP="division")])) == (
        f"{PLACE}, row 2, column I_GROUP: found 'division', expected one of cross-industry, "
        "sector, 3-digit, 4-digit, 5-digit, 6-digit"
    )


@pytest.mark.parametrize(
    ("sought", "words"),
    [
        ({"soc_codes": ["29-9021", "11-1011"]}, "of 11-1011, 29-9021"),
        ({"nation_only": True}, "of the nation"),
        ({}, "at all"),
    ],
)
def test_a_workbook_without_the_rows_sought_is_refused(official, sought, words):
    rows = [official.row(AREA="34", AREA_TYPE="2")] if sought else []
    with pytest.raises(InputError) as caught:
        read_workbook(official(rows=rows), **sought)
    assert str(caught.value) == (
        f"national_M2026_dl.xlsx: no row is {words}; expected an OEWS workbook (.xlsx) or zip file "
        "as BLS publishes it"
    )


def test_a_file_may_take_more_time_the_larger_it_is(tmp_path, monkeypatch):
    def told(function, arguments, name, seconds):
        raise InputError(f"{name} may take {seconds} seconds")

    monkeypatch.setattr(workbooks, "call_limited", told)
    path = tmp_path / "all_data_M_2026.xlsx"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    assert refusal(path) == "all_data_M_2026.xlsx may take 126 seconds"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "empty (0 bytes)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old (.xls) or password-protected Excel file"),
        (
            b"AREA,AREA_TITLE\n99,U.S.\n",
            "no Excel or zip file (it begins b'AREA,AREA_TITLE\\n99,U')",
        ),
        (b"<html>Access Denied</html>", "no Excel or zip file (it begins b'<html>Access Denied<')"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content, found):
    path = tmp_path / "national_M2026_dl.xlsx"
    path.write_bytes(content)
    expected = "an OEWS workbook (.xlsx) or zip file as BLS publishes it"
    assert refusal(path) == f"national_M2026_dl.xlsx is {found}; expected {expected}"


def test_two_zips_one_behind_the_other_are_refused(official):
    path = official()
    zipped = path.read_bytes()
    path.write_bytes(zipped * 2)
    assert refusal(path) == (
        f"national_M2026_dl.xlsx begins with {len(zipped):,} bytes of something else, such as "
        "another zip; expected an OEWS workbook (.xlsx) or zip file as BLS publishes it"
    )


@pytest.mark.parametrize("kind", ["xls", "xlsm", "XLSB"])
def test_a_workbook_of_another_kind_beside_one_is_refused(official, tmp_path, kind):
    path = archive(
        tmp_path / "oesm26ma.zip",
        **{"file_descriptions.xls": "x", "a.xlsx": official().read_bytes(), f"b.{kind}": "x"},
    )
    assert refusal(path) == (
        f"oesm26ma.zip holds b.{kind}, which cannot be read; expected an OEWS workbook (.xlsx) or "
        "zip file as BLS publishes it"
    )


@pytest.mark.parametrize("name", ["national_M2026_dl.xlsx", "oesm26nat.zip"])
def test_a_file_cut_short_is_refused(official, tmp_path, name):
    whole = official().read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[: len(whole) // 2])
    assert f"{name} is a zip file cut short" in refusal(path)


def test_a_workbook_cut_short_inside_a_zip_is_refused(official, tmp_path):
    half = official().read_bytes()[:2000]
    path = archive(tmp_path / "oesm26nat.zip", **{"oesm26nat/national_M2026_dl.xlsx": half})
    assert refusal(path) == (
        "oesm26nat.zip: national_M2026_dl.xlsx is a zip file cut short; expected an OEWS workbook "
        "(.xlsx) or zip file as BLS publishes it"
    )


def test_a_damaged_part_is_refused(official, tmp_path):
    path = official()
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0xFF
    path.write_bytes(damaged)
    message = refusal(path)
    assert message.startswith("national_M2026_dl.xlsx is damaged (xl/worksheets/sheet1.xml: ")
    assert message.endswith("); expected an OEWS workbook (.xlsx) or zip file as BLS publishes it")


def test_a_damaged_workbook_in_a_zip_is_refused_with_the_names_of_both(official, tmp_path):
    members = {"oesm26nat__national_M2026_dl.xlsx": official().read_bytes()}
    path = archive(tmp_path / "oesm26nat.zip", **members)
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"national_M2026_dl.xlsx") + 60] ^= 0xFF
    path.write_bytes(damaged)
    message = refusal(path)
    assert message.startswith(
        "oesm26nat.zip: national_M2026_dl.xlsx is damaged (oesm26nat/national_M2026_dl.xlsx: "
    )
    assert message.endswith("); expected an OEWS workbook (.xlsx) or zip file as BLS publishes it")


def test_a_workbook_in_a_zip_may_be_as_large_as_the_limit_and_no_larger(
    official, tmp_path, monkeypatch
):
    content = official().read_bytes()
    path = archive(tmp_path / "oesm26nat.zip", **{"national_M2026_dl.xlsx": content})
    size = len(content)
    with zipfile.ZipFile(path) as zipped:
        monkeypatch.setattr(archives, "PACKED_LIMIT", size)
        unpacked = archives.unpacked_workbook("book", zipped, "national_M2026_dl.xlsx")
        assert unpacked.read() == content
        monkeypatch.setattr(archives, "PACKED_LIMIT", size - 1)
        with pytest.raises(InputError) as caught:
            archives.unpacked_workbook("book", zipped, "national_M2026_dl.xlsx")
    assert str(caught.value) == f"book has {size:,} bytes; expected at most {size - 1:,}"


def test_an_encrypted_zip_is_refused(official, tmp_path):
    path = archive(
        tmp_path / "oesm26nat.zip", **{"national_M2026_dl.xlsx": official().read_bytes()}
    )
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "oesm26nat.zip is encrypted (national_M2026_dl.xlsx)" in refusal(path)


def test_a_zip_within_a_zip_is_refused(official, tmp_path):
    inner = archive(
        tmp_path / "oesm26nat.zip", **{"national_M2026_dl.xlsx": official().read_bytes()}
    )
    path = archive(tmp_path / "outer.zip", **{"oesm26nat.zip": inner.read_bytes()})
    assert (
        refusal(path) == "outer.zip holds another zip, oesm26nat.zip; unpack it and give that one"
    )


def test_a_zip_without_a_workbook_is_refused(tmp_path):
    path = archive(
        tmp_path / "oesm26nat.zip", **{"readme.txt": "nothing", "file_descriptions.xlsx": "x"}
    )
    expected = "expected an OEWS workbook (.xlsx) or zip file as BLS publishes it"
    assert refusal(path) == (
        f"oesm26nat.zip holds no workbook, only readme.txt, file_descriptions.xlsx; {expected}"
    )
    path = archive(tmp_path / "photos.zip", **{f"{number}.jpg": "" for number in range(1, 8)})
    assert refusal(path) == (
        f"photos.zip holds no workbook, only 1.jpg, 2.jpg, 3.jpg, 4.jpg, 5.jpg; {expected}"
    )
    assert (
        refusal(archive(tmp_path / "empty.zip"))
        == f"empty.zip holds no workbook, only nothing; {expected}"
    )


def test_a_workbook_in_a_zip_is_found_by_its_ending_in_capitals_too(official, tmp_path):
    members = {
        "FILE_DESCRIPTIONS.XLSX": b"no data",
        "NATIONAL_M2026_DL.XLSX": official().read_bytes(),
    }
    assert len(read_workbook(archive(tmp_path / "oesm26nat.zip", **members))) == 1


def test_a_file_may_unpack_to_as_much_as_the_limit_and_no_more(official, monkeypatch):
    path = official()
    with zipfile.ZipFile(path) as zipped:
        unpacked = sum(part.file_size for part in zipped.infolist())
    monkeypatch.setattr(zip_files, "SIZE_LIMIT", unpacked)
    with path.open("rb") as file:
        zip_files.open_zip(path.name, file, "a workbook").close()
    monkeypatch.setattr(zip_files, "SIZE_LIMIT", unpacked - 1)
    with path.open("rb") as file, pytest.raises(InputError) as caught:
        zip_files.open_zip(path.name, file, "a workbook")
    assert str(caught.value) == (
        f"national_M2026_dl.xlsx unpacks to {unpacked:,} bytes; expected at most {unpacked - 1:,}"
    )


def test_a_small_file_may_unpack_to_so_many_times_its_size_and_no_more(tmp_path, monkeypatch):
    path = archive(tmp_path / "book.zip", sheet="a" * 1_000_000)
    size = path.stat().st_size
    times = 1_000_000 // size
    monkeypatch.setattr(zip_files, "ALWAYS_ALLOWED", 0)
    monkeypatch.setattr(zip_files, "RATIO_LIMIT", times + 1)
    with path.open("rb") as file:
        zip_files.open_zip(path.name, file, "a workbook").close()
    monkeypatch.setattr(zip_files, "RATIO_LIMIT", times)
    with path.open("rb") as file, pytest.raises(InputError) as caught:
        zip_files.open_zip(path.name, file, "a workbook")
    assert str(caught.value) == (
        f"book.zip unpacks to 1,000,000 bytes; expected at most {times * size:,}"
    )


def test_a_sheet_may_have_as_many_rows_as_excel_allows_and_no_more(official, monkeypatch):
    def read(most):
        monkeypatch.setattr(sheets, "_MOST_ROWS", most)
        with zipfile.ZipFile(path) as book:
            return sheets.read_sheets(path.name, book, sheets.Wanted()).records

    path = official(rows=[official.row(), official.row(OCC_CODE="11-1011")])
    assert len(read(3)) == 2
    with pytest.raises(InputError) as caught:
        read(2)
    assert str(caught.value) == (
        "national_M2026_dl.xlsx (xl/worksheets/sheet1.xml) has more than 2 rows, the most in Excel"
    )


def test_a_length_that_lies_is_found_out(official):
    path = official()
    content = bytearray(path.read_bytes())
    entry = content.index(
        b"PK\x01\x02", content.rindex(b"PK\x01\x02", 0, content.rindex(b"sheet1.xml"))
    )
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    assert "is damaged (" in refusal(path)


def test_a_cell_far_outside_the_table_is_refused_before_the_sheet_is_read(official, tmp_path):
    path = official()
    with zipfile.ZipFile(path) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</sheetData>", b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    path.write_bytes(buffer.getvalue())
    assert (
        "(xl/worksheets/sheet1.xml) has a cell at XFD1...; expected no column beyond AZ"
        in refusal(path)
    )


def with_part(path, name, change):
    """The workbook with the text of one part changed."""
    with zipfile.ZipFile(path) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for part, content in parts.items():
            zipped.writestr(part, content)
    return path


def with_sheet(path, change):
    """The workbook with the text of its sheet changed."""
    return with_part(path, "xl/worksheets/sheet1.xml", change)


def with_shared_texts(path, form=b"<si><t>%b</t></si>"):
    """The workbook with its texts kept apart and each once, as Excel does."""
    texts = []

    def shared(found):
        if found[2] not in texts:
            texts.append(found[2])
        return b'<c r="%b" t="s"><v>%d</v></c>' % (found[1], texts.index(found[2]))

    cell = rb'<c r="(\w+)" t="inlineStr"><is><t>([^<]*)</t></is></c>'
    with_sheet(path, lambda sheet: re.sub(cell, shared, sheet))
    assert len(texts) > 30
    content = b"<sst>" + b"".join(form % text for text in texts) + b"</sst>"
    return with_part(path, "xl/sharedStrings.xml", lambda before: content)


@pytest.mark.parametrize(
    "form",
    [
        b"<si><t>%b</t></si>",
        b"<si><r><t></t></r><r><t>%b</t></r><r><t/></r><rPh><t>guide</t></rPh></si>",
        b"<si>" + b" " * 2**17 + b"<t>%b</t></si>",
    ],
    ids=["plain", "in runs", "of more bytes than are read at once"],
)
def test_texts_that_excel_keeps_apart_are_read(official, form):
    rows = [official.row(), official.row(OCC_CODE="11-1011")]
    read = read_workbook(official(rows=rows))
    path = with_shared_texts(official(rows=rows), form)
    assert read_workbook(path).equals(read)
    assert read_workbook(path, ["11-1011"])["soc_code"].tolist() == ["11-1011"]
    assert read_workbook(path, nation_only=True).equals(read)


def test_a_workbook_without_what_may_be_left_out_is_read(official):
    shares = {"JOBS_1000": 1.2, "LOC_QUOTIENT": 1}
    rows = [official.row(**shares), official.row(**shares, OCC_CODE="11-1011")]
    path = official(rows=rows, columns=[*BLS_COLUMNS.values()])
    read = read_workbook(path)
    with_sheet(path, lambda sheet: re.sub(rb' (r="[A-Z]*[0-9]+"|t="n")', b"", sheet))
    with_part(path, "xl/workbook.xml", lambda book: book.replace(b' state="visible"', b""))
    links = "xl/_rels/workbook.xml.rels"
    with_part(path, links, lambda text: text.replace(b'Target="/xl/', b'Target="'))
    assert read_workbook(path).equals(read)
    with_sheet(path, lambda sheet: sheet.replace(b"11-1011", b"11-10"))
    assert refusal(path).startswith(f"{PLACE}, row 3, column OCC_CODE: found '11-10'")


def test_what_a_workbook_has_beside_its_table_is_passed_over(official):
    path = official()
    links = "xl/_rels/workbook.xml.rels"
    other = b"<Relationship Id='rId99' Type='x'/></Relationships>"
    with_part(path, links, lambda text: text.replace(b"</Relationships>", other))
    lost = b"<sheet name='Lost' sheetId='99'/></sheets>"
    with_part(path, "xl/workbook.xml", lambda text: text.replace(b"</sheets>", lost))
    with_sheet(path, lambda text: re.sub(rb'<c r="A', b'<extLst/><c r="A', text))
    last = b"<c r='AZ2'><v>1</v></c></row></sheetData>"
    with_sheet(path, lambda text: text.replace(b"</row></sheetData>", last))
    assert read_workbook(path)["annual_mean"].tolist() == [59280]


def test_a_sheet_may_end_with_empty_rows(official):
    end = b"<row r='3'/><row r='4'/></sheetData>"
    path = with_sheet(official(), lambda text: text.replace(b"</sheetData>", end))
    assert read_workbook(path)["annual_mean"].tolist() == [59280]


def test_a_sheet_without_a_name_is_called_nothing(official):
    path = official(rows=[official.row(A_MEAN="?")])
    with_part(path, "xl/workbook.xml", lambda book: re.sub(rb' name="[^"]*"', b"", book))
    assert refusal(path).startswith("national_M2026_dl.xlsx, sheet , row 2, column A_MEAN: found")


@pytest.mark.parametrize("cell", ["/>", "><v/>", "t='inlineStr'/>", "t='n' s='1'/>", "t='str'/>"])
def test_a_cell_without_content_is_empty(official, cell):
    text = cell.encode() + (b"" if cell.endswith("'/>") or cell == "/>" else b"</c>")
    path = with_sheet(
        official(), lambda sheet: re.sub(rb'(<c r="S2")[^>]*>.*?</c>', rb"\1 %b" % text, sheet)
    )
    assert "annual_mean" in read_workbook(path)["empty_cells"].tolist()[0].partition(";")[0]


def test_the_text_that_a_formula_gives_is_read(official):
    cell = b"<c r='J2' t='str'><f>UPPER(A1)</f><v>CODERS</v></c>"
    path = with_sheet(official(), lambda sheet: re.sub(rb'<c r="J2".*?</c>', cell, sheet))
    assert read_workbook(path)["soc_title"].tolist() == ["CODERS"]


def test_rows_are_named_by_their_number_in_the_file(official):
    rows = [official.row(OCC_CODE="11-1011"), {}, official.row(A_MEAN="?")]
    path = with_sheet(official(rows=rows), lambda text: re.sub(rb'<row r="3".*?</row>', b"", text))
    assert refusal(path).startswith(f"{PLACE}, row 4, column A_MEAN")
    with pytest.raises(InputError, match="row 4, column A_MEAN"):
        read_workbook(path, ["29-2072"])


def test_a_row_is_sought_by_its_occupation_alone(official):
    rows = [official.row(), official.row(OCC_CODE="11-1011", OCC_TITLE="29-2072")]
    assert read_workbook(official(rows=rows), ["29-2072"])["soc_code"].tolist() == ["29-2072"]


@pytest.mark.parametrize(
    "cell",
    [
        "<is><t>29-2072 </t></is>",
        "<is><t>\u00a029-2072\u00a0</t></is>",
        "<is><t>29&#45;2072</t></is>",
        "<is><t><![CDATA[29-2072]]></t></is>",
        "<is><r><t>29-</t></r><r><t>2072</t></r></is>",
    ],
)
def test_an_occupation_is_found_however_its_code_is_written(official, cell):
    path = official(rows=[official.row(OCC_CODE="11-1011"), official.row()])
    read = read_workbook(path, ["29-2072"])
    with_sheet(path, lambda text: text.replace(b"<is><t>29-2072</t></is>", cell.encode()))
    assert read_workbook(path, ["29-2072"]).equals(read)


def test_only_the_nation_is_taken_also_from_rows_that_are_all_read(official):
    rows = [official.row(), official.row(AREA=34, AREA_TYPE=2), official.row(NAICS=62, I_GROUP="3")]
    path = with_sheet(official(rows=rows), lambda sheet: sheet.replace(b'"', b"'"))
    assert read_workbook(path, nation_only=True)["area_code"].tolist() == ["US"]


def test_rows_within_a_comment_are_none(official):
    path = official(rows=[official.row(), official.row(OCC_CODE="11-1011"), official.row(A_MEAN=1)])
    rows = rb'<row r="3".*</row>'
    with_sheet(path, lambda text: re.sub(rows, rb"<!-- \g<0> -->", text))
    assert read_workbook(path, ["29-2072"])["annual_mean"].tolist() == [59280]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('t="s"><v>99999</v>', "the text number 99999, which the file lacks"),
        ('t="s"/>', "nothing, of the type 's'"),
        ('t="str"><f>A1</f>', "a formula without a value"),
        ("><v>292072</v>", "292072.0"),
        ('t="str"><v>29\u20132072</v>', "'29\u20132072'"),
        ('t="str"><v>Coders</v>', "'Coders'"),
        ("/>", "''"),
        (f"><v>{'1' * 5000}</v>", f"'{'1' * 5000}'"),
    ],
)
@pytest.mark.parametrize("sought", ["29-2072", "43-3021"])
def test_an_occupation_whose_code_is_none_may_be_any_and_is_refused(official, cell, found, sought):
    text = cell.encode() + (b"" if cell.endswith("/>") else b"</c>")
    path = with_sheet(
        official(rows=[official.row(), official.row()]),
        lambda sheet: re.sub(rb'(<c r="I3") .*?</c>', rb"\1 %b" % text, sheet),
    )
    with pytest.raises(InputError) as caught:
        read_workbook(path, [sought])
    assert str(caught.value) == (
        f"{PLACE}, row 3, column OCC_CODE: found {found}, expected the code of an occupation, "
        "such as 29-2072"
    )


@pytest.mark.parametrize("form", ["shared", "inline", "formula"])
def test_rows_of_others_are_passed_over_however_they_are_written(official, form):
    path = official(rows=[official.row(), official.row(OCC_CODE="11-1011", A_PCT90="=1+1")])
    if form == "shared":
        with_shared_texts(path)
    if form == "formula":
        code = b'<c r="I3" t="str"><v>11-1011</v></c>'
        with_sheet(path, lambda sheet: re.sub(rb'<c r="I3".*?</c>', code, sheet))
    assert read_workbook(path, ["29-2072"])["annual_mean"].tolist() == [59280]


@pytest.mark.parametrize("column", ["A", "Y", "Z", "AA"])
def test_the_code_of_an_occupation_is_found_in_any_column(official, column):
    columns = [name for name in official.columns if name != "OCC_CODE"]
    columns.insert(openpyxl.utils.column_index_from_string(column) - 1, "OCC_CODE")
    others = official.row(OCC_CODE="11-1011", A_PCT90="=1+1")
    path = official(rows=[others, official.row()], columns=columns)
    assert read_workbook(path, ["29-2072"])["annual_mean"].tolist() == [59280]


def test_rows_of_places_are_passed_over_where_their_codes_are_numbers(official):
    state = official.row(AREA=34, AREA_TYPE=2, A_PCT90="=1+1")
    path = official(rows=[official.row(), state])
    assert read_workbook(path, nation_only=True)["area_code"].tolist() == ["US"]


def test_a_code_in_no_encoding_is_refused(official):
    code = b'<c r="I3" t="str"><v>11\xff1011</v></c>'
    path = with_sheet(
        official(rows=[official.row(), official.row()]),
        lambda sheet: re.sub(rb'<c r="I3".*?</c>', lambda _: code, sheet),
    )
    with pytest.raises(InputError, match=r"cannot be read \(not well-formed"):
        read_workbook(path, ["29-2072"])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("t='inlineStr'><v>59280</v>", "a value in another place than one of the type 'inlineStr'"),
        ("><is><t>59280</t></is>", "a value in another place than one of the type 'n'"),
        ("t='s'><is><t>*</t></is>", "a value in another place than one of the type 's'"),
        ("><v>59280</v><v>59290</v>", "a value in another place than one of the type 'n'"),
        ("t='e'/>", "nothing, of the type 'e'"),
        ("t='e'><v/>", "nothing, of the type 'e'"),
        ("t='b'/>", "nothing, of the type 'b'"),
        ("t='s'/>", "nothing, of the type 's'"),
    ],
)
def test_a_figure_in_the_wrong_place_is_not_taken_for_none(official, cell, found):
    text = cell.encode() + (b"" if cell.endswith("'/>") else b"</c>")
    path = with_sheet(
        official(), lambda sheet: re.sub(rb'(<c r="S2")[^>]*>.*?</c>', rb"\1 %b" % text, sheet)
    )
    assert refusal(path) == f"{PLACE}, row 2, column A_MEAN: found {found}, expected {FIGURE}"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            rb'(<c r="S2".*?</c>)',
            rb"<mc:AlternateContent xmlns:mc='m'>\1</mc:AlternateContent>",
            ", row 2 holds 'AlternateContent'; expected cells",
        ),
        (
            b"</sheetData>",
            b"</sheetData><mergeCells><mergeCell ref='S2:S3'/></mergeCells>",
            " has merged cells, S2:S3; expected none",
        ),
    ],
)
def test_cells_that_stand_for_others_are_refused(official, before, after, message):
    path = with_sheet(official(), lambda sheet: re.sub(before, after, sheet))
    assert refusal(path) == f"{PART}{message}"


def test_a_code_that_is_no_text_is_refused_whatever_is_sought(official):
    for kind, value in (("b", "1"), ("s", "-1"), ("s", "0_1")):
        cell = f'<c r="I2" t="{kind}"><v>{value}</v></c>'.encode()
        path = with_shared_texts(official())
        with_sheet(path, lambda text, cell=cell: re.sub(rb'<c r="I2".*?</c>', cell, text))
        assert "row 2, column OCC_CODE: found" in refusal(path)
    boolean = b'<c r="I2" t="b"><v>1</v></c>'
    path = with_sheet(official(), lambda text: re.sub(rb'<c r="I2".*?</c>', boolean, text))
    with pytest.raises(InputError, match="row 2, column OCC_CODE: found TRUE"):
        read_workbook(path, ["29-2072"])


def test_a_zip_with_workbooks_of_two_years_is_refused(official, tmp_path):
    books = [official(f"national_M{year}_dl.xlsx") for year in (2025, 2026)]
    path = archive(tmp_path / "oes.zip", **{path.name: path.read_bytes() for path in books})
    assert refusal(path) == (
        "oes.zip holds May 2025 and May 2026; give the workbooks of one year by themselves"
    )


def test_a_part_that_a_workbook_holds_twice_is_refused(official):
    path = official()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr("xl/worksheets/sheet1.xml", zipped.read("xl/worksheets/sheet1.xml"))
    assert refusal(path) == (
        "national_M2026_dl.xlsx holds xl/worksheets/sheet1.xml more than once; expected an OEWS "
        "workbook (.xlsx) or zip file as BLS publishes it"
    )


def test_a_table_of_more_bytes_than_are_read_at_once_is_read(official):
    empty = b"".join(b"<row r='%d'>%b</row>" % (row, b" " * 99) for row in range(3, 12_000))
    path = with_sheet(
        official(), lambda text: text.replace(b"</sheetData>", empty + b"</sheetData>")
    )
    assert len(read_workbook(path, ["29-2072"])) == 1


PART = "national_M2026_dl.xlsx (xl/worksheets/sheet1.xml)"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "<row r='3'><c r='A3'/><c r='XFD3'/></row>",
            f"{PART} has a cell at XFD3...; expected no column beyond AZ",
        ),
        (
            "<x:row xmlns:x='x' r='3'><x:c r='A3'/><x:c r='XFD3'/></x:row>",
            f"{PART} has a cell at XFD3...; expected no column beyond AZ",
        ),
        (
            "<row r='3'><c r='XFD3'/>",
            f"{PART} has a cell at XFD3...; expected no column beyond AZ",
        ),
        (
            "<row r='3'><c r='A3'/><c r='A3'/></row>",
            f"{PART}, row 3 has two cells in column 1; expected one",
        ),
        (
            "<row r='2'></row>",
            f"{PART} has a row 2 behind row 2; expected each row once and in order",
        ),
        ("<row r='3'>" + "<c/>" * 53 + "</row>", f"{PART}, row 3 has a cell beyond column AZ"),
        ("<row>" + " " * 2**21 + "</row>", f"{PART} has a row of more than 262,144 bytes"),
        (
            "<!DOCTYPE x>",
            "national_M2026_dl.xlsx defines words of its own (DOCTYPE); expected an OEWS workbook "
            "(.xlsx) or zip file as BLS publishes it",
        ),
    ],
    ids=[
        "far",
        "far under another name",
        "far in a row without end",
        "a cell twice",
        "a row twice",
        "many cells",
        "long",
        "words",
    ],
)
def test_a_sheet_that_no_table_is_like_is_refused(official, row, message):
    text = row.encode() + b"</sheetData>"
    assert message in refusal(with_sheet(official(), lambda s: s.replace(b"</sheetData>", text)))


@pytest.mark.parametrize("where", ["A1048576", "a1048576", "AZ999999", "A9999999", "A" + "9" * 9])
def test_a_row_far_down_is_refused_unless_the_rows_before_it_can_be_there(official, where):
    number = where.lstrip("AZaz")
    row = f"<row r='{number}'><c r='{where}'><v>1</v></c></row></sheetData>".encode()
    path = with_sheet(official(), lambda sheet: sheet.replace(b"</sheetData>", row))
    assert refusal(path) == (
        f"national_M2026_dl.xlsx (xl/worksheets/sheet1.xml) has a cell in row {number}; "
        "expected the rows before it as well"
    )


@pytest.mark.parametrize(
    ("cell", "found", "expected"),
    [
        ("t='e'><v>#N/A</v>", "#N/A", "a number, or *, **, # or ~"),
        ("t='e'><v>#REF!</v>", "#REF!", "a number, or *, **, # or ~"),
        ("t='b'><v>1</v>", "TRUE", "a number, or *, **, # or ~"),
        ("t='b'><v>0</v>", "FALSE", "a number, or *, **, # or ~"),
        ("t='d'><v>2026-05-01</v>", "2026-05-01", "a number, or *, **, # or ~"),
        ("><f>A1*2080</f>", "a formula without a value", "a number, or *, **, # or ~"),
        ("><v>1e308</v>", "1e+308", "a number below 1,000,000,000"),
        ("><v>1e999</v>", "inf", "a number below 1,000,000,000"),
        ("><v>nan</v>", "'nan'", "a number, or *, **, # or ~"),
        (
            "t='inlineStr'><is><t>５９２８０</t></is>",
            "'５９２８０'",
            "a number, or *, **, # or ~",
        ),
        ("t='s'><v>99999</v>", "the text number 99999, which the file lacks", None),
        ("t='s'><v>x</v>", "the text number x, which the file lacks", None),
        ("t='s'><v>0</v>", "the text number 0, which the file lacks", None),
        (f"t='s'><v>{'1' * 5000}</v>", f"the text number {'1' * 5000}, which the file lacks", None),
        (f"><v>{'1' * 5000}</v>", f"'{'1' * 5000}'", "a number, or *, **, # or ~"),
    ],
)
def test_what_no_cell_may_hold_is_refused_with_its_place(official, cell, found, expected):
    expected = expected or "a number, or *, **, # or ~"
    path = with_sheet(
        official(),
        lambda sheet: re.sub(rb'(<c r="S2")[^>]*>.*?</c>', rb"\1 %b</c>" % cell.encode(), sheet),
    )
    message = f"{PLACE}, row 2, column A_MEAN: found {found}, expected {expected}"
    assert refusal(path) == message
    with pytest.raises(InputError, match=re.escape(message)):
        read_workbook(path, ["29-2072"])


def test_an_error_in_another_occupation_s_row_is_refused_too(official):
    rows = [official.row(), official.row(OCC_CODE="11-1011")]
    path = with_sheet(
        official(rows=rows),
        lambda sheet: re.sub(rb'(<c r="H3")[^>]*>.*?</c>', rb"\1 t='e'><v>#REF!</v></c>", sheet),
    )
    with pytest.raises(InputError, match=r"row 3, column OWN_CODE: found #REF!, expected"):
        read_workbook(path, ["29-2072"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"OCC_TITLE": "Coders\u202e"}, "column OCC_TITLE: found 'Coders\\u202e', expected text"),
        ({"OCC_TITLE": "a\tb"}, "found 'a\\tb', expected text without control characters"),
        ({"OCC_TITLE": "\ue000"}, "found '\\ue000', expected text without control characters"),
        ({"OCC_TITLE": "x" * 301}, "expected at most 300 characters"),
        ({"NAICS": "６２"}, "column NAICS: found '６２', expected the code of an industry"),
        ({"OWN_CODE": 5.5}, "column OWN_CODE: found 5.5, expected the code of an ownership"),
    ],
)
def test_labels_are_short_plain_text(official, changes, message):
    assert message in refusal(official(rows=[official.row(**changes)]))


def test_a_label_may_have_three_hundred_characters(official):
    path = official(rows=[official.row(OCC_TITLE="x" * 300)])
    assert read_workbook(path)["soc_title"].tolist() == ["x" * 300]


@pytest.mark.parametrize(
    ("column", "expected"),
    [("OCC_TITLE", "text"), ("AREA", "the code of an area, such as 34 or 35620")],
)
def test_an_error_in_a_label_is_answered_with_what_stands_there(official, column, expected):
    path = official(rows=[official.row(**{column: "#REF!"})])
    assert refusal(path) == f"{PLACE}, row 2, column {column}: found #REF!, expected {expected}"


@pytest.mark.parametrize("year", [2018, 2099])
def test_a_year_before_2019_or_to_come_is_refused(official, year):
    name = f"national_M{year}_dl"
    assert refusal(official(f"{name}.xlsx")) == (
        f"{name}.xlsx, sheet {name}: found May {year}, expected May 2019 to "
        f"{date.today().year + 1}; earlier files have other columns and occupations"
    )


def test_the_coming_may_is_taken(official):
    year = date.today().year + 1
    assert read_workbook(official(f"national_M{year}_dl.xlsx"))["year"].tolist() == [year]


def test_descriptions_without_a_text_give_no_year(official):
    def empty(book):
        book.create_sheet("Field Descriptions")

    path = changed(official("renamed.xlsx", sheet="state_dl"), empty)
    assert "file name, sheet name and descriptions say no year" in refusal(path)


def test_a_table_in_two_sheets_is_refused(official):
    def copy(book):
        book.copy_worksheet(book.active).title = "Again"

    assert refusal(changed(official(), copy)) == (
        "national_M2026_dl.xlsx: the table stands in national_M2026_dl and Again; expected one "
        "sheet with it, and not a hidden one"
    )


def test_a_hidden_sheet_never_wins_over_a_visible_one(official):
    def hide(book):
        visible = book.copy_worksheet(book.active)
        visible.title = "Sheet M2026"
        book.worksheets[0]["S2"] = 1_000_000
        book.worksheets[0].sheet_state = "hidden"

    assert read_workbook(changed(official(), hide))["annual_mean"].tolist() == [59280]


def test_a_table_that_is_only_in_a_hidden_sheet_is_refused(official):
    def hide(book):
        book.create_sheet("Notes")
        book.worksheets[0].sheet_state = "hidden"

    assert "the table is hidden, in national_M2026_dl" in refusal(changed(official(), hide))


@pytest.mark.parametrize(
    "left",
    ["a/~$b.xlsx", "~$b.xlsx", "__MACOSX/a/b.xlsx", "a/__MACOSX/b.xlsx", "a/._b.xlsx", "._b.xlsx"],
)
def test_what_computers_leave_in_a_zip_is_passed_over(official, tmp_path, left):
    path = zip_with(left, official(), tmp_path)
    assert len(read_workbook(path)) == 1


@pytest.mark.parametrize("left", ["a/.DS_Store", "Thumbs.db", "a/desktop.ini", "a/"])
def test_nor_is_what_their_desktops_leave_taken_for_something_meant(official, tmp_path, left):
    path = zip_with(left, official(), tmp_path)
    with zipfile.ZipFile(path) as zipped:
        assert meant_files(path.name, zipped) == ["a/national_M2026_dl.xlsx"]


def zip_with(left, book, folder):
    """A zip of a workbook and something that nobody meant to put there."""
    path = folder / "oesm26nat.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr(left, b"no workbook")
        zipped.write(book, f"a/{book.name}")
    return path


def test_only_the_occupations_or_the_nation_sought_are_read(official):
    rows = [
        official.row(),
        official.row(OCC_CODE="11-1011"),
        official.row(AREA="34", AREA_TYPE="2", TOT_EMP=99),
        official.row(NAICS="62", I_GROUP="sector"),
        official.row(OCC_CODE="43-3021", NAICS=0),
    ]
    path = official("all_data_M_2026.xlsx", rows)
    held = read_workbook(path, ["29-2072"])
    assert held[["area_code", "naics"]].agg(" ".join, axis=1).tolist() == [
        "US 000000",
        "US-NJ 000000",
        "US 62",
    ]
    nation = read_workbook(path, nation_only=True)
    assert nation["soc_code"].tolist() == ["29-2072", "11-1011", "43-3021"]
