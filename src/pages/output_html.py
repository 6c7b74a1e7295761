"""Turns the outputs of cells into HTML whose numbers are links."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

from markupsafe import Markup
from nbconvert.filters import ansi2html, strip_ansi
from nbformat import NotebookNode

from common.errors import InputError
from common.notebook_contract import (
    AREA_LINK,
    CHART_MIME,
    LIVE_MIME,
    NOT_PUBLISHED,
    PALETTE,
    PROSE_MIME,
    ROWS_WRITTEN,
    TABLE_MIME,
    LiveCode,
    Prose,
    Traced,
    in_words,
    live_element,
)
from common.safe_files import digest_of
from pages.markdown import markdown_html, math_html
from pages.number_links import Linker, name_sentences, origin_of

_PICTURES = ("image/png", "image/jpeg", "image/gif")
# What stands for a text in Markdown until that is HTML, in characters that no text holds.
_SLOT = re.compile("\ue000(\\d+)\ue001")
_MARKS = re.compile(r"[*`#\ue000\ue001]|^- |(?<!\w)_|_(?!\w)", re.MULTILINE)
_AREA = re.compile(rf'<a href="{AREA_LINK}(?P<code>[^"]*)"[^>]*>(?P<drawn>.*?)</a>', re.DOTALL)
_STYLE = re.compile(r' style="([^"<&]*)"(?=[ >])')
_FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_SHORT_CODE = re.compile(r"(?=.{3,12}$)\w+(?:-\w+)+")
"""Such as 29-2072, which is no two words."""


@dataclass(frozen=True)
class Shown:
    """An output as a page shows it."""

    kind: str
    """`chart`, `table`, `live`, `prose`, `picture`, `text`, `stdout`, `stderr`, `error`, or `end`
    for the error that ended the page."""
    html: Markup
    """Of a chart, its data as a table."""
    title: str = ""
    group: int = 0
    """The place of its numbers among the groups of the page, counted from one; 0 without any."""
    chart: Mapping[str, Any] | None = None
    svg: str = ""
    phone_svg: str = ""
    first_row: Mapping[str, str] = field(default_factory=dict)
    """Of a table of this project, the cells of its first row as HTML, by heading."""
    live: LiveCode | None = None


def show_outputs(cell: NotebookNode, position: int, linker: Linker) -> list[Shown]:
    """The outputs of a cell, each with the numbers and places in it made links.

    What a notebook says of the tables that it wrote is told at the foot of the page.

    Args:
        cell: with outputs, or of another kind and without.
        position: of the cell in its notebook.
        linker: of the page.
    """
    outputs = [output for output in cell.get("outputs", ()) if not rows_written(output)]
    return [_show(output, cell, position, linker) for output in outputs]


def rows_written(output: NotebookNode) -> dict[str, int]:
    """By path, the rows of the tables that an output says were written, if it says no more."""
    if output.get("name") != "stdout":
        return {}
    told = [line.partition(ROWS_WRITTEN) for line in output.text.splitlines()]
    if not all(rows.isdigit() for rows, _, _ in told):
        return {}
    return {path: int(rows) for rows, _, path in told}


def slug(name: str) -> str:
    """A chart's or table's name as its anchor and as a part of file names."""
    return re.sub(r"[^\w-]+", "-", name)


def _show(output: NotebookNode, cell: NotebookNode, position: int, linker: Linker) -> Shown:
    data = output.get("data", {})
    chart, table, live = data.get(CHART_MIME), data.get(TABLE_MIME), data.get(LIVE_MIME)
    svg, phone_svg, first_row = "", "", {}
    with linker.group(position, "index" in cell.metadata.get("tags", [])) as group:
        if chart:
            kind, html = "chart", _drawn(chart, linker)
            group.title, group.source = chart["alt"], chart["source"]
            svg = _drawing(data["image/svg+xml"], linker)
            phone_svg = _drawing(chart.get("phone", ""), linker)
        elif table:
            group.title, group.source = table["title"], table["source"]
            rows = [_linked_row(row, table, linker) for row in table["rows"]]
            kind, html = "table", _table(table, rows)
            headings = [column["heading"] for column in table["columns"]]
            first_row = dict(zip(headings, rows[0], strict=True)) if rows else {}
        elif prose := data.get(PROSE_MIME):
            kind, html = "prose", _prose(prose, linker)
        elif live:
            _check_live(live)
            kind, html = "live", live_element(data["text/html"])
        else:
            kind, html = _plain(output, linker)
    count = len(linker.groups) if group.numbers else 0
    return Shown(kind, Markup(html), group.title, count, chart, svg, phone_svg, first_row, live)


def _prose(prose: Prose, linker: Linker) -> str:
    """Sentences as HTML, each number in them a link, beside which stands what made it."""
    markdown, plain = "", ""
    texts: list[str] = []
    for part in prose["parts"]:
        if isinstance(part, str):
            markdown += re.sub("[\ue000\ue001]", "", part)
            paragraphs = re.split(r"\n\s*\n", _MARKS.sub("", part))
            plain += "\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
            continue
        markdown += f"\ue000{len(texts)}\ue001"
        if "area" in part:
            texts.append(linker.place(part["text"], part["area"]))
        elif part.keys() == {"text"}:
            texts.append(escape(part["text"], quote=False))
        else:
            html = linker.traced(part, len(plain))
            if known := linker.origins.of("", part.get("code", ""), {}):
                linker.numbers[-1].origin = known
            texts.append(html + _explanation(linker))
        plain += part["text"]
    name_sentences(plain, linker.numbers)
    html, _ = markdown_html(markdown)
    return _SLOT.sub(lambda slot: texts[int(slot[1])], html)


def _explanation(linker: Linker) -> str:
    """What made the last number, to be opened at it; nothing of a published or a plain one.

    It repeats the number as a link to its row, since the number itself then opens it.
    """
    number = linker.numbers[-1]
    if "figure_id" in number.origin or not in_words(number.origin):
        return ""
    shown = escape(number.shown, quote=False)
    how = linker.explained(number.origin)
    row = f"<a href={linker.row(number)}>{shown}</a>"
    return f"<span popover id={number.anchor}-how>{row} = {how}</span>"


def _check_live(live: LiveCode) -> None:
    """Refuses a script or a style that would end before its end."""
    for part, text in (("script", live["script"]), ("style", live["style"])):
        if re.search(rf"</{part}|<!--|\r", text, re.IGNORECASE):
            raise InputError(
                f"live part {live['name']!r}: its {part} holds '</{part}', '<!--' or a carriage "
                "return; expected none of them"
            )


def _plain(output: NotebookNode, linker: Linker) -> tuple[str, str]:
    """The kind and the HTML of an output that is neither chart nor table of this project."""
    if output.output_type == "error":
        return "error", escape(strip_ansi("\n".join(output.traceback)))
    if output.output_type == "stream":
        return output.name, _text(output.text, linker if output.name == "stdout" else None)
    data = output.data
    if "text/html" in data:
        html = linker.html(data["text/html"])
        return "table" if "<table" in html else "prose", html
    if "image/svg+xml" in data:
        return "picture", _picture("image/svg+xml", _base64(data["image/svg+xml"]), data)
    for kind in _PICTURES:
        if kind in data:
            return "picture", _picture(kind, data[kind], data)
    if "text/markdown" in data:
        html, _ = markdown_html(data["text/markdown"])
        return "prose", linker.html(html)
    if "text/latex" in data:
        return "prose", f"<p>{math_html(data['text/latex'].strip().strip('$'), display=True)}</p>"
    return "text", _text(data.get("text/plain", ""), linker)


def _text(text: str, linker: Linker | None) -> str:
    """Printed text, in its colours if it has any; in coloured text no number is a link."""
    if "\x1b" in text:
        return ansi2html(text)
    return linker.text(text) if linker else escape(text)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _picture(kind: str, content: str, data: Mapping[str, str]) -> str:
    alternative = escape(data.get("text/plain", ""))
    return f'<img src="data:{kind};base64,{"".join(content.split())}" alt="{alternative}">'


def _drawing(svg: str, linker: Linker) -> Markup:
    """A chart whose colours follow the reader's light or dark setting, and which leads to places.

    A picture has no links that a screen reader meets, so one with links is called a group.
    """
    for name, colour in PALETTE.items():
        svg = svg.replace(colour, f"var(--{name})")
    leading = _AREA.sub(lambda found: _to_place(found, linker), svg)
    if "<a href" in leading:
        leading = leading.replace('role="img"', 'role="group"', 1)
    return Markup(_with_classes(leading))


def _with_classes(svg: str) -> str:
    """A drawing in which a style that several of its parts have stands once, as that of a class.

    A class is called after what its style holds, so that two drawings do not quarrel.
    """
    often = {style for style, count in Counter(_STYLE.findall(svg)).items() if count > 2}
    names = {style: f"s{digest_of(style.encode())[:6]}" for style in sorted(often)}
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    named = _STYLE.sub(
        lambda found: f" class={names[found[1]]}" if found[1] in names else found[0], svg
    )
    return named.replace(">", f"><style>{rules}</style>", 1) if rules else named


def _to_place(found: re.Match[str], linker: Linker) -> str:
    """A part of a chart as a link to its place, or without one where that leads nowhere."""
    if href := linker.address(found["code"]):
        return f'<a href="{escape(href)}">{found["drawn"]}</a>'
    return f"<g>{found['drawn']}</g>"


def _drawn(chart: Mapping[str, Any], linker: Linker) -> str:
    """The data of a chart as a table."""
    table = chart["table"]
    columns = [
        (heading, place > 0 and any(_is_number(row[place]) for row in table["rows"]))
        for place, heading in enumerate(table["columns"])
    ]
    rows = []
    plain = [[None] * len(columns)] * len(table["rows"])
    for row, origins in zip(table["rows"], table.get("origins", plain), strict=True):
        texts = [
            _written(value, heading, exact=bool(origin))
            for value, heading, origin in zip(row, table["columns"], origins, strict=True)
        ]
        beside = {
            heading: Traced(text=text, **(origin or {}))
            for heading, text, origin in zip(table["columns"], texts, origins, strict=True)
        }
        cells = [
            linker.cell(
                text,
                f"{texts[0]} · {heading}",
                _is_number(value),
                origin,
                linker.origins.of(chart["name"], heading, beside),
            )
            for text, value, heading, origin in zip(
                texts, row, table["columns"], origins, strict=True
            )
        ]
        rows.append(cells)
    return _grid(columns, rows)


def _written(value: str | float | bool | None, heading: str, exact: bool) -> str:
    """A value of a chart's data in words; a fraction that is not published has six digits."""
    if value is None:
        return NOT_PUBLISHED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and not heading.lower().endswith("year"):
        return f"{value:,d}"
    if not isinstance(value, float):
        return str(value)
    if exact or value.is_integer():
        return f"{value:,.10g}"
    return f"{value:,.6g}" if abs(value) < 999_999.5 else f"{value:,.0f}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _linked_row(row: Sequence[Traced], table: Mapping[str, Any], linker: Linker) -> list[str]:
    """The cells of a row of a table of this project as HTML."""
    cells = []
    beside = {column["heading"]: cell for cell, column in zip(row, table["columns"], strict=True)}
    for cell, column in zip(row, table["columns"], strict=True):
        link = partial(
            linker.cell,
            what=f"{row[0]['text']} · {column['heading']}",
            numeric=column["numeric"],
            of_column=linker.origins.of(table["name"], column["heading"], beside),
        )
        if "area" in cell:
            cells.append(linker.place(cell["text"], cell["area"]))
        elif column.get("folded"):
            cells.append(_folded(cell["text"], link))
        else:
            linked = link(cell["text"], origin=origin_of(cell))
            is_code = _SHORT_CODE.fullmatch(cell["text"])
            cells.append(f'<span class="unbroken">{linked}</span>' if is_code else linked)
    return cells


