"""A link in an e-mail says whose click it was, and cannot be forged."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from headwater.capture.mail_clicks import (
    LASTS,
    MailClick,
    make_token,
    read_token,
    token_of,
    with_token,
    without_token,
)
from headwater.domain.times import DAY

SECRET = b"s" * 32
ANN = "0123456789abcdef" * 2
NOW = 20_000 * DAY + 5


@given(st.binary(min_size=16, max_size=16), st.integers(1, 50_000))
def test_a_token_names_its_recipient(key: bytes, day: int) -> None:
    made = day * DAY
    token = make_token(SECRET, key.hex(), made)
    assert read_token(SECRET, token, made + LASTS) == MailClick(key.hex(), made)


@given(st.integers(0, 42), st.characters())
@example(place=42, other="t")
def test_a_changed_token_names_nobody(place: int, other: str) -> None:
    token = make_token(SECRET, ANN, NOW)
    changed = token[:place] + other + token[place + 1 :]
    found = read_token(SECRET, changed, NOW)
    assert found is None or changed == token


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_token(SECRET, text, NOW) is None
    assert without_token(text) or text in {"", without_token(text)} or token_of(text)


def test_a_token_of_another_store_or_an_old_one_names_nobody() -> None:
    token = make_token(SECRET, ANN, NOW)
    assert read_token(b"t" * 32, token, NOW) is None
    assert read_token(SECRET, token, NOW + LASTS + 3 * DAY) is None


def test_a_link_carries_one_token_and_is_stored_without_it() -> None:
    link = "https://example.com/a?utm_source=letter&utm_medium=email#x"
    sent = with_token(with_token(link, "old"), "t1")
    assert token_of(sent) == "t1"
    assert without_token(sent) == link
    assert without_token(link) == link
