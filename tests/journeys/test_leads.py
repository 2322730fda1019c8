"""When, how and from where a person became a lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from story import at, lead, page, row
from telling import Facts, company, rows, the

pytestmark = pytest.mark.slow

ANN = "ann@example.org"
CLICKED = "/?utm_source=google&utm_medium=cpc&utm_campaign=spring"
LETTER = "/news?utm_source=letter&utm_medium=email"


def test_a_leads_recorded_source_is_kept_beside_the_touch_that_made_it(tmp_path: Path) -> None:
    told: Facts = {
        "event": [page("ann", 0, CLICKED)],
        "lead": [lead(0.1, visitor_id="ann", email=ANN, source="trade_show")],
    }
    with company(tmp_path, told) as workspace:
        found = the(workspace, "select * from leads")
        touch = the(workspace, "select channel from touchpoints")
    assert (found["source"], found["source_is_recorded"]) == ("trade_show", True)
    assert found["channel"] == "Offline"
    assert touch["channel"] == "Paid Search", "the browser's session is the touch"


def test_a_lead_that_records_no_source_has_that_of_the_touch_before_it(tmp_path: Path) -> None:
    told: Facts = {
        "event": [
            page("ann", 0, CLICKED),
            page("ann", 30, LETTER),
            page("ann", 60, "/", "https://www.bing.com/"),
        ],
        "lead": [lead(31, visitor_id="ann", email=ANN)],
    }
    with company(tmp_path, told) as workspace:
        found = the(workspace, "select * from leads")
    assert (found["source"], found["source_is_recorded"]) == ("letter", False)
    assert (found["channel"], found["landing_page"]) == ("Email", "/news")


def test_the_first_capture_decides_when_and_the_first_with_a_source_decides_whence(
    tmp_path: Path,
) -> None:
    told: Facts = {
        "lead": [
            {**lead(0, email=ANN), "method": "card"},
            lead(5, email=ANN, source="organic_search", landing_page="/late"),
            lead(9, email=ANN, source="paid_search"),
        ]
    }
    with company(tmp_path, told) as workspace:
        found = the(workspace, "select * from leads")
    assert (found["lead_at"], found["method"], found["captures"]) == (at(0), "card", 3)
    assert (found["source"], found["landing_page"]) == ("organic_search", "/late")


def test_a_lead_of_whom_nothing_is_recorded_has_no_source_rather_than_a_direct_one(
    tmp_path: Path,
) -> None:
    with company(tmp_path, {"lead": [lead(0, email=ANN)]}) as workspace:
        found = the(workspace, "select * from leads")
        touches = rows(workspace, "select * from touchpoints")
    blank = {
        found[name] for name in ("channel", "source", "medium", "campaign", "landing_page")
    }
    assert blank == {None}
    assert not found["source_is_recorded"]
    assert not touches


def test_words_that_say_nothing_stay_apart_from_what_was_never_recorded(tmp_path: Path) -> None:
    told = [lead(0, external_id="1", source="unknown"), lead(1, external_id="2")]
    with company(tmp_path, {"lead": told}) as workspace:
        found = rows(workspace, "select source, channel from leads order by lead_at")
    assert [tuple(one.values()) for one in found] == [("unknown", "Unassigned"), (None, None)]


def test_a_call_or_a_chat_by_someone_who_gave_a_name_is_a_lead(tmp_path: Path) -> None:
    told: Facts = {
        "call": [row("call", 0, phone="+4915112345678", source="radio"), row("call", 1)],
        "chat": [row("chat", 2, email=ANN, visitor_id="ann"), row("chat", 3, visitor_id="bob")],
    }
    with company(tmp_path, told) as workspace:
        methods = rows(workspace, "select method from leads order by lead_at")
    assert [one["method"] for one in methods] == ["call", "chat"]
