"""The file by which the app tells the collector of sites."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.capture import snapshot
from headwater.capture.snapshot import CaptureSnapshot, Link, PromoCode, Site, Sites
from headwater.domain.errors import ConfigError

SHOP = Site(
    domain="example.com",
    aliases=("shop.example.net",),
    write_keys=("hw_shop",),
    own_domains=("example.com",),
)
BLOG = Site(domain="blog.example.com", write_keys=("hw_blog",), consent="cookieless")
BOTH = CaptureSnapshot(
    sites=(SHOP, BLOG),
    links=(Link(slug="radio", site="example.com", url="https://example.com/?utm_source=r"),),
    promo_codes=(PromoCode(code="RADIO10", source="radio"),),
)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_POLL_SECONDS", 0.0)


def test_what_is_published_is_read_back(tmp_path: Path) -> None:
    path = snapshot.write(tmp_path, BOTH)
    assert snapshot.read(path) == BOTH
    assert [one.name for one in tmp_path.iterdir()] == ["collector.json"]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("shop.example.net", "example.com"),
        ("a.b.example.com", "example.com"),
        ("blog.example.com", "blog.example.com"),
        ("notexample.com", None),
        ("example.com.evil.org", None),
        ("", None),
    ],
)
def test_a_host_belongs_to_the_site_that_claims_it_most_exactly(
    host: str, domain: str | None
) -> None:
    found = Sites(BOTH).of_host(host)
    assert (found.domain if found else None) == domain


def test_a_write_key_names_one_site() -> None:
    sites = Sites(BOTH)
    assert sites.of_key("hw_blog") == BLOG
    assert sites.of_key("hw_") is None


def test_a_change_is_seen_and_a_spoilt_file_leaves_the_last_good_one(tmp_path: Path) -> None:
    reader = snapshot.SnapshotReader(tmp_path)
    assert len(reader.sites()) == 0
    snapshot.write(tmp_path, BOTH)
    assert len(reader.sites()) == 2
    (tmp_path / "collector.json").write_text('{"version": 1, "sites": [{"domain": 3}]}')
    assert len(reader.sites()) == 2
    assert "sites.0.domain" in reader.problem
    snapshot.write(tmp_path, CaptureSnapshot(sites=(BLOG,)))
    assert len(reader.sites()) == 1
    assert reader.problem == ""


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('{"sites": [{"domain": "example.com", "currency": "EURO"}]}', "sites.0.currency"),
        ('{"sites": [{"domain": "example.com", "region": "XX"}]}', "sites.0.region"),
        ('{"sites": [{"domain": "https://example.com/"}]}', "sites.0.domain"),
        (
            '{"sites": [{"domain": "a.com", "excluded_addresses": ["1.2.3"]}]}',
            "sites.0.excluded_addresses",
        ),
        ('{"version": 2}', "version"),
        ("{", "the file"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, wrong: str, named: str) -> None:
    path = tmp_path / "collector.json"
    path.write_text(wrong)
    with pytest.raises(ConfigError, match=named):
        snapshot.read(path)
