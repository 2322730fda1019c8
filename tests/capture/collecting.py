"""The real collector as a process, for tests that speak HTTP to it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from headwater.capture import snapshot
from headwater.capture.collector.supervising import Supervisor
from headwater.capture.snapshot import CaptureSnapshot, Site
from headwater.domain.words import FactKind
from headwater.facts import FactStore

KEY = "hw_test"
SITE = Site(
    domain="example.com",
    aliases=("shop.example.com", "127.0.0.1", "localhost"),
    write_keys=(KEY,),
    region="DE",
)
HOST = "127.0.0.1"
_PATIENCE = 30.0


@dataclass(frozen=True)
class Collecting:
    """A collector that runs. `process` is its supervisor; `pids()` of it are the workers."""

    url: str
    directory: Path
    process: Supervisor

    def facts(self, kind: FactKind = FactKind.EVENT) -> list[dict[str, Any]]:
        """Return what the store holds of a kind, in the order of commitment, nulls left out."""
        return facts(self.directory, kind)

    def wait_for(
        self, kind: FactKind, count: int, seconds: float = 10.0
    ) -> list[dict[str, Any]]:
        """Return the facts of a kind once there are `count` of them, or what there is in time.

        For clients that send by a thread of their own; what was answered is there at once.
        """
        deadline = time.monotonic() + seconds
        while len(found := self.facts(kind)) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def opened(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Return the personal originals of a fact: email, phone, person_name, message."""
        with FactStore.open(self.directory) as store:
            return store.vault.open_personal(row["subject"], row["personal"]) or {}


def facts(directory: Path, kind: FactKind = FactKind.EVENT) -> list[dict[str, Any]]:
    """Return what a data directory holds of a kind, in the order of commitment."""
    with FactStore.open(directory) as store:
        rows = store.read(kind).to_pylist()
    rows.sort(key=lambda row: row["seq"])
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@contextmanager
def collector(
    directory: Path,
    sites: Sequence[Site] = (SITE,),
    *,
    published: CaptureSnapshot | None = None,
    workers: int = 1,
    port: int = 0,
    trusted_proxies: Sequence[str] = (),
) -> Iterator[Collecting]:
    """Publish the sites and run a collector on a free port while the block runs.

    `published` stands for all that the app would publish, links and promo codes included.
    """
    directory.mkdir(parents=True, exist_ok=True)
    snapshot.write(directory, published or CaptureSnapshot(sites=tuple(sites)))
    supervisor = Supervisor(
        directory, port=port, workers=workers, trusted_proxies=trusted_proxies
    )
    with supervisor:
        wait_until_it_answers(supervisor.url)
        yield Collecting(supervisor.url, directory, supervisor)


def wait_until_it_answers(url: str) -> None:
    """Return once /health answers at all; a socket that nobody serves yet only accepts."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            httpx.get(f"{url}/health", timeout=5.0, trust_env=False)
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the collector does not answer"
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
