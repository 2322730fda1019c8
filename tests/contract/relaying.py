"""A relay between a client and the collector, which can send everything once more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_OF_THE_CONNECTION = {"host", "connection", "content-length", "transfer-encoding", "keep-alive"}


@dataclass(frozen=True)
class Sent:
    """One request as the client sent it, and the status it was answered with."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int


@dataclass
class Relay:
    """Where it listens, where it sends to, and what passed in the order of the answers."""

    url: str
    target: str
    sent: list[Sent] = field(default_factory=list)

    def send_again(self) -> list[int]:
        """Send all that passed once more, as a client does that missed the answers."""
        with httpx.Client(trust_env=False) as client:
            return [
                client.request(
                    one.method, self.target + one.path, headers=one.headers, content=one.body
                ).status_code
                for one in self.sent
            ]

    def statuses(self, path: str) -> set[int]:
        """Return the statuses with which requests to `path` were answered."""
        return {one.status for one in self.sent if one.path.partition("?")[0] == path}


@contextmanager
def relay(target: str, host: str = "127.0.0.1") -> Iterator[Relay]:
    """Pass requests to a free port of `host` on to `target` and keep them, for the block."""
    with httpx.Client(trust_env=False) as client:
        server = ThreadingHTTPServer((host, 0), BaseHTTPRequestHandler)
        server.daemon_threads = False  # what is under way when the block ends is waited for
        passing = Relay(f"http://{host}:{server.server_port}", target)
        server.RequestHandlerClass = _handler(passing, client)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield passing
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(passing: Relay, client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {
                name: text
                for name, text in self.headers.items()
                if name.lower() not in _OF_THE_CONNECTION
            }
            answer = client.request(
                self.command, passing.target + self.path, headers=headers, content=body
            )
            self.send_response(answer.status_code)
            for name, text in answer.headers.multi_items():
                if name.lower() not in _OF_THE_CONNECTION:
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)
            if self.command != "OPTIONS":
                passing.sent.append(
                    Sent(self.command, self.path, headers, body, answer.status_code)
                )

        do_GET = do_POST = do_OPTIONS = _pass_on  # noqa: N815 - the names that it is called by

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            """The test's own failure says what is wrong."""

    return Handler
