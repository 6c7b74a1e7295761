"""What page 03 says of the bridge agrees with the tables, at every edition, start and assumption.

Everything is computed again here, from the raw tables and in plain Python.
"""

import functools
import itertools
import math
import re

import pandas as pd
import pytest
from methods.second_implementation_bridge import changed, compiled, rows_of, walked

from analysis.methods import bridge, simulation
from analysis.present import bridge_words
from analysis.present.values import Figures, Value
from analysis.published.package import sources
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_oews, load_table

MONEY = r"(−?)\$([\d,]+)"
NEXT_YEAR = 2026
"""An edition and a May that nobody has published."""
STEPS, SCENARIOS = load_table("bridge-steps.csv"), load_table("scenarios.csv")
ASSUMPTIONS = load_table("assumptions.csv")
OEWS, LEDGER = load_oews("national"), load_figures()
MAYS = sorted(OEWS.loc[OEWS["soc_code"] == "29-2072", "year"].unique())
DRAWS = 200
"""Enough for titles, which are held to the table that was drawn."""


def money(text):
    """All amounts in a text, with their signs."""
    return [
        (-1 if sign else 1) * int(digits.replace(",", ""))
        for sign, digits in re.findall(MONEY, text)
    ]


def with_next_year(pay, certified):
    """The tables with one more May and one more edition, so many times as high as the newest."""
    newest = OEWS[OEWS["year"] == max(MAYS)]
    cells = [name for name in OEWS if name.startswith("annual_")]
    oews = pd.concat([OEWS, newest.assign(year=NEXT_YEAR, **(newest[cells] * pay).round(-1))])
    own = LEDGER[LEDGER["figure_id"].str.startswith((f"oews-{max(MAYS)}-us-", "aapc-2025-"))]
    factor = own["figure_id"].str.startswith("oews").map({True: pay, False: certified})
    ledger = own.assign(
        figure_id=own["figure_id"].str.replace("2025", str(NEXT_YEAR)),
        value=(own["value"] * factor).round(-1),
    )
    vintages = load_table("bridge-vintages.csv")
    edition = vintages[vintages["vintage"] == 2025].assign(
        vintage=NEXT_YEAR,
        year=lambda rows: rows["year"].replace(2025, NEXT_YEAR),
        figure_id=lambda rows: rows["figure_id"].str.replace("2025", str(NEXT_YEAR)),
    )
    return pd.concat([vintages, edition]), oews, pd.concat([LEDGER, ledger])


HELD = (load_table("bridge-vintages.csv"), OEWS, LEDGER)
CASES = {
    f"{edition}-from-{start}": (HELD, edition, start)
    for edition, start in itertools.product((2021, 2024, 2025), MAYS)
} | {
    f"next-year-{name}": (with_next_year(*factors), NEXT_YEAR, start)
    for name, factors, start in [
        ("higher", (1.03, 1.02), 0),
        ("lower", (0.9, 0.95), 0),
        ("below-bls", (1.1, 0.7), 0),
        ("from-an-older-may", (1.2, 1.0), 2021),
    ]
}


SOURCES = sources()
QUICK = ["2021-from-2021", "2024-from-2023", "2025-from-2025", "2021-from-2025"]
"""Starts that are tried in every run; all others where time allows."""


@functools.cache
def figures_of(case):
    return Figures(CASES[case][0][2])


@functools.cache
def inputs_of(case, edition):
    vintages, oews, ledger = CASES[case][0]
    started = bridge.start_from(vintages, int(CASES[case][2]))
    return bridge.vintage_inputs(started, edition, oews, ledger, SOURCES)


def of_which():
    """The cases, those that take long marked so."""
    for case in CASES:
        quick = case in QUICK or case.startswith("next-year")
        yield pytest.param(case, marks=[] if quick else pytest.mark.slow)


