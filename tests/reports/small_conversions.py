"""The conversions that leads, deals, orders and refunds make, with their dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Row = Mapping[str, object]
MILESTONES = ("lead_at", "opportunity_at", "closed_at", "paid_at")


def conversions(
    leads: Sequence[Row], deals: Sequence[Row], orders: Sequence[Row], refunds: Sequence[Row]
) -> list[dict[str, object]]:
    """Return one conversion per lead, opportunity, won deal, order and refund.

    A refund is `order_id`, `refunded_at` and `refund_minor` (below 0); orders are before it.
    """
    made = [_lead(lead, deals, orders) for lead in leads]
    for deal in deals:
        dates = {
            "lead_at": _first(leads, "lead_at", person_id=deal["person_id"]),
            "opportunity_at": deal["opportunity_at"],
            "closed_at": deal["closed_at"],
            "paid_at": _first(orders, "paid_at", deal_id=deal["deal_id"]),
        }
        shared = {
            "person_id": deal["person_id"],
            "deal_id": deal["deal_id"],
            "value_minor": deal["value_minor"],
            "excluded": deal.get("excluded"),
            **dates,
        }
        if deal["opportunity_at"] is not None:
            made.append(_moment("opportunity", deal["deal_id"], deal["opportunity_at"], shared))
        if deal["status"] == "won":
            made.append(_moment("won", deal["deal_id"], deal["closed_at"], shared))
    for order in orders:
        own = [refund for refund in refunds if refund["order_id"] == order["order_id"]]
        made += _order(order, own, leads, deals)
    return made


def _lead(lead: Row, deals: Sequence[Row], orders: Sequence[Row]) -> dict[str, object]:
    person = lead["person_id"]
    dates = {
        "lead_at": lead["lead_at"],
        "opportunity_at": _first(deals, "opportunity_at", person_id=person),
        "closed_at": _first(deals, "closed_at", person_id=person, status="won"),
        "paid_at": _first(orders, "paid_at", person_id=person),
    }
    return _moment(
        "lead", person, lead["lead_at"], {"person_id": person, "value_minor": 0, **dates}
    )


def _order(
    order: Row, refunds: Sequence[Row], leads: Sequence[Row], deals: Sequence[Row]
) -> list[dict[str, object]]:
    dates = {
        "lead_at": _first(leads, "lead_at", person_id=order["person_id"]),
        "opportunity_at": _first(deals, "opportunity_at", deal_id=order["deal_id"]),
        "closed_at": _first(deals, "closed_at", deal_id=order["deal_id"]),
        "paid_at": order["paid_at"],
    }
    shared = {
        "person_id": order["person_id"],
        "deal_id": order["deal_id"],
        "order_id": order["order_id"],
        "value_minor": int(order["value_minor"]) + int(order["refunded_minor"]),
        **dates,
    }
    made = [_moment("order", order["order_id"], order["paid_at"], shared)]
    for number, refund in enumerate(refunds):
        own = {
            "conversion_id": f"refund:{order['order_id']}:{number}",
            "counts": 0,
            "value_minor": refund["refund_minor"],
            "converted_at": refund["refunded_at"],
            "paid_at": refund["refunded_at"],
        }
        made.append(made[0] | own)
    return made


def _moment(kind: str, of: object, at: object, others: Row) -> dict[str, object]:
    return {
        "conversion_id": f"{kind}:{of}",
        "kind": kind,
        "anchored_at": at,
        "converted_at": at,
        "counts": 1,
        **others,
    }


def _first(rows: Sequence[Row], column: str, **match: object) -> int | None:
    if None in match.values():
        return None
    found = [
        row[column]
        for row in rows
        if row[column] is not None and all(row[name] == value for name, value in match.items())
    ]
    return min(found, default=None)  # type: ignore[type-var]
