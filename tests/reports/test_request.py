"""Requests are read from texts, and a wrong text is answered with what would be right."""

from __future__ import annotations

from datetime import date

import pytest

from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import DAY
from headwater.domain.words import DateBasis
from headwater.reports import Filter, Pick, ReportRequest, RevenueFrom, Sort, parse

DEFAULTS = ReportRequest(currency="BRL", timezone="America/Sao_Paulo")


@pytest.mark.parametrize("name", ["Mars/Olympus", "x" * 10_000, "../etc/passwd", "a\0b"])
def test_a_time_zone_that_is_none_is_refused_in_few_words(name: str) -> None:
    with pytest.raises(InputError, match="is not a time zone") as found:
        parse({"timezone": name}, ReportRequest())
    assert len(str(found.value)) < 250


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_too_far_away_is_refused(name: str, day: str) -> None:
    with pytest.raises(InputError, match=f"The day {day} lies too far away"):
        parse({name: day}, ReportRequest())


def test_every_option_is_read() -> None:
    asked = parse(
        {
            "model": "position(.3,.5)",
            "lookback": "30d",
            "date_basis": "close",
            "from": "2025-01-01",
            "to": "2025-03-31",
            "by": "channel, campaign",
            "revenue": "orders",
            "columns": "origin=channel,won",
            "currency": "USD",
            "timezone": "UTC",
            "limit": "20",
            "sort": "won:asc",
            "filter": ["channel=Paid Search", "keyword=a=b"],
            "models": "first, position(.3,.5)",
            "metric": "won",
        },
        DEFAULTS,
    )

    assert asked == ReportRequest(
        model="position(.3,.5)",
        lookback=30 * DAY,
        date_basis=DateBasis.CLOSE,
        from_=date(2025, 1, 1),
        to=date(2025, 3, 31),
        by=("channel", "campaign"),
        revenue=RevenueFrom.ORDERS,
        columns=(Pick("channel", "origin"), Pick("won", "won")),
        currency="USD",
        timezone="UTC",
        limit=20,
        sort=Sort("won", is_descending=False),
        filters=(Filter("channel", "Paid Search"), Filter("keyword", "a=b")),
        models=("first", "position(.3,.5)"),
        metric="won",
    )


def test_what_is_not_given_is_as_the_settings_say() -> None:
    assert parse({"model": "", "by": [], "from": "  "}, DEFAULTS) == DEFAULTS


def test_an_unlimited_lookback_is_none() -> None:
    assert parse({"lookback": "unlimited"}, DEFAULTS).lookback is None


WRONG = [
    ({"date_basis": "closing"}, "Did you mean 'close'"),
    ({"revenue": "money"}, "deals, orders"),
    ({"from": "2025-02-30"}, "2025-01-31"),
    ({"from": "2025-02-01", "to": "2025-01-01"}, "before it starts"),
    ({"lookback": "-3d"}, "not a span of time"),
    ({"limit": "many"}, "positive whole number"),
    ({"limit": "0"}, "positive number"),
    ({"sort": "won:up"}, "neither asc nor desc"),
    ({"filter": "channel"}, "channel=Paid Search"),
    ({"currency": "EURO"}, "ISO 4217"),
    ({"timezone": "Mars/Olympus"}, "not a time zone"),
    ({"timezone": "../etc/passwd"}, "not a time zone"),
]


@pytest.mark.parametrize(("texts", "said"), WRONG)
def test_a_wrong_text_is_named_with_the_way_out(texts: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse(texts, DEFAULTS)


def test_an_option_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'date_basis'"):
        parse({"datebasis": "touch"}, DEFAULTS)
