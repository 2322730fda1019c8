"""What is one session, and where a visitor came from when it began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.times import HOUR, to_micros
from headwater.workspace import Workspace
from story import BROWSER, CRAWLER, Row, at, page, row
from telling import company, rows, tell

pytestmark = pytest.mark.slow

MINUTE = 1 / 60
CLICKED = "/?utm_source=google&utm_medium=cpc&utm_campaign=spring"
LETTER = "/?utm_source=letter&utm_medium=email"
SEARCHED = "https://www.google.com/"
PAID_AT = "https://www.paypal.com/checkoutnow"
OWN_SHOP = "https://shop.example.com/basket"

Step = tuple[float, str, str | None]
"""Hours since the story starts, the path and query, the referrer."""


@dataclass(frozen=True)
class Case:
    """What a visitor did, and the start (in hours) and source of each session of theirs."""

    steps: Sequence[Step]
    sessions: Sequence[tuple[float, str]]


CASES = {
    "a page after half an hour is of the same session": Case(
        [(0, "/", None), (0.5, "/next", None)], [(0, "(direct)")]
    ),
    "a page after more than half an hour starts another": Case(
        [(0, "/", None), (0.5 + MINUTE, "/next", None)],
        [(0, "(direct)"), (0.5 + MINUTE, "(direct)")],
    ),
    "the half hour runs from the last page, not from the first": Case(
        [(0, "/", None), (0.4, "/a", None), (0.8, "/b", None), (1.2, "/c", None)],
        [(0, "(direct)")],
    ),
    "midnight ends a session": Case(
        [(15 - MINUTE, "/", None), (15 + MINUTE, "/next", None)],
        [(15 - MINUTE, "(direct)"), (15 + MINUTE, "(direct)")],
    ),
    "another source starts a session": Case(
        [(0, CLICKED, None), (0.1, LETTER, None)], [(0, "google"), (0.1, "letter")]
    ),
    "another campaign of the same source starts a session": Case(
        [(0, CLICKED, None), (0.1, CLICKED.replace("spring", "summer"), None)],
        [(0, "google"), (0.1, "google")],
    ),
    "the same campaign again starts none": Case(
        [(0, CLICKED, None), (0.1, "/a", None), (0.2, CLICKED, None)], [(0, "google")]
    ),
    "two clicks on the same ad have two click ids and are one session": Case(
        [(0, "/?gclid=first", SEARCHED), (0.1, "/?gclid=second", SEARCHED)], [(0, "google")]
    ),
    "back to the first source after another starts a third session": Case(
        [(0, CLICKED, None), (0.1, LETTER, None), (0.2, CLICKED, None)],
        [(0, "google"), (0.1, "letter"), (0.2, "google")],
    ),
    "coming back directly within half an hour starts none": Case(
        [(0, CLICKED, None), (0.3, "/", None)], [(0, "google")]
    ),
    "a campaign after a direct start starts a session": Case(
        [(0, "/", None), (0.1, CLICKED, None)], [(0, "(direct)"), (0.1, "google")]
    ),
    "coming back from the payment page starts none": Case(
        [(0, CLICKED, None), (0.2, "/thanks", PAID_AT)], [(0, "google")]
    ),
    "coming back late from the payment page is direct, not a referral": Case(
        [(0, CLICKED, None), (1, "/thanks", PAID_AT)], [(0, "google"), (1, "(direct)")]
    ),
    "an own page is no referral": Case([(0, "/", "https://example.com/a")], [(0, "(direct)")]),
    "an own subdomain is no referral": Case([(0, "/", OWN_SHOP)], [(0, "(direct)")]),
    "an own subdomain within a session starts none": Case(
        [(0, CLICKED, None), (0.2, "/", OWN_SHOP)], [(0, "google")]
    ),
    "a site that only ends like the own one is a referral": Case(
        [(0, "/", "https://notexample.com/")], [(0, "notexample.com")]
    ),
}


def told(visitor: str, steps: Sequence[Step]) -> list[Row]:
    return [page(visitor, hours, path, referrer) for hours, path, referrer in steps]


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Every case's visitor in one company; no visitor's sessions depend on another's."""
    pages = [fact for name, case in CASES.items() for fact in told(name, case.steps)]
    with company(tmp_path_factory.mktemp("browsed"), {"event": pages}) as workspace:
        yield workspace


def sessions(workspace: Workspace, visitor: str = "ann") -> list[dict[str, Any]]:
    return rows(
        workspace,
        "select * from sessions where visitor_id = $visitor order by started_at, session_id",
        visitor=visitor,
    )


@pytest.mark.parametrize("name", CASES)
def test_sessions_start_where_a_marketer_would_say_so(browsed: Workspace, name: str) -> None:
    found = [(one["started_at"], one["source"]) for one in sessions(browsed, name)]
    assert found == [(at(hours), source) for hours, source in CASES[name].sessions]


