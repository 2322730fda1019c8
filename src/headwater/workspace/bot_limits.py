"""The limits of bots of one data directory: the shipped ones, or those of `bots.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from headwater.capture.bots import Limits

FILE_NAME: Final = "bots.toml"
"""The company's own limits, in its data directory; it need not be there."""


def limits_of(directory: Path) -> Limits:
    """Return the limits that the tables are made with; ConfigError for a file that is wrong."""
    path = directory / FILE_NAME
    return Limits.read(path) if path.exists() else Limits.read()
