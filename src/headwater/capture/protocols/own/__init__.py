"""Headwater's own wire format: what the tracker sends, `POST /e` and `GET /e.gif`.

`reading` understands a request, `mapping` says what its events become, `protocol` answers.
docs/reference/collector.md describes the format.
"""

from headwater.capture.protocols.own.protocol import NAME, OWN

__all__ = ["NAME", "OWN"]