def test_midnight_ends_no_session_where_the_settings_say_so(tmp_path: Path) -> None:
    pages = told("ann", [(15 - MINUTE, "/", None), (15 + MINUTE, "/next", None)])
    with company(tmp_path, {"event": pages}, "session_midnight = false\n") as workspace:
        assert len(sessions(workspace)) == 1


def test_the_gap_is_as_long_as_the_settings_say(tmp_path: Path) -> None:
    pages = told("ann", [(0, "/", None), (1, "/a", None), (2.5, "/b", None)])
    with company(tmp_path, {"event": pages}, 'session_timeout = "1h"\n') as workspace:
        assert [one["started_at"] for one in sessions(workspace)] == [at(0), at(2.5)]


def test_midnight_is_that_of_the_companys_clocks_also_on_the_day_they_change(
    tmp_path: Path,
) -> None:
    """Berlin's clocks go forward at 01:00 UTC on 29 March 2026."""
    before = hours_until(2026, 3, 28, 23)  # midnight before the change, an hour ahead of UTC
    after = hours_until(2026, 3, 29, 22)  # midnight after it, two hours ahead
    pages = [
        fact
        for midnight in (before, after)
        for visitor, around in {
            f"over {midnight}": midnight,
            f"an hour before {midnight}": midnight - 1,
            f"an hour after {midnight}": midnight + 1,
        }.items()
        for fact in told(visitor, [(around - MINUTE, "/", None), (around, "/next", None)])
    ]
    with company(tmp_path, {"event": pages}, 'timezone = "Europe/Berlin"\n') as workspace:
        counts = rows(
            workspace, "select visitor_id, count(*) as n from sessions group by visitor_id"
        )
    split = {one["visitor_id"] for one in counts if one["n"] == 2}
    assert len(counts) == 6
    assert split == {f"over {before}", f"over {after}"}


def hours_until(*moment: int) -> float:
    year, month, day, hour = moment
    return (to_micros(datetime(year, month, day, hour, tzinfo=UTC)) - at(0)) / HOUR


def test_an_own_domain_of_the_settings_is_no_referral(tmp_path: Path) -> None:
    pages = [
        page("ann", 0, "/", "https://example-pay.com/done"),
        page("bob", 0, "/", "https://de.example-pay.com/done"),
        page("cem", 0, "/", "https://example-blog.com/post"),
    ]
    with company(
        tmp_path, {"event": pages}, 'own_domains = ["example-pay.com"]\n'
    ) as workspace:
        found = rows(workspace, "select visitor_id, channel from sessions order by visitor_id")
    assert [one["channel"] for one in found] == ["Direct", "Direct", "Referral"]


def arrived(visitor: str, **shown: Any) -> Row:
    return row("event", 0, visitor_id=visitor, name="page_view", user_agent=BROWSER, **shown)


LANDINGS = {
    "https://example.com": "/",
    "https://example.com?utm_source=a": "/",
    "https://example.com#part": "/",
    "https://example.com/prices?from=/a/b#top": "/prices",
    "https://example.com/a//b/": "/a//b/",
    "https://example.com/to?next=https://other.com/x": "/to",
    "https://example.com/to/https://other.com/x": "/to/https://other.com/x",
    "http://a/b": "/b",
    "https://example.com:8443/login": "/login",
    "https://ünïcode.example/ürün?x=1": "/ürün",
    "/relative/page?x=1": "/relative/page",
    "/to?next=https://other.com/x": "/to",
}


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    pages = [arrived(url, url=url) for url in [*LANDINGS, *HARD_LANDINGS]]
    pages.append(arrived("none", url=None))
    with company(tmp_path_factory.mktemp("landed"), {"event": pages}) as workspace:
        yield workspace


@pytest.mark.parametrize(("url", "path"), LANDINGS.items())
def test_the_landing_page_is_the_path_of_the_first_page(
    landed: Workspace, url: str, path: str
) -> None:
    assert [one["landing_page"] for one in sessions(landed, url)] == [path]


HARD_LANDINGS = {
    "/to/https://other.com/x": "/to/https://other.com/x",
    "android-app://com.example.shop/product/5": "/product/5",
}


@pytest.mark.parametrize(("url", "path"), HARD_LANDINGS.items())
def test_the_landing_page_of_an_app_or_of_a_path_that_holds_an_address(
    landed: Workspace, url: str, path: str
) -> None:
    assert [one["landing_page"] for one in sessions(landed, url)] == [path]


def test_a_page_without_an_address_makes_a_session_without_a_landing_page(
    landed: Workspace,
) -> None:
    assert [one["landing_page"] for one in sessions(landed, "none")] == [None]