class Edition:
    """An edition beside BLS's figures, as the page has it and as it is computed again here."""

    def __init__(self, case, assumptions=ASSUMPTIONS):
        (vintages, oews, _), edition, _ = CASES[case]
        figures = figures_of(case)
        self.edition, self.newest = edition, vintages["vintage"].max()
        self.assumptions = assumptions
        self.inputs = inputs_of(case, edition)
        self.pair = bridge_words.pair_of(edition, self.inputs, figures)
        latest = inputs_of(case, self.newest)
        self.latest = bridge_words.pair_of(self.newest, latest, figures)
        self.value = {
            name: None if math.isnan(value) else value
            for name, value in self.inputs["value"].items()
        }
        self.gap = self.value["aapc_certified_mean"] - self.value["bls_median"]
        self.bls_may, self.survey_may = (
            int(self.inputs.at[name, "may"]) for name in ("bls_mean", "bls_mean_survey")
        )
        self.may = oews.loc[oews["soc_code"] == "29-2072", "year"].max()
        self.official = figures.column(bridge_words.official_ids(self.may))
        cells = oews[(oews["soc_code"] == "29-2072") & (oews["year"] == self.may)].iloc[0]
        self.cells = [int(cells[f"annual_{name}"]) for name in ("median", "p10", "p90")]

    def known(self):
        """By the May that AAPC may have asked about, what published figures account for."""
        one = self.value["aapc_one_credential_mean"]
        further = 0 if one is None else self.value["aapc_certified_mean"] - one
        bare = self.value["bls_mean"] - self.value["bls_median"] + further
        dated = self.value["bls_mean_survey"] - self.value["bls_mean"]
        return dict(sorted({self.bls_may: bare, self.survey_may: bare + dated}.items()))

    @functools.cached_property
    def rows(self):
        return simulation.run_scenarios(SCENARIOS, STEPS, self.inputs, self.assumptions, DRAWS)

    def residual(self, scenario="illustrative", **assumed):
        """What the second implementation leaves."""
        case = self.value | self.assumptions.set_index("assumption")["mode"].to_dict() | assumed
        return walked(compiled_steps(), changed(case, compiled_changes(scenario)))[1]["residual"]


@functools.cache
def compiled_steps():
    steps = [row for row in rows_of("bridge-steps.csv") if row["bridge"] == "illustrative"]
    for step in steps:
        made = compiled(step["formula"]) if step["formula"] else (None, set())
        step["function"], step["names"] = made
    return steps


@functools.cache
def compiled_changes(scenario):
    rows = [row for row in rows_of("scenarios.csv") if row["scenario"] == scenario]
    return [(row["input"], *compiled(row["formula"])) for row in rows if row["input"]]


@pytest.fixture(scope="module", params=[*of_which()])
def edition(request):
    return Edition(request.param)


def test_the_newest_figures_come_first_and_are_of_the_newest_table(edition):
    said = str(
        bridge_words.short_answer(edition.pair, edition.latest, edition.official, edition.may)
    )
    first, _, second = said.partition("\n\n")
    assert money(first) == [*edition.cells, edition.latest.target]
    assert f"in May {edition.may}, the newest" in first
    assert f"for {edition.newest}" in first
    quoted = (
        load_table("bridge-vintages.csv").empty
        or edition.inputs.at["aapc_certified_mean", "reading"]
    )
    assert ("(as others quote it). They are" in second) == (quoted == "quoted")
    pair = [edition.value["bls_median"], edition.value["aapc_certified_mean"]]
    assert ("usually quoted" in second) == (pair == [48_780, 64_710])


def test_the_short_answer_says_how_far_apart_and_what_is_known(edition):
    said = str(
        bridge_words.short_answer(edition.pair, edition.latest, edition.official, edition.may)
    )
    told = re.search(rf"BLS's median for May (\d+), \*\*{MONEY}\*\*, and\s+AAPC's", said)
    assert int(told[1]) == edition.bls_may
    apart, share = re.search(r"They are \*\*(\S+)\*\*, or\s+(\d+)%, apart", said).groups()
    assert money(apart) == [abs(edition.gap)]
    assert int(share) == round(100 * abs(edition.gap) / edition.value["bls_median"])
    accounts = re.search(r"Published\s+figures (.+?)\. What", said, re.S)[1].split("; ")
    for account, (may, known) in zip(accounts, edition.known().items(), strict=True):
        assert f"May {may}" in account
        assert money(account) == [abs(known), abs(edition.gap - known)]
        part = known / edition.gap
        assert account.startswith("widen") == (part < 0)
        assert ("more than the whole" in account) == (part > 1)
        if 0 <= part <= 1:
            assert int(re.search(r"\((\d+)%\)", account)[1]) == round(100 * part)
    reasons = said.partition("that are known:")[2]
    assert ("highest pay" in reasons) == (edition.value["bls_mean"] > edition.value["bls_median"])
    assert sum(money(reasons)) == pytest.approx(edition.known()[edition.survey_may], abs=1.5)


def test_the_title_of_the_published_bridge_names_both_readings(edition):
    title = bridge_words.published_title(edition.pair)
    known = edition.known()
    within = all(0 <= amount / edition.gap <= 1 for amount in known.values())
    assert title.startswith("Of the $") == within
    assert money(title) == [abs(edition.gap) if within else edition.gap, *known.values()]
    assert re.findall(r"May (\d+)", title) == [str(may) for may in known]


def test_no_title_of_a_step_says_which_way_it_goes(edition):
    titles = bridge_words.step_titles(STEPS, edition.pair)
    assert not titles.str.contains("plus|less|more|above|below").any()
    ends = titles.loc["published"].iloc[[0, -1]]
    assert re.findall(r"\d{4}", " ".join(ends)) == [str(edition.bls_may), str(edition.edition)]


