import pytest

from common.plain_text import for_spreadsheet, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "a\\x1b[31mred\\x1b[0m"),
        ("\x9b2J\x07\r", "\\x9b2J\\x07\\r"),
        ("\u202eabc\u2066\u200f", "\\u202eabc\\u2066\\u200f"),
        ("half of a pair: \ud83d", "half of a pair: \\ud83d"),
        ("one\n\ttwo", "one\n\ttwo"),
        ("Doña Ana, −5 %, 日本", "Doña Ana, −5 %, 日本"),
    ],
)
def test_what_would_steer_a_terminal_is_shown_as_it_is_written(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '-"x"'])
def test_what_a_spreadsheet_would_reckon_with_is_marked(text):
    assert for_spreadsheet(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-5", "+3.5%", "-1,234", "-1e-5", "a=1", "", "−5", -5, None])
def test_what_it_would_not_stays(value):
    assert for_spreadsheet(value) is value
