"""What servers tell by the Measurement Protocol becomes the events they meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import assert_storable, request
from headwater.capture.protocols.ga4 import MeasurementProtocol
from headwater.capture.wire import Draft, Outcome, Refusal
from headwater.domain.words import FactKind

GA4 = MeasurementProtocol()
PATH = "/mp/collect?measurement_id=hw_key&api_secret=s"
MOMENT = 1_793_534_400_000_000


def drafts(name: str, params: object = None, **body: object) -> list[Draft]:
    event = {"name": name, "params": params or {}}
    sent = {"client_id": "1.2", "events": [event], **body}
    reading = GA4.read(request(PATH, sent))
    assert not reading.refusals
    for draft in reading.drafts:
        assert_storable(draft)
        assert draft.write_key == "hw_key"
    return list(reading.drafts)


def test_the_recorded_lead_has_its_visitor_and_its_worth() -> None:
    (sent,) = recordings(Path(__file__))
    (lead,) = GA4.read(sent).drafts
    assert_storable(lead)
    assert lead.write_key == "G-X"
    assert (lead.values["name"], lead.values["visitor_id"]) == ("generate_lead", "1.2")
    assert (lead.values["amount"], lead.values["currency"]) == ("10", "EUR")
    assert lead.values["user_agent"] is None


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("measurement_id=hw_key&api_secret=s", "hw_key"),
        ("measurement_id=G-ABC&api_secret=hw_key", "hw_key"),
        ("firebase_app_id=hw_key&api_secret=s", "hw_key"),
        ("measurement_id=G-ABC&api_secret=s", "G-ABC"),
        ("", None),
    ],
)
def test_the_write_key_is_whichever_is_one(query: str, key: str | None) -> None:
    body = {"client_id": "1.2", "events": [{"name": "x"}]}
    assert GA4.read(request(f"/mp/collect?{query}", body)).drafts[0].write_key == key


def test_page_user_and_campaign_fill_their_columns() -> None:
    page = {
        "page_location": "https://example.com/p",
        "page_referrer": "https://bing.com/",
        "page_title": "Home",
        "engagement_time_msec": 5,
    }
    (view,) = drafts("page_view", page, user_id="u1", timestamp_micros=MOMENT)
    assert view.values["url"] == "https://example.com/p"
    assert (view.values["referrer"], view.values["title"]) == ("https://bing.com/", "Home")
    assert view.values["external_id"] == "u1"
    assert view.values["occurred_at"] == MOMENT
    assert view.values["properties"] == {"engagement_time_msec": 5}
    (source,) = drafts("campaign_details", {"source": "google", "medium": "cpc"})
    assert (source.values["source"], source.values["medium"]) == ("google", "cpc")


def test_an_event_s_own_time_comes_before_the_request_s() -> None:
    event = {"name": "x", "timestamp_micros": str(MOMENT)}
    body = {"client_id": "1", "timestamp_micros": 1, "events": [event]}
    (draft,) = GA4.read(request(PATH, body)).drafts
    assert draft.values["occurred_at"] == MOMENT


def test_a_purchase_has_its_order_and_is_the_same_whenever_it_is_told() -> None:
    item = {"item_name": "Chair", "price": 20, "quantity": 1}
    params = {"transaction_id": "o1", "value": 20, "currency": "EUR", "items": [item]}
    event, order = drafts("purchase", params)
    again, order_again = drafts("purchase", params | {"session_id": 7})
    assert (event.event_id, order.event_id) == (again.event_id, order_again.event_id)
    assert order.kind is FactKind.ORDER
    assert (order.values["order_id"], order.values["amount"]) == ("o1", "20")
    assert (order.values["product"], order.values["quantity"]) == ("Chair", 1.0)
    assert event.values["properties"]["items"] == [item]  # type: ignore[index]


def test_every_refund_counts() -> None:
    params = {"transaction_id": "o1", "value": 5, "currency": "EUR"}
    _, refund = drafts("refund", params)
    assert (refund.values["amount"], refund.values["is_refund"]) == ("-5", True)
    assert refund.event_id is None


def test_a_time_makes_an_event_known_again_and_two_without_one_are_two() -> None:
    first, second = (drafts("x", timestamp_micros=MOMENT)[0] for _ in range(2))
    assert first.event_id == second.event_id
    assert first.event_id != drafts("y", timestamp_micros=MOMENT)[0].event_id
    assert drafts("x")[0].event_id is None


def test_user_properties_are_kept_without_originals() -> None:
    told = {"plan": {"value": "pro"}, "email": {"value": "a@b.de"}, "odd": 7}
    (draft,) = drafts("x", user_properties=told)
    assert draft.values["properties"] == {"user_properties": {"plan": "pro", "odd": None}}


def test_an_event_without_a_list_around_it_is_read() -> None:
    body = {"client_id": "1", "events": {"name": "sign_up", "params": {}}}
    assert [draft.values["name"] for draft in GA4.read(request(PATH, body)).drafts] == [
        "sign_up"
    ]


def test_servers_are_told_what_they_understand() -> None:
    assert GA4.answer(request(PATH), Outcome(stored=1)).status == 204
    refused = Outcome(refusals=(Refusal("no_events", "events"),))
    assert GA4.answer(request(PATH), refused).status == 400
    assert GA4.answer(request(PATH), Outcome(is_durable=False)).status == 503
    assert GA4.read(request(PATH, {"client_id": "1"})).refusals[0].reason == "no_events"


@pytest.mark.parametrize(
    ("query", "body", "codes"),
    [
        ("measurement_id=k", {"client_id": "1", "events": [{"name": "x"}]}, []),
        ("", {"client_id": "1", "events": [{"name": "x"}]}, ["VALUE_REQUIRED"]),
        ("measurement_id=k", {"events": []}, ["VALUE_REQUIRED", "VALUE_REQUIRED"]),
        ("measurement_id=k", 7, ["VALUE_INVALID"]),
        ("measurement_id=k", {"client_id": "1", "events": [{"name": "1x"}]}, ["NAME_INVALID"]),
        (
            "measurement_id=k",
            {"client_id": "1", "events": [{"name": "x", "params": {"value": "ten"}}]},
            ["VALUE_INVALID", "VALUE_REQUIRED"],
        ),
        (
            "measurement_id=k",
            {"client_id": "1", "events": [{"name": "x"}] * 26},
            ["EXCEEDED_MAX_ENTITIES"],
        ),
    ],
)
def test_the_validation_server_stores_nothing_and_says_what_is_wrong(
    query: str, body: object, codes: list[str]
) -> None:
    asked = request(f"/debug/mp/collect?{query}", body)
    assert not GA4.read(asked).drafts
    answer = GA4.answer(asked, Outcome())
    assert answer.status == 200
    messages = json.loads(answer.body)["validationMessages"]
    assert [message["validationCode"] for message in messages] == codes
