"""A new edition of AAPC's survey: the bridge reaches it, or the update says what is lacking."""

import csv
import itertools
import json
from datetime import date

import pandas as pd
import pytest
from checkout import tables_and_documents

from analysis.methods.bridge import vintage_inputs
from analysis.published.dictionary import untraced_rows
from analysis.published.ledger import aapc_figures
from analysis.published.package import sources
from analysis.published.paths import ROOT
from analysis.published.raw_tables import load_aapc, load_oews, load_table
from common.errors import InputError
from intake.editions import AAPC, PROPOSED, TEMPLATE, VINTAGES, propose_vintages, read_edition
from intake.undo import undo_last
from intake.update import described, plan_update, verify_workbook, write_update

MEANS = {"certified": "70000", "non-certified": "57500", "one": "65000"}


@pytest.fixture
def edition(tmp_path):
    """The template, filled in for a year; `without` leaves categories out."""

    def write(year="2026", without=()):
        with (ROOT / TEMPLATE).open(newline="") as file:
            rows = list(csv.DictReader(file))
        path = tmp_path / f"aapc-{year}.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            for row in rows:
                if row["category"] not in without:
                    own = {"edition": year, "source_id": f"aapc-{year}-report"}
                    writer.writerow(row | own | {"value": MEANS[row["category"]]})
        return path

    return write


def both_occupations(official, year, name="national_M{}_dl.xlsx"):
    clerks = {"OCC_CODE": "43-3021", "OCC_TITLE": "Billing and Posting Clerks"}
    return official(name.format(year), [official.row(), official.row(**clerks)])


def inputs_of(vintage, project):
    raw = project / "data" / "raw"
    national = load_oews("national", raw)
    vintages = load_table(VINTAGES, raw)
    return vintage_inputs(vintages, vintage, national, aapc_figures(load_aapc(raw)), sources(raw))


def test_the_bridge_reaches_an_edition_at_once_with_the_newest_may(project, edition):
    planned = write_update(edition(), project)
    assert planned.notes == [
        "bridge-vintages.csv: edition 2026 is compared with May 2025, the newest that the tables "
        "have; once May 2026 is taken in, with that"
    ]
    assert any("+ 2026 bls_median: year 2025, " in line for line in described(planned.cells))
    inputs = inputs_of(2026, project)
    assert inputs.loc["bls_median", "figure_id"] == "oews-2025-us-29-2072-median"
    assert inputs.loc["bls_mean_2024", "figure_id"] == "oews-2024-us-29-2072-mean"
    means = ["aapc_certified_mean", "aapc_noncertified_mean", "aapc_one_credential_mean"]
    assert inputs.loc[means, "value"].tolist() == [70000, 57500, 65000]
    assert set(inputs.index) == set(inputs_of(2025, project).index)
    assert untraced_rows(project / "data" / "raw").empty


def test_with_its_own_may_an_edition_is_compared_with_that(project, edition, official):
    write_update(both_occupations(official, 2026), project)
    assert write_update(edition(), project).notes == []
    inputs = inputs_of(2026, project)
    assert inputs.loc["bls_mean", ["value", "figure_id"]].tolist() == [
        59280,
        "oews-2026-us-29-2072-mean",
    ]
    assert inputs.loc["billing_clerk_mean", "figure_id"] == "oews-2026-us-43-3021-mean"


@pytest.mark.slow
def test_every_order_gives_the_same_tables_and_comes_out_with_the_same_bytes(
    project, edition, official
):
    before = tables_and_documents(project)
    clerks = {"OCC_CODE": "43-3021", "OCC_TITLE": "Billing and Posting Clerks"}
    local = {"LOC_QUOTIENT": 1.25, "JOBS_1000": 1.2}
    hospitals = {"NAICS": "622000", "NAICS_TITLE": "Hospitals", "I_GROUP": "3-digit"}
    metro = official.row(AREA="10180", AREA_TITLE="Abilene, TX", AREA_TYPE="4", **local)
    state = official.row(AREA="34", AREA_TITLE="New Jersey", AREA_TYPE="2", **local)
    files = [
        official.flat([official.row(), official.row(**clerks), metro, official.row(**hospitals)]),
        official("state_M2026_dl.xlsx", [state]),
        edition(),
    ]
    outcomes = []
    for order in itertools.permutations(files):
        for path in order:
            assert write_update(path, project).contents
        outcomes.append(tables_and_documents(project, "revisions.md"))
        assert [undo_last(project).name for _ in order] == [path.name for path in order[::-1]]
        assert tables_and_documents(project) == before
    assert all(outcome == outcomes[0] for outcome in outcomes)


