"""Faults that other attribution tools have, each held off by name."""

from __future__ import annotations

import pyarrow as pa
import pytest

from attribution.credit_cases import conversion_table, touch_table
from attribution.credit_oracle import Conversion, Touch
from headwater.attribution import MODELS, attribute, credit

DAY = 24 * 3600 * 1_000_000
ALL = list(MODELS)


def path(person: str, channels: list[str], first_day: int = 0) -> list[Touch]:
    return [
        Touch(person, (first_day + i) * DAY, f"{person}-{i}", channel, channel == "Direct")
        for i, channel in enumerate(channels)
    ]


def sums(touches: list[Touch], conversions: list[Conversion]) -> dict[str, list[tuple]]:
    table = attribute(touch_table(touches), conversion_table(conversions), ALL).credit
    return {
        model: [
            (row["channel"], row["conversions"], row["value_minor"])
            for row in table.to_pylist()
            if row["model"] == model
        ]
        for model in ALL
    }


def test_credit_does_not_change_with_the_reports_date_range() -> None:
    """As in umami: the window is the conversion's own, so a range only picks conversions."""
    touches = path("p", ["A", "B"]) + path("q", ["B", "C"], 40)
    conversions = [Conversion("c1", "p", 30 * DAY, 100), Conversion("c2", "q", 60 * DAY, 70)]
    both = credit(touch_table(touches), conversion_table(conversions), ALL).to_pylist()
    alone = credit(touch_table(touches), conversion_table(conversions[1:]), ALL).to_pylist()
    assert [row for row in both if row["conversion_id"] == "c2"] == alone


def test_credit_is_not_lost_once_a_later_touch_exists() -> None:
    """As in Mautic."""
    conversion = [Conversion("c", "p", 2 * DAY, 100)]
    now = credit(touch_table(path("p", ["A", "B"])), conversion_table(conversion), ALL)
    later = credit(
        touch_table(path("p", ["A", "B", "C", "C", "C", "D"])),
        conversion_table(conversion),
        ["first"],
    )
    assert later.to_pylist() == [
        {
            "model": "first",
            "conversion_id": "c",
            "touch_id": "p-0",
            "weight": 1.0,
            "value_minor": 100,
        }
    ]
    after = path("p", ["A", "B"]) + path("p2", ["C"])
    assert credit(touch_table(after), conversion_table(conversion), ALL).equals(now)


def test_conversions_without_a_touch_do_not_vanish_in_a_join() -> None:
    """As in Snowplow's package."""
    found = sums(path("p", ["A"]), [Conversion("c", "stranger", DAY, 500)])
    assert all(rows == [("A", 0.0, 0), ("(no touch)", 1.0, 500)] for rows in found.values())


def test_a_conversion_of_no_value_counts() -> None:
    """Snowplow's package leaves it out."""
    found = sums(path("p", ["A"]), [Conversion("c", "p", DAY, 0)])
    assert all(rows == [("A", 1.0, 0), ("(no touch)", 0.0, 0)] for rows in found.values())


def test_an_empty_path_does_not_credit_the_channel_of_the_row_before() -> None:
    """As in ChannelAttribution."""
    found = sums(
        path("p", ["A"]) + path("q", ["B"], 50),
        [Conversion("c1", "p", DAY, 10), Conversion("c2", "q", DAY, 90)],
    )
    for rows in found.values():
        assert rows == [("A", 1.0, 10), ("B", 0.0, 0), ("(no touch)", 1.0, 90)]


def test_fractional_conversions_are_not_truncated() -> None:
    """As in ChannelAttribution."""
    found = sums(path("p", ["A"]), [Conversion("c", "p", DAY, 10, counts=2.75)])
    assert all(rows[0] == ("A", 2.75, 10) for rows in found.values())


@pytest.mark.parametrize("name", ["a > b", ">", "a,b", "a|b", "a\nb", "a;b", " a ", "\t", "'"])
def test_a_separator_inside_a_name_does_not_split_it(name: str) -> None:
    """As in ChannelAttribution."""
    found = sums(path("p", [name, name]), [Conversion("c", "p", 9 * DAY, 10)])
    for rows in found.values():
        assert rows == [(name, pytest.approx(1.0), 10), ("(no touch)", 0.0, 0)]


def test_the_order_of_rows_does_not_change_results() -> None:
    """As in ChannelAttribution; ties in time are settled by the touch's id."""
    touches = [Touch("p", DAY, f"t{n}", channel, False) for n, channel in enumerate("CAB")]
    conversion = conversion_table([Conversion("c", "p", DAY, 100)])
    one = credit(touch_table(touches), conversion, ALL)
    other = credit(touch_table(touches[::-1]), conversion, ALL)
    assert one.equals(other)
    assert one["touch_id"][0].as_py() == "t0"


def test_equal_paths_do_not_lose_revenue() -> None:
    """As in fractribution."""
    touches = [touch for n in range(5) for touch in path(f"p{n}", ["A", "B"])]
    conversions = [Conversion(f"c{n}", f"p{n}", 9 * DAY, 100) for n in range(5)]
    for rows in sums(touches, conversions).values():
        assert sum(value for _, _, value in rows) == 500


def test_forty_twenty_forty_gives_a_half_each_for_two_touches() -> None:
    """A PostHog version gave .4 + .4 = .8."""
    table = credit(
        touch_table(path("p", ["A", "B"])),
        conversion_table([Conversion("c", "p", 9 * DAY, 100)]),
        ["position"],
    )
    assert table["weight"].to_pylist() == pytest.approx([0.5, 0.5])
    assert table["value_minor"].to_pylist() == [50, 50]


def test_a_refund_long_after_takes_back_what_the_sale_gave() -> None:
    touches = path("p", ["A", "B", "C"])
    conversions = [
        Conversion("sale", "p", 5 * DAY, 101),
        Conversion("refund", "p", 5 * DAY, -101),
    ]
    for reset in (False, True):
        table = credit(
            touch_table(touches), conversion_table(conversions), ALL, 90 * DAY, reset
        )
        left = pa.TableGroupBy(table, ["model", "touch_id"]).aggregate([("value_minor", "sum")])
        assert set(left["value_minor_sum"].to_pylist()) == {0}
