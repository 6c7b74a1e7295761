"""What averages by credential can say, how a guide's bands fit together, and pay by sector."""

import pandas as pd

from analysis.methods.distribution import PayDistribution, place
from analysis.methods.places import INTERVAL
from analysis.methods.shares import feasible_range
from common.errors import InputError, nearest

COUNTS = {1: "one", 2: "two", 3: "three or more"}
"""AAPC's groups by number of credentials."""
_SUBJECTS = ("credential", "credential_count", "role")


def survey_means(figures: pd.DataFrame, survey: int) -> pd.DataFrame:
    """The means that one AAPC survey gives by group, and of everyone certified if published.

    Args:
        figures: the columns of `figures.csv`.
        survey: its year.

    Returns:
        Rows of `figures` (US dollars a year) with `label`, lowest mean first.

    Raises:
        InputError: no mean by group is held for this survey.
    """
    dated = figures["period"].str.fullmatch(r"\d{4} survey")
    means = figures[(figures["statistic"] == "mean") & dated]
    by_group = means[means["subject"].isin(_SUBJECTS)]
    period = f"{survey} survey"
    chosen = by_group[by_group["period"] == period]
    if chosen.empty:
        held = sorted(by_group["period"].str.removesuffix(" survey").unique())
        raise InputError(
            f"survey: no average by credential is held for {survey}{nearest(survey, held)}"
        )
    everyone = means[(means["category"] == "certified") & (means["period"] == period)].head(1)
    rows = pd.concat([everyone, chosen])
    counted = rows["category"] + " credentials"
    counted = counted.replace("one credentials", "one credential")
    label = rows["category"].mask(rows["subject"] == "credential_count", counted)
    return rows.assign(label=label.replace("certified", "everyone certified")).sort_values("value")


def averages_by(figures: pd.DataFrame, subject: str) -> pd.DataFrame:
    """The means by one subject in AAPC's editions.

    Args:
        figures: the columns of `figures.csv`.
        subject: such as `education`.

    Returns:
        Rows of `figures` with `edition`, oldest edition first, lowest mean first.
    """
    rows = figures[figures["subject"].eq(subject) & figures["statistic"].eq("mean")]
    rows = rows.assign(edition=rows["period"].str.removesuffix(" survey"))
    return rows.sort_values(["edition", "value"], ignore_index=True)


def further_credentials(means: pd.DataFrame) -> pd.DataFrame:
    """The published means by number of credentials, and the step from each to the next.

    Args:
        means: from `survey_means`.

    Returns:
        `label`, `figure_id`, `value` and `step` (the difference of means, missing for the first),
        in US dollars a year; fewest credentials first.
    """
    counted = means[means["subject"] == "credential_count"].set_index("category")
    rows = counted.loc[[name for name in COUNTS.values() if name in counted.index]]
    return rows.assign(step=rows["value"].diff())[["label", "figure_id", "value", "step"]]


def stacking_limits(means: pd.DataFrame) -> pd.DataFrame:
    """How far the number of credentials can explain why an average is above that of one credential.

    Suppose those who hold a credential earn on average what all members with as many credentials
    do. Their average is then a weighted mean of the averages by number, so it lies between the
    lowest and the highest of those. What lies outside is a lower limit of everything else that
    differs. That the rest is the number of credentials is possible, not shown.

    Args:
        means: from `survey_means`.

    Returns:
        Those of `means` that are not by number; none where the survey lacks a number. Added in US
        dollars a year: `above_one` (the average less that of one credential) and its two parts,
        `at_most` (which some mix of numbers gives) and `beyond` (which none does). Added as shares
        from 0 to 1: `further_low` and `further_high`, the lowest and the highest share of holders
        with more than one credential that would give the average; missing where none does.
    """
    groups = means[means["subject"] == "credential_count"].set_index("category")["value"]
    by_count = groups.reindex(list(COUNTS.values()))
    rows = means[(means["subject"] != "credential_count") & by_count.notna().all()]
    reached = rows["value"].clip(by_count.min(), by_count.max())
    inside = rows.loc[rows["value"] == reached, "value"]
    splits = [feasible_range({"one": 1}, by_count.to_dict(), mean) for mean in inside]
    further = [(1 - most["one"], 1 - least["one"]) for least, most in splits]
    shares = pd.DataFrame(further, inside.index, ["further_low", "further_high"], dtype=float)
    return rows.assign(
        above_one=rows["value"] - by_count["one"],
        at_most=reached - by_count["one"],
        beyond=rows["value"] - reached,
    ).join(shares)


