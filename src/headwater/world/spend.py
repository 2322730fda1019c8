"""Spend: what the clicks and the flights cost, and what the platforms claim for them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from headwater.domain.times import DAY
from headwater.domain.words import FactKind
from headwater.world.arrays import Floats, Ints
from headwater.world.clock import DAYS, active_days
from headwater.world.columns import coded, common, whole
from headwater.world.company import Company, Way
from headwater.world.journeys import Purpose
from headwater.world.scene import Draw, Scene
from headwater.world.story import Story

_CLAIM_DAYS: Final = 30
_CLAIMED_VALUE: Final = 25_000  # minor units that a platform books for a lead or an order
_BILLED_EVERY: Final = 7  # days between the bills of a flight
_MORE_CLICKS: Final = 1.06  # platforms count clicks whose page was never seen


class SpendBook:
    """Adds up clicks and claims by day and ad over all chunks; then writes the bills."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        ads = len(scene.company.ad_ways)
        self._clicks: Floats = np.zeros((DAYS, ads))
        self._claims: Floats = np.zeros((DAYS, ads))
        self._reached: Floats = np.zeros(len(scene.company.ways))

    def add(self, story: Story) -> None:
        """Count one chunk's sessions and the people reached without a click."""
        sessions, outcomes = story.sessions, story.outcomes
        cells = self._cells(story)
        size = self._clicks.size
        self._clicks += np.bincount(cells, minlength=size).reshape(self._clicks.shape)
        decides_at = outcomes.decides_at[sessions.person]
        recent = decides_at - sessions.starts_at
        led = (outcomes.leads | outcomes.orders)[sessions.person]
        # Every platform claims the whole conversion, whoever else was on its path.
        claimed = led & (recent >= 0) & (recent < _CLAIM_DAYS * DAY)
        claimed |= sessions.purpose == Purpose.ORDER
        counts = np.bincount(cells[claimed], minlength=size)
        self._claims += counts.reshape(self._claims.shape)
        self._reached += np.bincount(story.unclicked.way, minlength=len(self._reached))

    def _cells(self, story: Story) -> Ints:
        day = self._scene.calendar.day_of(story.sessions.starts_at)
        return np.asarray(day * self._clicks.shape[1] + story.ads)

    def facts(self) -> pa.Table:
        """Return the bills: a row per day and ad with clicks, and the flights week by week."""
        scene = self._scene
        company = scene.company
        rng = scene.rng(0, Draw.SPEND)
        day, ad = np.nonzero(self._clicks * company.way_numbers(_cpc)[company.ad_ways])
        way = company.ad_ways[ad]
        clicks = np.rint(self._clicks[day, ad] * _MORE_CLICKS + rng.random(len(day)) * 0.4)
        rate = company.way_numbers(lambda entry: entry.ctr)[way]
        shown = clicks / rate * np.exp(rng.normal(0.0, 0.15, len(day)))
        price = company.way_numbers(_cpc)[way] * np.exp(rng.normal(0.0, 0.12, len(day)))
        factor = company.way_numbers(lambda entry: entry.claims)[way]
        flights = self._flights()
        return _bills(
            scene,
            np.concatenate([day, flights[0]]),
            np.concatenate([ad, flights[1]]),
            np.concatenate(
                [np.stack([shown, clicks, clicks * price * 100.0]), flights[2]], axis=1
            ),
            np.concatenate([self._claims[day, ad] * factor, np.zeros(len(flights[0]))]),
        )

    def _flights(self) -> tuple[Ints, Ints, Floats]:
        """Return (day, ad, (shown, clicks, cost)) of what is paid for without clicks."""
        days, ads, figures = [], [], []
        for number, way in enumerate(self._scene.company.ways):
            if not way.cost_per_reached or not self._reached[number]:
                continue
            active = np.flatnonzero(active_days(way.months))[::_BILLED_EVERY]
            cost = self._reached[number] * way.cost_per_reached * 100.0 / len(active)
            days.append(active)
            ad = int(np.searchsorted(self._scene.company.ad_ways, number))
            ads.append(np.full(len(active), ad))
            row = np.array([self._reached[number] / len(active), 0.0, cost])
            figures.append(np.repeat(row[:, None], len(active), axis=1))
        if not days:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((3, 0))
        return np.concatenate(days), np.concatenate(ads), np.concatenate(figures, axis=1)


def _cpc(way: Way) -> float:
    return way.cpc


def _bills(scene: Scene, day: Ints, ad: Ints, figures: Floats, claims: Floats) -> pa.Table:
    company: Company = scene.company
    ways, way = company.ways, company.ad_ways[ad]
    names = [row for entry in ways for row in entry.ads]
    order = np.lexsort((ad, day))
    day, ad, way, figures, claims = (
        day[order],
        ad[order],
        way[order],
        figures[:, order],
        claims[order],
    )
    shown, clicks, cost = np.rint(figures).astype(np.int64)
    platform_names = [entry.platform_campaign or entry.campaign or None for entry in ways]
    clicked = np.array([entry.cpc > 0 for entry in ways])[way]
    value = np.rint(claims * _CLAIMED_VALUE).astype(np.int64)
    return pa.table(
        {
            **common(scene, 0, FactKind.SPEND, scene.calendar.starts_at + day * DAY),
            "account": coded([entry.platform or None for entry in ways], way),
            "source": coded([entry.source or None for entry in ways], way),
            "medium": coded([entry.medium or None for entry in ways], way),
            "campaign": coded(platform_names, way),
            "ad_group": coded([row[0] or None for row in names], ad),
            "ad": coded([row[1] or None for row in names], ad),
            "keyword": coded([row[2] or None for row in names], ad),
            "impressions": whole(shown, ~clicked),
            "clicks": whole(clicks, ~clicked),
            "cost_minor": whole(cost),
            "currency": pa.repeat("EUR", len(day)),
            "platform_conversions": pa.array(np.round(claims, 1), mask=~clicked),
            "platform_value_minor": whole(value, ~clicked),
        }
    )
