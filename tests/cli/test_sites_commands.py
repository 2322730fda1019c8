"""Sites, links and codes on the command line: what the collector is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.test_commands import headwater
from headwater.capture import snapshot

pytestmark = pytest.mark.slow


def test_a_site_is_set_up_without_a_browser(tmp_path: Path) -> None:
    added = headwater(tmp_path, "sites", "add", "WWW.Example.com", "--region", "de")
    (line,) = added.stdout.splitlines()
    assert line.startswith('<script defer src="http://127.0.0.1:8001/hw.js" data-key="hw_')
    told = ("--source", "Radio One", "--medium", "radio")
    linked = headwater(tmp_path, "links", "add", "radio", "https://example.com/x", *told)
    assert linked.stdout == "http://127.0.0.1:8001/l/radio\n"
    headwater(tmp_path, "promo", "add", "radio10", *told)
    published = snapshot.read(tmp_path / snapshot.SNAPSHOT_FILE)
    assert [(one.domain, one.region) for one in published.sites] == [("example.com", "DE")]
    assert [one.source for one in published.links] == ["radio one"]
    assert [one.code for one in published.promo_codes] == ["RADIO10"]
    wrong = headwater(tmp_path, "links", "add", "x", "https://evil.example/", *told)
    assert wrong.returncode == 1
    assert "There is no site 'evil.example'" in wrong.stderr
