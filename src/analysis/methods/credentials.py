"""Averages by credential, number of credentials and role, and the pay bands of the guide."""

import pandas as pd

from analysis.figures.errors import InputError, nearest

COUNTS = ("one", "two", "three or more")
_SUBJECTS = ("credential", "credential_count", "role")


def survey_means(figures: pd.DataFrame, survey: int) -> pd.DataFrame:
    """The means that one AAPC survey gives by group, with that of everyone certified where it is published.

    Args:
        figures: the columns of `figures.csv`.
        survey: its year.

    Returns:
        Rows of `figures` (US dollars a year) with `label`, lowest mean first.

    Raises:
        InputError: no mean by group is held for this survey; the message names the surveys that have some.
    """
    means = figures[(figures["statistic"] == "mean") & figures["period"].str.endswith(" survey")]
    by_group = means[means["subject"].isin(_SUBJECTS)]
    chosen = by_group[by_group["period"] == f"{survey} survey"]
    if chosen.empty:
        held = sorted(by_group["period"].str.removesuffix(" survey").unique())
        raise InputError(f"survey: no average by credential is held for {survey}{nearest(survey, held)}")
    everyone = means[(means["category"] == "certified") & (means["period"] == f"{survey} survey")].head(1)
    rows = pd.concat([everyone, chosen])
    counted = rows["category"] + rows["category"].map(lambda group: " credential" + "s" * (group != "one"))
    label = rows["category"].mask(rows["subject"] == "credential_count", counted)
    return rows.assign(label=label.replace("certified", "everyone certified")).sort_values("value")


def further_credentials(means: pd.DataFrame) -> pd.DataFrame:
    """The published steps from one number of credentials to the next: difference of means, US dollars a year.

    Args:
        means: from `survey_means`.

    Returns:
        `label`, `figure_id`, `value` and `step` (missing for the first), fewest credentials first.
    """
    counted = means[means["subject"] == "credential_count"].set_index("category")
    rows = counted.loc[[name for name in COUNTS if name in counted.index]]
    return rows.assign(step=rows["value"].diff())[["label", "figure_id", "value", "step"]]


def pay_bands(figures: pd.DataFrame) -> pd.DataFrame:
    """The guide's own bands of pay by experience, a row a band, lowest first.

    Args:
        figures: the columns of `figures.csv`; of the guide's own rows those on experience are used.

    Returns:
        `label`, `category`, `place` (`summary` or `table`), `low` and `high` in US dollars a year; `high` is
        missing for an open band.
    """
    own = figures.query("source_id == 'guide' and subject == 'experience' and unit == 'USD per year'")
    place = own["figure_id"].str.contains("takeaway").map({True: "summary", False: "table"})
    bands = (
        own.assign(place=place, end=own["statistic"])
        .pivot(index=["category", "place"], columns="end", values="value")
        .reset_index()
        .rename_axis(columns=None)
        .sort_values("low", kind="stable")
    )
    return bands.assign(label=bands["category"] + " (" + bands["place"] + ")")
