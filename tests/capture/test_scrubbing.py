"""E-mail addresses do not stay in texts that are kept in plain."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.scrubbing import ADDRESS_REMOVED, scrubbed


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (
            "https://a.example/?m=ann@example.com&x=1",
            f"https://a.example/?m={ADDRESS_REMOVED}&x=1",
        ),
        ("?m=ann%40example.com", f"?m={ADDRESS_REMOVED}"),
        ("?m=ann%2Bnews%40mail.example.com#top", f"?m={ADDRESS_REMOVED}#top"),
        ("Ann <ann.lee@example.com>", f"Ann <{ADDRESS_REMOVED}>"),
        ("a@b.example,c@d.example", f"{ADDRESS_REMOVED},{ADDRESS_REMOVED}"),
        ("https://medium.example/@ann", "https://medium.example/@ann"),
        ("me@localhost", "me@localhost"),
        ("50% off", "50% off"),
    ],
)
def test_an_address_is_taken_out_and_nothing_else(text: str, rest: str) -> None:
    assert scrubbed(text) == rest


@given(st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.[a-z]{2,4}", fullmatch=True), st.text(max_size=9))
def test_no_address_survives_behind_a_word_s_end(address: str, before: str) -> None:
    assert address not in scrubbed(f"{before} {address}")


@pytest.mark.parametrize("text", ["a" * 60_000 + "@", "a." * 30_000 + "%40", "a@" * 30_000])
def test_no_text_takes_long(text: str) -> None:
    started_at = time.process_time()
    scrubbed(text)
    assert time.process_time() - started_at < 1.0
