"""How the collector speaks HTTP: paths, packed files, pipelines, clients that leave."""

from __future__ import annotations

import json
import socket

import httpx
import pytest

from capture.collecting import Collecting
from capture.collector.sending import (
    body,
    event,
    send,
    stored,
)
from headwater.domain.words import FactKind
from headwater.facts import fact_id

pytestmark = pytest.mark.slow

VISITOR = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/e", 405),
        ("DELETE", "/e", 405),
        ("POST", "/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/hw.js.map", 404),
        ("GET", "/health", 200),
    ],
)
def test_paths_and_methods(running: Collecting, method: str, path: str, status: int) -> None:
    assert httpx.request(method, running.url + path).status_code == status


def test_the_tracker_is_served_packed_and_not_sent_twice(running: Collecting) -> None:
    plain = httpx.get(f"{running.url}/hw.js", headers={"accept-encoding": "identity"})
    assert plain.status_code == 200
    assert plain.headers["content-type"].startswith("text/javascript")
    packed = httpx.get(f"{running.url}/hw.js", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "br"
    again = httpx.get(f"{running.url}/hw.js", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_counters_are_for_this_machine_alone(running: Collecting) -> None:
    send(running, body(event()))
    found = httpx.get(f"{running.url}/metrics")
    assert 'headwater_collector_events_total{protocol="collector"}' in found.text
    through_a_proxy = httpx.get(
        f"{running.url}/metrics", headers={"x-forwarded-for": "203.0.113.9"}
    )
    assert through_a_proxy.status_code == 403


def _raw(running: Collecting, data: bytes) -> bytes:
    host, _, port = running.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(data)
        found = b""
        while part := connection.recv(65_536):
            found += part
        return found


def test_pipelined_requests_are_answered_in_turn(running: Collecting) -> None:
    sent = [event() for _ in range(3)]
    requests = b""
    for place, one in enumerate(sent):
        content = json.dumps(body(one)).encode()
        ending = b"Connection: close\r\n" if place == 2 else b""
        requests += b"POST /e HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s" % (
            ending,
            len(content),
            content,
        )
    assert _raw(running, requests).count(b"HTTP/1.1 204") == 3
    for one in sent:
        stored(running, one)


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_endless_headers_are_cut_off(running: Collecting, size: int) -> None:
    try:
        found = _raw(running, b"GET /health HTTP/1.1\r\nX: " + b"x" * size)
    except (ConnectionResetError, BrokenPipeError):
        return
    assert found.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


def test_a_client_that_leaves_before_the_answer_has_sent_all_the_same(
    running: Collecting,
) -> None:
    sent = event()
    content = json.dumps(body(sent)).encode()
    host, _, port = running.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            % (len(content), content)
        )
    send(running, body(event()))  # the next answer comes after the commit of the one before
    ident = fact_id("event", "example.com", sent["id"])
    assert [
        row for row in running.wait_for(FactKind.EVENT, 10_000, 1) if row["fact_id"] == ident
    ]


def test_a_client_that_closes_its_end_is_answered(running: Collecting) -> None:
    content = json.dumps(body(event())).encode()
    host, _, port = running.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(content)
        connection.sendall(head + content)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(9999).startswith(b"HTTP/1.1 204")
        assert connection.recv(9999) == b""
