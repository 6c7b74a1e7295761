"""Tables: as data for a page, and with a caption and a source note for JupyterLab."""

from collections.abc import Mapping
from html import escape

import pandas as pd
from IPython.display import display

from analysis.present.display import readable
from analysis.present.prose import dollars_apart, percent, to_ledger, usd
from common.notebook_contract import NOT_PUBLISHED, TABLE_MIME, Cell, Column, Table

_TEXTS = {"text": str, "folded": str}
_NUMBERS = {
    "usd": usd,
    "signed usd": lambda value: usd(value, signed=True),
    "percent": percent,
    "ratio": "{:.2f}".format,
    "number": "{:,.10g}".format,
}


def show_table(
    frame: pd.DataFrame,
    name: str,
    title: str,
    source: str,
    formats: Mapping[str, str] | None = None,
    missing: str = NOT_PUBLISHED,
    filter_by: str = "",
    figure_ids: Mapping[str, pd.Series] | None = None,
) -> None:
    """Show a table whose first column heads the rows.

    Args:
        frame: `effect_usd` becomes the heading "Effect USD".
        name: a slug, unique in the notebook.
        title: what the table shows.
        source: where its figures come from.
        formats: by column, `usd`, `signed usd`, `percent` (of a share from 0 to 1) or `ratio`; or
            `folded` for text of which a page shows the first sentence until the rest is unfolded.
        missing: what an empty cell means.
        filter_by: a column by whose values a reader of the page can choose rows.
        figure_ids: by column, the `figure_id` of the published figure in each row of `frame`, or
            ""; such a cell leads to its row in the ledger.
    """
    kinds = dict.fromkeys(frame, "text") | dict.fromkeys(frame.select_dtypes("number"), "number")
    kinds |= dict(formats or {})
    none = pd.Series("", index=range(len(frame)))
    cells = [
        _cells(frame[column], kinds[column], missing, (figure_ids or {}).get(column, none))
        for column in frame
    ]
    table = Table(
        name=name,
        title=title,
        source=source,
        columns=[_column(column, kinds[column]) for column in frame],
        rows=[list(row) for row in zip(*cells, strict=True)],
    )
    if filter_by:
        table["filter_by"] = readable(filter_by)
    shown = {TABLE_MIME: table, "text/html": _html(table), "text/plain": _plain(table)}
    display(shown, raw=True)


def _column(name: str, kind: str) -> Column:
    column = Column(heading=readable(name), numeric=kind in _NUMBERS)
    if kind == "folded":
        column["folded"] = True
    return column


def _cells(values: pd.Series, kind: str, missing: str, figure_ids: pd.Series) -> list[Cell]:
    write = (_TEXTS | _NUMBERS)[kind]
    texts = values.map(write, na_action="ignore").astype(object).fillna(missing)
    shown = figure_ids.fillna("").where(values.notna().to_numpy(), "")
    return [
        Cell(text=text, figure_id=figure_id) if figure_id else Cell(text=text)
        for text, figure_id in zip(texts, shown, strict=True)
    ]


def _plain(table: Table) -> str:
    headings = [column["heading"] for column in table["columns"]]
    texts = [[cell["text"] for cell in row] for row in table["rows"]]
    return pd.DataFrame(texts, columns=headings).to_string(index=False)


def _html(table: Table) -> str:
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
        texts = [to_ledger(cell.get("figure_id", ""), cell["text"]) for cell in row]
        cells = [f"<td{style}>{text}</td>" for text, style in zip(texts, styles, strict=True)]
        first = f'<th scope="row"{styles[0]}>{texts[0]}</th>'
        body.append(f"<tr>{''.join([first, *cells[1:]])}</tr>\n")
    return dollars_apart(
        f"<table><caption>{escape(table['title'])}</caption>"
        f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>{''.join(body)}</tbody></table>"
        f"<p>Source: {escape(table['source'])}</p>"
    )
