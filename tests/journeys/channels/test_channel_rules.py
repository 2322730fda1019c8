"""The ordered rules, case by case: GA4's default channel group and our deviations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.journeys.channels import Arrival, classify

# source, medium, campaign -> channel
GA4 = [
    (None, None, None, "Direct"),
    ("(direct)", "(none)", None, "Direct"),
    ("(direct)", "(not set)", None, "Direct"),
    ("(not set)", "(not set)", None, "Direct"),
    ("anything", "anything", "2024-cross-network-eu", "Cross-network"),
    ("etsy.com", "cpc", None, "Paid Shopping"),
    ("anything", "retargeting", "spring-shop", "Paid Shopping"),
    ("anything", "cpc", "eshop", "Paid Shopping"),
    # `shop` counts at the start, and not after a letter other than e
    ("anything", "cpc", "bishop", "Paid Other"),
    ("anything", "cpc", "workshop", "Paid Other"),
    ("Google", "CPC", None, "Paid Search"),
    ("bing", "ppc", None, "Paid Search"),
    ("facebook", "paid", None, "Paid Social"),
    ("youtube.com", "cpv", None, "Paid Video"),
    ("youtube.com", "paid-video", None, "Paid Video"),
    ("anything", "cpm", None, "Display"),
    ("anything", "banner", None, "Display"),
    ("anything", "cpa", None, "Paid Other"),
    ("Google Shopping", None, None, "Organic Shopping"),
    ("anything", None, "window-shopping", "Organic Shopping"),
    ("quora.com", "referral", None, "Organic Social"),
    ("anything", "social media", None, "Organic Social"),
    ("anything", "social-network", None, "Organic Social"),
    ("anything", "sm", None, "Organic Social"),
    ("vimeo", None, None, "Organic Video"),
    ("anything", "videoad", None, "Organic Video"),
    ("duckduckgo", "referral", None, "Organic Search"),
    ("anything", "organic", None, "Organic Search"),
    ("anything", "link", None, "Referral"),
    ("anything", "app", None, "Referral"),
    ("anything", "e_mail", None, "Email"),
    ("e mail", "anything", None, "Email"),
    ("anything", "affiliate", None, "Affiliates"),
    ("anything", "audio", None, "Audio"),
    ("sms", "anything", None, "SMS"),
    ("anything", "sms", None, "SMS"),
    ("anything", "webpush", None, "Mobile Push Notifications"),
    ("anything", "in-app-notification", None, "Mobile Push Notifications"),
    ("firebase", "anything", None, "Mobile Push Notifications"),
    ("feedburner", "feed", "Feed: main", "Unassigned"),
]


@pytest.mark.parametrize(("source", "medium", "campaign", "channel"), GA4)
def test_ga4s_rules_decide_tagged_arrivals(
    source: str | None, medium: str | None, campaign: str | None, channel: str
) -> None:
    arrival = Arrival(utm_source=source, utm_medium=medium, utm_campaign=campaign)
    assert classify(arrival).channel == channel


OURS = [
    (Arrival(utm_source="facebook", utm_medium="email"), "Email", "email"),
    (Arrival(utm_source="list", utm_medium="newsletter"), "Email", "email"),
    (
        Arrival(utm_source="list", utm_medium="email", utm_campaign="summer_shop"),
        "Email",
        "email",
    ),
    (Arrival(utm_source="blog", utm_medium="affiliates"), "Affiliates", "affiliates"),
    (Arrival(utm_source="chatgpt.com"), "AI Assistant", "ai-assistant"),
    (Arrival(utm_source="x", utm_medium="ai-assistant"), "AI Assistant", "ai-assistant"),
    (Arrival(utm_source="chatgpt.com", utm_medium="cpc"), "Paid Other", "paid-other"),
    (Arrival(utm_source="somewhere", utm_medium="paid-social"), "Paid Social", "paid-social"),
    (Arrival(utm_source="somewhere", utm_medium="paid_search"), "Paid Search", "paid-search"),
    (Arrival(source="leaflet-7", medium="leaflet"), "Offline", "offline"),
    (Arrival(source="+49 30 1234", medium="call"), "Offline", "offline"),
    (Arrival(source="antenna 1", medium="radio"), "Offline", "offline"),
    (Arrival(source="poster", medium="QR code"), "Offline", "offline"),
    (Arrival(source="voucher", medium="promo"), "Offline", "offline"),
    (Arrival(source="the form asked", medium="self-reported"), "Offline", "offline"),
    (Arrival(source="Alice", medium="word of mouth"), "Word of Mouth", "word-of-mouth"),
    (Arrival(source="Bob", medium="recommendation"), "Word of Mouth", "word-of-mouth"),
    (Arrival(source="Charlie", medium="friend"), "Word of Mouth", "word-of-mouth"),
    (Arrival(utm_campaign="spring"), "Unassigned", "unassigned"),
]


@pytest.mark.parametrize(("arrival", "channel", "rule"), OURS)
def test_our_deviations_from_ga4_hold(arrival: Arrival, channel: str, rule: str) -> None:
    origin = classify(arrival)
    assert (origin.channel, origin.rule) == (channel, rule)


def test_every_published_ga4_case_holds_but_the_one_that_contradicts_its_rules(
    shared_data: Path,
) -> None:
    cases = json.loads((shared_data / "channels/velir_ga4_cases.json").read_text("utf-8"))
    assert len(cases) == 30
    differing = []
    for case in cases:
        tagged = Arrival(
            utm_source=case["source"],
            utm_medium=case["medium"],
            utm_campaign=case["campaign"],
        )
        if classify(tagged).channel != case["expected_channel"]:
            differing.append((case["source"], case["medium"], classify(tagged).channel))
    # An empty medium is not paid, so `Paid Shopping` cannot be right.
    assert differing == [("alibaba", "", "Organic Shopping")]


WORDS = [
    ("organic_search", "Organic Search"),
    ("ORGANIC_SEARCH", "Organic Search"),
    ("Organic Search", "Organic Search"),
    ("paid_search", "Paid Search"),
    ("Google Ads", "Paid Search"),
    ("social", "Organic Social"),
    ("SOCIAL_MEDIA", "Organic Social"),
    ("paid_social", "Paid Social"),
    ("direct_traffic", "Direct"),
    ("email", "Email"),
    ("EMAIL_MARKETING", "Email"),
    ("referral", "Referral"),
    ("display", "Display"),
    ("affiliate", "Affiliates"),
    ("AI_REFERRALS", "AI Assistant"),
    ("OFFLINE", "Offline"),
    ("Trade Show", "Offline"),
    ("Word of mouth", "Word of Mouth"),
    ("Employee Referral", "Word of Mouth"),
    ("google", "Organic Search"),
    ("Facebook", "Organic Social"),
    ("other", "Unassigned"),
    ("unknown", "Unassigned"),
    ("other_publicities", "Unassigned"),
]


@pytest.mark.parametrize(("written", "channel"), WORDS)
def test_a_source_word_alone_names_its_channel_and_stays_the_source(
    written: str, channel: str
) -> None:
    origin = classify(Arrival(source=written))
    assert (origin.channel, origin.source, origin.medium) == (channel, written.lower(), None)
    assert origin.is_direct == (channel == "Direct")


def test_a_medium_beside_a_source_word_is_stronger_than_the_word() -> None:
    assert classify(Arrival(source="social", medium="email")).channel == "Email"


def test_a_recorded_channel_counts_before_all_rules() -> None:
    origin = classify(Arrival(channel="paid social", source="google", medium="cpc"))
    assert (origin.channel, origin.source, origin.medium) == ("Paid Social", "google", "cpc")
    alone = classify(Arrival(channel="Word of Mouth"))
    assert (alone.channel, alone.source, alone.medium) == ("Word of Mouth", None, None)
    direct = classify(Arrival(channel="Direct"))
    assert (direct.source, direct.medium, direct.is_direct) == ("(direct)", "(none)", True)


def test_a_recorded_channel_that_nobody_knows_is_kept_as_the_source() -> None:
    origin = classify(Arrival(channel="Harvest Fête 2024"))
    assert (origin.channel, origin.source) == ("Unassigned", "harvest fête 2024")
    beside = classify(Arrival(channel="Harvest Fête 2024", source="google", medium="cpc"))
    assert (beside.channel, beside.source) == ("Paid Search", "google")


def test_recorded_texts_are_plain_and_tags_are_decoded_once() -> None:
    plain = classify(Arrival(source="C++ course", medium="100%25", campaign="a+b%20c"))
    assert (plain.source, plain.medium, plain.campaign) == ("c++ course", "100%25", "a+b%20c")
    tags = classify(
        Arrival(
            utm_source="News+Letter",
            utm_medium="e%2Dmail",
            utm_campaign="Spring%2520Sale+%F0%9F%98%80",
            utm_content="%ff%fe",
            utm_term="red%0Ashoes",
        )
    )
    assert (tags.source, tags.medium) == ("news letter", "e-mail")
    assert tags.campaign == "Spring%20Sale 😀"
    assert tags.content == "\ufffd\ufffd"
    assert tags.keyword == "red shoes"
