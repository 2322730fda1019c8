"""The one open workspace of this process, and answers remembered until the next rebuild."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Final, TypeVar, cast
from zoneinfo import ZoneInfo

from headwater import reports
from headwater.attribution import MODELS
from headwater.domain.errors import StoreError
from headwater.domain.times import to_micros
from headwater.reports import Journey, Overview, Report, ReportRequest, RevenueFrom, learned
from headwater.reports.learned import RunInUse
from headwater.workspace import Workspace

Answer = TypeVar("Answer")

_KEPT: Final = 128


class _House:
    """What is open now. One object, so that no module has to rebind a global."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.workspace: Workspace | None = None
        self.answers: OrderedDict[Hashable, object] = OrderedDict()


_HOUSE: Final = _House()


def use(workspace: Workspace | None) -> None:
    """Let the screens read this workspace from now on; None closes the door."""
    with _HOUSE.lock:
        _HOUSE.workspace = workspace
        _HOUSE.answers.clear()


def workspace() -> Workspace:
    """Return the open workspace; StoreError while the app is starting or stopping."""
    if _HOUSE.workspace is None:
        raise StoreError(
            "The data directory is not open. Start the app with `headwater serve`."
        )
    return _HOUSE.workspace


def currency() -> str:
    """Return the reporting currency."""
    return workspace().settings.currency


def zone() -> ZoneInfo:
    """Return the time zone of the reports."""
    return ZoneInfo(workspace().settings.timezone)


def as_of() -> int | None:
    """Return the moment of the last rebuild, in microseconds UTC."""
    noted = workspace().warehouse.state().get("as_of", "")
    return to_micros(datetime.fromisoformat(noted)) if noted else None


def has_tables() -> bool:
    """Whether the derived tables have been made at all."""
    return bool(workspace().warehouse.state())


def usual_request() -> ReportRequest:
    """Return the request that the settings of the data directory stand for."""
    settings = workspace().settings
    return ReportRequest(
        lookback=settings.lookback_micros(),
        revenue=RevenueFrom(settings.revenue),
        currency=settings.currency,
        timezone=settings.timezone,
    )


def report(name: str, request: ReportRequest) -> Report:
    """Return a report of the registry."""
    return remembered(("report", name, request), lambda: workspace().report(name, request))


def runs_in_use() -> tuple[RunInUse, ...]:
    """Return the runs of data-driven models that reports credit by."""
    return remembered(("runs",), lambda: learned.runs_in_use(workspace().warehouse))


def models() -> tuple[str, ...]:
    """Return the models to choose from: the rule-based ones, then those that were learned."""
    return (*MODELS, *dict.fromkeys(one.model for one in runs_in_use()))


def overview(request: ReportRequest) -> Overview:
    """Return what the first page shows."""
    return remembered(
        ("overview", request), lambda: reports.overview(workspace().warehouse, request)
    )


def journey(identifier: str, request: ReportRequest) -> Journey:
    """Return one person's journey, by any id of theirs."""
    return workspace().journey(identifier, request)


def remembered(key: Hashable, make: Callable[[], Answer]) -> Answer:
    """Return an answer from memory where it was made since the last rebuild."""
    state = workspace().warehouse.state()
    full_key = (key, *(state.get(name) for name in ("watermark", "as_of", "model_runs")))
    with _HOUSE.lock:
        if full_key in _HOUSE.answers:
            _HOUSE.answers.move_to_end(full_key)
            return cast("Answer", _HOUSE.answers[full_key])
    answer = make()
    with _HOUSE.lock:
        _HOUSE.answers[full_key] = answer
        while len(_HOUSE.answers) > _KEPT:
            _HOUSE.answers.popitem(last=False)
    return answer
