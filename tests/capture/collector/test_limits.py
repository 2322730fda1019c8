"""Nobody sends forms without end, keeps a connection for nothing, or takes all of them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from capture.collecting import HOST, KEY, Collecting, collector, wait_until_it_answers
from capture.collector.sending import SHOP, body, event, send
from headwater.capture import snapshot
from headwater.capture.collector import limiting
from headwater.capture.collector.guarding import SLOWEST_REQUEST
from headwater.capture.collector.limiting import PER_ADDRESS, PER_SITE, Limiter, Limits
from headwater.capture.collector.supervising import Supervisor
from headwater.capture.snapshot import CaptureSnapshot
from headwater.domain.errors import ConfigError
from headwater.domain.words import FactKind


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_address_may_come_again_when_the_minute_is_over() -> None:
    clock = Clock()
    limiter = Limiter(Limits(2, 0), clock)
    waits = [limiter.address_waits("203.0.113.9") for _ in range(3)]
    assert waits == [0, 0, 61]
    assert limiter.address_waits("203.0.113.8") == 0
    clock.now += 59
    assert limiter.address_waits("203.0.113.9") == 2
    clock.now += 1
    assert limiter.address_waits("203.0.113.9") == 0


def test_a_network_of_ipv6_is_one_sender() -> None:
    limiter = Limiter(Limits(1, 0), Clock())
    assert limiter.address_waits("2001:db8::1") == 0
    assert limiter.address_waits("2001:db8::ffff") > 0
    assert limiter.address_waits("2001:db8:0:1::1") == 0


def test_no_limit_is_no_limit_and_many_addresses_cost_no_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limiter = Limiter(Limits(0, 0), Clock())
    assert not any(limiter.address_waits("203.0.113.9") for _ in range(1_000))
    monkeypatch.setattr(limiting, "_MOST_ADDRESSES", 10)
    limiter = Limiter(Limits(1, 5), Clock())
    for number in range(100):
        assert limiter.address_waits(f"203.0.113.{number}") == 0
        assert bool(limiter.address_waits(f"203.0.113.{number}")) is (number < 10)
    assert [bool(limiter.site_waits("example.com")) for _ in range(6)] == [False] * 5 + [True]


def test_a_wrong_limit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limits.of({PER_ADDRESS: " 5 ", PER_SITE: "0"}) == Limits(5, 0)
    assert Limits.of({}) == Limits()
    monkeypatch.setenv(PER_SITE, "many")
    with pytest.raises(ConfigError, match=f"{PER_SITE} is 'many'.*such as 6000"):
        Supervisor(tmp_path, port=0)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collecting]:
    with ExitStack() as opened:
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv(PER_ADDRESS, "3")
            patched.setenv(PER_SITE, "5")
            directory = tmp_path_factory.mktemp("limited")
            running = opened.enter_context(collector(directory, SHOP))
        yield running


def _form(running: Collecting, address: str, name: str, **headers: str) -> httpx.Response:
    return httpx.post(
        f"{running.url}/f/{KEY}",
        data={"email": f"{name}@example.org"},
        headers={"x-forwarded-for": address, **headers},
        trust_env=False,
    )


@pytest.mark.slow
def test_forms_beyond_the_limits_are_told_to_wait(limited: Collecting) -> None:
    answers = [_form(limited, "203.0.113.1", f"a{number}") for number in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3].headers["retry-after"]) <= 61
    assert answers[3].json()["reason"] == "too_many_requests"
    person = {"accept": "text/html", "accept-language": "tr"}
    page = _form(limited, "203.0.113.1", "a5", **person)
    assert (page.status_code, page.headers["content-type"][:9]) == (429, "text/html")
    assert "bir dakika sonra yeniden" in page.text
    assert 0 < int(page.headers["retry-after"]) <= 61
    others = [_form(limited, f"203.0.113.{number}", f"b{number}") for number in (2, 3, 4)]
    assert [one.status_code for one in others] == [200, 200, 429]
    page = _form(limited, "203.0.113.5", "b5", **person)
    assert (page.status_code, "bir dakika sonra yeniden" in page.text) == (429, True)
    assert len(limited.facts(FactKind.LEAD)) == 5
    identity = {"key": "hw_private", "user_id": "u1", "email": "u1@example.org"}
    told = [httpx.post(f"{limited.url}/identify", json=identity) for _ in range(4)]
    assert [one.status_code for one in told] == [200, 200, 200, 429]
    assert send(limited, body(event())).status_code == 204  # events are no forms
    text = httpx.get(f"{limited.url}/metrics").text
    counted = dict(re.findall(r'limited_total\{by="(\w+)"\} (\d+)', text))
    assert counted == {"address": "3", "site": "2"}


@pytest.mark.slow
@pytest.mark.parametrize("path", [f"/f/{KEY}", "/identify"])
@pytest.mark.parametrize("origin", ["https://evil.org", "null", "https://quiet.org"])
def test_pages_of_others_send_no_forms(running: Collecting, path: str, origin: str) -> None:
    told = {"key": KEY, "user_id": "stolen", "email": "stolen@example.org"}
    answer = httpx.post(f"{running.url}{path}", json=told, headers={"origin": origin})
    assert (answer.status_code, answer.json()["reason"]) == (403, "foreign_origin")
    assert running.facts(FactKind.LEAD) == running.facts(FactKind.IDENTITY_LINK) == []


@pytest.mark.slow
def test_who_does_not_end_a_request_in_time_is_cut_off(running: Collecting) -> None:
    begun = [b"POST /e HTTP/1.1\r\nHost: x\r\nX-", b"POST /identify HTTP/1.1\r\nHost: x\r\n"]
    begun += [  # which go different ways
        b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{" % path
        for path in (b"/e", b"/v1/batch")
    ]
    host, _, port = running.url.removeprefix("http://").partition(":")
    started = time.monotonic()
    connections = [socket.create_connection((host, int(port)), timeout=40) for _ in begun]
    for connection, part in zip(connections, begun, strict=True):
        connection.sendall(part)
    for connection in connections:
        with connection, suppress(ConnectionResetError):
            assert connection.recv(99) == b""
    assert SLOWEST_REQUEST - 1 < time.monotonic() - started < SLOWEST_REQUEST + 15


@contextmanager
def _narrow(directory: Path, connections: int) -> Iterator[str]:
    """Run a worker that has few connections."""
    snapshot.write(directory, CaptureSnapshot(sites=SHOP))
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        command = [sys.executable, "-m", "headwater.capture.collector", str(directory)]
        command += ["--fd", str(listener.fileno()), "--connections", str(connections)]
        with subprocess.Popen(command, pass_fds=[listener.fileno()]) as process:
            url = f"http://{HOST}:{listener.getsockname()[1]}"
            try:
                wait_until_it_answers(url)
                yield url
            finally:
                process.terminate()


@pytest.mark.slow
def test_more_connections_than_there_may_be_are_told_to_come_later(tmp_path: Path) -> None:
    with _narrow(tmp_path, 4) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        idle = [socket.create_connection((host, int(port))) for _ in range(4)]
        time.sleep(0.2)
        for path in ("/e", "/v1/batch"):
            assert httpx.post(url + path, content=b"{}", trust_env=False).status_code == 503
        for connection in idle:
            connection.close()
        time.sleep(0.2)
        assert httpx.post(f"{url}/e", content=b"{}", trust_env=False).status_code == 400
