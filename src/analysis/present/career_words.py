"""The sentences on credentials, experience and employers; a comparison follows its amounts."""

import pandas as pd

from analysis.methods.credentials import COUNTS
from analysis.methods.employers import OWNERS, PHYSICIANS
from analysis.methods.occupations import Occupation
from analysis.present.comparisons import apart, number_of, side_of
from analysis.present.formats import percent, usd
from analysis.present.sentences import Passage, words
from analysis.present.values import USD, Figures, Value, counted, modelled

CURVE, COSTS = "A distribution from percentiles", "Total compensation"


def means_title(means: pd.DataFrame) -> str:
    """The finding of the averages of one survey, which come lowest first."""
    low, high = means.iloc[0], means.iloc[-1]
    return (
        f"Averages run from {usd(low['value'])} for {low['label']} to {usd(high['value'])} for "
        f"{high['label']}"
    )


def further(steps: pd.DataFrame, means: pd.DataFrame, figures: Figures) -> Passage:
    """The averages by number of credentials, and whether that of everyone lies between them.

    Args:
        steps: from `credentials.further_credentials`.
        means: from `credentials.survey_means`.
        figures: the ledger.
    """
    if steps.empty:
        return words("This survey's averages by number of credentials were not read.")
    values = figures.column(steps["figure_id"]).tolist()
    known = zip(steps["label"], values, [None, *values], steps["step"], strict=False)
    said = [
        words("{label} {value}", label=label, value=value)
        if pd.isna(step)
        else words(
            "{label} {value} ({step:signed_usd})", label=label, value=value, step=value - before
        )
        for label, value, before, step in known
    ]
    everyone = means[means["subject"] == "national"]
    between = [
        words(
            "That of everyone certified, {all}, lies {where} the lowest and the highest of them.",
            all=figures[figure_id],
            where="between" if min(values) <= figures[figure_id] <= max(values) else "outside",
        )
        for figure_id in everyone["figure_id"]
        if len(steps) == len(COUNTS)
    ]
    text = "Members average, with {said:semicolons}. {between:sentences}"
    return words(text, said=said, between=between)


def stacking_title(limits: pd.DataFrame, reach: float) -> str:
    """The finding on what the number of credentials can be of an average.

    Args:
        limits: from `credentials.stacking_limits`.
        reach: the average of three or more above that of one, US dollars a year.
    """
    beyond = int((limits["beyond"] > 0).sum())
    are = number_of(beyond, "is", "are")
    return (
        f"Three or more credentials average {usd(reach)} above one; {beyond or 'none'} of "
        f"{len(limits)} other averages {are} further up"
    )


def stacking(limits: pd.DataFrame, figures: Figures) -> Passage:
    """Of the highest and the lowest average, how much the number of credentials can be."""
    single = limits[limits["subject"] != "national"].sort_values("above_one", ascending=False)
    if single.empty:
        return words(
            """This needs a survey's averages for one, for two and for three or more credentials
            beside those by credential; not all of them were read."""
        )
    top, bottom = single.iloc[0], single.iloc[-1]
    first, last = figures[top["figure_id"]], figures[bottom["figure_id"]]
    shared = top["at_most"] - bottom["at_most"]
    pair = words(
        """The average of {top}, {first}, is {more:usd} above that of {bottom}, {last}. Under the
        supposition at most {shared:usd} of that is the number of credentials, and at least
        {rest:usd} is not. Averages cannot check the supposition: it fails where members with as
        many credentials, but other ones, hold other jobs, or where some hold many more than
        three.""",
        top=top["label"],
        bottom=bottom["label"],
        first=first,
        last=last,
        more=first - last,
        shared=shared,
        rest=float(first - last) - shared,
    )
    return words("{told:sentences}", told=[pair, *_mixes(limits)])


def _mixes(limits: pd.DataFrame) -> list[Passage]:
    mixes = [
        words(
            "{label} {low:percent} to {high:percent}",
            label=row.label,
            low=row.further_low,
            high=row.further_high,
        )
        for row in limits[limits["subject"] != "national"].dropna(subset="further_low").itertuples()
    ]
    return [
        words(
            """Of all certified members {low:percent} to {high:percent} hold more than one
            credential, if the averages are of the same members. For the number of credentials to
            be all of an average's distance, that share would have to be, among holders of
            {mixes:semicolons}.""",
            low=row.further_low,
            high=row.further_high,
            mixes=mixes,
        )
        for row in limits[limits["subject"] == "national"].dropna(subset="further_low").itertuples()
        if mixes
    ]


