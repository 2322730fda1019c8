"""Limits on connections that the server itself does not have: slow clients, endless headers."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES: Final = 16_384
SLOWEST_REQUEST: Final = 15.0
"""Seconds in which a request must have arrived, header and body."""

_TOO_LONG: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class GuardedProtocol(HttpToolsProtocol):
    """One connection. Closes it where its client sends without end, or does not end."""

    _deadline: asyncio.TimerHandle | None = None
    _is_open = False
    _is_in_headers = True
    _header_bytes = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._header_bytes += len(data)
        super().data_received(data)
        if self._is_open:
            if self._deadline is None:
                self._set_deadline()
            if self._is_in_headers and self._header_bytes > MOST_HEADER_BYTES:
                self._refuse_headers()
        elif self._deadline is not None:
            self._forget_deadline()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer first, where the client has said all it had to say and listens."""
        is_owed = self.cycle is not None and not self.cycle.response_complete
        if is_owed and not self._is_open:
            self.cycle.keep_alive = False
            return True
        return False

    def on_message_begin(self) -> None:
        self._is_open = self._is_in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_headers = False
        if self._header_bytes > MOST_HEADER_BYTES:
            size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            if size > MOST_HEADER_BYTES:
                raise ValueError("the headers are too long")  # the server answers 400
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_open = False
        self._header_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        self._give_up_answers()

    def _refuse_headers(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_TOO_LONG)
            self.transport.close()
            self._give_up_answers()

    def _give_up_answers(self) -> None:
        """The connection is closed: what was asked before is not answered any more."""
        self.pipeline.clear()
        if self.cycle is not None:
            self.cycle.disconnected = True

    def _set_deadline(self) -> None:
        self._deadline = self.loop.call_later(SLOWEST_REQUEST, self._give_up)

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
