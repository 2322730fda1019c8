"""The one builder of composed SQL: feeds of entries, grouped by dimensions of the registry.

A feed is one stream of rows with the measures it brings. The composed statement puts the
entries of all feeds under each other, groups them by the wanted dimensions, and adds them up
once more over everything. Names come from the registry and from this package alone; what the
user typed is only ever bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from headwater.domain.times import DAY
from headwater.domain.words import NOT_SET
from headwater.reports.dimensions import DIMENSIONS, Dimension, Stream
from headwater.reports.request import Filter
from headwater.reports.source import Question

OUTSIDE_FILTER: Final = "(excluded: outside the filter)"
LEFT_OUT: Final = 2
"""The rank of rows for what lies outside the dates or the filter."""
_NO_LABEL: Final = "cast(null as varchar)"


@dataclass(frozen=True, slots=True)
class Feed:
    """One stream's contribution.

    `at` is the moment that decides its period, `measures` the columns it fills. `label` is an
    expression that names the special row an entry belongs to, null for an ordinary one. A
    balanced feed keeps what a filter leaves out, under its own label; another drops it.
    """

    stream: Stream
    at: str
    measures: Mapping[str, str]
    label: str = _NO_LABEL
    where: str = "true"
    is_balanced: bool = False


@dataclass(frozen=True, slots=True)
class Grouping:
    """What to group by, what to keep, and the aggregates to give (name -> expression)."""

    dimensions: Sequence[Dimension]
    filters: Sequence[Filter]
    aggregates: Mapping[str, str]
    ctes: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    """`periods_<unit>` for every period dimension among the dimensions and filters."""


def total_of(measure: str, sql_type: str = "bigint") -> str:
    """Return the aggregate that adds up a measure, 0 where there is none."""
    return f"cast(coalesce(sum({measure}), 0) as {sql_type})"


def compose(feeds: Sequence[Feed], grouping: Grouping) -> Question:
    """Return the question whose rows are is_total, rank, d0, d1, ... and the aggregates.

    `rank` is 0 for ordinary rows, 1 for `(no touch)` and `(no lead)`, 2 for what is left out.
    In a special row d0 is its label and the other dimensions are null.
    """
    measures = list(dict.fromkeys(name for feed in feeds for name in feed.measures))
    entries = "\nunion all\n".join(_entries(feed, grouping, measures) for feed in feeds)
    ctes = [f"{name} as (\n{text}\n)" for name, text in grouping.ctes.items()]
    ctes += [
        f"entries as (\n{entries}\n)",
        f"ranked_entries as (\n{_ranked(grouping, measures)}\n)",
    ]
    keys = [f"d{place}" for place in range(len(grouping.dimensions))]
    aggregates = [f"{text} as {name}" for name, text in grouping.aggregates.items()]
    columns = ["grouping(rank) as is_total", "rank", *keys, *aggregates]
    text = (
        f"with {', '.join(ctes)}\nselect {', '.join(columns)}\nfrom ranked_entries\n"
        f"group by grouping sets (({', '.join(['rank', *keys])}), ())"
    )
    bound = {f"filter_{place}": one.value for place, one in enumerate(grouping.filters)}
    return Question(text, {**grouping.params, **bound, "not_set": NOT_SET}, grouping.tables)


def _entries(feed: Feed, grouping: Grouping, measures: Sequence[str]) -> str:
    """Return the SELECT of one feed: label, dimension values, measures."""
    kept = " and ".join(
        f"{_value(feed, DIMENSIONS[one.dimension])} = $filter_{place}"
        for place, one in enumerate(grouping.filters)
    )
    label, where = feed.label, feed.where
    if kept and feed.is_balanced:
        label = f"coalesce({label}, case when {kept} then null else '{OUTSIDE_FILTER}' end)"
    elif kept:
        where = f"{where} and {kept}"
    values = [
        f"{_value(feed, one)} as d{place}" for place, one in enumerate(grouping.dimensions)
    ]
    filled = [f"{feed.measures.get(name, 'null')} as {name}" for name in measures]
    joins = "\n".join(_joins(feed, grouping))
    return (
        f"select {', '.join([f'{label} as label', *values, *filled])}\n"
        f"from {feed.stream.value}\n{joins}\nwhere {where}"
    )


def _ranked(grouping: Grouping, measures: Sequence[str]) -> str:
    """Return the SELECT that lets a label take the place of the dimensions."""
    names = [
        f"case when label is null then d{place} end as d{place}"
        for place in range(len(grouping.dimensions))
    ]
    names[:1] = ["coalesce(label, d0) as d0"] if names else []
    rank = (
        "case when label is null then 0 when label in ('(no touch)', '(no lead)') then 1"
        f" else {LEFT_OUT} end as rank"
    )
    return f"select {', '.join([rank, *names, *measures])}\nfrom entries"


def _value(feed: Feed, dimension: Dimension) -> str:
    if dimension.is_period:
        return f"coalesce(periods_{dimension.name}.label, $not_set)"
    place = dimension.places.get(feed.stream)
    return f"coalesce({place.expression}, $not_set)" if place else "$not_set"


def _joins(feed: Feed, grouping: Grouping) -> list[str]:
    wanted = [*grouping.dimensions, *(DIMENSIONS[one.dimension] for one in grouping.filters)]
    joins: dict[str, None] = {}
    for dimension in wanted:
        place = dimension.places.get(feed.stream)
        if dimension.is_period:
            name = f"periods_{dimension.name}"
            # The day alone lets engines hash; the moments decide which of its periods it is.
            within = f"{feed.at} >= {name}.starts_at and {feed.at} < {name}.ends_at"
            same_day = f"{feed.at} // {DAY} = {name}.utc_day"
            joins[f"left join {name} on {same_day} and {within}"] = None
        elif place and place.join:
            joins[place.join] = None
    return list(joins)
