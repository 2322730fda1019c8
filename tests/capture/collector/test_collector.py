"""What a sender is answered, and what is stored of what it sent."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import httpx
import pytest

from capture.collecting import KEY, Collecting
from capture.collector.sending import (
    ORIGIN,
    PAGE,
    body,
    event,
    explained,
    now,
    send,
    stored,
)
from headwater.domain.times import DAY, HOUR
from headwater.domain.words import FactKind
from headwater.facts import fact_id

pytestmark = pytest.mark.slow

VISITOR = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32


def test_an_event_is_there_when_the_answer_is(running: Collecting) -> None:
    sent = event(title="Shoes", referrer="https://news.example.org/")
    answer = send(running, body(sent, visitor=VISITOR, language="de-DE"), user_agent="Firefox")
    assert (answer.status_code, answer.content) == (204, b"")
    row = stored(running, sent)
    told = {name: row[name] for name in ("name", "url", "title", "referrer", "language")}
    assert told == {
        "name": "page_view",
        "url": PAGE,
        "title": "Shoes",
        "referrer": "https://news.example.org/",
        "language": "de-DE",
    }
    assert row["site"] == "example.com"
    assert row["visitor_id"] == VISITOR
    assert row["user_agent"] == "Firefox"
    assert row["ip"] == "127.0.0.0"
    assert row["occurred_at"] == sent["at"] * 1000


def test_a_batch_sent_twice_is_stored_once(running: Collecting) -> None:
    sent = [event() for _ in range(5)]
    for _ in range(3):
        assert send(running, body(*sent)).status_code == 204
    idents = [fact_id("event", "example.com", one["id"]) for one in sent]
    rows = [row for row in running.facts() if row["fact_id"] in idents]
    assert sorted(row["fact_id"] for row in rows) == sorted(idents)


def test_the_good_half_of_a_batch_is_stored_and_the_bad_half_told(running: Collecting) -> None:
    good = [event(), event("add_to_cart")]
    told = explained(
        running,
        body(good[0], 7, {"name": ""}, good[1], event(at=1), event(at=now() + 3 * 86_400_000)),
    )
    assert told["stored"] == 2
    assert [(one["reason"], one["field"]) for one in told["refused"]] == [
        ("bad_event", "events.1"),
        ("bad_event", "events.2.name"),
        ("too_old", "at"),
        ("too_far", "at"),
    ]
    for one in good:
        stored(running, one)


WRONG: list[tuple[str, bytes, int]] = [
    ("no JSON", b"hello", 400),
    ("empty", b"", 400),
    ("a list", b"[]", 400),
    ("no events", json.dumps({"key": KEY, "events": []}).encode(), 400),
    ("no write key of ours", json.dumps(body(event()) | {"key": "x"}).encode(), 403),
    ("101 events", json.dumps(body(*[event()] * 101)).encode(), 400),
    ("a broken gzip", gzip.compress(b"{}" * 99)[:-9], 400),
    ("too large", b" " * 65_537, 413),
    ("a bomb", gzip.compress(b" " * 5_000_000), 413),
    ("nested deep", b'{"events":' + b"[" * 9000, 400),
    ("a lone surrogate", rb'{"key":"\ud800","events":[{"name":"a"}]}', 403),
]


@pytest.mark.parametrize(
    ("sent", "status"), [row[1:] for row in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_cannot_be_used_is_refused_without_a_word(
    running: Collecting, sent: bytes, status: int
) -> None:
    before = len(running.facts())
    answer = send(running, sent)
    assert answer.status_code == status
    assert len(running.facts()) == before
    if status != 413:
        assert b"events" not in answer.content


def test_gzip_is_recognised_whatever_the_headers_say(running: Collecting) -> None:
    sent = event()
    packed = gzip.compress(json.dumps(body(sent)).encode())
    assert send(running, packed).status_code == 204
    assert stored(running, sent)["url"] == PAGE


def test_a_picture_carries_the_same_batch(running: Collecting) -> None:
    sent = event()
    data = base64.urlsafe_b64encode(json.dumps(body(sent)).encode()).decode().rstrip("=")
    answer = httpx.get(f"{running.url}/e.gif?d={data}", headers={"referer": PAGE})
    assert answer.headers["content-type"] == "image/gif"
    assert answer.content.startswith(b"GIF89a")
    assert "no-store" in answer.headers["cache-control"]
    stored(running, sent)


# Whose page may send


@pytest.mark.parametrize(
    ("origin", "is_taken"),
    [
        ("https://www.example.com", True),
        ("http://example.com:8080", True),
        ("https://shop.example.net", True),
        ("https://evil.org", False),
        ("https://quiet.org", False),
        ("https://example.com.evil.org", False),
        ("null", False),
    ],
)
def test_only_a_sites_own_pages_speak_for_it(
    running: Collecting, origin: str, is_taken: bool
) -> None:
    answer = send(running, body(event()), origin=origin)
    assert answer.status_code == (204 if is_taken else 403)
    allowed = answer.headers.get("access-control-allow-origin")
    is_known = is_taken or origin == "https://quiet.org"
    assert allowed == (origin if is_known else None)
    assert answer.headers.get("access-control-allow-credentials") == (
        "true" if is_known else None
    )
    assert answer.headers["vary"] == "origin"


def test_a_browser_that_asks_first_is_told_what_it_may(running: Collecting) -> None:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, x-headwater-debug",
    }
    answer = httpx.options(f"{running.url}/e", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert (
        answer.headers["access-control-allow-headers"]
        == asked["access-control-request-headers"]
    )
    stranger = httpx.options(f"{running.url}/e", headers=asked | {"origin": "https://evil.org"})
    assert "access-control-allow-origin" not in stranger.headers


# Who the visitor is


@pytest.mark.parametrize(
    ("head", "cookie", "expected"),
    [
        ({"visitor": VISITOR}, None, VISITOR),
        ({"visitor": VISITOR}, OTHER, OTHER),
        ({"visitor": VISITOR, "linked": True}, OTHER, VISITOR),
        ({}, OTHER, OTHER),
        ({"visitor": VISITOR.upper()}, None, VISITOR),
    ],
)
def test_a_linked_id_wins_over_the_cookie_and_the_cookie_over_the_script(
    running: Collecting, head: dict[str, Any], cookie: str | None, expected: str
) -> None:
    sent = event()
    cookies = {"cookie": f"a=b; hw_v={cookie}; c=d"} if cookie else {}
    answer = send(running, body(sent, **head), **cookies)
    assert stored(running, sent)["visitor_id"] == expected
    assert answer.headers["set-cookie"].startswith(f"hw_v={expected}; Max-Age=34560000; Path=/")


def test_a_new_browser_gets_an_id_that_all_events_of_the_batch_have(
    running: Collecting,
) -> None:
    first, second = event(), event()
    answer = send(running, body(first, second, visitor="not an id"))
    given = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert len(given) == 32
    assert {stored(running, one)["visitor_id"] for one in (first, second)} == {given}


@pytest.mark.parametrize(
    ("host", "proto", "expected"),
    [
        ("stats.example.com", "https", "; SameSite=Lax; Domain=example.com; Secure"),
        ("www.example.com:8443", "http", "; SameSite=Lax; Domain=example.com"),
        ("shop.example.net", "https", "; SameSite=Lax; Domain=example.net; Secure"),
        ("collector.vendor.org", "https", "; SameSite=Lax; Secure"),
        ("127.0.0.1", "http", "; SameSite=Lax"),
    ],
)
def test_the_cookie_is_for_the_domain_that_a_site_owns(
    running: Collecting, host: str, proto: str, expected: str
) -> None:
    answer = send(running, body(event()), host=host, x_forwarded_proto=proto)
    assert answer.headers["set-cookie"].partition("Path=/")[2] == expected


@pytest.mark.parametrize(
    ("key", "head", "headers"),
    [
        (KEY, {"consent": "cookieless"}, {}),
        ("hw_quiet", {}, {}),
        ("hw_private", {"gpc": True}, {}),
        ("hw_private", {}, {"sec_gpc": "1"}),
    ],
    ids=["asked for", "the site's mode", "told by the script", "told by the browser"],
)
def test_without_cookies_a_visitor_is_known_for_a_day_and_nothing_is_set(
    running: Collecting, key: str, head: dict[str, Any], headers: dict[str, str]
) -> None:
    site = {"hw_quiet": "quiet.org", "hw_private": "private.org"}.get(key, "example.com")
    origin = f"https://{site}"
    one, two, other = event(), event(), event()
    for sent, agent in ((one, "A"), (two, "A"), (other, "B")):
        answer = send(
            running,
            body(sent, visitor=VISITOR, **head) | {"key": key},
            origin=origin,
            user_agent=agent,
            **headers,
        )
        assert answer.status_code == 204
        assert "set-cookie" not in answer.headers
    visitors = [stored(running, sent, site)["visitor_id"] for sent in (one, two, other)]
    assert visitors[0] == visitors[1] != visitors[2]
    assert VISITOR not in visitors


def test_consent_that_was_given_stands_above_the_sites_mode(running: Collecting) -> None:
    sent = event()
    told = body(sent, visitor=VISITOR, consent="granted") | {"key": "hw_quiet"}
    send(running, told, origin="https://quiet.org")
    assert stored(running, sent, "quiet.org")["visitor_id"] == VISITOR


def test_who_declined_is_not_stored(running: Collecting) -> None:
    told = explained(running, body(event(), consent="denied"))
    assert (told["stored"], told["refused"][0]["reason"]) == (0, "no_consent")


# Times


@pytest.mark.parametrize(
    ("clock", "age", "expected"),
    [
        (0, 0, 0),
        (0, HOUR, -HOUR),
        (2 * HOUR, 0, 0),
        (2 * HOUR, HOUR, -HOUR),
        (-30 * DAY, HOUR, -HOUR),
        (500 * DAY, HOUR, -HOUR),
    ],
    ids=["right", "queued", "ahead", "ahead and queued", "a month behind", "a wrong year"],
)
def test_a_wrong_clock_is_put_right_by_the_time_of_sending(
    running: Collecting, clock: int, age: int, expected: int
) -> None:
    sent_at = now() + clock // 1000
    sent = event(at=sent_at - age // 1000)
    send(running, body(sent, sent_at=sent_at))
    row = stored(running, sent)
    assert abs(row["occurred_at"] - row["received_at"] - expected) < 10_000_000
    assert row["occurred_at"] <= row["received_at"]


def test_an_event_of_the_near_future_happened_when_it_came(running: Collecting) -> None:
    sent = event(at=now() + 3_600_000)
    send(running, body(sent))
    row = stored(running, sent)
    assert row["received_at"] - row["occurred_at"] < 1_000


def test_events_of_one_batch_keep_their_order(running: Collecting) -> None:
    at = now()
    sent = [event(at=at) for _ in range(4)]
    send(running, body(*sent))
    received = [stored(running, one)["received_at"] for one in sent]
    assert received == sorted(set(received))


# What an event becomes


def test_a_form_becomes_a_lead_beside_its_event(running: Collecting) -> None:
    sent = event(
        "form_submit",
        user={
            "email": " Ann@Example.ORG ",
            "phone": "030 901820",
            "name": "Ann",
            "company": "Acme",
            "message": "not a field this site takes",
        },
        properties={"form": "contact"},
    )
    head = {"ga": {"client_id": "1.2"}, "clicks": {"gclid": "g"}, "landing": {"url": PAGE}}
    send(running, body(sent, visitor=VISITOR, **head))
    (lead,) = [
        row
        for row in running.facts(FactKind.LEAD)
        if row["fact_id"] == fact_id("lead", "example.com", sent["id"])
    ]
    assert (lead["method"], lead["form"], lead["url"]) == ("form", "contact", PAGE)
    assert lead["visitor_id"] == VISITOR
    assert running.opened(lead) == {
        "email": "ann@example.org",
        "phone": "+4930901820",
        "person_name": "Ann",
    }
    assert json.loads(lead["properties"]) == head
    assert "personal" not in stored(running, sent)


def test_what_is_no_number_is_left_out_and_the_lead_stays(running: Collecting) -> None:
    sent = event("form_submit", user={"email": "ann@example.org", "phone": "ask my wife"})
    send(running, body(sent))
    (lead,) = [
        row
        for row in running.facts(FactKind.LEAD)
        if row["fact_id"] == fact_id("lead", "example.com", sent["id"])
    ]
    assert running.opened(lead) == {"email": "ann@example.org"}


def test_identify_links_the_visitor_to_the_person(running: Collecting) -> None:
    sent = event("identify", user={"id": "u-77", "email": "bob@example.org"})
    send(running, body(sent, visitor=VISITOR))
    (link,) = [
        row for row in running.facts(FactKind.IDENTITY_LINK) if row.get("external_id") == "u-77"
    ]
    assert (link["visitor_id"], link["evidence"], link["strength"]) == (
        VISITOR,
        "identify",
        "strong",
    )
    assert running.opened(link)["email"] == "bob@example.org"


def test_a_purchase_is_an_order_once_however_often_its_page_is_loaded(
    running: Collecting,
) -> None:
    first = event("purchase", value="12.50", currency="eur", order_id="A-1")
    again = event("purchase", value=12.5, currency="EUR", order_id="A-1")
    send(running, body(first))
    send(running, body(again))
    orders = [row for row in running.facts(FactKind.ORDER) if row["order_id"] == "A-1"]
    assert [(row["amount_minor"], row["currency"]) for row in orders] == [(1250, "EUR")]
    assert stored(running, first)["amount_minor"] == 1250


@pytest.mark.parametrize(
    ("key", "value", "currency", "minor", "written"),
    [
        (KEY, "0.01", None, 1, "EUR"),
        ("hw_private", "1250", None, 1250, "JPY"),
        (KEY, "1E+999999", "EUR", None, None),
        (KEY, "NaN", "EUR", None, None),
        (KEY, "a lot", "EUR", None, None),
        (KEY, "5", "XXX", None, None),
        (KEY, -3, "USD", -300, "USD"),
    ],
)
def test_money_is_whole_minor_units_or_left_out(
    running: Collecting,
    key: str,
    value: object,
    currency: str | None,
    minor: int | None,
    written: str | None,
) -> None:
    site = "private.org" if key == "hw_private" else "example.com"
    sent = event("donate", value=value, **({"currency": currency} if currency else {}))
    answer = send(running, body(sent) | {"key": key}, origin=f"https://{site}")
    assert answer.status_code == 204
    row = stored(running, sent, site)
    assert (row.get("amount_minor"), row.get("currency")) == (minor, written)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/?e=ann@example.org&x=1", "https://example.com/?e=(e-mail)&x=1"),
        (
            "https://example.com/?e=ann%2Bnews%40mail.example.org#a",
            "https://example.com/?e=(e-mail)#a",
        ),
        ("https://example.com/u/ann@example.org/", "https://example.com/u/(e-mail)/"),
        (
            "https://www.example.com/maps/@41.0,28.9,15z",
            "https://www.example.com/maps/@41.0,28.9,15z",
        ),
        ("https://example.com/@ann", "https://example.com/@ann"),
    ],
)
def test_addresses_do_not_stay_in_urls_and_properties(
    running: Collecting, url: str, kept: str
) -> None:
    sent = event(url=url, properties={"found": url})
    send(running, body(sent))
    row = stored(running, sent)
    assert row["url"] == kept
    assert json.loads(row["properties"]) == {"found": kept}


def test_own_staff_are_no_visitors(running: Collecting) -> None:
    told = explained(running, body(event()), x_forwarded_for="198.51.100.7")
    assert told["refused"][0]["reason"] == "own_address"
    sent = event()
    send(running, body(sent), x_forwarded_for="6.6.6.6, 203.0.113.9")
    assert stored(running, sent)["ip"] == "203.0.113.0"
