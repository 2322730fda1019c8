from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headwater.capture.importers import ImportOptions, ImportSummary, run_import
from headwater.capture.importers.log_lines import parse_line
from headwater.capture.importers.log_requests import RequestKind, classify
from headwater.domain.errors import InputError
from headwater.domain.times import to_micros
from headwater.domain.words import FactKind
from headwater.facts import FactStore

Load = Callable[..., ImportSummary]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
OWN = ImportOptions(site="https://shop.example.com")


def line(
    target: str = "/",
    *,
    ip: str = "203.0.113.77",
    method: str = "GET",
    status: int = 200,
    referrer: str = "-",
    agent: str = FIREFOX,
) -> str:
    return (
        f'{ip} - - [17/May/2015:10:05:03 +0200] "{method} {target} HTTP/1.1" {status} 512 '
        f'"{referrer}" "{agent}"\n'
    )


@pytest.mark.parametrize(
    ("target", "method", "status", "kind"),
    [
        ("/", "GET", 200, RequestKind.PAGE),
        ("/pricing?utm_source=x", "GET", 304, RequestKind.PAGE),
        ("/blog/release-1.2", "GET", 200, RequestKind.PAGE),
        ("/index.html", "GET", 200, RequestKind.PAGE),
        ("/index.html", "HEAD", 200, RequestKind.OTHER),
        ("/old", "GET", 301, RequestKind.OTHER),
        ("/missing", "GET", 404, RequestKind.OTHER),
        ("/form", "POST", 200, RequestKind.OTHER),
        ("/style.CSS?v=3", "GET", 200, RequestKind.FILE),
        ("/logo.png", "GET", 404, RequestKind.FILE),
        ("/robots.txt", "GET", 200, RequestKind.FILE),
        ("/favicon.ico", "GET", 200, RequestKind.FILE),
        ("/blog/feed/", "GET", 200, RequestKind.FILE),
        ("/index.xml", "GET", 200, RequestKind.FILE),
        ("/?flav=rss20", "GET", 200, RequestKind.FILE),
        ("*", "OPTIONS", 200, RequestKind.OTHER),
    ],
)
def test_a_request_is_a_page_a_file_or_something_else(
    target: str, method: str, status: int, kind: RequestKind
) -> None:
    assert classify(parse_line(line(target, method=method, status=status).rstrip())) is kind


def test_a_line_is_read_in_full() -> None:
    request = parse_line(line("/a", referrer='http://x.com/\\"q\\"').rstrip())
    assert request.occurred_at == to_micros(datetime(2015, 5, 17, 8, 5, 3, tzinfo=UTC))
    assert request.referrer == 'http://x.com/"q"'
    assert (request.method, request.target, request.size) == ("GET", "/a", 512)


def test_the_common_format_says_nothing_of_agents() -> None:
    request = parse_line('::1 - bob [17/May/2015:10:05:03 +0000] "GET / HTTP/1.0" 200 -')
    assert (request.user_agent, request.referrer, request.size) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        '1.2.3.4 - - [32/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
        '1.2.3.4 - - [today] "GET / HTTP/1.1" 200 1 "-" "-"',
        '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "cut',
        '1.2.3.4 - - [17/May/2015:10:05:03 +9999] "GET / HTTP/1.1" 200 1 "-" "-"',
    ],
)
def test_a_line_that_is_none_is_rejected_by_its_number(load: Load, text: str) -> None:
    summary = load("access-log", line() + text + "\n" + line("/b"), name="log", options=OWN)
    assert (summary.read, summary.new, summary.rejected) == (3, 2, 1)
    assert summary.reject_path is not None
    assert summary.reject_path.read_text().splitlines()[1].startswith("2,(line),")


def test_what_a_scanner_sends_is_kept_as_a_request(load: Load, store: FactStore) -> None:
    content = line("/").replace("GET / HTTP/1.1", "\\x16\\x03\\x01")
    assert load("access-log", content, name="log", options=OWN).new == 1
    (fact,) = store.read(FactKind.EVENT).to_pylist()
    assert (fact["name"], fact["url"]) == ("request", "\\x16\\x03\\x01")


