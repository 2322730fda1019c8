"""Forms and webhooks as pure functions: what a request says, and what its sender is told."""
# ruff: noqa: RUF001

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.protocols.leads import FORMS, IDENTIFY, notes
from headwater.capture.protocols.leads.answering import address_within
from headwater.capture.snapshot import CaptureSnapshot, Site, Sites
from headwater.capture.wire import Answer, Draft, Outcome, Refusal, WireRequest
from headwater.domain.words import FactKind

NOW = 1_790_000_000_000_000
VISITOR = "0123456789abcdef" * 2
BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0",
    "accept": "text/html,application/xhtml+xml",
    "accept-language": "tr-TR,tr;q=0.9,en;q=0.8",
    "sec-fetch-mode": "navigate",
}
SITE = Site(domain="example.com", aliases=("shop.example.com",), write_keys=("hw_k",))
OTHER = Site(domain="other.example", write_keys=("hw_o",))
SITES = Sites(CaptureSnapshot(sites=(SITE, OTHER)))


def sent(
    body: bytes | dict[str, Any], kind: str = "application/x-www-form-urlencoded", **more: str
) -> WireRequest:
    if isinstance(body, dict):
        is_json = kind.endswith("json")
        body = json.dumps(body).encode() if is_json else urlencode(body).encode()
    headers = {"content-type": kind, **{name.replace("_", "-"): more[name] for name in more}}
    return WireRequest("POST", "/f/hw_k", "", headers, body, "192.0.2.7", NOW)


def lead(request: WireRequest) -> Draft:
    reading = FORMS.read(request)
    assert not reading.refusals, reading
    (draft,) = reading.drafts
    return draft


def refusal(request: WireRequest) -> Refusal:
    reading = FORMS.read(request)
    assert not reading.drafts
    return reading.refusals[0]


FULL = {
    "name": "Ada Byron", "email": "ada@example.com", "phone": "030 123456",
    "firma": "Analytics", "message": "Ein Angebot, bitte", "age": "36",
}  # fmt: skip
MULTIPART = (
    '--B\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda Byron\r\n'
    '--B\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@example.com\r\n'
    '--B\r\nContent-Disposition: form-data; name="phone"\r\n\r\n030 123456\r\n'
    '--B\r\nContent-Disposition: form-data; name="firma"\r\n\r\nAnalytics\r\n'
    '--B\r\nContent-Disposition: form-data; name="cv"; filename="a.pdf"\r\n'
    "Content-Type: application/pdf\r\n\r\n%PDF secret@example.com\r\n"
    '--B\r\nContent-Disposition: form-data; name="message"\r\n\r\nEin Angebot, bitte\r\n'
    "--B--\r\n"
)
PAIRS = [{"name": name, "value": value} for name, value in FULL.items()]


@pytest.mark.parametrize(
    "request_",
    [
        sent(FULL),
        sent(FULL, "application/json"),
        sent(FULL, "application/x-www-form-urlencoded; charset=UTF-8"),
        sent(json.dumps(FULL).encode(), "text/plain;charset=UTF-8"),
        sent({"contact": FULL}, "application/json"),
        sent({"data": {"fields": PAIRS}}, "application/json"),
        sent(json.dumps([FULL]).encode(), "application/json"),
        sent(MULTIPART.encode(), "multipart/form-data; boundary=B"),
        sent(MULTIPART.encode(), 'multipart/form-data; boundary="B"'),
    ],
)
def test_every_way_of_sending_a_form_says_the_same(request_: WireRequest) -> None:
    if request_.body.startswith(b"["):
        assert refusal(request_).reason == "bad_json", "an object is expected"
        return
    draft = lead(request_)
    assert draft.kind is FactKind.LEAD
    assert draft.write_key == "hw_k"
    assert draft.values == {
        "email": "ada@example.com",
        "phone": "030 123456",
        "person_name": "Ada Byron",
        "message": "Ein Angebot, bitte",
        "method": "form",
        "properties": {"company": "Analytics"},
    }


def test_letters_of_every_script_arrive_whole() -> None:
    texts = {"ชื่อ": "สมชาย ใจดี", "อีเมล": "som@example.com", "ข้อความ": "สวัสดี 👋"}
    for request in (sent(texts), sent(texts, "application/json")):
        values = lead(request).values
        assert (values["person_name"], values["message"]) == ("สมชาย ใจดี", "สวัสดี 👋")
    old = urlencode({"имя": "Анна", "email": "a@b.co"}, encoding="cp1251").encode()
    read = lead(sent(old, "application/x-www-form-urlencoded; charset=windows-1251"))
    assert read.values["person_name"] == "Анна"


