"""What a notebook shows of sentences and tables."""

import re

import pandas as pd
import pytest

from analysis.present import display
from analysis.present.tables import show_table


@pytest.fixture
def shown(monkeypatch):
    """What a notebook cell would show."""
    outputs = []
    for module in ("analysis.present.display", "analysis.present.tables"):
        monkeypatch.setattr(f"{module}.display", lambda data, raw: outputs.append(data))
    return outputs


def test_prose_has_a_plain_reading(shown):
    display.say("Pay is <a href='x'>$5</a> &amp; more.", "Second.")
    assert shown[0]["text/html"] == "<p>Pay is <a href='x'>$5</a> &amp; more.</p><p>Second.</p>"
    assert shown[0]["text/plain"] == "Pay is $5 & more.\n\nSecond."


@pytest.mark.parametrize(
    ("paragraph", "html"),
    [
        (
            "From $40,000 to $52,000, or +$1,200.",
            "From <span>$40,000</span> to <span>$52,000</span>, or <span>+$1,200</span>.",
        ),
        ("$40,000–$52,000 or $80,000+", "$40,000–<span>$52,000</span> or <span>$80,000+</span>"),
        ('<a title="$5 or $6">−$5</a> and −$6', '<a title="$5 or $6">−$5</a> and <span>−$6</span>'),
        ("US$ and a lone $ sign", "US$ and a lone $ sign"),
    ],
)
def test_jupyterlab_finds_no_mathematics_between_two_dollar_signs(shown, paragraph, html):
    display.say(paragraph)
    assert shown[0]["text/html"] == f"<p>{html}</p>"
    texts = re.split(r"<[^>]+>", html)
    assert not [text for text in texts if len(re.findall(r"\$\d", text)) > 1]
    assert "<" not in shown[0]["text/plain"]


def test_a_table_says_what_is_missing_and_where_it_is_from(shown):
    frame = pd.DataFrame(
        {"step": ["one", "two <b>"], "effect_usd": [4910.0, None], "share": [0.5, 0.25]}
    )
    show_table(
        frame,
        "steps",
        "Steps",
        "BLS",
        {"effect_usd": "signed usd", "share": "percent"},
        missing="exact",
    )
    html, plain = shown[0]["text/html"], shown[0]["text/plain"]
    assert plain.split() == [
        "Step",
        "Effect",
        "USD",
        "Share",
        "one",
        "+$4,910",
        "50%",
        "two",
        "<b>",
        "exact",
        "25%",
    ]
    assert "+$4,910" in html
    assert "Source: BLS" in html
    assert "two &lt;b&gt;" in html
    assert 'scope="col"' in html
    assert 'scope="row"' in html


def test_headings():
    assert [display.readable(name) for name in ("effect_usd", "annual_p10", "oews")] == [
        "Effect USD",
        "Annual p10",
        "OEWS",
    ]
