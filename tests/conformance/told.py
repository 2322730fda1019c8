"""The facts that every engine is asked about: a small synthetic company, and odd things."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

import story
from headwater.domain.words import FactKind
from headwater.world import World

EVENTS = 3_000
_LATE_BITS = 0b1101

Batch = tuple[FactKind, pa.Table]

ODD_ADDRESSES = (
    "/?utm_source=a&UTM_MEDIUM=B&GcLiD=1&fbclid=2",
    "/?gclid=$1&msclkid=\\1&x=%s",
    "/?id=1&epik=2#part?utm_source=late",
    "/?ȧid=ünïcode&utm_campaign=日本語&wbraid=😀",
    "/a'b\"c?utm_source=o'hara&utm_content=a;b",
    "/?\u212aid=kelvin&m\u017fclkid=long-s",
    "/?utm_source=line\nbreak&gclid=\ttab",
    "/path/https://other.example/?utm_term=1",
    "?utm_source=no-path",
    "#only",
    "",
)
ODD_REFERRERS = (
    None,
    "https://www.example.com/in",
    "https://example.com.evil.example/",
    "https://www.google.com/search?q=a+b",
    "android-app://com.example",
    "not an address",
)


def world() -> Iterator[Batch]:
    """The synthetic company."""
    yield from World(events=EVENTS, seed=7).batches()


def odd() -> Iterator[tuple[FactKind, list[story.Row]]]:
    """Facts with what engines are likely to read differently."""
    events = [
        story.page(f"odd{number % 5}", number / 7 - 9, url, referrer)
        for number, (url, referrer) in enumerate(
            (url, referrer) for url in ODD_ADDRESSES for referrer in ODD_REFERRERS
        )
    ]
    events += [story.page("early", hours, url="/") for hours in (-(10**6), -(10**6) + 1)]
    events += [
        story.row("event", 5, name="page_view", visitor_id="bare", url=url)
        for url in ("no scheme", "https://bare.example", "app://x/y?gclid=1")
    ]
    events += [story.page("hasty", 50 + number / 36_000, f"/{number}") for number in range(25)]
    yield FactKind.EVENT, events
    yield (
        FactKind.LEAD,
        [
            story.lead(1, email="odd@example.org", visitor_id="odd1", source="Ümläut $1 \\1"),
            story.lead(2, external_id="crm:'quoted'", account_id="A\\B", landing_page="/é"),
            story.lead(2, external_id="crm:'quoted'", account_id="a\\b", campaign="50%_off"),
            *(
                story.lead(6, email=f"desk{number}@example.net", phone="+493012345678")
                for number in range(7)
            ),
        ],
    )
    yield (
        FactKind.DEAL,
        [
            story.deal("odd-1", 3, "won", 12345, currency="USD", external_id="crm:'quoted'"),
            story.deal("odd-2", 4, "lost", 0, account_id="a\\b", owner="zoë", probability=0.3),
            story.deal("odd-3", 4, "won", 7, currency="XXX", account_id="A\\B"),
            story.deal("odd-4", -(10**6), "open", -5, account_id="a\\b"),
        ],
    )
    yield (
        FactKind.ORDER,
        [
            story.order("o;1", 5, 2**52 + 1, line_id="1", email="odd@example.org"),
            story.order("o;1", 5, -333, line_id="1", is_refund=True, cost_minor=-1),
            story.order("o;2", 6, 101, currency="USD", account_id="a\\b", deal_id="odd-1"),
            story.order("o;2", 6, 50, currency="JPY", account_id="A\\B", quantity=0.5),
            story.order("o;3", 6, 50, currency="XXX"),
        ],
    )
    yield (
        FactKind.SPEND,
        [
            story.row("spend", 24, source="Bing", cost_minor=250, currency="USD", clicks=3),
            story.row("spend", 24, source="Bing", cost_minor=350, currency="USD", clicks=4),
            story.row("spend", 48, channel="Offline", cost_minor=1, currency="XXX"),
            story.row("spend", 48, source="ñ", campaign="\\", keyword="a b", cost_minor=5),
        ],
    )


def ruled() -> tuple[FactKind, list[story.Row]]:
    """A browser of two people, what users ruled, and weak links."""
    other = "second@example.org"
    ruling = {"evidence": "user", "strength": "same", "origin": "ruling:1"}
    gone = {"evidence": "user", "origin": "ruling:2", "phone": "+4915112345678"}
    rows = [
        {"visitor_id": "odd1", "email": other, "evidence": "login"},
        {"external_id": "crm:'quoted'", **ruling},
        {"visitor_id": "bare", **ruling},
        {"strength": "shared", **gone},
        {"strength": "revoked", **gone},
        {"visitor_id": "odd2", "email": other, "strength": "weak", "evidence": "device"},
        {"phone": "+4915112345678", "email": other, "strength": "weak"},
    ]
    told = [story.row("identity_link", 30 + n, **one) for n, one in enumerate(rows)]
    return FactKind.IDENTITY_LINK, told


def odd_later() -> Batch:
    """A session of somebody whose source was recorded before."""
    return FactKind.EVENT, pa.Table.from_pylist([story.page("odd1", 99)])


def earlier_and_later(batch: pa.Table, cutoff: int) -> tuple[pa.Table, pa.Table]:
    """Part facts in those told first and those told later, some of them late."""
    late = pc.equal(pc.bit_wise_and(batch["received_at"], _LATE_BITS), 0)
    is_later = pc.or_(pc.greater_equal(batch["occurred_at"], cutoff), late)
    return batch.filter(pc.invert(is_later)), batch.filter(is_later)
