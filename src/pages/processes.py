"""Calls functions in processes of their own, one for each call, which leave nothing behind.

Starting Python and importing what pages need takes seconds. A server, which `multiprocessing` runs,
does it once, and each process is forked from it. Where the platform has no fork, each starts anew.
"""

import ctypes
import multiprocessing
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from common.errors import InputError
from pages.failures import (
    CallFailedError,
    OutOfMemoryError,
    OutOfTimeError,
    ProcessLostError,
    failure_of,
)

INLINE = "module://matplotlib_inline.backend_inline"
"""The backend of matplotlib whose figures go into the notebook."""
FORKS = "forkserver" in multiprocessing.get_all_start_methods()
# Figures inside the notebook, none of the user's own settings, one order of sets in all runs.
_ENVIRONMENT = {"MPLBACKEND": INLINE, "MATPLOTLIBRC": os.devnull, "PYTHONHASHSEED": "0"}
MODULES_VARIABLE = "PAGES_MODULES"
NOTEBOOKS_VARIABLE = "PAGES_NOTEBOOKS"
ROOT_VARIABLE = "PAGES_ROOT"
"""The variables that tell the server which modules to import besides, which notebooks have many
pages, and the project's folder."""
_SECONDS_BETWEEN_LOOKS = 1
"""At a process that runs: whether it lives, and what memory it takes. A look at all processes of a
machine takes tens of milliseconds."""
_LONGEST_FOLDER = 60
"""Bytes; the path of a socket can have about a hundred, of which its own name takes a third."""
_SECONDS_TO_START = 10
"""Then a process is ended that has no memory for its thread, which Python waits for without end."""
_PR_SET_CHILD_SUBREAPER = 36
"""Of Linux: from now on this process is the parent of descendants whose own parent has ended."""
Answer = TypeVar("Answer")


class Processes:
    """The processes of a batch; a context manager, at whose end none of them is left."""

    def __init__(
        self, modules: Callable[[], Iterable[str]], root: Path, notebooks: Iterable[str] = ()
    ) -> None:
        """Prepare for the server, which is started with the first process.

        Args:
            modules: says then which modules it imports.
            root: the project's folder, in which it writes for the time being.
            notebooks: those of many pages, relative to it, whose code it makes ready to be shown.
        """
        self._modules = modules
        self._notebooks = tuple(notebooks)
        self._root = root
        self._context: Any = multiprocessing.get_context("forkserver" if FORKS else "spawn")
        self._running: set[Any] = set()
        self._lock = threading.Lock()
        self._over = False

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over = True
            for process in self._running:
                _end_group(process)

    def call(self, function: str, *arguments: Any, seconds: float | None = None) -> Any:
        """Call a function in a process of its own and return what it returns.

        Args:
            function: such as `package.module:function`; it is imported there, not here.
            arguments: what it is given.
            seconds: how long it may take.

        Raises:
            InputError: the function raises it.
            CallFailedError: the function raises something else.
            OutOfMemoryError: it has no memory left.
            OutOfTimeError: it took longer.
            ProcessLostError: its process was killed or cannot be started, or the batch is over.
        """
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_answer_apart, args=(theirs, function, arguments))
        orders = {
            MODULES_VARIABLE: " ".join(self._modules()),
            NOTEBOOKS_VARIABLE: "\n".join(self._notebooks),
            ROOT_VARIABLE: str(self._root),
        }
        with self._lock, _environment(_ENVIRONMENT | orders | _temporary_folder()):
            if self._over:
                raise ProcessLostError("the batch is over")
            if FORKS:
                self._context.set_forkserver_preload(["__main__", "pages.server_preload"])
            _start(process)
            self._running.add(process)
        theirs.close()
        try:
            return _answer_of(process, ours, seconds)
        finally:
            with self._lock:
                self._running.discard(process)
            _end_group(process)


def call_in_copy(
    function: Callable[..., Answer],
    *arguments: Any,
    seconds: float | None = None,
    megabytes: float | None = None,
) -> Answer:
    """Call a function in a forked copy of this process; errors as in `Processes.call`.

    Args:
        function: what is called.
        arguments: what it is given.
        seconds: how long it may take.
        megabytes: how much memory it may take together with the processes that it starts.

    Raises:
        OutOfMemoryError: they took more, or have no memory left.
    """
    context: Any = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    try:
        return _answer_of(process, ours, seconds, megabytes)
    finally:
        process.kill()
        process.join()


