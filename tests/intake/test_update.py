"""Taking in a workbook or an AAPC edition, and checking the tables against a workbook."""

import csv
import hashlib
import json
import shutil
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from checkout import tables_and_documents

from analysis import cli
from analysis.published.dictionary import dictionary_text, untraced_rows
from analysis.published.package import read_package, resource_of, sources
from analysis.published.raw_tables import load_aapc, load_oews
from analysis.published.rules import empty_cell_reasons
from common.errors import InputError
from intake.update import described, plan_update, verify_workbook, write_update
from intake.workbooks import BLS_COLUMNS, read_workbook

MARKS = {"suppressed": "*", "top_coded": "#", "below_half_percent": "~", "not_published": None}


def shipped(project, level, **cells):
    """Rows of a table as BLS would print them; `cells` chooses rows by their values."""
    table = load_oews(level, project / "data" / "raw")
    for column, value in cells.items():
        table = table[table[column] == value]
    rows = []
    for record in table.to_dict("records"):
        reasons = empty_cell_reasons(record["empty_cells"])
        row = {bls: record.get(name) for name, bls in BLS_COLUMNS.items()}
        row |= {
            BLS_COLUMNS[name]: MARKS[reason] for name, reason in reasons.items() if reason in MARKS
        }
        sector = "cross-industry" if record["naics"] == "000000" else "sector"
        rows.append(
            row | {"AREA": "99", "AREA_TYPE": "1", "I_GROUP": sector, "O_GROUP": "detailed"}
        )
    return rows


def zipped(path, *workbooks):
    with zipfile.ZipFile(path, "w") as archive:
        for workbook in workbooks:
            archive.write(workbook, workbook.name)
    return path


