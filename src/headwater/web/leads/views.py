"""The screens of the leads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.domain.errors import UnknownName
from headwater.reports import Journey
from headwater.web import house, words
from headwater.web.dashboards import asks, controls
from headwater.web.dashboards.asks import Ask
from headwater.web.leads import listing, raw, timeline
from headwater.web.leads.people import Originals, originals_of
from headwater.web.leads.said import said_by
from headwater.web.sqlfiles import ask as ask_sql


@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """List the leads that fit the search."""
    if not house.has_tables():
        return render(request, "dashboards/empty.html")
    wanted = listing.read(request.GET)
    context = {
        "wanted": wanted,
        "found": listing.find(wanted),
        "filters": listing.filters(wanted),
    }
    return render(request, "leads/list.html", context)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stay of a deal in a stage."""

    name: str
    entered_at: int | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal of the person, with the stages it passed."""

    deal_id: str
    name: str
    stage: str
    status: str
    status_name: str
    owner: str
    lost_reason: str
    value_minor: int
    stages: tuple[Stage, ...]


@require_safe
def journey(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show one person's journey with the credit of every touch."""
    ask = asks.read(request.GET)
    model = ask.request.model
    made = house.journey(identifier, replace(ask.request, models=(model,)))
    deals = _deals(made.person_id)
    names = {one.deal_id: one.name for one in deals}
    focus = _focus(ask, made)
    who = originals_of([made.person_id]).get(made.person_id, Originals())
    context: dict[str, object] = {
        "ask": ask,
        "journey": made,
        "who": who,
        "said": said_by(made.person_id),
        "title": who.name or who.email or who.phone or made.person_id,
        "known": next(
            iter(ask_sql("person_known", {"person_id": made.person_id}).to_pylist()), {}
        ),
        "deals": deals,
        "line": timeline.build(made, model, focus, names),
        "models": controls.models(ask, _("Model")),
        "lookbacks": controls.lookbacks(ask, _("Lookback")),
        "focuses": controls.choice(
            "place", _("Credit of"), dict(timeline.conversion_names(made, names)), focus
        ),
        "touches": timeline.touches_text(len(made.touches)),
    }
    return render(request, "leads/journey.html", context)


def _focus(ask: Ask, made: Journey) -> str:
    asked = ask.get("place")
    known = {one.conversion_id for one in made.conversions}
    if asked and asked not in known:
        raise UnknownName("conversion of this person", asked, known)
    return asked or timeline.main_conversion(made)


@require_safe
def touch(request: HttpRequest, touch_id: str) -> HttpResponse:
    """Show the raw facts under a touch: a part of the journey page, or a page of its own."""
    found = raw.evidence(touch_id)
    is_part = bool(request.headers.get("HX-Request"))
    template = "leads/raw.html" if is_part else "leads/touch.html"
    return render(request, template, {"found": found})


def _deals(person_id: str) -> tuple[Deal, ...]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in ask_sql("person_deals", {"person_id": person_id}).to_pylist():
        rows[row["deal_id"]].append(row)
    return tuple(_deal(stays) for stays in rows.values())


def _deal(stays: list[dict[str, Any]]) -> Deal:
    last = stays[-1]
    return Deal(
        deal_id=last["deal_id"],
        name=last["name"] or last["deal_id"],
        stage=last["present_stage"] or "",
        status=last["status"] or "",
        status_name=str(words.STATUSES.get(last["status"], last["status"])),
        owner=last["owner"] or "",
        lost_reason=last["lost_reason"] or "",
        value_minor=last["value_minor"] or 0,
        stages=tuple(Stage(one["stage"], one["entered_at"]) for one in stays if one["stage"]),
    )
