"""Describes the tables of a page to search engines, as schema.org's Dataset."""

from collections.abc import Iterable, Mapping
from typing import Any

_LONGEST = 160


def data_set(
    name: str, description: str, files: Iterable[str], site: Mapping[str, Any], licence: str = ""
) -> dict[str, Any]:
    """A set of tables, for the JSON-LD of a page.

    Args:
        name: what the tables are called.
        description: what they hold; it is cut after some words.
        files: the tables, relative to the report.
        site: see `export.page_files`.
        licence: the name of the licence, "" where it is not one.
    """
    downloads = [
        {
            "@type": "DataDownload",
            "contentUrl": f"{site['address']}{file}",
            "encodingFormat": "text/csv",
        }
        for file in files
    ]
    described = description
    if len(description) > _LONGEST:
        described = f"{description[:_LONGEST].rsplit(' ', 1)[0]} …"
    found = {
        "@type": "Dataset",
        "name": name,
        "description": described,
        "distribution": downloads,
    }
    return found | ({"license": {"@type": "CreativeWork", "name": licence}} if licence else {})
