"""Tables with a caption, aligned digits and a source note."""

import re
from collections.abc import Mapping
from html import escape

import pandas as pd
from great_tables import GT
from IPython.display import display

from analysis.present.display import readable
from analysis.present.prose import percent, to_ledger, usd

NOT_PUBLISHED = "not published"
_FORMATS = {
    "usd": usd,
    "signed usd": lambda value: usd(value, signed=True),
    "percent": percent,
    "ratio": "{:.2f}".format,
    "number": "{:,.10g}".format,
}


def _fold(text: str) -> str:
    """The first sentence, and the others behind a disclosure."""
    first, *others = re.split(r"(?<=[.!?])\s+(?=[A-Z])", text, maxsplit=1)
    rest = "".join(f"<details><summary>more</summary>{escape(other)}</details>" for other in others)
    return escape(first) + rest


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
    """Show a table: the first column heads each row, numbers are aligned right, missing ones said.

    Args:
        frame: `effect_usd` becomes the heading "Effect USD".
        name: a slug, unique in the notebook.
        title: what the table shows.
        source: where its figures come from.
        formats: by column, `usd`, `signed usd`, `percent` (of a share from 0 to 1) or `ratio`; `folded` for
            text of which the first sentence is shown and the rest unfolds.
        missing: what an empty number means.
        filter_by: a column by whose values a reader can choose rows, on the page.
        figure_ids: by column, the `figure_id` of the published figure in each row of `frame`, or ""; such a
            cell leads to its row in the ledger.
    """
    formats = dict.fromkeys(frame.select_dtypes("number"), "number") | dict(formats or {})
    numbers = {
        column: frame[column].map(_FORMATS[kind], na_action="ignore").astype(object).fillna(missing)
        for column, kind in formats.items()
        if kind != "folded"
    }
    folded = [readable(column) for column, kind in formats.items() if kind == "folded"]
    shown = frame.assign(**numbers).rename(columns=readable)
    links = {
        readable(column): [
            to_ledger(figure_id, str(text)) if figure_id and known else escape(str(text))
            for figure_id, text, known in zip(
                ids.fillna(""), shown[readable(column)], frame[column].notna(), strict=True
            )
        ]
        for column, ids in (figure_ids or {}).items()
    }
    made = (
        GT(shown.assign(**links), rowname_col=shown.columns[0], id=name)
        .tab_header(title)
        .tab_stubhead(shown.columns[0])
        .tab_source_note(f"Source: {source}")
        .cols_align("right", columns=[readable(column) for column in numbers])
        .fmt(_fold, columns=folded)
        .fmt(str, columns=[*links])
    )
    html = made.as_raw_html()
    if folded:  # long text: on a phone the cells of a row stand below one another
        html = f'<div class="stacked">{html}</div>'
    if filter_by:
        html = f'<div data-filter="{escape(readable(filter_by))}">{html}</div>'
    display({"text/html": html, "text/plain": shown.to_string(index=False)}, raw=True)
