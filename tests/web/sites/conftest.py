"""Alice owns, Bob reads, Charlie stands outside; there is one site, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headwater.capture import snapshot
from headwater.web.sites import changes
from headwater.web.sites.models import Link, PromoCode, Site
from web import DIRECTORY
from web.scene import Company

Published = Callable[[], snapshot.CaptureSnapshot]


@pytest.fixture(autouse=True)
def _no_sites_yet(company: Company) -> None:
    for model in (Link, PromoCode, Site):
        model.objects.all().delete()


@pytest.fixture
def published() -> Published:
    """What the collector reads."""
    return lambda: snapshot.read(DIRECTORY / snapshot.SNAPSHOT_FILE)


@pytest.fixture
def site() -> Site:
    made = Site(domain="example.com", region="DE")
    made.full_clean()
    changes.save(made, "a test")
    return made


@pytest.fixture
def link(site: Site) -> Link:
    made = Link(
        site=site, slug="radio", url="https://example.com/offer?a=1#top", source="Radio One",
        medium="radio", campaign="Spring",
    )  # fmt: skip
    made.full_clean()
    changes.save(made, "a test")
    return made


@pytest.fixture
def code() -> PromoCode:
    made = PromoCode(code="radio10", source="radio-one", medium="promo")
    made.full_clean()
    changes.save(made, "a test")
    return made
