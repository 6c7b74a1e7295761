"""BLS's flat files, read as if they were its workbooks."""

import re
import zipfile

import pytest

from common.errors import InputError
from intake.limited_process import MEMORY
from intake.workbooks import flat_data, read_workbook

MAPS = {
    "oe.area": "area_code\tareatype_code\tstate_code\tarea_name\n"
    "0000000\tN\t00\tNational\n3400000\tS\t34\tNew Jersey\n7200000\tS\t72\tPuerto Rico\n"
    "6600000\tS\t66\tGuam\n7800000\tS\t78\tVirgin Islands\n0010100\tM\t46\tAberdeen, SD\n"
    "0035620\tM\t36\tNew York, NY-NJ\n0100001\tM\t01\tNorthwest Alabama nonmetropolitan area\n",
    "oe.industry": "industry_code\tindustry_name\tdisplay_level\n"
    "000000\tCross-Industry, Private, Federal, State, and Local\t0\n"
    "31--34\tSectors 31, 32, and 33 - Manufacturing\t2\n"
    "62--63\tSector 62 - Health Care and Social Assistance\t2\n"
    "622000\tHospitals\t3\n622002\tHospitals, State Government Owned\t4\n"
    "621100\tOffices of Physicians\t4\n524114\tDirect Health Carriers\t5\n"
    "622100\tGeneral Hospitals, Local Government Owned\t4\n3250A1\tChemicals\t4\n"
    "721120\tCasino Hotels\t5\n000001\tCross-Industry, Private\t0\n712000\tMuseums\t7\n"
    "999101\tFederal Government\t2\n",
    "oe.occupation": "occupation_code\toccupation_name\tdisplay_level\n"
    "292072\tMedical Records Specialists\t3\n292000\tTechnologists\t1\n000000\tAll\t0\n"
    "290000\tHealthcare\t0\n292070\tSpecialists\t2\n291000\tNew\t9\n",
    "oe.datatype": "datatype_code\tdatatype_name\n01\tEmployment\n04\tAnnual mean wage\n"
    "08\tHourly median wage\n17\tLocation Quotient\n18\tMode wage\n",
    "oe.footnote": "footnote_code\tfootnote_text\n8\tEstimate not released.\n"
    "5\tThis wage is equal to or greater than $115.00 per hour or $239,200 per year.\n"
    "9\tSomething new.\n",
}
HEADER = "series_id                     \tyear\tperiod\t       value\tfootnote_codes\r\n"


def line(series="OEUN000000000000029207204", value="59280", footnote="", period="2025\tA01"):
    return f"{series:30}\t{period}\t{value:>12}\t{footnote}\r\n"


MANY = [line("OEUN000000000000011000004")] * 80_000
"""Lines of another occupation, of more bytes than are read at once."""


@pytest.fixture
def flat(tmp_path):
    """Write flat files with the given lines: `flat(lines, **maps)`."""

    def write(lines, header=HEADER, **maps):
        folder = tmp_path / "oe"
        folder.mkdir()
        for name, text in (MAPS | {f"oe.{part}": text for part, text in maps.items()}).items():
            (folder / name).write_text(text, encoding="utf-8")
        data = header + "".join(lines)
        (folder / "oe.data.0.Current").write_bytes(data.encode())
        return folder

    return write


def refusal(path):
    with pytest.raises(InputError) as caught:
        read_workbook(path, ["29-2072"])
    return str(caught.value)


def test_the_lines_of_one_series_become_a_row(flat):
    lines = [
        line("OEUN000000000000029207201", "195870"),
        line("OEUN000000000000029207204", "-", "5"),
        line("OEUN000000000000029207208", "-", "8"),
    ]
    [row] = read_workbook(flat(lines)).to_dict("records")
    assert (row["year"], row["area_code"], row["area_title"]) == (2025, "US", "U.S.")
    assert (row["naics"], row["naics_title"], row["own_code"]) == (
        "000000",
        "Cross-industry",
        "1235",
    )
    assert (row["soc_code"], row["group"], row["employment"]) == ("29-2072", "detailed", 195870)
    assert "suppressed: hourly_median; top_coded: annual_mean" in row["empty_cells"]
    assert row["empty_cells"].startswith("not_published: employment_rse")


