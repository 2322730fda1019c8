"""One draft on its way through the steps, with what they know of its request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from headwater.capture.collector.hosts import host_of_url, origin_host
from headwater.capture.collector.salt import DailySalt
from headwater.capture.snapshot import Site, Sites
from headwater.capture.wire import Draft, Refusal, WireRequest


@dataclass(slots=True)
class Visit:
    """What all drafts of one request share.

    `sender` is the host of the page that sent it, as the browser says; None where no browser
    says so. `mail_secret` signs the links of mails. `visitor_id` is the one made for a browser
    that had none yet, `beside` are facts that steps found out beside their drafts, whole but
    for their names.
    """

    request: WireRequest
    sites: Sites
    salt: DailySalt
    sender: str | None
    left_out: Callable[[str], None]
    mail_secret: bytes
    visitor_id: str | None = None
    beside: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class Passage:
    """A draft and its values; the site from the step on that finds it."""

    draft: Draft
    visit: Visit
    values: dict[str, object]
    site: Site = field(init=False)


Step = Callable[[Passage], Refusal | None]
"""A `drop_*` step returns why the draft is not kept; a `put_*` step changes it."""


def sender_of(request: WireRequest) -> str | None:
    """Return the host whose page sent a request, "" for one that browsers will not name.

    `Origin` cannot be forged by a page. Pictures carry none; they carry a `Referer`.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        return origin_host(origin)
    referer = request.headers.get("referer") if request.method == "GET" else None
    return host_of_url(referer) if referer else None
