"""Where pages are made: in processes of this machine, or by the workers of a Dask scheduler."""

import functools
import multiprocessing
import os
import platform
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from common.errors import InputError
from common.safe_files import digest, digest_of
from pages.page_messages import Result, Task
from pages.page_records import write_if_changed
from pages.processes import Processes

SECONDS_TO_EXPORT = 60
"""How long a page may take beyond its time limit, to be exported and to be started."""
Submit = Callable[[Task], Future[Result]]
_first_ran: dict[str, str] = {}
"""The digests of the code that this worker has begun with, and holds in memory."""


@functools.cache
def program() -> str:
    """What pages are made with here: the version of Python, and the SHA-256 of this package."""
    files = [path for path in sorted(Path(__file__).parent.rglob("*")) if path.is_file()]
    code = b"".join(path.read_bytes() for path in files if path.suffix != ".pyc")
    return f"{platform.python_version()} {digest_of(code)}"


def perform(task: Task, root: Path, processes: Processes) -> Result:
    """Make a page in a process of its own.

    Raises:
        ProcessLostError: the process died, or took too long.
    """
    limit = task.page.time_limit + SECONDS_TO_EXPORT
    return processes.call("pages.page_maker:make_page", task, root, seconds=limit)


def perform_on_cluster(task: Task) -> Result:
    """Make a page on a worker, whose working directory is a copy of the project, shared or its own.

    Raises:
        InputError: the worker's code or Python is not that of the batch.
    """
    root = Path.cwd()
    if program() != task.program:
        raise InputError("the worker's Python or src/pages is not that of the batch; start it anew")
    for path, content in task.needed.items():
        write_if_changed(root, path, content)
    for path, known in task.code.items():
        if digest(root / path) != known:
            raise InputError(
                f"{path} on the worker is not that of the batch; update the worker's copy"
            )
        if path.endswith(".py") and _first_ran.setdefault(path, known) != known:
            raise InputError(f"the worker still runs {path} as it was; start it anew")
    with Processes(lambda: task.modules, root) as processes:
        return perform(task, root, processes)


@contextmanager
def local_workers(jobs: int, root: Path, processes: Processes) -> Iterator[tuple[Submit, int]]:
    """Submit tasks to processes of this machine, `jobs` at a time."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield lambda task: pool.submit(perform, task, root, processes), jobs
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def cluster_workers(
    scheduler: str, jobs: int | None, root: Path, processes: Processes
) -> Iterator[tuple[Submit, int]]:
    """Submit tasks to the workers of a Dask scheduler, by default as many as they have threads.

    A page that is not run but only exported is made here, where its notebook and tables are.

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
        with local_workers(os.cpu_count() or 1, root, processes) as (export, _):

            def submit(task: Task) -> Future[Result]:
                return export(task) if task.earlier_run else pool.submit(perform_on_cluster, task)

            yield submit, jobs or threads


def _greet(scheduler: str) -> None:
    """Make sure of a scheduler, which speaks first: `Client` waits for ever for what does not."""
    from distributed.comm import get_address_host_port, parse_address

    if parse_address(scheduler)[0] == "tcp":
        with socket.create_connection(get_address_host_port(scheduler), timeout=5) as connection:
            if not connection.recv(1):
                raise ConnectionError("it hangs up")


def _is_daemon() -> bool:
    """Whether this process may not start others, as it is with a worker under a nanny."""
    return multiprocessing.current_process().daemon
