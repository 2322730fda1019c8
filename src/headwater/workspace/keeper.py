"""Keeps one data directory fresh while the app runs.

Facts are sealed and the tables brought up to them; data-driven models are learned anew on
their schedule, in a thread of their own, so that no report waits for them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Self

from headwater.domain.errors import HeadwaterError
from headwater.facts import Sealer
from headwater.workspace.directory import Workspace

_log = logging.getLogger(__name__)
_PATIENCE: Final = 20.0
"""How long to wait, when the app stops, for a model that is being learned."""


class Keeper:
    """Threads that bring the tables up to the facts, and models up to their schedule.

    A failure is logged and kept in `last_error` for the health page; the next round tries
    again, and facts are safe meanwhile.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        every_seconds: float = 10.0,
        models_every_seconds: float = 60.0,
    ) -> None:
        self._workspace = workspace
        self._sealer = Sealer(workspace.facts)
        self._stopping = threading.Event()
        self._tables = self._thread("keeper", every_seconds, self.run_once)
        self._models = self._thread("model-keeper", models_every_seconds, self.learn_once)
        self._errors: dict[str, str] = {}

    @property
    def last_error(self) -> str:
        """What went wrong in the last round; empty if nothing did."""
        return " ".join(error for error in self._errors.values() if error)

    def start(self) -> Self:
        """Begin in the background."""
        self._sealer.start()
        self._tables.start()
        self._models.start()
        return self

    def stop(self) -> None:
        """Finish the round that is under way, and end.

        A model that takes longer than some seconds more is given up; it is learned again when
        the app is back.
        """
        self._stopping.set()
        self._tables.join()
        self._models.join(_PATIENCE)
        self._sealer.stop()

    def run_once(self) -> None:
        """Rebuild once."""
        self._try("tables", "keeping the tables fresh", self._workspace.rebuild)

    def learn_once(self) -> None:
        """Learn the data-driven models whose time has come."""
        self._try("models", "learning data-driven models", self._learn)

    def _learn(self) -> None:
        due = self._workspace.models_due()
        if due:
            self._workspace.run_models(due, is_stopping=self._stopping.is_set)

    def _try(self, name: str, doing: str, work: Callable[[], object]) -> None:
        try:
            work()
            self._errors[name] = ""
        except HeadwaterError as error:
            self._errors[name] = str(error)
            _log.warning("%s failed: %s", doing, error)

    def _thread(self, name: str, every: float, work: Callable[[], None]) -> threading.Thread:
        def rounds() -> None:
            while not self._stopping.wait(every):
                work()

        return threading.Thread(target=rounds, name=name, daemon=True)
