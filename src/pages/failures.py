"""Why something was not done: a fact of its own, whether or not an error has words."""

import traceback
from dataclasses import dataclass

from common.errors import InputError


@dataclass(frozen=True)
class Failure:
    """Why a page was not made."""

    message: str
    """One line."""
    traceback: str = ""
    users_mistake: bool = False
    """Whether it is a mistake of the user's, of which no traceback is shown."""
    skipped: bool = False
    """Whether the page was not tried, because one that it needs was not made."""


class CallFailedError(Exception):
    """What was called in another process failed there."""

    def __init__(self, failure: Failure) -> None:
        """Take what the other process says of it."""
        super().__init__(failure)
        self.failure = failure

    def __str__(self) -> str:
        return self.failure.message


class ProcessLostError(Exception):
    """A process ended without an answer."""


class OutOfTimeError(ProcessLostError):
    """A process was ended because it took too long."""


class OutOfMemoryError(ProcessLostError):
    """A process was ended because it and those that it started took too much memory."""


def failure_of(error: BaseException) -> Failure:
    """The failure that an error is.

    Args:
        error: with a message or without.
    """
    if isinstance(error, CallFailedError):
        return error.failure
    message = f"{type(error).__name__}: {error}".removesuffix(": ")
    if isinstance(error, InputError):
        return Failure(message, users_mistake=True)
    if isinstance(error, ProcessLostError):
        return Failure(message)
    return Failure(message, "".join(traceback.format_exception(error)))
