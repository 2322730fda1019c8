"""Click ids: what they imply, and that only some of them prove that an ad was paid for."""

from __future__ import annotations

import pytest

from headwater.journeys.channels import Arrival, classify, default_rules, parse_url_arrival

CLICK_IDS = [
    ("gclid", "Paid Search", "google"),
    ("gbraid", "Paid Search", "google"),
    ("wbraid", "Paid Search", "google"),
    ("dclid", "Display", "dv360"),
    ("msclkid", "Paid Search", "bing"),
    ("yclid", "Paid Search", "yandex"),
    ("ymclid", "Paid Shopping", "yandex.market"),
    ("ttclid", "Paid Social", "tiktok"),
    ("twclid", "Paid Social", "twitter"),
    ("li_fat_id", "Paid Social", "linkedin"),
    ("rdt_cid", "Paid Social", "reddit"),
    ("epik", "Paid Social", "pinterest"),
    ("ScCid", "Paid Social", "snapchat"),
    ("qclid", "Paid Social", "quora"),
    ("bd_vid", "Paid Search", "baidu"),
    ("tblci", "Paid Other", "taboola"),
    ("irclickid", "Affiliates", "impact"),
    ("awc", "Affiliates", "awin"),
    ("mc_eid", "Email", "mailchimp"),
    ("srsltid", "Organic Shopping", "google"),
    ("fbclid", "Organic Social", "facebook"),
]


@pytest.mark.parametrize(("parameter", "channel", "source"), CLICK_IDS)
def test_a_click_id_alone_names_source_and_channel(
    parameter: str, channel: str, source: str
) -> None:
    origin = classify(parse_url_arrival(f"https://example.com/?{parameter}=Abc123"))
    assert (origin.channel, origin.source) == (channel, source)
    assert origin.click_id_kind == parameter.lower()
    assert origin == classify(Arrival(click_id_kind=parameter, site="example.com"))


@pytest.mark.parametrize("parameter", default_rules().click_id_parameters)
def test_every_click_id_leads_to_a_channel(parameter: str) -> None:
    origin = classify(Arrival(click_id_kind=parameter))
    assert origin.channel not in {"Unassigned", "Direct"}


PAID = [one.parameter for one in default_rules().lists.click_ids if one.paid]


@pytest.mark.parametrize("parameter", PAID)
def test_a_paid_click_id_makes_a_search_visit_paid(parameter: str) -> None:
    arrival = Arrival(click_id_kind=parameter, referrer="https://www.google.com/")
    channel = classify(arrival).channel
    assert channel.startswith("Paid ") or channel == "Display"


def test_fbclid_alone_is_not_paid() -> None:
    shared = Arrival(click_id_kind="fbclid", referrer="https://l.facebook.com/")
    assert classify(shared).channel == "Organic Social"
    tagged = Arrival(click_id_kind="fbclid", utm_source="facebook", utm_medium="paid")
    assert classify(tagged).channel == "Paid Social"


def test_fbclid_yields_to_a_referrer_that_knows_better() -> None:
    instagram = Arrival(click_id_kind="fbclid", referrer="https://l.instagram.com/")
    assert classify(instagram).source == "instagram"
    copied = Arrival(click_id_kind="fbclid", referrer="https://blog.example.org/")
    assert classify(copied).channel == "Referral"


def test_tags_name_the_source_and_the_click_id_still_makes_it_paid() -> None:
    origin = classify(
        Arrival(utm_source="YouTube", utm_campaign="Launch", click_id_kind="gclid")
    )
    assert (origin.channel, origin.source, origin.medium) == ("Paid Video", "youtube", "cpc")
    assert origin.campaign == "Launch"


def test_a_click_id_counts_before_the_referrer_and_takes_its_keyword() -> None:
    origin = classify(
        Arrival(click_id_kind="gclid", referrer="https://www.google.com/search?q=Red+Shoes")
    )
    assert (origin.source, origin.medium, origin.keyword) == ("google", "cpc", "red shoes")


def test_an_unknown_click_id_is_kept_and_decides_nothing() -> None:
    origin = classify(Arrival(click_id_kind="zzclid"))
    assert (origin.channel, origin.click_id_kind) == ("Direct", "zzclid")


def test_a_click_id_on_an_own_page_is_not_internal() -> None:
    origin = classify(
        Arrival(click_id_kind="gclid", referrer="https://example.com/", site="example.com")
    )
    assert (origin.channel, origin.is_internal) == ("Paid Search", False)
