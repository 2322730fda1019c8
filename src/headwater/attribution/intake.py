"""From the tables as handed in to paths, one chunk of persons after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import NEVER, Bools, Ints, taken
from headwater.attribution.catalogue import models
from headwater.attribution.checks import Input, check_lookback, label_texts
from headwater.attribution.clusters import (
    CONVERSION_ORDER,
    PERSON,
    TOUCH_ORDER,
    Chunk,
    Clustered,
    IdsOf,
    as_bools,
    chunks,
    cluster,
    whole,
)
from headwater.attribution.models import CHANNEL, IS_DIRECT, LEAD, OPPORTUNITY, Model
from headwater.attribution.paths import Moments, Paths, Touches, windows
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import DIRECT

TOUCH_ID: Final = TOUCH_ORDER.key


@dataclass(frozen=True, slots=True)
class Sparing:
    """Batches without the touches' ids, which `ids` returns for some rows of all.

    Ids put touches of one time in order, and nothing else: most files need none of them read.
    """

    batches: Iterable[pa.RecordBatch]
    ids: IdsOf


TouchInput: TypeAlias = pa.Table | Sparing | Iterable[pa.RecordBatch]

CHUNK_ROWS: Final = 200_000
"""Touches per chunk: small enough for the kernels' arrays to stay in the cache."""
_BY: Final = "by"
_FINER: Final = "finer"
_NOUN: Final = "touches"


@dataclass(frozen=True, slots=True)
class Job:
    """What to compute: models, window, and the touch column to sum by, if any."""

    models: list[Model]
    lookback: int | None
    reset: bool
    chunk_rows: int
    by: str | None = None
    called: Mapping[str, str] = field(default_factory=dict)
    """What columns of conversions that were renamed are called by who handed them in."""
    learn_by: str | None = None
    """The touch column that is learned by, where that is a finer one than `by`."""

    @classmethod
    def of(
        cls,
        chosen: Sequence[str | Model],
        lookback: int | str | None,
        *,
        reset: bool,
        chunk_rows: int,
        by: str | None = None,
    ) -> Job:
        """Check the choices; InputError names the one that cannot be."""
        if chunk_rows < 1:
            raise InputError(f"chunk_rows is {chunk_rows}; it must be 1 or more.")
        return cls(models(chosen), check_lookback(lookback), reset, chunk_rows, by)

    def touch_columns(self, present: Sequence[str]) -> list[str]:
        """Return those of the columns present that will be read of the touches."""
        wanted = {PERSON, "touched_at", TOUCH_ID, self.by, self.learn_by}
        if self.who_needs(CHANNEL):
            wanted.add(CHANNEL)
        if self.who_needs(IS_DIRECT):
            wanted.add(IS_DIRECT if IS_DIRECT in present else CHANNEL)
        return [name for name in present if name in wanted]

    def who_needs(self, column: str) -> str:
        """Return the end of a sentence that says which model reads a column, '' if none."""
        labels = [one.label for one in self.models if column in one.needs]
        return f", which the model '{labels[0]}' reads" if labels else ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """Numbers for names in order of first appearance: independent of how names sort."""

    codes: dict[str, int] = field(default_factory=dict)

    def encode(self, labels: pa.DictionaryArray) -> Ints:
        """Return the number of each label."""
        indices = labels.indices
        texts = label_texts(labels.dictionary)
        if indices.null_count:
            texts.append(label_texts(pa.nulls(1))[0])
            indices = indices.fill_null(len(texts) - 1)
        places = indices.to_numpy().astype(np.int64, copy=False)
        lookup = np.array([self.codes.get(text, _UNSEEN) for text in texts], dtype=np.int64)
        codes = taken(lookup, places)
        if (lookup == _UNSEEN).any() and (codes == _UNSEEN).any():
            for place in pc.unique(indices).to_pylist():
                lookup[place] = self.codes.setdefault(texts[place], len(self.codes))
            codes = taken(lookup, places)
        return codes


