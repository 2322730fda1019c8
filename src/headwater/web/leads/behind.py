"""What is behind a credited figure: the conversions it is made of, and who they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.domain.errors import InputError, UnknownName
from headwater.reports import DIMENSIONS
from headwater.reports.dimensions import ORIGIN_NAMES, Stream
from headwater.reports.periods import span_of
from headwater.reports.source import Question, statement
from headwater.reports.state import credits_for
from headwater.web import house, palette, words
from headwater.web.dashboards import asks, courses
from headwater.web.dashboards.asks import Ask
from headwater.web.leads.people import names_of

MOST: Final = 200
_KINDS: Final = {
    "leads": "lead",
    "opportunities": "opportunity",
    "won": "won",
    "new_customers": "won",
    "revenue": "won",
    "orders": "order",
    "order_revenue": "order",
}
_MONEY: Final = frozenset({"revenue", "order_revenue"})


@dataclass(frozen=True, slots=True)
class Behind:
    """One conversion with its share in the figure: how much of it, of which whole."""

    conversion_id: str
    person_id: str | None
    name: str
    what: str
    stage: str
    converted_at: int
    share: float
    credited_minor: int
    value_minor: int
    address: str


@dataclass(frozen=True, slots=True)
class Found:
    """The conversions behind a figure, the largest first, and what they add up to."""

    rows: tuple[Behind, ...]
    conversions: int
    count: float
    credited_minor: int


@require_safe
def conversions(request: HttpRequest) -> HttpResponse:
    """List the conversions behind one figure of the channel report."""
    ask = asks.read(request.GET)
    key = ask.get("metric", "won")
    if key not in _KINDS:
        raise UnknownName("credited figure", key, _KINDS)
    found = _found(ask, key)
    context = {
        "ask": ask,
        "found": found,
        "metric": words.metric(key),
        "is_money": key in _MONEY,
        "where": _where(ask),
        "model": words.model(ask.request.model),
        "days": courses.days_text(ask.days) if ask.days else "",
        "back": f"{reverse('channels')}?{ask.query(metric=None, place=None, page=None)}",
    }
    return render(request, "dashboards/conversions.html", context)


def _found(ask: Ask, key: str) -> Found:
    rows = _question(ask, key).ask(house.workspace().warehouse).to_pylist()
    whole = rows[0] if rows else {}
    names = names_of([row["person_id"] for row in rows if row["person_id"]])
    model = ask.query(metric=None, place=None, filter=None, by=None, sort=None)
    return Found(
        rows=tuple(_behind(row, names, model) for row in rows),
        conversions=whole.get("all_conversions", 0),
        count=whole.get("all_count", 0.0),
        credited_minor=whole.get("all_credited_minor", 0),
    )


def _question(ask: Ask, key: str) -> Question:
    """Compose the list from the very shares that the report adds up."""
    request = ask.request
    kept = [_condition(number, one.dimension) for number, one in enumerate(request.filters)]
    place = ask.get("place")
    kept.append("shares.place = $place" if place else "shares.place is null")
    if key == "new_customers":
        kept.append("shares.customer = 'new'")
    text = _TEXT.format(shares=statement("shares"), kept=" and ".join(kept), most=MOST)
    span = span_of(request)
    params: dict[str, object] = {
        "model": request.model,
        "date_basis": request.date_basis.value,
        "from_at": span.from_at,
        "to_at": span.to_at,
        "kind": _kind(key, ask),
        "place": place,
        **{f"filter_{number}": one.value for number, one in enumerate(request.filters)},
    }
    credits_table = credits_for(house.workspace().warehouse, (request.model,), request.lookback)
    return Question(text, params, credits_table)


def _kind(key: str, ask: Ask) -> str:
    """Revenue is made of won deals or of orders, as the settings say."""
    is_orders = key == "revenue" and ask.request.revenue.value == "orders"
    return "order" if is_orders else _KINDS[key]


def _condition(number: int, dimension: str) -> str:
    if dimension not in ORIGIN_NAMES:
        raise InputError(
            f"The list behind a figure cannot be filtered by '{dimension}', only by "
            f"{', '.join(ORIGIN_NAMES)}."
        )
    column = DIMENSIONS[dimension].places[Stream.SHARES].expression
    return f"coalesce({column}, '(not set)') = $filter_{number}"


_TEXT: Final = """
with shares as (
{shares}
),
credited_conversions as (
    select
        conversion_id,
        sum(weight) as share,
        sum(weight * counts) as credited_count,
        cast(sum(credited_minor) as bigint) as credited_minor
    from shares
    where kind = $kind and {kept}
    group by conversion_id
)
select
    conversions.conversion_id,
    conversions.person_id,
    conversions.kind,
    conversions.counts,
    conversions.converted_at,
    conversions.value_minor,
    conversions.deal_id,
    conversions.order_id,
    deals.name as deal_name,
    deals.stage,
    credited_conversions.share,
    credited_conversions.credited_minor,
    cast(count(*) over () as bigint) as all_conversions,
    sum(credited_conversions.credited_count) over () as all_count,
    cast(sum(credited_conversions.credited_minor) over () as bigint) as all_credited_minor
from credited_conversions
inner join conversions on credited_conversions.conversion_id = conversions.conversion_id
left join deals on conversions.deal_id = deals.deal_id
order by
    abs(credited_conversions.credited_minor) desc,
    credited_conversions.share desc,
    conversions.conversion_id
limit {most}
"""


def _behind(row: dict[str, Any], names: dict[str, str], query: str) -> Behind:
    person = row["person_id"]
    address = f"{reverse('journey', args=(person,))}?{query}" if person else ""
    return Behind(
        conversion_id=row["conversion_id"],
        person_id=person,
        name=names.get(person, "") or person or _("Nobody known"),
        what=row["deal_name"] or row["deal_id"] or row["order_id"] or "",
        stage=row["stage"] or "",
        converted_at=row["converted_at"],
        share=row["share"],
        credited_minor=row["credited_minor"],
        value_minor=row["value_minor"] or 0,
        address=address,
    )


@dataclass(frozen=True, slots=True)
class Where:
    """One condition that the figure stands under."""

    name: str
    value: str
    hue: int | None


def _where(ask: Ask) -> tuple[Where, ...]:
    conditions = tuple(
        Where(
            words.dimension(one.dimension),
            words.value(one.value),
            palette.hue(one.value) if one.dimension == "channel" else None,
        )
        for one in ask.request.filters
    )
    place = ask.get("place")
    return (*conditions, Where(_("Row"), words.value(place), None)) if place else conditions
