"""The charts of this project: each takes a tidy table and returns a chart that shows itself.

    charts.waterfall(steps, "A third of the gap is explained", source="BLS OEWS; AAPC")

Every chart has a `title`, which states the finding; a `note` below it with units, population and
period; and the words of `Wording`: `source`, `name`, `alt` and `data`. Amounts are US dollars a
year and shares run from 0 to 1, unless a chart says otherwise. What colours mean is in `style`.
"""

from analysis.present.audit_charts import scoreboard
from analysis.present.bridge_charts import effects, residual_over_assumption, tornado, waterfall
from analysis.present.chart_frame import KeyEntry
from analysis.present.curve_charts import offers, pay_curve
from analysis.present.drawn_chart import DrawnChart, Wording
from analysis.present.pair_charts import claimed_and_official, editions, moves
from analysis.present.pay_charts import (
    band_ranks,
    bands,
    employers,
    group_means,
    mean_ranges,
    on_top,
    published_answers,
    share_ranges,
    spreads,
    stacking,
    total_compensation,
)
from analysis.present.place_charts import (
    pay_changes,
    price_moves,
    rank_intervals,
    ranked_places,
    tile_map,
)
from analysis.present.row_charts import row_chart
from analysis.present.time_charts import pay_over_time, pay_panels

__all__ = [
    "DrawnChart",
    "KeyEntry",
    "Wording",
    "band_ranks",
    "bands",
    "claimed_and_official",
    "editions",
    "effects",
    "employers",
    "group_means",
    "mean_ranges",
    "moves",
    "offers",
    "on_top",
    "pay_changes",
    "pay_curve",
    "pay_over_time",
    "pay_panels",
    "price_moves",
    "published_answers",
    "rank_intervals",
    "ranked_places",
    "residual_over_assumption",
    "row_chart",
    "scoreboard",
    "share_ranges",
    "spreads",
    "stacking",
    "tile_map",
    "tornado",
    "total_compensation",
    "waterfall",
]
