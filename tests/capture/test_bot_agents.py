"""Agents of today: robots by why they come and what they call themselves; apps are browsers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.agents import describe
from headwater.capture.bots import judge

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko"
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT}"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
WEBVIEW = f"Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) {WEBKIT}) Version/4.0 Chrome/122.0"
ANDROID = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/100.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0.0.0"

ROBOTS = [
    ("", "no_agent", "(no agent)"),
    ("-", "no_agent", "(no agent)"),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
     "crawler", "Googlebot"),
    (f"Mozilla/5.0 {WEBKIT}; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
     "crawler", "bingbot"),
    ("Mozilla/5.0 (compatible; YandexMetrika/2.0; +http://yandex.com/bots)",
     "crawler", "YandexMetrika"),
    ("Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
     "crawler", "SemrushBot"),
    ("Screaming Frog SEO Spider/19.0", "crawler", "Screaming Frog SEO Spider"),
    ("Mozilla/5.0 (compatible)", "crawler", "(unnamed)"),
    (f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
     "ai", "GPTBot"),
    (f"Mozilla/5.0 {WEBKIT}; compatible; ChatGPT-User/1.0; +https://openai.com/bot",
     "ai", "ChatGPT-User"),
    (f"Mozilla/5.0 {WEBKIT}; compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
     "ai", "Claude-User"),
    ("Mozilla/5.0 (compatible; Perplexity-User/1.0)", "ai", "Perplexity-User"),
    ("meta-externalagent/1.1", "ai", "meta-externalagent"),
    ("Mozilla/5.0 (compatible; Applebot-Extended)", "ai", "Applebot-Extended"),
    (f"{LINUX}) HeadlessChrome/120.0.0.0 Safari/537.36", "headless", "HeadlessChrome"),
    (f"{LINUX}) PhantomJS/2.1.1 Safari/538.1", "headless", "PhantomJS"),
    ("Mozilla/5.0 (Windows NT 10.0) jsdom/22.1.0", "headless", "jsdom"),
    (f"{LINUX}; compatible; NovaAct/1.0) Chrome/120 Safari/537.36", "headless", "NovaAct"),
    ("facebookexternalhit/1.1", "preview", "facebookexternalhit"),
    ("WhatsApp/2.23.20.0 A", "preview", "WhatsApp"),
    ("TelegramBot (like TwitterBot)", "preview", "TelegramBot"),
    ("Mozilla/5.0 (compatible; UptimeRobot/2.0)", "monitoring", "UptimeRobot"),
    ("Mozilla/5.0 (Macintosh) Chrome-Lighthouse", "monitoring", "Chrome-Lighthouse"),
    ("sqlmap/1.7 (https://sqlmap.org)", "scanner", "sqlmap"),
    ("Expanse, a Palo Alto Networks company", "scanner", "Expanse"),
    ("python-requests/2.32.3", "library", "python-requests"),
    ("curl/8.4.0", "library", "curl"),
    ("Go-http-client/1.1", "library", "Go-http-client"),
    ("okhttp/4.12.0", "library", "okhttp"),
    ("Java/17.0.1", "library", "Java"),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "reason", "family"), ROBOTS)
def test_a_robot_is_known_by_why_it_comes_and_by_its_name(
    agent: str, reason: str, family: str
) -> None:
    robot = describe(agent).robot
    assert robot is not None
    assert (robot.reason, robot.family) == (reason, family)


PEOPLE = [
    f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/452.0.0.39.110;FBLC/de_DE;FBOP/80]",
    f"{WEBVIEW} [FB_IAB/FB4A;FBAV/455.0.0.44.88;]",
    f"{IPHONE} Mobile/21E219 Instagram 322.0.2.27.93 (iPhone14,7; iOS 17_4; scale=3.00)",
    f"{IPHONE} Mobile/15E148 musical_ly_33.1.0 JsSdk/2.0 Channel/App Store",
    f"{IPHONE} Mobile/15E148 Safari Line/14.2.0",
    f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.47(0x18002f2f) NetType/WIFI Language/zh_CN",
    f"{IPHONE} Mobile/15E148 Twitter for iPhone/10.31",
    f"{IPHONE} Mobile/15E148 [Pinterest/iOS]",
    f"{IPHONE} Mobile/15E148 Snapchat/12.78.0.44 (like Safari/8617.2.4.10.8, panda)",
    f"{IPHONE} GSA/307.0.612719438 Mobile/15E148 Safari/604.1",
    f"{IPHONE} CriOS/122.0.6261.89 Mobile/15E148 Safari/604.1",
    f"{IPHONE} Version/17.3 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
    f"{IPHONE} Version/16.0 YaBrowser/24.2.4.529.10 SA/3 Mobile/15E148 Safari/604.1",
    f"{WEBVIEW} [LinkedInApp]/4.1.912",
    f"{WEBVIEW} YandexSearch/24.10",
    f"{WEBVIEW} GoogleApp/15.9",
    f"{WEBVIEW} GoogleWv/1.0 (com.google.android.googlequicksearchbox)",
    f"{WEBVIEW} NAVER(inapp; search; 1220; 12.4.9)",
    f"{WEBVIEW} Telegram-Android/10.8.3 (Google Pixel 7; Android 13; SDK 33; HIGH)",
    f"{WEBVIEW} Line/14.1.1/IAB",
    f"{WEBVIEW} Viber/21.9",
    "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Chrome/122.0 Safari/537.36",
    f"{ANDROID} Mobile Safari/537.36 XiaoMi/MiuiBrowser/13.28",
    f"{ANDROID} HuaweiBrowser/14.0.3.301 Mobile Safari/537.36",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94.0 WebAppManager",
    "Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 Version/16.0",
    f"{WINDOWS} Safari/537.36 Edg/122.0",
    f"{WINDOWS} Safari/537.36 OPR/108.0.0.0 (Edition Yx 05)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:123.0) Gecko/20100101 Firefox/123.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
]  # fmt: skip


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_or_an_apps_own_browser_is_no_robot(agent: str) -> None:
    assert describe(agent).robot is None


@given(st.text(max_size=300), st.none() | st.text(max_size=20))
def test_any_text_is_judged(agent: str, family: str | None) -> None:
    robot = judge(agent, family)
    assert robot is None or (robot.reason and robot.family and len(robot.family) <= 40)
