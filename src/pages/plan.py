"""What a batch makes: the pages of `report.yml` in order of need, their parameters checked."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from common.csv_files import CsvFiles
from common.errors import InputError, nearest
from common.parameter_values import Parameter, check_choice, read_rows
from common.plan_file import (
    MEMORY_LIMIT,
    PLAN_NAME,
    FileRows,
    PageEntry,
    SweepEntry,
    read_entry,
    read_plan_file,
)
from pages.notebooks import parameters, read_cells, title_and_summary

OUTPUT_PARAMETER = "output_dir"
"""The parameter that says where a page's tables go; in a sweep each page has its own."""
AREA_PARAMETER = "area"
"""The parameter that names a page's place, by the code that links to places hold."""
TRIED = "tried"
"""The sweep of the pages made with `--set`, which stand beside those of `report.yml`."""
# The report's own: `index`, `methodology`, `ledger`, `ledger-` with a page's or sweep's name.
_NAME = re.compile(r"(?!index$|methodology$|ledger$|ledger-|tried$)[A-Za-z0-9][\w-]*")


@dataclass(frozen=True)
class Page:
    """One notebook run with one set of parameters."""

    name: str
    notebook: str
    """Its path, relative to the project."""
    title: str
    time_limit: float
    """Seconds."""
    memory_limit: int = MEMORY_LIMIT
    """Megabytes."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Every parameter of the notebook and its value in this run."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """Those whose value is not the notebook's own default, so that papermill has to inject them."""
    needs: tuple[str, ...] = ()
    sweep: str = ""
    """The sweep that the page comes from, or ""."""
    label: str = ""
    """What tells it from the other pages of its sweep."""


@dataclass(frozen=True)
class Plan:
    """The pages of a batch in order of need, and what the report is called and rests on."""

    title: str
    ledger: str
    sources: str
    pages: Mapping[str, Page]
    sweeps: Mapping[str, str]
    """The title of each sweep."""
    methodology: str = ""
    """The document that describes the methods, or ""."""
    origins: str = ""
    """The table that says how columns of numbers are made, or ""."""
    terms: str = ""
    """The table of the words that pages explain, or ""."""
    find: str = ""
    """Where a link to a place without a page leads: this and its code; "" for nowhere."""
    address: str = ""
    """Where the report is published, or ""."""

    def select(self, only: Iterable[str] = ()) -> list[Page]:
        """The pages of these names or sweeps and those they need; by default all in no sweep.

        Those made with `--set` are always among them.

        Raises:
            InputError: there is no such page or sweep.
        """
        names = set(only)
        for name in sorted(names - self.pages.keys() - self.sweeps.keys()):
            options = [*self.sweeps, *self.pages]
            raise InputError(
                f"--only {name}: there is no such page or sweep{nearest(name, options)}"
            )
        wanted: set[str] = set()
        for page in reversed([*self.pages.values()]):
            named = page.name in names or page.sweep in names if names else not page.sweep
            if named or page.sweep == TRIED or page.name in wanted:
                wanted |= {page.name, *page.needs}
        return [page for page in self.pages.values() if page.name in wanted]

    def all_needs(self, page: Page) -> set[str]:
        """The pages that a page needs, and those that they need."""
        return set(page.needs).union(*(self.all_needs(self.pages[need]) for need in page.needs))


def read_plan(root: Path, settings: Iterable[str] = ()) -> Plan:
    """Read `report.yml`; a page that is given settings has a twin with these parameters.

    Args:
        root: the project's folder.
        settings: `page.name=value` or `sweep.name=value`, read with the parameter's type.

    Raises:
        InputError: the file, a page, a parameter or a value is not valid; nothing has been run yet.
    """
    file = read_plan_file(root)
    limits = {"time_limit": file.time_limit, "memory_limit": file.memory_limit}
    files = CsvFiles(root)
    changed = _read_settings(settings, [*file.pages, *file.sweeps])
    pages: dict[str, Page] = {}
    titles: dict[str, str] = {}
    entries = [
        (group is file.sweeps, name, found)
        for group in (file.pages, file.sweeps)
        for name, found in group.items()
    ]
    for sweeps, name, found in entries:
        where = f"{PLAN_NAME}, {'sweep' if sweeps else 'page'} {name}"
        if not isinstance(name, str):
            raise InputError(f"{where}: the name is {name!r}, expected text (in quotes: '{name}')")
        check_name(where, name)
        if sweeps:
            entry: PageEntry = read_entry(SweepEntry, found or {}, where, **limits)
            titles[name] = entry.title
        else:
            entry = read_entry(PageEntry, found or {}, where, notebook=name, **limits)
        for page in _pages_and_twins(files, where, name, entry, changed.get(name, {})):
            _check_unique(where, page, pages, file.sweeps)
            pages[page.name] = page
    in_order = _in_order_of_need(pages)
    if any(page.sweep == TRIED for page in pages.values()):
        titles[TRIED] = "Tried with other parameters"
    return Plan(
        title=file.title,
        ledger=file.ledger,
        sources=file.sources,
        pages=in_order,
        sweeps=titles,
        methodology=file.methodology,
        origins=file.origins,
        terms=file.terms,
        find=file.find,
        address=file.address,
    )


