"""Every entry of the shipped lists is found again, and they are what was published."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.journeys.channels import Arrival, classify
from headwater.journeys.channels.convert_lists import convert
from headwater.journeys.channels.lists import DATA, Engine, shipped

LISTS = shipped()
LEFT_OUT = LISTS.sources.overrules.engines
ENGINES = [
    (engine, url)
    for engine in LISTS.engines
    if engine.name not in LEFT_OUT and any(not name.startswith("/") for name in engine.params)
    for url in engine.urls
]
ORGANIC = {
    "search": "Organic Search",
    "social": "Organic Social",
    "video": "Organic Video",
    "shopping": "Organic Shopping",
}


def _address(url: str) -> str:
    host, _, path = url.removeprefix("android-app//").partition("/")
    host = host.replace(".{}", ".com.br") if host.endswith(".{}") else host.replace("{}", "de")
    return f"https://{host}/{path or 'find'}"


def test_the_engines_that_we_overrule_are_in_the_list() -> None:
    names = {engine.name for engine in LISTS.engines}
    assert names >= LEFT_OUT
    assert LISTS.sources.overrules.open_engines <= names


def test_there_are_over_two_hundred_engines() -> None:
    assert len({engine.name for engine, _ in ENGINES}) > 200


@pytest.mark.parametrize(
    ("engine", "url"), ENGINES, ids=[f"{engine.name}-{url}" for engine, url in ENGINES]
)
def test_a_search_engine_is_found_with_its_keyword(engine: Engine, url: str) -> None:
    parameter = next(name for name in engine.params if not name.startswith("/"))
    referrer = f"{_address(url)}?first=1&{parameter}=Red+Shoes%20%C3%84&last=2"
    origin = classify(Arrival(referrer=referrer))
    assert (origin.channel, origin.medium) == ("Organic Search", "organic")
    assert origin.keyword == "red shoes ä"


# Forms that no plain parameter covers: paths, charsets, fragments, hidden keywords.
SEARCHES = [
    ("https://1.cz/s/%E8erven%E9%20boty/", "1.cz", "červené boty"),
    ("https://www.123people.fr/s/john+smith", "123people", "john smith"),
    ("https://www.baidu.com/s?wd=%BA%EC%D0%AC", "baidu", "红鞋"),
    ("https://go.mail.ru/search?q=%EA%F0%E0%F1%ED%FB%E5", "mail.ru search", "красные"),
    ("https://search.yahoo.co.jp/search?p=%B7%A4", "yahoo", "靴"),
    ("https://search.nate.com/search/all.html?q=%BD%C5%B9%DF", "nate", "신발"),
    ("https://www.google.com/#hl=en&q=shoes", "google", "shoes"),
    ("https://www.google.com/search#q=shoes", "google", "shoes"),
    ("https://www.google.com/search?q=", "google", None),
    ("https://www.google.com/url?sa=t&q=&url=x", "google", None),
    ("https://www.google.com/url?sa=t&url=x", "google", None),
    ("https://yandex.com.tr/search/?text=ayakkab%C4%B1", "yandex", "ayakkab\u0131"),
    ("https://r.search.yahoo.com/_ylt=abc", "yahoo", None),
    ("https://www.google.com/cse?q=shoes", "google", "shoes"),
    ("https://www.bing.com/images/search?q=shoes", "bing", "shoes"),
    ("https://search.aol.com/", "aol", None),
    ("https://www.ecosia.org/", "ecosia", None),
    ("https://duckduckgo.com/", "duckduckgo", None),
    ("https://search.brave.com/", "brave", None),
    ("https://kagi.com/", "kagi", None),
    ("https://www.startpage.com/", "startpage", None),
    ("https://search.naver.com/", "naver", None),
]


@pytest.mark.parametrize(("referrer", "source", "keyword"), SEARCHES)
def test_a_search_is_read_in_every_form(
    referrer: str, source: str, keyword: str | None
) -> None:
    origin = classify(Arrival(referrer=referrer))
    assert (origin.channel, origin.source, origin.keyword) == (
        "Organic Search",
        source,
        keyword,
    )


@pytest.mark.parametrize("referrer", ["https://www.cnn.com/", "https://www.cnn.com/a?b=c"])
def test_a_portal_is_a_search_engine_only_where_it_shows_a_search(referrer: str) -> None:
    assert classify(Arrival(referrer=referrer)).channel == "Referral"
    searched = classify(Arrival(referrer="https://www.cnn.com/search?query=shoes"))
    assert (searched.channel, searched.keyword) == ("Organic Search", "shoes")


def test_the_keyword_of_another_source_is_not_taken() -> None:
    origin = classify(
        Arrival(utm_source="list", utm_medium="email", referrer="https://google.com/?q=shoes")
    )
    assert origin.keyword is None


SOCIALS = [(name, host) for name, hosts in LISTS.socials.items() for host in hosts]


@pytest.mark.parametrize(("name", "host"), SOCIALS)
def test_a_social_network_is_found_by_its_hosts_and_by_its_name(name: str, host: str) -> None:
    # Two watch videos there; the third has long been Microsoft's sign-in page.
    expected = {"YouTube": "Organic Video", "Vimeo": "Organic Video"}
    if name == "Windows Live Spaces":
        assert classify(Arrival(referrer=f"https://{host}/")).is_internal
        return
    channel = expected.get(name, "Organic Social")
    by_host = classify(Arrival(referrer=f"https://www.{host}/page"))
    assert by_host.channel == channel
    assert classify(Arrival(source=by_host.source)).channel == channel


def test_over_ninety_social_networks_are_known() -> None:
    assert len(LISTS.socials) > 90


@pytest.mark.parametrize(
    "address", [host for hosts in LISTS.ai_assistants.values() for host in hosts]
)
def test_an_ai_assistant_is_found_by_its_hosts_and_by_its_name(address: str) -> None:
    origin = classify(Arrival(referrer=f"https://{address}"))
    assert (origin.channel, origin.medium) == ("AI Assistant", "ai-assistant")
    assert classify(Arrival(source=origin.source)).channel == "AI Assistant"


@pytest.mark.parametrize("category", list(ORGANIC))
def test_every_source_of_ga4s_lists_keeps_its_category(category: str) -> None:
    wrong = [
        source
        for source in LISTS.ga4_sources[category]
        if classify(Arrival(source=source)).channel != ORGANIC[category]
    ]
    assert wrong == []


def test_every_host_of_ga4s_lists_keeps_its_category_but_for_the_listed_deviations() -> None:
    wrong = {
        source: classify(Arrival(referrer=f"https://{source}/")).channel
        for category, sources in LISTS.ga4_sources.items()
        for source in sources
        if "." in source
        and classify(Arrival(referrer=f"https://{source}/")).channel != ORGANIC[category]
    }
    assert wrong == {
        "email.seznam.cz": "Email",
        "mail.rambler.ru": "Email",
        "mail.yandex.ru": "Email",
        "secureurl.ukr.net": "Email",
        "news.google.com": "Referral",
        "zen.yandex.ru": "Organic Social",
        "checkout.shopify.com": "Direct",
        "checkout.stripe.com": "Direct",
    }


@pytest.mark.parametrize("category", list(LISTS.sources.hosts))
def test_our_own_names_do_not_contradict_ga4s(category: str) -> None:
    ga4 = {source: kind for kind, sources in LISTS.ga4_sources.items() for source in sources}
    names = LISTS.sources.hosts[category]
    assert [name for name in names if ga4.get(name, category) != category] == []


def test_the_shipped_lists_are_the_published_ones(shared_data: Path, tmp_path: Path) -> None:
    published = shared_data / "channels"
    convert(
        published / "matomo-searchengine-and-social-list",
        published / "ga4_source_categories.csv",
        tmp_path,
    )
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in DATA.glob("*.json"))
    for name in made:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


HOSTS = sorted(
    {
        (engine.name, url.removeprefix("android-app//"))
        for engine in LISTS.engines
        if engine.name not in LEFT_OUT
        for url in engine.urls
        if "/" not in url.removeprefix("android-app//")
    }
)
PORTALS = LISTS.sources.overrules.portals


@pytest.mark.parametrize(("name", "host"), [one for one in HOSTS if one[1] not in PORTALS])
def test_the_bare_host_of_a_search_engine_is_a_search(name: str, host: str) -> None:
    # Browsers cut a referrer to its host, so this is all that most engines send.
    written = host.replace(".{}", ".com") if host.endswith(".{}") else host.replace("{}", "de")
    assert f"{name}: {classify(Arrival(referrer=f'https://{written}/')).channel}" == (
        f"{name}: Organic Search"
    )


@pytest.mark.parametrize("host", sorted(PORTALS))
def test_a_portal_alone_is_no_search_but_its_searches_are(host: str) -> None:
    assert host in {listed for _name, listed in HOSTS}
    written = host.replace("google.{}", "google.fr").replace(".{}", ".ru").replace("{}", "de")
    assert classify(Arrival(referrer=f"https://{written}/")).channel == "Referral"


def test_over_two_hundred_hosts_of_engines_are_known_by_themselves() -> None:
    assert len({host for _name, host in HOSTS}) > 500
