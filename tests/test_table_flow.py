"""Data flows one way between tables too, where no import would show it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from headwater.domain.words import FactKind
from headwater.warehouse.sql import Statement, parse
from headwater.warehouse.working import SETS

SOURCE = Path(__file__).parent.parent / "src" / "headwater"
STAGES = ["warehouse", "identity", "journeys", "attribution", "reports", "web"]
ANSWERING = {"reports", "web"}
"""Packages whose statements answer a question and write nothing."""
BORN_OUTSIDE_SQL = {
    **{f"facts_{kind}": "warehouse" for kind in FactKind},
    **dict.fromkeys([*SETS, "new_key_sightings", "new_session_rows"], "warehouse"),
    "rebuild_state": "warehouse",
    "person_keys": "identity",
    "agents": "journeys",
    "bot_limits": "journeys",
    "origins": "journeys",
    "local_time": "journeys",
    "session_bounds": "journeys",
    "rates": "journeys",
    **dict.fromkeys(
        ["credits", "model_credits", "model_runs", "model_results", "model_effects"],
        "attribution",
    ),
}
STATEMENTS = [
    parse(path.parent.parent.name, path.stem, path.read_text("utf-8"))
    for path in sorted(SOURCE.glob("*/sql/*.sql"))
]
BANNED = {
    "date arithmetic by engine (use whole microseconds)": r"\b(date_diff|datediff|interval)\b",
    "a cast of a quotient (use //)": r"cast\([^()]*[^/]/[^/][^()]*as bigint\)",
    "a decimal quotient (write cast(1 as double) / n)": r"\b1\.0\s*/",
    "an ordered string_agg": r"string_agg",
    "an asof join": r"\basof\b",
    "a lag or lead without a default": r"\b(?:lag|lead)\(\s*[^(),]+(?:,\s*\d+\s*)?\)",
}


def names(statement: Statement) -> str:
    return f"{statement.package}/{statement.name}"


def tables_read(statement: Statement) -> set[str]:
    tree = sqlglot.parse_one(statement.text, dialect="duckdb")
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - named


@pytest.mark.parametrize("statement", STATEMENTS, ids=names)
def test_a_header_tells_what_is_read_and_bound(statement: Statement) -> None:
    assert set(statement.reads) == tables_read(statement)
    assert set(statement.params) == set(re.findall(r"\$([a-z_]+)", statement.text))
    assert statement.grain
    assert bool(statement.writes) == (statement.package not in ANSWERING)


@pytest.mark.parametrize("statement", STATEMENTS, ids=names)
def test_a_stage_reads_only_what_it_or_an_earlier_stage_wrote(statement: Statement) -> None:
    written_by = {other.writes: other.package for other in STATEMENTS} | BORN_OUTSIDE_SQL
    here = STAGES.index(statement.package)
    late = {name for name in tables_read(statement) if STAGES.index(written_by[name]) > here}
    assert not late


@pytest.mark.parametrize("statement", STATEMENTS, ids=names)
def test_a_statement_is_one_select_in_the_portable_subset(statement: Statement) -> None:
    trees = sqlglot.parse(statement.text, dialect="duckdb")
    assert len(trees) == 1
    assert isinstance(trees[0], exp.Query)
    code = re.sub(r"--[^\n]*", "", statement.text).lower()
    found = [why for why, pattern in BANNED.items() if re.search(pattern, code)]
    assert not found


@pytest.mark.parametrize("statement", STATEMENTS, ids=names)
def test_a_statement_can_be_said_in_spark_sql(statement: Statement) -> None:
    said = sqlglot.transpile(
        statement.text,
        read="duckdb",
        write="spark",
        unsupported_level=sqlglot.ErrorLevel.RAISE,
    )
    assert said[0]
