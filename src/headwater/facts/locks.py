"""Who may touch the files: many readers and writers, or one that deletes and rewrites.

Every hold takes its own file descriptor, because `flock` belongs to the open file: so threads
of one process exclude each other just as processes do, and a killed process lets go at once.

`facts.lock` is held shared by whoever reads files or has written some that the manifest does
not list yet, exclusively by whoever deletes or rewrites. A process that wants it exclusively
holds `facts.lock.gate` meanwhile; new sharers pass the gate, so that they cannot starve it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from headwater.domain.errors import StoreBusy

_POLL: Final = 0.01


class Locks:
    """The locks of one data directory."""

    def __init__(self, directory: Path, patience: float) -> None:
        self._files = directory / "facts.lock"
        self._gate = directory / "facts.lock.gate"
        self._sealing = directory / "facts.lock.seal"
        self._setup = directory / "facts.lock.setup"
        self._patience = patience

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold off deletions and rewrites while files are read or written."""
        with _held(self._gate, fcntl.LOCK_SH):
            files = _acquire(self._files, fcntl.LOCK_SH)
        try:
            yield
        finally:
            os.close(files)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be alone with the files; StoreBusy when others do not finish in time."""
        with (
            _held_within(self._gate, self._patience),
            _held_within(self._files, self._patience),
        ):
            yield

    @contextmanager
    def exclusive_if_free(self) -> Iterator[bool]:
        """Be alone with the files if nobody uses them now; yields whether that is so."""
        files = _attempt(self._files)
        try:
            yield files is not None
        finally:
            if files is not None:
                os.close(files)

    @contextmanager
    def sealing(self) -> Iterator[None]:
        """Be the only one that seals, compacts, erases or migrates."""
        with _held_within(self._sealing, self._patience):
            yield

    @contextmanager
    def setup(self) -> Iterator[None]:
        """Be the only one that creates the stores of this directory."""
        with _held_within(self._setup, self._patience):
            yield


@contextmanager
def _held(path: Path, mode: int) -> Iterator[None]:
    descriptor = _acquire(path, mode)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _held_within(path: Path, patience: float) -> Iterator[None]:
    deadline = time.monotonic() + patience
    while (descriptor := _attempt(path)) is None:
        if time.monotonic() > deadline:
            raise StoreBusy(
                f"Others still use the facts in '{path.parent}' after {patience:.0f} seconds. "
                "Wait for the running report, import or sealing to end and try again."
            )
        time.sleep(_POLL)
    try:
        yield
    finally:
        os.close(descriptor)


def _acquire(path: Path, mode: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _attempt(path: Path) -> int | None:
    try:
        return _acquire(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
