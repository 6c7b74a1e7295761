"""Where pages are made: in processes of this machine, or by the workers of a Dask scheduler."""

import functools
import multiprocessing
import os
import platform
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from common.errors import InputError
from common.safe_files import digest, digest_of
from pages.failures import ProcessLostError
from pages.page_messages import Result, Task
from pages.page_records import write_if_changed
from pages.processes import Processes, within_time_to_start

SECONDS_TO_EXPORT = 60
"""How long a page may take beyond its time limit, to be exported and to be started."""
SECONDS_OF_SILENCE = 20
"""How long a scheduler or a worker may be silent; a worker is heard every second or so."""
_SHORTEST_GREETING = 8
_SCHEDULER, _ANY_WORKER = "the scheduler", "any worker of the scheduler"
Answer = TypeVar("Answer")
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
def threads(count: int) -> Iterator[Callable[..., Future[Any]]]:
    """So many threads to call functions in; what is still called at the end is left to itself."""
    pool = ThreadPoolExecutor(count)

    def submit(function: Callable[..., Any], *arguments: Any, **options: Any) -> Future[Any]:
        with within_time_to_start():
            return pool.submit(function, *arguments, **options)

    try:
        yield submit
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def local_workers(jobs: int, root: Path, processes: Processes) -> Iterator[tuple[Submit, int]]:
    """Submit tasks to processes of this machine, `jobs` at a time."""
    with threads(jobs) as submit:
        yield lambda task: submit(perform, task, root, processes), jobs


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
    with ExitStack() as stack:
        try:
            _greet(scheduler)
            client = _within(SECONDS_OF_SILENCE, lambda: Client(scheduler, timeout=5))
        except (OSError, ValueError, TypeError, MemoryError) as error:  # or it is no scheduler
            raise InputError(
                f"--scheduler {scheduler}: no scheduler answers there ({error})"
            ) from error
        stack.callback(_leave, client)
        try:
            threads = sum(_within(SECONDS_OF_SILENCE, client.nthreads).values())
            daemons = _within(SECONDS_OF_SILENCE, lambda: client.run(_is_daemon))
        except OSError as error:
            raise InputError(f"--scheduler {scheduler}: its workers do not answer") from error
        if not threads:
            raise InputError(f"--scheduler {scheduler}: it has no workers")
        if any(daemons.values()):
            raise InputError(f"--scheduler {scheduler}: start its workers with --no-nanny")
        export, _ = stack.enter_context(local_workers(os.cpu_count() or 1, root, processes))
        cluster = stack.enter_context(_Cluster(client))

        def submit(task: Task) -> Future[Result]:
            return export(task) if task.earlier_run else cluster.submit(task)

        yield submit, jobs or threads


class _Cluster:
    """A Dask cluster whose pages fail once its scheduler or a worker of it is silent too long."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool = client.get_executor(pure=False)
        self._open: set[Future[Result]] = set()
        self._lost = ""
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> "_Cluster":
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def submit(self, task: Task) -> Future[Result]:
        """The page to come, or the failure of a cluster that is lost."""
        page: Future[Result] = Future()
        with self._lock:
            if self._lost:
                page.set_exception(ProcessLostError(self._lost))
                return page
            self._open.add(page)
        made = self._pool.submit(perform_on_cluster, task)
        made.add_done_callback(lambda ended: self._settle(page, ended))
        return page

    def _settle(self, page: Future[Result], ended: Future[Result]) -> None:
        with self._lock:
            if page not in self._open:
                return
            self._open.remove(page)
        if ended.cancelled():
            page.set_exception(ProcessLostError("the scheduler has lost the page"))
        elif error := ended.exception():
            page.set_exception(error)
        else:
            page.set_result(ended.result())

    def _listen(self) -> None:
        """Ask the scheduler every second whom it has heard, until the batch is over."""
        heard = {_SCHEDULER: time.monotonic(), _ANY_WORKER: time.monotonic()}
        said: dict[str, float] = {}
        while not self._over.wait(1):
            now = time.monotonic()
            with suppress(Exception):  # what does not answer has not been heard
                identity = self._client.scheduler.identity
                workers = self._client.sync(identity, callback_timeout=2)["workers"]
                seen = {address: worker["last_seen"] for address, worker in workers.items()}
                fresh = [address for address in seen if seen[address] != said.get(address)]
                heard = {name: heard.get(name, now) for name in (_SCHEDULER, _ANY_WORKER, *seen)}
                heard |= dict.fromkeys([_SCHEDULER, *fresh], now)
                heard |= dict.fromkeys([_ANY_WORKER] if seen else [], now)
                said = seen
            silent = [name for name, since in heard.items() if now - since > SECONDS_OF_SILENCE]
            if silent:
                self._give_up(f"{silent[0]} has not answered for {SECONDS_OF_SILENCE} seconds")
                return

    def _give_up(self, reason: str) -> None:
        with self._lock:
            self._lost = reason
            pages, self._open = self._open, set()
        for page in pages:
            page.set_exception(ProcessLostError(reason))


def _within(seconds: float, function: Callable[[], Answer]) -> Answer:
    """What a function returns.

    Raises:
        TimeoutError: it has not returned in time, and is left to itself.
    """
    answer: Future[Answer] = Future()

    def act() -> None:
        try:
            answer.set_result(function())
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=act, daemon=True).start()
    return answer.result(seconds)


def _leave(client: Any) -> None:
    """Take leave of a scheduler, and go without an answer from one that is silent."""
    with suppress(TimeoutError):
        _within(2, lambda: client.close(timeout=2))


def _greet(scheduler: str) -> None:
    """Make sure of a scheduler, which speaks first: `Client` waits for ever for what does not."""
    from distributed.comm import get_address_host_port, parse_address

    if parse_address(scheduler)[0] == "tcp":
        address = get_address_host_port(scheduler)
        with (
            socket.create_connection(address, timeout=5) as connection,
            connection.makefile("rb") as stream,
        ):
            if len(stream.read(_SHORTEST_GREETING)) < _SHORTEST_GREETING:
                raise ConnectionError("it hangs up")


def _is_daemon() -> bool:
    """Whether this process may not start others, as it is with a worker under a nanny."""
    return multiprocessing.current_process().daemon
