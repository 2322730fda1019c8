"""The incremental model from path counts to a table with a row `(baseline)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.attribution.data_driven import Bootstrap, PathCounts, count_paths
from headwater.attribution.data_driven.bootstrap import Interval, intervals
from headwater.attribution.data_driven.estimators import Credit, Flag
from headwater.attribution.data_driven.tables import PathInput
from headwater.attribution.incremental.diagnostics import (
    Caution,
    Diagnostics,
    calibration,
    cautions_by_channel,
    diagnose,
    effects_table,
)
from headwater.attribution.incremental.exposures import Exposures
from headwater.attribution.incremental.model import Learned, Redrawn
from headwater.attribution.incremental.results import Shown, credit_rows
from headwater.attribution.incremental.settings import Settings
from headwater.attribution.incremental.telling import told
from headwater.domain.errors import UnknownName

USUAL: Final = Settings()
DRAWN: Final = Bootstrap()


@dataclass(frozen=True, slots=True)
class Findings:
    """What would not have happened without each channel, and what that rests on.

    `effects` and `calibration` are None, and so are the `diagnostics`, where nobody converted.
    """

    table: pa.Table
    told: tuple[str, ...]
    """What was assumed and how the effects were learned, as sentences without a full stop."""
    effects: pa.Table | None = None
    calibration: pa.Table | None = None
    diagnostics: Diagnostics | None = None

    @property
    def credit(self) -> pa.Table:
        """The rows with the columns that every model's have."""
        names = self.table.column_names
        return self.table.select(names[: names.index("flags") + 1])


def incremental(
    paths: PathCounts | PathInput,
    settings: Settings = USUAL,
    separator: str | None = None,
    bootstrap: Bootstrap | None = DRAWN,
    label: str = "incremental",
) -> Findings:
    """Return the conversions and value that each channel added, by a regression.

    `paths`: counts, or a table that `count_paths` takes (`separator` is for it); persons who
    did not convert must be among them. `bootstrap`: None for no intervals.

    `table` has the columns of every model's credit (`model`, `channel`, `conversions`, `value`
    or `value_minor`, their `_low` and `_high`, `flags`), and at the end `removed`,
    `removed_low` and `removed_high`: the conversions lost if this channel alone were taken
    away, null in the last two rows. Channels come by name, then `(baseline)`: what those with
    a touch would have done anyway; then `(no touch)`. Rows sum to all conversions and value,
    to the unit for minor units. A channel can be below 0. The same paths and seed give the
    same figures.

    Raises InputError: no null paths, over 1,000 channels, a test of an unknown channel.
    """
    counts = paths if isinstance(paths, PathCounts) else count_paths(paths, None, separator)
    for test in settings.holdouts:
        if test.channel not in counts.channels:
            raise UnknownName("channel with a holdout test", test.channel, counts.channels)
    exposures = Exposures.of(counts, settings)
    learned = Learned.of(exposures, settings)
    if learned is None:
        nothing = np.zeros(2 * len(exposures.groups) + 1)
        values = nothing.copy()
        values[len(exposures.groups)] = exposures.paths.values.sum()
        empty = Shown(label, Credit(nothing, values), None, bootstrap is not None)
        return Findings(credit_rows(exposures, empty, []), told(settings, None))
    credit = learned.split(exposures.observed, *learned.effects())
    interval, extra = _interval(learned, bootstrap)
    effects = effects_table(learned)
    diagnostics = diagnose(learned, counts)
    cautions = cautions_by_channel(learned, effects)
    if diagnostics.cut_short and not settings.each_touch:
        cautions = [[*one, Caution.CUT_SHORT.value] for one in cautions]
    shown = Shown(label, credit, interval, bootstrap is not None, extra)
    rows = credit_rows(exposures, shown, cautions)
    said = told(settings, diagnostics)
    return Findings(rows, said, effects, calibration(learned), diagnostics)


def _interval(
    learned: Learned, bootstrap: Bootstrap | None
) -> tuple[Interval | None, frozenset[Flag]]:
    """Return the interval, or the reason why there is none."""
    if bootstrap is None:
        return None, frozenset()
    random = np.random.Generator(np.random.SFC64([bootstrap.seed, 1]))
    redrawn = Redrawn(learned, random)
    if not bootstrap.affords(redrawn):
        return None, frozenset({Flag.NO_INTERVAL})
    return intervals(learned.exposures.paths, [redrawn], bootstrap)[0], frozenset()
