"""Labels of charts can be read however long they are; what is not published is not drawn."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from legible import assert_legible, texts

from analysis.present import charts, style

LONG = "Share of certified respondents who manage a practice or a billing office"


def rows(labels, low, high):
    frame = pd.DataFrame({"label": labels, "low": low, "high": high})
    return frame.assign(
        value=(frame["low"] + frame["high"]) / 2,
        statistic="mean",
        text="$99,999 to $99,999",
        colour=style.BLUE,
    )


@settings(max_examples=25, deadline=None)
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
    figure = charts.waterfall(steps, "A finding", "US dollars a year.")
    assert [text for text, _ in texts(figure) if "not published" in text] == ["not published"]
    assert len(figure.axes[0].patches) == 1


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


def test_statistics_never_share_a_symbol():
    assert len(set(style.STATISTIC_MARKERS.values())) == len(style.STATISTIC_MARKERS)


def test_the_palette_differs_in_lightness_or_hue_for_colour_blind_readers():
    # Machado's matrix for deuteranopia, severity 1, on linear RGB.
    deuteranopia = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    colours = [style.BLUE, style.ORANGE, style.PURPLE, style.GREEN, style.MUTED, style.INK]
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    seen = np.clip((rgb**2.2) @ deuteranopia.T, 0, 1) ** (1 / 2.2)
    distances = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)]
    assert min(distances) > 0.12


@pytest.mark.parametrize(
    "colour", [style.BLUE, style.ORANGE, style.PURPLE, style.GREEN, style.MUTED, style.INK]
)
def test_small_text_in_any_colour_can_be_read_on_paper(colour):
    def luminance(code):
        channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    # Web Content Accessibility Guidelines 2, success criterion 1.4.3.
    assert (luminance(style.PAPER) + 0.05) / (luminance(colour) + 0.05) >= 4.5
