"""Statements keep their meaning in Spark's words."""

from __future__ import annotations

import pytest

from headwater.warehouse.spark.translation import NotPortable, translate


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("select a // 7 from t", "SELECT a DIV 7 FROM t"),
        (
            r"select regexp_replace(a, '(?i)(id)=[^&]*', '\1=x', 'g') from t",
            "SELECT REGEXP_REPLACE(a, '(?iu)(id)=[^&]*', '$1=x') FROM t",
        ),
        ("select regexp_matches(a, '(?i)k') from t", "SELECT a RLIKE '(?iu)k' FROM t"),
        (
            "select max_by(a, b) from t",
            "SELECT MAX_BY(a, CASE WHEN NOT a IS NULL THEN b END) FROM t",
        ),
        (
            "select lead(a, 1, b) over w - c from t window w as (order by a)",
            "SELECT (LEAD(a, 1, b) OVER w) - c FROM t WINDOW w AS (ORDER BY a NULLS LAST)",
        ),
        ("select hash(a) from t", "SELECT XXHASH64(a) FROM t"),
        ("from t order by a desc", "SELECT * FROM t ORDER BY a DESC"),
    ],
)
def test_what_engines_write_differently_is_translated(said: str, means: str) -> None:
    assert translate(said) == means


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (-3, "-3"),
        (0.5, "0.5"),
        ("it's \\ so", r"'it\'s \\ so'"),
        (["a", "b'"], r"ARRAY('a', 'b\'')"),
    ],
)
def test_a_value_becomes_a_quoted_literal(value: object, literal: str) -> None:
    assert translate("select $value", {"value": value}) == "SELECT " + literal


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="value"):
        translate("select $value", {})


@pytest.mark.parametrize(
    "said",
    [
        "select regexp_replace(a, 'b', 'c') from t",
        "select regexp_replace(a, 'b', '$', 'g') from t",
        "select regexp_replace(a, b, 'c', 'g') from t",
        "select regexp_matches(a, b) from t",
    ],
)
def test_what_cannot_mean_the_same_is_refused(said: str) -> None:
    with pytest.raises(NotPortable):
        translate(said)
