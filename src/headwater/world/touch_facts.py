"""Touchpoints without a click as facts: events named `touchpoint`, known by an e-mail."""

from __future__ import annotations

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.world.columns import coded, common
from headwater.world.contacts import Contacts
from headwater.world.scene import Scene
from headwater.world.story import Story


def touchpoints(scene: Scene, story: Story, contacts: Contacts) -> pa.Table:
    """Return what was written down of radio, fairs, podcasts and friends."""
    told, ways = story.told, scene.company.ways
    texts = {
        name: [getattr(way, name) or None for way in ways]
        for name in ("source", "medium", "campaign")
    }
    stories = [f'{{"told_as": "{way.told_as}"}}' for way in ways]
    return pa.table(
        {
            **common(scene, story.chunk, FactKind.EVENT, told.at, sheet=1),
            "email": contacts.email,
            "name": pa.repeat("touchpoint", len(told.at)),
            **{name: coded(values, told.way) for name, values in texts.items()},
            "properties": coded(stories, told.way),
        }
    )
