"""When a hit happened, where its client says so."""

from __future__ import annotations

from typing import Final

from headwater.capture.protocols.matomo.parameters import Hit
from headwater.capture.protocols.times import iso_micros, unix_micros
from headwater.capture.wire import Refusal
from headwater.domain.times import DAY, SECOND

_WITHOUT_TOKEN: Final = DAY
"""How old a hit may be whose sender shows no token, as in Matomo itself."""


def occurred_at(hit: Hit, received_at: int) -> int | Refusal | None:
    """Return the moment of a hit, None for that of its receipt.

    A moment of the future is none, and one that cannot be read is not guessed at.
    """
    told = _told(hit, received_at)
    if told is None or isinstance(told, Refusal):
        return told
    moment = told - _offset(hit)
    if moment > received_at:
        return None
    if moment < received_at - _WITHOUT_TOKEN and hit.token is None:
        return Refusal("too_old", "cdt", "is more than 24 hours ago, which needs token_auth")
    return moment


def _told(hit: Hit, received_at: int) -> int | Refusal | None:
    text = hit.text("cdt")
    if text is None:
        return received_at if _offset(hit) else None
    moment = unix_micros(text, SECOND) or iso_micros(text)
    return moment or Refusal("bad_time", "cdt", "is neither Unix seconds nor a date and time")


def _offset(hit: Hit) -> int:
    """Return how long the hit waited in the queue of a browser that was offline."""
    waited = unix_micros(hit.text("cdo") or "", SECOND)
    return waited or 0
