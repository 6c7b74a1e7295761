"""Does a table keep the rules the data package states for it? All failures at once, one line each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from analysis.published.package import TYPES, resource_of
from analysis.published.paths import RAW
from common.errors import InputError, nearest

_NUMBERS = {"int64": "a whole number", "float64": "a number"}


def validate(frame: pd.DataFrame, table: str, origin: str = "", folder: Path = RAW) -> pd.DataFrame:
    """A table with its types, once it is known to keep every rule of its entry in the data package.

    Args:
        frame: the rows, as text or typed; an empty cell is NaN or "". A row's index + 2 is its row in the
            file, whose header is row 1.
        table: the raw table whose rules hold, such as `oews-state.csv`.
        origin: the file to name in messages, where it is another than `table`.
        folder: where the data package is.

    Returns:
        Integers as int64, numbers as float64 (an empty cell is NaN), text as str (an empty cell is "").

    Raises:
        InputError: one line a failure, with file, row, column, the value found and what was expected.
    """
    resource = resource_of(table, folder)
    schema = _schema(resource)
    frame = frame.mask(frame.eq(""))
    try:
        valid = schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        lines = dict.fromkeys(
            line for error in errors.schema_errors for line in _lines(error, frame, schema)
        )
        raise InputError("\n".join(f"{origin or table}, {line}" for line in lines)) from None
    text = [field["name"] for field in resource["schema"]["fields"] if field["type"] == "string"]
    return valid.assign(**{column: valid[column].fillna("") for column in text})


def empty_cell_reasons(text: str) -> dict[str, str]:
    """The reason of each empty cell: `"suppressed: hourly_p90 annual_p90"` as a dictionary by column."""
    groups = (group.partition(":") for group in text.split(";") if group)
    return {column: reason.strip() for reason, _, columns in groups for column in columns.split()}


def _schema(resource: dict[str, Any]) -> pa.DataFrameSchema:
    rules = resource["schema"]
    fields = rules["fields"]
    checks = [
        _ordered(names[:end])
        for names in rules.get("orderings", [])
        for end in range(2, len(names) + 1)
    ]
    if any(field["name"] == "empty_cells" for field in fields):
        checks += [_explained(field["name"]) for field in fields if field["type"] == "number"]
    columns = {field["name"]: _column(field) for field in fields}
    return pa.DataFrameSchema(columns, checks=checks, strict=True, unique=rules["primaryKey"])


def _column(field: dict[str, Any]) -> pa.Column:
    rule = field.get("constraints", {})
    checks = []
    if field["type"] == "number":
        checks.append(pa.Check.lt(float("inf"), error="a number"))
    if "minimum" in rule:
        checks.append(pa.Check.ge(rule["minimum"], error=f"at least {rule['minimum']}"))
    if "maximum" in rule:
        checks.append(pa.Check.le(rule["maximum"], error=f"at most {rule['maximum']}"))
    if "enum" in rule:
        checks.append(pa.Check.isin(rule["enum"], error=f"one of {', '.join(rule['enum'])}"))
    if "pattern" in rule:
        checks.append(
            pa.Check.str_matches(rf"(?:{rule['pattern']})\Z", error=f"the form {rule['pattern']}")
        )
    return pa.Column(TYPES[field["type"]], checks, nullable=not rule.get("required"), coerce=True)


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


def _lines(error: SchemaError, frame: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[str]:
    """What one broken rule says, a line for each row that breaks it."""
    cases = error.failure_cases
    match error.reason_code:
        case SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
            yield f"column {cases} is missing{nearest(cases, frame.columns)}"
        case SchemaErrorReason.COLUMN_NOT_IN_SCHEMA:
            yield f"column {cases} is not one of the table's{nearest(cases, schema.columns)}"
        case SchemaErrorReason.DUPLICATES:
            for index in cases["index"].unique():
                values = ", ".join(map(str, frame.loc[index, schema.unique]))
                yield f"row {index + 2}, column {', '.join(schema.unique)}: found {values} again"
        case SchemaErrorReason.DATATYPE_COERCION | SchemaErrorReason.SERIES_CONTAINS_NULLS:
            column = error.schema.name
            expected = _NUMBERS.get(str(schema.columns[column].dtype), "text")
            yield from _cells(cases["index"], frame, column, expected)
        case SchemaErrorReason.DATAFRAME_CHECK:
            yield from _cells(
                cases["index"], frame, error.schema.name or error.check.name, error.check.error
            )
        # Left are checks that could not run because of a column or type reported above.


def _cells(rows: pd.Series, frame: pd.DataFrame, column: str, expected: str) -> Iterator[str]:
    for index in rows.unique():
        value = frame.at[index, column]
        found = (
            "nothing"
            if pd.isna(value)
            else repr(value)
            if isinstance(value, str)
            else f"{value:.10g}"
        )
        yield f"row {index + 2}, column {column}: found {found}, expected {expected}"
