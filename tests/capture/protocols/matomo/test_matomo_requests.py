"""What Matomo's clients send becomes the events they meant."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import (
    RECEIVED_AT,
    assert_storable,
    request,
)
from headwater.capture.protocols.matomo import MatomoProtocol
from headwater.capture.wire import Draft, Outcome, Refusal, WireRequest
from headwater.domain.times import DAY, HOUR, SECOND
from headwater.domain.words import FactKind

MATOMO = MatomoProtocol()
RECORDED = recordings(Path(__file__))
VISITOR = "6cf853ac0f29da99"
PAGE = "https://example.com/prices?utm_source=google&utm_medium=cpc&gclid=abc"


def hit(**parameters: object) -> WireRequest:
    said = {"idsite": 3, "rec": 1, "url": PAGE, "_id": VISITOR, **parameters}
    return request("/matomo.php?" + urlencode(said), method="GET")


def only(sent: WireRequest) -> Draft:
    reading = MATOMO.read(sent)
    assert not reading.refusals
    [draft] = reading.drafts
    assert_storable(draft)
    return draft


def refused(sent: WireRequest) -> Refusal:
    reading = MATOMO.read(sent)
    assert not reading.drafts
    [refusal] = reading.refusals
    return refusal


def properties(draft: Draft) -> dict[str, object]:
    found = draft.values["properties"]
    assert isinstance(found, dict)
    return found


def test_the_recorded_browser_script_tells_a_page_an_event_and_a_heartbeat() -> None:
    sent = RECORDED[:3]
    drafts = [only(one) for one in sent]
    assert [draft.values["name"] for draft in drafts] == ["page_view", "form", "engagement"]
    assert {draft.values["visitor_id"] for draft in drafts} == {VISITOR}
    assert {draft.write_key for draft in drafts} == {None}  # the page tells the site
    page, event, _ = drafts
    assert page.values["title"] == "T matomo"
    assert str(page.values["url"]).endswith("utm_source=google&utm_medium=cpc&gclid=abc")
    assert properties(event)["category"] == "lead"
    assert (properties(event)["label"], properties(event)["value"]) == ("x", "3")
    assert len({draft.event_id for draft in drafts}) == 3
    assert MATOMO.answer(sent[0], Outcome(stored=1)).status == 204


def test_the_recorded_node_client_tells_one_page_and_then_two_at_once() -> None:
    single, bulk = RECORDED[3:]
    assert only(single).values["url"] == "http://x/p"
    drafts = MATOMO.read(bulk).drafts
    assert [draft.values["url"] for draft in drafts] == ["http://x/1", "http://x/2"]
    assert json.loads(MATOMO.answer(bulk, Outcome(stored=2)).body) == {
        "status": "success",
        "tracked": 2,
        "invalid": 0,
    }


@pytest.mark.parametrize(
    ("parameters", "name", "told"),
    [
        ({"action_name": "Prices"}, "page_view", {}),
        ({"_pkc": '["Bikes","City"]'}, "page_view", {"item_category": "Bikes"}),
        ({"link": "https://x.org/"}, "outbound_click", {"link_url": "https://x.org/"}),
        (
            {"download": "https://x.org/a.pdf"},
            "file_download",
            {"link_url": "https://x.org/a.pdf"},
        ),
        (
            {"search": "bike", "search_cat": "shop", "search_count": 0},
            "search",
            {"search_term": "bike", "search_category": "shop", "search_results": "0"},
        ),
        ({"e_c": "Videos", "e_a": "Play", "ca": 1}, "Play", {"category": "Videos"}),
        ({"e_c": "Videos", "ca": 1}, "Videos", {"category": "Videos"}),
        ({"c_n": "Banner", "ca": 1}, "content_impression", {"content_name": "Banner"}),
        ({"c_n": "Banner", "c_i": "click"}, "content_interaction", {"interaction": "click"}),
        ({"idgoal": 4}, "goal", {"goal_id": "4"}),
        ({"ping": 1, "action_name": "Prices"}, "engagement", {}),
        ({"ping": 0}, "page_view", {}),
        ({"dimension2": "gold", "res": "800x600"}, "page_view", {"dimension2": "gold"}),
        (
            {"cvar": '{"1":["plan","pro"]}'},
            "page_view",
            {"page_variables": {"1": ["plan", "pro"]}},
        ),
        ({"_rcn": "spring"}, "page_view", {"matomo_campaign": "spring"}),
    ],
)
def test_each_kind_of_hit_has_its_name_and_its_properties(
    parameters: dict[str, object], name: str, told: dict[str, object]
) -> None:
    draft = only(hit(**parameters))
    assert draft.values["name"] == name
    assert told.items() <= properties(draft).items()


def test_a_goal_with_a_revenue_has_an_amount() -> None:
    assert only(hit(idgoal=4, revenue="12.5")).values["amount"] == "12.5"


def test_an_order_is_a_purchase_and_an_order_beside_it() -> None:
    items = json.dumps([["S1", "Bell", ["Parts"], 9.5, 2], ["S2", "Lamp", "", "20"]])
    sent = hit(idgoal=0, ec_id="A-7", revenue="43.10", ec_tx=4, ec_items=items)
    event, order = MATOMO.read(sent).drafts
    for draft in (event, order):
        assert_storable(draft)
    assert (event.values["name"], event.values["amount"]) == ("purchase", "43.10")
    assert properties(event)["tax"] == "4"
    assert properties(event)["items"] == [
        {
            "item_id": "S1",
            "item_name": "Bell",
            "item_category": "Parts",
            "price": "9.5",
            "quantity": "2",
        },
        {"item_id": "S2", "item_name": "Lamp", "price": "20"},
    ]
    assert order.kind is FactKind.ORDER
    assert (order.values["order_id"], order.values["amount"]) == ("A-7", "43.10")
    assert order.values["visitor_id"] == VISITOR


def test_the_same_order_told_twice_has_the_same_ids() -> None:
    first, again = (
        [
            draft.event_id
            for draft in MATOMO.read(hit(idgoal=0, ec_id="A", revenue=1, r=r)).drafts
        ]
        for r in (1, 2)
    )
    assert first == again
    assert None not in first


@pytest.mark.parametrize(
    ("items", "name"), [('[["S1","Bell","",9.5,2]]', "add_to_cart"), ("[]", "remove_from_cart")]
)
def test_a_cart_is_told_whole(items: str, name: str) -> None:
    draft = only(hit(idgoal=0, revenue="19", ec_items=items))
    assert (draft.values["name"], draft.values["amount"]) == (name, "19")


def test_the_page_of_a_product_is_a_page_view_and_the_view_of_an_item() -> None:
    page, item = MATOMO.read(hit(_pks="S1", _pkn="Bell", _pkp=9.5)).drafts
    assert page.values["name"] == "page_view"
    assert item.values["name"] == "view_item"
    assert properties(item)["items"] == [{"item_id": "S1", "item_name": "Bell", "price": "9.5"}]


def test_a_user_without_a_visitor_has_the_visitor_that_matomo_makes_of_the_user() -> None:
    draft = only(hit(_id="", uid="ann-4711"))
    assert draft.values["external_id"] == "ann-4711"
    assert draft.values["visitor_id"] == "fdcb36e8c78c6a14"  # the beginning of its SHA-1
    assert not draft.is_cookieless


def test_a_user_id_that_is_an_address_is_kept_as_one() -> None:
    draft = only(hit(_id="", uid="ann@example.com"))
    assert draft.values["email"] == "ann@example.com"
    assert "external_id" not in draft.values
    assert "visitor_id" not in draft.values


def test_without_a_visitor_or_user_the_visitor_is_one_of_the_day() -> None:
    draft = only(hit(_id="zz"))
    assert draft.is_cookieless
    assert "visitor_id" not in draft.values


def test_a_server_that_names_nobody_has_no_visitor() -> None:
    said = urlencode({"idsite": 3, "rec": 1, "url": PAGE})
    draft = only(request(f"/matomo.php?{said}", method="GET", user_agent="node"))
    assert not draft.is_cookieless
    assert (draft.values["user_agent"], draft.values["ip"]) == (None, None)
    told = f"/matomo.php?{said}&token_auth=hw_1&cip=198.51.100.7&ua=Mozilla/5.0"
    assert only(request(told, method="GET", user_agent="node")).is_cookieless


def test_the_privacy_control_of_a_browser_is_told() -> None:
    said = urlencode({"rec": 1, "url": PAGE, "_id": VISITOR})
    sent = request(f"/matomo.php?{said}", method="GET", sec_gpc="1")
    assert only(sent).has_gpc
    assert not only(hit()).has_gpc


@pytest.mark.parametrize(
    ("url", "key"),
    [(PAGE, None), ("app://home", "matomo:3"), ("", "matomo:3"), ("HTTPS://x.org", None)],
)
def test_the_site_is_told_by_the_page_and_without_one_by_its_number(
    url: str, key: str | None
) -> None:
    assert only(hit(url=url, action_name="Home")).write_key == key


@pytest.mark.parametrize(
    ("parameters", "ago"),
    [
        ({"cdt": (RECEIVED_AT - HOUR) // SECOND}, HOUR),
        ({"cdt": "2026-11-22 00:00:00"}, 1_380 * SECOND),
        ({"cdo": 90}, 90 * SECOND),
        ({"cdt": RECEIVED_AT // SECOND, "cdo": 60}, 60 * SECOND),
        ({"cdt": (RECEIVED_AT - 400 * DAY) // SECOND, "token_auth": "hw_1"}, 400 * DAY),
    ],
)
def test_a_time_of_its_own_is_believed(parameters: dict[str, object], ago: int) -> None:
    assert only(hit(**parameters)).values["occurred_at"] == RECEIVED_AT - ago


def test_a_time_in_the_future_is_that_of_receipt() -> None:
    assert "occurred_at" not in only(hit(cdt=RECEIVED_AT // SECOND + 60)).values


def test_an_old_time_needs_the_token() -> None:
    old = (RECEIVED_AT - 25 * HOUR) // SECOND
    assert refused(hit(cdt=old)).reason == "too_old"
    assert refused(hit(cdt="yesterday-ish")).reason == "bad_time"


def test_the_token_names_the_site_and_alone_may_tell_the_address() -> None:
    trusted = only(hit(token_auth="hw_1", cip="198.51.100.7"))  # noqa: S106 - made up
    assert (trusted.write_key, trusted.values["ip"]) == ("hw_1", "198.51.100.7")
    assert only(hit(cip="198.51.100.7")).values["ip"] == "203.0.113.9"


def test_a_bulk_request_shares_its_token_and_may_hold_objects() -> None:
    body = {
        "requests": [
            "?idsite=1&rec=1&url=https://a.example/",
            {"idsite": 2, "rec": 1, "url": "u"},
        ],
        "token_auth": "hw_1",
    }
    drafts = MATOMO.read(request("/matomo.php", body)).drafts
    assert [draft.values["url"] for draft in drafts] == ["https://a.example/", "u"]
    assert {draft.write_key for draft in drafts} == {"hw_1"}


def test_one_bad_hit_of_a_bulk_request_leaves_the_others() -> None:
    sent = request("/matomo.php", {"requests": ["?rec=1&url=u", 7, "?idsite=1", {}]})
    reading = MATOMO.read(sent)
    assert len(reading.drafts) == 1
    assert [refusal.reason for refusal in reading.refusals] == [
        "no_event",
        "not_recorded",
        "no_event",
    ]
    answer = MATOMO.answer(sent, Outcome(stored=1, refusals=reading.refusals))
    assert json.loads(answer.body)["invalid"] == 3


def test_a_form_in_the_body_says_the_same_as_a_query() -> None:
    said = urlencode({"idsite": 3, "rec": 1, "url": PAGE, "_id": VISITOR})
    in_body = only(request("/piwik.php?send_image=0", said.encode()))
    assert in_body.values == only(hit()).values


def test_the_second_sending_of_a_hit_has_the_id_of_the_first() -> None:
    told = {"pv_id": "1ttJLm", "r": 643549, "h": 23, "m": 57, "s": 21}
    first = only(hit(**told)).event_id
    assert first is not None
    assert only(hit(**told, cdo=60)).event_id == first
    assert only(hit(**{**told, "r": 643550})).event_id != first
    assert only(hit()).event_id is None


@pytest.mark.parametrize(
    ("sent", "outcome", "status"),
    [
        (hit(), Outcome(stored=1), 200),
        (hit(send_image=0), Outcome(stored=1), 204),
        (hit(), Outcome(is_durable=False), 503),
        (hit(send_image=0), Outcome(is_durable=False), 503),
        (hit(), Outcome(refusals=[Refusal("unknown_site")]), 400),
        (request("/matomo.php", method="GET"), Outcome(), 200),
        (request("/matomo.php", {"requests": ["?rec=1"]}), Outcome(is_durable=False), 503),
        (request("/matomo.php", {"requests": [], "send_image": 0}), Outcome(), 204),
        (request("/matomo.php", b"{"), Outcome(refusals=[Refusal("bad_json")]), 400),
    ],
)
def test_the_answer_is_what_matomo_answers(
    sent: WireRequest, outcome: Outcome, status: int
) -> None:
    assert MATOMO.answer(sent, outcome).status == status


def test_a_picture_is_a_picture() -> None:
    answer = MATOMO.answer(hit(), Outcome(stored=1))
    assert answer.headers["content-type"] == "image/gif"
    assert answer.body.startswith(b"GIF89a")


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [({"rec": 0}, "not_recorded"), ({"ca": 1}, "not_taken"), ({"url": ""}, "no_event")],
)
def test_what_is_no_event_is_refused_by_name(
    parameters: dict[str, object], reason: str
) -> None:
    assert refused(hit(**parameters)).reason == reason