_UNSEEN: Final = -1


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons among some touches."""

    touched_at: Ints
    """Of all touches."""
    heads: Ints
    """The first touch of each person."""
    converting: Ints
    """The numbers of those of whom conversions are known; -1 for one without a touch."""

    def silent(self) -> tuple[Ints, Ints]:
        """Return the first touch, and one past the last, of those without a conversion."""
        stops = np.append(self.heads[1:], self.touched_at.size)
        silent = np.ones(self.heads.size, dtype=np.bool_)
        silent[self.converting[self.converting >= 0]] = False
        return self.heads[silent], stops[silent]


@dataclass(frozen=True, slots=True)
class Matched:
    """Some persons' conversions with their paths.

    `credited[i]` and `untouched[i]` are rows of `conversions`; the first have `paths[i]`.
    """

    conversions: pa.Table
    credited: Ints
    untouched: Ints
    touch_ids: pa.Array
    """Empty where the touches came without."""
    paths: Paths | None = None
    groups: Ints | None = None
    """Per touch the number of its label in the column to sum by."""
    persons: Persons | None = None
    finer: Ints | None = None
    """Per touch the number of its label in the column to learn by."""


def matched(
    touches: TouchInput,
    conversions: pa.Table,
    job: Job,
    groups: Codebook,
    finer: Codebook | None = None,
) -> Iterator[Matched]:
    """Yield every conversion once; those of persons nobody knows come last.

    Column names, types and the conversions are checked at once, a stream's rows as they come.
    """
    if not isinstance(conversions, pa.Table):
        raise InputError(f"The conversions must be an Arrow table, not {type(conversions)}.")
    moments = _conversion_table(Input("conversions", conversions, called=job.called), job)
    unknown = pc.is_null(moments.column(PERSON))
    known = cluster(moments.filter(pc.invert(unknown)), CONVERSION_ORDER)
    source: Clustered | Iterable[pa.Table]
    ids: IdsOf | None = None
    no_ids = pa.array([], pa.string())
    if isinstance(touches, pa.Table):
        source = cluster(_touch_table(Input(_NOUN, touches), job), TOUCH_ORDER)
        no_ids = pa.array([], source.table.column(TOUCH_ID).type)
    elif isinstance(touches, Sparing):
        source = _touch_tables(touches.batches, job, with_ids=False)
        ids = partial(_ids_of, touches.ids)
    else:
        source = _touch_tables(touches, job)
    parts = chunks(source, known, job.chunk_rows, ids)
    return _match_all(parts, moments.filter(unknown), job, (groups, finer), no_ids)


def _ids_of(read: IdsOf, first: int, rows: int) -> pa.ChunkedArray:
    table = pa.table({TOUCH_ID: read(first, rows)})
    return Input(_NOUN, table, first + 1).ids(TOUCH_ID)


def _match_all(
    parts: Iterator[Chunk],
    nobody: pa.Table,
    job: Job,
    codebooks: tuple[Codebook, Codebook | None],
    no_ids: pa.Array,
) -> Iterator[Matched]:
    channels, (groups, finer) = Codebook(), codebooks
    for part in parts:
        if part.touches is None:
            yield _untouched(part.conversions.table, no_ids)
        else:
            found = _match(part.touches, part.conversions, job, channels, groups)
            no_ids = found.touch_ids[:0]
            if finer is not None:
                codes = finer.encode(_labels(part.touches.table, _FINER))
                found = replace(found, finer=codes)
            yield found
    yield _untouched(nobody.sort_by([(name, "ascending") for name in _NOBODY_ORDER]), no_ids)


_NOBODY_ORDER: Final = CONVERSION_ORDER.columns[1:]


def _untouched(conversions: pa.Table, touch_ids: pa.Array) -> Matched:
    nothing = np.zeros(0, dtype=np.int64)
    return Matched(conversions, nothing, np.arange(conversions.num_rows), touch_ids)


def _match(
    part: Clustered, found: Clustered, job: Job, channels: Codebook, groups: Codebook
) -> Matched:
    table = found.table
    codes = groups.encode(_labels(part.table, _BY)) if job.by else None
    touch_ids = pa.array([], pa.string())
    if TOUCH_ID in part.table.column_names:
        touch_ids = whole(part.table.column(TOUCH_ID))
    touches = _touches(part.table, channels, codes)
    numbers = _numbers(part, found) if table.num_rows else np.zeros(0, dtype=np.int64)
    persons = Persons(touches.touched_at, part.heads, numbers)
    if not table.num_rows:
        return replace(_untouched(table, touch_ids), groups=codes, persons=persons)
    anchored_at = whole(table.column("anchored_at")).to_numpy()
    kind = _kind_codes(table) if job.reset else None
    moments = Moments(numbers, anchored_at, kind)
    starts, lengths = windows(touches, part.heads, moments, job.lookback, reset=job.reset)
    credited = np.flatnonzero(lengths)
    milestones = {
        stage: _milestone(table, stage, anchored_at)[credited]
        for stage in (LEAD, OPPORTUNITY)
        if stage in table.column_names
    }
    return Matched(
        table,
        credited,
        np.flatnonzero(lengths == 0),
        touch_ids,
        Paths(touches, starts[credited], lengths[credited], milestones),
        codes,
        persons,
    )


def _numbers(part: Clustered, found: Clustered) -> Ints:
    """Return per conversion the number of its person in the chunk, -1 without a touch."""
    repeats = np.diff(np.append(found.heads, found.table.num_rows))
    return np.repeat(_places(part.persons, found.persons), repeats)


def _places(people: pa.Array, wanted: pa.Array) -> Ints:
    """Return where each one wanted is among the people, -1 who is not; both ascend."""
    if wanted.equals(people):  # as where only the journeys of those who bought are known
        return np.arange(len(wanted))
    if pa.types.is_integer(people.type):
        numbers, searched = people.to_numpy(), wanted.to_numpy()
        places = np.searchsorted(numbers, searched)
        known = numbers.take(places, mode="clip") == searched
        return np.where(known, places, -1)
    # The fewer are put into the table to look up in: that is what takes long.
    if len(people) <= len(wanted):
        found: Ints = pc.index_in(wanted, value_set=people).fill_null(-1).to_numpy()
        return found.astype(np.int64)
    places = np.full(len(wanted), -1)
    among = pc.index_in(people, value_set=wanted)
    places[among.drop_null().to_numpy()] = np.flatnonzero(as_bools(among.is_valid()))
    return places


def _milestone(table: pa.Table, stage: str, anchored_at: Ints) -> Ints:
    """Return when the stage was reached; one reached after the conversion does not count.

    Credit given at a conversion must not move when a later stage becomes known.
    """
    reached_at: Ints = whole(table.column(stage)).fill_null(NEVER).to_numpy()
    return np.where(reached_at <= anchored_at, reached_at, NEVER)


def _kind_codes(table: pa.Table) -> Ints:
    codes = whole(table.column("kind").dictionary_encode()).indices
    kinds: Ints = codes.fill_null(-1).to_numpy().astype(np.int64)
    return kinds


def _touches(table: pa.Table, channels: Codebook, labels: Ints | None) -> Touches:
    names = table.column_names
    size = table.num_rows
    is_direct: Bools = np.zeros(size, dtype=np.bool_)
    if IS_DIRECT in names:
        is_direct = as_bools(whole(table.column(IS_DIRECT)))
    codes = np.zeros(size, dtype=np.int64)
    if CHANNEL in names:
        codes = channels.encode(_labels(table, CHANNEL))
    times: Ints = whole(table.column("touched_at")).to_numpy()
    return Touches(times, is_direct, codes, tuple(channels.codes), labels)


def _labels(table: pa.Table, name: str) -> pa.DictionaryArray:
    return whole(table.column(name).unify_dictionaries())


def _touch_tables(
    batches: Iterable[pa.RecordBatch], job: Job, *, with_ids: bool = True
) -> Iterator[pa.Table]:
    rows = 0
    for batch in batches:
        if not isinstance(batch, pa.RecordBatch | pa.Table):
            raise InputError(f"The touches must be Arrow tables or batches, not {type(batch)}.")
        table = pa.table(batch) if isinstance(batch, pa.RecordBatch) else batch
        yield _touch_table(Input(_NOUN, table, rows + 1), job, with_ids=with_ids)
        rows += table.num_rows


def _touch_table(given: Input, job: Job, *, with_ids: bool = True) -> pa.Table:
    columns: dict[str, pa.ChunkedArray] = {
        PERSON: given.ids(PERSON),
        "touched_at": given.times("touched_at"),
    }
    if with_ids:
        columns[TOUCH_ID] = given.ids(TOUCH_ID)
    labels = {job.by: given.labels(job.by)} if job.by else {}
    if why := job.who_needs(CHANNEL):
        given.column(CHANNEL, why)
        columns[CHANNEL] = labels.get(CHANNEL) or given.labels(CHANNEL)
    if why := job.who_needs(IS_DIRECT):
        if given.has(IS_DIRECT) or not given.has(CHANNEL):
            given.column(IS_DIRECT, why)
            columns[IS_DIRECT] = given.flags(IS_DIRECT)
        else:
            columns[IS_DIRECT] = _called(labels.get(CHANNEL) or given.labels(CHANNEL), DIRECT)
    if job.by:
        columns[_BY] = labels[job.by]
    if job.learn_by:
        columns[_FINER] = given.labels(job.learn_by)
    return pa.table(columns)


def _called(labels: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Return which labels are this one; each distinct text is looked at once."""
    found = []
    for chunk in labels.chunks:
        is_it = pc.equal(chunk.dictionary.cast(pa.string()), name)
        found.append(pc.fill_null(is_it.take(chunk.indices), False))
    return pa.chunked_array(found, pa.bool_())


