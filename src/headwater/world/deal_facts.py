"""Deals as facts: a snapshot and a stage change whenever the CRM's user moves one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import FactKind
from headwater.world.arrays import Ints, positions
from headwater.world.columns import coded, common, only, whole
from headwater.world.contacts import Contacts
from headwater.world.deals import LOST, STAGES, WON, Case, Deals
from headwater.world.mix import fraction
from headwater.world.people import region_of
from headwater.world.scene import Scene
from headwater.world.story import Story

PIPELINE: Final = "sales"
PROBABILITIES: Final = np.array([0.1, 0.25, 0.5, 0.75, 1.0, 0.0])
_REGIONS: Final = ("North", "East", "South", "West", "Coast", "Lakes", "Hills", "City")
_PROPOSAL: Final = 2


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves of deals into stages, one entry each, in the order (deal, time)."""

    deal: Ints
    step: Ints
    at: Ints
    stage: Ints  # code of STAGES
    came_from: Ints  # -1: the deal is new


def moves_of(deals: Deals, ends_at: int) -> Moves:
    """Return all moves that happen before the world ends."""
    deal, step = positions(deals.last_step + 1)
    at = deals.entered_at[deal, step]
    closing = step == deals.last_step[deal]
    stage = np.where(closing & deals.lost[deal], LOST, step)
    came_from = step - 1
    seen = at < ends_at
    return Moves(deal[seen], step[seen], at[seen], stage[seen], came_from[seen])


def deal_ids(story: Story) -> pa.Array:
    """Return the CRM's id of each deal."""
    numbers = story.crowd.numbers[story.deals.person]
    return pc.binary_join_element_wise("deal-", pa.array(numbers).cast(pa.string()), "")


def _statuses(stage: Ints) -> pa.Array:
    codes = np.where(stage == WON, 1, np.where(stage == LOST, 2, 0))
    return coded(["open", "won", "lost"], codes)


def _amounts(scene: Scene, story: Story, moves: Moves) -> pa.Array:
    """Return the amount as known then: nothing or a list price until there is a proposal."""
    deals = story.deals
    listed = np.array([round(p.price * 100) for p in scene.company.books.deal_products])
    early = moves.step < _PROPOSAL
    amount = np.where(early, listed[deals.product[moves.deal]], deals.amount_minor[moves.deal])
    numbers = story.crowd.numbers[deals.person]
    blank = early & (fraction(numbers, 71)[moves.deal] < 0.4)
    return whole(amount, blank)


def deal_snapshots(scene: Scene, story: Story, moves: Moves, contacts: Contacts) -> pa.Table:
    """Return one snapshot per move; `contacts` has one row per deal."""
    deals, books = story.deals, scene.company.books
    deal, rows = moves.deal, pa.array(moves.deal)
    known = (deals.case != Case.NOBODY_KNOWN)[deal]
    closed = moves.stage >= WON
    numbers = story.crowd.numbers[deals.person]
    clients = pc.binary_join_element_wise("crm:", pa.array(numbers).cast(pa.string()), "")
    products = coded([product.name for product in books.deal_products], deals.product)
    names = pc.binary_join_element_wise(products, contacts.name, " for ")
    return pa.table(
        {
            **common(scene, story.chunk, FactKind.DEAL, moves.at),
            "email": only(contacts.email.take(rows), known),
            "phone": only(contacts.phone.take(rows), known),
            "person_name": only(contacts.name.take(rows), known),
            "external_id": only(clients.take(rows), known),
            "account_id": only(contacts.account_id.take(rows), known),
            "deal_id": deal_ids(story).take(rows),
            "pipeline": pa.repeat(PIPELINE, len(deal)),
            "stage": coded(STAGES, moves.stage),
            "status": _statuses(moves.stage),
            "owner": coded(books.sales.reps, deals.owner[deal]),
            "product": products.take(rows),
            "region": coded(_REGIONS, region_of(numbers)[deal]),
            "lost_reason": coded(
                books.sales.lost_reasons,
                np.where(moves.stage == LOST, deals.lost_reason[deal], -1),
            ),
            "name": pc.if_else(pa.array(known), names.take(rows), products.take(rows)),
            "probability": pa.array(PROBABILITIES[moves.stage]),
            "created_at": whole(deals.entered_at[deal, 0]),
            "closed_at": whole(deals.closed_at[deal], ~closed),
            "amount_minor": _amounts(scene, story, moves),
            "currency": coded(["EUR", "USD"], deals.dollars[deal].astype(np.int64)),
        }
    )


def stage_changes(scene: Scene, story: Story, moves: Moves) -> pa.Table:
    """Return the CRM's log of stages, one fact per move."""
    books = scene.company.books
    return pa.table(
        {
            **common(scene, story.chunk, FactKind.STAGE_CHANGE, moves.at),
            "deal_id": deal_ids(story).take(pa.array(moves.deal)),
            "pipeline": pa.repeat(PIPELINE, len(moves.deal)),
            "from_stage": coded(STAGES, moves.came_from),
            "stage": coded(STAGES, moves.stage),
            "status": _statuses(moves.stage),
            "owner": coded(books.sales.reps, story.deals.owner[moves.deal]),
        }
    )