@pytest.mark.parametrize("first", ["workbook", "flat files"])
def test_flat_files_and_a_workbook_of_the_same_rows_bring_the_same(project, official, first):
    clerks = official.row(OCC_CODE="43-3021", OCC_TITLE="Billing and Posting Clerks")
    metro = official.row(AREA="10180", AREA_TITLE="Abilene, TX", AREA_TYPE="4", LOC_QUOTIENT=1.25)
    rows = [official.row(), clerks, metro]
    files = [official("all_data_M_2026.xlsx", rows), official.flat(rows)]
    one, other = files if first == "workbook" else files[::-1]
    assert set(write_update(one, project).cells["row"].str.split().str[1]) == {"US", "CBSA-10180"}
    assert plan_update(other, project).cells.empty
    assert verify_workbook(other, project).differences.empty


@pytest.mark.parametrize(
    ("year", "without", "lacking"),
    [
        (
            "2026",
            ["certified"],
            "edition 2026: aapc-surveys.csv lacks its mean of certified members (dimension "
            "certification, category certified, statistic mean, unit USD per year)",
        ),
        (
            "2003",
            [],
            "edition 2003: oews-national.csv has no May up to 2003 with annual_median of 29-2072, "
            "annual_mean of 29-2072, annual_mean of 43-3021, annual_median of 43-3021",
        ),
    ],
)
def test_what_is_lacking_is_said(project, edition, year, without, lacking):
    planned = write_update(edition(year, without), project)
    assert planned.notes == [f"bridge-vintages.csv: the bridge does not reach {lacking}"]
    assert load_table(VINTAGES, project / "data" / "raw")["source_id"].nunique() == 1


def test_a_figure_that_is_lacking_can_be_given_later(project, edition, tmp_path):
    rows = pd.read_csv(edition(), dtype=str, keep_default_na=False)
    write_update(edition(without=["certified"]), project)
    rows[rows["category"] == "certified"].to_csv(tmp_path / "rest.csv", index=False)
    write_update(tmp_path / "rest.csv", project)
    assert inputs_of(2026, project).loc["aapc_certified_mean", "value"] == 70000


def test_a_mean_that_the_edition_does_not_have_stays_empty(project, edition):
    write_update(edition(without=["one"]), project)
    assert inputs_of(2026, project).loc["aapc_one_credential_mean"].isna()["value"]


def test_rows_that_somebody_has_judged_are_left_alone(project, edition, official):
    write_update(edition(), project)
    path = project / "data" / "raw" / VINTAGES
    judged = path.read_text().replace(PROPOSED.name, "judgement-bridge-vintages")
    path.write_text(judged)
    write_update(both_occupations(official, 2026), project)
    assert path.read_text() == judged


def test_for_an_edition_that_somebody_has_judged_nothing_is_proposed(project):
    rows, notes = propose_vintages(["2025", "2025 or 2026"], project / "data" / "raw")
    assert rows.empty
    assert notes == []


def test_an_edition_judged_with_an_older_may_is_no_pattern_for_the_next(project, edition, official):
    write_update(edition(), project)
    path = project / "data" / "raw" / VINTAGES
    path.write_text(path.read_text().replace(PROPOSED.name, "judgement-bridge-vintages"))
    write_update(both_occupations(official, 2026), project)
    write_update(edition("2027"), project)
    assert inputs_of(2027, project).loc["bls_mean", "figure_id"] == "oews-2026-us-29-2072-mean"


def test_the_rules_for_what_is_proposed_are_those_of_the_project_at_hand(project):
    path = project / "data" / "raw" / "datapackage.json"
    package = json.loads(path.read_text())
    [vintages] = [table for table in package["resources"] if table["path"] == VINTAGES]
    vintages["schema"]["fields"][0]["constraints"]["maximum"] = 2020
    del vintages["hash"]
    path.write_text(json.dumps(package))
    with pytest.raises(InputError, match="expected at most 2020"):
        propose_vintages(["2026"], path.parent)


def test_a_row_that_points_at_the_figure_of_another_edition_is_refused(project, edition):
    write_update(edition(), project)
    path = project / "data" / "raw" / VINTAGES
    path.write_text(path.read_text().replace("aapc-2026-certified", "aapc-2025-certified"))
    with pytest.raises(InputError) as error:
        inputs_of(2026, project)
    assert str(error.value) == (
        "vintage 2026, input 'aapc_certified_mean': 'aapc-2025-certified' is a figure of edition "
        "2025, expected one of edition 2026"
    )


def test_the_template_has_the_columns_and_waits_for_its_values(project):
    with pytest.raises(InputError) as error:
        read_edition(ROOT / TEMPLATE, project / "data" / "raw")
    assert str(error.value).splitlines() == [
        f"aapc-edition.csv, row {row}, column value: found nothing, expected a number"
        for row in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("column", "found", "expected"),
    [
        ("category", " certified", "no space at either end"),
        ("category", "certified\u00a0", "no space at either end"),
        ("population", "AAPC\x00members", "text on one line, without control characters"),
        ("locator", "page\n2026,text", "text on one line, without control characters"),
        ("edition", "2062", f"a year from 2000 to {date.today().year + 1}"),
        ("edition", "2025 or 2062", f"a year from 2000 to {date.today().year + 1}"),
        ("edition", "1999", f"a year from 2000 to {date.today().year + 1}"),
        ("edition", "٢٠٢٦", r"the form \d{4}( or \d{4})?|unknown"),
        ("value", "70_000", "a number"),
        ("value", "７００００", "a number"),
    ],
)
def test_what_nobody_means_is_refused(project, edition, column, found, expected):
    path = edition()
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows.loc[1, column] = found
    rows.to_csv(path, index=False)
    with pytest.raises(InputError) as error:
        plan_update(path, project)
    assert str(error.value) == (
        f"aapc-2026.csv, row 3, column {column}: found {found!r}, expected {expected}"
    )