def test_an_address_is_cut_and_the_visitor_is_a_keyed_hash(
    load: Load, store: FactStore
) -> None:
    content = line() + line("/b") + line(ip="203.0.113.78") + line(ip="2001:db8:1:2::3")
    load("access-log", content, name="log", options=OWN)
    facts = store.read(FactKind.EVENT).to_pylist()
    assert {fact["ip"] for fact in facts} == {"203.0.113.0", "2001:db8:1::"}
    assert len({fact["visitor_id"] for fact in facts}) == 3
    assert {fact["url"] for fact in facts} == {
        "https://shop.example.com/",
        "https://shop.example.com/b",
    }
    assert json.loads(facts[0]["properties"]) == {"bytes": 512, "method": "GET", "status": 200}


def test_equal_lines_are_requests_of_their_own_and_known_the_next_time(load: Load) -> None:
    content = line() * 3 + line("/b") + line() * 2
    first = load("access-log", content, name="log", options=OWN)
    assert (first.read, first.new) == (6, 6)
    grown = load("access-log", content + line() * 2, name="log.1", options=OWN)
    assert (grown.new, grown.known) == (2, 6)
    packed = gzip.compress((content + line() * 2).encode())
    assert load("access-log", packed, name="log.gz", options=OWN).new == 0


def test_bots_pages_files_and_the_rest_are_counted_apart(load: Load) -> None:
    content = (
        line()
        + line("/a.css")
        + line("/x", status=404)
        + line(agent=GOOGLEBOT)
        + line(agent="-")
    )
    summary = load("access-log", content, name="log", options=OWN)
    assert summary.counts == {"pages": 1, "static files": 1, "other requests": 1, "bots": 2}


def test_the_site_is_the_one_whose_pages_ask_for_files(load: Load, store: FactStore) -> None:
    content = (
        line("/a.css", referrer="https://www.example.com/x") * 2
        + line("/a.png", referrer="https://hotlinker.example.org/")
        + line("/", referrer="https://www.google.com/") * 5
    )
    summary = load("access-log", content, name="log")
    assert "taken to be of https://www.example.com" in summary.notes[0]
    assert set(store.read(FactKind.EVENT).column("site").to_pylist()) == {"www.example.com"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (line(), "does not show which site it is of. Say it with --site"),
        ("a,b\n1,2\n", "no line is of the combined or common log format"),
    ],
)
def test_a_log_that_cannot_be_used_is_refused(load: Load, content: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load("access-log", content, name="log")


def test_a_line_reads_the_same_in_a_log_that_has_grown_by_odd_bytes(load: Load) -> None:
    content = line("/über").encode()
    assert load("access-log", content, name="log", options=OWN).new == 1
    grown = content + line("/a").encode().replace(b"/a", b"/\xfc\xe4")
    summary = load("access-log", grown, name="log", options=OWN)
    assert (summary.new, summary.known) == (1, 1)


@pytest.mark.parametrize("site", ["://", "no host", "https://", "[::1"])
def test_a_site_is_a_host(load: Load, site: str) -> None:
    with pytest.raises(InputError, match="is not a site; write its host"):
        load("access-log", line(), name="log", options=ImportOptions(site=site))


def test_telling_another_site_makes_no_second_request_of_one(load: Load) -> None:
    load("access-log", line(), name="log", options=OWN)
    other = ImportOptions(site="www.example.net")
    assert load("access-log", line(), name="log", options=other).known == 1


@pytest.mark.slow
def test_a_real_log_is_read_to_the_last_line_but_one(
    store: FactStore, shared_data: Path
) -> None:
    path = shared_data / "weblogs" / "apache_logs_semicomplete"
    summary = run_import(store, "access-log", path)
    assert (summary.read, summary.new, summary.rejected) == (10_000, 9_999, 1)
    assert summary.reject_path is not None
    assert summary.reject_path.read_text().splitlines()[1].startswith("8899,(line),")
    assert sum(summary.counts.values()) == 9_999
    assert summary.counts["bots"] > 2_000
    assert summary.counts["static files"] > 5_000
    names = Counter(store.read(FactKind.EVENT).column("name").to_pylist())
    assert names["page_view"] > 1_000
    again = run_import(store, "access-log", path)
    assert (again.new, again.known) == (0, 9_999)
