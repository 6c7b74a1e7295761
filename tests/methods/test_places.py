"""Which places are compared, what their pay buys, and which ranks the errors can tell apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.occupations import OCCUPATIONS, check_occupation
from analysis.methods.places import (
    at_national_prices,
    beside_nation_over_years,
    cautions,
    choose,
    claimed_places,
    compare,
    compare_kinds,
    ends_and_emphasis,
    of_mays_in_full,
    over_years,
    rank_by_value,
    state_of,
    with_states,
)
from analysis.published.raw_tables import load_oews, load_table
from common.errors import InputError


@pytest.fixture(scope="module")
def states():
    return load_oews("state")


@pytest.fixture(scope="module")
def official(states):
    """The means of medical records specialists in May 2023, ranked."""
    return rank_by_value(choose(states, "29-2072", 2023, "mean")).set_index("area_code")


def estimates(values, relative_errors):
    """Places as `choose` gives them, with a code each in the order given."""
    codes = [f"US-{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(len(values))]
    return pd.DataFrame(
        {"area_code": codes, "value": np.array(values, float), "relative_error": relative_errors}
    )


def as_of(year, rows):
    """The rows of May 2025 as if of another May."""
    return rows[rows["year"] == 2025].assign(year=year)


class TestMaysInFull:
    @pytest.mark.parametrize("first", ["states", "nation"])
    def test_a_may_waits_for_the_other_table(self, states, first):
        tables = {"states": states, "nation": load_oews("national")}
        tables[first] = pd.concat([tables[first], as_of(2026, tables[first])])
        full = of_mays_in_full(tables["states"], tables["nation"], "29-2072")
        assert set(full["year"]) == {2023, 2024, 2025}

    def test_with_both_tables_a_may_is_in_full(self, states):
        both = [pd.concat([rows, as_of(2026, rows)]) for rows in (states, load_oews("national"))]
        assert set(of_mays_in_full(*both, "29-2072")["year"]) == {2023, 2024, 2025, 2026}

    def test_a_may_that_has_to_be_in_full_is_refused_where_it_is_not(self, states):
        held = pd.concat([states, as_of(2026, states)])
        with pytest.raises(InputError) as refused:
            of_mays_in_full(held, load_oews("national"), "29-2072", 2026)
        assert str(refused.value) == (
            "year: of May 2026 the jobs and the mean of 29-2072 are not held for the nation; held "
            "for both: May 2023, May 2024, May 2025"
        )


@pytest.mark.parametrize("kind", ["metropolitan", "territory"])
def test_areas_of_a_may_wait_for_those_of_other_kinds(kind):
    areas, parities = load_oews("area"), load_table("regional-price-parities.csv")
    new = as_of(2026, areas).query("area_type == @kind")
    compared = compare_kinds(pd.concat([areas, new]), parities)
    assert compared["year"].unique().tolist() == [2025]
    assert compared["area_type"].nunique() == 3


class TestChoosing:
    def test_the_states_of_may_2023_give_back_the_nation(self, states):
        chosen = choose(states, "29-2072", 2023, "mean")
        assert len(chosen) == 51
        assert chosen["employment"].sum() == 185_670
        assert np.average(chosen["value"], weights=chosen["employment"]) == pytest.approx(
            53_690, abs=10
        )

    def test_a_value_comes_with_its_figure_and_only_a_mean_with_an_error(self, states):
        mean = choose(states, "29-2072", 2023, "mean").set_index("area_code").loc["US-NJ"]
        assert (mean["value"], mean["relative_error"]) == (62_900, pytest.approx(0.013))
        assert mean["figure_id"] == "oews-2023-us-nj-29-2072-mean"
        assert choose(states, "29-2072", 2023, "p25")["relative_error"].isna().all()
        assert choose(states, "29-2072", 2024, "mean")["relative_error"].isna().all()

    def test_a_minimum_leaves_out_small_places_and_those_whose_jobs_are_not_known(self, states):
        everyone = choose(states, "29-2072", 2025, "mean")
        assert everyone["employment"].isna().sum() == 1
        assert len(choose(states, "29-2072", 2025, "mean", 1)) == len(everyone) - 1
        assert choose(states, "29-2072", 2023, "mean", 16_000)["area_code"].tolist() == [
            "US-CA",
            "US-FL",
            "US-TX",
        ]

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            (
                ("29-2071", 2023, "mean"),
                r"occupation: OEWS is not held for '29-2071'; the nearest are: 29-2072",
            ),
            (("29-2072", 2022, "mean"), r"year: OEWS is not held for 2022; the nearest are: 202"),
            (("29-2072", 2023, "p15"), r"statistic: 'p15' is none of mean, .*; the nearest are: p"),
            (
                ("29-2072", 2023, "mean", 30_000),
                r"minimum_employment: found 30,000, expected at most 20,000, "
                r"the jobs in California",
            ),
        ],
    )
    def test_a_parameter_that_is_not_held_is_refused_with_what_is(
        self, states, parameters, message
    ):
        with pytest.raises(InputError, match=message):
            choose(states, *parameters)

    def test_a_statistic_that_a_year_lacks_is_refused_with_the_years_that_hold_it(self, states):
        lacking = states.assign(annual_p10=states["annual_p10"].where(states["year"] != 2023))
        message = (
            r"statistic: found 'p10', which is held for May 2024, May 2025 and not for May 2023; "
            r"for May 2023 there are mean, median, p25, p75, p90"
        )
        with pytest.raises(InputError, match=message):
            choose(lacking, "29-2072", 2023, "p10")

    def test_a_statistic_that_no_year_holds_is_refused_as_such(self, states):
        with pytest.raises(InputError) as refused:
            choose(states.assign(annual_p90=np.nan), "29-2072", 2024, "p90")
        assert str(refused.value) == (
            "statistic: found 'p90', which is held for no year and not for May 2024; "
            "for May 2024 there are mean, median, p10, p25, p75"
        )


class TestPrices:
    def test_pay_is_divided_by_the_parity_of_the_year(self, states):
        chosen = choose(states, "29-2072", 2023, "mean")
        priced = at_national_prices(chosen, load_table("regional-price-parities.csv")).set_index(
            "area_code"
        )
        assert len(priced) == 51
        assert (priced["price_year"] == 2023).all()
        # By hand: 64,070 / 1.12581, 70,900 / 1.10804 and 42,440 / 0.87292.
        assert priced.loc[["US-CA", "US-DC", "US-MS"], "value"].round().tolist() == [
            56_910,
            63_987,
            48_618,
        ]
        assert priced.loc["US-CA", "annual_p75"] == pytest.approx(75_350 / 1.12581)
        assert (priced["figure_id"] == "").all()

    def test_the_nearest_year_is_taken_and_a_place_without_a_parity_left_out(self, states):
        chosen = choose(states, "29-2072", 2025, "mean")
        parities = pd.DataFrame(
            {
                "area_code": ["US-NJ"] * 3,
                "year": [2019, 2024, 2023],
                "price_parity": [90.0, 110.0, 100.0],
            }
        )
        only = at_national_prices(chosen, parities)
        assert only[["area_code", "price_year", "price_parity"]].to_numpy().tolist() == [
            ["US-NJ", 2024, 110]
        ]


class TestRanks:
    def test_the_official_order_of_may_2023(self, official):
        assert official.index[:5].tolist() == ["US-DC", "US-WA", "US-CA", "US-CT", "US-MD"]
        assert official.loc["US-NJ", "rank"] == 7

    def test_ties_share_the_first_of_their_ranks(self):
        ranked = rank_by_value(estimates([50, 70, 50, 50, 40], 0.1))
        assert ranked["area_code"].tolist() == ["US-AB", "US-AA", "US-AC", "US-AD", "US-AE"]
        assert ranked["rank"].tolist() == [1, 2, 2, 2, 5]

    def test_ranks_are_whole_numbers(self):
        ranked = rank_by_value(estimates([300.0, 200.0, 100.0], [0.001, 0.001, np.nan]))
        columns = ["rank", "rank_low", "rank_high", "pair_low", "pair_high"]
        assert [str(ranked.at[0, column]) for column in columns] == ["1", "1", "2", "1", "2"]
        assert [str(ranked.at[2, column]) for column in columns] == ["3", *["<NA>"] * 4]

    def test_the_interval_of_a_value_is_as_bls_describes_it(self, official):
        # 1.645 standard errors of 1.3 percent.
        low, high = official.loc["US-NJ", ["low", "high"]]
        assert (low, high) == (
            pytest.approx(62_900 * (1 - 0.021385), abs=1),
            pytest.approx(62_900 * (1 + 0.021385), abs=1),
        )

    def test_two_intervals_by_hand(self):
        # Errors 3, 4 and 3 from the top, so 5 for the differences of neighbours: the first and
        # second are 2.2 errors apart, the second and third 1.8. One 90% test allows 1.645, three at
        # once 2.052.
        ranked = rank_by_value(estimates([300.0, 289.0, 280.0], [3 / 300, 4 / 289, 3 / 280]))
        intervals = ranked[["rank_low", "rank_high", "pair_low", "pair_high"]].to_numpy().tolist()
        assert intervals == [[1, 1, 1, 1], [2, 3, 2, 2], [2, 3, 3, 3]]

    def test_two_places_are_told_apart_jointly_as_they_are_as_a_pair(self):
        # Errors 3 and 4, so 5 for the difference, which is 1.8 of them: 1.645 are allowed.
        ranked = rank_by_value(estimates([300.0, 291.0], [3 / 300, 4 / 291]))
        assert ranked[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]
        assert ranked[["pair_low", "pair_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]

    def test_an_error_of_nothing_leaves_each_place_at_its_rank_and_equals_together(self):
        ranked = rank_by_value(estimates([300.0, 200.0, 200.0], 0.0))
        for kind in ("rank", "pair"):
            ends = ranked[[f"{kind}_low", f"{kind}_high"]].to_numpy().tolist()
            assert ends == [[1, 1], [2, 3], [2, 3]]

    def test_of_may_2023_new_jersey_cannot_be_told_from_the_first(self, official):
        joint = official[["rank_low", "rank_high"]].astype(int)
        assert joint.loc["US-NJ"].tolist() == [1, 13]
        assert joint.loc["US-DC"].tolist() == [1, 11]
        assert official.loc["US-NJ", ["pair_low", "pair_high"]].tolist() == [2, 9]

    def test_without_an_error_nothing_is_told_apart(self):
        ranked = rank_by_value(estimates([300.0, 200.0, 100.0], [0.001, np.nan, 0.001]))
        assert ranked["rank"].tolist() == [1, 2, 3]
        assert ranked.loc[1, ["low", "high", "rank_low", "rank_high", "pair_low"]].isna().all()
        assert ranked.loc[[0, 2], ["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [2, 3]]

    @pytest.mark.parametrize("true", ["official means", "all equal"])
    def test_nine_samples_of_ten_or_more_have_every_true_rank_in_its_joint_interval(
        self, official, true
    ):
        errors = (official["value"] * official["relative_error"]).to_numpy()
        truth = official["value"].to_numpy() if true == "official means" else np.full(51, 50_000.0)
        least, most = (
            (truth[:, None] < truth).sum(axis=1) + 1,
            (truth[:, None] <= truth).sum(axis=1),
        )
        draws = np.random.default_rng(1).normal(truth, errors, size=(300, 51))
        covered = {"rank": 0, "pair": 0}
        for draw in draws:
            ranked = rank_by_value(estimates(draw, errors / draw)).sort_values("area_code")
            for kind in covered:
                low, high = (ranked[f"{kind}_{end}"].to_numpy(int) for end in ("low", "high"))
                covered[kind] += bool(((low <= least) & (most <= high)).all())
        # Three standard deviations of a share of 300 draws are about 0.05.
        assert covered["rank"] / 300 > 0.85
        assert covered["pair"] / 300 < 0.5


def test_a_change_needs_the_first_and_the_last_year(states):
    between = (states["area_title"] == "Ohio") & (
        states["year"] == 2024
    )  # a year between may be missing
    changes = over_years(states[~between], "29-9021", "mean")
    years = ["2023", "2024", "2025"]
    assert changes.columns.tolist() == [
        "area_code",
        "area_title",
        *years,
        "first",
        "last",
        "change",
    ]
    assert changes.index.tolist() == [*range(len(changes))]
    changes = changes.set_index("area_title")
    assert changes["2024"].isna().to_dict()["Ohio"]
    assert "Alabama" not in changes.index  # BLS publishes no May 2025
    medical = over_years(states, "29-2072", "mean").set_index("area_title")
    assert medical.loc["New Jersey", ["first", "last", "change"]].tolist() == [
        62_900,
        54_490,
        -8_410,
    ]
    lacking = states.assign(annual_p10=states["annual_p10"].where(states["year"] != 2023))
    assert [column for column in over_years(lacking, "29-2072", "p10") if column.isdigit()] == [
        "2024",
        "2025",
    ]


def test_the_nation_stands_beside_the_states_in_their_mays_alone(states):
    nation = load_oews("national")
    own = states[states["year"] != 2024]
    both = beside_nation_over_years(own, nation, "29-2072", "median")
    assert set(both["area_code"]) == {"US", *own.query("soc_code == '29-2072'")["area_code"]}
    assert [column for column in both if column.isdigit()] == ["2023", "2025"]
    assert both["statistic"].unique().tolist() == ["median"]
    pay = nation.query("soc_code == '29-2072'").set_index("year")["annual_median"]
    assert both.set_index("area_code").loc["US", ["first", "last", "change"]].tolist() == [
        pay[2023],
        pay[2025],
        pay[2025] - pay[2023],
    ]


def test_the_ends_of_a_ranking_are_drawn_with_what_is_emphasised_each_once():
    ranked = pd.DataFrame(
        {
            "area_code": [f"CBSA-{number}" for number in range(9)],
            "rank": range(1, 10),
            "emphasis": [number in (0, 4, 8) for number in range(9)],
            "annual_p10": range(9),
            "annual_p90": range(90, 99),
        }
    )
    drawn = ends_and_emphasis(ranked, highest=2, lowest=3)
    assert drawn["rank"].tolist() == [1, 2, 5, 7, 8, 9]
    assert drawn["low"].tolist() == [0, 1, 4, 6, 7, 8]
    assert drawn["high"].tolist() == [90, 91, 94, 96, 97, 98]
    assert ends_and_emphasis(ranked.head(1), highest=2, lowest=3)["rank"].tolist() == [1]


def test_areas_are_listed_highest_first_with_their_states():
    areas = pd.DataFrame(
        {
            "area_code": ["CBSA-2", "CBSA-1", "US-GU"],
            "area_title": ["Topeka, KS", "Trenton, NJ", "Guam"],
            "value": [50.0, 50.0, 70.0],
        }
    )
    listed = with_states(areas, load_table("states.csv"))
    assert listed["area_code"].tolist() == ["US-GU", "CBSA-1", "CBSA-2"]
    assert listed["state"].tolist() == ["a territory", "New Jersey", "Kansas"]
    assert listed["state_code"].tolist() == ["", "US-NJ", "US-KS"]
    assert with_states(areas.iloc[:0], load_table("states.csv")).empty


def test_an_area_belongs_to_the_first_state_its_title_names():
    titles = {
        "New York-Newark-Jersey City, NY-NJ": "New York",
        "Kansas City, MO-KS": "Missouri",
        "Kansas nonmetropolitan area": "Kansas",
        "Southern West Virginia nonmetropolitan area": "West Virginia",
        "Southwest Virginia nonmetropolitan area": "Virginia",
        "East Arkansas nonmetropolitan area": "Arkansas",
        "San Juan-Bayamon-Caguas, PR": "a territory",
        "Guam": "a territory",
    }
    areas = pd.DataFrame({"area_title": list(titles)})
    assert state_of(areas, load_table("states.csv")).tolist() == list(titles.values())


def test_the_titles_of_states_are_words_and_no_pattern():
    states = pd.DataFrame({"area_code": ["US-KS"], "area_title": ["Kansas (the (plain) state."]})
    areas = pd.DataFrame({"area_title": ["Topeka, KS", "Kansas (the (plain) state. area"]})
    assert state_of(areas, states).tolist() == ["Kansas (the (plain) state.", "a territory"]


def test_every_area_has_a_state_or_lies_in_a_territory():
    areas = load_oews("area").drop_duplicates("area_code")
    found = state_of(areas, load_table("states.csv"))
    abroad = areas["area_title"].str.contains(r", PR|Puerto Rico|Guam|Virgin Islands")
    assert (found.eq("a territory") == abroad).all()


def test_a_place_without_a_code_is_refused_with_the_nearest_name():
    figures = pd.DataFrame(
        {
            "figure_id": ["x"],
            "category": ["New Jersy"],
            "statistic": ["mean"],
            "period": ["May 2023"],
            "value": [1.0],
            "subject": ["state"],
            "source_id": ["guide"],
        }
    )
    names = pd.DataFrame({"place_name": ["New Jersey", "Ohio"], "area_code": ["US-NJ", "US-OH"]})
    with pytest.raises(InputError, match="no place 'New Jersy'; the nearest are: New Jersey"):
        claimed_places(figures, names, "state")
    others = (
        figures.assign(category="Ohio", source_id="bls"),
        figures.assign(category="Ohio", subject="metro"),
    )
    known = claimed_places(pd.concat([*others, figures.assign(category="Ohio")]), names, "state")
    assert known.to_dict("records") == [
        {
            "figure_id": "x",
            "category": "Ohio",
            "statistic": "mean",
            "period": "May 2023",
            "claimed": 1.0,
            "area_code": "US-OH",
        }
    ]


@given(
    st.lists(
        st.tuples(st.integers(20_000, 90_000), st.floats(0.001, 0.2)), min_size=1, max_size=30
    ),
    st.floats(0.5, 2),
)
def test_a_rank_lies_in_its_intervals_and_prices_common_to_all_change_none(drawn, price):
    values, errors = zip(*drawn, strict=True)
    ranked = rank_by_value(estimates(values, errors))
    inside = ["rank_low", "pair_low", "rank", "pair_high", "rank_high"]
    assert (ranked[inside].astype(int).diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    priced = rank_by_value(estimates(np.array(values) / price, errors))
    assert priced[["area_code", "rank"]].equals(ranked[["area_code", "rank"]])


class TestTheOneAnswer:
    def test_is_the_newest_median_of_the_occupation_that_holds_coders(self, states):
        chosen = choose(states).set_index("area_code")
        assert set(chosen["year"]) == {2025} and set(chosen["statistic"]) == {"median"}
        assert set(chosen["soc_code"]) == {"29-2072"}
        assert chosen.loc["US-NJ", ["value", "figure_id"]].tolist() == [
            50_240,
            "oews-2025-us-nj-29-2072-median",
        ]

    def test_is_of_the_newest_may_that_has_the_statistic(self, states):
        without = states.assign(annual_median=states["annual_median"].where(states["year"] < 2025))
        assert set(choose(without)["year"]) == {2024}


@pytest.fixture(scope="module")
def both(states):
    """The means of May 2023, ranked as published and at the nation's prices."""
    parities = load_table("regional-price-parities.csv")
    return compare(states, parities, year=2023, statistic="mean").set_index("area_code")


