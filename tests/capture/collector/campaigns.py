"""Loads that go on while something is killed: who sends, and what was acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from capture.collector.sending import ORIGIN, body
from headwater.facts import fact_id

_LOOK = 0.005
HEADERS = {"content-type": "text/plain", "origin": ORIGIN}


@dataclass
class Sender:
    """Threads that send batches without pause, each again until it is acknowledged or given up.

    `acknowledged` are the ids of facts whose request was answered 204, `sent` those of all.
    """

    url: str
    run: str
    threads: int = 6
    batch: int = 3
    acknowledged: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    statuses: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _running: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Sender:
        for number in range(self.threads):
            thread = threading.Thread(target=self._send_all, args=(number,))
            self._running.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._running:
            thread.join()

    def wait_for(self, more: int, seconds: float = 30.0) -> None:
        """Return when so many more events are acknowledged.

        The patience is counted in looks, so that a machine that was paused is no failure.
        """
        goal = len(self.acknowledged) + more
        for _ in range(int(seconds / _LOOK)):
            if len(self.acknowledged) >= goal:
                return
            time.sleep(_LOOK)
        raise AssertionError("events are not acknowledged any more")

    def _send_all(self, number: int) -> None:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        count = 0
        while not self._stopping.is_set():
            count += 1
            ids = [f"{self.run}-{number}-{count}-{place}" for place in range(self.batch)]
            told = json.dumps(body(*[{"id": one, "name": "page_view"} for one in ids]))
            facts = {fact_id("event", "example.com", one) for one in ids}
            with self._lock:
                self.sent |= facts
            for _ in range(3):  # the same batch again, as a client does
                status = self._try(connection, told)
                if status is not None:
                    with self._lock:
                        self.statuses[status] = self.statuses.get(status, 0) + 1
                        if status == 204:
                            self.acknowledged |= facts
                if status == 204 or self._stopping.is_set():
                    break
                time.sleep(0.02)
        connection.close()

    def _try(self, connection: http.client.HTTPConnection, told: str) -> int | None:
        try:
            connection.request("POST", "/e", told, HEADERS)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return None
        return answer.status