@pytest.mark.parametrize(
    ("area", "code", "kind"),
    [
        ("S3400000", "US-NJ", "state"),
        ("S6600000", "US-GU", "territory"),
        ("S7200000", "US-PR", "territory"),
        ("S7800000", "US-VI", "territory"),
        ("M0010100", "CBSA-10100", "metropolitan"),
        ("M0035620", "CBSA-35620", "metropolitan"),
        ("M0100001", "NONMETRO-0100001", "nonmetropolitan"),
    ],
)
def test_areas_get_the_project_s_codes(flat, area, code, kind):
    [row] = read_workbook(flat([line(f"OEU{area}00000029207204")])).to_dict("records")
    assert (row["area_code"], row["area_type"]) == (code, kind)


@pytest.mark.parametrize(
    ("industry", "naics", "owner", "level"),
    [
        ("31--34", "31-33", "5", "sector"),
        ("62--63", "62", "58", "sector"),
        ("622000", "622000", "235", "3-digit"),
        ("622002", "622002", "2", "3-digit, ownership"),
        ("622100", "622100", "3", "4-digit, ownership"),
        ("621100", "621100", "5", "4-digit"),
        ("3250A1", "3250A1", "5", "4-digit"),
        ("721120", "721120", "57", "5-digit"),
        ("000001", "000001", "5", "cross-industry, ownership"),
        ("524114", "524114", "5", "6-digit"),
        ("999101", "999101", "1", "cross-industry, ownership"),
    ],
)
def test_industries_are_named_as_in_the_workbooks(flat, industry, naics, owner, level):
    [row] = read_workbook(flat([line(f"OEUN0000000{industry}29207204")])).to_dict("records")
    assert (row["naics"], row["own_code"], row["industry_group"]) == (naics, owner, level)


@pytest.mark.parametrize(
    ("industry", "title"),
    [
        ("31--34", "Manufacturing"),
        ("62--63", "Health Care and Social Assistance"),
        ("622000", "Hospitals"),
    ],
)
def test_a_sector_s_title_is_given_without_its_number(flat, industry, title):
    [row] = read_workbook(flat([line(f"OEUN0000000{industry}29207204")])).to_dict("records")
    assert row["naics_title"] == title


@pytest.mark.parametrize(
    ("occupation", "level"),
    [
        ("000000", "total"),
        ("290000", "major"),
        ("292000", "minor"),
        ("292070", "broad"),
        ("291000", "9"),
    ],
)
def test_occupations_are_given_with_their_level(flat, occupation, level):
    rows = read_workbook(flat([line(f"OEUN0000000000000{occupation}04")]))
    assert rows["group"].tolist() == [level]


@pytest.mark.parametrize(
    ("area", "series"),
    [
        ("N3400000", b"OEUN340000000000029207204"),
        ("S3400001", b"OEUS340000100000029207204"),
        ("M3400000", b"OEUM340000000000029207204"),
        ("X0000000", b"OEUX000000000000029207204"),
        ("N000000O", b"OEUN000000O00000029207204"),
    ],
)
@pytest.mark.parametrize("occupation", ["292072", "111011"])
def test_an_id_that_is_of_no_area_is_refused(flat, area, series, occupation):
    found = series.replace(b"292072", occupation.encode())
    lines = [line(), line(f"OEU{area}000000{occupation}04")]
    assert f"row 3: found {found!r}"[:-1] in refusal(flat(lines))


def test_an_occupation_whose_level_is_not_said_has_none(flat):
    occupation = "occupation_code\toccupation_name\n292072\tMedical Records Specialists\n"
    folder = flat([line()], occupation=occupation)
    assert read_workbook(folder)["group"].tolist() == [""]


def test_one_of_several_footnotes_may_say_why_there_is_no_figure(flat):
    [row] = read_workbook(flat([line(value="-", footnote="9,8")])).to_dict("records")
    assert "suppressed: annual_mean" in row["empty_cells"]


def test_only_what_is_sought_is_read(flat):
    lines = [
        line(),
        line("OEUN000000000000000000004"),
        line("OEUS340000000000029207204"),
        line("OEUN000000062200029207204"),
    ]
    folder = flat(lines)
    assert read_workbook(folder, ["29-2072"])["area_code"].tolist() == ["US", "US-NJ", "US"]
    assert len(read_workbook(folder, ["00-0000", "29-2072"])) == 4
    assert read_workbook(folder, nation_only=True)["soc_code"].tolist() == ["29-2072", "00-0000"]