@pytest.fixture
def coderpay(project, monkeypatch, capsys):
    """Run the command on the copied project: exit code, what it printed, what it said is wrong."""
    (project / "report.yml").touch()
    monkeypatch.setattr(cli, "ROOT", project)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["coderpay", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return run


def test_a_new_year_is_shown_and_nothing_is_written(coderpay, project, official):
    before = tables_and_documents(project)
    code, printed, _ = coderpay("update", official())
    assert code == 0
    assert "oews-national.csv: 1 new rows, 0 different cells" in printed
    assert "  + 2026 US 000000 1235 29-2072: " in printed
    assert "annual_median 53,040" in printed and "jobs_per_thousand not_published" in printed
    assert printed.endswith("Nothing written; repeat with --write.\n")
    assert tables_and_documents(project) == before


def test_a_new_year_is_written_with_its_source(coderpay, project, official):
    path = official()
    code, printed, _ = coderpay("update", path, "--write")
    assert (code, printed.splitlines()[-1]) == (
        0,
        "Written: data/raw/datapackage.json, data/raw/oews-national.csv, docs/data-dictionary.md, "
        "docs/revisions.md",
    )
    raw = project / "data" / "raw"
    [row] = load_oews("national", raw).query("year == 2026").to_dict("records")
    assert (row["soc_code"], row["annual_median"], row["source_id"]) == (
        "29-2072",
        53040,
        "bls-oews-national-2026",
    )
    resource = resource_of("oews-national.csv", raw)
    table = (raw / "oews-national.csv").read_bytes()
    assert table.endswith(
        b"\n2026,national,US,U.S.,000000,Cross-industry,1235,29-2072,Medical Records Specialists,"
        b"190000,1.1,,,28.5,59280,0.5,18,21,25.5,32,41,37440,43680,53040,66560,85280,"
        b"not_published: jobs_per_thousand location_quotient,bls-oews-national-2026\n"
    )
    assert resource.hash == f"sha256:{hashlib.sha256(table).hexdigest()}"
    assert f'"bytes": {len(table)},\n' in (raw / "datapackage.json").read_text(encoding="utf-8")
    source = resource.sources[-1]
    assert source.name == "bls-oews-national-2026"
    assert (source.title, source.reference_period) == (f"{resource.title}, May 2026", "May 2026")
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.obtained == "national_M2026_dl.xlsx, given as a file by the user."
    assert (source.published, source.accessed) == ("not established", "not recorded")
    assert (source.publisher, source.confidence) == ("U.S. Bureau of Labor Statistics", "high")
    assert source.path.endswith("/oesm26nat.zip")
    assert untraced_rows(raw).empty
    assert (project / "docs" / "data-dictionary.md").read_text() == dictionary_text(
        read_package(raw)
    )


def test_the_revisions_say_which_headlines_move(project, official):
    known = load_oews("national", project / "data" / "raw").query("soc_code == '29-2072'")
    last = known[known["year"] == known["year"].max()].iloc[0]
    before = (project / "docs" / "revisions.md").read_text()
    write_update(official(), project)
    entry = (project / "docs" / "revisions.md").read_text().removeprefix(before)
    assert entry.startswith("\n## national_M2026_dl.xlsx\n\nsha256 `")
    change = 53040 - last["annual_median"]
    assert (
        f"| OEWS median | May 2026 | {last['annual_median']:,.0f} | 53,040 | {change:+,.0f} "
        f"({change / last['annual_median']:+.1%}) | new; before is May {last['year']} |" in entry
    )
    assert entry.count("| May 2026 |") == 4
    assert "AAPC" not in entry


def test_an_entry_of_the_revisions_tells_the_file_the_counts_and_each_headline(
    project, official, tmp_path
):
    revisions = project / "docs" / "revisions.md"
    before = revisions.read_text()
    [held] = (
        load_oews("national", project / "data" / "raw")
        .query("year == 2025 and soc_code == '29-2072'")[
            ["annual_median", "annual_mean", "annual_p10", "annual_p90"]
        ]
        .to_numpy()
        .tolist()
    )
    given = dict(
        zip(("A_MEDIAN", "A_MEAN", "A_PCT10", "A_PCT90"), (v + 1000 for v in held), strict=True)
    )
    metro = official.row(AREA="10180", AREA_TYPE="4", LOC_QUOTIENT=1, JOBS_1000=1.2)
    path = zipped(
        tmp_path / "oesm26all.zip",
        official("national_M2026_dl.xlsx", [official.row(**given)]),
        official("MSA_M2026_dl.xlsx", [metro]),
    )
    write_update(path, project)
    lines = [
        f"| OEWS {name} | May 2026 | {old:,.0f} | {old + 1000:,.0f} | +1,000 (+{1000 / old:.1%}) "
        "| new; before is May 2025 |"
        for name, old in zip(
            ("median", "mean", "10th percentile", "90th percentile"), held, strict=True
        )
    ]
    assert revisions.read_text().removeprefix(before) == "\n".join(
        [
            "",
            "## oesm26all.zip",
            "",
            f"sha256 `{hashlib.sha256(path.read_bytes()).hexdigest()}`. "
            "oews-area.csv: 1 new rows, 0 different cells. "
            "oews-national.csv: 1 new rows, 0 different cells.",
            "",
            "| figure | period | before | after | change | why |",
            "| --- | --- | ---: | ---: | ---: | --- |",
            *lines,
            "",
        ]
    )


def test_the_revisions_say_of_each_headline_that_it_is_the_first(project, official):
    revisions = project / "docs" / "revisions.md"
    before = revisions.read_text()
    write_update(official("national_M2020_dl.xlsx"), project)
    entry = revisions.read_text().removeprefix(before)
    assert "| OEWS median | May 2020 | | 53,040 | | first figure |" in entry
    assert entry.count("| | first figure |") == 4


def test_an_entry_of_the_revisions_says_when_no_headline_moves(project, official):
    revisions = project / "docs" / "revisions.md"
    before = revisions.read_text()
    path = official(rows=[official.row(OCC_CODE="43-3021", OCC_TITLE="Billing and Posting Clerks")])
    write_update(path, project)
    assert revisions.read_text().removeprefix(before) == (
        f"\n## {path.name}\n\nsha256 `{hashlib.sha256(path.read_bytes()).hexdigest()}`. "
        "oews-national.csv: 1 new rows, 0 different cells.\n\nNo headline number moves.\n"
    )


def test_taking_out_what_was_added_gives_the_same_bytes(project, official):
    table = project / "data" / "raw" / "oews-national.csv"
    before = table.read_text()
    earlier, later = (
        official.row(),
        official.row(OCC_CODE="43-3021", OCC_TITLE="Billing and Posting Clerks"),
    )
    write_update(official("national_M2020_dl.xlsx", [later, earlier]), project)
    write_update(official("national_M2026_dl.xlsx", [later, earlier]), project)
    lines = table.read_text().splitlines(keepends=True)
    assert len(lines) == len(before.splitlines()) + 4
    key = ["year", "area_code", "naics", "own_code", "soc_code"]
    assert pd.MultiIndex.from_frame(pd.read_csv(table, dtype=str)[key]).is_monotonic_increasing
    kept = [line for line in lines if "national-2020" not in line and "national-2026" not in line]
    assert "".join(kept) == before


def test_the_same_file_gives_the_same_bytes(project, official):
    path = official()
    assert plan_update(path, project).contents == plan_update(path, project).contents


def test_what_jupyter_leaves_among_the_tables_is_passed_over(project, official):
    path, left = official(), project / "data" / "raw" / ".ipynb_checkpoints"
    planned = plan_update(path, project).contents
    left.mkdir()
    shutil.copy(project / "data" / "raw" / "states.csv", left / "states-checkpoint.csv")
    assert plan_update(path, project).contents == planned


def test_a_file_taken_in_before_brings_nothing_new(coderpay, project, official):
    path = official()
    write_update(path, project)
    before = tables_and_documents(project)
    assert coderpay("update", path, "--write")[:2] == (0, "Nothing new.\n")
    assert tables_and_documents(project) == before


def test_a_file_taken_in_before_is_what_the_project_holds(coderpay, project, official):
    path = official()
    write_update(path, project)
    assert coderpay("verify", path)[:2] == (
        0,
        "1 rows and 21 cells compared, 0 differences; 0 more cells are in the workbook only\n",
    )


def test_a_revised_cell_is_shown_with_both_values_and_logged(project, official, tmp_path):
    [row] = shipped(project, "national", year=2024, soc_code="29-2072")
    [held] = load_oews("national", project / "data" / "raw").query(
        "year == 2024 and soc_code == '29-2072'"
    )["annual_mean"]
    row |= {"A_MEAN": held + 10}
    planned = write_update(official("national_M2024_dl.xlsx", [row]), project)
    assert list(described(planned.cells)) == [
        "oews-national.csv: 0 new rows, 1 different cells",
        f"  ~ 2024 US 000000 1235 29-2072, annual_mean: {held:,.0f} -> {held + 10:,.0f}",
    ]
    revisions = (project / "docs" / "revisions.md").read_text()
    assert (
        f"| OEWS mean | May 2024 | {held:,.0f} | {held + 10:,.0f} | +10 (+0.0%) | revised |"
        in revisions
    )
    [source_id] = load_oews("national", project / "data" / "raw").query(
        "year == 2024 and soc_code == '29-2072'"
    )["source_id"]
    assert list(sources(project / "data" / "raw").index).count(source_id) == 1
    digest = hashlib.sha256((tmp_path / "national_M2024_dl.xlsx").read_bytes()).hexdigest()
    assert source_id == f"bls-oews-national-2024-{digest[:8]}"


def test_a_mark_where_the_project_has_a_value_is_a_difference(project, official):
    [row] = shipped(project, "national", year=2024, soc_code="29-2072")
    planned = plan_update(official("national_M2024_dl.xlsx", [row | {"A_PCT90": "#"}]), project)
    [cell] = planned.cells.to_dict("records")
    assert (cell["column"], cell["given"]) == ("annual_p90", "top_coded")


def test_only_the_occupations_of_a_table_are_taken(project, official):
    other = official.row(OCC_CODE="29-1141", OCC_TITLE="Registered Nurses")
    broad = official.row(OCC_CODE="29-2070", O_GROUP="broad")
    planned = plan_update(official(rows=[official.row(), other, broad]), project)
    assert {row.split()[-1] for row in planned.cells["row"]} == {"29-2072"}


def test_the_occupations_taken_are_those_of_the_table_in_the_project(project, official):
    table = project / "data" / "raw" / "oews-area.csv"
    kept = [line for line in table.read_text().splitlines(keepends=True) if ",43-3021," not in line]
    table.write_text("".join(kept))
    metro = {"AREA": "10180", "AREA_TYPE": "4", "LOC_QUOTIENT": 1, "JOBS_1000": 1.2}
    clerks = official.row(OCC_CODE="43-3021", OCC_TITLE="Billing and Posting Clerks", **metro)
    planned = plan_update(official("MSA_M2026_dl.xlsx", [official.row(**metro), clerks]), project)
    assert set(planned.cells["row"]) == {"2026 CBSA-10180 000000 1235 29-2072"}


def test_areas_that_the_project_does_not_have_yet_are_taken_in(project, official):
    area = {"LOC_QUOTIENT": 1, "JOBS_1000": 1.2}
    metro = official.row(AREA="99990", AREA_TITLE="New Metro, NJ", AREA_TYPE="4", **area)
    rural = official.row(AREA="3400009", AREA_TITLE="Rest of New Jersey", AREA_TYPE="6", **area)
    write_update(
        official("all_data_M_2026.xlsx", [metro, rural], sheet="All May 2026 data"), project
    )
    areas = load_oews("area", project / "data" / "raw").query("year == 2026")
    assert areas["area_code"].tolist() == ["CBSA-99990", "NONMETRO-3400009"]


def test_each_row_of_a_workbook_of_all_areas_goes_into_the_table_of_its_kind(project, official):
    shares = {"LOC_QUOTIENT": 1, "JOBS_1000": 1.2}
    rows = [
        official.row(),
        official.row(AREA="34", AREA_TITLE="New Jersey", AREA_TYPE="2", PRIM_STATE="NJ", **shares),
        official.row(AREA="99990", AREA_TITLE="New Metro, NJ", AREA_TYPE="4", **shares),
    ]
    path = official("all_data_M_2026.xlsx", rows, sheet="All May 2026 data")
    write_update(path, project)
    for level, code in (("national", "US"), ("state", "US-NJ"), ("area", "CBSA-99990")):
        found = load_oews(level, project / "data" / "raw").query("year == 2026")
        assert found["area_code"].tolist() == [code]


def test_an_industry_that_bls_lists_at_two_levels_is_taken_once(project, official):
    hospitals = {"NAICS": "622000", "NAICS_TITLE": "Hospitals"}
    rows = [official.row(I_GROUP=level, **hospitals) for level in ("3-digit", "4-digit")]
    write_update(official("nat4d_M2026_dl.xlsx", rows), project)
    found = load_oews("industry", project / "data" / "raw").query("year == 2026")
    assert found["naics"].tolist() == ["622000"]


def test_an_industry_with_other_figures_at_another_level_is_refused(project, official):
    hospitals = {"NAICS": "622000", "NAICS_TITLE": "Hospitals"}
    rows = [
        official.row(I_GROUP="3-digit", **hospitals),
        official.row(I_GROUP="4-digit", A_MEAN=59290, **hospitals),
    ]
    with pytest.raises(InputError) as error:
        plan_update(official("nat4d_M2026_dl.xlsx", rows), project)
    assert str(error.value) == (
        "nat4d_M2026_dl.xlsx: 622000, 1235, US, 29-2072 has other figures at another level of "
        "industry (I_GROUP); expected the same"
    )


def test_a_workbook_of_metros_alone_is_not_said_to_lack_the_other_areas(project, official):
    shares = {"LOC_QUOTIENT": 1, "JOBS_1000": 1.2}
    metro = official.row(AREA="99990", AREA_TITLE="New Metro, NJ", AREA_TYPE="4", **shares)
    rural = official.row(AREA="3400009", AREA_TITLE="Rest of New Jersey", AREA_TYPE="6", **shares)
    path = official("all_data_M_2026.xlsx", [metro, rural], sheet="All May 2026 data")
    write_update(path, project)
    found = verify_workbook(official("MSA_M2026_dl.xlsx", [metro]), project)
    assert (found.rows, len(found.differences)) == (1, 0)


def test_a_workbook_of_which_no_table_has_a_row_is_refused(project, official):
    table = project / "data" / "raw" / "oews-area.csv"
    kept = [line for line in table.read_text().splitlines(keepends=True) if ",43-3021," not in line]
    table.write_text("".join(kept))
    clerks = official.row(OCC_CODE="43-3021", AREA="10180", AREA_TYPE="4")
    with pytest.raises(InputError) as error:
        plan_update(official("MSA_M2026_dl.xlsx", [clerks]), project)
    assert str(error.value) == (
        "MSA_M2026_dl.xlsx: its rows are of cross-industry; no table of the project has such"
    )


def test_a_workbook_of_no_table_s_occupations_is_refused_with_all_its_levels(project, official):
    for name in ("oews-sector.csv", "oews-industry.csv"):
        table = project / "data" / "raw" / name
        lines = table.read_text().splitlines(keepends=True)
        table.write_text("".join(line for line in lines if ",43-3021," not in line))
    clerks = [
        official.row(OCC_CODE="43-3021", NAICS=naics, I_GROUP=level)
        for naics, level in (("62", "sector"), ("622000", "3-digit"))
    ]
    with pytest.raises(InputError, match="its rows are of 3-digit, sector; no table of the proj"):
        plan_update(official("nat_M2026_dl.xlsx", clerks), project)


@pytest.mark.parametrize("command", [["update", "--write"], ["verify"]], ids=["update", "verify"])
def test_a_workbook_without_detailed_occupations_is_refused(coderpay, project, official, command):
    before = tables_and_documents(project)
    path = official(rows=[official.row(O_GROUP="major", OCC_CODE="29-0000")])
    assert coderpay(*command, path) == (
        2,
        "",
        "Error: national_M2026_dl.xlsx: no row is of 11-9111, 13-1041, 29-2072, 29-9021, 43-1011, "
        "43-3021; expected an OEWS workbook (.xlsx) or zip file as BLS publishes it\n",
    )
    assert tables_and_documents(project) == before


@pytest.mark.parametrize("level", ["Detailed", "detail"])
def test_a_level_of_occupation_that_nobody_knows_is_refused(project, official, level):
    rows = [official.row(), official.row(OCC_CODE="43-3021", O_GROUP=level)]
    with pytest.raises(InputError) as error:
        plan_update(official(rows=rows), project)
    assert str(error.value) == (
        f"national_M2026_dl.xlsx: the level of an occupation (O_GROUP) is {level!r}; expected one "
        "of total, major, minor, broad, detailed"
    )


def test_territories_are_not_states(project, official):
    area = {"AREA_TYPE": "2", "LOC_QUOTIENT": 1, "JOBS_1000": 1.2}
    jersey = official.row(AREA="34", AREA_TITLE="New Jersey", **area)
    island = official.row(AREA="72", AREA_TITLE="Puerto Rico", **area | {"AREA_TYPE": "3"})
    write_update(official("state_M2026_dl.xlsx", [jersey, island]), project)
    assert load_oews("state", project / "data" / "raw").query("year == 2026")[
        "area_code"
    ].tolist() == ["US-NJ"]


def test_an_official_row_takes_the_place_of_a_corrected_copy_and_of_its_correction(
    project, official
):
    raw = project / "data" / "raw"
    corrections = pd.read_csv(raw / "corrections.csv", dtype=str)
    assert "year=2022;naics=31" in set(corrections["key"])
    before = load_oews("sector", raw).query("year == 2022")
    [row] = shipped(project, "sector", year=2022, naics="31-33")
    row |= {"EMP_PRSE": 12}
    planned = write_update(official("natsector_M2022_dl.xlsx", [row]), project)
    assert planned.notes == [
        "corrections.csv: the correction of oews-sector.csv, year=2022;naics=31, "
        "goes with the row it corrected"
    ]
    after = load_oews("sector", raw).query("year == 2022")
    assert len(after) == len(before)
    assert after.loc[after["naics"] == "31-33", "employment_rse"].tolist() == [12]
    left = pd.read_csv(raw / "corrections.csv", dtype=str)
    assert set(corrections["key"]) - set(left["key"]) == {"year=2022;naics=31"}


def test_what_is_noted_of_one_table_is_said_though_another_follows(project, official, tmp_path):
    [sector] = shipped(project, "sector", year=2022, naics="31-33")
    shares = {"LOC_QUOTIENT": 1, "JOBS_1000": 1.2}
    state = official.row(AREA="34", AREA_TITLE="New Jersey", AREA_TYPE="2", **shares)
    path = zipped(
        tmp_path / "oesm22.zip",
        official("natsector_M2022_dl.xlsx", [sector | {"EMP_PRSE": 12}]),
        official("state_M2022_dl.xlsx", [state]),
    )
    planned = plan_update(path, project)
    assert {"oews-sector.csv", "oews-state.csv"} < {*planned.cells["table"]}
    assert any("year=2022;naics=31, goes with" in note for note in planned.notes)


def test_a_known_miss_that_changes_is_noted(project, official):
    [miss] = (
        pd.read_csv(project / "data" / "raw" / "known-misses.csv")
        .query("check == 'sector_employment' and year == 2022")
        .to_dict("records")
    )
    [row] = shipped(project, "sector", year=2022, naics="62")
    row |= {"TOT_EMP": row["TOT_EMP"] + 10}
    notes = plan_update(official("natsector_M2022_dl.xlsx", [row]), project).notes
    assert any(
        "known-misses.csv" in note and f"expected {miss['expects']:g}; look again" in note
        for note in notes
    )


def edition(path, *rows):
    """A made-up AAPC edition as a CSV file; each of `rows` changes one row's cells."""
    row = {
        "edition": "2026",
        "reference_period": "2026",
        "population": "AAPC members",
        "dimension": "certification",
        "category": "certified",
        "statistic": "mean",
        "value": "70000",
        "unit": "USD per year",
        "confidence": "medium",
        "weakness": "",
        "locator": "table 1",
        "source_id": "aapc-2026-report",
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, row | rows[0])
        writer.writeheader()
        writer.writerows(row | changes for changes in rows)
    return path


def test_an_aapc_edition_is_taken_in(project, tmp_path):
    raw = project / "data" / "raw"
    before = (raw / "aapc-surveys.csv").read_text()
    path = edition(
        tmp_path / "aapc-2026.csv",
        {"confidence": "high"},
        {"category": "non-certified", "confidence": "low"},
    )
    write_update(path, project)
    rows = load_aapc(raw).query("edition == '2026'")
    assert rows["category"].tolist() == ["certified", "non-certified"]
    assert set(rows["value"]) == {70000} and set(rows["source_id"]) == {"aapc-2026-report"}
    source = sources(raw).loc["aapc-2026-report"]
    assert (source["path"], source["confidence"]) == ("aapc-2026.csv", "low")
    assert (source["title"], source["publisher"]) == ("aapc-2026.csv", "AAPC")
    assert untraced_rows(raw).empty
    revisions = (project / "docs" / "revisions.md").read_text()
    assert "| AAPC certified average | 2026 | " in revisions and "| 70,000 |" in revisions
    lines = (raw / "aapc-surveys.csv").read_text().splitlines(keepends=True)
    assert "".join(line for line in lines if "aapc-2026-report" not in line) == before


def test_a_source_names_each_period_of_its_figures(project, tmp_path):
    path = edition(
        tmp_path / "aapc.csv",
        {"reference_period": "2026"},
        {"reference_period": "2025", "category": "non-certified"},
    )
    write_update(path, project)
    source = sources(project / "data" / "raw").loc["aapc-2026-report"]
    assert source["reference_period"] == "2025, 2026"


def test_an_aapc_edition_taken_in_before_brings_nothing_new(coderpay, project, tmp_path):
    path = edition(tmp_path / "aapc-2026.csv", {})
    lacking = write_update(path, project).notes
    before = tables_and_documents(project)
    again = plan_update(path, project)
    assert again.cells.empty and lacking and again.notes == lacking
    assert (again.contents, again.before) == ({}, {})
    code, said, _ = coderpay("update", path, "--write")
    assert (code, said) == (0, "\n".join([*lacking, "Nothing new.", ""]))
    assert tables_and_documents(project) == before


def test_a_second_reading_of_an_aapc_figure_waits_for_a_judgement(coderpay, project, tmp_path):
    before = tables_and_documents(project)
    path = edition(tmp_path / "aapc.csv", {"edition": "2025"})
    code, _, said = coderpay("update", path, "--write")
    assert code == 2
    assert "two readings of 2025, certification, certified, mean: " in said
    assert "70000 (aapc-2026-report)" in said and "`drop` in corrections.csv" in said
    assert tables_and_documents(project) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": "much"}, "aapc-2026.csv, row 2, column value: found 'much', expected a number"),
        (
            {"statistic": "average"},
            "aapc-2026.csv, row 2, column statistic: found 'average', expected one of",
        ),
        ({"note": "x"}, "aapc-2026.csv, column note is not one of the table's"),
    ],
)
def test_a_damaged_aapc_edition_is_refused(coderpay, project, tmp_path, changes, message):
    before = tables_and_documents(project)
    code, _, said = coderpay("update", edition(tmp_path / "aapc-2026.csv", changes), "--write")
    assert code == 2
    assert message in said
    assert tables_and_documents(project) == before


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2,3\n4,5,6,7\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_csv_is_refused(coderpay, project, tmp_path, content):
    path = tmp_path / "aapc.csv"
    path.write_bytes(content)
    before = tables_and_documents(project)
    code, _, said = coderpay("update", path, "--write")
    assert code == 2
    assert said.startswith("Error: aapc.csv: not a table of comma-separated values in UTF-8 (")
    assert tables_and_documents(project) == before


