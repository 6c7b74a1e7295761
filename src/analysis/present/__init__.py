"""How a result is shown: charts, tables, numbers in prose.

What the cells of a notebook show most often is found here, without the name of its module.
"""

from analysis.present import charts
from analysis.present.comparisons import waiting
from analysis.present.notebook_page import begin_page
from analysis.present.sentences import say, words
from analysis.present.tables import Table
from analysis.present.values import Figures, counted

__all__ = [
    "Figures",
    "Table",
    "begin_page",
    "charts",
    "counted",
    "say",
    "waiting",
    "words",
]
