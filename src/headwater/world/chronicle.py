"""The world told chunk by chunk: facts as tables by kind, and the truth beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.world.arrays import Ints, is_first
from headwater.world.browsers import visitors
from headwater.world.captures import NOBODY, Captures, draw_captures
from headwater.world.columns import coded, whole
from headwater.world.contact_facts import (
    call_facts,
    call_truth,
    chat_facts,
    draw_calls,
    identity_links,
    told_who_they_are,
)
from headwater.world.contacts import Contacts, contacts_of
from headwater.world.deal_facts import deal_ids, deal_snapshots, moves_of, stage_changes
from headwater.world.deals import Case
from headwater.world.effects import EffectBook
from headwater.world.event_facts import web_events
from headwater.world.journeys import Purpose
from headwater.world.lead_facts import lead_captures
from headwater.world.mix import hex_texts
from headwater.world.order_facts import order_lines
from headwater.world.orders import draw_orders
from headwater.world.robots import draw_robots
from headwater.world.scene import Draw, Scene
from headwater.world.spend import SpendBook
from headwater.world.story import Story, chunk_sizes, tell
from headwater.world.touch_facts import touchpoints

Batch: TypeAlias = tuple[FactKind, pa.Table]
Sheet: TypeAlias = tuple[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chunk: its facts, and the truth about it by table name."""

    facts: list[Batch]
    truth: list[Sheet]


def chapters(scene: Scene) -> Iterator[Chapter]:
    """Tell the world: one chapter per chunk, and a last one that adds everything up."""
    spend, effects = SpendBook(scene), EffectBook(scene)
    for chunk in range(len(chunk_sizes(scene.events))):
        story = tell(scene, chunk)
        spend.add(story)
        effects.add(story)
        chapter = _Teller(scene, story).chapter()
        del story  # while the reader stores the chapter, only its tables need memory
        yield chapter
    yield Chapter([(FactKind.SPEND, spend.facts())], [("channel_effect", effects.table())])


@dataclass(frozen=True, slots=True)
class _Teller:
    scene: Scene
    story: Story

    def chapter(self) -> Chapter:
        facts, truth = self._contacts_made()
        facts += self._sales()
        truth += [("identity", self._identity()), ("people", self._people())]
        truth.append(("shared_browsers", self._shared_browsers()))
        truth.append(("deals", self._deal_truth()))
        return Chapter([batch for batch in facts if batch[1].num_rows], truth)

    def _rng(self, draw: Draw) -> np.random.Generator:
        return self.scene.rng(self.story.chunk, draw)

    def _contacts(self, person: Ints) -> Contacts:
        numbers = self.story.crowd.numbers[person]
        return contacts_of(self.scene.company, numbers, self.scene.events // 5)

    def _contacts_made(self) -> tuple[list[Batch], list[Sheet]]:
        scene, story = self.scene, self.story
        rng = self._rng(Draw.CALLS)
        captures = draw_captures(scene, story, rng)
        calls = draw_calls(captures, rng)
        heard = self._heard(captures, calls.outcome)
        chats = captures.of(Purpose.CHAT)
        chosen = told_who_they_are(scene, story)
        leads = lead_captures(scene, story, heard, self._contacts(heard.person))
        log = call_facts(scene, story, calls, self._contacts(calls.captures.person))
        linked = self._contacts(story.sessions.person[chosen])
        facts = [
            (FactKind.LEAD, leads),
            (FactKind.CALL, log),
            (FactKind.CHAT, chat_facts(scene, story, chats, self._contacts(chats.person))),
            (FactKind.EVENT, touchpoints(scene, story, self._contacts(story.told.person))),
            (FactKind.IDENTITY_LINK, identity_links(scene, story, chosen, linked)),
        ]
        lead_truth = {
            "fact_id": leads.column("fact_id"),
            "person": whole(story.crowd.numbers[heard.person]),
            "makes_lead": pa.array(heard.makes_lead),
        }
        calls_truth = call_truth(scene, story, calls, log)
        return facts, [("calls", calls_truth), ("leads", pa.table(lead_truth))]

    def _heard(self, captures: Captures, call_outcome: Ints) -> Captures:
        """Return the captures that a person came of: no missed calls, no junk."""
        through = np.ones(len(captures.at), dtype=np.bool_)
        through[captures.method == Purpose.CALL] = call_outcome == 0
        return captures.take(through & (captures.person != NOBODY))

    def _sales(self) -> list[Batch]:
        scene, story = self.scene, self.story
        orders = draw_orders(scene, story, self._rng(Draw.ORDERS))
        robots = draw_robots(scene, story, self._rng(Draw.ROBOTS))
        moves = moves_of(story.deals, scene.calendar.ends_at)
        clients = self._contacts(story.deals.person)
        lines = order_lines(scene, story, orders, self._contacts(orders.person))
        return [
            (FactKind.DEAL, deal_snapshots(scene, story, moves, clients)),
            (FactKind.STAGE_CHANGE, stage_changes(scene, story, moves)),
            (FactKind.ORDER, lines),
            (FactKind.EVENT, web_events(scene, story, robots, orders)),
        ]

    def _identity(self) -> pa.Table:
        """Return every visitor with each person who ever used that browser."""
        keys, person = self.story.browsers, self.story.sessions.person
        order = np.lexsort((person, keys))
        first = is_first(keys[order]) | is_first(person[order])
        chosen = order[first]
        return pa.table(
            {
                "visitor_id": hex_texts(visitors(keys[chosen], self.scene.salt)),
                "person": whole(self.story.crowd.numbers[person[chosen]]),
            }
        )

    def _shared_browsers(self) -> pa.Table:
        """Return every session on a browser that two people used, with who it really was."""
        keys, sessions = self.story.browsers, self.story.sessions
        host = self.story.crowd.host
        guests = np.unique(keys[host[sessions.person] != sessions.person])
        chosen = np.flatnonzero(np.isin(keys, guests))
        return pa.table(
            {
                "visitor_id": hex_texts(visitors(keys[chosen], self.scene.salt)),
                "started_at": whole(sessions.starts_at[chosen]),
                "person": whole(self.story.crowd.numbers[sessions.person[chosen]]),
            }
        )

    def _people(self) -> pa.Table:
        """Return everyone who made themselves known, with what decided about them."""
        story, ways = self.story, self.scene.company.ways
        known = np.flatnonzero(story.outcomes.leads | story.outcomes.orders)
        contacts = self._contacts(known)
        first = story.outcomes.first_way[known]
        return pa.table(
            {
                "person": whole(story.crowd.numbers[known]),
                "email": contacts.email,
                "phone": contacts.phone,
                "is_lead": pa.array(story.outcomes.leads[known]),
                "is_buyer": pa.array(story.outcomes.orders[known]),
                "decided_at": whole(story.outcomes.decides_at[known]),
                "intent": pa.array(story.crowd.intent[known]),
                "win_chance": pa.array(story.outcomes.win_chance[known]),
                "first_way": coded([way.name for way in ways], first),
                "first_channel": coded([way.channel for way in ways], first),
            }
        )

    def _deal_truth(self) -> pa.Table:
        deals = self.story.deals
        return pa.table(
            {
                "deal_id": deal_ids(self.story),
                "person": whole(self.story.crowd.numbers[deals.person]),
                "case": coded([case.name.lower() for case in Case], deals.case),
            }
        )
