"""Pages of ours with official browser clients on them, opened in Chromium."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from contract.programs import LISTS, NODE_MODULES

TAGS: Final = "utm_source=google&utm_medium=cpc&utm_campaign=brand&gclid=abc"
REFERRER: Final = "https://www.bing.com/"
_TYPES: Final = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}
_PATIENCE: Final = 20.0


@dataclass(frozen=True)
class Shop:
    """A site whose pages are `clients/pages/`, at an origin of its own."""

    origin: str


@contextmanager
def shop(host: str, collector: str, key: str) -> Iterator[Shop]:
    """Serve the pages on a free port of `host`, for the block.

    In a page `{{collector}}` and `{{key}}` stand for where it sends to; `/npm/...` is a file of
    an installed package.
    """

    def content(path: str) -> bytes | None:
        if path.startswith("/npm/"):
            file = NODE_MODULES / path.removeprefix("/npm/")
            return file.read_bytes() if file.is_file() else None
        page = LISTS / "pages" / Path(path).name
        if not page.is_file():
            return None
        text = page.read_text("utf-8")
        return text.replace("{{collector}}", collector).replace("{{key}}", key).encode()

    server = ThreadingHTTPServer((host, 0), _handler(content))
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Shop(f"http://{host}:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def visit(browser: Browser, address: str, is_done: Callable[[], bool]) -> list[str]:
    """Open a page as a search engine's visitor does until it is done; return what it threw.

    `is_done` looks at the facts; a page that does not come to it in time is left all the same.
    """
    thrown: list[str] = []
    with browser.new_context(locale="de-DE") as context:
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(address, referer=REFERRER)
        deadline = time.monotonic() + _PATIENCE
        while not is_done() and time.monotonic() < deadline:
            page.wait_for_timeout(100)
    return thrown


def _handler(content: Callable[[str], bytes | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = content(path)
            self.send_response(404 if found is None else 200)
            kind = _TYPES.get(Path(path.removesuffix(".txt")).suffix, "text/plain")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            """The test's own failure says what is wrong."""

    return Handler
