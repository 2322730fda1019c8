"""Reading an arrival from a landing page's URL."""

from __future__ import annotations

import pytest

from headwater.journeys.channels import Arrival, classify, parse_url_arrival

SITE = "https://example.com/landing"


def test_tags_are_kept_raw_and_the_site_is_the_urls_host() -> None:
    arrival = parse_url_arrival(
        f"{SITE}?utm_source=News+Letter&utm_medium=e%2Dmail&utm_campaign=a%20b&utm_term=t"
        "&utm_content=c&x=1",
        "https://www.google.com/",
    )
    assert arrival == Arrival(
        utm_source="News+Letter",
        utm_medium="e%2Dmail",
        utm_campaign="a%20b",
        utm_term="t",
        utm_content="c",
        referrer="https://www.google.com/",
        site="example.com",
    )


FORMS = [
    f"{SITE}?utm_source=list&utm_medium=email",
    f"{SITE}?a=b&UTM_Source=list&utm_MEDIUM=email",
    f"{SITE}#utm_source=list&utm_medium=email",
    f"{SITE}?x=1#/route?utm_source=list&utm_medium=email",
    f"{SITE}?utm_source=list&amp;utm_medium=email",
    f"{SITE}?utm%5Fsource=list&utm%5Fmedium=email",
    f"{SITE}?utm_source=list&utm_medium=email&utm_source=other",
    f"{SITE}?utm_source=&utm_source=list&utm_medium=email",
    f"{SITE}?mtm_source=list&mtm_medium=email",
    f"{SITE}?pk_source=list&pk_medium=email",
    "?utm_source=list&utm_medium=email",
    "/landing?utm_source=list&utm_medium=email",
]


@pytest.mark.parametrize("url", FORMS)
def test_tags_are_found_however_they_are_written(url: str) -> None:
    origin = classify(parse_url_arrival(url))
    assert (origin.source, origin.medium, origin.channel) == ("list", "email", "Email")


def test_of_several_click_ids_the_paid_one_counts() -> None:
    assert parse_url_arrival(f"{SITE}?fbclid=1&gclid=2").click_id_kind == "gclid"
    assert parse_url_arrival(f"{SITE}?gclid=&fbclid=1").click_id_kind == "fbclid"
    assert parse_url_arrival(SITE).click_id_kind is None


def test_the_real_feed_tags_are_the_same_raw_and_encoded() -> None:
    raw = "utm_campaign=Feed:+semicomplete/main+(semicomplete.com+-+Jordan+Sissel)"
    encoded = "utm_campaign=Feed%3A+semicomplete%2Fmain+%28semicomplete.com+-+Jordan+Sissel%29"
    origins = {
        classify(parse_url_arrival(f"{SITE}?utm_source=feedburner&utm_medium=feed&{campaign}"))
        for campaign in (raw, encoded)
    }
    assert len(origins) == 1
    assert (
        origins.pop().campaign == "Feed: semicomplete/main (semicomplete.com - Jordan Sissel)"
    )
