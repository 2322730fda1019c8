"""The incremental model: what would not have happened without each channel.

Reads counts of distinct paths, null paths included; start at `summary.py`. It answers another
question than credit along paths does, and has a row `(baseline)`. Beside other models it is
`attribute(..., ["linear", "incremental"])`; alone:

    from headwater.attribution.incremental import Settings, incremental

    found = incremental(counts, Settings(cap=1))
    found.table, found.effects, found.calibration, found.diagnostics
"""

from headwater.attribution.incremental.diagnostics import Caution, Diagnostics
from headwater.attribution.incremental.finely import Finely
from headwater.attribution.incremental.holdouts import Group, Holdout
from headwater.attribution.incremental.named import Incremental
from headwater.attribution.incremental.settings import Settings
from headwater.attribution.incremental.summary import Findings, incremental

__all__ = [
    "Caution",
    "Diagnostics",
    "Findings",
    "Finely",
    "Group",
    "Holdout",
    "Incremental",
    "Settings",
    "incremental",
]
