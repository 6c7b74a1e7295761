"""Tables: as data for a page, and with a caption and a source note for JupyterLab."""

from collections.abc import Mapping

import pandas as pd
from great_tables import GT
from IPython.display import display

from analysis.present.display import readable
from analysis.present.prose import percent, to_ledger, usd
from common.contract import NOT_PUBLISHED, TABLE_MIME, Cell, Column, Table

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
    plain = _frame(table).to_string(index=False)
    display({TABLE_MIME: table, "text/html": _html(table), "text/plain": plain}, raw=True)


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


def _frame(table: Table, linked: bool = False) -> pd.DataFrame:
    """The texts of a table's cells, or `linked` their HTML."""
    headings = [column["heading"] for column in table["columns"]]
    rows = [[_link(cell) if linked else cell["text"] for cell in row] for row in table["rows"]]
    return pd.DataFrame(rows, columns=headings)


def _link(cell: Cell) -> str:
    return to_ledger(cell.get("figure_id", ""), cell["text"])


def _html(table: Table) -> str:
    frame = _frame(table, linked=True)
    numeric = [column["heading"] for column in table["columns"] if column["numeric"]]
    return (
        GT(frame, rowname_col=frame.columns[0], id=table["name"])
        .tab_header(table["title"])
        .tab_stubhead(frame.columns[0])
        .tab_source_note(f"Source: {table['source']}")
        .cols_align("right", columns=numeric)
        .fmt(str, columns=list(frame))
        .as_raw_html()
    )