def test_scenarios_run_from_the_lowest_to_the_highest_and_are_dated_by_the_edition(edition):
    what_if = simulation.residuals_of(edition.rows, SCENARIOS, "illustrative", edition.survey_may)
    left = {name: edition.residual(name) for name in what_if.index}
    assert what_if["effect_usd"].to_dict() == pytest.approx(left, abs=0.01)
    title = bridge_words.scenarios_title(what_if)
    assert money(title) == pytest.approx([min(left.values()), max(left.values())], abs=0.51)
    dated = " ".join(what_if["label"])
    dates = {int(year) for year in re.findall(r"(?:autumn|May|November) (\d{4})", dated)}
    assert dates == {edition.survey_may - 1, edition.survey_may}
    said = str(bridge_words.left_to_the_letter(edition.pair, what_if))
    assert money(said)[0] == pytest.approx(left["to_the_letter"], abs=0.51)
    beyond = [name for name, amount in left.items() if amount / edition.gap < 0]
    assert f"In {len(beyond)} of {len(left)} scenarios" in said


def test_braces_in_the_title_of_a_scenario_are_words_but_for_its_years(edition):
    titled = SCENARIOS.assign(title="{paired}, {before}, {paired.real} {} {x = 1}")
    what_if = simulation.residuals_of(edition.rows, titled, "illustrative", edition.survey_may)
    years = f"{edition.survey_may}, {edition.survey_may - 1}"
    assert {*what_if["label"]} == {f"{years}, {{paired.real}} {{}} {{x = 1}}"}


def test_the_order_is_said_to_move_what_it_moves(edition):
    orders = bridge.orders_of(edition.rows["illustrative"], edition.rows["median_first"])
    readings = simulation.date_readings(edition.rows, edition.inputs)
    said = str(bridge_words.without_order(edition.pair, readings, orders))
    amounts = money(said)
    row = orders.set_index("step").loc["statistic"]
    assert amounts[-3:] == pytest.approx(
        [edition.value["bls_mean"] - edition.value["bls_median"], row["least"], row["most"]],
        abs=0.51,
    )
    assert amounts[-2] <= amounts[-3] <= amounts[-1]
    assert [int(may) for may in re.findall(r"May (\d+)", said)] == [*edition.known()]


def extremes():
    """Both ends of every assumption, those of the ones that move most in every run."""
    for case, row, end in itertools.product(QUICK[:3], ASSUMPTIONS.itertuples(), ("low", "high")):
        quick = case == "2024-from-2023" and row.assumption in ("certified_share", "survey_lag")
        yield pytest.param(
            case,
            row.assumption,
            end,
            id=f"{case}-{row.assumption}-{end}",
            marks=[] if quick else pytest.mark.slow,
        )


@pytest.mark.parametrize(("case", "assumption", "end"), [*extremes()])
def test_what_is_said_of_the_residual_holds_at_the_ends_of_every_assumption(case, assumption, end):
    table = ASSUMPTIONS.copy()
    table.loc[table["assumption"] == assumption, "mode"] = table.loc[
        table["assumption"] == assumption, end
    ]
    edition = Edition(case, table)
    split = simulation.run_scenario(
        SCENARIOS, "illustrative", STEPS, edition.inputs, table, DRAWS
    ).set_index("step")
    left = split.loc["residual"]
    central = edition.residual()
    title = bridge_words.illustrative_title(edition.pair, left)
    assert ("more than the whole gap" in title) == (central < 0)
    assert money(title)[0] == pytest.approx(abs(central), abs=0.51)
    inside = left["low_usd"] <= 0 <= left["high_usd"]
    assert ("inside its range" in title, "outside its range" in title) == (inside, not inside)
    assert f"asked about May {edition.survey_may}," in title

    chosen = bridge.choose_steps(STEPS, "illustrative")
    changing = simulation.what_would_change(chosen, edition.inputs, table)
    swings = simulation.tornado(chosen, edition.inputs, table).query("swing > 0")
    able, moving = [], []
    for row in table.itertuples():
        tried = [row.low + (row.high - row.low) * step / 10 for step in range(11)]
        found = [edition.residual(**{row.assumption: value}) for value in tried]
        moving += [row.assumption] if max(found) - min(found) > 1e-9 else []
        able += [row.assumption] if min(found) <= 0 <= max(found) else []
    zeros = changing["zero_at"].dropna()
    assert sorted(zeros.index) == sorted(able)
    for name, value in zeros.items():
        assert edition.residual(**{name: value}) == pytest.approx(0, abs=0.01)
    counted = [name for name in able if name in moving]
    assert re.match(
        rf"{len(counted) or 'None'} of the {len(moving)} assumptions",
        bridge_words.tornado_title(swings, changing),
    )
    said = str(bridge_words.values_that_leave_nothing(changing))
    assert said.startswith(
        {0: "No value", 1: "Only one"}.get(len(able), f"{len(able)} of {len(changing)} have")
    )
    share = changing.loc["certified_share"]
    title = bridge_words.share_title(share["zero_at"])
    assert ("at no share" in title) == ("certified_share" not in able)
    marks = bridge_words.share_marks(share, left["effect_usd"])
    line = simulation.residual_over(chosen, edition.inputs, table, "certified_share")
    for mark in marks.itertuples():
        assert edition.residual(certified_share=mark.assumption) == pytest.approx(
            mark.residual_usd, abs=0.01
        )
        assert f"{mark.assumption:.0%}" in mark.label
    for point in line.iloc[::10].itertuples():
        assert edition.residual(certified_share=point.assumption) == pytest.approx(
            point.residual_usd, abs=1e-6
        )


