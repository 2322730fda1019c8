"""Says a statement of the portable subset in Spark SQL.

SQLGlot turns the DuckDB dialect into Spark's; here is what it leaves different. Measured on
DuckDB 1.5 and 2.0, Spark 4.2 and Sail 0.7 by `tests/conformance`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import sqlglot
from sqlglot import exp

_GROUP: Final = re.compile(r"\\(\d)")
_FOLDED: Final = "(?i)"
_FOLDED_AS_RE2: Final = "(?iu)"


class NotPortable(ValueError):
    """A statement says what engines understand differently: it is at fault, not its data."""


def translate(sql: str, params: Mapping[str, object] | None = None) -> str:
    """Return the Spark SQL of one DuckDB SELECT, with the values of `$name` put in.

    Values are None, texts, whole numbers, floats, booleans, or lists of these; they become
    literals that are quoted as Spark wants them. Raises NotPortable, KeyError for a value
    that is not given, and SQLGlot's ParseError.
    """
    values = params or {}
    tree = sqlglot.parse_one(sql, dialect="duckdb").transform(_portable)
    bound = tree.transform(lambda node: _bound(node, values))
    return bound.sql(
        dialect="spark", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE
    )


def _bound(node: exp.Expr, values: Mapping[str, object]) -> exp.Expr:
    if isinstance(node, exp.Parameter | exp.Placeholder):
        return exp.convert(values[node.name])
    return node


def _portable(node: exp.Expr) -> exp.Expr:
    """Change a node in place, so that what lies within it is still visited."""
    if isinstance(node, exp.RegexpReplace):
        _replace_as_java(node)
    elif isinstance(node, exp.RegexpLike):
        node.set("expression", _pattern(node.expression))
    elif isinstance(node, exp.ArgMax | exp.ArgMin):
        _skip_nulls(node)
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "hash":
        # A number that stands for a text within one rebuild: Spark's `hash` has 32 bits only.
        node.set("this", "xxhash64")
    elif isinstance(node, exp.Cast) and _is_hexadecimal(node.this):
        digits = node.this.expression.copy()
        base = [exp.Literal.number(16), exp.Literal.number(10)]
        node.set("this", exp.Anonymous(this="conv", expressions=[digits, *base]))
    elif isinstance(node, exp.Binary) and isinstance(node.left, exp.Window):
        # Spark reads `over named - column` as a window called `named-column`.
        node.set("this", exp.paren(node.left.copy()))
    return node


def _is_hexadecimal(node: exp.Expr) -> bool:
    """Say whether a text is made that DuckDB reads as a number of base 16."""
    return isinstance(node, exp.DPipe) and node.this.is_string and node.this.name == "0x"


def _replace_as_java(node: exp.RegexpReplace) -> None:
    r"""Name groups `$1` as Java does, not `\1` as RE2 does; both must replace all."""
    modifiers = node.args.get("modifiers")
    if modifiers is None or modifiers.name != "g":
        raise NotPortable("regexp_replace must say 'g': Spark always replaces all.")
    replacement = node.args["replacement"]
    if not replacement.is_string or "$" in replacement.name:
        raise NotPortable("What regexp_replace puts in must be a plain text without '$'.")
    node.set("expression", _pattern(node.expression))
    node.set("replacement", exp.Literal.string(_GROUP.sub(r"$\1", replacement.name)))


def _pattern(pattern: exp.Expr) -> exp.Expr:
    """Fold all of Unicode where RE2 does and Java folds ASCII alone."""
    if not pattern.is_string:
        raise NotPortable("A regular expression must be a plain text.")
    return exp.Literal.string(pattern.name.replace(_FOLDED, _FOLDED_AS_RE2))


def _skip_nulls(node: exp.ArgMax | exp.ArgMin) -> None:
    """Look only at rows with a value, as DuckDB does and Spark does not."""
    has_value = exp.not_(exp.Is(this=node.this.copy(), expression=exp.Null()))
    node.set("expression", exp.Case().when(has_value, node.expression.copy()))
