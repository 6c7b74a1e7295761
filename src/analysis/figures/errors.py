"""The one error a user can cause, and the hint that goes with it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class InputError(ValueError):
    """Something the user gave is wrong: the message names where, what was found and what was expected.

    The command line prints the message without a traceback and exits with code 2.
    """


def nearest(
    value: object, options: Iterable[object], count: int = 3, names: Mapping[str, str] | None = None
) -> str:
    """The `count` options most like `value`, as the end of an error message.

    Falls back to the first options in order, so that the reader always sees what a valid value looks like.

    Args:
        names: what options are called besides, for those whose name a user may give instead.
    """
    names = names or {}
    shown = {
        str(option): f"{option} ({names[option]})" if option in names else str(option) for option in options
    }
    words = {names[option].lower(): text for option, text in shown.items() if option in names}
    words |= {option.lower(): text for option, text in reversed(shown.items())}
    matches = get_close_matches(str(value).lower(), words, n=count, cutoff=0.4)
    if found := dict.fromkeys(words[match] for match in matches):
        return f"; the nearest are: {', '.join(found)}"
    return f"; for example: {', '.join([*shown.values()][:count])}"
