"""Matomo's tracking API: `matomo.php`, as its browser script and its SDKs call it.

Source: the tracking HTTP API that Matomo documents, and requests recorded from `matomo.js` and
from the npm package `matomo-tracker`. Start at `protocol.MatomoProtocol`;
docs/reference/protocols/matomo.md has the mapping.
"""

from headwater.capture.protocols.matomo.protocol import MatomoProtocol

__all__ = ["MatomoProtocol"]
