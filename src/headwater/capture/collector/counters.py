"""What the collector counts, and the file by which its workers tell each other.

Every worker has a slot, `<data>/collector/<slot>.json`. It begins where its slot left off, so
that counters only grow, and whoever asks any worker, or `doctor`, is told of all.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "collector"

Labels = tuple[str, ...]
Values = dict[tuple[str, Labels], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing counted: a sentence for people, and the names of its labels."""

    told: str
    labels: tuple[str, ...] = ()


METRICS: Final[Mapping[str, Metric]] = {
    "requests": Metric("Requests answered, by protocol and status.", ("protocol", "status")),
    "events": Metric("Events that are durable, by protocol.", ("protocol",)),
    "facts": Metric("Facts made of them, by kind.", ("kind",)),
    "known_facts": Metric("Facts that were there already: events sent again."),
    "dropped": Metric("Events not kept, by protocol and reason.", ("protocol", "reason")),
    "left_out": Metric("Fields left out of events that were kept.", ("field",)),
    "postponed": Metric("Requests answered 503, to be sent again.", ("reason",)),
    "limited": Metric("Requests answered 429, by the limit they passed.", ("by",)),
    "commits": Metric("Commits to the journal."),
    "commit_seconds": Metric("Seconds spent in commits."),
    "commit_buckets": Metric("Commits that took at most so many seconds.", ("le",)),
}


class Counters:
    """The counters of one worker."""

    def __init__(self, values: Values | None = None) -> None:
        self._values: defaultdict[tuple[str, Labels], float] = defaultdict(float, values or {})

    def add(self, name: str, labels: Labels = (), amount: float = 1) -> None:
        """Count; `name` is one of METRICS, `labels` are the values of its labels."""
        self._values[name, labels] += amount

    def values(self) -> Values:
        """Return what was counted so far."""
        return dict(self._values)


@dataclass(frozen=True, slots=True)
class Status:
    """How a worker was when it last said so. `at` is in microseconds UTC."""

    pid: int
    at: int
    queued: int
    problem: str
    values: Values


def write_status(directory: Path, slot: int, status: Status) -> None:
    """Tell how a worker is. A full disk is no reason to stop: it is not told then."""
    told = {
        "pid": status.pid,
        "at": status.at,
        "queued": status.queued,
        "problem": status.problem,
        "values": [[name, *labels, value] for (name, labels), value in status.values.items()],
    }
    folder = directory / FOLDER
    draft = folder / f"{slot}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(folder / f"{slot}.json")
    except OSError:
        draft.unlink(missing_ok=True)


def read_status(directory: Path, slot: int) -> Status | None:
    """Return what a worker last told; None where it told nothing that can be read."""
    return _read(directory / FOLDER / f"{slot}.json")


def all_status(directory: Path) -> dict[int, Status]:
    """Return what each slot last told."""
    found = {}
    for path in sorted((directory / FOLDER).glob("*.json")):
        status = _read(path)
        if status is not None and path.stem.isdigit():
            found[int(path.stem)] = status
    return found


def summed(all_values: Iterable[Values]) -> Values:
    """Return the sums over workers."""
    total: defaultdict[tuple[str, Labels], float] = defaultdict(float)
    for values in all_values:
        for key, value in values.items():
            total[key] += value
    return dict(total)


def is_running(pid: int) -> bool:
    """Tell whether a process of this id runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(path: Path) -> Status | None:
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        values = {(row[0], tuple(row[1:-1])): row[-1] for row in told.pop("values")}
        return Status(**told, values=values)
    except (OSError, ValueError, TypeError, LookupError):
        return None
