"""The short way of a plain request: from the connection to the journal and back.

An ordinary request is an ASGI task that is woken twice. Here the facts of a whole request wait
for their commit without one, and the answer is written when it is done. Whatever is not plain
takes the ordinary way, from its beginning.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from headwater.capture.collector.guarding import GuardedProtocol

MOST_BYTES: Final = 65_536
"""Of a body that is waited for: beyond, the server stops reading until it is asked for more."""


class Answering(Protocol):
    """What writes an answer without a body: its status, and its headers as they are sent."""

    def __call__(self, status: int, headers: bytes) -> None: ...


class Shortcut(Protocol):
    """What an application offers beside ASGI, as its attribute `shortcut`."""

    def is_for(self, scope: Any) -> bool:
        """Tell, of a request whose headers are here, whether its body is worth waiting for."""

    def take(self, scope: Any, body: bytearray, answer: Answering) -> bool:
        """Take a whole request, to be answered later; False leaves it to ASGI."""


class ShortProtocol(GuardedProtocol):
    """A connection whose requests are offered to the application's shortcut first."""

    _held: Any = None
    _date: ClassVar[tuple[object, bytes]] = (None, b"")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._shortcut: Shortcut = self.app.shortcut

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if app is not self.app or not self._shortcut.is_for(cycle.scope):
            super()._start_asgi_task(cycle, app)
        elif not cycle.more_body:
            self._offer(cycle)
        elif cycle.waiting_for_100_continue:
            super()._start_asgi_task(cycle, app)
        else:
            self._held = cycle

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._held is not None and len(self._held.body) > MOST_BYTES:
            self._release()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._held is not None:
            cycle, self._held = self._held, None
            self._offer(cycle)

    def _offer(self, cycle: Any) -> None:
        answer = partial(self._answer, cycle)
        # Whose client does not read its answers is made to wait by the ordinary way.
        if self.flow.write_paused or not self._shortcut.take(cycle.scope, cycle.body, answer):
            super()._start_asgi_task(cycle, self.app)

    def _release(self) -> None:
        cycle, self._held = self._held, None
        super()._start_asgi_task(cycle, self.app)

    def _answer(self, cycle: Any, status: int, headers: bytes) -> None:
        if cycle.disconnected or self.transport.is_closing():
            return
        ending = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        data = b"".join((STATUS_LINE[status], self._dated(), headers, ending))
        cycle.response_started = cycle.response_complete = True
        self.transport.write(data)
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def _dated(self) -> bytes:
        """Return the headers of all answers, which the server makes anew each second."""
        given = self.server_state.default_headers
        kept, written = ShortProtocol._date
        if kept is not given:
            written = b"".join([b"%s: %s\r\n" % one for one in given])
            ShortProtocol._date = given, written
        return written
