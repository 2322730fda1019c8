"""Orders: of won customers, of the shop's buyers, again and again, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.times import DAY
from headwater.world.arrays import Bools, Floats, Ints, positions, weighted
from headwater.world.company import Company
from headwater.world.deals import Case, Deals
from headwater.world.journeys import Purpose
from headwater.world.people import pays_in_dollars
from headwater.world.scene import Scene
from headwater.world.story import Story
from headwater.world.views import decided_at

REFUNDED: Final = 0.04
NEVER_ORDERS: Final = 0.08
"""Share of the won deals that never turn into an order."""
_MORE_LINES: Final = np.array([0.55, 0.30, 0.10, 0.05])
_QUANTITIES: Final = np.array([0.8, 0.15, 0.05])
_INSTALLATION: Final = 0.16


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, one entry each, and their lines; refunds are lines of their own."""

    person: Ints
    at: Ints
    session: Ints  # where it was placed; -1: no session
    deal: Ints  # the person's deal that it fulfils; -1: none
    dollars: Bools
    promo: Ints  # -1: none
    line_order: Ints
    line_number: Ints
    line_product: Ints  # shop products, then deal products, then the installation
    line_quantity: Floats
    line_amount_minor: Ints
    line_cost_minor: Ints
    line_at: Ints
    line_is_refund: Bools

    def totals(self) -> Ints:
        """Return the amount of each order in minor units, before refunds."""
        paid = np.where(self.line_is_refund, 0, self.line_amount_minor)
        # Sums of whole cents stay exact in binary64.
        return np.bincount(self.line_order, weights=paid, minlength=len(self.person)).astype(
            np.int64
        )

    def ids(self, scene: Scene, story: Story) -> pa.Array:
        """Return the order id of each order: S-... from the shop, K-... for a deal."""
        numbers = np.arange(len(self.person)) + story.chunk * 10_000_000
        shop = pc.binary_join_element_wise("S-", pa.array(numbers).cast(pa.string()), "")
        owners = pa.array(story.crowd.numbers[self.person]).cast(pa.string())
        return pc.if_else(
            pa.array(self.deal >= 0), pc.binary_join_element_wise("K-", owners, ""), shop
        )

    def properties(self, scene: Scene, story: Story) -> pa.Array:
        """Return what the purchase event says of each order, as JSON."""
        return pc.binary_join_element_wise('{"order_id": "', self.ids(scene, story), '"}', "")


def mean_shop_order(company: Company) -> float:
    """Return the expected amount of a shop order in minor units."""
    lines = float((_MORE_LINES * np.arange(1, 5)).sum())
    quantity = float((_QUANTITIES * np.arange(1, 4)).sum())
    prices = [product.price for product in company.books.shop_products]
    return lines * quantity * 100.0 * sum(prices) / len(prices)


def product_names(company: Company) -> list[str]:
    """Return the names that `line_product` counts through."""
    books = company.books
    parts = [product.name for product in books.shop_products]
    return [*parts, *(product.name for product in books.deal_products), "Installation"]


@dataclass(frozen=True, slots=True)
class _Lines:
    order: Ints
    number: Ints
    product: Ints
    quantity: Floats
    amount: Ints
    cost: Ints


def _shop_lines(company: Company, orders: int, rng: np.random.Generator) -> _Lines:
    products = company.books.shop_products
    order, number = positions(1 + weighted(_MORE_LINES, rng.random(orders)))
    product = rng.integers(0, len(products), len(order))
    quantity = 1 + weighted(_QUANTITIES, rng.random(len(order)))
    prices = np.array([round(entry.price * 100) for entry in products], dtype=np.int64)
    costs = np.array([round(entry.cost * 100) for entry in products], dtype=np.int64)
    return _Lines(
        order=order,
        number=number,
        product=product,
        quantity=quantity.astype(np.float64),
        amount=prices[product] * quantity,
        cost=costs[product] * quantity,
    )


def _deal_lines(
    company: Company, amounts: Ints, product: Ints, first_order: int, rng: np.random.Generator
) -> _Lines:
    """Split each deal into the product and its installation, to the cent."""
    books, count = company.books, len(amounts)
    fitting = (amounts * _INSTALLATION).astype(np.int64)
    amount = np.stack([amounts - fitting, fitting], axis=1).ravel()
    share = 0.58 + 0.1 * rng.random(2 * count)
    names = np.stack([len(books.shop_products) + product, np.full(count, -1)], axis=1).ravel()
    installation = len(books.shop_products) + len(books.deal_products)
    return _Lines(
        order=first_order + np.repeat(np.arange(count), 2),
        number=np.tile(np.arange(2), count),
        product=np.where(names < 0, installation, names),
        quantity=np.ones(2 * count),
        amount=amount,
        cost=(amount * share).astype(np.int64),
    )


