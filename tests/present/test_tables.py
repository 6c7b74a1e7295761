"""A table shows itself, travels as data, and its figures lead to where they come from."""

import json
import re

import pandas as pd
import pytest

from analysis.present.tables import Table, drawn
from analysis.present.values import USD, Value
from common.errors import InputError
from common.notebook_contract import TABLE_MIME

PAY = Value(62110, {"figure_id": "a-pay", "meaning": "mean <b>"}, USD)


def bundle(frame, name="pay", title="Pay & jobs", source="BLS", **options):
    return Table(frame, name, title=title, source=source, **options)._repr_mimebundle_()


def test_a_value_in_a_cell_leads_to_where_it_comes_from():
    frame = pd.DataFrame({"place": ["A <b>", "B"], "pay": [PAY, None]}, dtype=object)
    frame["gap"] = frame["pay"] - Value(55970, {"figure_id": "b"}, USD)
    shown = bundle(frame, formats={"gap": "signed_usd"})
    assert shown[TABLE_MIME]["rows"][0] == [
        {"text": "A <b>"},
        PAY.traced(),
        (PAY - Value(55970, {"figure_id": "b"}, USD)).traced("+$6,140"),
    ]
    assert [cell["text"] for cell in shown[TABLE_MIME]["rows"][1]] == [
        "B",
        "not published",
        "not published",
    ]
    assert [column["numeric"] for column in shown[TABLE_MIME]["columns"]] == [False, True, True]
    html = shown["text/html"]
    link = '<a class="figure" href="../report/ledger.html#a-pay" title="mean &lt;b&gt;">'
    assert f"<td>{link}<span>$</span>62,110</a></td>" in html
    assert '<span title="62,110 − 55,970">+<span>$</span>6,140</span>' in html
    assert "A &lt;b&gt;" in html
    assert "Pay &amp; jobs" in html
    assert "Source: BLS" in html
    assert "<" not in shown["text/plain"].replace("<b>", "")


def test_a_terminal_is_shown_the_ends_of_a_long_table_and_the_beginning_of_a_long_text():
    frame = pd.DataFrame({"place": [f"place {n}" for n in range(300)], "why": "because " * 30})
    shown = bundle(frame)
    lines = shown["text/plain"].splitlines()
    assert len(lines) < 30
    assert "place 0 " in lines[1]
    assert "place 299" in lines[-1]
    assert max(map(len, lines)) < 80
    assert shown["text/html"].count("<tr>") == 301


def test_a_column_of_ids_links_another_and_is_not_shown():
    frame = pd.DataFrame(
        {"claim": ["x", "y", "z"], "id": ['a"b', "", None], "pay": [1.0, 2.0, None]},
        index=[7, 8, 9],
    )
    shown = bundle(frame, figure_ids={"claim": "id"})[TABLE_MIME]
    assert [column["heading"] for column in shown["columns"]] == ["Claim", "Pay"]
    assert [row[0] for row in shown["rows"]] == [
        {"text": "x", "figure_id": 'a"b'},
        {"text": "y"},
        {"text": "z"},
    ]
    assert (
        'href="../report/ledger.html#a&quot;b"'
        in bundle(frame, figure_ids={"claim": "id"})["text/html"]
    )


def test_a_table_travels_as_data_of_which_a_page_can_be_made():
    frame = pd.DataFrame(
        {
            "place": ["A <b>", "B"],
            "pay_usd": [1234.5, None],
            "share": [0.5, 0.25],
            "jobs": [1000, 20],
            "why": ["It is. It was.", None],
        }
    )
    formats = {"pay_usd": "usd", "share": "percent", "why": "folded"}
    shown = bundle(frame, formats=formats, missing="none", filter_by="place")
    assert shown[TABLE_MIME] == {
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
                {"text": "$1,234"},
                {"text": "50%"},
                {"text": "1,000"},
                {"text": "It is. It was."},
            ],
            [{"text": "B"}, {"text": "none"}, {"text": "25%"}, {"text": "20"}, {"text": "none"}],
        ],
        "filter_by": "Place",
    }
    assert json.loads(json.dumps(shown)) == shown
    aligned = re.findall(r"<t[dh](?: scope=\"\w+\")?( style[^>]*)?>", shown["text/html"])
    left = ' style="text-align: left"'
    assert aligned == [left, "", "", "", left] * 3


def test_jupyterlab_finds_no_mathematics_between_two_dollar_signs():
    html = bundle(pd.DataFrame({"a": ["$5 to $6"]}), title="$1 and $2")["text/html"]
    texts = re.split(r"<[^>]+>", html)
    assert [text for text in texts if "$" in text] == ["$"] * 4


def test_a_table_is_the_end_of_a_chain_and_without_rows_keeps_its_columns():
    frame = pd.DataFrame({"place": ["a"], "pay": [1.0]}).query("pay > 5")
    table = frame.pipe(Table, "none", title="None", source="BLS")
    assert table.content["rows"] == []
    assert [column["heading"] for column in table.content["columns"]] == ["Place", "Pay"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"formats": {"pay": "dollars"}}, "table pay: there is no format 'dollars'"),
        ({"formats": {"pya": "usd"}}, "table pay: there is no column 'pya'; the nearest are: pay"),
        ({"figure_ids": {"pay": "id"}}, "table pay: there is no column 'id'"),
        ({"filter_by": "kind"}, "table pay: there is no column 'kind'"),
    ],
)
def test_a_format_or_column_that_is_not_there_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        bundle(pd.DataFrame({"pay": pd.Series([], dtype=float)}), **options)


def test_a_text_where_a_number_is_to_be_is_refused():
    with pytest.raises(InputError, match="table pay, column a: found 'x', expected a number"):
        bundle(pd.DataFrame({"a": ["x"]}), formats={"a": "usd"})


def test_the_data_of_a_chart_say_where_they_come_from_if_that_is_known():
    frame = pd.DataFrame({"label": ["a", "b"], "pay_usd": [PAY, None]}, dtype=object)
    table = drawn(frame)
    assert table["columns"] == ["Label", "Pay USD"]
    assert table["rows"] == [["a", 62110.0], ["b", None]]
    assert type(table["rows"][0][1]) is float
    assert table["origins"] == [[{}, PAY.origin], [{}, {}]]
    assert drawn(pd.DataFrame({"a": [1.5]})) == {"columns": ["A"], "rows": [[1.5]]}
