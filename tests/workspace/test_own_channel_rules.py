"""A company's own channel rules: previewed, then applied to the whole past, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headwater import reports
from headwater.domain.errors import ConfigError
from headwater.journeys.channels import RuleFile
from headwater.workspace import Workspace
from headwater.workspace.channel_rules import FILE_NAME
from story import days, deal, lead, page
from telling import company, rows

pytestmark = pytest.mark.slow

PARTNERS = """
channels = ["Partners"]

[[rules]]
name = "partner-sites"
channel = "Partners"
when = { field = "referrer_domain", equals = "example.org" }
"""
FACTS = {
    "event": [
        page("ann", 0, referrer="https://blog.example.org/"),
        page("ann", days(1), "/?utm_source=google&utm_medium=cpc"),
        page("bob", 2, referrer="https://news.example.org/"),
        page("cid", 3),
    ],
    "lead": [
        lead(days(2), visitor_id="ann", email="ann@example.net", external_id="crm:1"),
        lead(9, external_id="crm:9", source="a fair", referrer="https://fair.example.net/"),
    ],
    "deal": [deal("d1", days(9), "won", 100_00, external_id="crm:1")],
}


def channels(workspace: Workspace) -> dict[str, int]:
    found = rows(workspace, "select channel, count(*) as n from sessions group by channel")
    return {one["channel"]: one["n"] for one in found}


def preview(workspace: Workspace, text: str) -> Any:
    found = workspace.channel_moves(RuleFile.parse(text))
    return json.loads(reports.channel_moves_to_json(found))


def test_a_preview_says_what_moves_and_changes_nothing(tmp_path: Path) -> None:
    with company(tmp_path, FACTS) as workspace:
        before = workspace.warehouse.state()
        told = preview(workspace, PARTNERS)
        assert workspace.warehouse.state() == before
    (move,) = told["moves"]
    assert (move["from"], move["to"]) == ("Referral", "Partners")
    assert (move["arrivals"], move["sessions"], move["touches"]) == (2, 2, 0)
    assert (move["conversions"], move["value"]) == (0.5, 50.0)
    assert move["rules"] == ["partner-sites"]
    assert set(move["sources"]) == {"blog.example.org", "news.example.org"}
    assert told["stays"] == {
        "arrivals": 2,
        "sessions": 2,
        "touches": 1,
        "conversions": 0.5,
        "value": 50.0,
    }
    was = {one["channel"]: one["before"]["sessions"] for one in told["channels"]}
    will_be = {one["channel"]: one["after"]["sessions"] for one in told["channels"]}
    assert was == {"Referral": 2, "Partners": 0}
    assert will_be == {"Referral": 0, "Partners": 2}
    assert told["version_before"] == before["rule_version"] != told["version_after"]


def test_no_custom_rules_move_nothing(tmp_path: Path) -> None:
    with company(tmp_path, FACTS) as workspace:
        told = preview(workspace, "")
    assert told["moves"] == []
    assert told["version_before"] == told["version_after"]


def test_the_next_rebuild_does_what_the_preview_said(tmp_path: Path) -> None:
    with company(tmp_path, FACTS) as workspace:
        before, told = channels(workspace), preview(workspace, PARTNERS)
        (tmp_path / FILE_NAME).write_text(PARTNERS, "utf-8")
        done = workspace.rebuild()
        assert "rule_version" in done.reason
        after = channels(workspace)
        assert workspace.rules.version == workspace.warehouse.state()["rule_version"]
        assert workspace.rules.version == told["version_after"]
        assert not workspace.rebuild().is_full
    (move,) = told["moves"]
    assert after.get("Referral", 0) == before["Referral"] - move["sessions"]
    assert after["Partners"] == move["sessions"]


def test_rules_taken_away_are_undone(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / FILE_NAME).write_text(PARTNERS, "utf-8")
    with company(tmp_path, FACTS) as workspace:
        assert channels(workspace)["Partners"] == 2
        (tmp_path / FILE_NAME).unlink()
        assert workspace.rebuild().is_full
        assert "Partners" not in channels(workspace)


def test_a_wrong_file_is_refused_and_the_tables_stay(tmp_path: Path) -> None:
    with company(tmp_path, FACTS) as workspace:
        before = channels(workspace)
        (tmp_path / FILE_NAME).write_text(PARTNERS.replace("equals", "equal"), "utf-8")
        with pytest.raises(ConfigError, match=r"channels\.toml.*partner-sites"):
            workspace.rebuild()
        assert channels(workspace) == before
        assert workspace.rules.version == workspace.warehouse.state()["rule_version"]
    with pytest.raises(ConfigError, match=r"channels\.toml"):
        Workspace.open(tmp_path)
