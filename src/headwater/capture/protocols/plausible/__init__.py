"""Plausible's events API: `/api/event`, as its browser script and its SDKs call it.

Source: the events API that Plausible documents, and requests recorded from its browser script.
Start at `protocol.PlausibleProtocol`; docs/reference/protocols/plausible.md has the mapping.
"""

from headwater.capture.protocols.plausible.protocol import PlausibleProtocol

__all__ = ["PlausibleProtocol"]
