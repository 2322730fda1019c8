"""What lives as long as the process: the open workspace, its keeper, the door for the CLI."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.module_loading import import_string

from headwater.capture.collector import supervising
from headwater.web import house, tasks
from headwater.workspace import Keeper, Workspace, control

_LOG = logging.getLogger("headwater.web")


@dataclass(slots=True)
class Runtime:
    """One opened data directory with everything that runs beside it."""

    workspace: Workspace
    keeper: Keeper
    control: control.Control


class _Process:
    """The process's own runtime, once started."""

    def __init__(self) -> None:
        self.runtime: Runtime | None = None
        self.collector_url = f"http://{supervising.HOST}:{supervising.PORT}"


_PROCESS: Final = _Process()


def start(directory: Path, url: str) -> None:
    """Open the directory and begin to keep it fresh; a second call does nothing.

    Raises StoreBusy where another process holds the tables.
    """
    if _PROCESS.runtime is not None:
        return
    workspace = Workspace.open(directory)
    keeper = Keeper(workspace).start()
    _PROCESS.runtime = Runtime(workspace, keeper, control.publish(directory, url))
    house.use(workspace)
    # By name: the models can only be imported once Django is ready, this module earlier.
    import_string("headwater.web.sites.publishing.publish")()
    _LOG.info("opened %s", directory)


def stop() -> None:
    """Close everything, in the reverse order; a second call does nothing."""
    runtime = _PROCESS.runtime
    if runtime is None:
        return
    _PROCESS.runtime = None
    house.use(None)
    control.withdraw(runtime.workspace.directory)
    tasks.stop()
    runtime.keeper.stop()
    runtime.workspace.close()
    _LOG.info("closed %s", runtime.workspace.directory)


def use_collector(url: str) -> None:
    """Note where the collector listens that runs beside this process."""
    _PROCESS.collector_url = url


def collector_url() -> str:
    """Return where the collector listens, or where it would."""
    return _PROCESS.collector_url


def token() -> str:
    """Return what the command line must show; empty while nothing is open."""
    return _PROCESS.runtime.control.token if _PROCESS.runtime else ""


def last_error() -> str:
    """Return what went wrong in the last round of the keeper; empty if nothing did."""
    return _PROCESS.runtime.keeper.last_error if _PROCESS.runtime else ""
