"""Where the project keeps its data."""

from pathlib import Path

from common.plan_file import PLAN_NAME


def project_folder(here: Path, code: Path) -> Path:
    """The nearest folder that holds a project, from one upwards, or else above the code.

    Args:
        here: where to begin.
        code: a file of the code, which lies in a checkout unless it was installed without one.

    Returns:
        The project's folder; `here` where there is no project.
    """
    folders = [here, *here.parents, *code.parents]
    return next((folder for folder in folders if (folder / PLAN_NAME).is_file()), here)


ROOT = project_folder(Path.cwd(), Path(__file__).resolve())
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
