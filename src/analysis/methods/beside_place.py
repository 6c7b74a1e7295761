"""What stands beside one place on its page: other occupations, and the places around it."""

import pandas as pd

from analysis.methods.occupations import OCCUPATIONS
from analysis.methods.place_profile import (
    NATION,
    leading,
    missing_cells,
    neighbours,
    states_of,
)
from analysis.methods.places import choose, rank_by_value


def rows_beside(oews: pd.DataFrame, answer: pd.Series) -> pd.DataFrame:
    """The place and the nation in each occupation that the project compares, in one May.

    Args:
        oews: rows of OEWS tables, the nation's among them.
        answer: from `place_profile.answer`.

    Returns:
        Rows of `oews`, those of the answer's occupation first and each place before the nation,
        with `label` and `role` (`here` or `nation`); none where BLS has no row.
    """
    codes = [answer["soc_code"], *(code for code in OCCUPATIONS if code != answer["soc_code"])]
    rows = oews[
        oews["year"].eq(answer["year"])
        & oews["area_code"].isin([answer["area_code"], NATION])
        & oews["soc_code"].isin(codes)
    ]
    national = rows["area_code"].eq(NATION)
    jobs = rows["soc_code"].map(lambda code: OCCUPATIONS[code].jobs.capitalize())
    where = national.map({True: ", United States", False: ", here"})
    order = rows["soc_code"].map(codes.index)
    return (
        rows.assign(label=jobs + where, role=national.map({True: "nation", False: "here"}))
        .iloc[(2 * order + national).argsort(kind="stable")]
        .reset_index(drop=True)
    )


def around(oews: pd.DataFrame, states: pd.DataFrame, answer: pd.Series, count: int) -> pd.DataFrame:
    """The first neighbours of a place by their median, then its states and the nation.

    Args:
        oews: rows of OEWS tables, the nation's among them.
        states: the table `states.csv`.
        answer: from `place_profile.answer`.
        count: how many neighbours at most; the place itself is always one, if it has a median.

    Returns:
        Rows of `oews` with `label` and `role` (`here`, `nation`, or `bls` for others).
    """
    area, occupation, year = answer["area_code"], answer["soc_code"], answer["year"]
    held = oews.query("soc_code == @occupation and year == @year")
    local = held[held["area_type"] != "national"]
    published = choose(local, occupation, year)
    near = published[published["area_code"].isin(neighbours(local, states, area)["area_code"])]
    ranked = leading(rank_by_value(near), area, count)
    within = [NATION, *("US-" + letters for letters in states_of(local, states)[area])]
    wider = held[held["area_code"].isin(within) & held["area_code"].ne(area)]
    wider = wider.sort_values("annual_median", ascending=False)
    rows = pd.concat([ranked, wider], ignore_index=True)
    rank = rows["rank"].map("{:.0f}. ".format, na_action="ignore").fillna("")
    role = rows["area_code"].map({area: "here", NATION: "nation"}).fillna("bls")
    return rows.assign(label=rank + rows["area_title"].replace("U.S.", "United States"), role=role)


def gaps(beside: pd.DataFrame) -> dict[str, str]:
    """What the table lacks of each occupation in a place, and why; "nothing" where it is whole.

    Args:
        beside: from `rows_beside`.
    """
    own = beside[beside["role"] == "here"].set_index("soc_code")
    return {
        words.jobs: (missing_cells(own.loc[code]) or "nothing")
        if code in own.index
        else "not in the table for this place"
        for code, words in OCCUPATIONS.items()
    }