ORIGINS = {
    "the words searched for are the keyword where the engine sends them": (
        "/",
        "https://www.bing.com/search?q=Red+Shoes",
        ("Organic Search", "bing", "organic", "red shoes"),
    ),
    "an engine that keeps the words to itself leaves no keyword": (
        "/",
        "https://www.google.com/",
        ("Organic Search", "google", "organic", None),
    ),
    "a click id makes a search engine's visitor paid": (
        "/?gclid=abc",
        "https://www.google.com/",
        ("Paid Search", "google", "cpc", None),
    ),
    "a click id makes paid without any referrer": (
        "/?msclkid=abc",
        None,
        ("Paid Search", "bing", "cpc", None),
    ),
    "the bought word of a tagged ad is the keyword": (
        "/?utm_source=google&utm_medium=cpc&utm_term=Running+shoes",
        None,
        ("Paid Search", "google", "cpc", "Running shoes"),
    ),
    "a link on another site is a referral": (
        "/",
        "https://blog.example.org/post",
        ("Referral", "blog.example.org", "referral", None),
    ),
    "nothing known is direct": ("/", None, ("Direct", "(direct)", "(none)", None)),
}


@pytest.fixture(scope="module")
def arrivals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    pages = [page(name, 0, url, referrer) for name, (url, referrer, _) in ORIGINS.items()]
    with company(tmp_path_factory.mktemp("arrivals"), {"event": pages}) as workspace:
        yield workspace


@pytest.mark.parametrize("name", ORIGINS)
def test_a_session_says_where_it_came_from(arrivals: Workspace, name: str) -> None:
    (one,) = sessions(arrivals, name)
    told = tuple(one[field] for field in ("channel", "source", "medium", "keyword"))
    assert told == ORIGINS[name][2]
    assert one["is_direct"] == (one["channel"] == "Direct")


def did(name: str, hours: float) -> Row:
    return row("event", hours, visitor_id="ann", name=name, user_agent=BROWSER)


def test_a_session_counts_its_pages_and_events_and_ends_with_the_last(tmp_path: Path) -> None:
    pages = [
        page("ann", 0, CLICKED),
        page("ann", 0.1, "/prices"),
        did("video_played", 0.2),
        page("ann", 5, "/"),
        did("scrolled", 5.3),
        did("form_opened", 9),
    ]
    with company(tmp_path, {"event": pages}) as workspace:
        found = [
            (one["started_at"], one["ended_at"], one["page_views"], one["events"])
            for one in sessions(workspace)
        ]
    assert found == [(at(0), at(0.2), 2, 3), (at(5), at(5.3), 1, 2), (at(9), at(9), 0, 1)]


def test_a_page_belongs_to_the_session_that_its_source_started(tmp_path: Path) -> None:
    pages = told("ann", [(0, CLICKED, None), (0.1, "/a", None), (0.2, LETTER, None)])
    with company(tmp_path, {"event": pages}) as workspace:
        found = [(one["ended_at"], one["events"]) for one in sessions(workspace)]
    assert found == [(at(0.1), 2), (at(0.2), 1)]


def test_bots_have_no_session_and_no_touch(tmp_path: Path) -> None:
    pages = [page("crawler", 0, user_agent=CRAWLER), page("ann", 0), page("mystery", 0)]
    pages[2]["user_agent"] = None
    with company(tmp_path, {"event": pages}) as workspace:
        browsing = rows(workspace, "select visitor_id from sessions order by visitor_id")
        touched = rows(workspace, "select person_id from touchpoints order by person_id")
    assert [one["visitor_id"] for one in browsing] == ["ann", "mystery"]
    assert [one["person_id"] for one in touched] == ["ann", "mystery"]


def test_what_only_servers_see_is_no_session(tmp_path: Path) -> None:
    pages = [did("file_request", 0), did("request", 1)]
    with company(tmp_path, {"event": pages}) as workspace:
        assert not rows(workspace, "select * from sessions")


@pytest.mark.slow
def test_sources_at_the_same_moment_are_ordered_alike_however_they_arrive(
    tmp_path: Path,
) -> None:
    pages = [
        page("ann", 0, CLICKED),
        page("ann", 0, LETTER),
        page("ann", 0, "/", "https://www.bing.com/"),
    ]
    made = []
    for number, told_so in enumerate((pages, pages[::-1], [*pages[1:], pages[0]])):
        with company(tmp_path / str(number), {"event": told_so}) as workspace:
            made.append(sessions(workspace))
    assert len(made[0]) == 3
    assert made[0] == made[1] == made[2]


def test_of_two_sessions_of_one_moment_the_same_goes_on_when_more_is_told(
    tmp_path: Path,
) -> None:
    twins = [page("ann", 0, CLICKED), page("ann", 0, LETTER)]
    more = [page("ann", 0.1, "/prices")]
    with company(tmp_path / "whole", {"event": [*twins, *more]}) as workspace:
        whole = sessions(workspace)
    with company(tmp_path / "pieces", {"event": twins}) as workspace:
        tell(workspace, {"event": more})
        assert sessions(workspace) == whole
    assert len(whole) == 2
