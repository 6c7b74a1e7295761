"""What is handed to a process, here or on another machine, to make a page, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pages.failures import Failure
from pages.page_records import Excerpts
from pages.plan import Page

EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@dataclass(frozen=True)
class Run:
    """What became of the cells of a page."""

    failure: Failure | None = None
    reads: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each file of the project that was read, by path, "" where there was none."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """The files below `data/` and `report/` that were written, and the SHA-256 of each then."""
    megabytes: float = 0.0
    """The most memory that was taken."""


@dataclass(frozen=True)
class Task:
    """A page to make."""

    page: Page
    site: Mapping[str, Any]
    """The report as the page shows it; see `page_files`."""
    source: str = EMPTY_NOTEBOOK
    """The notebook, as JSON."""
    earlier_run: Run | None = None
    """Of a notebook that is not to be run but shown as it is: what became of it."""
    code: Mapping[str, str] = field(default_factory=dict)
    """The digests of the code that the page runs, by path."""
    modules: tuple[str, ...] = ()
    """For another machine: the modules that pages import."""
    program: str = ""
    """For another machine: what it has to make pages with; see `workers.program`."""
    needed: Mapping[str, bytes] = field(default_factory=dict)
    """For another machine: the tables of the pages that this one needs, by path."""

    def failed(self, failure: Failure) -> "Task":
        """The task of showing, instead of the page, why it could not be made."""
        return Task(self.page, self.site, earlier_run=Run(failure))


@dataclass(frozen=True)
class Result:
    """What became of a task."""

    run: Run
    summary: str
    excerpts: Excerpts
    files: Mapping[str, bytes]
    """Every file of the page, by path."""
    seconds: float
