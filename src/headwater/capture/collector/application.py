"""The ASGI application: from a request to its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from headwater.capture.collector import answers, bodies, pages, tracker_files
from headwater.capture.collector.clients import Client
from headwater.capture.collector.express import Express
from headwater.capture.collector.headers import Headers
from headwater.capture.collector.intake import Postponed
from headwater.capture.collector.passage import Visit, sender_of
from headwater.capture.collector.pipeline import Made
from headwater.capture.collector.routes import Routes
from headwater.capture.collector.worker import Options, Worker
from headwater.capture.links import LINKS
from headwater.capture.protocols import PROTOCOLS
from headwater.capture.protocols.leads import FORMS, IDENTIFY
from headwater.capture.protocols.own import OWN
from headwater.capture.protocols.own.reading import MOST_BYTES
from headwater.capture.snapshot import Sites
from headwater.capture.wire import Answer, Outcome, Reading, WireProtocol, WireRequest
from headwater.domain.errors import HeadwaterError, StoreError

Send = Callable[[Any], Awaitable[None]]
Scope = Any

LINK_PATIENCE: Final = 1.0
"""Seconds that somebody who follows a short link waits for the disk."""
OTHERS_BYTES: Final = 524_288
"""Bytes of a request of other people's clients: Segment's send batches of up to 500 KB."""
MOST_DRAFTS: Final = 500
"""Facts that one request may come to."""

_TOO_LARGE: Final = answers.problem(413, "too_large", "send fewer events a request")
_DAMAGED: Final = answers.problem(400, "bad_gzip", "the body is not the gzip it begins as")


class _Exchange(NamedTuple):
    """A request whose protocol is known, and who sent it."""

    protocol: WireProtocol
    request: WireRequest
    client: Client
    sites: Sites


class Collector:
    """Opens the data directory when the server starts, closes it when the server ends."""

    def __init__(
        self, options: Options, protocols: Sequence[WireProtocol] = (OWN, LINKS, *PROTOCOLS)
    ) -> None:
        self._options = options
        self._routes = Routes(protocols)
        self._scripts = tracker_files.load()
        self._opened: Worker | None = None
        self._express: Express | None = None

    async def __call__(self, scope: Scope, receive: bodies.Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    @property
    def _worker(self) -> Worker:
        if self._opened is None:
            raise LookupError("the collector was asked before it was started")
        return self._opened

    @property
    def shortcut(self) -> Express:
        """What takes plain requests without ASGI."""
        if self._express is None:
            raise LookupError("the collector was asked before it was started")
        return self._express

    async def _live(self, receive: bodies.Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    self._opened = Worker(self._options)
                    self._express = Express(self._opened)
                except HeadwaterError as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._worker.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: bodies.Receive, send: Send) -> None:
        headers = Headers(scope["headers"])
        protocol = self._routes.find(scope["method"], scope["path"])
        if protocol is None:
            await self._other(scope, headers, send)
            return
        sites = self._worker.reader.sites()
        around = answers.cors(headers, sites)
        client = self._worker.proxies.client(scope, headers)
        query = scope["query_string"].decode("latin-1")
        unread = WireRequest(scope["method"], scope["path"], query, headers, b"", client.ip, 0)
        exchange = _Exchange(protocol, unread, client, sites)
        body = await self._let_in(exchange, receive, around)
        if isinstance(body, bytes):
            read = unread._replace(body=body, received_at=time.time_ns() // 1000)
            answer = await self._take(exchange._replace(request=read), around)
        elif body is not None:
            answer = _refused(exchange, body)
        else:
            return
        await self._respond(send, protocol.name, answer, around)

    async def _let_in(
        self, exchange: _Exchange, receive: bodies.Receive, around: answers.HeaderList
    ) -> bytes | Answer | None:
        """Return the body of a request, or why it is refused; None where its client is gone."""
        protocol, request, client, _sites = exchange
        if protocol in _LIMITED and (wait := self._worker.limiter.address_waits(client.ip)):
            return self._later("address", wait)
        limit = MOST_BYTES if protocol is OWN else OTHERS_BYTES
        try:
            return await bodies.read_body(receive, request.headers.get("content-length"), limit)
        except bodies.TooLarge:
            around.append((b"connection", b"close"))
            return _TOO_LARGE
        except bodies.Unreadable:
            return _DAMAGED
        except bodies.Gone:
            return None

    async def _take(self, exchange: _Exchange, around: answers.HeaderList) -> Answer:
        """Store what a request says; the answer comes after the disk has it."""
        worker, request, protocol = self._worker, exchange.request, exchange.protocol
        reading = protocol.read(request)
        if len(reading.drafts) > MOST_DRAFTS:
            return _TOO_LARGE
        if protocol in _LIMITED and (wait := self._site_waits(reading, exchange.sites)):
            return _refused(exchange, self._later("site", wait))
        # Who follows a link comes from another's page, and is welcome.
        sender = None if protocol is LINKS else sender_of(request)
        visit = Visit(
            request,
            exchange.sites,
            worker.salt,
            sender,
            worker.count_left_out,
            worker.mail_secret,
        )
        try:
            made = worker.pipeline.run(protocol.name, reading, visit)
            if made.batches:
                durable = worker.intake.offer(made.batches)
                await (_soon(durable) if protocol is LINKS else durable)
            outcome = Outcome(made.events, made.refusals, sites=exchange.sites)
        except (Postponed, StoreError) as error:
            reason = error.reason if isinstance(error, Postponed) else "not_durable"
            worker.counters.add("postponed", (reason,))
            outcome = Outcome(0, reading.refusals, is_durable=False, sites=exchange.sites)
        else:
            self._count(protocol.name, made)
            if protocol in _COOKIED and made.visitor is not None:
                client = exchange.client
                around.append(
                    answers.cookie(
                        made.visitor, client.host, exchange.sites, is_https=client.is_https
                    )
                )
        if answers.wants_debug(request):
            return answers.explanation(outcome)
        return protocol.answer(request, outcome)

    def _site_waits(self, reading: Reading, sites: Sites) -> int:
        """Count a form for its site; returns the seconds to wait where there are too many."""
        key = reading.drafts[0].write_key if reading.drafts else None
        site = sites.of_key(key) if key is not None else None
        return self._worker.limiter.site_waits(site.domain) if site is not None else 0

    def _later(self, limit: str, wait: int) -> Answer:
        self._worker.counters.add("limited", (limit,))
        return answers.too_many(wait)

    def _count(self, protocol: str, made: Made) -> None:
        counters = self._worker.counters
        if made.events:
            counters.add("events", (protocol,), made.events)
        for batch in made.batches:
            counters.add("facts", (batch.kind.value,), batch.size)

    async def _other(self, scope: Scope, headers: Headers, send: Send) -> None:
        """Answer what is no event: scripts, health, metrics, and what browsers ask first."""
        method, path = scope["method"], scope["path"]
        sites = self._worker.reader.sites()
        if method == "OPTIONS":
            await self._respond(send, "", Answer(204), answers.preflight(headers, sites))
            return
        allowed = self._routes.methods(path)
        if allowed:
            answer = Answer(405, b"", {"allow": ", ".join([*allowed, "OPTIONS"])})
        elif method not in {"GET", "HEAD"}:
            answer = Answer(404)
        elif path in self._scripts:
            answer = tracker_files.answer(self._scripts[path], headers)
        else:
            client = self._worker.proxies.client(scope, headers)
            answer = pages.answer(path, client, headers, self._worker)
        await self._respond(send, "", answer, [])

    async def _respond(
        self,
        send: Send,
        protocol: str,
        answer: Answer,
        around: Sequence[tuple[bytes, bytes]],
    ) -> None:
        if protocol:
            self._worker.counters.add("requests", (protocol, str(answer.status)))
        start = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": answers.header_list(answer, around),
        }
        # Where the client left in this very turn of the loop, uvloop refuses to write.
        with suppress(RuntimeError):
            await send(start)
            await send({"type": "http.response.body", "body": answer.body})


def _refused(exchange: _Exchange, answer: Answer) -> Answer:
    """Return a refusal as its sender can read it: who sends a form may be a person."""
    return (
        FORMS.answer_unread(exchange.request, answer) if exchange.protocol is FORMS else answer
    )


async def _soon(durable: asyncio.Future[None]) -> None:
    """Wait for a commit, but not for a disk that is slow: who follows a link must get there.

    The commit goes on. Raises Postponed where it takes too long.
    """
    try:
        await asyncio.wait_for(asyncio.shield(durable), LINK_PATIENCE)
    except TimeoutError:
        raise Postponed("slow_disk") from None


_LIMITED: Final = (FORMS, IDENTIFY)
"""Whose every request can make a person."""
_COOKIED: Final = (OWN, LINKS)
"""Whose answers reach the browser that the visitor uses."""
