"""The demo's own small site: people play the visitor there and watch themselves arrive."""

from __future__ import annotations

import pytest
from django.test import Client

from headwater.web.sites import command_line
from headwater.web.sites.models import Link, PromoCode, Site
from web import pages
from web.sites.conftest import Published

pytestmark = pytest.mark.slow


def test_the_demo_site_is_made_once_and_its_link_follows_the_app(published: Published) -> None:
    assert command_line.add_demo_site("http://127.0.0.1:8000") == (
        "http://127.0.0.1:8000/demo/offices"
    )
    command_line.add_demo_site("http://127.0.0.1:9000")
    assert Site.objects.count() == Link.objects.count() == PromoCode.objects.count() == 1
    told = published()
    assert told.sites[0].aliases == ("127.0.0.1",)
    assert told.links[0].url.startswith("http://127.0.0.1:9000/demo/offices?utm_source=")


def test_its_pages_carry_the_line_and_its_form_the_key(as_charlie: Client) -> None:
    command_line.add_demo_site("http://127.0.0.1:8000")
    key = Site.objects.get().keys.get().key
    for name in ("offices", "prices", "contact", "thanks"):
        response = as_charlie.get(f"/demo/{name}", headers={"host": "localhost:8000"})
        page = pages.read(response.content)
        assert (
            f'src="http://localhost:8001/hw.js" data-key="{key}"' in response.content.decode()
        )
        assert (
            "script-src http://localhost:8001;" in response.headers["Content-Security-Policy"]
        )
        assert not page.styled
    contact = pages.read(
        as_charlie.get("/demo/contact", headers={"host": "localhost:8000"}).content
    )
    assert [one["action"] for one in contact.forms] == [f"http://localhost:8001/f/{key}"]


def test_there_is_no_such_page_where_nobody_made_the_demo(as_charlie: Client) -> None:
    assert as_charlie.get("/demo/offices").status_code == 404
    command_line.add_demo_site("http://127.0.0.1:8000")
    assert as_charlie.get("/demo/nothing").status_code == 404
    Site.objects.get().keys.all().delete()
    assert as_charlie.get("/demo/offices").status_code == 404
