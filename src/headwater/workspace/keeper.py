"""Keeps one data directory fresh while the app runs: seals facts, rebuilds what they touch."""

from __future__ import annotations

import logging
import threading
from typing import Self

from headwater.domain.errors import HeadwaterError
from headwater.facts import Sealer
from headwater.workspace.directory import Workspace

_log = logging.getLogger(__name__)


class Keeper:
    """A thread that brings the derived tables up to the facts every `every_seconds`.

    A failure is logged and kept in `last_error` for the health page; the next round tries
    again, and facts are safe meanwhile.
    """

    def __init__(self, workspace: Workspace, *, every_seconds: float = 10.0) -> None:
        self._workspace = workspace
        self._every = every_seconds
        self._sealer = Sealer(workspace.facts)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self.last_error = ""

    def start(self) -> Self:
        """Begin in the background."""
        self._sealer.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the round that is under way, and end."""
        self._stopping.set()
        self._thread.join()
        self._sealer.stop()

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            self.run_once()

    def run_once(self) -> None:
        """Rebuild once."""
        try:
            self._workspace.rebuild()
            self.last_error = ""
        except HeadwaterError as error:
            self.last_error = str(error)
            _log.warning("keeping the tables fresh failed: %s", error)
