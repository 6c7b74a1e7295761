import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.published.agreement import (
    annual_wages,
    check_official_tables,
    employment_sums,
    explain_misses,
    weighted_means,
)
from analysis.published.paths import RAW
from analysis.published.raw_tables import load_oews
from common.errors import InputError

CODER, BILLER = "29-2072", "43-3021"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return shutil.copytree(RAW, tmp_path / "raw")


def table(**columns: list) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"year": [2024] * rows, "soc_code": [CODER] * rows, **columns})


def test_every_miss_of_the_official_tables_is_explained():
    checks = check_official_tables()
    misses = checks[~checks["holds"]]
    assert (misses["explanation"] != "").all()
    assert (checks.loc[checks["holds"], "explanation"] == "").all()
    assert len(misses) == 7


def test_billing_clerks_of_may_2024_miss_the_national_mean_by_163_dollars():
    checks = check_official_tables().set_index(["name", "year", "soc_code"])
    miss = checks.loc[("state_mean", 2024, BILLER)]
    assert not miss["holds"]
    assert round(miss["difference"], 1) == -163.3
    assert miss["missing"] == ""
    assert miss["explanation"].startswith("Not explained.")


def test_vermont_is_what_may_2025_lacks():
    checks = check_official_tables().set_index(["name", "year", "soc_code"])
    miss = checks.loc[("state_employment", 2025, CODER)]
    assert (miss["difference"], miss["missing"]) == (-680, "US-VT")


def test_coders_meet_the_national_figures_in_may_2023():
    checks = check_official_tables().set_index(["name", "year", "soc_code"])
    for name in ("state_employment", "state_mean", "sector_employment", "annual_wage_state"):
        assert checks.loc[(name, 2023, CODER), "holds"], name


def test_a_known_miss_that_changed_its_size_stops_the_check(raw):
    path = raw / "known-misses.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",-163.3,", ",-160,"), encoding="utf-8"
    )
    with pytest.raises(InputError) as error:
        check_official_tables(raw)
    assert str(error.value) == (
        "known-misses.csv, row 3: state_mean of 43-3021 in 2024 is -163.3, expected -160; "
        "look again, then correct or remove the row"
    )


def test_a_known_miss_that_is_none_any_more_stops_the_check():
    checks = table(name=["a"], found=[100.0], expected=[100.0], tolerance=[5.0], missing=[""])
    known = pd.DataFrame(
        {
            "check": ["a"],
            "year": [2024],
            "soc_code": [CODER],
            "expects": [20.0],
            "explanation": ["x"],
        }
    )
    with pytest.raises(InputError, match="is within rounding or cannot be checked, expected 20"):
        explain_misses(checks, known)


def test_a_new_miss_stays_in_the_list_without_an_explanation():
    checks = table(name=["a"], found=[120.0], expected=[100.0], tolerance=[5.0], missing=[""])
    known = pd.DataFrame(columns=["check", "year", "soc_code", "expects", "explanation"])
    row = explain_misses(checks, known).iloc[0]
    assert (row["difference"], row["holds"], row["explanation"]) == (20.0, False, "")


def test_sums_allow_five_jobs_for_each_part_and_for_the_whole():
    national = table(employment=[100.0])
    parts = table(employment=[50.0, 30.0, None], area_code=["US-NJ", "US-NY", "US-VT"])
    row = employment_sums(national, parts, "area_code").iloc[0]
    assert (row["found"], row["expected"], row["tolerance"], row["missing"]) == (
        80.0,
        100.0,
        15.0,
        "US-VT",
    )


def test_the_weighted_mean_allows_for_rounded_means_and_weights():
    national = table(annual_mean=[50_000.0])
    states = table(
        employment=[100.0, 300.0], annual_mean=[40_000.0, 60_000.0], area_code=["US-NJ", "US-NY"]
    )
    row = weighted_means(national, states).iloc[0]
    assert row["found"] == pytest.approx(55_000)
    assert row["tolerance"] == pytest.approx(10 + 5 * (15_000 + 5_000) / 400)


def test_the_annual_wage_that_is_furthest_from_2080_hours_is_found():
    wages = table(
        hourly_mean=[20.0, 30.0],
        annual_mean=[41_600.0, 62_420.0],
        hourly_median=[19.0, None],
        annual_median=[39_520.0, 60_000.0],
    )
    row = annual_wages(wages).iloc[0]
    assert (row["found"], row["expected"], row["tolerance"]) == (
        62_420.0,
        62_400.0,
        pytest.approx(15.4),
    )


def test_no_published_wage_is_further_off_than_rounding_allows():
    for level in ("national", "state", "sector"):
        checks = annual_wages(load_oews(level))
        assert ((checks["found"] - checks["expected"]).abs() <= checks["tolerance"]).all()
