"""Writes data/raw/zip-areas.csv and data/raw/cities.csv from the package `zipcodes`.

It takes `pip install zipcodes==3.0.0`, which nothing else of the project needs. A ZIP code has the
county of its post office, and the county its metropolitan area by `counties.csv`. Connecticut's
ZIP codes are left at their state: the package has its old counties, the areas its planning regions.
"""

import re
from pathlib import Path

import pandas as pd
import zipcodes

RAW = Path(__file__).parents[1] / "data" / "raw"
POSTAL = {"Puerto Rico": "PR"}


def county_key(state: str, county: str) -> str:
    """A county as both tables have it, whatever the spelling: `NJ mercer`."""
    plain = county.lower().replace("saint ", "st ").replace("ste. ", "ste ")
    return f"{state} {re.sub('[^a-z]|county$|parish$|municipio$', '', plain)}"


def metropolitan_counties() -> dict[str, str]:
    """The code of the metropolitan area of each county in one."""
    states = pd.read_csv(RAW / "states.csv", dtype=str)
    postal = POSTAL | dict(
        zip(states["area_title"], states["area_code"].str.removeprefix("US-"), strict=True)
    )
    counties = pd.read_csv(RAW / "counties.csv", dtype=str)
    metropolitan = counties[counties["cbsa_type"].str.startswith("Metro")]
    return {
        county_key(postal[row.state], name): f"CBSA-{row.cbsa_code}"
        for row in metropolitan.itertuples()
        for name in row.county.split(" + ")
    }


def placed_zips(areas: dict[str, str]) -> pd.DataFrame:
    """Each ZIP code in use with its city, state, kind and area, or `US-NJ` outside of any."""
    rows = pd.DataFrame(zipcodes.list_all())
    rows = rows[rows["active"] & rows["zip_code_type"].ne("MILITARY")].sort_values("zip_code")
    keys = [
        county_key(*both) for both in zip(rows["state"], rows["county"].fillna(""), strict=True)
    ]
    area = pd.Series(keys, rows.index).map(areas)
    area = area.where(rows["state"] != "CT").fillna("US-" + rows["state"])
    return rows[["zip_code", "zip_code_type", "city", "state"]].assign(area_code=area)


def main() -> None:
    """Write both tables: runs of ZIP codes in one place, and cities with their commonest place."""
    zips = placed_zips(metropolitan_counties())
    run = zips["area_code"].ne(zips["area_code"].shift()).cumsum()
    runs = zips.groupby(run).agg(
        first_zip=("zip_code", "min"),
        last_zip=("zip_code", "max"),
        area_code=("area_code", "first"),
    )
    runs.assign(source_id="zipcodes-3").to_csv(RAW / "zip-areas.csv", index=False)
    metropolitan = zips["area_code"].str.startswith("CBSA-")
    large = zips.groupby(["city", "state"])["zip_code"].transform("size") > 1
    chosen = zips[large | metropolitan & zips["zip_code_type"].eq("STANDARD")]
    cities = chosen.groupby(["city", "state"])["area_code"].agg(lambda codes: codes.mode()[0])
    cities = cities.reset_index().assign(source_id="zipcodes-3-cities")
    cities.to_csv(RAW / "cities.csv", index=False)


if __name__ == "__main__":
    main()
