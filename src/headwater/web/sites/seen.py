"""What has come in from a site: the last event of each, and the first ones as they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from headwater.domain.words import FactKind
from headwater.journeys.channels import classify, parse_url_arrival
from headwater.web import house
from headwater.web.sqlfiles import ask

MOST: Final = 10
_LOOKED_AT: Final = 300
_KINDS: Final = (FactKind.EVENT, FactKind.LEAD)


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as it is shown while it arrives. `channel` is empty inside a session."""

    at: int
    name: str
    page: str
    channel: str
    source: str


def latest(domain: str) -> tuple[Seen, ...]:
    """Return the newest events and leads of a site, the newest first.

    Those that are not in the derived tables yet, or else its last sessions.
    """
    rows = [row for kind in _KINDS for row in _newest(kind) if row["site"] == domain]
    rows.sort(key=lambda row: (row["occurred_at"], row["fact_id"]), reverse=True)
    if rows:
        return tuple(_seen(row) for row in rows[:MOST])
    return _sessions(domain)


def last_by_site() -> dict[str, int]:
    """Return when each site was last heard of, in microseconds UTC."""
    last: dict[str, int] = {}
    if house.has_tables():
        rows = house.remembered("sites seen", lambda: ask("sites_seen").to_pylist())
        last = {row["site"]: row["last_at"] for row in rows if row["site"]}
    for kind in _KINDS:
        for row in _newest(kind):
            site = row["site"]
            if site:
                last[site] = max(last.get(site, 0), row["occurred_at"])
    return last


def _newest(kind: FactKind) -> list[dict[str, Any]]:
    with house.workspace().facts.snapshot() as snapshot:
        found: list[dict[str, Any]] = snapshot.newest(kind, _LOOKED_AT).to_pylist()
    return found


def _sessions(domain: str) -> tuple[Seen, ...]:
    if not house.has_tables():
        return ()
    rows = ask("site_sessions", {"site": domain, "most": MOST}).to_pylist()
    return tuple(
        Seen(
            at=row["ended_at"],
            name="session",
            page=row["landing_page"] or "",
            channel=row["channel"] or "",
            source=row["source"] or "",
        )
        for row in rows
    )


def _seen(row: dict[str, Any]) -> Seen:
    url = row.get("url") or ""
    channel, source = _origin(row, url)
    return Seen(
        at=row["occurred_at"],
        name=row.get("name") or row.get("method") or "",
        page=urlsplit(url).path or url,
        channel=channel,
        source=source,
    )


def _origin(row: dict[str, Any], url: str) -> tuple[str, str]:
    """Return channel and source of an event that says where it came from, else nothing."""
    arrival = parse_url_arrival(url, row["referrer"], row["site"])
    origin = classify(arrival, house.workspace().rules)
    says = row.get("name") in {"page_view", "link_click"} and not origin.is_internal
    return (origin.channel, origin.source or "") if says else ("", "")
