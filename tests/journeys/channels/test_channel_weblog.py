"""The searches of a real web server's log are all recognised, with what was searched for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from headwater.journeys.channels import Arrival, classify


@pytest.fixture(scope="module")
def referrers(shared_data: Path) -> list[str]:
    log = shared_data / "weblogs/apache_logs_semicomplete"
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return [line.split('"')[3] for line in lines if line.count('"') >= 5]


def test_the_seventy_google_searches_have_keywords(referrers: list[str]) -> None:
    google = [
        referrer
        for referrer in referrers
        if re.match(r"https?://([a-z0-9]+\.)*google\.", referrer)
        and re.search(r"[?&]q=[^&]", referrer)
    ]
    assert len(google) == 70
    for referrer in google:
        origin = classify(Arrival(referrer=referrer, site="www.semicomplete.com"))
        assert (origin.channel, origin.source) == ("Organic Search", "google")
        assert origin.keyword


def test_every_google_referrer_is_a_search(referrers: list[str]) -> None:
    channels = Counter(
        classify(Arrival(referrer=referrer, site="www.semicomplete.com")).channel
        for referrer in referrers
        if re.match(r"https?://(www|encrypted|images)\.google\.", referrer)
    )
    assert set(channels) == {"Organic Search"}


def test_the_sites_two_hosts_are_one_site(referrers: list[str]) -> None:
    for host in ("semicomplete.com", "www.semicomplete.com"):
        own = [text for text in referrers if text.startswith(f"http://{host}/")]
        assert len(own) >= 2000
        assert all(
            classify(Arrival(referrer=referrer, site="semicomplete.com")).is_internal
            for referrer in own
        )