def test_a_zip_with_what_computers_leave_and_a_byte_order_mark_is_read(flat, tmp_path):
    folder = flat([line()], header="\ufeff" + HEADER, area="\ufeff" + MAPS["oe.area"])
    with zipfile.ZipFile(tmp_path / "oe.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"oe/{path.name}.txt")
        archive.writestr("__MACOSX/oe/._oe.area", b"fork")
    assert len(read_workbook(tmp_path / "oe.zip", ["29-2072"])) == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([line(), "OEUN0000000"], "row 3: found b'OEUN0000000', expected a whole line"),
        ([line(), "x\r\n", line()], "row 3: found b'x\\r', expected a whole line of a series"),
        ([line(), "OEUN00000\r\n", line()], "row 3: found b'OEUN00000\\r', expected a whole line"),
        ([line(), "OEUN0000000000000292072\t2025\tA01\t1\t\r\n"], "row 3: found b'OEUN0000000000"),
        ([line(), line()], "row 3: found b'OEUN000000000000029207204' again"),
        ([line(), line("OEUN000000000000029207201"), line()], "row 4: found b'OEUN0000000000000"),
        (
            [line("OEUN000000000000029207204" + "x" * 99)],
            f"oe: oe.data.0.Current, row 2: found b'OEUN000000000000029207204{'x' * 35}', expected "
            "a whole line of a series, which begins with its id, such as "
            "OEUN000000000000029207204, and ends with a line break; the file may be cut short",
        ),
        (
            [line("OEUN000000000000029207218")],
            "oe: oe.data.0.Current, row 2: datatype 18 is 'Mode wage', which is not known",
        ),
        ([*MANY, line(value="x")], "row 80002, column A_MEAN: found 'x', expected a number"),
        ([*MANY, "x\r\n"], "row 80002: found b'x\\r', expected a whole line of a series"),
        ([line(), "\0" * 9 * 2**20], "row 3: found b'\\x00"),
        ([line("OEUN000000071200029207204")], "row 2, column I_GROUP: found '7', expected one of"),
        ([line("OEUN000000099999929207204")], "row 2: found the industry '999999', which oe.indus"),
        ([line(value="x")], "row 2, column A_MEAN: found 'x', expected a number, or *, **, # or ~"),
        ([line(value="５９２８０")], "row 2, column A_MEAN: found '５９２８０', expected"),
        ([line(value="1e308")], "found '1e308', expected a number below 1,000,000,000"),
        (
            ["OEUN000000000000029207204\t2025\r\n"],
            "row 2: found b'OEUN000000000000029207204\\t2025",
        ),
        ([line(value="-")], "row 2: found the footnote '', which oe.footnote lacks"),
        ([line(footnote="7")], "row 2: found the footnote '7', which oe.footnote lacks"),
        ([line(footnote="9,5")], "found 59280 with the footnote 'something new. this wage is eq"),
        ([line(footnote="8")], "found 59280 with the footnote 'estimate not released.', expected"),
        ([line(value="-", footnote="9")], "found - with the footnote 'something new.', expected"),
        ([line(value="-", footnote="9,9")], "the footnote 'something new. something new.', exp"),
        ([line(value="-", footnote="7")], "row 2: found the footnote '7', which oe.footnote lacks"),
        (
            [line("OEUS990000000000029207204")],
            "row 2: found the area '9900000', which oe.area lacks",
        ),
        (
            [line("OEUN000000000000029207203")],
            "row 2: found the datatype '03', which oe.datatype lacks",
        ),
        ([line(period="2025\tM05")], "found 2025 M05, expected the A01 of one year"),
        ([line(), line("OEUN000000000000029207201", period="2024\tA01")], "found 2024 A01, 2025"),
        ([line(period="2099\tA01")], "oe: oe.data.0.Current: found May 2099, expected May 2019"),
        ([], "found nothing, expected the A01 of one year"),
    ],
)
def test_what_is_no_flat_file_of_oews_is_refused_with_its_row(flat, lines, message):
    assert message in refusal(flat(lines))


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a\tb\r\n", "a\\tb"),
        ("series_id year period value footnote_codes\r\n", None),
        ("x" * 99 + "\r\n", "x" * 80),
    ],
)
def test_a_table_of_another_layout_is_refused(flat, header, found):
    assert refusal(flat([], header)) == (
        f"oe: oe.data.0.Current, row 1: found '{found or header.strip()}', expected the columns "
        "series_id, year, period, value, footnote_codes"
    )


