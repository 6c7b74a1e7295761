"""Line ends and marks that other editors and systems leave in a file change nothing."""

import pytest

from analysis.published.dictionary import untraced_rows
from analysis.published.paths import RAW, ROOT
from analysis.published.raw_tables import read_csv
from common.errors import InputError
from pages.notebooks import read_cells
from pages.plan import read_plan

MARK = b"\xef\xbb\xbf"
CHANGES = {
    "line ends of Windows": lambda content: content.replace(b"\n", b"\r\n"),
    "a byte-order mark": lambda content: MARK + content,
    "both": lambda content: MARK + content.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_raw_tables_are_the_same(project, name):
    raw = project / "data" / "raw"
    for path in sorted(raw.glob("*.csv")):
        path.write_bytes(CHANGES[name](path.read_bytes()))
        kept = read_csv(RAW / path.name, path.name)
        assert read_csv(path, path.name, raw).equals(kept), path.name
    assert untraced_rows(raw).empty


@pytest.mark.parametrize("name", CHANGES)
def test_the_plan_is_the_same(project, name):
    for folder in ("notebooks", "src"):
        (project / folder).symlink_to(ROOT / folder)
    (project / "report.yml").write_bytes(CHANGES[name]((ROOT / "report.yml").read_bytes()))
    assert read_plan(project) == read_plan(ROOT)


def test_a_notebook_is_the_same_and_one_with_a_mark_is_refused_as_jupyter_does(tmp_path):
    kept = ROOT / "notebooks" / "01-clean-figures.ipynb"
    copy = tmp_path / "a.ipynb"
    copy.write_bytes(CHANGES["line ends of Windows"](kept.read_bytes()))
    assert read_cells(copy) == read_cells(kept)
    copy.write_bytes(MARK + kept.read_bytes())
    with pytest.raises(
        InputError, match=r"^a\.ipynb cannot be read as a notebook: .*byte-order mark"
    ):
        read_cells(copy)
