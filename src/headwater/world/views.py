"""What people do on the site: the pages and events of each session, second by second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.domain.times import MINUTE, SECOND
from headwater.world.arrays import Bools, Floats, Ints, positions, weighted
from headwater.world.company import Company
from headwater.world.journeys import Purpose, Sessions

NAMES: Final = (
    "page_view",
    "form_submit",
    "phone_click",
    "chat_opened",
    "add_to_cart",
    "begin_checkout",
    "purchase",
    "calculator_used",
)
GATEWAY: Final = -2
NOWHERE: Final = -1
_MOST_PAGES: Final = 16
_LONGEST_LOOK: Final = 8 * MINUTE
_HERE: Final = ""

# What follows the pages of a session: (event, page, seconds after the one before).
_TAILS: Final[dict[Purpose, tuple[tuple[str, str, float], ...]]] = {
    Purpose.BROWSE: (),
    Purpose.FORM: (("form_submit", _HERE, 45), ("page_view", "/thank-you", 0.8)),
    Purpose.CALL: (("phone_click", _HERE, 15),),
    Purpose.CHAT: (("chat_opened", _HERE, 20),),
    Purpose.ORDER: (
        ("add_to_cart", _HERE, 35),
        ("page_view", "shop/cart", 3),
        ("begin_checkout", "shop/checkout", 25),
        # The payment gateway sends the buyer back: its address is the referrer here.
        ("page_view", "shop/thank-you", 110),
        ("purchase", "shop/thank-you", 0.4),
    ),
    Purpose.CART: (("add_to_cart", _HERE, 35), ("page_view", "shop/cart", 3)),
}
_LAST_PAGES: Final[dict[Purpose, tuple[str, ...]]] = {
    Purpose.FORM: ("/quote", "/quote", "/contact", "/brochure"),
    Purpose.CALL: ("/contact",),
    Purpose.ORDER: ("shop/p/desk-oak", "shop/p/battery-5kwh", "shop/p/care-kit"),
    Purpose.CART: ("shop/p/desk-oak", "shop/p/battery-5kwh"),
}


@dataclass(frozen=True, slots=True)
class Views:
    """Web events, one entry each, in the order (session, time)."""

    session: Ints
    ordinal: Ints  # 0: the landing
    at: Ints
    name: Ints
    page: Ints
    before: Ints  # the page the person came from; NOWHERE at the landing, or GATEWAY


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many pages and how many closing events each session has."""

    pages: Ints
    tail: Ints


def tail_lengths(purpose: Ints) -> Ints:
    """Return how many events follow the pages of a session."""
    return np.array([len(_TAILS[kind]) for kind in Purpose])[purpose]


def draw_lengths(company: Company, sessions: Sessions, rng: np.random.Generator) -> Lengths:
    """Return how long each session is; nobody asks for a quote on the first page."""
    bounce = company.way_numbers(lambda way: way.bounce)[sessions.way]
    mean = company.way_numbers(lambda way: way.pages)[sessions.way]
    more = 1 + rng.geometric(1.0 / np.maximum(mean - 1.0, 1.0))
    pages = np.where(rng.random(len(sessions)) < bounce, 1, more)
    decided = sessions.purpose != Purpose.BROWSE
    pages = np.where(decided, np.maximum(pages, 3), pages)
    return Lengths(np.minimum(pages, _MOST_PAGES), tail_lengths(sessions.purpose))


def draw_landings(company: Company, sessions: Sessions, rng: np.random.Generator) -> Ints:
    """Return the landing page of each session."""
    places = [way.landings for way in company.ways]
    pages = np.array([company.page(place) for row in places for place in row])
    counts = np.array([len(row) for row in places])
    starts = np.cumsum(counts) - counts
    pick = (rng.random(len(sessions)) * counts[sessions.way]).astype(np.int64)
    return np.asarray(pages[starts[sessions.way] + pick])


def browse_weights(company: Company) -> tuple[Floats, Floats]:
    """Return the weights of the next page for a visitor of the main site and of the shop."""
    weights = np.array([page.weight for page in company.books.pages])
    shop = np.array([page.site.startswith("shop.") for page in company.books.pages])
    return weights * np.where(shop, 0.25, 1.0), weights * np.where(shop, 1.0, 0.03)


