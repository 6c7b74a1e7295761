"""Kernels without the wait: a copy of a warm process becomes the kernel, instead of a new process."""

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from multiprocessing import connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil  # type: ignore[import-untyped]
import zmq.asyncio
from ipykernel import ipkernel, kernelapp
from ipykernel.iostream import IOPubThread
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type

from pages.ahead import ReadAhead

_nursery: connection.Connection
megabytes = 0.0
"""The memory of the kernel that ended last."""
likely: tuple[Path, ...] = ()
"""Files that the next kernel is likely to read: those that the one before it has read."""


def open_nursery() -> None:
    """Fork the process that kernels will be forked from, while this one has no threads and no sockets."""
    global _nursery
    context: Any = multiprocessing.get_context("fork")
    _nursery, orders = context.Pipe()
    context.Process(target=_raise_kernels, args=(orders, _nursery)).start()
    orders.close()


def _raise_kernels(orders: connection.Connection, other: connection.Connection) -> None:
    """Fork a kernel for each order, until the process that gives the orders is gone."""
    context: Any = multiprocessing.get_context("fork")
    other.close()
    os.setsid()
    tables = sys.modules.get("analysis.published.raw_tables")
    ahead = ReadAhead(tables) if tables else None
    with suppress(EOFError, ConnectionError):
        while True:
            files, *order = orders.recv()
            if ahead:
                ahead.take(files)
            kernel = context.Process(target=_become_kernel, args=(orders, *order))
            kernel.start()
            orders.send(kernel.pid)
            if orders in connection.wait([orders, kernel.sentinel]):
                with suppress(
                    ProcessLookupError
                ):  # it has no group yet, and ends with this process
                    os.killpg(kernel.pid, signal.SIGKILL)
                kernel.kill()
            kernel.join()
            orders.send(kernel.exitcode)


def _become_kernel(
    orders: connection.Connection, arguments: list[str], folder: str, environment: dict[str, str]
) -> None:
    orders.close()
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # or every page would draw the same numbers
    import ipykernel_launcher  # type: ignore[import-untyped]

    del sys.path[0]  # the folder of the program that runs the batch
    sys.argv = [ipykernel_launcher.__file__, *arguments]
    kernelapp.IOPubThread = _Publisher  # type: ignore[misc]
    # For a debugger that pages do not have, it would look at all modules, and so copy 15 MB of memory.
    ipkernel.sys = SimpleNamespace(**vars(sys) | {"modules": {}})  # type: ignore[assignment]
    options = [
        f"--IPKernelApp.parent_handle={os.getppid()}",
        "--IPythonKernel._execute_sleep=0",  # for messages still to be sent; here they are sent at once
    ]
    kernelapp.IPKernelApp.launch_instance([*arguments, *options])


class _Publisher(IOPubThread):
    """Sends a message in the thread that it comes from, one at a time, instead of waking its own for each."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._lock = threading.RLock()
        super().__init__(*arguments, **options)

    def _setup_xpub_listener(self) -> None:
        """Leave the socket alone, which its own thread, there for what is flushed later, would read from."""

    def schedule(self, f: Callable[[], object]) -> None:
        with (
            self._lock if self.thread.is_alive() else nullcontext()
        ):  # a fork of the kernel has no thread
            f()


class _Provisioner(LocalProvisioner):
    """Orders the kernel from the nursery."""

    exit_code: int | None = None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        _nursery.send((likely, cmd[cmd.index("-f") :], options["cwd"], options["env"]))
        self.pid = self.pgid = _nursery.recv()
        return self.connection_info

    @property
    def has_process(self) -> bool:
        return self.pid is not None

    async def poll(self) -> int | None:
        if self.exit_code is None and _nursery.poll():
            self.exit_code = _nursery.recv()
        return self.exit_code

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.01)
        self.pid = None
        return self.exit_code

    async def send_signal(self, signum: int) -> None:
        if (
            signum != signal.SIGINT
        ):  # which comes before a kernel is killed, and makes it write to the terminal
            with suppress(ProcessLookupError):
                os.killpg(self.pid or 0, signum)

    async def kill(self, restart: bool = False) -> None:
        global megabytes
        with suppress(psutil.Error):
            megabytes = round(psutil.Process(self.pid).memory_info().rss / 2**20, 1)
        await self.send_signal(signal.SIGKILL)
        while await self.poll() is None:
            await asyncio.sleep(0.001)


class _Channel(AsyncZMQSocketChannel):
    """Waits for a message once, instead of once for its coming and once for the message."""

    async def get_msg(  # type: ignore[override]  # as the class above it does
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        return await (self._recv() if timeout is None else super().get_msg(timeout))


class _Client(AsyncKernelClient):
    """Takes the kernel for ready when it says it is idle, instead of after a silence of 0.2 seconds."""

    iopub_channel_class = Type(_Channel)

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        context.reconnect_ivl = (
            5  # milliseconds, for channels open before the kernel does; 100 otherwise
        )
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            request = self.kernel_info()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):  # an answer can be lost while the channel opens
                    await self._idle_after(request)
                return
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it was ready")
        raise RuntimeError(f"the kernel was not ready in {timeout} seconds")

    async def _idle_after(self, request: str) -> None:
        while True:
            message = await self.get_iopub_msg()
            answers = message["parent_header"].get("msg_id") == request
            if answers and message["content"].get("execution_state") == "idle":
                return


class ForkedKernelManager(AsyncKernelManager):
    """Manages a kernel that is forked rather than started."""

    client_factory = Type(_Client, AsyncKernelClient)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Sockets of its own: a port that is found free can be another kernel's before this one binds it.
        self.transport, self.ip = "ipc", f"{tempfile.gettempdir()}/kernel"
        self._kernel_spec = KernelSpec(
            **get_kernel_dict()
        )  # not one that a user has put in its place
        self.provisioner = _Provisioner(kernel_spec=self.kernel_spec, parent=self)
