"""One engine's answers, in a process of its own: two DuckDB versions cannot share one.

    python answering.py ENGINE TASKS ANSWERS

TASKS is a JSON list of `{"id", "sql", "params", "tables": {name: Parquet file}}`; the answer of
each goes to ANSWERS/<id>.parquet, or what went wrong to ANSWERS/<id>.error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sail_dialect

Task = Mapping[str, Any]
Answer = Callable[[Task], pa.Table]


@contextmanager
def duckdb_engine() -> Iterator[Answer]:
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect()

    def answer(task: Task) -> pa.Table:
        for name, path in task["tables"].items():
            connection.execute(f"create or replace view {name} as from read_parquet('{path}')")
        return connection.sql(task["sql"], params=task["params"]).to_arrow_table()

    with connection:
        yield answer


@contextmanager
def sail_engine() -> Iterator[Answer]:
    from pysail.spark import SparkConnectServer  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    server = SparkConnectServer("127.0.0.1", 0)
    server.start()
    address = f"sc://127.0.0.1:{server.listening_address[1]}"
    session = SparkSession.builder.remote(address).getOrCreate()
    try:
        yield _spark_answer(session, sail_dialect.spell_out)
    finally:
        session.stop()
        server.stop()


@contextmanager
def spark_engine() -> Iterator[Answer]:
    from headwater.warehouse.spark import Cluster  # noqa: PLC0415
    from headwater.warehouse.spark.session import open_session  # noqa: PLC0415

    with open_session(Cluster("local[2]", Path(), partitions=1)) as session:
        yield _spark_answer(session, lambda sql, _paths: sql)


def _spark_answer(session: Any, prepare: Callable[[str, Mapping[str, str]], str]) -> Answer:
    from headwater.warehouse.spark.translation import translate  # noqa: PLC0415

    shown: dict[str, str] = {}

    def answer(task: Task) -> pa.Table:
        for name, path in task["tables"].items():
            if shown.get(name) != path:
                session.read.parquet(path).createOrReplaceTempView(name)
                shown[name] = path
        sql = prepare(task["sql"], task["tables"])
        return session.sql(translate(sql, task["params"])).toArrow()

    return answer


ENGINES = {"duckdb": duckdb_engine, "sail": sail_engine, "spark": spark_engine}


def main(engine: str, tasks: Path, answers: Path) -> None:
    answers.mkdir(parents=True, exist_ok=True)
    with ENGINES[engine]() as answer:
        for task in json.loads(tasks.read_text("utf-8")):
            try:
                table = answer(task)
            except Exception as error:  # noqa: BLE001 - it is the answer
                text = f"{type(error).__name__}: {error}"
                (answers / f"{task['id']}.error").write_text(text, "utf-8")
            else:
                pq.write_table(table, answers / f"{task['id']}.parquet")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
