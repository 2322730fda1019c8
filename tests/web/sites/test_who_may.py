"""Alice owns and changes, Bob reads, Charlie sees nothing; other sites' forms do nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from headwater.web.accounts.models import User
from headwater.web.sites.models import Link, PromoCode, Site, WriteKey

pytestmark = pytest.mark.slow

READ = ("/sites", "/sites/{site}", "/sites/{site}/live", "/links", "/links/radio.svg")
READ += ("/promo-codes",)
OWNED_PAGES = ("/sites/add", "/sites/{site}/settings", "/sites/{site}/remove")
CHANGES = (
    "/sites/add",
    "/sites/{site}/settings",
    "/sites/{site}/remove",
    "/sites/{site}/keys",
    "/sites/{site}/keys/{key}/remove",
    "/links/add",
    "/links/{link}/remove",
    "/promo-codes/add",
    "/promo-codes/{code}/remove",
)
FORM = {"domain": "example.com", "currency": "EUR", "consent": "granted"}


@pytest.fixture
def names(site: Site, link: Link, code: PromoCode) -> dict[str, int]:
    key = WriteKey.objects.get(site=site)
    return {"site": site.pk, "link": link.pk, "code": code.pk, "key": key.pk}


def state() -> tuple[object, ...]:
    models = (Site, WriteKey, Link, PromoCode)
    return tuple(tuple(model.objects.values_list()) for model in models)


@pytest.mark.parametrize("address", READ)
def test_everybody_signed_in_reads(
    as_alice: Client, as_bob: Client, as_charlie: Client, names: dict[str, int], address: str
) -> None:
    where = address.format(**names)
    assert as_alice.get(where).status_code == 200
    assert as_bob.get(where).status_code == 200
    assert as_charlie.get(where).headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("address", OWNED_PAGES)
def test_what_changes_things_is_shown_to_owners_only(
    as_alice: Client, as_bob: Client, as_charlie: Client, names: dict[str, int], address: str
) -> None:
    where = address.format(**names)
    assert as_alice.get(where).status_code == 200
    assert as_bob.get(where).status_code == 403
    assert as_charlie.get(where).headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("address", CHANGES)
def test_nobody_but_an_owner_changes_anything(
    as_bob: Client, as_charlie: Client, alice: User, names: dict[str, int], address: str
) -> None:
    before, where = state(), address.format(**names)
    assert as_bob.post(where, FORM).status_code == 403
    assert as_charlie.post(where, FORM).headers["Location"].startswith("/sign-in")
    foreign = Client(enforce_csrf_checks=True)
    foreign.force_login(alice)
    assert foreign.post(where, FORM).status_code == 403
    assert state() == before


@pytest.mark.parametrize("address", [one for one in CHANGES if one not in OWNED_PAGES])
def test_a_link_that_somebody_is_sent_changes_nothing(
    as_alice: Client, names: dict[str, int], address: str
) -> None:
    before = state()
    assert as_alice.get(address.format(**names)).status_code == 405
    assert state() == before


def test_a_viewer_sees_no_button_that_would_refuse_them(
    as_bob: Client, names: dict[str, int]
) -> None:
    for address in ("/sites", f"/sites/{names['site']}", "/links", "/promo-codes"):
        body = as_bob.get(address).content.decode()
        main = body[body.index("<main") :]
        assert "<form" not in main
        assert "/settings" not in main


def test_changes_are_logged_with_who_made_them(
    as_alice: Client, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "headwater.web.sites"):
        as_alice.post("/sites/add", FORM)
    assert f"user {alice.pk} added the Site example.com" in caplog.text
