"""Labels of charts can be read however long they are; what is not published is not drawn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from legible import assert_legible, texts

from analysis.present import charts, style
from common.errors import InputError

LONG = "Share of certified respondents who manage a practice or a billing office"


def rows(labels, low, high):
    frame = pd.DataFrame({"label": labels, "low": low, "high": high})
    return frame.assign(
        value=(frame["low"] + frame["high"]) / 2,
        statistic="mean",
        text="$99,999 to $99,999",
        colour=style.BLUE,
    )


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(
        st.tuples(
            st.text("abcdefgh ijkl", min_size=1, max_size=70),
            st.integers(1, 300_000),
            st.integers(0, 90_000),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_row_charts_are_legible_for_any_labels_and_values(drawn):
    labels, low, width = zip(*drawn, strict=True)
    frame = rows(
        [f"x{label}" for label in labels],
        np.array(low, float),
        np.array(low, float) + np.array(width),
    )
    assert_legible(
        charts.row_chart(
            frame, "A finding that is told in one or two lines of text", "US dollars a year."
        )
    )


def test_amounts_over_their_marks_keep_off_the_line_at_zero():
    amounts = [-3_877, -86, 0, 985, 7_092]
    frame = pd.DataFrame({"label": [f"account {amount}" for amount in amounts]})
    frame = frame.assign(effect_usd=amounts, low_usd=-5_000, high_usd=9_000)
    chart = charts.effects(frame, "A finding", "US dollars a year.")
    assert_legible(chart)
    for figure in (chart.figure, chart.phone_figure):
        [axes] = figure.axes
        zero = axes.transData.transform((0, 0))[0]
        boxes = [box for text, box in texts(figure) if text[0] in "+−$" and "k" not in text]
        written = [box for box in boxes if box.y1 < axes.bbox.y1]
        assert len(written) == len(amounts)
        assert [text for text in written if text.x0 < zero < text.x1] == []


@pytest.mark.parametrize("count", [3, 9])
def test_waterfalls_are_legible(count):
    effects = np.linspace(300, 5000, count)
    effects[1] = -400
    total = 48780 + effects.cumsum()
    steps = pd.DataFrame(
        {
            "title": ["OEWS median", *[LONG] * count, "AAPC mean"],
            "effect_usd": [np.nan, *effects, np.nan],
            "running_total_usd": [48780, *total, total[-1]],
            "grade": ["published", *["assumed"] * (count - 1), "residual", "published"],
        }
    )
    assert_legible(charts.waterfall(steps, f"{LONG}: a finding", "US dollars a year."))


def test_a_step_that_is_not_published_says_so_and_has_no_bar():
    steps = pd.DataFrame(
        {
            "title": ["start", "known", "unknown", "end"],
            "effect_usd": [np.nan, 1000.0, np.nan, np.nan],
            "running_total_usd": [50000.0, 51000.0, 51000.0, 51000.0],
            "grade": ["published", "published", "residual", "published"],
        }
    )
    chart = charts.waterfall(steps, "A finding", "US dollars a year.")
    said = [text for text, _ in texts(chart.figure)]
    assert [text for text in said if "not published" in text] == ["not published"]
    assert len(chart.axes.patches) == 1


def test_claimed_and_official_are_legible_when_equal_and_when_one_is_missing():
    pairs = pd.DataFrame(
        {
            "label": ["equal", "far", "missing"],
            "claimed": [62940.0, 73350.0, 85550.0],
            "official": [62940.0, 62900.0, np.nan],
            "low": [np.nan, 61000.0, np.nan],
            "high": [np.nan, 64000.0, np.nan],
        }
    )
    assert_legible(charts.claimed_and_official(pairs, "A finding", "US dollars a year."))


def test_rows_of_pairs_are_as_far_apart_whether_or_not_their_error_is_known():
    pairs = pd.DataFrame(
        {
            "label": ["a", "b", "c"],
            "claimed": [62_940.0, 73_350.0, 85_550.0],
            "official": [62_900.0, 62_900.0, 80_000.0],
            "low": [np.nan, 61_000.0, np.nan],
            "high": [np.nan, 64_000.0, np.nan],
        }
    )
    drawn = charts.claimed_and_official(pairs, "A finding", "US dollars a year.")
    for figure in (drawn.figure, drawn.phone_figure):
        a, b, c = sorted(box.y0 for text, box in texts(figure) if text in "abc")
        assert b - a == pytest.approx(c - b, abs=0.1)


@pytest.mark.parametrize("end", [72_000, 130_000])
def test_an_axis_in_a_narrow_column_has_as_many_labels_as_fit(end):
    frame = rows(["The District of Columbia", "b"], np.array([end - 68_000.0, 65_000]), end)
    frame["text"] = "+$12,230"
    drawn = charts.row_chart(frame, "A finding", compact=True, heading="Change")
    assert_legible(drawn)
    labels = sorted(box.x0 for text, box in texts(drawn.phone_figure) if text.endswith("k"))
    assert len(labels) >= 2
    assert min(np.diff(labels)) > 40


CELLS = ["annual_p10", "annual_p25", "annual_median", "annual_p75", "annual_p90"]
PLACES = pd.DataFrame(
    [
        ["Los Angeles-Long Beach-Anaheim, CA", "here", 38_000, 45_000, 60_120, 72_000, 90_010],
        ["United States", "nation", 33_280, 38_590, 48_780, 62_000, np.nan],
    ],
    columns=["label", "role", *CELLS],
)
YEARS = [2019, 2021, 2022, 2023, 2024, 2025]


def lines():
    pay = {
        ("BLS coders, mean", "bls", False): [45_240, 48_270, 51_090, 53_690, 55_970, 57_200],
        ("BLS coders, at 2025 prices", "bls", True): [
            57_000,
            56_600,
            56_200,
            56_900,
            57_500,
            57_200,
        ],
        ("AAPC certified, mean", "aapc", False): [np.nan, 60_438, np.nan, np.nan, 62_110, 66_979],
    }
    named = [
        (year, value, *key)
        for key, values in pay.items()
        for year, value in zip(YEARS, values, strict=True)
    ]
    return pd.DataFrame(named, columns=["year", "value", "series", "role", "at_constant_prices"])


def curve():
    wages = np.linspace(26_000, 112_000, 60)
    return pd.DataFrame({"wage": wages, "rank": 1 / (1 + (50_000 / wages) ** 6)})


def placed(count):
    every = curve().iloc[4 : 4 + 5 * count : 5]
    return every.assign(
        label=[f"AAPC mean of group {row}: $99,999" for row in range(count)], statistic="mean"
    )


def compensation():
    parts = ["Wages", "Paid leave", "Health insurance", "Retirement", "Legally required"]
    return pd.DataFrame(
        {
            "label": [LONG] * 5 + ["BLS"] * 5,
            "part": parts * 2,
            "amount_usd": [60_000, 5, 3, 2, 1] * 2,
        }
    )


def residuals():
    shares = np.linspace(0.3, 0.9, 20)
    return pd.DataFrame({"assumption": shares, "residual_usd": 4_000 - 6_000 * shares})


SCORE = pd.DataFrame(
    {
        "claims_of": ["BLS's figures", "BLS's figures", "AAPC's figures", "AAPC's figures", LONG],
        "verdict": ["confirmed", "contradicted", "suspect", "unverifiable", "unverifiable"],
        "claims": [1, 7, 1, 30, 4],
    }
)
OFFERS = pd.DataFrame(
    {"label": ["The offer from Ohio, above 55 in 100 jobs", "Yours"], "wage": [30_000, 88_000]}
)
EDITIONS = pd.DataFrame(
    {
        "label": ["2021", "2024", LONG],
        "bls": [48_590, 53_690, np.nan],
        "aapc": [60_438, 53_690, 66_979],
    }
)
PATHS = pd.DataFrame(
    {
        "label": ["Coders, median", "Coders, median", LONG, "Members, mean"],
        "year": [2021, 2025, 2023, 2021],
        "nominal_usd": [46_660, 51_140, 58_000, 60_097],
        "real_usd": [55_720, 51_140, 60_000, 71_766],
        "role": ["bls", "bls", "bls", "aapc"],
        "text": ["8.2% lower at constant prices"] * 2 + ["no other year is shown"] * 2,
    }
)
DRAWN = {
    "scoreboard": lambda: charts.scoreboard(SCORE, LONG),
    "editions": lambda: charts.editions(EDITIONS, LONG),
    "pay_over_time": lambda: charts.pay_over_time(lines(), LONG),
    "pay_panels": lambda: charts.pay_panels(PATHS, LONG),
    "employers": lambda: charts.employers(
        PLACES.assign(annual_mean=[65_000, np.nan], low=[63_000, np.nan], high=67_000), LONG
    ),
    "total_compensation": lambda: charts.total_compensation(compensation(), LONG),
    "residual_over_assumption": lambda: charts.residual_over_assumption(
        residuals(), residuals().iloc[[3, 8, 12]].assign(label="this project: 55%"), LONG
    ),
    "offers": lambda: charts.offers(PLACES, OFFERS, LONG),
    "pay_curve": lambda: charts.pay_curve(curve(), placed(3), placed(9), LONG),
    "spreads": lambda: charts.spreads(PLACES, LONG, offer=62_000),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_every_kind_of_chart_is_legible_at_both_widths(kind):
    assert_legible(DRAWN[kind]())


def test_an_edition_says_by_how_much_its_mean_is_above_and_draws_what_is_known():
    said = [text for text, _ in texts(charts.editions(EDITIONS, "A finding").figure)]
    assert "+24%" in said
    assert "+0%" in said
    assert said.count("$66,979") == 1
    assert "not published" not in said


def test_panels_share_one_scale_and_dash_what_is_at_constant_prices():
    chart = charts.pay_panels(PATHS, "A finding")
    for figure in (chart.figure, chart.phone_figure):
        assert len(figure.axes) == 3
        assert len({axes.get_ylim() for axes in figure.axes}) == 1
        lines = figure.axes[0].lines
        assert {line.get_linestyle(): list(line.get_ydata()) for line in lines} == {
            "-": [46_660, 51_140],
            "--": [55_720, 51_140],
        }
    chart.change(lambda axes: axes.axhline(50_000))
    assert [len(axes.lines) for axes in chart.phone_figure.axes] == [3, 3, 3]


def test_claims_that_can_be_checked_are_counted_apart_from_those_that_cannot():
    chart = charts.scoreboard(SCORE, "A finding")
    said = [text for text, _ in texts(chart.figure)]
    assert "BLS's figures: 8 can be checked" in said
    assert "AAPC's figures: 1 can be checked, 30 cannot" in said
    assert "BLS's figures: 1 confirmed, 7 contradicted" in chart.alt


def test_both_readings_of_a_date_are_drawn_with_whiskers():
    steps = pd.DataFrame(
        {
            "title": ["start", "step", "end"],
            "effect_usd": [np.nan, 1000.0, np.nan],
            "low_usd": [np.nan, 500.0, np.nan],
            "high_usd": [np.nan, 1500.0, np.nan],
            "running_total_usd": [50000.0, 51000.0, 51000.0],
            "grade": ["published"] * 3,
        }
    )
    both = pd.concat([steps.assign(reading="2023"), steps.assign(reading="2024")])
    chart = charts.waterfall(both, "A finding")
    said = [text for text, _ in texts(chart.figure)]
    assert {"2023: start", "2024: start", "range of a step"} <= {*said}
    whiskers = [line for line in chart.axes.lines if list(line.get_xdata()) == [50500.0, 51500.0]]
    assert len(whiskers) == 2


def test_a_series_without_its_column_or_a_line_of_one_point_is_refused():
    with pytest.raises(InputError, match="lines has no column role"):
        charts.pay_over_time(lines().drop(columns="role"), "A finding")
    with pytest.raises(InputError, match="line has 1 rows; expected 2"):
        charts.residual_over_assumption(residuals().head(1), residuals().head(0), "A finding")
