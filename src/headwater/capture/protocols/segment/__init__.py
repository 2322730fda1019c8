"""The Segment HTTP API, which RudderStack's and Jitsu's clients speak as well.

Start at `protocol.Segment`; `docs/reference/protocols/segment.md` has the mapping by field.
"""

from headwater.capture.protocols.segment.protocol import Segment

__all__ = ["Segment"]
