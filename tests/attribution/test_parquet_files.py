"""Ids of touches are read from files only where they matter, and are never taken on trust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.attribution import attribute
from headwater.attribution.parquet_files import ParquetFiles
from headwater.domain.errors import BadRow, InputError

MODELS = ["first", "last", "linear", "markov", "shapley"]
CONVERSIONS = pa.table(
    {
        "conversion_id": [f"c{person}" for person in range(20)],
        "person_id": list(range(20)),
        "converted_at": [1_000] * 20,
        "value": [1.0] * 20,
    }
)


def touches(times: int = 1, **columns: list[object]) -> pa.Table:
    """Return 60 touches of 20 persons in order, `times` of them at each moment."""
    usual: dict[str, list[object]] = {
        "person_id": [row // 3 for row in range(60)],
        "touched_at": [row // times for row in range(60)],
        "touch_id": [f"t{row:02}" for row in range(60)],
        "channel": ["Ad", "Mail", "Call", "Ad", "Chat"] * 12,
    }
    return pa.table({**usual, **columns})


def stored(folder: Path, table: pa.Table, files: int = 2) -> Path:
    """Write the table as files of small row groups; return their directory."""
    size = table.num_rows // files
    for number in range(files):
        part = table.slice(number * size, size)
        pq.write_table(part, folder / f"{number}.parquet", row_group_size=7)
    return folder


def credited(given: Any) -> list[dict[str, object]]:
    found = attribute(given, CONVERSIONS, MODELS, bootstrap=None)
    rows: list[dict[str, object]] = found.credit.to_pylist()
    return rows


@pytest.mark.parametrize("times", [1, 2, 60])
def test_files_give_what_the_table_gives_however_many_times_are_the_same(
    tmp_path: Path, times: int
) -> None:
    table = touches(times)
    assert credited(stored(tmp_path, table)) == credited(table)


def test_touches_of_one_time_that_are_stored_out_of_order_are_sorted_by_id(
    tmp_path: Path,
) -> None:
    table = touches(60, touch_id=[f"t{59 - row:02}" for row in range(60)])
    assert credited(stored(tmp_path, table)) == credited(table)


def test_an_id_that_comes_twice_is_named_by_its_row(tmp_path: Path) -> None:
    ids: list[object] = [f"t{row:02}" for row in range(60)]
    ids[31] = ids[30]
    with pytest.raises(BadRow, match=r"row 32.*touches\.touch_id.*t30.*comes twice"):
        credited(stored(tmp_path, touches(60, touch_id=ids)))


def test_an_empty_id_is_refused_although_no_times_are_the_same(tmp_path: Path) -> None:
    ids: list[object] = [f"t{row:02}" for row in range(60)]
    ids[41] = None
    with pytest.raises(BadRow, match=r"row 42.*touches\.touch_id.*must not be empty"):
        credited(stored(tmp_path, touches(1, touch_id=ids)))


def test_an_empty_id_is_refused_where_the_file_does_not_count_them(tmp_path: Path) -> None:
    ids: list[object] = [f"t{row:02}" for row in range(60)]
    ids[41] = None
    table = touches(1, touch_id=ids)
    pq.write_table(table, tmp_path / "all.parquet", write_statistics=False)
    with pytest.raises(BadRow, match=r"row 42.*must not be empty"):
        credited(tmp_path / "all.parquet")


def test_ids_that_are_fractions_are_refused(tmp_path: Path) -> None:
    table = touches(1, touch_id=[row / 2 for row in range(60)])
    with pytest.raises(InputError, match=r"touches\.touch_id must be texts or whole numbers"):
        credited(stored(tmp_path, table))


def test_touches_without_ids_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lack the column 'touch_id'"):
        credited(stored(tmp_path, touches().drop(["touch_id"])))


def test_credit_per_touch_still_has_the_ids(tmp_path: Path) -> None:
    found = attribute(stored(tmp_path, touches()), CONVERSIONS, ["linear"])
    ids = found.per_touch().read_all()["touch_id"].to_pylist()
    assert sorted(ids) == [f"t{row:02}" for row in range(60)]


def test_some_rows_of_a_column_come_from_whichever_files_and_row_groups_hold_them(
    tmp_path: Path,
) -> None:
    read = ParquetFiles.at("touches", stored(tmp_path, touches()), []).aside("touch_id")
    assert read is not None
    for first, rows in [(0, 60), (5, 4), (28, 5), (59, 1), (0, 1), (6, 30)]:
        expected = [f"t{row:02}" for row in range(first, first + rows)]
        assert read(first, rows).to_pylist() == expected
