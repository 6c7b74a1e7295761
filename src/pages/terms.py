"""Explains words where a page first uses them, as a project says them."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from common.csv_files import CsvFiles
from common.errors import InputError
from common.plan_file import PLAN_NAME

_COLUMNS = ("term", "forms", "meaning")
_LEFT_ALONE = {
    *("a", "button", "caption", "code", "details", "figure", "h1", "h2", "h3", "h4", "math"),
    *("pre", "script", "style", "svg", "table"),
}
_OPENING, _CLOSING = "(“‘", ").,;:!?”’"
"""Marks from which no line may part a term."""


def read_terms(root: Path, path: str) -> list[dict[str, str]]:
    """The terms of a project, each with what it means; none where a project has none.

    The table has the columns `term`, `forms` (other spellings, with semicolons between them) and
    `meaning`.

    Args:
        root: the project's folder.
        path: of the table, relative to it, or "".

    Raises:
        InputError: the table cannot be read, or a row lacks a term or its meaning.
    """
    if not path:
        return []
    rows = CsvFiles(root).rows(path, f"{PLAN_NAME}, terms", _COLUMNS)
    for number, row in rows.items():
        if not (row["term"] and row["meaning"]):
            raise InputError(f"{path}, row {number}: expected a term and its meaning")
    return [*rows.values()]


class Explainer:
    """Explains each term once on a page, in the order in which it is given the page's parts."""

    def __init__(self, terms: Iterable[Mapping[str, str]]) -> None:
        """Take the rows of `read_terms`."""
        self._unsaid = {
            form.strip().lower(): row
            for row in terms
            for form in (row["term"], *row["forms"].split(";"))
            if form.strip()
        }
        forms = sorted(map(re.escape, self._unsaid), key=len, reverse=True)
        self._any = re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])", re.IGNORECASE)

    def explain(self, html: str) -> str:
        """HTML in which each term that is new to the page can be opened for what it means."""
        if not self._unsaid:
            return html
        reader = _Reader(self)
        reader.feed(html)
        reader.close()
        return "".join(reader.out)

    def said(self, text: str) -> str:
        """Plain text as HTML, each new term in it a button beside its meaning."""
        parts, end = [], 0
        for found in self._any.finditer(text):
            row = self._unsaid.get(found[0].lower())
            if row is None:
                continue
            self._unsaid = {form: other for form, other in self._unsaid.items() if other != row}
            before, rest = text[end : found.start()], text[found.end() :]
            plain, left = before.rstrip(_OPENING), rest.lstrip(_CLOSING)
            opened = _opened(found[0], row, before[len(plain) :], rest[: len(rest) - len(left)])
            parts += [escape(plain, quote=False), opened]
            end = len(text) - len(left)
        return "".join([*parts, escape(text[end:], quote=False)])


def _opened(text: str, row: Mapping[str, str], before: str, after: str) -> str:
    """A term that opens what it means, with the marks around it."""
    anchor = f"term-{re.sub(r'[^a-z0-9]+', '-', row['term'].lower())}"
    term, meaning = escape(text, quote=False), escape(row["meaning"], quote=False)
    opened = (
        f"{before}<button class=term popovertarget={anchor}>{term}</button>{after}"
        f"<span popover id={anchor}>{meaning}</span>"
    )
    return f"<span class=unbroken>{opened}</span>" if before or after else opened


class _Reader(HTMLParser):
    """Copies HTML, its terms explained but for those in headings, links, tables and code."""

    def __init__(self, explainer: Explainer) -> None:
        super().__init__()
        self.out: list[str] = []
        self._explainer = explainer
        self._inside, self._depth = "", 0
        """The element that is left as it is, and how many of its name are open."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if self._depth:
            self._depth += tag == self._inside
        elif tag in _LEFT_ALONE or names & {"popover", "data-live"}:
            self._inside, self._depth = tag, 1
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= bool(self._depth) and tag == self._inside
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.out.append(self._explainer.said(data))
        elif self._inside in ("script", "style"):
            self.out.append(data)
        else:
            self.out.append(escape(data, quote=False))
