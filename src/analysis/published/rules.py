"""Does a table keep the rules the data package states for it? One line for each failure."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandas.api.types import is_numeric_dtype
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from analysis.published.package import TableField, TableSchema, resource_of
from analysis.published.paths import RAW
from common.errors import InputError, nearest

_PLAIN_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBERS = {"int64": "a whole number", "float64": "a number"}


def validate(frame: pd.DataFrame, table: str, origin: str = "", folder: Path = RAW) -> pd.DataFrame:
    """A table with its types, once it is known to keep every rule of the data package.

    Args:
        frame: the rows, as text or typed; an empty cell is NaN or "". A row's index + 2 is its row
            in the file, whose header is row 1.
        table: the raw table whose rules hold, such as `oews-state.csv`.
        origin: the file to name in messages, where it is another than `table`.
        folder: where the data package is.

    Returns:
        Integers as int64, numbers as float64 (an empty cell is NaN), text as str (an empty cell
        is "").

    Raises:
        InputError: one line for each failure, with the file, row and column, the value found and
            what was expected.
    """
    rules = resource_of(table, folder).rules
    schema = _schema(rules)
    frame = frame.mask(frame.eq(""))
    lines = dict.fromkeys(_odd_numbers(frame, rules.types))  # two rules can fail in the same words
    try:
        valid = schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            lines |= dict.fromkeys(_lines(error, frame, schema))
    if lines:
        raise InputError("\n".join(f"{origin or table}, {line}" for line in lines))
    text = [column for column, kind in rules.types.items() if kind is str]
    return valid.assign(**{column: valid[column].fillna("") for column in text})


def empty_cell_reasons(text: str) -> dict[str, str]:
    """Why cells are empty, by column: `"suppressed: hourly_p90 annual_p90"` as a dictionary."""
    reasons: dict[str, str] = {}
    for group in filter(None, text.split(";")):
        reason, _, columns = group.partition(":")
        reasons |= dict.fromkeys(columns.split(), reason.strip())
    return reasons


def _odd_numbers(frame: pd.DataFrame, types: dict[str, type]) -> list[str]:
    """Lines on numbers that Python reads and nobody writes: `70_000`, digits of other scripts."""
    lines = []
    for column, cells in frame.items():
        kind = types.get(str(column), str)
        if kind is not str and not is_numeric_dtype(cells):
            texts = cells.dropna().astype(str)
            odd = texts.index[~texts.str.fullmatch(_PLAIN_NUMBER)]
            lines += _cells(odd, cells, _NUMBERS[f"{kind.__name__}64"])
    return lines


def _schema(rules: TableSchema) -> pa.DataFrameSchema:
    checks = [
        _ordered(names[:end]) for names in rules.orderings for end in range(2, len(names) + 1)
    ]
    types = rules.types
    if "empty_cells" in types:
        checks += [_explained(name) for name, kind in types.items() if kind is float]
    columns = {field.name: _column(field, types[field.name]) for field in rules.fields}
    return pa.DataFrameSchema(columns, checks=checks, strict=True, unique=rules.primary_key)


def _column(field: TableField, kind: type) -> pa.Column:
    rule = field.constraints
    checks = []
    if kind is float:
        checks.append(pa.Check.lt(float("inf"), error="a number"))
    if rule.minimum is not None:
        checks.append(pa.Check.ge(rule.minimum, error=f"at least {rule.minimum:.10g}"))
    if rule.maximum is not None:
        checks.append(pa.Check.le(rule.maximum, error=f"at most {rule.maximum:.10g}"))
    if rule.enum is not None:
        checks.append(pa.Check.isin(rule.enum, error=f"one of {', '.join(rule.enum)}"))
    if rule.pattern is not None:
        form = rf"(?a:{rule.pattern})\Z"  # digits are those from 0 to 9
        checks.append(pa.Check.str_matches(form, error=f"the form {rule.pattern}"))
    return pa.Column(kind, checks, nullable=not rule.required, coerce=True)


def _ordered(columns: list[str]) -> pa.Check:
    """The last of the columns is no less than any before it; ties and empty cells are allowed."""
    *before, last = columns

    def holds(frame: pd.DataFrame) -> pd.Series:
        return ~(frame[last] < frame[before].max(axis=1))

    return pa.Check(holds, name=last, error=f"at least {', '.join(before)}")


def _explained(column: str) -> pa.Check:
    """An empty cell has a reason in `empty_cells`, a filled one has none."""

    def holds(frame: pd.DataFrame) -> pd.Series:
        texts = frame["empty_cells"].fillna("")
        listed = texts.map({text: column in empty_cell_reasons(text) for text in texts.unique()})
        return listed == frame[column].isna()

    return pa.Check(holds, name=column, error="a value, or a reason in empty_cells, and never both")


def _lines(error: SchemaError, frame: pd.DataFrame, schema: pa.DataFrameSchema) -> list[str]:
    """What one broken rule says: a line for each row that breaks it."""
    cases = error.failure_cases
    match error.reason_code:
        case SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
            return [f"column {cases} is missing{nearest(cases, frame.columns)}"]
        case SchemaErrorReason.COLUMN_NOT_IN_SCHEMA:
            return [f"column {cases} is not one of the table's{nearest(cases, schema.columns)}"]
        case SchemaErrorReason.DUPLICATES:
            key = ", ".join(schema.unique)
            again = frame.loc[cases["index"].unique(), schema.unique].astype(str)
            found = again.agg(", ".join, axis=1).items()
            return [
                f"row {index + 2}, column {key}: found {values} again" for index, values in found
            ]
        case SchemaErrorReason.DATATYPE_COERCION | SchemaErrorReason.SERIES_CONTAINS_NULLS:
            column = error.schema.name
            expected = _NUMBERS.get(str(schema.columns[column].dtype), "text")
            return _cells(cases["index"], frame[column], expected)
        case SchemaErrorReason.DATAFRAME_CHECK:
            column = error.schema.name or error.check.name
            return _cells(cases["index"], frame[column], error.check.error)
    return []  # a check that could not run, because of a column or type reported elsewhere


def _cells(rows: pd.Series | pd.Index, cells: pd.Series, expected: str) -> list[str]:
    return [
        f"row {index + 2}, column {cells.name}: found {_found(cells[index])}, expected {expected}"
        for index in rows.unique()
    ]


def _found(value: str | float) -> str:
    if pd.isna(value):
        return "nothing"
    return repr(value) if isinstance(value, str) else f"{value:.10g}"
