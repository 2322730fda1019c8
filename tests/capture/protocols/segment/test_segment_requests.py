"""What Segment's, RudderStack's and Jitsu's clients send becomes the events they meant."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import assert_storable, request
from headwater.capture.protocols.segment import Segment
from headwater.capture.wire import Draft, Outcome, Refusal
from headwater.domain.times import HOUR
from headwater.domain.words import FactKind

SEGMENT = Segment()
BASIC = "Basic " + base64.b64encode(b"hw_key:").decode()
AT = "2026-11-22T00:10:00.000Z"


def drafts(message: dict[str, object], path: str = "/v1/track") -> list[Draft]:
    sent = {"userId": "u1", "messageId": "m1", "timestamp": AT, "writeKey": "hw_key", **message}
    reading = SEGMENT.read(request(path, sent))
    assert not reading.refusals
    for draft in reading.drafts:
        assert_storable(draft)
    return list(reading.drafts)


def values(message: dict[str, object], path: str = "/v1/track") -> dict[str, object]:
    return drafts(message, path)[0].values


def test_every_recorded_call_is_taken_with_its_key_and_id() -> None:
    kept: list[tuple[str, object]] = []
    for sent in recordings(Path(__file__)):
        reading = SEGMENT.read(sent)
        assert reading.drafts
        assert not reading.refusals
        for draft in reading.drafts:
            assert_storable(draft)
            assert draft.write_key in {"WK", "a"}
            assert draft.event_id
            kept.append((draft.kind, draft.values.get("name") or draft.values["evidence"]))
    assert kept.count((FactKind.EVENT, "Lead")) == 6
    assert kept.count((FactKind.EVENT, "page_view")) == 4
    assert kept.count((FactKind.EVENT, "screen_view")) == 1
    assert kept.count((FactKind.IDENTITY_LINK, "identify")) == 5
    assert kept.count((FactKind.IDENTITY_LINK, "alias")) == 2
    assert kept.count((FactKind.IDENTITY_LINK, "group")) == 2


def test_a_recorded_browser_call_tells_the_page_the_visitor_and_the_person() -> None:
    browser = [sent for sent in recordings(Path(__file__)) if sent.path == "/v1/t"]
    (lead,) = SEGMENT.read(browser[0]).drafts
    assert lead.values["visitor_id"] == "69a88346-da86-4429-bcdd-29f8f44365df"
    assert lead.values["external_id"] == "u1"
    assert str(lead.values["url"]).endswith("?utm_source=google&utm_medium=cpc&gclid=abc")
    assert "source" not in lead.values  # the address tells it
    assert lead.values["title"] == "T segment"
    assert lead.values["ip"] == "203.0.113.9"


def test_a_server_s_own_agent_and_address_are_not_its_visitor_s() -> None:
    body = {"type": "track", "event": "Lead", "userId": "u1"}
    sent = request("/v1/track", body, user_agent="analytics-python/2.4.0")
    told = SEGMENT.read(sent).drafts[0].values
    assert told["user_agent"] is None
    assert told["ip"] is None
    context = {"ip": "198.51.100.7", "userAgent": "Mozilla/5.0 (iPhone)"}
    sent = request("/v1/track", {**body, "context": context}, user_agent="axios/1")
    told = SEGMENT.read(sent).drafts[0].values
    assert (told["user_agent"], told["ip"]) == ("Mozilla/5.0 (iPhone)", "198.51.100.7")


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/v1/t", {"authorization": BASIC}, {}),
        ("/v1/t", {"authorization": BASIC.replace("Basic", "basic")}, {"writeKey": "other"}),
        ("/v1/t", {"x_write_key": "hw_key:secret"}, {}),
        ("/v1/t?writeKey=hw_key", {}, {}),
        ("/beacon/v1/t?writeKey=hw_key", {}, {}),
        ("/v1/t", {}, {"writeKey": "hw_key"}),
        ("/v1/t", {"authorization": "Bearer x"}, {"writeKey": "hw_key"}),
        ("/v1/t", {"authorization": "Basic %%%"}, {"writeKey": "hw_key"}),
    ],
)
def test_the_write_key_is_found_wherever_a_client_puts_it(
    path: str, headers: dict[str, str], body: dict[str, object]
) -> None:
    sent = {"event": "Lead", "userId": "u1", **body}
    assert SEGMENT.read(request(path, sent, **headers)).drafts[0].write_key == "hw_key"


def test_the_path_names_the_call_where_the_body_does_not() -> None:
    for path in ("/v1/track", "/v1/t", "/api/s/track", "/api/s/s2s/track"):
        assert values({"event": "Lead"}, path)["name"] == "Lead"
    assert values({}, "/v1/p")["name"] == "page_view"
    assert values({}, "/v1/screen")["name"] == "screen_view"


def test_a_wrong_clock_is_told_from_the_moment_of_sending() -> None:
    sent_at = "2026-11-22T01:23:00.000Z"  # an hour ahead of the moment of receipt
    (draft,) = drafts({"event": "Lead", "sentAt": sent_at})
    assert draft.shift == HOUR
    assert drafts({"event": "Lead"})[0].shift == 0


def test_an_identify_call_links_the_browser_and_keeps_other_traits_beside() -> None:
    traits = {"email": "ann@example.com", "phone": "+49 30 1", "firstName": "Ann", "plan": "x"}
    link, event = drafts({"type": "identify", "anonymousId": "a1", "traits": traits})
    assert link.kind is FactKind.IDENTITY_LINK
    assert link.values["visitor_id"] == "a1"
    assert link.values["external_id"] == "u1"
    assert link.values["email"] == "ann@example.com"
    assert link.values["person_name"] == "Ann"
    assert (link.values["evidence"], link.values["strength"]) == ("identify", "strong")
    assert event.values["name"] == "identify"
    assert event.values["properties"] == {"traits": {"plan": "x"}}
    assert link.event_id != event.event_id


def test_an_e_mail_address_as_user_id_is_an_original_and_no_id() -> None:
    told = values({"event": "Lead", "userId": "ann@example.com"})
    assert told["email"] == "ann@example.com"
    assert "external_id" not in told


def test_an_alias_ties_the_earlier_id_to_the_person() -> None:
    (link,) = drafts({"type": "alias", "previousId": "a1"})
    assert (link.values["visitor_id"], link.values["external_id"]) == ("a1", "u1")


def test_a_group_names_the_account_of_a_person() -> None:
    link, event = drafts({"type": "group", "groupId": "acme", "traits": {"name": "Acme"}})
    assert link.values["account_id"] == "acme"
    assert event.values["properties"] == {"traits": {"name": "Acme"}}
    assert values({"event": "Lead", "context": {"groupId": "acme"}})["account_id"] == "acme"


def test_an_order_is_a_purchase_with_its_order_beside_it() -> None:
    bought = {
        "order_id": "o1",
        "total": 119.0,
        "revenue": 99.95,
        "currency": "eur",
        "coupon": "RADIO10",
        "products": [{"name": "Chair", "price": 99.95, "quantity": 2}],
    }
    event, order = drafts({"event": "Order Completed", "properties": bought})
    assert event.values["name"] == "purchase"
    assert (event.values["amount"], event.values["currency"]) == ("99.95", "EUR")
    assert event.values["properties"]["event"] == "Order Completed"  # type: ignore[index]
    assert order.kind is FactKind.ORDER
    assert (order.values["order_id"], order.values["amount"]) == ("o1", "99.95")
    assert (order.values["product"], order.values["quantity"]) == ("Chair", 2.0)
    assert order.values["promo_code"] == "RADIO10"
    assert order.values["external_id"] == "u1"


def test_a_refund_takes_money_back_each_time_it_is_told() -> None:
    given = {"order_id": "o1", "revenue": "20", "currency": "EUR"}
    sent = {"event": "Order Refunded", "properties": given}
    first, second = (drafts({**sent, "messageId": name})[1] for name in ("m1", "m2"))
    assert first.values["amount"] == "-20"
    assert first.values["is_refund"] is True
    assert first.event_id != second.event_id


def test_an_event_s_personal_properties_are_kept_apart() -> None:
    told = values({"event": "Lead", "properties": {"email": "a@b.de", "name": "Chair"}})
    assert told["email"] == "a@b.de"
    assert told["properties"] == {"name": "Chair"}


def test_a_campaign_told_apart_from_the_address_fills_the_source() -> None:
    campaign = {"source": "google", "medium": "cpc", "name": "brand", "term": "shoes"}
    told = values({"event": "Lead", "context": {"campaign": campaign}})
    assert [told[c] for c in ("source", "medium", "campaign", "keyword")] == [
        *("google", "cpc", "brand", "shoes")
    ]


def test_a_batch_is_read_message_by_message() -> None:
    good = {"type": "track", "event": "Lead", "userId": "u1"}
    batch = [good, {"type": "track"}, 7, {"type": "nonsense"}, {"type": "group", "userId": "u"}]
    body = {"batch": batch, "writeKey": "hw_key", "context": {"locale": "de-DE"}}
    reading = SEGMENT.read(request("/v1/batch", body))
    assert [draft.values["language"] for draft in reading.drafts] == ["de-DE"]
    assert [refusal.reason for refusal in reading.refusals] == [
        *("no_name", "unknown_type", "unknown_type", "no_name")
    ]
    assert SEGMENT.answer(request("/v1/batch"), Outcome(1, reading.refusals)).status == 200


def test_the_pixel_carries_the_same_in_its_address() -> None:
    data = base64.b64encode(json.dumps({"event": "Open", "userId": "u1"}).encode()).decode()
    sent = request(f"/v1/pixel/track?data={data}", b"", "GET")
    (draft,) = SEGMENT.read(sent).drafts
    assert draft.values["name"] == "Open"
    assert SEGMENT.answer(sent, Outcome(stored=1)).body.startswith(b"GIF89a")


def test_clients_are_told_what_they_understand() -> None:
    answer = SEGMENT.answer(request("/v1/batch"), Outcome(stored=1))
    assert (answer.status, json.loads(answer.body)["success"]) == (200, True)
    refused = Outcome(refusals=(Refusal("bad_json", "body", "the body is empty"),))
    answer = SEGMENT.answer(request("/v1/batch"), refused)
    assert (answer.status, json.loads(answer.body)["error"]["reason"]) == (400, "bad_json")
    assert SEGMENT.answer(request("/v1/batch"), Outcome(is_durable=False)).status == 503


def test_metrics_of_the_client_itself_are_answered_and_not_kept() -> None:
    sent = request("/v1/m", {"series": [{"type": "Counter"}]})
    assert not SEGMENT.read(sent).drafts
    assert SEGMENT.answer(sent, Outcome()).status == 200


def test_a_browser_that_asks_for_its_settings_is_sent_back_to_the_same_host() -> None:
    asked = request(
        "/v1/projects/hw_key/settings",
        method="GET",
        host="in.example.com",
        origin="https://example.com",
    )
    assert not SEGMENT.read(asked).drafts
    told = json.loads(SEGMENT.answer(asked, Outcome()).body)["integrations"]["Segment.io"]
    assert told == {"apiKey": "hw_key", "apiHost": "in.example.com/v1", "protocol": "https"}


def test_a_time_that_cannot_be_read_is_left_to_the_moment_of_receipt() -> None:
    assert "occurred_at" not in values({"event": "Lead", "timestamp": "yesterday"})
