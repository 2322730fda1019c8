"""The API says what custom channel rules would move; the command line asks it so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from headwater.web import house, runtime
from web.scene import Company

pytestmark = pytest.mark.slow

RULES = '[[rules]]\nname = "all"\nchannel = "Audio"\n'


@pytest.fixture
def token(company: Company, tmp_path: Path) -> Iterator[str]:
    """The token of an app that runs over a directory of its own."""
    runtime.start(tmp_path, "http://127.0.0.1:1")
    house.use(company.workspace)
    yield json.loads((tmp_path / "control.json").read_text())["token"]
    runtime.stop()
    house.use(company.workspace)


def asked(client: Client, token: str, body: str) -> tuple[int, str]:
    answer = client.post(
        "/api/v1/channels/preview",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code, answer.content.decode()


def test_a_preview_is_answered(token: str, as_charlie: Client) -> None:
    status, told = asked(as_charlie, token, json.dumps({"rules": RULES}))
    assert status == 200
    assert {move["to"] for move in json.loads(told)["moves"]} == {"Audio"}


def test_wrong_rules_and_wrong_bodies_are_named(token: str, as_charlie: Client) -> None:
    wrong = RULES.replace("Audio", "Nope")
    status, told = asked(as_charlie, token, json.dumps({"rules": wrong, "name": "mine.toml"}))
    assert 400 <= status < 500
    assert "the channel 'Nope'" in told
    assert asked(as_charlie, token, "[]")[0] == 400
    assert asked(as_charlie, "none", json.dumps({"rules": RULES}))[0] == 401
