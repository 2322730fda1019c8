"""The paths of everybody in the derived tables, counted for one kind of conversion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.data_driven import PathCounts, count_journeys
from headwater.attribution.incremental import Finely
from headwater.attribution.incremental.finely import MOST_LABELS, OWN_EFFECT
from headwater.domain.words import NOT_SET, ConversionKind
from headwater.warehouse.sql import load

_TOUCHES: Final = 1_000_000
"""How many touches are read together."""
_PART: Final = "\n"
"""Between a channel and its campaign; neither holds one."""
_LABEL: Final = "label"


class Tables(Protocol):
    """Anything that answers a SELECT over the derived tables."""

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows."""
        ...


def counted_paths(tables: Tables, kind: ConversionKind, lookback: int | None) -> PathCounts:
    """Return the counts of the paths to conversions of a kind, and of all other paths.

    A person with touches but without a conversion of this kind is one null path: the touches
    less than a lookback before their last one. Persons whose only conversions of the kind are
    excluded (for want of an exchange rate, say) are left out.
    """
    statement = load("attribution", "path_conversions")
    conversions = tables.query(statement.text, {"kind": kind.value})
    return count_journeys(_touches(tables, kind), conversions, lookback)


def counted_finely(tables: Tables, kind: ConversionKind, lookback: int | None) -> Finely:
    """Return what `counted_paths` does with the campaign in the place of the channel.

    Campaigns that are seldom met, and touches without one, go by their channel's name.
    """
    asked = {"fewest": OWN_EFFECT, "most": MOST_LABELS}
    known = tables.query(load("attribution", "path_labels").text, asked)
    own = frozenset(_joined(known).to_pylist())
    statement = load("attribution", "path_conversions")
    conversions = tables.query(statement.text, {"kind": kind.value})
    touches = (_labelled(pa.table(one), own) for one in _touches(tables, kind))
    counts = count_journeys(touches, conversions, lookback, by=_LABEL)
    return Finely(counts, {name: name.partition(_PART)[0] for name in counts.channels})


def _labelled(touches: pa.Table, own: AbstractSet[str]) -> pa.Table:
    coded = _joined(touches).combine_chunks().dictionary_encode()
    names = [
        text if text in own else text.partition(_PART)[0]
        for text in coded.dictionary.to_pylist()
    ]
    labels = pa.DictionaryArray.from_arrays(coded.indices, pa.array(names, pa.string()))
    return touches.append_column(_LABEL, labels)


def _joined(rows: pa.Table) -> pa.ChunkedArray:
    """Return channel and campaign as one text, the channel alone where there is none."""
    channel = pc.fill_null(rows.column("channel").cast(pa.string()), NOT_SET)
    campaign = rows.column("campaign").cast(pa.string())
    return pc.binary_join_element_wise(channel, campaign, _PART, null_handling="skip")


def _touches(tables: Tables, kind: ConversionKind) -> Iterator[pa.RecordBatch]:
    """Yield the touches in the order of person and time, some persons at a time."""
    ranges = tables.query(load("attribution", "person_ranges").text, {"touches": _TOUCHES})
    bounds = [*ranges.column("first_person").to_pylist(), None]
    text = load("attribution", "path_touches").text
    for low, high in pairwise(bounds):
        params = {"kind": kind.value, "from_person": low, "to_person": high}
        yield from tables.query(text, params).to_batches()
