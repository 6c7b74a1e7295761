"""Live parts: a method that a reader can try in the page, and in JupyterLab.

Each is one call, the last line of a cell: `live.bridge(...)`, `live.offers(...)`,
`live.finder(...)`. The JavaScript beside these modules redoes the method; tests hold it to Python.
"""

from analysis.present.live.live_bridge import bridge
from analysis.present.live.live_finder import finder
from analysis.present.live.live_offers import offers

__all__ = ["bridge", "finder", "offers"]
