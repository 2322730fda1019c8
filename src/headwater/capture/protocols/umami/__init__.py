"""Umami's collection API: `/api/send` and `/api/batch`.

Source: the API that Umami documents, and requests recorded from its browser script and from its
clients for Node and Python. Start at `protocol.UmamiProtocol`;
docs/reference/protocols/umami.md has the mapping.
"""

from headwater.capture.protocols.umami.protocol import UmamiProtocol

__all__ = ["UmamiProtocol"]
