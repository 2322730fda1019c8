"""Credit of single touches under data-driven models, from the factors of their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import Floats
from headwater.attribution.credit import CREDIT_SCHEMA, credit
from headwater.attribution.models import CHANNEL
from headwater.attribution.paths import Paths
from headwater.attribution.spreads import Relative, relative

RUN_CREDIT_SCHEMA: Final = CREDIT_SCHEMA.insert(1, pa.field("person_id", pa.string()))

_UNKNOWN: Final = 1.0
"""The factor of a channel that the run did not know: factors are about 1 on average."""


@dataclass(frozen=True, slots=True)
class KindFactors:
    """One run's factors by channel: for counts, and for value."""

    counts: Mapping[str, float]
    values: Mapping[str, float]


NOTHING_LEARNED: Final = KindFactors(MappingProxyType({}), MappingProxyType({}))
"""Where there is no run for a kind: a path's distinct channels share it evenly."""

Factored: TypeAlias = Mapping[str, Mapping[str, KindFactors]]
"""By model, then by kind of conversion."""


def factors_of(results: pa.Table) -> Factored:
    """Return the factors in a table of `ChannelResult` rows, one run per model and kind."""
    found: dict[str, dict[str, tuple[dict[str, float], dict[str, float]]]] = {}
    names = ("model", "kind", "channel", "factor", "value_factor")
    for row in results.select(names).to_pylist():
        of_model = found.setdefault(row["model"], {})
        counts, values = of_model.setdefault(row["kind"], ({}, {}))
        counts[row["channel"]] = row["factor"]
        values[row["channel"]] = row["value_factor"]
    return {
        model: {kind: KindFactors(*both) for kind, both in kinds.items()}
        for model, kinds in found.items()
    }


@dataclass(frozen=True, slots=True)
class ByFactor:
    """Each distinct channel of a path weighs its factor, shared evenly by its touches."""

    label: str
    factors: Mapping[str, float]

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({CHANNEL})

    def spread(self, paths: Paths) -> Relative:
        names = paths.touches.channel_names
        scale: Floats = np.array([self.factors.get(name, _UNKNOWN) for name in names])
        channels = paths.touches.channels[paths.rows]
        path = np.repeat(np.arange(paths.lengths.size), paths.lengths)
        keys = path * max(len(names), 1) + channels
        _, members, times = np.unique(keys, return_inverse=True, return_counts=True)
        return relative(paths, scale[channels] / times[members])


def credit_by_runs(
    touches: pa.Table,
    conversions: pa.Table,
    models: Sequence[str],
    factored: Factored,
    lookback: int | None,
) -> pa.Table:
    """Return what share each touch earned of each conversion; columns of RUN_CREDIT_SCHEMA.

    `touches` and `conversions` as `credit` takes them, the conversions with their `kind`.
    The weights of a conversion sum to 1 and its values to its own, exactly. `markov` shares
    values by other weights than counts, as it finds both apart.
    """
    parts = [RUN_CREDIT_SCHEMA.empty_table()]
    for kind in pc.unique(conversions.column("kind")).to_pylist():
        some = conversions.filter(pc.equal(conversions.column("kind"), kind))
        learned = {
            model: factored.get(model, {}).get(kind, NOTHING_LEARNED) for model in models
        }
        parts.append(_credit_kind(touches, some, learned, lookback))
    return pa.concat_tables(parts)


def _credit_kind(
    touches: pa.Table,
    conversions: pa.Table,
    learned: Mapping[str, KindFactors],
    lookback: int | None,
) -> pa.Table:
    rules = [ByFactor(model, one.counts) for model, one in learned.items()]
    rules += [
        ByFactor(_value_label(model), one.values)
        for model, one in learned.items()
        if one.values != one.counts
    ]
    if not rules:
        return RUN_CREDIT_SCHEMA.empty_table()
    found = credit(touches, conversions, rules, lookback)
    persons = _persons(found, conversions)
    parts = []
    for model in learned:
        ours = pc.equal(found.column("model"), model)
        rows = found.filter(ours)
        by_value = found.filter(pc.equal(found.column("model"), _value_label(model)))
        if by_value.num_rows:
            # No factor is 0, so both have a row for the same touches, in the same order.
            place = rows.schema.get_field_index("value_minor")
            rows = rows.set_column(place, "value_minor", by_value.column("value_minor"))
        parts.append(rows.add_column(1, RUN_CREDIT_SCHEMA.field(1), persons.filter(ours)))
    return pa.concat_tables(parts).select(RUN_CREDIT_SCHEMA.names).cast(RUN_CREDIT_SCHEMA)


def _persons(found: pa.Table, conversions: pa.Table) -> pa.ChunkedArray:
    known = conversions.column("conversion_id").combine_chunks()
    places = pc.index_in(found.column("conversion_id"), value_set=known)
    return conversions.column("person_id").take(places)


def _value_label(model: str) -> str:
    return f"{model}: value"