def test_the_tracker_s_hidden_fields_tell_the_visit() -> None:
    draft = lead(
        sent(
            {
                "email": "a@b.co", "hw_visitor": VISITOR.upper(), "hw_session": "s1",
                "hw_source": "google", "hw_medium": "cpc", "hw_campaign": "brand",
                "hw_term": "garden office", "hw_content": "b",
                "hw_landing": "https://example.com/?gclid=x", "hw_referrer": "https://google.com/",
                "hw_gclid": "x", "hw_ga_client_id": "1.2", "hw_form": "contact",
                "hw_url": "https://example.com/contact",
            }
        )
    )  # fmt: skip
    values = draft.values
    assert values["visitor_id"] == VISITOR
    assert (values["source"], values["medium"], values["keyword"]) == (
        "google", "cpc", "garden office",
    )  # fmt: skip
    assert (values["click_id_kind"], values["click_id"]) == ("gclid", "x")
    assert (values["form"], values["url"]) == ("contact", "https://example.com/contact")
    assert values["properties"] == {
        "session": "s1", "clicks": {"gclid": "x"}, "ga": {"client_id": "1.2"},
    }  # fmt: skip


def test_direct_is_no_source_that_a_lead_was_recorded_with() -> None:
    fields = {"email": "a@b.co", "hw_source": "(direct)", "hw_medium": "(none)"}
    assert not {"source", "medium"} & lead(sent(fields)).values.keys()


def test_the_cookie_names_the_visitor_where_the_form_does_not() -> None:
    cookie = f"a=b; hw_v={VISITOR}"
    assert lead(sent({"email": "a@b.co"}, cookie=cookie)).values["visitor_id"] == VISITOR
    other = "f" * 32
    told = lead(sent({"email": "a@b.co", "hw_visitor": other}, cookie=cookie))
    assert told.values["visitor_id"] == other
    for wrong in ("x", VISITOR + "0", "' or 1=1"):
        assert "visitor_id" not in lead(sent({"email": "a@b.co", "hw_visitor": wrong})).values


