"""What publishers answer to the question of pay, as a guide prints it, beside BLS's own table."""

import pandas as pd

_BLS_ANSWER = "BLS, all workers"
_COLUMNS = ["median", "mean", "low", "high"]


def printed_pay(figures: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The pay that a guide prints, each with whom it names: `label` such as "AAPC, certified".

    Args:
        figures: the columns of `figures.csv`.
        sources: see `package.sources`; a title says whom its source quotes.

    Returns:
        The rows of `figures` in US dollars a year whose source is a guide, with `label`.
    """
    own = figures["source_id"].str.startswith("guide") & figures["unit"].eq("USD per year")
    names = sources["title"].str.partition("quoting ")[2].replace("", "The guide itself")
    printed = figures[own]
    return printed.assign(label=printed["source_id"].map(names) + ", " + printed["category"])


def answers(printed: pd.DataFrame, official: pd.Series, year: int) -> pd.DataFrame:
    """What each publisher answers for the nation, BLS's answer being its own table's.

    Args:
        printed: from `printed_pay`.
        official: the nation's row of OEWS.
        year: its May.

    Returns:
        `label`, `median`, `mean`, `low` and `high`; of BLS low and high are the 10th and the 90th
        percentile.
    """
    national = printed[printed["subject"] == "national"]
    table = national.pivot(index="label", columns="statistic", values="value")
    table = table.drop(index=_BLS_ANSWER, errors="ignore").reindex(columns=_COLUMNS)
    cells = official[["annual_median", "annual_p10", "annual_p90"]].to_numpy(float)
    table.loc[f"{_BLS_ANSWER} (OEWS, May {year})", ["median", "low", "high"]] = cells
    return table.reset_index()


def figures_to_place(
    printed: pd.DataFrame, bls_mean: float, certified: float, edition: int
) -> pd.DataFrame:
    """The averages and medians to place among BLS's jobs: those of others, and the two compared.

    Args:
        printed: from `printed_pay`.
        bls_mean: of OEWS.
        certified: AAPC's mean of the certified.
        edition: of AAPC's survey.

    Returns:
        `label`, `value` and `statistic`.
    """
    others = printed[
        printed["statistic"].isin(["mean", "median"])
        & printed["subject"].isin(["national", "credential_count"])
        & printed["source_id"].ne("guide-quoting-bls")
        & printed["figure_id"].ne("guide-aapc-mean")
    ]
    own = pd.DataFrame(
        {
            "label": ["BLS, mean", certified_label(edition)],
            "value": [float(bls_mean), float(certified)],
            "statistic": "mean",
        }
    )
    return pd.concat([others[["label", "value", "statistic"]], own], ignore_index=True)


def certified_label(edition: int) -> str:
    """What AAPC's mean of the certified is called among other averages."""
    return f"AAPC {edition}, certified"
