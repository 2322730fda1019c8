"""Whatever arrives, classifying never fails and always gives a known channel."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.journeys.channels import (
    Arrival,
    classify,
    default_rules,
    explain,
    parse_url_arrival,
)

CHANNELS = set(default_rules().channels)
ANY_TEXT = st.text(
    st.characters(exclude_categories=()),  # lone surrogates too
    max_size=60,
)
LIKELY = st.sampled_from(
    [
        "google", "facebook.com", "(direct)", "(none)", "(not set)", "cpc", "email", "%", "%zz",
        "%ff%fe", "+", "gclid", "fbclid", "https://www.google.com/search?q=%E9&x", "x://",
        "http://[", "http://[::1", "http://%00/", "android-app://", "https://google.", "http://.",
        "https://xn--/", "https://xn--a.com", "https://\u2024com/", "http://" + "a." * 120,
        "http://" + "\u00fc" * 80 + ".de", "//", "http://@:@/", "https://.google.com",
    ]
)  # fmt: skip
RAW = st.none() | ANY_TEXT | LIKELY | st.builds("https://{}/{}".format, ANY_TEXT, ANY_TEXT)
ARRIVALS = st.builds(
    Arrival,
    utm_source=RAW,
    utm_medium=RAW,
    utm_campaign=RAW,
    utm_term=RAW,
    click_id_kind=RAW,
    referrer=RAW,
    site=RAW,
    channel=RAW,
    source=RAW,
    medium=RAW,
)


@given(ARRIVALS)
def test_any_arrival_gets_a_known_channel(arrival: Arrival) -> None:
    origin = classify(arrival)
    assert origin.channel in CHANNELS
    assert origin.is_direct == (origin.channel == "Direct")
    assert not origin.is_internal or origin.source == "(direct)"
    texts = (origin.source, origin.medium, origin.campaign, origin.keyword)
    for text in (*texts, origin.click_id_kind, origin.referrer_domain):
        assert text is None or (text and len(text) <= 500)
        assert text is None or text.encode()  # fit to store: no lone surrogates


@given(ARRIVALS)
def test_explaining_gives_the_same_origin(arrival: Arrival) -> None:
    explanation = explain(arrival)
    assert explanation.origin == classify(arrival)
    assert explanation.tried[-1] == explanation.origin.rule
    assert explanation.because


@given(url=RAW.map(lambda text: text or ""), referrer=RAW, site=RAW)
def test_any_url_can_be_read(url: str, referrer: str | None, site: str | None) -> None:
    assert classify(parse_url_arrival(url, referrer, site)).channel in CHANNELS


@given(source=RAW, medium=RAW)
def test_what_was_derived_is_not_changed_by_classifying_it_again(
    source: str | None, medium: str | None
) -> None:
    first = classify(Arrival(source=source, medium=medium))
    again = classify(Arrival(source=first.source, medium=first.medium))
    assert (again.source, again.medium) == (first.source, first.medium)
    assert again.channel == first.channel


def test_control_characters_cannot_make_new_sources() -> None:
    for written in ("google\n", " Google", "\tgoogle\x00", "goo%67le%0D%0A"):
        assert classify(Arrival(utm_source=written, utm_medium="cpc")).source == "google"
    injected = classify(Arrival(utm_source="a%0Ab,%22c%22%0D", utm_medium="cpc"))
    assert injected.source == 'a b,"c"'


@pytest.mark.parametrize("filler", ["a", "%", "/", "?redir", "%f0%9f%98%80", "\n", "..", "&q="])
def test_a_million_characters_are_read_quickly(filler: str) -> None:
    text = filler * (1_000_000 // len(filler))
    hosts = ("https://www.google.com/", "https://nl.ask.com/", "https://", "")
    started = time.process_time()
    for host in hosts:
        url = f"https://example.com/?utm_source={text}"
        arrival = parse_url_arrival(url, f"{host}{text}", text)
        assert classify(arrival).channel in CHANNELS
        classify(Arrival(source=text, medium=text, utm_campaign=text, channel=text))
    assert time.process_time() - started < 2


@pytest.mark.slow
def test_ten_thousand_arrivals_take_less_than_a_cpu_second() -> None:
    arrivals = [
        Arrival(
            utm_source=("google", "Face%20book", "list")[number % 3],
            utm_medium=("cpc", "email", "social", "x")[number % 4],
            utm_campaign=f"spring%20sale%20{number}",
            referrer=f"https://www.google.com/search?q=shoes+{number % 500}",
            site="example.com",
        )
        for number in range(10_000)
    ]
    rules = default_rules()
    started = time.process_time()
    for arrival in arrivals:
        classify(arrival, rules)
    assert time.process_time() - started < 1
