"""Calls, chats and identity links as facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.times import MINUTE, SECOND
from headwater.domain.words import FactKind
from headwater.world.arrays import Bools, Ints, weighted
from headwater.world.captures import NOBODY, Captures
from headwater.world.columns import coded, common, only, whole
from headwater.world.contacts import Contacts
from headwater.world.journeys import Purpose
from headwater.world.lead_facts import visitor_texts
from headwater.world.mix import fraction, scramble
from headwater.world.scene import Scene
from headwater.world.story import Story

OUTCOMES: Final = ("answered", "missed", "busy", "failed")
_OUTCOME_SHARES: Final = np.array([0.78, 0.14, 0.05, 0.03])
_TRACKED: Final = 0.7  # of the callers from the site: they saw a number of the pool
_MATCHED: Final = 0.9  # of those: the visitor is told with the call
_WITHHELD: Final = 0.03
_MAIL_CLICK: Final = 0.6


@dataclass(frozen=True, slots=True)
class Calls:
    """How each call went; `captures` has the callers."""

    captures: Captures
    outcome: Ints
    tracked: Bools  # the number was one of the pool
    matched: Bools  # the visitor is known with the call
    answered_at: Ints
    ended_at: Ints


def draw_calls(captures: Captures, rng: np.random.Generator) -> Calls:
    """Return the calls among the captures: who becomes a lead by phone got through."""
    calls = captures.of(Purpose.CALL)
    count = len(calls.at)
    outcome = weighted(_OUTCOME_SHARES, rng.random(count))
    outcome[calls.makes_lead] = 0
    ringing = ((4 + 20 * rng.random(count)) * SECOND).astype(np.int64)
    talk = np.exp(rng.normal(np.log(190.0), 0.8, count))
    talk[calls.person == NOBODY] = 4.0
    spoken = np.where(outcome == 0, (np.minimum(talk, 3000.0) * SECOND).astype(np.int64), 0)
    tracked = (calls.session >= 0) & (rng.random(count) < _TRACKED)
    matched = tracked & (rng.random(count) < _MATCHED)
    answered_at = calls.at + ringing
    return Calls(calls, outcome, tracked, matched, answered_at, answered_at + spoken)


def _numbers_called(scene: Scene, calls: Calls) -> tuple[list[str], Ints]:
    """Return the company's numbers, and which of them each caller dialled."""
    books = scene.company.books
    leaflet = next(way.did for way in books.ways if way.did)
    numbers = [books.telephony.main, leaflet, *books.telephony.pool]
    pool = 2 + (scramble(calls.captures.session, 7) % np.uint64(len(numbers) - 2)).astype(
        np.int64
    )
    read_it = (calls.captures.session < 0) & (calls.captures.person != NOBODY)
    return numbers, np.where(calls.tracked, pool, np.where(read_it, 1, 0))


def call_facts(scene: Scene, story: Story, calls: Calls, contacts: Contacts) -> pa.Table:
    """Return the call log; a number printed on a leaflet tells its source."""
    captures, ways = calls.captures, scene.company.ways
    numbers, dialled = _numbers_called(scene, calls)
    leaflet = next(way for way in ways if way.did)
    from_leaflet = np.where(dialled == 1, 0, -1)
    ids = common(scene, story.chunk, FactKind.CALL, captures.at)
    shown = fraction(captures.at, 81) >= _WITHHELD
    return pa.table(
        {
            **ids,
            "visitor_id": visitor_texts(scene, story, captures.session, calls.matched),
            "phone": only(
                contacts.phone, (shown | captures.makes_lead) & (captures.person != NOBODY)
            ),
            "source": coded([leaflet.source], from_leaflet),
            "medium": coded([leaflet.medium], from_leaflet),
            "campaign": coded([leaflet.campaign], from_leaflet),
            "call_id": pc.binary_join_element_wise(
                "call-", pc.utf8_slice_codeunits(ids["fact_id"], 0, 12), ""
            ),
            "did": coded(numbers, dialled),
            "outcome": coded(OUTCOMES, calls.outcome),
            "answered_at": whole(calls.answered_at, calls.outcome != 0),
            "ended_at": whole(calls.ended_at),
        }
    )


def call_truth(scene: Scene, story: Story, calls: Calls, facts: pa.Table) -> pa.Table:
    """Return who really called, and from which browser, whatever the call log says."""
    person = calls.captures.person
    everyone = np.ones(len(person), dtype=np.bool_)
    numbers = np.where(person == NOBODY, -1, story.crowd.numbers[person])
    return pa.table(
        {
            "fact_id": facts.column("fact_id"),
            "person": whole(numbers, person == NOBODY),
            "visitor_id": visitor_texts(scene, story, calls.captures.session, everyone),
            "is_tracked": pa.array(calls.tracked),
        }
    )


def chat_facts(scene: Scene, story: Story, chats: Captures, contacts: Contacts) -> pa.Table:
    """Return the chats; all of them leave an address."""
    ids = common(scene, story.chunk, FactKind.CHAT, chats.at)
    length = (fraction(chats.at, 82) * 14).astype(np.int64) + 3
    return pa.table(
        {
            **ids,
            "site": pa.repeat(scene.company.books.sites[0].name, len(chats.at)),
            "visitor_id": visitor_texts(
                scene, story, chats.session, np.ones(len(chats.at), dtype=np.bool_)
            ),
            "email": contacts.email,
            "person_name": contacts.name,
            "chat_id": pc.binary_join_element_wise(
                "chat-", pc.utf8_slice_codeunits(ids["fact_id"], 0, 12), ""
            ),
            "provider": pa.repeat("jivo", len(chats.at)),
            "outcome": pa.repeat("answered", len(chats.at)),
            "messages": whole(length),
            "ended_at": whole(chats.at + length * MINUTE // 2),
        }
    )


def known_again(story: Story) -> Ints:
    """Return the sessions of known people that tell who they are: log-ins, mail clicks."""
    sessions, outcomes = story.sessions, story.outcomes
    known = (outcomes.leads | outcomes.orders)[sessions.person]
    after = known & (sessions.starts_at > outcomes.decides_at[sessions.person])
    return np.flatnonzero(after)


def identity_links(scene: Scene, story: Story, chosen: Ints, contacts: Contacts) -> pa.Table:
    """Return the links of the chosen sessions; `contacts` has one row for each."""
    logs_in = story.sessions.purpose[chosen] == Purpose.ORDER
    return pa.table(
        {
            **common(
                scene,
                story.chunk,
                FactKind.IDENTITY_LINK,
                story.sessions.starts_at[chosen] + SECOND,
            ),
            "visitor_id": visitor_texts(
                scene, story, chosen, np.ones(len(chosen), dtype=np.bool_)
            ),
            "email": contacts.email,
            "evidence": coded(["mail_click", "login"], logs_in.astype(np.int64)),
            "strength": pa.repeat("strong", len(chosen)),
        }
    )


def told_who_they_are(scene: Scene, story: Story) -> Ints:
    """Return the sessions that become identity links: most mail clicks, every log-in."""
    sessions = known_again(story)
    mail = np.array([way.channel == "Email" for way in scene.company.ways])
    clicked = mail[story.sessions.way[sessions]] & (fraction(sessions, 83) < _MAIL_CLICK)
    logs_in = story.sessions.purpose[sessions] == Purpose.ORDER
    return np.asarray(sessions[clicked | logs_in])
