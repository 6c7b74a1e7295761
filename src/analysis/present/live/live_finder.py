"""A box that finds a place by state, city, county, ZIP code or code."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.present.live.live_part import LivePart, script_of, style
from analysis.present.live.live_places import places_data
from common.notebook_contract import Live

_MODULES = ("elements", "places_data", "finder_model", "finder")


def finder(
    pay: pd.DataFrame,
    parities: pd.DataFrame,
    states: pd.DataFrame,
    counties: pd.DataFrame,
    cities: pd.DataFrame,
    zip_areas: pd.DataFrame,
    *,
    occupations: Mapping[str, str],
    source: str,
    name: str = "find",
) -> LivePart:
    """A box that finds a place and says at once what its jobs pay.

    Args:
        pay: OEWS rows of one May, with `caution`; see `live.offers`.
        parities: as in `methods.places.at_national_prices`.
        states: the table `states.csv`.
        counties: the table `counties.csv`.
        cities: the table `cities.csv`.
        zip_areas: the table `zip-areas.csv`.
        occupations: what to call each occupation, by its code.
        source: where the figures come from.
        name: a slug, unique in the notebook; it begins the address of a link.
    """
    data = places_data(pay, parities, states, occupations)
    codes = [place[0] for place in data["places"]]
    names = {
        "cities": _by_place(cities["city"], cities["area_code"] + " " + cities["state"]),
        "counties": _counties(counties, states),
        "zips": _runs(zip_areas, codes),
    }
    content = Live(
        kind="finder",
        name=name,
        label="Find a place",
        script=script_of(_MODULES),
        style=style(),
        data=data | names | {"source": source},
        text=["Where a script can run, this is a box that finds a place.", source],
    )
    return LivePart(content)


def _by_place(names: pd.Series, places: pd.Series) -> dict[str, str]:
    """Names by the place and the state that they are in, parted by a bar."""
    return names.groupby(places).agg("|".join).to_dict()


def _counties(counties: pd.DataFrame, states: pd.DataFrame) -> dict[str, str]:
    """The counties of metropolitan areas, each with its area, and of others with their state."""
    postal = states.set_index("area_title")["area_code"].str.removeprefix("US-")
    rows = counties.assign(
        state=counties["state"].map(postal).fillna("PR"),
        county=counties["county"].str.split(" + ", regex=False),
    ).explode("county")
    metropolitan = rows["cbsa_type"].str.startswith("Metropolitan")
    area = ("CBSA-" + rows["cbsa_code"]).where(metropolitan, "US-" + rows["state"])
    return _by_place(rows["county"], area + " " + rows["state"])


def _runs(zip_areas: pd.DataFrame, codes: list[str]) -> str:
    """Runs of ZIP codes, each its distance from the one before and its place, in base 36.

    A place that holds no pay, such as a territory, stands after all others.
    """
    places = {code: place for place, code in enumerate(codes)}
    steps = zip_areas["first_zip"].astype(int).diff().fillna(zip_areas["first_zip"].astype(int))
    found = zip_areas["area_code"].map(places).fillna(len(codes))
    pairs: Any = zip(steps.astype(int), found.astype(int), strict=True)
    return " ".join(f"{np.base_repr(s, 36)},{np.base_repr(p, 36)}".lower() for s, p in pairs)
