"""Orders as facts: one per line, refunds as negative lines."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import FactKind
from headwater.world.browsers import visitors
from headwater.world.columns import coded, common, only, whole
from headwater.world.contacts import Contacts
from headwater.world.deal_facts import deal_ids
from headwater.world.mix import fraction, hex_texts
from headwater.world.orders import Orders, product_names
from headwater.world.scene import Scene
from headwater.world.story import Story

_SEES_VISITOR = 0.85  # the checkout hands the visitor on, unless a blocker stops it


def order_lines(scene: Scene, story: Story, orders: Orders, contacts: Contacts) -> pa.Table:
    """Return the lines of all orders; `contacts` has one row per order."""
    order = orders.line_order
    session = orders.session[order]
    keys = visitors(story.browsers, scene.salt)[session]  # -1: hidden below
    seen = (session >= 0) & (fraction(session, 61) < _SEES_VISITOR)
    owner_deals = coded(deal_ids(story), orders.deal[order])
    rows = pa.array(order)
    lines = pa.array(orders.line_number + 1).cast(pa.string())
    sites = [site.name for site in scene.company.books.sites]
    return pa.table(
        {
            **common(scene, story.chunk, FactKind.ORDER, orders.line_at),
            "site": coded(sites, np.where(session >= 0, 1, -1)),
            "visitor_id": only(hex_texts(keys), seen & ~orders.line_is_refund),
            "email": contacts.email.take(rows),
            "person_name": contacts.name.take(rows),
            "account_id": contacts.account_id.take(rows),
            "order_id": orders.ids(scene, story).take(rows),
            "line_id": pc.if_else(
                pa.array(orders.line_is_refund),
                pc.binary_join_element_wise(lines, "-refund", ""),
                lines,
            ),
            "deal_id": owner_deals,
            "product": coded(product_names(scene.company), orders.line_product),
            "quantity": pa.array(orders.line_quantity, pa.float64()),
            "amount_minor": whole(orders.line_amount_minor),
            "currency": coded(["EUR", "USD"], orders.dollars[order].astype(np.int64)),
            "cost_minor": whole(orders.line_cost_minor),
            "is_refund": pa.array(orders.line_is_refund),
            "promo_code": coded(scene.company.books.sales.promo_codes, orders.promo[order]),
        }
    )
