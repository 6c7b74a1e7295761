"""A table is written whole, and always in the same bytes."""

import pandas as pd
import pytest

from analysis.published import processed


def test_tables_are_written_in_shortest_form_with_unix_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(processed, "ROOT", tmp_path)
    frame = pd.DataFrame({"a": [48780.0, 0.1 + 0.2, None], "b": ["x, y", "", "é"]})
    assert processed.save_table(frame, "t.csv", tmp_path / "new") == "3 rows written to new/t.csv"
    assert (tmp_path / "new" / "t.csv").read_bytes() == 'a,b\n48780,"x, y"\n0.3,\n,é\n'.encode()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["t.csv"]


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    monkeypatch.setattr(processed, "ROOT", tmp_path)
    processed.save_table(pd.DataFrame({"a": [1]}), "t.csv", tmp_path)
    broken = pd.DataFrame({"a": ["\ud800"]})
    with pytest.raises(UnicodeEncodeError):
        processed.save_table(broken, "t.csv", tmp_path)
    assert (tmp_path / "t.csv").read_text() == "a\n1\n"


def test_figures_come_back_with_their_types():
    figures = processed.load_figures()
    assert figures["value"].dtype == float
    assert figures["open_ended"].dtype == bool
    open_ended = figures.set_index("figure_id")["open_ended"]
    assert open_ended[["guide-table-expert-pay", "guide-table-entry-pay-low"]].tolist() == [
        True,
        False,
    ]
    assert figures["category"].notna().all()
