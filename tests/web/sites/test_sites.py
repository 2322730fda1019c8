from __future__ import annotations

import re

import pytest
from django.test import Client

import story
from headwater.domain.words import FactKind
from headwater.web.sites.models import Site, WriteKey
from web import pages
from web.scene import Company
from web.sites.conftest import Published

pytestmark = pytest.mark.slow


def test_three_steps_lead_from_a_name_to_a_line_to_copy(
    as_alice: Client, published: Published
) -> None:
    assert b"Add a site" in as_alice.get("/sites").content
    typed = {"domain": "https://WWW.Fresh.example/shop?a=1", "currency": "try", "region": "tr"}
    response = as_alice.post("/sites/add", typed)
    site = Site.objects.get()
    assert response.headers["Location"] == f"/sites/{site.pk}"
    assert (site.domain, site.currency, site.region) == ("fresh.example", "TRY", "TR")
    (told,) = published().sites
    (key,) = told.write_keys
    assert re.fullmatch("hw_[A-Za-z0-9]{22}", key)
    text = pages.read(as_alice.get(f"/sites/{site.pk}").content).text
    assert f'data-key="{key}"' in text
    assert "Waiting for the first event" in text


@pytest.mark.parametrize(
    ("domain", "kept"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.COM.", "example.com"),
        ("http://www.example.com:8080/a?b#c", "example.com"),
        ("www.com", "www.com"),
        ("localhost", "localhost"),
        ("localhost:8000", "localhost"),
        ("müller.de", "xn--mller-kva.de"),
        ("https://магазин.рф/x", "xn--80aairftm.xn--p1ai"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_domain_is_taken_as_people_type_it(as_alice: Client, domain: str, kept: str) -> None:
    as_alice.post("/sites/add", {"domain": domain, "currency": "EUR"})
    assert [one.domain for one in Site.objects.all()] == [kept]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("domain", "", "required"),
        ("domain", "no domain", "is no domain"),
        ("domain", "javascript:alert(1)", "is no domain"),
        ("domain", "https://[::1", "is no domain"),
        ("domain", "exa\u202emple.com", "is no domain"),
        ("domain", "a" * 300 + ".com", "at most 253"),
        ("domain", "<script>alert(1)</script>", "is no domain"),
        ("domain", "example.com:port", "is no domain"),
        ("currency", "EURO", "at most 3"),
        ("currency", "XXX", "no currency code"),
        ("region", "ZZ", "no country code"),
    ],
)
def test_what_cannot_be_a_site_is_refused_with_a_reason(
    as_alice: Client, field: str, value: str, said: str
) -> None:
    typed = {"domain": "example.com", "currency": "EUR", "region": "", field: value}
    response = as_alice.post("/sites/add", typed)
    assert response.status_code == 400
    assert said in pages.read(response.content).text
    assert not Site.objects.exists()
    assert b"<script>alert" not in response.content


def test_one_domain_is_one_site(as_alice: Client, site: Site) -> None:
    response = as_alice.post("/sites/add", {"domain": "www.EXAMPLE.com", "currency": "EUR"})
    assert response.status_code == 400
    assert b"already exists" in response.content


def test_settings_are_saved_and_published(
    as_alice: Client, site: Site, published: Published
) -> None:
    typed = {
        "aliases": "shop.example.com\n https://blog.example.com/ ,shop.example.com",
        "own_domains": "example-pay.com",
        "currency": "USD",
        "region": "",
        "consent": "cookieless",
        "honour_gpc": "on",
        "form_fields": ["email", "name"],
        "collect_at": "https://example.com/hw/",
    }
    assert as_alice.post(f"/sites/{site.pk}/settings", typed).status_code == 302
    (told,) = published().sites
    assert told.aliases == ("shop.example.com", "blog.example.com")
    assert told.own_domains == ("example-pay.com",)
    assert (told.currency, told.region, told.consent) == ("USD", None, "cookieless")
    assert (told.honour_gpc, told.form_fields) == (True, ("email", "name"))
    text = pages.read(as_alice.get(f"/sites/{site.pk}").content).text
    assert 'src="https://example.com/hw/hw.js"' in text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("aliases", "good.example.com bad/", ""),
        ("aliases", "two words and (brackets)", "is no domain"),
        ("own_domains", "http://", "is no domain"),
        ("consent", "denied", "Select a valid choice"),
        ("form_fields", "password", "Select a valid choice"),
        ("collect_at", "javascript:alert(1)", "no web address"),
        ("collect_at", "//example.com/hw", "no web address"),
        ("collect_at", "https://user:word@example.com/hw", "no web address"),
        ("collect_at", 'https://example.com/"><script>', ""),
        ("collect_at", "https://example.com/hw?a=1", "Leave out everything"),
    ],
)
def test_wrong_settings_are_refused_or_made_harmless(
    as_alice: Client, site: Site, published: Published, field: str, value: str, said: str
) -> None:
    typed = {"currency": "EUR", "consent": "granted", field: value}
    response = as_alice.post(f"/sites/{site.pk}/settings", typed)
    if said:
        assert response.status_code == 400
        assert said in pages.read(response.content).text
    assert b"<script>" not in as_alice.get(f"/sites/{site.pk}").content
    assert published().sites