class TestBothRankings:
    def test_ranks_at_national_prices_have_intervals_too(self, both):
        # Pay and error are divided by 0.88863; the joint limit is that of 51 places.
        dakota = both.loc["US-ND"]
        assert dakota[["rank", "rank_low", "rank_high"]].tolist() == [23, 13, 41]
        assert dakota[["price_rank", "price_rank_low", "price_rank_high"]].tolist() == [8, 1, 28]
        assert (both["price_rank_low"] == 1).sum() == 17 and (both["rank_low"] == 1).sum() == 9

    def test_a_place_without_a_parity_has_no_rank_at_national_prices(self, states):
        parities = load_table("regional-price-parities.csv").query("area_code != 'US-ND'")
        both = compare(states, parities, year=2023, statistic="mean").set_index("area_code")
        assert both.filter(like="price_").loc["US-ND"].isna().all()
        assert both.loc["US-ND", "rank"] == 23 and both["price_rank"].max() == 50

    @pytest.mark.parametrize("occupation", ["43-3021", "29-9021"])
    def test_other_occupations_are_ranked_as_fully(self, states, occupation):
        both = compare(states, load_table("regional-price-parities.csv"), occupation)
        assert len(both) >= 50 and both["price_rank"].notna().all()
        assert (both["soc_code"] == occupation).all()