@contextmanager
def within_time_to_start() -> Iterator[None]:
    """Start threads, for which Python waits without end where they have no memory to begin in.

    Raises:
        OutOfMemoryError: one has not begun within seconds.
    """
    if not FORKS or threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(number: int, frame: FrameType | None) -> None:
        raise OutOfMemoryError("the batch has no memory for another thread")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_SECONDS_TO_START)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _start(process: Any) -> None:
    """Start a process; a server that is about to end, and answers no more, is waited for."""
    end = time.monotonic() + _SECONDS_TO_START
    while process.pid is None:
        try:
            process.start()
        except (ConnectionError, EOFError) as error:
            if time.monotonic() > end:
                raise ProcessLostError(f"its process cannot be started ({error})") from error
            time.sleep(0.1)


def _answer_of(
    process: Any, pipe: Connection, seconds: float | None, megabytes: float | None = None
) -> Any:
    """What the function in a process returns; what it raises is raised."""
    end = None if seconds is None else time.monotonic() + seconds
    # It may be dead in silence: children that it has left can hold its end of the pipe open.
    while not pipe.poll(_SECONDS_BETWEEN_LOOKS):
        if end is not None and time.monotonic() > end:
            raise OutOfTimeError(f"it took longer than {seconds:g} seconds")
        if megabytes is not None and _megabytes_with_children(process.pid) > megabytes:
            raise OutOfMemoryError(f"its processes took more than {megabytes:g} MB together")
        if not process.is_alive() and not pipe.poll():
            raise ProcessLostError(f"its process ended with exit code {process.exitcode}")
    try:
        answer, error = pipe.recv()
    except (EOFError, OSError) as failure:
        process.join(1)
        raise ProcessLostError(f"its process ended with exit code {process.exitcode}") from failure
    if error is not None:
        raise error
    return answer


def _answer_apart(pipe: Connection, function: str, arguments: tuple) -> None:
    """Answer from a group of processes of its own, which ends when the batch does."""
    os.environ.update(_ENVIRONMENT)
    if FORKS:
        os.setsid()
        signal.alarm(_SECONDS_TO_START)
    if sys.platform == "linux":  # elsewhere a daemon that a page leaves is not known
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    threading.Thread(target=_end_with_batch, daemon=True).start()
    if FORKS:
        signal.alarm(0)
    try:
        _answer(pipe, pkgutil.resolve_name(function), arguments)
    finally:
        _end_descendants(os.getpid())  # they would be nobody's once this process has ended


def _answer(pipe: Connection, function: Callable[..., Any], arguments: tuple) -> None:
    try:
        answer: tuple[Any, Exception | None] = function(*arguments), None
    except InputError as error:
        answer = None, error
    except MemoryError:
        answer = None, OutOfMemoryError("a process of the batch has no memory left")
    except Exception as error:  # which need not survive its way as it is
        answer = None, CallFailedError(failure_of(error))
    pipe.send(answer)


def _end_with_batch() -> None:
    batch = multiprocessing.parent_process()
    if batch is not None:
        batch.join()
    _end_descendants(os.getpid())
    if FORKS:
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_group(process: Any) -> None:
    """End a process and those that it started."""
    _end_descendants(process.pid)
    if FORKS:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _end_descendants(process: int) -> None:
    """End all that a process has started, until there is nothing left that could start more."""
    import psutil  # type: ignore[import-untyped]  # takes as long as a batch with nothing to do

    for _ in range(100):
        found = [child for child in _children(process) if not _has_ended(child)]
        if not found:
            return
        for child in found:
            with suppress(psutil.Error):
                child.kill()
        psutil.wait_procs(found, timeout=0.01)


def _children(process: int) -> list[Any]:
    """The processes that a process has started, and those that they have."""
    import psutil

    try:
        return psutil.Process(process).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _has_ended(process: Any) -> bool:
    import psutil

    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _megabytes_with_children(process: int) -> float:
    """The memory of a process and its children that is theirs alone; 0 where it has none.

    Alone, it keeps the limit that the system holds it to.
    """
    import psutil

    children = _children(process)
    total = 0
    for member in [psutil.Process(process), *children] if children else []:
        with suppress(psutil.Error):
            total += member.memory_full_info().uss
    return total / 2**20


def _temporary_folder() -> dict[str, str]:
    """Another temporary folder where the user's has too long a name for a socket in it."""
    long = len(os.fsencode(os.environ.get("TMPDIR", ""))) > _LONGEST_FOLDER
    return {"TMPDIR": "/tmp"} if long else {}  # noqa: S108


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    """Environment variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
