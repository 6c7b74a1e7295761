"""How the project is to be cited: `CITATION.cff`, which also says which version this is."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field, ValidationError

from common.errors import InputError

CITATION = "CITATION.cff"


class Author(BaseModel):
    """An organization."""

    name: str


class Citation(BaseModel):
    """What the archive takes from it."""

    title: str
    version: str
    released: date = Field(alias="date-released")
    license: str
    abstract: str
    authors: list[Author] = Field(min_length=1)


def read_citation(root: Path) -> Citation:
    """The citation of a project.

    Raises:
        InputError: the file is not there, or lacks a field or has another kind of it.
    """
    try:
        content: Any = yaml.safe_load((root / CITATION).read_text(encoding="utf-8"))
        return Citation.model_validate(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise InputError(f"{CITATION}: {error}") from error
