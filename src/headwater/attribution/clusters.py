"""Touches and conversions in the order of the person, cut into chunks of whole persons.

The order is (person, time, id), total and independent of how the rows came in. A table that
is in this order already is used as it is; any other is sorted. A stream of batches must be in
order, because it may be larger than memory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import Bools, Ints
from headwater.domain.errors import BadRow, InputError

PERSON: Final = "person_id"
IdsOf: TypeAlias = Callable[[int, int], pa.ChunkedArray]
"""Returns the ids of so many rows of a stream from one row (counted from 0) on."""


class NotInOrder(InputError):
    """A stream of touches came otherwise than by person, time and id."""


@dataclass(frozen=True, slots=True)
class Order:
    """What puts the rows of one kind of table in order after the person."""

    noun: str
    time: str
    key: str

    @property
    def columns(self) -> tuple[str, str, str]:
        return (PERSON, self.time, self.key)


TOUCH_ORDER: Final = Order("touches", "touched_at", "touch_id")
CONVERSION_ORDER: Final = Order("conversions", "anchored_at", "conversion_id")


@dataclass(frozen=True, slots=True)
class Clustered:
    """A table in order: its persons' ids, one each, ascending, and the first row of each."""

    table: pa.Table
    persons: pa.Array
    heads: Ints

    def cut(self, first: int, last: int) -> Clustered:
        """Return the persons numbered `first:last`."""
        low, high = self.row_of(first), self.row_of(last)
        return Clustered(
            self.table.slice(low, high - low),
            self.persons.slice(first, last - first),
            self.heads[first:last] - low,
        )

    def row_of(self, person: int) -> int:
        """Return the first row of a person, or the number of rows for one past the last."""
        return int(self.heads[person]) if person < self.heads.size else self.table.num_rows


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some persons' touches, and all conversions up to the last of these persons."""

    touches: Clustered | None
    """None: the conversions are of persons after the last one with touches."""
    conversions: Clustered


