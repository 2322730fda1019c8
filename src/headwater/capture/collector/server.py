"""One worker as a process: serves a socket that it was given until it is told to stop."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import uvicorn

from headwater.capture.collector.application import Collector
from headwater.capture.collector.limiting import Limits
from headwater.capture.collector.shortcut import ShortProtocol
from headwater.capture.collector.worker import CONNECTIONS, LOCAL_PROXIES, Options
from headwater.domain.errors import HeadwaterError

TOKEN_VARIABLE: Final = "HEADWATER_METRICS_TOKEN"  # noqa: S105 - its name, not its value
STOP_SECONDS: Final = 30
"""Seconds that requests under way have once the worker is told to stop."""

_KEEP_ALIVE: Final = 20
_GARBAGE: Final = 20_000
"""Objects after which the collector of garbage looks: a request makes few cycles."""
_SWITCH_SECONDS: Final = 0.0005
"""How long the loop may keep the interpreter from the thread that commits."""


def serve(listener: socket.socket, options: Options, lifeline: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT, or until the other end of `lifeline` is closed."""
    server = uvicorn.Server(
        uvicorn.Config(
            Collector(options),
            http=ShortProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=options.connections,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=STOP_SECONDS,
            backlog=2048,
        )
    )
    if lifeline is not None:
        threading.Thread(target=_watch, args=(lifeline, server), daemon=True).start()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: None)  # uvicorn repeats the signal when it is done
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # not each request that is none
    _allow_many_files(options.connections + 256)
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what was imported stays, and need not be looked through again
    gc.set_threshold(_GARBAGE)
    server.run(sockets=[listener])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker as its supervisor asks: see `supervising`."""
    parser = argparse.ArgumentParser(prog="headwater.capture.collector")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--slot", type=int, default=0)
    parser.add_argument("--lifeline", type=int)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--trusted-proxy", action="append", default=[])
    given = parser.parse_args(arguments)
    proxies = tuple(given.trusted_proxy) or LOCAL_PROXIES
    token = os.environ.get(TOKEN_VARIABLE, "")
    try:
        limits = Limits.of(os.environ)
        options = Options(
            given.directory, given.slot, proxies, token, limits, given.connections
        )
        serve(socket.socket(fileno=given.fd), options, given.lifeline)
    except HeadwaterError as error:
        sys.stderr.write(f"The collector cannot run: {error}\n")
        return 1
    return 0


def _watch(lifeline: int, server: uvicorn.Server) -> None:
    """Stop when the supervisor is gone, however it went."""
    with suppress(OSError):
        while os.read(lifeline, 1):
            pass
    server.should_exit = True


def _allow_many_files(wanted: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
