"""The page of every state and area: which there are, and whether each can be made and read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from legible import assert_legible, texts
from notebook_runs import NotebookRuns

from analysis.methods import place_profile
from analysis.methods.distribution import CELLS
from analysis.published.paths import ROOT
from analysis.published.raw_tables import load_places, load_table
from pages.plan import read_plan

NOTEBOOK = "06-profile-area"
OEWS = load_places()
LOCAL = place_profile.of_one_may(OEWS).query("area_type != 'national'")
CODERS = LOCAL.query("soc_code == '29-2072'")
OCCUPATIONS = ["29-2072", "43-3021", "29-9021"]


@pytest.fixture(scope="module")
def runs():
    notebook = NotebookRuns(NOTEBOOK)
    yield notebook
    notebook.close()


def covering():
    """The places at the ends of all that shapes a page."""
    states, places = load_table("states.csv"), CODERS.set_index("area_code")
    within = place_profile.states_of(CODERS, states)
    in_states = within[places["area_type"] != "state"]
    beside = in_states.map(lambda own: sum(not own.isdisjoint(other) for other in in_states))
    span = places["annual_p90"] - places["annual_p10"]
    rural = places[places["area_type"] == "nonmetropolitan"]
    clerks = OEWS[OEWS["soc_code"] == "43-3021"].dropna(subset="annual_median")["area_code"]
    ends = [
        places["area_title"].str.len(),
        rural["area_title"].str.len(),
        within.map(len),
        beside,
        span,
    ]
    ends += [places["annual_median"], places["annual_p90"], places["employment"]]
    found = {end for values in ends for end in (values.idxmax(), values.idxmin())}
    found |= {*places.index[places[[*CELLS.values()]].isna().any(axis=1)]}
    found |= {places.index[places["employment"].isna()][0], places.index.difference(clerks)[0]}
    return sorted(found | {"US-DC", "US-PR", "US-GU", "NONMETRO-7200006"})


def sample(count=60):
    """Those places, and others of each kind from the fewest jobs to the most; each with a wage."""
    ends = covering()
    others = CODERS[~CODERS["area_code"].isin(ends)].sort_values(["area_type", "employment"])
    steps = np.linspace(0, len(others) - 1, count - len(ends)).round()
    between = others["area_code"].iloc[steps]
    both = [(area, wage) for area in ends for wage in (0, 62_000)]
    return [*both, *((area, 62_000 * (place % 2)) for place, area in enumerate(between))]


EVERY = {"wage": 0, "credentials": 0, "years": -1, "occupation": "29-2072"}


def check(runs, folder, **parameters):
    """The page is made, and its charts have marks and can be read."""
    shown = runs.show(output_dir=str(folder), **EVERY | parameters)
    answer = shown.names["answer"]
    whole = answer["soc_code"] == "29-2072" and shown.names["mean_here"].notna().all()
    assert shown.charts.keys() == {"pay", "neighbours"} | ({"credentials"} if whole else set())
    for chart in shown.charts.values():
        marks = [np.ma.compressed(mark.get_offsets()) for mark in chart.axes.collections]
        assert any(len(places) and np.isfinite(places).all() for places in marks)
        assert_legible(chart)
    return shown.charts


@pytest.mark.parametrize(("area", "wage"), sample())
def test_a_page_can_be_made_and_read(runs, tmp_path, area, wage):
    check(runs, tmp_path, area=area, wage=wage)


@pytest.mark.parametrize(
    "person",
    [
        {"wage": 15_000},
        {"wage": 1_000_000, "credentials": 1, "years": 0},
        {"wage": 48_000, "credentials": 2, "years": 7},
        {"credentials": 3, "years": 60},
    ],
    ids=str,
)
@pytest.mark.parametrize("area", ["US-NJ", "CBSA-21300"])
def test_so_can_one_for_any_reader(runs, tmp_path, area, person):
    check(runs, tmp_path, area=area, **person)


@pytest.mark.parametrize("occupation", OCCUPATIONS[1:])
@pytest.mark.parametrize("area", ["US-NJ", "US-AR", "US-DC", "CBSA-35620"])
def test_other_occupations_are_answered_as_fully(runs, tmp_path, area, occupation):
    check(runs, tmp_path, area=area, occupation=occupation, wage=62_000, years=3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("area", "occupation"),
    LOCAL[LOCAL["soc_code"].isin(OCCUPATIONS)][["area_code", "soc_code"]].to_numpy().tolist(),
)
def test_every_page_can_be_made_and_read(runs, tmp_path, area, occupation):
    check(runs, tmp_path, area=area, occupation=occupation, wage=62_000)


def test_what_is_missing_is_said_on_the_chart(runs, tmp_path):
    chart = check(runs, tmp_path, area="CBSA-21300")["pay"]
    assert [text for text, _ in texts(chart.figure)].count("not available") == 1


def test_labels_that_collide_or_leave_the_figure_would_be_noticed(runs, tmp_path):
    drawn = check(runs, tmp_path, area="US-NJ")
    axes = drawn["pay"].axes
    axes.set_ylim(axes.get_ylim()[0] * 9, axes.get_ylim()[1])
    with pytest.raises(AssertionError, match="lies on"):
        assert_legible(drawn["pay"])
    axes = drawn["neighbours"].axes
    axes.set_xlabel("a" * 200)
    with pytest.raises(AssertionError, match="cut on the left"):
        assert_legible(drawn["neighbours"])


def test_the_sweeps_make_a_page_for_every_place_that_publishes_the_occupation():
    pages = [page for page in read_plan(ROOT).select(["states", "areas"]) if page.sweep]
    assert {page.parameters["area"] for page in pages} == set(CODERS["area_code"])
    assert len({page.name for page in pages}) == len(pages) > 550
    titles = CODERS.set_index("area_code")["area_title"]
    assert all(page.label == titles[page.parameters["area"]] for page in pages)
    assert {page.parameters["output_dir"] for page in pages} == {
        f"report/{page.name}" for page in pages
    }


@pytest.mark.parametrize("folder", ["", "notebooks"])
def test_papermill_makes_the_page_of_a_place_and_an_offer(tmp_path, folder):
    project = tmp_path / "coderpay"
    for name in ("src", "notebooks", "data", "docs"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "report.yml", project)
    before = (project / "data" / "processed" / "profile.csv").read_bytes()
    program = Path(sys.executable).with_name("papermill")
    source = Path(os.path.relpath(project / "notebooks" / f"{NOTEBOOK}.ipynb", project / folder))
    subprocess.run(
        [program, source, "out.ipynb", "-p", "area", "US-NJ", "-p", "wage", "62000"],
        cwd=project / folder,
        env=os.environ | {"PYTHONPATH": str(project / "src")},
        capture_output=True,
        check=True,
    )
    made = nbformat.read(project / folder / "out.ipynb", as_version=4)
    outs = [output for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outs if output.get("name") == "stderr"]
    assert any(
        "An offer of $62,000 is at" in output.get("data", {}).get("text/plain", "")
        for output in outs
    )
    assert (project / "report" / NOTEBOOK / "wage=62000" / "profile.csv").exists()
    assert (project / "data" / "processed" / "profile.csv").read_bytes() == before
