"""The step for links of newsletters: whose click it was, told once and cut out."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from headwater.capture.collector.passage import Passage
from headwater.capture.mail_clicks import (
    PARAMETER,
    MailClick,
    read_token,
    token_of,
    without_tokens,
)
from headwater.capture.wire import Draft
from headwater.domain.words import FactKind

EVIDENCE: Final = "mail_click"
PAGE_VIEWS: Final = frozenset({"page_view", "screen_view"})
LEFT_OUT: Final = "mail_click"
"""What a token that names nobody is counted as, among what is left out."""

_COLUMNS: Final = ("url", "referrer", "landing_page")


def put_mail_click(passage: Passage) -> None:
    """Cut the token of a mail's link out; a page view with a valid one tells who it is.

    A visitor who is not to be recognised tomorrow stays unknown, and an invalid token tells
    nothing: it is counted. `put_properties` cuts those within the properties.
    """
    values = passage.values
    url = values.get("url")
    if isinstance(url, str) and PARAMETER in url and values.get("name") in PAGE_VIEWS:
        _note(passage, url)
    for name in _COLUMNS:
        text = values.get(name)
        if isinstance(text, str):
            values[name] = without_tokens(text)


def _note(passage: Passage, url: str) -> None:
    token = token_of(url)
    if token is None:
        return
    visit, values = passage.visit, passage.values
    click = read_token(visit.mail_secret, token, visit.request.received_at)
    if click is None:
        visit.left_out(LEFT_OUT)
    elif values.get("visitor_id") and not passage.draft.is_cookieless:
        visit.beside.append(_link(passage, click, token))


def _link(passage: Passage, click: MailClick, token: str) -> Draft:
    values = passage.values
    visitor = str(values["visitor_id"])
    link = {
        "visitor_id": visitor,
        "email_key": click.email_key,
        "evidence": EVIDENCE,
        "strength": "strong",
        "occurred_at": values["occurred_at"],
        "site": passage.site.domain,
    }
    named = blake2b(f"{visitor}\x1f{token}".encode("utf-8", "replace"), digest_size=16)
    return Draft(FactKind.IDENTITY_LINK, link, event_id=named.hexdigest())
