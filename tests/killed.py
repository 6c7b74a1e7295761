"""A process that is killed at a call of its own choosing, and what one leaves that was."""

import os
import signal
import sys
from itertools import count

# What Python reports before each of its calls that change a file or a folder.
CALLS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate")


def killed_at(call, act, *arguments):
    """Whether an act in a process of its own was killed at this call, of those that it makes."""
    made = count(1)

    def kill(event, details):
        if next(made) == call:
            os.kill(os.getpid(), signal.SIGKILL)

    return os.WIFSIGNALED(_ended(kill, act, *arguments))


def seen_before_each_call(look, act, *arguments):
    """Let `look` see what an act would leave if it were killed at a call, for each in turn.

    Args:
        look: is called with the path that the call before this one opened to write, or "".
        act: runs in a process of its own, as `look` does.
        arguments: of the act.
    """
    opened, looking = "", False

    def see(event, details):
        nonlocal opened, looking
        if looking:
            return
        looking = True
        look(opened)
        opened = str(details[0]) if event == "open" else ""
        looking = False

    def whole():
        act(*arguments)
        see("", [])

    assert _ended(see, whole) == 0


def _ended(before_a_call, act, *arguments):
    """How a process ended in which a function was called before each call that changes a file."""
    process = os.fork()
    if not process:

        def note(event, details):
            if event in CALLS and (event != "open" or details[1] != "r"):
                before_a_call(event, details)

        sys.addaudithook(note)
        code = 1
        try:
            act(*arguments)
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(process, 0)[1]
