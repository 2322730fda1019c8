"""Plausible's raw events, from the ClickHouse of an installation of one's own.

What Plausible itself offers for download are totals of days. They name no visitor, so no
journey can be made of them, and inventing visitors is not importing.
Source: the columns of its table `events_v2`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Final

from headwater.capture.importers.dates import TimeFormat, as_time
from headwater.capture.importers.exports.found import Export, Found, Place
from headwater.capture.importers.exports.reading import (
    amount,
    elements,
    known,
    number,
    said,
    text,
)
from headwater.capture.protocols.arrivals import campaign_columns
from headwater.capture.protocols.payloads import currency_of
from headwater.capture.protocols.plausible.names import NAMES, named_properties
from headwater.capture.protocols.traits import person_in
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import FactKind

Row = Mapping[str, object]

_UTC: Final = TimeFormat(None, UTC)
_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'")
_ESCAPED: Final = re.compile(r"\\(.)")
_MEASURED: Final = {
    "engagement_time_msec": "engagement_time",
    "percent_scrolled": "scroll_depth",
}
_TOLD: Final = {
    "country": "country_code",
    "region": "subdivision1_code",
    "browser": "browser",
    "operating_system": "operating_system",
    "device_category": "screen_size",
    "referrer_source": "referrer_source",
    "click_id_kind": "click_id_param",
    "session": "session_id",
}
_NOT_MEASURED: Final = 255
"""What Plausible writes as the depth to which nobody scrolled."""


class PlausibleReader:
    """Reads rows of `events_v2`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self, number: int, row: Row) -> Iterator[Found | BadRow]:
        """Yield the event of a row."""
        name, visitor = text(row.get("name")), text(row.get("user_id"))
        for field, cell in (("name", name), ("user_id", visitor)):
            if cell is None:
                raise BadRow(number, field, "", "is empty")
        own_name = NAMES.get(str(name), str(name))
        values = {**_columns(row), "name": own_name}
        values["occurred_at"] = moment = _moment(number, row)
        values["visitor_id"] = f"plausible:{visitor}"
        values |= known({"site": self._place.site_of(said(row.get("hostname")))})
        person, properties = person_in(_properties(row))
        values |= {**person, "properties": named_properties(own_name, properties)}
        cells = ("site_id", "user_id", "session_id", "name", "pathname")
        unique = [text(row.get(cell)) or "" for cell in cells]
        told = self._place.keyed(json.dumps(_properties(row), sort_keys=True))
        identity = ("event", "plausible", str(moment), *unique, told)
        yield Found(FactKind.EVENT, values, identity, is_keyed=False)


def _moment(number: int, row: Row) -> int:
    cell = row.get("timestamp")
    try:
        moment = as_time(cell, _UTC)
    except InputError as failure:
        raise BadRow(number, "timestamp", cell, str(failure)) from failure
    if moment is None:
        raise BadRow(number, "timestamp", "", "is empty")
    return moment


def _columns(row: Row) -> dict[str, object]:
    """Return page, referrer and campaign. Plausible keeps neither queries nor schemes."""
    host, path = said(row.get("hostname")), text(row.get("pathname")) or "/"
    referrer = said(row.get("referrer"))
    campaign = {name: said(row.get(name)) for name in row if name.startswith("utm_")}
    worth = amount(row.get("revenue_source_amount"))
    columns: dict[str, object | None] = {
        "url": f"https://{host}{path}" if host else None,
        "referrer": _with_scheme(referrer) if referrer else None,
        "amount": worth,
        "currency": currency_of(said(row.get("revenue_source_currency"))) if worth else None,
    }
    return {**known(columns), **campaign_columns(campaign, None)}


def _with_scheme(referrer: str) -> str:
    return referrer if "://" in referrer else f"https://{referrer}"


def _properties(row: Row) -> dict[str, object]:
    keys, values = _texts(row.get("meta.key")), _texts(row.get("meta.value"))
    found: dict[str, object] = dict(zip(keys, values, strict=False))
    told = {name: said(row.get(cell)) for name, cell in _TOLD.items()}
    measured = {name: number(row.get(cell)) for name, cell in _MEASURED.items()}
    if measured["percent_scrolled"] == _NOT_MEASURED:
        del measured["percent_scrolled"]
    seen = {name: figure for name, figure in measured.items() if figure}
    return {**found, **known(dict(told)), **seen}


def _texts(cell: object) -> list[str]:
    """Return a list of texts, which ClickHouse writes into CSV as `['a','b']`."""
    if isinstance(cell, str):
        return [_ESCAPED.sub(r"\1", inner) for inner in _QUOTED.findall(cell)]
    return [str(one) for one in elements(cell)]


_TOTALS: Final = (
    "holds totals of days, as Plausible offers them for download. They name no visitor, so no "
    "journey can be made of them, and nothing was imported. Export the raw events of your own "
    "Plausible instead: docs/howto/import.md says how."
)


def _refuse_totals(path: Path, columns: Sequence[str]) -> None:
    if "user_id" not in columns and {"date", "visitors"} & set(columns):
        raise InputError(f"{path}: {_TOTALS}")


PLAUSIBLE_EXPORT: Final = Export(
    "plausible-export",
    "the raw events of Plausible's own database (table events_v2)",
    ("name", "hostname", "pathname", "user_id", "timestamp"),
    PlausibleReader,
    _refuse_totals,
    f"An archive of CSV files {_TOTALS}",
)
