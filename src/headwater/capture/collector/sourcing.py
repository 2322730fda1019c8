"""Steps that know what is published of short links, promo codes and forms."""

from __future__ import annotations

from typing import Final

from headwater.capture.collector.hosts import bare_host
from headwater.capture.collector.passage import Passage
from headwater.capture.links.protocol import slug_of
from headwater.capture.wire import Refusal

TOLD_BY: Final = "source_told_by"
"""The property that says what named the source of a lead: `promo_code`."""

_COLUMNS: Final = (
    *("channel", "source", "medium", "campaign", "content", "keyword"),
    *("click_id_kind", "click_id", "referrer"),
)


def drop_unknown_link(passage: Passage) -> Refusal | None:
    """Put in where a short link leads and what it says, or refuse one that nobody made."""
    request = passage.visit.request
    link = passage.visit.sites.link(slug_of(request))
    if link is None:
        return Refusal("unknown_link", "path", "no short link has this name")
    values = passage.values
    values |= {
        "site": link.site,
        "url": link.url,
        "source": link.source,
        "medium": link.medium,
        "campaign": link.campaign,
    }
    # Elsewhere than on the site's own host a cookie would name another visitor than the page
    # that follows; without one, that page tells the whole session.
    host = bare_host(request.headers.get("host", ""))
    site = passage.visit.sites.of_host(host)
    if site is None or site.domain != link.site:
        del values["visitor_id"]
    return None


def put_promo_code(passage: Passage) -> None:
    """Let a promo code that somebody typed say where they come from.

    It was printed or said at one place, so it stands above what the form's fields say; what
    they said is kept among the properties, and the visitor's sessions are touches of their own.
    """
    values = passage.values
    properties = values.get("properties")
    if not isinstance(properties, dict):
        return
    typed = properties.get("promo_code")
    code = passage.visit.sites.promo_code(typed) if isinstance(typed, str) else None
    if code is None:
        return
    before = {name: values.pop(name) for name in _COLUMNS if values.get(name)}
    told = {"source": code.source, "medium": code.medium, "campaign": code.campaign}
    values |= {name: text for name, text in told.items() if text}
    kept = {"source_before": before} if before else {}
    values["properties"] = {**properties, TOLD_BY: "promo_code", **kept}


def put_form_fields(passage: Passage) -> None:
    """Leave out the company where the site does not take it from forms."""
    values = passage.values
    properties = values.get("properties")
    if not isinstance(properties, dict):
        return
    if "company" in properties and "company" not in passage.site.form_fields:
        values["properties"] = {
            name: value for name, value in properties.items() if name != "company"
        }