def test_bytes_that_are_no_text_are_refused_with_their_place(flat):
    folder = flat([])
    data = folder / "oe.data.0.Current"
    data.write_bytes(HEADER.encode() + line(value="?").encode().replace(b"?", b"\xff"))
    assert "row 2, column A_MEAN: found '\ufffd', expected a number" in refusal(folder)
    data.write_bytes(HEADER.encode("utf-16"))
    assert "oe.data.0.Current, row 1: found '\ufffd\ufffds" in refusal(folder)
    (folder / "oe.area").write_bytes(MAPS["oe.area"].encode() + b"\xd1\t")
    assert refusal(folder).startswith("oe: oe.area is not in UTF-8 (")


@pytest.mark.parametrize("text", ["", "area_code area_name\n3400000 New Jersey\n"])
def test_a_map_without_its_codes_is_refused(flat, text):
    folder = flat([line()], area=text)
    assert refusal(folder).startswith("oe: oe.area, row 1: found no column area_code")


@pytest.mark.parametrize(
    ("part", "text", "message"),
    [
        ("occupation", "occupation_code\n", "row 2: found the occupation '292072', which oe.occup"),
        ("industry", "industry_code\n000000\n", "row 2, column I_GROUP: found '', expected one of"),
        ("footnote", "footnote_code\n8\n", "found - with the footnote '', expected a number"),
    ],
)
def test_what_a_map_lacks_is_named(flat, part, text, message):
    assert message in refusal(flat([line(value="-", footnote="8")], **{part: text}))


def test_a_note_beside_a_figure_leaves_it_as_it_is(flat):
    [row] = read_workbook(flat([line(footnote="9")])).to_dict("records")
    assert row["annual_mean"] == 59280


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "3400000\tS\t34\n",
            "oe: oe.area, row 9: found 3 cells, expected 4 as in row 1; it may be cut short",
        ),
        (
            "3400000\tS\t34\tNew\tJersey\n",
            "oe: oe.area, row 9: found 5 cells, expected 4 as in row 1; it may be cut short",
        ),
        ("3400000\tS\t34\tNew Jer", "oe: oe.area ends with no line break; it may be cut short"),
    ],
)
def test_a_line_of_a_map_that_is_cut_short_or_has_more_cells_is_refused(flat, text, message):
    area = MAPS["oe.area"].replace("3400000\tS\t34\tNew Jersey\n", "") + text
    assert refusal(flat([line("OEUS340000000000029207204")], area=area)) == message


def test_a_map_may_have_blank_lines_and_tabs_at_the_ends_of_others(flat):
    area = MAPS["oe.area"].replace("\n", "\t\r\n", 3).replace("7200000", "\n\t\t\n7200000")
    folder = flat([line("OEUS340000000000029207204")], area=area)
    assert read_workbook(folder)["area_title"].tolist() == ["New Jersey"]


@pytest.mark.parametrize("letter", ["\f", "\u2028", "\x85"])
def test_only_a_line_break_ends_a_line_of_a_map(flat, letter):
    area = MAPS["oe.area"].replace("New Jersey", f"New{letter}Jersey")
    folder = flat([line("OEUS340000000000029207204")], area=area)
    if letter == "\u2028":
        assert read_workbook(folder)["area_title"].tolist() == ["New\u2028Jersey"]
    else:
        assert f"found 'New{letter}Jersey'".encode("unicode_escape").decode() in refusal(folder)


@pytest.mark.parametrize(
    ("part", "text", "name"),
    [
        ("datatype", MAPS["oe.datatype"] + "04\tLocation Quotient\n", "04"),
        ("area", "area_code\tarea_name\tarea_name\n0000000\ta\tb\n", "area_name"),
    ],
)
def test_a_map_that_says_two_things_of_one_code_is_refused(flat, part, text, name):
    folder = flat([line()], **{part: text})
    assert refusal(folder) == f"oe: oe.{part}: found '{name}' twice; expected it once"


