"""What the server of the processes does before the first page."""

import subprocess
import sys

REHEARSAL = """
import sys
from pathlib import Path
from pages.export import templates
from pages.server_preload import rehearse

rehearse(Path(sys.argv[1]))
print(templates.cache_info().currsize, "matplotlib.backends.backend_svg" in sys.modules)
"""


def test_the_rehearsal_goes_as_far_as_the_export_of_a_page(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", REHEARSAL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.stdout == "1 True\n"