def _conversion_table(given: Input, job: Job) -> pa.Table:
    columns: Mapping[str, pa.ChunkedArray] = {
        "conversion_id": given.ids("conversion_id"),
        PERSON: given.ids(PERSON, nullable=True),
        "anchored_at": given.times("anchored_at"),
        "value_minor": given.minor("value_minor"),
        "counts": given.counts("counts"),
    }
    stages = {
        stage: given.times(stage, nullable=True, why=why)
        for stage in (LEAD, OPPORTUNITY)
        if (why := job.who_needs(stage))
    }
    kind = {"kind": given.column("kind", ", which reset reads")} if job.reset else {}
    _refuse_repeated_ids(columns["conversion_id"])
    return pa.table({**columns, **stages, **kind})


def _refuse_repeated_ids(ids: pa.ChunkedArray) -> None:
    """Raise BadRow for an id that comes twice: it would earn credit twice."""
    flat = whole(ids)
    # Ascending ids are the usual case, and much cheaper to see than to count.
    if pc.all(pc.less(flat[:-1], flat[1:]), min_count=0).as_py():
        return
    if pc.count_distinct(flat).as_py() == len(flat):
        return
    seen: set[object] = set()
    for row, value in enumerate(flat.to_pylist(), start=1):
        if value in seen:
            raise BadRow(row, "conversions.conversion_id", value, "comes twice")
        seen.add(value)
