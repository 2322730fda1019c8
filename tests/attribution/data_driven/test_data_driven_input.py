"""Bad input is refused by row and field; odd input gets a right answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.attribution.data_driven import (
    Bootstrap,
    Flag,
    PathColumns,
    count_journeys,
    count_paths,
    credit_by_channel,
    is_data_driven,
    removal_effects,
)
from headwater.attribution.data_driven import distinct as module
from headwater.domain.errors import BadRow, InputError

GOOD: dict[str, Any] = {
    "path": [["A"], ["A", "B"], ["B"]],
    "conversions": [1.0, 2.0, 0.0],
    "value": [1.0, -3.0, 0.0],
    "nulls": [4, 0, 2],
}
EVERY = ["shapley", "shapley_rate", "markov", "leave_one_out", "linear"]


@pytest.mark.parametrize(
    ("column", "cells", "row"),
    [
        ("conversions", [1.0, -1.0, 0.0], 2),
        ("conversions", [1.0, 1.0, float("nan")], 3),
        ("conversions", [float("inf"), 1.0, 1.0], 1),
        ("conversions", [1.0, None, 1.0], 2),
        ("value", [1.0, 1.0, float("nan")], 3),
        ("value", [None, 1.0, 1.0], 1),
        ("nulls", [1, -4, 1], 2),
        ("nulls", [1, 1, None], 3),
        ("path", [["A"], [], ["B", "(no touch)"]], 3),
    ],
)
def test_a_bad_cell_is_named_by_row_and_field(column: str, cells: list[Any], row: int) -> None:
    with pytest.raises(BadRow) as caught:
        count_paths(pa.table({**GOOD, column: cells}))
    assert (caught.value.row, caught.value.field) == (row, f"paths.{column}")


@pytest.mark.parametrize(
    ("table", "separator", "words"),
    [
        ({"path": ["A > B"], "conversions": [1]}, None, "say what separates"),
        ({"path": ["A > B"], "conversions": [1]}, "", "say what separates"),
        ({"path": [["A"]], "conversions": [1]}, " > ", "holds lists already"),
        ({"path": [[1, 2]], "conversions": [1]}, None, "lists of texts"),
        ({"path": [7], "conversions": [1]}, " > ", "must be lists of texts"),
        ({"path": [["A"]]}, None, "lack the column 'conversions'"),
        ({"conversions": [1]}, None, "lack the column 'path'"),
        ({"path": [["A"]], "conversions": ["1"]}, None, "must be numbers"),
        (
            {"path": [["A"]], "conversions": [1], "value": [1], "value_minor": [100]},
            None,
            "name the one to use",
        ),
    ],
)
def test_a_table_that_cannot_be_used_says_why(
    table: dict[str, Any], separator: str | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        count_paths(pa.table(table), separator=separator)


def test_a_column_that_was_named_must_be_there() -> None:
    for columns in (PathColumns(value="worth"), PathColumns(nulls="lost")):
        with pytest.raises(InputError, match="lack the column"):
            count_paths(pa.table(GOOD), columns)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("markow", "Did you mean 'markov'"),
        ("markov(order=0)", "it is 1 or more"),
        ("markov(order=two)", "Write a whole number"),
        ("shapley(3)", "takes no parameters"),
        ("time_decay", "needs the times of touches"),
        ("w_shaped", "needs the stages of a deal"),
    ],
)
def test_a_model_that_does_not_fit_says_why(model: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        credit_by_channel(pa.table(GOOD), [model])


def test_models_are_named_once_and_as_a_list() -> None:
    for models in (["markov", "markov"], [], "markov"):
        with pytest.raises(InputError):
            credit_by_channel(pa.table(GOOD), models)
    assert is_data_driven("markov(order=3)")
    assert not is_data_driven("linear")


def test_markov_may_come_in_several_orders_at_once() -> None:
    found = credit_by_channel(pa.table(GOOD), ["markov", "markov(2)"], 1, bootstrap=None)
    assert found["model"].to_pylist()[::3] == ["markov", "markov(2)"]
    second = credit_by_channel(pa.table(GOOD), ["markov"], 2, bootstrap=None)
    assert second["conversions"] == found["conversions"][3:]


@pytest.mark.parametrize("bootstrap", [(1, 0, 0.95), (10, 0, 1.0), (10, 0, 0.0)])
def test_a_bootstrap_that_cannot_be_is_refused(bootstrap: tuple[int, int, float]) -> None:
    with pytest.raises(InputError):
        Bootstrap(*bootstrap)


def test_tables_of_all_kinds_are_taken(tmp_path: Path) -> None:
    table = pa.table(GOOD)
    wanted = credit_by_channel(table, EVERY, bootstrap=None)
    file = tmp_path / "paths.parquet"
    pq.write_table(table, file)
    for given in (file, str(file), table.to_reader()):
        assert credit_by_channel(given, EVERY, bootstrap=None).equals(wanted)
    with pytest.raises(InputError, match="cannot be read as a Parquet file"):
        count_paths(tmp_path / "absent.parquet")
    with pytest.raises(InputError, match="speaks Arrow"):
        count_paths([1, 2])  # type: ignore[arg-type]


def test_empty_tables_and_tables_of_empty_paths_have_only_the_row_without_a_touch() -> None:
    kinds = pa.schema([("path", pa.list_(pa.string())), ("conversions", pa.float64())])
    for rows, conversions in (([], 0.0), ([{"path": [], "conversions": 3.0}], 3.0)):
        table = pa.Table.from_pylist(rows, kinds)
        found = credit_by_channel(table, EVERY, bootstrap=Bootstrap(5))
        assert found["channel"].to_pylist() == ["(no touch)"] * len(EVERY)
        assert found["conversions"].to_pylist() == [conversions] * len(EVERY)
        assert removal_effects(table).num_rows == 0


def test_null_and_nameless_channels_are_not_set() -> None:
    lists = pa.table({"path": [["A", None]], "conversions": [1]})
    texts = pa.table({"path": ["A >  > B"], "conversions": [1]})
    assert count_paths(lists).channels == ("(not set)", "A")
    assert count_paths(texts, separator=" > ").channels == ("(not set)", "A", "B")


def test_a_table_without_values_says_so() -> None:
    table = pa.table(GOOD).drop_columns("value")
    found = credit_by_channel(table, ["shapley"], bootstrap=None)
    assert all(Flag.NO_VALUES in flags for flags in found["flags"].to_pylist())
    assert set(found["value"].to_pylist()) == {0.0}


def test_one_channel_earns_everything_it_can() -> None:
    table = pa.table({"path": [["A"], ["A", "A"]], "conversions": [1, 2], "nulls": [0, 9]})
    found = credit_by_channel(table, EVERY, bootstrap=None)
    assert found["conversions"].to_pylist() == pytest.approx([3.0, 0.0] * len(EVERY))


def test_many_channels_are_solved_and_too_many_are_refused() -> None:
    random = np.random.default_rng(1)
    paths = [[f"c{one}" for one in random.integers(0, 800, 4)] for _ in range(2000)]
    table = pa.table({"path": paths, "conversions": random.random(2000)})
    found = credit_by_channel(table, ["markov", "shapley"], bootstrap=None)
    assert sum(found["conversions"].to_pylist()) == pytest.approx(
        2 * sum(table["conversions"].to_pylist())
    )
    with pytest.raises(InputError, match="at most 20 channels"):
        credit_by_channel(table, ["shapley_rate"])
    wide = pa.table({"path": [[f"c{n}"] for n in range(6001)], "conversions": [1] * 6001})
    with pytest.raises(InputError, match="6,001 states"):
        credit_by_channel(wide, ["markov"])


def test_a_path_of_a_hundred_thousand_touches_is_no_trouble() -> None:
    long = ["A", "B"] * 50_000
    table = pa.table({"path": [long, ["B"]], "conversions": [1, 1], "nulls": [1, 5]})
    found = credit_by_channel(table, [*EVERY, "markov(order=3)"], bootstrap=None)
    for model in EVERY:
        mine = [row["conversions"] for row in found.to_pylist() if row["model"] == model]
        assert sum(mine) == pytest.approx(2.0, rel=1e-9)


def test_paths_that_share_a_fingerprint_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = credit_by_channel(pa.table(GOOD), EVERY, bootstrap=None)
    monkeypatch.setattr(
        module, "_fingerprints", lambda _items, lengths, _starts: np.zeros(lengths.size)
    )
    found = credit_by_channel(pa.table(GOOD), EVERY, bootstrap=None)
    assert found["channel"] == wanted["channel"]
    for name in ("conversions", "value"):
        assert found[name].to_pylist() == pytest.approx(wanted[name].to_pylist())


def test_journeys_refuse_what_the_rules_refuse() -> None:
    touches = pa.table(
        {"person_id": ["p"], "touched_at": [1], "touch_id": ["t"], "channel": ["A"]}
    )
    conversions = pa.table(
        {"conversion_id": ["c"], "person_id": ["p"], "anchored_at": [2], "value_minor": [1]}
    )
    with pytest.raises(InputError, match="lookback"):
        count_journeys(touches, conversions, -5)
    timeless = touches.set_column(1, "touched_at", pa.array([None], pa.int64()))
    with pytest.raises(BadRow) as caught:
        count_journeys(timeless, conversions)
    assert (caught.value.row, caught.value.field) == (1, "touches.touched_at")