def whole(values: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array, without a copy where it is one already."""
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def cluster(table: pa.Table, order: Order) -> Clustered:
    """Return the table in order, sorted if need be; BadRow where an id comes twice."""
    clustered = _in_order(table, order)
    if clustered is None:
        keys = [(name, "ascending") for name in order.columns]
        clustered = _in_order(table.take(pc.sort_indices(table, sort_keys=keys)), order)
    if clustered is None:
        _refuse_repeated(table, order)
        raise InputError(f"The {order.noun} cannot be put in order by {order.columns}.")
    return clustered


def chunks(
    touches: Clustered | Iterable[pa.Table],
    conversions: Clustered,
    chunk_rows: int,
    ids: IdsOf | None = None,
) -> Iterator[Chunk]:
    """Yield every touch and every conversion of a known person once, persons ascending.

    `ids`: of touches that come without them; asked where a person's times are the same.
    """
    parts = (
        _cut_table(touches, chunk_rows)
        if isinstance(touches, Clustered)
        else _cut_stream(touches, chunk_rows, ids)
    )
    persons = conversions.persons
    done = 0
    for part in parts:
        _refuse_unlike(part.table.column(PERSON).type, persons)
        last = whole(part.table.column(PERSON))[-1].as_py()
        upto = bisect_right(
            range(len(persons)), last, lo=done, key=lambda i: persons[i].as_py()
        )
        yield Chunk(part, conversions.cut(done, upto))
        done = upto
    if done < len(persons):
        yield Chunk(None, conversions.cut(done, len(persons)))


def _refuse_unlike(kind: pa.DataType, persons: pa.Array) -> None:
    if len(persons) and kind != persons.type:
        raise InputError(
            f"touches.person_id is {kind} but conversions.person_id is {persons.type}; "
            "give both as texts or both as whole numbers."
        )


def _cut_table(touches: Clustered, chunk_rows: int) -> Iterator[Clustered]:
    person, persons = 0, touches.heads.size
    while person < persons:
        aim = touches.heads[person] + chunk_rows
        upto = int(np.searchsorted(touches.heads, aim, side="right"))
        # `upto - 1` is the last person who starts before the aim; keep at least one.
        upto = persons if aim >= touches.table.num_rows else max(upto - 1, person + 1)
        yield touches.cut(person, upto)
        person = upto


def _cut_stream(
    batches: Iterable[pa.Table], chunk_rows: int, ids: IdsOf | None
) -> Iterator[Clustered]:
    held: list[pa.Table] = []
    rows, aim, done = 0, chunk_rows, 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows < aim:
            continue
        part = _ordered(_one_piece(held), done, ids)
        persons = part.heads.size
        if persons > 1:  # the last person may go on in the next batch
            yield part.cut(0, persons - 1)
        rest = part.cut(persons - 1, persons).table
        done += part.table.num_rows - rest.num_rows
        held, rows = [rest], rest.num_rows
        # In step with what is held, so that one person's very many touches cost no square.
        aim = 2 * rows + chunk_rows
    if rows:
        yield _ordered(_one_piece(held), done, ids)


def _one_piece(tables: list[pa.Table]) -> pa.Table:
    """Return tables end to end, each column in one array, so that parts of it are no copies."""
    return pa.concat_tables(tables).combine_chunks()


def _ordered(table: pa.Table, done: int, ids: IdsOf | None) -> Clustered:
    part = _in_order(table, TOUCH_ORDER, None if ids is None else lambda n: ids(done, n))
    if part is None:
        if ids is not None:
            table = table.append_column(TOUCH_ORDER.key, ids(done, table.num_rows))
        _refuse_repeated(table, TOUCH_ORDER, done)
        raise NotInOrder(
            "A stream of touches must be in the order person_id, touched_at, touch_id. Sort "
            "it, or hand in a table, which is sorted for you."
        )
    return part


def _refuse_repeated(table: pa.Table, order: Order, done: int = 0) -> None:
    """Raise BadRow for the first row that repeats person, time and id of an earlier one."""
    numbered = table.select(order.columns).append_column("row", pa.array(range(table.num_rows)))
    groups = numbered.group_by(list(order.columns)).aggregate([("row", "min"), ("row", "max")])
    repeated = groups.filter(pc.less(groups["row_min"], groups["row_max"])).sort_by("row_max")
    if repeated.num_rows:
        raise BadRow(
            done + repeated["row_max"][0].as_py() + 1,
            f"{order.noun}.{order.key}",
            repeated[order.key][0].as_py(),
            "comes twice for the same person and time",
        )


def _in_order(
    table: pa.Table, order: Order, ids: Callable[[int], pa.ChunkedArray] | None = None
) -> Clustered | None:
    """Return the table if it is in order; `ids` returns those that are not in it."""
    person = whole(table.column(PERSON))
    if not table.num_rows:
        return Clustered(table, person, np.zeros(0, dtype=np.int64))
    same = _same_as_before(person)
    heads = np.flatnonzero(~same) + 1
    heads = np.concatenate([[0], heads])
    persons = person.take(pa.array(heads))
    time = whole(table.column(order.time)).to_numpy()
    if not _ascends(persons) or (same & (time[1:] < time[:-1])).any():
        return None
    ties = np.flatnonzero(same & (time[1:] == time[:-1]))
    if ties.size:
        keys = whole(table.column(order.key) if ids is None else ids(table.num_rows))
        pairs = pc.less(keys.take(pa.array(ties)), keys.take(pa.array(ties + 1)))
        if not pc.all(pairs).as_py():
            return None
    return Clustered(table, persons, heads)


def _same_as_before(person: pa.Array) -> Bools:
    """Return for each row but the first whether its person is that of the row before."""
    if pa.types.is_integer(person.type):
        numbers: Ints = person.to_numpy()
        same: Bools = numbers[1:] == numbers[:-1]
        return same
    return as_bools(pc.equal(person[1:], person[:-1]))


def _ascends(persons: pa.Array) -> bool:
    return bool(pc.all(pc.less(persons[:-1], persons[1:]), min_count=0).as_py())


def as_bools(values: pa.Array) -> Bools:
    """Return an Arrow boolean array as numpy."""
    flags: Bools = values.to_numpy(zero_copy_only=False)
    return flags
