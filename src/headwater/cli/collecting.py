"""`headwater collect`: the collector without the app."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from headwater.capture.collector.supervising import HOST, PORT, Supervisor
from headwater.cli.console import say

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]
Workers = Annotated[int, typer.Option(help="How many processes take events.", min=1, max=64)]
TrustedProxy = Annotated[
    list[str] | None,
    typer.Option(
        help="An address or network whose X-Forwarded headers are believed; repeatable. "
        "Without it, this machine's."
    ),
]
CollectorHost = Annotated[str, typer.Option(help="The address the collector listens on.")]
CollectorPort = Annotated[
    int, typer.Option(help="The port the collector listens on.", min=1, max=65535)
]
CollectorWorkers = Annotated[
    int, typer.Option(help="How many processes take events; 0: none.", min=0, max=64)
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(collect)


def collect(
    context: typer.Context,
    host: Host = HOST,
    port: Port = PORT,
    workers: Workers = 1,
    trusted_proxy: TrustedProxy = None,
) -> None:
    """Take events over HTTP until it is stopped with Ctrl-C, without serving the app."""
    directory: Path = context.obj
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, stop)
    directory.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(
        directory, host=host, port=port, workers=workers, trusted_proxies=trusted_proxy or ()
    )
    with supervisor:
        say(f"Collecting at {supervisor.url}")
        stopped.wait()


def started_with_the_app(
    directory: Path, host: str, port: int, workers: int, proxies: Sequence[str]
) -> Supervisor | None:
    """Return the collector that the app is to start, its port taken; None for no workers."""
    if workers == 0:
        return None
    return Supervisor(directory, host=host, port=port, workers=workers, trusted_proxies=proxies)
