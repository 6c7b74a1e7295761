"""A box that finds a place by state, city, county, ZIP code or code, and weighs an offer there."""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

import pandas as pd

from analysis.methods.distribution import FIVE
from analysis.present.live.live_part import LivePart, script_of, style
from analysis.present.live.live_places import places_data
from common.errors import InputError
from common.notebook_contract import Live

_MODULES = (
    "normal",
    "elements",
    "offers_model",
    "places_data",
    "finder_data",
    "finder_model",
    "finder",
)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_PAY_WIDTH, _PLACE_WIDTH = 3, 2
_UNKNOWN = "_" * _PAY_WIDTH
_NOWHERE = 64**_PLACE_WIDTH - 1
_MOST_SHARED = 9


def finder(
    pay: pd.DataFrame,
    parities: pd.DataFrame,
    states: pd.DataFrame,
    counties: pd.DataFrame,
    cities: pd.DataFrame,
    zip_areas: pd.DataFrame,
    measured: pd.DataFrame,
    *,
    occupations: Mapping[str, str],
    source: str,
    weigh: str = "",
    name: str = "find",
) -> LivePart:
    """A box that finds a place, says at once what its jobs pay, and where an offer would stand.

    Args:
        pay: OEWS rows of one May, with `caution`; see `live.offers`.
        parities: as in `methods.places.at_national_prices`.
        states: the table `states.csv`.
        counties: the table `counties.csv`.
        cities: the table `cities.csv`.
        zip_areas: the table `zip-areas.csv`.
        measured: tables of `methods.distribution.accuracy`.
        occupations: what to call each occupation, by its code.
        source: where the figures come from.
        weigh: the address of a part made by `live.offers`, or "" for none.
        name: a slug, unique in the notebook; it begins the address of a link.
    """
    data = places_data(pay, parities, states, occupations)
    codes = [place[0] for place in data["places"]]
    packed = {
        "places": "\n".join(_place_line(place) for place in data["places"]),
        "pay": {code: "".join(map(_packed_pay, rows)) for code, rows in data["pay"].items()},
        "price_year": max(place[4] or 0 for place in data["places"]),
        "cities": _packed_names("cities.csv", cities, codes),
        "counties": _packed_names("counties.csv", _counties(counties, states), codes),
        "zips": _packed_runs(zip_areas, codes),
        "band": float(measured.loc[measured["unit"] == "points", "band_90"].max()) / 100,
        "probabilities": list(FIVE),
        "source": source,
        "weigh": weigh,
    }
    content = Live(
        kind="finder",
        name=name,
        label="Find a place",
        script=script_of(_MODULES),
        style=style(),
        data=data | packed,
        text=["Where a script can run, this is a box that finds a place.", source],
    )
    return LivePart(content)


def _packed(number: int, width: int) -> str:
    """A whole number in base 64."""
    digits = "".join(_DIGITS[number // 64**place % 64] for place in reversed(range(width)))
    if number >= 64**width:
        raise InputError(f"live finder: found {number}; expected less than {64**width}")
    return digits


def _place_line(place: list[Any]) -> str:
    code, title, states, parity, _ = place
    return f"{code}|{title}|{states}|{'' if parity is None else parity}"


def _packed_pay(numbers: list[int | None] | int) -> str:
    """Five percentiles in tens of dollars, and the jobs in tens, as BLS rounds them."""
    if isinstance(numbers, int):
        return 6 * _UNKNOWN
    *pay, jobs = numbers
    held = [*pay, None if jobs is None else round(jobs / 10)]
    return "".join(_UNKNOWN if one is None else _packed(one, _PAY_WIDTH) for one in held)


def _packed_names(table: str, names: pd.DataFrame, codes: list[str]) -> dict[str, str]:
    """By state, the names in each place: its number, then each name without what it repeats.

    A digit says how many letters a name shares with the one before.
    """
    if (odd := names[names["city"].str.contains(r"[\d|+]")]["city"]).size:
        raise InputError(f"{table}: found the name {odd.iloc[0]!r}; expected no digit, | or +")
    number = {code: place for place, code in enumerate(codes)}
    known = names[names["area_code"].isin(codes)]
    groups = known.groupby(["state", "area_code"])["city"].agg(_front_coded).reset_index()
    text = (
        groups["area_code"].map(lambda code: _packed(number[code], _PLACE_WIDTH)) + groups["city"]
    )
    return text.groupby(groups["state"]).agg("|".join).to_dict()


def _front_coded(names: Iterable[str]) -> str:
    """Names in order, without letters that they share with the one before: `0Camden7ton`."""
    ordered = sorted(
        name.removesuffix(" County") + "+" * name.endswith(" County") for name in names
    )
    pieces = []
    for before, name in zip(["", *ordered], ordered, strict=False):
        pairs = zip(before, name, strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        shared = min(alike, _MOST_SHARED)
        pieces.append(f"{shared}{name[shared:]}")
    return "".join(pieces)


def _counties(counties: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The counties of metropolitan areas, each with its area, and of others with their state."""
    postal = states.set_index("area_title")["area_code"].str.removeprefix("US-")
    rows = counties.assign(
        state=counties["state"].map(postal).fillna("PR"),
        city=counties["county"].str.split(" + ", regex=False),
    ).explode("city")
    metropolitan = rows["cbsa_type"].str.startswith("Metropolitan")
    area = ("CBSA-" + rows["cbsa_code"]).where(metropolitan, "US-" + rows["state"])
    return rows.assign(area_code=area)


def _packed_runs(zip_areas: pd.DataFrame, codes: list[str]) -> str:
    """Runs of ZIP codes from 00000 on: how many, and in which place; a long one in several.

    A code that is not in use counts to a place if those before and after it do.
    """
    number = {code: place for place, code in enumerate(codes)}
    runs, begin, end, place = "", 0, 0, _NOWHERE
    for row in zip_areas.sort_values("first_zip").itertuples():
        first, last = int(row.first_zip), int(row.last_zip)
        here = number.get(row.area_code, _NOWHERE)
        if here != place:
            runs += _packed_run(end - begin, place) + _packed_run(first - end, _NOWHERE)
            begin, place = first, here
        end = last + 1
    return runs + _packed_run(end - begin, place) + _packed_run(1, _NOWHERE)


def _packed_run(length: int, place: int) -> str:
    whole, rest = divmod(length, 63)
    lengths = [63] * whole + [rest] * bool(rest)
    return "".join(_packed(one, 1) + _packed(place, _PLACE_WIDTH) for one in lengths)
