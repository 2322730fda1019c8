"""The short way of a request: from the connection to the journal and back, without ASGI.

The server makes a task of each ASGI request, which is woken several times. A request that may
go the short way is kept as it came instead, until the application looks at all that have
gathered. Those that it does not take then go the ordinary way, from their beginning.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, ClassVar, Final, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from headwater.capture.collector.guarding import MOST_HEADER_BYTES, GuardedProtocol

MOST_BYTES: Final = 65_536
"""Of a body that is waited for; a longer one goes the ordinary way."""


class Shortcut(Protocol):
    """What an application offers beside ASGI, as its attribute `shortcut`."""

    @property
    def url(self) -> bytes:
        """The address that is posted to: the only one that is offered, and without a query."""

    def keep(self, request: ShortRequest) -> None:
        """Keep a whole request until it is answered or left."""


class ShortRequest:
    """A request that came whole. To be answered once, by `answer` or by `leave`.

    For the server it stands for its own kind of request, and has what that asks for.
    """

    __slots__ = (
        "_connection",
        "body",
        "disconnected",
        "keep_alive",
        "message_event",
        "received_at",
        "response_complete",
        "scope",
    )

    def __init__(self, connection: ShortProtocol, body: bytes, *, keep_alive: bool) -> None:
        self._connection = connection
        self.scope: Any = connection.scope
        self.body = body
        self.keep_alive = keep_alive
        self.disconnected = self.response_complete = False
        self.message_event = _NOBODY_WAITS
        self.received_at = time.time_ns() // 1000
        """In microseconds UTC."""

    def answer(self, status: int, headers: bytes) -> None:
        """Answer without a body; `headers` are lines as they are sent."""
        self._connection.answer_short(self, status, headers)

    def leave(self) -> None:
        """Have the request go the ordinary way."""
        self._connection.start_ordinary(self)


class _Nobody:
    """Stands for the event that an ASGI request is woken by."""

    def set(self) -> None:
        """Wake nobody."""


_NOBODY_WAITS: Final = _Nobody()


class ShortProtocol(GuardedProtocol):
    """A connection whose requests are offered to the application's shortcut first."""

    cycle: Any
    """What the connection is at: the server's own kind of request, or a short one."""
    _held: bytes | None = None
    _date: ClassVar[tuple[object, bytes]] = (None, b"")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._shortcut: Shortcut = self.app.shortcut
        self._url = self._shortcut.url

    def on_headers_complete(self) -> None:
        if self.url == self._url and self._may_be_short():
            self._is_in_headers = False
            self._held = b""
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        held = self._held
        if held is None:
            super().on_body(body)
            return
        self._held = held + body if held else body
        if len(self._held) > MOST_BYTES:
            self._release()

    def on_message_complete(self) -> None:
        held = self._held
        if held is None:
            super().on_message_complete()
            return
        self._held = None
        self._is_open = False
        self._header_bytes = 0
        request = ShortRequest(self, held, keep_alive=self.parser.should_keep_alive())
        self.cycle = request
        self._shortcut.keep(request)

    def shutdown(self) -> None:
        if self._held is not None:
            self._release()  # the server waits for the rest of it
        super().shutdown()

    def _may_be_short(self) -> bool:
        """Tell whether the server would start the request at once, and nothing is odd of it."""
        parser, cycle = self.parser, self.cycle
        return (
            parser.get_method() == b"POST"
            and (cycle is None or cycle.response_complete)
            and not self.expect_100_continue
            and not parser.should_upgrade()
            and parser.get_http_version() == "1.1"
            and self._header_bytes <= MOST_HEADER_BYTES
            and not self.flow.write_paused
            and (not self.limit_concurrency or len(self.connections) < self.limit_concurrency)
        )

    def _release(self) -> None:
        """Begin the ordinary way with what came of the request until now."""
        held, self._held = self._held, None
        super().on_headers_complete()
        if held:
            super().on_body(held)

    def answer_short(self, request: ShortRequest, status: int, headers: bytes) -> None:
        """Write the answer of a request, and go on to the next."""
        if request.disconnected or self.transport.is_closing():
            return
        ending = b"\r\n" if request.keep_alive else b"connection: close\r\n\r\n"
        request.response_complete = True
        # Where the client left in this very turn of the loop, uvloop refuses to write.
        with suppress(RuntimeError):
            data = (STATUS_LINE[status], self._dated(), headers, ending)
            self.transport.write(b"".join(data))
        if not request.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def start_ordinary(self, request: ShortRequest) -> None:
        """Begin the ordinary way of a request that is whole."""
        request.scope |= {
            "method": "POST",
            "path": self._url.decode(),
            "raw_path": self._url,
            "query_string": b"",
        }
        cycle = RequestResponseCycle(
            scope=request.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=request.keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.body += request.body
        cycle.more_body = False
        cycle.message_event.set()  # also where the client has gone: it has said all
        if self.cycle is request:
            self.cycle = cycle
        self._start_asgi_task(cycle, self.app)

    def _dated(self) -> bytes:
        """Return the headers of all answers, which the server makes anew each second."""
        given = self.server_state.default_headers
        kept, written = ShortProtocol._date
        if kept is not given:
            written = b"".join([b"%s: %s\r\n" % one for one in given])
            ShortProtocol._date = given, written
        return written
