"""What a notebook says: Markdown with named fields, whose numbers know where they come from.

`say("They are {gap:usd}, or {share:percent}, apart.", gap=gap, share=gap / median)`. What a field
holds is text, never markup.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from inspect import cleandoc
from numbers import Real
from string import Formatter
from typing import Any
from urllib.parse import quote

import pandas as pd
from IPython.display import display

from analysis.present.formats import FORMATS, written
from analysis.present.values import Value
from common.errors import InputError, nearest
from common.notebook_contract import (
    LEDGER,
    NOT_PUBLISHED,
    PROSE_MIME,
    Origin,
    Prose,
    Traced,
    in_words,
)

Part = str | Traced
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&:@])")
_JOINED = {"and": (", ", " and "), "semicolons": ("; ", "; "), "sentences": (" ", " ")}
_BULLETS = "bullets"
_YEARS = range(1900, 2100)


class Passage:
    """Sentences as they were filled in; a cell shows them, and they can be a field of others."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Take Markdown by the author of a notebook, and texts that are no markup."""
        self.parts = tuple(parts)

    def __str__(self) -> str:
        """Without any links, as for the title of a chart."""
        return "".join(part if isinstance(part, str) else part["text"] for part in self.parts)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        markdown = "".join(
            part if isinstance(part, str) else traced_markdown(part) for part in self.parts
        )
        prose = Prose(parts=[*self.parts])
        return {PROSE_MIME: prose, "text/markdown": markdown, "text/plain": str(self)}


def say(text: str, /, **fields: Any) -> None:
    """Show sentences; see `words` for what they may hold."""
    display(words(text, **fields))


def words(text: str, /, **fields: Any) -> Passage:
    """Sentences with fields filled in, to be a field of others, or with `str` a title.

    Args:
        text: Markdown; `{gap:usd}` stands for the field `gap` in the format `usd`, one of
            `formats.FORMATS`. Without a format a value is written by its unit. Lines may be
            indented.
        fields: a number, a text, another passage, `figures.called(...)`, or a list of these, which
            is joined by its format: `and`, `semicolons`, `sentences` or `bullets`.

    Raises:
        InputError: a field is missing, is not in the text or cannot be shown, or a format is
            unknown; the message has its name and the nearest.
    """
    parts: list[Part] = []
    used = set()
    try:
        pieces = list(Formatter().parse(cleandoc(text)))
    except ValueError as error:
        raise InputError(f"say: {error}; a brace that is to be seen is doubled") from error
    for literal, name, form, conversion in pieces:
        parts += [literal] if literal else []
        if name is None:
            continue
        if name not in fields or conversion:
            given = f"{name}!{conversion}" if conversion else name
            raise InputError(f"say: there is no field {given!r}{nearest(given, fields)}")
        used.add(name)
        parts += _shown(name, fields[name], form or "")
    for name in fields.keys() - used:
        near = nearest(name, {name for _, name, _, _ in pieces if name})
        raise InputError(f"say: the field {name!r} is not in the text{near}")
    return Passage(parts)


def sentence(finding: Passage) -> Passage:
    """What would be the title of a chart, to stand alone where there is nothing to draw."""
    return words("{finding}.", finding=finding)


def place(area_code: str, title: str) -> Traced:
    """The name of a place as a field of `say`; on a page it leads to the page of the place."""
    return Traced(text=title, area=area_code)


def _shown(name: str, value: Any, form: str) -> list[Part]:
    """What stands in the place of a field."""
    if isinstance(value, list | tuple):
        return _joined(name, value, form)
    where = f"say, field {name}"
    if isinstance(value, Passage | str | Mapping):
        if form:
            raise InputError(f"{where}: found the text {str(value)!r}, expected one to be {form}")
        return _text_parts(value)
    if isinstance(value, bool) or not (isinstance(value, Real) or pd.api.types.is_scalar(value)):
        raise InputError(f"{where}: found {value!r}, expected a number or a text")
    if pd.isna(value):
        return [Traced(text=NOT_PUBLISHED)]
    if isinstance(value, Value) and (not form or form in FORMATS):
        return [value.traced(format(value, form))]
    if not form and value in _YEARS:
        raise InputError(f"{where}: found {value}, expected a format: {{{name}:year}} or :number")
    text = written(value, form or "number", where)
    return [Traced(text=text) if form == "year" else Traced(text=text, **Origin(code=name))]


def _text_parts(value: Any) -> list[Part]:
    if isinstance(value, Passage):
        return [*value.parts]
    return [Traced(text=value) if isinstance(value, str) else value]


def _joined(name: str, values: Sequence[Any], form: str) -> list[Part]:
    """The elements of a list, as its format joins them."""
    if form != _BULLETS and form not in _JOINED:
        near = nearest(form, [*_JOINED, _BULLETS])
        raise InputError(f"say, field {name}: a list cannot be joined by {form!r}{near}")
    between, last = ("\n- ", "\n- ") if form == _BULLETS else _JOINED[form]
    parts: list[Part] = ["\n\n- "] if form == _BULLETS and values else []
    for position, value in enumerate(values):
        if position:
            parts.append(last if position == len(values) - 1 else between)
        parts += _shown(name, value, "")
    return [*parts, "\n\n"] if form == _BULLETS else parts


def traced_markdown(part: Traced) -> str:
    """A text with its origin as Markdown, in which nothing of it is markup or mathematics.

    Each number is in an element of its own: JupyterLab takes what stands between two dollar signs
    of one text for mathematics.
    """
    text = _MARKS.sub(r"\\\1", re.sub(r"\s+", " ", part["text"]))
    said = escape(in_words(part)).replace("$", "&#36;")
    if "figure_id" in part:
        return f'[{text}]({LEDGER}{quote(part["figure_id"])} "{said}")'
    if part.keys() <= {"text", "area"}:
        return text
    return f'<span title="{said}">{text}</span>' if said else f"<span>{text}</span>"
