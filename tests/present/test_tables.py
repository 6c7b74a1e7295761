"""A table's published figures lead to the ledger, whatever else its cells hold."""

import re

import pandas as pd
import pytest

from analysis.present import tables


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
    cells = re.findall(r"<t[dh] [^>]*gt_row[^>]*>(.*?)</t[dh]>", shown[0]["text/html"])
    assert cells == [
        "A &lt;b&gt;",
        '<a class="figure" href="../report/ledger.html#a-pay">$100</a>',
        "B",
        "not published",
        '<a class="figure" href="../report/ledger.html#x&quot;y">C</a>',
        "$300",
    ]
    assert "<a" not in shown[0]["text/plain"]
