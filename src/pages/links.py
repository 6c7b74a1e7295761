"""Makes each number that a page shows a link to the row that says where it comes from."""

import re
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from nbformat import NotebookNode

CHART_MIME = "application/vnd.coderpay.chart+json"
PUBLISHED = "../report/ledger.html#"
"""How notebooks link to a published figure."""
_AMOUNT = r"[+−-]?\$?\d+(?:,\d{3})*(?:\.\d+)?(?:%|\+(?!\d))?"
# A number, or two with a hyphen between; no part of a name or a code (p10, 10th, CBSA-35620, 3.12.4), no
# occupation such as 29-2072, no year.
NUMBER = re.compile(
    r"(?<![\w.,/$#])(?<!\w-)(?!\d\d-\d{4}\b)(?!(?:19|20)\d\d(?!\d|[.,]\d|%|\+))"
    rf"{_AMOUNT}(?:-{_AMOUNT})?(?!\w|[-.,/:]\d)"
)
_CODE = re.compile(r"[\d\s-]+")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])|;(?=\s)|\n")
# What great-tables makes of a title; the styles it brings along, which would not suit a dark page, and what
# notebooks put around computed numbers for JupyterLab.
_TITLE = re.compile(r'(<thead>\s*)<tr class="gt_heading">\s*<td[^>]*>(.*?)</td>\s*</tr>', re.DOTALL)
_STYLE = re.compile(r'<style>.*?</style>|(?<=") style="[^"]*"(?=>)', re.DOTALL)
_DERIVED = re.compile(r'<span class="derived">([^<]*)</span>')
_NUMERIC = {"gt_right", "number"}
_BLOCKS = {"p", "li", "div", "caption", "td", "th"}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "th", "td"}
_UNLINKED = {"a", "button", "code", "pre", "script", "style", "svg", "thead"}


@dataclass
class Number:
    """A number on a page."""

    anchor: str
    """On the page, and in the page's ledger."""
    shown: str
    statistic: str = "computed"
    figure: str = ""
    """Of a published one, the link to its row in the ledger of published figures."""
    what: str = ""
    """The sentence that it stands in, or the headings of its row and column."""


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


def link_numbers(notebook: NotebookNode, page: str, sweep: str) -> list[Group]:
    """Make each number that a page shows a link to the row of a ledger.

    That is the published figure's, where the notebook says which it is, and otherwise one in the ledger of
    the page.

    Args:
        notebook: its outputs get `html`, what a page shows of them (of a chart, its data), `title`, and
            `group`, the place in the result of their numbers, counted from one.
        page: its name.
        sweep: the sweep that it is in, whose published figures have a ledger of their own, or "".
    """
    groups: list[Group] = []
    count = 0
    for position, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            group = Group(position, "index" in cell.metadata.get("tags", []))
            linker = _Linker(
                group, f"ledger-{page}.html#", f"ledger{sweep and f'-{sweep}'}.html#", count
            )
            output["html"] = linker.link(_html(output))
            if chart := output.get("data", {}).get(CHART_MIME):
                chart["name"] = re.sub(r"[^\w-]+", "-", chart["name"])  # it names files
                group.title, group.source = chart["alt"], chart["source"]
            output["title"] = group.title
            if group.numbers:
                groups.append(group)
                output["group"] = len(groups)
                count += len(group.numbers)
    return groups


def _html(output: NotebookNode) -> str:
    """An output before its numbers are linked; "" of errors and warnings."""
    data = output.get("data", {})
    if chart := data.get(CHART_MIME):
        return _table(**chart["table"])
    if output.get("name") == "stdout":
        return escape(output.text)
    html = _DERIVED.sub(r"\1", data.get("text/html") or escape(data.get("text/plain", "")))
    return _TITLE.sub(r"<caption><span>\2</span></caption>\1", _STYLE.sub("", html))


