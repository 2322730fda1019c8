"""Kestrel & Rowe, the made-up company: its pages, ways of arriving, people, browsers.

All of it is data in `data/*.toml`; here it is read, checked and turned into arrays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict

from headwater.world.arrays import Floats, Ints


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(_Entry):
    """A web site: its name in the facts and the start of its addresses."""

    name: str
    url: str


class Page(_Entry):
    """A page; `weight` says how often a browsing visitor opens it next."""

    path: str
    title: str
    weight: float
    site: str = "kestrelrowe.example"


class DealProduct(_Entry):
    """What a deal is about; `price` is the median deal in euros."""

    name: str
    price: float
    share: float


class ShopProduct(_Entry):
    """What the shop sells, in euros."""

    name: str
    price: float
    cost: float


class Sales(_Entry):
    """The people and the words of the CRM and of the contact forms."""

    reps: tuple[str, ...]
    lost_reasons: tuple[str, ...]
    promo_codes: tuple[str, ...]
    messages: tuple[str, ...]


class Telephony(_Entry):
    """The numbers that are called: one on the site's footer, a pool held by visitors."""

    main: str
    pool: tuple[str, ...]


class Way(_Entry):
    """A way of arriving, named for the case it plays; `data/ways.toml` explains the fields."""

    name: str
    channel: str
    source: str = ""
    medium: str = ""
    campaign: str = ""
    first: float = 0.0
    later: float = 0.0
    after: float = 0.0
    intent: float = 0.0
    lift: float
    quality: float
    bounce: float = 0.4
    pages: float = 4.0
    click_id: str = ""
    promo_code: str = ""
    referrers: tuple[str, ...] = ("",)
    landings: tuple[str, ...] = ("/",)
    ads: tuple[tuple[str, str, str], ...] = (("", "", ""),)
    platform: str = ""
    platform_campaign: str = ""
    cpc: float = 0.0
    ctr: float = 0.05
    claims: float = 0.0
    months: tuple[tuple[float, float], ...] = ()
    growth: float = 1.0
    regions: tuple[int, ...] = ()
    reach: float = 0.0
    unseen: float = 0.0
    told: float = 0.0
    told_as: str = ""
    did: str = ""
    cost_per_reached: float = 0.0


class Country(_Entry):
    """A country: its share of people, its language, numbers and names."""

    code: str
    language: str
    share: float
    phone: str
    low: int
    span: int
    given: tuple[str, ...]
    surname: tuple[str, ...]


class People(_Entry):
    """What people are called and where their mail goes."""

    company_words: tuple[str, ...]
    company_trades: tuple[str, ...]
    private_domains: tuple[str, ...]
    typo_domains: tuple[str, ...]
    countries: tuple[Country, ...]


class Agent(_Entry):
    """A user agent and how common it is among its kind."""

    weight: float
    text: str


class _Books(_Entry):
    sites: tuple[Site, ...]
    pages: tuple[Page, ...]
    deal_products: tuple[DealProduct, ...]
    shop_products: tuple[ShopProduct, ...]
    sales: Sales
    telephony: Telephony
    ways: tuple[Way, ...]
    people: People
    desktop: tuple[Agent, ...]
    mobile: tuple[Agent, ...]
    bots: tuple[Agent, ...]


@dataclass(frozen=True)
class Company:
    """Everything known of the company before anything happens.

    An *ad* is numbered through all ways; a way without ads has one nameless ad.
    """

    books: _Books

    @property
    def ways(self) -> tuple[Way, ...]:
        return self.books.ways

    def way_numbers(self, of: Callable[[Way], float]) -> Floats:
        """Return one number of every way, in the order of `ways`."""
        return np.array([of(way) for way in self.ways], dtype=np.float64)

    @cached_property
    def ad_ways(self) -> Ints:
        """The way of each ad."""
        return np.repeat(np.arange(len(self.ways)), self.ad_counts)

    @cached_property
    def ad_counts(self) -> Ints:
        """How many ads each way has."""
        return np.array([len(way.ads) for way in self.ways], dtype=np.int64)

    @cached_property
    def page_urls(self) -> list[str]:
        """The absolute address of each page."""
        starts = {site.name: site.url for site in self.books.sites}
        return [starts[page.site] + page.path for page in self.books.pages]

    def page(self, place: str) -> int:
        """Return the number of a page, such as `/quote` or `shop/cart`."""
        prefix = "https://shop." if place.startswith("shop/") else "https://www."
        path = place.removeprefix("shop")
        return self.page_urls.index(f"{prefix}kestrelrowe.example{path}")

    def way(self, name: str) -> int:
        """Return the number of the way with this name."""
        return [way.name for way in self.ways].index(name)


@lru_cache(maxsize=1)
def load_company() -> Company:
    """Read the company's data files."""
    folder = files("headwater.world") / "data"
    parts = {
        name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
        for name in ("company", "ways", "people", "agents")
    }
    merged = {**parts["company"], **parts["ways"], **parts["agents"], "people": parts["people"]}
    return Company(_Books.model_validate(merged))
