"""Every published figure in one tidy table, one row per number: `data/processed/figures.csv`."""

import re

import pandas as pd

from analysis.published.package import sources
from analysis.published.paths import ROOT
from analysis.published.pay_statistics import PAY_COLUMNS
from analysis.published.printed import parse_expression
from analysis.published.raw_tables import read_csv
from common.errors import InputError, nearest

COLUMNS = [
    "figure_id",
    "source_id",
    "subject",
    "category",
    "statistic",
    "value",
    "unit",
    "open_ended",
    "period",
    "population",
    "as_published",
    "locator",
]
_UNITS_OF = {"$": ("USD per year",), "%": ("percent",), "year": ("years",), "month": ("months",)}
# AAPC's other dimensions (region, employer and so on) are about no subject of the ledger.
_SUBJECT_OF_DIMENSION = {
    "certification": "national",
    "credential": "credential",
    "credential_titled_coder": "credential",
    "credential_count": "credential_count",
    "education": "education",
    "experience": "experience",
    "role": "role",
}
_SUBJECT_OF_AREA = {
    "national": "national",
    "state": "state",
    "metropolitan": "metro",
    "nonmetropolitan": "metro",
    "territory": "metro",
    "industry": "industry",
}
_SHOWN_IN_AREAS = ["29-2072", "29-9021", "43-3021"]
"""The occupations whose figures in areas are in the ledger; no page shows others there."""


def read_printed(path: str) -> pd.DataFrame:
    """A table of printed figures in the columns of `data/raw/guide-figures.csv`, checked and typed.

    Args:
        path: a CSV, relative to the project or absolute.

    Raises:
        InputError: there is no such file, or it breaks a rule of the guide's table.
    """
    file = ROOT / path
    if not file.is_file():
        near = sorted(other.name for other in file.parent.glob("*.csv"))
        raise InputError(f"guide: there is no file {path}{nearest(file.name, near)}")
    return read_csv(file, "guide-figures.csv", shown=path)


def tidy_figures(published: pd.DataFrame, table: str) -> pd.DataFrame:
    """One row per number from one row per printed figure; a range becomes two, `low` and `high`.

    Args:
        published: `COLUMNS` without `value` and `open_ended`; a statistic may be `range`.
        table: the file's name, for messages.

    Returns:
        The columns of `COLUMNS`, in the order of `published`; `value` in the row's unit.

    Raises:
        InputError: one line for each row that cannot be read, with its row in the file, whose
            header is row 1.
    """
    rows: list[dict] = []
    problems: list[str] = []
    for number, record in enumerate(published.to_dict("records"), start=2):
        try:
            rows += _figures_of(record)
        except InputError as error:
            problems.append(f"{table} row {number} ({record['figure_id']}), {error}")
    if problems:
        raise InputError("\n".join(problems))
    return pd.DataFrame(rows, columns=COLUMNS)


def _figures_of(record: dict) -> list[dict]:
    try:
        parsed = parse_expression(record["as_published"])
    except InputError as error:
        raise InputError(f"column as_published: {error}") from error
    if parsed.mark and record["unit"] not in _UNITS_OF[parsed.mark]:
        expected = " or ".join(_UNITS_OF[parsed.mark])
        raise InputError(
            f"column unit: {record['unit']!r} does not fit {record['as_published']!r}; "
            f"expected {expected}"
        )
    if record["statistic"] != "range":
        if parsed.high is not None:
            raise InputError(
                f"column statistic: {record['as_published']!r} is a range; "
                "expected statistic 'range'"
            )
        return [record | {"value": parsed.low, "open_ended": parsed.open_ended}]
    # A length such as "two-year" is a range whose ends are equal.
    ends = {"low": parsed.low, "high": parsed.low if parsed.high is None else parsed.high}
    figure = record | {"open_ended": parsed.open_ended}
    return [
        figure | {"figure_id": f"{record['figure_id']}-{end}", "statistic": end, "value": value}
        for end, value in ends.items()
    ]


