"""What a batch makes: the pages and sweeps of `report.yml`, their parameters checked, in order of need."""

import ast
import contextlib
import csv
import graphlib
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from common.errors import InputError, nearest
from pages.notebooks import Parameter, parameters, read_cells, title_and_summary

TIME_LIMIT = 600
"""Seconds a page may take, where `report.yml` does not say."""
_ENTRY = {"choices", "notebook", "needs", "parameters", "time_limit"}
_KINDS: list[tuple[type, str, set[str]]] = [
    (str, "text", {"title", "ledger", "sources", "notebook", "file", "column", "label"}),
    (dict, "names with values", {"pages", "sweeps", "parameters", "choices", "over", "where"}),
    (list, "a list of pages", {"needs"}),
]
FOLDER = "output_dir"
"""The parameter that says where a page's tables go; in a sweep each page has its own."""
# The report's own are `index`, `ledger`, and `ledger-` with the name of a page or sweep.
_NAME = re.compile(r"(?!index$|ledger$|ledger-)[A-Za-z0-9][\w-]*")


@dataclass(frozen=True)
class Page:
    """One notebook run with one set of parameters."""

    name: str
    notebook: str
    """Its path, relative to the project."""
    title: str
    parameters: Mapping[str, Any]
    """Every parameter of the notebook and its value in this run."""
    given: Mapping[str, Any]
    """Those whose value is not the notebook's own default, so that papermill has to inject them."""
    needs: tuple[str, ...]
    time_limit: float
    """Seconds."""
    sweep: str = ""
    """The sweep that the page comes from, or ""."""
    label: str = ""
    """What tells it from the other pages of its sweep."""


