"""PostHog's capture API, with the questions its clients ask before they capture.

Start at `protocol.PostHog`; `docs/reference/protocols/posthog.md` has the mapping by field.
"""

from headwater.capture.protocols.posthog.protocol import PostHog

__all__ = ["PostHog"]