def path_title(between: pd.DataFrame) -> str:
    """How the guide's levels meet; see `credentials.steps_between`."""
    holes = between.groupby("place")["apart"].max().clip(lower=0)
    overlapping = int((between["apart"] < 0).sum())
    return (
        f"The guide's levels lie up to {usd(holes['summary'])} apart in its summary, in its table "
        f"{usd(holes['table'])}; {overlapping or 'no'} {number_of(overlapping, 'pair', 'pairs')} "
        f"of levels {number_of(overlapping, 'overlaps', 'overlap')}"
    )


def printed_ends(bands: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """Bands for the table of a chart: without codes, their ends as the guide prints them.

    Args:
        bands: from `credentials.guide_bands` or `place_bands`, with `emphasis`.
        figures: the ledger.
    """
    ends = {end: figures.column(bands[f"{end}_id"]) for end in ("low", "high")}
    codes = ["category", "place", "low_id", "high_id", "emphasis"]
    named = bands.assign(**ends).drop(columns=codes)
    return named[["label", "low", "high", *named.columns.drop(["label", "low", "high"])]]


def levels(pay_bands: pd.DataFrame, year_bands: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """The guide's levels with the ends that it prints, place by place, lowest first.

    Args:
        pay_bands: from `credentials.guide_bands`, in US dollars a year.
        year_bands: from the same, in years of experience.
        figures: the ledger.

    Returns:
        `level`, then `low_years`, `high_years`, `low_pay` and `high_pay`, values of the ledger.
    """
    keys = ["label", "category", "place"]
    both = pay_bands.merge(year_bands, on=keys, how="outer", suffixes=("_pay", "_years"))
    both = both.sort_values(["place", "low_pay", "low_years"], ignore_index=True)
    ends = [(end, unit) for unit in ("years", "pay") for end in ("low", "high")]
    printed = {
        f"{end}_{unit}": figures.column(both[f"{end}_id_{unit}"].fillna("")) for end, unit in ends
    }
    return pd.DataFrame({"level": both["label"], **printed})


def entry_level(pay_bands: pd.DataFrame, figures: Figures) -> Passage:
    """Whether the guide's two bands of entry level agree."""
    entry = pay_bands[pay_bands["category"] == "entry level"]
    shared = max(float(entry["high"].min() - entry["low"].max()), 0.0)
    covered = float(entry["high"].max() - entry["low"].min())
    ends = {
        f"{row.place}_{end}": figures[getattr(row, f"{end}_id")]
        for row in entry.itertuples()
        for end in ("low", "high")
    }
    return words(
        """The places {agree} on the pay of entry level. It is {summary_low} to {summary_high} in
        the summary and {table_low} to {table_high} in the table: {shared:usd} of the {covered:usd}
        that they cover together is in both, {share:percent}.""",
        agree="agree" if shared == covered else "do not agree",
        shared=shared,
        covered=covered,
        share=shared / covered,
        **ends,
    )


def ranks_title(table: pd.DataFrame, called: Occupation) -> str:
    """The finding on where the guide's table of levels stands among all jobs.

    Args:
        table: rows of `credentials.place_bands`, those of the guide's table.
        called: the occupation.
    """
    below = percent(table["rank_low"].iloc[0])
    return f"About {below} of jobs of {called.jobs} pay less than the guide gives at entry level"


def band_shares(table: pd.DataFrame, certain: tuple[float, float], figures: Figures) -> Passage:
    """How many jobs lie below the guide's bands, in them and between them.

    Args:
        table: as for `ranks_title`, lowest band first.
        certain: the lowest and the highest rank that the lowest figure can have.
        figures: the ledger.
    """
    senior = table.set_index("category").loc["senior"]
    below = table["rank_low"].iloc[0]
    lowest = figures[table["low_id"].iloc[0]]
    return words(
        """If the guide's table held for the jobs that BLS counts, about {below:percent} of them
        would pay less than its lowest figure, {lowest} (for certain {least:percent} to
        {most:percent}), and {outside:percent} would fall between its bands. {late:percent} would
        be left for seniors and experts, from {senior} on. The guide says that its table is
        compiled from AAPC and Payscale and shows neither, so whose pay it is cannot be told; BLS
        does not publish pay by experience. The curve reads between the percentiles; by these alone
        each band could hold much less or more: {bands:semicolons}.""",
        below=modelled(below, CURVE, [lowest]),
        lowest=lowest,
        least=modelled(certain[0], CURVE, [lowest]),
        most=modelled(certain[1], CURVE, [lowest]),
        outside=modelled(1 - below - table["share"].sum(), CURVE),
        late=modelled(1 - senior["rank_low"], CURVE, [figures[senior["low_id"]]]),
        senior=figures[senior["low_id"]],
        bands=[
            words(
                "{category} holds {share:percent} by the curve, and for certain {low:percent} to "
                "{high:percent}",
                category=row.category,
                share=modelled(row.share, CURVE),
                low=modelled(row.share_low, CURVE),
                high=modelled(row.share_high, CURVE),
            )
            for row in table.itertuples()
        ],
    )


def degrees(education: pd.DataFrame, figures: Figures) -> Passage:
    """The guide's difference for a degree beside those of AAPC's editions.

    Args:
        education: rows of the ledger, means by education, with `edition`.
        figures: the ledger.
    """
    claimed = figures["guide-education-premium"]
    by_edition = education.pivot(index="edition", columns="category", values="figure_id")
    pairs = by_edition[["bachelor's degree", "high school diploma"]].dropna()
    known = [(edition, figures[one], figures[other]) for edition, one, other in pairs.itertuples()]
    said = [
        words(
            "in {edition} they averaged {one} and {other}, {apart:usd} apart, {side} the guide's "
            "figure",
            edition=edition,
            one=one,
            other=other,
            apart=abs(one - other),
            side=side_of(one - other, claimed, ("more than", "less than")),
        )
        for edition, one, other in known
    ]
    return words(
        """The guide has those with a bachelor's degree {claimed} above those with a high school
        diploma. Of the editions that were read, {said:semicolons}; none says it of a later year.
        People with and without a degree may also differ in age, job and place.""",
        claimed=claimed,
        said=said,
    )


def occupations_title(others: pd.DataFrame, called: Occupation) -> str:
    """How many neighbouring occupations have a higher median.

    Args:
        others: rows of OEWS, one per occupation, with `emphasis` for the one in question.
        called: the occupation in question.
    """
    own = others[others["emphasis"]].iloc[0]
    higher = int((others["annual_median"] > own["annual_median"]).sum())
    return (
        f"{higher or 'None'} of {len(others) - 1} neighbouring occupations "
        f"{number_of(higher, 'has', 'have')} a higher median than {called.jobs}, "
        f"{usd(own['annual_median'])}"
    )


def roles(
    printed: pd.DataFrame, others: pd.DataFrame, called: Occupation, figures: Figures
) -> Passage:
    """What the guide prints of higher roles, and how far occupations overlap.

    Args:
        printed: rows of the ledger, the guide's averages by role.
        others: as for `occupations_title`, with `share_above`: of the jobs in question, those that
            pay more than the median of the other.
        called: the occupation in question.
        figures: the ledger.
    """
    own = others[others["emphasis"]].iloc[0]["annual_median"]
    above = others[others["annual_median"] > own].sort_values("annual_median").head(1)
    overlap = [
        words(
            "The ranges overlap: {share:percent} of the jobs of {jobs} pay more than the median of "
            "{title}, the nearest above theirs.",
            share=modelled(row.share_above, CURVE),
            jobs=called.jobs,
            title=row.soc_title.lower(),
        )
        for row in above.itertuples()
    ]
    return words(
        """Of the higher roles that it names, the guide prints pay for {said:semicolons}. For a
        lead or a manager it prints its last band, {last}. {overlap:sentences}""",
        said=[
            words(
                "the {role}, {value}, an average of the {period} among {who}",
                role=row.category,
                value=figures[row.figure_id],
                period=row.period,
                who=row.population,
            )
            for row in printed.itertuples()
        ],
        last=figures["guide-table-expert-pay"],
        overlap=overlap,
    )


def bonus(share: Value, amount: Value, bases: dict[str, Value]) -> Passage:
    """A bonus over everyone: the share of those who receive one times its amount.

    Args:
        share: in percent.
        amount: US dollars a year.
        bases: means that it is set beside, by what they are called.
    """
    expected = share / 100 * amount
    return words(
        """{share} of respondents times {amount} is {expected:usd} a year: {parts:and}. If the
        amount were the average over all respondents, the expected value would be the amount
        itself; the guide does not say which it is. It is not added to any base here: whether
        AAPC's salaries include bonuses is not stated, and BLS counts production bonuses as pay
        and leaves the others out.""",
        share=share,
        amount=amount,
        expected=expected,
        parts=[
            words("{part:percent1} of {base} ({name})", part=expected / base, base=base, name=name)
            for name, base in bases.items()
        ],
    )


def benefits_title(total: pd.Series) -> str:
    """What a mean base comes to with the guide's benefits; `value`, `low` and `high`."""
    return (
        f"With benefits as the guide puts them, a mean base of {usd(total['value'])} comes to "
        f"{usd(total['low'])} to {usd(total['high'])}"
    )


def costs_title(share: pd.Series) -> str:
    """The finding on employer costs; shares of wages by part."""
    return (
        f"Benefits cost employers {percent(share['all_benefits'])} of wages, "
        f"{percent(share['guide_list'])} for the kinds that the guide lists"
    )


def costs(spent: pd.DataFrame, base: Value, low: Value, high: Value) -> Passage:
    """The guide's range of benefits beside what employers spend.

    Args:
        spent: from `compensation.total_compensation`, indexed by `part`.
        base: the mean that the shares are laid on.
        low: of the guide's range, in percent.
        high: of the guide's range, in percent.
    """
    parts = ("guide_list", "with_bonuses", "not_required", "all_benefits")
    share = {part: modelled(spent.at[part, "share_of_wages"], COSTS) for part in parts}
    fits = low / 100 <= share["guide_list"] <= high / 100
    return words(
        """The guide's {low} to {high} {fits} its own list: paid leave, insurance and retirement
        cost {guide_list:percent} of wages, with bonuses {with_bonuses:percent}. As total
        compensation its upper end is {side}: all that the law does not require costs
        {not_required:percent}, and with social security and the like it is
        {all_benefits:percent}. If these jobs' employers spend as private industry does, a mean of
        {base} costs them {total:usd}, or {without:usd} without what the law requires.""",
        low=low,
        high=high,
        fits="fits" if fits else "does not fit",
        side="too low" if high / 100 < share["not_required"] else "not too low",
        base=base,
        total=modelled(spent.at["total", "usd"], COSTS, [base], USD),
        without=modelled(spent.at["total_not_required", "usd"], COSTS, [base], USD),
        **share,
    )


def sectors_title(paid: pd.DataFrame) -> str:
    """The sector with the most jobs and the one with the highest median.

    Args:
        paid: rows of `credentials.by_sector` that have a median.
    """
    largest, best = paid.iloc[0], paid.loc[paid["annual_median"].idxmax()]
    first = (
        f"The most jobs are in {largest['label'].lower()}, median {usd(largest['annual_median'])}"
    )
    if largest["naics"] == best["naics"]:
        return f"{first}, which is the highest"
    return f"{first}; the highest is {usd(best['annual_median'])}, {best['label'].lower()}"


def sectors_apart(sectors: pd.DataFrame) -> Passage:
    """Which sectors pay clearly more than the largest, by their means' sampling intervals.

    Args:
        sectors: from `credentials.by_sector`.
    """
    own = sectors.iloc[0]
    clear = sectors[sectors["low"] > own["high"]].sort_values("annual_mean", ascending=False)
    unpaid = sectors.loc[sectors["annual_median"].isna(), "label"].tolist()
    return words(
        """The interval of the mean in {largest}, {mean:usd}, lies clear below that of
        {clear:semicolons}. {unpaid:sentences} Sectors may also differ in what their jobs ask and
        in where they are.""",
        largest=own["label"].lower(),
        mean=own["annual_mean"],
        clear=_paid(clear) or ["no other sector"],
        unpaid=[words("Jobs but no median pay: {names:and}.", names=unpaid)] if unpaid else [],
    )


def _paid(rows: pd.DataFrame) -> list[Passage]:
    return [
        words("{label} ({mean:usd})", label=row.label, mean=row.annual_mean)
        for row in rows.itertuples()
    ]


def employers_title(kinds: pd.DataFrame) -> str:
    """How many kinds of employers pay more than hospitals.

    Args:
        kinds: from `employers.by_employer`.
    """
    own, more = kinds[kinds["emphasis"]].iloc[0], int(kinds["pays_more"].sum())
    return (
        f"Hospitals paid a mean of {usd(own['annual_mean'])} in May {own['year']}; "
        f"{more or 'none'} of {len(kinds) - 1} other kinds of employer paid more"
    )


def employers(kinds: pd.DataFrame, industries: pd.DataFrame) -> Passage:
    """Whether hospitals pay best.

    Args:
        kinds: from `employers.by_employer`.
        industries: from `employers.newest_industries`.
    """
    own = kinds[kinds["emphasis"]].iloc[0]
    other = kinds.set_index("naics").loc[PHYSICIANS, "annual_mean"]
    owners = industries[industries["naics"].isin(OWNERS)].sort_values("annual_mean")
    more = kinds[kinds["pays_more"]]
    return words(
        """Hospitals' mean of {mean:usd} is {against} that of physicians' offices, {other:usd}, and
        {best}. By more than the 90% sampling error of both means, these paid more:
        {more:semicolons}. Hospitals differ by owner: {owners:semicolons}. Employers may also
        differ in the jobs that they give and in where they are.""",
        mean=own["annual_mean"],
        against=apart(own["annual_mean"], other),
        other=other,
        best="not the highest"
        if kinds["annual_mean"].max() > own["annual_mean"]
        else "the highest",
        more=_paid(more) or ["none"],
        owners=[
            words("{owner} {mean:usd}", owner=OWNERS[row.naics], mean=row.annual_mean)
            for row in owners.itertuples()
        ],
    )


def hospitals_answer(kinds: pd.DataFrame, called: Occupation) -> Passage:
    """Whether hospitals pay best, in one sentence."""
    own, more = kinds[kinds["emphasis"]].iloc[0], kinds[kinds["pays_more"]]
    return words(
        """Hospitals {do}: their mean for {jobs} was {mean:usd} in May {year:year}, and {more} of
        {among} other kinds of employer paid clearly more.""",
        do="do not pay best" if len(more) else "are not known to pay less than any other",
        jobs=called.jobs,
        mean=own["annual_mean"],
        year=own["year"],
        more=counted(more, "kinds of employer that pay more than hospitals")
        if len(more)
        else "none",
        among=counted(len(kinds) - 1, "kinds of employer besides hospitals"),
    )


def short_answer(
    kinds: pd.DataFrame,
    means: pd.DataFrame,
    below: float,
    year: int,
    benefits: float,
    called: Occupation,
    figures: Figures,
) -> Passage:
    """Employers, credentials, experience and benefits in a paragraph.

    Args:
        kinds: from `employers.by_employer`.
        means: from `credentials.survey_means`.
        below: the share of jobs that paid less than the guide's table does.
        year: of the May of those jobs.
        benefits: the share of wages that all benefits cost.
        called: the occupation.
        figures: the ledger.
    """
    low, high = means.iloc[0], means.iloc[-1]
    return words(
        """{answer} In AAPC's {survey} averages run from {lowest} for {low_label} to {highest} for
        {high_label}; they compare groups of people, not what a credential earns anyone. The guide
        gives entry level twice; about {below:percent} of the jobs of {jobs} that BLS counted in May
        {year:year} paid less than its table does. All benefits cost employers in private industry
        {benefits:percent} of wages.""",
        answer=hospitals_answer(kinds, called),
        survey=low["period"],
        lowest=figures[low["figure_id"]],
        low_label=low["label"],
        highest=figures[high["figure_id"]],
        high_label=high["label"],
        below=below,
        jobs=called.jobs,
        year=year,
        benefits=benefits,
    )
