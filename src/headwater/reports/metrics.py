"""What a report counts and divides.

A *measure* is what SQL adds up (leads, cost). A *metric* is what a column shows: a measure as
it is, or measures composed by `(sum of plus - sum of minus) / over`. A zero or missing
denominator gives null, never 0 or infinity; so does a cost per unit where nothing was spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_COST: Final = "cost"


class ColumnKind(StrEnum):
    """How a column's values are to be read and shown."""

    TEXT = "text"
    COUNT = "count"
    """A number of things; fractional where credit is shared."""
    MONEY = "money"
    """Minor units (cents): whole for sums, fractional for costs per unit."""
    RATE = "rate"
    """A share or a return where 1 is 100 %."""
    RATIO = "ratio"
    """A plain quotient, such as revenue per unit of cost."""
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Metric:
    """One column: its name and title, its formula in words, and how it is composed."""

    name: str
    title: str
    formula: str
    kind: ColumnKind
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    over: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether the column is one measure as it is, so that its rows add up."""
        return not self.over and not self.minus and len(self.plus) == 1

    def of(self, measures: pa.Table) -> pa.ChunkedArray:
        """Return the column over rows of measures; null where it cannot be known."""
        first, *more = self.plus
        value = measures.column(first)
        for name in more:
            value = pc.add(value, measures.column(name))
        for name in self.minus:
            value = pc.subtract(value, measures.column(name))
        if not self.over:
            return value
        divisor = pc.cast(measures.column(self.over), pa.float64())
        known = _unless_zero(divisor)
        share = pc.cast(value, pa.float64())
        return pc.divide(_unless_zero(share) if _COST in self.plus else share, known)


def _unless_zero(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(values, 0.0), pa.scalar(None, pa.float64()), values)


def _count(name: str, title: str, formula: str) -> Metric:
    return Metric(name, title, formula, ColumnKind.COUNT, (name,))


def _ratio(name: str, title: str, formula: str) -> Metric:
    return Metric(name, title, formula, ColumnKind.RATIO, (name,))


def _money(name: str, title: str, formula: str) -> Metric:
    return Metric(name, title, formula, ColumnKind.MONEY, (name,))


def _per(name: str, title: str, kind: ColumnKind, measure: str, over: str) -> Metric:
    return Metric(name, title, f"{measure} / {over}", kind, (measure,), over=over)


def _registry(metrics: Iterable[Metric]) -> Mapping[str, Metric]:
    return {metric.name: metric for metric in metrics}


_RATE: Final = ColumnKind.RATE
_MONEY: Final = ColumnKind.MONEY

CREDITED: Final = (
    "leads",
    "opportunities",
    "won",
    "new_customers",
    "won_value",
    "orders",
    "order_value",
)
"""The measures that credit shares out, and that the balance proves."""

CREDITED_METRICS: Final[Mapping[str, str]] = {
    **{name: name for name in CREDITED if name not in {"won_value", "order_value"}},
    "revenue": "revenue",
    "order_revenue": "order_value",
}
"""The credited metrics that add up, each with its measure."""

CHANNEL_METRICS: Final = _registry(
    (
        _count("impressions", "Impressions", "times an ad was shown, on the spend date"),
        _count("clicks", "Clicks", "clicks on ads, on the spend date"),
        _money("cost", "Cost", "what was spent, on the spend date"),
        _count("sessions", "Sessions", "sessions by their start, bots left out"),
        _count("visitors", "Visitors", "different visitors with a session"),
        _count("leads", "Leads", "persons who made themselves known, as credited"),
        _count(
            "opportunities", "Opportunities", "deals that reached the pipeline, as credited"
        ),
        _count("won", "Won", "won deals, as credited"),
        _count(
            "new_customers",
            "New customers",
            "won deals whose person and account had won none before, as credited",
        ),
        _money("revenue", "Revenue", "won deals' value, or orders net of refunds, as credited"),
        _count("orders", "Orders", "orders, as credited"),
        Metric(
            "order_revenue",
            "Order revenue",
            "orders net of refunds, as credited",
            _MONEY,
            ("order_value",),
        ),
        _per("ctr", "CTR", _RATE, "clicks", "impressions"),
        _per("cpc", "CPC", _MONEY, "cost", "clicks"),
        _per("lead_conversion", "Lead conversion", _RATE, "leads", "sessions"),
        _per("sales_conversion", "Sales conversion", _RATE, "won", "leads"),
        _per("absolute_conversion", "Absolute conversion", _RATE, "won", "sessions"),
        _per("cpl", "CPL", _MONEY, "cost", "leads"),
        _per("cost_per_opportunity", "Cost per opportunity", _MONEY, "cost", "opportunities"),
        _per("cpo", "CPO", _MONEY, "cost", "orders"),
        _per("paid_cac", "Paid CAC", _MONEY, "cost", "new_customers"),
        _per("average_won", "Average won deal", _MONEY, "won_value", "won"),
        _per("roas", "ROAS", ColumnKind.RATIO, "revenue", "cost"),
        Metric(
            "romi",
            "ROMI, revenue-based",
            "(revenue - cost) / cost",
            _RATE,
            ("revenue",),
            ("cost",),
            "cost",
        ),
        _per("soc", "Share of cost (DRR)", _RATE, "cost", "revenue"),
    )
)

OPPORTUNITY_METRICS: Final = _registry(
    (
        _count("deals", "Deals", "deals"),
        _money("value", "Value", "sum of the deals' value"),
        _money(
            "weighted_value",
            "Weighted value",
            "open deals' value x probability, each rounded to the cent",
        ),
        _count("open", "Open", "deals still open"),
        _count("won", "Won", "deals won"),
        _count("lost", "Lost", "deals lost"),
        _money("open_value", "Open value", "value of open deals"),
        _money("won_value", "Won value", "value of won deals"),
        _money("lost_value", "Lost value", "value of lost deals"),
        _per("win_rate", "Win rate", _RATE, "won", "closed"),
        _per("win_rate_by_value", "Win rate by value", _RATE, "won_value", "closed_value"),
    )
)

LEAD_SOURCE_METRICS: Final = _registry(
    (
        _count("leads", "Leads", "persons, by the source recorded with their first capture"),
        _count("qualified", "Qualified", "leads with at least one opportunity"),
        _count("won", "Won", "won deals of these leads"),
        _per("won_rate", "Won rate", ColumnKind.RATIO, "won", "leads"),
        _count("selling_deals", "Selling deals", "won deals with at least one order"),
        _count("orders", "Orders", "orders of these leads"),
        _money("revenue", "Revenue", "their won deals' value, or their orders net of refunds"),
        Metric(
            "median_days_to_won",
            "Median days to won",
            "median of (close - lead) in days, over won deals with both dates",
            ColumnKind.DAYS,
            ("median_days_to_won",),
        ),
    )
)

BOT_METRICS: Final = _registry(
    (
        _count("hits", "Hits", "what bots sent, pages and other events"),
        _per("share_of_hits", "Share of hits", _RATE, "hits", "all_hits"),
        _count("visitors", "Visitors", "different browsers and clients"),
        Metric(
            "first_seen",
            "First seen",
            "the first hit's minute",
            ColumnKind.TEXT,
            ("first_seen",),
        ),
        Metric(
            "last_seen", "Last seen", "the last hit's minute", ColumnKind.TEXT, ("last_seen",)
        ),
    )
)

INCREMENTAL_METRICS: Final = _registry(
    (
        _count(
            "conversions", "Conversions", "what would not have been without it; the rest anyway"
        ),
        _count("conversions_low", "Low", "95 % of intervals like this one hold the truth"),
        _count("conversions_high", "High", "the upper end of the same interval"),
        _per("share", "Share", _RATE, "conversions", "with_touch"),
        _count("removed", "Lost without it", "if this channel alone were taken away"),
        _count("removed_low", "Lost, low", "the lower end of its interval of 95 %"),
        _count("removed_high", "Lost, high", "the upper end of its interval of 95 %"),
        _money("amount", "Value", "the value of these conversions"),
        _money("amount_low", "Value, low", "the lower end of its interval of 95 %"),
        _money("amount_high", "Value, high", "the upper end of its interval of 95 %"),
        _ratio("effect", "Effect", "on the log-odds that a person who met it converts"),
        _ratio("effect_error", "Error of it", "the standard error of the effect"),
        _count("exposed_persons", "Persons met", "persons who met it, converted or not"),
        _count("exposed_conversions", "Converted", "those of them who converted"),
        Metric("cautions", "Cautions", "what weakens it", ColumnKind.TEXT, ("cautions",)),
    )
)

OVERVIEW_METRICS: Final = _registry(
    (
        _count("sessions", "Sessions", "sessions by their start, bots left out"),
        _count("leads", "Leads", "persons, by the date they made themselves known"),
        _count(
            "opportunities", "Opportunities", "deals, by the date they became opportunities"
        ),
        _count("won", "Won", "won deals, by the date they were closed"),
        _money("revenue", "Revenue", "won deals by close date, or orders by payment date"),
        _count("orders", "Orders", "orders, by the date they were paid"),
        _money("cost", "Cost", "what was spent, on the spend date"),
        _per("lead_conversion", "Lead conversion", _RATE, "leads", "sessions"),
        _per("sales_conversion", "Sales conversion", _RATE, "won", "leads"),
        _per("cpl", "CPL", _MONEY, "cost", "leads"),
        _per("mer", "MER", ColumnKind.RATIO, "revenue", "cost"),
    )
)