def _with_refunds(
    scene: Scene, lines: _Lines, paid_at: Ints, rng: np.random.Generator
) -> tuple[_Lines, Ints, Bools]:
    """Return the lines and the refunds, when each was paid, and which are refunds."""
    returned = rng.random(len(paid_at)) < REFUNDED
    back_at = paid_at + ((3.0 + 22.0 * rng.random(len(paid_at))) * DAY).astype(np.int64)
    returned &= back_at < scene.calendar.ends_at
    # A refund takes back the first line; the rest of the order is kept.
    rows = np.flatnonzero(returned[lines.order] & (lines.number == 0))
    both = _Lines(
        order=np.concatenate([lines.order, lines.order[rows]]),
        number=np.concatenate([lines.number, lines.number[rows]]),
        product=np.concatenate([lines.product, lines.product[rows]]),
        quantity=np.concatenate([lines.quantity, -lines.quantity[rows]]),
        amount=np.concatenate([lines.amount, -lines.amount[rows]]),
        cost=np.concatenate([lines.cost, -lines.cost[rows]]),
    )
    at = np.concatenate([paid_at[lines.order], back_at[lines.order[rows]]])
    is_refund = np.arange(len(both.order)) >= len(lines.order)
    return both, at, is_refund


def _promo_codes(
    scene: Scene, story: Story, person: Ints, session: Ints, rng: np.random.Generator
) -> Ints:
    """Return the code each order was placed with: of its campaign, of the podcast, or found."""
    codes = scene.company.books.sales.promo_codes
    of_way = np.array(
        [codes.index(way.promo_code) if way.promo_code else -1 for way in scene.company.ways]
    )
    promo = np.where(rng.random(len(person)) < 0.06, 0, -1)
    way = story.sessions.way[session]  # -1 picks the last session: masked below
    promo = np.where((session >= 0) & (of_way[way] >= 0), of_way[way], promo)
    coded = of_way[story.told.way] >= 0
    heard = np.full(len(story.crowd), -1)
    heard[story.told.person[coded]] = of_way[story.told.way[coded]]
    return np.where(heard[person] >= 0, heard[person], promo)


def _fulfilled(scene: Scene, deals: Deals, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the deals that are paid for, and when: within two weeks of the win."""
    waits = ((1 + 14 * rng.random(len(deals))) * DAY).astype(np.int64)
    paid_at = deals.entered_at[:, 4] + waits
    sold = deals.won & (deals.case != Case.ZERO_VALUE) & (deals.amount_minor > 0)
    sold &= (paid_at < scene.calendar.ends_at) & (rng.random(len(deals)) >= NEVER_ORDERS)
    deal = np.flatnonzero(sold)
    return deal, paid_at[deal]


def draw_orders(scene: Scene, story: Story, rng: np.random.Generator) -> Orders:
    """Return the orders that are paid within the world."""
    deals = story.deals
    deal, paid_at = _fulfilled(scene, deals, rng)
    session = np.flatnonzero(story.sessions.purpose == Purpose.ORDER)
    bought_at = decided_at(story.sessions, story.lengths, story.views, last=True)[session]
    person = np.concatenate([story.sessions.person[session], deals.person[deal]])
    placed = np.concatenate([session, np.full(len(deal), -1)])
    at = np.concatenate([bought_at, paid_at])
    shop = _shop_lines(scene.company, len(session), rng)
    big = _deal_lines(
        scene.company, deals.amount_minor[deal], deals.product[deal], len(session), rng
    )
    joined = _Lines(
        *(
            np.concatenate([getattr(shop, name), getattr(big, name)])
            for name in _Lines.__dataclass_fields__
        )
    )
    lines, line_at, is_refund = _with_refunds(scene, joined, at, rng)
    return Orders(
        person=person,
        at=at,
        session=placed,
        deal=np.concatenate([np.full(len(session), -1), deal]),
        dollars=pays_in_dollars(scene.company, story.crowd.numbers[person]),
        promo=_promo_codes(scene, story, person, placed, rng),
        line_order=lines.order,
        line_number=lines.number,
        line_product=lines.product,
        line_quantity=lines.quantity,
        line_amount_minor=lines.amount,
        line_cost_minor=lines.cost,
        line_at=line_at,
        line_is_refund=is_refund,
    )
