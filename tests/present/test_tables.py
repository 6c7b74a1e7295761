"""A table travels as data, and its published figures lead to the ledger."""

import json
import re

import pandas as pd
import pytest

from analysis.present import tables
from common.notebook_contract import TABLE_MIME


@pytest.fixture
def shown(monkeypatch):
    """What a notebook cell would show."""
    outputs = []
    monkeypatch.setattr(tables, "display", lambda data, raw: outputs.append(data))
    return outputs


def test_a_published_figure_in_a_cell_is_a_link_to_its_row_in_the_ledger(shown):
    frame = pd.DataFrame(
        {"place": ["A <b>", "B", "C"], "pay": [100.0, None, 300.0]}, index=[7, 8, 9]
    )
    figure_ids = {"place": pd.Series(["", "", 'x"y']), "pay": pd.Series(["a-pay", "b-pay", None])}
    tables.show_table(frame, "pay", "Pay", "BLS", {"pay": "usd"}, figure_ids=figure_ids)
    cells = re.findall(r"<(?:td|th scope=\"row\")[^>]*>(.*?)</t[dh]>", shown[0]["text/html"])
    assert cells == [
        "A &lt;b&gt;",
        '<a class="figure" href="../report/ledger.html#a-pay">$100</a>',
        "B",
        "not published",
        '<a class="figure" href="../report/ledger.html#x&quot;y">C</a>',
        "$300",
    ]
    assert "<a" not in shown[0]["text/plain"]
    aligned = re.findall(r"<t[dh](?: scope=\"\w+\")?( style[^>]*)?>", shown[0]["text/html"])
    assert aligned == [' style="text-align: left"', ""] * 4


def test_a_table_travels_as_data_of_which_a_page_can_be_made(shown):
    frame = pd.DataFrame(
        {
            "place": ["A <b>", "B"],
            "pay_usd": [1234.5, None],
            "share": [0.5, 0.25],
            "jobs": [1000, 20],
            "why": ["It is. It was.", None],
        }
    )
    tables.show_table(
        frame,
        "pay",
        "Pay & jobs",
        "BLS",
        {"pay_usd": "usd", "share": "percent", "why": "folded"},
        filter_by="place",
        figure_ids={"pay_usd": pd.Series(["a-pay", "b-pay"])},
    )
    assert shown[0][TABLE_MIME] == {
        "name": "pay",
        "title": "Pay & jobs",
        "source": "BLS",
        "columns": [
            {"heading": "Place", "numeric": False},
            {"heading": "Pay USD", "numeric": True},
            {"heading": "Share", "numeric": True},
            {"heading": "Jobs", "numeric": True},
            {"heading": "Why", "numeric": False, "folded": True},
        ],
        "rows": [
            [
                {"text": "A <b>"},
                {"text": "$1,234", "figure_id": "a-pay"},
                {"text": "50%"},
                {"text": "1,000"},
                {"text": "It is. It was."},
            ],
            [
                {"text": "B"},
                {"text": "not published"},
                {"text": "25%"},
                {"text": "20"},
                {"text": "not published"},
            ],
        ],
        "filter_by": "Place",
    }
    assert json.loads(json.dumps(shown[0])) == shown[0]
    assert "Pay &amp; jobs" in shown[0]["text/html"]


def test_a_table_without_rows_keeps_its_columns(shown):
    tables.show_table(pd.DataFrame({"place": [], "pay": []}), "none", "None", "BLS")
    assert shown[0][TABLE_MIME]["rows"] == []
    assert [column["heading"] for column in shown[0][TABLE_MIME]["columns"]] == ["Place", "Pay"]
    assert "Pay" in shown[0]["text/html"]


def test_a_format_that_is_not_known_is_refused(shown):
    with pytest.raises(KeyError, match="dollars"):
        tables.show_table(pd.DataFrame({"pay": [1]}), "pay", "Pay", "BLS", {"pay": "dollars"})
