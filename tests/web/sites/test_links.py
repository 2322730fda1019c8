from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from headwater.web.sites import publishing
from headwater.web.sites.models import Link, PromoCode, Site
from web import pages
from web.sites.conftest import Published

pytestmark = pytest.mark.slow

GOOD = {
    "slug": "fair26",
    "url": "https://shop.example.com/stand",
    "source": "Trade Fair",
    "medium": "QR",
    "campaign": "Berlin 26",
}


def test_a_link_is_made_and_leads_with_its_source_written_on_it(
    as_alice: Client, site: Site, published: Published
) -> None:
    response = as_alice.post("/links/add", {**GOOD, "site": site.pk}, follow=True)
    assert "/l/fair26 works now." in pages.read(response.content).text
    (told,) = published().links
    assert (told.slug, told.site, told.source, told.medium) == (
        "fair26", "example.com", "trade fair", "qr",
    )  # fmt: skip
    assert parse_qs(urlsplit(told.url).query) == {
        "utm_source": ["trade fair"],
        "utm_medium": ["qr"],
        "utm_campaign": ["Berlin 26"],
    }


def test_what_an_address_says_already_is_not_said_over(
    link: Link, published: Published
) -> None:
    (told,) = published().links
    assert told.url.startswith("https://example.com/offer?a=1&utm_source=radio+one")
    assert told.url.endswith("#top")
    link.url = "https://example.com/?utm_source=own&utm_medium="
    link.save()
    assert publishing.tagged(link) == (
        "https://example.com/?utm_source=own&utm_medium=&utm_campaign=Spring"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "https://evil.example/"),
        ("url", "https://example.com.evil.example/"),
        ("url", "https://example.com@evil.example/"),
        ("url", "https://evil.example\\.example.com/"),
        ("url", "https://notexample.com/"),
        ("url", "//evil.example/"),
        ("url", "javascript:alert(1)"),
        ("url", "data:text/html,x"),
        ("url", "https://example.com/\r\nSet-Cookie: a=b"),
        ("url", "https://example.com/" + "a" * 3000),
        ("url", ""),
        ("slug", "no slug"),
        ("slug", "../admin"),
        ("slug", "ü"),
        ("slug", "a" * 65),
        ("slug", ""),
        ("source", ""),
        ("medium", ""),
        ("site", "999999"),
    ],
)
def test_a_link_never_leads_away_from_the_site(
    as_alice: Client, site: Site, field: str, value: str
) -> None:
    response = as_alice.post("/links/add", {**GOOD, "site": site.pk, field: value})
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert not Link.objects.exists()


def test_a_short_name_is_given_once(as_alice: Client, link: Link) -> None:
    response = as_alice.post("/links/add", {**GOOD, "site": link.site.pk, "slug": "RADIO"})
    assert response.status_code == 400
    assert b"already exists" in response.content


def test_a_link_has_a_code_for_cameras(as_bob: Client, link: Link) -> None:
    assert b"/links/radio.svg" in as_bob.get("/links").content
    shown = as_bob.get("/links/radio.svg")
    assert shown.headers["Content-Type"] == "image/svg+xml"
    assert shown.content.startswith(b"<svg")
    kept = as_bob.get("/links/radio.svg?download")
    assert kept.headers["Content-Disposition"] == 'attachment; filename="radio.svg"'
    assert as_bob.get("/links/none.svg").status_code == 404


def test_a_removed_link_is_gone_for_the_collector(
    as_alice: Client, link: Link, published: Published
) -> None:
    assert as_alice.post(f"/links/{link.pk}/remove").status_code == 302
    assert not published().links


def test_a_link_counts_the_sessions_that_every_report_counts(
    as_bob: Client, link: Link
) -> None:
    Link.objects.filter(pk=link.pk).update(
        source="newsletter", medium="email", campaign="spring"
    )
    words = pages.read(as_bob.get("/links").content).text
    row = words[words.index("newsletter / email · spring") :].split()
    assert row[5] == "11", "by it the story has one session and one lead"


def test_a_promo_code_is_added_published_and_removed(
    as_alice: Client, published: Published
) -> None:
    typed = {"code": "radio10", "source": "Radio One", "medium": "promo", "campaign": ""}
    assert as_alice.post("/promo-codes/add", typed).status_code == 302
    (told,) = published().promo_codes
    assert (told.code, told.source, told.campaign) == ("RADIO10", "radio one", None)
    assert as_alice.post("/promo-codes/add", typed).status_code == 400, "given once"
    assert as_alice.post("/promo-codes/add", {**typed, "code": "a b"}).status_code == 400
    assert as_alice.post("/promo-codes/add", {**typed, "code": "x"}).status_code == 400
    as_alice.post(f"/promo-codes/{PromoCode.objects.get().pk}/remove")
    assert not published().promo_codes


def test_codes_of_every_script_are_taken(as_alice: Client, published: Published) -> None:
    typed = {"code": "лето-20", "source": "радио", "medium": "promo"}
    as_alice.post("/promo-codes/add", typed)
    assert published().promo_codes[0].code == "ЛЕТО-20"


def test_links_that_share_what_they_say_tell_that_they_are_counted_together(
    as_bob: Client, link: Link, site: Site
) -> None:
    assert "counted together" not in as_bob.get("/links").content.decode()
    told = {"source": link.source, "medium": link.medium, "campaign": link.campaign}
    Link.objects.create(site=site, slug="again", url="https://example.com/", **told)
    shown = as_bob.get("/links").content.decode()
    assert "counted together with again" in shown
    assert "counted together with radio" in shown
