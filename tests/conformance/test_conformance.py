"""Every statement of the product means the same on DuckDB 1.5 and 2.0, on Sail and on Spark."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import asked
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
OLDER = ROOT / "var" / "duckdb-1.5"
ANSWERING = Path(__file__).parent / "answering.py"
ENGINES = {"DuckDB 1.5": ("duckdb", OLDER), "Sail": ("sail", None), "Spark": ("spark", None)}
TOLERANCE = 1e-9
ARBITRARY = {"visitor_number", "event_number", "key_number"}
"""Columns of hashes: each engine has its own, and they never leave a rebuild."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The questions, and the answers of DuckDB 2.0."""
    folder = tmp_path_factory.mktemp("conformance")
    every = asked.questions(folder / "data")
    assert {question.statement.text for question in every} == {
        statement.text for statement in asked.STATEMENTS
    }
    tasks = asked.write(every, folder / "tables")
    (folder / "tasks.json").write_text(json.dumps(tasks), "utf-8")
    _answer(folder, "duckdb", folder / "reference", None)
    return folder


@pytest.mark.parametrize("engine", ENGINES)
def test_every_statement_gives_equal_tables(folder: Path, engine: str) -> None:
    program, library = ENGINES[engine]
    answers = folder / engine.replace(" ", "-")
    _answer(folder, program, answers, library)
    found = [
        difference for name in _ids(folder) for difference in _compare(folder, answers, name)
    ]
    assert not found, "\n".join(found)


def test_what_is_asked_has_answers(folder: Path) -> None:
    """An empty table would prove nothing of the statement that made it."""
    rows = {
        name: pq.read_metadata(folder / "reference" / f"{name}.parquet").num_rows
        for name in _ids(folder)
    }
    assert not [name for name, count in rows.items() if count == 0 and name.endswith(".0")]


def _ids(folder: Path) -> list[str]:
    return [task["id"] for task in json.loads((folder / "tasks.json").read_text("utf-8"))]


def _answer(folder: Path, engine: str, answers: Path, library: Path | None) -> None:
    path = [str(library)] if library else []
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*path, str(ROOT / "src")]),
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1",  # each statement is run but once
    }
    done = subprocess.run(
        [sys.executable, str(ANSWERING), engine, str(folder / "tasks.json"), str(answers)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _compare(folder: Path, answers: Path, name: str) -> Iterator[str]:
    failed = answers / f"{name}.error"
    if failed.exists():
        yield f"{name}: {failed.read_text('utf-8')[:400]}"
        return
    expected = pq.read_table(folder / "reference" / f"{name}.parquet")
    found = pq.read_table(answers / f"{name}.parquet")
    if expected.column_names != found.column_names:
        yield f"{name}: columns {found.column_names}, not {expected.column_names}"
    elif expected.num_rows != found.num_rows:
        yield f"{name}: {found.num_rows} rows, not {expected.num_rows}"
    else:
        pairs = zip(_rows(expected), _rows(found), strict=True)
        different = [pair for pair in pairs if not _is_equal(*pair)]
        for wanted, got in different[:1]:
            yield f"{name}: {len(different)} rows differ, such as {got}, not {wanted}"


def _rows(table: pa.Table) -> list[tuple[object, ...]]:
    told = table.select([name for name in table.column_names if name not in ARBITRARY])
    rows = [tuple(map(_plain, row.values())) for row in told.to_pylist()]
    return sorted(rows, key=lambda row: [_rank(value) for value in row])


def _plain(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def _rank(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def _is_equal(wanted: tuple[object, ...], got: tuple[object, ...]) -> bool:
    return all(
        math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        if isinstance(a, float) and isinstance(b, float)
        else a == b and isinstance(a, bool) == isinstance(b, bool)
        for a, b in zip(wanted, got, strict=True)
    )