def cut_short(path):
    path.write_bytes(path.read_bytes()[:3000])
    return path


def emptied(path):
    path.write_bytes(b"")
    return path


DAMAGED = {
    "a missing column": (
        lambda official: official(columns=[name for name in official.columns if name != "A_MEAN"]),
        "row 1: expected each column once, found 0 of A_MEAN; the nearest are: ",
    ),
    "text in a number": (
        lambda official: official(rows=[official.row(A_MEAN="n/a")]),
        "row 2, column A_MEAN: found 'n/a', expected a number, or *, **, # or ~",
    ),
    "a negative wage": (
        lambda official: official(rows=[official.row(H_MEAN=-28.5)]),
        "row 2, column H_MEAN: found -28.5, expected at least 1",
    ),
    "a duplicated row": (
        lambda official: official(rows=[official.row(), official.row()]),
        "row 3, column year, area_code, naics, own_code, soc_code: "
        "found 2026, US, 000000, 1235, 29-2072 again",
    ),
    "a percentile out of order": (
        lambda official: official(rows=[official.row(A_PCT25=30000)]),
        "row 2, column A_PCT25: found 30000, expected at least A_PCT10",
    ),
    "a file cut short": (
        lambda official: cut_short(official()),
        "national_M2026_dl.xlsx is a zip file cut short; "
        "expected an OEWS workbook (.xlsx) or zip file",
    ),
    "a workbook of another survey": (
        lambda official: official(columns=["Occupation", "Median weekly earnings"]),
        "is no OEWS workbook: no sheet (national_M2026_dl) has the columns "
        "AREA_TYPE, AREA, AREA_TITLE,",
    ),
    "a file of 0 bytes": (
        lambda official: emptied(official()),
        "national_M2026_dl.xlsx is empty (0 bytes); expected an OEWS workbook (.xlsx) or zip file",
    ),
}


