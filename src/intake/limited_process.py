"""Calls a function on a file from outside in a process that can take only so much.

The process knows nothing of pandas: it starts in a tenth of a second and is small. Arguments and
answer are JSON, so that whatever takes that process over can send nothing but data.
"""

import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from common.errors import InputError

MEMORY = 400 * 2**20
"""Bytes of address space; BLS's largest workbook, inside a zip, takes less than half of it."""


def call_limited(function: str, arguments: Sequence[Any], name: str, seconds: int) -> Any:
    """What a function returns that runs in a process with limits of memory and time.

    Args:
        function: such as `package.module:function`.
        arguments: what it is given, in the terms of JSON.
        name: of the file, for messages.
        seconds: of the processor's time that it may take.

    Raises:
        InputError: the function raises it, or takes more than it may.
    """
    paths = os.pathsep.join(filter(None, sys.path))
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "intake.limited_process", function, str(seconds)],
            input=json.dumps(arguments).encode(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": paths},
            timeout=20 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _takes_too_much(name, seconds) from error
    if ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV):
        raise _takes_too_much(name, seconds)
    if ended.returncode:
        raise RuntimeError(ended.stderr.decode(errors="replace"))
    answer = json.loads(ended.stdout)
    if answer["error"] == "memory":
        raise _takes_too_much(name, seconds)
    if answer["error"]:
        raise InputError(answer["error"])
    return answer["answer"]


def _takes_too_much(name: str, seconds: int) -> InputError:
    return InputError(
        f"{name} takes more than {MEMORY // 2**20} MB of memory or {seconds} seconds to read; "
        "BLS's own files of its size take less, so it is none of them or was tampered with"
    )


def _answer() -> None:
    function, seconds = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    answer: dict[str, Any] = {"answer": None, "error": None}
    try:
        answer["answer"] = pkgutil.resolve_name(function)(*json.load(sys.stdin))
    except InputError as error:
        answer["error"] = str(error)
    except MemoryError:
        answer["error"] = "memory"
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _answer()
