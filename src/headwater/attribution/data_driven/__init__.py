"""The data-driven models: reads counts of distinct paths, writes credit by channel.

Start at `summary.py`. Exact algebra, never simulation; the bootstrap alone is drawn at random:

    from headwater.attribution.data_driven import credit_by_channel, count_paths

    counts = count_paths(table, separator=" > ")
    credit_by_channel(counts, models=["linear", "shapley", "markov(order=2)"])
"""

from headwater.attribution.data_driven.bootstrap import Bootstrap
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Flag
from headwater.attribution.data_driven.families import DATA_DRIVEN, is_data_driven
from headwater.attribution.data_driven.journeys import count_journeys
from headwater.attribution.data_driven.path_rows import PathColumns
from headwater.attribution.data_driven.summary import (
    credit_by_channel,
    positions,
    removal_effects,
)
from headwater.attribution.data_driven.tables import count_paths

__all__ = [
    "DATA_DRIVEN",
    "Bootstrap",
    "Flag",
    "PathColumns",
    "PathCounts",
    "count_journeys",
    "count_paths",
    "credit_by_channel",
    "is_data_driven",
    "positions",
    "removal_effects",
]
