"""Leads as facts: a form sent, a call answered, a chat with an address left."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.world.arrays import Bools, Ints
from headwater.world.browsers import visitors
from headwater.world.captures import Captures
from headwater.world.columns import coded, common, only
from headwater.world.contacts import Contacts
from headwater.world.journeys import Purpose
from headwater.world.mix import choice, fraction, hex_texts, scramble
from headwater.world.scene import Scene
from headwater.world.story import Story

METHODS: Final = ("", "form", "call", "chat")
_GIVES_PHONE: Final = 0.7
_GIVES_NAME: Final = 0.92
_WRITES: Final = 0.4


def visitor_texts(scene: Scene, story: Story, session: Ints, known: Bools) -> pa.Array:
    """Return the visitor id of each session, null where there is none or it is not known."""
    keys = visitors(story.browsers, scene.salt)
    return only(hex_texts(keys[session]), known & (session >= 0))


def last_pages(story: Story) -> Ints:
    """Return the page each session's pages end on: the form, the phone number, the chat."""
    ends = np.cumsum(story.lengths.pages + story.lengths.tail) - story.lengths.tail
    return story.views.page[ends - 1]


def lead_captures(
    scene: Scene, story: Story, captures: Captures, contacts: Contacts
) -> pa.Table:
    """Return the captures as leads; `contacts` has one row per capture."""
    company = scene.company
    form, call = captures.method == Purpose.FORM, captures.method == Purpose.CALL
    luck = scramble(captures.at, scene.salt + 5)
    page = np.where(captures.session >= 0, last_pages(story)[captures.session], -1)
    everyone = np.ones(len(form), dtype=np.bool_)
    mistyped = contacts.mistyped.take(pa.array(np.arange(len(form))))
    email = contacts.email
    first_forms = pa.array(form & captures.makes_lead)
    email = pa.compute.if_else(first_forms, mistyped, email)
    messages = company.books.sales.messages
    return pa.table(
        {
            **common(scene, story.chunk, FactKind.LEAD, captures.at),
            "site": coded(
                [site.name for site in company.books.sites], np.where(page < 0, -1, 0)
            ),
            "visitor_id": visitor_texts(scene, story, captures.session, ~call),
            "email": only(email, ~call),
            "phone": only(contacts.phone, call | (form & (fraction(luck, 1) < _GIVES_PHONE))),
            "person_name": only(contacts.name, fraction(luck, 2) < _GIVES_NAME),
            "message": only(
                coded(messages, choice(luck, 3, len(messages))),
                everyone & ~call & (fraction(luck, 4) < _WRITES),
            ),
            "method": coded(METHODS, captures.method),
            "form": coded(
                [path.rsplit("/", 1)[1] for path in company.page_urls],
                np.where(form, page, -1),
            ),
            "url": coded(company.page_urls, page),
        }
    )
