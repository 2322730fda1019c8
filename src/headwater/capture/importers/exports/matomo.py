"""Matomo's visits as its reporting API gives them: `Live.getLastVisitsDetails`, as JSON.

Source: the API's documented answer. One row is a visit with its actions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from headwater.capture.importers.exports.found import Export, Found, Place
from headwater.capture.importers.exports.matomo_actions import ACTIONS, viewed_item
from headwater.capture.importers.exports.reading import (
    elements,
    host_of,
    known,
    said,
    structure,
    text,
)
from headwater.capture.protocols.arrivals import campaign_columns
from headwater.capture.protocols.payloads import currency_of
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.times import unix_micros
from headwater.capture.protocols.traits import known_user
from headwater.domain.errors import BadRow
from headwater.domain.times import SECOND
from headwater.domain.words import FactKind

Row = Mapping[str, object]

_CAMPAIGN: Final = {
    "source": "campaignSource",
    "medium": "campaignMedium",
    "content": "campaignContent",
}
"""Columns that Matomo's plugin for campaigns adds to a visit."""
_NO_KEYWORD: Final = frozenset({"Keyword not defined", "keyword not defined"})


class MatomoReader:
    """Reads visits."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self, number: int, row: Row) -> Iterator[Found | BadRow]:
        """Yield the events of a visit, and the orders beside its purchases."""
        if text(row.get("idVisit")) is None:
            told = text(row.get("message"))
            reason = f"is missing; Matomo says: {told}" if told else "is missing: not a visit"
            raise BadRow(number, "idVisit", "", reason)
        visit = self._visit(number, row)
        actions = [structure(action) for action in elements(row.get("actionDetails"))]
        if not actions:
            raise BadRow(number, "actionDetails", "", "is empty: the visit has no actions")
        pages = (said(action.get("url")) for action in actions)
        host = next((found for page in pages if (found := host_of(page))), None)
        visit |= known({"site": self._place.site_of(host)})
        arrival = _arrival(row, said(actions[0].get("url")))
        for place, action in enumerate(actions):
            try:
                yield from _facts(row, action, place, {**visit, **arrival}, number)
            except BadRow as bad:
                yield bad
            arrival = {}

    def _visit(self, number: int, row: Row) -> dict[str, object]:
        who = {**known({"visitor_id": said(row.get("visitorId"))})}
        who |= known_user(said(row.get("userId")))
        if not who:
            raise BadRow(number, "visitorId", "", "is empty, and so is userId")
        return who | known(
            {
                "ip": said(row.get("visitIp")),
                "language": said(row.get("languageCode")),
                "currency": currency_of(row.get("siteCurrency")),
                "properties": known(
                    {
                        "visit": text(row.get("idVisit")),
                        "country": said(row.get("countryCode")),
                        "device_category": said(row.get("deviceType")),
                        "browser": said(row.get("browserName")),
                        "operating_system": said(row.get("operatingSystemName")),
                        "screen": said(row.get("resolution")),
                    }
                ),
            }
        )


def _arrival(row: Row, url: str | None) -> dict[str, object]:
    """Return where the visit came from: columns of its first event alone."""
    columns = known({"referrer": said(row.get("referrerUrl"))})
    keyword = said(row.get("referrerKeyword"))
    keyword = None if keyword in _NO_KEYWORD else keyword
    if said(row.get("referrerType")) == "campaign":
        told: dict[str, object] = {
            name: said(row.get(cell)) for name, cell in _CAMPAIGN.items()
        }
        told |= {"name": said(row.get("referrerName")), "term": keyword}
        return columns | campaign_columns(told, url)
    return columns | known({"keyword": keyword})


def _facts(
    row: Row, action: Row, place: int, seen: dict[str, object], number: int
) -> Iterator[Found]:
    kind = text(action.get("type")) or ""
    describe = ACTIONS.get(kind)
    if describe is None:
        raise BadRow(number, "actionDetails.type", kind, "is a kind that has no event here")
    moment = unix_micros(text(action.get("timestamp")), SECOND)
    if moment is None:
        told = action.get("timestamp")
        raise BadRow(number, "actionDetails.timestamp", told, "is not a number of seconds")
    own = describe(action)
    common = structure(seen.get("properties"))
    values = {**seen, "occurred_at": moment, **own.columns, "name": own.name}
    values["properties"] = {**common, **own.properties}
    if own.amount is None:
        values.pop("currency", None)
    else:
        values["amount"] = own.amount
    unique = _unique(row, action, kind, place)
    if own.order_id is None:
        yield Found(FactKind.EVENT, values, ("event", "matomo", *unique))
    else:
        yield from _purchase(own.order_id, values)
    item = viewed_item(action) if own.name == "page_view" else None
    if item is not None:
        shown = {**values, "name": "view_item", "properties": {**common, "items": [item]}}
        yield Found(FactKind.EVENT, shown, ("event", "matomo", "item", *unique))


def _purchase(order_id: str, values: dict[str, object]) -> Iterator[Found]:
    """A purchase is named by its order, as the collector names it."""
    site = str(values.get("site", ""))
    yield Found(FactKind.EVENT, values, ("event", site, f"{order_id}/purchase"))
    if "amount" in values:
        order = order_draft(Purchase(order_id, str(values["amount"])), values)
        yield Found(FactKind.ORDER, order.values, ("order", site, f"{order_id}/order"))


def _unique(row: Row, action: Row, kind: str, place: int) -> list[str]:
    """Return what names an action: Matomo's own number of it, else its place in the visit.

    A visit that had not ended is exported again later, with the same actions and more.
    """
    cells = (row.get("idSite"), row.get("idVisit"), action.get("pageId"), action.get("goalId"))
    named = [text(cell) or "" for cell in cells]
    return [*named, kind, text(action.get("timestamp")) or "", "" if named[2] else str(place)]


MATOMO_EXPORT: Final = Export(
    "matomo-export",
    "the visits of Matomo's Live.getLastVisitsDetails, format=JSON",
    ("idVisit", "actionDetails"),
    MatomoReader,
)
