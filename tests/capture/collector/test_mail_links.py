"""Whoever opens a link of a newsletter is known there, and its token stays nowhere."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from capture.collecting import Collecting
from capture.collector.sending import body, event, send, stored
from headwater.capture.collector.mailing import without_tokens
from headwater.capture.mail_clicks import (
    LASTS,
    MAIL_SECRET,
    make_token,
    with_token,
    without_token,
)
from headwater.domain.times import DAY, now_micros
from headwater.domain.words import FactKind
from headwater.facts import FactStore

PAGE = "https://www.example.com/sale?utm_source=letter&utm_medium=email"
VISITORS = (f"{number:032x}" for number in range(10_000, 20_000))


def token_for(directory: Path, email: str, age: int = 0) -> tuple[str, str]:
    """Return a token as a newsletter would carry it, and the key of its recipient."""
    with FactStore.open(directory) as store:
        key = store.vault.email_key(email)
        return make_token(store.vault.secret(MAIL_SECRET), key, now_micros() - age), key


def links(running: Collecting, visitor: str) -> list[dict[str, Any]]:
    found = running.facts(FactKind.IDENTITY_LINK)
    return [row for row in found if row["visitor_id"] == visitor]


def left_out(running: Collecting) -> int:
    text = httpx.get(f"{running.url}/metrics", trust_env=False).text
    found = re.search(r'left_out_total\{field="mail_click"\} (\d+)', text)
    return int(found[1]) if found else 0


@pytest.mark.slow
def test_a_click_tells_who_the_visitor_is_and_is_cut_out(running: Collecting) -> None:
    token, key = token_for(running.directory, "ann@example.org")
    visitor = next(VISITORS)
    sent = event(url=with_token(PAGE, token))
    assert send(running, body(sent, visitor=visitor)).status_code == 204
    assert stored(running, sent)["url"] == PAGE
    (link,) = links(running, visitor)
    told = {name: link[name] for name in ("email_key", "evidence", "strength", "site")}
    assert told == {
        "email_key": key,
        "evidence": "mail_click",
        "strength": "strong",
        "site": "example.com",
    }
    assert "personal" not in link


@pytest.mark.slow
def test_a_page_that_is_loaded_again_tells_it_once(running: Collecting) -> None:
    token, _key = token_for(running.directory, "bob@example.org")
    visitor = next(VISITORS)
    for _ in range(3):
        send(running, body(event(url=with_token(PAGE, token)), visitor=visitor))
    assert len(links(running, visitor)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["old", "changed", "empty"])
def test_a_token_that_is_none_tells_nothing_and_is_counted(
    running: Collecting, wrong: str
) -> None:
    token, _key = token_for(running.directory, "eve@example.org", LASTS + 3 * DAY)
    token = {"old": token, "changed": "x" + token[1:], "empty": "abc"}[wrong]
    visitor, before = next(VISITORS), left_out(running)
    sent = event(url=with_token(PAGE, token))
    send(running, body(sent, visitor=visitor))
    assert stored(running, sent)["url"] == PAGE
    assert links(running, visitor) == []
    assert left_out(running) == before + 1


@pytest.mark.slow
@pytest.mark.parametrize("consent", ["cookieless", "granted"])
def test_a_visitor_who_is_not_to_be_recognised_is_not(
    running: Collecting, consent: str
) -> None:
    token, key = token_for(running.directory, f"{consent}@example.org")
    sent = event(url=with_token(PAGE, token))
    send(running, body(sent, visitor=next(VISITORS), consent=consent))
    found = [row for row in running.facts(FactKind.IDENTITY_LINK) if row["email_key"] == key]
    assert len(found) == (consent == "granted")
    assert stored(running, sent)["url"] == PAGE


@pytest.mark.slow
def test_no_file_holds_the_token_afterwards(running: Collecting) -> None:
    token, _key = token_for(running.directory, "cem@example.org")
    page = with_token(PAGE, token)
    visitor = next(VISITORS)
    told = [
        event(url=page),
        event("engagement", url=page, referrer=page, properties={"seen": [page]}),
        event(url="https://www.example.com/", referrer=page, title="t"),
        event("form_submit", url=page, user={"email": "cem@example.org"}),
    ]
    send(running, body(*told, visitor=visitor, landing={"url": page}))
    assert stored(running, told[3])["url"] == PAGE
    time.sleep(1.1)  # the counters are written once a second
    files = [path for path in running.directory.rglob("*") if path.is_file()]
    assert [path.name for path in files if token.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    "url",
    [
        "https://e.com/?hw_m=T",
        "https://e.com/?hw_m=T#a",
        "https://e.com/?hw_m=T&a=1",
        "https://e.com/?a=1&hw_m=T",
        "https://e.com/?a=1&hw_m=T&b=2#c",
        "https://e.com/?hw_map=1",
        "https://e.com/hw_m=1",
    ],
)
def test_an_address_is_cut_as_links_are_made(url: str) -> None:
    assert without_tokens(url) == without_token(url)


def test_tokens_of_addresses_within_others_are_cut_too() -> None:
    within = "https://l.org/?to=https%3A%2F%2Fe.com%2F%3Fhw_m%3Dabc-_1%26a%3D1&b=2"
    assert "abc" not in without_tokens(within)
    assert without_tokens(within).endswith("%3Fa%3D1&b=2")
