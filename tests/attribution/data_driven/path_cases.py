"""Random small tables of paths for the laws, and how results are read."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
from hypothesis import strategies as st

from attribution.data_driven.path_oracle import Row
from headwater.attribution.data_driven import credit_by_channel

MODELS = [
    "shapley",
    "shapley_ordered",
    "shapley_rate",
    "leave_one_out",
    "markov(order=1)",
    "markov(order=2)",
    "markov(order=3)",
]
CHANNELS = ["A", "B > C", "", "x,y|z;\t'\"\n"]

paths = st.lists(st.sampled_from(CHANNELS), max_size=5).map(tuple)
amounts = st.sampled_from(
    [Fraction(0), Fraction(1), Fraction(3), Fraction(1, 2), Fraction(11, 4)]
)
values = st.integers(0, 400).map(lambda n: Fraction(n, 4))
rows = st.lists(st.builds(Row, paths, amounts, values, amounts), max_size=8)

Figures = dict[str, tuple[float, float]]


def table(given: list[Row]) -> pa.Table:
    return pa.table(
        {
            "path": pa.array([list(row.path) for row in given], pa.list_(pa.string())),
            "conversions": pa.array([float(row.conversions) for row in given], pa.float64()),
            "value": pa.array([float(row.value) for row in given], pa.float64()),
            "nulls": pa.array([float(row.nulls) for row in given], pa.float64()),
        }
    )


def figures(given: pa.Table, models: list[str] = MODELS) -> dict[str, Figures]:
    """Conversions and value by model and channel."""
    found: dict[str, Figures] = {model: {} for model in models}
    for row in credit_by_channel(given, models, bootstrap=None).to_pylist():
        found[row["model"]][row["channel"]] = (row["conversions"], row["value"])
    return found