@pytest.mark.parametrize("command", [["update", "--write"], ["verify"]], ids=["update", "verify"])
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_workbook_is_refused_and_changes_nothing(
    coderpay, project, official, damage, command
):
    damaged, message = DAMAGED[damage]
    before = tables_and_documents(project)
    code, printed, said = coderpay(*command, damaged(official))
    assert (code, printed) == (2, "")
    assert said.startswith("Error: national_M2026_dl.xlsx")
    assert message in said
    assert "Traceback" not in said
    assert tables_and_documents(project) == before


def test_a_write_that_fails_leaves_every_file_as_it_was(project, official, monkeypatch):
    before = tables_and_documents(project)
    replace = Path.replace

    def full(path, target):
        if target.name == "data-dictionary.md":
            raise OSError(28, "No space left on device", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match=r"No space left on device.*what was there is as it was"):
        write_update(official(), project)
    assert tables_and_documents(project) == before
    monkeypatch.undo()
    write_update(official(), project)
    assert tables_and_documents(project) != before


@pytest.mark.parametrize("year", [2023, 2024])
def test_verify_finds_no_difference_in_a_workbook_with_the_same_figures(
    coderpay, project, official, year
):
    rows = shipped(project, "national", year=year)
    path = official(f"national_M{year}_dl.xlsx", [*rows, official.row(OCC_CODE="29-1141")])
    code, printed, _ = coderpay("verify", path)
    cells = (4 + 17) * len(rows)  # names, figures
    assert code == 0
    assert printed == (
        f"{len(rows)} rows and {cells} cells compared, 0 differences; "
        "0 more cells are in the workbook only\n"
    )


