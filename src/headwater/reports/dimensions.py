"""By what a report's rows can be told apart: the only source of column names in composed SQL.

A dimension says, for each stream of rows it exists in, which column holds it and what has to
be joined for it. Where a stream does not know a dimension (spend has no landing page), its
rows fall under `(not set)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from headwater.domain.errors import UnknownName


class Stream(StrEnum):
    """A kind of rows that reports are made of; the text is its name in composed SQL."""

    SHARES = "shares"
    SESSIONS = "sessions"
    SPEND = "spend_days"
    DEALS = "dated_deals"
    COHORTS = "cohorts"
    HAPPENINGS = "happenings"
    BOTS = "bot_visits"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream holds a dimension: an SQL expression and the join it needs, if any."""

    expression: str
    join: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to tell rows apart. `meaning` is for people; `is_period` names a span of time."""

    name: str
    title: str
    meaning: str
    places: Mapping[Stream, Place] = field(default_factory=dict)
    is_period: bool = False


_SHARE_DEAL: Final = "left join deals as share_deals on shares.deal_id = share_deals.deal_id"
_SHARE_SESSION: Final = (
    "left join sessions as share_sessions on shares.touch_id = share_sessions.session_id"
)
_SHARE_LEAD: Final = (
    "left join conversions as share_conversions"
    " on shares.conversion_id = share_conversions.conversion_id"
    " left join leads as share_leads on share_conversions.person_id = share_leads.person_id"
)
_FIRST_SESSIONS: Final = (
    "left join (select visitor_id, min(started_at) as first_started_at from sessions"
    " group by visitor_id) as first_sessions"
    " on sessions.visitor_id = first_sessions.visitor_id"
)


def _origin(name: str, title: str, meaning: str, spend: str = "") -> Dimension:
    places = {
        Stream.SHARES: Place(f"shares.{name}"),
        Stream.SESSIONS: Place(f"sessions.{name}"),
        Stream.DEALS: Place(f"dated_deals.{name}"),
        Stream.COHORTS: Place(f"cohorts.{name}"),
    }
    if spend:
        places[Stream.SPEND] = Place(f"spend_days.{spend}")
    return Dimension(name, title, meaning, places)


def _deal(name: str, title: str, meaning: str, **others: Place) -> Dimension:
    places = {
        Stream.SHARES: Place(f"share_deals.{name}", _SHARE_DEAL),
        Stream.DEALS: Place(f"dated_deals.{name}"),
        **{Stream(stream): place for stream, place in others.items()},
    }
    return Dimension(name, title, meaning, places)


def _bot(name: str, title: str, meaning: str) -> Dimension:
    return Dimension(name, title, meaning, {Stream.BOTS: Place(f"bot_visits.{name}")})


def _period(name: str, title: str, meaning: str) -> Dimension:
    return Dimension(name, title, meaning, {}, is_period=True)


_ALL: Final = (
    _origin("channel", "Channel", "the channel that the rules decided", "channel"),
    _origin("source", "Source", "where it came from, such as google or newsletter", "source"),
    _origin("medium", "Medium", "how it came, such as cpc or email", "medium"),
    _origin("campaign", "Campaign", "the campaign's name", "campaign"),
    _origin("content", "Content", "the ad or link; for spend, the ad", "ad"),
    _origin("keyword", "Keyword", "the search words, bought or typed", "keyword"),
    _origin("landing_page", "Landing page", "the path of the first page; spend has none"),
    Dimension(
        "self_reported",
        "Heard of us by",
        "what the lead said of how they heard of us, in small letters, whatever was tracked",
        {
            Stream.SHARES: Place("share_leads.self_reported", _SHARE_LEAD),
            Stream.COHORTS: Place("cohorts.self_reported"),
        },
    ),
    Dimension(
        "kind",
        "Kind of touch",
        "session, call, chat, recorded or offline",
        {
            Stream.SHARES: Place("shares.touch_kind"),
            Stream.SESSIONS: Place("'session'"),
        },
    ),
    Dimension(
        "device",
        "Device",
        "desktop, mobile or tablet; a touch has that of its session",
        {
            Stream.SHARES: Place("share_sessions.device", _SHARE_SESSION),
            Stream.SESSIONS: Place("sessions.device"),
            Stream.SPEND: Place("spend_days.device"),
        },
    ),
    Dimension(
        "new_vs_returning",
        "New or returning",
        "for a session, whether the visitor was seen before; for a conversion, whether the "
        "person or account had won a deal before",
        {
            Stream.SHARES: Place("shares.customer"),
            Stream.SESSIONS: Place(
                "case when sessions.started_at > first_sessions.first_started_at"
                " then 'returning' else 'new' end",
                _FIRST_SESSIONS,
            ),
        },
    ),
    _deal("owner", "Sales rep", "who owns the deal"),
    _deal("product", "Product", "the deal's product"),
    _deal("pipeline", "Pipeline", "the deal's pipeline"),
    _deal("stage", "Stage", "the deal's present stage"),
    _deal(
        "region",
        "Region",
        "the deal's region; for spend, where it was spent",
        spend_days=Place("spend_days.region"),
    ),
    Dimension(
        "status", "Status", "open, won or lost", {Stream.DEALS: Place("dated_deals.status")}
    ),
    Dimension(
        "lost_reason",
        "Reason lost",
        "why the deal was lost",
        {Stream.DEALS: Place("dated_deals.lost_reason")},
    ),
    _bot("bot_reason", "Why a bot", "what it says of itself, or how it browses"),
    _bot("bot_family", "Bot", "what it calls itself, or the browser that it poses as"),
    _bot("site", "Site", "the site that it came to"),
    _period("month", "Month", "the calendar month, as 2025-01"),
    _period("week", "Week", "the ISO week, as 2025-W05"),
    _period("day", "Day", "the day, as 2025-01-31"),
)

DIMENSIONS: Final[Mapping[str, Dimension]] = {one.name: one for one in _ALL}
"""Every dimension by name."""

ORIGIN_NAMES: Final = (
    "channel",
    "source",
    "medium",
    "campaign",
    "content",
    "keyword",
    "landing_page",
)
DEAL_NAMES: Final = ("owner", "product", "pipeline", "stage", "region")
PERIOD_NAMES: Final = ("month", "week", "day")


def dimensions(names: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[Dimension, ...]:
    """Return the dimensions of these names; UnknownName for one the report does not offer."""
    for name in names:
        if name not in allowed:
            raise UnknownName("dimension of this report", name, allowed)
    return tuple(DIMENSIONS[name] for name in names)
