"""Any kind of table gives the same answer, and what is no table says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from headwater.attribution import attribute, attribute_paths
from headwater.domain.errors import BadRow, InputError

MODELS = ["first", "last_non_direct", "linear", "time_decay", "markov", "shapley"]
TOUCHES = pa.table(
    {
        "person_id": [f"p{n // 3:02}" for n in range(60)],
        "touched_at": pa.array([datetime(2026, 3, 1 + n % 3, tzinfo=UTC) for n in range(60)]),
        "touch_id": [f"t{n:02}" for n in range(60)],
        "channel": ["Ad", "Direct", "Mail", "Call"] * 15,
    }
)
CONVERSIONS = pa.table(
    {
        "conversion_id": [f"c{n}" for n in range(12)],
        "person_id": [f"p{n:02}" for n in range(11)] + [None],
        "converted_at": pa.array([datetime(2026, 3, 20, tzinfo=UTC)] * 12),
        "value": [10.01 * n for n in range(12)],
    }
)
PATHS = pa.table({"path": [["A", "B"], ["B"]], "conversions": [2, 1], "nulls": [3, 9]})
CODED = TOUCHES.set_column(3, "channel", TOUCHES["channel"].dictionary_encode())


def relation(table: pa.Table) -> object:
    con = duckdb.connect()
    con.register("given", table)
    return con.sql("from given")


def batches(table: pa.Table) -> Iterator[pa.RecordBatch]:
    return iter(table.to_batches(max_chunksize=7))


KINDS: dict[str, Callable[[pa.Table], Any]] = {
    "an Arrow table": lambda table: table,
    "an Arrow table of many chunks": lambda table: pa.Table.from_batches(batches(table)),
    "a record batch": lambda table: table.combine_chunks().to_batches()[0],
    "a reader of batches": lambda table: table.to_reader(max_chunksize=7),
    "an iterable of batches": batches,
    "a pyarrow dataset": pads.dataset,
    "a pandas data frame": lambda table: table.to_pandas(),
    "a Polars data frame": pl.from_arrow,
    "a DuckDB relation": relation,
}


@pytest.fixture(scope="module")
def wanted() -> pa.Table:
    return attribute(TOUCHES, CONVERSIONS, MODELS, bootstrap=None).credit


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_kind_of_table_gives_the_same_credit(
    wanted: pa.Table, kind: Callable[[pa.Table], Any]
) -> None:
    found = attribute(kind(TOUCHES), kind(CONVERSIONS), MODELS, bootstrap=None).credit
    assert found.equals(wanted)
    coded = attribute(kind(CODED), kind(CONVERSIONS), MODELS, bootstrap=None).credit
    assert coded.equals(wanted)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_kind_of_table_of_paths_gives_the_same_credit(
    kind: Callable[[pa.Table], Any],
) -> None:
    found = attribute_paths(kind(PATHS), MODELS[4:], bootstrap=None).credit
    assert found.equals(attribute_paths(PATHS, MODELS[4:], bootstrap=None).credit)


@pytest.mark.parametrize("files", [1, 4])
@pytest.mark.parametrize("shuffled", [False, True])
def test_files_are_read_in_order_or_sorted(
    tmp_path: Path, wanted: pa.Table, files: int, shuffled: bool
) -> None:
    order = np.random.default_rng(1).permutation(60) if shuffled else np.arange(60)
    rows = CODED.take(order)
    folder = tmp_path / "touches"
    folder.mkdir()
    (folder / "_SUCCESS.parquet").write_bytes(b"no table")
    for number, part in enumerate(np.array_split(np.arange(60), files)):
        pq.write_table(rows.take(part), folder / f"part-{number}.parquet", row_group_size=7)
    given = folder if files > 1 else folder / "part-0.parquet"
    for path in (given, str(given)):
        found = attribute(path, CONVERSIONS, MODELS, bootstrap=None)
        assert found.credit.equals(wanted)
    # What was sorted for the sums is sorted for the rows too.
    per_touch = found.per_touch().read_all()
    assert per_touch.num_rows == 4 * 1 + 11 * (1 + 1 + 3 + 3)


def test_a_stream_out_of_order_is_refused_as_it_cannot_be_read_again() -> None:
    rows = TOUCHES.take(list(range(60))[::-1])
    with pytest.raises(InputError, match="must be in the order"):
        attribute(batches(rows), CONVERSIONS, ["first"])
    found = attribute(batches(TOUCHES), CONVERSIONS, ["first"])
    with pytest.raises(InputError, match="used up"):
        found.per_touch()


def test_the_result_is_itself_a_table_to_whoever_speaks_arrow(wanted: pa.Table) -> None:
    found = attribute(TOUCHES, CONVERSIONS, MODELS, bootstrap=None)
    assert pa.table(found).equals(wanted)
    assert pl.DataFrame(found).shape == (wanted.num_rows, wanted.num_columns)
    assert pd.DataFrame(pa.table(found).to_pandas())["model"].nunique() == len(MODELS)


@pytest.mark.parametrize("mixed", [["p", 7, "q"], [7, 8, "q"], ["p", "q", 3.5]])
def test_a_person_id_of_another_type_is_named_by_row_and_field(mixed: list[object]) -> None:
    frame = TOUCHES.slice(0, 3).to_pandas()
    frame["person_id"] = mixed
    with pytest.raises(BadRow, match="make them alike") as caught:
        attribute(frame, CONVERSIONS, ["first"])
    row = next(n for n, one in enumerate(mixed, 1) if type(one) is not type(mixed[0]))
    assert (caught.value.row, caught.value.field) == (row, "touches.person_id")


def test_what_is_no_table_and_files_that_are_none_say_so(tmp_path: Path) -> None:
    for given in (7, {"person_id": ["p"]}, None):
        with pytest.raises(InputError, match="must be a table that speaks Arrow"):
            attribute(given, CONVERSIONS, ["first"])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="one of the batches"):
        attribute([1, 2], CONVERSIONS, ["first"])  # type: ignore[list-item]
    with pytest.raises(InputError, match=r"holds no \.parquet file"):
        attribute(tmp_path, CONVERSIONS, ["first"])
    with pytest.raises(InputError, match="cannot be read as a Parquet file"):
        attribute(tmp_path / "absent.parquet", CONVERSIONS, ["first"])
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="cannot be read as a Parquet file"):
        attribute(TOUCHES, tmp_path / "cut.parquet", ["first"])
    folder = tmp_path / "parts"
    folder.mkdir()
    pq.write_table(TOUCHES, folder / "a.parquet")
    pq.write_table(TOUCHES.drop_columns("channel"), folder / "b.parquet")
    with pytest.raises(InputError, match=r"b\.parquet' lack the column 'channel'"):
        attribute(folder, CONVERSIONS, ["first"])
