"""The recipes of docs/howto/proxy.md, run: a site whose own host takes its events."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from capture.collecting import KEY, Collecting, collector, free_port
from capture.collector.sending import SHOP, body, event, send, stored
from chromium import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
RECIPES = (ROOT / "docs" / "howto" / "proxy.md").read_text("utf-8")
(SCRIPT,) = re.findall(r"<script .*</script>", RECIPES)
PAGE = f"<!doctype html><title>Shoes</title>{SCRIPT.replace('hw_...', KEY)}"


def recipe(language: str, upstream: str) -> str:
    """The recipe as it is printed, with the collector's address put in."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", RECIPES, re.DOTALL)
    assert "127.0.0.1:8001" in found
    return str(found).replace("127.0.0.1:8001", upstream)


def nginx(place: Path, port: int, upstream: str) -> list[str]:
    (place / "nginx.conf").write_text(
        f"""daemon off; pid {place}/pid; error_log {place}/error.log; events {{}}
        http {{
            access_log off; client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
            fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
            server {{
                listen 127.0.0.1:{port}; root {place}/site;
                {recipe("nginx", upstream)}
            }}
        }}
        """
    )
    return ["nginx", "-c", str(place / "nginx.conf"), "-p", str(place)]


def caddy(place: Path, port: int, upstream: str) -> list[str]:
    (place / "Caddyfile").write_text(
        f"""{{
            admin off
            auto_https off
            storage file_system {place}/storage
        }}
        http://:{port} {{
            bind 127.0.0.1
            {recipe("caddy", upstream)}
            root * {place}/site
            file_server
        }}
        """
    )
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(place / "Caddyfile")]


Recipe = Callable[[Path, int, str], list[str]]


@contextmanager
def proxied(place: Path, make: Recipe, running: Collecting) -> Iterator[str]:
    """Run the web server of a site that has one page."""
    command = make(place, port := free_port(), running.url.removeprefix("http://"))
    assert shutil.which(command[0]), f"{command[0]} is missing: run tools/system-packages"
    (place / "site").mkdir()
    (place / "site" / "index.html").write_text(PAGE)
    for folder in (place, *place.parents):  # the web server's own user must come in
        if folder.stat().st_uid == place.stat().st_uid and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o711)
    (place / "site").chmod(0o755)
    with subprocess.Popen(command, cwd=place) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        try:
            yield url
        finally:
            process.terminate()


@pytest.mark.parametrize("make", [nginx, caddy], ids=["nginx", "caddy"])
def test_the_recipe_passes_on_who_the_visitor_is(tmp_path: Path, make: Recipe) -> None:
    (tmp_path / "web").mkdir()
    with (
        collector(tmp_path / "data", SHOP) as running,
        proxied(tmp_path / "web", make, running) as site,
    ):
        through = Collecting(f"{site}/hw", running.directory, running.process)
        sent = event()
        answer = send(
            through, body(sent), host="www.example.com", x_forwarded_for="203.0.113.9"
        )
        assert answer.status_code == 204
        assert "; Domain=example.com" in answer.headers["set-cookie"]
        assert "Secure" not in answer.headers["set-cookie"]
        assert stored(running, sent)["ip"] == "127.0.0.0", "the browser chose its address"
        assert httpx.get(f"{site}/hw/metrics").status_code == 403
        assert httpx.get(f"{site}/hw/health").json()["status"] == "ok"
        assert httpx.get(f"{site}/hw/hw.js").status_code == 200


BLOCKED = """
    Object.defineProperty(Document.prototype, 'cookie', {get: () => '', set: () => true});
    Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }});
"""


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}")
def test_the_visitors_id_outlives_blocked_script_cookies(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    here = (SHOP[0].model_copy(update={"aliases": ("127.0.0.1",)}),)
    with (
        collector(tmp_path / "data", here) as running,
        proxied(tmp_path / "web", nginx, running) as site,
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(ARGUMENTS)
        ) as browser,
        browser.new_context() as context,
    ):
        context.add_init_script(BLOCKED)
        for count in (1, 2):
            page = context.new_page()
            with page.expect_response(lambda answer: answer.url.endswith("/hw/e")) as answered:
                page.goto(f"{site}/?visit={count}")
            assert answered.value.status == 204
            page.close()
        views = [row for row in running.facts() if row["name"] == "page_view"]
        (kept,) = [one for one in context.cookies() if one["name"] == "hw_v"]
    assert len(views) == 2
    assert {row["visitor_id"] for row in views} == {kept["value"]}
    assert kept["expires"] - time.time() > 399 * 86_400
