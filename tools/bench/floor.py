"""Runs the cells of pages one after another in one process, and says how many seconds they took.

Usage: floor.py PROJECT; pages as JSON on standard input. The first page is run once before, to
import; where there are more than 50 pages, the first 50 stand for all.
"""

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path

os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"

from IPython.core.interactiveshell import InteractiveShell

MOST = 50


def run(page: dict, project: Path) -> float:
    """Run the cells of a page in an empty namespace; the seconds that took."""
    shell = InteractiveShell.instance()
    shell.reset(new_session=False)
    os.chdir(project / "notebooks")
    notebook = json.loads((project / page["notebook"]).read_text(encoding="utf-8"))
    begun = time.monotonic()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"])).raise_error()
            if "parameters" in cell["metadata"].get("tags", []):
                shell.push(page["given"])
    return time.monotonic() - begun


if __name__ == "__main__":
    project, pages = Path(sys.argv[1]), json.load(sys.stdin)
    with contextlib.redirect_stdout(io.StringIO()):
        run(pages[0], project)
        measured = pages[:MOST]
        seconds = sum(run(page, project) for page in measured) * len(pages) / len(measured)
    print(seconds)
