"""The one error a user can cause, and the hint that goes with it."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Something the user gave is wrong: the message names where, what was found and what was expected.

    The command line prints the message without a traceback and exits with code 2.
    """


def nearest(value: object, options: Iterable[object], count: int = 3) -> str:
    """The `count` options most like `value`, as the end of an error message.

    Falls back to the first options in order, so that the reader always sees what a valid value looks like.
    """
    names = [str(option) for option in options]
    lower = {name.lower(): name for name in reversed(names)}
    found = [lower[name] for name in get_close_matches(str(value).lower(), lower, n=count, cutoff=0.4)]
    return f"; the nearest are: {', '.join(found)}" if found else f"; for example: {', '.join(names[:count])}"
