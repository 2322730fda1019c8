"""The app as a process of its own, over the told company."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater.workspace import Workspace
from web.scene import tell

_SCRIPT = """
import sys
from pathlib import Path
from headwater.web import commands
from headwater.web.serve import serve

directory = Path(sys.argv[1])
access = commands.demo_access(directory)
serve(directory, port=int(sys.argv[2]), ready=lambda url: print(url + access.path, flush=True))
"""


@dataclass(frozen=True, slots=True)
class App:
    """A served app: its address, a link that signs in once, its process."""

    url: str
    link: str
    process: subprocess.Popen[str]

    def stop(self) -> int:
        """Ask it to end, and return how it did."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def served(directory: Path, *, is_told: bool = True) -> Iterator[App]:
    """Serve a directory while the block runs."""
    if is_told:
        with Workspace.open(directory) as workspace:
            tell(workspace.facts)
            workspace.rebuild(full=True)
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(directory), str(port)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        try:
            yield App(f"http://127.0.0.1:{port}", link, process)
        finally:
            if process.poll() is None:
                process.terminate()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
