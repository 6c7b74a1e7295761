"""Makes the report: decides which pages to make, has them made, puts their files in place."""

import json
import os
import platform
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from common.errors import InputError
from common.plan_file import PLAN_NAME
from common.safe_files import clear_leftovers, digest, digest_of
from pages.column_origins import read_column_origins
from pages.failures import Failure, failure_of
from pages.notebooks import drop_old_bytecode, imports, modules, read_cells
from pages.package_descriptions import described_tables
from pages.page_citation import edition
from pages.page_messages import Result, Run, Task
from pages.page_records import LOOKS, Record, Records, as_json
from pages.plan import AREA_PARAMETER, TRIED, Page, read_plan
from pages.processes import Processes
from pages.terms import read_terms
from pages.workers import (
    SECONDS_TO_EXPORT,
    Submit,
    cluster_workers,
    local_workers,
    perform,
    program,
    threads,
)

_LIBRARIES = ("jupyterlab", "matplotlib", "nbconvert", "pandas", "papermill", "scipy", "seaborn")
_LOCK = "requirements.lock"


@dataclass(frozen=True)
class Outcome:
    """What a batch did with a page."""

    page: Page
    status: str
    """`made`, `kept`, `failed`, or `skipped` because a page that it needs failed."""
    reason: str = ""
    """Why it was to be made."""
    failure: Failure | None = None
    seconds: float = 0.0
    megabytes: float = 0.0

    def entry(self) -> dict[str, Any]:
        """What `run.json` says of it."""
        return {
            "page": self.page.name,
            "status": self.status,
            "reason": self.reason,
            "error": self.failure.message if self.failure else "",
            "traceback": self.failure.traceback if self.failure else "",
            "seconds": self.seconds,
            "megabytes": self.megabytes,
        }


