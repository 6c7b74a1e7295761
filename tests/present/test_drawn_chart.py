"""A chart shows itself in two widths, with its words and data, in the same bytes every time."""

import itertools
import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from analysis.present import charts
from common.notebook_contract import CHART_MIME, PALETTE

BANDS = pd.DataFrame(
    {
        "label": ["entry", "expert"],
        "low": [40000.0, 80000.0],
        "high": [52000.0, None],
        "emphasis": [True, False],
    }
)
TILES = pd.DataFrame(
    {
        "area_code": ["US-NJ", "US-<b>"],
        "area_title": ["New Jersey", "B & b"],
        "tile_row": [0, 1],
        "tile_column": [0, 1],
        "value": [62_930.0, 50_000.0],
        "text": ["62.9", "50.0"],
        "emphasis": [True, False],
    }
)


def bands(frame=BANDS, **wording):
    words = {"name": "bands", "source": "the guide"} | wording
    return charts.bands(frame, "Two bands", "US dollars a year.", **words)


def shown(chart):
    """What a cell that ends with the chart shows: its drawings, and what a page is told of it."""
    bundle = chart._repr_mimebundle_()
    return bundle["image/svg+xml"], bundle[CHART_MIME]["phone"], bundle[CHART_MIME], bundle


def ids(svg):
    return re.findall(r' id="([^"]+)"', svg)


def references(svg):
    return {name for pair in re.findall(r'url\(#([^)]+)|href="#([^"]+)', svg) for name in pair} - {
        ""
    }


def test_the_same_data_give_the_same_bytes():
    assert shown(bands())[3] == shown(bands())[3]


def test_other_data_or_another_label_give_another_picture():
    other = BANDS.assign(high=[52001.0, None])
    renamed = BANDS.assign(label=["entry", "lead"])
    assert len({shown(bands(frame))[0] for frame in (BANDS, other, renamed)}) == 3


@pytest.mark.parametrize(("place", "pixels"), [(0, 704), (1, 328)])
def test_a_drawing_is_made_for_its_column_on_opaque_paper_and_says_what_it_shows(place, pixels):
    svg = shown(bands(alt='Two bands, "entry" <first>'))[place]
    root, paper = re.match(r"(<svg [^>]*>)(<path[^>]*>)", svg).groups()
    assert f'width="{pixels}"' in root
    assert 'role="img" aria-label="Two bands, &quot;entry&quot; &lt;first&gt;"' in root
    assert f"fill:{PALETTE['paper']}" in paper
    assert f"L{pixels} " in paper
    assert "sans-serif" in root
    assert "DejaVu" not in svg
    assert "<style" not in svg


def test_a_picture_has_the_colours_of_the_palette_and_no_other():
    for svg in shown(bands())[:2]:
        drawn = set(re.findall(r"#[0-9a-f]{6}\b", svg))
        assert {PALETTE[name] for name in ("ink", "muted", "violet", "paper")} <= drawn
        assert drawn <= {*PALETTE.values()}


def test_neighbours_of_one_style_share_it_and_each_text_keeps_its_colour():
    chart = charts.tile_map(TILES, "A map", nation=55_000)
    chart.axes.bar([0, 1], [1, 1], width=1, color=PALETTE["red"], alpha=0.5)
    root = ElementTree.fromstring(shown(chart)[0])
    alike = [
        one.get("style")
        for parent in root.iter()
        for one, other in itertools.pairwise(parent)
        if one.get("style") and one.get("style") == other.get("style")
    ]
    assert [re.findall("opacity[^;]*", style) for style in alike] == [["opacity:0.5"]]
    above = {child: parent for parent in root.iter() for child in parent}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        style = ""
        while text is not None and "fill:" not in style:
            style, text = text.get("style", ""), above.get(text)
        assert "fill:" in style


def test_ids_are_numbered_and_no_two_drawings_of_a_page_share_one():
    one, phone, *_ = shown(bands(name="pay of 2024"))
    other = shown(bands(name="other"))[0]
    assert ids(one) == [f"pay-of-2024.{number}" for number in range(1, len(ids(one)) + 1)]
    assert {*ids(one)} == references(one)
    assert {*ids(phone)} == references(phone)
    assert {*ids(one)}.isdisjoint({*ids(phone), *ids(other)})


def test_the_data_are_kept_with_readable_headings_and_empty_cells():
    assert shown(bands())[2]["table"] == {
        "columns": ["Label", "Low", "High"],
        "rows": [["entry", 40000.0, 52000.0], ["expert", 80000.0, None]],
    }


def test_a_chart_says_itself_what_its_notebook_does_not():
    _, _, chart, bundle = shown(charts.bands(BANDS, "Two bands"))
    said = "Two bands. entry: $40,000–$52,000; expert: $80,000+."
    assert (chart["name"], chart["source"], chart["alt"]) == ("bands", "", said)
    assert bundle["text/plain"] == said


def test_an_analyst_changes_the_axes_and_shows_the_chart_again():
    chart = bands()
    before = shown(chart)
    chart.axes.set_xlim(0, 200_000)
    wide, phone, *_ = shown(chart)
    assert wide != before[0]
    assert phone == before[1]
    assert shown(chart.change(lambda axes: axes.axvline(60_000)))[1] != phone


def test_a_tile_leads_to_its_state_and_says_which_it_is():
    for svg in shown(charts.tile_map(TILES, "A map", nation=55_000))[:2]:
        assert '<a href="area:US-NJ"><title>New Jersey: 62.9</title><path ' in svg
        assert '<a href="area:US-&lt;b&gt;"><title>B &amp; b: 50.0</title>' in svg
        assert ">nation $55,000</text>" in svg
