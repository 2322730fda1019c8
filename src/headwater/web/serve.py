"""Runs the app: one process, on this machine's own address, until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from headwater.domain.errors import ConfigError
from headwater.web import boot, runtime

HOST = "127.0.0.1"
PORT = 8000


def serve(
    directory: Path,
    *,
    host: str = HOST,
    port: int = PORT,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve a data directory until SIGINT or SIGTERM.

    `ready` is told the address once the workspace is open. Raises StoreBusy where another
    process holds the tables, ConfigError where a setting is wrong or the port is taken.
    """
    _check_port(host, port)
    boot.prepare(directory)
    url = f"http://{host}:{port}"
    runtime.start(directory, url)
    try:
        ready(url)
        uvicorn.run(
            "headwater.web.asgi:application",
            host=host,
            port=port,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            log_level="warning",
            access_log=False,
            server_header=False,
        )
    finally:
        runtime.stop()


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
