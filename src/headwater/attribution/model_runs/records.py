"""What a run was asked, what it found, and both as Arrow tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import pyarrow as pa

from headwater.domain.words import ConversionKind


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a run's outcome depends on. `lookback` as in the settings, such as `90d`."""

    model: str
    kind: ConversionKind
    lookback: str
    watermark: int
    """The last fact that the tables it learned from had taken in."""
    rule_version: str
    settings_version: str
    code_version: str
    replicates: int
    seed: int = 0

    @property
    def run_id(self) -> str:
        """A text that is the same whenever the outcome must be the same."""
        said = json.dumps(asdict(self), sort_keys=True)
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One run. Times are microseconds UTC, money is minor units of the reporting currency.

    `conversions` and `value_minor` are those with a touch, `untouched` the conversions
    without; `paths` counts distinct paths, `null_paths` the persons who did not convert.
    `gap_conversions` and `gap_minor` are what the model gives to channels beyond what shares
    within the paths can give them. `error` says why there is no outcome, empty otherwise.
    """

    run_id: str
    model: str
    kind: str
    lookback: str
    watermark: int
    rule_version: str
    settings_version: str
    code_version: str
    replicates: int
    seed: int
    started_at: int
    finished_at: int
    paths: int
    conversions: float
    untouched: float
    value_minor: int
    null_paths: int
    gap_conversions: float
    gap_minor: float
    flags: str
    """As in `data_driven.Flag`, parted by semicolons."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """What a run found of one channel.

    `conversions` and `value_minor` are the model's own, with bounds of 95 % (None: none could
    be drawn); `credited_...` is what shares within the paths give. `removal_...` is the part
    of everything that is lost without the channel (None: no Markov model, or nothing to
    lose). `factor` and `value_factor` weigh the channel against others in one path; under the
    incremental model, which credits no touch, they and `credited_...` are 0.
    """

    run_id: str
    model: str
    kind: str
    channel: str
    conversions: float
    conversions_low: float | None
    conversions_high: float | None
    value_minor: int
    value_low_minor: int | None
    value_high_minor: int | None
    removal_conversions: float | None
    removal_value: float | None
    credited_conversions: float
    credited_minor: float
    factor: float
    value_factor: float
    too_few: bool


@dataclass(frozen=True, slots=True)
class ChannelEffect:
    """What a run of the incremental model learned of one channel, or of `(baseline)`.

    `effect` is on the log-odds of converting, with its standard error; `exposed_persons` met
    the channel, and so many of them converted (None of the baseline). `removed` conversions
    are lost if this channel alone is taken away. `cautions` weaken all this, parted by
    semicolons.
    """

    run_id: str
    model: str
    kind: str
    channel: str
    effect: float | None
    effect_error: float | None
    exposed_persons: float | None
    exposed_conversions: float | None
    removed: float | None
    removed_low: float | None
    removed_high: float | None
    cautions: str


_TYPES: Final = {
    "watermark": pa.int64(),
    "started_at": pa.int64(),
    "finished_at": pa.int64(),
    "value_minor": pa.int64(),
    "value_low_minor": pa.int64(),
    "value_high_minor": pa.int64(),
    "replicates": pa.int64(),
    "seed": pa.int64(),
    "paths": pa.int64(),
    "null_paths": pa.int64(),
    "too_few": pa.bool_(),
    **dict.fromkeys(
        (
            "conversions",
            "conversions_low",
            "conversions_high",
            "untouched",
            "gap_conversions",
            "gap_minor",
            "removal_conversions",
            "removal_value",
            "credited_conversions",
            "credited_minor",
            "factor",
            "value_factor",
            "effect",
            "effect_error",
            "exposed_persons",
            "exposed_conversions",
            "removed",
            "removed_low",
            "removed_high",
        ),
        pa.float64(),
    ),
}


def _schema(names: Iterable[str]) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in names])


RUN_SCHEMA: Final = _schema(ModelRun.__dataclass_fields__)
RESULT_SCHEMA: Final = _schema(ChannelResult.__dataclass_fields__)
EFFECT_SCHEMA: Final = _schema(ChannelEffect.__dataclass_fields__)


def runs_table(runs: Sequence[ModelRun]) -> pa.Table:
    """Return runs as a table with the columns of `ModelRun`."""
    return pa.Table.from_pylist([asdict(one) for one in runs], schema=RUN_SCHEMA)


def results_table(results: Sequence[ChannelResult]) -> pa.Table:
    """Return results as a table with the columns of `ChannelResult`."""
    return pa.Table.from_pylist([asdict(one) for one in results], schema=RESULT_SCHEMA)


def effects_table(effects: Sequence[ChannelEffect]) -> pa.Table:
    """Return effects as a table with the columns of `ChannelEffect`."""
    return pa.Table.from_pylist([asdict(one) for one in effects], schema=EFFECT_SCHEMA)
