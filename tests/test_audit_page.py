"""Page 02 of guides other than the project's own: no traceback, and what is expected of each."""

import pandas as pd
import papermill
import pytest

from analysis.published.paths import ROOT

GUIDE = pd.read_csv(ROOT / "data/raw/guide-figures.csv", dtype=str, keep_default_na=False)
RIGHT = {
    "guide-bls-median": "$48,780",
    "guide-bls-p10": "$35,080",
    "guide-bls-p90": "$77,810",
}
"""BLS, May 2023."""


def right():
    chosen = GUIDE[GUIDE["figure_id"].isin(RIGHT)]
    return chosen.assign(as_published=chosen["figure_id"].map(RIGHT))


GUIDES = {
    "nothing-contradicted": (right(), "Of 3 BLS figures that can be checked none is wrong."),
    "heading-only": (GUIDE[:0], "No BLS figure in the guide can be checked."),
    "one-row": (
        GUIDE[GUIDE["figure_id"] == "guide-bls-p90"],
        "Of 1 BLS figure that can be checked 1 is wrong.",
    ),
    "other-publishers": (
        GUIDE[GUIDE["publisher"].isin(["Payscale", "Glassdoor"])],
        "No BLS figure in the guide can be checked.",
    ),
    "only-ranges": (
        GUIDE[GUIDE["statistic"] == "range"],
        "No BLS figure in the guide can be checked.",
    ),
}


@pytest.mark.parametrize("name", GUIDES)
def test_page_of_another_guide(name, tmp_path):
    printed, headline = GUIDES[name]
    printed.to_csv(tmp_path / f"{name}.csv", index=False)
    made = papermill.execute_notebook(
        ROOT / "notebooks/02-audit-guide.ipynb",
        None,
        {"guide": str(tmp_path / f"{name}.csv"), "output_dir": str(tmp_path)},
        engine_name="in-process",
        cwd=ROOT / "notebooks",
        progress_bar=False,
    )
    lead = [cell for cell in made.cells if "lead" in cell.metadata.get("tags", [])][-1]
    assert lead.outputs[0]["data"]["text/plain"].startswith(f"**{headline}**")
    claims = pd.read_csv(tmp_path / "claims.csv")
    contradicted = set(claims.loc[claims["verdict"] == "contradicted", "claim_id"])
    assert contradicted - {"guide-occupation-name"} == (
        {"guide-bls-p90"} if name == "one-row" else set()
    )
