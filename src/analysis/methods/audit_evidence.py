"""The published figures that a guide's claims are set against."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.published.ledger import aapc_figures, oews_figure_ids, oews_figures
from analysis.published.raw_tables import load_table

_PARITY = ["year", "area_code", "price_parity"]
_INDUSTRY = ["year", "naics", "naics_title", "soc_code", "annual_mean"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What claims are judged by, as `collect_evidence` gives it.

    Attributes:
        figures: the columns of `figures.csv`, indexed by figure_id, then area_code, soc_code and
            soc_title, which are "" for AAPC.
        standard_errors: of the means in OEWS, in US dollars a year, by figure_id.
        places: for each subject (state or metro), the area code of every name that OEWS or the
            table of place names knows.
        present_names: the present name of a place, by a name that OEWS no longer uses.
        employment: jobs, by period, area code and occupation.
        parities: `year`, `area_code` and `price_parity`; no rows where none are given.
        industries: OEWS rows of the nation's industries; no rows where none are given.
    """

    figures: pd.DataFrame
    standard_errors: pd.Series
    places: Mapping[str, Mapping[str, str]]
    present_names: Mapping[str, str]
    employment: pd.Series
    parities: pd.DataFrame
    industries: pd.DataFrame

    @cached_property
    def _figure_ids(self) -> dict[tuple[str, ...], str]:
        keys = self.figures[["period", "area_code", "soc_code", "statistic"]]
        return dict(zip(keys.itertuples(index=False, name=None), self.figures.index, strict=True))

    def cell(self, period: str, area_code: str, soc_code: str, statistic: str) -> pd.Series | None:
        """The figure in one cell of an OEWS table.

        Returns:
            The row of `figures`, named by its figure_id; None where no table held has the cell.
        """
        figure_id = self._figure_ids.get((period, area_code, soc_code, statistic))
        return None if figure_id is None else self.figures.loc[figure_id]

    @cached_property
    def periods(self) -> list[str]:
        """The periods of the OEWS tables held, oldest first."""
        return sorted(self.figures.loc[self.figures["area_code"] != "", "period"].unique())

    def areas(self, area_code: str, soc_code: str, statistic: str, period: str) -> pd.DataFrame:
        """One statistic of every area of the same kind: states, or metropolitan areas.

        Args:
            area_code: of one area of that kind.
            soc_code: the occupation.
            statistic: such as `median`.
            period: such as `May 2023`.

        Returns:
            Rows of `figures`, indexed by area code; none where the table is not held.
        """
        table = self.figures[self.figures["period"] == period]
        table = table[(table["soc_code"] == soc_code) & (table["statistic"] == statistic)]
        same_kind = table["area_code"].map(_kind) == _kind(area_code)
        return table[same_kind].set_index("area_code")

    def jobs(self, period: str, soc_code: str) -> pd.Series:
        """The jobs of an occupation in every area that publishes them, by area code."""
        employed = self.employment
        held = employed.index.get_level_values
        chosen = (held("period") == period) & (held("soc_code") == soc_code)
        return employed[chosen].droplevel(["period", "soc_code"])

    def changes(self, first: str, last: str, soc_code: str, statistic: str) -> pd.Series:
        """The change of a statistic from one May to another, a share, of every place with both."""
        same = (self.figures["soc_code"] == soc_code) & (self.figures["statistic"] == statistic)
        places = self.figures[same & ~self.figures["area_code"].isin(["US", ""])]
        values = [
            places[places["period"] == period].set_index("area_code")["value"]
            for period in (first, last)
        ]
        return (values[1] / values[0] - 1).dropna()

    def prices(self, period: str) -> pd.Series:
        """The price parities of the year of a May, by area code; the nation is 100."""
        rows = self.parities[("May " + self.parities["year"].astype(str)) == period]
        return rows.set_index("area_code")["price_parity"]

    def employers(self, soc_code: str, naics: list[str]) -> pd.DataFrame:
        """The rows of some industries in the newest of the years with means of most of them."""
        rows = self.industries
        rows = rows[(rows["soc_code"] == soc_code) & rows["naics"].isin(naics)]
        rows = rows.dropna(subset="annual_mean")
        known = rows.groupby("year")["naics"].transform("nunique")
        whole = rows[known == known.max()]
        return whole[whole["year"] == whole["year"].max()]

    def published_by(self, prefix: str) -> pd.DataFrame:
        """The figures whose id starts with `prefix`: `oews-` or `aapc-`."""
        return self.figures[self.figures.index.str.startswith(prefix)]


def _kind(area_code: str) -> str:
    """`US` for a state, `CBSA` for a metropolitan area, "" for the nation."""
    return area_code.rpartition("-")[0]


def collect_evidence(
    oews: pd.DataFrame,
    surveys: pd.DataFrame,
    names: pd.DataFrame,
    parities: pd.DataFrame | None = None,
    industries: pd.DataFrame | None = None,
) -> Evidence:
    """The official figures and AAPC's, ready to judge claims by.

    Args:
        oews: cross-industry OEWS rows of the nation, states and areas; see `raw_tables.load_oews`.
        surveys: see `raw_tables.load_aapc`.
        names: the columns of `place-names.csv`.
        parities: the columns of `regional-price-parities.csv`; what only prices can check stays
            unverifiable without it.
        industries: OEWS rows of the nation's industries; what only employers can check stays
            unverifiable without them.
    """
    official = oews_figures(oews)
    where = official["locator"].str.split(", ", expand=True)
    official = official.assign(
        area_code=where[0],
        soc_code=where[1],
        soc_title=official["population"].str.extract(r"^\S+ (.*), ", expand=False),
    )
    aapc = aapc_figures(surveys).assign(area_code="", soc_code="", soc_title="")
    means = oews.dropna(subset=["annual_mean", "mean_rse"])
    errors = means["annual_mean"] * means["mean_rse"] / 100
    codes = pd.concat(
        [oews.set_index("area_title")["area_code"], names.set_index("place_name")["area_code"]]
    )
    present = names.set_index("place_name")["current_name"]
    return Evidence(
        figures=pd.concat([official, aapc]).set_index("figure_id"),
        standard_errors=errors.set_axis(oews_figure_ids(means, "mean")),
        places={
            "state": codes[codes.str.startswith("US-")].to_dict(),
            "metro": codes[~codes.str.startswith("US")].to_dict(),
        },
        present_names=present[present != present.index].to_dict(),
        employment=_employment(oews),
        parities=pd.DataFrame(columns=_PARITY) if parities is None else parities,
        industries=pd.DataFrame(columns=_INDUSTRY) if industries is None else industries,
    )


def _employment(oews: pd.DataFrame) -> pd.Series:
    """Jobs by period, area code and occupation, where they are published."""
    keyed = oews.assign(period="May " + oews["year"].astype(str))
    return keyed.set_index(["period", "area_code", "soc_code"])["employment"].dropna()


def read_statements(guide: str) -> pd.DataFrame:
    """What a guide says without a figure: the project's own guide has a table of it, others none.

    Args:
        guide: the path of its figures, relative to the project.

    Returns:
        The columns of `guide-statements.csv`.
    """
    statements = load_table("guide-statements.csv")
    return statements if guide == "data/raw/guide-figures.csv" else statements[:0]
