"""Runs the app, and the collector beside it, until it is told to stop."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import uvicorn

from headwater.capture.collector.supervising import Supervisor
from headwater.domain.errors import ConfigError
from headwater.web import boot, runtime

HOST = "127.0.0.1"
PORT = 8000


def serve(
    directory: Path,
    *,
    host: str = HOST,
    port: int = PORT,
    collector: Supervisor | None = None,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve a data directory until SIGINT or SIGTERM.

    The collector runs in processes of its own, which outlive no app: they are started when
    the workspace is open, started again when they die, and end when they have finished what
    they accepted. `ready` is told the app's address once it answers. Raises StoreBusy where
    another process holds the tables, ConfigError where a setting is wrong or the port is taken.
    """
    with ExitStack() as opened:
        if collector is not None:
            opened.callback(collector.stop)
        _serve(directory, host, port, collector, ready)


def _serve(
    directory: Path,
    host: str,
    port: int,
    collector: Supervisor | None,
    ready: Callable[[str], None],
) -> None:
    _check_port(host, port)
    boot.prepare(directory)
    url = f"http://{host}:{port}"
    runtime.start(directory, url)
    signal.signal(signal.SIGTERM, _leave)
    try:
        if collector is not None:
            runtime.use_collector(collector.url)
            collector.start()
        config = uvicorn.Config(
            "headwater.web.asgi:application",
            host=host,
            port=port,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        _Server(config, lambda: ready(url)).run()
    finally:
        runtime.stop()


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End in order: uvicorn repeats the signal when it is done."""
    sys.exit(0)


def _check_port(host: str, port: int) -> None:
    """Refuse a taken port before anything is opened."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Choose another with "
                "`headwater serve --port`."
            ) from error
