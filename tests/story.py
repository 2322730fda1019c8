"""Small facts to tell a story with: each returns one row for `FactStore.append`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from headwater.domain.times import HOUR, MINUTE, to_micros
from headwater.facts import fact_id

Row = dict[str, Any]

START = to_micros(datetime(2026, 3, 2, 9, tzinfo=UTC))
"""A Monday morning."""

BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36"
)
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def at(hours: float) -> int:
    """The moment so many hours after the story starts."""
    return START + int(hours * 60) * MINUTE


def days(count: float) -> float:
    """So many days, in hours."""
    return count * 24


def row(kind: str, hours: float, **fields: Any) -> Row:
    """Any fact; its id is made of all it says, so telling it twice tells it once."""
    told = "|".join(f"{name}={value}" for name, value in sorted(fields.items()))
    moment = at(hours)
    return {
        "fact_id": fact_id(kind, str(moment), told),
        "occurred_at": moment,
        "received_at": moment + HOUR,
        "origin": "story",
        **fields,
    }


def page(
    visitor: str, hours: float, url: str = "/", referrer: str | None = None, **more: Any
) -> Row:
    """A page view of `https://example.com`."""
    return row(
        "event",
        hours,
        visitor_id=visitor,
        name="page_view",
        site="example.com",
        url=f"https://example.com{url}",
        referrer=referrer,
        **{"user_agent": BROWSER, **more},
    )


def lead(hours: float, **who: Any) -> Row:
    """A form sent."""
    return row("lead", hours, method="form", **who)


def deal(deal_id: str, hours: float, status: str = "open", amount: int = 0, **more: Any) -> Row:
    """A snapshot of a deal; the amount in cents of euro."""
    fields = {"amount_minor": amount, "currency": "EUR", **more}
    if status != "open":
        fields.setdefault("closed_at", at(hours))
    return row("deal", hours, deal_id=deal_id, status=status, **fields)


def order(order_id: str, hours: float, amount: int, **more: Any) -> Row:
    """One line of an order, or with `is_refund` of a refund."""
    return row(
        "order", hours, order_id=order_id, **{"amount_minor": amount, "currency": "EUR", **more}
    )