def test_a_title_counts_one_and_none_as_such():
    names = ["hours_rate", "wage_growth"]
    swings = pd.DataFrame({"swing": [2.0, 1.0]}, index=names)
    changing = pd.DataFrame(
        {"label": ["Hours", "Growth"], "zero_at": [math.nan, 0.04]}, index=names
    )
    one = bridge_words.tornado_title(swings, changing)
    assert one == "1 of the 2 assumptions that move what is left could bring it to zero"
    assert (
        str(bridge_words.values_that_leave_nothing(changing))
        == "Only one has such a value: Growth."
    )
    none = bridge_words.tornado_title(swings, changing.assign(zero_at=math.nan))
    assert none == "None of the 2 assumptions that move what is left could alone bring it to zero"
    assert bridge_words.tornado_title(swings[:0], changing) == ("No assumption moves what is left")


def test_a_residual_that_nothing_moves_has_no_range():
    pair = Edition("2024-from-2023").pair
    left = pd.Series({"effect_usd": 10.0, "low_usd": math.nan, "high_usd": math.nan})
    assert bridge_words.illustrative_title(pair, left).endswith("it has no range")


@pytest.mark.parametrize("case", QUICK[:3])
def test_a_document_is_missing_until_its_publisher_is_read(case):
    inputs = Edition(case).inputs
    documents = load_table("missing-documents.csv")
    settled = set(documents["document"]) - set(bridge.open_documents(documents, inputs)["document"])
    read = inputs.at["aapc_noncertified_mean", "reading"] == "published"
    known = not math.isnan(inputs.at["aapc_noncertified_mean", "value"])
    expected = {"Mean of members without a credential in this survey"} if read and known else set()
    assert settled == expected


@pytest.mark.parametrize("case", QUICK[:3])
def test_another_average_of_the_same_survey_is_named_with_its_distance(case):
    pair = Edition(case).pair
    said = str(bridge_words.quoted_elsewhere(pair, LEDGER, figures_of(case)))
    others = [
        float(row["value"])
        for row in rows_of("aapc-surveys.csv")
        if (row["edition"], row["category"]) == (str(pair.edition), "not stated")
    ]
    assert money(said) == others
    assert ("No other average" in said) == (not others)
    for other in others:
        share, side = re.search(r"([\d.]+)% (above|below) the average", said).groups()
        assert float(share) == pytest.approx(abs(100 * other / pair.target - 100), abs=0.06)
        assert side == ("above" if other > pair.target else "below")


def amounts_of(arithmetic):
    """What a difference of figures comes to, and the figures."""
    text = "".join(part if isinstance(part, str) else part["text"] for part in arithmetic)
    figures = [part["figure_id"] for part in arithmetic if not isinstance(part, str)]
    first, second = (int(one.replace(",", "")) for one in text.split(" − "))
    return first - second, figures


def test_each_effect_of_the_published_bridge_shows_the_figures_that_it_lies_between(edition):
    readings = simulation.date_readings(edition.rows, edition.inputs)
    both = bridge_words.by_reading(edition.rows, readings, edition.pair)
    plain = pd.concat([edition.rows[one] for one in readings["scenario"]], ignore_index=True)
    for column in ("effect_usd", "running_total_usd"):
        assert both[column].astype(float).to_numpy() == pytest.approx(
            plain[column].to_numpy(), abs=0.005, nan_ok=True
        )
    published = edition.value["aapc_one_credential_mean"] is not None
    told = both[both["effect_usd"].map(lambda effect: isinstance(effect, Value))]
    inner = both[~both["step"].isin(["start", "target"])]
    assert len(told) == (len(inner) if published else 2 * len(readings))
    for effect in told["effect_usd"]:
        amount, figures = amounts_of(effect.origin["arithmetic"])
        assert amount == float(effect)
        assert set(figures) <= set(edition.inputs["figure_id"])