def test_verify_shows_every_difference(coderpay, project, official):
    rows = shipped(project, "national", year=2024)
    gone = rows.pop()
    held = rows[0]["A_MEAN"]
    rows[0] |= {"A_MEAN": held + 10, "H_PCT90": "#"}
    code, printed, _ = coderpay("verify", official("national_M2024_dl.xlsx", rows))
    assert code == 1
    first = f"2024 US 000000 1235 {rows[0]['OCC_CODE']}"
    assert f"  ~ {first}, annual_mean: {held:,.0f} -> {held + 10:,.0f}" in printed
    assert f"  ~ {first}, hourly_p90: " in printed and "-> top_coded" in printed
    assert f"  ~ 2024 US 000000 1235 {gone['OCC_CODE']}, row: present -> missing" in printed
    assert printed.endswith(
        f"{len(rows) + 1} rows and {21 * len(rows)} cells compared, 3 differences; "
        "0 more cells are in the workbook only\n"
    )


def test_a_workbook_of_one_level_of_industry_is_compared_with_the_rows_of_that_level(
    project, official
):
    held = load_oews("industry", project / "data" / "raw").query("year == 2025")
    level = held["industry_group"].eq("3-digit")
    rows = shipped(project, "industry", year=2025, industry_group="3-digit")
    path = official("nat3d_M2025_dl.xlsx", [row | {"I_GROUP": "3-digit"} for row in rows])
    found = verify_workbook(path, project)
    assert found.rows == len(rows) == level.sum() < len(held)
    assert found.differences.empty