class TestCautions:
    def rows(self, **cells):
        pay = {"annual_p10": 30, "annual_p25": 40, "annual_median": 50}
        whole = {"employment": 100, "mean_rse": 5.0, "annual_p75": 60, "annual_p90": 70}
        return pd.DataFrame([pay | whole | cells])

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ({}, ""),
            ({"employment": 99}, "only 99 jobs"),
            ({"employment": np.nan, "mean_rse": np.nan}, ""),
            ({"annual_p75": 50}, "equal percentiles (median = p75)"),
            ({"mean_rse": 5.1}, "a standard error of 5.1%"),
            (
                {"employment": 30, "annual_p90": 60, "mean_rse": 14.7},
                "only 30 jobs; equal percentiles (p75 = p90); a standard error of 14.7%",
            ),
            ({"annual_median": np.nan, "annual_p25": np.nan}, ""),
        ],
    )
    def test_each_sign_is_named(self, cells, words):
        assert cautions(self.rows(**cells)).tolist() == [words]

    def test_no_place_no_caution(self):
        assert cautions(self.rows()[:0]).tolist() == []

    def test_of_the_metropolitan_areas_of_may_2025_a_third_have_few_jobs(self):
        areas = choose(load_oews("area"), year=2025).query("area_type == 'metropolitan'")
        marked = cautions(areas)
        assert marked.str.contains("only").sum() == (areas["employment"] < 100).sum() > 100
        vallejo = marked[areas["area_title"] == "Vallejo, CA"]
        assert vallejo.str.contains(r"equal percentiles \(median = p75\)").tolist() == [True]


class TestOccupations:
    def test_none_is_called_coders_or_billers_alone(self):
        assert OCCUPATIONS["29-2072"].wording == (
            "medical records specialists, the occupation that holds coders"
        )
        assert "holds billers" in OCCUPATIONS["43-3021"].wording

    def test_another_occupation_is_refused_with_the_nearest(self):
        with pytest.raises(
            InputError, match=r"occupation: '29-2071' is none of 29-2072, .*29-2072"
        ):
            check_occupation("29-2071")
