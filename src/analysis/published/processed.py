"""Where a notebook's tables go and how they are written: whole, and always in the same bytes."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pandas as pd

from analysis.published.ledger import COLUMNS
from analysis.published.paths import PROCESSED, ROOT
from common.notebook_contract import ROWS_WRITTEN
from common.plain_text import for_spreadsheet
from common.safe_files import put_in_place


def load_figures() -> pd.DataFrame:
    """Every published figure, from `data/processed/figures.csv`, in the columns of the ledger.

    Returns:
        One row per number: `analysis.published.ledger.COLUMNS`, all text but `value` (float64, in
        the row's `unit`) and `open_ended` (bool).
    """
    return _figures_in((PROCESSED / "figures.csv").read_bytes()).copy()


@lru_cache(maxsize=1)  # charts need them, too, and the same bytes are read once
def _figures_in(content: bytes) -> pd.DataFrame:
    types = dict.fromkeys(COLUMNS, str) | {"value": float, "open_ended": bool}
    return pd.read_csv(BytesIO(content), dtype=types, na_filter=False)


def save_table(frame: pd.DataFrame, name: str, folder: Path) -> str:
    """Write a table as CSV and say what was written, relative to the project if it lies there."""
    path = folder / name
    frame = frame.rename(columns=for_spreadsheet)
    texts = frame.select_dtypes(exclude=["number", "bool"])
    frame = frame.assign(**{column: texts[column].map(for_spreadsheet) for column in texts})
    content = frame.to_csv(index=False, lineterminator="\n", float_format="%.15g").encode()
    if path.is_relative_to(ROOT):
        put_in_place(path, content, ROOT)
        return f"{len(frame)}{ROWS_WRITTEN}{path.relative_to(ROOT).as_posix()}"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    part.write_bytes(content)
    part.replace(path)
    return f"{len(frame)}{ROWS_WRITTEN}{path.as_posix()}"
