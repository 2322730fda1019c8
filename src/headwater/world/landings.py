"""The addresses people land on: tags, click ids, and where they were sent from."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.world.arrays import Ints
from headwater.world.columns import coded
from headwater.world.company import Company, Way
from headwater.world.mix import choice, click_texts, scramble
from headwater.world.scene import Scene
from headwater.world.story import Story


def _query(way: Way, ad: tuple[str, str, str]) -> str:
    """Return what follows the path, up to the click id that each session has of its own."""
    _, name, keyword = ad
    tags = {}
    if way.campaign:
        content = name.lower().replace(" ", "-")
        tags = {
            "utm_source": way.source,
            "utm_medium": way.medium,
            "utm_campaign": way.campaign,
            "utm_content": content,
            "utm_term": keyword,
        }
    query = urlencode({key: value for key, value in tags.items() if value})
    click = f"{way.click_id}=" if way.click_id else ""
    joined = "&".join(part for part in (query, click) if part)
    return f"?{joined}" if joined else ""


def ad_queries(company: Company) -> list[str]:
    """Return the query of each ad, in the order of the ads."""
    return [_query(way, ad) for way in company.ways for ad in way.ads]


def landing_urls(scene: Scene, story: Story) -> pa.Array:
    """Return the full landing address of each session."""
    company = scene.company
    base = coded(company.page_urls, story.landings)
    query = coded(ad_queries(company), story.ads)
    clicked = np.array([bool(way.click_id) for way in company.ways])[story.sessions.way]
    sessions = np.arange(len(story.sessions)) + (story.chunk << 36)
    ids = click_texts(scramble(sessions, scene.salt + 3))
    click = pc.if_else(pa.array(clicked), ids, "")
    return pc.binary_join_element_wise(base, query, click, "")


def landing_referrers(scene: Scene, story: Story) -> tuple[list[str], Ints]:
    """Return all outside referrers, and which one each session has (-1: none)."""
    ways = scene.company.ways
    pool = [referrer for way in ways for referrer in way.referrers]
    counts = np.array([len(way.referrers) for way in ways])
    starts = np.cumsum(counts) - counts
    sessions = np.arange(len(story.sessions)) + (story.chunk << 36)
    pick = choice(sessions, 41, 1 << 20) % counts[story.sessions.way]
    index = starts[story.sessions.way] + pick
    empty = np.array([not referrer for referrer in pool])
    return pool, np.where(empty[index], -1, index)
