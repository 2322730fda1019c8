"""What Umami's clients send becomes the events they meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import (
    RECEIVED_AT,
    assert_storable,
    request,
)
from headwater.capture.protocols.umami import UmamiProtocol
from headwater.capture.wire import Draft, Outcome, Refusal
from headwater.domain.times import SECOND
from headwater.domain.words import FactKind

UMAMI = UmamiProtocol()
RECORDED = recordings(Path(__file__))
WEBSITE = "0b6a5a2e-6c1f-4a57-9f0e-6f1f9d5f8c11"


def drafts(kind: str = "event", **payload: object) -> list[Draft]:
    said = {"website": WEBSITE, "hostname": "example.com", "url": "/p?utm_source=x", **payload}
    body = {"type": kind, "payload": said}
    reading = UMAMI.read(request("/api/send", body, origin="https://example.com"))
    assert not reading.refusals
    for draft in reading.drafts:
        assert_storable(draft)
        assert draft.write_key == WEBSITE
    return list(reading.drafts)


def test_the_recorded_browser_script_tells_a_page_an_event_and_the_next_page() -> None:
    sent = RECORDED[:3]
    page, lead, after = (UMAMI.read(one).drafts[0].values for one in sent)
    assert (page["name"], lead["name"], after["name"]) == ("page_view", "Lead", "page_view")
    assert str(page["url"]).endswith("utm_source=google&utm_medium=cpc&gclid=abc")
    assert (page["title"], page["language"]) == ("T umami", "en-US")
    assert lead["properties"] == {"v": 1, "screen": "800x600"}
    assert after["referrer"] == page["url"]
    answer = UMAMI.answer(sent[0], Outcome(stored=1))
    assert (answer.status, json.loads(answer.body)["cache"].count(".")) == (200, 2)


def test_the_recorded_server_clients_tell_their_pages() -> None:
    found = [draft.values for one in RECORDED[3:] for draft in UMAMI.read(one).drafts]
    assert [values["url"] for values in found] == ["https://x/p", "https://t/p"]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("/p?a=1", "https://example.com/p?a=1"),
        ("p", "https://example.com/p"),
        ("/caf%25C3%25A9?q=50%2525", "https://example.com/caf%C3%A9?q=50%25"),
        ("https://shop.example/%25C3", "https://shop.example/%25C3"),
        ("app://home", "app://home"),
    ],
)
def test_addresses_become_whole(told: str, url: str) -> None:
    [draft] = drafts(url=told)
    assert draft.values["url"] == url


@pytest.mark.parametrize(
    ("told", "title"),
    [("Caf%C3%A9%20%26%20Bar", "Café & Bar"), ("100% wool", "100% wool"), ("Café", "Café")],
)
def test_titles_of_old_scripts_are_decoded(told: str, title: str) -> None:
    [draft] = drafts(title=told)
    assert draft.values["title"] == title


def test_a_visitor_is_one_of_the_day_unless_the_site_knows_the_user() -> None:
    [unknown] = drafts()
    assert unknown.is_cookieless
    assert "visitor_id" not in unknown.values
    [first], [again], [other] = (drafts(id=user) for user in ("u1", "u1", 2))
    assert first.values["visitor_id"] == again.values["visitor_id"]
    assert first.values["visitor_id"] != other.values["visitor_id"]
    assert (first.values["external_id"], other.values["external_id"]) == ("u1", "2")
    assert not first.is_cookieless


def test_a_user_id_that_is_an_address_is_kept_as_one() -> None:
    [draft] = drafts(id="ann@example.com")
    assert draft.values["email"] == "ann@example.com"
    assert draft.values.keys().isdisjoint({"external_id", "visitor_id"})


def test_a_server_that_names_nobody_has_no_visitor() -> None:
    payload = {"website": WEBSITE, "hostname": "example.com", "url": "/"}
    body = {"type": "event", "payload": payload}
    [draft] = UMAMI.read(request("/api/send", body)).drafts
    assert not draft.is_cookieless
    assert (draft.values["user_agent"], draft.values["ip"]) == (None, None)
    payload["ip"] = "198.51.100.7"
    [draft] = UMAMI.read(request("/api/send", body)).drafts
    assert draft.is_cookieless


def test_a_revenue_is_an_amount_and_with_an_order_id_an_order() -> None:
    data = {"revenue": 19.99, "currency": "usd", "order_id": "A-7"}
    event, order = drafts(name="purchase", data=data)
    assert (event.values["amount"], event.values["currency"]) == ("19.99", "USD")
    assert order.kind is FactKind.ORDER
    assert order.values["order_id"] == "A-7"
    assert order.is_cookieless


def test_identify_links_the_visitor_to_the_person() -> None:
    data = {"email": "ann@example.com", "name": "Ann", "plan": "pro"}
    event, link = drafts("identify", id="u1", data=data)
    assert event.values["properties"] == {"plan": "pro"}
    assert link.kind is FactKind.IDENTITY_LINK
    assert link.values["external_id"] == "u1"
    assert (link.values["email"], link.values["person_name"]) == ("ann@example.com", "Ann")
    assert link.values["visitor_id"] == event.values["visitor_id"]


def test_identify_without_a_person_is_an_event_alone() -> None:
    [event] = drafts("identify", data={"plan": "pro"})
    assert event.values["name"] == "identify"


def test_a_server_may_tell_the_time_the_address_and_the_agent() -> None:
    [draft] = drafts(timestamp=RECEIVED_AT // SECOND - 5, ip="198.51.100.7", userAgent="B/1")
    assert draft.values["occurred_at"] == RECEIVED_AT - 5 * SECOND
    assert (draft.values["ip"], draft.values["user_agent"]) == ("198.51.100.7", "B/1")


def test_a_list_of_calls_is_answered_by_counts() -> None:
    calls = [
        {
            "type": "event",
            "payload": {"website": WEBSITE, "url": "/a", "hostname": "x.example"},
        },
        {"type": "event", "payload": {"url": "/a"}},
        "no object",
    ]
    sent = request("/api/batch", calls)
    reading = UMAMI.read(sent)
    assert len(reading.drafts) == 1
    answer = UMAMI.answer(sent, Outcome(stored=1, refusals=reading.refusals))
    told = json.loads(answer.body)
    assert (told["size"], told["processed"], told["errors"]) == (3, 1, 2)


def test_the_token_that_is_shown_is_given_back_and_nothing_else_is() -> None:
    body = {"type": "event", "payload": {"website": WEBSITE}}
    for shown, is_kept in (("a.b.c", True), ("tok", False), ("." * 5000, False)):
        sent = request("/api/send", body, x_umami_cache=shown)
        told = json.loads(UMAMI.answer(sent, Outcome(stored=1)).body)["cache"]
        assert (told == shown) == is_kept


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"null", "bad_json"),
        ({"type": "event"}, "no_event"),
        ({"type": "event", "payload": {"url": "/"}}, "no_site"),
        ({"type": "other", "payload": {"website": "w"}}, "no_event"),
        ({"type": "performance", "payload": {"website": "w", "lcp": 5}}, "not_taken"),
    ],
)
def test_what_is_no_event_is_refused_by_name(body: object, reason: str) -> None:
    reading = UMAMI.read(request("/api/send", body))
    assert not reading.drafts
    assert [refusal.reason for refusal in reading.refusals] == [reason]


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/api/send", Outcome(stored=1), 200),
        ("/api/send", Outcome(is_durable=False), 503),
        ("/api/send", Outcome(refusals=[Refusal("unknown_key")]), 400),
        ("/api/batch", Outcome(is_durable=False), 503),
    ],
)
def test_the_answer_is_what_umami_answers(path: str, outcome: Outcome, status: int) -> None:
    body: object = [] if path.endswith("batch") else {"type": "event"}
    assert UMAMI.answer(request(path, body), outcome).status == status
