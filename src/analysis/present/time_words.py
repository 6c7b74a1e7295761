"""What is said of pay over the years; whether it rose or fell follows from the amounts."""

import re

import pandas as pd

from analysis.present.comparisons import apart, number_of, side_of
from analysis.present.formats import usd
from analysis.present.sentences import Passage, words
from analysis.present.values import Figures, Value, modelled

_SIDES, _ALIKE = ("higher", "lower"), "about the same"


def cautions(paths: pd.DataFrame) -> list[str]:
    """What publishers warn of, each once: cautions that begin alike are one.

    Args:
        paths: from `pay_over_time.follow_pay`.
    """
    told: dict[str, dict[str, None]] = {}
    for caution in paths["caution"].unique():
        first, *rest = re.split(r"(?<=\.) ", caution)
        told.setdefault(first, {}).update(dict.fromkeys(rest))
    return [" ".join([first, *rest]) for first, rest in told.items()]


def change_title(change: pd.Series, whose: str) -> str:
    """Such as "The median rose from $46,660 to $51,140; at constant prices it is 8.2% lower".

    Args:
        change: a row of `pay_over_time.change_over_time`.
        whose: stands before the statistic, such as "The".
    """
    named = f"{whose} {change['statistic']}"
    first, last = change["first_usd"], change["last_usd"]
    if change["first_year"] == change["last_year"]:
        return f"{named}: {usd(last)} in {change['last_year']}; no other year is shown"
    rose = side_of(last, first, ("rose", "fell"), "went")
    real = _change(last, change["first_real_usd"])
    return f"{named} {rose} from {usd(first)} to {usd(last)}; at constant prices it is {real}"


def panels_title(changes: pd.DataFrame) -> str:
    """Such as "At constant prices, 5 of 8 series fell and 2 rose".

    Args:
        changes: from `pay_over_time.change_over_time`.
    """
    told = panel_texts(changes)
    fell, rose = (told.str.contains(f" {side} ").sum() for side in reversed(_SIDES))
    return f"At constant prices, {fell} of {len(told)} series fell and {rose} rose"


def panel_texts(changes: pd.DataFrame) -> pd.Series:
    """How far each series is from where it began, such as "8.2% lower at constant prices".

    Args:
        changes: from `pay_over_time.change_over_time`.
    """
    told = [f"{_change(1 + change, 1)} at constant prices" for change in changes["real_change"]]
    once = changes["first_year"] == changes["last_year"]
    return pd.Series(told, changes.index).mask(once, "no other year is shown")


def _change(last: float, first_real: float) -> Passage:
    return apart(last, first_real, "percent1", _SIDES, _ALIKE)


def _real(row: pd.Series, statistic: str, figures: Figures) -> Value:
    """Pay of one year at the prices of the newest May."""
    inputs = [figures[row[f"figure_id_{statistic}"]]]
    return modelled(row[f"real_usd_{statistic}"], "Pay over time", inputs, inputs[0].unit)


def short_answer(pair: pd.DataFrame, who: str, figures: Figures) -> Passage:
    """What became of the median and of the mean, and how much that leans on where it starts.

    Args:
        pair: from `pay_over_time.median_beside_mean`.
        who: the occupation in words.
        figures: the ledger.
    """
    start, end = pair.iloc[0], pair.iloc[-1]
    first, last = figures[start["figure_id_median"]], figures[end["figure_id_median"]]
    return words(
        """Over all jobs of the occupation ({who}) the median went from {first} in May
        {first_year:year} to {last} in May {last_year:year}. At the prices of the latter the first
        is {real:usd} and the last is {median_change}, if the Mays may be compared at all: BLS does
        not encourage reading its survey over time. The mean is {mean_change} by the same
        reckoning. {later:sentences}""",
        who=who,
        first=first,
        first_year=start["year"],
        last=last,
        last_year=end["year"],
        real=_real(start, "median", figures),
        median_change=_change(last, _real(start, "median", figures)),
        mean_change=_change(figures[end["figure_id_mean"]], _real(start, "mean", figures)),
        later=[
            words(
                "Counted from May {year:year}, the median is {change}.",
                year=row["year"],
                change=_change(last, _real(row, "median", figures)),
            )
            for _, row in pair.iloc[1:-1].head(1).iterrows()
        ],
    )


def distance_at_both_ends(pair: pd.DataFrame, figures: Figures) -> Passage:
    """How the median lay to the mean at both ends; arguments as of `short_answer`."""
    distances = [
        apart(figures[row["figure_id_median"]], figures[row["figure_id_mean"]], "percent1")
        for _, row in pair.iloc[[0, -1]].iterrows()
    ]
    kept = str(distances[0]) == str(distances[1])
    return words(
        """A change over years leans on the year that it starts from. The median {kept} its
        distance from the mean: in May {first_year:year} it was {first} the mean, in May
        {last_year:year} {last}. None of this says what happened to any one person's pay.""",
        kept="kept" if kept else "did not keep",
        first_year=pair["year"].iloc[0],
        first=distances[0],
        last_year=pair["year"].iloc[-1],
        last=distances[1],
    )


def dips(path: pd.DataFrame) -> Passage:
    """The editions of one series whose average is below that of the one before and the one after.

    Args:
        path: rows of `pay_over_time.follow_pay` of one series, oldest first.
    """
    pay = path["nominal_usd"]
    low = path[(pay < pay.shift()) & (pay < pay.shift(-1))]
    told = [
        words(
            "{year:year} ({read})",
            year=row.year,
            read="read at its publisher"
            if row.reading == "published"
            else "known from a quotation",
        )
        for row in low.itertuples()
    ]
    if not told:
        return words("No edition's average is below both that before and that after it.")
    return words(
        "{editions} whose average is below both that before and that after: {told:and}. Little can "
        "be built on such a dip.",
        editions=number_of(len(told), "The edition", "The editions"),
        told=told,
    )
