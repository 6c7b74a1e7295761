import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.published import raw_tables, rules
from analysis.published.paths import RAW
from analysis.published.raw_tables import (
    apply_corrections,
    check_csv,
    load_aapc,
    load_oews,
    load_table,
    read_csv,
)
from common.errors import InputError

CODER = "29-2072"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return shutil.copytree(RAW, tmp_path / "raw")


@pytest.fixture
def states_2023() -> pd.DataFrame:
    states = load_oews("state")
    return states[(states["year"] == 2023) & (states["soc_code"] == CODER)].set_index("area_code")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def correction(**changes: str) -> pd.DataFrame:
    row = {
        "file": "places.csv",
        "key": "area=NJ;year=2023",
        "column": "wage",
        "expects": "62900",
        "action": "flag",
        "value": "",
        "reason": "looks high",
    }
    return pd.DataFrame([row | changes])


@pytest.fixture
def places() -> pd.DataFrame:
    return pd.DataFrame({"area": ["NJ", "DC"], "year": [2023, 2023], "wage": [62900.0, None]})


def test_the_states_of_2023_employ_what_the_nation_does_and_earn_its_mean(states_2023):
    jobs, means = states_2023["employment"], states_2023["annual_mean"]
    assert len(states_2023) == 51
    assert jobs.sum() == 185_670
    assert abs((jobs * means).sum() / jobs.sum() - 53_690) <= 10


def test_new_jersey_is_seventh_and_the_first_five_are_not_the_guides(states_2023):
    ranks = states_2023["annual_mean"].rank(ascending=False)
    assert list(ranks.nsmallest(5).index) == ["US-DC", "US-WA", "US-CA", "US-CT", "US-MD"]
    assert ranks["US-NJ"] == 7
    assert ranks["US-HI"] == 6


def test_the_nation_in_may_2023_is_as_bls_printed_it():
    national = load_oews("national").set_index(["year", "soc_code"])
    row = national.loc[(2023, CODER)]
    assert (row["employment"], row["annual_mean"], row["mean_rse"]) == (185_690, 53_690, 0.4)
    percentiles = [f"annual_{name}" for name in ("p10", "p25", "median", "p75", "p90")]
    assert list(row[percentiles]) == [35_080, 39_620, 48_780, 61_960, 77_810]


def test_codes_stay_text():
    areas = load_oews("area")
    assert "NONMETRO-0100001" in set(areas["area_code"])
    assert set(areas["naics"]) == {"000000"}


def test_sectors_have_the_same_codes_in_every_year():
    sectors = load_oews("sector")
    codes = sectors.groupby("naics_title")["naics"].agg(set)
    assert codes["Manufacturing"] == {"31-33"}
    assert codes["Retail Trade"] == {"44-45"}


def test_aapc_has_one_figure_for_each_question():
    aapc = load_aapc()
    question = ["edition", "dimension", "category", "statistic"]
    assert not aapc.duplicated(question).any()
    means = aapc.set_index(question)["value"]
    assert means["2021", "certification", "certified", "mean"] == 60_097
    assert means["2021", "certification", "non-certified", "mean"] == 47_200
    assert means["2009", "certification", "non-certified", "mean"] == 37_290
    assert means["2025", "certification", "certified", "mean"] == 67_260


def test_aapc_gaps_are_those_of_its_own_averages():
    aapc = load_aapc()
    certification = aapc[aapc["dimension"] == "certification"]
    wide = certification.pivot(index="edition", columns="category", values="value").dropna(
        subset=["certified", "non-certified", "certified over non-certified"]
    )
    gap = 100 * (wide["certified"] / wide["non-certified"] - 1)
    assert list(wide.index) == ["2019", "2021", "2025"]
    assert ((gap - wide["certified over non-certified"]).abs() < 0.5).all()


def test_a_month_never_published_is_empty_with_a_reason():
    prices = load_table("consumer-price-index.csv").set_index("month")
    assert pd.isna(prices.loc["2025-10", "consumer_price_index"])
    assert prices.loc["2025-10", "empty_cells"] == "not_published: consumer_price_index"
    assert prices["consumer_price_index"].notna().sum() == len(prices) - 1


def test_changes_of_the_cost_index_are_those_of_its_levels():
    levels = load_table("employment-cost-index.csv").pivot(
        index=["worker_group", "pay_component", "month"], columns="statistic", values="value"
    )
    index = levels["index"].unstack("month")
    change = levels["change over 12 months"].unstack("month")["2023-12"]
    assert ((100 * (index["2023-12"] / index["2022-12"] - 1) - change).abs().dropna() < 0.11).all()


def test_price_parities_share_the_area_codes_of_the_wages():
    parities = load_table("regional-price-parities.csv")
    metros = set(parities.loc[parities["area_type"] == "metropolitan", "area_code"])
    assert metros <= set(load_oews("area")["area_code"])
    assert set(load_oews("state")["area_code"]) <= set(parities["area_code"])


def test_flagged_rows_keep_their_value_and_say_why():
    states = load_oews("state").set_index(["year", "area_code", "soc_code"])
    delaware = states.loc[(2024, "US-DE", "29-9021")]
    assert pd.isna(delaware["employment"])
    assert "suppression is likely but not known" in delaware["correction"]
    assert (states["correction"] != "").sum() == 2


