from __future__ import annotations

import pytest
from django.test import Client

from web import pages
from web.test_screens import SCREENS

pytestmark = pytest.mark.slow


@pytest.fixture(params=[*SCREENS, "/journeys/crm:1", "/nowhere"])
def page(request: pytest.FixtureRequest, as_alice: Client) -> pages.Page:
    return pages.read(as_alice.get(request.param).content)


def test_every_field_has_a_label(page: pages.Page) -> None:
    asked = [one for one in page.fields if one.get("type") not in {"hidden", "submit"}]
    unnamed = [one for one in asked if one.get("id") not in page.labelled]
    assert not unnamed


def test_every_table_has_a_caption(page: pages.Page) -> None:
    assert page.tables == page.captions


def test_a_page_has_one_main_heading_and_a_language(page: pages.Page) -> None:
    assert page.headings.count("h1") == 1
    assert page.language == "en"


def test_every_picture_has_a_text_or_is_decoration(page: pages.Page) -> None:
    assert all("alt" in image for image in page.images)


def test_no_id_is_used_twice(page: pages.Page) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_nothing_comes_from_another_site_and_nothing_is_styled_inline(page: pages.Page) -> None:
    assert not page.outside
    assert not page.styled


def test_every_script_is_a_file_of_ours_data_or_carries_the_nonce(page: pages.Page) -> None:
    for script in page.scripts:
        is_data = script.get("type") == "application/json"
        assert is_data or script.get("nonce") or script["src"].startswith("/static/")


def test_the_policy_lets_a_page_load_only_from_itself(as_alice: Client) -> None:
    policy = as_alice.get("/leads").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_keyboards_reach_the_content_first(as_alice: Client) -> None:
    body = as_alice.get("/leads").content.decode()
    assert body.index('href="#content"') < body.index("<nav")
    assert 'id="content"' in body


def test_files_are_kept_for_a_year_under_their_own_address(as_charlie: Client) -> None:
    body = as_charlie.get("/sign-in").content
    address = next(one for one in body.decode().split('"') if "app.css?v=" in one)
    kept = as_charlie.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Encoding"] == "gzip"
    etag = kept.headers["ETag"]
    assert as_charlie.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert "immutable" not in as_charlie.get(address[:-3] + "abc").headers["Cache-Control"]
    for wrong in ("/static/../settings.py", "/static/headwater", "/static/none.js"):
        assert as_charlie.get(wrong).status_code == 404