def test_what_people_say_of_how_they_came_is_kept_and_stands_in_where_nothing_is_known() -> (
    None
):
    heard = {"email": "a@b.co", "How did you hear about us?": "A Friend"}
    alone = lead(sent(heard)).values
    assert alone["properties"] == {"self_reported": "A Friend"}
    assert (alone["source"], alone["medium"]) == ("a friend", "self_reported")
    seen = lead(sent({**heard, "hw_visitor": VISITOR})).values
    assert "source" not in seen
    assert seen["properties"] == {"self_reported": "A Friend"}
    told = lead(sent({**heard, "hw_source": "bing", "hw_medium": "organic"})).values
    assert told["source"] == "bing"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"hw_hp": "http://buy.example"}, "honeypot"),
        ({"hw_hp": ""}, None),
        ({"hw_t": str(NOW // 1000 - 500)}, "too_fast"),
        ({"hw_t": str(NOW // 1_000_000 - 1)}, "too_fast"),
        ({"hw_t": str(NOW // 1000 - 3000)}, None),
        ({"hw_t": str(NOW // 1000 + 60_000)}, None),
        ({"hw_t": "soon"}, None),
    ],
)
def test_traps_catch_programs_and_no_clock_that_is_wrong(
    more: dict[str, str], reason: str | None
) -> None:
    reading = FORMS.read(sent({"email": "a@b.co", **more}))
    assert [one.reason for one in reading.refusals] == ([reason] if reason else [])


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Ada"},
        {"message": "hello"},
        {"email": "on", "phone": "-"},
        {},
        {"password": "a@b.co"},
    ],
)
def test_a_form_that_names_nobody_is_no_lead(fields: dict[str, str]) -> None:
    assert refusal(sent(fields)).reason == "nobody"


def test_a_known_visitor_who_gives_a_name_is_somebody() -> None:
    assert lead(sent({"name": "Ada", "hw_visitor": VISITOR})).values["person_name"] == "Ada"


def test_a_form_sent_twice_within_the_minute_is_one_lead() -> None:
    first, again = lead(sent(FULL)), lead(sent(FULL, "application/json"))
    other = lead(sent({**FULL, "age": "37"}))
    assert first.event_id == again.event_id != other.event_id
    named = [lead(sent({**FULL, "age": age, "hw_id": "order-7"})) for age in "12"]
    assert named[0].event_id == named[1].event_id == "order-7"


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"{", "application/json", "bad_json"),
        (b"", "application/json", "bad_json"),
        (b"[" * 100_000, "application/json", "bad_json"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", "bad_json"),
        (b"&".join(b"f%d=1" % number for number in range(5000)), "x", "too_many_fields"),
        (b"\xff\xfe\x00", "multipart/form-data", "nobody"),
        (b"--B\r\n\r\n--B" * 1000, "multipart/form-data; boundary=B", "nobody"),
        (b"email=a%40b.co", "application/x-www-form-urlencoded; charset=nonsense", ""),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, kind: str, reason: str) -> None:
    reading = FORMS.read(sent(body, kind))
    assert {one.reason for one in reading.refusals} <= {reason, "nobody", "too_many_fields"}


def test_a_huge_field_is_cut_and_the_rest_kept() -> None:
    values = lead(sent({"email": "a@b.co", "message": "x" * 200_000})).values
    assert len(str(values["message"])) == 8192
    assert lead(sent({"email": "a@b.co", "n" * 5000: "x"})).values["email"] == "a@b.co"


KINDS = (
    "application/json",
    "multipart/form-data; boundary=B",
    "",
    "text/plain",
    "application/x-www-form-urlencoded; charset=utf-16",
)


@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_no_body_is_too_odd_to_be_answered(body: bytes, kind: str) -> None:
    request = sent(body, kind)
    for protocol in (FORMS, IDENTIFY):
        reading = protocol.read(request)
        outcome = Outcome(len(reading.drafts), reading.refusals, sites=SITES)
        assert protocol.answer(request, outcome).status in {200, 303, 403, 422}


GOOD = Outcome(1, sites=SITES)


def test_a_script_is_answered_in_json_and_a_person_with_a_page() -> None:
    answer = FORMS.answer(sent(FULL, accept="*/*"), GOOD)
    assert (answer.status, json.loads(answer.body)) == (200, {"ok": True})
    page = FORMS.answer(sent(FULL, **BROWSER), GOOD)
    assert page.status == 200
    assert "Mesajınız ulaştı" in page.body.decode()
    refused = Outcome(0, (Refusal("nobody", "email", "x"),), sites=SITES)
    assert FORMS.answer(sent(FULL, **BROWSER), refused).status == 422
    told = FORMS.answer(sent(FULL), refused)
    assert json.loads(told.body) == {
        "ok": False, "reason": "nobody", "field": "email", "detail": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome(0, (Refusal("unknown_site"),), sites=SITES), 403),
        (Outcome(0, (Refusal("foreign_origin"),), sites=SITES), 403),
        (Outcome(0, (Refusal("bad_json"),), sites=SITES), 422),
        (Outcome(0, (Refusal("honeypot"),), sites=SITES), 200),
        (Outcome(0, (Refusal("too_fast"),), sites=SITES), 200),
        (Outcome(is_durable=False, sites=SITES), 503),
    ],
)
def test_the_status_says_whether_to_send_again(outcome: Outcome, status: int) -> None:
    assert FORMS.answer(sent(FULL), outcome).status == status
    assert FORMS.answer(sent(FULL, **BROWSER), outcome).status == status


@pytest.mark.parametrize(
    ("reason", "title"),
    [("nobody", "e-posta"), ("own_address", "dışarıda"), ("bad_json", "okunamadı")],
)
def test_a_person_reads_what_is_wrong_with_their_form(reason: str, title: str) -> None:
    refused = Outcome(0, (Refusal(reason),), sites=SITES)
    answer = FORMS.answer(sent(FULL, **BROWSER), refused)
    assert (answer.status, title in answer.body.decode()) == (422, True)


@pytest.mark.parametrize("status", [400, 413, 429])
def test_a_person_reads_a_page_where_the_collector_itself_refuses(status: int) -> None:
    own = Answer(status, b"{}", {"content-type": "application/json", "retry-after": "7"})
    page = FORMS.answer_unread(sent(FULL, **BROWSER), own)
    assert (page.status, page.headers["retry-after"]) == (status, "7")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="tr">' in page.body.decode()
    assert FORMS.answer_unread(sent(FULL), own) is own


def test_every_note_is_there_in_every_language() -> None:
    for note in notes.Note:
        for language in ("en", "tr", "th", "id", "ru"):
            asked = sent(FULL, **{"accept-language": language})
            body = notes.page(200, note, asked).body.decode()
            assert f'lang="{language}"' in body


PAGE = "https://example.com/contact?a=1"


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/thanks", "https://example.com/thanks"),
        ("thanks?x=1", "https://example.com/thanks?x=1"),
        ("https://shop.example.com/thanks", "https://shop.example.com/thanks"),
        ("//www.example.com/thanks", "https://www.example.com/thanks"),
        ("http://example.com:8080/x", "http://example.com:8080/x"),
        ("/спасибо", "https://example.com/%D1%81%D0%BF%D0%B0%D1%81%D0%B8%D0%B1%D0%BE"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("https://example.com.evil.example/", None),
        ("https://evil.example#example.com", None),
        ("https://evil.example\\.example.com/", None),
        ("https:\\\\evil.example", None),
        ("/\\evil.example", None),
        ("\\\\evil.example", None),
        ("https://example.com@evil.example/", None),
        ("https://user:word@example.com/", None),
        ("https://other.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://example.com/\r\nSet-Cookie: a=b", None),
        ("/a\tb", None),
        ("https://[::1", None),
        ("https://example.com:port/", None),
        ("///evil.example", "https://example.com/evil.example"),
        ("https:///evil.example", "https://example.com/evil.example"),
        ("http:evil.example", None),
        ("https://\u0435xample.com/", None),
        ("x" * 9000, "https://example.com/" + "x" * 8192),
        ("", None),
    ],
)
def test_a_form_leads_on_within_its_site_alone(typed: str, leads_to: str | None) -> None:
    answer = FORMS.answer(sent({**FULL, "hw_next": typed}, referer=PAGE, **BROWSER), GOOD)
    assert answer.headers.get("location") == leads_to
    assert answer.status == (303 if leads_to else 200)


@given(st.text(max_size=60))
def test_no_text_leads_out_of_the_site(typed: str) -> None:
    found = address_within("", typed, SITE, SITES)
    assert found is None or found.isascii()
    request = sent({**FULL, "hw_next": typed}, referer=PAGE, **BROWSER)
    location = FORMS.answer(request, GOOD).headers.get("location")
    inside = ("https://example.com", "https://www.example.com", "https://shop.example.com")
    assert location is None or location.startswith(inside)


def test_a_form_of_a_key_that_no_site_has_leads_nowhere() -> None:
    answer = FORMS.answer(
        WireRequest(
            "POST", "/f/hw_none", "", {**BROWSER, "referer": PAGE}, b"hw_next=/x", None, NOW
        ),
        Outcome(0, (Refusal("honeypot"),), sites=SITES),
    )
    assert "location" not in answer.headers


def test_a_server_links_a_visitor_to_a_customer() -> None:
    body = {
        "key": "hw_k", "visitor": VISITOR, "user_id": "C-7", "email": "ada@example.com",
        "evidence": "login", "at": 1_789_999_999,
    }  # fmt: skip
    (draft,) = IDENTIFY.read(sent(body, "application/json")).drafts
    assert draft.kind is FactKind.IDENTITY_LINK
    assert draft.write_key == "hw_k"
    assert draft.values == {
        "visitor_id": VISITOR, "external_id": "C-7", "email": "ada@example.com",
        "evidence": "login", "strength": "strong", "occurred_at": 1_789_999_999_000_000,
    }  # fmt: skip
    (again,) = IDENTIFY.read(sent(body, "application/json")).drafts
    assert again.event_id == draft.event_id
    bearer = sent(
        {"email": "a@b.co", "id": "7"}, "application/json", authorization="Bearer hw_k"
    )
    assert IDENTIFY.read(bearer).drafts[0].write_key == "hw_k"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"key": "hw_k", "email": "a@b.co"}, "nothing_to_link"),
        ({"key": "hw_k", "email": "a@b.co", "name": "Ada"}, "nothing_to_link"),
        ({"email": "a@b.co", "id": "7"}, "no_key"),
        ({"key": "hw_k", "id": "7", "visitor": "a b"}, "bad_visitor"),
        ({"key": "hw_k", "id": "7", "email": "a@b.co", "evidence": "a b"}, "bad_evidence"),
        ({"key": "hw_k", "id": ["7"], "email": {"a": 1}}, "nothing_to_link"),
    ],
)
def test_a_link_of_nothing_is_refused(body: dict[str, Any], reason: str) -> None:
    assert [one.reason for one in IDENTIFY.read(sent(body, "application/json")).refusals] == [
        reason
    ]
