"""Makes the report: decides which pages are to be made, has them made, puts their files in place."""

import hashlib
import json
import os
import platform
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path

from common.errors import InputError
from common.files import scratch, sweep, temporary
from pages import processes
from pages.notebooks import imports, modules, read_cells
from pages.plan import Page, read_plan
from pages.records import LOOKS, Cache, Record, as_json
from pages.tasks import Result, Task, elsewhere, here, perform, program

_LIBRARIES = ("jupyterlab", "matplotlib", "nbconvert", "pandas", "papermill", "scipy", "seaborn")
_LOCK = "requirements.lock"


@dataclass(frozen=True)
class Outcome:
    """What a run did with a page."""

    page: Page
    status: str
    """`made`, `kept`, `failed`, or `skipped` because a page that it needs failed."""
    reason: str = ""
    """Why it was to be made."""
    error: str = ""
    traceback: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0


class Batch:
    """The pages that a run is to make, and what is known of them from the runs before."""

    def __init__(
        self,
        root: Path,
        only: Iterable[str] = (),
        settings: Iterable[str] = (),
        fresh: bool = False,
    ) -> None:
        """Read the plan, and what the runs before have left.

        Args:
            root: the project's folder.
            only: names of pages or sweeps; without any, every page that is in no sweep.
            settings: `page.name=value`.
            fresh: take every page for new.

        Raises:
            InputError: the plan or an argument is wrong.
        """
        self.root = root.resolve()
        self.plan = read_plan(self.root, settings)
        self.pages = self.plan.select(only)
        single = [page for page in self.plan.pages.values() if not page.sweep]
        links = [
            *((page.name, f"{page.name}.html", page.title) for page in single),
            *((name, f"index.html#{name}", title) for name, title in self.plan.sweeps.items()),
            ("ledger", "ledger.html", "Ledger"),
        ]
        self._site = {
            "site": self.plan.title,
            "links": [{"name": name, "href": href, "short": title} for name, href, title in links],
            "tables": self._described(),
        }
        folder = Path(__file__).parent
        files = [
            folder / "export.py",
            folder / "links.py",
            *sorted((folder / "templates").iterdir()),
        ]
        titles = [(page.name, page.title) for page in self.plan.pages.values()]
        looks = b"".join(
            [json.dumps([self._site, titles]).encode(), *(path.read_bytes() for path in files)]
        )
        self._versions = {
            "python": platform.python_version(),
            "looks": hashlib.sha256(looks).hexdigest(),
        }
        self._cache = Cache(self.root, self._versions)
        forgotten = {page.name for page in self.pages} if fresh else set()
        loaded = {name: self._cache.load(name) for name in self.plan.pages if name not in forgotten}
        self._records = {name: record for name, record in loaded.items() if record}
        self._imports = {
            notebook: imports(read_cells(self.root / notebook))
            for notebook in {page.notebook for page in self.pages}
        }

    def reasons(self) -> Iterator[tuple[Page, str]]:
        """Each page that would be made, and why, as far as can be told before those it needs are made."""
        stale: set[str] = set()
        for page in self.pages:
            reason = self._reason(page)
            if not reason and (needs := sorted(stale.intersection(page.needs))):
                reason = f"if what it reads is changed by {', '.join(needs)}"
            if reason:
                yield page, reason
                stale.add(page.name)

    def run(
        self,
        jobs: int | None = None,
        scheduler: str = "",
        started: Callable[[Page], None] = lambda page: None,
        ended: Callable[[Outcome], None] = lambda outcome: None,
    ) -> list[Outcome]:
        """Make what is to be made, write the index and the manifest.

        Args:
            jobs: pages to make at once; by default as many as there are cores, or one a thread of the
                scheduler's workers.
            scheduler: the address of a Dask scheduler whose workers make the pages, or "".
            started, ended: told of each page, for a display of progress.

        Returns:
            The outcomes, in order of need.

        Raises:
            InputError: the scheduler cannot be used, or a page reads what one writes that it does not need.
        """
        for folder in (scratch(self.root), temporary()):
            sweep(folder)
        outcomes: dict[str, Outcome] = {}
        sorter = TopologicalSorter({page.name: page.needs for page in self.pages})
        sorter.prepare()
        waiting: deque[str] = deque()
        running: dict[Future[Result], tuple[Task, str]] = {}

        def done(outcome: Outcome) -> None:
            outcomes[outcome.page.name] = outcome
            ended(outcome)
            sorter.done(outcome.page.name)

        place = (
            elsewhere(scheduler, jobs)
            if scheduler
            else here(jobs or os.cpu_count() or 1, self.root)
        )
        with place as (submit, limit):
            while sorter.is_active():
                waiting.extend(sorter.get_ready())
                if waiting and len(running) < limit:
                    page = self.plan.pages[waiting.popleft()]
                    failed = [
                        need
                        for need in page.needs
                        if outcomes[need].status in ("failed", "skipped")
                    ]
                    reason = f"needs {', '.join(failed)}" if failed else self._reason(page)
                    if reason:
                        started(page)
                        task = self._task(page, reason, bool(failed), apart=bool(scheduler))
                        running[submit(task)] = task, reason
                    else:
                        done(Outcome(page, "kept"))
                else:
                    # Not for ever: Ctrl-C that reaches another thread is acted upon when this one wakes.
                    for future in wait(running, timeout=1, return_when=FIRST_COMPLETED).done:
                        task, reason = running.pop(future)
                        done(self._keep(task, reason, self._result(task, future)))
            self._check_needs()
            self._cache.keep_only(self.plan.pages)
            self._write_index(outcomes)
        return [outcomes[page.name] for page in self.pages]

    def _reason(self, page: Page) -> str:
        return self._cache.reason(page, self._records.get(page.name))

    def _task(self, page: Page, reason: str, skip: bool, apart: bool) -> Task:
        task = Task(
            page,
            {**self._site, "near": self._near(page)},
            tuple(sorted(set().union(*self._imports.values()))),
            code=self._code[page.notebook],
        )
        if skip:
            return task.failed(f"skipped: it {reason}")
        if reason == LOOKS:
            executed = self.root / "report" / "notebooks" / f"{page.name}.ipynb"
            source, record = executed.read_text(encoding="utf-8"), self._records[page.name]
            return replace(task, source=source, tables=tuple(record.tables), reads=record.inputs)
        task = replace(
            task, source=(self.root / page.notebook).read_text(encoding="utf-8"), run=True
        )
        if not apart:
            return task
        paths = [path for need in self._all_needs(page) for path in self._records[need].tables]
        needed = {path: (self.root / path).read_bytes() for path in paths}
        return replace(task, program=program(), needed=needed)

    def _described(self) -> dict[str, dict[str, str]]:
        """Title and licence of each table of the data package, by path."""
        if not self.plan.sources:
            return {}
        path = self.root / self.plan.sources
        try:
            return {
                f"{path.parent.relative_to(self.root).as_posix()}/{resource['path']}": {
                    "title": resource["title"],
                    "licence": "; ".join(licence["title"] for licence in resource["licenses"]),
                }
                for resource in json.loads(path.read_text(encoding="utf-8"))["resources"]
                if [source["name"] for source in resource["sources"]]
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{self.plan.sources} cannot be read as a data package: {error!r}"
            ) from error

    def _near(self, page: Page) -> list[dict[str, str]]:
        """The pages before and after a page, among the single ones or those of its sweep."""
        group = [other for other in self.plan.pages.values() if other.sweep == page.sweep]
        place = group.index(page)
        before, after = group[max(place - 1, 0) : place], group[place + 1 : place + 2]
        pairs = [*(("prev", other) for other in before), *(("next", other) for other in after)]
        return [
            {"rel": rel, "href": f"{other.name}.html", "short": other.title} for rel, other in pairs
        ]

    @cached_property
    def _code(self) -> dict[str, dict[str, str]]:
        """By notebook, the digests of it, of the project's modules behind it, and of the lock.

        All are taken before the first page runs: what is edited later is not what the pages are made of.
        """
        code = {}
        for notebook, names in self._imports.items():
            paths = [notebook, _LOCK, *modules(self.root, names)]
            code[notebook] = {path: known for path in paths if (known := self._cache.digest(path))}
        return code

    def _all_needs(self, page: Page) -> set[str]:
        return set(page.needs).union(
            *(self._all_needs(self.plan.pages[need]) for need in page.needs)
        )

    def _result(self, task: Task, future: Future[Result]) -> Result:
        """What came back; whatever went wrong on the way is that page's failure, and no other's."""
        try:
            result = future.result()
            for path, known in result.reads.items():
                if self._cache.digest(path) != known:
                    raise InputError(
                        f"{path} changed while the page ran, or is another one on its worker"
                    )
            return result
        except Exception as error:
            return perform(task.failed(error), self.root)

    def _keep(self, task: Task, reason: str, result: Result) -> Outcome:
        """Put a page's files in place, and then its record, so that a record never promises too much."""
        page, before = task.page, self._records.get(task.page.name)
        status = "skipped" if task.error else "failed" if result.error else "made"
        for path in before.outputs.keys() - result.files.keys() if before else ():
            if path.startswith("report/"):
                (self.root / path).unlink(missing_ok=True)
        inputs = (
            before.inputs
            if before and reason == LOOKS
            else {**self._code[page.notebook], **result.reads}
        )
        record = self._records[page.name] = Record(
            status=status,
            notebook=page.notebook,
            parameters=dict(page.parameters),
            title=page.title,
            summary=result.summary,
            card=result.card,
            error=result.error,
            traceback=result.traceback,
            inputs=inputs,
            versions=self._versions,
            outputs=self._cache.write(result.files),
            tables=list(result.tables),
        )
        self._cache.save(page.name, record)
        return Outcome(
            page,
            status,
            reason,
            result.error,
            result.traceback,
            round(result.seconds, 2),
            result.megabytes,
        )

    def _check_needs(self) -> None:
        """What a page reads must not depend on which of two pages happens to run first."""
        writers: dict[str, str] = {}
        records = {name: self._records[name] for name in self.plan.pages if name in self._records}
        for name, record in records.items():
            for path in record.tables:
                if writers.setdefault(path, name) != name:
                    raise InputError(
                        f"report.yml: pages {writers[path]} and {name} both write {path}"
                    )
        for name, record in records.items():
            allowed = {name, *self._all_needs(self.plan.pages[name])}
            for path in record.inputs:
                if writers.get(path, name) not in allowed:
                    raise InputError(
                        f"report.yml, page {name}: it reads {path}, which page {writers[path]} writes, "
                        f"so it has to say `needs: [{writers[path]}]`"
                    )

    def _write_index(self, outcomes: dict[str, Outcome]) -> None:
        """Write the index and the ledger, if they would change, the manifest, and what this run did."""
        records = {name: self._records[name] for name in self.plan.pages if name in self._records}
        for name in records.keys() - outcomes.keys():
            if self._reason(self.plan.pages[name]):
                records[name] = replace(records[name], status="outdated")
        versions = {"Python": platform.python_version()} | {
            name: version(name) for name in _LIBRARIES
        }
        manifest = {
            "title": self.plan.title,
            "inputs": {self.plan.ledger: self._cache.digest(self.plan.ledger)},
            "pages": {name: asdict(record) for name, record in records.items()},
            "versions": versions,
        }
        try:
            before = json.loads((self.root / "report" / "manifest.json").read_bytes())
            outputs = before.pop("outputs")
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ):  # none, or not as it was written
            before, outputs = {}, {}
        if before != manifest or any(
            self._cache.digest(path) != known for path, known in outputs.items()
        ):
            processes.start_server(())
            index = "pages.export:index_files"
            files = processes.call(index, self.plan, records, versions, self._site, self.root)
            outputs = self._cache.write(files)
        run = {name: {**vars(outcome), "page": name} for name, outcome in outcomes.items()}
        self._cache.write(
            {
                "report/manifest.json": as_json(manifest | {"outputs": outputs}),
                "report/run.json": as_json(run),
            }
        )
