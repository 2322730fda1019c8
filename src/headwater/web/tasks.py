"""Work that somebody asked for and that takes a while: in a thread, one of each kind at a time.

The screens ask how far it is. Nothing here touches Django's database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from headwater.domain.errors import HeadwaterError
from headwater.domain.times import now_micros

_LOG = logging.getLogger("headwater.web")
_PATIENCE: Final = 20.0
"""Seconds to wait, when the app stops, for work that can be given up."""

Tell = Callable[[str, int, int], None]
IsStopping = Callable[[], bool]
Work = Callable[[Tell, IsStopping], object]


class Task(StrEnum):
    """The kinds of work."""

    TABLES = "tables"
    MODELS = "models"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is. `finished_at` is None while it runs, and where it never ran.

    `error` is empty where the last run went well, `what` names what is under way.
    """

    is_running: bool = False
    what: str = ""
    done: int = 0
    of: int = 0
    error: str = ""
    finished_at: int | None = None


class _Tasks:
    """What runs now in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.progress: dict[Task, Progress] = {}
        self.threads: dict[Task, threading.Thread] = {}

    def note(self, task: Task, what: str, done: int, of: int) -> None:
        """Keep how far a task is; `what` is kept where the new one is empty."""
        with self.lock:
            before = self.progress[task]
            self.progress[task] = replace(before, what=what or before.what, done=done, of=of)

    def finish(self, task: Task, error: str) -> None:
        """Keep how a task ended."""
        with self.lock:
            self.progress[task] = Progress(error=error, finished_at=now_micros())


_TASKS: Final = _Tasks()


def start(task: Task, work: Work) -> bool:
    """Begin a task in the background; False where one of its kind runs already."""
    with _TASKS.lock:
        if _TASKS.progress.get(task, Progress()).is_running:
            return False
        _TASKS.progress[task] = Progress(is_running=True)
        thread = threading.Thread(target=_run, args=(task, work), name=task, daemon=True)
        _TASKS.threads[task] = thread
    thread.start()
    return True


def progress(task: Task) -> Progress:
    """Return how far a task is, or how its last run ended."""
    with _TASKS.lock:
        return _TASKS.progress.get(task, Progress())


def wait(task: Task, seconds: float | None = None) -> None:
    """Wait until a task has ended, if it runs."""
    thread = _TASKS.threads.get(task)
    if thread is not None:
        thread.join(seconds)


def stop() -> None:
    """End what runs: tables are finished first, models are given up after some seconds."""
    _TASKS.stopping.set()
    wait(Task.TABLES)
    wait(Task.MODELS, _PATIENCE)
    _TASKS.stopping.clear()


def _run(task: Task, work: Work) -> None:
    error = "It ended unexpectedly. The server's log says why."
    try:
        work(lambda what, done, of: _TASKS.note(task, what, done, of), _TASKS.stopping.is_set)
        error = ""
    except HeadwaterError as known:
        error = str(known)
        _LOG.warning("%s failed: %s", task.value, known)
    finally:
        _TASKS.finish(task, error)
