"""The protocols of other people's clients: a folder each, registered here."""

from __future__ import annotations

from typing import Final

from headwater.capture.wire import WireProtocol

PROTOCOLS: Final[tuple[WireProtocol, ...]] = ()
"""Every protocol that the collector speaks beside its own."""
