"""BLS's official files of OEWS, read as published (https://www.bls.gov/oes/tables.htm).

Workbooks such as `national_M2024_dl.xlsx`, `state_`, `MSA_`, `BOS_` (nonmetropolitan),
`natsector_`, `nat3d_`, `nat4d_`, `nat5d_6d_` and `all_data_M_2024.xlsx`, the flat files
(`oe.data.0.Current` and its maps, in one folder), and zips of either, from May 2019.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.published.rules import validate
from common.errors import InputError
from intake.limited_process import call_limited
from intake.official_cells import SHOWN
from intake.official_columns import BLS_COLUMNS, EXPECTED, RECORD, VALUES
from intake.official_files import flat_data

__all__ = ["BLS_COLUMNS", "flat_data", "read_workbook"]
_OWN_NAMES = re.compile(rf"\b({'|'.join(VALUES)})\b")
_READ = "intake.official_files:read_official_file"
_SECONDS, _SECONDS_A_MEGABYTE = 6, 1.2
"""Of the processor's time that any file may take to read, and more for its size."""


def read_workbook(
    path: Path, soc_codes: Iterable[str] | None = None, nation_only: bool = False
) -> pd.DataFrame:
    """The rows of an official workbook, zip or folder of flat files, for all its industries.

    Args:
        path: the file, or the folder with the flat files.
        soc_codes: the occupations to read; left out, all: that takes long for the largest files.
        nation_only: whether to read only the rows of the nation and all its industries.

    Returns:
        The columns of the OEWS tables; `group`, the level of the occupation: total, major, minor,
        broad or detailed; `industry_group`, the level of the industry: cross-industry, sector,
        3-digit and so on. BLS repeats some occupations and industries under two levels, so the
        tables' key is unique only within one. Wages in US dollars per hour or year, relative
        standard errors in percent; `source_id` names the file.

    Raises:
        InputError: the file is no such file, takes more memory or time than BLS's own, or cells
            break the tables' rules; all of them are counted, the first `SHOWN` are listed.
    """
    codes = None if soc_codes is None else sorted(soc_codes)
    megabytes = flat_data(path).stat().st_size / 2**20
    seconds = int(_SECONDS + _SECONDS_A_MEGABYTE * megabytes)
    tables = call_limited(_READ, [str(path), codes, nation_only], path.name, seconds)
    rows = pd.concat([_checked(**table) for table in tables], ignore_index=True)
    if rows.empty:
        sought = f"of {', '.join(codes)}" if codes else "of the nation" if nation_only else "at all"
        raise InputError(f"{path.name}: no row is {sought}; expected {EXPECTED}")
    if rows["year"].nunique() > 1:
        years = " and ".join(f"May {year}" for year in sorted(set(rows["year"])))
        raise InputError(f"{path.name} holds {years}; give the workbooks of one year by themselves")
    key = ["year", "area_code", "naics", "own_code", "soc_code", "group", "industry_group"]
    again = rows.loc[rows.duplicated(key), key[:-1]].astype(str)
    if len(again):
        raise InputError(
            f"{path.name}: {', '.join(again.iloc[0])} stands in two of its workbooks; "
            "give one of them by itself"
        )
    return rows.assign(source_id=path.name)


def _checked(place: str, records: list[list[Any]], problems: list[str]) -> pd.DataFrame:
    """The rows of one table once they keep the tables' rules and have no other problems."""
    frame = pd.DataFrame(records, columns=RECORD)
    # In messages, a row is named by its number in the file.
    frame = frame.set_index(frame.pop("row").to_numpy(int) - 2).assign(source_id=place)
    frame = frame.astype(dict.fromkeys(VALUES, float))
    levels = [frame.iloc[:0]]
    for (group, industry_group), level in frame.groupby(["group", "industry_group"]):
        try:
            plain = level.drop(columns=["group", "industry_group"])
            valid = validate(plain, "oews-national.csv", place)
            levels.append(valid.assign(group=group, industry_group=industry_group))
        except InputError as error:
            problems += _OWN_NAMES.sub(lambda own: BLS_COLUMNS[own[0]], str(error)).splitlines()
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise InputError("\n".join([*problems[:SHOWN], *more]))
    return pd.concat(levels).sort_index()
