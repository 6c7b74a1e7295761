"""Runs functions in processes that start warm, and that are gone when the batch is.

Starting Python and importing what pages need takes seconds. A server, which `multiprocessing` runs, does it
once; each thread that calls has a process forked from it, or a new one where the platform has no fork.
"""

import atexit
import multiprocessing
import os
import pkgutil
import shutil
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

from common.files import scratch_name, temporary

FORKS = "forkserver" in multiprocessing.get_all_start_methods()
# What a kernel sets before matplotlib is imported; none of the user's own settings; one order of sets.
_ENVIRONMENT = {
    "MATPLOTLIBRC": os.devnull,
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
}
_context: Any = multiprocessing.get_context("forkserver" if FORKS else "spawn")
_lock = threading.Lock()
_workers: dict[threading.Thread, tuple[BaseProcess, connection.Connection]] = {}


def start_server(modules: Iterable[str]) -> None:
    """Let the server import the modules, in the background; one that runs already stays as it is."""
    if not FORKS:
        return
    from multiprocessing import forkserver

    settings = _ENVIRONMENT | {"BATCH_PRELOAD": " ".join(modules)}
    with _lock:
        config: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
        if "tempdir" not in config:  # where the server listens: of a name by which it is swept away
            config["tempdir"] = tempfile.mkdtemp(prefix=scratch_name(), dir=temporary())
            atexit.register(shutil.rmtree, config["tempdir"], ignore_errors=True)
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        _context.set_forkserver_preload(["__main__", "pages.warm"])
        forkserver.ensure_running()
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value


def call(function: str, *arguments: Any) -> Any:
    """Call `package.module:function` in this thread's process and return its result.

    Raises:
        Exception: what the function raises.
        ChildProcessError: the process ended without a result, because it was killed for instance.
    """
    thread = threading.current_thread()
    with _lock:
        if thread not in _workers:
            pipe, other = _context.Pipe()
            process = _context.Process(target=_serve, args=(other,))
            process.start()
            other.close()
            _workers[thread] = process, pipe
        process, pipe = _workers[thread]
    answer = None
    with suppress(EOFError, OSError):
        pipe.send((function, arguments))
        if pipe in connection.wait([pipe, process.sentinel]):
            answer = pipe.recv()
    if answer is None:
        with _lock:
            _workers.pop(thread, None)
            process.join()
        raise ChildProcessError(f"its process ended with exit code {process.exitcode}")
    result, error = answer
    if error:
        raise error
    return result


@atexit.register
def stop() -> None:
    """End all processes, at once, and whatever they are doing."""
    with _lock:
        for process, _ in _workers.values():
            process.kill()
            process.join()
        _workers.clear()


def _serve(pipe: connection.Connection) -> None:
    os.environ.update(_ENVIRONMENT)
    if FORKS:
        from pages import kernels

        os.setsid()
        with suppress(AttributeError, OSError):  # where the system has it, and lets it be set
            # A page's kernel and what runs it take turns; neither is to push another page's off its core.
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        kernels.open_nursery()
    threading.Thread(target=_end_with_batch, daemon=True).start()
    with suppress(EOFError):
        while True:
            function, arguments = pipe.recv()
            try:
                answer: tuple[Any, Exception | None] = (
                    pkgutil.resolve_name(function)(*arguments),
                    None,
                )
            except Exception as error:
                answer = None, error
            pipe.send(answer)


def _end_with_batch() -> None:
    batch = multiprocessing.parent_process()
    if batch:
        batch.join()
    os._exit(1)
