"""Sentences with named fields: what they hold is text, and their numbers know their origin."""

import json
import re

import pytest

from analysis.present import sentences
from analysis.present.sentences import say, sentence, words
from analysis.present.values import USD, Value, counted
from common.errors import InputError
from common.notebook_contract import PROSE_MIME, Traced

PAY = Value(62110, {"figure_id": "a b", "meaning": 'mean of "jobs"'}, USD)


def bundle(text, /, **fields):
    return words(text, **fields)._repr_mimebundle_()


def test_prose_travels_as_data_beside_markdown_and_plain_text():
    shown = bundle("They are **{gap:usd}** apart in {year:year}.", gap=PAY - 5, year=2024)
    assert shown[PROSE_MIME]["parts"] == [
        "They are **",
        {"text": "$62,105", "arithmetic": [PAY.traced("62,110"), " − ", "5"]},
        "** apart in ",
        {"text": "2024"},
        ".",
    ]
    assert shown["text/markdown"] == (
        'They are **<span title="62,110 − 5">\\$62,105</span>** apart in 2024.'
    )
    assert shown["text/plain"] == "They are **$62,105** apart in 2024."
    assert json.loads(json.dumps(shown)) == shown


def test_a_figure_is_a_link_to_its_row():
    assert bundle("{pay}", pay=PAY)["text/markdown"] == (
        '[\\$62,110](../report/ledger.html#a%20b "mean of &quot;jobs&quot;")'
    )


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=f()>", "[x](javascript:f())", "*a* _b_ `c`", "$x$ http://a.b", "#"]
)
def test_data_are_never_markup(text):
    markdown = bundle("{text}", text=text)["text/markdown"]
    special = set("<>[]()*_`$:#")
    for before, character in zip(" " + markdown, markdown, strict=False):
        assert character not in special or before == "\\"
    assert bundle("{text}", text=text)[PROSE_MIME]["parts"] == [{"text": text}]


def test_no_space_around_a_field_is_lost_in_markdown():
    shown = bundle("It is {pay}{care}at {place}.", pay=PAY, care=" with\n care ", place=" home")
    without_links = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", shown["text/markdown"])
    assert without_links == "It is \\$62,110 with care at  home."


def test_lines_may_be_indented_and_braces_doubled():
    assert (
        str(
            words("""One {{set}}.

        Two.""")
        )
        == "One {set}.\n\nTwo."
    )


def test_lists_are_joined_and_passages_are_fields():
    named = [words("{pay} ({who})", pay=PAY, who=who) for who in ("a", "b", "c")]
    assert str(words("{all:and}.", all=named)) == "$62,110 (a), $62,110 (b) and $62,110 (c)."
    assert str(words("{all:semicolons}", all=named[:2])) == "$62,110 (a); $62,110 (b)"
    assert str(words("Of: {all:bullets}", all=["x", "y"])) == "Of: \n\n- x\n- y\n\n"
    assert str(words("{all:and}", all=[])) == ""


def test_a_plain_number_says_which_field_it_is_and_a_count_what_it_counts():
    parts = words("{n} {m:percent}", n=counted(3, "rows"), m=0.5).parts
    assert parts == ({"text": "3", "counted": "rows"}, " ", {"text": "50%", "code": "m"})


def test_what_is_not_known_is_said_to_be_so():
    assert str(words("{pay:usd}", pay=float("nan"))) == "not published"


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        ("{gpa}", {"gap": 1}, "say: there is no field 'gpa'; the nearest are: gap"),
        ("{gap.x}", {"gap": 1}, "say: there is no field 'gap.x'; the nearest are: gap"),
        ("{gap!r}", {"gap": 1}, "say: there is no field 'gap!r'; the nearest are: gap"),
        (
            "{gap}",
            {"gap": 1, "gpa": 2},
            "say: the field 'gpa' is not in the text; the nearest are: gap",
        ),
        (
            "{gap:usdd}",
            {"gap": 1},
            "say, field gap: there is no format 'usdd'; the nearest are: usd, signed_usd",
        ),
        ("{gap:usd}", {"gap": "a"}, "say, field gap: found the text 'a', expected one to be usd"),
        ("{gap}", {"gap": True}, "say, field gap: found True, expected a number or a text"),
        ("{gap}", {"gap": {1}}, "say, field gap: found {1}, expected a number or a text"),
        (
            "{gap}",
            {"gap": 2024},
            "say, field gap: found 2024, expected a format: {gap:year} or :number",
        ),
        (
            "{gap:ans}",
            {"gap": [1]},
            "say, field gap: a list cannot be joined by 'ans'; the nearest are: and",
        ),
    ],
)
def test_a_wrong_field_stops_with_its_name(text, fields, message):
    with pytest.raises(InputError) as error:
        words(text, **fields)
    assert str(error.value) == message


def test_an_open_brace_is_refused():
    with pytest.raises(InputError, match="a brace that is to be seen is doubled"):
        words("{gap", gap=1)


def test_say_shows_the_passage(monkeypatch):
    shown = []
    monkeypatch.setattr(sentences, "display", shown.append)
    say("{pay}", pay=PAY)
    assert [str(one) for one in shown] == ["$62,110"]


def test_a_finding_alone_is_a_sentence_with_its_links():
    figure = Traced(text="$62,110", figure_id="oews-2025-us-ak-29-2072-median")
    alone = sentence(words("Alaska pays {most}", most=figure))
    assert str(alone) == "Alaska pays $62,110."
    assert figure in alone.parts
