"""What a notebook shows of sentences and tables."""

import re

import pytest

from analysis.present import display


@pytest.fixture
def shown(monkeypatch):
    """What a notebook cell would show."""
    outputs = []
    monkeypatch.setattr(display, "display", lambda data, raw: outputs.append(data))
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
