"""The Measurement Protocol of Google Analytics 4, by which servers tell of events.

Start at `protocol.MeasurementProtocol`; `docs/reference/protocols/ga4.md` has the mapping.
"""

from headwater.capture.protocols.ga4.protocol import MeasurementProtocol

__all__ = ["MeasurementProtocol"]
