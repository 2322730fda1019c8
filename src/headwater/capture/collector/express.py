"""The collector's shortcut: `POST /e` with plain events alone."""

from __future__ import annotations

from functools import partial
from typing import Final

from headwater.capture.collector import answers
from headwater.capture.collector.intake import Postponed
from headwater.capture.collector.plain_events import read_plain
from headwater.capture.collector.senders import Sender, Senders
from headwater.capture.collector.shortcut import ShortRequest
from headwater.capture.collector.worker import Worker
from headwater.capture.protocols.own import NAME
from headwater.capture.protocols.own.reading import COOKIE
from headwater.capture.snapshot import Sites
from headwater.capture.wire import Answer
from headwater.domain.words import FactKind
from headwater.facts import Batch, Entry

MOST_GATHERED: Final = 256
"""Requests that wait unread."""

_COOKIE: Final = b"set-cookie: " + COOKIE.encode() + b"="
_DEBUG: Final = answers.DEBUG_HEADER.encode()
_POSTPONED: Final = b"".join(
    b"%s: %s\r\n" % one for one in answers.header_list(Answer(503), ())
)
_EVENT: Final = FactKind.EVENT

Taken = tuple[ShortRequest, str, Sender]
"""A request whose facts are handed in, its visitor, and who sent it."""


class Express:
    """Gathers requests for an open worker, and takes those that are plain when a commit is due.

    Many at once are taken faster than as many one by one: what they need is at hand.
    """

    url: Final = b"/e"

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._senders = Senders(worker.proxies, worker.salt)
        self._gathered: list[ShortRequest] = []
        worker.intake.gather(self._hand_in)

    def keep(self, request: ShortRequest) -> None:
        """Keep a request for the next commit."""
        gathered = self._gathered
        if not gathered:
            self._worker.intake.want()
        gathered.append(request)
        if len(gathered) >= MOST_GATHERED:
            self._hand_in()

    def _hand_in(self) -> None:
        """Hand in the facts of plain requests, and leave the others to the ordinary way."""
        gathered, self._gathered = self._gathered, []
        sites = self._worker.reader.sites()
        entries: list[Entry] = []
        taken: list[Taken] = []
        try:
            for request in gathered:
                found = self._read(request, sites)
                if found is not None:
                    entries += found[0]
                    taken.append((request, found[1], found[2]))
        finally:
            if len(taken) < len(gathered):
                there = {request for request, _visitor, _sender in taken}
                for request in gathered:
                    if request not in there:
                        request.leave()
            if taken:
                self._commit(entries, taken)

    def _read(
        self, request: ShortRequest, sites: Sites
    ) -> tuple[list[Entry], str, Sender] | None:
        raw = request.scope["headers"]
        headers = dict(raw)
        if _DEBUG in headers or len(headers) < len(raw):
            return None
        sender = self._senders.find(request.scope, headers, sites)
        found = read_plain(request.body, headers.get(b"cookie"), sender, request.received_at)
        return None if found is None else (*found, sender)

    def _commit(self, entries: list[Entry], taken: list[Taken]) -> None:
        told = partial(self._tell, taken, len(entries))
        try:
            self._worker.intake.hand_in((Batch(_EVENT, (), entries),), len(entries), told)
        except Postponed:
            for request, _visitor, _sender in taken:
                request.leave()  # the ordinary way is told the same, and says so

    def _tell(self, taken: list[Taken], size: int, reason: str) -> None:
        count = self._worker.counters.add
        status = "503" if reason else "204"
        count("requests", (NAME, status), len(taken))
        if reason:
            count("postponed", (reason,), len(taken))
            for request, _visitor, sender in taken:
                request.answer(503, _POSTPONED + sender.head)
            return
        count("events", (NAME,), size)
        count("facts", (_EVENT.value,), size)
        for request, visitor, sender in taken:
            cookie = b"%s%s%s%s" % (sender.head, _COOKIE, visitor.encode(), sender.foot)
            request.answer(204, cookie)
