"""Runs a command and measures it with all processes that it starts (Linux)."""

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    """At most, and at one time, of memory that is counted once where processes share it."""


def measure(command: Sequence[str | Path], **options: Any) -> Measured:
    """Run a command to its end; options as of `subprocess.run`.

    Raises:
        CalledProcessError: it failed.
    """
    # Orphans become children of this process, so that their time is counted as well.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, begun = _cpu_seconds(), time.monotonic()
    with _Watch() as watch:
        subprocess.run(command, check=True, **options)
        seconds = time.monotonic() - begun
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return Measured(seconds, _cpu_seconds() - before, watch.megabytes)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watch:
    """Looks at the memory of all descendants twice a second."""

    megabytes = 0.0

    def __enter__(self) -> "_Watch":
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.megabytes = max(self.megabytes, sum(map(_megabytes, _descendants())))


def _descendants() -> list[str]:
    children: dict[str, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children.setdefault(path.read_text().rpartition(")")[2].split()[1], []).append(
                path.parent.name
            )
    found = children.get(str(os.getpid()), [])
    for process in found:
        found.extend(children.get(process, []))
    return found


def _megabytes(process: str) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
