"""What PostHog's clients send becomes the events they meant."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from capture.protocols.recordings import recordings
from capture.protocols.replayed import RECEIVED_AT, assert_storable, request
from headwater.capture.protocols.posthog import PostHog
from headwater.capture.protocols.posthog.lz_string import decompress_base64
from headwater.capture.wire import Draft, Outcome
from headwater.domain.times import HOUR, SECOND
from headwater.domain.words import FactKind

POSTHOG = PostHog()
BROWSER_ID = "01a2008b-4048-71d2-9218-20a1a6a8a628"
URL = "https://example.com/p?utm_source=x"


def drafts(name: str = "Lead", distinct_id: str = "u1", **properties: object) -> list[Draft]:
    event = {"event": name, "distinct_id": distinct_id, "uuid": "e1", "properties": properties}
    reading = POSTHOG.read(request("/batch/", {"api_key": "hw_key", "batch": [event]}))
    assert not reading.refusals
    for draft in reading.drafts:
        assert_storable(draft)
        assert draft.write_key == "hw_key"
    return list(reading.drafts)


def keys(draft: Draft) -> tuple[object, object]:
    return draft.values.get("visitor_id"), draft.values.get("external_id")


def test_every_recorded_event_is_taken_with_its_key_and_id() -> None:
    kept: list[tuple[str, object]] = []
    for sent in recordings(Path(__file__)):
        reading = POSTHOG.read(sent)
        assert not reading.refusals
        assert POSTHOG.answer(sent, Outcome(len(reading.drafts))).status == 200
        for draft in reading.drafts:
            assert_storable(draft)
            assert draft.write_key == "phc_x"
            assert draft.event_id
            kept.append((draft.kind, draft.values.get("name") or draft.values["evidence"]))
    assert sorted(kept) == [
        (FactKind.EVENT, "Lead"),
        (FactKind.EVENT, "Lead"),
        (FactKind.EVENT, "Lead"),
        (FactKind.EVENT, "page_view"),
        (FactKind.IDENTITY_LINK, "alias"),
        (FactKind.IDENTITY_LINK, "identify"),
        (FactKind.IDENTITY_LINK, "identify"),
        (FactKind.IDENTITY_LINK, "identify"),
    ]


def test_a_recorded_page_view_tells_the_browser_and_the_person() -> None:
    first = next(sent for sent in recordings(Path(__file__)) if sent.path == "/e/")
    (page,) = POSTHOG.read(first).drafts
    assert keys(page) == (BROWSER_ID, "u1")
    assert str(page.values["url"]).endswith("?utm_source=google&utm_medium=cpc&gclid=abc")
    assert page.values["title"] == "T posthog"
    assert "referrer" not in page.values
    assert "utm_source" not in page.values["properties"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("distinct_id", "properties", "expected"),
    [
        ("u1", {}, (None, "u1")),
        (BROWSER_ID, {"$device_id": BROWSER_ID}, (BROWSER_ID, None)),
        ("u1", {"$device_id": BROWSER_ID}, (BROWSER_ID, "u1")),
        ("anon", {"$process_person_profile": False}, ("anon", None)),
        ("anon", {"$device_id": "phone", "$is_identified": False}, ("phone", None)),
        ("$posthog_cookieless", {}, (None, None)),
    ],
)
def test_a_distinct_id_is_a_browser_s_or_a_person_s(
    distinct_id: str, properties: dict[str, object], expected: tuple[object, object]
) -> None:
    assert keys(drafts("Lead", distinct_id, **properties)[0]) == expected


def test_an_e_mail_address_as_distinct_id_is_an_original_and_no_id() -> None:
    (lead,) = drafts("Lead", "ann@example.com")
    assert lead.values["email"] == "ann@example.com"
    assert keys(lead) == (None, None)


def test_an_identified_browser_is_linked_and_other_traits_are_kept() -> None:
    told = {"email": "ann@example.com", "plan": "pro", "$initial_current_url": URL}
    link, event = drafts("$identify", "u1", **{"$anon_distinct_id": "a1", "$set": told})
    assert link.kind is FactKind.IDENTITY_LINK
    assert keys(link) == ("a1", "u1")
    assert link.values["email"] == "ann@example.com"
    assert event.values["properties"] == {"traits": {"plan": "pro"}}
    assert "email" not in event.values


@pytest.mark.parametrize(
    ("distinct_id", "alias"), [(BROWSER_ID, "u1"), ("u1", BROWSER_ID), ("anon", "u1")]
)
def test_an_alias_ties_browser_and_person_in_either_order(distinct_id: str, alias: str) -> None:
    (link,) = drafts("$create_alias", distinct_id, alias=alias)
    assert keys(link) == ("anon" if distinct_id == "anon" else BROWSER_ID, "u1")


def test_an_order_is_a_purchase_with_its_order_beside_it() -> None:
    event, order = drafts("Order Completed", order_id="o1", revenue="12.50", currency="EUR")
    assert event.values["name"] == "purchase"
    assert (order.values["order_id"], order.values["amount"]) == ("o1", "12.50")
    assert order.values["external_id"] == "u1"


def test_the_company_among_the_groups_is_the_account() -> None:
    (lead,) = drafts(**{"$groups": {"project": "p", "company": "acme"}})
    assert lead.values["account_id"] == "acme"
    (group,) = drafts("$groupidentify", "$company_acme", **{"$group_key": "acme"})
    assert group.values["account_id"] == "acme"
    assert "external_id" not in group.values


def test_tags_that_the_browser_repeats_are_not_those_of_the_event() -> None:
    (later,) = drafts(**{"$current_url": "https://example.com/", "utm_source": "google"})
    assert "source" not in later.values
    (server,) = drafts(utm_source="google")
    assert server.values["source"] == "google"


def test_leaving_a_page_tells_how_long_and_how_far_it_was_read() -> None:
    read = {"$prev_pageview_duration": 12.5, "$prev_pageview_max_scroll_percentage": 0.75}
    (left,) = drafts("$pageleave", **read)
    assert left.values["name"] == "engagement"
    assert left.values["properties"] == {"engagement_time_msec": 12500, "percent_scrolled": 75}


def test_traits_that_an_event_sets_are_kept_with_it() -> None:
    (lead,) = drafts(**{"$set": {"plan": "pro", "email": "ann@example.com"}})
    assert lead.values["email"] == "ann@example.com"
    assert lead.values["properties"] == {"traits": {"plan": "pro"}}


def test_recordings_of_screens_are_answered_and_not_kept() -> None:
    assert not drafts("$snapshot")
    replay = request("/s/", {"batch": [{"event": "$snapshot"}]})
    assert not POSTHOG.read(replay).drafts
    assert json.loads(POSTHOG.answer(replay, Outcome()).body) == {"status": 1}


def test_a_cookieless_browser_is_to_be_told_by_a_salt_of_the_day() -> None:
    (lead,) = drafts("Lead", "$posthog_cookieless", **{"$cookieless_mode": True})
    assert lead.is_cookieless


def _packed(event: object) -> str:
    return base64.b64encode(json.dumps(event).encode()).decode()


@pytest.mark.parametrize("form", ["form", "form of the compression", "query", "list", "single"])
def test_events_are_read_however_they_are_packed(form: str) -> None:
    event = {"event": "Lead", "distinct_id": "u1", "properties": {"token": "hw_key"}}
    data = quote(_packed(event))
    sent = {
        "form": request("/e/", f"data={data}".encode()),
        "form of the compression": request("/e/", f"compression=base64&data={data}".encode()),
        "query": request(f"/e/?data={data}", b"", "GET"),
        "list": request("/capture/", [event]),
        "single": request("/i/v0/e/", event),
    }[form]
    (draft,) = POSTHOG.read(sent).drafts
    assert (draft.values["name"], draft.write_key) == ("Lead", "hw_key")


def test_the_compression_of_older_browser_clients_is_read() -> None:
    # compressToBase64 of lz-string 1.5 over each text
    assert decompress_base64("BYUwNmD2A0AECWsCGBbZtDUzkA==") == "hello, i am a 猫"
    assert decompress_base64("Q===") == ""
    assert decompress_base64("====") is None
    assert decompress_base64("no*base64") is None


def test_times_are_told_by_the_clock_or_by_how_long_ago() -> None:
    sent_at = "2026-11-22T01:23:00Z"  # an hour ahead of the moment of receipt
    event = {"event": "Lead", "distinct_id": "u1", "timestamp": "2026-11-22T01:22:00Z"}
    body = {"api_key": "k", "batch": [event], "sent_at": sent_at}
    (draft,) = POSTHOG.read(request("/batch/", body)).drafts
    assert draft.shift == HOUR
    ago = {"event": "Lead", "properties": {"distinct_id": "u1", "token": "k"}, "offset": 2000}
    (draft,) = POSTHOG.read(request("/e/?_=1", ago)).drafts
    assert draft.values["occurred_at"] == RECEIVED_AT - 2 * SECOND
    assert draft.shift == 0


def test_what_is_no_event_is_refused_alone() -> None:
    body = {"api_key": "k", "batch": [{"event": "Lead"}, {}, 7]}
    reading = POSTHOG.read(request("/batch/", body))
    assert len(reading.drafts) == 1
    assert [refusal.reason for refusal in reading.refusals] == ["no_name", "no_name"]
    assert POSTHOG.read(request("/batch/", {"batch": 7})).refusals[0].reason == "bad_json"


@pytest.mark.parametrize(
    ("method", "path", "part"),
    [
        ("POST", "/flags/?v=2", {"flags": {}}),
        ("POST", "/decide/?v=3", {"featureFlags": {}}),
        ("GET", "/array/hw_key/config", {"token": "hw_key", "sessionRecording": False}),
        ("GET", "/api/surveys/?token=hw_key", {"surveys": []}),
        ("GET", "/api/feature_flag/local_evaluation", {"flags": []}),
    ],
)
def test_questions_are_answered_with_nothing(
    method: str, path: str, part: dict[str, object]
) -> None:
    asked = request(path, {"token": "hw_key"}, method)
    assert not POSTHOG.read(asked).drafts
    answer = POSTHOG.answer(asked, Outcome())
    assert answer.status == 200
    assert json.loads(answer.body).items() >= part.items()


def test_the_configuration_comes_as_a_script_and_cannot_carry_another() -> None:
    asked = request("/array/hw_key/config.js", b"", "GET")
    script = POSTHOG.answer(asked, Outcome()).body.decode()
    assert script.startswith("(function(){var all=window._POSTHOG_REMOTE_CONFIG")
    assert 'all["hw_key"]={config:{"supportedCompression"' in script
    for path in ('/array/"];alert(1)//config.js', "/array/hw_key/array.js", "/array/"):
        assert POSTHOG.answer(request(path, b"", "GET"), Outcome()).status == 404
