"""A chart carries its alternative text, source and data, and is the same bytes every time."""

import re

import pandas as pd
import pytest

from analysis.present import charts, display
from common.notebook_contract import CHART_MIME, PALETTE

BANDS = pd.DataFrame(
    {
        "label": ["entry", "expert"],
        "low": [40000.0, 80000.0],
        "high": [52000.0, None],
        "emphasis": [True, False],
    }
)


@pytest.fixture
def shown(monkeypatch):
    """What a notebook cell would show."""
    outputs = []
    monkeypatch.setattr(display, "display", lambda data, raw: outputs.append(data))
    return outputs


def show(name="bands", alt='Two bands, "entry" <first>'):
    display.show_chart(
        charts.bands(BANDS, "Two bands", "US dollars a year."), name, alt, "the guide", BANDS
    )


def test_the_same_data_give_the_same_bytes(shown):
    show()
    show()
    assert shown[0] == shown[1]
    assert "<metadata>" not in shown[0]["image/svg+xml"]


def test_other_data_or_another_label_give_another_picture(shown, monkeypatch):
    show()
    monkeypatch.setitem(BANDS, "high", pd.Series([52001.0, None]))
    show()
    monkeypatch.setitem(BANDS, "high", pd.Series([52000.0, None]))
    monkeypatch.setitem(BANDS, "label", pd.Series(["entry", "lead"]))
    show()
    pictures = {output["image/svg+xml"] for output in shown}
    assert len(pictures) == 3


def test_alternative_text_is_in_the_picture_as_text(shown):
    show()
    svg = shown[0]["image/svg+xml"]
    assert svg.startswith('<svg role="img" aria-label="Two bands, &quot;entry&quot; &lt;first&gt;"')
    assert shown[0]["text/plain"] == 'Two bands, "entry" <first>'


def test_ids_of_a_picture_are_numbered_and_say_nothing_of_the_last_digit_of_a_layout(shown):
    show("pay of 2024")
    svg = shown[0]["image/svg+xml"]
    ids = re.findall(r' id="([^"]+)"', svg)
    assert ids == [f"pay-of-2024.{number}" for number in range(1, len(ids) + 1)]
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', svg)) <= set(ids)


def test_two_charts_on_a_page_share_no_id(shown):
    show("one")
    show("two")
    one, two = (set(re.findall(r' id="([^"]+)"', output["image/svg+xml"])) for output in shown)
    assert one & two == set()
    referenced = set(
        re.findall(r"#([A-Za-z][\w.-]*)\)|href=\"#([^\"]+)", shown[0]["image/svg+xml"])
    )
    assert {name for pair in referenced for name in pair if name} <= one


def test_the_data_are_kept_with_readable_headings_and_empty_cells(shown):
    show()
    assert shown[0][CHART_MIME]["table"] == {
        "columns": ["Label", "Low", "High", "Emphasis"],
        "rows": [["entry", 40000.0, 52000.0, True], ["expert", 80000.0, None, False]],
    }


def test_a_picture_has_the_colours_of_the_palette_and_no_other(shown):
    show()
    drawn = set(re.findall(r"#[0-9a-f]{6}\b", shown[0]["image/svg+xml"]))
    assert {PALETTE[name] for name in ("ink", "muted", "blue", "orange")} <= drawn
    assert drawn <= {*PALETTE.values()}


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
