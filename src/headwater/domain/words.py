"""The field's standard terms, one word for one meaning. See docs/glossary.md."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

NOT_SET: Final = "(not set)"
"""Shown where a value was never recorded; apart from any real value such as `unknown`."""

NO_TOUCH: Final = "(no touch)"
"""The row that credits conversions whose path is empty."""

BASELINE: Final = "(baseline)"
"""The row of conversions that would have come without any channel, by the incremental model."""

DIRECT: Final = "Direct"
"""The channel of a session that says nothing of where it came from."""


class FactKind(StrEnum):
    """What came in, as it came. Everything else is derived from these."""

    EVENT = "event"
    LEAD = "lead"
    CALL = "call"
    CHAT = "chat"
    DEAL = "deal"
    STAGE_CHANGE = "stage_change"
    ORDER = "order"
    SPEND = "spend"
    IDENTITY_LINK = "identity_link"
    ERASURE = "erasure"


class ConversionKind(StrEnum):
    """The moments that earn credit."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    WON = "won"
    ORDER = "order"


class DateBasis(StrEnum):
    """Which date places a conversion's credit in a report's range."""

    TOUCH = "touch"
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    CLOSE = "close"
    PAYMENT = "payment"


class TouchKind(StrEnum):
    """How a touchpoint came about."""

    SESSION = "session"
    CALL = "call"
    CHAT = "chat"
    RECORDED = "recorded"
    """A source that an import or a CRM recorded with the lead, without a tracked session."""
    OFFLINE = "offline"


class DealStatus(StrEnum):
    """Where a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
