"""Holds a data directory until its input ends, as a rebuild or the app does."""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.workspace import Workspace

with Workspace.open(Path(sys.argv[1])):
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
