"""A company small enough to work out by hand.

Anna comes by Paid Search (1 Jan) and Email (10 Jan), is a lead on 10 Jan, an opportunity on
15 Jan, and her deal of 1,000.01 is won on 1 Feb. She orders for 600.00 on 5 Feb and gets
100.00 back on 1 Mar.
Bob comes by Paid Search (20 Jan) and is a lead that day; his deal of 500.00, an opportunity
on 22 Jan, is open, and another of 400.00 (5 Jan) was lost on 10 Feb.
Cleo was imported as a lead (25 Jan) and never seen; her deal of 250.00, an opportunity on
30 Jan, is won on 20 Feb.
A deal of 99.99 belongs to nobody known (opportunity on 1 Mar, won on 3 Mar); one in a currency
without a rate (2 Mar, won on 4 Mar) is excluded.
"""

from __future__ import annotations

from small_conversions import conversions
from small_tables import LOOKBACK, Ledger, day, state, touch

from headwater.attribution import MODELS, credit
from headwater.warehouse.sql import load

PAID = {"channel": "Paid Search", "source": "google", "campaign": "spring"}
EMAIL = {"channel": "Email", "source": "newsletter"}


def company() -> Ledger:
    """Return the tables, with the credits of every rule-based model at 90 days."""
    moments = conversions(LEADS, DEALS, ORDERS, REFUNDS)
    ledger = Ledger(
        {
            "rebuild_state": state(),
            "person_keys": [{"person_key": "external:crm:7", "person_id": "anna"}],
            "visitors": [{"visitor_id": "v1", "person_id": "anna"}],
            "persons": [{"person_id": "anna"}, {"person_id": "bob"}, {"person_id": "cleo"}],
            "sessions": SESSIONS,
            "touchpoints": TOUCHES,
            "leads": LEADS,
            "deals": DEALS,
            "orders": ORDERS,
            "conversions": moments,
            "spend_days": SPEND,
        }
    )
    with_credits(ledger)
    return ledger


def with_credits(ledger: Ledger, lookback: int | None = LOOKBACK) -> None:
    """Store the credits that a rebuild would."""
    touches = ledger.query(load("attribution", "credited_touches").text)
    moments = ledger.query(load("attribution", "credited_conversions").text)
    ledger.put("credits", credit(touches, moments, list(MODELS), lookback))


def _session(
    session_id: str, visitor: str, at: str, origin: dict[str, str], device: str
) -> dict[str, object]:
    return {
        "session_id": session_id,
        "visitor_id": visitor,
        "started_at": day(at),
        "device": device,
        **origin,
    }


def _deal(
    deal_id: str,
    person: str | None,
    standing: tuple[str, str],
    dates: tuple[str, str | None],
    value: int,
    probability: float | None,
) -> dict[str, object]:
    return {
        "deal_id": deal_id,
        "person_id": person,
        "stage": standing[0],
        "status": standing[1],
        "created_at": day(dates[0]),
        "opportunity_at": day(dates[0]),
        "closed_at": day(dates[1]) if dates[1] else None,
        "value_minor": value,
        "probability": probability,
        "owner": "olga",
    }


def _spend(at: str, cost: int | None, clicks: int, impressions: int) -> dict[str, object]:
    return {
        "fact_id": at,
        "spent_at": day(at),
        "cost_minor": cost,
        "clicks": clicks,
        "impressions": impressions,
        **PAID,
    }


SESSIONS = [
    _session("s1", "v1", "2025-01-01", PAID, "mobile"),
    _session("s2", "v1", "2025-01-10", EMAIL, "desktop"),
    _session("s3", "v2", "2025-01-20", PAID, "desktop"),
    _session("s4", "v3", "2025-02-02", PAID, "desktop"),
]
TOUCHES = [
    touch("s1", "anna", "2025-01-01", visitor_id="v1", **PAID),
    touch("s2", "anna", "2025-01-10", visitor_id="v1", **EMAIL),
    touch("s3", "bob", "2025-01-20", visitor_id="v2", **PAID),
    touch("s4", "v3", "2025-02-02", visitor_id="v3", **PAID),
]
LEADS = [
    {"person_id": "anna", "lead_at": day("2025-01-10T12:00"), **EMAIL},
    {"person_id": "bob", "lead_at": day("2025-01-20T12:00"), **PAID},
    {"person_id": "cleo", "lead_at": day("2025-01-25"), "source": "unknown"},
]
DEALS = [
    _deal("D1", "anna", ("Signed", "won"), ("2025-01-15", "2025-02-01"), 100_001, 1.0),
    _deal("D2", "bob", ("Demo", "open"), ("2025-01-22", None), 50_000, 0.333),
    _deal("D3", "cleo", ("Signed", "won"), ("2025-01-30", "2025-02-20"), 25_000, None),
    _deal("D4", None, ("Signed", "won"), ("2025-03-01", "2025-03-03"), 9_999, None),
    _deal("D5", None, ("Signed", "won"), ("2025-03-02", "2025-03-04"), 0, None)
    | {"excluded": "no exchange rate"},
    _deal("D6", "bob", ("Gone", "lost"), ("2025-01-05", "2025-02-10"), 40_000, 0.0),
]
ORDERS = [
    {
        "order_key": "S1",
        "order_id": "S1",
        "person_id": "anna",
        "deal_id": "D1",
        "paid_at": day("2025-02-05"),
        "value_minor": 50_000,
        "refunded_minor": 10_000,
    }
]
REFUNDS = [
    {"order_id": "S1", "refunded_at": day("2025-03-01"), "refund_minor": -10_000},
]
SPEND = [
    _spend("2025-01-01", 30_000, 100, 1_000),
    _spend("2025-02-01", 10_000, 0, 0),
    _spend("2025-02-02", None, 5, 10) | {"excluded": "no exchange rate"},
]