class Batch:
    """The pages that are to be made, and what is known of them from the batches before."""

    def __init__(
        self,
        root: Path,
        only: Iterable[str] = (),
        settings: Iterable[str] = (),
        fresh: bool = False,
    ) -> None:
        """Read the plan, and what the batches before have left.

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
        self._site = self._described()
        self._versions = {
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
            "looks": self._looks(),
        }
        self._store = Records(self.root, self._versions)
        forgotten = {page.name for page in self.pages} if fresh else set()
        loaded = {name: self._store.load(name) for name in self.plan.pages if name not in forgotten}
        self._records = {name: record for name, record in loaded.items() if record}

    def unnamed(self) -> list[str]:
        """The notebooks that no page of the plan runs."""
        named = {page.notebook for page in self.plan.pages.values()}
        found = [f"notebooks/{path.name}" for path in (self.root / "notebooks").glob("*.ipynb")]
        return sorted(set(found) - named)

    def tried(self) -> list[Page]:
        """The pages that were given parameters of their own, and stand beside the published."""
        return [page for page in self.pages if page.sweep == TRIED]

    def reasons(self) -> Iterator[tuple[Page, str]]:
        """Each page that would be made, and why, as far as can be told beforehand."""
        stale: set[str] = set()
        for page in self.pages:
            reason = self._reason(page)
            needs = sorted(stale.intersection(page.needs))
            if needs and not reason:
                reason = f"if what it reads is changed by {', '.join(needs)}"
            if reason:
                yield page, reason
                stale.add(page.name)

    def module_digests(self) -> dict[str, str]:
        """The digests of the project's modules behind the notebooks, and of what lies beside them.

        Processes that stay hold them in memory as they were when these began.
        """
        code = {path: known for paths in self._code.values() for path, known in paths.items()}
        return {path: known for path, known in code.items() if path.startswith("src/")}

    def processes(self) -> Processes:
        """The processes that make the pages; to be entered."""
        pages = Counter(page.notebook for page in self.pages)
        many = [notebook for notebook, count in pages.items() if count > 1]
        return Processes(lambda: self._modules, self.root, many)

    def run(
        self,
        jobs: int | None = None,
        scheduler: str = "",
        started: Callable[[Page], None] = lambda page: None,
        ended: Callable[[Outcome], None] = lambda outcome: None,
        warm: Processes | None = None,
    ) -> list[Outcome]:
        """Make what is to be made, write the first page and the manifest.

        Args:
            jobs: pages to make at once; by default one for each core, or one for each thread of
                the scheduler's workers.
            scheduler: the address of a Dask scheduler whose workers make the pages, or "".
            started, ended: told of each page, for a display of progress.
            warm: the processes of an earlier batch, which stay; by default new ones, which do not.

        Returns:
            The outcomes, in order of need.

        Raises:
            InputError: the scheduler cannot be used, a page reads what another one writes and does
                not say that it needs that page, or a file of the report was lost meanwhile.
        """
        clear_leftovers(self.root)
        drop_old_bytecode(self.root)
        with nullcontext(warm) if warm else self.processes() as processes:
            if scheduler:
                place = cluster_workers(scheduler, jobs, self.root, processes)
            else:
                place = local_workers(jobs or os.cpu_count() or 1, self.root, processes)
            with place as (submit, limit):
                outcomes = self._make_pages(
                    submit, limit, processes, started, ended, on_cluster=bool(scheduler)
                )
            self._check_needs()
            self._store.keep_only(self.plan.pages)
            self._write_first_page(outcomes, processes)
        if any(outcome.status != "kept" for outcome in outcomes.values()):
            self._check_outputs()
        return [outcomes[page.name] for page in self.pages]

    def _make_pages(
        self,
        submit: Submit,
        limit: int,
        processes: Processes,
        started: Callable[[Page], None],
        ended: Callable[[Outcome], None],
        on_cluster: bool,
    ) -> dict[str, Outcome]:
        """Make the pages, each when those it needs are made, `limit` at a time."""
        outcomes: dict[str, Outcome] = {}
        sorter = TopologicalSorter({page.name: page.needs for page in self.pages})
        sorter.prepare()
        waiting: deque[str] = deque()
        running: dict[Future[Result], tuple[Task, str]] = {}

        def done(outcome: Outcome) -> None:
            outcomes[outcome.page.name] = outcome
            ended(outcome)
            sorter.done(outcome.page.name)

        while sorter.is_active():
            waiting.extend(sorter.get_ready())
            if waiting and len(running) < limit:
                page = self.plan.pages[waiting.popleft()]
                lost = [need for need in page.needs if outcomes[need].failure]
                reason = f"needs {', '.join(lost)}" if lost else self._reason(page)
                if reason:
                    started(page)
                    task = self._task(page, reason, bool(lost), on_cluster)
                    running[submit(task)] = task, reason
                else:
                    done(Outcome(page, "kept"))
            else:
                # Ctrl-C that reaches another thread is acted upon when this one wakes.
                for future in wait(running, timeout=1, return_when=FIRST_COMPLETED).done:
                    task, reason = running.pop(future)
                    done(self._keep(task, reason, self._result(task, future, processes)))
        return outcomes

    def _reason(self, page: Page) -> str:
        return self._store.reason(page, self._records.get(page.name))

    def _task(self, page: Page, reason: str, skip: bool, on_cluster: bool) -> Task:
        """What is to be done for a page; `on_cluster`, it is done on another machine."""
        task = Task(page, {**self._site, "near": self._near(page)}, code=self._code[page.notebook])
        if skip:
            return task.failed(Failure(f"skipped: it {reason}", skipped=True))
        if reason == LOOKS:
            executed = self.root / "report" / "notebooks" / f"{page.name}.ipynb"
            record = self._records[page.name]
            tables = {path: record.outputs.get(path, "") for path in record.tables}
            run = Run(reads=record.inputs, tables=tables)
            return replace(task, source=executed.read_text(encoding="utf-8"), earlier_run=run)
        task = replace(task, source=(self.root / page.notebook).read_text(encoding="utf-8"))
        if not on_cluster:
            return task
        needs = self.plan.all_needs(page)
        paths = [path for need in needs for path in self._records[need].tables]
        needed = {path: (self.root / path).read_bytes() for path in paths}
        return replace(task, modules=self._modules, program=program(), needed=needed)

    def _result(self, task: Task, future: Future[Result], processes: Processes) -> Result:
        """What came back; whatever went wrong on the way is that page's failure, and no other's."""
        try:
            result = future.result()
            for path, known in result.run.reads.items():
                if self._store.digest(path) != known:
                    raise InputError(
                        f"{path} changed while the page ran, or is another one on its worker"
                    )
            return result
        except Exception as error:
            return perform(task.failed(failure_of(error)), self.root, processes)

    def _keep(self, task: Task, reason: str, result: Result) -> Outcome:
        """Put a page's files in place, and then its record, which so never says too much."""
        page, run, before = task.page, result.run, self._records.get(task.page.name)
        failure = run.failure
        status = "made"
        if failure:
            status = "skipped" if failure.skipped else "failed"
        inputs = {**self._code[page.notebook], **run.reads}
        self._store.remove(before.outputs.keys() - result.files.keys() if before else ())
        record = self._records[page.name] = Record(
            status=status,
            notebook=page.notebook,
            parameters=dict(page.parameters),
            title=page.title,
            summary=result.summary,
            error=failure.message if failure else "",
            traceback=failure.traceback if failure else "",
            inputs=dict(before.inputs) if before and reason == LOOKS else inputs,
            versions=self._versions,
            outputs=self._store.write(result.files),
            tables=list(run.tables),
            excerpts=result.excerpts,
        )
        self._store.save(page.name, record)
        return Outcome(page, status, reason, failure, round(result.seconds, 2), run.megabytes)

    def _check_needs(self) -> None:
        """What a page reads must not depend on which of two pages happens to run first."""
        writers: dict[str, str] = {}
        records = self._known_records()
        for name, record in records.items():
            for path in record.tables:
                if writers.setdefault(path, name) != name:
                    raise InputError(
                        f"{PLAN_NAME}: pages {writers[path]} and {name} both write {path}"
                    )
        for name, record in records.items():
            allowed = {name, *self.plan.all_needs(self.plan.pages[name])}
            for path in record.inputs:
                if writers.get(path, name) not in allowed:
                    raise InputError(
                        f"{PLAN_NAME}, page {name}: it reads {path}, which page {writers[path]} "
                        f"writes, so it has to say `needs: [{writers[path]}]`"
                    )

    def _write_first_page(self, outcomes: Mapping[str, Outcome], processes: Processes) -> None:
        """Write the first page and the ledger, if they would change, and what this batch did."""
        records = self._known_records()
        for name in records.keys() - outcomes.keys():
            if self._reason(self.plan.pages[name]) not in ("", LOOKS):
                records[name] = msgspec.structs.replace(records[name], status="outdated")
        versions = {
            name.replace("python", "Python"): known
            for name, known in self._versions.items()
            if name != "looks"
        }
        manifest = {
            "title": self.plan.title,
            "inputs": {
                path: self._store.digest(path)
                for path in (self.plan.ledger, self.plan.methodology)
                if path
            },
            "pages": {name: record.entry() for name, record in records.items()},
            "versions": versions,
        }
        before, outputs = self._manifest_before()
        if before != manifest or any(
            self._store.digest(path) != known for path, known in outputs.items()
        ):
            files = self._report_files(records, versions, processes)
            self._store.remove(outputs.keys() - files.keys())
            outputs = self._store.write(files)
        run = {name: outcome.entry() for name, outcome in outcomes.items()}
        report = {"manifest.json": manifest | {"outputs": outputs}, "run.json": run}
        self._store.write({f"report/{name}": as_json(content) for name, content in report.items()})

    def _report_files(
        self, records: Mapping[str, Record], versions: Mapping[str, str], processes: Processes
    ) -> dict[str, bytes]:
        """The first page and its like; meanwhile, in another process, the tables and workbook."""
        module, limit = "pages.first_page", 2 * SECONDS_TO_EXPORT
        of_tables = (self.plan, records, self.root)
        of_pages = (self.plan, records, versions, self._site, self.root)
        with threads(1) as submit:
            tables = submit(processes.call, f"{module}:table_files", *of_tables, seconds=limit)
            pages = processes.call(f"{module}:first_page_files", *of_pages, seconds=limit)
            return {**pages, **tables.result()}

    def _check_outputs(self) -> None:
        """Nobody else may have touched what this batch has put in place or kept."""
        files = self._manifest_before()[1]
        for page in self.pages:
            files |= self._records[page.name].outputs
        lost = [path for path, known in files.items() if digest(self.root / path) != known]
        if lost or not files:
            raise InputError(
                f"{', '.join(lost[:3]) or 'report/manifest.json'} changed or went while the report "
                "was being made; make it again"
            )

    def _manifest_before(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The last manifest without its outputs, and these; both empty if it is damaged."""
        try:
            before = json.loads((self.root / "report" / "manifest.json").read_bytes())
            return before, dict(before.pop("outputs"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}, {}

    def _known_records(self) -> dict[str, Record]:
        return {name: self._records[name] for name in self.plan.pages if name in self._records}

    @cached_property
    def _imports(self) -> dict[str, set[str]]:
        """What each notebook imports; not looked for until a page is to be made."""
        notebooks = {page.notebook for page in self.pages}
        return {notebook: imports(read_cells(self.root / notebook)) for notebook in notebooks}

    @cached_property
    def _modules(self) -> tuple[str, ...]:
        """What the notebooks import."""
        return tuple(sorted(set().union(*self._imports.values())))

    @cached_property
    def _code(self) -> dict[str, dict[str, str]]:
        """By notebook, the digests of it, of the project's modules behind it, and of the lock.

        All are taken before the first page runs: what is edited later is not in the pages.
        """
        code = {}
        for notebook, names in self._imports.items():
            paths = [notebook, _LOCK, *modules(self.root, names)]
            digests = {path: self._store.digest(path) for path in paths}
            code[notebook] = {path: known for path, known in digests.items() if known}
        return code

    def _looks(self) -> str:
        """The digest of all that decides how pages look."""
        titles = [(page.name, page.title) for page in self._published()]
        return digest_of(json.dumps([program(), self._site, titles]).encode())

    def _published(self) -> list[Page]:
        """The pages of `report.yml`, which other pages lead to."""
        return [page for page in self.plan.pages.values() if page.sweep != TRIED]

    def _described(self) -> dict[str, Any]:
        """The report as every page shows it: its title, its pages, and what its tables are."""
        single = [page for page in self._published() if not page.sweep]
        sweeps = [(name, title) for name, title in self.plan.sweeps.items() if name != TRIED]
        links = [
            *((page.name, f"{page.name}.html", page.title) for page in single),
            *((name, f"{name}.html", title) for name, title in sweeps),
            *([("methodology", "methodology.html", "Methods")] if self.plan.methodology else []),
            *([("ledger", "ledger.html", "Ledger")] if self.plan.ledger else []),
        ]
        return {
            "site": self.plan.title,
            "links": [{"name": name, "href": href, "short": title} for name, href, title in links],
            "tables": described_tables(self.root, self.plan.sources),
            "origins": read_column_origins(self.root, self.plan.origins),
            "terms": read_terms(self.root, self.plan.terms),
            "places": self._places(),
            "find": self.plan.find,
            "address": self.plan.address,
            **edition(self.root, self.plan.sources),
        }

    def _places(self) -> dict[str, str]:
        """By area code, the file of the page of a place, where it is there or about to be made."""
        chosen = {page.name for page in self.pages}
        report = self.root / "report"
        there = [
            page
            for page in self._published()
            if AREA_PARAMETER in page.parameters
            and (page.name in chosen or (report / f"{page.name}.html").is_file())
        ]
        there.sort(key=lambda page: bool(page.sweep))  # of two pages, that of a sweep
        return {page.parameters[AREA_PARAMETER]: f"{page.name}.html" for page in there}

    def _near(self, page: Page) -> list[dict[str, str]]:
        """The pages before and after a page, among the single ones or those of its sweep."""
        group = [other for other in self.plan.pages.values() if other.sweep == page.sweep]
        place = group.index(page)
        before, after = group[max(place - 1, 0) : place], group[place + 1 : place + 2]
        pairs = [*(("prev", other) for other in before), *(("next", other) for other in after)]
        return [
            {"rel": rel, "href": f"{other.name}.html", "short": other.title} for rel, other in pairs
        ]
