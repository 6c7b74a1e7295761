"""The one error a user can cause, and the hint that goes with it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class InputError(ValueError):
    """Something the user gave is wrong: where, what was found and what was expected.

    The command line prints the message without a traceback and exits with code 2.
    """


def repeated(names: Iterable[str]) -> str | None:
    """The first name that comes again, or None."""
    seen = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def nearest(
    value: object, options: Iterable[object], names: Mapping[str, str] | None = None
) -> str:
    """Up to three options most like a value, as the end of an error message.

    They are those that hold the value, else those spelt like it, else the first ones: the reader
    always sees what a valid value looks like.

    Args:
        value: what the user gave.
        options: the valid values.
        names: what options are called besides, where a user may give the name instead.
    """
    names = names or {}
    shown = {str(option): str(option) for option in options}
    for option in shown.keys() & names.keys():
        shown[option] = f"{option} ({names[option]})"
    words = {names[option].lower(): text for option, text in shown.items() if option in names}
    for option, text in reversed(shown.items()):
        words[option.lower()] = text
    said = str(value).lower()
    holding = sorted((word for word in words if said and said in word), key=len)[:3]
    matches = holding or get_close_matches(said, words, cutoff=0.4)
    if matches:
        found = dict.fromkeys(words[word] for word in matches)
        return f"; the nearest are: {', '.join(found)}"
    return f"; for example: {', '.join(list(shown.values())[:3])}" if shown else ""
