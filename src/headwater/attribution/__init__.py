"""Stage 4 of 5: reads touchpoints and conversions, writes credits. Start at `credit.py`.

Usable alone, on Arrow tables from anywhere; needs only numpy, pyarrow and `headwater.domain`:

    from headwater.attribution import MODELS, attribute, credit

    credit(touches, conversions, models=list(MODELS), lookback=90 * DAY)
    attribute(touches, conversions, models=["linear", "time_decay(half_life=14d)"])
"""

from headwater.attribution.catalogue import MODELS, model
from headwater.attribution.credit import CREDIT_SCHEMA, credit, credit_batches
from headwater.attribution.models import Model, by_channel, by_position
from headwater.attribution.summary import attribute

__all__ = [
    "CREDIT_SCHEMA",
    "MODELS",
    "Model",
    "attribute",
    "by_channel",
    "by_position",
    "credit",
    "credit_batches",
    "model",
]
