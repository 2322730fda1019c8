"""Malformed requests without end, and a collector that must answer them all.

Run: python tests/capture/collector/fuzzing.py [REQUESTS]    (default 1,000,000)

Sends requests made of valid ones by damage, and of nothing at all, over kept connections.
Says how many were answered with what, how the worker's memory grew, and whether the store
holds what was acknowledged and nothing else. First it fills what a worker keeps up to a limit
(64 MB of the journal's pages, the ids of 65,536 facts): what grows after that has no limit.
"""

from __future__ import annotations

import base64
import copy
import gzip
import json
import random
import re
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from capture.collecting import Collecting, collector
from capture.collector.sending import ORIGIN, SHOP, body, event
from headwater.domain.words import FactKind

ROUND: Final = 25
FILLING: Final = 200_000
"""Events that fill the caches: in the journal they take more than a worker keeps of it."""
PATHS: Final = (
    *("/e?debug=1", "/e?debug=1", "/e?debug=1", "/v1/batch?debug=1", "/api/event?debug=1"),
    *("/matomo.php?debug=1", "/api/send?debug=1", "/batch/?debug=1", "/mp/collect?debug=1"),
    *("/com.snowplowanalytics.snowplow/tp2?debug=1", "/lead?debug=1", "/nothing", "/%ff%00"),
)
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1e308, 10**30, "", " ", "\x00", "\ud800", "a" * 9000),
    *([], {}, [[]], {"": {}}, "ann@example.org", "1E+999999", "%00", "https://", "//", "null"),
)
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3})")
_STORED: Final = re.compile(rb'"stored": (\d+)')


@dataclass
class Tally:
    """What came of it."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    stored: int = 0
    closed: int = 0


def fuzz(running: Collecting, count: int, seed: int) -> Tally:
    """Send `count` requests, `ROUND` at a time over one connection."""
    chance = random.Random(seed)
    tally = Tally()
    host, _, port = running.url.removeprefix("http://").partition(":")
    requests = malformed(chance)
    while tally.sent < count:
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            for _ in range(40):
                if not _round(connection, requests, chance, tally):
                    break
                if tally.sent >= count:
                    break
    return tally


def _round(
    connection: socket.socket, requests: Iterator[bytes], chance: random.Random, tally: Tally
) -> bool:
    """Send a few requests at once; returns whether the connection is still open."""
    told = [next(requests) for _ in range(ROUND)]
    is_last = chance.random() < 0.05
    if is_last:
        told[-1] = chance.randbytes(chance.randint(1, 200)) + b"\r\n\r\n"
    tally.sent += len(told)
    found = b""
    answered = 0
    try:
        connection.sendall(b"".join(told))
        if is_last:
            connection.shutdown(socket.SHUT_WR)
        while answered < len(told):
            part = connection.recv(1 << 18)
            if not part:
                break
            found += part
            answered = len(_STATUS.findall(found))
    except (ConnectionError, TimeoutError):
        tally.closed += 1
    for status in _STATUS.findall(found):
        tally.statuses[int(status)] += 1
    tally.stored += sum(map(int, _STORED.findall(found)))
    return answered == len(told) and not is_last


def malformed(chance: random.Random) -> Iterator[bytes]:
    """Yield HTTP requests whose bodies are wrong in all the ways we can think of."""
    while True:
        content = chance.choice((_noise, _damaged, _damaged, _odd, _odd, _packed))(chance)
        if chance.random() < 0.1:
            data = base64.urlsafe_b64encode(content).rstrip(b"=")
            yield b"GET /e.gif?debug=1&d=%s HTTP/1.1\r\nHost: x\r\n\r\n" % data[:4000]
            continue
        path = chance.choice(PATHS).encode()
        header = chance.choice(
            (
                b"Origin: https://example.com",
                b"Origin: https://example.com",
                b"Origin: null",
                b"Content-Encoding: gzip",
                b"Cookie: hw_v=" + bytes(chance.randrange(33, 127) for _ in range(32)),
                b"X-Forwarded-For: " + chance.choice((b"1.2.3", b",,", b"::1", b"\xff")),
                b"User-Agent: \xe4\xff",
                b"Sec-GPC: 1",
            )
        )
        yield b"POST %s HTTP/1.1\r\nHost: x\r\n%s\r\nContent-Length: %d\r\n\r\n%s" % (
            path,
            header,
            len(content),
            content,
        )


def _valid(chance: random.Random) -> dict[str, Any]:
    fields: dict[str, Any] = {"value": "1.5", "user": {"email": "a@example.org"}}
    name = chance.choice(("page_view", "form_submit", "purchase", "identify"))
    events = [event(name, order_id="A1", **fields) for _ in range(chance.randint(1, 3))]
    return body(*events, sent_at=1, language="de", clicks={"gclid": "x"})


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(0, 300))


def _damaged(chance: random.Random) -> bytes:
    content = bytearray(json.dumps(_valid(chance)).encode())
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(content))
        how = chance.random()
        if how < 0.5:
            content[place] = chance.randrange(256)
        elif how < 0.8:
            del content[place : place + chance.randint(1, 9)]
        else:
            content[place:place] = content[: chance.randint(1, 30)]
    return bytes(content)


def _odd(chance: random.Random) -> bytes:
    told: Any = _valid(chance)
    for _ in range(chance.randint(1, 4)):
        part: Any = told
        while isinstance(part, dict | list) and part:
            key: Any = (
                chance.choice(list(part))
                if isinstance(part, dict)
                else chance.randrange(len(part))
            )
            if chance.random() < 0.4 or not isinstance(part[key], dict | list):
                part[key] = copy.deepcopy(chance.choice(ODD))
                break
            part = part[key]
    return json.dumps(told).encode()


def _packed(chance: random.Random) -> bytes:
    content = bytearray(gzip.compress(_odd(chance), 1))
    if chance.random() < 0.5:
        content[chance.randrange(2, len(content))] = chance.randrange(256)
    return bytes(content)


def fill(running: Collecting, count: int) -> None:
    """Send so many events that are right, a hundred a request."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        for _ in range(count // 100):
            told = body(*[event(title="x" * 200) for _ in range(100)])
            answer = client.post(f"{running.url}/e", json=told, headers={"origin": ORIGIN})
            assert answer.status_code == 204


