"""Offers of pay: where each stands among the jobs of its place, and what it buys."""

import pandas as pd

from analysis.methods.distribution import CELLS, PayDistribution, place
from analysis.methods.place_profile import find_place, states_of
from analysis.methods.places import at_national_prices

_STANDING = ["rank", "likely_low", "likely_high", "certain_low", "certain_high"]


def weigh(
    pay: pd.DataFrame, parities: pd.DataFrame, measured: pd.DataFrame, offers: pd.DataFrame
) -> pd.DataFrame:
    """Each offer among the jobs of its place, and what it buys at the nation's prices.

    Args:
        pay: OEWS rows of one occupation and one May, one per place.
        parities: as in `places.at_national_prices`.
        measured: tables of `distribution.accuracy`.
        offers: `area_code` and `wage`, US dollars a year.

    Returns:
        One row per offer, in order: the place's row of OEWS with `wage`; `rank` and its ranges, as
        from `distribution.place`; `price_parity` (United States = 100), `price_year` and `buys`
        (US dollars a year). What cannot be known is missing.

    Raises:
        InputError: a place is not held.
    """
    rows = [find_place(pay, code) for code in offers["area_code"]]
    asked = pay[pay["area_code"].isin(offers["area_code"])]
    priced = at_national_prices(asked.assign(value=asked["annual_median"]), parities)
    levels = priced.set_index("area_code")[["price_parity", "price_year"]]
    level = levels.reindex(offers["area_code"]).reset_index(drop=True)
    held = pd.DataFrame(rows).reset_index(drop=True).assign(wage=offers["wage"].to_numpy())
    weighed = held.join(_standings(held, held["wage"], measured)).join(level)
    return weighed.assign(buys=weighed["wage"] / (weighed["price_parity"] / 100))


def places_shown(weighed: pd.DataFrame, nation: pd.DataFrame) -> pd.DataFrame:
    """The places of the offers and the nation, each once, to be drawn; none without percentiles.

    Args:
        weighed: from `weigh`.
        nation: its row of OEWS.

    Returns:
        The rows with `label` and `role`, `nation` or `here`.
    """
    rows = pd.concat([weighed, nation]).drop_duplicates("area_code")
    rows = rows.dropna(subset=["annual_p10", "annual_median", "annual_p90"], how="all")
    role = rows["area_code"].eq("US").map({True: "nation", False: "here"})
    return rows.assign(label=rows["area_title"].str.replace("the U", "The U"), role=role)


def areas_beside(
    pay: pd.DataFrame,
    states: pd.DataFrame,
    measured: pd.DataFrame,
    offer: pd.Series,
) -> pd.DataFrame:
    """The same pay in the other areas of the offer's state or states.

    Two ranks cannot be told apart where their likely ranges meet.

    Args:
        pay: as for `weigh`.
        states: the table `states.csv`.
        measured: tables of `distribution.accuracy`.
        offer: a row of `weigh`.

    Returns:
        The rows of areas that publish two percentiles or more, with the rank of the wage in each,
        its ranges, and `told_apart`; highest rank first. None for the nation.
    """
    areas = pay[pay["area_type"].isin(["metropolitan", "nonmetropolitan"])]
    if offer["area_type"] == "national":
        return areas.head(0).assign(**dict.fromkeys(_STANDING, 0.0), told_apart=False)
    within = states_of(pay[pay["area_type"] != "national"], states)
    own = within[offer["area_code"]]
    others = areas[areas["area_code"] != offer["area_code"]]
    near = others[[not own.isdisjoint(within[code]) for code in others["area_code"]]]
    near = near.reset_index(drop=True)
    wages = pd.Series(offer["wage"], near.index, dtype=float)
    beside = near.join(_standings(near, wages, measured)).dropna(subset="rank")
    above = beside["likely_low"] > offer["likely_high"]
    below = beside["likely_high"] < offer["likely_low"]
    return beside.assign(told_apart=above | below).sort_values(
        ["rank", "area_code"], ascending=[False, True], ignore_index=True
    )


def _standings(rows: pd.DataFrame, wages: pd.Series, measured: pd.DataFrame) -> pd.DataFrame:
    """The rank of a wage in each row, from the percentiles published there, if two or more are."""
    standings = [
        _standing(row, wage, measured)
        for (_, row), wage in zip(rows[[*CELLS.values()]].iterrows(), wages, strict=True)
    ]
    return pd.DataFrame(standings, index=rows.index, columns=_STANDING)


def _standing(percentiles: pd.Series, wage: float, measured: pd.DataFrame) -> dict[str, float]:
    held = {p: percentiles[cell] for p, cell in CELLS.items() if pd.notna(percentiles[cell])}
    if len(held) < 2:
        return {}
    distribution = PayDistribution([*held], [float(value) for value in held.values()])
    placed = place(distribution, pd.Series([wage]), measured)
    return placed[_STANDING].iloc[0].to_dict()
