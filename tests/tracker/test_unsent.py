"""Nothing is lost while the browser is offline or the collector is away, and nothing twice."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from playwright.sync_api import Page, Route

from tracker.watching import Stored, Wire
from tracker.website import Website

pytestmark = pytest.mark.browser
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('hw_q.')).length"


def test_what_happens_offline_arrives_once_when_the_browser_is_back(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/offline")
    page.goto(url)
    (seen,) = stored.events(url, "page_view")
    page.context.set_offline(True)
    page.evaluate("headwater('track', 'one'); headwater('track', 'two')")
    page.wait_for_function(KEPT)
    at = time.time() * 1_000_000
    page.evaluate("headwater('track', 'three')")
    page.context.set_offline(False)
    for name in ("one", "two", "three"):
        (row,) = stored.events(url, name)
        assert row["visitor_id"] == seen["visitor_id"]
        assert abs(row["occurred_at"] - at) < 10_000_000
    page.wait_for_function(f"!{KEPT}")


def test_what_a_closed_page_could_not_send_the_next_page_sends(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/closed")
    page.goto(url)
    (seen,) = stored.events(url, "page_view")
    page.context.set_offline(True)
    page.evaluate("headwater('track', 'kept', {number: 1})")
    page.wait_for_function(KEPT)
    page.close()
    page.context.set_offline(False)
    later = page.context.new_page()
    later.goto(website.put("/later"))
    (row,) = stored.events(url, "kept")
    assert row["visitor_id"] == seen["visitor_id"]
    assert row["properties"]["session"] == seen["properties"]["session"]
    later.wait_for_function(f"!{KEPT}")


def answer(page: Page, *answers: tuple[int, dict[str, str]]) -> list[float]:
    """Answer the next requests so, then let the collector; return the moments of all."""
    moments: list[float] = []

    def handle(route: Route) -> None:
        moments.append(time.monotonic())
        if len(moments) > len(answers):
            route.continue_()
            return
        status, headers = answers[len(moments) - 1]
        origin = route.request.headers["origin"]
        allowed = {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": "retry-after",
        }
        route.fulfill(status=status, headers={**allowed, **headers})

    page.route("**/e", handle)
    return moments


def test_a_collector_that_says_when_to_come_again_is_obeyed(
    page: Page, website: Website, stored: Stored
) -> None:
    moments = answer(page, (503, {"retry-after": "2"}))
    url = website.put("/busy")
    page.goto(url)
    page.wait_for_function(KEPT)
    page.evaluate("headwater('track', 'meanwhile'); dispatchEvent(new Event('online'))")
    stored.events(url, "page_view")
    assert moments[1] - moments[0] > 1.9
    stored.events(url, "meanwhile")
    assert sorted(stored.names(url)) == ["meanwhile", "page_view"]


def test_a_collector_that_never_wants_to_be_asked_again_is_not_asked(
    page: Page, website: Website
) -> None:
    """A timer of more than 24 days fires at once, and would do so for ever."""
    page.add_init_script(
        "window.timers = 0; const plain = setTimeout;"
        "window.setTimeout = (...given) => { timers++; return plain(...given) }"
    )
    moments = answer(page, (503, {"retry-after": "99999999"}))
    page.goto(website.put("/never"))
    page.wait_for_function(KEPT)
    page.wait_for_timeout(300)
    assert page.evaluate("timers") < 10
    assert len(moments) == 1


def test_the_next_page_waits_as_the_collector_said(
    page: Page, website: Website, stored: Stored
) -> None:
    moments = answer(page, (503, {"retry-after": "2"}))
    url = website.put("/busy")
    page.goto(url)
    page.wait_for_function(KEPT)
    page.goto(website.put("/next"))
    stored.events(url, "page_view")
    assert moments[1] - moments[0] > 1.9


def test_what_is_refused_for_good_is_not_sent_again(
    page: Page, website: Website, stored: Stored
) -> None:
    moments = answer(page, (400, {}))
    url = website.put("/refused")
    page.goto(url)
    page.wait_for_timeout(500)
    page.evaluate("headwater('track', 'after')")
    stored.events(url, "after")
    assert stored.names(url) == ["after"]
    assert len(moments) == 2


def test_an_event_sent_twice_is_stored_once(
    page: Page, website: Website, stored: Stored
) -> None:
    """The answer was lost; the same id comes again."""

    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        asked = route.request
        headers = {"origin": asked.headers["origin"]}
        body = asked.post_data_buffer
        answered = httpx.post(f"{stored.collecting.url}/e", content=body, headers=headers)
        lost.append(answered.status_code)
        route.abort()

    page.route("**/e", lose)
    url = website.put("/lost")
    page.goto(url)
    page.wait_for_function(KEPT)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(f"!{KEPT}")
    assert lost == [204]
    assert stored.names(url) == ["page_view"]


def test_batches_keep_within_the_collector_s_limits(
    page: Page, website: Website, stored: Stored
) -> None:
    wire = Wire(page)
    url = website.put("/many")
    page.goto(url)
    page.evaluate(
        "for (let n = 0; n < 250; n++) headwater('track', 'many', {n});"
        "const text = '\u00e4'.repeat(9000);"
        "for (let n = 0; n < 5; n++) headwater('track', 'large', {text});"
        "headwater('track', 'huge', {text: 'x'.repeat(70000)});"
        "headwater('track', 'last')"
    )
    stored.events(url, "last")
    sent = [event["id"] for batch in wire.batches for event in batch["events"]]
    assert len(sent) == len(set(sent))  # none failed and was tried again
    assert len(stored.events(url, "many", 250)) == 250
    assert len(stored.events(url, "large", 5)) == 5
    assert "huge" not in stored.names(url)
    assert max(len(batch["events"]) for batch in wire.batches) <= 100
    assert (
        max(len(json.dumps(one, ensure_ascii=False).encode()) for one in wire.batches) < 65536
    )


def test_old_and_damaged_leftovers_are_dropped(
    page: Page, website: Website, stored: Stored
) -> None:
    page.goto(website.put("/blank", script=""))
    week = 7 * 86_400_000
    page.evaluate(
        """(week) => {
            const batch = (name, at) => ({head: '{"key":"hw_test"}', bytes: 9, events:
                [{id: name, name, at, url: location.origin + '/left'}]});
            localStorage['hw_q.a'] = 'damaged{';
            localStorage['hw_q.b'] = JSON.stringify([0, [batch('old', Date.now() - week - 1),
                batch('young', Date.now() - 3600e3)]]);
            localStorage.other = 'stays';
        }""",
        week,
    )
    url = website.put("/later")
    page.goto(url)
    left = website.address("/left")
    stored.events(left, "young")
    assert stored.names(left) == ["young"]
    page.wait_for_function(f"!{KEPT}")
    assert page.evaluate("localStorage.other") == "stays"


def test_a_browser_without_keepalive_sends_by_beacon_when_the_page_is_left(
    page: Page, website: Website, stored: Stored
) -> None:
    page.add_init_script(
        # Such a browser cancels what it fetches for a page that goes.
        "delete Request.prototype.keepalive; const plain = fetch; let goes = false;"
        "addEventListener('pagehide', () => { goes = true; });"
        "window.fetch = (url, given) =>"
        "  goes ? new Promise(() => {}) : plain(url, {...given, keepalive: false})"
    )
    url = website.put("/older")
    page.goto(url)
    stored.events(url, "page_view")
    page.wait_for_timeout(1_100)
    page.evaluate("headwater('track', 'last')")
    page.goto(website.put("/next", script=""))
    stored.events(url, "last")
    stored.events(url, "engagement")
