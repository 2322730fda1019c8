"""Fixture pages of several domains, served on one port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import urlsplit

HOSTS = "MAP * 127.0.0.1"
"""Every name is this machine, for Chromium's --host-resolver-rules."""

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Page:
    """What is served at a path."""

    html: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Website:
    """Pages by path; every host has them all. `script` is where the tracker is."""

    port: int
    script: str
    pages: dict[str, Page] = field(default_factory=dict)

    def address(self, path: str, host: str = "example.com") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(
        self,
        name: str = "/",
        body: str = "",
        *,
        host: str = "example.com",
        head: str = "",
        script: str = "hw.js",
        headers: Mapping[str, str] | None = None,
        **settings: str,
    ) -> str:
        """Make a page that nobody else has, and return its address.

        `settings` are the tracker's attributes: `consent="denied"` is `data-consent`.
        """
        path = f"/{next(_numbers)}{name}"
        told = "".join(f' data-{key}="{value}"' for key, value in settings.items())
        tag = f'<script defer src="{self.script}/{script}" data-key="hw_test"{told}></script>'
        self.pages[path] = Page(
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>Page</title>"
            f"<link rel=icon href='data:,'>{head}{tag if script else ''}</head>"
            f"<body>{body}</body></html>",
            headers or {},
        )
        return self.address(path, host)


@contextmanager
def serving(script: str) -> Iterator[Website]:
    """Serve while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    website = Website(server.server_address[1], script)
    _Handler.website = website
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield website
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    website: Website

    def do_GET(self) -> None:
        page = self.website.pages.get(urlsplit(self.path).path)
        body = (page.html if page else "").encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (page.headers if page else {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""