def _table(columns: list[str], rows: list[list[Any]]) -> str:
    """The data of a chart; the first column heads the rows."""
    body = "".join(f"<tr>{''.join(map(_cell, row, range(len(row))))}</tr>" for row in rows)
    numeric = {
        place for row in rows for place, value in enumerate(row) if _is_number(value) and place
    }
    head = "".join(
        f'<th scope="col"{" class=number" if place in numeric else ""}>{escape(column)}</th>'
        for place, column in enumerate(columns)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any, place: int) -> str:
    if place == 0:
        return f'<th scope="row">{escape(str(value))}</th>'
    if _is_number(value):
        return (
            f'<td class="number">{format(value, ",d" if isinstance(value, int) else ",.10g")}</td>'
        )
    words = {None: "not published", True: "yes", False: "no"}
    return f"<td>{escape(str(words.get(value, value)))}</td>"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class _Linker(HTMLParser):
    """Copies HTML, its numbers made links and its tables freed of what only a style of their own used."""

    def __init__(self, group: Group, ledger: str, published: str, count: int) -> None:
        super().__init__(convert_charrefs=False)
        self._group, self._ledger, self._published, self._count = group, ledger, published, count
        self._out: list[str] = []
        self._text = ""
        """Of the paragraph or cell so far."""
        self._starts: list[tuple[int, Number]] = []
        """The numbers in it, each with its place."""
        self._unlinked = 0
        """How many elements are open in which no number is made a link."""
        self._columns: list[str] = []
        self._row, self._column = "", -1
        self._frame = False
        """Whether the table is pandas' own, all of whose cells may be numbers."""
        self._numeric = False
        """Whether digits alone are a number in this cell, and not a code or a name."""

    def link(self, html: str) -> str:
        self.feed(html)
        self.close()
        self._end_block("")
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._end_block("")
        self._unlinked += tag in _UNLINKED
        if tag == "a" and given.get("href", "").startswith(PUBLISHED):
            number = self._number("", len(self._text))
            number.figure = self._published + given["href"].removeprefix(PUBLISHED)
            number.statistic = given.get("title", "published")
            self._out.append(f'<a id={number.anchor} class=figure href="{escape(number.figure)}">')
        elif tag in _TABLE:
            self._out.append(self._start_part(tag, given, given.get("class", "").split()))
        else:
            self._out.append(self.get_starttag_text() or "")

    def _start_part(self, tag: str, given: dict[str, str], classes: list[str]) -> str:
        """The plainest form of the tag of a table, of a part of it, a row or a cell."""
        look = "number" if _NUMERIC & {*classes} else "source" if "gt_sourcenote" in classes else ""
        if tag == "table":
            self._frame = "dataframe" in classes
        elif tag == "thead":
            self._columns = []
        elif tag == "tr":
            self._column = -1
        elif tag in ("td", "th") and look != "source":
            self._column += 1
            self._numeric = look == "number" or (self._frame and tag == "td")
        kept = {
            name: given[name]
            for name in ("scope", "colspan", "rowspan")
            if given.get(name, "1") != "1"
        }
        kept |= {"class": look or "number"} if look or (self._frame and tag == "td") else {}
        return (
            " ".join([f"<{tag}", *(f'{name}="{escape(value)}"' for name, value in kept.items())])
            + ">"
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._unlinked -= tag in _UNLINKED
        if tag == "a" and self._starts:
            start, number = self._starts[-1]
            number.shown = number.shown or self._text[start:]
        if tag in _BLOCKS:
            self._end_block(tag)
        self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        start = len(self._text)
        self._text += data
        if not self._unlinked and (self._column < 0 or self._numeric or not _CODE.fullmatch(data)):
            data = NUMBER.sub(lambda found: self._linked(found[0], start + found.start()), data)
        self._out.append(data)

    def handle_entityref(self, name: str) -> None:
        self._text += unescape(f"&{name};")
        self._out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_entityref(f"#{name}")

    def _linked(self, shown: str, start: int) -> str:
        anchor = self._number(shown, start).anchor
        return f"<a id={anchor} href={self._ledger}{anchor}>{shown}</a>"

    def _number(self, shown: str, start: int) -> Number:
        number = Number(f"n{self._count + len(self._group.numbers) + 1}", shown)
        self._group.numbers.append(number)
        self._starts.append((start, number))
        return number

    def _end_block(self, tag: str) -> None:
        """Say what the numbers of a paragraph or cell are, once all of it is read."""
        text = " ".join(self._text.split())
        if self._column >= 0:
            if tag == "th" and self._unlinked:
                self._columns.append(text)
            elif self._column == 0 and text:
                self._row = text
            column = self._columns[self._column] if self._column < len(self._columns) else ""
        elif tag == "caption":
            self._group.title = text
        elif tag == "td":
            self._group.source = text.removeprefix("Source: ")
        for start, number in self._starts:
            number.what = (
                f"{self._row} · {column}" if self._column >= 0 else _sentence(self._text, start)
            )
        self._starts, self._text = [], ""


def _sentence(text: str, start: int) -> str:
    """The sentence, or its clause, around a place in a text."""
    ends = [0, *(end.end() for end in _SENTENCE_END.finditer(text)), len(text)]
    after = next((place for place, end in enumerate(ends) if end > start), -1)
    return " ".join(text[ends[after - 1] : ends[after]].split())
