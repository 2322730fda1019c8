"""The reports by name, and the one way to run them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headwater.domain.errors import UnknownName
from headwater.reports.bots import BOTS
from headwater.reports.channels import CHANNELS
from headwater.reports.definition import Definition
from headwater.reports.incrementality import INCREMENTALITY
from headwater.reports.lead_sources import LEAD_SOURCES
from headwater.reports.models import MODELS_SIDE_BY_SIDE
from headwater.reports.opportunities import OPPORTUNITIES
from headwater.reports.overview import OVERVIEW
from headwater.reports.report import Report
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source

REPORTS: Final[Mapping[str, Definition]] = {
    one.name: one
    for one in (OVERVIEW, CHANNELS, MODELS_SIDE_BY_SIDE, OPPORTUNITIES, LEAD_SOURCES, BOTS)
}
"""Every report that gives rows, by name. A journey is asked for with `journey.journey`."""
ALONE: Final[Mapping[str, Definition]] = {INCREMENTALITY.name: INCREMENTALITY}
"""Reports that share no request with others: neither dates, filters nor credit by touches."""


def run(source: Source, name: str, request: ReportRequest) -> Report:
    """Return a report by name.

    Raises UnknownName for a report, dimension, column, metric or model that does not exist,
    naming those that do.
    """
    offered = {**REPORTS, **ALONE}
    if name not in offered:
        raise UnknownName("report", name, offered)
    return offered[name].make(source, request)
