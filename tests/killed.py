"""A process that is killed at a call of its own choosing."""

import os
import signal
import sys
from itertools import count

# What Python reports before each of its calls that change a file or a folder.
CALLS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate")


def killed_at(call, act, *arguments):
    """Whether an act in a process of its own was killed at this call, of those that it makes."""
    process = os.fork()
    if not process:
        made = count(1)

        def kill(event, details):
            changes = event in CALLS and (event != "open" or details[1] != "r")
            if changes and next(made) == call:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill)
        try:
            act(*arguments)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])
