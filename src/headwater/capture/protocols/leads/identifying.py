"""`POST /identify`: a server, or a page, says that several keys are one person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.payloads import first_text, json_object
from headwater.capture.protocols.times import any_micros
from headwater.capture.wire import Draft, Refusal, WireRequest
from headwater.domain.words import FactKind

_EVIDENCE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VISITOR: Final = re.compile(r"[0-9A-Za-z_.-]{1,128}")
_NAMES: Final = {
    "visitor_id": ("visitor", "visitor_id"),
    "external_id": ("user_id", "id", "external_id"),
    "account_id": ("account_id", "company_id"),
    "email": ("email",),
    "phone": ("phone",),
    "person_name": ("name",),
}
_KEYS: Final = ("visitor_id", "external_id", "email", "phone")


def read_link(request: WireRequest) -> Draft | Refusal:
    """Return the link between the keys that a body names, or why it links nothing."""
    body = json_object(request.body)
    if isinstance(body, Refusal):
        return body
    key = first_text(body, "key", "write_key") or _bearer(request)
    if key is None:
        return Refusal("no_key", "key", "the site's write key is expected")
    found = {column: first_text(body, *names) for column, names in _NAMES.items()}
    values: dict[str, object] = {name: text for name, text in found.items() if text is not None}
    visitor = found["visitor_id"]
    if visitor is not None and not _VISITOR.fullmatch(visitor):
        return Refusal("bad_visitor", "visitor", "not the id that the tracker gives a visitor")
    if sum(name in values for name in _KEYS) < 2:
        detail = "two of visitor, user_id, email and phone are expected"
        return Refusal("nothing_to_link", "email", detail)
    evidence = first_text(body, "evidence") or "server"
    if not _EVIDENCE.fullmatch(evidence):
        return Refusal("bad_evidence", "evidence", "a word such as login or crm is expected")
    at = any_micros(body.get("at"))
    values |= {
        "evidence": evidence,
        "strength": "weak" if body.get("strength") == "weak" else "strong",
        **({} if at is None else {"occurred_at": at}),
    }
    return Draft(
        FactKind.IDENTITY_LINK,
        values,
        event_id=first_text(body, "event_id") or _content_id(values),
        write_key=key,
        has_consent=True,  # who names a visitor knows them already
    )


def _bearer(request: WireRequest) -> str | None:
    scheme, _blank, shown = request.headers.get("authorization", "").partition(" ")
    return shown.strip() or None if scheme.lower() == "bearer" else None


def _content_id(values: Mapping[str, object]) -> str:
    """Return an id that the same link has whenever it is told."""
    digest = hashlib.blake2b(digest_size=16)
    for name, value in sorted(values.items()):
        digest.update(f"\x1e{name}\x1f{value}".encode())
    return digest.hexdigest()
