"""What is handed to a process, here or on another machine, to make a page, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.errors import InputError
from pages.plan import Page
from pages.processes import ProcessLostError

EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@dataclass(frozen=True)
class Failure:
    """Why a page was not made."""

    message: str
    """One line."""
    traceback: str = ""
    mistake: bool = False
    """Whether it is a mistake of the user's, of which no traceback is shown."""
    skipped: bool = False
    """Whether the page was not tried, because one that it needs was not made."""


def failure_of(error: BaseException) -> Failure:
    """The failure that an error is, in words even where the error has none."""
    message = f"{type(error).__name__}: {error}".removesuffix(": ")
    mistake = isinstance(error, InputError)
    expected = mistake or isinstance(error, ProcessLostError)
    return Failure(message, "" if expected else "".join(getattr(error, "__notes__", [])), mistake)


@dataclass(frozen=True)
class Run:
    """What became of the cells of a page."""

    failure: Failure | None = None
    reads: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each file of the project that was read, by path, "" where there was none."""
    tables: tuple[str, ...] = ()
    """The files below `data/` and `report/` that were written."""
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
    run: Run | None = None
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
        return Task(self.page, self.site, run=Run(failure))


@dataclass(frozen=True)
class Result:
    """What became of a task."""

    run: Run
    summary: str
    card: Mapping[str, str]
    """What the report's first page shows of a page of a sweep; see `page_files`."""
    files: Mapping[str, bytes]
    """Every file of the page, by path."""
    seconds: float
