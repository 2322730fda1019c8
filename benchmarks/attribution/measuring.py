"""One part of one library, measured in the process of its own that called this.

A script `run_*.py FOLDER PART` imports its library, and says how to load the made paths into
what that library takes, and what its parts are: splitting a path's text into channels is work,
and reading the file is not, unless the library does it. Printed as the last line, as JSON: CPU
seconds (user and system, all threads) of setting up and of the work, the peak of resident
memory, and the credit found.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

Credit = Mapping[str, Mapping[str, float]]
"""Conversions (or shares of them) by model and channel."""
Loaded = TypeVar("Loaded")
REPEAT_BELOW = 2.0
"""Seconds; quicker work is done three times, and the least taken."""


def peak_mb() -> float:
    """Return the most memory held since this program began (Linux).

    Not `ru_maxrss`, which a child begins with its parent's.
    """
    told = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in told if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


def main(
    load: Callable[[Path], Loaded], parts: Mapping[str, Callable[[Loaded], Credit]]
) -> None:
    folder, part = Path(sys.argv[1]), sys.argv[2]
    loaded = load(folder)
    set_up, loaded_mb = time.process_time(), peak_mb()
    took: list[float] = []
    while not took or (took[0] < REPEAT_BELOW and len(took) < 3):
        before = time.process_time()
        credit = parts[part](loaded)
        took.append(time.process_time() - before)
    told = {
        "setup": set_up,
        "cpu": min(took),
        "loaded_mb": loaded_mb,
        "peak_mb": peak_mb(),
        "credit": {model: dict(found) for model, found in credit.items()},
    }
    print("\n" + json.dumps(told, default=float))
