"""What the registry holds of each report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from headwater.reports.metrics import Metric
from headwater.reports.report import Report
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source


@dataclass(frozen=True, slots=True)
class Definition:
    """One report: what it is called, what it answers, and what may be asked of it."""

    name: str
    title: str
    question: str
    default_by: tuple[str, ...]
    dimensions: tuple[str, ...]
    metrics: Mapping[str, Metric]
    make: Callable[[Source, ReportRequest], Report]
