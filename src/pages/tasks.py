"""What is handed to an executor: a page to make, here or on another machine; what comes back is bytes."""

import functools
import hashlib
import multiprocessing
import platform
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.errors import InputError
from pages import processes
from pages.plan import Page
from pages.records import digest, write


@dataclass(frozen=True)
class Task:
    """A page to make, with all that its process cannot read from the project's folder."""

    page: Page
    site: Mapping[str, Any]
    """The report as the page shows it; see `page_files`."""
    preload: tuple[str, ...]
    """The modules that pages import."""
    source: str = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    """The notebook, as JSON."""
    run: bool = False
    """Whether it is to be run; otherwise it is shown as it is."""
    error: str = ""
    """Why it could not be run."""
    tables: tuple[str, ...] = ()
    """What it wrote when it was run."""
    reads: Mapping[str, str] = field(default_factory=dict)
    """The digests of what it read then."""
    code: Mapping[str, str] = field(default_factory=dict)
    """The digests of the code that the page runs."""
    program: str = ""
    """For another machine: what it has to make pages with; see `program`."""
    needed: Mapping[str, bytes] = field(default_factory=dict)
    """For another machine: the tables of the pages that it needs, by path."""

    def failed(self, error: object) -> "Task":
        """The task of showing, instead of the page, why it could not be made."""
        return Task(self.page, self.site, self.preload, error=str(error))


@dataclass(frozen=True)
class Result:
    """What became of a task."""

    summary: str
    card: Mapping[str, str]
    """What the report's first page shows of a page of a sweep; see `page_files`."""
    error: str
    """What ended the page, or ""."""
    traceback: str
    reads: Mapping[str, str]
    """SHA-256 of each data file that the page read, by path relative to the project."""
    tables: tuple[str, ...]
    """The data files that it wrote."""
    files: Mapping[str, bytes]
    """Every file that it wrote."""
    seconds: float
    megabytes: float
    """The most memory that it took."""


Submit = Callable[[Task], Future[Result]]
_first_ran: dict[str, str] = {}
"""The digests of the code that this worker has begun with, and holds in memory."""


@functools.cache
def program() -> str:
    """What pages are made with here: the version of Python, and the SHA-256 of the batch as it began."""
    files = (
        path
        for path in sorted(Path(__file__).parent.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    )
    return f"{platform.python_version()} {hashlib.sha256(b''.join(map(Path.read_bytes, files))).hexdigest()}"


def perform(task: Task, root: Path) -> Result:
    """Make a page in a process of its own.

    Raises:
        ChildProcessError: the process died.
    """
    processes.start_server(task.preload)
    return processes.call("pages.page:make_page", task, root)


def perform_elsewhere(task: Task) -> Result:
    """Make a page on a worker, whose working directory is a copy of the project, shared or its own.

    Raises:
        InputError: the worker's code or Python is not that of the batch.
    """
    root = Path.cwd()
    if program() != task.program:
        raise InputError("the worker's Python or src/pages is not that of the batch; start it anew")
    for path, content in task.needed.items():
        write(root, path, content)
    for path, known in task.code.items():
        if digest(root / path) != known:
            raise InputError(
                f"{path} on the worker is not that of the batch; update the worker's copy"
            )
        if path.endswith(".py") and _first_ran.setdefault(path, known) != known:
            raise InputError(f"the worker still runs {path} as it was; start it anew")
    return perform(task, root)


@contextmanager
def here(jobs: int, root: Path) -> Iterator[tuple[Submit, int]]:
    """Submit tasks to processes of this machine, `jobs` at a time."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield lambda task: pool.submit(perform, task, root), jobs
    finally:  # in this order, or a task that waits would begin as its thread is freed
        pool.shutdown(wait=False, cancel_futures=True)
        processes.stop()


@contextmanager
def elsewhere(scheduler: str, jobs: int | None) -> Iterator[tuple[Submit, int]]:
    """Submit tasks to the workers of a Dask scheduler, by default as many at a time as they have threads.

    Raises:
        InputError: Dask is not installed, or the scheduler or its workers cannot be used.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--scheduler needs Dask: pip install 'coderpay[cluster]'") from error
    try:
        _greet(scheduler)
        client = Client(scheduler, timeout=5)
    except (
        OSError,
        ValueError,
        TypeError,
        MemoryError,
    ) as error:  # or what answers is no scheduler
        raise InputError(
            f"--scheduler {scheduler}: no scheduler answers there ({error})"
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InputError(f"--scheduler {scheduler}: it has no workers")
        if any(client.run(_is_daemon).values()):
            raise InputError(f"--scheduler {scheduler}: start its workers with --no-nanny")
        pool = client.get_executor(pure=False)
        yield lambda task: pool.submit(perform_elsewhere, task), jobs or threads


def _greet(scheduler: str) -> None:
    """Make sure of a scheduler: one speaks first, and `Client` would wait for ever for what does not."""
    from distributed.comm import get_address_host_port, parse_address

    if parse_address(scheduler)[0] == "tcp":
        with socket.create_connection(get_address_host_port(scheduler), timeout=5) as connection:
            if not connection.recv(1):
                raise ConnectionError("it hangs up")


def _is_daemon() -> bool:
    """Whether this process may not start others, as it is with a worker under a nanny."""
    return multiprocessing.current_process().daemon
