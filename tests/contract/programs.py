"""The official clients as programs: where they are, and how one is run to its end."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from headwater.domain.times import to_micros

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "var" / "clients"
NODE_MODULES = CLIENTS / "node" / "node_modules"
LISTS = Path(__file__).parent / "clients"
_PROGRAMS = {".py": CLIENTS / "python" / "bin" / "python", ".cjs": Path("node")}
_PATIENCE = 60.0

_YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).replace(microsecond=0)
SAID = _YESTERDAY.isoformat()
"""A moment that scripts are told to say an event was at, other than now."""
MOMENT = to_micros(_YESTERDAY)
"""The same in microseconds."""


def missing_clients() -> str:
    """Return what is not installed as the lists pin it; empty where all is."""
    marks = {"python": "python/installed", "node": "node/installed", "sources": "node/sources"}
    for name, mark in marks.items():
        installed = CLIENTS / f"{mark}.txt"
        wanted = (LISTS / f"{name}.txt").read_text("utf-8")
        if not installed.exists() or installed.read_text("utf-8") != wanted:
            return f"The {name} clients of tests/contract/clients are not installed"
    return ""


def run_client(script: str, *arguments: str) -> str:
    """Run one of `clients/scripts/` to its end and return what it printed; fail as it fails.

    Scripts in Python run in the clients' own environment, those in JavaScript (`.cjs`) find
    the clients by `require`. By custom the arguments are the collector's address and a key.
    """
    path = LISTS / "scripts" / script
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [str(_PROGRAMS[path.suffix]), str(path), *arguments],
        env={**kept, "NO_PROXY": "*", "NODE_PATH": str(NODE_MODULES)},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{script} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout
