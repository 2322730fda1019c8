"""Where deals of each source stand: channel to stage to outcome, by value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.domain.words import DateBasis
from headwater.reports import Filter
from headwater.web import formats, house, palette, words
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.charts import Flow, Link, Node, major

_OUTCOME_HUES: dict[str, int | str] = {"won": 2, "open": "accent", "lost": 0}
MOST_CHANNELS = 8
_DEPTHS = {"channel": 0, "stage": 1, "status": 2}


def channels_to_outcome(ask: Ask) -> Flow | None:
    """Return the value of deals by the lead's channel, stage and outcome; None: no deals."""
    request = replace(
        ask.request,
        by=("channel", "stage", "status"),
        date_basis=DateBasis.OPPORTUNITY,
        sort=None,
        filters=(),
    )
    report = house.report("opportunities", request)
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    for row, rank in zip(report.rows.to_pylist(), report.ranks, strict=True):
        value = row["value"] or 0
        if rank or value <= 0:
            continue
        channel, stage, status = (f"{name}:{row[name]}" for name in _DEPTHS)
        amounts[channel, stage] += value
        amounts[stage, status] += value
    amounts = _without_small(amounts)
    if not amounts:
        return None
    keys = list(dict.fromkeys(key for pair in sorted(amounts) for key in pair))
    currency = ask.request.currency
    hues = _stage_hues(amounts)
    return Flow(
        name="flow",
        title=_("From channel to stage to outcome"),
        unit=_("Value of deals"),
        nodes=tuple(_node(key, hues) for key in keys),
        links=tuple(
            Link(one, other, major(value, currency), formats.money(value, currency))
            for (one, other), value in sorted(amounts.items(), key=lambda pair: -pair[1])
        ),
        links_to={
            key: _address(key, ask)
            for key in keys
            if key.startswith("channel:") and key != "channel:(other)"
        },
    )


def _stage_hues(amounts: Mapping[tuple[str, str], float]) -> dict[str, int | str]:
    """Colour each stage as the outcome that most of its value has."""
    largest: dict[str, tuple[float, str]] = {}
    for (one, other), value in amounts.items():
        if one.startswith("stage:"):
            largest[one] = max(largest.get(one, (0.0, "")), (value, other))
    return {
        stage: _OUTCOME_HUES.get(outcome.partition(":")[2], 0)
        for stage, (_value, outcome) in largest.items()
    }


def _without_small(amounts: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Put the channels beyond the largest into one, so that labels can be read."""
    sizes: dict[str, float] = defaultdict(float)
    for (one, _other), value in amounts.items():
        if one.startswith("channel:"):
            sizes[one] += value
    largest = sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_CHANNELS]
    merged: dict[tuple[str, str], float] = defaultdict(float)
    for (one, other), value in amounts.items():
        is_small = one in sizes and one not in largest
        merged["channel:(other)" if is_small else one, other] += value
    return dict(merged)


def _node(key: str, stage_hues: Mapping[str, int | str]) -> Node:
    dimension, _colon, value = key.partition(":")
    label = (
        str(words.STATUSES.get(value, value)) if dimension == "status" else words.value(value)
    )
    hues: dict[str, int | str] = {
        "channel": palette.hue(value),
        "stage": stage_hues.get(key, 0),
        "status": _OUTCOME_HUES.get(value, 0),
    }
    return Node(key, label, _DEPTHS[dimension], hues[dimension])


def _address(key: str, ask: Ask) -> str:
    pick = Filter("channel", key.partition(":")[2])
    return f"{reverse('channels')}?{ask.filtered((pick,))}"
