"""Stage 5 of 5: reads the derived tables, writes nothing, answers questions with proof.

Start at `registry.run` (a report by name), `request.parse` (a request from texts), `journey`
(one person) and `overview` (the first page). `render` makes files of a report. Composed SQL
comes from `compose` alone, over the names of `dimensions` and `metrics`.
"""

from headwater.reports.channel_moves import (
    ChannelMoves,
    channel_moves,
    channel_moves_to_json,
)
from headwater.reports.definition import Definition
from headwater.reports.dimensions import DIMENSIONS, Dimension
from headwater.reports.journey import (
    Journey,
    JourneyConversion,
    JourneyCredit,
    JourneyTouch,
    journey,
    person_of,
)
from headwater.reports.journey_json import journey_to_json
from headwater.reports.metrics import ColumnKind, Metric
from headwater.reports.overview import Headline, Overview, overview
from headwater.reports.registry import ALONE, REPORTS, run
from headwater.reports.render import FORMATS, plain, render
from headwater.reports.report import Balance, BalanceLine, Column, Header, Part, Report
from headwater.reports.request import Filter, Pick, ReportRequest, RevenueFrom, Sort, parse
from headwater.reports.source import Source

__all__ = [
    "ALONE",
    "DIMENSIONS",
    "FORMATS",
    "REPORTS",
    "Balance",
    "BalanceLine",
    "ChannelMoves",
    "Column",
    "ColumnKind",
    "Definition",
    "Dimension",
    "Filter",
    "Header",
    "Headline",
    "Journey",
    "JourneyConversion",
    "JourneyCredit",
    "JourneyTouch",
    "Metric",
    "Overview",
    "Part",
    "Pick",
    "Report",
    "ReportRequest",
    "RevenueFrom",
    "Sort",
    "Source",
    "channel_moves",
    "channel_moves_to_json",
    "journey",
    "journey_to_json",
    "overview",
    "parse",
    "person_of",
    "plain",
    "render",
    "run",
]
