"""A small company whose every figure can be told by hand."""

from __future__ import annotations

from dataclasses import dataclass

import story
from headwater.domain.words import FactKind
from headwater.facts import FactStore
from headwater.workspace import Workspace

PASSWORD = "a quiet river runs"  # noqa: S105 - of people who exist in tests only


@dataclass(frozen=True, slots=True)
class Company:
    """The workspace that the screens read, and who is in it."""

    workspace: Workspace
    ada: str
    """Came by a Google ad, again by a newsletter, became a lead; won 1,000.01 euro."""
    ben: str
    """Written down by a salesperson, never seen on the site; won 300.00 euro."""


def tell(store: FactStore) -> None:
    paid = "/?utm_source=google&utm_medium=cpc&utm_campaign=brand&utm_term=garden%20office"
    mail = "/prices?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
    day = story.days
    store.append(
        FactKind.EVENT,
        [
            story.page("v-ada", 0, paid, "https://www.google.com/"),
            story.page("v-ada", 0.2, "/garden-offices"),
            story.page("v-ada", day(3), mail),
            story.page("v-cy", day(4), "/", "https://www.bing.com/search?q=shed"),
        ],
    )
    ada = {"email": "ada@example.com", "external_id": "crm:1"}
    ben = {"email": "ben@example.com", "external_id": "crm:2"}
    cy = {"email": "cy@example.com", "external_id": "crm:3"}
    store.append(
        FactKind.LEAD,
        [
            story.lead(day(3) + 0.1, visitor_id="v-ada", person_name="Ada <b>Byron</b>", **ada),
            story.lead(day(2), person_name="Ben Nevis", **ben),
            story.lead(day(4) + 0.1, visitor_id="v-cy", person_name="Cy Young", **cy),
        ],
    )
    store.append(
        FactKind.DEAL,
        [
            story.deal(
                "D-1", day(5), stage="new", name="Office for Ada", amount=100_001, **ada
            ),
            story.deal(
                "D-1", day(9), "won", 100_001, stage="won", name="Office for Ada", **ada
            ),
            story.deal("D-2", day(8), "won", 30_000, stage="won", name="Shed for Ben", **ben),
            story.deal("D-3", day(6), stage="proposal", amount=5_000, name="Roof for Cy", **cy),
        ],
    )
    spend = {"source": "google", "medium": "cpc", "currency": "EUR"}
    store.append(
        FactKind.SPEND,
        [
            story.row("spend", 0, campaign="brand", cost_minor=10_000, clicks=40, **spend),
            story.row("spend", 1, cost_minor=2_000, clicks=9, **spend),
        ],
    )
