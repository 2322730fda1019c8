"""GA4's daily export to BigQuery: one row an event, parameters as repeated fields.

Source: the export's schema as Google documents it. Read from the tables `events_YYYYMMDD` and
`events_intraday_YYYYMMDD` as they are, saved as JSON lines or Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from headwater.capture.importers.exports.found import Export, Found, Place
from headwater.capture.importers.exports.reading import (
    amount,
    elements,
    host_of,
    known,
    number,
    said,
    structure,
    text,
)
from headwater.capture.protocols.arrivals import campaign_columns
from headwater.capture.protocols.payloads import currency_of
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.times import unix_micros
from headwater.capture.protocols.traits import known_user, person_in
from headwater.domain.errors import BadRow
from headwater.domain.words import FactKind

Row = Mapping[str, object]

_NAMES: Final = {"user_engagement": "engagement", "click": "outbound_click"}
_IN_COLUMNS: Final = frozenset({"page_location", "page_referrer", "page_title", "currency"})
_CLICKS: Final = ("gclid", "dclid")
_TOLD_NOT_IN_PARAMETERS: Final = {
    "device_category": ("device", "category"),
    "operating_system": ("device", "operating_system"),
    "country": ("geo", "country"),
    "region": ("geo", "region"),
    "city": ("geo", "city"),
    "app": ("app_info", "id"),
}
_UNIQUE: Final = (
    *("stream_id", "event_timestamp", "event_name", "event_bundle_sequence_id"),
    *("batch_page_id", "batch_ordering_id", "batch_event_index"),
)
"""What tells two events of one visitor apart, and is the same in every export of a day: a
day's rows are exported again with other traffic sources."""


