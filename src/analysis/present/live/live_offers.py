"""Offers of pay among the jobs of their places."""

from collections.abc import Mapping

import pandas as pd

from analysis.methods.distribution import FIVE
from analysis.present.live.live_part import LivePart, script_of, style
from analysis.present.live.live_places import places_data
from common.errors import InputError, nearest
from common.notebook_contract import Live

_MODULES = ("normal", "elements", "offers_model", "places_data", "offers")


def offers(
    pay: pd.DataFrame,
    parities: pd.DataFrame,
    states: pd.DataFrame,
    measured: pd.DataFrame,
    *,
    occupations: Mapping[str, str],
    source: str,
    area: str = "US",
    wage: float = 50_000,
    per: str = "year",
    second: tuple[str, float] | None = None,
    name: str = "live-offers",
) -> LivePart:
    """One offer, or two side by side: rank, what it buys, and what cannot be told apart from it.

    Args:
        pay: OEWS rows of one May (`methods.place_profile.newest`), with `caution`, what to say of a
            figure that rests on few jobs, or "".
        parities: as in `methods.places.at_national_prices`.
        states: the table `states.csv`.
        measured: tables of `methods.distribution.accuracy`.
        occupations: what to call each occupation, by its code; the first is chosen.
        source: where the figures come from.
        area: the place of the offer that stands there first, such as `US-NJ`.
        wage: its pay, in US dollars.
        per: `year` or `hour`.
        second: the place of another offer and its pay of a year; by default there is one offer.
        name: a slug, unique in the notebook; it begins the address of a link.

    Raises:
        InputError: a place is unknown, the pay not above 0, or `per` neither year nor hour.
    """
    data = places_data(pay, parities, states, occupations)
    codes = [place[0] for place in data["places"]]
    for place, amount in [(area, wage), *([second] if second else [])]:
        if place not in codes:
            raise InputError(f"area: found '{place}'{nearest(place, codes)}")
        if not amount > 0:
            raise InputError(f"wage: found {amount}; expected US dollars, above 0")
    if per not in ("year", "hour"):
        raise InputError(f"per: found '{per}'; expected year or hour")
    first = {"place": area, "amount": wage, "per": per, "job": next(iter(occupations))}
    offered = {"first": first}
    if second:
        offered["second"] = first | {"place": second[0], "amount": second[1], "per": "year"}
    band = float(measured.loc[measured["unit"] == "points", "band_90"].max()) / 100
    content = Live(
        kind="offers",
        name=name,
        label="Weigh an offer",
        script=script_of(_MODULES),
        style=style(),
        data=data | {"probabilities": list(FIVE), "band": band, "source": source} | offered,
        text=[
            "Where a script can run, this is a form: it says where an offer stands among the jobs "
            f"of its place. It holds {len(codes):,} places.",
            source,
        ],
    )
    return LivePart(content)
