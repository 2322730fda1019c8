"""The fields of a request: of an HTML form in both its encodings, or of a JSON object.

Files are never kept. Names of nested JSON are joined by dots, and a list of objects with
`name` and `value`, as many webhooks have it, is taken for fields.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Final
from urllib.parse import parse_qsl

from headwater.capture.protocols.payloads import json_object, text_of, whole
from headwater.capture.wire import Refusal, WireRequest

MOST_FIELDS: Final = 300
"""Fields of one form. No person fills in more."""

_DEEPEST: Final = 4
_LONGEST_NAME: Final = 200

Fields = Mapping[str, str]


def fields_of(request: WireRequest) -> Fields | Refusal:
    """Return the fields of a request, empty ones left out; the first of equal names stands."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    kind, body = header.get_content_type(), request.body
    if kind == "multipart/form-data":
        boundary = header.get_param("boundary", "")
        pairs: Iterator[tuple[str, object]] | Refusal = _parts(body, str(boundary))
    elif kind == "application/x-www-form-urlencoded" or not _is_json(kind, body):
        pairs = iter(_encoded(body, str(header.get_param("charset", "utf-8"))))
    else:
        value = json_object(body)
        pairs = value if isinstance(value, Refusal) else _flat(value)
    return pairs if isinstance(pairs, Refusal) else _fields(pairs)


def is_json(request: WireRequest) -> bool:
    """Tell whether a request's body is JSON, whatever it is called."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _is_json(kind, request.body)


def _is_json(kind: str, body: bytes) -> bool:
    # Pages send JSON as text/plain, so that browsers need not ask beforehand.
    return kind.endswith("json") or body.lstrip()[:1] in {b"{", b"["}


def _fields(pairs: Iterator[tuple[str, object]]) -> Fields | Refusal:
    found: dict[str, str] = {}
    for count, (name, value) in enumerate(pairs):
        if count >= MOST_FIELDS:
            return Refusal("too_many_fields", "body", f"at most {MOST_FIELDS} fields")
        text = text_of(value)
        if text is not None and len(name) <= _LONGEST_NAME:
            found.setdefault(str(whole(name)), str(whole(text)))
    return found


def _encoded(body: bytes, charset: str) -> list[tuple[str, object]]:
    try:
        codec = codecs.lookup(charset).name
        text = body.decode("ascii", "surrogateescape")
        pairs = parse_qsl(
            text, encoding=codec, errors="replace", max_num_fields=MOST_FIELDS + 1
        )
    except (LookupError, ValueError):
        return [("", "")] * (MOST_FIELDS + 1)
    return [(name, value) for name, value in pairs]


def _parts(body: bytes, boundary: str) -> Iterator[tuple[str, object]]:
    """Yield the fields of a multipart body; files are passed over."""
    if not boundary:
        return
    mark = b"--" + boundary.encode("utf-8", "replace")
    for part in body.split(mark, MOST_FIELDS + 2)[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        header = Message()
        header["content-disposition"] = _disposition(head)
        name = header.get_param("name", None, "content-disposition")
        if not blank or not isinstance(name, str) or header.get_filename() is not None:
            continue
        yield name, content.removesuffix(b"\r\n").decode("utf-8", "replace")


def _disposition(head: bytes) -> str:
    for line in head.decode("utf-8", "replace").splitlines():
        name, _colon, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return "".join(sign for sign in value.strip() if sign.isprintable())
    return ""


def _flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        told = _told_name(value)
        if told is not None:
            yield told, value.get("value", value.get("answer"))
            return
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, name, depth + 1)
    else:
        yield name, value


def _told_name(value: Mapping[object, object]) -> str | None:
    """Return the name in an object such as {"name": "email", "value": "ann@example.com"}."""
    if not value.keys() & {"value", "answer"}:
        return None
    names = (value.get(key) for key in ("name", "key", "field", "id", "title", "label"))
    return next((name for name in names if isinstance(name, str) and name), None)
