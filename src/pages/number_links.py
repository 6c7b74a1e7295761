"""Makes each number that a page shows a link to the row that says where it comes from."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from types import MappingProxyType

from common.notebook_contract import LEDGER, Origin, Traced, in_words, section_anchor
from pages.column_origins import ColumnOrigins
from pages.report_data import copy_of

_AMOUNT = r"[+−-]?\$?\d+(?:,\d{3})*(?:\.\d+)?(?:%|\+(?!\d))?"
# A number, or two with a hyphen between; no part of a name or a code (p10, 10th, CBSA-35620,
# 3.12.4), no occupation such as 29-2072, no year.
NUMBER = re.compile(
    r"(?<![\w.,/$#])(?<!\w-)(?!\d\d-\d{4}\b)(?!(?:19|20)\d\d(?!\d|[.,]\d|%|\+))"
    rf"{_AMOUNT}(?:-{_AMOUNT})?(?!\w|[-.,/:]\d)"
)
_CODE = re.compile(r"[\d\s-]+")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])|;(?=\s)|\n")
_BLOCKS = {"p", "li", "div", "caption", "td", "th", "h1", "h2", "h3", "h4", "blockquote"}
_UNLINKED = {"a", "button", "code", "math", "pre", "script", "style", "svg", "thead"}
_AS_THEY_ARE = {"script", "style"}


@dataclass
class Number:
    """A number on a page."""

    anchor: str
    """On the page, and in the page's ledger."""
    shown: str
    origin: Origin = field(default_factory=Origin)
    """Where it comes from, as far as the notebook says so."""
    what: str = ""
    """The sentence that it stands in, or the headings of its row and column."""
    start: int = 0
    """Where it begins in its paragraph."""


@dataclass
class Group:
    """The numbers that an output of a cell shows."""

    cell: int
    """The position of the cell in the notebook."""
    indexed: bool
    """Whether the report's first page shows the output too."""
    title: str = ""
    source: str = ""
    numbers: list[Number] = field(default_factory=list)


def origin_of(piece: Traced) -> Origin:
    """Where a text comes from, without the text and what it names."""
    return Origin(**{key: piece[key] for key in piece if key not in ("text", "area")})  # type: ignore


def figures_behind(origin: Origin) -> set[str]:
    """Every published figure that a number shows or was made from."""
    found = {origin["figure_id"]} if "figure_id" in origin else set()
    for part in (*origin.get("arithmetic", []), *origin.get("inputs", [])):
        if not isinstance(part, str):
            found |= figures_behind(part)
    return found


