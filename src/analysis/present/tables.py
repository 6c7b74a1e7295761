"""Tables: as data for a page, and with a caption and a source note for JupyterLab."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd

from analysis.present.formats import FORMATS, readable, written
from analysis.present.values import USD, Value
from common import notebook_contract
from common.errors import InputError, nearest
from common.notebook_contract import (
    LEDGER,
    NOT_PUBLISHED,
    TABLE_MIME,
    Column,
    Drawn,
    Origin,
    Traced,
    in_words,
)

_TEXTS = ("text", "folded")
_ROWS_IN_PLAIN, _LETTERS_IN_PLAIN = 20, 50


class Table:
    """A table that a cell shows by naming it last; its first column heads the rows.

    A cell that holds a `Value` leads to where it comes from. So does any other with `figure_ids`.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        name: str,
        title: str,
        source: str,
        *,
        formats: Mapping[str, str] | None = None,
        missing: str = NOT_PUBLISHED,
        filter_by: str = "",
        figure_ids: Mapping[str, str] | None = None,
        areas: Mapping[str, str] | None = None,
    ) -> None:
        """Take the rows in their order: `frame.query(...).pipe(Table, "places", title, source)`.

        Args:
            frame: `effect_usd` becomes the heading "Effect USD".
            name: a slug, unique in the notebook: the anchor of the table.
            title: what the table shows.
            source: where its figures come from.
            formats: by column, one of `formats.FORMATS`, `text`, or `folded` for text of which a
                page shows the first sentence until the rest is unfolded. Others are written by
                their type and unit.
            missing: what an empty cell means.
            filter_by: a column by whose values a reader of the page can choose rows.
            figure_ids: by column, the column with the `figure_id` that each of its cells shows, or
                "" for none; such columns of ids are not shown.
            areas: by column, the column with the `area_code` of the place that each of its cells
                names; such columns of codes are not shown either.

        Raises:
            InputError: there is no such column or format.
        """
        formats, figure_ids, areas = formats or {}, figure_ids or {}, areas or {}
        behind = {*figure_ids.values(), *areas.values()}
        named = [*formats, *figure_ids, *areas, *behind, *([filter_by] if filter_by else [])]
        _check_known(f"table {name}", "column", named, frame.columns)
        _check_known(f"table {name}", "format", formats.values(), [*FORMATS, *_TEXTS])
        shown = frame.drop(columns=[*behind])
        kinds = {column: formats.get(column) or _kind(shown[column]) for column in shown}
        cells = []
        for column, kind in kinds.items():
            where = f"table {name}, column {column}"
            ids = frame[figure_ids[column]] if column in figure_ids else [""] * len(frame)
            pairs = zip(shown[column], ids, strict=True)
            texts = [_cell(value, kind, missing, one, where) for value, one in pairs]
            if column in areas:
                codes = frame[areas[column]]
                texts = [Traced(**text, area=code) for text, code in zip(texts, codes, strict=True)]
            cells.append(texts)
        self.content = notebook_contract.Table(
            name=name,
            title=title,
            source=source,
            columns=[_column(column, kind) for column, kind in kinds.items()],
            rows=[list(row) for row in zip(*cells, strict=True)],
        )
        if filter_by:
            self.content["filter_by"] = readable(filter_by)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            TABLE_MIME: self.content,
            "text/html": _html(self.content),
            "text/plain": _plain(self.content),
        }


def drawn(data: pd.DataFrame) -> Drawn:
    """The data of a chart, one row per mark; of a `Value` also where it comes from."""
    plain = data.astype(object).where(data.notna(), None).to_numpy().tolist()
    rows = [[float(cell) if isinstance(cell, Value) else cell for cell in row] for row in plain]
    table = Drawn(columns=[readable(column) for column in data], rows=rows)
    if any(isinstance(cell, Value) for row in plain for cell in row):
        table["origins"] = [
            [cell.origin if isinstance(cell, Value) else Origin() for cell in row] for row in plain
        ]
    return table


def _check_known(where: str, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"{where}: there is no {what} {name!r}{nearest(name, known)}")


def _kind(values: pd.Series) -> str:
    """How a column is written that names no format."""
    known = values.dropna()
    if len(known) and all(isinstance(value, Value) for value in known):
        return "usd" if {value.unit for value in known} == {USD} else "number"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


def _column(name: str, kind: str) -> Column:
    column = Column(heading=readable(name), numeric=kind in FORMATS)
    if kind == "folded":
        column["folded"] = True
    return column


def _cell(value: Any, kind: str, missing: str, figure_id: Any, where: str) -> Traced:
    if pd.isna(value):
        return Traced(text=missing)
    text = str(value) if kind in _TEXTS else written(value, kind, where)
    if isinstance(value, Value):
        return value.traced(text)
    published = Origin(figure_id=figure_id) if pd.notna(figure_id) and figure_id else Origin()
    return Traced(text=text, **published)


def _plain(table: notebook_contract.Table) -> str:
    """The table for a terminal; of a long one the first and the last rows, as pandas has it."""
    headings = [column["heading"] for column in table["columns"]]
    texts = [[cell["text"] for cell in row] for row in table["rows"]]
    return pd.DataFrame(texts, columns=headings).to_string(
        index=False, max_rows=_ROWS_IN_PLAIN, max_colwidth=_LETTERS_IN_PLAIN
    )


def _html(table: notebook_contract.Table) -> str:
    """The table for JupyterLab, which aligns all cells on the right unless told otherwise."""
    columns = table["columns"]
    left = ' style="text-align: left"'
    styles = ["" if column["numeric"] else left for column in columns]
    heads = [
        f'<th scope="col"{style}>{escape(column["heading"])}</th>'
        for column, style in zip(columns, styles, strict=True)
    ]
    body = []
    for row in table["rows"]:
        texts = [_linked(cell) for cell in row]
        cells = [f"<td{style}>{text}</td>" for text, style in zip(texts, styles, strict=True)]
        first = f'<th scope="row"{styles[0]}>{texts[0]}</th>'
        body.append(f"<tr>{''.join([first, *cells[1:]])}</tr>\n")
    return (
        f"<table><caption>{_without_mathematics(table['title'])}</caption>"
        f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>{''.join(body)}</tbody></table>"
        f"<p>Source: {_without_mathematics(table['source'])}</p>"
    )


def _linked(cell: Traced) -> str:
    """A cell with a link to the row of its figure, or its origin when pointed at."""
    text, said = _without_mathematics(cell["text"]), escape(in_words(cell))
    if "figure_id" in cell:
        title = f' title="{said}"' if said else ""
        return f'<a class="figure" href="{LEDGER}{escape(cell["figure_id"])}"{title}>{text}</a>'
    return f'<span title="{said}">{text}</span>' if said else text


def _without_mathematics(text: str) -> str:
    """Escaped text in which JupyterLab finds no mathematics between two dollar signs."""
    first, *others = escape(text).split("$")
    return first + "".join(f"<span>$</span>{other}" for other in others)