def test_all_that_nobody_means_is_named(project, edition):
    path = edition()
    text = path.read_text().replace(",certified,", ",certified ,")
    path.write_text(text.replace("AAPC members", "AAPC members "))
    with pytest.raises(InputError) as error:
        read_edition(path, project / "data" / "raw")
    assert [line.partition(": ")[0] for line in str(error.value).splitlines()] == [
        *(f"aapc-2026.csv, row {row}, column population" for row in (2, 3, 4)),
        "aapc-2026.csv, row 2, column category",
    ]


def test_the_rules_of_the_project_hold(project, edition):
    package = project / "data" / "raw" / "datapackage.json"
    pattern = r'"\\d{4}( or \\d{4})?|unknown"'
    assert pattern in package.read_text()
    package.write_text(package.read_text().replace(pattern, '"2025"'))
    with pytest.raises(InputError, match="found '2026', expected the form 2025"):
        read_edition(edition(), project / "data" / "raw")


def test_several_editions_are_proposed_each_with_its_may(project, edition, tmp_path):
    files = [pd.read_csv(edition(year), dtype=str) for year in ("2003", "2023", "2025 or 2026")]
    path = tmp_path / "three.csv"
    files += [pd.read_csv(edition(year), dtype=str) for year in ("2026", "2027")]
    pd.concat(files).to_csv(path, index=False)
    lacking, *older = write_update(path, project).notes
    assert lacking.startswith("bridge-vintages.csv: the bridge does not reach edition 2003: ")
    assert [note[:66] for note in older] == [
        f"bridge-vintages.csv: edition {year} is compared with May 2025, the n"
        for year in (2026, 2027)
    ]
    rows = load_table(VINTAGES, project / "data" / "raw")
    proposed = rows[rows["source_id"] == PROPOSED.name]
    assert proposed["vintage"].unique().tolist() == [2023, 2026, 2027]


def test_the_notes_of_proposed_rows_say_which_may_and_what_is_lacking(project, edition, official):
    write_update(edition("2026", without=["one"]), project)
    raw = project / "data" / "raw"
    notes = load_table(VINTAGES, raw).query("vintage == 2026").set_index("input")["note"]
    assert notes["bls_mean"] == "The newest May before the survey year that the tables had: 2025."
    assert notes["aapc_certified_mean"] == ""
    assert notes["aapc_one_credential_mean"] == (
        "No mean of members of the category 'one' was found for this edition."
    )
    write_update(both_occupations(official, 2026), project)
    notes = load_table(VINTAGES, raw).query("vintage == 2026").set_index("input")["note"]
    judged = load_table(VINTAGES, raw).query("vintage == 2025").set_index("input")["note"]
    assert notes["bls_mean"] == judged["bls_mean"] != ""


def test_editions_from_2000_to_the_coming_year_s_are_taken(project, edition):
    assert plan_update(edition(str(date.today().year + 1)), project).contents
    assert set(read_edition(edition("2000"), project / "data" / "raw")["edition"]) == {"2000"}


def test_an_edition_saved_by_excel_with_a_byte_order_mark_is_read_as_one_without(project, edition):
    path = edition()
    plain = plan_update(path, project).cells
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(plan_update(path, project).cells, plain)


@pytest.mark.parametrize("header", ["year,mean", "", "edition,value\n2026,1,2"])
def test_wrong_columns_are_answered_with_the_right_ones_and_the_template(project, tmp_path, header):
    path = tmp_path / "edition.csv"
    path.write_text(header)
    with pytest.raises(InputError) as error:
        plan_update(path, project)
    columns = list(load_table(AAPC, project / "data" / "raw"))[:-1]
    assert str(error.value).endswith(
        f"\nexpected the columns {', '.join(columns)}; docs/aapc-edition.csv is a template, and "
        "docs/updating.md says what they mean"
    )


def test_the_columns_expected_are_those_of_the_project_at_hand(project, tmp_path):
    package = project / "data" / "raw" / "datapackage.json"
    package.write_text(package.read_text().replace('"locator"', '"page"'))
    path = tmp_path / "edition.csv"
    path.write_text("year,mean")
    with pytest.raises(InputError, match=r"expected the columns .*, page, .*; docs"):
        read_edition(path, package.parent)
