"""What Snowplow's trackers send becomes the events they meant."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import RECEIVED_AT, assert_storable, request
from headwater.capture.protocols.snowplow import Snowplow
from headwater.capture.wire import Draft, Outcome, Refusal
from headwater.domain.times import HOUR
from headwater.domain.words import FactKind

SNOWPLOW = Snowplow()
TP2 = "/com.snowplowanalytics.snowplow/tp2"
SENT_AT = str(RECEIVED_AT // 1000)
PAGE = "https://example.com/p"


def drafts(kind: str, **fields: str) -> list[Draft]:
    event = {"e": kind, "eid": "e1", "stm": SENT_AT, "dtm": SENT_AT, "url": PAGE, **fields}
    reading = SNOWPLOW.read(request(TP2, {"schema": "x", "data": [event]}))
    assert not reading.refusals
    for draft in reading.drafts:
        assert_storable(draft)
    return list(reading.drafts)


def described(name: str, data: object, vendor: str = "com.snowplowanalytics.snowplow") -> str:
    inner = {"schema": f"iglu:{vendor}/{name}/jsonschema/1-0-0", "data": data}
    return json.dumps({"schema": "iglu:x/unstruct_event/jsonschema/1-0-0", "data": inner})


def contexts(*entities: tuple[str, object]) -> str:
    inner = [{"schema": f"iglu:v/{name}/jsonschema/1-0-0", "data": d} for name, d in entities]
    return json.dumps({"schema": "iglu:x/contexts/jsonschema/1-0-1", "data": inner})


def event(name: str, data: object, **fields: str) -> Draft:
    return drafts("ue", ue_pr=described(name, data), **fields)[0]


def told(draft: Draft) -> dict[str, object]:
    properties = draft.values["properties"]
    assert isinstance(properties, dict)
    return properties


def test_every_recorded_event_is_taken_with_its_id() -> None:
    names = []
    for sent in recordings(Path(__file__)):
        reading = SNOWPLOW.read(sent)
        assert not reading.refusals
        for draft in reading.drafts:
            assert_storable(draft)
            assert len(str(draft.event_id)) == 36
            names.append(draft.values["name"])
    assert (names.count("page_view"), names.count("a")) == (5, 5)


def test_a_recorded_page_view_tells_page_visitor_and_screen() -> None:
    *_, sent = recordings(Path(__file__))
    page = SNOWPLOW.read(sent).drafts[0]
    assert page.values["visitor_id"] == "3a4d92f1-08dc-4899-a983-a99242b72cbb"
    assert str(page.values["url"]).endswith("?utm_source=google&utm_medium=cpc&gclid=abc")
    assert (page.values["title"], page.values["language"]) == ("T snowplow", "en-US")
    assert told(page)["screen"] == "800x600"
    assert page.write_key is None  # its page tells the site


def test_an_app_id_that_is_a_write_key_tells_the_site() -> None:
    assert drafts("pv", aid="hw_key")[0].write_key == "hw_key"
    assert drafts("pv", aid="website")[0].write_key is None


def test_a_user_id_names_the_person() -> None:
    assert drafts("pv", uid="u1")[0].values["external_id"] == "u1"
    assert drafts("pv", uid="ann@example.com")[0].values["email"] == "ann@example.com"


def test_a_structured_event_is_called_by_its_action() -> None:
    (lead,) = drafts("se", se_ca="forms", se_ac="Lead", se_la="top", se_pr="p", se_va="10.5")
    assert lead.values["name"] == "Lead"
    assert told(lead) == {
        "category": "forms",
        "action": "Lead",
        "label": "top",
        "property": "p",
        "value": "10.5",
    }
    assert "amount" not in lead.values


def test_a_self_describing_event_is_called_by_its_schema() -> None:
    draft = event("demo_booked", {"seats": 4, "email": "ann@example.com"})
    assert draft.values["name"] == "demo_booked"
    assert draft.values["email"] == "ann@example.com"
    assert told(draft) == {"seats": 4}


def test_base64_says_the_same_as_text() -> None:
    packed = base64.urlsafe_b64encode(described("demo", {"ü": "?>"}).encode()).decode()
    (draft,) = drafts("ue", ue_px=packed.rstrip("="))
    assert told(draft) == {"ü": "?>"}
    entities = base64.b64encode(contexts(("plan", {"name": "pro"})).encode()).decode()
    assert told(drafts("pv", cx=entities)[0])["contexts"] == {"plan": {"name": "pro"}}


def test_what_tells_of_a_device_or_a_place_is_left_out() -> None:
    session = ("client_session", {"userId": "a1", "sessionId": "s"})
    place = ("geolocation_context", {"latitude": 1})
    (draft,) = drafts("pv", co=contexts(session, place))
    assert draft.values["visitor_id"] == "a1"
    assert "properties" not in draft.values


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("https://other.example/", "outbound_click"),
        ("https://example.com/b", "link_click"),
        ("tel:+4930", "phone_click"),
        ("mailto:x@example.com", "email_click"),
        ("http://[bad", "link_click"),
    ],
)
def test_a_click_is_named_for_where_it_leads(target: str, name: str) -> None:
    assert event("link_click", {"targetUrl": target}).values["name"] == name


def test_what_is_written_into_forms_is_not_taken() -> None:
    written = {"formId": "f", "elements": [{"name": "iban", "value": "DE00"}]}
    sent = event("submit_form", written)
    assert (sent.values["name"], told(sent)) == ("form_submit", {"form": "f"})
    assert not drafts("ue", ue_pr=described("change_form", {"value": "secret"}))


def test_screens_searches_and_reading_have_their_names() -> None:
    screen = event("screen_view", {"name": "Start"})
    assert (screen.values["name"], screen.values["title"]) == ("screen_view", "Start")
    assert event("site_search", {"terms": ["shoes"]}).values["name"] == "search"
    (ping,) = drafts("pp", pp_may="900", vp="800x600", ds="800x3000")
    assert (ping.values["name"], told(ping)["scroll_y_most"]) == ("engagement", "900")
    assert told(ping)["percent_scrolled"] == 50


def test_a_transaction_is_a_purchase_with_its_order() -> None:
    purchase, order = drafts("tr", tr_id="o1", tr_tt="99.95", tr_cu="eur", tr_tx="19", uid="u1")
    assert (purchase.values["name"], purchase.values["amount"]) == ("purchase", "99.95")
    assert order.kind is FactKind.ORDER
    assert (order.values["order_id"], order.values["currency"]) == ("o1", "EUR")
    assert order.values["external_id"] == "u1"
    (item,) = drafts("ti", ti_id="o1", ti_nm="Chair", ti_pr="99.95", ti_qu="1")
    assert item.values["name"] == "purchase_item"
    assert "amount" not in item.values  # the order has it


def test_the_e_commerce_schemas_tell_orders_and_refunds() -> None:
    bought = ("transaction", {"transaction_id": "o1", "revenue": 20, "currency": "EUR"})
    action = described("snowplow_ecommerce_action", {"type": "transaction"})
    purchase, order = drafts("ue", ue_pr=action, co=contexts(bought), aid="hw_key")
    assert (purchase.values["name"], order.values["amount"]) == ("purchase", "20")
    assert order.write_key == "hw_key"
    back = ("refund", {"transaction_id": "o1", "refund_amount": 5, "currency": "EUR"})
    action = described("snowplow_ecommerce_action", {"type": "refund"})
    _, refund = drafts("ue", ue_pr=action, co=contexts(back))
    assert (refund.values["amount"], refund.values["is_refund"]) == ("-5", True)
    view = event("snowplow_ecommerce_action", {"type": "product_view"})
    assert view.values["name"] == "view_item"


def test_a_wrong_clock_is_told_and_a_true_time_is_not_put_right() -> None:
    ahead = str(RECEIVED_AT // 1000 + HOUR // 1000)
    (draft,) = drafts("pv", stm=ahead, dtm=ahead)
    assert draft.shift == HOUR
    (draft,) = drafts("pv", stm=ahead, dtm=ahead, ttm="1793534400000")
    assert (draft.shift, draft.values["occurred_at"]) == (0, 1793534400000000)


def test_an_anonymous_visitor_is_told_by_a_salt_of_the_day() -> None:
    body = {"data": [{"e": "pv", "url": PAGE}]}
    (draft,) = SNOWPLOW.read(request(TP2, body, sp_anonymous="*")).drafts
    assert draft.is_cookieless
    body = {"data": [{"e": "pv", "url": PAGE, "duid": "a1"}]}
    assert not SNOWPLOW.read(request(TP2, body, sp_anonymous="*")).drafts[0].is_cookieless


def test_what_cannot_be_used_is_refused_alone() -> None:
    body = {"data": [{"e": "pv"}, {"e": "xx"}, 7, {"e": "se"}, {"e": "ue", "ue_pr": "{"}]}
    reading = SNOWPLOW.read(request(TP2, body))
    assert len(reading.drafts) == 1
    assert [refusal.reason for refusal in reading.refusals] == [
        *("unknown_type", "unknown_type", "no_name", "no_name")
    ]


def test_trackers_are_told_what_they_understand() -> None:
    answer = SNOWPLOW.answer(request(TP2), Outcome(stored=1))
    assert (answer.status, answer.body) == (200, b"ok")
    pixel = SNOWPLOW.answer(request("/i?e=pv", b"", "GET"), Outcome(stored=1))
    assert pixel.body.startswith(b"GIF89a")
    refused = Outcome(refusals=(Refusal("unknown_type", "e"),))
    assert SNOWPLOW.answer(request(TP2), refused).status == 400
    assert SNOWPLOW.answer(request(TP2), Outcome(is_durable=False)).status == 503