def _browsed(
    company: Company, at_shop: Bools, landing: Ints, ordinal: Ints, rng: np.random.Generator
) -> Ints:
    main, shop = browse_weights(company)
    drawn = rng.random(len(ordinal))
    page = np.where(at_shop, weighted(shop, drawn), weighted(main, drawn))
    return np.where(ordinal == 0, landing, page)


def _last_pages(company: Company, sessions: Sessions, rng: np.random.Generator) -> Ints:
    """Return the page each deciding session ends on; NOWHERE: any."""
    last = np.full(len(sessions), NOWHERE)
    luck = rng.random(len(sessions))
    for purpose, places in _LAST_PAGES.items():
        rows = np.flatnonzero(sessions.purpose == purpose)
        pages = np.array([company.page(place) for place in places])
        last[rows] = pages[(luck[rows] * len(pages)).astype(np.int64)]
    return last


def _tail_table(company: Company) -> tuple[Ints, Ints, Floats, Ints]:
    """Return (name, page, gap in seconds) of all tails in one row, and where each starts."""
    rows = [row for kind in Purpose for row in _TAILS[kind]]
    names = np.array([NAMES.index(name) for name, _, _ in rows])
    pages = np.array([company.page(place) if place else NOWHERE for _, place, _ in rows])
    counts = np.array([len(_TAILS[kind]) for kind in Purpose])
    return names, pages, np.array([gap for _, _, gap in rows]), np.cumsum(counts) - counts


def draw_views(
    company: Company,
    sessions: Sessions,
    lengths: Lengths,
    landing: Ints,
    rng: np.random.Generator,
) -> Views:
    """Return the events of all sessions."""
    session, ordinal = positions(lengths.pages + lengths.tail)
    pages_of = lengths.pages[session]
    purpose = sessions.purpose[session]
    shop_first = company.page("shop/")
    at_shop = (landing >= shop_first) | np.isin(sessions.purpose, (Purpose.ORDER, Purpose.CART))
    page = _browsed(company, at_shop[session], landing[session], ordinal, rng)
    last = _last_pages(company, sessions, rng)[session]
    page = np.where((ordinal >= pages_of - 1) & (last != NOWHERE), last, page)
    looks = np.exp(rng.normal(np.log(38.0), 1.0, len(session))) * SECOND
    gap = np.minimum(looks, _LONGEST_LOOK)
    name = np.zeros(len(session), dtype=np.int64)
    used = (ordinal >= 2) & (ordinal < pages_of - 1) & (rng.random(len(session)) < 0.03)
    name[used] = NAMES.index("calculator_used")
    page[used] = company.page("/prices/calculator")
    tail = np.flatnonzero(ordinal >= pages_of)
    names, tail_pages, gaps, starts = _tail_table(company)
    row = starts[purpose[tail]] + ordinal[tail] - pages_of[tail]
    name[tail] = names[row]
    # HERE means the page the session had reached.
    reached = page[tail - (ordinal[tail] - pages_of[tail]) - 1]
    page[tail] = np.where(tail_pages[row] == NOWHERE, reached, tail_pages[row])
    gap[tail] = gaps[row] * (0.6 + 0.8 * rng.random(len(tail))) * SECOND
    gap[ordinal == 0] = 0.0
    return Views(
        session=session,
        ordinal=ordinal,
        at=_times(sessions, session, ordinal, gap),
        name=name,
        page=page,
        before=_before(company, ordinal, page, name),
    )


def _times(sessions: Sessions, session: Ints, ordinal: Ints, gap: Floats) -> Ints:
    passed = np.cumsum(gap.astype(np.int64) + 1000)  # never two events at one moment
    start = np.flatnonzero(ordinal == 0)
    return np.asarray(sessions.starts_at[session] + passed - passed[start][session])


def _before(company: Company, ordinal: Ints, page: Ints, name: Ints) -> Ints:
    before = np.roll(page, 1)
    before[ordinal == 0] = NOWHERE
    paid = (page == company.page("shop/thank-you")) & (name == NAMES.index("page_view"))
    before[paid] = GATEWAY
    return np.asarray(before)


def decided_at(sessions: Sessions, lengths: Lengths, views: Views, last: bool = False) -> Ints:
    """Return the time of the first (or last) closing event of each session that has one."""
    rows = lengths.pages + lengths.tail
    ends = np.cumsum(rows)
    row = ends - 1 if last else ends - lengths.tail
    return np.where(lengths.tail > 0, views.at[np.minimum(row, len(views.at) - 1)], -1)