def test_two_files_for_one_are_refused(flat, tmp_path):
    folder = flat([line()])
    with zipfile.ZipFile(tmp_path / "oe.zip", "w") as archive:
        for year in ("2024", "2025"):
            for file in folder.iterdir():
                archive.write(file, f"{year}/{file.name}")
    assert re.fullmatch(
        r"oe\.zip holds oe\.\S+ in two folders; expected it once", refusal(tmp_path / "oe.zip")
    )
    (folder / "oe.data.0.Current.txt").write_bytes(b"other")
    assert refusal(folder) == (
        "oe: found oe.data.0.Current and oe.data.0.Current.txt; expected one of them"
    )


def test_of_several_files_of_data_the_current_one_is_read(flat):
    folder = flat([line()])
    (folder / "oe.data.1.AllData").write_text(HEADER + line(value="40000"))
    assert read_workbook(folder)["annual_mean"].tolist() == [59280]
    (folder / "oe.data.0.Current").rename(folder / "oe.data.2.Older")
    assert refusal(folder) == (
        "oe: found oe.data.1.AllData and oe.data.2.Older; expected oe.data.0.Current"
    )
    (folder / "oe.data.2.Older").unlink()
    assert read_workbook(folder)["annual_mean"].tolist() == [40000]


@pytest.mark.parametrize("name", ["all_data_M_2025.xlsx", "old/oes.XLS"])
def test_a_workbook_in_the_zip_of_flat_files_is_refused(flat, tmp_path, name):
    folder = flat([line()])
    with zipfile.ZipFile(tmp_path / "oe.zip", "w") as archive:
        archive.writestr("oe/file_descriptions.xlsx", b"no data")
        for file in folder.iterdir():
            archive.write(file, f"oe/{file.name}")
    assert len(read_workbook(tmp_path / "oe.zip")) == 1
    with zipfile.ZipFile(tmp_path / "oe.zip", "a") as archive:
        archive.writestr(name, b"data")
    assert refusal(tmp_path / "oe.zip") == (
        f"oe.zip holds flat files and {name}; give one of them by itself"
    )


def zipped(folder):
    path = folder.with_name("oe.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"oe/{file.name}")
    return path


def test_a_line_in_a_zip_is_refused_with_the_name_of_the_zip(flat):
    path = zipped(flat([line(), line()]))
    assert refusal(path).startswith("oe.zip: oe.data.0.Current, row 3: found ")


def test_a_damaged_flat_file_in_a_zip_is_refused_with_its_name(flat):
    path = zipped(flat([line()]))
    path.write_bytes(path.read_bytes().replace(b"New Jersey", b"New Jersez"))
    message = refusal(path)
    assert message.startswith("oe.zip is damaged (oe/oe.area: ")
    assert message.endswith("; expected an OEWS workbook (.xlsx) or zip file as BLS publishes it")


def test_a_map_may_have_four_megabytes_and_no_more(flat):
    most = 4 * 2**20
    folder = flat([line()], area=MAPS["oe.area"].ljust(most))
    assert len(read_workbook(folder)) == 1
    (folder / "oe.area").write_text(MAPS["oe.area"].ljust(most + 1))
    assert refusal(folder) == "oe: oe.area has more than 4,194,304 bytes"


@pytest.mark.parametrize(
    ("name", "message"),
    [("oe.data.0.Current", ", row 3: found b'"), ("oe.area", " has more than 4,194,304 bytes")],
)
def test_a_huge_file_of_nothing_is_refused_without_being_read_whole(flat, name, message):
    folder = flat([line()], HEADER)
    with (folder / name).open("ab") as file:
        file.truncate(MEMORY)
    assert f"oe: {name}{message}" in refusal(folder)


def test_missing_files_are_named(flat):
    folder = flat([line()])
    (folder / "oe.area").unlink()
    (folder / "oe.data.0.Current").unlink()
    assert refusal(folder) == (
        "oe: expected the flat files oe.data.0.Current, oe.area, oe.industry, oe.occupation, "
        "oe.datatype, oe.footnote; found no oe.area, oe.data.0.Current"
    )


def test_the_file_with_the_data_stands_for_its_folder(flat, official):
    folder = flat([line()])
    assert flat_data(folder) == folder / "oe.data.0.Current"
    assert flat_data(official()) == official()