def _check_unique(where: str, page: Page, pages: Mapping[str, Page], sweeps: Iterable[Any]) -> None:
    """Refuse a page that another page or the list of a sweep would overwrite."""
    if page.name in pages:
        twins = [str(dict(twin.parameters)) for twin in (pages[page.name], page)]
        raise InputError(
            f"{where}: two pages would be called {page.name}, with {' and '.join(twins)}"
        )
    if page.name in sweeps:
        raise InputError(
            f"{where}: the page {page.name} would be overwritten by the list of the sweep "
            f"{page.name}; expected another name for one of them"
        )


def check_name(where: str, name: str) -> None:
    """Refuse what cannot name a page, since it could not be a file of the report.

    Raises:
        InputError: it is not plain, or the report's own.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"{where}: {name!r} cannot name a page: use letters, digits, - and _")


def _pages_and_twins(
    files: CsvFiles, where: str, name: str, entry: PageEntry, settings: Mapping[str, str]
) -> Iterator[Page]:
    """The pages of an entry, and a twin of each that the settings change."""
    pages = [*_EntryReader(files, where, name).pages(entry)]
    yield from pages
    if settings:
        twins = _EntryReader(files, where, name, settings).pages(entry)
        for page, twin in zip(pages, twins, strict=True):
            if twin.parameters != page.parameters:
                yield _tried(twin, settings)


def _tried(page: Page, settings: Iterable[str]) -> Page:
    """A page whose parameters of these names were set: its name and title say so."""
    said = ", ".join(f"{key} = {page.parameters[key]}" for key in settings)
    name, title = f"{page.name}-{_slug(said)}", f"{page.title} ({said})"
    apart = OUTPUT_PARAMETER in page.parameters.keys() - {*settings}
    folder = {OUTPUT_PARAMETER: f"report/{name}"} if apart else {}
    return replace(
        page,
        name=name,
        title=title,
        parameters={**page.parameters, **folder},
        given={**page.given, **folder},
        sweep=TRIED,
        label=title,
    )


def _in_order_of_need(pages: Mapping[str, Page]) -> dict[str, Page]:
    for page in pages.values():
        for need in page.needs:
            if need not in [*pages]:
                raise InputError(
                    f"{PLAN_NAME}, page {page.name}: needs {need!r}, which is not a page"
                    f"{nearest(need, pages)}"
                )
    try:
        order = TopologicalSorter({name: page.needs for name, page in pages.items()}).static_order()
        return {name: pages[name] for name in order}
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise InputError(f"{PLAN_NAME}: pages need each other in a circle: {circle}") from error


def _read_settings(settings: Iterable[str], names: list[str]) -> dict[str, dict[str, str]]:
    """By page or sweep and parameter, the values given as `page.name=value`."""
    changed: dict[str, dict[str, str]] = {}
    for setting in settings:
        target, equals, value = setting.partition("=")
        name, dot, parameter = target.partition(".")
        if not (equals and dot) or not setting.isprintable():
            raise InputError(
                f"--set {setting!r}: expected page.name=value, such as {names[0]}.year=2024"
            )
        if name not in names:
            raise InputError(f"--set {setting}: there is no page {name!r}{nearest(name, names)}")
        if parameter in changed.setdefault(name, {}):
            raise InputError(f"--set {setting}: {name}.{parameter} is given twice, expected once")
        changed[name][parameter] = value
    return changed


class _EntryReader:
    """Reads an entry of the file; values are checked against the notebook's parameters."""

    def __init__(
        self, files: CsvFiles, where: str, name: str, settings: Mapping[str, str] | None = None
    ) -> None:
        self._settings = settings or {}
        self._files, self._where, self._name = files, where, name
        self._known: dict[str, Parameter] = {}

    def pages(self, entry: PageEntry) -> Iterator[Page]:
        """The page of an entry, or those of a sweep."""
        notebook = f"notebooks/{entry.notebook}.ipynb"
        title = self._read_notebook(notebook, entry.notebook) or self._name
        fixed = self._fixed(entry)
        sweeps = isinstance(entry, SweepEntry)
        if entry.title and not sweeps:
            title = entry.title
        single: list[tuple[dict[str, Any], str]] = [({}, "")]
        combinations = self._combinations(entry) if isinstance(entry, SweepEntry) else single
        for chosen, label in combinations:
            parts = [entry.notebook, *map(_slug, chosen.values())]
            name = "-".join(parts) if sweeps else self._name
            check_name(self._where, name)
            folder = (
                {OUTPUT_PARAMETER: f"report/{name}"}
                if sweeps and OUTPUT_PARAMETER in self._known
                else {}
            )
            defaults = {key: parameter.default for key, parameter in self._known.items()}
            values = defaults | folder | fixed | chosen
            yield Page(
                name=name,
                notebook=notebook,
                title=f"{title}: {label}" if sweeps else title,
                time_limit=entry.time_limit,
                memory_limit=entry.memory_limit,
                parameters=values,
                given={key: value for key, value in values.items() if value != defaults[key]},
                needs=tuple(entry.needs),
                sweep=self._name if sweeps else "",
                label=label,
            )

    def _read_notebook(self, path: str, name: str) -> str:
        """Learn the parameters of a notebook; its title."""
        if not (self._files.root / path).is_file():
            found = sorted(other.stem for other in (self._files.root / "notebooks").glob("*.ipynb"))
            raise InputError(f"{self._where}: there is no {path}{nearest(name, found)}")
        cells = read_cells(self._files.root / path)
        try:
            self._known = parameters(cells)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        return title_and_summary(cells)[0]

    def _fixed(self, entry: PageEntry) -> dict[str, Any]:
        """The parameters that are the same on all pages of an entry."""
        setting = f"--set {self._name}"
        fixed = {}
        for where, given in ((self._where, entry.parameters), (setting, self._settings)):
            for key, value in given.items():
                fixed[key] = self._parameter(where, key).checked(where, value)
        for key, spec in entry.choices.items():
            where = f"{self._where}, choices {key}"
            choices = self._parameter(where, key).options(where, spec, self._files)
            if key in fixed:
                source = setting if key in self._settings else self._where
                check_choice(source, key, fixed[key], choices)
        return fixed

    def _combinations(self, entry: SweepEntry) -> Iterator[tuple[dict[str, Any], str]]:
        """The values of each page of a sweep, and what tells the page from the others."""
        if not (entry.over or entry.rows):
            raise InputError(
                f"{self._where}: neither over nor rows names a parameter, so there is no page "
                "to make"
            )
        for key in self._settings.keys() & entry.over.keys():
            raise InputError(
                f"--set {self._name}: the sweep goes over {key}; expected another parameter"
            )
        over = self._swept_values(entry)
        rows = self._rows(entry) if entry.rows else [({}, "")]
        for of_row, row_label in rows:
            for options in itertools.product(*(labels.items() for labels in over.values())):
                values = dict(zip(over, (value for value, _ in options), strict=True))
                labels = [row_label, *(label for _, label in options)]
                yield of_row | values, ", ".join(filter(None, labels))

    def _rows(self, entry: SweepEntry) -> list[tuple[dict[str, Any], str]]:
        """The values of the parameters in each row of a file, and the label of the row."""
        where = f"{self._where}, rows"
        spec = read_entry(FileRows, entry.rows, where)
        known = {key: self._parameter(where, key) for key in spec.columns}
        for key in known.keys() & entry.over.keys():
            raise InputError(f"{where}: {key} is under over too; expected it in one of them")
        columns = [*spec.columns.values(), *([spec.label] if spec.label else [])]
        found = []
        for number, row in read_rows(self._files, where, spec, columns).items():
            values = {}
            for key, column in spec.columns.items():
                if row[column]:
                    cell = f"{where}: {spec.file}, row {number}, column {column}"
                    values[key] = known[key].checked(cell, row[column])
            found.append((values, row[spec.label] if spec.label else _label(values)))
        if not found:
            raise InputError(f"{where}: no row is left, so there is no page to make")
        return found

    def _swept_values(self, entry: SweepEntry) -> dict[str, dict[Any, str]]:
        """The values, with their labels, of each parameter that a sweep goes over.

        Values with names are in the order of these.
        """
        over = {}
        for key, spec in entry.over.items():
            where = f"{self._where}, over {key}"
            labels = self._parameter(where, key).options(where, spec, self._files)
            if not labels:
                raise InputError(f"{where}: no value is left, so there is no page to make")
            named = [str(value) for value in labels] != [*labels.values()]
            by_name = sorted(labels, key=lambda value: _in_register(labels[value]))
            order = by_name if named else labels
            over[key] = {value: labels[value] for value in order}
        return over

    def _parameter(self, where: str, name: str) -> Parameter:
        if name not in self._known:
            declared = "".join(f"\n  {parameter}" for parameter in self._known.values())
            near = nearest(name, self._known)
            raise InputError(
                f"{where}: there is no parameter {name!r}{near}. The parameters are:{declared}"
            )
        return self._known[name]


def _in_register(label: str) -> tuple[str, str]:
    """Where a register has a name: `Trenton-Princeton, NJ` under NJ, what has no comma first."""
    name, _, under = label.rpartition(", ")
    return under if name else "", name or under


def _label(values: Mapping[str, Any]) -> str:
    """A row of values for a reader: `US-NJ, 24.5`."""
    return ", ".join(
        f"{value:,.10g}" if isinstance(value, float) else str(value) for value in values.values()
    )


def _slug(value: Any) -> str:
    """A value as a part of a file name; whatever it holds, the file stays in its folder."""
    return re.sub(r"[^a-z0-9]+", "-", str(value).lower())[:80].strip("-")