@dataclass(frozen=True)
class Plan:
    """The pages of a batch in order of need, and what the report as a whole is called and rests on."""

    title: str
    ledger: str
    pages: Mapping[str, Page]
    sweeps: Mapping[str, str]
    """The title of each sweep."""
    sources: str = ""
    """The data package that describes the raw tables, or ""."""

    def select(self, only: Iterable[str] = ()) -> list[Page]:
        """The pages of these names, or sweeps, and those they need; without names, all that are in no sweep.

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
            if page.name in wanted or (
                names & {page.name, page.sweep} if names else not page.sweep
            ):
                wanted |= {page.name, *page.needs}
        return [page for page in self.pages.values() if page.name in wanted]


def read_plan(root: Path, settings: Iterable[str] = ()) -> Plan:
    """Read `report.yml` and lay the given settings over its parameters.

    Args:
        root: the project's folder.
        settings: `page.name=value` or `sweep.name=value`; each value is read with the parameter's type.

    Raises:
        InputError: the file, a page, a parameter or a value is not valid; nothing has been run yet.
    """
    try:
        text = (root / "report.yml").read_text(encoding="utf-8")
        content = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"report.yml cannot be read: {error}") from error
    content = _named(
        "report.yml", content, {"title", "ledger", "pages"}, {"sources", "sweeps", "time_limit"}
    )
    sweeps = content.get("sweeps", {})
    changed = _read_settings(settings, [*content["pages"], *sweeps])
    limit = content.get("time_limit", TIME_LIMIT)
    pages: dict[str, Page] = {}
    for name, entry in [*content["pages"].items(), *sweeps.items()]:
        where = f"report.yml, {'sweep' if name in sweeps else 'page'} {name}"
        required = {"title", "notebook", "over"} if name in sweeps else set()
        if not isinstance(name, str):
            raise InputError(f"{where}: the name is {name!r}, expected text (in quotes: '{name}')")
        filled = {"notebook": name, "time_limit": limit} | _named(
            where, entry or {}, required, _ENTRY
        )
        for page in _pages(root, where, name, filled, changed.get(name, {})):
            if page.name in pages:
                twins = " and ".join(
                    str(dict(twin.parameters)) for twin in (pages[page.name], page)
                )
                raise InputError(f"{where}: two pages would be called {page.name}, with {twins}")
            pages[page.name] = page
    for page in pages.values():
        for need in page.needs:
            if need not in [*pages]:
                raise InputError(
                    f"report.yml, page {page.name}: needs {need!r}, which is not a page{nearest(need, pages)}"
                )
    try:
        order = graphlib.TopologicalSorter(
            {name: page.needs for name, page in pages.items()}
        ).static_order()
        ordered = {name: pages[name] for name in order}
    except graphlib.CycleError as error:
        circle = " -> ".join(error.args[1])
        raise InputError(f"report.yml: pages need each other in a circle: {circle}") from error
    titles = {name: entry["title"] for name, entry in sweeps.items()}
    return Plan(content["title"], content["ledger"], ordered, titles, content.get("sources", ""))


def _named(where: str, found: Any, required: set[str], optional: set[str]) -> dict[str, Any]:
    """The values by name, without those left empty, once their names and kinds are known to be right."""
    names = sorted(required | optional)
    if not isinstance(found, dict):
        raise InputError(
            f"{where}: found {found!r}, expected names with values: {', '.join(names)}"
        )
    for name in found.keys() - required - optional:
        raise InputError(f"{where}: unknown name {name!r}{nearest(name, names)}")
    filled = {name: value for name, value in found.items() if value is not None}
    for name in sorted(required - filled.keys()):
        raise InputError(f"{where}: {name!r} is missing")
    for kind, words, members in _KINDS:
        for name in sorted(filled.keys() & members):
            if not isinstance(filled[name], kind):
                raise InputError(f"{where}: {name} is {filled[name]!r}, expected {words}")
    return filled


def _read_settings(settings: Iterable[str], names: list[str]) -> dict[str, dict[str, str]]:
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
        changed.setdefault(name, {})[parameter] = value
    return changed


def _pages(
    root: Path, where: str, name: str, entry: Mapping[str, Any], settings: Mapping[str, str]
) -> Iterator[Page]:
    """The page of an entry, or for a sweep one page for each combination of the values it goes over."""
    notebook = f"notebooks/{entry['notebook']}.ipynb"
    if not (root / notebook).is_file():
        found = sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))
        raise InputError(f"{where}: there is no {notebook}{nearest(entry['notebook'], found)}")
    if type(entry["time_limit"]) not in (int, float) or not 0 < entry["time_limit"] < math.inf:
        raise InputError(
            f"{where}: time_limit is {entry['time_limit']!r}, expected seconds, such as {TIME_LIMIT}"
        )
    cells = read_cells(root / notebook)
    try:
        known = parameters(cells)
    except InputError as error:
        raise InputError(f"{notebook}: {error}") from error
    fixed = {
        key: _checked(where, key, value, known)
        for key, value in entry.get("parameters", {}).items()
    }
    fixed |= {key: _parsed(f"--set {name}", key, text, known) for key, text in settings.items()}
    for key, spec in entry.get("choices", {}).items():
        choices = _options(root, f"{where}, choices {key}", key, spec, known)
        if key in fixed and fixed[key] not in choices:
            source = f"--set {name}" if key in settings else where
            names = {str(value): label for value, label in choices.items() if str(value) != label}
            near = nearest(fixed[key], choices, names=names)
            raise InputError(
                f"{source}: {key} is {fixed[key]!r}, which is none of its choices{near}"
            )
    over = {
        key: _options(root, f"{where}, over {key}", key, spec, known)
        for key, spec in entry.get("over", {}).items()
    }
    if "over" in entry and not over:
        raise InputError(f"{where}: over names no parameter, so there is no page to make")
    for key, labels in over.items():
        if not labels:
            raise InputError(f"{where}, over {key}: no value is left, so there is no page to make")
    for key in sorted(known.keys() - fixed.keys() - over.keys() - {FOLDER}):
        raise InputError(f"{where}: parameter {key!r} of the notebook has no value here")
    title = title_and_summary(cells)[0] or name
    for options in itertools.product(*(labels.items() for labels in over.values())):
        chosen = dict(zip(over, (value for value, _ in options), strict=True))
        label = ", ".join(label for _, label in options)
        page = "-".join([entry["notebook"], *map(_slug, chosen.values())]) if over else name
        if not _NAME.fullmatch(page):
            raise InputError(f"{where}: {page!r} cannot name a page: use letters, digits, - and _")
        folder = {FOLDER: f"report/{page}"} if over and FOLDER in known else {}
        values = (
            {key: parameter.default for key, parameter in known.items()} | folder | fixed | chosen
        )
        yield Page(
            name=page,
            notebook=notebook,
            title=f"{title}: {label}" if over else title,
            parameters=values,
            given={key: value for key, value in values.items() if value != known[key].default},
            needs=tuple(entry.get("needs", ())),
            time_limit=entry["time_limit"],
            sweep=name if over else "",
            label=label,
        )


def _slug(value: Any) -> str:
    """A value as a part of a file name; whatever it holds, the file stays in its folder."""
    return re.sub(r"[^a-z0-9]+", "-", str(value).lower())[:80].strip("-")


def _options(
    root: Path, where: str, name: str, spec: Any, known: Mapping[str, Parameter]
) -> dict[Any, str]:
    """The values that `choices` or `over` give a parameter, each once and in order, with their labels."""
    if isinstance(spec, list):
        options: dict[Any, str] = {}
        for part in spec:
            if isinstance(part, dict):
                options |= _options(root, where, name, part, known)
            else:
                options[_checked(where, name, part, known)] = str(part)
        return options
    if isinstance(spec, dict) and "from" in spec:
        spec = _named(where, spec, {"from", "to"}, {"step"})
        numbers = [spec["from"], spec["to"], spec.get("step", 1)]
        if _known(where, name, known).kind is not int or any(
            type(number) is not int for number in numbers
        ):
            raise InputError(
                f"{where}: found {spec}, expected whole numbers for a parameter that is one"
            )
        if numbers[2] < 1:
            raise InputError(f"{where}: step is {numbers[2]}, expected at least 1")
        return {value: str(value) for value in range(numbers[0], numbers[1] + 1, numbers[2])}
    spec = _named(where, spec, {"file", "column"}, {"label", "where"})
    try:
        with (root / spec["file"]).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{where}: {spec['file']} cannot be read: {reason}") from error
    wanted = spec.get("where", {})
    for column in [spec["column"], spec.get("label", spec["column"]), *wanted]:
        if rows and column not in rows[0]:
            raise InputError(
                f"{where}: {spec['file']} has no column {column!r}{nearest(column, rows[0])}"
            )
    rows = [
        row for row in rows if all(row[column] == str(value) for column, value in wanted.items())
    ]
    label = spec.get("label", spec["column"])
    return {_parsed(where, name, row[spec["column"]], known): row[label] for row in rows}


def _known(where: str, name: str, known: Mapping[str, Parameter]) -> Parameter:
    if name not in known:
        declared = "".join(f"\n  {parameter}" for parameter in known.values())
        raise InputError(
            f"{where}: there is no parameter {name!r}{nearest(name, known)}. The parameters are:{declared}"
        )
    return known[name]


def _checked(where: str, name: str, value: Any, known: Mapping[str, Parameter]) -> Any:
    """A value from `report.yml`, which must be of the parameter's type already."""
    parameter = _known(where, name, known)
    if parameter.kind is float and type(value) is int:
        return float(value)
    if type(value) is not parameter.kind or (type(value) is float and not math.isfinite(value)):
        hint = f" (in quotes: {str(value)!r})" if parameter.kind is str else ""
        raise InputError(
            f"{where}: {name} is {value!r}, expected {parameter.kind.__name__}{hint}, "
            f"such as the default {parameter.default!r}"
        )
    return value


def _parsed(where: str, name: str, text: str, known: Mapping[str, Parameter]) -> Any:
    """A value given as text: text stays as it is, zeros at its front too."""
    value: Any = text
    if _known(where, name, known).kind is not str:
        with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError):
            value = ast.literal_eval(text.capitalize() if text in ("true", "false") else text)
    return _checked(where, name, value, known)