def assert_all_is_there(running: Collecting) -> None:
    """Check that the store holds the facts that were made, and nothing else.

    Damage gives some events the id of another: they are acknowledged, and kept once.
    """
    kept = sum(len(running.facts(kind)) for kind in FactKind)
    assert kept == counted(running, "facts") - counted(running, "known_facts")


def counted(running: Collecting, metric: str) -> int:
    """Return what the collector counted of something, whatever the labels."""
    told = httpx.get(f"{running.url}/metrics", trust_env=False).text
    found = re.findall(
        rf"^headwater_collector_{metric}(?:_total)?(?:{{.*}})? (\S+)$", told, re.MULTILINE
    )
    return int(sum(map(float, found)))


def resident_kb(pid: int) -> int:
    """Return the memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def main(count: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        collector(Path(folder), SHOP) as running,
    ):
        (pid,) = running.process.pids()
        total = Tally()
        sys.stdout.write(f"started with {resident_kb(pid) >> 10} MB\n")
        fill(running, FILLING)
        sys.stdout.write(f"0 sent, {resident_kb(pid) >> 10} MB\n")
        for turn in range(20):
            tally = fuzz(running, count // 20, turn)
            total.sent += tally.sent
            total.stored += tally.stored
            total.statuses += tally.statuses
            sys.stdout.write(f"{total.sent:,} sent, {resident_kb(pid) >> 10} MB\n")
            sys.stdout.flush()
        assert running.process.pids() == [pid], "the worker died"
        assert not [status for status in total.statuses if status >= 500]
        assert_all_is_there(running)
        stored = len(running.facts()) - FILLING
        known = counted(running, "known_facts")
        statuses = dict(sorted(total.statuses.items()))
        sys.stdout.write(
            f"{statuses}; {total.stored} events acknowledged, {stored} stored, {known} facts"
            " were there already\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
