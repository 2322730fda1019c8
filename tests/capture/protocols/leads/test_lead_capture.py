"""Forms, links and `identify` through the real collector, to the store and the tables."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from capture.collecting import Collecting, collector
from headwater.capture.snapshot import CaptureSnapshot, Link, PromoCode, Site
from headwater.domain.words import FactKind
from headwater.reports import ReportRequest
from headwater.workspace import Workspace

pytestmark = pytest.mark.slow

KEY, QUIET, PICKY = "hw_forms", "hw_quiet", "hw_picky"
VISITOR = "0123456789abcdef" * 2
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
PAGE = {"origin": "https://example.com", "referer": "https://example.com/contact?a=b@c.de"}
BROWSER = {"user-agent": AGENT, "accept": "text/html", "sec-fetch-mode": "navigate"}
PUBLISHED = CaptureSnapshot(
    sites=(
        Site(domain="example.com", aliases=("127.0.0.1",), write_keys=(KEY,), region="DE"),
        Site(domain="quiet.example", write_keys=(QUIET,), consent="cookieless"),
        Site(domain="picky.example", write_keys=(PICKY,), form_fields=("email",)),
    ),
    links=(
        Link(
            slug="radio",
            site="example.com",
            url="https://example.com/offer?utm_source=radio-one&utm_medium=radio",
            source="radio-one",
            medium="radio",
        ),
        Link(slug="quiet", site="quiet.example", url="https://quiet.example/", source="q"),
    ),
    promo_codes=(PromoCode(code="RADIO10", source="radio-one", medium="promo"),),
)


@pytest.fixture(scope="module")
def collecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collecting]:
    directory = tmp_path_factory.mktemp("leads")
    with collector(directory, published=PUBLISHED) as running:
        yield running


def post(
    collecting: Collecting, key: str, fields: dict[str, Any], **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{collecting.url}/f/{key}", data=fields, headers=named, trust_env=False)


def lead_of(collecting: Collecting, form: str) -> dict[str, Any]:
    """Return the one lead that came by a form of this name."""
    rows = [row for row in collecting.facts(FactKind.LEAD) if row.get("form") == form]
    assert len(rows) == 1, rows
    return {**rows[0], "properties": json.loads(rows[0].get("properties", "{}"))}


def test_a_form_becomes_a_lead_whose_person_is_encrypted(collecting: Collecting) -> None:
    fields = {
        "your-name": "Ada Byron", "your-email": "ADA@Example.com ", "tel": "030 1234567",
        "message": "Please call", "firma": "Analytics", "hw_visitor": VISITOR,
        "hw_form": "contact", "password": "never", "hw_next": "/thanks",
    }  # fmt: skip
    answer = post(collecting, KEY, fields, **BROWSER, **PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://example.com/thanks"
    lead = lead_of(collecting, "contact")
    assert collecting.opened(lead) == {
        "email": "ada@example.com", "phone": "+49301234567", "person_name": "Ada Byron",
        "message": "Please call",
    }  # fmt: skip
    assert (lead["site"], lead["visitor_id"], lead["origin"]) == (
        "example.com", VISITOR, "form",
    )  # fmt: skip
    assert lead["url"] == "https://example.com/contact?a=(e-mail)"
    assert lead["properties"] == {"company": "Analytics"}
    assert "never" not in str(lead)


def test_a_script_reads_the_answer_and_a_replay_stores_nothing(collecting: Collecting) -> None:
    fields = {"email": "ben@example.com", "hw_form": "again", "hw_id": "one"}
    for _time in range(3):
        answer = post(collecting, KEY, fields, **PAGE)
        assert answer.json() == {"ok": True}
        assert answer.headers["access-control-allow-origin"] == "https://example.com"
    lead_of(collecting, "again")


def test_only_the_site_s_own_pages_may_send(collecting: Collecting) -> None:
    fields = {"email": "eve@example.com", "hw_form": "foreign", "hw_next": "https://e.example"}
    foreign = post(collecting, KEY, fields, origin="https://evil.example")
    assert (foreign.status_code, foreign.json()["reason"]) == (403, "foreign_origin")
    unknown = post(collecting, "hw_nothing", fields)
    assert (unknown.status_code, unknown.json()["reason"]) == (403, "unknown_site")
    page = post(collecting, "hw_nothing", fields, **BROWSER)
    assert page.status_code == 403
    assert "location" not in page.headers
    assert "not set up here" in page.text
    rows = collecting.facts(FactKind.LEAD)
    assert not [row for row in rows if row.get("form") == "foreign"]


def test_spam_is_counted_and_thanked(collecting: Collecting) -> None:
    fields = {"email": "spam@example.com", "hw_form": "spam", "hw_hp": "buy"}
    answer = post(collecting, KEY, fields, **BROWSER, **PAGE)
    assert answer.status_code == 200
    assert "Thank you" in answer.text
    rows = collecting.facts(FactKind.LEAD)
    assert not [row for row in rows if row.get("form") == "spam"]
    told = httpx.get(f"{collecting.url}/metrics", trust_env=False).text
    assert any("honeypot" in line and line.endswith(" 1") for line in told.splitlines())


def test_a_site_keeps_of_a_form_only_what_it_asks_for(collecting: Collecting) -> None:
    fields = {
        "email": "cy@example.com", "name": "Cy", "phone": "+49301234567", "company": "C",
        "message": "m", "hw_form": "picky",
    }  # fmt: skip
    post(collecting, PICKY, fields)
    lead = lead_of(collecting, "picky")
    assert collecting.opened(lead) == {"email": "cy@example.com"}
    assert lead["properties"] == {}


def test_a_promo_code_says_where_its_user_has_it_from(collecting: Collecting) -> None:
    fields = {
        "email": "dan@example.com", "Gutscheincode": " radio10 ", "hw_source": "google",
        "hw_medium": "organic", "hw_form": "promo",
    }  # fmt: skip
    post(collecting, KEY, fields)
    lead = lead_of(collecting, "promo")
    assert (lead["source"], lead["medium"]) == ("radio-one", "promo")
    assert lead["properties"] == {
        "promo_code": "radio10",
        "source_told_by": "promo_code",
        "source_before": {"source": "google", "medium": "organic"},
    }
    post(collecting, KEY, {**fields, "Gutscheincode": "NONE", "hw_form": "no promo"})
    other = lead_of(collecting, "no promo")
    assert other["source"] == "google"
    assert other["properties"] == {"promo_code": "NONE"}


def test_a_site_without_cookies_joins_a_form_to_the_day_s_visits_only(
    collecting: Collecting,
) -> None:
    sent = {"user-agent": AGENT, "origin": "https://quiet.example"}
    fields = {"email": "fay@example.com", "hw_visitor": VISITOR, "hw_form": "quiet"}
    httpx.post(f"{collecting.url}/f/{QUIET}", data=fields, headers=sent, trust_env=False)
    assert lead_of(collecting, "quiet")["visitor_id"] != VISITOR
    fields["hw_form"] = "from a server"
    httpx.post(f"{collecting.url}/f/{QUIET}", data=fields, trust_env=False)
    assert lead_of(collecting, "from a server")["visitor_id"] == VISITOR


def test_a_link_is_followed_at_once_and_the_visitor_is_known_afterwards(
    collecting: Collecting,
) -> None:
    answer = httpx.get(
        f"{collecting.url}/l/Radio?utm_source=forged&url=https://evil.example/",
        headers={
            "user-agent": AGENT,
            "referer": "https://www.facebook.com/",
            "host": "example.com",
        },
        trust_env=False,
    )
    assert answer.status_code == 302
    assert answer.headers["location"] == PUBLISHED.links[0].url
    visitor = answer.headers["set-cookie"].partition("hw_v=")[2].partition(";")[0]
    assert len(visitor) == 32
    rows = [row for row in collecting.facts() if row["name"] == "link_click"]
    (click,) = [row for row in rows if row["site"] == "example.com"]
    assert click["visitor_id"] == visitor
    assert (click["source"], click["medium"], click["url"]) == (
        "radio-one", "radio", PUBLISHED.links[0].url,
    )  # fmt: skip
    assert json.loads(click["properties"]) == {"link": "radio"}
    assert click["referrer"] == "https://www.facebook.com/"


def test_a_link_of_a_site_without_cookies_sets_none(collecting: Collecting) -> None:
    answer = httpx.get(f"{collecting.url}/l/quiet", trust_env=False)
    assert answer.status_code == 302
    assert "set-cookie" not in answer.headers


def test_a_link_at_another_host_names_no_visitor_for_the_page_names_them(
    collecting: Collecting,
) -> None:
    url = f"{collecting.url}/l/radio"
    answer = httpx.get(url, headers={"host": "collect.other.example"}, trust_env=False)
    assert answer.status_code == 302
    assert "set-cookie" not in answer.headers
    clicks = [row for row in collecting.facts() if row["name"] == "link_click"]
    assert "visitor_id" not in clicks[-1]


def test_a_link_leads_on_while_the_disk_does_not_answer(tmp_path: Path) -> None:
    with collector(tmp_path, published=PUBLISHED) as running:
        url = f"{running.url}/l/radio"
        httpx.get(url, trust_env=False)
        with closing(sqlite3.connect(tmp_path / "facts.sqlite")) as busy:
            busy.execute("begin immediate")
            began = time.monotonic()
            answer = httpx.get(url, trust_env=False)
            took = time.monotonic() - began
            busy.rollback()
        assert (answer.status_code, answer.headers["location"]) == (302, PUBLISHED.links[0].url)
        assert took < 5
        told = httpx.get(f"{running.url}/metrics", trust_env=False).text
    assert any("slow_disk" in line and line.endswith(" 1") for line in told.splitlines())


@pytest.mark.parametrize("path", ["/l/none", "/l/", "/l/../e", "/l/radio/x", "/l/%2e%2e"])
def test_an_address_that_nobody_made_is_not_found(collecting: Collecting, path: str) -> None:
    before = len(collecting.facts())
    answer = httpx.get(f"{collecting.url}{path}", trust_env=False)
    assert answer.status_code in {404, 405}
    assert "location" not in answer.headers
    assert len(collecting.facts()) == before


def test_a_server_says_who_a_visitor_is(collecting: Collecting) -> None:
    body = {"visitor": "f" * 32, "user_id": "crm:9", "email": "Gil@example.com"}
    headers = {"authorization": f"Bearer {KEY}"}
    url = f"{collecting.url}/identify"
    for _time in range(2):
        answer = httpx.post(url, json=body, headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert httpx.post(url, json=body, trust_env=False).status_code == 422
    wrong = httpx.post(url, json={**body, "key": "hw_x"}, trust_env=False)
    assert wrong.status_code == 403
    rows = collecting.facts(FactKind.IDENTITY_LINK)
    (link,) = [row for row in rows if row.get("external_id") == "crm:9"]
    assert (link["evidence"], link["strength"], link["visitor_id"]) == (
        "server", "strong", "f" * 32,
    )  # fmt: skip
    assert collecting.opened(link)["email"] == "gil@example.com"


def test_the_journey_runs_from_the_first_page_to_the_form(tmp_path: Path) -> None:
    with collector(tmp_path, published=PUBLISHED) as running:
        sent = {"user-agent": AGENT, **PAGE}
        page = {
            "key": KEY, "visitor": VISITOR, "consent": "granted",
            "events": [
                {
                    "name": "page_view",
                    "url": "https://example.com/?utm_source=google&utm_medium=cpc",
                }
            ],
        }  # fmt: skip
        told = httpx.post(
            f"{running.url}/e", content=json.dumps(page), headers=sent, trust_env=False
        )
        assert told.status_code == 204
        fields = {
            "email": "hana@example.com", "hw_visitor": VISITOR, "hw_source": "google",
            "hw_medium": "cpc", "hw_heard": "on the radio", "promo_code": "Radio10",
        }  # fmt: skip
        answer = httpx.post(
            f"{running.url}/f/{KEY}", data=fields, headers=sent, trust_env=False
        )
        assert answer.json() == {"ok": True}
    with Workspace.open(tmp_path) as workspace:
        workspace.rebuild(full=True)
        journey = workspace.journey("hana@example.com", ReportRequest())
    touches = [(touch.channel, touch.source) for touch in journey.touches]
    assert touches == [("Paid Search", "google"), ("Offline", "radio-one")]
    assert [one.kind for one in journey.conversions] == ["lead"]
