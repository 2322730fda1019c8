"""The report of bots: who came and why, and that nothing that was seen is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from headwater.domain.times import SECOND
from headwater.reports import Report, parse
from headwater.workspace import Workspace
from story import BROWSER, CRAWLER, Row, days, page
from telling import company

pytestmark = pytest.mark.slow

GPT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)"


def quick(visitor: str, count: int, hours: float) -> list[Row]:
    first = page(visitor, hours)["occurred_at"]
    return [
        {**page(visitor, hours, f"/{n}"), "occurred_at": first + n * SECOND // 5}
        for n in range(count)
    ]


FACTS = [
    *(page("g1", n, user_agent=CRAWLER) for n in range(3)),
    *(page("g2", n, user_agent=CRAWLER) for n in range(2)),
    page("ai", days(2), user_agent=GPT),
    *quick("mad", 24, days(3)),
    *(page("ann", n, user_agent=BROWSER) for n in range(10)),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with company(tmp_path_factory.mktemp("data"), {"event": FACTS}) as opened:
        yield opened


def ask(workspace: Workspace, **texts: str) -> Report:
    return workspace.report("bots", parse(texts, workspace.request()))


def cells(report: Report, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in report.rows.to_pylist()]


def test_each_bot_is_told_with_its_reason_its_hits_and_when_it_came(
    workspace: Workspace,
) -> None:
    report = ask(workspace)
    assert cells(report, "bot_reason", "bot_family", "hits", "visitors") == [
        ("burst", "Chrome", 24, 1),
        ("crawler", "Googlebot", 5, 2),
        ("ai", "GPTBot", 1, 1),
    ]
    assert cells(report, "first_seen", "last_seen")[1] == (
        "2026-03-02 09:00",
        "2026-03-02 11:00",
    )
    (total,) = report.total.to_pylist()
    assert (total["hits"], total["visitors"]) == (30, 4)
    assert total["share_of_hits"] == 30 / 40


def test_bots_and_sessions_are_all_that_was_seen(workspace: Workspace) -> None:
    balance = ask(workspace).balance
    assert balance.is_exact
    assert balance.lines[0].total == 30


@pytest.mark.parametrize(
    ("texts", "hits"),
    [
        ({"from": "2026-03-03"}, [24, 1]),
        ({"to": "2026-03-02"}, [5]),
        ({"by": "bot_reason", "filter": "bot_family=GPTBot"}, [1, 29]),
        ({"by": "day"}, [5, 1, 24]),
        ({"by": "site"}, [30]),
        ({"limit": "1"}, [24, 6]),
        ({"timezone": "Asia/Bangkok", "columns": "hits,first_seen"}, [24, 5, 1]),
    ],
)
def test_dates_filters_and_dimensions_balance_too(
    workspace: Workspace, texts: dict[str, str], hits: list[int]
) -> None:
    report = ask(workspace, **texts)
    assert [row["hits"] for row in report.rows.to_pylist()] == hits
    assert report.balance.is_exact


def test_no_other_report_counts_a_bot(workspace: Workspace) -> None:
    channels = workspace.report("channels", workspace.request())
    (total,) = channels.total.to_pylist()
    assert total["visitors"] == 1
