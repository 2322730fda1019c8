"""The collector's shortcut: `POST /e` with plain events alone."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final

from headwater.capture.collector import answers
from headwater.capture.collector.counters import Counters
from headwater.capture.collector.intake import Postponed
from headwater.capture.collector.plain_events import read_plain
from headwater.capture.collector.senders import Sender, Senders
from headwater.capture.collector.shortcut import Answering
from headwater.capture.collector.worker import Worker
from headwater.capture.protocols.own import NAME
from headwater.capture.protocols.own.reading import COOKIE, MOST_BYTES
from headwater.capture.wire import Answer
from headwater.domain.words import FactKind
from headwater.facts import Batch

PATH: Final = "/e"

_COOKIE: Final = b"set-cookie: " + COOKIE.encode() + b"="
_DEBUG: Final = answers.DEBUG_HEADER.encode()
_POSTPONED: Final = b"".join(
    b"%s: %s\r\n" % one for one in answers.header_list(Answer(503), ())
)
_EVENT: Final = FactKind.EVENT


class Express:
    """Takes plain requests for an open worker."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._senders = Senders(worker.proxies, worker.salt)
        self._requests = self._events = 0
        worker.counters.ask(self._count)

    def is_for(self, scope: Any) -> bool:
        """Tell whether a request is one of our own format that asks for no explanation."""
        return scope["path"] == PATH and scope["method"] == "POST" and not scope["query_string"]

    def take(self, scope: Any, body: bytearray, answer: Answering) -> bool:
        """Hand in the facts of a plain request; False for any other."""
        headers = dict(scope["headers"])
        if _DEBUG in headers or len(headers) < len(scope["headers"]) or len(body) > MOST_BYTES:
            return False
        worker = self._worker
        sender = self._senders.find(scope, headers, worker.reader.sites())
        received_at = time.time_ns() // 1000
        plain = read_plain(body, headers.get(b"cookie"), sender, received_at)
        if plain is None:
            return False
        entries, visitor = plain
        told = partial(self._tell, answer, sender, visitor, len(entries))
        try:
            worker.intake.hand_in((Batch(_EVENT, (), entries),), len(entries), told)
        except Postponed:
            return False  # the ordinary way is told the same, and says so
        return True

    def _tell(
        self, answer: Answering, sender: Sender, visitor: str, size: int, reason: str
    ) -> None:
        if reason:
            add = self._worker.counters.add
            add("postponed", (reason,))
            add("requests", (NAME, "503"))
            answer(503, _POSTPONED + sender.head)
            return
        self._requests += 1
        self._events += size
        answer(204, b"%s%s%s%s" % (sender.head, _COOKIE, visitor.encode(), sender.foot))

    def _count(self, counters: Counters) -> None:
        """Tell the counters what was taken since they were asked last."""
        if self._requests:
            counters.add("requests", (NAME, "204"), self._requests)
            counters.add("events", (NAME,), self._events)
            counters.add("facts", (_EVENT.value,), self._events)
            self._requests = self._events = 0
