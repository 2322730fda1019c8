"""Who browses as no person does: found, left out of the sessions, at nobody's cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_piece_by_piece import Chance, differing, tables, tell_in_pieces

from headwater.domain.errors import ConfigError
from headwater.domain.times import MINUTE, SECOND
from headwater.workspace import Workspace
from headwater.workspace.bot_limits import FILE_NAME, limits_of
from story import CRAWLER, Row, lead, order, page, row
from telling import company, rows, tell

pytestmark = pytest.mark.slow


def pages(
    visitor: str, count: int, seconds: float, hours: float = 0, **more: object
) -> list[Row]:
    """So many page views of one visitor, so many seconds apart."""
    start = page(visitor, hours)["occurred_at"]
    found = []
    for number in range(count):
        one = page(visitor, hours, f"/p/{number}", **more)
        found.append({**one, "occurred_at": start + int(number * seconds * SECOND)})
    return found


def engaged(visitor: str, hours: float) -> Row:
    return row(
        "event", hours, visitor_id=visitor, name="engagement", site="example.com", url="/p/0"
    )


def bots(workspace: Workspace) -> dict[str, str]:
    found = rows(workspace, "select visitor_id, reason from bot_visitors")
    return {one["visitor_id"]: one["reason"] for one in found}


def seen(workspace: Workspace) -> set[str]:
    return {one["visitor_id"] for one in rows(workspace, "select visitor_id from sessions")}


# pages, seconds apart -> reason
PACES = [
    (20, 0.2, "burst"),
    (20, 0.6, None),
    (19, 0.2, None),
    (30, 1.4, "burst"),
    (24, 1.7, None),
    (25, 2.4, "sustained"),
    (40, 3.4, "sustained"),
    (40, 3.7, None),
    (100, 5.5, "sustained"),
    (100, 7.0, None),
    (1000, 40, "tireless"),
    (60, 20, None),
]


def test_a_pace_that_nobody_keeps_up_by_hand_is_a_bots(tmp_path: Path) -> None:
    facts = [
        one
        for number, (count, seconds, _) in enumerate(PACES)
        for one in pages(f"v{number}", count, seconds)
    ]
    expected = {f"v{number}": reason for number, (_, _, reason) in enumerate(PACES)}
    with company(tmp_path, {"event": facts}) as workspace:
        assert bots(workspace) == {name: why for name, why in expected.items() if why}
        assert seen(workspace) == {name for name, why in expected.items() if not why}


def test_the_verdict_has_its_evidence(tmp_path: Path) -> None:
    with company(tmp_path, {"event": pages("v", 50, 1) + pages("v", 2, 9, 5)}) as workspace:
        (found,) = rows(workspace, "from bot_visitors")
    assert (found["session_pages"], found["page_micros"]) == (50, SECOND)
    assert (found["sessions"], found["page_views"], found["events"]) == (2, 52, 52)
    assert found["site"] == "example.com"


def test_nobody_who_made_themselves_known_is_a_bot(tmp_path: Path) -> None:
    names = ("a", "b", "c", "d", "e")
    facts = [one for name in names for one in pages(name, 50, 0.2)]
    known = {
        "lead": [lead(1, visitor_id="a", email="a@example.org"), lead(1, visitor_id="b")],
        "order": [order("o1", 1, 900, visitor_id="c")],
        "event": [page("d", 1, email="d@example.org")],
    }
    with company(tmp_path, {"event": facts}) as workspace:
        assert bots(workspace) == dict.fromkeys(names, "burst")
        tell(workspace, known)
        assert bots(workspace) == {"e": "burst"}
        assert seen(workspace) == {"a", "b", "c", "d"}


def watched(count: int) -> list[Row]:
    """People whose pages report engagement, on the site where others report none."""
    found = []
    for number in range(count):
        found += pages(f"p{number}", 3, 30, number / 10)
        found.append(engaged(f"p{number}", number / 10 + 0.02))
    return found


def test_who_is_silent_where_others_are_not_is_a_bot(tmp_path: Path) -> None:
    silent = pages("bot", 15, 40, 1)
    talking = [*pages("ann", 15, 40, 2), engaged("ann", 2.01)]
    brief = pages("bob", 14, 40, 3)
    with company(tmp_path, {"event": [*watched(60), *silent, *talking, *brief]}) as workspace:
        assert bots(workspace) == {"bot": "silent"}


def test_silence_proves_nothing_where_nothing_watches(tmp_path: Path) -> None:
    people = [one for number in range(60) for one in pages(f"p{number}", 3, 30, number / 10)]
    facts = [*people, *pages("cid", 15, 40, 1)]
    with company(tmp_path, {"event": facts}) as workspace:
        assert bots(workspace) == {}
        # A script comes to the site: from then on others report, and so the past is revised.
        tell(workspace, {"event": [engaged(f"p{n}", n / 10 + 0.02) for n in range(60)]})
        assert bots(workspace) == {"cid": "silent"}
        # And what the visitor reports late takes the verdict back.
        tell(workspace, {"event": [engaged("cid", 1.01)]})
        assert bots(workspace) == {}


def test_who_says_so_has_no_sessions_and_is_counted(tmp_path: Path) -> None:
    facts = [*pages("v", 3, 60, user_agent=CRAWLER), *pages("w", 2, 60)]
    with company(tmp_path, {"event": facts}) as workspace:
        assert seen(workspace) == {"w"}
        hits = rows(workspace, "select site, occurred_at from bot_hits order by occurred_at")
        assert len(hits) == 3
        assert hits[1]["occurred_at"] - hits[0]["occurred_at"] == MINUTE
        (agent,) = rows(workspace, "select * from agents where is_bot")
        assert (agent["bot_reason"], agent["bot_family"]) == ("crawler", "Googlebot")


LENIENT = '[[limits]]\nreason = "mad"\npages = 3\nseconds_per_page = 60\n'


def test_other_limits_judge_the_whole_past_anew(tmp_path: Path) -> None:
    with company(tmp_path, {"event": pages("v", 5, 30)}) as workspace:
        assert bots(workspace) == {}
        (tmp_path / FILE_NAME).write_text(LENIENT, "utf-8")
        assert "bots_version" in workspace.rebuild().reason
        assert bots(workspace) == {"v": "mad"}
        (tmp_path / FILE_NAME).write_text("", "utf-8")
        workspace.rebuild()
        assert bots(workspace) == {}


WRONG = [
    ("x = ", "cannot be read"),
    ("limit = 1", "limit: Extra inputs"),
    (LENIENT.replace("3\n", "1\n"), "limits.1.pages"),
    (LENIENT.replace("60", "0"), "limits.1.seconds_per_page"),
    (LENIENT.replace("mad", "Mad!"), "limits.1.reason"),
    ("[silent]\npages = 5", "silent.site_sessions"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_limit_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"bots\.toml") as caught:
        limits_of(tmp_path)
    assert said in str(caught.value)


EAGER = (
    '[[limits]]\nreason = "mad"\npages = 2\nseconds_per_page = 600\n'
    "[silent]\npages = 2\nsite_sessions = 1\nsite_percent = 1\n"
)


@pytest.mark.parametrize("seed", range(2))
def test_bots_kept_up_with_any_facts_are_those_of_a_full_rebuild(
    tmp_path: Path, seed: int
) -> None:
    (tmp_path / FILE_NAME).write_text(EAGER, "utf-8")
    with company(tmp_path, {"event": watched(20)}) as workspace:
        tell_in_pieces(workspace, Chance(seed))
        kept_up = tables(workspace)
        workspace.rebuild(full=True)
        made_anew = tables(workspace)
    assert made_anew["bot_visitors"]
    assert made_anew["bot_hits"]
    assert not differing(kept_up, made_anew)
