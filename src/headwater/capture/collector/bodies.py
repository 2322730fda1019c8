"""The body of a request, taken up to a limit and unpacked up to the same limit."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

Receive = Callable[[], Awaitable[Any]]

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31  # of zlib: a gzip header is expected


class TooLarge(Exception):
    """The body is longer than the limit, as it came or unpacked."""


class Unreadable(Exception):
    """The body says that it is packed, and is damaged."""


class Gone(Exception):
    """The client went away before its request was whole."""


async def read_body(receive: Receive, declared: str | None, limit: int) -> bytes:
    """Return the unpacked body. Raises TooLarge, Unreadable, or Gone."""
    if declared is not None and declared.isdecimal() and int(declared[:12]) > limit:
        raise TooLarge
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body = body + message["body"] if body else message["body"]
        if len(body) > limit:
            raise TooLarge
        if not message["more_body"]:
            return _unpacked(body, limit) if body.startswith(_GZIP) else body


def _unpacked(body: bytes, limit: int) -> bytes:
    """Unpack gzip, whatever the headers say of it; a bomb is put down at the limit."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise Unreadable from None
    if len(unpacked) > limit:
        raise TooLarge
    if not unpacker.eof:
        raise Unreadable
    return unpacked
