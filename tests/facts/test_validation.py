"""A batch with a wrong value is refused whole, with the row and the field named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from facts.rows import event, table
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import FactKind
from headwater.facts import FactStore

EVENT = FactKind.EVENT

WRONG: dict[str, tuple[FactKind, str, Any, str]] = {
    "an unknown field": (EVENT, "colour", "red", "no such field"),
    "a text for a number": (EVENT, "amount_minor", "12", "whole number is expected"),
    "a fraction for a whole": (EVENT, "amount_minor", 1.5, "whole number is expected"),
    "a number for a text": (EVENT, "title", 7, "text is expected"),
    "truth for a number": (EVENT, "amount_minor", True, "whole number is expected"),
    "a text for bytes": (EVENT, "personal", "secret", "bytes are expected"),
    "an id too short": (EVENT, "fact_id", "abc", "32 hexadecimal digits"),
    "an id of other letters": (EVENT, "fact_id", "x" * 32, "32 hexadecimal digits"),
    "an id of wide letters": (EVENT, "fact_id", "é" * 16, "32 hexadecimal digits"),
    "no id": (EVENT, "fact_id", None, "every fact must have it"),
    "an empty id": (EVENT, "fact_id", "", "every fact must have it"),
    "no time": (EVENT, "occurred_at", None, "every fact must have it"),
    "no receipt": (EVENT, "received_at", None, "every fact must have it"),
    "nanoseconds": (EVENT, "occurred_at", 1_700_000_000_000_000_000, "microseconds"),
    "a seq": (EVENT, "seq", 5, "assigned by the store"),
    "originals without a person": (FactKind.SPEND, "email", "a@b.c", "no such field"),
    "not a number": (FactKind.DEAL, "probability", float("nan"), "not a finite number"),
    "infinity": (FactKind.ORDER, "quantity", float("inf"), "not a finite number"),
    "a number for truth": (FactKind.ORDER, "is_refund", 1, "true or false is expected"),
}


def _rows(kind: FactKind, field: str, value: Any) -> list[dict[str, Any]]:
    names = ("fact_id", "occurred_at", "received_at")
    good = {name: value for name, value in event(1).items() if name in names}
    bad = {name: value for name, value in event(2).items() if name in names}
    return [good, bad | {field: value}]


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("shape", ["rows", "table"])
def test_a_wrong_value_is_named(
    store: FactStore, case: tuple[FactKind, str, Any, str], shape: str
) -> None:
    kind, field, value, reason = case
    rows: Any = _rows(kind, field, value)
    if shape == "table":
        names = sorted({*rows[0], *rows[1]})
        rows = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    with pytest.raises(BadRow, match=reason) as refused:
        store.append(kind, rows)
    assert refused.value.field == field
    assert refused.value.row == (1 if (shape, reason) == ("table", "no such field") else 2)
    assert sum(store.counts().values()) == 0


MORE_WRONG: dict[str, tuple[str, Any, str]] = {
    "a surrogate alone": ("title", "a\ud800", "not valid Unicode at character 2"),
    "too large": ("amount_minor", 2**63, "larger than 64 bits"),
    "far too large": ("occurred_at", 10**30, "larger than 64 bits"),
}


@pytest.mark.parametrize("case", MORE_WRONG.values(), ids=MORE_WRONG.keys())
def test_what_arrow_cannot_hold_is_named_too(
    store: FactStore, case: tuple[str, Any, str]
) -> None:
    field, value, reason = case
    with pytest.raises(BadRow, match=reason):
        store.append(EVENT, _rows(EVENT, field, value))


def test_a_number_beyond_a_float_is_refused(store: FactStore) -> None:
    with pytest.raises(BadRow, match="probability"):
        store.append(FactKind.DEAL, _rows(FactKind.DEAL, "probability", 10**400))


def test_unsigned_numbers_beyond_64_bits_are_refused(store: FactStore) -> None:
    rows = table([event(1), event(2)])
    huge = pa.array([1, 2**63], pa.uint64())
    with pytest.raises(BadRow, match="row 2, field 'amount_minor'"):
        store.append(EVENT, rows.append_column("amount_minor", huge))


@pytest.mark.parametrize("shape", ["rows", "table"])
def test_a_value_and_its_key_together_are_refused(store: FactStore, shape: str) -> None:
    rows: Any = [event(1, email="a@b.c"), event(2, email="a@b.c", email_key="0" * 32)]
    with pytest.raises(BadRow, match=r"row 2, field 'email_key'.*computed from 'email'"):
        store.append(EVENT, table(rows[::-1]).take([1, 0]) if shape == "table" else rows)


def test_a_column_that_is_there_twice_is_refused(store: FactStore) -> None:
    columns = table([event(1)])
    doubled = columns.append_column("name", columns.column("name"))
    with pytest.raises(InputError, match="twice"):
        store.append(EVENT, doubled)


@pytest.mark.parametrize("shape", ["rows", "table"])
def test_empty_texts_become_null(store: FactStore, shape: str) -> None:
    rows = [event(1, title="", amount_minor=None), event(2, title="t")]
    store.append(EVENT, rows if shape == "rows" else table(rows))
    titles = store.read(EVENT).sort_by("received_at").column("title").to_pylist()
    assert titles == [None, "t"]


def test_tables_may_hold_arrows_other_types_of_the_same_values(store: FactStore) -> None:
    rows = table([event(1), event(2)])
    rows = rows.set_column(0, "fact_id", rows.column("fact_id").cast(pa.large_string()))
    rows = rows.append_column("title", pa.array(["a", "b"]).dictionary_encode())
    rows = rows.append_column("amount_minor", pa.array([1, 2], pa.int8()))
    rows = rows.append_column("site", pa.array([None, None], pa.float64()))
    rows = rows.append_column("currency", pa.array(["EUR", "USD"], pa.string_view()))
    assert store.append(EVENT, rows).new == 2
    assert store.read(EVENT).column("title").to_pylist() == ["a", "b"]


def test_rows_may_hold_numpys_whole_numbers(store: FactStore) -> None:
    row = event(1, amount_minor=np.int32(5))
    row["occurred_at"] = np.int64(row["occurred_at"])
    store.append(EVENT, [row])
    assert store.read(EVENT).column("amount_minor").to_pylist() == [5]