def test_verify_counts_what_the_copy_lacked_apart(project, official):
    delaware = {"year": 2023, "area_code": "US-DE", "soc_code": "29-9021"}
    [row] = shipped(project, "state", **delaware)
    # The copy of Delaware's row lacks these; a workbook has them.
    row |= {"AREA": "10", "AREA_TYPE": "2"}
    row |= {"TOT_EMP": 100, "EMP_PRSE": 1, "JOBS_1000": 1, "LOC_QUOTIENT": 1, "MEAN_PRSE": 1}
    found = verify_workbook(official("state_M2023_dl.xlsx", [row]), project)
    assert (found.not_in_copy, found.cells) == (5, 16)
    assert set(found.differences["column"]) == {"row"}  # the project's other states of 2023


def test_verify_refuses_a_year_the_project_does_not_have(coderpay, official):
    code, _, said = coderpay("verify", official())
    assert code == 2
    assert (
        "national_M2026_dl.xlsx: the project has no row of its year and kind of area to compare"
        in said
    )


def test_accuracy_says_that_a_file_has_no_row_of_the_nation(coderpay, official):
    state = official.row(AREA="34", AREA_TITLE="New Jersey", AREA_TYPE="2")
    assert coderpay("accuracy", official("state_M2026_dl.xlsx", [state])) == (
        2,
        "",
        "Error: state_M2026_dl.xlsx: no row is of the nation; expected an OEWS workbook (.xlsx) or "
        "zip file as BLS publishes it\n",
    )


