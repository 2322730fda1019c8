"""Keeps the collector's worker processes alive: one socket for all, another for each that dies.

The workers share the listening socket, so a connection that one of them did not accept yet is
accepted by the next. They hold the reading end of a pipe: when the supervisor dies, however,
they finish what they accepted and end.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from headwater.capture.collector.limiting import Limits
from headwater.domain.errors import ConfigError

HOST: Final = "127.0.0.1"
PORT: Final = 8001

_STOP_SECONDS: Final = 40
_POLL: Final = 0.1
_LONGEST_PAUSE: Final = 10.0
_HEALTHY_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Slot:
    number: int
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.0
    due_at: float = field(default=0.0)


class Supervisor:
    """The collector of a data directory, while the block runs or until `stop`."""

    def __init__(
        self,
        directory: Path,
        *,
        host: str = HOST,
        port: int = PORT,
        workers: int = 1,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        """Take the port; raises ConfigError where it is taken, or a variable is wrong."""
        Limits.of(os.environ)
        self._directory = directory.resolve()
        self._trusted = tuple(trusted_proxies)
        self._listener = _listen(host, port)
        self._lifeline, self._held = os.pipe()
        self._slots = [_Slot(number) for number in range(workers)]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="headwater-collector")
        self.url = f"http://{host}:{self._listener.getsockname()[1]}"

    def start(self) -> Supervisor:
        """Start the workers; they answer soon after."""
        for slot in self._slots:
            self._spawn(slot)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the workers: they finish what they have accepted."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()
        for slot in self._slots:
            if slot.process is not None and slot.process.poll() is None:
                slot.process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for slot in self._slots:
            _end(slot.process, deadline)
        for end in (self._lifeline, self._held):
            os.close(end)

    def pids(self) -> list[int]:
        """Return the ids of the processes that run."""
        return [slot.process.pid for slot in self._slots if slot.process is not None]

    def __enter__(self) -> Supervisor:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _keep(self) -> None:
        """Start a worker again when it has died, soon at first and later if it keeps dying."""
        while not self._stopping.wait(_POLL):
            now = time.monotonic()
            for slot in self._slots:
                if slot.process is not None and slot.process.poll() is not None:
                    is_sick = now - slot.started_at < _HEALTHY_SECONDS
                    slot.pause = min(2 * slot.pause + _POLL, _LONGEST_PAUSE) if is_sick else 0
                    slot.process, slot.due_at = None, now + slot.pause
                if slot.process is None and now >= slot.due_at:
                    self._spawn(slot)

    def _spawn(self, slot: _Slot) -> None:
        passed = (self._listener.fileno(), self._lifeline)
        trusted = [text for one in self._trusted for text in ("--trusted-proxy", one)]
        slot.started_at = time.monotonic()
        slot.process = subprocess.Popen(  # noqa: S603 - our own module
            [
                *(sys.executable, "-m", "headwater.capture.collector", str(self._directory)),
                *("--fd", str(passed[0]), "--slot", str(slot.number)),
                *("--lifeline", str(passed[1])),
                *trusted,
            ],
            pass_fds=passed,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the supervisor, who ends them in order
        )


def _end(process: subprocess.Popen[bytes] | None, deadline: float) -> None:
    if process is None:
        return
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"The collector cannot listen on {host}:{port} ({error.strerror}). Choose another "
            "port with --collector-port of `headwater serve`, or --port of `headwater collect`."
        ) from None
    return listener