def certified_over_all(assumptions: pd.DataFrame) -> float:
    """Mean pay of the certified over that of all jobs, both assumptions at their mode.

    If a share c of jobs is held by the certified and they earn R times the others, it is
    R / (1 - c + c R): never below 1 unless the certified earn less than the others.

    Args:
        assumptions: the columns of `assumptions.csv`.
    """
    mode = assumptions.set_index("assumption")["mode"].astype(float)
    ratio, share = mode["certified_ratio"], mode["certified_share"]
    return float(ratio / (1 - share + share * ratio))


def pay_by_credentials(
    ratios: pd.DataFrame, mean: pd.Series, assumptions: pd.DataFrame
) -> pd.DataFrame:
    """The range of means that AAPC's ratios make of the mean of all jobs of a place.

    AAPC's mean by number of credentials over its mean of *certified members* says nothing of all
    jobs. It has to be applied to the certified of the place, whose mean is that of all jobs times
    `certified_over_all`, which is assumed. AAPC's mean over the OEWS mean needs no such step, but
    carries over everything else that differs between the two surveys.

    Args:
        ratios: from `place_profile.credential_ratios`.
        mean: from `place_profile.mean_pay`.
        assumptions: the columns of `assumptions.csv`.

    Returns:
        One row per number of credentials: `category`, `low` (the least of both kinds of ratio in
        any edition, times the low end of the mean) and `high`, in US dollars a year.
    """
    scaled = ratios.assign(over_members=ratios["over_members"] * certified_over_all(assumptions))
    either = scaled.melt("category", ["over_members", "over_bls"], value_name="ratio")
    ends = either.groupby("category", sort=False)["ratio"].agg(["min", "max"]).reset_index()
    ends = ends.assign(low=ends["min"] * mean["low"], high=ends["max"] * mean["high"])
    return ends[["category", "low", "high"]]


def with_mean_first(implied: pd.DataFrame, mean: pd.Series) -> pd.DataFrame:
    """The mean of all jobs of a place, then the ranges of `pay_by_credentials`, to be drawn.

    Args:
        implied: from `pay_by_credentials`.
        mean: from `place_profile.mean_pay`.

    Returns:
        `label`, `value` (of the first row alone), `low` and `high`, in US dollars a year.
    """
    modelled = "" if mean["low"] == mean["high"] else ", from percentiles"
    first = pd.DataFrame({"label": [f"Mean of all jobs here{modelled}"], "value": [mean["mean"]]})
    noun = implied["category"].eq("one").map({True: " credential", False: " credentials"})
    label = implied["category"].str.capitalize() + noun
    return pd.concat([first, implied.assign(label=label)], ignore_index=True)[
        ["label", "value", "low", "high"]
    ]


