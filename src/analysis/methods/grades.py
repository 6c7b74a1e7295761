"""How well a step of the bridge is known: as well as the weakest of what it rests on."""

from collections.abc import Iterable

import pandas as pd

from analysis.methods.formulas import evaluate, formula_inputs

GRADES = ("published", "quoted", "bounded", "assumed", "residual")
"""Best known first. `quoted`: published, but read where somebody else quotes it."""


def weakest(grades: Iterable[str]) -> str:
    """The least known of some grades."""
    return max(grades, key=GRADES.index)


def reading_grades(source_ids: pd.Series, sources: pd.DataFrame) -> pd.Series:
    """`published` for a figure read at its publisher, `quoted` for one that its source quotes.

    A copy of the publisher's whole table, file or page counts as the publisher's; how good the copy
    is, its `confidence` says.

    Args:
        source_ids: of the figures; "" for one that is not published.
        sources: see `package.sources`; its column `quotes` names the body that a source quotes.
    """
    quoting = sources.index[sources["quotes"] != ""]
    return source_ids.isin(quoting).map({True: "quoted", False: "published"})


def grade_steps(
    steps: pd.DataFrame, central: pd.DataFrame, readings: pd.Series, assumptions: Iterable[str]
) -> pd.Series:
    """The grade of every step in one case.

    It is the weakest of the grade in the table of steps and of how each published input was read.
    A step that the table calls published is assumed where an assumption moves its dollars, as the
    unknown date does once it is not the paired May.

    Args:
        steps: from `bridge.choose_steps`.
        central: the case, one row.
        readings: from `reading_grades`, by published input.
        assumptions: the names of inputs that nobody publishes.
    """
    without = central.assign(**dict.fromkeys(assumptions, 0.0))
    return pd.Series(
        [
            _grade(str(step.grade), str(step.formula), central, without, readings)
            for step in steps.itertuples()
        ],
        index=steps.index,
        dtype=object,
    )


def _grade(
    grade: str, formula: str, central: pd.DataFrame, without: pd.DataFrame, readings: pd.Series
) -> str:
    """The grade of one step; the residual has no formula."""
    if formula == "":
        return grade
    names = formula_inputs(formula)
    read = weakest([grade, *readings[readings.index.isin(names)]])
    dollars = [evaluate(formula, case.assign(running=1.0)).iloc[0] for case in (central, without)]
    moved = grade == "published" and abs(dollars[0] - dollars[1]) > 0.005
    return "assumed" if moved else read
