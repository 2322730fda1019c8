"""Stage 4 of 5: reads touchpoints and conversions, writes credits. Start at `library.py`.

Usable alone, on tables from anywhere; needs only numpy, pyarrow and `headwater.domain`:

    from headwater.attribution import attribute, attribute_paths

    found = attribute("touches.parquet", conversions, ["linear", "time_decay", "markov"])
    found.credit, found.totals, found.assumed.sentences()

    attribute_paths(paths, ["shapley", "markov(order=2)"], separator=" > ")

`credit` and `credit_batches` give each touch's share of each conversion (rule-based models),
on Arrow tables alone. docs/tutorial/attribution-library.md leads through all of it.
"""

from headwater.attribution.catalogue import MODELS, model
from headwater.attribution.credit import (
    CODED_SCHEMA,
    CREDIT_SCHEMA,
    coded_batches,
    credit,
    credit_batches,
)
from headwater.attribution.data_driven import (
    DATA_DRIVEN,
    Bootstrap,
    Flag,
    PathColumns,
    PathCounts,
    count_journeys,
    count_paths,
    positions,
    removal_effects,
)
from headwater.attribution.library import attribute, attribute_paths
from headwater.attribution.models import Model, by_channel, by_position
from headwater.attribution.outcome import Assumed, Attribution

__all__ = [
    "CODED_SCHEMA",
    "CREDIT_SCHEMA",
    "DATA_DRIVEN",
    "MODELS",
    "Assumed",
    "Attribution",
    "Bootstrap",
    "Flag",
    "Model",
    "PathColumns",
    "PathCounts",
    "attribute",
    "attribute_paths",
    "by_channel",
    "by_position",
    "coded_batches",
    "count_journeys",
    "count_paths",
    "credit",
    "credit_batches",
    "model",
    "positions",
    "removal_effects",
]
