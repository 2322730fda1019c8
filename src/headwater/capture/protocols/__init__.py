"""The protocols of other people's clients: a folder each, registered here."""

from __future__ import annotations

from typing import Final

from headwater.capture.protocols.ga4 import MeasurementProtocol
from headwater.capture.protocols.leads import FORMS, IDENTIFY
from headwater.capture.protocols.matomo import MatomoProtocol
from headwater.capture.protocols.plausible import PlausibleProtocol
from headwater.capture.protocols.posthog import PostHog
from headwater.capture.protocols.segment import Segment
from headwater.capture.protocols.snowplow import Snowplow
from headwater.capture.protocols.umami import UmamiProtocol
from headwater.capture.wire import WireProtocol

PROTOCOLS: Final[tuple[WireProtocol, ...]] = (
    FORMS,
    IDENTIFY,
    MeasurementProtocol(),
    MatomoProtocol(),
    PlausibleProtocol(),
    PostHog(),
    Segment(),
    Snowplow(),
    UmamiProtocol(),
)
"""Every protocol that the collector speaks beside its own."""
