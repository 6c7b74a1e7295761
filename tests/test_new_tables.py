"""The report after tables of another May, or an edition of AAPC's, are taken in one by one."""

import csv
import json
import re
import shutil

import pandas as pd
import pytest
from checkout import run

from analysis.methods.occupations import OCCUPATIONS
from analysis.published.raw_tables import load_oews, load_table
from intake.official_columns import BLS_COLUMNS, VALUES

pytestmark = pytest.mark.slow
KINDS = {"national": 1, "state": 2, "territory": 3, "metropolitan": 4, "nonmetropolitan": 6}


def as_bls_prints(level, may, *kinds):
    """The rows of one May of a table in BLS's columns; what is not held is a `*`."""
    table = load_oews(level).assign(O_GROUP="detailed", I_GROUP="cross-industry")
    table = table[table["year"].eq(may) & table["soc_code"].isin(OCCUPATIONS)]
    if level == "sector":
        table = table.assign(I_GROUP="sector", area_type="national", area_code="US")
    table = table[table["area_type"].isin(kinds)]
    fips = load_table("states.csv").set_index("area_code")["fips"].astype(str).str.zfill(2)
    codes = {**fips, "US": "99", "US-PR": "72", "US-VI": "78", "US-GU": "66"}
    area = table["area_code"].map(codes).fillna(table["area_code"].str.rpartition("-")[2])
    rows = table.rename(columns=BLS_COLUMNS).assign(
        AREA=area, AREA_TYPE=table["area_type"].map(KINDS).astype(str)
    )
    if level == "sector":
        rows = rows.assign(AREA_TITLE="U.S.")
    columns = [*dict.fromkeys(BLS_COLUMNS.values())]
    filled = rows.reindex(columns=columns).astype(object)
    figures = [*VALUES.values()]
    filled[figures] = filled[figures].where(filled[figures].notna(), "*")
    return filled.to_dict("records")


def take_in(project, *paths):
    for path in paths:
        taken = run(project, "update", str(path), "--write")
        assert taken.returncode == 0, taken.stderr


def made(project, *arguments):
    """What each notebook shows in words, once every page is made."""
    report = run(project, "report", *arguments)
    assert report.returncode == 0, report.stdout + report.stderr
    return {path.stem: words_of(path) for path in (project / "report/notebooks").glob("*.ipynb")}


def words_of(notebook):
    """The sentences, tables and titles that a notebook shows."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join("".join(output.get("data", {}).get("text/plain", "")) for output in outputs)


def test_tables_of_a_may_that_come_before_the_nation_s_wait_for_it(own_copy, official):
    before = made(own_copy)
    state = [*as_bls_prints("state", 2025, "state"), *as_bls_prints("area", 2025, "territory")]
    take_in(
        own_copy,
        official("natsector_M2026_dl.xlsx", as_bls_prints("sector", 2025, "national")),
        official("state_M2026_dl.xlsx", state),
        official("MSA_M2026_dl.xlsx", as_bls_prints("area", 2025, "metropolitan")),
    )
    after = made(own_copy)
    assert "May 2026 is held in part only" in after["04-compare-places"]
    same = ["00-find-your-place", "03-reconcile-bls-aapc", "08-weigh-offers"]
    waits = re.compile(r"\n\S+ May 2026 is held in part only[^.]*\.")
    told = {page for page in after if waits.search(after[page])}
    assert {"00-find-your-place", "06-profile-area", "08-weigh-offers"} <= told
    assert [page for page in same if waits.sub("", after[page]) != before[page]] == []
    assert "In May 2025, of" in after["04-compare-places"]
    nation = official("national_M2026_dl.xlsx", as_bls_prints("national", 2025, "national"))
    take_in(own_copy, nation)
    assert "In May 2026, of" in made(own_copy)["04-compare-places"]


def test_older_tables_taken_in_after_newer_ones_change_only_what_is_said_of_them(
    own_copy, official
):
    before = made(own_copy)
    take_in(
        own_copy,
        official("MSA_M2022_dl.xlsx", as_bls_prints("area", 2023, "metropolitan")),
        official("state_M2022_dl.xlsx", as_bls_prints("state", 2023, "state")),
        official("natsector_M2020_dl.xlsx", as_bls_prints("sector", 2023, "national")),
        official("national_M2020_dl.xlsx", as_bls_prints("national", 2023, "national")),
    )
    after = made(own_copy)
    same = ["00-find-your-place", "06-profile-area", "07-follow-pay", "08-weigh-offers"]
    assert [page for page in same if after[page] != before[page]] == []
    assert "a lower median in May 2025 than in May 2022" in " ".join(
        after["04-compare-places"].split()
    )


def test_an_edition_is_taken_in_as_the_documents_say(own_copy):
    path = own_copy / "edition.csv"
    shutil.copy(own_copy / "docs" / "aapc-edition.csv", path)
    empty = run(own_copy, "update", "edition.csv", "--write")
    assert (empty.returncode, empty.stderr.count("column value: found nothing")) == (2, 3)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows.assign(value=["70000", "57500", "65000"]).to_csv(path, index=False, quoting=csv.QUOTE_ALL)
    take_in(own_copy, path)
    after = made(own_copy, "--set", "03-reconcile-bls-aapc.vintage=2026")
    assert "$70,000" in after["03-reconcile-bls-aapc-vintage-2026"]
    assert "AAPC 2026" in after["07-follow-pay"]
