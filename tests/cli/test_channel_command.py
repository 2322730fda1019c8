"""`headwater channel` as people meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from headwater.cli.app import app
from headwater.domain.errors import HeadwaterError

pytestmark = pytest.mark.slow

RULES = """
channels = ["Partners"]
[[rules]]
name = "partner-sites"
channel = "Partners"
when = { field = "referrer_domain", equals = "example.org" }
"""


def headwater(data: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), "channel", *map(str, words)])


def test_explain_says_the_rule_and_what_was_read(tmp_path: Path) -> None:
    done = headwater(
        tmp_path, "explain", "https://a.example/?gclid=1", "https://www.google.com/"
    )
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "Paid Search, by the rule paid-search (number 5 in the order):"
    )
    assert "the click id gclid (click_ids.toml)" in done.stdout


def test_explain_speaks_json(tmp_path: Path) -> None:
    done = headwater(tmp_path, "explain", "/x?utm_source=chatgpt.com", "--format", "json")
    told = json.loads(done.stdout)
    assert told["origin"]["channel"] == "AI Assistant"
    assert (told["rule"], told["decided_by"]) == ("ai-assistant", "tags")
    assert told["readings"][0]["field"] == "source"


def test_explain_goes_by_the_site_the_settings_and_the_companys_rules(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('own_domains = ["own.example"]')
    own = headwater(tmp_path, "explain", "/", "https://own.example/")
    assert "a page of your own (own_domains)" in own.stdout
    site = headwater(tmp_path, "explain", "/", "https://www.b.example/", "--site", "b.example")
    assert "a page of your own (the site b.example)" in site.stdout
    asked = ("explain", "https://a.example/", "https://x.example.org/")
    (tmp_path / "channels.toml").write_text(RULES)
    assert headwater(tmp_path, *asked).stdout.startswith("Partners")
    none = tmp_path / "none.toml"
    none.write_text("")
    assert headwater(tmp_path, *asked, "--rules", none).stdout.startswith("Referral")


def test_list_tells_the_order_and_whose_each_rule_is(tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text(RULES)
    told = json.loads(headwater(tmp_path, "list", "--format", "json").stdout)
    first = {"place": 1, "rule": "partner-sites", "channel": "Partners", "from": "custom"}
    assert told["rules"][0] == first
    assert {one["from"] for one in told["rules"][1:]} == {"shipped"}
    assert "partner-sites" in headwater(tmp_path, "list").stdout


def test_preview_of_an_empty_company_moves_nothing(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    done = headwater(tmp_path / "data", "preview", rules, "--format", "json")
    assert json.loads(done.stdout)["moves"] == []
    assert "Sessions" in headwater(tmp_path / "data", "preview", rules).stdout


WRONG = [
    (("explain", "/", "--rules", "absent.toml"), "no file of channel rules absent.toml"),
    (("preview", "absent.toml"), "absent.toml"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = headwater(tmp_path, *words)
    assert isinstance(done.exception, HeadwaterError)
    assert said in str(done.exception)
