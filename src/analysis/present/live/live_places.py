"""Places and their pay in the form in which live parts carry them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.methods.distribution import CELLS
from analysis.methods.place_profile import states_of
from analysis.methods.places import at_national_prices
from common.errors import InputError

_ORDER = {"national": 0, "state": 1}


def places_data(
    pay: pd.DataFrame,
    parities: pd.DataFrame,
    states: pd.DataFrame,
    occupations: Mapping[str, str],
) -> dict[str, Any]:
    """The places of an OEWS May with the pay of some occupations; the nation first, then states.

    Args:
        pay: OEWS rows of one May, with `caution`, what to say of a figure that rests on few jobs,
            or "".
        parities: as in `methods.places.at_national_prices`.
        states: the table `states.csv`.
        occupations: what to call each occupation, by its code.

    Returns:
        `places` (code, title, letters of its states, price parity and its year), `pay` by
        occupation (the five percentiles in tens of dollars a year, and jobs; 0 where nothing is
        published), `cautions` by occupation (places by what to say), `occupations` and `year`.

    Raises:
        InputError: the rows are of several Mays, or none is of an occupation.
    """
    years = sorted(pay["year"].unique())
    if len(years) != 1:
        raise InputError(f"live places: found the Mays {years}; expected one")
    order = pay["area_type"].map(_ORDER).fillna(2)
    sorted_pay = pay.assign(order=order).sort_values(["order", "area_title", "area_code"])
    places = sorted_pay.drop_duplicates("area_code")
    return {
        "places": _places(places, parities, states),
        "pay": {code: _pay(pay, code, places["area_code"]) for code in occupations},
        "cautions": {code: _cautions(pay, code) for code in occupations},
        "occupations": dict(occupations),
        "year": int(years[0]),
    }


def _places(places: pd.DataFrame, parities: pd.DataFrame, states: pd.DataFrame) -> list[list[Any]]:
    priced = at_national_prices(places.assign(value=places["annual_median"]), parities)
    levels = priced.set_index("area_code")[["price_parity", "price_year"]].to_dict("index")
    within = states_of(places[places["area_type"] != "national"], states).to_dict()
    rows = []
    for code, title in places[["area_code", "area_title"]].itertuples(index=False):
        level = levels.get(code, {"price_parity": None, "price_year": None})
        letters = "-".join(sorted(within.get(code, ())))
        rows.append([code, title, letters, level["price_parity"], level["price_year"]])
    return rows


def _pay(pay: pd.DataFrame, occupation: str, codes: pd.Series) -> list[list[int | None] | int]:
    """Percentiles and jobs of each place, in the order of `codes`."""
    rows = pay[pay["soc_code"] == occupation].set_index("area_code")
    if rows.empty:
        raise InputError(f"live places: no row is of occupation '{occupation}'")
    tens = (rows[list(CELLS.values())] / 10).assign(jobs=rows["employment"])
    held = tens.round().astype("Int64").reindex(codes).astype(object)
    return [
        0 if row[:5].count(None) == 5 else row
        for row in held.where(held.notna(), None).to_numpy().tolist()
    ]


def _cautions(pay: pd.DataFrame, occupation: str) -> dict[str, str]:
    """The codes of places, by what to say of them."""
    rows = pay[pay["soc_code"].eq(occupation) & pay["caution"].ne("")]
    return rows.groupby("caution", sort=False)["area_code"].agg(" ".join).to_dict()
