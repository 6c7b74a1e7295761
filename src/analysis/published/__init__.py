"""What a published figure is: where it was read, its rules, and how it is parsed.

What the cells of a notebook read most often is found here, without the name of its module.
"""

from analysis.published.agreement import check_official_tables
from analysis.published.ledger import oews_figure_ids
from analysis.published.package import sources, titles_of
from analysis.published.processed import load_figures
from analysis.published.raw_tables import load_aapc, load_oews, load_places, load_table

__all__ = [
    "check_official_tables",
    "load_aapc",
    "load_figures",
    "load_oews",
    "load_places",
    "load_table",
    "oews_figure_ids",
    "sources",
    "titles_of",
]
