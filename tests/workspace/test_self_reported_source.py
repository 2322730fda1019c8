"""What leads say of how they heard of us stands beside what was tracked, in reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from headwater import reports
from headwater.domain.words import FactKind
from headwater.reports import ReportRequest
from headwater.workspace import Workspace
from story import Row, days, deal, lead, page
from telling import company, rows

pytestmark = pytest.mark.slow

TEXTS = {
    "crm:1": "A Friend",
    "crm:2": 'the "Garden Show"',
    "crm:3": r"C:\radio\ ",
    "crm:4": "радио, на даче",
    "crm:5": " a friend ",
    "crm:6": "",
}


def said(hours: float, who: str, heard: str, **more: Any) -> Row:
    told = {"company": "x", "self_reported": heard, "promo_code": "y"}
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return lead(hours, external_id=who, properties=written, **more)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    facts = {
        "event": [page("v", 0, "/?utm_source=google&utm_medium=cpc")],
        "lead": [
            *(said(1 + place, who, heard) for place, (who, heard) in enumerate(TEXTS.items())),
            said(50, "crm:1", "an advertisement", visitor_id="v"),
            lead(1.1, external_id="crm:1", visitor_id="v"),
            lead(9, external_id="crm:7"),
            lead(9, external_id="crm:8", properties='{"self_reported": 7}'),
        ],
        "deal": [deal("d1", days(5), "won", 100_00, external_id="crm:1")],
    }
    with company(tmp_path_factory.mktemp("said"), facts) as made:
        yield made


def test_the_first_thing_that_a_lead_said_is_kept_in_small_letters(
    workspace: Workspace,
) -> None:
    found = rows(workspace, "select external_id, self_reported from leads order by external_id")
    assert {one["external_id"]: one["self_reported"] for one in found} == {
        "crm:1": "a friend",
        "crm:2": 'the "garden show"',
        "crm:3": "c:\\radio\\",
        "crm:4": "радио, на даче",
        "crm:5": "a friend",
        "crm:6": None,
        "crm:7": None,
        "crm:8": None,
    }


def table(workspace: Workspace, name: str, *by: str) -> dict[tuple[str, ...], dict[str, Any]]:
    made = workspace.report(name, ReportRequest(by=by))
    assert made.balance.is_exact
    return {tuple(row[one] for one in by): row for row in made.rows.to_pylist()}


def test_leads_are_counted_by_what_they_said(workspace: Workspace) -> None:
    found = table(workspace, "lead-sources", "self_reported")
    assert found[("a friend",)]["leads"] == 2
    assert found[("a friend",)]["revenue"] == 100_00
    assert found[("(not set)",)]["leads"] == 3


def test_what_they_said_stands_beside_what_was_tracked(workspace: Workspace) -> None:
    found = table(workspace, "channels", "channel", "self_reported")
    assert found[("Paid Search", "a friend")]["revenue"] == 100_00
    assert found[("Paid Search", "(not set)")]["sessions"] == 1


def test_a_report_can_be_of_those_who_said_one_thing(workspace: Workspace) -> None:
    texts = {"by": ["channel"], "filter": ["self_reported=a friend"]}
    request = reports.parse(texts, workspace.request())
    made = workspace.report("channels", request)
    assert made.balance.is_exact
    (paid,) = (row for row in made.rows.to_pylist() if row["channel"] == "Paid Search")
    assert paid["revenue"] == 100_00


def test_later_facts_change_only_who_said_something(workspace: Workspace) -> None:
    before = table(workspace, "lead-sources", "self_reported")
    workspace.facts.append(FactKind.LEAD, [said(99, "crm:9", "Radio")])
    assert not workspace.rebuild().is_full
    after = table(workspace, "lead-sources", "self_reported")
    assert after.pop(("radio",))["leads"] == 1
    assert {key: row["leads"] for key, row in after.items()} == {
        key: row["leads"] for key, row in before.items()
    }
