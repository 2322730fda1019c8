"""Random small companies for the laws, and their Arrow tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pyarrow as pa
from hypothesis import strategies as st

from attribution.credit_oracle import HEAD_TAIL, NO_DIRECT, SHARES, Conversion, Touch
from headwater.attribution import MODELS

DAY = 24 * 3600 * 1_000_000
EVERY_MODEL = [*MODELS, SHARES, HEAD_TAIL, NO_DIRECT]

CHANNELS = ["A", "B", "Direct", "a > b", "x,y|z;\t'\"\n", "", "Ünï(code)"]
PEOPLE = ["p", "q", "r > s", "ß"]

# Few distinct times, so that ties with touches, conversions and milestones are common.
moments = st.one_of(st.integers(0, 6), st.integers(0, 40)).map(lambda n: n * DAY // 2)
values = st.one_of(
    st.integers(-200, 200), st.integers(-(2**53), 2**53), st.just(0), st.just(2**53)
)


@st.composite
def companies(draw: st.DrawFn) -> tuple[list[Touch], list[Conversion]]:
    touches = []
    for number in range(draw(st.integers(0, 14))):
        channel = draw(st.sampled_from(CHANNELS))
        touches.append(
            Touch(
                draw(st.sampled_from(PEOPLE)),
                draw(moments),
                f"t{number * 7 % 10}-{number}",
                channel,
                channel == "Direct",
            )
        )
    conversions = [
        Conversion(
            f"c{number}",
            draw(st.sampled_from([*PEOPLE, None, "nobody"])),
            draw(moments),
            draw(values),
            draw(st.sampled_from(["lead", "won"])),
            draw(st.none() | moments),
            draw(st.none() | moments),
            draw(st.sampled_from([1.0, 0.0, 0.5, 3.25])),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    return draw(st.permutations(touches)), draw(st.permutations(conversions))


lookbacks = st.sampled_from([None, DAY, 2 * DAY + 1, 90 * DAY])

_TYPES = {
    "touched_at": pa.int64(),
    "anchored_at": pa.int64(),
    "value_minor": pa.int64(),
    "lead_at": pa.int64(),
    "opportunity_at": pa.int64(),
    "is_direct": pa.bool_(),
    "counts": pa.float64(),
}


def _table(kind: type, rows: Sequence[object]) -> pa.Table:
    return pa.table(
        {
            one.name: pa.array(
                [getattr(row, one.name) for row in rows], _TYPES.get(one.name, pa.string())
            )
            for one in fields(kind)
        }
    )


def touch_table(rows: Sequence[Touch]) -> pa.Table:
    return _table(Touch, rows)


def conversion_table(rows: Sequence[Conversion]) -> pa.Table:
    return _table(Conversion, rows)
