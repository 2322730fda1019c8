"""The screens of sites as people with a screen reader or a keyboard meet them."""

from __future__ import annotations

import pytest
from django.test import Client

from headwater.web.sites.models import Link, PromoCode, Site
from web import pages

pytestmark = pytest.mark.slow

ADDRESSES = (
    "/sites", "/sites/add", "/sites/{site}", "/sites/{site}/settings", "/sites/{site}/remove",
    "/links", "/promo-codes",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_screen_can_be_read_and_filled_in_by_everybody(
    as_alice: Client, site: Site, link: Link, code: PromoCode, address: str
) -> None:
    page = pages.read(as_alice.get(address.format(site=site.pk)).content)
    asked = [one for one in page.fields if one.get("type") not in {"hidden", "submit"}]
    assert not [one for one in asked if one.get("id") not in page.labelled]
    assert page.tables == page.captions
    assert page.headings.count("h1") == 1
    assert all("alt" in image for image in page.images)
    assert len(page.ids) == len(set(page.ids))
    assert not page.outside
    assert not page.styled


@pytest.mark.parametrize("address", ["/sites", "/links", "/promo-codes"])
def test_an_empty_screen_says_what_to_do(
    as_alice: Client, as_bob: Client, address: str
) -> None:
    for client in (as_alice, as_bob):
        assert 'class="empty"' in client.get(address).content.decode()
