"""The one error a user can cause, and the hint that goes with it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class InputError(ValueError):
    """Something the user gave is wrong: the message names where, what was found and what was expected.

    The command line prints the message without a traceback and exits with code 2.
    """


def nearest(
    value: object, options: Iterable[object], names: Mapping[str, str] | None = None
) -> str:
    """The three options most like `value`, as the end of an error message: those that hold it, if any do.

    Falls back to the first options in order, so that the reader always sees what a valid value looks like.

    Args:
        names: what options are called besides, for those whose name a user may give instead.
    """
    names = names or {}
    shown = {
        text: f"{text} ({names[text]})" if text in names else text for text in map(str, options)
    }
    words = {names[option].lower(): text for option, text in shown.items() if option in names}
    words |= {option.lower(): text for option, text in reversed(shown.items())}
    said = str(value).lower()
    holding = sorted((word for word in words if said and said in word), key=len)[:3]
    matches = holding or get_close_matches(said, words, cutoff=0.4)
    if found := dict.fromkeys(words[match] for match in matches):
        return f"; the nearest are: {', '.join(found)}"
    return f"; for example: {', '.join([*shown.values()][:3])}" if shown else ""