def _table(table: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> str:
    """A table of this project with what a page can do with it."""
    columns = table["columns"]
    heads = [(column["heading"], column["numeric"]) for column in columns]
    html = _grid(heads, rows, table["title"], table["source"], table["name"])
    if any(column.get("folded") for column in columns):
        html = f'<div class="stacked">{html}</div>'
    if filter_by := table.get("filter_by"):
        html = f'<div data-filter="{escape(filter_by)}">{html}</div>'
    return html


def _folded(text: str, link: Callable[[str], str]) -> str:
    """The first sentence of a text, and the others behind a disclosure."""
    first, *others = _FIRST_SENTENCE.split(text, maxsplit=1)
    rest = [f"<details><summary>more</summary>{link(other)}</details>" for other in others]
    return link(first) + "".join(rest)


def _grid(
    columns: Sequence[tuple[str, bool]],
    rows: Iterable[Sequence[str]],
    title: str = "",
    source: str = "",
    name: str = "",
) -> str:
    """A table of cells that are HTML, of which the first in each row is its heading.

    Args:
        columns: the heading of each, and whether it holds numbers.
        rows: their cells.
        title: above the table, or "".
        source: below it, or "".
        name: its anchor, or "".
    """
    classes = [' class="number"' if numeric else "" for _, numeric in columns]
    heads = [
        f'<th scope="col"{number}>{escape(heading)}</th>'
        for (heading, _), number in zip(columns, classes, strict=True)
    ]
    body = []
    for first, *others in rows:
        cells = [
            f"<td{number}>{cell}</td>" for cell, number in zip(others, classes[1:], strict=True)
        ]
        body.append(f'<tr><th scope="row"{classes[0]}>{first}</th>{"".join(cells)}</tr>')
    caption = f"<caption><span>{escape(title)}</span></caption>" if title else ""
    note = f'<td class="source" colspan="{len(columns)}"><span>Source: {escape(source)}</span></td>'
    foot = f"<tfoot><tr>{note}</tr></tfoot>" if source else ""
    anchor = f' id="{escape(slug(name))}"' if name else ""
    return (
        f"<table{anchor}>{caption}<thead><tr>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody>{foot}</table>"
    )
