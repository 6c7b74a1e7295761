"""Shows the report in a browser while it is being written: `coderpay preview`.

A process makes what changed, in a warm server of its own; once code has changed that the server
holds in memory, another one takes its place. The browser is told by livereload. Pages are served
on the loopback address alone.
"""

import asyncio
import json
import mimetypes
import multiprocessing
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from common.errors import InputError
from pages.batch import Batch, Outcome
from pages.processes import Processes
from pages.progress import Progress

LOOPBACK = "127.0.0.1"
_FOLDERS = ("notebooks", "data", "docs", "src")
"""What is watched besides the files beside them."""
_MILLISECONDS_TO_WAIT = 50
"""How long a file has to be left alone after a change."""
_DONE, _OUTDATED = "", "/"
"""What is said in place of a page's name: all is made; the server holds code that has changed."""
_NOT_MADE = b"<!DOCTYPE html><title>Not made yet</title><head></head><p>This page is not made yet."
_SCRIPT = b'<script src="/livereload.js"></script>'
# What the content security policy of a page has to allow besides, for that script to work.
_LOOSENED = {
    b"default-src 'none'": b"default-src 'none'; connect-src 'self' ws:",
    b"script-src ": b"script-src 'self' ",
}


def serve_report(root: Path, port: int) -> None:
    """Make and show the report, and what changes of it, until interrupted.

    Args:
        root: the project's folder.
        port: of the loopback address.

    Raises:
        InputError: livereload is not installed, or the port cannot be used.
    """
    try:
        from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
        from livereload.watcher import Watcher
        from tornado.web import Application
    except ImportError as error:
        raise InputError("preview needs livereload: pip install 'coderpay[preview]'") from error

    served: dict[str, bytes] = {}

    class Reload(LiveReloadHandler):
        watcher = Watcher()  # which it names in its log, and which is never asked

        def on_message(self, message: str) -> None:
            super().on_message(message)
            told = json.loads(message)
            name = unquote(urlsplit(told.get("url", "")).path).removeprefix("/")
            # It was made anew before its browser, which has just said where it is, could be told.
            if told["command"] == "info" and served.get(name) != _page(root, name):
                self.send_message({"command": "reload", "path": name})

    async def serve() -> None:
        handlers = {
            "/livereload": Reload,
            "/livereload.js": LiveReloadJSHandler,
            "/(.*)": _page_handler(root, served),
        }
        try:
            Application([*handlers.items()], log_function=_say_nothing).listen(port, LOOPBACK)
        except OSError as error:
            raise InputError(f"--port {port} cannot be used: {error.strerror}") from error
        print(f"http://{LOOPBACK}:{port}/ shows the report, until Ctrl-C", flush=True)
        async for page in _made_pages(root):
            Reload.reload_waiters(f"{page}.html")

    asyncio.run(serve())


def _say_nothing(answered: object) -> None:
    """The log of a server is of no use to an author."""


def _page_handler(root: Path, served: dict[str, bytes]) -> type:
    """Answers with a file of the report, or a table that it leads to, and notes what it was."""
    from tornado.web import HTTPError, RequestHandler

    class PageHandler(RequestHandler):
        def get(self, name: str) -> None:
            path = Path(name or "index.html")
            content = served[name] = _page(root, name)
            if not content:
                if path.suffix != ".html":
                    raise HTTPError(404)
                self.set_status(404)
                content = _NOT_MADE
            self.set_header("Content-Type", mimetypes.guess_type(path.name)[0] or "text/plain")
            self.set_header("Cache-Control", "no-store")
            self.write(with_livereload(content) if path.suffix == ".html" else content)

    return PageHandler


def _page(root: Path, name: str) -> bytes:
    """What a file of the report or of the data holds; nothing where there is none."""
    folder = (root / ("data" if name.startswith("data/") else "report")).resolve()
    path = (folder / (name.removeprefix("data/") or "index.html")).resolve()
    return path.read_bytes() if path.is_relative_to(folder) and path.is_file() else b""


def with_livereload(page: bytes) -> bytes:
    """A page with the script of livereload, which the policy of the page then allows."""
    head, end, body = page.partition(b"</head>")
    for strict, loose in _LOOSENED.items():
        head = head.replace(strict, loose, 1)
    return head + _SCRIPT + end + body


async def _made_pages(root: Path) -> AsyncIterator[str]:
    """The name of each page of the report when it is made, now and after each change."""
    changed = asyncio.Event()
    async with asyncio.TaskGroup() as watches:
        watches.create_task(_watch(changed, root, recursive=False))
        watched: set[Path] = set()
        with _Maker(root) as maker:
            while True:
                found = {root / name for name in _FOLDERS if (root / name).is_dir()}
                for folder in found - watched:
                    watches.create_task(_watch(changed, folder, recursive=True))
                watched |= found
                async for page in maker.make():
                    yield page
                await changed.wait()
                changed.clear()


async def _watch(changed: asyncio.Event, folder: Path, recursive: bool) -> None:
    """Tell of changes in a folder; hidden files are nobody's work."""
    from watchfiles import awatch

    async for found in awatch(
        folder, recursive=recursive, step=_MILLISECONDS_TO_WAIT, debounce=4 * _MILLISECONDS_TO_WAIT
    ):
        below = [Path(path).relative_to(folder) for _, path in found]
        if any(not any(part.startswith(".") for part in path.parts) for path in below):
            changed.set()


class _Maker:
    """A process that makes what is not up to date; a context manager, at whose end it is ended."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> "_Maker":
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_make_when_asked, args=(theirs, self._root))
        self._process.start()
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    def renew(self) -> None:
        """Let another process make what follows, with the code as it is now."""
        self.__exit__()
        self.__enter__()

    async def make(self) -> AsyncIterator[str]:
        """The name of each page when it is made; the first page is the last."""
        if not self._process.is_alive():
            await asyncio.to_thread(self.renew)
        try:
            self._pipe.send(None)
            while (page := await asyncio.to_thread(self._pipe.recv)) != _DONE:
                if page == _OUTDATED:
                    await asyncio.to_thread(self.renew)  # browsers are answered meanwhile
                    self._pipe.send(None)
                else:
                    yield page
        except (EOFError, OSError):
            print("What makes the pages has ended; a change starts it anew", flush=True)


def _make_when_asked(pipe: Connection, root: Path) -> None:
    """Make what is not up to date each time that something is sent, and tell of each page."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # which ends the pages under way too
    with ExitStack() as stack, suppress(EOFError, OSError, KeyboardInterrupt):
        warm: Processes | None = None
        held: dict[str, str] = {}
        while True:
            pipe.recv()
            try:
                batch = Batch(root)
                code = batch.module_digests()
                if any(code.get(path) != known for path, known in held.items()):
                    pipe.send(_OUTDATED)
                    continue
                if not warm:
                    warm, held = stack.enter_context(batch.processes()), code
                _make(batch, warm, pipe)
                warm.call("os:getpid")  # so that it is warm even where all was up to date
            except InputError as error:
                print(f"Error: {error}", flush=True)
            pipe.send(_DONE)


def _make(batch: Batch, warm: Processes, pipe: Connection) -> None:
    with Progress(len(batch.pages), quiet=False) as progress:

        def ended(outcome: Outcome) -> None:
            progress.ended(outcome)
            if outcome.status != "kept":
                pipe.send(outcome.page.name)

        outcomes = batch.run(started=progress.started, ended=ended, warm=warm)
    if any(outcome.status != "kept" for outcome in outcomes):
        pipe.send("index")
