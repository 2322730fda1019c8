"""Web events as facts: what the tracker would have sent, of people and of crawlers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.world.arrays import Ints, Words, weighted
from headwater.world.browsers import devices_of, visitors
from headwater.world.columns import coded, common, whole
from headwater.world.company import Agent
from headwater.world.landings import landing_referrers, landing_urls
from headwater.world.mix import choice, fraction, hex_texts
from headwater.world.orders import Orders
from headwater.world.people import country_of
from headwater.world.robots import Robots
from headwater.world.scene import Scene
from headwater.world.story import Story
from headwater.world.views import GATEWAY, NAMES, NOWHERE

PAYMENT_GATEWAY: Final = "https://www.paypal.com/"
NETWORKS: Final = [f"198.{18 + n // 256}.{n % 256}.0" for n in range(512)]
"""Addresses cut to their network, all from the block reserved for benchmarks (RFC 2544)."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Codes of all rows in the order of time."""

    at: Ints
    visitor: Words
    name: Ints
    page: Ints
    url: Ints
    referrer: Ints
    agent: Ints
    network: Ints
    language: Ints
    order: Ints


def _agents(agents: tuple[Agent, ...], devices: Ints, salt: int) -> Ints:
    return weighted(np.array([agent.weight for agent in agents]), fraction(devices, salt))


def _session_agents(scene: Scene, story: Story) -> Ints:
    """Return the user agent of each session's device; a second device is a phone."""
    books = scene.company.books
    device = devices_of(story.browsers)
    mobile = (device % 2 == 1) | (fraction(device, 51) < 0.52)
    phones = len(books.desktop) + _agents(books.mobile, device, 52)
    return np.where(mobile, phones, _agents(books.desktop, device, 53))


def _joined(human: Ints, robot: Ints, order: Ints) -> Ints:
    return np.concatenate([human, robot])[order]


def _rows(scene: Scene, story: Story, robots: Robots, orders: Orders) -> _Rows:
    views, pages, books = story.views, len(scene.company.page_urls), scene.company.books
    at = np.concatenate([views.at, robots.at])
    by_time = np.argsort(at, kind="stable")
    session = views.session
    landed = views.ordinal == 0
    _, sent_from = landing_referrers(scene, story)
    outside = np.where(sent_from < 0, NOWHERE, pages + 1 + sent_from)
    referrer = np.where(views.before == GATEWAY, pages, views.before)
    referrer = np.where(landed, outside[session], referrer)
    device = devices_of(story.browsers)
    country = country_of(scene.company, story.crowd.numbers)[story.sessions.person]
    order_of = np.full(len(story.sessions), NOWHERE)
    shop = orders.session >= 0
    order_of[orders.session[shop]] = np.flatnonzero(shop)
    bought = np.where(views.name == NAMES.index("purchase"), order_of[session], NOWHERE)
    nothing = np.full(len(robots.at), NOWHERE)
    bots = len(books.desktop) + len(books.mobile) + robots.agent
    keys = visitors(story.browsers, scene.salt)
    return _Rows(
        at=at[by_time],
        visitor=np.concatenate([keys[session], robots.visitor])[by_time],
        name=_joined(views.name, np.zeros_like(nothing), by_time),
        page=_joined(views.page, robots.page, by_time),
        url=_joined(np.where(landed, pages + session, views.page), robots.page, by_time),
        referrer=_joined(referrer, nothing, by_time),
        agent=_joined(_session_agents(scene, story)[session], bots, by_time),
        network=_joined(choice(device, 54, len(NETWORKS))[session], robots.network, by_time),
        language=_joined(country[session], nothing, by_time),
        order=_joined(bought, nothing, by_time),
    )


def web_events(scene: Scene, story: Story, robots: Robots, orders: Orders) -> pa.Table:
    """Return the web events of a chunk in the order of time."""
    books, urls = scene.company.books, pa.array(scene.company.page_urls)
    rows = _rows(scene, story, robots, orders)
    sent_from, _ = landing_referrers(scene, story)
    referrers = [*scene.company.page_urls, PAYMENT_GATEWAY, *sent_from]
    addresses = pa.concat_arrays([urls, landing_urls(scene, story)])
    agents = [agent.text for agent in (*books.desktop, *books.mobile, *books.bots)]
    totals, nowhere = orders.totals(), rows.order < 0
    total = np.append(totals, 0)[rows.order]  # NOWHERE picks the appended 0, then null
    dollars = np.append(orders.dollars, values=False)[rows.order].astype(np.int64)
    return pa.table(
        {
            **common(scene, story.chunk, FactKind.EVENT, rows.at),
            "site": coded([page.site for page in books.pages], rows.page),
            "visitor_id": hex_texts(rows.visitor),
            "name": coded(NAMES, rows.name),
            "url": coded(addresses, rows.url),
            "title": coded([page.title for page in books.pages], rows.page),
            "user_agent": coded(agents, rows.agent),
            "ip": coded(NETWORKS, rows.network),
            "language": coded(
                [land.language for land in books.people.countries], rows.language
            ),
            "referrer": coded(referrers, rows.referrer),
            "amount_minor": whole(total, nowhere),
            "currency": coded(["EUR", "USD"], np.where(nowhere, -1, dollars)),
            "properties": coded(orders.properties(scene, story), rows.order),
        }
    )