def test_accuracy_says_that_a_file_has_too_few_occupations(coderpay, official):
    path = official(rows=[official.row(), official.row(OCC_CODE="43-3021", OCC_TITLE="Clerks")])
    assert coderpay("accuracy", path) == (
        2,
        "",
        "Error: national_M2026_dl.xlsx: 2 occupations have a mean and five percentiles; expected "
        "20 or more\n",
    )


def sectors_of_2022(project):
    """The sectors of May 2022 that BLS's own file names as the table does."""
    rows = shipped(project, "sector", year=2022)
    return [row | {"OWN_CODE": row["OWN_CODE"] or "5"} for row in rows]


def test_a_sector_file_that_lacks_rows_takes_nothing_away(coderpay, project, official):
    rows = sectors_of_2022(project)[2:5]
    before = tables_and_documents(project)
    path = official("natsector_M2022_dl.xlsx", rows)
    code, printed, said = coderpay("update", path, "--write")
    held = len(load_oews("sector", project / "data" / "raw").query("year == 2022"))
    assert (code, said) == (0, "")
    assert "oews-industry.csv: 3 new rows, 0 different cells" in printed
    assert "oews-sector.csv" not in printed
    table = project / "data" / "raw" / "oews-sector.csv"
    assert table.read_bytes() == before[table]
    code, printed, _ = coderpay("verify", path)
    assert code == 1
    assert printed.count(", row: present -> missing") == held - len(rows)