class Ga4Reader:
    """Reads the rows of an events table."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self, number: int, row: Row) -> Iterator[Found | BadRow]:
        """Yield the event, and the order beside a purchase or refund."""
        moment = unix_micros(text(row.get("event_timestamp")), 1)
        name = text(row.get("event_name"))
        if moment is None or name is None:
            field = "event_timestamp" if moment is None else "event_name"
            reason = "is no number of microseconds" if moment is None else "is empty"
            raise BadRow(number, field, row.get(field), reason)
        parameters = _pairs(row.get("event_params"))
        values = {**self._who(row), **_where(parameters), "occurred_at": moment}
        values["name"] = _NAMES.get(name, name)
        host = said(structure(structure(row.get("device")).get("web_info")).get("hostname"))
        site = self._place.site_of(host_of(text(values.get("url"))) or host)
        values |= known({"site": site, "language": said(_of(row, "device", "language"))})
        values |= {**_source(row, parameters, values), **_money(row, parameters, name)}
        values["properties"] = _properties(row, parameters, values)
        order_id = said(_of(row, "ecommerce", "transaction_id"))
        order_id = order_id or said(parameters.get("transaction_id"))
        if values.keys() & {"visitor_id", "external_id", "email"}:
            yield self._event(row, name, values, order_id)
        else:
            reason = "is empty, and so is user_id: the visitor did not agree to be recognised"
            yield BadRow(number, "user_pseudo_id", "", reason)
        if order_id is not None and name in {"purchase", "refund"} and "amount" in values:
            yield self._order(row, order_id, values)

    def _who(self, row: Row) -> dict[str, object]:
        visitor = known({"visitor_id": said(row.get("user_pseudo_id"))})
        return {**visitor, **known_user(said(row.get("user_id")))}

    def _event(
        self, row: Row, name: str, values: dict[str, object], order_id: str | None
    ) -> Found:
        """A purchase is named by its order, as the collector names it."""
        if name == "purchase" and order_id is not None:
            return Found(FactKind.EVENT, values, self._of_order(order_id, "purchase", values))
        identity = (FactKind.EVENT.value, "ga4", *self._unique(row), str(values.get("url", "")))
        return Found(FactKind.EVENT, values, identity, is_keyed=False)

    def _order(self, row: Row, order_id: str, values: dict[str, object]) -> Found:
        is_refund = values["name"] == "refund"
        purchase = Purchase(
            order_id,
            str(values["amount"]),
            promo_code=said(structure(values["properties"]).get("coupon")),
            is_refund=is_refund,
        )
        order = order_draft(purchase, values).values
        if not is_refund:
            return Found(FactKind.ORDER, order, self._of_order(order_id, "order", values))
        return Found(FactKind.ORDER, order, ("order", "ga4", order_id, *self._unique(row)))

    def _of_order(self, order_id: str, what: str, values: Row) -> tuple[str, ...]:
        kind = FactKind.EVENT if what == "purchase" else FactKind.ORDER
        return (kind.value, str(values.get("site", "")), f"{order_id}/{what}")

    def _unique(self, row: Row) -> list[str]:
        user = said(row.get("user_id"))
        someone = said(row.get("user_pseudo_id")) or (user and self._place.keyed(f"ga4:{user}"))
        return [someone or "", *(text(row.get(name)) or "" for name in _UNIQUE)]


def _of(row: Row, outer: str, inner: str) -> object:
    return structure(row.get(outer)).get(inner)


def _pairs(cell: object) -> dict[str, object]:
    """Return repeated `key` and `value` as a mapping of texts and numbers."""
    found: dict[str, object] = {}
    for pair in map(structure, elements(cell)):
        key, value = text(pair.get("key")), structure(pair.get("value"))
        told = said(value.get("string_value"))
        if told is None:
            names = ("int_value", "float_value", "double_value")
            figures = (number(value.get(name)) for name in names)
            found |= known({key or "": next((one for one in figures if one is not None), None)})
        elif key is not None:
            found[key] = told
    found.pop("", None)
    return found


def _where(parameters: Row) -> dict[str, object]:
    return known(
        {
            "url": text(parameters.get("page_location")),
            "referrer": text(parameters.get("page_referrer")),
            "title": text(parameters.get("page_title")),
        }
    )


def _source(row: Row, parameters: Row, values: Row) -> dict[str, object]:
    """Return the event's own source where its address does not tell it.

    Exports from before mid-2023 have no `collected_traffic_source`; there the parameters tell.
    """
    url = text(values.get("url"))
    told = structure(row.get("collected_traffic_source"))
    manual = {name.removeprefix("manual_"): said(cell) for name, cell in told.items()}
    manual["name"] = manual.pop("campaign_name", None)
    click = next((name for name in _CLICKS if manual.get(name)), None)
    columns = campaign_columns(manual if told else parameters, url)
    if click is not None and f"{click}=" not in (url or ""):
        columns |= {"click_id_kind": click, "click_id": manual[click]}
    return columns


def _money(row: Row, parameters: Row, name: str) -> dict[str, object]:
    """Return the event's worth; what the client sent comes before what Google converted."""
    shop = structure(row.get("ecommerce"))
    own = "refund_value" if name == "refund" else "purchase_revenue"
    currency = currency_of(parameters.get("currency"))
    worth = amount(parameters.get("value")) or _worth(shop.get(own))
    if worth is not None:
        return known({"amount": worth, "currency": currency})
    in_dollars = _worth(shop.get(f"{own}_in_usd"))
    return {} if in_dollars is None else {"amount": in_dollars, "currency": "USD"}


def _worth(cell: object) -> str | None:
    """Return an amount that is not zero: rows of other events have zeros here."""
    found = amount(cell)
    return found if found is not None and number(found) else None


def _properties(row: Row, parameters: Row, values: dict[str, object]) -> dict[str, object]:
    """Return what has no column; who a parameter names goes to `values`."""
    person, others = person_in(parameters)
    values |= person
    taken = _IN_COLUMNS | ({"value"} if "amount" in values else frozenset())
    properties = {name: value for name, value in others.items() if name not in taken}
    for name, (outer, inner) in _TOLD_NOT_IN_PARAMETERS.items():
        properties |= known({name: said(_of(row, outer, inner))})
    browser = structure(_of(row, "device", "web_info")).get("browser")
    items = [_item(structure(one)) for one in elements(row.get("items"))]
    traits = person_in(_pairs(row.get("user_properties")))[1]
    more: dict[str, object | None] = {
        "browser": said(browser),
        "stream_id": text(row.get("stream_id")),
        "items": items or None,
        "user_properties": traits or None,
    }
    return properties | known(more)


def _item(row: Row) -> dict[str, object]:
    """Return what is said of a product; amounts in dollars are Google's conversion."""
    told = {name: said(cell) for name, cell in row.items() if not name.endswith("_in_usd")}
    return known(dict(told))


GA4_EXPORT: Final = Export(
    "ga4-export",
    "GA4's export to BigQuery (tables events_YYYYMMDD)",
    ("event_timestamp", "event_name", "event_params"),
    Ga4Reader,
)
