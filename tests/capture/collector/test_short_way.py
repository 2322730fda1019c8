"""Requests that go the short way, and those that turn out not to, are answered alike."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from capture.collecting import Collecting, collector
from capture.collector.sending import ORIGIN, SHOP, body, event, send, stored
from headwater.facts import fact_id

pytestmark = pytest.mark.slow


def _visitor(number: int) -> str:
    return f"{number:032x}"


def _raw(told: dict[str, Any], *headers: str, path: str = "/e") -> bytes:
    content = json.dumps(told).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _connect(running: Collecting) -> socket.socket:
    host, _, port = running.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def _answers(connection: socket.socket) -> bytes:
    found = b""
    while part := connection.recv(65_536):
        found += part
    return found


def test_many_at_once_are_each_told_their_own(running: Collecting) -> None:
    """A third names a person, a third has a wrong key: these go the ordinary way."""

    def one(number: int) -> None:
        told = body(event(), visitor=_visitor(number + 1))
        if number % 3 == 1:
            told["events"][0]["user"] = {"id": f"u{number}"}
        if number % 3 == 2:
            told["key"] = "none"
        answer = send(running, told)
        if number % 3 == 2:
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers
            return
        assert answer.status_code == 204
        assert answer.headers["set-cookie"].startswith(f"hw_v={_visitor(number + 1)};")
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["date"]

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(one, range(240)))


def test_both_ways_word_the_same_answer(running: Collecting) -> None:
    plain = body(event(), visitor=_visitor(7))
    stepped = body(event(value="1"), visitor=_visitor(7))
    first, second = (send(running, told) for told in (plain, stepped))
    told = [{k: v for k, v in one.headers.items() if k != "date"} for one in (first, second)]
    assert told[0] == told[1]
    assert (first.status_code, first.content) == (second.status_code, second.content)


def test_requests_sent_ahead_are_answered_in_turn(running: Collecting) -> None:
    sent = [event() for _ in range(4)]
    visitors = [_visitor(100 + place) for place in range(4)]
    told = [body(one, visitor=who) for one, who in zip(sent, visitors, strict=True)]
    told[2]["events"][0]["value"] = "5"
    requests = [*map(_raw, told[:3]), _raw(told[3], "Connection: close")]
    with _connect(running) as connection:
        connection.sendall(b"".join(requests))
        found = _answers(connection)
    assert re.findall(rb"HTTP/1\.1 (\d+)", found) == [b"204"] * 4
    assert re.findall(rb"hw_v=(\w+)", found) == [who.encode() for who in visitors]
    assert b"connection: close" in found
    for one in sent:
        stored(running, one)


@pytest.mark.parametrize("value", [None, "1"], ids=["plain", "stepped"])
def test_a_body_may_come_in_pieces(running: Collecting, value: str | None) -> None:
    sent = event(**({} if value is None else {"value": value}))
    data = _raw(body(sent, visitor=_visitor(8)), "Connection: close")
    with _connect(running) as connection:
        for start in range(0, len(data), 60):
            connection.sendall(data[start : start + 60])
            time.sleep(0.005)
        assert _answers(connection).startswith(b"HTTP/1.1 204")
    stored(running, sent)


def test_a_body_that_is_too_long_is_refused_also_in_pieces(running: Collecting) -> None:
    for declared in (70_000, 400_000):
        with _connect(running) as connection:
            head = f"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: {declared}\r\n\r\n"
            connection.sendall(head.encode())
            connection.sendall(b" " * 70_000)
            assert connection.recv(999).startswith(b"HTTP/1.1 413")


def test_who_must_be_told_to_go_on_is(running: Collecting) -> None:
    data = _raw(body(event(), visitor=_visitor(9)), "Expect: 100-continue")
    head, blank, content = data.partition(b"\r\n\r\n")
    with _connect(running) as connection:
        connection.sendall(head + blank)
        assert connection.recv(999).startswith(b"HTTP/1.1 100")
        connection.sendall(content)
        assert connection.recv(999).startswith(b"HTTP/1.1 204")


@pytest.mark.parametrize("value", [None, "1"], ids=["plain", "stepped"])
def test_what_was_said_whole_is_stored_though_its_client_left(
    running: Collecting, value: str | None
) -> None:
    sent = event(**({} if value is None else {"value": value}))
    with _connect(running) as connection:
        connection.sendall(_raw(body(sent, visitor=_visitor(10))))
    ident = fact_id("event", "example.com", sent["id"])
    deadline = time.monotonic() + 10
    while ident not in {row["fact_id"] for row in running.facts()}:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_worker_that_is_told_to_stop_ends_what_it_began(tmp_path: Path) -> None:
    with collector(tmp_path, SHOP) as running:
        sent = event()
        data = _raw(body(sent, visitor=_visitor(11)))
        with _connect(running) as connection:
            connection.sendall(data[:-20])
            time.sleep(0.3)
            os.kill(running.process.pids()[0], signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(data[-20:])
            assert _answers(connection).startswith(b"HTTP/1.1 204")
        stored(running, sent)