def oews_figures(oews: pd.DataFrame) -> pd.DataFrame:
    """Annual pay in OEWS, one row per cell that is filled; managers and clerks of areas have none.

    Args:
        oews: cross-industry rows of an OEWS table; see `analysis.published.raw_tables.load_oews`.

    Returns:
        The columns of `COLUMNS`; `figure_id` is `oews-2023-us-29-2072-median`, values in USD a
        year. An annual percentile that was computed from the hourly one has that one in
        `as_published`, and its `locator` says so.
    """
    labels = ["year", "area_type", "area_code", "area_title", "soc_code", "soc_title", "source_id"]
    in_areas = oews["area_type"].map(_SUBJECT_OF_AREA) == "metro"
    oews = oews[~in_areas | oews["soc_code"].isin(_SHOWN_IN_AREAS)]
    cells = oews.rename(columns={column: name for name, column in PAY_COLUMNS.items()})
    cells = cells.melt(labels, [*PAY_COLUMNS], "statistic", "value")
    hourly = [column.replace("annual", "hourly") for column in PAY_COLUMNS.values()]
    cells["hourly"] = oews.reindex(columns=hourly).melt()["value"]
    cells = cells.dropna(subset="value")
    computed = _is_computed(cells)
    place, occupation = cells["area_code"], cells["soc_code"]
    figures = cells.assign(
        figure_id=oews_figure_ids(cells, cells["statistic"]),
        subject=cells["area_type"].map(_SUBJECT_OF_AREA),
        category=cells["area_title"],
        unit="USD per year",
        open_ended=False,
        period="May " + cells["year"].astype(str),
        population=occupation + " " + cells["soc_title"] + ", wage and salary jobs",
        as_published=cells["value"]
        .map("{:.0f}".format)
        .mask(computed, cells["hourly"].map("{:.2f} an hour".format)),
        locator=place
        + (", " + occupation + computed.map({False: ", A_", True: ", 2,080 times H_"}))
        + cells["statistic"].str.upper(),
    ).sort_values(["year", "area_code", "soc_code"], kind="stable")
    return figures[COLUMNS].reset_index(drop=True)


def industry_figures(industries: pd.DataFrame) -> pd.DataFrame:
    """Annual pay by employer, as `oews_figures` gives it for places.

    Args:
        industries: rows of the table `industry`; see `analysis.published.raw_tables.load_oews`.

    Returns:
        The columns of `COLUMNS`; `figure_id` is `oews-2025-us-622000-29-2072-mean`.
    """
    return oews_figures(as_places(industries))


def as_places(industries: pd.DataFrame) -> pd.DataFrame:
    """Industries in the columns that say where, so that they are charted and linked as places.

    The code is `US-622000`, the title that of the industry.
    """
    return industries.assign(
        area_type="industry",
        area_code="US-" + industries["naics"],
        area_title=industries["naics_title"],
    )


def _is_computed(cells: pd.DataFrame) -> pd.Series:
    """Whether the project worked a figure out itself, as the data package says of its source."""
    computed = set(sources()["computed"].explode().items())
    pairs = zip(cells["source_id"], cells["statistic"].map(PAY_COLUMNS), strict=True)
    return pd.Series([pair in computed for pair in pairs], index=cells.index, dtype=bool)


def oews_figure_ids(oews: pd.DataFrame, statistic: str | pd.Series) -> pd.Series:
    """The `figure_id` of a statistic in each row of OEWS: `oews-2023-us-nj-29-2072-mean`."""
    place = "oews-" + oews["year"].astype(str) + "-" + oews["area_code"].str.lower()
    return place + "-" + oews["soc_code"] + "-" + statistic


def aapc_figures(surveys: pd.DataFrame) -> pd.DataFrame:
    """AAPC's averages, one row per number that AAPC or a reprint published; not our derivations.

    Args:
        surveys: see `analysis.published.raw_tables.load_aapc`; dimensions without a subject are
            left out.

    Returns:
        The columns of `COLUMNS`; `figure_id` is `aapc-2021-certified`, with `-2` where a second
        reading of the same figure differs.
    """
    kept = surveys[
        surveys["dimension"].isin(_SUBJECT_OF_DIMENSION)
        & ~surveys["weakness"].str.startswith("derived")
    ]
    stem = "aapc-" + (kept["edition"] + " " + kept["category"]).map(_slug)
    again = stem.groupby(stem).cumcount() + 1
    return kept.assign(
        figure_id=stem.where(again == 1, stem + "-" + again.astype(str)),
        subject=kept["dimension"].map(_SUBJECT_OF_DIMENSION),
        open_ended=False,
        period=kept["edition"] + " survey",
        as_published=kept["value"].map("{:,.10g}".format),
    )[COLUMNS].reset_index(drop=True)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
