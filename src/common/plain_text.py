"""Text stays text where a program would take it for more: on a terminal, in a spreadsheet."""

import re
import unicodedata
from typing import Any

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d.,]+(e[+-]?\d+)?%?", re.IGNORECASE)


def printable(text: str) -> str:
    r"""A text without what would steer a terminal or turn the reading direction.

    Such characters are shown as Python writes them, `\x1b` for instance; line breaks and tabs stay.
    """
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "\n\t"
        else character
        for character in text
    )


def for_spreadsheet(value: Any) -> Any:
    """A cell of a CSV file, marked with an apostrophe if a spreadsheet would reckon with it.

    That is a text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return and is no number.
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
