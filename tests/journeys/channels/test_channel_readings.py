"""An explanation says what was read, and where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.journeys.channels import (
    Arrival,
    Explanation,
    default_rules,
    explain,
    parse_url_arrival,
)

SITE = "https://shop.example.com/"


def told(explained: Explanation) -> dict[str, tuple[str, str]]:
    return {one.field: (one.value, one.found_in) for one in explained.readings}


# query, referrer, field -> value, where (a part of it)
READ = [
    ("?utm_source=List&utm_medium=email", None, "source", "list", "landing address's tag"),
    ("?utm_source=chatgpt.com", None, "source_category", "ai", "hosts.ai: chatgpt"),
    ("?utm_source=bing", None, "source_category", "search", "ga4_sources.json: bing"),
    ("?gclid=1", None, "source", "google", "click id gclid (click_ids.toml)"),
    ("?gclid=1", None, "medium", "cpc", "click id gclid (click_ids.toml)"),
    ("?gclid=1", None, "click_id_kind", "gclid", "only advertisements carry it"),
    ("?fbclid=1", None, "click_id_kind", "fbclid", "proves no advertisement"),
    ("?fbclid=1", "https://l.instagram.com/", "source", "instagram", "host l.instagram.com"),
    ("?gclid=1&utm_source=zz", None, "source_category", "search", "click id gclid"),
    ("", "https://www.google.com/search?q=Shoes", "keyword", "shoes", "search in the referrer"),
    ("", "https://google.com/", "referrer", "google.com", "search_engines.json: Google"),
    ("", "https://www.google.com/", "medium", "organic", "sources.toml, mediums"),
    ("", "https://github.com/", "source_category", "social", "socials.json: GitHub"),
    ("", "https://blog.example.org/", "referrer", "blog.example.org", "no list knows the host"),
    ("", "https://news.google.com/", "referrer", "news.google.com", "overrules"),
    ("", "https://www.paypal.com/", "referrer", "www.paypal.com", "payment: paypal)"),
    ("", "https://acs.bank.example/", "referrer", "acs.bank.example", "gateway_labels: acs"),
    ("", "https://www.example.com/", "referrer", "www.example.com", "of your own (the site"),
    ("", "https://own.example/", "referrer", "own.example", "own_domains"),
    ("", "about:blank", "referrer", "about:blank", "names no site and no app"),
    ("", "https://webmail.a.example/", "source_category", "email", "begins with mail."),
    ("", None, "source", "(direct)", "nothing names a source"),
    ("", None, "medium", "(none)", "without a source"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "referrer", "field", "value", "where"), READ)
def test_each_thing_read_is_told_with_its_place(
    query: str, referrer: str | None, field: str, value: str, where: str
) -> None:
    rules = default_rules().with_own_domains(["own.example"])
    explained = explain(parse_url_arrival(f"{SITE}{query}", referrer), rules)
    found, found_in = told(explained)[field]
    assert found == value
    assert where in found_in


def test_what_was_recorded_is_told_apart_from_tags() -> None:
    recorded = told(explain(Arrival(source="radio 1", medium="radio", utm_source="google")))
    assert recorded["source"] == ("radio 1", "what was recorded")
    channel = told(explain(Arrival(channel="Paid Social")))
    assert channel["recorded_channel"] == ("Paid Social", "the channel that was recorded")
    word = told(explain(Arrival(source="organic_search")))
    assert "a word for a channel" in word["recorded_channel"][1]


TEXT = st.none() | st.text(max_size=30) | st.sampled_from(["google", "cpc", "gclid", "a.com"])


@given(
    st.builds(
        Arrival,
        utm_source=TEXT,
        utm_medium=TEXT,
        utm_term=TEXT,
        click_id_kind=TEXT,
        referrer=TEXT.map(lambda text: f"https://{text}/" if text else text),
        site=TEXT,
        source=TEXT,
        medium=TEXT,
        channel=TEXT,
    )
)
def test_readings_say_what_the_origin_says(arrival: Arrival) -> None:
    explained = explain(arrival)
    fields = told(explained)
    assert fields["source"][0] == (explained.origin.source or "")
    assert fields.get("medium", ("",))[0] == (explained.origin.medium or "")
    assert fields.get("keyword", ("",))[0] == (explained.origin.keyword or "")
    assert all(one.found_in for one in explained.readings)
