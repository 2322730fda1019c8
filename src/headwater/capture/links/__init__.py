"""Short links and QR codes: `GET /l/<slug>` notes who came and leads on to the site.

`protocol` reads a visit of such an address, `following` (a step of the collector) puts in what
is published of the link.
"""

from headwater.capture.links.protocol import LINKS, LINKS_PATH

__all__ = ["LINKS", "LINKS_PATH"]
