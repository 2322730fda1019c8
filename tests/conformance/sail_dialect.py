"""Spells out what Sail 0.7 does not take as Spark does; the meaning stays the same."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

_TYPES = {"string": "varchar", "int64": "bigint", "int32": "int", "bool": "boolean"}


def spell_out(sql: str, paths: Mapping[str, str]) -> str:
    """Return a DuckDB SELECT over some Parquet files in words that Sail takes."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    if _has_bare_nulls(tree):
        _type_nulls(tree, _typed(tree, paths))
    return tree.transform(_without_computed_default).sql(dialect="duckdb")


def _without_computed_default(node: exp.Expression) -> exp.Expression:
    """Ask first whether there is such a row: Sail's default must be a literal."""
    if not isinstance(node, exp.Window) or not isinstance(node.this, exp.Lag | exp.Lead):
        return node
    default = node.this.args.get("default")
    if not isinstance(default, exp.Column):
        return node
    within, there = node.copy(), node.copy()
    within.this.set("default", None)
    there.set("this", type(node.this)(this=_one(), offset=_one(), default=_zero()))
    absent = exp.EQ(this=exp.paren(there), expression=_zero())
    return exp.paren(exp.Case().when(absent, default.copy()).else_(within))


def _one() -> exp.Literal:
    return exp.Literal.number(1)


def _zero() -> exp.Literal:
    return exp.Literal.number(0)


def _branches(union: exp.Expression) -> list[exp.Select]:
    if isinstance(union, exp.SetOperation):
        return [*_branches(union.left), *_branches(union.right)]
    return [union] if isinstance(union, exp.Select) else []


def _unions(tree: exp.Expression) -> list[exp.SetOperation]:
    return [
        union
        for union in tree.find_all(exp.SetOperation)
        if not isinstance(union.parent, exp.SetOperation)
    ]


def _has_bare_nulls(tree: exp.Expression) -> bool:
    return any(
        isinstance(column.unalias(), exp.Null)
        for union in _unions(tree)
        for branch in _branches(union)
        for column in branch.expressions
    )


def _typed(tree: exp.Expression, paths: Mapping[str, str]) -> exp.Expression:
    schema = {
        name: {
            field.name: _TYPES.get(str(field.type), str(field.type))
            for field in pq.read_schema(path)
        }
        for name, path in paths.items()
    }
    known = qualify(tree.copy(), schema=schema, dialect="duckdb", expand_stars=False)
    return annotate_types(known, schema=schema, dialect="duckdb")


def _type_nulls(tree: exp.Expression, typed: exp.Expression) -> None:
    """Cast each bare null of a union to the type that its other branches give the column."""
    for union, known in zip(_unions(tree), _unions(typed), strict=True):
        columns = zip(*(branch.expressions for branch in _branches(known)), strict=True)
        types = [_of(column) for column in columns]
        for branch in _branches(union):
            for place, column in enumerate(branch.expressions):
                if isinstance(column.unalias(), exp.Null) and types[place]:
                    column.unalias().replace(exp.cast(exp.Null(), types[place]))


def _of(column: tuple[exp.Expression, ...]) -> exp.DataType | None:
    unsaid = {exp.DataType.Type.NULL, exp.DataType.Type.UNKNOWN}
    said = [one.type for one in column if one.type and one.type.this not in unsaid]
    wide = [type_ for type_ in said if type_.this == exp.DataType.Type.BIGINT]
    return (wide or said or [None])[0]
