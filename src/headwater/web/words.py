"""The names that the registries below know, as people read them in their language."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

METRICS: Final = {
    "impressions": gettext_lazy("Impressions"),
    "clicks": gettext_lazy("Clicks"),
    "cost": gettext_lazy("Cost"),
    "sessions": gettext_lazy("Sessions"),
    "visitors": gettext_lazy("Visitors"),
    "leads": gettext_lazy("Leads"),
    "opportunities": gettext_lazy("Opportunities"),
    "won": gettext_lazy("Won"),
    "lost": gettext_lazy("Lost"),
    "qualified": gettext_lazy("Qualified"),
    "won_rate": gettext_lazy("Won rate"),
    "selling_deals": gettext_lazy("Selling deals"),
    "median_days_to_won": gettext_lazy("Median days to won"),
    "open": gettext_lazy("Open"),
    "deals": gettext_lazy("Deals"),
    "value": gettext_lazy("Value"),
    "weighted_value": gettext_lazy("Weighted value"),
    "open_value": gettext_lazy("Open value"),
    "won_value": gettext_lazy("Won value"),
    "lost_value": gettext_lazy("Lost value"),
    "win_rate": gettext_lazy("Win rate"),
    "win_rate_by_value": gettext_lazy("Win rate by value"),
    "new_customers": gettext_lazy("New customers"),
    "revenue": gettext_lazy("Revenue"),
    "orders": gettext_lazy("Orders"),
    "order_revenue": gettext_lazy("Order revenue"),
    "ctr": gettext_lazy("CTR"),
    "cpc": gettext_lazy("CPC"),
    "lead_conversion": gettext_lazy("Lead conversion"),
    "sales_conversion": gettext_lazy("Sales conversion"),
    "absolute_conversion": gettext_lazy("Absolute conversion"),
    "cpl": gettext_lazy("CPL"),
    "cost_per_opportunity": gettext_lazy("Cost per opportunity"),
    "cpo": gettext_lazy("CPO"),
    "paid_cac": gettext_lazy("Paid CAC"),
    "average_won": gettext_lazy("Average won deal"),
    "roas": gettext_lazy("ROAS"),
    "mer": gettext_lazy("Return on spend"),
    "romi": gettext_lazy("ROMI, revenue-based"),
    "soc": gettext_lazy("Share of cost (DRR)"),
    "hits": gettext_lazy("Hits"),
    "share_of_hits": gettext_lazy("Share of hits"),
    "first_seen": gettext_lazy("First seen"),
    "last_seen": gettext_lazy("Last seen"),
    "conversions": gettext_lazy("Conversions"),
    "amount": gettext_lazy("Value"),
}
DIMENSIONS: Final = {
    "channel": gettext_lazy("Channel"),
    "source": gettext_lazy("Source"),
    "medium": gettext_lazy("Medium"),
    "campaign": gettext_lazy("Campaign"),
    "content": gettext_lazy("Content"),
    "keyword": gettext_lazy("Keyword"),
    "landing_page": gettext_lazy("Landing page"),
    "self_reported": gettext_lazy("Heard of us by"),
    "kind": gettext_lazy("Kind of touch"),
    "device": gettext_lazy("Device"),
    "new_vs_returning": gettext_lazy("New or returning"),
    "owner": gettext_lazy("Sales rep"),
    "product": gettext_lazy("Product"),
    "pipeline": gettext_lazy("Pipeline"),
    "stage": gettext_lazy("Stage"),
    "region": gettext_lazy("Region"),
    "status": gettext_lazy("Status"),
    "lost_reason": gettext_lazy("Reason lost"),
    "bot_reason": gettext_lazy("Why a bot"),
    "bot_family": gettext_lazy("Bot"),
    "site": gettext_lazy("Site"),
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "day": gettext_lazy("Day"),
    "model": gettext_lazy("Model"),
}
MODELS: Final = {
    "first": gettext_lazy("First touch"),
    "last": gettext_lazy("Last touch"),
    "first_non_direct": gettext_lazy("First touch, not direct"),
    "last_non_direct": gettext_lazy("Last touch, not direct"),
    "linear": gettext_lazy("Linear"),
    "position": gettext_lazy("Position (40/20/40)"),
    "u_lead": gettext_lazy("U-shaped to the lead"),
    "w_shaped": gettext_lazy("W-shaped"),
    "full_path": gettext_lazy("Full path"),
    "time_decay": gettext_lazy("Time decay (7 days)"),
    "markov": gettext_lazy("Markov chain (data-driven)"),
    "shapley": gettext_lazy("Shapley (data-driven)"),
    "leave_one_out": gettext_lazy("Leave one out (data-driven)"),
    "incremental": gettext_lazy("Incremental"),
}
_MARKOV: Final = re.compile(r"markov\(order=(\d+)\)")
BASES: Final = {
    "touch": gettext_lazy("Date of the touch"),
    "lead": gettext_lazy("Date of the lead"),
    "opportunity": gettext_lazy("Date of the opportunity"),
    "close": gettext_lazy("Date of the close"),
    "payment": gettext_lazy("Date of the payment"),
}
LOOKBACKS: Final = {
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
    "60d": gettext_lazy("60 days"),
    "90d": gettext_lazy("90 days"),
    "180d": gettext_lazy("180 days"),
    "365d": gettext_lazy("365 days"),
    "unlimited": gettext_lazy("Unlimited"),
}
PERIODS: Final = {
    "30d": gettext_lazy("Last 30 days"),
    "90d": gettext_lazy("Last 90 days"),
    "12m": gettext_lazy("Last 12 months"),
    "month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "quarter": gettext_lazy("This quarter"),
    "year": gettext_lazy("This year"),
    "all": gettext_lazy("All time"),
    "custom": gettext_lazy("From … to …"),
}
TOUCHES: Final = {
    "session": gettext_lazy("Session"),
    "call": gettext_lazy("Call"),
    "chat": gettext_lazy("Chat"),
    "recorded": gettext_lazy("Recorded source"),
    "offline": gettext_lazy("Offline touch"),
}
METHODS: Final = {
    "form": pgettext_lazy("how somebody became a lead", "form"),
    "call": pgettext_lazy("how somebody became a lead", "call"),
    "chat": pgettext_lazy("how somebody became a lead", "chat"),
    "import": pgettext_lazy("how somebody became a lead", "import"),
}
CONVERSIONS: Final = {
    "lead": gettext_lazy("Became a lead"),
    "opportunity": gettext_lazy("Became an opportunity"),
    "won": gettext_lazy("Deal won"),
    "order": gettext_lazy("Order paid"),
    "refund": gettext_lazy("Refund"),
}
STATUSES: Final = {
    "open": pgettext_lazy("deal", "open"),
    "won": pgettext_lazy("deal", "won"),
    "lost": pgettext_lazy("deal", "lost"),
}
SPECIAL: Final = {
    "(not set)": gettext_lazy("(not set)"),
    "(no touch)": gettext_lazy("(no touch)"),
    "(no lead)": gettext_lazy("(no lead)"),
    "(other)": gettext_lazy("(other)"),
    "(baseline)": gettext_lazy("would have come anyway"),
    "(since the run)": gettext_lazy("(came since it was learned)"),
    "(excluded: outside the filter)": gettext_lazy("(excluded: outside the filter)"),
    "(excluded: credited to touches outside the dates)": gettext_lazy(
        "(excluded: credited to touches outside the dates)"
    ),
    "(excluded: converted outside the dates)": gettext_lazy(
        "(excluded: converted outside the dates)"
    ),
    "(excluded: no lead date)": gettext_lazy("(excluded: no lead date)"),
    "(excluded: no opportunity date)": gettext_lazy("(excluded: no opportunity date)"),
    "(excluded: no close date)": gettext_lazy("(excluded: no close date)"),
    "(excluded: no payment date)": gettext_lazy("(excluded: no payment date)"),
    "(excluded: no date)": gettext_lazy("(excluded: no date)"),
    "(excluded: no exchange rate)": gettext_lazy("(excluded: no exchange rate)"),
}


def metric(key: str, fallback: str = "") -> str:
    """Return a metric's name."""
    return str(METRICS.get(key) or fallback or key)


def dimension(key: str, fallback: str = "") -> str:
    """Return a dimension's name."""
    return str(DIMENSIONS.get(key) or fallback or key)


def model(key: str) -> str:
    """Return a model's name; a model with parameters of its own is shown as written."""
    higher = _MARKOV.fullmatch(key)
    if higher:
        return _("Markov chain of order %(order)s (data-driven)") % {"order": higher[1]}
    return str(MODELS.get(key) or key)


def method(key: str) -> str:
    """Return how somebody became a lead; a word of an import's own is shown as written."""
    return str(METHODS.get(key) or key)


def lookback(key: str) -> str:
    """Return a lookback's name."""
    return str(LOOKBACKS.get(key) or key)


def value(text: str | None) -> str:
    """Return a dimension's value: our own special values in words, all others as they are."""
    shown = "(not set)" if text is None else text
    return str(SPECIAL.get(shown) or shown)
