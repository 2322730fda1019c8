from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.people import normalise_email, normalise_phone
from headwater.domain.errors import InputError


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" Ann@Example.COM ", "ann@example.com"),
        ("o'neill+news@mail.example.org", "o'neill+news@mail.example.org"),
        ("max@münchen.de", "max@xn--mnchen-3ya.de"),
    ],
)
def test_one_person_has_one_address_however_it_is_written(written: str, expected: str) -> None:
    assert normalise_email(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example",
        "a b@example.com",
        "a..b@example.com",
        "ann@exa mple.com",
        "ann@-x.com",
        "ann@example..com",
        "ann@" + "a" * 300 + ".com",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        normalise_email(written)


@given(st.text())
def test_normalising_an_address_twice_changes_nothing(text: str) -> None:
    try:
        once = normalise_email(text)
    except InputError:
        return
    assert normalise_email(once) == once


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("+49 (30) 123456", None, "+4930123456"),
        ("030 / 123456", "DE", "+4930123456"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("0049 30 123456", "DE", "+4930123456"),
    ],
)
def test_one_phone_has_one_number_however_it_is_written(
    written: str, region: str | None, expected: str
) -> None:
    assert normalise_phone(written, region) == expected


@pytest.mark.parametrize(
    ("written", "region", "reason"),
    [
        ("030 123456", None, "no known country code"),
        ("ask me", "DE", "is not a phone number"),
        ("12", "DE", "too short"),
        ("+" + "1" * 70, None, "too long"),
    ],
)
def test_what_is_no_number_is_refused(written: str, region: str | None, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        normalise_phone(written, region)


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        once = normalise_phone(text, "DE")
    except InputError:
        return
    assert normalise_phone(once, None) == once
