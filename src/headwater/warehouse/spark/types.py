"""The Spark types of Arrow ones, and of the columns that working sets are declared with."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
from pyspark.sql import types

_TYPES: Final[dict[pa.DataType, types.DataType]] = {
    pa.string(): types.StringType(),
    pa.int64(): types.LongType(),
    pa.int32(): types.IntegerType(),
    pa.float64(): types.DoubleType(),
    pa.bool_(): types.BooleanType(),
    pa.binary(): types.BinaryType(),
}


def spark_schema(schema: pa.Schema) -> types.StructType:
    """Return the same columns for Spark; TypeError for a type that no table of ours has."""
    return types.StructType([_field(field) for field in schema])


def _field(field: pa.Field) -> types.StructField:
    if field.type not in _TYPES:
        raise TypeError(f"The column {field.name} is {field.type}; say so in `_TYPES`.")
    return types.StructField(field.name, _TYPES[field.type])