def test_employment_that_bls_withholds_in_may_2025_is_known_to_be_withheld():
    states = load_oews("state").query("year == 2025 and employment.isna()")
    assert [*zip(states["area_code"], states["soc_code"], strict=True)] == [
        ("US-AR", "29-9021"),
        ("US-DE", "29-9021"),
        ("US-UT", "29-9021"),
        ("US-VT", CODER),
    ]
    assert states["empty_cells"].str.startswith("suppressed: employment").all()


def test_a_corrected_cell_that_changed_stops_the_reading(raw):
    replace(raw / "aapc-surveys.csv", "non-certified,mean,38290,", "non-certified,mean,37290,")
    with pytest.raises(InputError) as error:
        load_aapc(raw)
    assert str(error.value) == (
        "corrections.csv, row 3: expected '38290' in aapc-surveys.csv, row 9, column value, "
        "found '37290'; remove the correction if the source no longer needs it"
    )


@pytest.mark.parametrize("file", sorted(path.name for path in RAW.glob("*.csv")))
def test_a_table_as_recorded_reads_as_one_that_is_checked(file):
    read, checked = read_csv(RAW / file, file), check_csv(RAW / file, file)
    pd.testing.assert_frame_equal(read, checked, check_exact=True)
    assert read.map(type).equals(checked.map(type))


def test_only_a_table_that_is_not_as_recorded_is_checked_again(raw, monkeypatch):
    validated = []

    def validate(frame, table, *arguments):
        validated.append(table)
        return rules.validate(frame, table, *arguments)

    monkeypatch.setattr(raw_tables, "validate", validate)
    before = load_table("states.csv", raw)
    assert validated == []
    (raw / "states.csv").write_bytes((raw / "states.csv").read_bytes() + b"\n")
    pd.testing.assert_frame_equal(load_table("states.csv", raw), before)
    assert validated == ["states.csv"]


def test_a_table_that_does_not_fit_fields_changed_since_is_checked(raw):
    index = '"name": "consumer_price_index"'
    replace(raw / "datapackage.json", index, index.replace("price", "prices"))
    with pytest.raises(InputError, match=r"column consumer_prices_index is missing; the nearest"):
        load_table("consumer-price-index.csv", raw)


def test_a_bad_raw_cell_stops_the_reading(raw):
    replace(raw / "oews-national.csv", ",25.81,53690,", ",25.81,fifty,")
    with pytest.raises(
        InputError, match=r"row 13, column annual_mean: found 'fifty', expected a number"
    ):
        load_oews("national", raw)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a table of comma-separated values in UTF-8 (No columns to parse from file)"),
        (b"\xff\xfe\x00", "not a table of comma-separated values in UTF-8 ('utf-8' codec"),
        (
            b"month,value\n2023-01,1\n2023-02,1,2\n",
            "not a table of comma-separated values in UTF-8 (Error token",
        ),
        (b"month,value\n2023-01,1,2\n", "its rows have more cells than its header"),
    ],
)
def test_a_file_that_is_no_table_is_named(raw, content, message):
    (raw / "consumer-price-index.csv").write_bytes(content)
    with pytest.raises(InputError) as error:
        load_table("consumer-price-index.csv", raw)
    assert str(error.value).startswith(f"consumer-price-index.csv: {message}")


def test_a_number_is_overridden_by_a_number_only(places):
    with pytest.raises(
        InputError, match=r"corrections.csv, row 2, column value: found 'high', expected a number"
    ):
        apply_corrections(places, "places.csv", correction(action="override", value="high"))


def test_a_correction_overrides_drops_or_flags(places):
    flagged = apply_corrections(places, "places.csv", correction())
    assert list(flagged["wage"].dropna()) == [62900.0]
    assert list(flagged["correction"]) == ["looks high", ""]
    overridden = apply_corrections(
        places, "places.csv", correction(action="override", value="63000")
    )
    assert overridden.loc[0, "wage"] == 63000.0
    dropped = apply_corrections(places, "places.csv", correction(action="drop"))
    assert list(dropped["area"]) == ["DC"]
    other = apply_corrections(places, "people.csv", correction())
    assert list(other["correction"]) == ["", ""]


def test_a_correction_can_expect_an_empty_cell(places):
    empty = correction(key="area=DC", expects="")
    assert apply_corrections(places, "places.csv", empty).loc[1, "correction"] == "looks high"
    with pytest.raises(
        InputError, match=r"expected '' in places.csv, row 2, column wage, found '62900'"
    ):
        apply_corrections(places, "places.csv", correction(expects=""))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "area=TX"}, "corrections.csv, row 2: area=TX fits 0 rows of places.csv, not one"),
        (
            {"key": "year=2023"},
            "corrections.csv, row 2: year=2023 fits 2 rows of places.csv, not one",
        ),
        ({"key": "aera=NJ"}, "places.csv has no column 'aera'; the nearest are: area"),
        ({"column": "wages"}, "places.csv has no column 'wages'; the nearest are: wage"),
    ],
)
def test_a_correction_that_points_nowhere_is_named(places, changes, message):
    with pytest.raises(InputError, match=message):
        apply_corrections(places, "places.csv", correction(**changes))
