"""From a request to a grouping: its dimensions and filters checked, its periods laid out."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from headwater.reports.compose import Grouping
from headwater.reports.dimensions import Dimension, dimensions
from headwater.reports.periods import days_of, periods, span_of
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source


def wanted(
    request: ReportRequest, default: tuple[str, ...], allowed: tuple[str, ...]
) -> tuple[Dimension, ...]:
    """Return what to group by; UnknownName where the report does not offer it."""
    dimensions(tuple(one.dimension for one in request.filters), allowed)
    return dimensions(request.by or default, allowed)


def grouped(
    source: Source,
    request: ReportRequest,
    by: tuple[Dimension, ...],
    aggregates: Mapping[str, str],
) -> Grouping:
    """Return the grouping with the values and period tables it binds."""
    span = span_of(request)
    return Grouping(
        dimensions=by,
        filters=request.filters,
        aggregates=aggregates,
        params={
            "model": request.model,
            "date_basis": request.date_basis.value,
            "from_at": span.from_at,
            "to_at": span.to_at,
        },
        tables=_period_tables(source, request, by),
    )


def _period_tables(
    source: Source, request: ReportRequest, by: tuple[Dimension, ...]
) -> dict[str, pa.Table]:
    named = {one.name for one in by if one.is_period}
    named |= {one.dimension for one in request.filters} & {"day", "week", "month"}
    if not named:
        return {}
    days = days_of(source, request)
    return {f"periods_{unit}": periods(unit, days, request.zone) for unit in sorted(named)}