def guide_bands(figures: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The bands that the guide prints for levels of experience and for certified coders.

    Args:
        figures: the columns of `figures.csv`.
        unit: `USD per year` for pay, `years` for the experience of each level.

    Returns:
        One row per band, lowest first: `category`, `place` in the guide (`summary`, `table` or
        `list`), `label` of both, `low` and `high` in the unit, `low_id` and `high_id` (their
        `figure_id`); an open band has no high end.
    """
    own = figures.query(
        "source_id == 'guide' and subject in ('experience', 'national') and unit == @unit"
    )
    place_in_guide = own["figure_id"].str.split("-").str[1].replace("takeaway", "summary")
    ends = own.assign(place=place_in_guide).pivot(
        index=["category", "place"], columns="statistic", values=["value", "figure_id"]
    )
    parts = [ends["value"].astype(float), ends["figure_id"].add_suffix("_id")]
    bands = pd.concat(parts, axis=1).reset_index().rename_axis(columns=None)
    bands["label"] = bands["category"] + " (" + bands["place"] + ")"
    return bands.sort_values("low", kind="stable", ignore_index=True)


def steps_between(bands: pd.DataFrame) -> pd.DataFrame:
    """How each band meets the next one in the same place of the guide.

    Args:
        bands: from `guide_bands`.

    Returns:
        One row per pair of neighbours: `place`, `label` and `next_label`, where the one ends and
        the other begins (`high` and `next_low`, with their `high_id` and `next_low_id`), and
        `apart`, the latter less the former: above 0 a hole between them, below 0 an overlap.
    """
    following = bands.groupby("place")[["label", "low", "low_id"]].shift(-1).add_prefix("next_")
    pairs = bands.join(following).dropna(subset=["high", "next_low"])
    columns = ["place", "label", "next_label", "high", "high_id", "next_low", "next_low_id"]
    return pairs[columns].assign(apart=pairs["next_low"] - pairs["high"]).reset_index(drop=True)


def place_bands(bands: pd.DataFrame, pay: PayDistribution, measured: pd.DataFrame) -> pd.DataFrame:
    """Where bands of pay stand in one distribution of jobs, and the share of jobs in each.

    Args:
        bands: `low` and `high` in US dollars a year; a band without a high end reaches the top.
        pay: one distribution.
        measured: tables of `distribution.accuracy`.

    Returns:
        The bands with shares of jobs from 0 to 1: `rank_low` and `rank_high`, at or below the ends;
        `likely_low` and `likely_high`, the lowest likely rank of the low end and the highest of the
        high end; `share`, inside the band, and its limits by the published percentiles alone,
        `share_low` and `share_high`.
    """
    low = place(pay, bands["low"], measured)
    high = place(pay, bands["high"].dropna(), measured).reindex(bands.index).fillna(1)
    return bands.assign(
        rank_low=low["rank"],
        rank_high=high["rank"],
        likely_low=low["likely_low"],
        likely_high=high["likely_high"],
        share=high["rank"] - low["rank"],
        share_low=(high["certain_low"] - low["certain_high"]).clip(lower=0),
        share_high=high["certain_high"] - low["certain_low"],
    )


def by_sector(sectors: pd.DataFrame, national: pd.DataFrame, year: int) -> pd.DataFrame:
    """Pay by sector of industry in one May.

    Args:
        sectors: OEWS rows of one occupation by sector.
        national: its cross-industry rows, one per year.
        year: of the sectors; 0 for the newest held of them and of the nation.

    Returns:
        The rows, most jobs first, with `label` (the sector without its exceptions), `share` (of the
        nation's jobs, missing where BLS suppresses the employment), and `low` and `high`, the 90%
        sampling interval of the mean in US dollars a year.

    Raises:
        InputError: no sectors, or no nation, are held for this year; the message names the nearest.
    """
    held = sorted({*sectors["year"]} & {*national["year"]})
    sectors = sectors[sectors["year"].isin(held)]
    rows = sectors[sectors["year"] == (year or held[-1])]
    if rows.empty:
        raise InputError(f"sector_year: pay by sector is not held for {year}{nearest(year, held)}")
    jobs = rows["year"].map(national.set_index("year")["employment"])
    error = rows["annual_mean"] * rows["mean_rse"] / 100
    return rows.assign(
        label=rows["naics_title"].str.replace(r" \(except.*|, excluding.*", "", regex=True),
        share=rows["employment"] / jobs,
        low=rows["annual_mean"] - INTERVAL * error,
        high=rows["annual_mean"] + INTERVAL * error,
    ).sort_values(["employment", "naics"], ascending=[False, True], ignore_index=True)
