"""Colours stay apart for everybody and can be read in both themes."""

import itertools
import re

import numpy as np
import pytest

from analysis.present import style
from analysis.published.paths import ROOT
from common.notebook_contract import PALETTE

CSS = (ROOT / "src" / "pages" / "templates" / "colours.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--(\w+): (#\w+);", part))
    for part in re.split(r"@media screen and \(prefers-color-scheme: dark\)", CSS)[:2]
)
NAMES = {colour: name for name, colour in PALETTE.items()}
# What text is written on: paper, or a fill. The pairs are those of the map and the scoreboard.
PAIRS = [(NAMES[colour], "paper") for colour in {*style.ROLES.values()}]
PAIRS += [(NAMES[ink], NAMES[step]) for ink, step in zip(style.STEP_INKS, style.STEPS, strict=True)]
PAIRS += [("paper", "green"), ("paper", "red")]


def luminance(code):
    channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), sorted(PAIRS))
def test_small_text_can_be_read_in_both_themes(theme, text, ground):
    # Web Content Accessibility Guidelines 2, success criterion 1.4.3.
    assert contrast(theme[text], theme[ground]) >= 4.5


def test_a_page_draws_every_colour_of_the_palette_in_both_themes():
    assert {name: LIGHT[name] for name in PALETTE} == PALETTE
    assert DARK.keys() >= PALETTE.keys()


def test_the_palette_differs_in_lightness_or_hue_for_colour_blind_readers():
    # Machado's matrix for deuteranopia, severity 1, on linear RGB.
    deuteranopia = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    colours = {*style.ROLES.values()}
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    seen = np.clip((rgb**2.2) @ deuteranopia.T, 0, 1) ** (1 / 2.2)
    distances = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)]
    assert min(distances) > 0.12


def test_statistics_never_share_a_symbol():
    assert len(set(style.STATISTIC_MARKERS.values())) == len(style.STATISTIC_MARKERS)
