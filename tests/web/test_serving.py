from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from headwater.domain.errors import ConfigError, StoreBusy
from headwater.facts import FactStore
from headwater.web.serve import serve
from headwater.workspace import Workspace
from web.running import free_port, served
from web.scene import tell

pytestmark = pytest.mark.slow


def test_the_app_serves_and_leaves_the_directory_as_it_should(tmp_path: Path) -> None:
    with served(tmp_path) as app:
        assert httpx.get(f"{app.url}/healthz").json()["status"] == "ok"
        control = json.loads((tmp_path / "control.json").read_text())
        assert control["url"] == app.url
        answer = httpx.get(
            f"{app.url}/api/v1/reports/channels",
            headers={"Authorization": f"Bearer {control['token']}"},
        )
        assert answer.json()["balance"]
        with pytest.raises(StoreBusy):
            Workspace.open(tmp_path)
        app.stop()
    assert not (tmp_path / "control.json").exists()
    assert (tmp_path / "web.sqlite").stat().st_mode & 0o077 == 0
    Workspace.open(tmp_path).close()


def test_a_link_signs_in_once_and_sets_a_careful_cookie(tmp_path: Path) -> None:
    with served(tmp_path) as app:
        entered = httpx.get(app.link)
        cookie = entered.headers["Set-Cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        page = httpx.get(app.url, cookies=entered.cookies)
        assert "Revenue" in page.text
        assert httpx.get(app.link).headers["Location"] == "/sign-in"


def test_facts_that_come_in_while_serving_are_in_the_next_figures(tmp_path: Path) -> None:
    with served(tmp_path, is_told=False) as app:
        token = json.loads((tmp_path / "control.json").read_text())["token"]
        with FactStore.open(tmp_path) as store:
            tell(store)
        assert _eventually(lambda: _leads(app.url, token) == 3)


def _leads(url: str, token: str) -> float:
    answer = httpx.get(
        f"{url}/api/v1/reports/lead-sources", headers={"Authorization": f"Bearer {token}"}
    )
    return sum(row["leads"] for row in answer.json()["rows"]) if answer.is_success else 0


def _eventually(is_so: Callable[[], bool], seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.5)
    return False


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(ConfigError, match=str(port)):
            serve(tmp_path, port=port)
