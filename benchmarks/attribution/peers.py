"""The libraries compared, and the environment of their own that holds them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
THREE = ("heuristics", "markov", "shapley")
NEEDED = ("pyarrow", "pandas", "matplotlib")
"""What loading and drawing need in the peers' environment."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library, the script that runs its parts, and what to install for it (None: ours)."""

    name: str
    script: str
    parts: tuple[str, ...]
    package: str | None = None


LIBRARIES = [
    Library("DuckDB, bare scan", "run_scan.py", ("scan", "one column")),
    Library("Headwater, touches", "run_headwater_touches.py", (*THREE, "together")),
    Library("Headwater, paths", "run_headwater.py", (*THREE, "together")),
    Library(
        "ChannelAttribution",
        "run_channelattribution.py",
        ("heuristics", "markov"),
        "ChannelAttribution",
    ),
    Library(
        "marketing-attribution-models", "run_mam.py", THREE, "marketing-attribution-models"
    ),
    Library(
        "shapley-attribution",
        "run_shapley.py",
        ("heuristics", "shapley"),
        "shapley-attribution",
    ),
    Library("mta", "run_mta.py", THREE, "mta"),
]


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment apart from ours; what is in it never runs beside our code."""

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def make(self) -> None:
        if not Path(self.python).exists():
            said([sys.executable, "-m", "venv", str(self.folder)])
        for package in NEEDED:
            problem = self.install(package)
            if problem:
                raise SystemExit(f"{package}: {problem}")

    def install(self, package: str) -> str:
        """Install a package unless it is there; return what went wrong, or nothing."""
        if self.version(package):
            return ""
        done = said([self.python, "-m", "pip", "install", "--quiet", package])
        if done.returncode == 0:
            return ""
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return f"cannot be installed here: {(errors or ['pip failed'])[-1]}"

    def version(self, package: str) -> str:
        asked = f"from importlib.metadata import version; print(version({package!r}))"
        done = said([self.python, "-c", asked])
        return done.stdout.strip() if done.returncode == 0 else ""


def said(command: list[str], seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
