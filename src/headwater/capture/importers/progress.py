"""How a long import tells how far it is."""

from __future__ import annotations

from typing import Final, Protocol


class Progress(Protocol):
    """Told how far the work is. Units are bytes of the file, or rows where it has no bytes."""

    def start(self, total: int, unit: str) -> None:
        """Begin; `total` is 0 where it cannot be known, `unit` is `bytes` or `rows`."""

    def advance(self, amount: int) -> None:
        """Count `amount` more as done."""

    def finish(self) -> None:
        """End, whether all was done or an error stopped it."""


class _Silent:
    def start(self, total: int, unit: str) -> None:
        del total, unit

    def advance(self, amount: int) -> None:
        del amount

    def finish(self) -> None:
        return


SILENT: Final[Progress] = _Silent()
"""Tells nobody."""
