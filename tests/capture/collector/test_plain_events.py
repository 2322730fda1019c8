"""The short way of plain events makes the same facts as the steps, to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as some

from headwater.capture.collector.clients import Proxies
from headwater.capture.collector.headers import Headers
from headwater.capture.collector.passage import Visit, sender_of
from headwater.capture.collector.pipeline import Made, Pipeline
from headwater.capture.collector.plain_events import read_plain
from headwater.capture.collector.salt import DailySalt
from headwater.capture.collector.senders import Senders
from headwater.capture.protocols.own import OWN
from headwater.capture.snapshot import CaptureSnapshot, Site, Sites
from headwater.capture.wire import WireRequest
from headwater.domain.times import DAY
from headwater.domain.words import FactKind
from headwater.facts import Batch, Entry, FactStore

pytestmark = pytest.mark.slow

Plain = tuple[list[Entry], str]
NOW = 1_795_334_302_765_432
MS = NOW // 1000
VISITOR = "0123456789abcdef0123456789abcdef"
SECRET = b"s" * 32
PEER = "203.0.113.9"
SITES = Sites(
    CaptureSnapshot(
        sites=(
            Site(domain="example.com", aliases=("shop.example.net",), write_keys=("hw_test",)),
            Site(
                domain="private.org",
                write_keys=("hw_private",),
                honour_gpc=True,
                excluded_addresses=("198.51.100.0/24",),
            ),
            Site(domain="quiet.org", write_keys=("hw_quiet",), consent="cookieless"),
        )
    )
)


class Both:
    """A request, taken both ways."""

    def __init__(self, directory: Path) -> None:
        self.salt = DailySalt(directory)
        self.store = FactStore.open(directory)
        self.senders = Senders(Proxies(("127.0.0.1",)), self.salt)
        self.proxies = Proxies(("127.0.0.1",))

    def plain(self, body: bytes, headers: dict[str, str], peer: str = PEER) -> Plain | None:
        raw = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
        scope = {
            "method": "POST",
            "path": "/e",
            "client": (peer, 5),
            "scheme": "http",
            "headers": raw,
        }
        sender = self.senders.find(scope, dict(raw), SITES)
        return read_plain(body, dict(raw).get(b"cookie"), sender, NOW)

    def stepped(
        self, body: bytes, headers: dict[str, str], peer: str = PEER
    ) -> tuple[Made, list[str]]:
        raw = Headers([(name.encode(), one.encode("latin-1")) for name, one in headers.items()])
        scope = {"client": (peer, 5), "scheme": "http"}
        request = WireRequest(
            "POST", "/e", "", raw, body, self.proxies.client(scope, raw).ip, NOW
        )
        left_out: list[str] = []
        visit = Visit(request, SITES, self.salt, sender_of(request), left_out.append, SECRET)
        pipeline = Pipeline(self.store, lambda _protocol, _reason: None)
        return pipeline.run(OWN.name, OWN.read(request), visit), left_out


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    opened = Both(tmp_path_factory.mktemp("both"))
    yield opened
    opened.store.close()


def sent(*events: dict[str, Any], **head: Any) -> bytes:
    return orjson.dumps(
        {"key": "hw_test", "visitor": VISITOR, "consent": "granted", "events": events} | head
    )


VIEW: dict[str, Any] = {
    "id": "a1",
    "name": "page_view",
    "at": MS,
    "url": "https://example.com/",
}
BROWSER = {
    "host": "stats.example.com",
    "origin": "https://www.example.com",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0",
    "accept-language": "tr-TR,tr;q=0.8",
}

WAYS: dict[str, tuple[bytes, dict[str, str], bool]] = {
    "a page view": (sent(VIEW), BROWSER, True),
    "what the tracker says of a page": (
        sent(
            VIEW | {"title": "Köşe", "referrer": "https://www.google.com/"},
            {"id": "a2", "name": "engagement", "at": MS, "properties": {"seconds": 4.5}},
            session="s1",
            screen="1440x900",
            sent_at=MS,
            language="en-GB",
        ),
        BROWSER,
        True,
    ),
    "a browser known by its cookie": (
        sent(VIEW),
        BROWSER | {"cookie": f"hw_v={'b' * 32}"},
        True,
    ),
    "an address with an e-mail": (
        sent(VIEW | {"url": "https://x.org/?e=a@b.c"}),
        BROWSER,
        True,
    ),
    "behind a proxy": (sent(VIEW), BROWSER | {"x-forwarded-for": "198.51.100.7"}, True),
    "a purchase": (sent(VIEW | {"name": "purchase", "value": "1"}), BROWSER, False),
    "a person": (sent(VIEW | {"user": {"email": "a@b.c"}}), BROWSER, False),
    "a wrong clock": (sent(VIEW, sent_at=MS - 90_000), BROWSER, False),
    "a page of another": (sent(VIEW), BROWSER | {"origin": "https://evil.org"}, False),
    "no key of ours": (sent(VIEW, key="x"), BROWSER, False),
    "own staff": (
        sent(VIEW, key="hw_private"),
        {"x-forwarded-for": "198.51.100.7"},
        False,
    ),
    "not to be recognised": (sent(VIEW, consent="cookieless"), BROWSER, False),
    "a privacy signal": (sent(VIEW, key="hw_private"), {"sec-gpc": "1"}, False),
    "a link of a mail": (sent(VIEW | {"url": "https://x.org/?hw_m=abc"}), BROWSER, False),
    "half of a batch": (sent(VIEW, {"name": ""}), BROWSER, False),
    "no JSON": (b"hello", BROWSER, False),
}


@pytest.mark.parametrize("case", WAYS.values(), ids=WAYS.keys())
def test_plain_requests_alone_go_the_short_way(
    both: Both, case: tuple[bytes, dict[str, str], bool]
) -> None:
    body, headers, is_plain = case
    peer = "127.0.0.1" if "x-forwarded-for" in headers else PEER
    found = both.plain(body, headers, peer)
    assert (found is not None) is is_plain
    if found is not None:
        _assert_same(found, *both.stepped(body, headers, peer))


def _assert_same(found: Plain, made: Made, left_out: list[str]) -> None:
    entries, visitor = found
    assert made.refusals == []
    assert left_out == []
    assert made.batches == [Batch(FactKind.EVENT, (), entries)]
    assert made.visitor == visitor
    assert made.events == len(entries)


_texts = some.one_of(
    some.text(max_size=20),
    some.sampled_from(
        ["", " ", "a@b.c", "%40", "https://example.com/?u=ann%40b.org", "x\x00y"]
    ),
)
_anything: Any = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(), some.floats(), _texts),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(_texts, inner, max_size=3)
    ),
    max_leaves=5,
)


def _mostly(usual: Any, *rest: Any) -> Any:
    """A usual value seven times of eight, else anything: most batches are to be plain."""
    strange = some.one_of(*rest, _anything)
    return some.integers(0, 7).flatmap(lambda n: some.just(usual) if n else strange)


_times = _mostly(
    MS,
    some.integers(MS - 401 * DAY // 1000, MS + DAY // 1000 + 10),
    some.sampled_from([MS + 1, MS - 1, MS - 400 * DAY // 1000, 0, -1, 2**60, float(MS), True]),
)
_events = some.fixed_dictionaries(
    {"id": _mostly("a1", _texts), "name": _mostly("page_view", _texts)},
    optional={
        "at": _times,
        "url": _mostly("https://example.com/", _texts),
        "referrer": _texts,
        "title": _mostly("Shoes", _texts),
        "properties": some.one_of(some.dictionaries(_texts, _anything, max_size=3), _anything),
        "other": _anything,
    },
)
_bodies = some.fixed_dictionaries(
    {
        "key": _mostly("hw_test", some.sampled_from(["hw_private", "hw_quiet"])),
        "visitor": _mostly(VISITOR, some.just(VISITOR.upper())),
        "events": some.lists(_events, min_size=1, max_size=3),
    },
    optional={
        "consent": _mostly("granted", some.sampled_from(["cookieless", "denied"])),
        "linked": _mostly(True),
        "sent_at": _times,
        "language": _mostly("en-GB", _texts),
        "session": _mostly("s1", _texts),
        "screen": _mostly("1x1", _texts),
        "gpc": _mostly(False),
    },
)
_latin = some.text(some.characters(min_codepoint=32, max_codepoint=255), max_size=12)
_headers = some.fixed_dictionaries(
    {},
    optional={
        "origin": some.sampled_from(
            [
                *["https://www.example.com"] * 3,
                "https://private.org",
                "null",
                "https://evil.org",
            ]
        ),
        "host": some.sampled_from(["stats.example.com", "collect.vendor.org"]),
        "user-agent": _latin,
        "accept-language": some.one_of(_latin, some.sampled_from(["de-DE,de;q=0.5", ",", ";"])),
        "sec-gpc": some.sampled_from(["1", "0"]),
        "cookie": some.sampled_from([f"hw_v={'b' * 32}", "a=b", f"a=b; hw_v={'C' * 32}; d=e"]),
        "x-forwarded-for": some.sampled_from(["198.51.100.7", "2001:db8::7", "rubbish", ""]),
    },
)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=_bodies, headers=_headers, peer=some.sampled_from([PEER, "127.0.0.1", "2001:db8::1"])
)
def test_both_ways_make_the_same_facts(
    both: Both, body: dict[str, Any], headers: dict[str, str], peer: str
) -> None:
    data = json.dumps(body).encode()
    found = both.plain(data, headers, peer)
    event("plain" if found else "stepped")
    if found is not None:
        _assert_same(found, *both.stepped(data, headers, peer))