def test_a_sector_file_cut_short_is_refused_by_its_own_name(coderpay, project, official):
    before = tables_and_documents(project)
    path = cut_short(official("natsector_M2022_dl.xlsx", sectors_of_2022(project)))
    code, printed, said = coderpay("update", path, "--write")
    assert (code, printed) == (2, "")
    assert said.startswith("Error: natsector_M2022_dl.xlsx is a zip file cut short; expected an ")
    assert tables_and_documents(project) == before


def test_the_rows_shipped_go_through_the_reader_unchanged(project, official):
    rows = shipped(project, "national", year=2024)
    read = read_workbook(official("national_M2024_dl.xlsx", rows)).drop(
        columns=["group", "industry_group", "source_id"]
    )
    held = load_oews("national", project / "data" / "raw").query("year == 2024")
    pd.testing.assert_frame_equal(
        read,
        held.drop(columns=["source_id", "correction"]).reset_index(drop=True),
        check_dtype=False,
    )


def test_no_hash_is_recorded_while_another_table_breaks_its_rules(coderpay, project, official):
    states = project / "data" / "raw" / "oews-state.csv"
    states.write_text(states.read_text().replace("US-NJ", "NJ", 1))
    before = tables_and_documents(project)
    code, _, said = coderpay("update", official(), "--write")
    assert code == 2
    assert said.startswith("Error: oews-state.csv, row ")
    assert "column area_code: found 'NJ', expected the form US|" in said
    assert tables_and_documents(project) == before


def test_the_package_stays_valid_json_in_its_own_layout(project, official):
    path = project / "data" / "raw" / "datapackage.json"
    write_update(official(), project)
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
