"""Who goes from one of the company's sites to another comes from nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import story
from headwater.capture import snapshot
from headwater.capture.snapshot import CaptureSnapshot, Site
from headwater.domain.words import FactKind
from headwater.workspace import Workspace

pytestmark = pytest.mark.slow


def channels(workspace: Workspace) -> list[str]:
    workspace.rebuild()
    rows = workspace.warehouse.query("select channel from sessions order by started_at")
    return [str(row["channel"]) for row in rows.to_pylist()]


def test_a_site_s_other_hosts_are_no_referrers_once_it_is_published(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        paid = story.page("v", 0, "/?gclid=x", "https://www.google.com/")
        inner = [
            story.page("v", 0.1 * (place + 1), "/a", f"https://{host}/")
            for place, host in enumerate(
                ("shop.example.com", "pay.example-pay.com", "example.com", "localhost:8000")
            )
        ]
        workspace.facts.append(FactKind.EVENT, [paid, *inner])
        assert channels(workspace) == ["Paid Search", "Referral"]
        site = Site(
            domain="example.com",
            aliases=("shop.example.com", "localhost"),
            own_domains=("example-pay.com",),
        )
        snapshot.write(tmp_path, CaptureSnapshot(sites=(site,)))
        assert channels(workspace) == ["Paid Search"]
        assert workspace.settings.own_domains == ()
