"""What Plausible's clients send becomes the events they meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import assert_storable, request
from headwater.capture.protocols.plausible import PlausibleProtocol
from headwater.capture.wire import Draft, Outcome, Refusal
from headwater.domain.words import FactKind

PLAUSIBLE = PlausibleProtocol()
PAGE = "https://example.com/prices?utm_source=google"


def drafts(**said: object) -> list[Draft]:
    body = {"name": "pageview", "url": PAGE, "domain": "example.com", **said}
    reading = PLAUSIBLE.read(request("/api/event", body))
    assert not reading.refusals
    for draft in reading.drafts:
        assert_storable(draft)
        assert draft.is_cookieless
    return list(reading.drafts)


def test_the_recorded_browser_script_tells_pages_an_event_and_its_engagement() -> None:
    sent = recordings(Path(__file__))
    found = [draft for one in sent for draft in PLAUSIBLE.read(one).drafts]
    assert [draft.values["name"] for draft in found] == [
        *("page_view", "Lead", "engagement", "page_view", "engagement")
    ]
    assert {draft.values["site"] for draft in found} == {"x.test"}
    lead = found[1].values
    assert (lead["amount"], lead["currency"]) == ("10", "EUR")
    assert lead["properties"] == {"a": "b"}
    assert str(lead["url"]).endswith("utm_source=google&utm_medium=cpc&gclid=abc")
    assert found[2].values["properties"] == {
        "engagement_time_msec": 2567,
        "percent_scrolled": 100,
    }
    answer = PLAUSIBLE.answer(sent[0], Outcome(stored=1))
    assert (answer.status, answer.body) == (202, b"ok")


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("pageview", "page_view"),
        ("Outbound Link: Click", "outbound_click"),
        ("File Download", "file_download"),
        ("Form: Submission", "form_submit"),
        ("404", "404"),
        ("Signup", "Signup"),
    ],
)
def test_its_own_events_have_our_names(told: str, name: str) -> None:
    [draft] = drafts(name=told, props={"plan": "pro"}, referrer="https://t.co/")
    assert draft.values["name"] == name
    assert draft.values["referrer"] == "https://t.co/"
    assert draft.values["properties"] == {"plan": "pro"}


@pytest.mark.parametrize("told", ["Outbound Link: Click", "File Download"])
def test_a_link_that_was_followed_is_told_by_its_address(told: str) -> None:
    [draft] = drafts(name=told, props={"url": "https://x.org/", "plan": "pro"})
    assert draft.values["properties"] == {"link_url": "https://x.org/", "plan": "pro"}


def test_an_event_of_two_domains_is_one_of_each_site() -> None:
    found = drafts(domain="www.Example.com, rollup.example ,example.com")
    assert [draft.values["site"] for draft in found] == ["example.com", "rollup.example"]


def test_without_a_domain_the_address_tells_the_site() -> None:
    [draft] = drafts(domain=None)
    assert "site" not in draft.values


def test_older_scripts_send_their_properties_and_revenue_as_text() -> None:
    [draft] = drafts(props='{"plan":"pro","n":null,"list":[1]}', revenue='{"amount":"9.90"}')
    assert draft.values["properties"] == {"plan": "pro"}
    assert draft.values["amount"] == "9.90"


def test_a_revenue_with_an_order_id_is_an_order() -> None:
    revenue = {"amount": 19.9, "currency": "eur"}
    event, order = drafts(name="Purchase", revenue=revenue, props={"order_id": "A-7"})
    assert event.values["currency"] == "EUR"
    assert order.kind is FactKind.ORDER
    assert (order.values["order_id"], order.values["amount"]) == ("A-7", "19.9")


def test_persons_in_properties_are_kept_apart() -> None:
    [draft] = drafts(props={"email": "ann@example.com", "plan": "pro"})
    assert draft.values["email"] == "ann@example.com"
    assert draft.values["properties"] == {"plan": "pro"}


def test_a_server_that_names_no_browser_has_no_visitor() -> None:
    body = {"name": "pageview", "url": PAGE}
    [draft] = PLAUSIBLE.read(request("/api/event", body, user_agent="python-httpx/1")).drafts
    assert not draft.is_cookieless
    assert (draft.values["user_agent"], draft.values["ip"]) == (None, None)


def test_an_event_that_no_visitor_caused_says_so() -> None:
    [draft] = drafts(name="Impression", interactive=False)
    assert draft.values["properties"] == {"non_interaction": True}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "bad_json"),
        (b"[]", "bad_json"),
        ({"url": PAGE}, "no_event"),
        ({"name": "pageview"}, "no_event"),
        ({"n": "x", "u": PAGE, "d": ",".join(f"{n}.example" for n in range(11))}, "too_many"),
    ],
)
def test_what_is_no_event_is_refused_by_name(body: object, reason: str) -> None:
    reading = PLAUSIBLE.read(request("/api/event", body))
    assert not reading.drafts
    assert [refusal.reason for refusal in reading.refusals] == [reason]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome(stored=1), 202),
        (Outcome(is_durable=False), 503),
        (Outcome(refusals=[Refusal("unknown_site")]), 400),
    ],
)
def test_the_answer_is_what_plausible_answers(outcome: Outcome, status: int) -> None:
    assert PLAUSIBLE.answer(request("/api/event"), outcome).status == status
