"""Where the project keeps its data."""

from pathlib import Path

from common.plan_file import project_folder

ROOT = project_folder(Path.cwd(), Path(__file__).resolve())
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
