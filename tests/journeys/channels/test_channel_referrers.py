"""What a referrer tells: sites, shims, apps, mail clients, gateways, own pages."""

from __future__ import annotations

import pytest

from headwater.journeys.channels import Arrival, RuleSet, classify, default_rules

# (channel, medium): referrer, source, registrable domain
REFERRERS = {
    ("Organic Search", "organic"): [
        ("https://www.google.com/", "google", "google.com"),
        ("https://google.co.uk", "google", "google.co.uk"),
        ("HTTPS://WWW.GOOGLE.COM.BR:443/search", "google", "google.com.br"),
        ("https://www.google.com/webhp", "google", "google.com"),
        ("https://images.google.de/", "google", "google.de"),
        ("https://cn.bing.com/search", "bing", "bing.com"),
        ("https://uk.search.yahoo.com/", "yahoo", "yahoo.com"),
        ("https://r.duckduckgo.com/l/?kh=-1", "duckduckgo", "duckduckgo.com"),
        (
            "android-app://com.google.android.googlequicksearchbox/https/www.google.com",
            "google",
            "com.google.android.googlequicksearchbox",
        ),
    ],
    ("Referral", "referral"): [
        ("https://www.google.com/maps/place", "google.com", "google.com"),
        ("https://www.google.nosuchtld/", "google.nosuchtld", "google.nosuchtld"),
        ("https://google.evil.com/", "google.evil.com", "evil.com"),
        ("https://news.google.com/a", "news.google.com", "google.com"),
        ("https://news.google.co.jp/a", "news.google.co.jp", "google.co.jp"),
        ("https://docs.google.com/", "docs.google.com", "google.com"),
        ("https://aws.amazon.com/", "aws.amazon.com", "amazon.com"),
        ("https://kufli.blogspot.com/", "kufli.blogspot.com", "kufli.blogspot.com"),
        ("https://news.mail.ru/a", "news.mail.ru", "mail.ru"),
        ("https://mail.com/", "mail.com", "mail.com"),
        ("android-app://com.example.app/", "com.example.app", "com.example.app"),
        ("http://192.168.1.5:8080/x", "192.168.1.5", "192.168.1.5"),
        ("http://[2001:DB8::1]:80/x", "2001:db8::1", "2001:db8::1"),
        ("http://intranet/", "intranet", "intranet"),
        ("http://xn--e1afmkfd.xn--p1ai/", "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("http://пример.рф/", "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("https://user:secret@blog.example.co.uk./a", "blog.example.co.uk", "example.co.uk"),
        ("www.example.org/no-scheme", "example.org", "example.org"),
        ("//cdn.example.org/x", "cdn.example.org", "example.org"),
    ],
    ("Organic Social", "social"): [
        ("https://m.facebook.com/", "facebook", "facebook.com"),
        ("https://l.facebook.com/l.php", "facebook", "facebook.com"),
        ("https://lm.facebook.com/", "facebook", "facebook.com"),
        ("https://l.instagram.com/", "instagram", "instagram.com"),
        ("https://out.reddit.com/t3_1", "reddit", "reddit.com"),
        ("https://old.reddit.com/r/a", "reddit", "reddit.com"),
        ("https://t.co/abc", "twitter", "t.co"),
        ("https://lnkd.in/abc", "linkedin", "lnkd.in"),
        ("https://away.vk.com/away.php", "vkontakte", "vk.com"),
        ("https://br.pinterest.com/", "pinterest", "pinterest.com"),
        ("https://www.pinterest.co.kr/", "pinterest", "pinterest.co.kr"),
        ("https://www.quora.com/q", "quora", "quora.com"),
        ("https://x.com/i/groking", "twitter", "x.com"),
        ("https://my.mail.ru/a", "my.mail.ru", "mail.ru"),
        ("android-app://com.linkedin.android", "linkedin", "com.linkedin.android"),
    ],
    ("Organic Video", "referral"): [
        ("https://m.youtube.com/watch", "youtube", "youtube.com"),
    ],
    ("Organic Shopping", "referral"): [
        ("https://www.amazon.co.jp/dp/1", "amazon", "amazon.co.jp"),
    ],
    ("AI Assistant", "ai-assistant"): [
        ("https://chatgpt.com/", "chatgpt", "chatgpt.com"),
        ("https://gemini.google.com/app", "gemini", "google.com"),
        ("https://www.perplexity.ai/", "perplexity", "perplexity.ai"),
        ("https://x.com/i/grok?x=1", "grok", "x.com"),
        ("https://www.bing.com/chat?q=shoes", "copilot", "bing.com"),
    ],
    ("Email", "email"): [
        ("https://mail.google.com/mail/u/0", "gmail", "google.com"),
        ("https://outlook.live.com/", "outlook", "live.com"),
        ("https://e.mail.ru/inbox", "mail.ru", "mail.ru"),
        ("https://mail.ru/", "mail.ru", "mail.ru"),
        ("https://mail.yandex.ru/", "yandex mail", "yandex.ru"),
        ("https://mail.yandex.com.tr/", "yandex mail", "yandex.com.tr"),
        ("https://webmail.firm.example/", "webmail.firm.example", "firm.example"),
        ("android-app://com.google.android.gm/", "gmail", "com.google.android.gm"),
    ],
}
CASES = [(*row, *told) for told, rows in REFERRERS.items() for row in rows]


@pytest.mark.parametrize(("referrer", "source", "domain", "channel", "medium"), CASES)
def test_a_referrer_names_source_and_channel(
    referrer: str, source: str, domain: str, channel: str, medium: str
) -> None:
    origin = classify(Arrival(referrer=referrer, site="shop.example.com"))
    found = (origin.channel, origin.source, origin.medium, origin.referrer_domain)
    assert found == (channel, source, medium, domain)
    assert not origin.is_direct
    assert not origin.is_internal


NO_REFERRER = [
    None, "", "-", "   ", "about:blank", "data:text/html,x", "javascript:void(0)",
    "file:///c:/x.html", "chrome-extension://abc/x", "not a referrer", "http://", "http:///x",
    "http://a b.com/", "http://..", "https://exa<mple.com/", "(direct)", "\n", "http://[zz]/",
]  # fmt: skip


@pytest.mark.parametrize("referrer", NO_REFERRER)
def test_what_names_no_site_is_no_referrer(referrer: str | None) -> None:
    origin = classify(Arrival(referrer=referrer, site="example.com"))
    assert (origin.channel, origin.source, origin.medium) == ("Direct", "(direct)", "(none)")
    assert origin.is_direct
    assert not origin.is_internal


GATEWAYS = [
    "https://www.paypal.com/checkoutnow",
    "https://checkout.stripe.com/c/pay",
    "https://pay.klarna.com/",
    "https://live.adyen.com/hpp",
    "https://sandbox-cpp.iyzipay.com/",
    "https://www.iyzico.com/",
    "https://www.paytr.com/odeme",
    "https://auth.robokassa.ru/Merchant",
    "https://yookassa.ru/checkout",
    "https://pay.omise.co/",
    "https://app.midtrans.com/snap",
    "https://checkout.xendit.co/web",
    "https://secure.2checkout.com/",
    "https://api.razorpay.com/",
    "https://www.mercadopago.com.ar/",
    "https://accounts.google.com/signin",
    "https://login.live.com/",
]


@pytest.mark.parametrize("referrer", GATEWAYS)
def test_a_payment_or_sign_in_page_is_not_where_a_buyer_came_from(referrer: str) -> None:
    origin = classify(Arrival(referrer=referrer, site="shop.example.com"))
    assert (origin.channel, origin.is_direct, origin.is_internal) == ("Direct", True, True)
    assert origin.referrer_domain is None


OWN = [
    ("https://example.com/a", "example.com"),
    ("https://www.example.com/a", "example.com"),
    ("https://blog.example.com/a", "https://shop.example.com/basket"),
    ("https://a.example.co.uk/", "example.co.uk"),
    ("http://10.0.0.7:8000/", "10.0.0.7:9000"),
    ("http://localhost:3000/", "localhost"),
    ("http://пример.рф/", "www.xn--e1afmkfd.xn--p1ai"),
]


@pytest.mark.parametrize(("referrer", "site"), OWN)
def test_an_own_page_is_no_referrer(referrer: str, site: str) -> None:
    origin = classify(Arrival(referrer=referrer, site=site))
    assert (origin.channel, origin.is_internal) == ("Direct", True)


NOT_OWN = [
    ("https://example.com/", None),
    ("https://example.com.evil.org/", "example.com"),
    ("https://myexample.com/", "example.com"),
    ("https://two.blogspot.com/", "one.blogspot.com"),
    ("https://other.co.uk/", "example.co.uk"),
    ("http://10.0.0.8/", "10.0.0.7"),
]


@pytest.mark.parametrize(("referrer", "site"), NOT_OWN)
def test_another_owners_page_is_a_referrer(referrer: str, site: str | None) -> None:
    assert classify(Arrival(referrer=referrer, site=site)).channel == "Referral"


def test_the_companys_other_domains_are_own_too() -> None:
    rules = default_rules().with_own_domains(["Example.DE", "shop.partner.com"])
    for referrer in ("https://www.example.de/", "https://shop.partner.com/x"):
        assert classify(Arrival(referrer=referrer, site="example.com"), rules).is_internal
    outside = Arrival(referrer="https://www.partner.com/", site="example.com")
    assert classify(outside, rules).channel == "Referral"


def test_tags_count_before_an_own_page_or_a_gateway() -> None:
    tagged = Arrival(
        utm_source="list", utm_medium="email", referrer="https://www.paypal.com/", site="a.com"
    )
    origin = classify(tagged)
    assert (origin.channel, origin.is_internal) == ("Email", False)


def test_tags_count_before_the_referrer_which_is_kept_as_the_domain() -> None:
    origin = classify(
        Arrival(utm_source="List", utm_medium="Email", referrer="https://www.google.com/")
    )
    assert (origin.source, origin.medium, origin.channel) == ("list", "email", "Email")
    assert origin.referrer_domain == "google.com"


def test_a_medium_without_a_source_takes_the_referrers() -> None:
    origin = classify(Arrival(utm_medium="cpc", referrer="https://www.google.com/"))
    assert (origin.channel, origin.source, origin.medium) == ("Paid Search", "google", "cpc")


def test_a_site_can_be_tried_without_loading_the_rules_again() -> None:
    assert default_rules() is default_rules()
    assert RuleSet.load().version == default_rules().version
