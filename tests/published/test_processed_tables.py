"""The committed tables are what the methods make of the raw ones, cell for cell."""

import pandas as pd
import pytest

from analysis.methods import audit, bridge, credentials, pay_over_time, places, simulation
from analysis.methods.employers import newest_industries
from analysis.published.ledger import (
    aapc_figures,
    industry_figures,
    oews_figures,
    read_printed,
    tidy_figures,
)
from analysis.published.package import sources
from analysis.published.paths import PROCESSED
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_aapc, load_oews, load_table

GUIDE = "data/raw/guide-figures.csv"


def assert_same(made, committed):
    """The rows of a table, or some of its columns, are those that were committed."""
    text = pd.read_csv(PROCESSED / committed, dtype=str, keep_default_na=False)
    shown = made.to_csv(index=False, lineterminator="\n", float_format="%.15g")
    assert shown == text[made.columns].to_csv(index=False, lineterminator="\n")


@pytest.fixture(scope="module")
def oews():
    return {level: load_oews(level) for level in ("national", "state", "area")}


def test_figures(oews):
    employers = load_oews("industry")
    made = [
        tidy_figures(read_printed(GUIDE), GUIDE),
        oews_figures(pd.concat(oews)),
        industry_figures(newest_industries(employers, "29-2072")),
        aapc_figures(load_aapc()),
    ]
    assert_same(pd.concat(made, ignore_index=True), "figures.csv")


def test_claims(oews):
    names, parities = (
        load_table(f"{name}.csv") for name in ("place-names", "regional-price-parities")
    )
    evidence = audit.collect_evidence(
        pd.concat(oews), load_aapc(), names, parities, load_oews("industry")
    )
    rules, reasons = load_table("audit-rules.csv"), load_table("audit-reasons.csv")
    said = audit.read_statements(GUIDE)
    claims, instead, asides = audit.audit(read_printed(GUIDE), evidence, rules, reasons, said)
    assert_same(claims, "claims.csv")
    assert_same(asides, "not-claims.csv")
    assert instead["claim_id"].equals(claims["claim_id"])


def test_bridge(oews):
    inputs = bridge.vintage_inputs(
        load_table("bridge-vintages.csv"), 2024, oews["national"], load_figures(), sources()
    )
    scenarios, *others = (
        load_table(f"{name}.csv") for name in ("scenarios", "bridge-steps", "assumptions")
    )
    names = scenarios["scenario"].unique()
    made = [
        simulation.run_scenario(scenarios, name, others[0], inputs, others[1]) for name in names
    ]
    assert_same(pd.concat(made, ignore_index=True).assign(vintage=2024), "bridge.csv")


def test_places(oews):
    compared = places.compare(oews["state"], load_table("regional-price-parities.csv"))
    columns = ["area_code", "statistic", "value", "low", "high", "rank", "rank_low", "rank_high"]
    columns += ["price_parity", "price_year", "price_rank", "price_rank_low", "caution"]
    assert_same(compared[columns], "places.csv")
    assert_same(compared[["price_adjusted"]].round(2), "places.csv")


def test_areas(oews):
    areas = places.choose(oews["area"])
    areas["state"] = places.state_of(areas, load_table("states.csv"))
    listed = areas.sort_values(["value", "area_code"], ascending=[False, True])
    assert_same(listed[["area_code", "state", "value"]], "areas.csv")


def test_credentials():
    means = credentials.survey_means(load_figures(), 2024)
    assert_same(means.drop(columns=["unit", "open_ended"]), "credentials.csv")


def test_pay_over_time():
    prices = load_table("consumer-price-index.csv")
    paths = pay_over_time.follow_pay(
        load_table("pay-series.csv"), load_oews("national"), load_figures(), sources(), prices
    )
    assert_same(paths.drop(columns="caution"), "pay-over-time.csv")


def test_the_median_fell_by_8_percent_in_constant_prices():
    """A second way: both Mays in dollars of 1982 to 1984, by the index itself."""
    index = {"2021-05": 269.195, "2025-05": 321.465}  # CPI-U, all items, as BLS prints it
    before, after = 46_660 / index["2021-05"], 51_140 / index["2025-05"]
    written = pd.read_csv(PROCESSED / "pay-over-time.csv").query("series == 'records_median'")
    real = written.set_index("year")["real_usd"]
    assert real[2021] == 55_720 and real[2025] == 51_140
    assert round(after / before - 1, 3) == round(real[2025] / real[2021] - 1, 3) == -0.082