def test_a_key_is_changed_without_losing_an_event(
    as_alice: Client, site: Site, published: Published
) -> None:
    (old,) = published().sites[0].write_keys
    as_alice.post(f"/sites/{site.pk}/keys")
    both = published().sites[0].write_keys
    assert len(both) == 2
    assert both[1] == old, "the newest comes first: it is the one to copy"
    as_alice.post(f"/sites/{site.pk}/keys/{WriteKey.objects.get(key=old).pk}/remove")
    assert published().sites[0].write_keys == both[:1]


def test_a_key_of_another_site_is_not_removed_by_this_one_s_page(
    as_alice: Client, site: Site
) -> None:
    other = Site.objects.create(domain="other.example")
    key = WriteKey.objects.create(site=other)
    assert as_alice.post(f"/sites/{site.pk}/keys/{key.pk}/remove").status_code == 404
    assert WriteKey.objects.filter(pk=key.pk).exists()


def test_a_site_is_removed_only_by_its_name(
    as_alice: Client, site: Site, published: Published
) -> None:
    address = f"/sites/{site.pk}/remove"
    assert as_alice.post(address, {"domain": "exmaple.com"}).status_code == 400
    assert published().sites
    assert as_alice.post(address, {"domain": " Example.com"}).status_code == 302
    assert not published().sites


def test_a_site_without_a_key_says_so(as_alice: Client, site: Site) -> None:
    site.keys.all().delete()
    assert b"This site has no key" in as_alice.get(f"/sites/{site.pk}").content


def test_the_first_events_are_shown_while_they_arrive(
    as_bob: Client, site: Site, company: Company
) -> None:
    site.domain = "live.example"
    site.save()
    address = f"/sites/{site.pk}/live"
    assert b"Waiting for the first event" in as_bob.get(address).content
    page = story.page("v-live", 500, "/?gclid=x", "https://www.google.com/")
    company.workspace.facts.append(FactKind.EVENT, [{**page, "site": "live.example"}])
    text = pages.read(as_bob.get(address).content).text
    assert "Events arrive from live.example" in text
    assert "Paid Search" in text
    assert "nothing yet" not in pages.read(as_bob.get("/sites").content).text


def test_a_site_whose_events_are_in_the_tables_shows_its_last_sessions(
    as_bob: Client, site: Site, company: Company
) -> None:
    text = pages.read(as_bob.get(f"/sites/{site.pk}").content).text
    assert "Events arrive from example.com" in text


def test_the_tables_of_no_data_are_not_asked(as_bob: Client, site: Site) -> None:
    assert as_bob.get("/sites").status_code == 200
