"""What is known of an arrival before the rules, and where it came from after them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What an arrival shows of its origin. Every field may be None or empty.

    utm_*            tags of the landing URL, raw: still percent- and plus-encoded
    click_id_kind    the parameter's name of a click id, such as `gclid`
    referrer         the referrer's URL as the browser sent it
    site             host (or URL) of the site arrived at; its own pages are no referrers
    channel, source, medium, campaign, content, keyword
                     plain texts that an import, a CRM or a protocol recorded; where source
                     or medium was recorded, the URL's tags are not looked at
    """

    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    click_id_kind: str | None = None
    referrer: str | None = None
    site: str | None = None
    channel: str | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an arrival came from, and the name of the rule that decided.

    Texts that were never known are None. `source` and `medium` are lower case; nothing known
    at all is `(direct)` and `(none)`. `referrer_domain` is the registrable domain of an
    outside referrer. `is_direct` tells that the channel is Direct; `is_internal` that there
    was a referrer, but an own site or a gateway (payment, sign-in), and nothing else.
    """

    channel: str
    rule: str
    source: str | None
    medium: str | None
    campaign: str | None
    content: str | None
    keyword: str | None
    click_id_kind: str | None
    referrer_domain: str | None
    is_direct: bool
    is_internal: bool