class Linker:
    """Numbers a page's numbers from its top, and makes them links."""

    def __init__(
        self,
        page: str,
        sweep: str,
        places: Mapping[str, str] = MappingProxyType({}),
        find: str = "",
        origins: ColumnOrigins | None = None,
        titles: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take the name of the page, and where its links lead.

        Args:
            page: its name.
            sweep: that of the sweep that it is in, or "".
            places: the pages of places by area code.
            find: what leads to any other place, with its code at the end; "" for nothing.
            origins: what the project says of numbers that do not say where they come from.
            titles: of tables of the project by path.
        """
        self.origins, self._titles = origins or ColumnOrigins(), titles
        self._places, self._find = places, find
        self._own = f"ledger-{page}.html#"
        self._published = f"ledger{sweep and f'-{sweep}'}.html#"
        self._count = 0
        self.groups: list[Group] = []
        """A group for each output that shows a number."""

    @contextmanager
    def group(self, cell: int, indexed: bool) -> Iterator[Group]:
        """Put the numbers that follow into a group of their own, unless there are none."""
        self._group = Group(cell, indexed)
        yield self._group
        if self._group.numbers:
            self.groups.append(self._group)

    @property
    def numbers(self) -> list[Number]:
        """The numbers of the open group."""
        return self._group.numbers

    def text(self, text: str) -> str:
        """Plain text as HTML, its numbers made links."""
        before = len(self.numbers)
        html = self.link(text)
        name_sentences(text, self.numbers[before:])
        return html

    def place(self, text: str, area: str) -> str:
        """The name of a place as HTML: a link to what the report says of it."""
        named, address = escape(text, quote=False), self.address(area)
        return f'<a href="{escape(address)}">{named}</a>' if address else named

    def address(self, area: str) -> str:
        """Where a link to a place leads: its page, or where it is found; "" for nowhere."""
        return self._places.get(area, self._find and self._find + area)

    def cell(
        self,
        text: str,
        what: str,
        numeric: bool = True,
        origin: Origin | None = None,
        of_column: Origin | None = None,
    ) -> str:
        """The text of a table's cell as HTML.

        Args:
            text: what the cell shows.
            what: what its numbers are.
            numeric: whether digits alone are a number, and not a code or a name.
            origin: where the cell's number comes from, if that is known.
            of_column: where numbers of its column come from, if that is known.
        """
        before = len(self.numbers)
        if of_column and "figure_id" in of_column and NUMBER.fullmatch(text):
            origin = origin or of_column
        if origin:
            html = self.traced(Traced(text=text, **origin))
        elif not numeric and _CODE.fullmatch(text):
            html = escape(text, quote=False)
        else:
            html = self.link(text)
        for number in self.numbers[before:]:
            number.what = what
            number.origin = number.origin or of_column or Origin()
        return html

    def link(self, text: str, start: int = 0) -> str:
        """Plain text as HTML, each number in it a link to its row in the ledger of the page.

        Args:
            text: without markup.
            start: where it begins in its paragraph.
        """
        parts, end = [], 0
        for found in NUMBER.finditer(text):
            anchor = self._add(found[0], start + found.start()).anchor
            parts.append(escape(text[end : found.start()], quote=False))
            parts.append(f"<a id={anchor} href={self._own}{anchor}>{found[0]}</a>")
            end = found.end()
        return "".join([*parts, escape(text[end:], quote=False)])

    def traced(self, piece: Traced, start: int = 0) -> str:
        """A number whose origin is known as HTML: a link to its row in one of the ledgers.

        Args:
            piece: from a notebook.
            start: where it begins in its paragraph.
        """
        number = self._add(piece["text"], start)
        number.origin = origin_of(piece)
        text = escape(piece["text"], quote=False)
        if "figure_id" in piece:
            return f"{self._open_figure(number)}{text}</a>"
        said = f' title="{escape(in_words(number.origin))}"' if in_words(number.origin) else ""
        return f"<a id={number.anchor} href={self.row(number)}{said}>{text}</a>"

    def row(self, number: Number) -> str:
        """The address of a number's row in the ledger of the page."""
        return f"{self._own}{number.anchor}"

    def explained(self, origin: Origin) -> str:
        """An origin as HTML that leads to each published figure and method; "" of a plain one."""
        if "figure_id" in origin:
            said = escape(origin.get("meaning", "published"), quote=False)
            return f'<a href="{self._row(origin)}">{said}</a>'
        if "arithmetic" in origin:
            return "".join(map(self._part, origin["arithmetic"]))
        if "method" in origin:
            href = f"methodology.html#{escape(section_anchor(origin['method']))}"
            inputs = ", ".join(map(self._part, origin.get("inputs", [])))
            method = f'<a href="{href}">{escape(origin["method"], quote=False)}</a>'
            return f"{method}{inputs and f', from {inputs}'}"
        if "table" in origin:
            tables = " or ".join(map(self._table, origin["table"].split("; ")))
            row = ", ".join(map(self._part, origin.get("inputs", [])))
            return f"{tables}{row and f', {row}'}"
        return escape(in_words(origin), quote=False)

    def _table(self, path: str) -> str:
        """A table of the project as a link to its copy in the report."""
        title = escape(self._titles.get(path, path), quote=False)
        return f'<a href="{escape(copy_of(path))}">{title}</a>'

    def _part(self, part: str | Traced) -> str:
        """A part of arithmetic, or an input, as HTML."""
        if isinstance(part, str):
            return escape(part, quote=False)
        text, origin = escape(part["text"], quote=False), origin_of(part)
        if "figure_id" in part:
            said = escape(part.get("meaning", "published"))
            return f'<a href="{self._row(part)}" title="{said}">{text}</a>'
        how = self.explained(origin)
        return f"{text} ({how})" if how else text

    def _row(self, origin: Origin) -> str:
        """The address of the row of a published figure."""
        return escape(self._published + origin["figure_id"])

    def _open_figure(self, number: Number) -> str:
        return f'<a id={number.anchor} class=figure href="{self._row(number.origin)}">'

    def open_figure(self, figure_id: str, meaning: str, start: int) -> str:
        """The start of a link to a published figure's row, whose text is still to come."""
        number = self._add("", start)
        number.origin = Origin(figure_id=figure_id, meaning=meaning)
        return self._open_figure(number)

    def html(self, html: str) -> str:
        """HTML as it was, but for its numbers, which are made links."""
        reader = _HtmlReader(self)
        reader.feed(html)
        reader.close()
        return reader.linked()

    def _add(self, shown: str, start: int) -> Number:
        self._count += 1
        number = Number(f"n{self._count}", shown, start=start)
        self.numbers.append(number)
        return number


class _HtmlReader(HTMLParser):
    """Copies HTML, its numbers made links; the text of a paragraph or cell says what they are."""

    def __init__(self, linker: Linker) -> None:
        super().__init__()
        self._linker = linker
        self._out: list[str] = []
        self._unlinked = 0
        """How many elements are open in which no number is made a link."""
        self._as_it_is = False
        """Whether what comes is a script or a style, and no text."""
        self._columns: list[str] = []
        self._row, self._column = "", -1
        self._heads = False
        """Whether a heading of a row or column is open, in which digits alone are a name."""
        self._figure_from = -1
        """Of the link to a published figure that is open, the part of the text it begins with."""
        self._begin_block()

    def linked(self) -> str:
        """All of it, once it has been read to its end."""
        self._end_block("")
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._end_block("")
        if tag in ("td", "th"):
            self._column += 1
            self._heads = tag == "th"
        elif tag == "tr":
            self._column = -1
        elif tag == "thead":
            self._columns = []
        if tag in _UNLINKED:
            self._unlinked += 1
        self._as_it_is = tag in _AS_THEY_ARE
        if tag == "a" and given.get("href", "").startswith(LEDGER):
            figure_id, meaning = given["href"].removeprefix(LEDGER), given.get("title", "published")
            self._out.append(self._linker.open_figure(figure_id, meaning, self._length))
            self._figure_from = len(self._text)
        else:
            self._out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNLINKED:
            self._unlinked -= 1
        self._as_it_is = False
        if tag == "a" and self._figure_from >= 0:
            self._linker.numbers[-1].shown = "".join(self._text[self._figure_from :])
            self._figure_from = -1
        if tag in _BLOCKS:
            self._end_block(tag)
            self._heads = False
        self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._as_it_is:
            self._out.append(data)
            return
        named = self._heads and _CODE.fullmatch(data)
        linked = not self._unlinked and not named
        self._out.append(
            self._linker.link(data, self._length) if linked else escape(data, quote=False)
        )
        self._text.append(data)
        self._length += len(data)

    def _begin_block(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._first = len(self._linker.numbers)

    def _end_block(self, tag: str) -> None:
        """Say what the numbers of a paragraph or cell are, once all of it is read."""
        text = "".join(self._text)
        numbers = self._linker.numbers[self._first :]
        if tag in ("td", "th"):
            self._name_cell(" ".join(text.split()), numbers)
        else:
            name_sentences(text, numbers)
        self._begin_block()

    def _name_cell(self, text: str, numbers: list[Number]) -> None:
        if self._unlinked:
            self._columns.append(text)
        elif self._column == 0:
            self._row = text
        column = self._columns[self._column] if self._column < len(self._columns) else ""
        for number in numbers:
            number.what = f"{self._row} · {column}"


def name_sentences(text: str, numbers: list[Number]) -> None:
    """Say of numbers in which sentence, or clause, of a text they stand."""
    if not numbers:
        return
    ends = [0, *(end.end() for end in _SENTENCE_END.finditer(text)), len(text)]
    for number in numbers:
        after = min(bisect_right(ends, number.start), len(ends) - 1)
        number.what = " ".join(text[ends[after - 1] : ends[after]].split())
