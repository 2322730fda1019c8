"""The Snowplow tracker protocol: batches by POST, single events by a GET for a pixel.

Start at `protocol.Snowplow`; `docs/reference/protocols/snowplow.md` has the mapping by field.
"""

from headwater.capture.protocols.snowplow.protocol import Snowplow

__all__ = ["Snowplow"]
